"""What a customer is charged for sending goods back comes off what is given back, once a case, however it is taken."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import balances, effect, make, posted
from test_fees_found import SALE

POLICY = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window: {{default: {{days: 365, from: sold}}}}
return_freight:
  - {{id: ours, when: {{fault: merchant}}, pays: merchant}}
  - {{id: theirs, when: {{}}, pays: customer, amount: 12.00}}
dispositions:
  new: {{to: restock}}
  opened: {{to: restock_open_box}}
  defective: {{to: hold}}
"""
FREIGHT, PAYABLE, BANK = "Expenses:Return-Freight", "Liabilities:Refund-Payable", "Assets:Bank"
STEPS = """\
- {request: SO-1, id: R-1, date: 2025-04-01, sku: JAM, qty: 2, reason: changed_mind}
- {receive: R-1, date: 2025-04-02}
- {inspect: R-1, date: 2025-04-03, condition: new}
- {credit_note: R-1, date: 2025-04-04}
- {refund: R-1, date: 2025-04-05}
"""


def shop(folder: Path, policy: str = POLICY, more: str = "") -> Path:
    return make(folder, SALE, policy=policy, more=more)


@pytest.mark.parametrize(
    "events",
    ["- {return: SO-1, id: R-1, date: 2025-04-01, sku: JAM, qty: 2, reason: changed_mind, condition: new}\n", STEPS],
)
def test_it_comes_off_the_refund_in_one_line_and_step_by_step(tmp_path: Path, events: str) -> None:
    settings = shop(tmp_path / "shop")
    changed = effect(posted(settings, events))
    assert (changed[FREIGHT], changed[BANK]) == ("-12.00", "-214.00")
    assert PAYABLE not in balances(settings)


@pytest.mark.parametrize(
    ("event", "charged"),
    [
        ("sku: JAM, qty: 1, reason: defective, condition: defective", None),  # ours
        ("sku: JAM, qty: 1, reason: changed_mind, goods: kept", None),  # nothing is sent
        ("sku: JAM, qty: 1, reason: changed_mind, condition: new, fee: 109.00", "-4.00"),  # no more than is given back
    ],
)
def test_it_is_charged_where_the_customer_pays_and_something_is_given_back(
    tmp_path: Path, event: str, charged: str | None
) -> None:
    done = posted(shop(tmp_path / "shop"), f"- {{return: SO-1, id: R-1, date: 2025-04-01, {event}}}")
    assert effect(done).get(FREIGHT) == charged


def test_a_case_is_charged_once_and_the_reason_as_found_decides(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop")
    posted(settings, "- {request: SO-1, id: R-1, date: 2025-04-01, sku: JAM, qty: 3, reason: changed_mind}")
    first = posted(settings, "- {credit_note: R-1, date: 2025-04-02, sku: JAM, qty: 1}", "b.yaml")
    then = posted(settings, "- {credit_note: R-1, date: 2025-04-03, sku: JAM, qty: 2}", "c.yaml")
    assert (effect(first)[FREIGHT], effect(then).get(FREIGHT)) == ("-12.00", None)
    settings = shop(tmp_path / "found")
    posted(
        settings,
        "- {receive: SO-1, id: R-2, date: 2025-04-04, sku: JAM, qty: 1, reason: changed_mind}\n"
        "- {inspect: R-2, date: 2025-04-05, found: defective, condition: defective}\n",
        "d.yaml",
    )
    assert FREIGHT not in effect(posted(settings, "- {credit_note: R-2, date: 2025-04-06}", "e.yaml"))


def test_as_a_sale_it_has_the_tax_of_the_goods_and_a_void_is_exact(tmp_path: Path) -> None:
    settings = shop(tmp_path / "shop", POLICY.replace("12.00", "11.30"), "freight_charged: sale\n")
    before = balances(settings)
    event = "- {return: SO-1, id: R-1, date: 2025-04-01, sku: JAM, qty: 1, reason: changed_mind, condition: new}"
    changed = effect(posted(settings, event))
    assert (changed["Income:Other-Revenue"], changed["Liabilities:Output-VAT"]) == ("-10.00", "11.70")
    assert Decimal(changed[BANK]) == Decimal("-101.70")
    posted(settings, "- {void: R-1, date: 2025-04-02}", "b.yaml")
    assert balances(settings) == before
