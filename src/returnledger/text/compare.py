"""What directives say, wherever they stand: read back, compared value by value, and digested."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from beancount.core.amount import Amount
from beancount.core.data import SORT_ORDER, Directive
from beancount.core.number import MISSING
from beancount.core.position import Cost, CostSpec
from beancount.parser import parser

from returnledger.books import is_batch
from returnledger.text.write import PLACE


def parse(text: str, filename: str = "<batch>") -> list[Directive]:
    """Return the directives of `text` in Beancount's order, not booked; text of ours that has errors is a fault here."""
    entries, errors, _ = parser.parse_string(text, report_filename=filename)
    assert not errors, "; ".join(f"line {error.source['lineno']}: {error.message}" for error in errors)
    return list(entries)


def tagged(value: object) -> Any:
    """Return `value` as JSON in which each value has its type beside it; a booked cost reads as written in full."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if value is MISSING:
        return ["missing"]
    if isinstance(value, (int, Decimal)):
        return ["number", f"{Decimal(value):f}"]
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if isinstance(value, Amount):
        return ["amount", tagged(value.number), value.currency]
    if isinstance(value, Cost):
        value = CostSpec(value.number, None, value.currency, value.date, value.label, False)
    if isinstance(value, CostSpec):
        return ["cost", *(tagged(part) for part in value[:5]), bool(value.merge)]
    if isinstance(value, (set, frozenset)):
        return ["set", *sorted(str(part) for part in value)]
    if isinstance(value, dict):
        return ["map", *([key, tagged(part)] for key, part in value.items() if key not in PLACE and key[:2] != "__")]
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return [type(value).__name__, *(_field(name, part) for name, part in zip(value._fields, value))]
    if isinstance(value, (list, tuple)):
        return ["list", *(tagged(part) for part in value)]
    return [type(value).__name__, str(getattr(value, "value", value))]


def _field(name: str, value: object) -> Any:
    """Return one field of a directive; what the parser fills in where nothing is written counts as written."""
    if name in ("tags", "links"):
        return tagged(frozenset(value or ()))  # type: ignore[call-overload]
    if name == "narration":
        return tagged(value or "")
    if name == "meta":
        return tagged(value or {})
    if name == "values":
        return tagged(value or [])
    if name == "dtype":
        return value if isinstance(value, str) else getattr(value, "__name__", "")
    return tagged(value)


def same(one: Directive, other: Directive) -> bool:
    """Return True if two directives say the same, value by value and type by type, wherever they stand."""
    return bool(tagged(one) == tagged(other))


def in_order(directives: Iterable[Directive]) -> list[Directive]:
    """Return directives that stand in one file in this order as Beancount's parser gives them: by day and type."""
    return sorted(directives, key=lambda entry: (entry.date, SORT_ORDER.get(type(entry), 0)))


def digest(directives: Sequence[Directive]) -> str:
    """Return `1:` and the SHA-256 over what the directives of a file say, in the parser's order, before booking.

    Line numbers and layout do not count; the digest that the batch directive itself holds is left out.
    """
    return _digest(_told(_without_digest(entry)) for entry in in_order(directives))


def _without_digest(entry: Directive) -> Directive:
    if not is_batch(entry):
        return entry
    return entry._replace(meta={key: value for key, value in entry.meta.items() if key != "rl-digest"})


def _told(entry: Directive) -> str:
    """Return what one directive says as compact JSON."""
    return json.dumps(tagged(entry), ensure_ascii=True, separators=(",", ":"))


def _digest(told: Iterable[str]) -> str:
    """Return the digest over the directives of a file, each as JSON, in the parser's order: together a JSON list."""
    text = f"[{','.join(told)}]"
    return f"1:{hashlib.sha256(text.encode('ascii')).hexdigest()}"


def _mark(told: str) -> str:
    return hashlib.sha256(told.encode("ascii")).hexdigest()[:8]


def mark(directive: Directive) -> str:
    """Return eight hex digits over what one directive says, by which `verify` tells the one that was edited."""
    return _mark(_told(directive))


def sealed(directives: Sequence[Directive]) -> list[Directive]:
    """Return the directives with `rl-marks` and `rl-digest` set on the batch directive among them.

    The marks are those of the other directives, in the parser's order; the digest is that of all.
    """
    told = {id(entry): _told(entry) for entry in directives if not is_batch(entry)}
    marks = " ".join(_mark(told[id(entry)]) for entry in in_order(directives) if not is_batch(entry))
    marked = [_with(entry, "rl-marks", marks) if is_batch(entry) else entry for entry in directives]
    own = _digest(told.get(id(entry)) or _told(_without_digest(entry)) for entry in in_order(marked))
    return [_with(entry, "rl-digest", own) if is_batch(entry) else entry for entry in marked]


def _with(entry: Directive, key: str, value: str) -> Directive:
    return entry._replace(meta={**entry.meta, key: value})
