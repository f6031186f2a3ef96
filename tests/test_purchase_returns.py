"""Goods of a purchase that go back to their supplier: at the lots that were bought, off what is owed or as a claim.

DI-005 is a worked example of the rules on red invoices of purchases (Cai Kuai [2016] No. 22, 2 (1) 1); its ledger is ours.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import apply, balances, effect, make, posted, refused

from returnledger import app

BOUGHT = """\
2025-04-10 * "Acme" "Lamps" ^po-77
  Assets:Inventory                    15 LAMP {40.00 CNY}
  Assets:Input-VAT                 78.00 CNY
  Liabilities:Accounts-Payable   -678.00 CNY
"""
PAID = """
2025-04-20 * "Acme" "Paid" ^po-77
  Liabilities:Accounts-Payable    {amount} CNY
  Assets:Cash                    -{amount} CNY
"""
PAYABLE, STOCK, VAT = "Liabilities:Accounts-Payable", "Assets:Inventory", "Assets:Input-VAT"
CLAIM, LOSS = "Assets:Supplier-Claims", "Expenses:Supplier-Return-Loss"
ALL = {PAYABLE: "678.00", STOCK: "-600.00", VAT: "-78.00"}


def shop(folder: Path, ledger: str = BOUGHT, **options: str) -> Path:
    return make(folder / "shop", ledger, **options)


def test_di_005_goods_go_back_off_what_is_owed_with_their_input_tax(tmp_path: Path) -> None:
    books = shop(tmp_path)
    done = posted(books, "- {supplier_return: po-77, id: S-1, date: 2025-05-04, supplier: Acme, sku: LAMP, qty: 15}")
    assert effect(done) == ALL
    assert balances(books) == {}


def test_di_005_input_tax_is_transferred_out_where_the_settings_say_so(tmp_path: Path) -> None:
    books = shop(tmp_path, more="purchase_return_vat: transfer_out\n")
    done = posted(books, "- {supplier_return: po-77, date: 2025-05-04, sku: LAMP, qty: 15}")
    assert effect(done) == {PAYABLE: "678.00", STOCK: "-600.00", "Liabilities:Input-VAT-Transfer-Out": "-78.00"}
    (entry,) = done.planned.plan.entries
    assert "purchase_return_vat transfer_out settings" in entry.meta["rl-decision"]


@pytest.mark.parametrize(
    ("paid", "owed", "claim"), [("678.00", None, "452.00"), ("400.00", "278.00", "174.00"), ("100.00", "452.00", None)]
)
def test_what_was_paid_is_claimed_what_is_owed_goes_first(
    paid: str, owed: str | None, claim: str | None, tmp_path: Path
) -> None:
    books = shop(tmp_path, BOUGHT + PAID.format(amount=paid))
    done = posted(books, "- {supplier_return: po-77, id: S-1, date: 2025-05-04, sku: LAMP, qty: 10}")
    wanted = {PAYABLE: owed, CLAIM: claim, STOCK: "-400.00", VAT: "-52.00"}
    assert effect(done) == {account: amount for account, amount in wanted.items() if amount}
    if claim:
        done = posted(books, "- {recovery: S-1, date: 2025-06-01, party: supplier}", "r.yaml")
        assert effect(done) == {"Assets:Cash": claim, CLAIM: f"-{claim}"}
        assert CLAIM not in balances(books)
    else:
        assert refused(books, "- {recovery: S-1, date: 2025-06-01, party: supplier}") == ["step-not-allowed"]


def test_a_short_credit_is_a_loss_and_keeps_the_tax_that_was_not_credited(tmp_path: Path) -> None:
    books = shop(tmp_path)
    done = posted(books, "- {supplier_return: po-77, date: 2025-05-04, sku: LAMP, qty: 5, expect: 150.00}")
    assert effect(done) == {PAYABLE: "169.50", STOCK: "-200.00", VAT: "-19.50", LOSS: "50.00"}
    done = posted(books, "- {supplier_return: po-77, date: 2025-05-05, sku: LAMP, qty: 10}", "b.yaml")
    assert effect(done) == {PAYABLE: "452.00", STOCK: "-400.00", VAT: "-52.00"}


STYLES = {
    "metadata": (BOUGHT.replace(" ^po-77", '\n  order: "PO/77"'), "PO/77", ALL),
    "invoice": (BOUGHT.replace(" ^po-77", '\n  invoice: "0445"'), "0445", ALL),
    "total-cost": (BOUGHT.replace("{40.00 CNY}", "{{600.00 CNY}}"), "po-77", ALL),
    "elided": (BOUGHT.replace("   -678.00 CNY", ""), "po-77", ALL),
    "freight-in-cost": (
        BOUGHT.replace("{40.00 CNY}", "{{630.00 CNY}}").replace("678.00", "710.70").replace("78.00", "80.70"),
        "po-77",
        {PAYABLE: "710.70", STOCK: "-630.00", VAT: "-80.70"},
    ),
    "small-scale": (
        BOUGHT.replace("  Assets:Input-VAT                 78.00 CNY\n", "").replace("40.00", "45.20"),
        "^po-77",
        {PAYABLE: "678.00", STOCK: "-678.00"},
    ),
    "cash": (
        BOUGHT.replace("Liabilities:Accounts-Payable", "Assets:Cash"),
        "po-77",
        {CLAIM: "678.00", STOCK: "-600.00", VAT: "-78.00"},
    ),
    "invoiced-later": (
        """\
