"""The table of states, cell by cell: every kind of step is tried on a case in every state, allowed and refused.

Each state is an order of its own, brought there by the events below it; then one event of every kind falls on all of
them. The table says what becomes of it: `o` posted, else the code that refuses it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ledgers import make, posted

from returnledger import app
from returnledger.states import STATES as ROWS

# How a case comes into each state: events of the order, whose case has the state's name.
STATES = {
    "asked": ["{request: ORDER, id: CASE, sku: MUG, qty: 2, reason: defective}"],
    "approved": ["{approve: CASE, id: CASE-2, by: boss}"],
    "rejected": ["{reject: CASE, id: CASE-2, by: boss}"],
    "cancelled": ["{cancel: CASE, id: CASE-2}"],
    "expired": ["{approve: CASE, id: CASE-2, by: boss, expires: 2026-03-07}"],
    "partly": ["{approve: CASE, id: CASE-2, by: boss}", "{receive: CASE, id: CASE-3, sku: MUG, qty: 1}"],
    "came": ["{approve: CASE, id: CASE-2, by: boss}", "{receive: CASE, id: CASE-3}"],
    "seen": [
        "{approve: CASE, id: CASE-2, by: boss}",
        "{receive: CASE, id: CASE-3}",
        "{inspect: CASE, id: CASE-4, condition: damaged}",
    ],
    "first": ["{credit_note: ORDER, id: CASE}"],
    "due": ["{return: ORDER, id: CASE, condition: damaged, method: later}"],
    "ordered": [
        "{return: ORDER, id: CASE, condition: damaged, method: later}",
        "{refund: CASE, id: CASE-2, stage: pending}",
    ],
    "proposed": [
        "{return: ORDER, id: CASE, condition: damaged, method: later}",
        "{dispose: CASE, id: CASE-2, disposition: scrap, stage: proposed}",
    ],
    "paid": ["{return: ORDER, id: CASE, condition: damaged}"],
    "closed": ["{return: ORDER, id: CASE, condition: new}"],
    "void": ["{return: ORDER, id: CASE, condition: damaged}", "{void: CASE, id: CASE-2}"],
}
ASKED = ("approved", "rejected", "cancelled", "expired", "partly", "came", "seen")  # these begin with the request
NO, CLOSED, EXPIRED = "step-not-allowed", "case-closed", "approval-expired"
# Of each kind the event, and what becomes of it by state; what is not named is refused by the code under "".
TABLE: dict[str, tuple[str, dict[str, str]]] = {
    "approve": (
        "{approve: CASE, by: boss}",
        {"asked": "o", "expired": "o", "rejected": CLOSED, "cancelled": CLOSED, "closed": CLOSED},
    ),
    "reject": (
        "{reject: CASE, by: boss}",
        {"asked": "o", "expired": "o", "rejected": CLOSED, "cancelled": CLOSED, "closed": CLOSED},
    ),
    "cancel": (
        "{cancel: CASE}",
        {"asked": "o", "approved": "o", "expired": "o", "rejected": CLOSED, "cancelled": CLOSED, "closed": CLOSED},
    ),
    "receive": (
        "{receive: CASE}",
        {
            **dict.fromkeys(("asked", "approved", "partly", "first"), "o"),
            "expired": EXPIRED,
            **dict.fromkeys(("rejected", "cancelled", "closed"), CLOSED),
        },
    ),
    "inspect": (
        "{inspect: CASE, condition: damaged}",
        {"partly": "o", "came": "o", **dict.fromkeys(("rejected", "cancelled", "closed"), CLOSED)},
    ),
    "credit_note": (
        "{credit_note: CASE}",
        {
            **dict.fromkeys(("approved", "partly", "came", "seen"), "o"),
            **dict.fromkeys(("rejected", "cancelled", "closed"), CLOSED),
        },
    ),
    "return": (
        "{return: CASE, condition: damaged}",
        {"approved": "o", "expired": EXPIRED, **dict.fromkeys(("rejected", "cancelled", "closed"), CLOSED)},
    ),
    "refund": ("{refund: CASE}", dict.fromkeys(("first", "due", "ordered", "proposed"), "o")),
    "refund pending": ("{refund: CASE, stage: pending}", dict.fromkeys(("first", "due", "proposed"), "o")),
    "refund failed": ("{refund: CASE, stage: failed}", dict.fromkeys(("ordered", "paid", "closed"), "o")),
    "store_credit": ("{store_credit: CASE}", dict.fromkeys(("first", "due", "ordered", "proposed"), "o")),
    "dispose": (
        "{dispose: CASE, disposition: scrap, condition: damaged}",
        dict.fromkeys(("partly", "came", "seen", "due", "ordered", "proposed", "paid"), "o"),
    ),
    "dispose missing": (
        "{dispose: CASE, disposition: missing, condition: damaged}",
        dict.fromkeys(("first", "partly", "came", "seen", "due", "ordered", "paid"), "o"),
    ),
    "dispose approved": ("{dispose: CASE, stage: approved}", {"proposed": "o"}),
    "refurbish": (
        "{refurbish: CASE, refurbishing_cost: 5.00, result: new, paid_from: payable}",
        dict.fromkeys(("partly", "came", "seen", "due", "ordered", "paid", "closed"), "o"),
    ),
    "put_away": ("{put_away: CASE}", {"closed": "o"}),
    "supplier_return": (
        "{supplier_return: CASE, supplier: Mill}",
        dict.fromkeys(("partly", "came", "seen", "due", "ordered", "paid", "closed"), "o"),
    ),
    "recovery": (
        "{recovery: CASE, party: carrier, amount: 5.00, account: 'Assets:Cash'}",
        dict.fromkeys(STATES, "o") | {"void": NO},
    ),
    "expense": (
        "{expense: CASE, type: freight, amount: 5.00, paid_from: payable}",
        dict.fromkeys(STATES, "o") | {"void": NO},
    ),
    "attach": ("{attach: CASE, evidence: a.jpg}", dict.fromkeys(STATES, "o") | {"void": NO}),
    "action": (
        "{action: CASE, what: pack better, who: li.na, due: 2026-05-01}",
        dict.fromkeys(STATES, "o") | {"void": NO},
    ),
    "tax_credit": ("{tax_credit: LAST, number: '1', tax: 1.00}", {}),
    "void": ("{void: LAST}", dict.fromkeys(STATES, "o") | {"void": NO}),
    "void of the first": ("{void: CASE}", dict.fromkeys(("asked", "first", "due", "paid", "closed"), "o")),
    "amend": ("{amend: LAST, set: {note: again}}", dict.fromkeys(STATES, "o") | {"void": NO}),
}
POLICY = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window:
  default: {{days: 365, from: sold}}
approvals:
  - {{id: requests, when: {{kind: request}}, by: [manager]}}
  - {{id: others, when: {{}}, by: []}}
condition_from_reason: {{none: new}}
dispositions:
  new: {{to: restock}}
  damaged: {{to: hold, allowed: [scrap, refurbish, return_to_supplier, missing]}}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a shop with an order in every state."""
    ledger = '2026-01-05 * "Mill" "Purchase"\n  Assets:Inventory  40 MUG {60.00 CNY, 2026-01-05}\n  Equity:Opening\n\n'
    for name in STATES:
        ledger += (
            f'2026-03-01 * "Ann" "Sale" ^inv-SO-{name}\n  Assets:Cash  226.00 CNY\n  Income:Sales  -200.00 CNY\n'
            "  Liabilities:Output-VAT  -26.00 CNY\n  Expenses:COGS  120.00 CNY\n"
            "  Assets:Inventory  -2 MUG {60.00 CNY, 2026-01-05}\n\n"
        )
    more = "restock: returned_account\npeople: {boss: [manager]}\n"
    settings = make(tmp_path_factory.mktemp("states"), ledger, policy=POLICY, more=more)
    for n in range(4):
        events = [(name, own[n]) for name in STATES if len(own := _way(name)) > n]
        posted(settings, "".join(f"- {_of(name, event, 3 + n)}\n" for name, event in events), f"{n}.yaml")
    return settings


