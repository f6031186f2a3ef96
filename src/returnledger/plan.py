"""The heart: events, the facts of their sales, a policy and settings go in; entries or findings come out.

Pure: the same inputs give the same plan, to the byte. Work goes by date, then by the order of the input. An event that
is refused counts as absent for those after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from beancount.core.data import Transaction

from returnledger import checks, replay, rules
from returnledger.books import Books, LotUnits, Movement, Posted, posted
from returnledger.checks.waiver_not_allowed import waiver_refused
from returnledger.decide import Decision, Document, decide_document, decide_item, payments, share_fees
from returnledger.entry import Head, entry, narration
from returnledger.events import Event
from returnledger.events.canonical import canonical_text
from returnledger.facts import Facts, OrderFacts
from returnledger.findings import Finding, Severity, Span
from returnledger.identity import identity_of
from returnledger.legs import Leg, cost_rounding
from returnledger.money import ZERO, plain
from returnledger.numbers import next_number
from returnledger.policy import Chosen, evaluate
from returnledger.proof.readback import weight
from returnledger.resolve import Context, case_facts, items_of, void_facts
from returnledger.terms import Goods, Kind, Reason, Role


@dataclass(frozen=True)
class PlannedEvent:
    """What becomes of one event: new, posted before (nothing to do), or refused."""

    event: Event
    status: str
    case: str = ""
    facts: tuple[Facts, ...] = ()
    decisions: tuple[Decision, ...] = ()
    document: Document | None = None
    directives: tuple[Transaction, ...] = ()
    findings: tuple[Finding, ...] = ()
    waived: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The id of the event; empty where neither it nor a date is given."""
        return self.event.id

    @property
    def window_end(self) -> date | None:
        """The earliest last day of the return windows of its items."""
        days = [d.window.last_day for d in self.decisions if d.window and d.window.last_day]
        return min(days, default=None)

    @property
    def chosen(self) -> tuple[Chosen, ...]:
        """Every choice of its policy, each once."""
        every = [chosen for decision in self.decisions for chosen in decision.chosen]
        every += list(self.document.chosen) if self.document else []
        return tuple({(c.effect, c.row, str(c.value)): c for c in every}.values())


