"""What every event of a plan is judged with, and an event's facts joined with those of its sale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from returnledger.books import Books, standing
from returnledger.dealings import credited_around, credited_on, dealings_of, limit_value, returns_within
from returnledger.events import Item
from returnledger.exchange import Abroad, Rate, tenders_abroad
from returnledger.exchanged import as_exchanged
from returnledger.facts import Facts
from returnledger.history import LineHistory
from returnledger.linefacts import chosen_policy, lot_is
from returnledger.orderfacts import order_facts
from returnledger.policy import Policy
from returnledger.rows import Sale, SaleLine
from returnledger.settings import Products, Settings
from returnledger.steps import history_of
from returnledger.unbooked import with_costs


@dataclass(frozen=True)
class Context:
    """What every event of a plan is judged with."""

    settings: Settings
    policies: tuple[Policy, ...]
    products: Products

    def category_of(self, sku: str) -> str | None:
        """Return the category of an SKU, as the products file says it."""
        product = self.products.get(sku)
        return product.category if product else None


def with_sale(base: Facts, sale: Sale, books: Books, context: Context) -> Facts:
    """Return the facts of an event with those of its sale: order money, policy, the customer's history."""
    sale = as_exchanged(sale, books.entries_of(sale))
    policy = chosen_policy(context.policies, sale, base.requested)
    dealings = dealings_of(books, sale)
    credits = dealings.credits
    days = policy.says.split_days if policy else 0
    sale = with_costs(sale, books, policy, context.settings, context.products)
    order = order_facts(sale, books.entries_of(sale), base.day, _rate(base, sale, books))
    order = replace(order, abroad=tuple(_abroad(base, sale, books)))
    return replace(
        base,
        sale=sale,
        order=order,
        policy=policy,
        customer_returns_90d=returns_within(credits, base.requested, 90),
        customer_rate_365d=limit_value("customer_rate_365d", dealings, "", None, base.requested, sale.currency),
        dealings=dealings,
        customer_credited=credited_around(credits, base.dated, days, sale.currency),
        order_credited=credited_on(books, sale),
    )


def _rate(base: Facts, sale: Sale, books: Books) -> Rate | None:
    """Return the rate of the day for a customer who pays another currency: the event's, else that of the last price."""
    if sale.invoiced is None:
        return None
    by = sale.invoiced
    price = books.price_on(by.currency, sale.currency, base.day)
    known = [Fraction(by.amount) / Fraction(by.units)]
    if price is not None:
        number = Fraction(price.number)
        known.append(number if price.commodity == by.currency else 1 / number)
    if base.event.body.rate:
        given, said = Fraction(base.event.body.rate), ""
    elif price is not None:
        given, said = known.pop(), price.date.isoformat()
    else:
        return None
    return Rate(given, said, far=not any(Fraction(1, 2) <= given / rate <= 2 for rate in known))


def _abroad(base: Facts, sale: Sale, books: Books) -> Iterator[Abroad]:
    """Yield the tenders in a third currency with the rate of the day, in whichever direction the event gives it."""
    for (account, currency), brought in tenders_abroad(sale).items():
        price = books.price_on(sale.currency, currency, base.day)
        given = Fraction(base.event.body.rate or 0)
        near = [rate for rate in (given, 1 / given) if Fraction(1, 2) <= rate / brought <= 2] if given else []
        if near:
            yield Abroad(account, currency, Rate(near[0]))
        elif price is not None and not given:
            number = Fraction(price.number) if price.commodity == sale.currency else 1 / Fraction(price.number)
            yield Abroad(account, currency, Rate(number, price.date.isoformat()))
        else:
            yield Abroad(account, currency, None)


def serials_back_on(books: Books, order: str, case: str = "") -> frozenset[str]:
    """Return the serial numbers of an order that came back, voided events left out, and what `case` itself named."""
    entries = [entry for entry in standing(books.by_order.get(order, ())) if not case or entry.case != case]
    items = (leg.item for entry in entries for leg in entry.legs if leg.item)
    return frozenset(serial for item in items for serial in item.get("serial", "").split())


def line_history(line: SaleLine, sale: Sale, books: Books, case: str = "") -> LineHistory:
    """Return what has happened to a line of a sale so far, as `case` may use it."""
    return history_of(line, sale, books.entries_of(sale), case)


def units_of(item: Item, sku: str, context: Context) -> Decimal | None:
    """Return how many units of the commodity the quantity of an item is; None where it gives none or its pack is unknown."""
    if not isinstance(item.qty, Decimal):
        return None
    if item.unit is None:
        return item.qty
    product = context.products.get(sku)
    pack = product.packs.get(item.unit) if product else None
    return None if pack is None else item.qty * pack


def product_facts(facts: Facts, sku: str | None, context: Context) -> dict[str, Any]:
    """Return the fields of Facts that the products file gives."""
    product = context.products.get(sku or "")
    return {"category": product.category if product else None, "supplier": product.supplier if product else None}


def with_named_lots(sale: Sale, items: Sequence[Item], day: date | None, books: Books) -> Sale:
    """Return the sale with the lots that items name, where what its goods left is not known: one of the books, at their cost."""
    named = [item for item in items if item.lot]
    if not named or not any(line.lot_is_new for line in sale.lines):
        return sale
    return replace(sale, lines=tuple(_with_named_lot(line, named, day, books) for line in sale.lines))


def _with_named_lot(line: SaleLine, items: Sequence[Item], day: date | None, books: Books) -> SaleLine:
    if not line.lot_is_new:
        return line
    own = line.lots[0]
    wanted = [
        i.lot for i in items if i.lot and i.line in (None, line.line) and i.sku in (None, line.sku, line.commodity)
    ]
    lots = {
        moved.lot: None
        for moved in books.movements.get(own.account, ())
        if moved.commodity == own.commodity
        and (day is None or moved.date <= day)
        and moved.lot.number == own.lot.number
    }
    for name in wanted:
        meant = [lot for lot in lots if lot_is(replace(own, lot=lot), name)]
        if len(meant) == 1:
            return replace(line, lots=(replace(own, lot=meant[0]),))
    return line
