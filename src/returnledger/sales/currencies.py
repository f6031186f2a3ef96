"""The two currencies of a sale: the one it is booked in, and the one its customer was invoiced in.

A sale is booked in the currency in which its revenue weighs. A customer may owe or pay another one, written with a
price, and events then speak of that one:

    Assets:Receivable     1000.00 USD @ 7.20 CNY
    Income:Sales         -7200.00 CNY

Sales without a price anywhere (all of it in USD, beside goods that cost CNY) are booked in the customer's currency. All
of a sale is read at its weight; what was written is put back here, beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from returnledger.money import ZERO, decimals_of, places, quantum, round_to, shares
from returnledger.rows import Invoiced, Money, Part, Place, Sale, shown
from returnledger.sales.postings import Flow, place_of
from returnledger.sales.weighed import Weighed

_PARTS = ("revenue", "discount", "tax", "shipping", "rounding")
_MONEY = ("receivable", "tenders", "advance")
Written = tuple[str, Decimal, Decimal]  # commodity, units, what they weigh


def with_currencies(sale: Sale, flows: Sequence[Flow]) -> Sale:
    """Return a sale with what was written in another currency, and with what its customer was invoiced in it."""
    sale = _with_units(sale, [flow for flow in flows if flow.sells])
    sale = replace(
        sale,
        receivable=tuple(_plain(money, sale.currency) for money in sale.receivable),
        tenders=tuple(_plain(money, sale.currency) for money in sale.tenders),
        advances=tuple(_plain(money, sale.currency) for money in sale.advances),
    )
    sale = replace(sale, invoiced=_invoiced(sale, flows))
    return _checked(replace(sale, tenders=tuple(_settling(sale, flows))), flows)


def _with_units(sale: Sale, selling: Iterable[Flow]) -> Sale:
    """Return the sale with the units of each part that was written with a price: by share of what it weighs."""
    written: dict[tuple[str, bool], Written] = {}
    for flow in selling:
        for name in _PARTS:
            for posting in getattr(flow, name):
                if isinstance(posting, Weighed):
                    key = posting.account, posting.units.number > 0
                    commodity, units, weight = written.get(key, (posting.commodity, ZERO, ZERO))
                    units, weight = units + posting.number, weight + posting.units.number
                    written[key] = (commodity if commodity == posting.commodity else "", units, weight)
    if not written:
        return sale
    given: dict[int, Part] = {}
    every = [part for line in sale.lines for part in line.parts]
    every += [*sale.shipping, *sale.rounding, *sale.unshared]
    for (account, debit), (commodity, units, weight) in written.items():
        own = [part for part in every if part.account == account and (part.amount > 0) is debit]
        if commodity and sum((part.amount for part in own), ZERO) == weight:
            digits = max(decimals_of(commodity), places(units))
            split = shares(units, [abs(part.amount) for part in own], digits)
            given.update(
                (id(part), replace(part, units=n, commodity=commodity)) for part, n in zip(own, split, strict=True)
            )
    return replace(
        sale,
        lines=tuple(replace(line, parts=_each(line.parts, given)) for line in sale.lines),
        shipping=_each(sale.shipping, given),
        rounding=_each(sale.rounding, given),
        unshared=_each(sale.unshared, given),
    )


def _each(parts: Iterable[Part], given: dict[int, Part]) -> tuple[Part, ...]:
    return tuple(given.get(id(part), part) for part in parts)


def _plain(money: Money, currency: str) -> Money:
    """Return money that was written in the sale's own currency as that, whatever its price says in another one."""
    if money.commodity != currency or money.units is None:
        return money
    return replace(money, amount=money.units, currency=currency, units=None, commodity=None)


