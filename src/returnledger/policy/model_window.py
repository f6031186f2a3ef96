"""The windows of a policy: how many days a customer has, of which kind, and from which day they count."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from returnledger.configfields import DayRange, Days, Months, Part, RowId
from returnledger.events.fields import Code, Day, Text, Truth
from returnledger.policy.model_base import SourceLevel, Unit, When
from returnledger.terms import Fault

DayFrom = Literal["delivered", "shipped", "sold", "received", "paid", "contract", "invoice"]
CountStart = Literal["next_day", "same_day"]


class WindowRow(Part):
    """How many days a customer has, and from which day they count."""

    days: Days = Field(
        description="Days in which a return may be asked for. 0 closes the window, unless the fault is the merchant's.",
        examples=["7"],
    )
    months: Months = Field(
        default=0,
        description="Months after these days, as laws give them: 3 after the 30 November is the 28 February. With "
        "`days: 0` the window is months long and not closed.",
    )
    counted_from: DayFrom | None = Field(
        default=None,
        alias="from",
        description="The day that the days count from: delivered (else shipped and transit_days, else sold), shipped, "
        "sold, paid, contract, invoice, or received (the goods came back). A row without it counts as the default row "
        "does.",
    )
    unit: Unit | None = Field(
        default=None,
        description="calendar: every day counts; business: weekends and public holidays don't. Else as the table says.",
    )
    saturday: Truth | None = Field(
        default=None, description="Whether Saturdays are business days. Else as the table says."
    )
    count_start: CountStart | None = Field(
        default=None, description="Whether the first day counted is the day after. Else as the table says."
    )
    roll_on_holiday: Truth | None = Field(
        default=None, description="Whether the last day moves past weekends and holidays. Else as the table says."
    )
    instead: Truth = Field(
        default=False,
        description="true: where the row applies, rows without this word do not count beside it, but those that close the "
        "window. So a service can count from the contract however late its goods came.",
    )
    statute: Text | None = Field(
        default=None, description="The law that the row follows, where it is another than that of the whole policy."
    )
    source_level: SourceLevel = None


class WindowCase(WindowRow):
    """A window for what its condition says: a state, a channel, a reason."""

    id: RowId = Field(
        description="The name of the row, once in its table, as decisions and entries show it.", examples=["row-1"]
    )
    when: When


class Extension(Part):
    """A longer window for sales of certain days, as shops give around feasts."""

    name: RowId = Field(description="The name of the extension, as decisions show it.", examples=["double-11"])
    sold: DayRange = Field(
        description="The days of sale that it is for, first..last.", examples=["2026-10-20..2026-11-11"]
    )
    until: Day = Field(description="The last day on which these sales may come back.", examples=["2026-12-15"])


class WindowTable(Part):
    """Until when a return may be asked for; of all rows that apply the latest end counts."""

    default: WindowRow = Field(description="The window of every sale.", examples=["{days: 7, from: delivered}"])
    by_category: dict[str, WindowRow] = Field(
        default={}, description="Windows of product categories, as products.yaml names them."
    )
    by_fault: dict[Annotated[Fault, Code(Fault)], WindowRow] = Field(
        default={}, description="Windows by who answers for the return: merchant, customer, carrier or unknown."
    )
    cases: list[WindowCase] = Field(
        default=[],
        description="Windows by any other condition; a row that only a missing fact could decide is left out.",
    )
    extensions: list[Extension] = Field(default=[], description="Longer windows for sales of certain days.")
    fixed: Truth = Field(
        default=True,
        description="false: no days are counted, and time keeps nothing from coming back; `default` is then not read.",
    )
    judged_by: Literal["requested", "received"] = Field(
        default="requested",
        description="The day that must lie in the window: when the customer asked, or when goods came.",
    )
    transit_days: Days = Field(
        default=0, description="Days from shipping to delivery, where the day of delivery is unknown."
    )
    unit: Unit = Field(
        default="calendar", description="calendar: every day counts; business: weekends and public holidays don't."
    )
    saturday: Truth = Field(default=False, description="true: Saturdays are business days too.")
    count_start: CountStart = Field(
        default="next_day", description="Whether the first day counted is the day after, or the day itself."
    )
    roll_on_holiday: Truth = Field(
        default=False,
        description="false: the window ends on its last day, holiday or not; true: on the next business day, where the "
        "last day is a weekend or a public holiday.",
    )
    holidays: Text | None = Field(
        default=None,
        description="The country whose public holidays count here, also with a part of it: CN, DE-BY, US-CA. Else that of "
        "`jurisdiction`, else the one of the settings.",
        examples=["CN"],
    )
