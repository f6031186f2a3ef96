"""From an event to its items: which sale, which lines, how many units, and what they are worth.

`return: auto` finds the sale: same customer, SKU and price, the most recent first, sold on or before the day of the
return, split over several sales if need be; too few units refuse the whole event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from returnledger.auto import found_by_itself
from returnledger.blind import made_up
from returnledger.books import Books
from returnledger.context import Context, line_history, product_facts, serials_back_on, with_named_lots, with_sale
from returnledger.entire import of_the_event
from returnledger.events import Event, Item
from returnledger.events.suggest import alike
from returnledger.facts import Facts
from returnledger.history import LineHistory
from returnledger.kits import absorb_item, components, history_of_part, kit_left
from returnledger.linefacts import allowance_facts, line_facts
from returnledger.money import ZERO, shares
from returnledger.rows import Sale, SaleLine
from returnledger.terms import Goods


def items_of(base: Facts, books: Books, context: Context) -> list[Facts]:
    """Return the facts of every item of a return or allowance; at least one, so that checks have something to ask."""
    event = base.event
    if event.without_order == "auto":
        return list(found_by_itself(event, base, books, context))
    if event.without_order == "none":
        return made_up(event, base, books, context)
    orders = books.names.get(event.reference, ())
    base = replace(base, orders=orders)
    if len(orders) != 1:
        nearest = () if orders else tuple(alike(event.reference, books.known_orders))
        full = {order: _in_full(order, event.reference, books) for order in orders}
        sales = {full[order]: books.sales.get(order) for order in orders}
        at = {name: f"{sale.place.file}:{sale.place.line}" for name, sale in sales.items() if sale and sale.place}
        item = event.items[0] if event.items else None
        return [replace(base, orders=tuple(full.values()), places_of_orders=at, nearest=nearest, item=item)]
    base = with_sale(base, books.sales[orders[0]], books, context)
    base = replace(base, serials_back=serials_back_on(books, orders[0]))
    return of_the_event(list(lines_of(event, base, books, context)))


def _in_full(order: str, reference: str, books: Books) -> str:
    """Return a name of an order that no other order shares: its own, else the link of its sale."""
    sale = books.sales.get(order)
    return next(iter(sale.links), order) if order == reference and sale else order


HistoryOf = Callable[[SaleLine, Sale, Books], LineHistory]


def lines_of(
    event: Event, base: Facts, books: Books, context: Context, history_of_line: HistoryOf = line_history
) -> Iterator[Facts]:
    """Yield one Facts per line an event touches, each line's history including the event's earlier items."""
    assert base.sale is not None
    sale = with_named_lots(base.sale, event.items, base.day, books)
    base = replace(base, sale=sale)
    histories = {line.line: history_of_line(line, sale, books) for line in sale.lines}
    if event.price_only:
        yield from _allowed(event, base, histories, context)
        return
    if not names_goods(event):
        shared = event.items[0] if event.items else None
        yield from _whole(event, replace(base, item=shared), histories, context)
        return
    for index, item in enumerate(event.items):
        own = replace(base, index=index, item=item, matches=matching(sale, item, context))
        if not own.matches and item.sku is not None:
            own = replace(own, matches=_components(item, histories, sale, context))
        chosen, quantity = _targets(own, item, histories, context)
        never = own.goods is Goods.NEVER_SHIPPED
        out = {name: history.left(own.day, never_shipped=never) for name, history in histories.items()}
        if not chosen:
            yield replace(own, **product_facts(own, item.sku, context))
            continue
        for line, units in _dealt(chosen, quantity, out):
            facts = replace(own, **product_facts(own, line.sku, context), kit_left=kit_left(line.line, histories))
            facts = replace(facts, **line_facts(facts, line, histories[line.line], units), asked=quantity)
            facts = replace(facts, can_return=sum((out[each.line] for each in chosen), ZERO))
            if units is not None and 0 < units <= facts.returnable:
                absorb_item(histories, facts, facts.goods is not Goods.KEPT)
            if facts.untied:
                money = own.order
                net, tax = money.unshared_net - facts.net, money.unshared_tax - facts.gross + facts.net
                own = replace(own, order=replace(money, unshared_net=net, unshared_tax=tax))
                base = replace(base, order=own.order)
            yield facts


def _whole(event: Event, base: Facts, histories: dict[str, LineHistory], context: Context) -> Iterator[Facts]:
    """Yield everything of the order that can still come back; the first line, with nothing, where all came back."""
    sale = base.sale
    assert sale is not None
    found = False
    for name in [line.line for line in sale.lines if not _later(line, base, sale)]:
        for history, left in _left_of(name, base, histories, context):
            found = True
            facts = replace(base, matches=(history.line,), **product_facts(base, history.line.sku, context))
            facts = replace(facts, **line_facts(facts, history.line, history, left))
            absorb_item(histories, facts, facts.goods is not Goods.KEPT)
            yield facts
    if not sale.lines:
        yield base
    elif not found:
        line = sale.lines[0]
        facts = replace(base, matches=sale.lines)
        yield replace(facts, **line_facts(facts, line, histories[line.line], line.units))


def _later(line: SaleLine, base: Facts, sale: Sale) -> bool:
    """Return True if a line was sold after the return, and others were not: a second shipment is not part of it."""
    day = base.day
    return day is not None and day < line.date and any(other.date <= day for other in sale.lines)


def _left_of(
    name: str, base: Facts, histories: dict[str, LineHistory], context: Context
) -> Iterator[tuple[LineHistory, Decimal]]:
    """Yield what is left of a line: its units, and of a kit the components that make up no whole one."""
    left = histories[name].left(base.day, never_shipped=base.goods is Goods.NEVER_SHIPPED)
    if left > 0:
        yield histories[name], left
    if histories[name].is_by_cost:
        for each in list(components(histories[name], context.products)):
            now = next(line for line in components(histories[name], context.products) if line.line == each.line)
            histories[now.line] = history_of_part(histories[name], now)
            yield histories[now.line], now.units


def _components(item: Item, histories: dict[str, LineHistory], sale: Sale, context: Context) -> tuple[SaleLine, ...]:
    """Return the components of kits that an item could mean, each as a line of its own with its history."""
    found = []
    for kit in sale.lines:
        if item.line is not None and kit.line != item.line:
            continue
        for line in components(histories[kit.line], context.products, even_gone=True):
            if _is(item.sku, line, context):
                histories[line.line] = history_of_part(histories[kit.line], line)
                found.append(line)
    return tuple(found)


def _is(sku: str | None, line: SaleLine, context: Context) -> bool:
    """Return True if an event's `sku` means the goods of a line: by SKU, by commodity, or by the commodity of the SKU."""
    return sku is not None and (
        sku in (line.sku, line.commodity) or (bool(line.lots) and context.products.of(sku).commodity == line.commodity)
    )


