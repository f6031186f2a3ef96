"""Money of a sale that entries which are not ours credited: for the goods that came in again, and for goods kept.

    2026-01-20 * "张三" "Return" ^inv-1001              2026-01-21 * "张三" "Credit note, scratched" ^inv-1001
      Assets:Receivable         -56.50 CNY                Assets:Receivable    -11.30 CNY
      Income:Sales               50.00 CNY                Income:Sales          10.00 CNY
      Liabilities:Output-VAT      6.50 CNY                Liabilities:Output-VAT 1.30 CNY
      Assets:Inventory:MUG           1 MUG {30 CNY}
      Expenses:COGS             -30.00 CNY

Goods and money of one return may stand in two entries. So only what was credited beyond the share of the units that came
back is an allowance: it lowers what the rest of the sale is worth. What was given back of delivery lowers that first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from returnledger.money import ZERO, round_to, shares
from returnledger.roles import Role
from returnledger.rows import Noted, Part, Sale, SaleLine
from returnledger.sales.postings import Flow, Posting, names_in, shown_at
from returnledger.sales.recognition import Recognition

Credits = Mapping[str, tuple[Decimal, Decimal]]  # line -> net and tax


def with_credits(sale: Sale, flows: Sequence[Flow], how: Recognition) -> Sale:
    """Return the sale with what was credited by hand: off its delivery, then beyond the share of the units that came back."""
    crediting = [flow for flow in flows if flow.transactions[0].date >= sale.date and _credits(flow, how)]
    if not crediting:
        return sale
    net = sum([_net(flow, how) for flow in crediting], ZERO)
    tax = sum([p.units.number for flow in crediting for p in flow.tax], ZERO)
    told: list[Noted] = []
    if any(flow.shipping for flow in crediting):
        sale, delivered = _less_delivery(sale, crediting, how)
        net, tax = net - delivered[0], tax - delivered[1]
        place = next(p for flow in crediting for p in flow.shipping)
        told.append(("delivery-credited-by-hand", {"amount": f"{sum(delivered):f}", "where": shown_at(place)}))
    credits, beyond = _credited(crediting, (net, tax), sale, how) if sale.lines else ({}, [])
    return replace(sale, credited_by_hand=credits, inferred=(*sale.inferred, *told, *beyond))


def _less_delivery(sale: Sale, crediting: Sequence[Flow], how: Recognition) -> tuple[Sale, tuple[Decimal, Decimal]]:
    """Return the sale with delivery less what was given back of it, and that: net and tax, no more than was charged.

    Tax of an entry that gives back goods too is that of the delivery by its share.
    """
    charged = -sum([part.amount for part in sale.shipping if part.role is not Role.OUTPUT_VAT], ZERO)
    taxed = -sum([part.amount for part in sale.shipping if part.role is Role.OUTPUT_VAT], ZERO)
    net = tax = ZERO
    for flow in crediting:
        given, own = sum([p.units.number for p in flow.shipping], ZERO), sum([p.units.number for p in flow.tax], ZERO)
        if given and len(_given(flow, how)) > len(flow.shipping):
            share = Fraction(taxed) * Fraction(given) / Fraction(charged) if charged else Fraction(0)
            own = min(own, round_to(share, sale.decimals))
        net, tax = net + given, tax + (own if given else ZERO)
    net, tax = max(ZERO, min(net, charged)), max(ZERO, min(tax, taxed))
    left = {True: tax, False: net}
    parts: list[Part] = []
    for part in sale.shipping:
        of_tax = part.role is Role.OUTPUT_VAT
        off = min(left[of_tax], max(ZERO, -part.amount))
        left[of_tax] -= off
        rest = part.amount + off
        units = None
        if part.units is not None:
            units = round_to(Fraction(part.units) * Fraction(rest) / Fraction(part.amount), part.unit_decimals)
        if rest:
            parts.append(part.share(rest, units) if off else part)
    return replace(sale, shipping=tuple(parts)), (net, tax)


def _credited(
    crediting: Sequence[Flow], amounts: tuple[Decimal, Decimal], sale: Sale, how: Recognition
) -> tuple[Credits, list[Noted]]:
    """Return what was credited by hand beyond the share of the units that came back, by line, and what was concluded.

    It is that of the lines which the entries name, by metadata or by their revenue account, else of all by what is left.
    """
    lines, back, decimals = sale.lines, sale.returned_by_hand, sale.decimals
    net, tax = amounts
    left = [_left(line, back, decimals) for line in lines]
    net -= sum([_booked(line, line.net - rest[0], decimals) for line, rest in zip(lines, left)], ZERO)
    tax -= sum([line.tax - rest[1] for line, rest in zip(lines, left)], ZERO)
    net, tax = min(net, sum([rest[0] for rest in left], ZERO)), min(tax, sum([rest[1] for rest in left], ZERO))
    if net <= 0 and tax <= 0:
        return {}, []
    named = {
        line.line
        for flow in crediting
        for posting in _given(flow, how)
        if posting not in flow.shipping
        for line in _named(posting, lines, how)
    }
    weights = [(rest if line.line in named or not named else (ZERO, ZERO)) for line, rest in zip(lines, left)]
    if net > sum([rest[0] for rest in weights], ZERO):
        weights = left
    nets = shares(max(net, ZERO), [rest[0] for rest in weights], decimals)
    taxes = shares(max(tax, ZERO), [rest[1] for rest in weights], decimals)
    credits = {line.line: pair for line, *pair in zip(lines, nets, taxes) if any(pair)}
    place = next(posting for flow in crediting for posting in _given(flow, how))
    names = ", ".join(line.sku for line in lines if line.line in credits)
    said = {"amount": f"{max(net, ZERO) + max(tax, ZERO):f}", "skus": names, "where": shown_at(place)}
    return {name: (pair[0], pair[1]) for name, pair in credits.items()}, [("credited-by-hand", said)]


def _credits(flow: Flow, how: Recognition) -> bool:
    """Return True if a transaction gives revenue or delivery back: not a sale, nor what a payment took off.

    An expense of delivery without tax is a late bill for freight.
    """
    if flow.revenue or flow.out or flow.settlement:
        return False
    if any(p.units.number <= 0 or not (flow.tax or p.account.startswith("Income")) for p in flow.shipping):
        return False
    if not (flow.discount or flow.other or flow.shipping) or sum([p.units.number for p in flow.tenders], ZERO) > 0:
        return False
    return bool(_given(flow, how)) and _net(flow, how) + sum([p.units.number for p in flow.tax], ZERO) > 0


def _given(flow: Flow, how: Recognition) -> list[Posting]:
    return [*flow.discount, *flow.shipping, *(p for p in flow.other if how.gives_back(p.account))]


def _net(flow: Flow, how: Recognition) -> Decimal:
    return sum([p.units.number for p in _given(flow, how)], ZERO)


def _left(line: SaleLine, back: Mapping[str, Decimal], decimals: int) -> tuple[Decimal, Decimal]:
    """Return net and tax of the units of a line that did not come back by hand."""
    units = min(back.get(line.line, ZERO), line.units)
    if not units:
        return line.net, line.tax
    gone = Fraction(units) / Fraction(line.units)
    net = round_to(Fraction(line.net) * gone, decimals)
    return line.net - net, line.tax - round_to(Fraction(line.tax) * gone, decimals)


def _booked(line: SaleLine, net: Decimal, decimals: int) -> Decimal:
    """Return what entries by hand take off revenue for this much of a line: its share of the margin, where that is booked."""
    earning = {part.account for part in line.parts}
    cost = sum([part.amount for part in line.cogs if part.account in earning], ZERO)
    return net if not cost else round_to(Fraction(net) * Fraction(line.net - cost) / Fraction(line.net), decimals)


def _named(posting: Posting, lines: Sequence[SaleLine], how: Recognition) -> Iterator[SaleLine]:
    """Yield the lines that a posting names, by metadata, else by an account that is not the revenue of all lines."""
    said = {name for _, name in names_in(posting, how)}
    mine = [line for line in lines if line.line in said] or [line for line in lines if line.sku in said]
    mine = mine or [line for line in lines if any(part.account == posting.account for part in line.parts)]
    yield from mine or lines