2025-04-10 * "Acme" "Goods came in" ^po-77
  Assets:Inventory                    15 LAMP {40.00 CNY}
  Liabilities:Goods-Not-Invoiced  -600.00 CNY

2025-04-15 * "Acme" "Invoice" ^po-77
  Liabilities:Goods-Not-Invoiced   600.00 CNY
  Assets:Input-VAT                  78.00 CNY
  Liabilities:Accounts-Payable    -678.00 CNY
""",
        "po-77",
        ALL,
    ),
    "own-payable": (
        BOUGHT.replace("Accounts-Payable", "Trade:Acme"),
        "po-77",
        {"Liabilities:Trade:Acme": "678.00", STOCK: "-600.00", VAT: "-78.00"},
    ),
}


@pytest.mark.parametrize("style", STYLES)
def test_purchases_are_found_however_they_were_booked(style: str, tmp_path: Path) -> None:
    ledger, name, wanted = STYLES[style]
    done = posted(shop(tmp_path, ledger), f"- {{supplier_return: {name}, date: 2025-05-04}}")
    assert effect(done) == wanted


def test_chinese_books_with_several_goods_and_one_tax(tmp_path: Path) -> None:
    ledger = """\
2025-04-10 * "华南五金" "采购" ^po-77
  Assets:1405-库存商品:灯      15 LAMP {40.00 CNY, "B-1"}
  Assets:1405-库存商品:线       7 CORD {11.11 CNY}
  Liabilities:2221-应交税费:应交增值税:进项税额   88.11 CNY
  Liabilities:2202-应付账款:华南五金            -765.88 CNY
"""
    books = shop(tmp_path, ledger, preset="cn")
    done = posted(books, "- {supplier_return: po-77, date: 2025-05-04, sku: CORD, qty: 3}")
    assert effect(done) == {
        "Assets:1405-库存商品:线": "-33.33",
        "Liabilities:2221-应交税费:应交增值税:进项税额": "-4.33",
        "Liabilities:2202-应付账款:华南五金": "37.66",
    }
    (entry,) = done.planned.plan.entries
    assert entry.narration == "退供 po-77：CORD ×3" and entry.payee == "华南五金"
    posted(books, "- {supplier_return: po-77, date: 2025-05-05}", "rest.yaml")
    assert balances(books) == {}


SOLD = """
2025-04-25 * "Ann" "Sale" ^inv-SO-1
  Assets:Cash             904.00 CNY
  Income:Sales           -800.00 CNY
  Liabilities:Output-VAT -104.00 CNY
  Expenses:COGS           320.00 CNY
  Assets:Inventory            -8 LAMP {}
