"""Books of earlier years that stand beside a ledger and are not part of it: ../2025/main.beancount, 2025.beancount."""

from __future__ import annotations

import os
import re
from pathlib import Path

from returnledger.ledger import Loaded

_YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")


def found(loaded: Loaded) -> tuple[str, ...]:
    """Return the ledgers of earlier years whose path differs from the ledger's only in the year, the latest first.

    They are written as paths from the folder of the ledger; one that the ledger includes is none.
    """
    root = loaded.root
    names: list[str] = []
    for part in (root.name, root.parent.name):
        match = _YEAR.search(part)
        if match is None:
            continue
        year = int(match.group())
        for earlier in range(year - 1, year - 11, -1):
            other = part[: match.start()] + str(earlier) + part[match.end() :]
            path = root.with_name(other) if part == root.name else root.parent.with_name(other) / root.name
            for each in _root_of(path, root.name.replace(str(year), str(earlier))):
                if str(each) not in loaded.files:
                    names.append(Path(os.path.relpath(each, root.parent)).as_posix())
        break
    return tuple(names)


def _root_of(path: Path, name: str) -> list[Path]:
    """Return the ledger at `path`, or under the name of its year in the same folder."""
    return [each for each in dict.fromkeys((path, path.with_name(name))) if each.is_file()][:1]
