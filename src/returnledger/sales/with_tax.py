"""Takes the tax off prices that include it, where the books name several rates: each price less the tax of its own rate.

    Income:Sales             -40.00 EUR
    Liabilities:VAT:20        -4.00 EUR      24.00 with 20 %
    Liabilities:VAT:5         -1.00 EUR      21.00 with  5 %
    Assets:Inventory             -2 MUG {4.00 EUR} @ 12.00 EUR
    Assets:Inventory             -1 BOOK {7.00 EUR} @ 21.00 EUR

The rate of a line is the one on its goods, else any of those that the tax postings name; the ways are tried out, and one
that is the only one to fit is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import product

from returnledger.money import ZERO
from returnledger.sales.drafts import NO_META, Draft
from returnledger.sales.postings import Flow, Posting, Recognition
from returnledger.sales.rates import rate_in, rate_of

_TRIES = 5000
_SLACK = Decimal("0.0065")  # for each line: half a cent, and its rate of another


@dataclass(slots=True)
class Rates:
    """The rates that prices include: what is known of them."""

    of_lines: list[Decimal] = field(default_factory=list)  # in the order of the lines, where known
    unknown: bool = False  # the books name several rates, which fit in no way or in more than one


def rates_in_prices(drafts: Sequence[Draft], amounts: Sequence[Decimal], flow: Flow, how: Recognition) -> Rates:
    """Return the rate of each line whose price with tax is in `amounts`; nothing where the books don't name several."""
    charged: dict[Decimal | None, Decimal] = {}
    for posting in flow.tax:
        if any(key in (posting.meta or NO_META) for key in (how.line, how.sku)):
            return Rates()  # it is known whose it is
        rate = _said(posting, how)
        rate = rate_in(posting.account) if rate is None else rate
        charged[rate] = charged.get(rate, ZERO) - posting.units.number
    own = [_of_goods(draft, how) for draft in drafts]
    named = [rate for rate in charged if rate is not None]
    if len({*named, *own} - {None}) < 2 or (None in charged and None in own):
        return Rates()
    by_sku = {draft.sku: (rate,) if rate is not None else tuple(named) for draft, rate in zip(drafts, own)}
    tries = 1
    for options in by_sku.values():
        tries *= len(options)
    if tries > _TRIES:
        return Rates(unknown=True)
    found = []
    for way in product(*by_sku.values()):
        rate_by_sku = dict(zip(by_sku, way))
        rates = [rate_by_sku[draft.sku] for draft in drafts]
        if _comes_to(rates, amounts, charged):
            found.append(rates)
    return Rates(found[0]) if len(found) == 1 else Rates(unknown=True)


def _comes_to(rates: Sequence[Decimal], amounts: Sequence[Decimal], charged: dict[Decimal | None, Decimal]) -> bool:
    """Return True if the rates on prices that include them come to the tax of each rate, or to all where one names none."""
    by_rate: dict[Decimal | None, Decimal] = {}
    for rate, amount in zip(rates, amounts):
        key = None if None in charged else rate
        by_rate[key] = by_rate.get(key, ZERO) + amount * rate / (1 + rate)
    if None in charged:
        charged = {None: sum(charged.values(), ZERO)}
    keys = {*by_rate, *charged}
    return all(abs(by_rate.get(key, ZERO) - charged.get(key, ZERO)) <= _SLACK * (len(rates) + 1) for key in keys)


def _of_goods(draft: Draft, how: Recognition) -> Decimal | None:
    rate = _said(draft.source, how)
    return how.rates.get(draft.sku) if rate is None else rate


def _said(posting: Posting, how: Recognition) -> Decimal | None:
    return rate_of((posting.meta or NO_META).get(how.tax_rate))
