"""The settings of the last balance sheet: what returns after it do to the year before."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from pydantic import Field, model_validator

from returnledger.configfields import Part, Percent
from returnledger.events.fields import Day


class YearEnd(Part):
    """What returns after the balance sheet date do to the year before, until its statements are authorised."""

    date: Day = Field(description="The balance sheet date.", examples=["2025-12-31"])
    authorised: Day | None = Field(
        default=None, description="The day on which the statements were authorised; left out, they are not yet."
    )
    tax_settled: Day | None = Field(
        default=None,
        description="The day on which the income tax of the year was settled; later its share is deferred.",
    )
    income_tax_percent: Percent | None = Field(
        default=None, description="The rate of income tax in percent; left out, no tax is booked.", examples=["25"]
    )
    reserve_percent: Percent | None = Field(
        default=None,
        description="What of profits goes to the surplus reserve, in percent; left out, nothing does.",
        examples=["10"],
    )

    def bears(self, sold: datetime.date, day: datetime.date) -> bool:
        """Return True if what comes back on a day was sold in this year or before, and its statements may still change."""
        return sold <= self.date < day and (self.authorised is None or day <= self.authorised)

    @model_validator(mode="before")
    @classmethod
    def _other_names(cls, value: Any) -> Any:
        """Read `income_tax` and `reserve` too: a share of 1, or a percentage above it."""
        if not isinstance(value, dict):
            return value
        names = {"income_tax": "income_tax_percent", "reserve": "reserve_percent"}
        return {names.get(key, key): _percent(text) if key in names else text for key, text in value.items()}


def _percent(text: Any) -> Any:
    """Return a share of 1 in percent, and anything else as it is."""
    number = text if isinstance(text, str) else str(text)
    plain = number.replace(".", "", 1).isdecimal()
    return format(Decimal(number) * 100, "f") if plain and Decimal(number) <= 1 else text
