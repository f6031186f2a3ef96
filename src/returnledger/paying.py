"""Plans what follows a posted event: its refund, and the void that undoes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from beancount.core.data import Transaction

from returnledger import checks, rules
from returnledger.approving import credited_before, moved
from returnledger.carrying import weighed_refund
from returnledger.decision import Decision, Document, Payment
from returnledger.entry import Head, entry, narration, note
from returnledger.events.canonical import canonical_text
from returnledger.facts import Facts
from returnledger.findings import Finding, Severity
from returnledger.money import filled, places, round_to
from returnledger.orderfacts import payable_units
from returnledger.planned import PlannedEvent, decision_text
from returnledger.planrun import Run, head_of, next_step, once, refused, waive
from returnledger.policy import duties, evaluate
from returnledger.policyfacts import policy_facts
from returnledger.refundtime import recorded_when
from returnledger.roles import Role
from returnledger.rows import SELLS, OwnDirective
from returnledger.signing import signed_by
from returnledger.tenders import payments
from returnledger.terms import Kind, Method


def plan_refund(facts: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a refund: what is payable of a case, or a part of it, is paid."""
    event = facts.event
    found = [*checks.ask_found(facts), *checks.ask_before(facts)]
    if any(finding.severity is Severity.ERROR for finding in found):
        return refused(event, [facts], found)
    sale = facts.sale
    assert sale is not None
    due = facts.due
    amount = event.body.amount if event.body.amount is not None else due  # type: ignore[attr-defined]
    if places(amount) <= sale.money_decimals:
        amount = round_to(amount, sale.money_decimals)  # 20 is written as 20.00
    method = getattr(event.body, "method", None) or "original"
    document = Document(
        sale.currency,
        sale.decimals,
        facts.order,
        sale,
        due=due,
        payable=amount,
        method=method,
        approval_amount=max(facts.at_sale(amount), credited_before([facts])),
    )
    document = replace(document, payments=payments(facts, document, amount, stated=True))
    if method == Method.OFFSET:
        document = replace(document, offset=tuple(facts.order.off_owed(amount)))
    document = replace(document, released=_released(facts, amount - payable_units(facts.case, facts.order.exchange)))
    own = signed_by(event.kind, event.body.by, event.body.approved_by, facts.dated or date.min, goods=False, paid=True)
    document = replace(document, signed=(*facts.recorded, *own))
    document = weighed_refund(facts, replace(document, due_in_books=False))
    if facts.policy is not None:
        # How money may go back was for the day of the credit to decide, not for the day it is paid.
        credited = replace(facts, requested=facts.case[0].date)
        names = policy_facts(credited, kind="refund", amount=document.approval_amount, method=method)
        needed = evaluate.evidence(facts.policy, "refund", names)
        others = filter(None, [duties.separation(facts.policy, names), moved(facts)])
        chosen = (evaluate.refunds(facts.policy, names), *needed, *others)
        chosen = (*(facts.ahead or recorded_when(facts)), *chosen)
        document = replace(document, chosen=chosen)
    decision = Decision(document=document)
    findings = [*found, *checks.ask_decided(facts, decision)]
    kept, waived = waive(event, [facts], findings, document)
    case = facts.case[0].case
    planned = PlannedEvent(event, "refused", case, (facts,), (decision,), document, waived=waived)
    if any(finding.severity is Severity.ERROR for finding in kept):
        return replace(planned, findings=tuple(once(kept)))
    legs = [leg for rule in rules.DOCUMENT[Kind.REFUND] for leg in rule(facts, document)]
    order = facts.case[0].order
    head = head_of(event, facts, 1, order or case, [], run)
    head = replace(head, case=case, order=order, event=canonical_text(event.canonical), decision=decision_text(planned))
    return _finish(planned, entry(head, legs, {"by": event.body.by} if event.body.by else None), kept, run)


def credit_document(facts: Facts, amount: Decimal, bonus: Decimal) -> Document:
    """Return the document of what is due and becomes store credit: a refund to the account of that credit."""
    sale, role = facts.sale, Role.STORE_CREDIT_LIABILITY
    assert sale is not None
    paid = (Payment(facts.settings.account_for(role), amount, role),)
    document = Document(
        sale.currency, sale.decimals, facts.order, sale, due=facts.due, payable=amount, payments=paid, bonus=bonus,
        method=Method.STORE_CREDIT.value, due_in_books=False,
        released=_released(facts, amount - payable_units(facts.case, facts.order.exchange)),
    )  # fmt: skip
    return weighed_refund(facts, document)


def plan_void(facts: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a void: the exact mirror of each directive of its target."""
    event = facts.event
    found = [*checks.ask_found(facts), *checks.ask_before(facts)]
    if any(finding.severity is Severity.ERROR for finding in found):
        return refused(event, [facts], found)
    decision = Decision()
    planned = PlannedEvent(event, "refused", facts.target[0].case, (facts,), (decision,))
    made = tuple(mirrors(facts, run))
    written = list(checks.ask_written(facts, decision, made, run.books))
    if any(finding.severity is Severity.ERROR for finding in written):
        return replace(planned, findings=tuple(once([*found, *written])))
    return replace(planned, status="new", directives=made, findings=tuple(once([*found, *written])))


def mirrors(facts: Facts, run: Run) -> Iterator[OwnDirective]:
    """Yield the exact mirror of each directive of the target of a void or an amend, as the next steps of its cases."""
    event, steps = facts.event, {entry.case: next_step(entry.case, run) for entry in facts.target}
    assert facts.day is not None
    for n, target in enumerate(facts.target):
        original = target.directive
        assert original is not None
        head = Head(
            id=event.id,
            kind=event.kind,
            step=steps[target.case],
            case=target.case,
            order=target.order,
            date=rules.day_of_void(facts, target) or facts.day,
            said=facts.dated,
            payee=original.payee if isinstance(original, Transaction) else None,
            narration=narration(event.kind, run.context.settings.language, target.id, [], None),
            event=canonical_text(event.canonical) if n == 0 else "",
            source=event.file,
            voids=target.id,
            customer=target.customer,
            links=tuple(original.links or ()) if isinstance(original, Transaction) else (),
            tags=tuple((original.tags or frozenset()) - {target.kind}) if isinstance(original, Transaction) else (),
            more={key: original.meta[key] for key in facts.settings.carry if key in original.meta},
        )
        steps[target.case] += 1
        is_entry = isinstance(original, Transaction)
        said = {SELLS: target.sells} if target.sells else None
        yield entry(head, rules.void(target), said) if is_entry else note(head, rules.void_note(target))


def _finish(planned: PlannedEvent, directive: Transaction, findings: list[Finding], run: Run) -> PlannedEvent:
    late = list(checks.ask_written(planned.facts[0], planned.decisions[0], (directive,), run.books))
    every = tuple(once([*findings, *late]))
    status = "refused" if any(finding.severity is Severity.ERROR for finding in every) else "new"
    return replace(planned, status=status, directives=(directive,), findings=every)


def _released(facts: Facts, amount: Decimal) -> tuple[tuple[str, Decimal], ...]:
    """Return what of `amount` leaves each receivable that the customer has paid too much on."""
    return tuple(filled(amount, facts.order.overpaid))
