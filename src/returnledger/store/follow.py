"""Brings a store up to date in one transaction: new batches of ours one by one, then whatever else changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from returnledger.store.absorb import absorb
from returnledger.store.changes import TooMuch
from returnledger.store.partial import Followed, update
from returnledger.textfile import gc_paused

__all__ = ["Followed", "follow"]


def follow(db: sqlite3.Connection, ledger: Followed, new: Sequence[str], changed: bool, *, proven: str) -> str:
    """Bring the rows up to date; return why the whole ledger must be read instead, with nothing written.

    `new` are the files that were not there, `proven` the one that was proved before it was written; `changed` says that
    others are not what they were.
    """
    try:
        with db:
            db.execute("BEGIN IMMEDIATE")
            left = [path for path in new if not _absorbed(db, Path(path), ledger.returns, path == proven)]
            if left or changed:
                with gc_paused():
                    update(db, ledger)
    except (sqlite3.Error, TooMuch, OSError) as reason:
        return str(reason) or type(reason).__name__
    return ""


def _absorbed(db: sqlite3.Connection, path: Path, returns: Path, proven: bool) -> bool:
    """Add one new file of ours; return False, with nothing added, where it is none or not sure to be harmless."""
    db.execute("SAVEPOINT one")
    added = absorb(db, path, returns, proven=proven)
    if not added:
        db.execute("ROLLBACK TO one")
    db.execute("RELEASE one")
    return added
