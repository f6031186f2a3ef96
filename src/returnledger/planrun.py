"""One run of planning: the books as they grow event by event, and what every kind of event has in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from beancount.core.data import Transaction

from returnledger import checks, replay
from returnledger.books import Books, posted
from returnledger.checks.waiver_not_allowed import waiver_refused
from returnledger.context import Context
from returnledger.decision import Document
from returnledger.entry import Head, narration
from returnledger.events import Event
from returnledger.events.fields import RED_PENDING
from returnledger.facts import Facts, Identity
from returnledger.findings import Finding, Severity, Span
from returnledger.movements import Movement
from returnledger.persons import are_one
from returnledger.planned import PlannedEvent
from returnledger.policy import duties, evaluate
from returnledger.rows import LotUnits, Posted
from returnledger.sales import read_sales, recognition
from returnledger.terms import Kind, Reason


@dataclass
class Run:
    """The state of one planning run: the books as they grow, and stock already sent back by earlier events."""

    books: Books
    context: Context
    additions: dict[str, list[Movement]] = field(default_factory=dict)
    glances: dict[str, replay.Glance] = field(default_factory=dict)  # of accounts with their additions
    ids: dict[str, Span] = field(default_factory=dict)
    digests: dict[str, Span] = field(default_factory=dict)
    in_files: frozenset[str] = frozenset()  # digests that the input still has
    went_back: Callable[[Facts, LotUnits], bool | None] | None = None  # to the selling account, when it was posted

    def moved_in(self, account: str) -> Sequence[Movement]:
        """Return every movement of an account at cost, those of the plan at the end."""
        return (*self.books.movements.get(account, ()), *self.additions.get(account, ()))

    def apart(self) -> Run:
        """Return a run that goes on from here by itself: what it takes into its books is not in those of this one."""
        additions = {account: list(moved) for account, moved in self.additions.items()}
        return replace(
            self,
            books=self.books.copy(),
            additions=additions,
            glances={},
            ids=dict(self.ids),
            digests=dict(self.digests),
        )


def base_facts(event: Event, run: Run, identity: Identity | None = None) -> Facts:
    """Return the facts that every event has: who it is, its day, and what the books say of accounts and numbers."""
    day = event.body.date
    return Facts(
        event,
        run.context.settings,
        day,
        identity=identity or Identity(),
        requested=event.body.requested or day,
        accounts=run.books.accounts,
        locked_until=run.books.locked_until,
        codes=tuple(checks.TEMPLATES),
        red_used_by=_red_used_by(event, run.books),
        number_used_by=None
        if event.kind is Kind.TAX_CREDIT
        else run.books.numbers.get(getattr(event.body, "number", None) or ""),
    )


def head_of(
    event: Event,
    facts: Facts,
    step: int,
    order: str,
    items: list[tuple[Decimal, str]],
    run: Run,
    kept: bool = False,
) -> Head:
    """Return everything of an entry but its legs and what only its first step carries."""
    sale, settings, body = facts.sale, run.context.settings, event.body
    assert facts.day is not None
    case = facts.now.id if facts.now is not None else event.id
    reason = facts.reason.name_in(settings.language) if isinstance(facts.reason, Reason) else None
    carried = {key: sale.metadata[key] for key in settings.carry if key in sale.metadata} if sale else {}
    return Head(
        id=event.id,
        kind=event.kind,
        step=step if facts.now is None else next_step(case, run) + step - 1,
        case=case,
        order=order,
        date=facts.day,
        said=facts.dated,
        payee=sale.payee if sale else None,
        narration=narration(
            event.kind, settings.language, order or (facts.now.id if facts.now else ""), items, reason, kept
        ),
        source=event.file,
        red_invoice=_red_invoice(event),
        customer=(sale.customer or "") if sale else "",
        links=sale.links if sale else (),
        tags=(*(sale.tags if sale else ()), *body.tags),
        more={**carried, **body.meta},
    )


def _red_invoice(event: Event) -> str:
    """Return the number of the red invoice of an event, "" where it has none or comes later."""
    said = event.body.number if event.kind is Kind.TAX_CREDIT else getattr(event.body, "red_invoice", None)  # type: ignore[attr-defined]
    return "" if said in (None, RED_PENDING) else str(said)


def _red_used_by(event: Event, books: Books) -> str:
    """Return which event of another order has the red invoice of a credit; several credits of one invoice may share one."""
    number = "" if event.kind is Kind.TAX_CREDIT else _red_invoice(event)
    if not number:
        return ""
    name = event.reference
    orders = {name, *books.names.get(name, ()), *(entry.order for entry in books.by_case.get(name, ()))}
    return books.red_invoice_of(number, event.id, orders)


def next_step(case: str, run: Run) -> int:
    """Return the number of the next step of a case."""
    return max((entry.step for entry in run.books.by_case.get(case, ())), default=0) + 1


def refused(event: Event, facts: Sequence[Facts], findings: Iterable[Finding]) -> PlannedEvent:
    """Return an event that is refused, with what was found."""
    every = tuple(once(findings))
    assert any(finding.severity is Severity.ERROR for finding in every), f"{event.id} is refused and no check says why"
    return PlannedEvent(event, "refused", event.id, tuple(facts), findings=every)


def once(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings without repetition: several items may ask the same of their document."""
    seen: dict[object, Finding] = {}
    for finding in findings:
        seen.setdefault((finding.code, finding.span, str(sorted(finding.values.items(), key=str))), finding)
    return list(seen.values())


