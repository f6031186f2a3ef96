"""What makes work on a ledger slow: many lots in one account, plugins that may change entries, assertions, one big file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from beancount.core.data import Balance, Pad, Transaction

from returnledger.findings import Finding, Severity, Span
from returnledger.ledger import INERT_PLUGINS, Loaded
from returnledger.money import ZERO
from returnledger.sales.postings import booked

_LOTS = 1000  # open lots of one account, of all its commodities, from which on booking is slow
_TURNS = 5000  # postings to that account, without which it does not matter
_LARGE = 20_000_000  # bytes of one file of sales


def slow(loaded: Loaded) -> Iterator[Finding]:
    """Yield a remark for each thing that makes booking or proving slow."""
    yield from _lots(loaded)
    for name in loaded.plugins:
        if name not in INERT_PLUGINS:
            yield _note("plugin-proof", Span(str(loaded.root), 1), plugin=name)
    asserted = Counter(entry.account for entry in loaded.assertions)
    pads = sum(1 for entry in loaded.assertions if isinstance(entry, Pad))
    last = max((entry.date for entry in loaded.assertions if isinstance(entry, Balance)), default=None)
    if last is not None:
        values = {"count": sum(asserted.values()) - pads, "last": last, "account": asserted.most_common(1)[0][0]}
        yield _note("assertions-proof", None, **values)
    for file in loaded.files:
        size = Path(file).stat().st_size
        if size > _LARGE:
            yield _note("file-large", Span(file, 1), file=Path(file).name, size=f"{size / 1e6:.0f}")


def _lots(loaded: Loaded) -> Iterator[Finding]:
    """Yield the accounts in which booking has to look through many open lots at every sale."""
    held: dict[str, dict[tuple[object, ...], object]] = {}
    turns: Counter[str] = Counter()
    most: Counter[str] = Counter()
    for entry in loaded.entries:
        if not isinstance(entry, Transaction):
            continue
        for posting in booked(entry):
            if posting.cost is None:
                continue
            account, cost = posting.account, posting.cost
            lots = held.setdefault(account, {})
            key = posting.units.currency, cost.number, cost.date, cost.label
            left = lots.get(key, ZERO) + posting.units.number  # type: ignore[operator]
            if left:
                lots[key] = left
            else:
                lots.pop(key, None)
            turns[account] += 1
            most[account] = max(most[account], len(lots))
    for account, count in most.most_common():
        if count >= _LOTS and turns[account] >= _TURNS:
            yield _note("many-lots", None, account=account, count=count, turns=turns[account])


def _note(code: str, place: Span | None, **values: object) -> Finding:
    return Finding(code, place, values, Severity.NOTE)