def _invoiced(sale: Sale, flows: Iterable[Flow]) -> Invoiced | None:
    """Return what the customer was invoiced in another currency, and what of it the sale is booked with.

    It is the currency of what the customer owes; of a sale that was paid at once, the one of all that was paid. What the
    sale took in another way (a deposit, a tender in the sale's own currency) counts at the rate of the rest.
    """
    flows = list(flows)
    selling = [flow for flow in flows if flow.sells]
    owed = [posting for flow in selling for posting in flow.receivable]
    took = owed or [posting for flow in selling for posting in flow.tenders]
    foreign = {p.commodity for p in took if isinstance(p, Weighed)} - {sale.currency}
    if len(foreign) != 1 or (not owed and not all(isinstance(p, Weighed) for p in took)):
        return None
    currency, units, weight, count = foreign.pop(), ZERO, ZERO, 1
    for posting in (p for flow in selling for p in (*flow.receivable, *flow.tenders, *flow.advance)):
        if isinstance(posting, Weighed) and posting.commodity == currency:
            units, weight, count = units + posting.number, weight + posting.units.number, count + 1
    booked = sum((line.net + line.tax for line in sale.lines), ZERO)
    booked -= sum((part.amount for part in (*sale.shipping, *sale.rounding, *sale.unshared)), ZERO)
    if units <= 0 or weight <= 0 or booked <= 0:
        return None
    used = [p.number for flow in flows for p in flow.priced if isinstance(p, Weighed) and p.commodity == currency]
    decimals = max(decimals_of(currency), *(places(number) for number in used))
    if abs(booked - weight) > count * quantum(decimals_of(sale.currency)):
        units = round_to(Fraction(units) * Fraction(booked) / Fraction(weight), decimals)
    return Invoiced(currency, decimals, units, booked)


def _settling(sale: Sale, flows: Iterable[Flow]) -> Iterator[Money]:
    """Yield the tenders of a sale; those in another currency than the invoice with what they paid of it.

    Beside a receivable it is what that came down by; in the sale itself it is worth what the sale's rate says.
    """
    by, currency = sale.invoiced, sale.money_currency
    at: dict[Place | None, Flow] = {place_of(p): flow for flow in flows for p in (*flow.tenders, *flow.fees)}
    for money in sale.tenders:
        flow = at.get(money.place)
        if money.currency == currency or money.commodity == currency or flow is None:
            yield money
            continue
        mates = [each for each in sale.tenders if at.get(each.place) is flow]
        other = [each for each in mates if currency not in (each.currency, each.commodity)]
        owed = -_in_flow(flow.receivable, currency) - _in_flow(flow.tenders, currency)
        weight = sum((each.amount for each in other), ZERO)
        paid = Fraction(owed) * Fraction(money.amount) / Fraction(weight) if weight else Fraction(0)
        if by is not None and (flow.sells or not owed):
            paid = Fraction(money.amount) * Fraction(by.units) / Fraction(by.amount)
        yield replace(money, settled=round_to(paid, sale.money_decimals))


def _in_flow(postings: Iterable[object], currency: str) -> Decimal:
    found = ZERO
    for posting in postings:
        if isinstance(posting, Weighed):
            found += posting.number if posting.commodity == currency else ZERO
        elif posting.units.currency == currency:  # type: ignore[attr-defined]
            found += posting.units.number  # type: ignore[attr-defined]
    return found


def _mixed(postings: Sequence[object]) -> bool:
    """Return True where a sale books part of what is owed in the customer's currency and part in its own."""
    return len({isinstance(posting, Weighed) for posting in postings}) > 1


def _checked(sale: Sale, flows: Iterable[Flow]) -> Sale:
    """Return the sale with a problem where what stands on its receivables can't be what is owed in the two currencies.

    A payment that takes no units off what is owed in them is one; what revalues it moves no money.
    """
    by = sale.invoiced
    if by is None or not sale.receivable:
        return sale
    units = sum((money.units or ZERO for money in sale.receivable if money.commodity == by.currency), ZERO)
    weight = sum((money.amount for money in sale.receivable), ZERO)
    paying = [p for flow in flows if flow.tenders and not flow.sells for p in flow.receivable]
    paying += [p for flow in flows if flow.sells and _mixed(flow.receivable) for p in flow.receivable]
    bare = [place_of(p) for p in paying if not isinstance(p, Weighed)]
    far = (
        units > 0
        and not Fraction(weight) / 2
        <= Fraction(units) * Fraction(by.amount) / Fraction(by.units)
        <= Fraction(weight) * 2
    )
    if not bare and not far:
        return sale
    place = next((place for place in bare if place), sale.receivable[-1].place)
    said = {
        "units": f"{units:f} {by.currency}",
        "weight": f"{weight:f} {sale.currency}",
        "where": shown(place),
    }
    return replace(sale, problems=(*sale.problems, ("owed-in-two-currencies", said)))