def waive(
    event: Event, items: Sequence[Facts], findings: list[Finding], document: Document | None
) -> tuple[list[Finding], tuple[str, ...]]:
    """Return the findings that stand after the event's waivers, and the codes that were waived.

    A waiver names the check, a person and a reason, and must be the policy's to give; else it is a finding itself.
    """
    kept, waived = [], []
    for finding in findings:
        refusal = why_not_waived(event, items[0], finding, document) if finding.code in event.body.allow else ""
        if finding.code not in event.body.allow or refusal:
            kept.append(finding)
        else:
            waived.append(finding.code)
        if refusal:
            kept.append(waiver_refused(items[0], finding.code, refusal))
    return kept, tuple(dict.fromkeys(waived))


def why_not_waived(event: Event, facts: Facts, finding: Finding, document: Document | None) -> str:
    """Return why a waiver does not hold: never, unsigned, same or role; "" if it holds."""
    if finding.code not in checks.WAIVABLE:
        return "never"
    if not event.body.approved_by or not event.body.note:
        return "unsigned"
    if facts.policy is None:
        return ""
    signers = _independent(event, facts, document)
    if not signers:
        return "same"
    day, amount = facts.dated or date.min, document.approval_amount if document is not None else None
    roles = {role for name in signers for role in facts.settings.roles_of_person(name, day)}
    return "" if evaluate.waiver(facts.policy, finding.code, amount, roles).value else "role"


def _independent(event: Event, facts: Facts, document: Document | None) -> list[str]:
    """Return who of those who approved may waive: where asking and approving are kept apart, nobody who asked."""
    apart = document.find("separation") if document is not None else None
    asked, day, policy = event.body.by, facts.dated, facts.policy
    kept_apart = policy is not None and any(set(pair) == {"request", "approve"} for pair in duties.pairs_of(policy))
    if not kept_apart or asked is None or day is None or (apart is not None and apart.value == duties.EXEMPT):
        return list(event.body.approved_by)
    return [name for name in event.body.approved_by if not are_one(facts.settings, (asked, day), (name, day))]


def may_restock_in(run: Run) -> Callable[[Facts, LotUnits], bool]:
    """Return the question whether units may go back to their selling account on the day, changing no booked lot."""

    def may_restock(facts: Facts, lot: LotUnits) -> bool:
        known = run.went_back(facts, lot) if run.went_back is not None else None
        if known is not None:
            return known
        account = run.books.accounts.get(lot.account)
        if account is None or facts.day is None:
            return False
        if account.closed is not None and account.closed <= facts.day:
            return False
        addition = Movement(lot.account, facts.day, "", 0, 0, lot.commodity, lot.units, lot.lot, None)
        booked, added = run.books.movements.get(lot.account, ()), run.additions.get(lot.account, ())
        seen = run.glances.get(lot.account)
        if seen is None:
            seen = run.glances[lot.account] = replay.glance_at((*booked, *added))
        return seen.allows(account, addition) or replay.safe_to_add(account, (*booked, *added), addition)

    return may_restock


def absorb(made: PlannedEvent, run: Run) -> None:
    """Add what was planned to the books, as a load would find it."""
    for event in filter(None, (made.event, made.again)):
        run.books.canonicals.setdefault(event.id, event.canonical)
    for n, directive in enumerate(made.directives):
        row = posted(directive)
        assert row is not None
        again = made.again if made.again is not None and row.id == made.again.id and row.event else None
        take_in(row, run, made.event.digest if n == 0 else again.digest if again else "")


def take_in(entry: Posted, run: Run, digest: str = "") -> None:
    """Add one entry to the books of a run, with the stock that it moves."""
    run.books.absorb(entry, digest=digest)
    if entry.sells:
        _take_in_sale(entry, run)
    for leg in (*entry.legs, *entry.sold):
        if leg.lot is not None and leg.units is not None and leg.commodity is not None:
            moved = Movement(leg.account, entry.date, PLANNED, 0, 0, leg.commodity, leg.units, leg.lot, str(leg.lot))
            run.additions.setdefault(leg.account, []).append(moved)
            if leg.account in run.glances:
                run.glances[leg.account].add(moved)


def _take_in_sale(entry: Posted, run: Run) -> None:
    """Add the sale that an entry is to the books, or take the one that a void undoes out of them."""
    order, context = entry.sells, run.context
    if entry.voids:
        run.books.sales.pop(order, None)
        run.books.names = {name: own for name, own in run.books.names.items() if own != (order,)}
    elif order not in run.books.sales and isinstance(entry.directive, Transaction):
        for sale, names in read_sales([entry.directive], recognition(context.settings, context.products)):
            run.books.sales[sale.order] = sale
            run.books.names |= dict.fromkeys((sale.order, *names), (sale.order,))


PLANNED = "<planned>"  # the file of movements that are planned and not yet written
