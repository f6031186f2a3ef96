"""The kinds of values that only policies and settings have: days, ranges of days, parts of a price, ids of rows.

Each reads text and refuses with the code of a finding; the reader of the file adds the place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from returnledger.events.fields import Reads, day_of, line_of, number_of, refused, text_of, word_of
from returnledger.money import CONTEXT
from returnledger.terms import Reason
from returnledger.words import names

# A century: longer windows are slips of the keyboard.
MOST_DAYS = 36500
MOST_MONTHS = 1200
MOST_COUNT = 1_000_000
MOST_PERIODS = 120  # ten years of months

_ROW_ID = re.compile(r"[\w.-]{1,60}")


class Part(BaseModel):
    """A part of a policy, of the settings or of the products: unknown keys are findings, nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of an amount ("85%") or an amount by itself (12.00), per unit."""

    number: Decimal
    percent: bool

    def of(self, base: Decimal | None) -> Decimal | None:
        """Return this portion of `base` in its currency, unrounded; None where a part of nothing known is asked."""
        if not self.percent:
            return self.number
        return None if base is None else CONTEXT.divide(CONTEXT.multiply(base, self.number), Decimal(100))

    def __str__(self) -> str:
        """Return the portion as files write it."""
        return f"{self.number:f}%" if self.percent else f"{self.number:f}"


def _whole(value: object, least: int, most: int, example: str) -> int:
    number = number_of(value, example)
    if not least <= number <= most:
        raise refused("number-range", text=str(value)[:100], least=str(least), most=str(most), example=example)
    if number != int(number):
        raise refused("number-form", text=str(value)[:100], example=str(int(number)))
    return int(number)


def _days(value: object) -> int:
    return _whole(value, 0, MOST_DAYS, "30")


def _span_days(value: object) -> int:
    return _whole(value, 1, MOST_DAYS, "30")


def _span_count(value: object) -> int:
    return _whole(value, 1, MOST_COUNT, "5")


def _span_periods(value: object) -> int:
    return _whole(value, 1, MOST_PERIODS, "6")


def _months(value: object) -> int:
    return _whole(value, 0, MOST_MONTHS, "3")


def _count(value: object) -> int:
    return _whole(value, 0, MOST_COUNT, "5")


def _step(value: object) -> Decimal:
    number = number_of(value, "0.05")
    if number <= 0:
        raise refused("number-range", text=str(value)[:100], least="0.001", most="any amount", example="0.05")
    return number


def _amount(value: object) -> Decimal:
    number = number_of(value, "10.00")
    if number < 0:
        raise refused("number-range", text=str(value)[:100], least="0", most="any amount", example=f"{-number:f}")
    return number


def _percent(value: object) -> Decimal:
    number = number_of(value, "25")
    if not 0 <= number <= 100:
        raise refused("number-range", text=str(value)[:100], least="0", most="100", example="25")
    return number


def _portion(value: object) -> Portion:
    if isinstance(value, Portion):
        return value
    text = text_of(value)
    if not text.endswith("%"):
        return Portion(_amount(text), False)
    number = number_of(text[:-1].rstrip(), '"85%"')
    if not 0 <= number <= 1000:
        raise refused("number-range", text=text[:100], least="0%", most="1000%", example='"85%"')
    return Portion(number, True)


def _row_id(value: object) -> str:
    text = text_of(value)
    if _ROW_ID.fullmatch(text):
        return text
    raise refused("row-id-form", text=text[:100], example=re.sub(r"[^\w.-]+", "-", text[:60]).strip("-") or "row-1")


def _day_range(value: object) -> tuple[date, date]:
    if isinstance(value, tuple) and len(value) == 2:
        return day_of(value[0]), day_of(value[1])
    text = text_of(value)
    first, dots, last = text.partition("..")
    if not dots:
        raise refused("day-range-form", text=text[:100])
    start, end = day_of(first.strip()), day_of(last.strip())
    if end < start:
        raise refused("day-range-form", text=text[:100])
    return start, end


def _why(value: object) -> Mapping[str, str]:
    """Return a text for both languages, or one for each."""
    if not isinstance(value, Mapping):
        text = line_of(value)
        return {"en": text, "zh": text}
    texts = {}
    for language, text in value.items():
        if language not in ("en", "zh"):
            raise refused("key-unknown", key=str(language)[:100], place="why", nearest="zh", known=["en", "zh"])
        texts[language] = line_of(text)
    return texts


def _reason_or_none(value: object) -> str:
    return "none" if value == "none" else word_of(Reason, value)


def _one_or_many(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_NUMBER_OR_PERCENT = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?%?$"}]}
_WHY_SCHEMA = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "properties": {"en": {"type": "string"}, "zh": {"type": "string"}}},
    ]
}

Days = Annotated[int, Reads(_days, {"type": "integer", "minimum": 0, "maximum": MOST_DAYS})]
Months = Annotated[int, Reads(_months, {"type": "integer", "minimum": 0, "maximum": MOST_MONTHS})]
# Days of which there must be one at least.
SpanDays = Annotated[int, Reads(_span_days, {"type": "integer", "minimum": 1, "maximum": MOST_DAYS})]
Count = Annotated[int, Reads(_count, {"type": "integer", "minimum": 0, "maximum": MOST_COUNT})]
# Things, and periods, of which there must be one at least.
SpanCount = Annotated[int, Reads(_span_count, {"type": "integer", "minimum": 1, "maximum": MOST_COUNT})]
SpanPeriods = Annotated[int, Reads(_span_periods, {"type": "integer", "minimum": 1, "maximum": MOST_PERIODS})]
Step = Annotated[Decimal, Reads(_step, {"type": "number", "exclusiveMinimum": 0})]
Amount = Annotated[Decimal, Reads(_amount, {"type": "number", "minimum": 0})]
Percent = Annotated[Decimal, Reads(_percent, {"type": "number", "minimum": 0, "maximum": 100})]
PartOrAmount = Annotated[Portion, Reads(_portion, _NUMBER_OR_PERCENT)]
RowId = Annotated[str, Reads(_row_id, {"type": "string", "pattern": _ROW_ID.pattern})]
DayRange = Annotated[tuple[date, date], Reads(_day_range, {"type": "string"})]
Why = Annotated[Mapping[str, str], Reads(_why, _WHY_SCHEMA)]
# A reason, or `none` for an event that gives no reason.
ReasonOrNone = Annotated[str, Reads(_reason_or_none, {"enum": ["none", *names(Reason)]})]
OneOrMany = BeforeValidator(_one_or_many)
