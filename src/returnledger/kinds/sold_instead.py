"""Plans an exchange for other goods: a return, and the sale of what goes out, which the return pays for (IFRS 15 B20).

The return is planned as any other, by the same checks, policy and rules. What it gives pays for what goes out, which is
sold under an order of its own, and can come back as any sale.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from beancount.core.data import Transaction

from returnledger import rules
from returnledger.checks.method_not_allowed import another_way
from returnledger.entry import entry
from returnledger.events import MODELS, Event
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase
from returnledger.kinds.goods_out import selling_of
from returnledger.kinds.returned import passing, plan_items
from returnledger.onward import items_named
from returnledger.openday import on_open_day
from returnledger.outgoing import Selling
from returnledger.planned import PlannedEvent
from returnledger.planrun import Run, head_of
from returnledger.rows import SELLS
from returnledger.stepfindings import step_refused
from returnledger.terms import Kind, Method, Swap


def sold_instead(base: Facts, run: Run, *, apart: bool) -> PlannedEvent:
    """Return the plan of an exchange for other goods; `base` are the facts of the event, before its items.

    `apart` is for goods that came in before, or are still to come: then what gives them back is a credit note.
    """
    event = base.event
    back = as_credit(event, Kind.CREDIT_NOTE if apart else Kind.RETURN)
    items = on_open_day(replace(base, event=back), lambda own: items_named(own, run.books, run.context), run)
    if any(facts.line is None or facts.quantity is None for facts in items):
        return replace(plan_items(back, items, run), event=event)
    selling, missing = selling_of(items, event, run)
    missing += _not_known(items[0])
    items = [replace(facts, selling=selling) for facts in items]

    def sale(planned: PlannedEvent, run: Run) -> Iterator[Transaction]:
        yield _sale(event, planned, selling, run)

    return replace(plan_items(back, items, run, missing, sale), event=event)


def as_credit(event: Event, kind: Kind) -> Event:
    """Return what of an exchange gives goods back, as an event of that kind: the same items, people, papers and fields."""
    model = MODELS[Kind.RETURN]
    fields = {name: getattr(event.body, name) for name in model.model_fields if hasattr(event.body, name)}
    return replace(event, kind=kind, body=model.model_construct(event.body.model_fields_set, **fields))


def _not_known(facts: Facts) -> Iterator[Finding]:
    """Yield the findings of an order in another currency, and of a way to pay that nobody has."""
    event, order = facts.event, facts.order
    if order.exchange is not None or order.abroad:
        said = {"order": facts.sale.order if facts.sale else event.reference}
        obstacle = Phrase("{order} was invoiced or paid in another currency than it is booked in", said)
        instead = Phrase("write `return: {order}`, and book the sale of what goes out", said)
        yield step_refused(facts, Kind.EXCHANGE.value, obstacle, instead, Kind.EXCHANGE)
    method = getattr(event.body, "method", None)
    known = [*Method, *facts.settings.methods]
    if method is not None and method not in known:
        yield Finding(
            "method-not-allowed",
            event.at("method"),
            {"method": method, "allowed": known, "instead": another_way(known)},
        )


def _sale(event: Event, planned: PlannedEvent, selling: Selling | None, run: Run) -> Transaction:
    """Return the entry of the sale: a step of the case, under the order that it sells."""
    facts, document = planned.facts[0], planned.document
    assert selling is not None and document is not None and facts.sale is not None
    named = [(line.units, line.sku) for line in selling.lines]
    head = head_of(event, facts, 2, facts.sale.order, named, run)
    head = replace(head, links=selling.links, more={**head.more, **dict(selling.metadata)})
    legs = passing(list(rules.sell_replacement(facts, document)), selling.order, replace(document, sale=None), run)
    return entry(head, legs, {"as": Swap.DIFFERENT.value, SELLS: selling.order})
