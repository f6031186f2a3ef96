"""Rates of tax: as metadata says them, as the name of an account says them, and which rate an amount can stand for.

A rate is a share of 1. Metadata may write it as a share (0.13), as per cent ("13%", 13) or as a word ("exempt"); what is
above 0.4 is per cent, since no tax on sales takes so large a share.

An amount by itself shows a rate only where few rates are possible. Value added tax is charged at whole per cents, below
10 % also at halves, and at a few odd rates; taxes of states and cities, which USD stands for, go down to fortieths
of a per cent. 11 % in China is no rate of its own, but 13 % on one line and 9 % on another: where the rates of a country
are known, a rate that is none of them is not believed if a mixture of them gives the same amount.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from typing import Any

from beancount.core.amount import Amount

from returnledger.money import CONTEXT, ZERO, plain

_PERCENT = Decimal(100)
_MOST = Decimal("0.30")
_SHARE_BELOW = Decimal("0.4")
_NONE = frozenset({"exempt", "none", "zero", "free", "免税", "零税率", "不征税"})
_IN_NAME = re.compile(r"(?<!\d)(\d{1,2})(?:[-.](\d{1,3}))?(?:%|pct|percent)?$", re.IGNORECASE)

# Odd rates of value added tax in force somewhere: France 2.1, Switzerland 2.6 3.7 3.8 7.7 8.1, Ireland 4.8 13.5,
# Finland 25.5.
_ODD = tuple(Decimal(rate) for rate in ("2.1", "2.6", "3.7", "3.8", "4.8", "7.7", "8.1", "13.5", "25.5"))
_SALES_TAX = frozenset({"USD"})
# Canada: of the union 5, of a province 6 7 8 9.975, of both 13 14 15; in one account together, and in earlier years.
_CANADA = tuple(
    Decimal(rate)
    for rate in ["5", "6", "7", "7.5", "8", "8.5", "9.5", "9.975", "10", "11", "12", "13", "14", "14.975", "15"]
)
# What American states charge by themselves: https://taxfoundation.org/data/all/state/sales-tax-rates/
_STATES = tuple(
    Decimal(rate) / 100
    for rate in (
        *(
            "2.9",
            "4",
            "4.2",
            "4.225",
            "4.3",
            "4.45",
            "4.5",
            "4.75",
            "4.875",
            "5",
            "5.3",
            "5.5",
            "5.6",
            "5.75",
            "6",
            "6.1",
        ),
        *("6.25", "6.35", "6.5", "6.6", "6.625", "6.85", "6.875", "7", "7.25"),
    )
)
# The rates side by side in a country, as of a day. China: 财税〔2018〕32号 and 海关总署公告2019年第39号; simplified rates 5 3 2 1.5 1.
_SIDE_BY_SIDE = {
    currency: tuple(
        (first, tuple(tuple(Decimal(rate) / _PERCENT for rate in some.split()) for some in rates.split(";")))
        for first, rates in rows
    )
    for currency, rows in {
        "CNY": (
            (date(2019, 4, 1), "13 9 6 5 3 2 1.5 1 0.5"),
            (date(2018, 5, 1), "16 10 6 5 3 2 1.5 1"),
            (date(2000, 1, 1), "17 13 11 6 5 4 3 2 1.5"),
        ),
        "EUR": (
            (date(2000, 1, 1), "19 7; 20 10 5.5; 21 9; 21 10; 21 6; 22 10; 23 13.5; 23 13 6; 24 14; 24 13 6; 25.5 14"),
        ),
        "GBP": ((date(2011, 1, 4), "20 5"),),
        "JPY": ((date(2019, 10, 1), "10 8"),),
        "CHF": ((date(2024, 1, 1), "8.1 3.8 2.6"), (date(2018, 1, 1), "7.7 3.7 2.5")),
        "SEK": ((date(2000, 1, 1), "25 12 6"),),
        "NOK": ((date(2018, 1, 1), "25 15 12"),),
        "PLN": ((date(2011, 1, 1), "23 8 5"),),
    }.items()
}

# Steps of a tax rate, from round to less round: 1 %, 0.5 %, 0.1 %, 0.01 %.
_RATE_STEPS = (Fraction(1, 100), Fraction(1, 200), Fraction(1, 1000), Fraction(1, 10000))


def rate_of(value: Any) -> Decimal | None:
    """Return a rate of metadata as a share of 1, None where it is none."""
    if isinstance(value, Amount):
        value = value.number
    if isinstance(value, Decimal):
        number, percent = value, False
    elif isinstance(value, str):
        text = value.strip().lower()
        if text in _NONE:
            return ZERO
        percent = text.endswith("%")
        try:
            number = Decimal(text.removesuffix("%").strip())
        except InvalidOperation:
            return None
    else:
        return None
    if not number.is_finite() or not 0 <= number <= 100:
        return None
    return CONTEXT.divide(number, _PERCENT) if percent or number > _SHARE_BELOW else number


@cache
def rate_in(account: str) -> Decimal | None:
    """Return the rate that the last part of an account's name ends with (`VAT:20`, `销项税额-13`), None without one."""
    found = _IN_NAME.search(account.rpartition(":")[2])
    if found is None:
        return None
    rate = CONTEXT.divide(Decimal(f"{found[1]}.{found[2] or 0}"), _PERCENT)
    return rate if 0 <= rate <= _MOST else None


