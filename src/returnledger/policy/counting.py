"""Counts days: from which day, calendar or business days, the day itself or the next, and past holidays or not.

Nothing overflows: what lies beyond the last day of the calendar is that day.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from returnledger.policy.calendar import LAST, business_day_after, is_business_day, is_estimated, next_business_day


@dataclass(frozen=True, slots=True)
class Count:
    """How a number of days is counted; `country` is whose holidays count."""

    days: int
    months: int = 0
    business: bool = False
    saturday: bool = False
    same_day: bool = False
    roll: bool = False
    country: str | None = None

    def last_day(self, start: date) -> date:
        """Return the last of the days that are counted from `start`."""
        if self.business:
            day = self._business(start)
        else:
            number = self.days - 1 if self.same_day and self.days else self.days
            day = days_after(start, number)
        if self.months:
            day = months_after(day, self.months)
        return next_business_day(day, self.country, self.saturday) if self.roll else day

    def _business(self, start: date) -> date:
        number = self.days
        if self.same_day and number and is_business_day(start, self.country, self.saturday):
            number -= 1
        return business_day_after(start, number, self.country, self.saturday)

    def estimated(self, start: date, last: date) -> int | None:
        """Return the first year between two days whose holidays count and are not published yet."""
        if not (self.business or self.roll):
            return None
        return next((year for year in range(start.year, last.year + 1) if is_estimated(self.country, year)), None)

    @property
    def needs_calendar(self) -> bool:
        """Whether weekends and holidays matter."""
        return self.business or self.roll


def days_after(day: date, number: int) -> date:
    """Return the day `number` days after `day`, within the calendar."""
    return date.fromordinal(min(max(day.toordinal() + number, 1), LAST))


def months_after(day: date, number: int) -> date:
    """Return the day of the same number `number` months later, or the last day of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
