"""Reads the options of a report from their texts; whatever they can't mean is refused with what they could."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches

from returnledger.findings import Finding, Refused

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_PERIOD = re.compile(r"([0-9]{4})(?:-(?:(0[1-9]|1[0-2])|[Qq]([1-4])))?")
USAGE = 2

Period = tuple[date | None, date | None]
MOMENT = ("as-of", "period")  # options that say the day of balances


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the one of `known` that looks most like `name`, the first where none does."""
    names = list(known)
    return (get_close_matches(name, names, 1, 0.3) or names or [""])[0]


def refuse(code: str, **values: object) -> Refused:
    """Return the refusal of a wrong wish: one finding, exit code 2."""
    return Refused([Finding(code, values=values)], USAGE)


def known_only(report: str, options: Mapping[str, str], known: tuple[str, ...]) -> None:
    """Refuse any option the report does not have."""
    for option in options:
        if option not in known:
            meant = "to" if option == "as-of" and "to" in known else nearest(option, known)
            raise refuse("option-unknown", report=report, option=option, known=list(known), nearest=meant)


def choice(options: Mapping[str, str], option: str, known: Iterable[str], default: str) -> str:
    """Return the value of `option`, which must be one of `known`."""
    value = options.get(option, default)
    names = list(known)
    if value not in names:
        raise refuse("choice-unknown", option=option, value=value, known=names, nearest=nearest(value, names))
    return value


def choices(options: Mapping[str, str], option: str, known: Iterable[str], default: str) -> tuple[str, ...]:
    """Return the comma-separated values of `option`, each of which must be one of `known`, without repetition."""
    names = list(known)
    given = [value.strip() for value in options.get(option, default).split(",")]
    return tuple(dict.fromkeys(choice({option: value}, option, names, default) for value in given))


def count(options: Mapping[str, str], option: str, least: int) -> int | None:
    """Return the whole number of `option`, None where it was not given."""
    value = options.get(option)
    if value is None:
        return None
    if not re.fullmatch("[0-9]{1,12}", value) or int(value) < least:
        raise refuse("count-expected", option=option, value=value, least=least)
    return int(value)


def flag(options: Mapping[str, str], option: str) -> bool:
    """Return True if `option` is set: true, or false as without it."""
    return choice(options, option, ("true", "false"), "false") == "true"


def day(options: Mapping[str, str], option: str) -> date | None:
    """Return the day of `option`, None where it was not given."""
    value = options.get(option)
    if value is None:
        return None
    match = _DAY.fullmatch(value)
    if match:
        year, month, number = (int(group) for group in match.groups())
        if year and 1 <= month <= 12 and 1 <= number <= calendar.monthrange(year, month)[1]:
            return date(year, month, number)
    raise refuse("day-unknown", option=option, value=value)


def moment(options: Mapping[str, str]) -> date | None:
    """Return the day at whose end balances are asked for: `as-of`, else the last day of `period`; None for today's."""
    last = _whole(options["period"])[1] if "period" in options else None
    told = day(options, "as-of")
    if told is not None and last is not None and told != last:
        raise refuse("days-differ", day=told, period=options["period"], last=last)
    return told or last


def period(options: Mapping[str, str]) -> Period:
    """Return the first and last day of `period` (a month, quarter or year), each replaced by `from` and `to` if given."""
    first, last = _whole(options["period"]) if "period" in options else (None, None)
    first, last = day(options, "from") or first, day(options, "to") or last
    if first and last and last < first:
        raise refuse("period-backwards", first=first, last=last)
    return first, last


def _whole(value: str) -> tuple[date, date]:
    match = _PERIOD.fullmatch(value)
    if not match or match[1] == "0000":
        raise refuse("period-unknown", option="period", value=value)
    year = int(match[1])
    if match[2]:
        first = last = int(match[2])
    elif match[3]:
        first, last = 3 * int(match[3]) - 2, 3 * int(match[3])
    else:
        first, last = 1, 12
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])
