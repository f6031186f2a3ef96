"""The file that a store is kept in: made beside its place and moved there whole; where that can't be, memory does."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path

_LEFT_BEHIND = 3600  # seconds after which nobody is still building


def connect(name: str, *, building: bool = False) -> sqlite3.Connection:
    """Return the database of that name (`:memory:` for none); one that is being built needs no journal."""
    db = sqlite3.connect(name, timeout=5.0, isolation_level=None)
    if building:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
    return db


def temporary(cache: Path) -> Path | None:
    """Return a new file beside the cache, None where none can be made."""
    path = cache.with_name(f"{cache.name}.{os.getpid()}.tmp")
    try:
        cache.parent.mkdir(parents=True, exist_ok=True)
        for left in cache.parent.glob(f"{cache.name}.*.tmp"):
            if left == path or time.time() - left.stat().st_mtime > _LEFT_BEHIND:
                left.unlink(missing_ok=True)
        path.touch()
    except OSError:
        return None
    return path


def place(made: Path, cache: Path) -> sqlite3.Connection:
    """Move a finished database to the place of the cache and open it; in memory where another process holds that."""
    try:
        with made.open("r+b") as file:
            os.fsync(file.fileno())
        made.replace(cache)
    except OSError:
        memory = connect(":memory:")
        with contextlib.closing(connect(str(made))) as db:
            db.backup(memory)
        with contextlib.suppress(OSError):
            made.unlink()
        return memory
    return connect(str(cache))
