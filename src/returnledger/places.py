"""Where each value and key of a file stands, so that every later question about it can be shown at its place."""

from __future__ import annotations

from typing import Protocol

from returnledger.findings import Span

Path = tuple[str | int, ...]


class Places(Protocol):
    """The places of one file by path, such as `fees`, 0, `percent`: what the reader of the file knows."""

    file: str

    def at(self, *path: str | int) -> Span:
        """Return the place of the value at `path`, else of the deepest value on the way to it."""

    def key_at(self, *path: str | int) -> Span:
        """Return the place of the key that `path` ends in, else what `at` returns."""
