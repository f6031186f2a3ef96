"""Where the cases stand: the three tracks, what is outstanding, and what comes next, by whom and until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from returnledger.books import Books
from returnledger.cases import case_now
from returnledger.credits import PAID_FROM, credited_by, with_customer
from returnledger.exchange import of_leg
from returnledger.findings import Finding, Refused, Severity
from returnledger.ledgerfaults import OUTSIDE
from returnledger.money import ZERO
from returnledger.needs import Needs
from returnledger.nextsteps import PAYMENTS, NextStep, awaited_of, next_steps, tracks_of
from returnledger.orderfacts import due_of, order_facts, payable_of
from returnledger.roles import Role
from returnledger.rows import PostedLeg, Sale
from returnledger.session import Session, ledger_findings, open_session
from returnledger.steps import history_of
from returnledger.terms import Desk
from returnledger.textfile import SourceText
from returnledger.views.stock import to_revalue
from returnledger.words import names


@dataclass(frozen=True)
class CaseView:
    """Where one case stands: its three tracks, units and amounts, what comes next, by which role and until when.

    Units are those of the case: to come, to inspect, and in a place where they can't stay. `clearing` is what is open on
    the clearing accounts, whatever side it stands on.
    """

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
    steps: tuple[NextStep, ...] = ()
    awaited: Decimal = ZERO
    to_inspect: Decimal = ZERO
    to_place: Decimal = ZERO
    store_credit: Decimal = ZERO  # what is left of it
    approval_ended: bool = False  # on the day that was asked for

    @property
    def next_step(self) -> str:
        """The beginning of the event that comes next, empty where nothing does."""
        return self.steps[0].event if self.steps else ""

    @property
    def by(self) -> tuple[str, ...]:
        """The roles that may take the next step."""
        return self.steps[0].by if self.steps else ()

    @property
    def deadline(self) -> date | None:
        """The first day by which one of the next steps must be taken."""
        return min((step.until for step in self.steps if step.until), default=None)


@dataclass(frozen=True)
class StatusView:
    """The cases of the ledger on a day, the overdue first, those that wait for nothing last; `closed` were left out."""

    cases: tuple[CaseView, ...]
    sources: Mapping[str, SourceText] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    exit_code: int = 0
    day: date | None = None
    closed: int = 0
    role: str = ""
    proposed: tuple[NextStep, ...] = ()  # what is to be done about goods that no case waits for


def status(
    *, settings: Path | None = None, everything: bool = True, role: str | None = None, day: date | None = None
) -> StatusView:
    """Return where the cases stand on `day` (today): authorised, goods, money, and the next steps with their deadlines.

    Without `everything` only cases that wait for something are looked at, which is much cheaper where most are closed.
    With `role` these are the cases with a step that the role takes, and their other steps are left out.
    """
    session, day = open_session(settings), day or date.today()
    views, closed = _look(session, day, everything and role is None)
    if role is not None:
        role = _role(role, views, session)
        views, closed = [own for view in views if (own := _of_role(view, role)).steps], 0
    views.sort(key=lambda view: (not view.steps, view.deadline or date.max, view.opened, view.case))
    findings = (*session.warnings, *outside(session))
    proposed = tuple(step for step in to_revalue(session, day) if role is None or role in step.by)
    return StatusView(
        tuple(views), session.sources, findings, day=day, closed=closed, role=role or "", proposed=proposed
    )


def _look(session: Session, day: date, everything: bool) -> tuple[list[CaseView], int]:
    """Return the cases, or those that wait for something and how many others there are.

    What was seen to wait for nothing is remembered, and read again only when something was written on it or its order.
    """
    relations = session.store.relations
    names = relations.case_names()
    known, seen = relations.closed_cases()
    wanted = names if everything else [name for name in names if name not in known]
    books = case_books(session, wanted)
    views = [case_view(name, books, day) for name in wanted if books.by_case.get(name)]
    # Whether an approval has expired depends on the day that is asked for.
    quiet = [view.case for view in views if not view.steps and not view.approval_ended]
    relations.remember_closed(quiet, seen)
    shown = views if everything else [view for view in views if view.steps]
    return shown, len(names) - len(shown)


def _role(role: str, views: Sequence[CaseView], session: Session) -> str:
    """Return the code of a role, however it is spelled; raise Refused where neither desk, settings nor case has it."""
    desk = names(Desk).get(role)
    if desk is not None:
        return desk.value
    known = {desk.value for desk in Desk} | {own for view in views for step in view.steps for own in step.by}
    known |= {own for person in session.settings.people.values() for own in person.roles}
    if role not in known:
        raise Refused([Finding("desk-unknown", None, {"role": role, "known": sorted(known)})], 2)
    return role


def _of_role(view: CaseView, role: str) -> CaseView:
    return replace(view, steps=tuple(step for step in view.steps if role in step.by))


def case_books(session: Session, cases: Sequence[str]) -> Books:
    """Return the books of these cases: what was posted on them and on their orders, and the sales; nothing of stock."""
    books = Books()
    session.store.gather(Needs(events=frozenset(cases)), books)
    orders = {entry.order for entries in books.by_case.values() for entry in entries if entry.order}
    session.store.gather(Needs(orders=frozenset(orders)), books)
    return books


def outside(session: Session) -> list[Finding]:
    """Return the warning that the ledger does not include what was written: the cases are then not those of the books."""
    if session.store.includes_returns:
        return []
    every = ledger_findings(session, despite=True)
    return [replace(finding, severity=Severity.WARNING) for finding in every if finding.code in OUTSIDE]


def case_view(name: str, books: Books, day: date | None = None) -> CaseView:
    """Return where a case stands at the end of a day, from its posted entries and those of its order."""
    every, entries = sorted(books.by_case[name], key=lambda entry: entry.step), books.case_of(name)
    first, case = every[0], case_now(entries, day)
    found = books.sales.get(first.order)
    legs = [leg for entry in entries for leg in entry.legs]
    own_legs = [leg for entry in with_customer(entries) for leg in entry.legs]
    currency = found.money_currency if found else next((leg.currency for leg in legs), "")
    given = (credited_by(_in_invoice(entry.legs, found)) for entry in entries if entry.kind not in PAYMENTS)
    due, returnable = payable_of(entries), ZERO
    if found:
        own = books.by_order.get(first.order, ())
        due = due_of(entries, order_facts(found, own))
        back = sum((history_of(line, found, own).units_taken for line in found.lines), ZERO)
        returnable = sum((line.units for line in found.lines), ZERO) - back
    lines, tracks = case.lines if case else (), tracks_of(case, due)
    return CaseView(
        case=name,
        order=first.order,
        customer=first.customer,
        kind=first.kind,
        opened=min(max(entry.date, entry.dated) for entry in every),
        last=max(entry.date for entry in every),
        authorisation=tracks[0],
        goods=tracks[1],
        money=tracks[2],
        returned=sum((line.received for line in lines), ZERO),
        returnable=returnable,
        credited=sum(given, ZERO),
        paid=-sum((leg.amount for leg in _in_invoice(own_legs, found) if leg.role in PAID_FROM), ZERO),
        refund_due=due,
        clearing=sum((abs(amount) for *_, amount in case.clearing), ZERO) if case else ZERO,
        currency=currency,
        steps=next_steps(case, due, currency) if case else (),
        awaited=awaited_of(case) if case else ZERO,
        store_credit=-sum(
            (leg.amount for leg in _in_invoice(legs, found) if leg.role == Role.STORE_CREDIT_LIABILITY), ZERO
        ),
        approval_ended=case is not None and case.authorised.ended,
        to_inspect=sum((line.uninspected for line in lines), ZERO),
        to_place=sum((pile.units for pile in case.piles if pile.role in _TO_LEAVE), ZERO) if case else ZERO,
    )


_TO_LEAVE = frozenset((Role.INVENTORY_HOLD.value, Role.INVENTORY_DEFECTIVE.value))


def _in_invoice(legs: Sequence[PostedLeg], sale: Sale | None) -> Sequence[PostedLeg]:
    """Return the legs with amounts in the currency of the invoice, where that is not the one of the books."""
    if sale is None or sale.invoiced is None:
        return legs
    money = (replace(leg, amount=of_leg(leg, sale.money_currency)) for leg in legs if leg.role != Role.FX_GAIN_LOSS)
    return [leg for leg in money if leg.amount]
