"""Which cases were seen to wait for nothing: whoever looks for open ones need not read these again.

A case is forgotten here as soon as anything is written on it, on its order or on the sale of that: the database does so
itself, by triggers, whatever part of the program writes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import suppress

TABLE = "CREATE TABLE closed (casus TEXT PRIMARY KEY) WITHOUT ROWID;"

_CASE_AND_ORDER = (
    "DELETE FROM closed WHERE casus = {row}.casus; "
    "DELETE FROM closed WHERE casus IN (SELECT casus FROM posted WHERE ordr = {row}.ordr AND ordr != '');"
)
_OF_SALE = "DELETE FROM closed WHERE casus IN (SELECT casus FROM posted WHERE ordr = {row}.name);"
# Made after the rows are in, as the indexes are.
TRIGGERS = f"""
CREATE TRIGGER posted_come AFTER INSERT ON posted BEGIN {_CASE_AND_ORDER.format(row="NEW")} END;
CREATE TRIGGER posted_gone AFTER DELETE ON posted BEGIN {_CASE_AND_ORDER.format(row="OLD")} END;
CREATE TRIGGER sale_come AFTER INSERT ON sale BEGIN {_OF_SALE.format(row="NEW")} END;
CREATE TRIGGER sale_gone AFTER DELETE ON sale BEGIN {_OF_SALE.format(row="OLD")} END;
"""


def version(db: sqlite3.Connection) -> int:
    """Return a number that another one follows as soon as somebody else has written."""
    (number,) = db.execute("PRAGMA data_version").fetchone()
    return int(number)


def closed(db: sqlite3.Connection) -> set[str]:
    """Return the cases that wait for nothing, as they were seen and nothing has been written since."""
    return {name for (name,) in db.execute("SELECT casus FROM closed")}


def remember(db: sqlite3.Connection, cases: Iterable[str], seen: int) -> None:
    """Keep that these cases wait for nothing, unless somebody has written since version `seen`; a busy disk is no fault."""
    rows = [(case,) for case in cases]
    if not rows:
        return
    with suppress(sqlite3.OperationalError):
        db.execute("BEGIN IMMEDIATE")
        try:
            if version(db) == seen:
                db.executemany("INSERT OR IGNORE INTO closed VALUES (?)", rows)
        finally:
            db.execute("COMMIT")
