"""Where each value and key of a file stands, so that every later question about it can be shown at its place."""

from __future__ import annotations

from typing import Protocol

from returnledger.findings import Span

Path = tuple[str | int, ...]

_FAR = 3  # folders up that are still in sight


def seen_from(folder: str, where: str) -> str:
    """Return a file, or a place in one, as seen from a folder: `main.beancount:12`, or beside it `../2025/main.beancount:3`.

    What has no more in common with it than the uppermost folder stays as it is.
    """
    here, there = folder.rstrip("/").split("/"), where.split("/")
    common = next((n for n, (a, b) in enumerate(zip(here, there)) if a != b), min(len(here), len(there)))
    up = len(here) - common
    if not folder or (up and (up > _FAR or common < _FAR)):
        return where
    return "/".join([*[".."] * up, *there[common:]])


class Places(Protocol):
    """The places of one file by path, such as `fees`, 0, `percent`: what the reader of the file knows."""

    file: str

    def at(self, *path: str | int) -> Span:
        """Return the place of the value at `path`, else of the deepest value on the way to it."""

    def key_at(self, *path: str | int) -> Span:
        """Return the place of the key that `path` ends in, else what `at` returns."""
