"""Who an event is: a digest over what it says, and an id made of its kind, its day and that digest.

The same event has the same id on every machine. The digest leaves out where the event was imported from, so that the
same return typed by hand and read from a platform's file is seen to be the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from returnledger.events.models import KINDS
from returnledger.terms import Kind

ALGORITHM: Final = "1"
LETTERS: Final[dict[Kind, str]] = {kind: about.letters for kind, about in KINDS.items()}
# The same as json.dumps with these options, which builds an encoder anew for each event.
_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def digest_of(canonical: Mapping[str, Any]) -> str:
    """Return the digest of a canonical event: the number of the algorithm and a SHA-256 over compact JSON."""
    said = canonical if "source" not in canonical else {k: v for k, v in canonical.items() if k != "source"}
    return f"{ALGORITHM}:{hashlib.sha256(_ENCODE(said).encode()).hexdigest()}"


def derived_id(kind: Kind, day: date | None, digest: str) -> str:
    """Return the id of an event that names none, as RT-20261102-9f3a21c04b7e; an empty text without a day."""
    if day is None:
        return ""
    return f"{LETTERS[kind]}-{day:%Y%m%d}-{digest.partition(':')[2][:12]}"
