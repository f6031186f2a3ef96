"""From a step of a case to its items: the case it names, or the order that opens one, and the units it may be about.

`case_in(base, books, context)` gives the facts of a step the case (`now`, `case`, `recorded`, its sale and policy); for
a kind that may name an order instead, an order with one open case that waits for just this step means that case. What
the step does not say (which units, why) the case does: `said_of` fills it in.

`step_items(base, books, context)` gives the items of a step that brings goods in or credits them. Units of the case whose
other half is posted go first, at the very lots of that half.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from returnledger.blind import sale_of_case
from returnledger.books import Books
from returnledger.cases import Case, CaseLine, case_now
from returnledger.context import Context, line_history, serials_back_on, with_sale
from returnledger.entire import of_the_event
from returnledger.events import KINDS, Event, Item
from returnledger.events.suggest import alike
from returnledger.exchanged import replaced, sent_for
from returnledger.facts import Facts
from returnledger.history import LineHistory, Step
from returnledger.lots import lot_key
from returnledger.money import ZERO
from returnledger.resolve import items_of, lines_of, names_goods
from returnledger.rows import PART_OF, LotUnits, Posted, Sale, SaleLine
from returnledger.signing import recorded
from returnledger.steps import between
from returnledger.terms import Kind

Units = Callable[[CaseLine], Decimal]

# Which units of a line a step is about where it names none.
UNITS: dict[Kind, Units] = {
    Kind.APPROVE: lambda line: line.requested - line.credited,
    Kind.RETURN: lambda line: line.requested - line.credited,
    Kind.RECEIVE: lambda line: line.outstanding,
    Kind.CREDIT_NOTE: lambda line: line.waiting or max(ZERO, line.requested - line.credited),
    Kind.EXCHANGE: lambda line: line.waiting or max(ZERO, line.requested - line.credited),
}


def case_in(base: Facts, books: Books, context: Context) -> Facts:
    """Return the facts of a step with the case that it names; with what is like its name where there is none."""
    event = base.event
    entries = tuple(books.case_of(event.reference)) or tuple(_waiting_case(event, books))
    if not entries:
        known = [*dict.fromkeys((*books.by_case, *books.known_cases))]
        known += books.known_orders if KINDS[event.kind].names == "either" else ()
        nearest = alike(event.reference, known)
        return replace(base, nearest=tuple(nearest), target=tuple(books.posted.get(event.reference, ())))
    now = case_now(entries, base.day)
    assert now is not None
    signed = tuple(recorded(entries, books.canonicals))
    asked = event.body.requested or now.authorised.requested or base.requested
    facts = replace(base, case=entries, now=now, recorded=signed, requested=asked)
    sale = books.sales.get(now.order) or sale_of_case(entries, context)
    return facts if sale is None else with_sale(facts, sale, books, context)


def _waiting_case(event: Event, books: Books) -> list[Posted]:
    """Return the entries of the one case of an order that has units which wait for just this step."""
    units = UNITS.get(event.kind)
    orders = books.names.get(event.reference, ())
    if units is None or len(orders) != 1 or event.price_only or event.kind not in (Kind.RECEIVE, Kind.CREDIT_NOTE):
        return []
    names = dict.fromkeys(entry.case for entry in books.by_order.get(orders[0], ()))
    found = []
    for name in names:
        entries = books.case_of(name)
        now = case_now(entries)
        if now is not None and now.ended is None and any(units(line) for line in now.lines):
            found.append(entries)
    return found[0] if len(found) == 1 else []


def items_named(base: Facts, books: Books, context: Context) -> list[Facts]:
    """Return the items of an event that may name a case, or what was posted and is none, and else names an order."""
    name = base.event.reference
    of_case = bool(books.case_of(name)) or (name in books.posted and name not in books.names)
    return step_items(base, books, context) if of_case else items_of(base, books, context)


def step_items(base: Facts, books: Books, context: Context) -> list[Facts]:
    """Return the facts of every item of a step that brings goods in or credits them; at least one."""
    facts = case_in(base, books, context)
    if facts.now is None:
        return items_of(facts, books, context)
    if facts.sale is None:
        return [replace(facts, item=next(iter(base.event.items), None))]
    now = facts.now
    event = said_of(base.event, now, UNITS[base.event.kind])
    order, case = facts.sale.order, now.id
    facts = replace(facts, event=event, orders=(order,), serials_back=serials_back_on(books, order, case))
    found = lines_of(event, facts, books, context, _history_for(base.event.kind, now))
    return of_the_event(list(_in_turn(found)))


def _in_turn(items: Iterable[Facts]) -> Iterator[Facts]:
    """Yield items with what those before them take of the same line: together they may not be more than it has."""
    taken: dict[str, Decimal] = {}
    for facts in items:
        name = facts.line.line if facts.line is not None else ""
        yield replace(facts, before=taken.get(name, ZERO))
        taken[name] = taken.get(name, ZERO) + (facts.quantity or ZERO)


def _history_for(kind: Kind, now: Case) -> Callable[[SaleLine, Sale, Books], LineHistory]:
    """Return how the history of a line looks to a step of a case: which units it may be about, and which go first."""

    def history(line: SaleLine, sale: Sale, books: Books) -> LineHistory:
        # What this case sent is not what it waits for.
        sent = Step(lots=tuple(sent_for(line, now.entries)))
        line = _with_replaced(line, now, books) if kind is Kind.RECEIVE else line
        own = between(line, now.entries)
        if kind is not Kind.RECEIVE:
            known = line_history(line, sale, books, now.id)
            return replace(known, first=own.waiting, waiting=(*known.waiting, sent))
        # What was credited and has not come in is still out.
        known, gone = _by_value(line_history(line, sale, books)), own.awaited
        out = replace(gone, units=-gone.units, lots=tuple((lot, -units) for lot, units in gone.lots))
        return replace(known, first=gone, waiting=(*known.waiting, out, sent))

    return history


def _by_value(known: LineHistory) -> LineHistory:
    """Return a history in which units kept by value that came in are taken: the next ones stand at what is left of the cost."""
    if not known.line.value_accounts:
        return known
    came = tuple(step for step in known.waiting if step.units > 0)
    return replace(known, steps=(*known.steps, *came), waiting=tuple(s for s in known.waiting if s not in came))


def _with_replaced(line: SaleLine, now: Case, books: Books) -> SaleLine:
    """Return a line with the lots, none of them out, of units that are to come and for which others went out already."""
    sale = books.sales.get(now.order)
    sold = sale.line(line.line) if sale is not None else None
    sent = (LotUnits(*key, units) for key, units in sent_for(line, books.by_order.get(now.order, ())))
    known = (*line.lots, *(sold.lots if sold is not None else ()), *sent)
    gone = (key for e in now.entries for leg in e.legs if leg.line == line.line for key in replaced(leg, known))
    here = {lot_key(lot) for lot in line.lots}
    more = tuple(LotUnits(*key, ZERO) for key in dict.fromkeys(gone) if key not in here)
    return replace(line, lots=(*line.lots, *more)) if more else line


def said_of(event: Event, now: Case, units: Units) -> Event:
    """Return the event with what it leaves out and its case knows: which units, and of each item why and as found."""
    if event.price_only:
        return event if names_goods(event) else replace(event, items=tuple(_priced(event, now)) or event.items)
    if not names_goods(event):
        shared = event.items[0] if event.items else Item.model_validate({})
        items = tuple(shared.model_copy(update=_names(line, units(line))) for line in now.lines if units(line) > 0)
        event = replace(event, items=items or event.items)
    return replace(event, items=tuple(_with_case(item, now, units) for item in event.items))


def _names(line: CaseLine, units: Decimal) -> dict[str, object]:
    return {"sku": line.sku, "line": line.line.rpartition(PART_OF)[0] or line.line, "qty": units}


def _priced(event: Event, now: Case) -> Iterator[Item]:
    """Yield the lines of a case, without units: those that a credit of money alone is shared over."""
    shared = event.items[0] if event.items else Item.model_validate({})
    for name in dict.fromkeys(line.line.rpartition(PART_OF)[0] or line.line for line in now.lines):
        yield shared.model_copy(update={"line": name})


def _with_case(item: Item, now: Case, units: Units) -> Item:
    """Return an item with what the case knows of its line and the item leaves out: reason, condition, a single unit."""
    lines = list(_lines_of(item, now))
    if not lines:
        return item
    known: dict[str, object] = {"reason": lines[0].reason_word, "condition": lines[0].condition_word}
    if sum((units(line) for line in lines), ZERO) == 1:
        known["qty"] = Decimal(1)
    return item.model_copy(update={key: said for key, said in known.items() if said and getattr(item, key) is None})


def _lines_of(item: Item, now: Case) -> Iterator[CaseLine]:
    """Yield the lines of a case that an item could mean."""
    for line in now.lines:
        same = item.line in (None, line.line, line.line.rpartition(PART_OF)[0])
        if same and item.sku in (None, line.sku):
            yield line
