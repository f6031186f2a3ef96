"""Finds the sale that a return belongs to where nobody knows the order: `return: auto`.

Same customer, SKU and price, the most recent sale first, sold on or before the day of the return, split over several
sales if need be; too few units refuse the whole event. Where no price is given and the sales are not alike in it,
nobody can say which is meant. What can't be read, or stands in no stock account, is never chosen without being named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from returnledger.books import Books
from returnledger.context import Context, line_history, product_facts, serials_back_on, units_of, with_sale
from returnledger.events import Event, Item
from returnledger.facts import Facts, Match
from returnledger.history import LineHistory
from returnledger.linefacts import line_facts, with_step
from returnledger.money import ZERO, places, plain, round_to
from returnledger.products import commodity_of
from returnledger.rows import Sale, SaleLine
from returnledger.terms import Goods

_NAMED = 5  # alternatives that the decision in the ledger names; the rest is counted
_COST_DECIMALS = 6

Taken = Mapping[tuple[str, str], LineHistory]


@dataclass(frozen=True, slots=True)
class _Found:
    """A sale line that fits, with what of it is still out."""

    sale: Sale
    line: SaleLine
    history: LineHistory
    match: Match


def found_by_itself(event: Event, base: Facts, books: Books, context: Context) -> Iterator[Facts]:
    """Yield the items of `return: auto`, split over the sales they are taken from, or one Facts that says why not."""
    customer = getattr(event.body, "customer", None)
    taken: dict[tuple[str, str], LineHistory] = {}
    if not event.items or customer is None or any(item.sku is None for item in event.items):
        yield base
        return
    for index, item in enumerate(event.items):
        own = replace(base, index=index, item=item)
        every = _matches(own, item, customer, books, taken, context)
        fits = [each for each in every if not each.match.why_not]
        have = sum((each.match.left for each in fits), ZERO)
        wanted = have if item.qty == "all" else units_of(item, item.sku or "", context)
        if item.qty is None:
            wanted = Decimal(1)
        if wanted is None or wanted <= 0 or have < wanted:
            yield _too_few(own, every, fits, wanted, have, books, context)
        elif wanted < have and not _alike(item, fits):
            yield replace(own, auto_matches=tuple(each.match for each in fits))
        else:
            yield from _taken(own, every, fits, wanted, taken, books, context)


def _too_few(
    own: Facts,
    every: Sequence[_Found],
    fits: Sequence[_Found],
    wanted: Decimal | None,
    have: Decimal,
    books: Books,
    context: Context,
) -> Facts:
    """Return an item that can't be taken: how many units were found, and what could not be chosen."""
    matches = tuple(each.match for each in every)
    if fits:
        last = fits[0].sale
        own = replace(with_sale(own, last, books, context), orders=(last.order,), line=fits[0].line)
        own = replace(own, matches=tuple(each.line for each in fits))
    return replace(own, found_units=None if wanted is None else have, quantity=wanted, auto_matches=matches)


def _taken(
    own: Facts,
    every: Sequence[_Found],
    fits: Sequence[_Found],
    wanted: Decimal,
    taken: dict[tuple[str, str], LineHistory],
    books: Books,
    context: Context,
) -> Iterator[Facts]:
    """Yield the units taken from each line, the most recent first."""
    units_by: dict[tuple[str, str], Decimal] = {}
    for each in fits:
        units = min(wanted, each.match.left)
        wanted -= units
        units_by[each.sale.order, each.line.line] = units
    matches = compared(
        [replace(each.match, taken=units_by.get((each.sale.order, each.line.line), ZERO)) for each in every]
    )
    for each in fits:
        units = units_by[each.sale.order, each.line.line]
        if units <= 0:
            break
        sale, line = each.sale, each.line
        facts = with_sale(own, sale, books, context)
        facts = replace(
            facts,
            orders=(sale.order,),
            matches=(line,),
            auto_choice=choice_text(matches),
            auto_matches=matches,
            serials_back=serials_back_on(books, sale.order),
            **product_facts(facts, line.sku, context),
        )
        fields: dict[str, Any] = line_facts(facts, line, each.history, units)
        facts = replace(facts, **fields)
        taken[sale.order, line.line] = with_step(each.history, facts, facts.goods is not Goods.KEPT)
        yield facts


def _matches(facts: Facts, item: Item, customer: str, books: Books, taken: Taken, context: Context) -> list[_Found]:
    """Return the sale lines an item could come from with units still out, the most recent sale first."""
    body, never = facts.event.body, facts.goods is Goods.NEVER_SHIPPED
    day, found = body.date or date.max, []
    for order in books.candidates.get((customer, item.sku or ""), ()):
        sale = books.sales[order]
        if sale.date > day or body.currency not in (None, sale.money_currency):
            continue
        for line in sale.lines:
            if item.sku not in (line.sku, line.commodity) or line.date > day:
                continue
            why_not = _why_not(sale, line, item.sku, context)
            if not why_not and not price_fits(line, item, sale):
                continue
            history = taken.get((order, line.line)) or line_history(line, sale, books)
            left = history.left(day, never_shipped=never)
            if left > 0:
                found.append(_Found(sale, line, history, _match(sale, line, history, left, why_not)))
    named = [each for each in found if item.serial is not None and item.serial in each.line.serials]
    ordered = sorted(named or found, key=lambda each: (-each.sale.date.toordinal(), each.sale.order, each.line.line))
    return _in_one_currency(ordered)