def fits(tax: Decimal, base: Decimal, rate: Decimal, slack: Decimal) -> bool:
    """Return True if `rate` on `base` is `tax`, give or take `slack`."""
    return abs(base * rate - tax) <= slack


@dataclass(frozen=True, slots=True)
class Usual:
    """The rates that an amount can stand for: those that the settings name, else what is usual with a currency."""

    currency: str
    day: date
    known: tuple[Decimal, ...] = ()  # as the settings name them, shares of 1

    def shown(self, tax: Decimal, base: Decimal, slack: Decimal, fine: bool = False) -> Decimal | None:
        """Return the rate that `tax` on `base` shows, the roundest that fits; None where no usual rate does.

        `fine` also tries the rates of states and cities where the currency does not speak for them.
        """
        if base <= 0 or tax <= 0:
            return None
        percent = tax * 100 / base
        if self.known:
            near = tuple(sorted((rate * 100 for rate in self.known), key=lambda rate: abs(rate - percent)))
        elif self.currency == "CAD":
            near = tuple(sorted(_CANADA, key=lambda rate: abs(rate - percent)))
        elif self.currency in _SALES_TAX:
            near = tuple(_nearest(percent, step) for step in ("0.5", "0.125", "0.1", "0.025") if percent < 14)
        else:
            halves = (_nearest(percent, "0.5"),) if percent < 10 else ()
            near = (_nearest(percent, "1"), *halves, *_ODD)
        if fine and percent < 14 and not self.known and self.currency != "CAD":
            near = (*near, _nearest(percent, "0.25"), _nearest(percent, "0.125"))
        for rate in near:
            if 0 < rate <= 30 and fits(tax, base, rate / 100, slack):
                return rate / 100
        return None

    @property
    def countries(self) -> tuple[tuple[Decimal, ...], ...]:
        """The rates that each country with the currency charges side by side; () where they are not known."""
        if self.known:
            return (tuple(sorted(self.known, reverse=True)),)
        return next((rates for first, rates in _SIDE_BY_SIDE.get(self.currency, ()) if self.day >= first), ())

    @property
    def fine(self) -> bool:
        """True where a rate may be any fraction of a per cent, so that a round one is no likelier."""
        return not self.known and self.currency in _SALES_TAX

    @property
    def several(self) -> bool:
        """True where one line is charged several taxes as a rule: of the state and the city, of the union and it."""
        return self.currency in _SALES_TAX or self.currency in ("CAD", "INR")

    def is_rough(self, rate: Decimal, step: str = "0.25") -> bool:
        """Return True for a rate of a state or city that is no multiple of `step` per cent, where any may be charged."""
        return self.fine and bool(rate * 100 % Decimal(step))


_LOCAL = re.compile(r"state|county|city|local|federal|district|municipal|province|gst|pst|qst|hst|union", re.IGNORECASE)


def is_local(account: str) -> bool:
    """Return True if an account is named for the tax of one authority among several: state, county, GST, PST."""
    return bool(_LOCAL.search(account.partition(":")[2]))


_STATE = re.compile(r"(?<![a-z])states?(?![a-z])", re.IGNORECASE)


def rates_of_state(account: str, usual: Usual) -> Usual:
    """Return the rates that a tax may have where its account names a state: 0.8 % is none, but 4 % on some goods is."""
    named = usual.fine and _STATE.search(account.partition(":")[2])
    return Usual(usual.currency, usual.day, _STATES) if named else usual


_CLASS = re.compile(
    r"standard|reduced|super-?reduced|(zero|full|normal|regular|general|low|high|lower|higher|half)(-?rat(e|ed))?$|"
    r"(voll|normal|regel|ermäßigt|ermaessigt|halb)(er)?(-?satz)?|taux|tipo|ridott|ordinari|réduit|reducido|"
    r"标准|基本|低税率|优惠税率|减按|軽減",
    re.IGNORECASE,
)


def names_rate(account: str) -> bool:
    """Return True if an account is named for one rate among several, by its figure or its kind: `VAT:5`, `VAT:Reduced`."""
    last = account.rpartition(":")[2]
    return rate_in(account) is not None or bool(_CLASS.search(last))


def as_percent(rate: Decimal) -> str:
    """Return a rate for people: `13 %`."""
    return f"{plain(rate * 100)} %"


def _nearest(percent: Decimal, step: str) -> Decimal:
    unit = Decimal(step)
    return (percent / unit).to_integral_value() * unit


def delivery_is_taxed(taxes: Sequence[Decimal], goods: Decimal, delivery: Decimal, decimals: int, lines: int) -> bool:
    """Return True if taxes, one for each account, were charged on goods and delivery, False if on the goods alone.

    `lines` is how many amounts may have been rounded on their own. State and county each have a rate of their own: the
    first that tells speaks for all.
    """
    if goods <= 0:
        return True
    slack = Fraction(max(1, lines), 2 * 10**decimals)
    for step in _RATE_STEPS:
        told = set()
        for tax in taxes:
            alone = _near(Fraction(tax), Fraction(goods), step, slack)
            together = _near(Fraction(tax), Fraction(goods + delivery), step, slack)
            if alone != together:
                told.add(together)
        if len(told) == 1:
            return told.pop()
    return True


def _near(tax: Fraction, base: Fraction, step: Fraction, slack: Fraction) -> bool:
    """Return True if some multiple of `step` is the rate that gives `tax` on `base`, give or take `slack`."""
    rate = round(tax / base / step) * step
    return rate > 0 and abs(base * rate - tax) <= slack
