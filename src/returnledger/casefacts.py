"""The facts of an event that names an earlier one: of a refund the case that it pays, of a void what it undoes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from returnledger.advancemoves import spent_since
from returnledger.blind import sale_of_case
from returnledger.books import Books, standing
from returnledger.cases import case_now
from returnledger.context import Context, with_sale
from returnledger.events.suggest import alike
from returnledger.exchanged import exchanges_in_order
from returnledger.facts import Facts
from returnledger.orderfacts import PAYING_ROLES, due_of, order_facts
from returnledger.rows import Posted
from returnledger.signing import recorded
from returnledger.steps import history_of
from returnledger.terms import Kind


def case_facts(base: Facts, books: Books, context: Context) -> Facts:
    """Return the facts of a refund: the case it pays, its sale and what is payable."""
    entries = tuple(books.case_of(base.event.reference))
    if not entries:
        known = [*dict.fromkeys((*books.by_case, *books.known_cases))]
        nearest = cases_of(base.event.reference, books) or alike(base.event.reference, known)
        return replace(base, nearest=tuple(nearest), target=tuple(books.posted.get(base.event.reference, ())))
    facts = facts_of_case(base, entries, books, context)
    return facts if facts.sale is None else replace(facts, due=due_of(entries, facts.order))


def facts_of_case(base: Facts, entries: tuple[Posted, ...], books: Books, context: Context) -> Facts:
    """Return the facts of a step with the case whose entries that stand are given, and its sale."""
    order = books.sales.get(entries[0].order) or sale_of_case(entries, context)
    signed = tuple(recorded(entries, books.canonicals))
    facts = replace(base, case=entries, now=case_now(entries, base.day), recorded=signed)
    return facts if order is None else with_sale(facts, order, books, context)


def cases_of(name: str, books: Books) -> list[str]:
    """Return the cases of the order that goes by a name, the last first; none where no order does."""
    orders = books.names.get(name, ())
    entries = [entry for order in orders for entry in books.by_order.get(order, ()) if books.case_of(entry.case)]
    return list(dict.fromkeys(entry.case for entry in sorted(entries, key=lambda entry: entry.date, reverse=True)))


def void_facts(base: Facts, books: Books) -> Facts:
    """Return the facts of a void: the entries it undoes and what depends on them."""
    batch = getattr(base.event.body, "batch", None)
    every = tuple(books.posted.get(base.event.reference, ()))
    cases = dict.fromkeys(entry.case for entry in every)  # what revalues goods does so in the case of each
    left = [entry for case in cases for entry in standing(books.by_case[case]) if entry in every]
    target = tuple(entry for entry in left or every if not batch or _in_batch(entry, batch))
    if not target:
        known = [*dict.fromkeys((*books.posted, *books.known_events))]
        return replace(base, nearest=tuple(alike(base.event.reference, known)))
    last = {entry.case: entry.step for entry in sorted(target, key=lambda entry: entry.step)}
    dependants: Iterable[Posted] = (
        entry
        for case, step in last.items()
        for entry in books.case_of(case)
        if entry.step > step and entry.id != target[0].id
    )
    later = [entry.id for entry in sorted(dependants, key=lambda e: -e.step)]
    if left:
        later += [
            *_paid_back_since(target, books),
            *_last_returns_on(target, books),
            *_resting_on_swap(target, books),
            *_resting_on_sale(target, books),
        ]
    spent = spent_since(target, books) if left else None
    later += spent.taken_by if spent is not None else ()
    if left and len(target) < len(left):
        later = []  # the other copy stands, and what rests on the event rests on that
    return replace(
        base,
        target=target,
        target_voided=not left,
        form_now=books.form_now(target[0].id),
        dependants=tuple(dict.fromkeys(later)),
        spent=spent,
        booked_on=tuple(_booked_on_sale(target, books)) if left else (),
    )


def _last_returns_on(target: Sequence[Posted], books: Books) -> Iterator[str]:
    """Yield the last return of each line that an allowance lowered and of which no unit is out any more.

    Without the allowance these units would have been worth more, and no later part is left to make up for it.
    """
    sale = books.sales.get(target[0].order)
    if sale is None or not target[0].price_only:
        return
    lowered = {leg.line for entry in target for leg in entry.legs if leg.line}
    others = [entry for entry in standing(books.by_order.get(sale.order, ())) if entry not in target]
    for line in sale.lines:
        history = history_of(line, sale, others)
        if line.line in lowered and history.units_taken == line.units and history.worth > 0:
            returns = [e for e in others if e.kind == Kind.RETURN and any(leg.line == line.line for leg in e.legs)]
            yield from [entry.id for entry in sorted(returns, key=lambda e: e.date)[-1:]]


def _resting_on_swap(target: Sequence[Posted], books: Books) -> Iterator[str]:
    """Yield what came after an exchange on its lines, the last first: it may have taken what went out."""
    if target[0].kind != Kind.EXCHANGE:
        return
    lines = {leg.line for entry in target for leg in entry.legs if leg.line}
    # Cases are gathered in no certain order, the one that is asked about last: days say what came after, and of the
    # exchanges of one day each says which stood before it.
    entries = books.by_order.get(target[0].order, ())
    swaps = [entry.id for entry in exchanges_in_order(entries)]
    on_order = sorted(standing(entries), key=_when)
    at = max((n for n, entry in enumerate(on_order) if entry in target), default=len(on_order))
    own = swaps.index(target[0].id) if target[0].id in swaps else len(swaps)
    later = set(swaps[own + 1 :])
    after = [entry for n, entry in enumerate(on_order) if (entry.id in later if entry.id in swaps else n > at)]
    after.sort(key=lambda e: (e.date, swaps.index(e.id) if e.id in swaps else -1))
    for entry in reversed(after):
        if any(leg.line in lines for leg in entry.legs):
            yield entry.id


def _resting_on_sale(target: Sequence[Posted], books: Books) -> Iterator[str]:
    """Yield what was posted on the order that an exchange sold other goods under, the last first."""
    for entry in target:
        for other in sorted(standing(books.by_order.get(entry.sells, ())), key=_when, reverse=True):
            yield other.id


def _paid_back_since(target: Sequence[Posted], books: Books) -> Iterator[str]:
    """Yield what paid back money of an order that store credit had paid, the last first, until no more went out than in."""
    if target[0].kind != Kind.STORE_CREDIT:
        return
    sale = books.sales.get(target[0].order)
    others = sorted((e for e in standing(books.by_order.get(target[0].order, ())) if e not in target), key=_when)
    while others and sale is not None:
        order = order_facts(sale, others)
        if order.paid_out <= order.paid_in:
            return
        last = others.pop()
        if any(leg.role in PAYING_ROLES for leg in last.legs):
            yield last.id


def _booked_on_sale(target: Sequence[Posted], books: Books) -> Iterator[str]:
    """Yield where the user's own entries moved money on the order that an exchange sold other goods under."""
    for entry in target:
        sale, own = books.sales.get(entry.sells), entry.place.file if entry.place else ""
        for money in (*sale.receivable, *sale.tenders, *sale.settled) if sale is not None and own else ():
            if money.place is not None and money.place[0] != own:
                yield f"{money.place[0]}:{money.place[1]}"


def _when(entry: Posted) -> tuple[date, bool, str, int]:
    """Return where an entry comes among all: by day, then by where it stands; what is only planned comes last."""
    place = entry.place
    return entry.date, place is None, place.file if place else "", place.line if place else entry.step


def _in_batch(entry: Posted, batch: str) -> bool:
    """Return True if an entry stands in the batch file of that name, given with or without folder and ending."""
    file = entry.place.file if entry.place else ""
    return file.rpartition("/")[2].removesuffix(".beancount") == batch.rpartition("/")[2].removesuffix(".beancount")
