"""Goods that come back without a sale of the books: `return: none`.

Nobody knows what such goods brought and cost, so the event says it: price with tax, and cost or the lot. From that a
sale of one line is made up that stands in no order; from then on the goods are treated as those of any return. Sales
from before the books began come back the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from returnledger.books import Books
from returnledger.context import Context, product_facts, units_of, with_sale
from returnledger.events import Event, Item
from returnledger.facts import Facts
from returnledger.findings import Span
from returnledger.history import LineHistory
from returnledger.linefacts import line_facts, lot_is
from returnledger.lot import lot_read
from returnledger.money import ZERO, decimals_of, places, round_to
from returnledger.roles import Role
from returnledger.rows import Lot, LotUnits, Part, Posted, Sale, SaleLine
from returnledger.terms import Goods, Kind


def made_up(event: Event, base: Facts, books: Books, context: Context) -> list[Facts]:
    """Return the facts of every item of a blind return; what neither event nor books say is named in `lacks`."""
    found = []
    sale = _sale(event, base, context)
    for index, item in enumerate(event.items or (None,)):
        own = replace(base, index=index, item=item)
        if item is None or item.sku is None:
            found.append(replace(with_sale(own, sale, books, context), lacks=("sku",)))
            continue
        units = _units(item, context)
        line, lacks, lots = _line(own, item, units, sale, books, context)
        facts = with_sale(own, replace(sale, lines=(line,)), books, context)
        facts = replace(facts, matches=(line,), **product_facts(facts, item.sku, context))
        if lacks or units is None:
            found.append(replace(facts, lacks=lacks, lots_held=lots))
            continue
        history = LineHistory(line, (), sale.decimals)
        fields: dict[str, Any] = line_facts(facts, line, history, units) if units > 0 else {"line": line}
        found.append(replace(facts, **{**fields, "quantity": units}))
    return found


def _sale(event: Event, base: Facts, context: Context) -> Sale:
    """Return the sale that stands for one that the books don't have: of the day itself, in no order."""
    body = event.body
    currency = body.currency or context.settings.operating_currency
    typed = [number for item in event.items for number in (item.price_incl_tax, item.tax) if number is not None]
    return Sale(
        order="",
        date=base.day or date.min,
        currency=currency,
        decimals=max([decimals_of(currency), *map(places, typed)]),
        lines=(),
        customer=getattr(body, "customer", None),
        invoice=getattr(body, "invoice", None),
    )


def _units(item: Item, context: Context) -> Decimal | None:
    """Return how many units the item is: one where it does not say; None where a pack or `all` can't be counted."""
    if item.qty is None:
        return Decimal(1)
    return units_of(item, item.sku or "", context)


def _line(
    facts: Facts, item: Item, units: Decimal | None, sale: Sale, books: Books, context: Context
) -> tuple[SaleLine, tuple[str, ...], tuple[LotUnits, ...]]:
    """Return the line an item makes, what it lacks for that, and the lots that a named lot could have meant."""
    count = units if units is not None and units > 0 else Decimal(1)
    lacks: list[str] = ["quantity"] if item.qty == "all" else []
    net, tax = _worth(item, count, sale.decimals, taxed=context.settings.tax == "per_sale")
    if net is None or tax is None:
        lacks.append("price" if item.price is None and item.price_incl_tax is None else "tax")
    lots: tuple[LotUnits, ...] = ()
    near: tuple[LotUnits, ...] = ()
    account, commodity = stock_of(item.sku or "", books, context)
    if facts.goods is not Goods.KEPT:
        if not account:
            lacks.append("account")
        lot, near = _lot(item, account, commodity, sale, books, context)
        if lot is None:
            lacks.append("lot" if item.lot is not None else "cost")
        else:
            lots = (LotUnits(account, commodity, lot, count),)
    line = SaleLine(
        order="",
        line=str(facts.index + 1),
        sku=item.sku or "",
        commodity=commodity,
        units=count,
        date=sale.date,
        parts=_money(net or ZERO, tax or ZERO, sale.currency, context),
        cogs=_cost(lots, context),
        lots=lots,
        place=facts.place,
        serials=(item.serial,) if item.serial else (),
    )
    return line, tuple(lacks), near


def _worth(item: Item, units: Decimal, decimals: int, *, taxed: bool) -> tuple[Decimal | None, Decimal | None]:
    """Return net and tax of the units, as far as the item says them: a price with tax needs its rate, or the tax.

    Where sales are not `taxed` one by one the whole price is revenue, and no tax need be said.
    """
    if not taxed and item.price_incl_tax is not None:
        return round_to(item.price_incl_tax * units, decimals), ZERO
    if not taxed and item.price is not None:
        net = item.price * units
        return round_to(net + (item.tax if item.tax is not None else net * (item.tax_rate or ZERO)), decimals), ZERO
    if item.price_incl_tax is not None:
        gross = round_to(item.price_incl_tax * units, decimals)
        if item.tax is not None:
            return gross - item.tax, item.tax
        if item.tax_rate is None:
            return gross, None
        net = round_to(Fraction(gross) / (1 + Fraction(item.tax_rate)), decimals)
        return net, gross - net
    if item.price is None:
        return None, None
    net = round_to(item.price * units, decimals)
    if item.tax is not None:
        return net, item.tax
    return net, None if item.tax_rate is None else round_to(net * item.tax_rate, decimals)


