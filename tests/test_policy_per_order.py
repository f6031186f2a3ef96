"""What a policy takes or gives once for an order is the same, however its return is split into events."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import balances, make, posted, refused

SALE = """\
2026-03-01 * "Ann" "Sale" ^inv-{order}
  delivered: 2026-03-03
  shipping_standard: 5.65
  Assets:Bank                            474.60 CNY
  Income:Sales                          -300.00 CNY
    sku: "MUG"
  Income:Sales                          -100.00 CNY
    sku: "TEE"
  Income:Shipping                        -20.00 CNY
  Liabilities:Output-VAT                 -54.60 CNY
  Expenses:COGS                          180.00 CNY
  Assets:Inventory                           -3 MUG {{60.00 CNY, 2026-01-05}}
  Expenses:COGS                           40.00 CNY
  Assets:Inventory                           -1 TEE {{40.00 CNY, 2026-01-05}}

"""
POLICY = """\
policy: shop
version: 7
valid_from: 2026-01-01
currency: CNY
window: {{{{default: {{{{days: 300, from: delivered}}}}}}}}
condition_from_reason: {{{{none: new}}}}
{tables}
"""
ONCE = "{{id: once, when: {{}}, amount: 30.00, per: order}}"
CAPPED = "{{id: capped, when: {{}}, percent: 10, per: order, max: 25}}"
SHARE = "{{id: share, when: {{}}, percent: 7.5, per: order}}"
NET = "{{id: net, when: {{}}, percent: 7.5, per: order, of: net, tax: none}}"
MIXED = (
    "{{id: mugs, when: {{sku: MUG}}, amount: 30.00, per: order}}, {{id: tees, when: {{}}, amount: 8.00, per: order}}"
)
PARTS = {
    "at once": ["items: [{sku: MUG, qty: 3}, {sku: TEE, qty: 1}]"],
    "by line": ["sku: TEE, qty: 1", "sku: MUG, qty: 3"],
    "by unit": ["sku: MUG, qty: 1", "sku: TEE, qty: 1", "sku: MUG, qty: 1, note: b", "sku: MUG, qty: 1, note: c"],
    "mixed": ["sku: MUG, qty: 2", "items: [{sku: MUG, qty: 1}, {sku: TEE, qty: 1}]"],
}


def shop(folder: Path, tables: str, orders: int = 1) -> Path:
    ledger = "".join(SALE.format(order=f"SO-{n + 1}") for n in range(orders))
    return make(folder, ledger, policy=POLICY.format(tables=tables))


def kept(settings: Path, parts: list[str], order: str = "SO-1", first: int = 0) -> list[Decimal]:
    """Return what each of the returns keeps, tax included."""
    found = []
    for n, part in enumerate(parts):
        (done,) = posted(
            settings, f"- {{return: {order}, date: 2026-04-{first + n + 1:02}, {part}}}", f"{order}-{n}.yaml"
        ).events
        assert done.document is not None
        found.append(done.document.fee)
    return found


@pytest.mark.parametrize("row", [ONCE, CAPPED, SHARE, NET, MIXED], ids=["once", "capped", "share", "net", "mixed"])
def test_a_fee_of_the_order_comes_to_the_same_however_it_is_split(tmp_path: Path, row: str) -> None:
    found = {}
    for name, parts in PARTS.items():
        settings = shop(tmp_path / name, f"fees: [{row}]")
        found[name] = sum(kept(settings, parts))
    wanted = {ONCE: "30.00", CAPPED: "25.00", SHARE: "33.90", NET: "30.00", MIXED: "38.00"}[row]
    assert set(found.values()) == {Decimal(wanted)}, found


def test_what_the_first_part_could_not_bear_the_next_one_does(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", "fees: [{{id: dear, when: {{}}, amount: 150.00, per: order}}]")
    assert kept(settings, PARTS["by unit"]) == [Decimal("113.00"), Decimal("37.00"), 0, 0]


def test_a_void_takes_its_fee_with_it(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", f"fees: [{ONCE}]")
    before = balances(settings)
    posted(settings, "- {return: SO-1, id: R1, date: 2026-04-01, sku: MUG, qty: 1}", "a.yaml")
    posted(settings, "- {return: SO-1, id: R2, date: 2026-04-02, sku: MUG, qty: 1}", "b.yaml")
    posted(settings, "- {void: R1, date: 2026-04-03}", "c.yaml")
    (third,) = posted(settings, "- {return: SO-1, id: R3, date: 2026-04-04, sku: MUG, qty: 1}", "d.yaml").events
    assert third.document is not None and third.document.fee == 30
    posted(settings, "- {void: R3, date: 2026-04-05}\n- {void: R2, date: 2026-04-05}", "e.yaml")
    assert balances(settings) == before


def test_every_order_has_its_own_fee(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", f"fees: [{ONCE}]", orders=2)
    (done,) = posted(settings, "- {return: auto, customer: Ann, date: 2026-04-01, sku: MUG, qty: 5}").events
    assert done.document is not None and done.document.fee == 60
    assert len(done.directives) == 2
    (last,) = posted(settings, "- {return: auto, customer: Ann, date: 2026-04-02, sku: MUG, qty: 1}", "b.yaml").events
    assert last.document is not None and last.document.fee == 0


def test_the_fee_that_must_be_typed_is_what_is_left_of_it(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", f"fees: [{ONCE}]")
    kept(settings, ["sku: MUG, qty: 1"])
    assert refused(settings, "- {return: SO-1, date: 2026-04-02, sku: MUG, qty: 1, fee: 30.00}") == ["fee-differs"]
    posted(settings, "- {return: SO-1, date: 2026-04-02, sku: MUG, qty: 1, fee: 0}")


def test_what_was_waived_once_is_taken_with_the_next_part(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", f"fees: [{ONCE}]")
    waived = "fee: 12.00, allow: [fee-differs], approved_by: zhao, note: loyal"
    assert kept(settings, [f"sku: MUG, qty: 1, {waived}", "sku: MUG, qty: 1"]) == [12, 18]


def test_the_entry_says_what_was_kept_for_the_order_and_of_what(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", f"fees: [{MIXED}]")
    (done,) = posted(settings, f"- {{return: SO-1, date: 2026-04-01, {PARTS['at once'][0]}}}").events
    assert done.directives[0].meta["rl-order-fees"] == "mugs 30 of 339 300; tees 8 of 113 100"
    per_line = shop(tmp_path / "b", "fees: [{{id: line, when: {{}}, percent: 5}}]")
    (done,) = posted(per_line, "- {return: SO-1, date: 2026-04-01, sku: MUG, qty: 1}").events
    assert "rl-order-fees" not in done.directives[0].meta


@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
def test_the_cheapest_delivery_is_given_back_once(tmp_path: Path, parts: list[str]) -> None:
    settings = shop(tmp_path / "a", "shipping_refund: [{{id: cheapest, when: {{}}, pays: standard}}]")
    opening = balances(settings)["Income:Shipping"]
    kept(settings, parts)
    assert Decimal(balances(settings)["Income:Shipping"]) - Decimal(opening) == Decimal("5.00")
