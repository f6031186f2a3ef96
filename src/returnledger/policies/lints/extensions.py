"""Longer windows of certain days of sale: those that never lengthen anything, and those that overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from returnledger.findings import Finding, Severity
from returnledger.policies.lints.looking import Look
from returnledger.policy.model import Extension

_COMPARED = 500  # more than a shop has feasts in a century; beyond it nothing is compared


def extensions(look: Look) -> Iterator[Finding]:
    """Yield extensions for sales before the policy, inside or across another one, or no longer than the default window."""
    listed = look.policy.window.extensions[:_COMPARED]
    for position, extension in enumerate(listed):
        place = look.policy.place("window", "extensions", position)
        values: dict[str, object] = {"name": extension.name, "until": extension.until}
        around = [other for i, other in enumerate(listed) if i != position and _inside(extension, other, position < i)]
        if look.policy.judged_as_of == "sale" and extension.sold[1] < look.policy.valid_from:
            values |= {"sold": extension.sold[1], "date": look.policy.valid_from}
            yield Finding("extension-too-early", place, values, Severity.WARNING)
        elif around:
            values |= {"other": around[0].name, "date": around[0].until}
            yield Finding("extension-inside-another", place, values, Severity.WARNING)
        elif _shorter(look, extension):
            values |= {"sold": extension.sold[0], "days": look.policy.window.default.days}
            yield Finding("extension-no-longer", place, values, Severity.WARNING)
        yield from _across(look, listed, position)


def _across(look: Look, listed: Sequence[Extension], position: int) -> Iterator[Finding]:
    """Yield a finding where this extension shares some days of sale, and not all, with an earlier one of another end."""
    own = listed[position]
    for other in listed[:position]:
        first, last = max(own.sold[0], other.sold[0]), min(own.sold[1], other.sold[1])
        if first <= last and (first, last) not in (own.sold, other.sold) and own.until != other.until:
            place = look.policy.place("window", "extensions", position, "sold")
            until = max(own.until, other.until)
            values = {"name": own.name, "other": other.name, "first": first, "last": last, "until": until}
            yield Finding("extensions-overlap", place, values, Severity.WARNING)
            return


def _inside(extension: Extension, other: Extension, first: bool) -> bool:
    """Return whether `other` is for all the sales of `extension` and ends no earlier; of two alike the second is named."""
    within = other.sold[0] <= extension.sold[0] and extension.sold[1] <= other.sold[1]
    same = (extension.sold, extension.until) == (other.sold, other.until)
    return within and extension.until <= other.until and not (same and first)


def _shorter(look: Look, extension: Extension) -> bool:
    """Return whether the default window of the earliest of the sales ends no earlier, were it delivered that very day."""
    window = look.policy.window
    if (window.default.unit or window.unit) != "calendar" or not window.default.days:
        return False
    if window.default.counted_from not in (None, "sold", "delivered", "shipped", "received"):
        return False  # goods come after the sale; a payment or a contract may come before
    return extension.until <= extension.sold[0] + timedelta(days=window.default.days - 1)
