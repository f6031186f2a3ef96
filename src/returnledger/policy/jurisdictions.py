"""Whose law holds in which country: a country's in it and in its parts, a union's in its members."""

from __future__ import annotations

import re
from collections.abc import Mapping

# The countries whose law the directives of the European Union shape: its members and the others of the EEA.
UNIONS: Mapping[str, frozenset[str]] = {
    "EU": frozenset(re.findall("..", "ATBEBGCYCZDEDKEEESFIFRGRHRHUIEISITLILTLULVMTNLNOPLPTROSESISK"))
}
# Two names for one country.
_SAME = {"UK": "GB", "EL": "GR"}


def within(country: str, jurisdiction: str | None) -> bool:
    """Return whether a sale to `country` is under the law of `jurisdiction`, such as US, US-CA or EU; any, where it is None."""
    if not jurisdiction:
        return True
    own, asked = country.strip().upper().split("-"), jurisdiction.strip().upper().split("-")
    own[0], asked[0] = _SAME.get(own[0], own[0]), _SAME.get(asked[0], asked[0])
    if asked[0] in UNIONS:
        return own[0] == asked[0] or own[0] in UNIONS[asked[0]]
    return own[: len(asked)] == asked
