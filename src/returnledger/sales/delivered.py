"""Goods that were delivered and invoiced apart: how many units of each, when they left, and what is still between.

    2026-02-01 * "张三" "Delivery" ^inv-1001          2026-02-10 * "张三" "Invoice" ^inv-1001
      Assets:Goods-Shipped     60.00 CNY                Assets:Receivable       56.50 CNY
      Assets:Inventory:MUG        -2 MUG {}             Income:Sales           -50.00 CNY
                                                        Liabilities:Output-VAT  -6.50 CNY
                                                        Expenses:COGS           30.00 CNY
                                                        Assets:Goods-Shipped   -30.00 CNY

Goods may wait among goods shipped, by value or at cost, until they are invoiced; or go to cost of goods at once. What was
invoiced and never delivered can be credited as never shipped; what was delivered and not invoiced comes back first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from returnledger.money import ZERO, plain
from returnledger.roles import Role
from returnledger.rows import LotUnits, Noted, Place
from returnledger.sales.drafts import Draft, take
from returnledger.sales.postings import Flow, booked, place_of
from returnledger.sales.recognition import Recognition


def tell_units(flow: Flow, drafts: Sequence[Draft], how: Recognition) -> list[Noted]:
    """Tell each line how many units were delivered and invoiced and when they left; return what was concluded.

    Only where goods and revenue were booked apart: in one transaction a quantity that differs from the units is a pack.
    """
    days = _days(flow)
    concluded: list[Noted] = []
    for draft in drafts:
        first = flow.transactions[0].date
        draft.lots = [_shipped(lot, days, first) for lot in draft.lots]
        if flow.afloat:
            _float(draft, flow, how)
        if not draft.lots:
            continue
        out = sum((lot.units for lot in draft.lots), ZERO)
        waiting = _waiting(draft, out)
        if not draft.gross:
            if waiting is not None or not flow.revenue:
                draft.invoiced = ZERO
                concluded.append(("not-invoiced", {"skus": draft.sku}))
            continue
        if waiting is not None:
            draft.invoiced = out - waiting
        elif (
            draft.kits is None
            and draft.quantity
            and len(days)
            and draft.quantity != out
            and not _packed(draft, out, how)
        ):
            if draft.quantity < out:
                draft.invoiced = draft.quantity
            draft.sold = max(draft.quantity, out)
        if draft.invoiced is not None or draft.sold is not None:
            draft.sold = draft.sold or out
            invoiced = draft.invoiced if draft.invoiced is not None else draft.sold
            values = {"skus": draft.sku, "invoiced": plain(invoiced), "delivered": plain(out)}
            concluded.append(("delivered-and-invoiced-differ", values))
    return concluded


def _days(flow: Flow) -> dict[Place, date]:
    """Return on which day each posting at cost was booked, where several transactions make the sale."""
    days: dict[Place, date] = {}
    if len(flow.transactions) > 1:
        for transaction in flow.transactions:
            for posting in booked(transaction):
                place = place_of(posting) if posting.cost is not None else None
                if place is not None:
                    days[place] = transaction.date
    return days


def _shipped(lot: LotUnits, days: dict[Place, date], first: date) -> LotUnits:
    day = days.get(lot.place) if lot.place is not None else None
    return lot if day is None or day == first else replace(lot, shipped=day)


def _float(draft: Draft, flow: Flow, how: Recognition) -> None:
    """Give a line what is left of its goods at cost among goods shipped, and that cost as its own."""
    pile = Draft(None, draft.sku, draft.source)
    commodities = {lot.commodity for lot in draft.lots}
    for posting in flow.afloat:
        if posting.units.currency in commodities:
            take(pile, posting, flow.transactions[0].date, how)
    left: dict[tuple[str, object], LotUnits] = {}
    for lot in pile.lots:
        key = (lot.account, lot.lot)
        old = left.get(key)
        left[key] = replace(lot, units=(old.units if old else ZERO) - lot.units)
    draft.afloat = [lot for lot in left.values() if lot.units > 0]


def _waiting(draft: Draft, out: Decimal) -> Decimal | None:
    """Return how many units still wait among goods shipped: at cost as they are, by value by their cost; None for none."""
    if draft.afloat:
        return min(out, sum((lot.units for lot in draft.afloat), ZERO))
    value = sum((part.amount for part in draft.cogs if part.role is Role.GOODS_SHIPPED), ZERO)
    if value <= 0:
        return None
    rest, units = Fraction(value), Fraction(0)
    for lot in sorted(draft.lots, key=lambda lot: lot.lot.date, reverse=True):
        cost = Fraction(lot.lot.number)
        part = min(Fraction(lot.units), rest / cost) if cost else Fraction(lot.units)
        units, rest = units + part, rest - part * cost
    return min(out, Decimal(round(units))) if abs(units - round(units)) < Fraction(1, 100) else None


def _packed(draft: Draft, out: Decimal, how: Recognition) -> bool:
    """Return True if the products file has a pack of as many units as the invoice counts for one."""
    assert draft.quantity
    return out / draft.quantity in how.packs.get(draft.sku, ())
