"""`returnledger sale ORDER`: every fact of an order with the posting it comes from, on one shop whose sales differ."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ledgers import make, posted

from returnledger.cli import main
from returnledger.cli.words import cells

LEDGER = """\
2026-01-05 * "Supplier" "Purchase"
  Assets:Inventory             10 MUG {60.00 CNY, 2026-01-05}
  Equity:Opening

2026-03-02 * "Supplier" "Purchase"
  Assets:Inventory             10 MUG {65.00 CNY, 2026-03-02}
  Equity:Opening

2026-03-02 * "Supplier" "Purchase"
  Assets:Inventory             10 TEE {40.00 CNY, 2026-03-02}
  Equity:Opening

2026-10-20 * "李娜" "Sale" ^inv-SO-1
  delivered: 2026-10-23
  Assets:Receivable                    531.10 CNY
  Income:Sales                        -300.00 CNY
    sku: "MUG"
  Income:Sales                        -200.00 CNY
    sku: "TEE"
  Income:Sales-Discounts                40.00 CNY
    sku: "TEE"
  Income:Shipping                      -10.00 CNY
  Liabilities:Output-VAT               -61.10 CNY
  Expenses:COGS                        265.00 CNY
  Assets:Inventory                         -2 MUG {60.00 CNY, 2026-01-05}
    sku: "MUG"
  Assets:Inventory                         -1 MUG {65.00 CNY, 2026-03-02}
    sku: "MUG"
  Assets:Inventory                         -2 TEE {40.00 CNY, 2026-03-02}
    sku: "TEE"

2026-10-28 * "李娜" "Part payment" ^inv-SO-1
  Assets:Bank                          400.00 CNY
  Assets:Receivable                   -400.00 CNY

2026-10-30 * "李娜" "One came back, by hand" ^inv-SO-1
  Assets:Inventory                          1 TEE {40.00 CNY, 2026-03-02}
    sku: "TEE"
  Expenses:COGS                        -40.00 CNY

2026-11-01 * "Ann" "Nobody knows whose amounts are whose" ^inv-SO-2
  Assets:Bank                          180.80 CNY
  Income:Sales                        -160.00 CNY
  Liabilities:Output-VAT               -20.80 CNY
  Expenses:COGS                        100.00 CNY
  Assets:Inventory                         -1 MUG {60.00 CNY, 2026-01-05}
  Assets:Inventory                         -1 TEE {40.00 CNY, 2026-03-02}

2026-11-01 * "Ben" "It says three and takes two" ^inv-SO-3
  Assets:Bank                          226.00 CNY
  Income:Sales                        -200.00 CNY
    sku: "MUG"
    qty: 3
  Liabilities:Output-VAT               -26.00 CNY
  Expenses:COGS                        120.00 CNY
  Assets:Inventory                         -2 MUG {60.00 CNY, 2026-01-05}

2026-11-02 * "Eve" "One name, two orders" ^inv-7
  Assets:Bank                          113.00 CNY
  Income:Sales                        -100.00 CNY
  Liabilities:Output-VAT               -13.00 CNY
  Expenses:COGS                         60.00 CNY
  Assets:Inventory                         -1 MUG {60.00 CNY, 2026-01-05}

2026-11-02 * "Eve" "One name, two orders"
  order: "7"
  Assets:Bank                          113.00 CNY
  Income:Sales                        -100.00 CNY
  Liabilities:Output-VAT               -13.00 CNY
  Expenses:COGS                         60.00 CNY
  Assets:Inventory                         -1 MUG {60.00 CNY, 2026-01-05}
"""
EVENTS = "- {return: SO-1, id: R-1, date: 2026-11-03, sku: MUG, qty: 1, reason: changed_mind}\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings = make(tmp_path / "shop", LEDGER)
    monkeypatch.chdir(settings.parent)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "RETURNLEDGER_LANG"):
        monkeypatch.delenv(name, raising=False)
    return settings


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(list(words))
    out, err = capsys.readouterr()
    return code, out, err


def test_every_amount_of_a_line_stands_beside_its_account_and_its_posting(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = said(capsys, "sale", "SO-1")
    assert (code, err) == (0, "")
    at = lambda start: line_of(shop, start)  # noqa: E731
    tax, cost = at("  Liabilities:Output-VAT               -61.10"), at("  Expenses:COGS                        265.00")
    tee = f"""\
