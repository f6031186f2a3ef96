"""Plans a return or an allowance: every item is asked and decided, then the document, then its entries are written.

A one-line return is all the steps of a case at once; the kinds that take one step at a time use the same parts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from beancount.core.data import Transaction

from returnledger import checks, rules
from returnledger.costfractions import cost_rounding, open_after
from returnledger.coupons import CouponBack
from returnledger.decide import decide_item
from returnledger.decision import Decision, Document
from returnledger.documents import decide_document
from returnledger.drawing import with_draws
from returnledger.entry import Head, entry
from returnledger.events import Event
from returnledger.events.canonical import canonical_text
from returnledger.facts import Facts
from returnledger.fees import order_fees, share_fees
from returnledger.findings import Finding, Severity
from returnledger.legs import Leg
from returnledger.money import ZERO, decimals_of
from returnledger.numbers import next_number
from returnledger.onward import items_named
from returnledger.openday import on_open_day
from returnledger.orderfees import order_fees_text
from returnledger.ordermoney import OrderFacts
from returnledger.planned import PlannedEvent, decision_text
from returnledger.planrun import Run, head_of, may_restock_in, once, refused, waive
from returnledger.resolve import items_of
from returnledger.roles import Role
from returnledger.terms import Goods, Kind, Swap

Then = Callable[[PlannedEvent, Run], Iterable[Transaction]]


def returned(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a return or an allowance."""
    of = items_named if base.event.kind is Kind.RETURN else items_of
    items = on_open_day(base, lambda own: of(own, run.books, run.context), run)
    return plan_items(items[0].event, items, run)


def case_of(facts: Facts) -> str:
    """Return the case that an event belongs to: the one it names, else its own."""
    return facts.now.id if facts.now is not None else facts.event.id


def asked(items: list[Facts]) -> tuple[list[Finding], list[Finding]]:
    """Return what is found of items before anything is decided: what stops an item, and the rest."""
    found, before = [], []
    for facts in items:
        own = checks.ask_found(facts)
        found += own
        before += checks.ask_before(facts) if not own else []
    return found, before


def incomplete(items: list[Facts]) -> bool:
    """Return True if nothing can be decided: an item has no line or quantity, or asks for more than there is."""
    return any(facts.line is None or facts.quantity is None or facts.quantity > facts.returnable for facts in items)


def plan_items(
    event: Event, items: list[Facts], run: Run, besides: Sequence[Finding] = (), then: Then | None = None
) -> PlannedEvent:
    """Return the plan of what credits items, on their order or in their case: every item is asked and decided, then the document.

    `besides` is what was found of the event as a whole, `then` what is booked after the credit.
    """
    found, before = asked(items)
    before = [*before, *besides]
    if found:
        return refused(event, items, waive(event, items, [*found, *before], None)[0])
    if incomplete(items):
        return refused(event, items, waive(event, items, before, None)[0])
    decided = [(facts, decide_item(facts, may_restock_in(run))) for facts in items]
    if not decided or any(facts.policy is None for facts, _ in decided):
        return refused(event, items, before)
    decided = with_draws(share_fees(decided), run.books)
    document, orders = decide_document(decided), list(by_order(decided).values())
    if len(orders) > 1:
        document = together(document, [decide_document(own) for own in orders])
    pairs = [(facts, replace(decision, document=document)) for facts, decision in decided]
    findings = before + [finding for facts, decision in pairs for finding in checks.ask_decided(facts, decision)]
    kept, waived = waive(event, items, findings, document)
    planned = PlannedEvent(
        event,
        "refused",
        case_of(pairs[0][0]),
        tuple(f for f, _ in pairs),
        tuple(d for _, d in pairs),
        document,
        waived=waived,
    )
    if any(finding.severity is Severity.ERROR for finding in kept):
        return replace(planned, findings=tuple(once(kept)))
    return _write(planned, kept, run, then)


def _write(planned: PlannedEvent, findings: list[Finding], run: Run, then: Then | None) -> PlannedEvent:
    """Return the plan with its entries: one directive per order, in steps."""
    directives = (*_directives(planned, run), *(then(planned, run) if then else ()))
    late = [
        finding
        for facts, decision in zip(planned.facts, planned.decisions)
        for finding in checks.ask_written(facts, decision, directives, run.books)
    ]
    findings = list(once([*findings, *late]))
    if any(finding.severity is Severity.ERROR for finding in findings):
        return replace(planned, findings=tuple(findings))
    return replace(planned, status="new", directives=directives, findings=tuple(findings))


