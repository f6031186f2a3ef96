"""Which days are business days in a country, and how many of them lie between two days.

Weekends and public holidays are those of the `holidays` library, Chinese working Saturdays and Sundays included; a
country may have a part with holidays of its own: DE-BY, US-CA. `US` alone has the federal holidays. Where no country is
named, or the library knows nothing of a year, Saturday and Sunday are the weekend and no day is a holiday.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date
from functools import lru_cache
from importlib import import_module
from typing import Any

from returnledger.events.suggest import nearest

LAST = date.max.toordinal()
_FIRST_ARRANGED = 2008  # since then every year had working weekends
# Countries that are known without asking the library, which takes longer to load than most policies to judge.
COMMON = frozenset(
    [
        "AT",
        "AU",
        "BE",
        "BR",
        "CA",
        "CH",
        "CN",
        "DE",
        "DK",
        "ES",
        "FI",
        "FR",
        "GB",
        "HK",
        "IE",
        "IN",
        "IT",
        "JP",
        "KR",
        "MX",
        "NL",
        "NO",
        "NZ",
        "PL",
        "PT",
        "SE",
        "SG",
        "TW",
        "UK",
        "US",
    ]
)


def _library() -> Any:
    return import_module("holidays")


@lru_cache(maxsize=1)
def _countries() -> dict[str, tuple[str, ...]]:
    """Return every country of two letters with its parts."""
    supported = _library().list_supported_countries(include_aliases=True)
    return {code: tuple(map(str, parts)) for code, parts in supported.items() if len(code) == 2}


def known_country(text: str) -> bool:
    """Return whether the holidays of `text`, such as CN or DE-BY, are known."""
    if text in COMMON:
        return True
    country, dash, part = text.partition("-")
    if not dash:
        return country in _countries()
    return part in _countries().get(country, ())


def nearest_country(text: str) -> str:
    """Return the known country, with its part, that is most like `text`: a code, or the English name of a country."""
    country, dash, part = text.upper().partition("-")
    known = _countries()
    found = country if country in known else _named(country)
    if not dash or not known[found]:
        return found
    return f"{found}-{nearest(part, list(known[found]))}"


def _named(text: str) -> str:
    """Return the code of the country whose code or name is most like `text`, in capitals."""
    registered = import_module("holidays.registry").COUNTRIES.values()
    names = {name.upper(): code for name, code, *_ in registered if code in _countries()}
    names |= {code: code for code in _countries()}
    return str(names[nearest(text.replace(" ", ""), list(names))])


@lru_cache(maxsize=1024)
def _business_days(country: str, saturday: bool, year: int) -> tuple[int, ...]:
    """Return the ordinals of the business days of a year, in their order."""
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    name, _, part = country.partition("-")
    found = _library().country_holidays(name, subdiv=part or None, years=year) if name else None
    if found is None:
        return tuple(day for day in range(first, last + 1) if day % 7 not in ((6, 0) if not saturday else (0,)))
    days = []
    for ordinal in range(first, last + 1):
        day = date.fromordinal(ordinal)
        if found.is_working_day(day) or (saturday and day.weekday() == 5 and day not in found):
            days.append(ordinal)
    return tuple(days)


@lru_cache(maxsize=1024)
def is_estimated(country: str | None, year: int) -> bool:
    """Return whether the holidays of a year are only worked out: China publishes its own, with working weekends, year by year."""
    if country is None or country.partition("-")[0] != "CN" or year < _FIRST_ARRANGED:
        return False
    found = _library().country_holidays("CN", years=year)
    return not any(day.year == year for day in found.weekend_workdays)


def is_business_day(day: date, country: str | None, saturday: bool = False) -> bool:
    """Return whether `day` is a business day in `country`."""
    days = _business_days(country or "", saturday, day.year)
    at = bisect_left(days, day.toordinal())
    return at < len(days) and days[at] == day.toordinal()


def business_day_after(day: date, number: int, country: str | None, saturday: bool = False) -> date:
    """Return the `number`-th business day after `day`, at most the last day of the calendar.

    For 0 it is `day` itself, business day or not.
    """
    if number <= 0:
        return day
    year, left = day.year, number
    days = _business_days(country or "", saturday, year)
    at = bisect_right(days, day.toordinal())
    while len(days) - at < left:
        left -= len(days) - at
        year, at = year + 1, 0
        if year > date.max.year:
            return date.max
        days = _business_days(country or "", saturday, year)
    return date.fromordinal(days[at + left - 1])


def next_business_day(day: date, country: str | None, saturday: bool = False) -> date:
    """Return `day`, or the first business day after it where it is none."""
    return day if is_business_day(day, country, saturday) else business_day_after(day, 1, country, saturday)
