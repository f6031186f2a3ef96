"""The finding that a step can't be taken now: what stands in the way, and what to do instead."""

from __future__ import annotations

from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase
from returnledger.terms import Kind


def step_refused(facts: Facts, key: str, obstacle: Phrase, instead: Phrase, kind: Kind | None = None) -> Finding:
    """Return the finding `step-not-allowed`, at the value of `key` of the item or event, else where these stand.

    `kind` is the step where a part of it is planned as another: what an exchange sells.
    """
    event = facts.event
    values = {"kind": kind or event.kind, "reference": event.reference, "obstacle": obstacle, "instead": instead}
    return Finding("step-not-allowed", facts.at(key), values)
