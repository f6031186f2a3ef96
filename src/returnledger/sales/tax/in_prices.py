"""Takes the tax off prices that include it: each price less the tax of its own rate, before a discount or after it.

    Income:Sales             -40.00 EUR
    Income:Discounts           5.00 EUR      on the mugs alone, as their tax shows
    Liabilities:VAT:20        -3.00 EUR      24.00 with 20 %, less 6.00
    Liabilities:VAT:5         -1.00 EUR      21.00 with  5 %
    Assets:Inventory             -2 MUG {4.00 EUR} @ 12.00 EUR
    Assets:Inventory             -1 BOOK {7.00 EUR} @ 21.00 EUR

The rate of a line is the one on its goods, else any of those that the tax postings name, else what the tax of an account
comes to on the goods it is tried with (`VAT:Standard`, `VAT:Reduced`). A discount was on all lines, or on those of one
rate. The ways are tried out, and one that is the only one to fit is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import product

from returnledger.money import CONTEXT, ZERO
from returnledger.sales.drafts import NO_META, Draft
from returnledger.sales.postings import Flow, Posting
from returnledger.sales.recognition import Recognition
from returnledger.sales.tax.rates import Usual, is_local, names_rate, rate_in, rate_of

_TRIES = 5000
_SLACK = Decimal("0.0065")  # for each line: half a cent, and its rate of another

Key = Decimal | str | None  # a tax by the rate it names, else by its account; None for all tax in one


@dataclass(slots=True)
class Prices:
    """What prices with tax come to without it: what is known of that."""

    nets: list[Decimal] = field(default_factory=list)  # in the order of the lines, where known
    rates: list[Decimal] = field(default_factory=list)
    bearing: list[int] = field(default_factory=list)  # the places of the lines that a discount was on, where not on all
    discounted: bool = False  # the prices are before discount
    unknown: bool = False  # the books tell several rates apart, which fit in no way or in more than one


@dataclass(slots=True)
class _Sums:
    """What a sale at prices came to."""

    amounts: Sequence[Decimal]  # of the lines, at their prices
    revenue: Decimal  # before discounts that are booked
    discount: Decimal  # that is booked
    charged: dict[Key, Decimal]
    delivered: tuple[Key, Decimal] | None = None  # the tax that delivery was under, and its rate

    @property
    def slack(self) -> Decimal:
        return _SLACK * (len(self.amounts) + 1)

    @property
    def paid(self) -> Decimal:
        """What the customer was charged for the goods, tax included."""
        return self.revenue - self.discount + sum(self.charged.values(), ZERO)

    def with_delivery_taxed(self, delivery: Decimal, usual: Usual) -> Iterator[_Sums]:
        """Yield the same sums with delivery untaxed, then with its tax taken out of each tax there is."""
        yield self
        for key, tax in self.charged.items() if delivery > 0 else ():
            for rate in [key] if isinstance(key, Decimal) else _possible(usual):
                if delivery * rate <= tax:
                    left = {**self.charged, key: tax - delivery * rate}
                    yield replace(self, charged=left, delivered=(key, rate))


def _possible(usual: Usual) -> list[Decimal]:
    """Return the rates that a tax may have: whole per cents, and those that a country has."""
    return sorted({Decimal(n) / 100 for n in range(1, 31)} | {rate for rates in usual.countries for rate in rates})


def without_tax(
    drafts: Sequence[Draft], sums: tuple[Sequence[Decimal], Decimal], flow: Flow, how: Recognition
) -> Prices:
    """Return what the lines come to without tax; `sums` are what they come to at their prices, and all revenue.

    Nothing is known where the books don't tell several rates apart: then the shares of the lines are those of their prices.
    """
    charged: dict[Key, Decimal] = {}
    for posting in flow.tax:
        if any(key in (posting.meta or NO_META) for key in (how.line, how.sku)):
            return Prices()  # it is known whose it is
        rate = _said(posting, how)
        key = rate_in(posting.account) if rate is None else rate
        charged[posting.account if key is None else key] = (
            charged.get(posting.account if key is None else key, ZERO) - posting.units.number
        )
    own = [_of_goods(draft, how) for draft in drafts]
    rates = {key for key in charged if isinstance(key, Decimal)}
    accounts = [key for key in charged if isinstance(key, str)]
    booked = _Sums(*sums, sum([p.units.number for p in flow.discount], ZERO), charged)
    currency, day = flow.tax[0].units.currency, flow.transactions[0].date
    usual = Usual(currency, day, how.tax_rates)
    delivery = -sum([p.units.number for p in flow.shipping], ZERO)
    if len(charged) > 1 and accounts and not any(own):
        if usual.several or any(map(is_local, accounts)):
            return Prices()  # each is charged on all goods
        found = [
            way for sums in booked.with_delivery_taxed(delivery, usual) for way in _of_accounts(drafts, sums, usual)
        ]
        return _only(found, usual) or Prices(unknown=all(map(names_rate, accounts)))
    if len(charged) == 1 and not {*own} - {None, *rates}:
        return _at_one_rate(booked, usual, next(iter(charged)))
    if accounts and None in own:
        return Prices()
    if accounts:
        booked.charged = {None: sum(charged.values(), ZERO)}
    options = {draft.sku: (rate,) if rate is not None else tuple(sorted(rates)) for draft, rate in zip(drafts, own)}
    found = [way for sums in booked.with_delivery_taxed(delivery, usual) for way in _at_rates(drafts, options, sums)]
    return _only(found) or Prices(unknown=True)


def _at_one_rate(booked: _Sums, usual: Usual, key: Key) -> Prices:
    """Return the prices less the one rate there is, where they are before a discount that is booked; else nothing."""
    tax = booked.charged[key]
    rate = key if isinstance(key, Decimal) else usual.shown(tax, booked.paid - tax, booked.slack)
    if rate is None or not booked.discount:
        return Prices()
    return next(_fitting([rate] * len(booked.amounts), [key] * len(booked.amounts), booked), Prices())


def _at_rates(drafts: Sequence[Draft], options: dict[str, tuple[Decimal, ...]], booked: _Sums) -> Iterator[Prices]:
    """Yield the ways that fit of giving each SKU one of the rates it may have."""
    tries = 1
    for rates in options.values():
        tries *= len(rates)
    if tries > _TRIES:
        return
    for way in product(*options.values()):
        by_sku = dict(zip(options, way))
        rates_of_lines = [by_sku[draft.sku] for draft in drafts]
        keys: list[Key] = [None if None in booked.charged else rate for rate in rates_of_lines]
        yield from _fitting(rates_of_lines, keys, booked)


def _of_accounts(drafts: Sequence[Draft], booked: _Sums, usual: Usual) -> Iterator[Prices]:
    """Yield the ways that fit of giving each SKU one of the accounts of tax, each of them at a rate of its own."""
    skus = list(dict.fromkeys(draft.sku for draft in drafts))
    if len(booked.charged) ** len(skus) > _TRIES:
        return
    for way in product(booked.charged, repeat=len(skus)):
        if len({*way}) < len(booked.charged):
            continue
        by_sku = dict(zip(skus, way))
        keys: list[Key] = [by_sku[draft.sku] for draft in drafts]
        for bearing in _scopes(keys, booked):
            rates = _rates_of(keys, _after(bearing, booked), booked, usual)
            if rates is not None and (booked.delivered is None or rates[booked.delivered[0]] == booked.delivered[1]):
                yield from _fitting([rates[key] for key in keys], keys, booked, [bearing])


def _rates_of(keys: Sequence[Key], paid: Sequence[Decimal], booked: _Sums, usual: Usual) -> dict[Key, Decimal] | None:
    """Return the rate that the tax of each account shows on what was paid for its goods, None where one shows none."""
    found: dict[Key, Decimal] = {}
    for key, tax in booked.charged.items():
        gross = sum([amount for amount, own in zip(paid, keys) if own == key], ZERO)
        rate = key if isinstance(key, Decimal) else usual.shown(tax, gross - tax, booked.slack)
        if rate is None or rate in found.values():
            return None
        found[key] = rate
    return found


def _scopes(keys: Sequence[Key], booked: _Sums) -> list[list[int]]:
    """Return on which lines a discount may have been, by their places: on all, else on those of one tax."""
    every = list(range(len(keys)))
    if abs(sum(booked.amounts, ZERO) - booked.paid) <= booked.slack:
        return [every]
    of_one = [[n for n in every if keys[n] == key] for key in dict.fromkeys(keys)]
    return [every, *(some for some in of_one if len(some) < len(every))]


def _after(bearing: Sequence[int], booked: _Sums) -> list[Decimal]:
    """Return what was paid for each line, where these lines bear the discount in proportion."""
    off = sum(booked.amounts, ZERO) - booked.paid
    whole = sum([booked.amounts[n] for n in bearing], ZERO)
    left = CONTEXT.divide(whole - off, whole) if whole else Decimal(1)
    return [amount * left if n in bearing else amount for n, amount in enumerate(booked.amounts)]


def _fitting(
    rates: Sequence[Decimal], keys: Sequence[Key], booked: _Sums, scopes: Sequence[Sequence[int]] = ()
) -> Iterator[Prices]:
    """Yield the ways in which lines at these rates come to what was charged: by which of them bear the discount."""
    if sum(booked.amounts, ZERO) < booked.paid - booked.slack:
        return
    for bearing in scopes or _scopes(list(rates), booked):
        paid = _after(bearing, booked)
        by_key: dict[Key, Decimal] = {}
        for key, rate, amount in zip(keys, rates, paid):
            by_key[key] = by_key.get(key, ZERO) + amount * rate / (1 + rate)
        if any(
            abs(by_key.get(key, ZERO) - booked.charged.get(key, ZERO)) > booked.slack
            for key in {*by_key, *booked.charged}
        ):
            continue
        nets = [amount / (1 + rate) for amount, rate in zip(booked.amounts if booked.discount else paid, rates)]
        if abs(sum(nets, ZERO) - booked.revenue) > booked.slack:
            continue
        whole = len(bearing) == len(paid)
        yield Prices(
            nets,
            list(rates),
            [] if whole else list(bearing),
            abs(sum(booked.amounts, ZERO) - booked.paid) > booked.slack,
        )


def _only(found: list[Prices], usual: Usual | None = None) -> Prices | None:
    """Return the only way there is, or the only one at the rates of one country; None where there is none or several.

    What prices come to as they are is likelier than any discount that nobody booked.
    """
    found = [way for way in found if not way.discounted] or found
    if len({tuple(way.nets) for way in found}) > 1 and usual is not None:
        found = [way for way in found if any(set(way.rates) <= {*known} for known in usual.countries)]
    return found[0] if len({tuple(way.nets) for way in found}) == 1 else None


def _of_goods(draft: Draft, how: Recognition) -> Decimal | None:
    rate = _said(draft.source, how)
    return how.rates.get(draft.sku) if rate is None else rate


def _said(posting: Posting, how: Recognition) -> Decimal | None:
    return rate_of((posting.meta or NO_META).get(how.tax_rate))