Line 2: 2 TEE (debits positive)
  unit price    80.00  90.40 with tax
  revenue     -200.00  Income:Sales            main.beancount:{at("  Income:Sales                        -200.00")}
  discount      40.00  Income:Sales-Discounts  main.beancount:{at("  Income:Sales-Discounts")}
  tax          -20.80  Liabilities:Output-VAT  main.beancount:{tax}
  cost          80.00  Expenses:COGS           main.beancount:{cost}
  lot              -2  Assets:Inventory        main.beancount:{at("  Assets:Inventory                         -2 TEE")}
                       {{40.00 CNY, 2026-03-02}}: 1 still out
  came back         1  booked by hand
"""
    assert tee in out
    money = f"""\
Money (debits positive)
  receivable   531.10  Assets:Receivable       2026-10-20  main.beancount:{at("  Assets:Receivable                    531")}
  receivable  -400.00  Assets:Receivable       2026-10-28  main.beancount:{at("  Assets:Receivable                   -400")}
  paid         400.00  Assets:Bank             2026-10-28  main.beancount:{at("  Assets:Bank                          400")}
  postage      -10.00  Income:Shipping         2026-10-20  main.beancount:{at("  Income:Shipping")}
  tax           -1.30  Liabilities:Output-VAT  2026-10-20  main.beancount:{tax}
"""
    assert money in out


def line_of(settings: Path, start: str) -> int:
    text = (settings.parent / "main.beancount").read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(text, start=1) if line.startswith(start))


def test_what_came_back_and_what_still_can_is_told_by_line_and_lot(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    posted(shop, EVENTS)
    out = said(capsys, "sale", "SO-1")[1]
    (batch,) = (shop.parent / "returns").rglob("2026-*.beancount")
    place = f"{batch.relative_to(shop.parent)}:{entry_line(batch)}"
    assert f"  came back         1  2026-11-03 R-1\n    {place}\n" in out
    assert f"Posted on this order\n  2026-11-03  R-1  return  {place}\n" in out
    assert "{65.00 CNY, 2026-03-02}: 0 still out\n" in out
    assert "{60.00 CNY, 2026-01-05}: 2 still out\n" in out
    left = """\
What can still come back, and its worth
  line  SKU  units     net    tax  with tax
  1     MUG      2  200.00  26.00    226.00
  2     TEE      1   80.00  10.40     90.40
        all         280.00  36.40    316.40
