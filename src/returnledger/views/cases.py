"""Where the cases stand, and what was posted under an id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from returnledger.books import Books
from returnledger.credits import PAID_FROM, credited_by
from returnledger.exchange import of_leg
from returnledger.findings import Finding, Refused, Severity
from returnledger.ledgerfaults import OUTSIDE
from returnledger.money import ZERO
from returnledger.needs import Needs
from returnledger.orderfacts import due_of, order_facts, payable_of
from returnledger.rows import Posted, PostedLeg, Sale
from returnledger.session import Session, ledger_findings, open_session
from returnledger.steps import history_of
from returnledger.terms import Role
from returnledger.textfile import SourceText
from returnledger.views.names import nearest


@dataclass(frozen=True)
class CaseView:
    """Where one case stands: its three tracks, amounts, what comes next and until when."""

    case: str
    order: str
    customer: str
    kind: str
    opened: date
    last: date
    authorisation: str
    goods: str
    money: str
    returned: Decimal
    returnable: Decimal
    credited: Decimal
    paid: Decimal
    refund_due: Decimal
    clearing: Decimal
    currency: str
    next_step: str
    deadline: date | None


@dataclass(frozen=True)
class StatusView:
    """Every case of the ledger, the ones with something due first."""

    cases: tuple[CaseView, ...]
    sources: Mapping[str, SourceText] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    exit_code: int = 0


def status(*, settings: Path | None = None) -> StatusView:
    """Return where every case stands: authorised, goods, money, and the next step with its deadline."""
    session = open_session(settings)
    ids = [row[0] for row in session.store.rows("cases")]
    books = session.gather_needs(Needs(events=frozenset(ids)))
    views = [case_view(case, books) for case in dict.fromkeys(ids) if books.by_case.get(case)]
    views.sort(key=lambda view: (not view.refund_due, view.deadline or date.max, view.opened, view.case))
    return StatusView(tuple(views), session.sources, (*session.warnings, *outside(session)))


def outside(session: Session) -> list[Finding]:
    """Return the warning that the ledger does not include what was written: the cases are then not those of the books."""
    if session.store.includes_returns:
        return []
    every = ledger_findings(session, despite=True)
    return [replace(finding, severity=Severity.WARNING) for finding in every if finding.code in OUTSIDE]


def case_view(case: str, books: Books) -> CaseView:
    """Return where a case stands, from its posted entries alone."""
    every = sorted(books.by_case[case], key=lambda entry: entry.step)
    first, standing = every[0], books.case_of(case)
    legs = [leg for entry in standing for leg in entry.legs]
    items = [leg.item for leg in legs if leg.item and "qty" in leg.item]
    returned = sum((Decimal(item.get("qty") or 0) for item in items if item.get("goods") != "kept"), ZERO)
    found = books.sales.get(first.order)
    currency = found.money_currency if found else next((leg.currency for leg in legs), "")
    given = [_in_invoice(entry.legs, found) for entry in standing if entry.kind != "refund"]
    credited = sum((credited_by(own) for own in given), ZERO)
    due = payable_of(standing)
    if found:
        due = due_of(standing, order_facts(found, books.by_order.get(first.order, ())))
    paid = -sum((leg.amount for leg in _in_invoice(legs, found) if leg.role in PAID_FROM), ZERO)
    out = sum((line.units for line in found.lines), ZERO) if found else ZERO
    back = ZERO
    if found:
        entries = books.by_order.get(first.order, ())
        back = sum(
            (history_of(line, found, entries).units_taken for line in found.lines),
            ZERO,
        )
    void = not standing
    goods = "none" if not items else "kept" if all(item.get("goods") == "kept" for item in items) else "received"
    return CaseView(
        case=case,
        order=first.order,
        customer=first.customer,
        kind=first.kind,
        opened=first.date,
        last=every[-1].date,
        authorisation="void" if void else "approved",
        goods="none" if void else goods,
        money="void" if void else "due" if due else "settled",
        returned=returned,
        returnable=out - back,
        credited=credited,
        paid=paid,
        refund_due=due,
        clearing=ZERO,
        currency=currency,
        next_step="" if void or not due else f"refund: {case}",
        deadline=_deadline(standing) if due else None,
    )


def _in_invoice(legs: Sequence[PostedLeg], sale: Sale | None) -> Sequence[PostedLeg]:
    """Return the legs with amounts in the currency of the invoice, where that is not the one of the books."""
    if sale is None or sale.invoiced is None:
        return legs
    money = (replace(leg, amount=of_leg(leg, sale.money_currency)) for leg in legs if leg.role != Role.FX_GAIN_LOSS)
    return [leg for leg in money if leg.amount]


def _deadline(entries: Sequence[Posted]) -> date | None:
    """Return the day by which the refund is due, as the decision of the entry has it."""
    for entry in entries:
        decision = str((entry.directive.meta if entry.directive else {}).get("rl-decision", ""))
        for part in decision.split("; "):
            if part.startswith("deadline "):
                return date.fromisoformat(part.split(" ")[1])
    return None


@dataclass(frozen=True)
class EventView:
    """What was posted under an id: every entry of its case, in steps, and where the case stands."""

    id: str
    entries: tuple[Posted, ...]
    case: CaseView
    voided: bool
    form_now: str = ""  # of what was amended: the id under which it stands


def show(name: str, *, settings: Path | None = None) -> EventView:
    """Return what was posted under the id of an event or a case; raise Refused where nothing was."""
    session = open_session(settings)
    books = session.gather_needs(Needs(events=frozenset({name})))
    own = books.posted.get(name) or books.by_case.get(name)
    if not own:
        ids = sorted({str(row[0]) for row in session.store.rows("cases")})
        raise Refused([Finding("id-unknown", None, {"id": name, "nearest": nearest(name, ids)})])
    case = own[0].case
    entries = tuple(sorted(books.by_case[case], key=lambda entry: (entry.step, entry.date)))
    return EventView(name, entries, case_view(case, books), books.is_void(name), books.form_now(name))