def _in_one_currency(found: list[_Found]) -> list[_Found]:
    """Return the lines with those of another currency than the most recent one's set aside: one document credits them."""
    first = next((each.sale for each in found if not each.match.why_not), None)
    if first is None:
        return found
    kept = (first.money_currency, first.currency)
    return [
        each
        if each.match.why_not or (each.sale.money_currency, each.sale.currency) == kept
        else replace(each, match=replace(each.match, why_not="other_currency"))
        for each in found
    ]


def _why_not(sale: Sale, line: SaleLine, sku: str, context: Context) -> str:
    """Return why a line can't be chosen without being named, "" where it can."""
    for _code, said in sale.problems:
        skus = said.get("skus") or said.get("sku") or ""
        if not skus or line.sku in skus.split(", "):
            return "unreadable"
    if not line.lots:
        return "no_stock"
    return "" if is_of(line, sku, context) else "other_sku"


def is_of(line: SaleLine, sku: str, context: Context) -> bool:
    """Return True if a line sold `sku`: by its own name, or by that of the commodity that its SKU is kept under.

    Units of the commodity that were sold as another SKU, a pack or a kit, are not.
    """
    product = context.products.by_commodity.get(sku)
    kept_as = product.sku if product is not None else line.sku if commodity_of(line.sku) == sku else sku
    return line.sku in (sku, kept_as)


def _match(sale: Sale, line: SaleLine, history: LineHistory, left: Decimal, why_not: str) -> Match:
    lots = history.lots_left()
    weight = sum((Fraction(lot.units) * Fraction(lot.lot.number) for lot in lots), Fraction(0))
    units = sum((lot.units for lot in lots), ZERO)
    same = len({lot.lot.currency for lot in lots}) == 1
    return Match(
        order=sale.order,
        line=line.line,
        date=sale.date,
        left=left,
        price_incl_tax=round_to(*_each(line.net + line.tax, line, sale)),
        currency=sale.money_currency,
        place=line.place,
        unit_cost=Decimal(plain(round_to(weight / Fraction(left), _COST_DECIMALS))) if units and same else None,
        cost_currency=lots[0].lot.currency if lots else "",
        why_not=why_not,
    )


def price_fits(line: SaleLine, item: Item, sale: Sale) -> bool:
    """Return True if the unit price an item gives is the line's, net or with tax; an item without a price fits any.

    It is in the currency that the customer was invoiced in. One that division does not end is known by its rounding:
    three for 10.00 cost 3.33 each.
    """
    if not line.units_billed:
        return False

    def fits(given: Decimal, amount: Decimal) -> bool:
        exact, decimals = _each(amount, line, sale)
        return given in (round_to(exact, max(places(given), decimals)), round_to(exact, decimals))

    if item.price_incl_tax is not None:
        return fits(item.price_incl_tax, line.net + line.tax)
    if item.price is not None:
        return fits(item.price, line.net) or (sale.invoiced is None and line.unit_price == item.price)
    return True


def _each(amount: Decimal, line: SaleLine, sale: Sale) -> tuple[Fraction, int]:
    """Return what one unit has of an amount of a line, as the customer was invoiced, and the decimals it is told in."""
    units, by = line.units_billed, sale.invoiced
    exact = Fraction(amount) / Fraction(units) if units else Fraction(0)
    return (exact, sale.decimals) if by is None else (exact * Fraction(by.units) / Fraction(by.amount), by.decimals)


def _alike(item: Item, fits: Sequence[_Found]) -> bool:
    """Return True if the sales an item could come from are of one price, so that it does not matter to the customer."""
    given = item.price is not None or item.price_incl_tax is not None
    return given or len({each.match.price_incl_tax for each in fits}) == 1


def compared(matches: Sequence[Match]) -> tuple[Match, ...]:
    """Return the matches with by how much the unit cost of each differs from that of the first one taken from."""
    first = next((match for match in matches if match.taken), None)
    if first is None or first.unit_cost is None:
        return tuple(matches)
    return tuple(
        replace(match, difference=match.unit_cost - first.unit_cost)
        if match.unit_cost is not None and match.cost_currency == first.cost_currency
        else match
        for match in matches
    )


def choice_text(matches: Sequence[Match]) -> str:
    """Return how auto chose as one line for the ledger: the sales with units and unit cost, then what else would do."""
    chosen = [match for match in matches if match.taken]
    others = [match for match in matches if not match.taken]
    text = "auto " + ", ".join(f"{_named(match)} {plain(match.taken)}{_cost(match)}" for match in chosen)
    told = [f"{_named(match)} {plain(match.left)}{_cost(match)}{_difference(match)}" for match in others[:_NAMED]]
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    return f"{text} not {', '.join(told)}{more}" if told else text


def _named(match: Match) -> str:
    return f"{match.order} {match.date.isoformat()}"


def _cost(match: Match) -> str:
    return "" if match.unit_cost is None else f" at {plain(match.unit_cost)}"


def _difference(match: Match) -> str:
    if match.why_not:
        return f" {match.why_not.replace('_', ' ')}"
    if match.difference is None:
        return ""
    return f" ({'+' if match.difference >= 0 else ''}{plain(match.difference)})"