def stock_of(sku: str, books: Books, context: Context) -> tuple[str, str]:
    """Return the account and the commodity goods are kept under: the product's, else where the books held them last."""
    product = context.products.get(sku)
    held = books.held.get(product.commodity if product is not None else sku, ())
    sold_from = [each for each in held if context.settings.role_of(each[0]) is Role.INVENTORY]
    account, commodity = sold_from[0] if sold_from else ("", context.products.of(sku).commodity)
    return (product.account if product is not None and product.account else account), commodity


def _lot(
    item: Item, account: str, commodity: str, sale: Sale, books: Books, context: Context
) -> tuple[Lot | None, tuple[LotUnits, ...]]:
    """Return the lot the units come back to, and the lots a name could have meant where it is not just one.

    A named lot must be one of the books and keeps its date and label; without a name it is a new one, of the day.
    """
    if item.lot is None:
        if item.cost is None:
            return None, ()
        return Lot(item.cost, context.settings.operating_currency, sale.date), ()
    known: dict[Lot, Decimal] = {}
    for moved in books.movements.get(account, ()):
        if moved.commodity == commodity and moved.date <= sale.date:
            known[moved.lot] = known.get(moved.lot, ZERO) + moved.units
    every = tuple(LotUnits(account, commodity, lot, units) for lot, units in known.items())
    meant = [each for each in every if lot_is(each, item.lot) and item.cost in (None, each.lot.number)]
    if len(meant) == 1:
        return meant[0].lot, ()
    return None, _newest(meant or every)


def _newest(lots: Sequence[LotUnits]) -> tuple[LotUnits, ...]:
    return tuple(sorted(lots, key=lambda each: (each.lot.date, str(each.lot)), reverse=True)[:5])


def sale_of_case(entries: Sequence[Posted], context: Context) -> Sale | None:
    """Return the sale that stands for that of a case without an order, for what follows it; None for other cases.

    Its currency is that of what was posted, and that of the books where nothing is posted yet.
    """
    first = entries[0]
    if first.order or (first.directive is not None and "rl-order" in first.directive.meta):
        return None
    currency = first.told.get("currency") or next(
        (leg.currency for leg in first.legs if leg.role == Role.REFUND_PAYABLE), ""
    )
    currency = currency or next(
        (leg.currency for leg in first.legs if leg.lot is None), context.settings.operating_currency
    )
    numbers = [places(leg.amount) for entry in entries for leg in entry.legs if leg.currency == currency]
    return Sale(
        order="",
        date=first.date,
        currency=currency,
        decimals=max([decimals_of(currency), *numbers]),
        lines=tuple(line for entry in entries if (line := _asked_for(entry, currency, context)) is not None),
        customer=first.customer or None,
        case=first.case,
    )


def worth_told(facts: Facts) -> dict[str, str | Decimal]:
    """Return what the note of a request says of goods without a sale: the steps that follow rest on it."""
    assert facts.line is not None and facts.sale is not None
    told: dict[str, str | Decimal] = {"net": facts.net, "tax": facts.gross - facts.net, "currency": facts.sale.currency}
    for lot in facts.line.lots:
        told |= {"stock": lot.account, "commodity": lot.commodity, "lot": str(lot.lot)}
    return told


def _asked_for(entry: Posted, currency: str, context: Context) -> SaleLine | None:
    """Return the line that stands for one of a sale, as the note of its request tells of it; None for other entries."""
    told = entry.told
    if entry.kind != Kind.REQUEST or not told.keys() >= {"line", "sku", "requested", "net", "tax"}:
        return None
    units, lot = Decimal(told["requested"]), lot_read(told.get("lot", ""))
    commodity = told.get("commodity", "")
    lots = () if lot is None else (LotUnits(told.get("stock", ""), commodity, lot, units),)
    return SaleLine(
        order="",
        line=told["line"],
        sku=told["sku"],
        commodity=commodity,
        units=units,
        date=entry.date,
        parts=_money(Decimal(told["net"]), Decimal(told["tax"]), currency, context),
        cogs=_cost(lots, context),
        lots=lots,
        place=entry.place or Span("", 0),
        serials=tuple(told.get("serial", "").split()),
    )


def _money(net: Decimal, tax: Decimal, currency: str, context: Context) -> tuple[Part, ...]:
    """Return what the goods brought, on the accounts that the settings have for it."""
    revenue, vat = (context.settings.account_for(role) for role in (Role.REVENUE, Role.OUTPUT_VAT))
    taxed = (Part(Role.OUTPUT_VAT, vat, -tax, currency),) if tax else ()
    return (Part(Role.REVENUE, revenue, -net, currency), *taxed)


def _cost(lots: Sequence[LotUnits], context: Context) -> tuple[Part, ...]:
    """Return what the goods cost, rounded to money lot by lot."""
    cogs = context.settings.account_for(Role.COGS)
    amounts = ((each.lot, Fraction(each.lot.number) * Fraction(each.units)) for each in lots)
    return tuple(
        Part(Role.COGS, cogs, round_to(amount, decimals_of(lot.currency)), lot.currency) for lot, amount in amounts
    )
