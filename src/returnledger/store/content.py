"""The files of a ledger as they were read: their digest, their text in little space, and where directives start.

With the old text at hand, a file that changed tells what was taken out of it and what was put in, to the directive.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from beancount.core.data import Directive, Price

_PIECE = 1 << 20
_OPTION = re.compile(rb'^[ \t]*option[ \t]+"(?:[^"\\]|\\.)*"[ \t]+"(?:[^"\\]|\\.)*"', re.MULTILINE)
_ELSEWHERE = frozenset(
    {
        "commodities",
        "dcontext",
        "filename",
        "include",
        "input_hash",
        "operating_currency",
        "plugin",
        "pythonpath",
        "title",
    }
)


class Content(NamedTuple):
    """What a file holds: the sha256 of its bytes, and the bytes in little space."""

    sha256: str
    packed: bytes


def content_of(raw: bytes) -> Content:
    """Return the content that these bytes are."""
    return Content(hashlib.sha256(raw).hexdigest(), zlib.compress(raw, 1))


def contents(paths: Iterable[str]) -> Iterator[tuple[str, Content]]:
    """Yield each file with its content; empty where it can't be read."""
    for path in paths:
        try:
            yield path, content_of(Path(path).read_bytes())
        except OSError:
            yield path, Content("", zlib.compress(b""))


def unpacked(packed: bytes) -> bytes:
    """Return the bytes of a content."""
    return zlib.decompress(packed)


def starts_of(entries: Iterable[Directive]) -> Mapping[str, array[int]]:
    """Return by file the lines in which its directives start, in order.

    Prices are left out: a plugin makes them too, and says of them that they stand where their transaction stands.
    """
    found: dict[str, array[int]] = defaultdict(lambda: array("I"))
    for entry in entries:
        if type(entry) is not Price:
            found[entry.meta["filename"]].append(entry.meta["lineno"])
    starts = {file: array("I", sorted(set(lines))) for file, lines in found.items()}
    return defaultdict(lambda: array("I"), starts)


def option_lines(root: Path) -> str:
    """Return the lines of the root file that set options."""
    try:
        raw = root.read_bytes()
    except OSError:
        return ""
    return b"\n".join(_OPTION.findall(raw)).decode("utf-8", "replace")


def relevant(options: Mapping[str, Any]) -> str:
    """Return the options that booking and checking may depend on, as text that can be compared."""
    return json.dumps({key: str(options[key]) for key in sorted(options) if key not in _ELSEWHERE})
