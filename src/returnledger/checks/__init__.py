"""Checks: each asks one question about one item and yields findings or nothing.

They run in this order; the documentation lists them in it. FOUND stops the item, BEFORE is asked of the facts, DECIDED of
the facts and the decision, WRITTEN of the entries as well. A new check is one file with its example and one line here.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from beancount.core.data import Transaction

from returnledger.books import Books
from returnledger.checks.date_missing import date_missing
from returnledger.checks.window_closed import window_closed
from returnledger.decide import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.policy.fact_names import NEVER_WAIVED

Asked = Callable[[Facts], Iterator[Finding]]
AskedOfDecision = Callable[[Facts, Decision], Iterator[Finding]]
AskedOfEntries = Callable[[Facts, Decision, Sequence[Transaction], Books], Iterator[Finding]]

FOUND: tuple[Asked, ...] = (date_missing,)
BEFORE: tuple[Asked, ...] = ()
DECIDED: tuple[AskedOfDecision, ...] = (window_closed,)
WRITTEN: tuple[AskedOfEntries, ...] = ()


def code_of(check: Callable[..., object]) -> str:
    """Return the public name of a check: `window_closed` is `window-closed`."""
    return check.__name__.replace("_", "-")


def template_of(check: Callable[..., object]) -> Template:
    """Return the sentences that stand beside a check."""
    template = importlib.import_module(check.__module__).TEMPLATE
    assert isinstance(template, Template)
    return template


EVERY: tuple[Callable[..., Iterator[Finding]], ...] = (*FOUND, *BEFORE, *DECIDED, *WRITTEN)
TEMPLATES: dict[str, Template] = {code_of(check): template_of(check) for check in EVERY}
WAIVABLE = frozenset(code_of(check) for check in (*BEFORE, *DECIDED)) - NEVER_WAIVED


def _named(found: Iterable[Finding], facts: Facts) -> Iterator[Finding]:
    for finding in found:
        yield replace(finding, event=facts.event.id or None, severity=TEMPLATES[finding.code].severity)


def ask_found(facts: Facts) -> list[Finding]:
    """Return the findings of the first FOUND check that has any: without its sale an item can't be asked further."""
    for check in FOUND:
        found = list(_named(check(facts), facts))
        if found:
            return found
    return []


def ask_before(facts: Facts) -> list[Finding]:
    """Return every finding of the BEFORE checks."""
    return [finding for check in BEFORE for finding in _named(check(facts), facts)]


def ask_decided(facts: Facts, decision: Decision) -> list[Finding]:
    """Return every finding of the DECIDED checks."""
    return [finding for check in DECIDED for finding in _named(check(facts, decision), facts)]


def ask_written(facts: Facts, decision: Decision, entries: Sequence[Transaction], books: Books) -> list[Finding]:
    """Return every finding of the WRITTEN checks."""
    return [finding for check in WRITTEN for finding in _named(check(facts, decision, entries, books), facts)]