def _way(name: str) -> list[str]:
    return [*(STATES["asked"] if name in ASKED else ()), *STATES[name]]


def _of(name: str, event: str, day: int) -> str:
    """Return an event about the order or case of a state, on a day of March."""
    last = _way(name)[-1].partition("id: ")[2].partition(",")[0].rstrip("}")
    text = event.replace("LAST", last).replace("ORDER", f"SO-{name}").replace("CASE", f"R-{name}")
    return f"{text[:-1]}, date: 2026-03-{day:02}}}"


@pytest.mark.parametrize("kind", TABLE)
def test_a_step_is_allowed_where_the_table_says_so(shop: Path, kind: str) -> None:
    event, expected = TABLE[kind]
    file = shop.parent / "step.yaml"
    file.write_text("".join(f"- {_of(name, event, 20)}\n" for name in STATES), encoding="utf-8")
    planned = app.plan([file], settings=shop).plan.events
    found = {
        name: "o" if own.status == "new" else next(f.code for f in own.findings if f.severity == "error")
        for name, own in zip(STATES, planned, strict=True)
    }
    assert found == {name: expected.get(name, NO) for name in STATES}


def test_every_row_of_the_table_is_tried() -> None:
    assert {step for row in ROWS for step in row.steps} <= {kind.split()[0] for kind in TABLE} | {"exchange"}
