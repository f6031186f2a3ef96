"""What of the ledger itself keeps returns from being posted on it: errors of its own, and returns that it does not include."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from returnledger.findings import Finding, Span
from returnledger.ledger import Include, LedgerError, covered, unmatched

# What keeps a new batch out of the books.
OUTSIDE = frozenset({"include-missing", "folder-is-pattern"})


def faults_of(
    root: Path, errors: Iterable[LedgerError], includes: Sequence[Include], returns: Path, setting: str
) -> Iterator[Finding]:
    """Yield each error of the ledger at `root`, and that no include line covers `returns` (as `setting` writes it).

    An include line for returns that names no file yet is no error: the first batch answers it.
    """
    taken = "".join(dict.fromkeys(each for each in str(root.parent) if each in "*?["))  # for a pattern, by Beancount
    expected = {unmatched(include) for include in includes if taken or covered([include], returns)}
    for error in errors:
        if error.message not in expected:
            is_place = error.line > 0 and not error.file.startswith("<")
            place = Span(error.file, error.line) if is_place else Span(str(root), 1)
            yield Finding("ledger-error", place, {"message": error.message.strip()})
    if taken:
        yield Finding("folder-is-pattern", None, {"folder": str(root.parent), "characters": taken})
    elif not covered(includes, returns):
        pattern = f"{setting.rstrip('/')}/**/*.beancount"
        yield Finding("include-missing", Span(str(root), 1), {"file": root.name, "pattern": pattern})
