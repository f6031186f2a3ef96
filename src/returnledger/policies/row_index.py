"""Where every row of a policy stands: table, name, the section that says it in words, and file:line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from returnledger.findings import Span
from returnledger.policy import Policy
from returnledger.policy.prepare import TABLES


@dataclass(frozen=True)
class Entry:
    """One row: the table and the name by which decisions show it, and its place."""

    table: str
    name: str
    place: Span


def entries(policy: Policy) -> Iterator[Entry]:
    """Yield every row of `policy` in the order of the file's tables, with the keys that stand by themselves."""
    says, window = policy.says, policy.says.window
    yield Entry("window", "default", policy.place("window", "default"))
    for name in window.by_category:
        yield Entry("window", f"by_category.{name}", policy.place("window", "by_category", name))
    for fault in window.by_fault:
        yield Entry("window", f"by_fault.{fault.value}", policy.place("window", "by_fault", fault.value))
    for position, case in enumerate(window.cases):
        yield Entry("window", f"cases.{case.id}", policy.place("window", "cases", position))
    for position, extension in enumerate(window.extensions):
        yield Entry("window", f"extensions.{extension.name}", policy.place("window", "extensions", position))
    for table in TABLES:
        for row in policy.tables[table]:
            yield Entry(table, row.says.id, row.place)
    for reason in says.condition_from_reason:
        yield Entry("condition_from_reason", reason, policy.place("condition_from_reason", reason))
    for condition in says.dispositions:
        yield Entry("dispositions", condition.value, policy.place("dispositions", condition.value))
    for fault in says.fault:
        yield Entry("fault", fault.value, policy.place("fault", fault.value))
    for check in says.waivers or {}:
        yield Entry("waivers", check, policy.place("waivers", check))
    for key in ALONE:
        if key in says.model_fields_set:
            yield Entry(key, "–", policy.place(key))
    for key in sorted(says.choices.model_fields_set):
        yield Entry("choices", key, policy.place("choices", key))


# Keys of a policy that are no table of rows.
ALONE = (
    "one_step",
    "split_days",
    "separation_of_duties",
    "authorisation",
    "coupons",
    "advance_deadline",
    "judged_as_of",
    "applies",
    "law",
    "risk",
)