@dataclass(frozen=True)
class Plan:
    """What a set of events comes to: the events with their entries, and every finding."""

    events: tuple[PlannedEvent, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def directives(self) -> tuple[Transaction, ...]:
        """The transactions to write, by date, then in the order of the input."""
        made = [d for event in self.events if event.status == "new" for d in event.directives]
        return tuple(sorted(made, key=lambda d: d.date))

    @property
    def accounts(self) -> Mapping[tuple[str, str], Decimal]:
        """The effect on each account by currency, stock at the cost of its lots; debits positive."""
        effect: dict[tuple[str, str], Decimal] = {}
        for directive in self.directives:
            for posting in directive.postings:
                amount, currency = weight(posting)
                key = posting.account, currency
                effect[key] = effect.get(key, ZERO) + amount
        return dict(sorted(effect.items()))


@dataclass
class _Run:
    """The state of one planning run: the books as they grow, and stock already sent back by earlier events."""

    books: Books
    context: Context
    additions: dict[str, list[Movement]] = field(default_factory=dict)
    ids: dict[str, Span] = field(default_factory=dict)
    digests: dict[str, Span] = field(default_factory=dict)
    in_files: frozenset[str] = frozenset()  # digests that the input still has


def plan(events: Sequence[Event], books: Books, context: Context) -> Plan:
    """Return what the events come to. The books grow by what is planned: pass a slice that nobody else uses."""
    run = _Run(books, context, in_files=frozenset(event.digest for event in events))
    order = sorted(range(len(events)), key=lambda i: (events[i].body.date or date.max, i))
    planned: dict[int, PlannedEvent] = {}
    for i in order:
        planned[i] = _plan_event(events[i], run)
    results = tuple(planned[i] for i in range(len(events)))
    return Plan(results, tuple(finding for result in results for finding in result.findings))


def _plan_event(event: Event, run: _Run) -> PlannedEvent:
    identity = identity_of(event, run.books, run.ids, run.digests, run.in_files)
    if event.id:
        run.ids.setdefault(event.id, event.place)
    run.digests.setdefault(event.digest, event.place)
    if identity.posted:
        entries = run.books.posted.get(run.books.digests.get(event.digest, event.id), ())
        return PlannedEvent(event, "posted", entries[0].case if entries else "")
    day = event.body.date
    base = Facts(
        event,
        run.context.settings,
        day,
        identity=identity,
        requested=event.body.requested or day,
        accounts=run.books.accounts,
        locked_until=run.books.locked_until,
        codes=tuple(checks.TEMPLATES),
        number_used_by=run.books.numbers.get(getattr(event.body, "number", None) or ""),
    )
    if event.kind is Kind.VOID:
        made = _void(void_facts(base, run.books), run)
    elif event.kind is Kind.REFUND:
        made = _refund(case_facts(base, run.books, run.context), run)
    else:
        made = _return(event, items_of(event, base, run.books, run.context), run)
    if made.status == "new":
        _absorb(made, run)
    return made


def _return(event: Event, items: list[Facts], run: _Run) -> PlannedEvent:
    """Return the plan of a return or an allowance: every item is asked and decided, then the document."""
    found, before = [], []
    for facts in items:
        own = checks.ask_found(facts)
        found += own
        before += checks.ask_before(facts) if not own else []
    if found:
        return _refused(event, items, _waive(event, items, [*found, *before], None)[0])
    if any(facts.line is None or facts.quantity is None or facts.quantity > facts.returnable for facts in items):
        return _refused(event, items, _waive(event, items, before, None)[0])
    decided = [(facts, decide_item(facts, run_may_restock(run))) for facts in items]
    if not decided or any(facts.policy is None for facts, _ in decided):
        return _refused(event, items, before)
    decided = share_fees(decided)
    document = together(decide_document(decided), [decide_document(pairs) for pairs in by_order(decided).values()])
    pairs = [(facts, replace(decision, document=document)) for facts, decision in decided]
    findings = before + [finding for facts, decision in pairs for finding in checks.ask_decided(facts, decision)]
    kept, waived = _waive(event, items, findings, document.approval_amount)
    planned = PlannedEvent(
        event, "refused", event.id, tuple(f for f, _ in pairs), tuple(d for _, d in pairs), document, waived=waived
    )
    if any(finding.severity is Severity.ERROR for finding in kept):
        return replace(planned, findings=tuple(_once(kept)))
    return _write(planned, kept, run)


def _write(planned: PlannedEvent, findings: list[Finding], run: _Run) -> PlannedEvent:
    """Return the plan with its entries: one directive per order, in steps."""
    directives = tuple(_directives(planned, run))
    late = [
        finding
        for facts, decision in zip(planned.facts, planned.decisions)
        for finding in checks.ask_written(facts, decision, directives, run.books)
    ]
    findings = list(_once([*findings, *late]))
    if any(finding.severity is Severity.ERROR for finding in findings):
        return replace(planned, findings=tuple(findings))
    return replace(planned, status="new", directives=directives, findings=tuple(findings))


def _directives(planned: PlannedEvent, run: _Run) -> Iterator[Transaction]:
    """Yield the transactions of a return or allowance, one per order it touches."""
    event, document = planned.event, planned.document
    assert document is not None
    orders = by_order(list(zip(planned.facts, planned.decisions)))
    for step, (order, pairs) in enumerate(orders.items(), start=1):
        own = document if len(orders) == 1 else decide_document(pairs)
        legs: list[Leg] = []
        for facts, decision in pairs:
            for rule in rules.rules_of_item(facts, decision):
                legs += rule(facts, decision)
        for document_rule in rules.DOCUMENT[event.kind]:
            legs += document_rule(pairs[0][0], own)
        rounding = run.context.settings.account_for(Role.COST_ROUNDING)
        legs += list(cost_rounding(legs, rounding, own.currency, own.decimals))
        head = _head(event, pairs[0][0], step, order, _items(pairs), run)
        head = replace(
            head,
            event=canonical_text(event.canonical) if step == 1 else "",
            decision=decision_text(planned) if step == 1 else "",
            number=next_number(event, own, run.context.settings, run.books, step - 1),
            window_end=planned.window_end,
        )
        yield entry(head, legs)


def by_order(items: Sequence[tuple[Facts, Decision]]) -> dict[str, list[tuple[Facts, Decision]]]:
    """Return the items of an event by the order they belong to: `return: auto` may take from several."""
    orders: dict[str, list[tuple[Facts, Decision]]] = {}
    for facts, decision in items:
        assert facts.sale is not None
        orders.setdefault(facts.sale.order, []).append((facts, decision))
    return orders


def together(document: Document, parts: Sequence[Document]) -> Document:
    """Return the document of an event with the money of its orders added up; each order owes and was paid on its own."""
    if len(parts) == 1:
        return document
    return replace(
        document,
        order=OrderFacts(
            paid_in=sum((p.order.paid_in for p in parts), ZERO), paid_out=sum((p.order.paid_out for p in parts), ZERO)
        ),
        offset=tuple(pair for part in parts for pair in part.offset),
        payable=sum((part.payable for part in parts), ZERO),
        store_credit=sum((part.store_credit for part in parts), ZERO),
        bonus=sum((part.bonus for part in parts), ZERO),
        payments=tuple(payment for part in parts for payment in part.payments),
        shipping=tuple(leg for part in parts for leg in part.shipping),
        due=sum((part.due for part in parts), ZERO),
    )


def _items(pairs: Sequence[tuple[Facts, Decision]]) -> list[tuple[Decimal, str]]:
    named: dict[str, Decimal] = {}
    for facts, _ in pairs:
        assert facts.line is not None
        units = (facts.quantity or ZERO) if facts.event.kind is Kind.RETURN else facts.line.units
        named[facts.line.sku] = named.get(facts.line.sku, ZERO) + units
    return [(units, sku) for sku, units in named.items()]


def _head(event: Event, facts: Facts, step: int, order: str, items: list[tuple[Decimal, str]], run: _Run) -> Head:
    """Return everything of an entry but its legs and what only its first step carries."""
    sale, settings, body = facts.sale, run.context.settings, event.body
    assert event.body.date is not None
    reason = facts.reason.name_in(settings.language) if isinstance(facts.reason, Reason) else None
    carried = {key: sale.metadata[key] for key in settings.carry if key in sale.metadata} if sale else {}
    return Head(
        id=event.id,
        kind=event.kind,
        step=step,
        case=event.id,
        order=order,
        date=event.body.date,
        payee=sale.payee if sale else None,
        narration=narration(event.kind, settings.language, order, items, reason),
        source=event.file,
        red_invoice=getattr(body, "red_invoice", None) or "",
        customer=(sale.customer or "") if sale else "",
        links=sale.links if sale else (),
        tags=(*(sale.tags if sale else ()), *body.tags),
        more={**carried, **body.meta},
    )


def _refund(facts: Facts, run: _Run) -> PlannedEvent:
    """Return the plan of a refund: what is payable of a case, or a part of it, is paid."""
    event = facts.event
    found = [*checks.ask_found(facts), *checks.ask_before(facts)]
    if any(finding.severity is Severity.ERROR for finding in found):
        return _refused(event, [facts], found)
    sale = facts.sale
    assert sale is not None
    due = payable_of(facts.case)
    amount = event.body.amount if event.body.amount is not None else due  # type: ignore[union-attr]
    method = getattr(event.body, "method", None) or "original"
    document = Document(
        sale.currency, sale.decimals, facts.order, sale, due=due, payable=amount, method=method, approval_amount=amount
    )
    document = replace(document, payments=payments(facts, document, amount, stated=True))
    if facts.policy is not None:
        names = {"kind": "refund", "amount": amount, "method": method}
        needed = evaluate.evidence(facts.policy, "refund", names)
        document = replace(document, chosen=tuple(needed))
    decision = Decision(document=document)
    findings = [*found, *checks.ask_decided(facts, decision)]
    kept, waived = _waive(event, [facts], findings, amount)
    case = facts.case[0].case
    planned = PlannedEvent(event, "refused", case, (facts,), (decision,), document, waived=waived)
    if any(finding.severity is Severity.ERROR for finding in kept):
        return replace(planned, findings=tuple(_once(kept)))
    legs = [leg for rule in rules.DOCUMENT[Kind.REFUND] for leg in rule(facts, document)]
    head = _head(event, facts, _next_step(case, run), facts.case[0].order, [], run)
    head = replace(head, case=case, event=canonical_text(event.canonical), decision=decision_text(planned))
    return _finish(planned, entry(head, legs), kept, run)


def _void(facts: Facts, run: _Run) -> PlannedEvent:
    """Return the plan of a void: the exact mirror of each entry of its target."""
    event = facts.event
    found = [*checks.ask_found(facts), *checks.ask_before(facts)]
    if any(finding.severity is Severity.ERROR for finding in found):
        return _refused(event, [facts], found)
    assert event.body.date is not None
    decision, step = Decision(), _next_step(facts.target[0].case, run)
    planned = PlannedEvent(event, "refused", facts.target[0].case, (facts,), (decision,))
    made = []
    for n, target in enumerate(facts.target):
        original = target.directive
        assert original is not None
        head = Head(
            id=event.id,
            kind=Kind.VOID,
            step=step + n,
            case=target.case,
            order=target.order,
            date=event.body.date,
            payee=original.payee,
            narration=narration(Kind.VOID, run.context.settings.language, target.id, [], None),
            event=canonical_text(event.canonical) if n == 0 else "",
            source=event.file,
            voids=target.id,
            customer=target.customer,
            links=tuple(original.links or ()),
            tags=tuple((original.tags or frozenset()) - {target.kind}),
        )
        made.append(entry(head, rules.void(target)))
    written = [finding for finding in checks.ask_written(facts, decision, tuple(made), run.books)]
    if any(finding.severity is Severity.ERROR for finding in written):
        return replace(planned, findings=tuple(_once([*found, *written])))
    return replace(planned, status="new", directives=tuple(made), findings=tuple(_once([*found, *written])))


def _finish(planned: PlannedEvent, directive: Transaction, findings: list[Finding], run: _Run) -> PlannedEvent:
    late = [f for f in checks.ask_written(planned.facts[0], planned.decisions[0], (directive,), run.books)]
    every = tuple(_once([*findings, *late]))
    status = "refused" if any(finding.severity is Severity.ERROR for finding in every) else "new"
    return replace(planned, status=status, directives=(directive,), findings=every)


def _next_step(case: str, run: _Run) -> int:
    return max((entry.step for entry in run.books.by_case.get(case, ())), default=0) + 1


def payable_of(case: Iterable[Posted]) -> Decimal:
    """Return what is still payable of a case: credited to refund_payable less paid out of it."""
    return -sum((leg.amount for e in case for leg in e.legs if leg.role == "refund_payable"), ZERO)


def _refused(event: Event, facts: Sequence[Facts], findings: Iterable[Finding]) -> PlannedEvent:
    every = tuple(_once(findings))
    assert any(finding.severity is Severity.ERROR for finding in every), f"{event.id} is refused and no check says why"
    return PlannedEvent(event, "refused", event.id, tuple(facts), findings=every)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings without repetition: several items may ask the same of their document."""
    seen: dict[object, Finding] = {}
    for finding in findings:
        seen.setdefault((finding.code, finding.span, str(sorted(finding.values.items(), key=str))), finding)
    return list(seen.values())


def _waive(
    event: Event, items: Sequence[Facts], findings: list[Finding], amount: Decimal | None
) -> tuple[list[Finding], tuple[str, ...]]:
    """Return the findings that stand after the event's waivers, and the codes that were waived.

    A waiver names the check, a person and a reason, and must be the policy's to give; else it is a finding itself.
    """
    kept, waived = [], []
    for finding in findings:
        refusal = _why_not_waived(event, items[0], finding, amount) if finding.code in event.body.allow else ""
        if finding.code not in event.body.allow or refusal:
            kept.append(finding)
        else:
            waived.append(finding.code)
        if refusal:
            kept.append(waiver_refused(items[0], finding.code, refusal))
    return kept, tuple(dict.fromkeys(waived))


def _why_not_waived(event: Event, facts: Facts, finding: Finding, amount: Decimal | None) -> str:
    """Return why a waiver does not hold: never, unsigned or role; "" if it holds."""
    if finding.code not in checks.WAIVABLE:
        return "never"
    if not event.body.approved_by or not event.body.note:
        return "unsigned"
    if facts.policy is None:
        return ""
    roles = {
        role for name in event.body.approved_by for role in facts.settings.roles_of_person(name, facts.day or date.min)
    }
    return "" if evaluate.waiver(facts.policy, finding.code, amount, roles).value else "role"


def run_may_restock(run: _Run) -> Callable[[Facts, LotUnits], bool]:
    """Return the question whether units may go back to their selling account on the day, changing no booked lot."""

    def may_restock(facts: Facts, lot: LotUnits) -> bool:
        account = run.books.accounts.get(lot.account)
        if account is None or facts.day is None:
            return False
        if account.closed is not None and account.closed <= facts.day:
            return False
        movements = (*run.books.movements.get(lot.account, ()), *run.additions.get(lot.account, ()))
        addition = Movement(lot.account, facts.day, "", 0, 0, lot.commodity, lot.units, lot.lot, None)
        return replay.safe_to_add(account, movements, addition)

    return may_restock


def _absorb(made: PlannedEvent, run: _Run) -> None:
    """Add what was planned to the books, as a load would find it."""
    for n, directive in enumerate(made.directives):
        row = posted(directive)
        assert row is not None
        run.books.absorb(row, digest=made.event.digest if n == 0 else "")
        for leg in row.legs:
            if leg.lot is not None and leg.units is not None and leg.commodity is not None:
                moved = Movement(
                    leg.account, directive.date, PLANNED, 0, 0, leg.commodity, leg.units, leg.lot, str(leg.lot)
                )
                run.additions.setdefault(leg.account, []).append(moved)


PLANNED = "<planned>"  # the file of movements that are planned and not yet written


def decision_text(planned: PlannedEvent) -> str:
    """Return each effect with its value and the row that decided it, as one line for the ledger."""
    parts = []
    for decision in planned.decisions[:1]:
        if decision.window and decision.window.last_day:
            parts.append(f"window {decision.window.last_day.isoformat()} {decision.window.row}")
    for chosen in planned.chosen:
        value = chosen_text(chosen)
        if value:
            parts.append(f"{chosen.effect} {value} {chosen.row}")
    if planned.document is not None:
        parts.append(f"method {planned.document.method}")
        if planned.document.deadline is not None:
            parts.append(f"deadline {planned.document.deadline.isoformat()}")
    parts += [f"waived {code}" for code in planned.waived]
    parts += list(dict.fromkeys(facts.auto_choice for facts in planned.facts if facts.auto_choice))
    goods = {decision.goods for decision in planned.decisions}
    if Goods.KEPT in goods:
        parts.append("goods kept")
    return "; ".join(dict.fromkeys(parts))


def chosen_text(chosen: Chosen) -> str:
    """Return the value of a choice in a few words, the same in every language; "" where it says nothing."""
    value = chosen.value
    if chosen.effect == "fee":
        if value is None:
            return ""
        return plain(value.amount) if value.amount is not None else f"{plain(value.percent or ZERO)}%"
    if chosen.effect == "disposition":
        return str(value.to)
    if chosen.effect == "refunds":
        return (
            "" if value is None else f"within {value.within_days} days" if value.within_days is not None else "any time"
        )
    if chosen.effect == "approvals":
        return "/".join(value) or "automatic"
    if chosen.effect == "evidence":
        return "/".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