"""
    assert left in out


def entry_line(batch: Path) -> int:
    lines = batch.read_text(encoding="utf-8").splitlines()
    return next(n for n, line in enumerate(lines, start=1) if line.startswith('2026-11-03 * "'))


def test_an_event_that_was_undone_says_so_and_its_units_can_come_back(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    posted(shop, EVENTS)
    posted(shop, "- {void: R-1, id: V-1, date: 2026-11-04}\n", "void.yaml")
    out = said(capsys, "sale", "SO-1")[1]
    assert "  2026-11-03  R-1  return (undone)\n" in out
    assert "  1     MUG      3  300.00  39.00    339.00\n" in out
    entries = json.loads(said(capsys, "sale", "SO-1", "--json")[1])["entries"]
    assert [(e["id"], e["undone"], e["voids"]) for e in entries] == [("R-1", True, None), ("V-1", False, "R-1")]


def test_what_was_concluded_is_said_by_sale_and_by_plan(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sentence = "the tax of order SO-1 was charged on goods and delivery together, as its rate shows"
    out = said(capsys, "sale", "SO-1")[1]
    assert sentence in " ".join(out.split())
    told = {"code": "delivery-taxed", "order": "SO-1", "text": sentence}
    assert told in json.loads(said(capsys, "sale", "SO-1", "--json")[1])["inferred"]
    Path("events.yaml").write_text(EVENTS, encoding="utf-8")
    out = said(capsys, "plan", "events.yaml")[1]
    assert "\nNot read but concluded, for R-1\n" in out
    assert sentence in " ".join(out.split())
    (event,) = json.loads(said(capsys, "plan", "events.yaml", "--json")[1])["events"]
    assert told in event["inferred"]
    assert "订单 SO-1 的税额按货款与运费合计计征" in said(capsys, "--lang", "zh", "plan", "events.yaml")[1]


def test_what_nobody_knows_is_named_with_the_fields_that_would_help(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = said(capsys, "sale", "SO-2")[1]
    revenue = line_of(shop, "  Income:Sales                        -160.00")
    told = " ".join(out.partition("What keeps it from coming back")[2].split())
    assert told == (
        "facts-missing: it is not known which amounts of order SO-2 belong to which of MUG, TEE hint: add "
        "`price_incl_tax` with `tax_rate` (or `price` with `tax`) and `sku` to the event, or metadata `sku` or `line` "
        f"to each posting of the sale at main.beancount:{revenue}"
    )
    assert "  1     MUG           1              ?    ?    ?     ?\n" in out
    assert "What can still come back" not in out
    record = json.loads(said(capsys, "sale", "SO-2", "--json")[1])
    assert [problem["code"] for problem in record["problems"]] == ["facts-missing"]
    assert [line["blocked"] for line in record["lines"]] == [True, True]


def test_a_contradiction_is_told_in_the_sentence_of_its_check(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "sale", "SO-3")[1]
    assert "  quantities-disagree: the sale of MUG says 3 and takes 2 from stock\n" in out
    assert "  revenue     -200.00  Income:Sales" in out  # what is known is shown all the same


def test_a_name_of_several_orders_lists_them_with_their_places(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "sale", "7")
    first, second = line_of(shop, '2026-11-02 * "Eve" "One name, two orders" ^inv-7'), 0
    second = first + 7
    assert (code, out) == (1, "")
    assert f"7 is the name of several orders: inv-7 (main.beancount:{first}), order:7 (main.beancount:{second})" in err
    assert said(capsys, "sale", "inv-7")[0] == said(capsys, "sale", "order:7")[0] == 0


def test_an_unknown_name_is_met_with_the_nearest(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "sale", "SO-11")
    assert (code, out) == (1, "")
    assert err.startswith("error[order-unknown]: the ledger has no order SO-11 (SO-1")


def test_a_ledger_without_any_order_says_how_orders_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = LEDGER.replace("^inv-", "^bill-").replace("order:", "bill:")
    settings = make(tmp_path / "other", ledger)
    monkeypatch.chdir(settings.parent)
    code, out, err = said(capsys, "sale", "SO-1", "--lang", "en")
    assert (code, out) == (1, "")
    assert err.startswith(
        "error[orders-none]: the ledger has no order SO-1, and no other: an order is known by a link ^inv-…, "
        "metadata `order`, metadata `invoice`\n"
    )
    assert "hint: say under `sales: {order: …}` in the settings" in err


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("order", ["SO-1", "SO-2", "SO-3"])
def test_no_line_is_wider_than_a_terminal(
    shop: Path, capsys: pytest.CaptureFixture[str], order: str, lang: str
) -> None:
    posted(shop, EVENTS)
    out = said(capsys, "sale", order, "--lang", lang)[1]
    assert [line for line in out.splitlines() if cells(line) > 80] == []


def test_json_has_every_fact_with_its_place(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    posted(shop, EVENTS)
    record = json.loads(said(capsys, "sale", "SO-1", "--json")[1])
    mug, tee = record["lines"]
    assert [(p["role"], p["account"], p["amount"]) for p in tee["parts"]] == [
        ("revenue", "Income:Sales", "-200.00 CNY"),
        ("sales_discounts", "Income:Sales-Discounts", "40.00 CNY"),
        ("output_vat", "Liabilities:Output-VAT", "-20.80 CNY"),
        ("cogs", "Expenses:COGS", "80.00 CNY"),
    ]
    assert [(lot["units"], lot["left"], lot["lot"]) for lot in mug["lots"]] == [
        ("2", "2", "60.00 CNY, 2026-01-05"),
        ("1", "0", "65.00 CNY, 2026-03-02"),
    ]
    assert [(b["id"], b["by_hand"], b["units"]) for b in (*mug["back"], *tee["back"])] == [
        ("R-1", False, "1"),
        (None, True, "1"),
    ]
    assert mug["left"] == {"net": "200.00 CNY", "tax": "26.00 CNY", "gross": "226.00 CNY", "cost": "120.00 CNY"}
    assert record["left"]["gross"] == "316.40 CNY"
    every = [*mug["parts"], *mug["lots"], *tee["parts"], *record["receivable"], *record["tenders"], *record["shipping"]]
    lines = (shop.parent / "main.beancount").read_text(encoding="utf-8").splitlines()
    for fact in every:
        file, _, line = fact["place"].partition(":")
        assert file == "main.beancount"
        assert fact["account"] in lines[int(line) - 1]
