"""What the commands that only look return: a sale, the cases, a posted event, an explanation, a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from returnledger.books import Books
from returnledger.eventsfile import parse_canonical
from returnledger.facts import OrderFacts
from returnledger.findings import Finding, Refused, Severity, Template
from returnledger.history import LineHistory, history_of
from returnledger.linefacts import due_of, order_facts, payable_of
from returnledger.money import ZERO
from returnledger.needs import Needs
from returnledger.planned import PlannedEvent
from returnledger.planner import plan as plan_events
from returnledger.rows import LotUnits, Posted, Sale, SaleLine
from returnledger.session import Session, ledger_findings, open_session, read_all
from returnledger.terms import Role
from returnledger.textfile import SourceText

TEMPLATES: dict[str, Template] = {
    "order-unknown": Template(
        "the ledger has no order {order}{nearest}", "check the number; `returnledger query` can list orders"
    ),
    "order-ambiguous": Template("{order} is the name of several orders: {orders}", "name one of them"),
    "id-unknown": Template("nothing was posted under {id}{nearest}", "`returnledger status` lists the cases"),
}


@dataclass(frozen=True)
class LineView:
    """One line of a sale with what has come back and what still can."""

    line: SaleLine
    history: LineHistory
    returnable: Decimal
    lots_left: tuple[LotUnits, ...]


@dataclass(frozen=True)
class SaleView:
    """An order as the books show it: its lines, its money, and what was posted on it."""

    sale: Sale
    lines: tuple[LineView, ...]
    order: OrderFacts
    entries: tuple[Posted, ...]


def sale(order: str, *, settings: Path | None = None) -> SaleView:
    """Return an order by any name the ledger gives it; raise Refused where it is unknown or the name fits several."""
    session = open_session(settings)
    books = session.gather_needs(Needs(orders=frozenset({order})))
    orders = books.names.get(order, ())
    if len(orders) != 1:
        if orders:
            raise Refused([Finding("order-ambiguous", None, {"order": order, "orders": ", ".join(orders)})])
        raise Refused(
            [Finding("order-unknown", None, {"order": order, "nearest": _nearest(order, books.known_orders)})]
        )
    found = books.sales[orders[0]]
    entries = tuple(books.by_order.get(found.order, ()))
    lines = []
    for line in found.lines:
        history = history_of(line, found.returned_by_hand.get(line.line, ZERO), entries, found.decimals)
        left = line.units - history.units_taken
        lines.append(LineView(line, history, left, tuple(history.lots_left())))
    return SaleView(found, tuple(lines), order_facts(found, entries), entries)


def _nearest(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, n=3, cutoff=0.6)
    return f" ({', '.join(close)}?)" if close else ""


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
    return StatusView(tuple(views), session.sources, (*session.warnings, *_outside(session)))


def _outside(session: Session) -> list[Finding]:
    """Return the warning that the ledger does not include what was written: the cases are then not those of the books."""
    if session.store.includes_returns:
        return []
    every = ledger_findings(session, despite=True)
    return [replace(finding, severity=Severity.WARNING) for finding in every if finding.code == "include-missing"]


def case_view(case: str, books: Books) -> CaseView:
    """Return where a case stands, from its posted entries alone."""
    every = sorted(books.by_case[case], key=lambda entry: entry.step)
    first, standing = every[0], books.case_of(case)
    legs = [leg for entry in standing for leg in entry.legs]
    items = [leg.item for leg in legs if leg.item and "qty" in leg.item]
    returned = sum((Decimal(item.get("qty") or 0) for item in items if item.get("goods") != "kept"), ZERO)
    roles = {Role.ACCOUNTS_RECEIVABLE.value, Role.REFUND_PAYABLE.value, Role.STORE_CREDIT_LIABILITY.value}
    credited = -sum(
        (leg.amount for e in standing if e.kind != "refund" for leg in e.legs if leg.role in roles and leg.amount < 0),
        ZERO,
    )
    found = books.sales.get(first.order)
    due = payable_of(standing)
    if found:
        due = due_of(standing, order_facts(found, books.by_order.get(first.order, ())))
    paid = -sum((leg.amount for leg in legs if leg.role == Role.CASH_BANK), ZERO)
    out = sum((line.units for line in found.lines), ZERO) if found else ZERO
    back = ZERO
    if found:
        entries = books.by_order.get(first.order, ())
        back = sum(
            (
                history_of(line, found.returned_by_hand.get(line.line, ZERO), entries, found.decimals).units_taken
                for line in found.lines
            ),
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
        currency=found.currency if found else next((leg.currency for leg in legs), ""),
        next_step="" if void or not due else f"refund: {case}",
        deadline=_deadline(standing) if due else None,
    )


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


def show(name: str, *, settings: Path | None = None) -> EventView:
    """Return what was posted under the id of an event or a case; raise Refused where nothing was."""
    session = open_session(settings)
    books = session.gather_needs(Needs(events=frozenset({name})))
    own = books.posted.get(name) or books.by_case.get(name)
    if not own:
        ids = sorted({str(row[0]) for row in session.store.rows("cases")})
        raise Refused([Finding("id-unknown", None, {"id": name, "nearest": _nearest(name, ids)})])
    case = own[0].case
    entries = tuple(sorted(books.by_case[case], key=lambda entry: (entry.step, entry.date)))
    return EventView(name, entries, case_view(case, books), books.is_void(name))


@dataclass(frozen=True)
class Explained:
    """Why events were decided as they were; `stored` is what the ledger has of a posted event's decision."""

    events: tuple[PlannedEvent, ...]  # those that are posted as they were before
    stored: str = ""
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, SourceText] = field(default_factory=dict)
    exit_code: int = 0
    posted: frozenset[str] = frozenset()  # ids of the events that are posted


