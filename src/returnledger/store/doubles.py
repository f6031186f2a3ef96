"""What a merge of two branches leaves behind: one event in two batches, or one document number on two events.

Until that is put right every sum over them is wrong, so the next command says it before anything is written.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePath
from typing import Any

from returnledger.findings import Finding, Span


def doubles(db: sqlite3.Connection, folder: str, named: Collection[str] = ()) -> Iterator[Finding]:
    """Yield a finding for each event that stands twice and each number on two events that stand.

    `folder` is that of the settings, from which files are named; `named` are the ids that the input itself follows up or
    voids: these are left to their own checks.
    """
    voids = Counter(
        dict(db.execute("SELECT voids, count(*) FROM posted WHERE voids != '' GROUP BY voids, casus, step"))
    )
    yield from _events(db, voids, named, folder)
    yield from _numbers(db, voids, named)


def _places(db: sqlite3.Connection, where: str, values: tuple[Any, ...]) -> list[tuple[str, str, Span]]:
    rows = db.execute(
        "SELECT posted.event, posted.date, file.path, posted.lineno FROM posted JOIN file ON file.id = posted.file "
        f"WHERE {where} ORDER BY file.path, posted.lineno",
        values,
    )
    return [(str(event), str(day), Span(str(path), int(line))) for event, day, path, line in rows]


def _events(db: sqlite3.Connection, voids: Counter[str], named: Collection[str], folder: str) -> Iterator[Finding]:
    rows = db.execute(
        "SELECT event, casus, step, count(*) FROM posted GROUP BY event, casus, step HAVING count(*) > 1 "
        "ORDER BY event, casus, step"
    )
    for event, case, step, count in rows.fetchall():
        if event in named or count - voids[event] < 2:
            continue
        places = _places(db, "posted.event = ? AND posted.casus = ? AND posted.step = ?", (event, case, step))
        _, day, last = places[-1]
        values: dict[str, Any] = {
            "id": event,
            "count": count,
            "places": [_shown(place, folder) for *_, place in places],
        }
        yield Finding("posted-twice", last, values | {"batch": PurePath(last.file).stem, "date": day})


def _numbers(db: sqlite3.Connection, voids: Counter[str], named: Collection[str]) -> Iterator[Finding]:
    for column in ("number", "voucher"):
        rows = db.execute(
            f"SELECT {column} FROM posted WHERE {column} != '' AND voids = '' GROUP BY {column} "
            "HAVING count(DISTINCT event) > 1"
        )
        yield from _used_twice(db, column, [number for (number,) in rows.fetchall()], voids, named)


def _used_twice(
    db: sqlite3.Connection, column: str, numbers: Sequence[str], voids: Counter[str], named: Collection[str]
) -> Iterator[Finding]:
    for number in numbers:
        places = _places(db, f"posted.{column} = ? AND posted.voids = ''", (number,))
        standing = [(event, place) for event, _, place in places if not voids[event] and event not in named]
        events = dict(reversed(standing))
        if len(events) > 1:
            second, place = next(iter(events.items()))
            first = next(reversed(events))
            yield Finding("number-used-twice", place, {"number": number, "other": first}, event=second)


def _shown(place: Span, folder: str) -> str:
    path = PurePath(place.file)
    name = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()
    return f"{name}:{place.line}"
