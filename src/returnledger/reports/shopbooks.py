"""What exceptions are asked of beside the entry itself: settings, policies, evidence on disk, and the other entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from returnledger.policy import Policy, policy_for
from returnledger.reports.posted import Record
from returnledger.settings import Settings


@dataclass(frozen=True)
class ShopBooks:
    """The shop as its settings have it, and everything that was posted."""

    settings: Settings
    policies: tuple[Policy, ...]
    evidence: Callable[
        [str, str], str | None
    ]  # file of the event, path -> SHA-256 of the file, None where it is not there
    records: tuple[Record, ...]
    sold: Mapping[str, date]  # event -> the day of its sale

    def policy(self, record: Record) -> Policy | None:
        """Return the policy that judged an event: the version that its entry names, else that of the days."""
        for said in record.all("policy"):
            named = next((each for each in self.policies if (each.name, each.version) == (said.value, said.row)), None)
            if named is not None:
                return named
        asked = (record.event.body.requested if record.event else None) or record.date
        return policy_for(self.policies, self.sold.get(record.id, record.date), asked)

    @cached_property
    def by_case(self) -> Mapping[str, tuple[Record, ...]]:
        """The events of each case that stand, by day."""
        found: dict[str, list[Record]] = defaultdict(list)
        for record in self.records:
            if record.stands:
                found[record.case].append(record)
        return {case: tuple(own) for case, own in found.items()}

    def roles(self, names: tuple[str, ...], day: date) -> frozenset[str]:
        """Return the roles that people have between them on a day."""
        return frozenset(role for name in names for role in self.settings.roles_of_person(name, day))