def explain(what: Sequence[str], *, settings: Path | None = None) -> Explained:
    """Return the decisions on the events of files, or on a posted event: judged again from what the ledger keeps of it."""
    session = open_session(settings)
    if len(what) == 1 and not Path(what[0]).exists() and what[0] != "-":
        return _explain_posted(session, what[0])
    events, form = read_all(session, what)
    made = plan_events(events, session.gather(events), session.context)
    judged = tuple(
        planned if planned.status != "posted" else _again(session, planned.event, planned.case)
        for planned in made.events
    )
    findings = (*form, *made.findings)
    posted = frozenset(planned.id for planned in made.events if planned.status == "posted")
    return Explained(judged, "", findings, session.sources, 1 if findings else 0, posted)


def _explain_posted(session: Session, name: str) -> Explained:
    books = session.gather_needs(Needs(events=frozenset({name})))
    entries = books.posted.get(name)
    if not entries:
        ids = sorted({str(row[0]) for row in session.store.rows("cases")})
        raise Refused([Finding("id-unknown", None, {"id": name, "nearest": _nearest(name, ids)})])
    entry = entries[0]
    stored = str((entry.directive.meta if entry.directive else {}).get("rl-decision", ""))
    event = parse_canonical(entry.event, entry.place.file if entry.place else "rl-event")
    return Explained((_again(session, event, entry.case),), stored, (), session.sources, posted=frozenset({name}))


def _again(session: Session, event: Any, case: str) -> PlannedEvent:
    """Return a posted event judged again, as if it and what followed in its case had not been posted."""
    books = session.gather([event])
    gone = {entry.id for entry in books.by_case.get(case, ()) if entry.step >= _step_of(books, event.id)}
    for name in gone:
        books.posted.pop(name, None)
    books.by_case = {c: [e for e in own if e.id not in gone] for c, own in books.by_case.items()}
    books.by_order = {o: [e for e in own if e.id not in gone] for o, own in books.by_order.items()}
    books.digests = {digest: name for digest, name in books.digests.items() if name not in gone}
    books.by_source, books.numbers = {}, {}
    books.customers = {c: [credit for credit in own if credit.event not in gone] for c, own in books.customers.items()}
    return plan_events([event], books, session.context).events[0]


def _step_of(books: Books, name: str) -> int:
    return min((entry.step for entry in books.posted.get(name, ())), default=1)


@dataclass(frozen=True)
class VerifyView:
    """Whether what was written is still what stands there."""

    batches: int
    entries: int
    findings: tuple[Finding, ...]
    sources: Mapping[str, SourceText] = field(default_factory=dict)
    exit_code: int = 0


def verify(*, settings: Path | None = None) -> VerifyView:
    """Return what `returns/` still says of itself: every batch against its digest, every event against its id."""
    from returnledger.verification import verify as verify_returns

    session = open_session(settings)
    seen = verify_returns(session.returns)
    findings = list(seen.findings)
    if seen.files:
        with suppress(Refused):  # a ledger that can't be read at all is no fault of what was written
            findings += [replace(finding, severity=Severity.ERROR) for finding in _outside(session)]
    return VerifyView(seen.files, seen.events, tuple(findings), session.sources, 1 if findings else 0)
