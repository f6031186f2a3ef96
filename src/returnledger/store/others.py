"""Opens the books beside the ledger: each archive as a store of its own, and the register, current by their content."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from returnledger.findings import Finding, Refused, Severity, Span
from returnledger.products import Products
from returnledger.settings import Settings
from returnledger.store import Store
from returnledger.store.gather import Reader, Source
from returnledger.store.register import open_register

Progress = Callable[[str], None]
CacheOf = Callable[[Path], Path | None]


class Others:
    """The archives, in the order of the settings, then the register."""

    def __init__(
        self,
        settings: Settings,
        products: Products,
        *,
        cache_of: CacheOf,
        shown: Callable[[Path], str],
        progress: Progress | None = None,
    ) -> None:
        """Use the files that the settings name; `cache_of` says where the rows of a file are kept.

        `shown` returns a path as findings name it.
        """
        self.settings, self.products = settings, products
        self._cache_of, self._shown, self._progress = cache_of, shown, progress
        self._archives: list[Store] = []
        self._register: Source | None = None
        self._key = ""

    def refresh(self) -> bool:
        """Open every file, or bring it up to date; return True if one had changed.

        Raises Refused with exit code 2 where one of them can't be used.
        """
        moved = [archive.refresh() for archive in self._archives]
        if not self._archives:
            self._archives = [self._open(n, name) for n, name in enumerate(self.settings.sales.archives)]
        return self._open_register() or any(moved)

    def _open(self, position: int, name: str) -> Store:
        path = Path(self.settings.root) / name
        if not path.is_file():
            place = self.settings.place("sales", "archives", position)
            raise Refused([Finding("archive-missing", place, {"file": name})], 2)
        return Store.open(self.settings, path, self.products, cache=self._cache_of(path), progress=self._progress)

    def _open_register(self) -> bool:
        name = self.settings.sales.register_file
        if name is None:
            return False
        path = Path(os.path.normpath(Path(self.settings.root, name).absolute()))
        before = self._key
        db, self._key = open_register(
            self.settings, path, self._shown(path), self.products, self._cache_of(path), before
        )
        if db is not None:
            self._register = Source(Reader(db), db, register=True)
        return bool(before) and db is not None

    @property
    def sources(self) -> list[Source]:
        """The rows of each."""
        register = [self._register] if self._register else []
        return [*(archive.source for archive in self._archives), *register]

    def findings(self) -> list[Finding]:
        """Return the errors of archives as warnings: nothing is posted there."""
        return [
            Finding(
                "archive-error",
                Span(self._shown(Path(error.file)), max(error.line, 1)) if error.file else None,
                {"message": error.message.strip()},
                Severity.WARNING,
            )
            for archive in self._archives
            for error in archive.errors
        ]
