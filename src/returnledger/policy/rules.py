"""The windows of a policy as rules: which day each counts from, and how it counts, every default filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from returnledger.findings import Span
from returnledger.places import Places
from returnledger.policy.asking import Asks
from returnledger.policy.counting import Count
from returnledger.policy.model import PolicyFile, RefundRow, WindowCase, WindowRow, WindowTable

if TYPE_CHECKING:
    from returnledger.policy.prepare import PreparedRow

# Which days stand in for one that is unknown, in their order; `arrived` is the day of shipping and transit_days.
CHAINS: Mapping[str, tuple[str, ...]] = {
    "sold": ("sold",),
    "paid": ("paid", "sold"),
    "contract": ("contract", "sold"),
    "invoice": ("invoiced", "sold"),
    "shipped": ("shipped", "sold"),
    "delivered": ("delivered", "arrived", "sold"),
    "received": ("received", "delivered", "arrived", "sold"),
}


@dataclass(frozen=True, slots=True)
class WindowRule:
    """One row of the windows: its name, the day it counts from, how it counts, and where it stands."""

    name: str
    start_from: str
    count: Count
    place: Span
    statute: str | None = None
    instead: bool = False

    @property
    def closes(self) -> bool:
        """Whether it takes nothing back."""
        return self.count.days == 0 and self.count.months == 0


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """A longer window for sales of certain days."""

    name: str
    first: date
    last: date
    until: date
    place: Span


@dataclass(frozen=True, slots=True)
class CaseRule:
    """A window with a condition."""

    holds: Asks
    row: PreparedRow
    rule: WindowRule


@dataclass(frozen=True, slots=True)
class Closing:
    """Rows without days, of which one must know whether they apply: the first of a category, of a fault, and the cases."""

    category: WindowRule | None
    fault: WindowRule | None
    cases: tuple[CaseRule, ...]


@dataclass(frozen=True, slots=True)
class WindowRules:
    """All windows of a policy; `closing` is None where no row can close them.

    `instead` says whether a row sets others aside.
    """

    default: WindowRule
    by_category: Mapping[str, WindowRule]
    by_fault: Mapping[str, WindowRule]
    cases: tuple[CaseRule, ...]
    extensions: tuple[ExtensionRule, ...]
    by_receipt: bool
    transit_days: int
    closing: Closing | None = None
    instead: bool = False


def rules_of(says: PolicyFile, cases: Sequence[PreparedRow], places: Places, country: str | None) -> WindowRules:
    """Return the windows of a policy, whose holidays are those of `country`."""
    table = says.window

    def rule(row: WindowRow, name: str, *path: str | int) -> WindowRule:
        start = row.counted_from or table.default.counted_from or "delivered"
        statute = row.statute or says.statute
        count = window_count(row, table, country)
        return WindowRule(name, start, count, places.at("window", *path), statute, row.instead)

    by_category = {
        name: rule(row, f"window.by_category.{name}", "by_category", name) for name, row in table.by_category.items()
    }
    by_fault = {
        fault.value: rule(row, f"window.by_fault.{fault.value}", "by_fault", fault.value)
        for fault, row in table.by_fault.items()
    }
    conditional = tuple(
        CaseRule(row.holds, row, rule(row.says, f"window.cases.{row.says.id}", "cases", position))
        for position, row in enumerate(cases)
        if isinstance(row.says, WindowCase)
    )
    return WindowRules(
        default=rule(table.default, "window.default", "default"),
        by_category=by_category,
        by_fault=by_fault,
        cases=conditional,
        extensions=tuple(
            ExtensionRule(
                f"window.extensions.{each.name}", *each.sold, each.until, places.at("window", "extensions", position)
            )
            for position, each in enumerate(table.extensions)
        ),
        by_receipt=table.judged_by == "received",
        transit_days=table.transit_days,
        closing=_closing(by_category, by_fault, conditional),
        instead=any(row.instead for row in (*table.by_category.values(), *table.by_fault.values(), *table.cases)),
    )


def _closing(
    by_category: Mapping[str, WindowRule], by_fault: Mapping[str, WindowRule], cases: Sequence[CaseRule]
) -> Closing | None:
    category = next((rule for rule in by_category.values() if rule.closes), None)
    fault = next((rule for name, rule in by_fault.items() if rule.closes and name != "merchant"), None)
    conditional = tuple(case for case in cases if case.rule.closes)
    return Closing(category, fault, conditional) if category or fault or conditional else None


def window_count(row: WindowRow, table: WindowTable, country: str | None) -> Count:
    """Return how a row of the windows counts: as it says itself, else as the table says."""
    count_start = row.count_start or table.count_start
    return Count(
        row.days,
        row.months,
        (row.unit or table.unit) == "business",
        table.saturday if row.saturday is None else row.saturday,
        count_start == "same_day",
        table.roll_on_holiday if row.roll_on_holiday is None else row.roll_on_holiday,
        country,
    )


def count_of(row: RefundRow, table: WindowTable, country: str | None) -> Count:
    """Return how the days of a refund are counted: from the next day."""
    saturday = table.saturday if row.saturday is None else row.saturday
    return Count(row.within_days or 0, 0, row.unit == "business", saturday, roll=row.roll_on_holiday, country=country)