def _allowed(event: Event, base: Facts, histories: Mapping[str, LineHistory], context: Context) -> Iterator[Facts]:
    """Yield the lines an allowance is granted on, its amount shared by what each line is still worth, tax included."""
    sale = base.sale
    assert sale is not None
    lines: list[tuple[int, Item | None, SaleLine]] = []
    for index, item in enumerate(event.items if names_goods(event) else ()):
        found = matching(sale, item, context)
        if not found:
            yield replace(base, index=index, item=item, matches=found)
        lines += [(index, item, line) for line in found]
    if not names_goods(event):
        shared = event.items[0] if event.items else None
        lines = [(0, shared, line) for line in sale.lines]
    amount = event.body.amount  # type: ignore[attr-defined]
    worth = [max(ZERO, histories[line.line].worth) for _, _, line in lines]
    amount = None if amount is None else base.at_sale(amount, sum(worth, ZERO))
    parts = shares(amount, worth, sale.decimals) if amount is not None and lines else [None] * len(lines)
    something = any(parts)
    for n, ((index, said, line), part) in enumerate(zip(lines, parts, strict=True)):
        if part or (n == 0 and not something):
            own = replace(base, index=index, item=said, matches=(line,), **product_facts(base, line.sku, context))
            yield replace(own, **allowance_facts(own, line, histories[line.line], part), worth_left=sum(worth, ZERO))
    if not sale.lines:
        yield base


def names_goods(event: Event) -> bool:
    """Return True if the event names goods; an item with a reason or condition alone is about the whole order."""
    return any(item.sku or item.line or item.serial or item.qty is not None or item.lot for item in event.items)


def matching(sale: Sale, item: Item, context: Context) -> tuple[SaleLine, ...]:
    """Return the lines of a sale that an item could mean: by line, else by SKU, else the only line there is."""
    lines = sale.lines
    if item.line is not None:
        lines = tuple(line for line in lines if line.line == item.line)
    if item.sku is not None:
        lines = tuple(line for line in lines if _is(item.sku, line, context))
    if item.serial is not None and any(line.serials for line in lines):
        lines = tuple(line for line in lines if item.serial in line.serials) or lines
    if item.line is None and item.sku is None and len(lines) != 1:
        return ()
    return lines


def _targets(
    facts: Facts, item: Item, histories: Mapping[str, LineHistory], context: Context
) -> tuple[tuple[SaleLine, ...], Decimal | None]:
    """Return the lines to take the units from and how many; no line where it is not clear which is meant."""
    lines = facts.matches
    if not lines or (len({_price(line) for line in lines}) > 1 and item.line is None):
        return (), None
    never = facts.goods is Goods.NEVER_SHIPPED
    left = sum((histories[line.line].left(facts.day, never_shipped=never) for line in lines), ZERO)
    if item.qty is None:
        return lines, Decimal(1) if left == 1 or item.serial is not None else None
    if item.qty == "all":
        return lines, left
    pack = _pack(item, lines[0], facts, context)
    return lines, item.qty * pack if pack is not None else None


def _pack(item: Item, line: SaleLine, facts: Facts, context: Context) -> Decimal | None:
    """Return how many units of the commodity one `unit` of the item is: 1 without a unit, None where it is unknown.

    What the products file does not say, the sale may: it counted the line in packs of so many units.
    """
    if item.unit is None:
        return Decimal(1)
    product = context.products.get(line.sku)
    if product and product.packs:
        return product.packs.get(item.unit)
    said = facts.sale.inferred if facts.sale else ()
    packs = {values["units"] for code, values in said if code == "sold-in-packs" and values["sku"] == line.sku}
    return Decimal(packs.pop()) if len(packs) == 1 else None


def _price(line: SaleLine) -> tuple[Decimal, Decimal]:
    units = line.units_billed
    return (line.net / units, line.tax / units) if units else (ZERO, ZERO)


def _dealt(
    lines: Sequence[SaleLine], quantity: Decimal | None, out: Mapping[str, Decimal]
) -> list[tuple[SaleLine, Decimal | None]]:
    """Deal a quantity over lines of one SKU at one price, in their order; what is too much stays on the last."""
    if quantity is None or len(lines) == 1 or quantity <= 0:
        return [(lines[0], quantity)]
    dealt: list[tuple[SaleLine, Decimal | None]] = []
    rest = quantity
    for line in lines:
        part = min(rest, max(ZERO, out[line.line]))
        if part > 0:
            dealt.append((line, part))
            rest -= part
    if rest > 0:
        return [(lines[-1], quantity)]
    return dealt