"""


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("{supplier_return: po-78, date: 2025-05-04}", "unknown-case"),
        ("{supplier_return: SO-1, date: 2025-05-04}", "unknown-case"),
        ("{supplier_return: po-77, date: 2025-04-09}", "step-not-allowed"),
        ("{supplier_return: po-77, date: 2025-05-04, sku: LAMP, qty: 8}", "step-not-allowed"),
        ("{supplier_return: po-77, date: 2025-04-24, sku: LAMP, qty: 8}", "step-not-allowed"),
        ("{supplier_return: po-77, date: 2025-05-04, sku: LAMP, qty: 0}", "step-not-allowed"),
        ("{supplier_return: po-77, date: 2025-05-04, sku: LAMP}", "quantity-missing"),
        ("{supplier_return: po-77, date: 2025-05-04, sku: CORD, qty: 1}", "step-not-allowed"),
        ("{supplier_return: po-77, date: 2025-05-04, sku: LAMP, qty: 1, expect: -1.00}", "step-not-allowed"),
        ("{supplier_return: po-77, date: 2025-05-04, sku: LAMP, qty: 1, tax: 9.00}", "step-not-allowed"),
    ],
)
def test_what_does_not_fit_is_refused(event: str, code: str, tmp_path: Path) -> None:
    assert code in refused(shop(tmp_path, BOUGHT + SOLD), f"- {event}")


def test_no_more_goes_back_than_was_bought_less_sold_and_sent_back(tmp_path: Path) -> None:
    books = shop(tmp_path, BOUGHT + SOLD)
    posted(books, "- {supplier_return: po-77, id: S-1, date: 2025-05-04, sku: LAMP, qty: 4}")
    assert refused(books, "- {supplier_return: po-77, date: 2025-05-05, sku: LAMP, qty: 4}", "b.yaml")
    two = "- {supplier_return: po-77, id: S-%s, date: 2025-05-06, sku: LAMP, qty: 2}\n"
    assert refused(books, two % 2 + two % 3, "c.yaml")
    posted(books, "- {supplier_return: po-77, date: 2025-05-06, sku: LAMP, qty: all}", "d.yaml")
    assert STOCK not in balances(books)


def test_a_second_apply_posts_nothing_and_a_void_is_exact(tmp_path: Path) -> None:
    books = shop(tmp_path)
    before = balances(books)
    event = "- {supplier_return: po-77, id: S-1, date: 2025-05-04, sku: LAMP, qty: 4}"
    posted(books, event)
    again = apply(books, event)
    assert not again.file and [planned.status for planned in again.planned.events] == ["posted"]
    posted(books, "- {void: S-1, date: 2025-05-05}", "v.yaml")
    assert balances(books) == before


def test_a_purchase_in_several_currencies_is_refused_with_words(tmp_path: Path) -> None:
    ledger = BOUGHT.replace("-678.00 CNY", "-94.17 USD @@ 678.00 CNY")
    assert refused(shop(tmp_path, ledger), "- {supplier_return: po-77, date: 2025-05-04}") == ["step-not-allowed"]


def test_units_that_somebody_sent_back_by_hand_count(tmp_path: Path) -> None:
    by_hand = """
2025-04-22 * "Acme" "Sent back" ^po-77
  Liabilities:Accounts-Payable    226.00 CNY
  Assets:Inventory                    -5 LAMP {}
  Assets:Input-VAT                -26.00 CNY
"""
    books = shop(tmp_path, BOUGHT + by_hand)
    done = posted(books, "- {supplier_return: po-77, date: 2025-05-04}")
    assert effect(done) == {PAYABLE: "452.00", STOCK: "-400.00", VAT: "-52.00"}
    assert balances(books) == {}


def test_what_was_written_down_under_the_purchase_leaves_with_the_goods(tmp_path: Path) -> None:
    written_down = """
2025-04-22 * "Lamps are worth less" ^po-77
  Expenses:Inventory-Write-Down    60.00 CNY
  Assets:Inventory-Allowance      -60.00 CNY
"""
    books = shop(tmp_path, BOUGHT + written_down)
    done = posted(books, "- {supplier_return: po-77, date: 2025-05-04, sku: LAMP, qty: 5, expect: 150.00}")
    assert effect(done) == {
        PAYABLE: "169.50", STOCK: "-200.00", VAT: "-19.50", LOSS: "30.00", "Assets:Inventory-Allowance": "20.00"
    }  # fmt: skip


@settings(max_examples=20, deadline=None)
@given(
    cost=st.integers(1, 5000),
    tax=st.integers(0, 700),
    parts=st.lists(st.integers(1, 4), min_size=1, max_size=5),
    undo=st.integers(0, 4),
)
def test_parts_add_up_to_the_whole_whatever_is_undone(
    cost: int, tax: int, parts: list[int], undo: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    units, net, vat = sum(parts), Decimal(cost) / 100, Decimal(tax) / 100
    ledger = f"""\
2025-04-10 * "Acme" "Lamps" ^po-77
  Assets:Inventory                {units} LAMP {{{{{net} CNY}}}}
  Assets:Input-VAT                {vat} CNY
  Liabilities:Accounts-Payable   -{net + vat} CNY
"""
    books = make(tmp_path_factory.mktemp("parts") / "shop", ledger)
    lines = [
        f"- {{supplier_return: po-77, id: S-{n}, date: 2025-05-0{n + 1}, sku: LAMP, qty: {q}}}"
        for n, q in enumerate(parts)
    ]
    lines.append(f"- {{void: S-{undo % len(parts)}, date: 2025-05-20}}")
    lines.append("- {supplier_return: po-77, id: S-9, date: 2025-05-21, sku: LAMP, qty: all}")
    posted(books, "\n".join(lines))
    left = balances(books)
    assert not {PAYABLE, VAT, CLAIM, LOSS} & left.keys(), left
    assert abs(left.get(STOCK, Decimal(0)) + left.get("Expenses:Cost-Rounding", Decimal(0))) < Decimal("0.005")


RULES = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window: {{default: {{days: 365, from: sold}}}}
dispositions:
  defective: {{to: return_to_supplier, allowed: [scrap]}}
"""
CASE = "- {return: SO-1, id: R-1, date: 2025-05-01, sku: LAMP, qty: 3, reason: defective, condition: defective}"
DEFECTIVE = "Assets:Inventory-Defective"


