"""Versions of one policy: each sale must have one version, and the later version the later day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from returnledger.findings import Finding, Severity
from returnledger.policies.lints.looking import Look
from returnledger.policy import Policy


def versions(look: Look) -> Iterator[Finding]:
    """Yield what is wrong between the versions of each policy: doubles, overlaps, gaps, and days out of order."""
    by_name: dict[str, list[Policy]] = {}
    for policy in look.policies:
        by_name.setdefault(policy.name, []).append(policy)
    for named in by_name.values():
        for policy in named:
            yield from _reversed(policy)
        yield from _twice(named)
        in_time = sorted(named, key=lambda policy: policy.valid_from)
        for older, newer in pairwise(in_time):
            yield from _following(older, newer)


def until(policy: Policy) -> date | None:
    """Return the last day of sale that a version is for, None where it holds until the next one."""
    return policy.says.valid_until


def _reversed(policy: Policy) -> Iterator[Finding]:
    last = until(policy)
    if last is not None and last < policy.valid_from:
        values = {"name": policy.name, "until": last, "date": policy.valid_from}
        yield Finding("policy-reversed", policy.place("valid_until"), values)


def _twice(named: Sequence[Policy]) -> Iterator[Finding]:
    first: dict[str, Policy] = {}
    for policy in named:
        other = first.setdefault(policy.version, policy)
        if other is not policy and other.file != policy.file:
            values = {"name": policy.name, "version": policy.version, "other": other.file}
            yield Finding("version-twice", policy.place("version"), values)


def _following(older: Policy, newer: Policy) -> Iterator[Finding]:
    """Yield what is wrong between a version and the next one in time."""
    values: dict[str, object] = {"name": older.name, "older": older.version, "newer": newer.version}
    if older.version.isdecimal() and newer.version.isdecimal() and int(older.version) > int(newer.version):
        dates = {"date": newer.valid_from, "other": older.valid_from}
        yield Finding("versions-out-of-order", newer.place("valid_from"), values | dates, Severity.WARNING)
    last = until(older)
    if last is None or newer.valid_from == older.valid_from or last < older.valid_from:
        return
    values |= {"until": last, "date": newer.valid_from}
    if last >= newer.valid_from:
        yield Finding("versions-overlap", older.place("valid_until"), values, Severity.WARNING)
    elif last + timedelta(days=1) < newer.valid_from:
        yield Finding("versions-gap", older.place("valid_until"), values, Severity.WARNING)