def _directives(planned: PlannedEvent, run: Run) -> Iterator[Transaction]:
    """Yield the transactions of a return or allowance, one per order it touches."""
    event, document = planned.event, planned.document
    assert document is not None
    orders = by_order(list(zip(planned.facts, planned.decisions)))
    document_rules = rules.DOCUMENT[Kind.RETURN if planned.facts[0].selling else event.kind]
    for step, (order, pairs) in enumerate(orders.items(), start=1):
        own = document if len(orders) == 1 else decide_document(pairs)
        legs: list[Leg] = []
        before: list[Leg] = []  # of the last day of the old year
        for facts, decision in pairs:
            of_item = list(rules.legs_of_item(facts, decision))
            of_item, of_year = rules.book_in_old_year(rules.use_estimate(of_item, facts, decision), facts)
            legs, before = legs + rules.adjust_prior_period(of_item, facts), before + of_year
        for document_rule in document_rules:
            of_document = list(rules.await_red_invoice(document_rule(pairs[0][0], own), pairs[0][0]))
            if pairs[0][0].selling is None:  # what goes out is sold on its own day
                of_document, of_year = rules.book_in_old_year(of_document, pairs[0][0])
                before += of_year
            legs += rules.adjust_prior_period(of_document, pairs[0][0])
        legs += rules.close_prior_period(legs, run.context.settings, pairs[0][0].day, own.decimals)
        legs = passing(legs, order, own, run)
        kept = event.kind is Kind.RETURN and all(decision.goods is Goods.KEPT for _, decision in pairs)
        head = head_of(event, pairs[0][0], step, order, named_items(pairs), run, kept)
        head = replace(
            head,
            event=canonical_text(event.canonical) if step == 1 else "",
            decision=decision_text(planned) if step == 1 else "",
            number=next_number(event, head.date, own, run.context.settings, run.books, step - 1),
            window_end=planned.window_end,
            order_fees=order_fees_text(order_fees(pairs)),
        )
        swap = None
        if pairs[0][0].selling is not None:
            head, swap = replace(head, tags=(*head.tags, Kind.EXCHANGE.value)), {"as": Swap.DIFFERENT.value}
        yield entry(head, legs, swap)
        yield from of_old_year(replace(head, step=head.step + len(orders)), pairs[0][0], before)


def of_old_year(head: Head, facts: Facts, legs: list[Leg]) -> Iterator[Transaction]:
    """Yield what a step does to the year before, on the last day of that year."""
    year = facts.settings.year_end
    if legs and year is not None:
        head = replace(head, event="", decision="", number="", order_fees="", window_end=None)
        yield entry(replace(head, date=year.date, said=facts.dated), legs)


def passing(legs: list[Leg], order: str, document: Document, run: Run) -> list[Leg]:
    """Return the legs of an entry with what they need on cost rounding for Beancount to let them pass."""
    rounding = run.context.settings.account_for(Role.COST_ROUNDING)
    for currency in dict.fromkeys((document.currency, *(leg.currency for leg in legs))):
        decimals = document.decimals if currency == document.currency else decimals_of(currency)
        before = open_after(run.books.by_order.get(order, ()), document.sale, currency, decimals)
        legs = [*legs, *cost_rounding(legs, rounding, currency, decimals, before)]
    return legs


def by_order(items: Sequence[tuple[Facts, Decision]]) -> dict[str, list[tuple[Facts, Decision]]]:
    """Return the items of an event by the order they belong to: `return: auto` may take from several."""
    orders: dict[str, list[tuple[Facts, Decision]]] = {}
    for facts, decision in items:
        assert facts.sale is not None
        orders.setdefault(facts.sale.order, []).append((facts, decision))
    return orders


def together(document: Document, parts: Sequence[Document]) -> Document:
    """Return the document of an event with the money of its orders added up; each order owes and was paid on its own."""
    return replace(
        document,
        order=OrderFacts(
            paid_in=sum((p.order.paid_in for p in parts), ZERO), paid_out=sum((p.order.paid_out for p in parts), ZERO)
        ),
        offset_weights=tuple(row for part in parts for row in part.offset_weights),
        weight=sum((part.weight for part in parts), ZERO),
        leaving=sum((part.leaving for part in parts), ZERO),
        offset=tuple(pair for part in parts for pair in part.offset),
        payable=sum((part.payable for part in parts), ZERO),
        store_credit=sum((part.store_credit for part in parts), ZERO),
        bonus=sum((part.bonus for part in parts), ZERO),
        payments=tuple(payment for part in parts for payment in part.payments),
        shipping=tuple(leg for part in parts for leg in part.shipping),
        shipping_policy=_whole(part.shipping_policy for part in parts),
        rounding=tuple(leg for part in parts for leg in part.rounding),
        settled=tuple(leg for part in parts for leg in part.settled),
        coupon=CouponBack(tuple(leg for part in parts if part.coupon for leg in part.coupon.parts)),
        due=sum((part.due for part in parts), ZERO),
    )


def _whole(parts: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of the parts that are known, None where none is."""
    known = [part for part in parts if part is not None]
    return sum(known, ZERO) if known else None


def named_items(pairs: Sequence[tuple[Facts, Decision]]) -> list[tuple[Decimal, str]]:
    """Return how many units of which SKU items are of, for the narration."""
    named: dict[str, Decimal] = {}
    for facts, _ in pairs:
        assert facts.line is not None
        units = facts.line.units if facts.event.price_only else (facts.quantity or ZERO)
        named[facts.line.sku] = named.get(facts.line.sku, ZERO) + units
    return [(units, sku) for sku, units in named.items()]
