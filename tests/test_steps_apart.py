"""People of a case are compared for the steps that they took, and for no others."""

from __future__ import annotations

from pathlib import Path

from ledgers import effect, make, posted, refused

SALE = """\
2026-01-05 * "Supplier" "Purchase"
  Assets:Inventory:MUG    20 MUG {60.00 CNY, 2026-01-05}
  Equity:Opening

2026-03-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Receivable       1130.00 CNY
  Income:Sales           -1000.00 CNY
  Liabilities:Output-VAT  -130.00 CNY
  Expenses:COGS            600.00 CNY
  Assets:Inventory:MUG        -10 MUG {60.00 CNY, 2026-01-05}
"""
POLICY = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window: {{default: {{days: 365, from: sold}}}}
separation_of_duties: {{pairs: [[receive, inspect], [inspect, dispose]]}}
dispositions:
  new: {{to: restock, allowed: [hold, scrap]}}
"""


def test_who_put_goods_away_has_not_inspected_them(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", SALE, policy=POLICY, more="restock: returned_account\n")
    posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 4, by: wu}", "a.yaml")
    posted(shop, "- {inspect: R-1, date: 2026-03-11, condition: new, by: li}", "b.yaml")
    posted(shop, "- {put_away: R-1, date: 2026-03-12, sku: MUG, qty: 1, by: wu}", "c.yaml")
    posted(shop, "- {dispose: R-1, date: 2026-03-13, sku: MUG, qty: 1, disposition: scrap, by: wu}", "d.yaml")
    done = posted(shop, "- {credit_note: R-1, date: 2026-03-14, by: wu}", "e.yaml")
    assert effect(done)["Expenses:COGS"] == "-240.00"
    assert refused(shop, "- {dispose: R-1, date: 2026-03-15, sku: MUG, qty: 1, disposition: scrap, by: li}") == [
        "same-person"
    ]


def test_who_received_goods_does_not_inspect_them(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", SALE, policy=POLICY)
    posted(shop, "- {receive: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 4, by: wu}", "a.yaml")
    assert refused(shop, "- {inspect: R-1, date: 2026-03-11, condition: new, by: wu}") == ["same-person"]


def test_goods_move_to_a_place_where_none_has_been(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", SALE, policy=POLICY, more="restock: returned_account\n")
    posted(shop, "- {return: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 4, condition: new}", "a.yaml")
    done = posted(shop, "- {dispose: R-1, date: 2026-03-13, sku: MUG, qty: 1, disposition: hold}", "b.yaml")
    assert effect(done) == {"Assets:Inventory-Returned:MUG": "-60.00", "Assets:Inventory-Hold:MUG": "60.00"}
