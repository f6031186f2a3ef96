"""Finds the sale that a return belongs to where nobody knows the order: `return: auto`.

Same customer, SKU and price, the most recent sale first, sold on or before the day of the return, split over several
sales if need be; too few units refuse the whole event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from returnledger.books import Books
from returnledger.context import Context, line_history, product_facts, with_sale
from returnledger.events import Event, Item
from returnledger.facts import Facts
from returnledger.history import LineHistory
from returnledger.linefacts import line_facts, with_step
from returnledger.money import ZERO, places, plain, round_to
from returnledger.rows import Invoiced, Sale, SaleLine


def found_by_itself(event: Event, base: Facts, books: Books, context: Context) -> Iterator[Facts]:
    """Yield the items of `return: auto`, split over the sales they are taken from, or one Facts that says why not."""
    customer = getattr(event.body, "customer", None)
    taken: dict[tuple[str, str], LineHistory] = {}
    if not event.items or customer is None:
        yield base
        return
    for index, item in enumerate(event.items):
        own = replace(base, index=index, item=item)
        found = list(_sales_for(event, item, customer, books, taken))
        wanted = (
            item.qty
            if isinstance(item.qty, Decimal)
            else sum((n for *_, n in found), ZERO)
            if item.qty == "all"
            else Decimal(1)
        )
        have = sum((n for *_, n in found), ZERO)
        if wanted <= 0 or have < wanted:
            last = found[0][0] if found else None
            own = with_sale(own, last, books, context) if last else own
            fields: dict[str, Any] = {"line": found[0][1], "matches": tuple(row[1] for row in found)} if found else {}
            yield replace(own, found_units=have, quantity=wanted, orders=(last.order,) if last else (), **fields)
            continue
        note = _choice(found, wanted)
        for sale, line, history, left in found:
            units = min(wanted, left)
            wanted -= units
            if units <= 0:
                break
            facts = with_sale(own, sale, books, context)
            facts = replace(
                facts,
                orders=(sale.order,),
                matches=(line,),
                auto_choice=note,
                **product_facts(facts, line.sku, context),
            )
            facts = replace(facts, **line_facts(facts, line, history, units))
            taken[sale.order, line.line] = with_step(history, facts, True)
            yield facts


def _sales_for(
    event: Event, item: Item, customer: str, books: Books, taken: Mapping[tuple[str, str], LineHistory]
) -> list[tuple[Sale, SaleLine, LineHistory, Decimal]]:
    """Return the sale lines an item could come from with the units still out, the most recent sale first.

    All are in one currency, since one document credits them: the event's, else that of the most recent.
    """
    day = event.body.date or date.max
    found = []
    for order in books.candidates.get((customer, item.sku or ""), ()):
        sale = books.sales[order]
        if sale.date > day or sale.problems:
            continue
        for line in sale.lines:
            if item.sku in (line.sku, line.commodity) and line.lots and price_fits(line, item, sale.invoiced):
                history = taken.get((order, line.line)) or line_history(line, sale, books)
                left = line.units - history.units_taken
                if left > 0:
                    found.append((sale, line, history, left))
    found.sort(key=lambda row: (-row[0].date.toordinal(), row[0].order, row[1].line))
    wanted = event.body.currency or next((row[0].money_currency for row in found), "")
    same = [row for row in found if row[0].money_currency == wanted]
    return [row for row in same if row[0].currency == same[0][0].currency] or found


def price_fits(line: SaleLine, item: Item, by: Invoiced | None = None) -> bool:
    """Return True if the unit price an item gives is the line's, net or with tax; an item without a price fits any.

    `by` is what the customer was invoiced in another currency, in which the price is then given.
    """
    if not line.units:
        return False
    net, tax = line.net, line.tax
    if by is not None:
        given, sold = (item.price, net) if item.price_incl_tax is None else (item.price_incl_tax, net + tax)
        each = Fraction(sold) * Fraction(by.units) / Fraction(by.amount) / Fraction(line.units)
        return given is None or given == round_to(each, max(by.decimals, places(given)))
    if item.price_incl_tax is not None:
        return item.price_incl_tax * line.units == net + tax or (line.unit_price == item.price_incl_tax and not tax)
    if item.price is not None:
        return item.price * line.units == net or line.unit_price == item.price
    return True


def _choice(found: Sequence[tuple[Sale, SaleLine, LineHistory, Decimal]], wanted: Decimal) -> str:
    """Return how auto chose: the sales, how many others would do, and by how much their cost differs."""
    costs = {_unit_cost(line) for _, line, _, _ in found}
    chosen, rest = [], wanted
    for sale, _, _, left in found:
        if rest <= 0:
            break
        chosen.append(f"{sale.order} {sale.date.isoformat()} {plain(min(rest, left))}")
        rest -= min(rest, left)
    text = f"auto {', '.join(chosen)}; most recent of {len(found)}"
    spread = max(costs) - min(costs)
    return f"{text}; unit cost of the others differs by up to {plain(spread)}" if spread else text


def _unit_cost(line: SaleLine) -> Decimal:
    weight = sum((lot.units * lot.lot.number for lot in line.lots), ZERO)
    return weight / line.units if line.units else ZERO
