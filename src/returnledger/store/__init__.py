"""The rows of a ledger, kept in SQLite so that daily work costs what the day costs, not what the ledger costs.

The store is a cache in the user's cache folder, or in memory; it may be deleted at any time and changes no output. It
is current if every file of the ledger has the content it was made from. New batches of ours are absorbed one by one;
of files that changed only what differs is read, with what that touches; where that is not sure to give the same rows,
the ledger is read whole. A cache that can't be read or written is never an error: memory does.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from returnledger import VERSION
from returnledger.books import Books
from returnledger.findings import Finding, Refused
from returnledger.includes import Include, closure, covered
from returnledger.ledger import LedgerError, Loaded, absolute, load
from returnledger.ledgerfaults import faults_of
from returnledger.needs import Needs
from returnledger.products import Products
from returnledger.sales import Recognition, recognition
from returnledger.settings import Settings
from returnledger.store import asserted, build, cachefile, schema
from returnledger.store.beside import OtherBooks
from returnledger.store.content import Content, contents
from returnledger.store.doubles import doubles
from returnledger.store.follow import Followed, follow
from returnledger.store.gather import Reader, Source
from returnledger.store.relations import Relations
from returnledger.store.sources import digests
from returnledger.textfile import gc_paused

Progress = Callable[[str], None]

__all__ = ["Store"]


class Store:
    """The rows of one ledger, current as of the last `open`, `refresh` or `add_batch`."""

    def __init__(
        self, settings: Settings, root: Path, products: Products, cache: Path | None, progress: Progress | None
    ):
        """Use `Store.open`."""
        self.settings, self.products = settings, products
        self.root = absolute(root)
        self.loaded: Loaded | None = None  # the ledger, if it had to be read and `keep_loaded` was asked for
        self.beside: OtherBooks | None = None  # archives and register, where the settings name any
        self.rebuilt = False  # True if the whole ledger was read
        self.why = ""  # why it was, where a store was there
        self._cache = cache
        self._tell = progress or (lambda stage: None)
        self._keep = False
        self._files: dict[str, str] = {}
        self._db: sqlite3.Connection
        self._reader: Reader

    @classmethod
    def open(
        cls,
        settings: Settings,
        root: Path,
        products: Products | None = None,
        *,
        cache: Path | None = None,
        progress: Progress | None = None,
        keep_loaded: bool = False,
    ) -> Store:
        """Return the store of the ledger at `root`, brought up to date; `cache` None keeps it in memory.

        Raises Refused with `ledger-missing` if there is no such file.
        """
        store = cls(settings, root, products or Products(), cache, progress)
        store._keep = keep_loaded
        if not store.root.is_file():
            raise Refused([Finding("ledger-missing", settings.place("ledger"), {"file": str(root)})], 2)
        if cache is None or not store._reuse(cache):
            store._rebuild(cache)
        return store

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()

    @property
    def key(self) -> str:
        """What besides the files the rows depend on: settings, products, versions of program, Beancount and schema."""
        parts = [
            schema.SCHEMA_VERSION,
            VERSION,
            version("beancount"),
            str(self.root),
            self.settings.model_dump_json(),
            repr(sorted(self.products.by_sku.items())),
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

    def check_current(self) -> bool:
        """Return True if every file of the ledger still has the content that the rows were made from."""
        return self._files == self._kept() and self._changes() == (set(), set())

    def refresh(self) -> bool:
        """Bring the rows up to date with the files; return True if anything had changed."""
        moved = self._files != self._kept()
        if moved:
            self._read()
        new, changed = self._changes()
        if not new and not changed:
            return moved
        if not self._follow(new, changed):
            self._db.close()
            self._rebuild(self._cache)
        return True

    def add_batch(self, path: Path) -> None:
        """Add the rows of a batch that was just written and proven, and of the accounts it opened.

        Whatever else has changed meanwhile is read too, if need be with the whole ledger.
        """
        self._read()
        new, changed = self._changes()
        if not self._follow(new, changed, proven=str(absolute(path))):
            self._db.close()
            self._rebuild(self._cache)

    def _kept(self) -> dict[str, str]:
        """Return the files that the rows hold; another process may have added to the same cache."""
        return dict(self._db.execute("SELECT path, sha256 FROM file WHERE sha256 IS NOT NULL"))

    def _changes(self) -> tuple[set[str], set[str]]:
        """Return the files that are new in the ledger, and those that were changed or are gone."""
        now = closure(str(self.root), self._includes)
        current = digests(now)
        changed = {path for path, old in self._files.items() if current.get(path) != old}
        return now - self._files.keys(), changed

    def _follow(self, new: Collection[str], changed: Collection[str], *, proven: str = "") -> bool:
        """Add new files of ours and read what else changed; return False where that takes a full reading."""
        ledger = Followed(self.root, self.returns, self._recognition, self._with_follow_ups)
        self.why = follow(self._db, ledger, sorted(new), bool(changed), proven=proven)
        if not self.why:
            self._read()
        return not self.why

    @property
    def _with_follow_ups(self) -> bool:
        """True if other books stand beside the ledger, which may hold money and goods of their orders."""
        return bool(self.settings.sales.register_file or self.settings.sales.archives)

    def _recognition(self, commodities: Mapping[str, Mapping[str, Any]]) -> Recognition:
        return recognition(self.settings, self.products, commodities)

    def _reuse(self, cache: Path) -> bool:
        """Use the cache if it was made from these files, or from all but new batches."""
        if not cache.is_file():
            return False
        try:
            self._db = cachefile.connect(str(cache))
            (key,) = self._db.execute("SELECT value FROM meta WHERE key = 'key'").fetchone()
            if key == self.key:
                self._read()
                new, changed = self._changes()
                if not (new or changed) or self._follow(new, changed):
                    return True
        except (sqlite3.Error, TypeError, ValueError):
            pass
        with contextlib.suppress(AttributeError, sqlite3.Error):
            self._db.close()
        return False

    def _rebuild(self, cache: Path | None) -> None:
        """Read the whole ledger into a new database: beside the cache and then in its place, else in memory."""
        self.rebuilt = True
        with gc_paused():
            loaded = load(self.root, progress=self._tell)
            self._tell("storing")
            how = self._recognition(loaded.commodities)
            content = dict(contents(loaded.files))
            temporary = cachefile.temporary(cache) if cache else None
            if temporary is None or not self._build(loaded, how, content, str(temporary)):
                temporary = None
                self._build(loaded, how, content, ":memory:")
            if self._keep:
                self.loaded = loaded
            del loaded, how
        if temporary and cache:
            self._db.close()
            self._db = cachefile.place(temporary, cache)
        self._read()

    def _build(self, loaded: Loaded, how: Recognition, content: dict[str, Content], name: str) -> bool:
        """Fill a new database with the rows; return False where the disk does not take it."""
        self._db = cachefile.connect(name, building=True)
        try:
            build.build(self._db, loaded, how, content, self.key, with_follow_ups=self._with_follow_ups)
        except sqlite3.OperationalError:
            if name == ":memory:":
                raise
            self._db.close()
            Path(name).unlink(missing_ok=True)
            return False
        return True

    def _read(self) -> None:
        self._files = self._kept()
        self._reader = Reader(self._db)

    def gather(self, needs: Needs, books: Books) -> None:
        """Add to `books` what `needs` asks for; what is there already stays as it is."""
        try:
            self._reader.gather(needs, books)
        except sqlite3.DatabaseError:
            self._db.close()
            self._rebuild(None)
            self._reader.gather(needs, books)
        if self.beside is not None:
            self.beside.gather(self.source, needs, books)

    def rows(self, name: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of the relation `sales`, `returns` or `cases`, in the order of its columns."""
        return self.relations.rows(name)

    def pick(self, name: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a relation with only these columns."""
        return self.relations.pick(name, columns)

    @property
    def source(self) -> Source:
        """The rows as those of other books are joined with them."""
        return Source(self._reader, self._db)

    @property
    def relations(self) -> Relations:
        """What reports read."""
        return Relations(self.sources, self.products)

    @property
    def sources(self) -> list[Source]:
        """The rows of the ledger, then those of other books."""
        return [self.source, *(self.beside.sources if self.beside else ())]

    @property
    def files(self) -> tuple[str, ...]:
        """The files that the ledger is made of."""
        return tuple(sorted(self._files))

    @property
    def errors(self) -> tuple[LedgerError, ...]:
        """The errors that Beancount found when the ledger was last read whole."""
        return tuple(LedgerError(*row) for row in self._db.execute("SELECT file, line, message FROM error"))

    @property
    def plugins(self) -> tuple[str, ...]:
        """The plugins that the ledger names."""
        return tuple(name for (name,) in self._db.execute("SELECT name FROM plugin"))

    @property
    def locked_until(self) -> date | None:
        """The last day of the last locked period."""
        (last,) = self._db.execute("SELECT max(date) FROM period_lock").fetchone()
        return date.fromisoformat(last) if last else None

    def assertions(self, accounts: Iterable[str] | None = None) -> Iterator[tuple[str, str, date, str, int]]:
        """Yield kind (balance, pad), account, day, file and line of assertions, of these accounts or of all."""
        wanted = None if accounts is None else frozenset(accounts)
        for kind, account, day, file, line in asserted.listed(self._db):
            if wanted is None or account in wanted:
                yield kind, account, date.fromisoformat(day), file, line

    @property
    def mixed(self) -> tuple[str, ...]:
        """The accounts that hold a commodity both at cost and without."""
        return tuple(name for (name,) in self._db.execute("SELECT account FROM mixed"))

    @property
    def returns(self) -> Path:
        """The folder of what is written."""
        return absolute(Path(self.settings.root or self.root.parent) / self.settings.returns)

    @property
    def _includes(self) -> list[Include]:
        return [Include(*row) for row in self._db.execute("SELECT file, pattern FROM include")]

    @property
    def includes_returns(self) -> bool:
        """True if a new batch would be part of the ledger."""
        return covered(self._includes, self.returns)

    def findings(self, named: Collection[str] = ()) -> list[Finding]:
        """Return what stands in the way of writing: errors of the ledger, a missing include line, doubles of a merge.

        `named` are the ids of events that the input sets out to void.
        """
        found = doubles(self._db, self.settings.root or str(self.root.parent), named)
        return [*found, *faults_of(self.root, self.errors, self._includes, self.returns, self.settings.returns)]
