"""Reads at a glance the sales that need no thought: every line is one posting each of revenue, cost and goods, naming it.

    2026-01-05 * "Customer 7" "Invoice 1001" ^inv-1001
      Assets:Receivable        131.00 CNY
      Income:Sales            -100.00 CNY
        line: 1
        sku: "MUG"
        qty: 2
      Liabilities:Output-VAT   -13.00 CNY
        line: 1
      Expenses:COGS             60.00 CNY
        line: 1
      Assets:Inventory:MUG         -2 MUG {30 CNY, 2026-01-03}
        line: 1
      Income:Postage           -18.00 CNY
        line: 2
        sku: "POST"
        qty: 1

So shop systems write nearly all the half a million lines of a large ledger. Nothing is to be shared, counted or concluded:
quantity, price and cost agree. A sale that is otherwise in anything at all is left to `allocations`, which comes to the
same lines for these too, in three times the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from returnledger.findings import Span
from returnledger.frozen import maker
from returnledger.money import ZERO, average, decimals_of, quantum
from returnledger.roles import Role
from returnledger.rows import LotUnits, Part, SaleLine, Unbooked
from returnledger.sales.drafts import NO_META, serials_in
from returnledger.sales.postings import Flow, place_of
from returnledger.sales.recognition import Recognition
from returnledger.sales.values import number_of, text_of

# What a plain sale has none of. Money of the customer is no matter of its lines.
_NONE_OF = (
    "afloat", "back", "bearing", "discount", "fees", "inferred", "other", "priced", "problems", "rounding", "settlement",
    "shipping", "unnamed", "value",
)  # fmt: skip
_REVENUE, _TAX, _COGS = Role.REVENUE, Role.OUTPUT_VAT, Role.COGS
_SERVICE = Unbooked(None, counted=True)
_span, _part, _lot_units, _line = maker(Span), maker(Part), maker(LotUnits), maker(SaleLine)


def plain_lines(order: str, flow: Flow, how: Recognition) -> tuple[SaleLine, ...] | None:
    """Return the lines of an order that is this one sale, None where they take more than a glance."""
    if not flow.out or len(flow.out) != len(flow.cogs) or len(flow.out) > len(flow.revenue):
        return None
    if any(getattr(flow, name) for name in _NONE_OF):
        return None
    if len(flow.out) < len(flow.revenue) and _says_cost(flow.transactions[0].meta, how):
        return None
    lines = _lines(order, flow, how)
    return tuple(lines) if lines and len({line.line for line in lines}) == len(lines) else None


def _lines(order: str, flow: Flow, how: Recognition) -> list[SaleLine] | None:
    """Return a line for each posting of revenue, None where the next tax, cost and goods are not its own or disagree."""
    # In one piece, and each posting asked once: calls and memory are what takes time here.
    key, sku_key, serial, role_of, lots_of = how.line, how.sku, how.serial, how.role_of, how.lots.of
    quantity, unit_price, rate = how.quantity, how.unit_price, how.tax_rate
    day, currency, held_in = flow.transactions[0].date, flow.revenue[0].units.currency, flow.out[0].cost.currency
    roundings = 2 * quantum(decimals_of(held_in))
    taxes, costs, stock = iter(flow.tax), iter(flow.cogs), iter(flow.out)
    tax, goods = next(taxes, None), next(stock, None)
    lines: list[SaleLine] = []
    cogs: tuple[Part, ...]
    lots: tuple[LotUnits, ...]
    for sold in flow.revenue:
        meta, amount = sold.meta or NO_META, sold.units.number
        said, units, price, at = meta.get(key), meta.get(quantity), meta.get(unit_price), meta.get("lineno")
        name, sku, file = text_of(said), text_of(meta.get(sku_key)), meta.get("filename", "")
        if not name or not sku or not amount or sold.units.currency != currency or type(meta.get(rate)) is str:
            return None
        if type(units) is not Decimal or units <= 0 or type(at) is not int:
            return None
        parts: tuple[Part, ...] = (_part(_REVENUE, sold.account, amount, currency, (file, at)),)
        if tax is not None and (tax.meta or NO_META).get(key) == said:
            if tax.units.currency != currency or not tax.units.number or _says_words(tax.meta or NO_META, how):
                return None
            parts += (_part(_TAX, tax.account, tax.units.number, currency, place_of(tax)),)
            tax = next(taxes, None)
        own = NO_META if goods is None else goods.meta or NO_META
        if goods is not None and own.get(key) == said:
            cost, lot, left = next(costs), lots_of(goods.cost, day), own.get("lineno")
            out, commodity, booked = -goods.units.number, goods.units.currency, cost.units.number
            if out != units or goods.price is not None or type(left) is not int or left < at:
                return None
            if (quantity in own or unit_price in own or rate in own) and _says_words(own, how):
                return None
            if (cost.meta or NO_META).get(key) != said or not held_in == lot.currency == cost.units.currency:
                return None
            if not booked or ((worth := out * lot.number) != booked and abs(worth - booked) > roundings):
                return None
            cogs = (_part(role_of(cost.account) or _COGS, cost.account, booked, held_in, place_of(cost)),)
            lots = (_lot_units(goods.account, commodity, lot, out, (own.get("filename", ""), left)),)
            serials = serials_in(own, how) if serial in own else ()
            units, unbooked, goods = out, None, next(stock, None)
        elif _says_cost(meta, how):
            return None
        else:
            cogs, lots, serials, unbooked, commodity = (), (), (), _SERVICE, how.commodities.get(sku, "")
        each = average(ZERO - amount, units) if price is None else number_of(price)
        if each is None or (price is not None and each * units != -amount):
            return None
        where = _span(str(file), at)
        lines.append(
            _line(order, name, sku, commodity, units, day, parts, cogs, lots, where, each, serials, unbooked=unbooked)
        )
    return lines if tax is None and goods is None else None


def _says_words(meta: Mapping[str, Any], how: Recognition) -> bool:
    """Return True if metadata says a quantity, price or rate in words, which may have to be remarked on."""
    return any(type(meta.get(key)) is str for key in (how.quantity, how.unit_price, how.tax_rate))


def _says_cost(meta: Mapping[str, Any], how: Recognition) -> bool:
    """Return True if metadata says what something cost."""
    return how.key("cost") in meta or how.key("unit_cost") in meta
