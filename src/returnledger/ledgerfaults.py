"""What of the ledger itself keeps returns from being posted on it: errors of its own, and returns that it does not include."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from returnledger.findings import Finding, Phrase, Span
from returnledger.includes import Include, covered, unmatched
from returnledger.ledger import RENAMED, LedgerError
from returnledger.textfile import decode

# What keeps a new batch out of the books.
OUTSIDE = frozenset({"include-missing", "folder-is-pattern"})

_FEW = 3  # errors of a file that are each told at their place, whatever its encoding


def faults_of(
    root: Path, errors: Iterable[LedgerError], includes: Sequence[Include], returns: Path, setting: str
) -> Iterator[Finding]:
    """Yield each error of the ledger at `root`, and that no include line covers `returns` (as `setting` writes it).

    An include line for returns that names no file yet is no error: the first batch answers it.
    """
    taken = "".join(dict.fromkeys(each for each in str(root.parent) if each in "*?["))  # for a pattern, by Beancount
    expected = {unmatched(include) for include in includes if taken or covered([include], returns)}
    told = [error for error in errors if error.message not in expected]
    many = [file for file, count in Counter(error.file for error in told).items() if count > _FEW]
    garbled = {file: encoding for file in many if (encoding := _other_encoding(Path(file)))}
    for file, encoding in garbled.items():
        yield Finding("ledger-not-utf8", Span(file, 1), {"file": Path(file).name, "encoding": encoding})
    for error in told:
        if error.message.startswith(RENAMED):
            names = error.message.removeprefix(RENAMED)
            yield Finding("roots-renamed", Span(error.file, error.line), {"names": names, "file": root.name})
        elif error.file not in garbled:
            is_place = error.line > 0 and not error.file.startswith("<")
            place = Span(error.file, error.line) if is_place else Span(str(root), 1)
            yield Finding("ledger-error", place, {"message": error.message.strip()})
    if taken:
        yield Finding("folder-is-pattern", None, {"folder": str(root.parent), "characters": taken})
    elif not covered(includes, returns):
        pattern = f"{setting.rstrip('/')}/**/*.beancount"
        yield Finding("include-missing", Span(str(root), 1), {"file": root.name, "pattern": pattern})


def _other_encoding(file: Path) -> str | Phrase:
    """Return the encoding of a file that Beancount can't read for it; an empty text for UTF-8, and where it can't be told."""
    try:
        raw = file.read_bytes()
    except OSError:
        return ""
    _, findings = decode(raw, str(file))
    for finding in findings:
        if finding.code == "encoding-not-read":
            return str(finding.values["encoding"])
        if finding.code == "encoding-unknown":
            return Phrase("an encoding other than UTF-8")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return ""