@pytest.mark.parametrize(
    ("more", "link", "owed"),
    [
        ("", " ^po-77", "90.40"),
        ("", "", "90.40"),
        (PAID.format(amount="678.00"), " ^po-77", None),
        (PAID.format(amount="678.00").replace(" ^po-77", ""), "", None),
        (PAID.format(amount="678.00").replace(" ^po-77", ""), " ^po-77", None),
    ],
    ids=["open", "open-nameless", "paid", "paid-nameless", "paid-on-account"],
)
def test_goods_of_a_case_go_off_an_open_purchase_of_their_lot(
    more: str, link: str, owed: str | None, tmp_path: Path
) -> None:
    books = shop(tmp_path, BOUGHT.replace(" ^po-77", link) + more + SOLD, policy=RULES)
    posted(books, CASE)
    done = posted(books, "- {supplier_return: R-1, date: 2025-05-09, supplier: Acme, sku: LAMP, qty: 2}", "s.yaml")
    assert effect(done) == {DEFECTIVE: "-80.00", PAYABLE if owed else CLAIM: "90.40", VAT: "-10.40"}
    done = posted(books, "- {supplier_return: R-1, id: S-2, date: 2025-05-10, supplier: Zeta, sku: LAMP}", "z.yaml")
    assert effect(done) == {DEFECTIVE: "-40.00", CLAIM: "40.00"}  # another supplier's purchase is none of its own
    if owed and link:
        done = posted(books, "- {supplier_return: po-77, date: 2025-05-11}", "rest.yaml")
        assert effect(done)[VAT] == "-36.40"


def test_in_one_file_goods_that_come_back_go_off_the_open_purchase_as_well(tmp_path: Path) -> None:
    books = shop(tmp_path, BOUGHT + SOLD, policy=RULES)
    sent = "- {supplier_return: R-1, date: 2025-05-09, supplier: Acme, sku: LAMP, qty: 2}"
    posted(books, f"{CASE}\n{sent}")
    assert (balances(books)[DEFECTIVE], balances(books)[PAYABLE], balances(books)[VAT]) == (
        40,
        Decimal("-587.60"),
        Decimal("67.60"),
    )


def test_goods_at_a_new_cost_go_off_the_purchase_of_the_lot_they_were_bought_in(tmp_path: Path) -> None:
    new = "framework: us_gaap\n"
    rules = RULES.replace("allowed: [scrap]", "allowed: [scrap], sells_at: 50%")
    books = shop(tmp_path, BOUGHT + SOLD, policy=rules, more=new)
    posted(books, CASE.replace("}", ", value: 10.00}"))
    done = posted(books, "- {supplier_return: R-1, date: 2025-05-09, supplier: Acme, sku: LAMP}", "s.yaml")
    assert effect(done)[PAYABLE] == "135.60" and effect(done)[VAT] == "-15.60"


def test_tax_that_is_typed_goes_back_to_the_account_of_the_purchase(tmp_path: Path) -> None:
    rate = VAT + ":Rate-13"
    books = shop(tmp_path, BOUGHT.replace(VAT + "   ", rate) + SOLD, policy=RULES)
    posted(books, CASE)
    event = "- {supplier_return: R-1, date: 2025-05-09, supplier: Acme, sku: LAMP, qty: 2, tax: 10.00}"
    assert effect(posted(books, event, "s.yaml")) == {DEFECTIVE: "-80.00", PAYABLE: "90.00", rate: "-10.00"}


def test_a_purchase_that_changed_in_its_file_is_read_again(tmp_path: Path) -> None:
    books = shop(tmp_path)
    main = books.parent / "main.beancount"
    event = "- {supplier_return: po-77, date: 2025-05-04, sku: LAMP, qty: all}"
    cache = tmp_path / "cache"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RETURNLEDGER_CACHE", str(cache))
        (books.parent / "e.yaml").write_text(event, encoding="utf-8")
        assert app.plan([books.parent / "e.yaml"], settings=books).plan.accounts[PAYABLE, "CNY"] == Decimal("678.00")
        main.write_text(main.read_text(encoding="utf-8") + PAID.format(amount="600.00"), encoding="utf-8")
        accounts = app.plan([books.parent / "e.yaml"], settings=books).plan.accounts
    assert (accounts[PAYABLE, "CNY"], accounts[CLAIM, "CNY"]) == (Decimal("78.00"), Decimal("600.00"))
