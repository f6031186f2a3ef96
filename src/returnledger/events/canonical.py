"""The one form in which an event is kept: only what was written, codes in English, exact numbers, keys in a fixed order.

It stands in the ledger as one line of YAML that a person could have typed, and the same reader reads it back:

    {return: SO-1001, date: 2026-11-02, sku: MUG-BLUE, reason: changed_mind, by: li.na}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from returnledger.events.changes import Changed
from returnledger.events.common import Common, Evidence, Item, Part, Source
from returnledger.money import plain
from returnledger.terms import Kind
from returnledger.words import Word

# Goods and what they are worth, then what is done, then who says so. The order is part of an event's identity.
_DAYS: Final = ("id", "date", "requested", "delivered", "received")
_GOODS: Final = ("sku", "qty", "unit", "line", "lot", "serial", "price_incl_tax", "tax_rate", "price", "tax", "cost")
_STATE: Final = ("reason", "condition", "disposition", "location", "value", "selling_cost")
_MONEY: Final = ("amount", "net", "correction", "fee", "shipping", "stage", "goods", "customer", "channel")
_PAPERS: Final = ("invoice", "number", "red_invoice", "confirmation", "reason_code", "method", "account", "txn")
_ADVANCE: Final = (
    *("payee", "deposit", "contract", "contract_total", "performed", "broken_by", "retain", "retain_as", "double"),
    *("penalty", "interest", "outcome"),
)
_STEP: Final = (
    "carrier",
    "tracking",
    "wants",
    "expires",
    "because",
    "found",
    "checklist",
    "what",
    "who",
    "due",
    "done",
    *("as", "out", "new_order", "bonus", "order"),
)
_PAYING: Final = (
    *(
        "capitalise",
        "cause",
        "charge",
        "expect",
        "final",
        "input_vat",
        "paid_from",
        "party",
        "proceeds",
        "refurbishing_cost",
    ),
    *("result", "salvage", "supplier", "supplier_rma", "type"),
    *("counts", "post"),
    *("closed", "expected_fee", "expected_qty", "expected_rate", "figures", "group", "recovery_cost"),
)
_PEOPLE: Final = ("by", "approved_by", "allow", "note", "currency", "rate", "evidence", "tags", "meta", "source")

ITEM_ORDER: Final = (*_GOODS, "fee", *_STATE, "note")
ORDER: Final = (*_DAYS, "set", "items", *_GOODS, *_STATE, *_MONEY, *_ADVANCE, *_PAPERS, *_STEP, *_PAYING, *_PEOPLE)
_RANKS: Final = {name: rank for rank, name in enumerate(ORDER)}
_EVIDENCE_ORDER: Final = ("path", "type", "sha256")
_SOURCE_ORDER: Final = ("system", "id")

_NULL: Final = frozenset(("null", "Null", "NULL"))
_SAFE: Final = re.compile("[A-Za-z0-9\u4e00-\u9fff][A-Za-z0-9\u4e00-\u9fff _./@+-]*")


def canonical_of(kind: Kind, reference: str, body: Common, items: Sequence[Item]) -> dict[str, Any]:
    """Return the canonical event: texts, lists and maps of texts, in the fixed order."""
    held = body.__dict__
    written = set(body.model_fields_set)
    if len(items) == 1:
        written |= items[0].model_fields_set
        held = held | {name: items[0].__dict__[name] for name in items[0].model_fields_set}
    elif items:
        written.add("items")
        held = held | {"items": items}
    batch = held.get("batch")
    written.discard("batch")
    canonical: dict[str, Any] = {kind.value: {"id": reference, "batch": batch} if batch else reference}
    for name in sorted(written, key=_rank):
        # Empty lists and maps say nothing, and nothing is kept of a source without system and id.
        if kept := _kept(held[name]):
            canonical[name] = kept
    return canonical


def _rank(name: str) -> tuple[int, str]:
    """Return where a key stands: one that only later kinds have, before the people, by its letters."""
    known = _RANKS.get(name)
    return (known, "") if known is not None else (_RANKS[_PEOPLE[0]] - 1, name)


def _kept(value: Any) -> Any:
    """Return a value as text, list or map of texts; an empty map where nothing of it is kept."""
    kind = value.__class__
    if kind is str or value is None:
        return value
    if kind is Decimal:
        return plain(value)
    if kind is bool:
        return "true" if value else "false"
    if isinstance(value, Word):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        kept = [_kept(part) for part in value]
        # One name, code or path needs no brackets.
        return kept[0] if len(kept) == 1 and isinstance(kept[0], str) else kept
    if isinstance(value, Evidence):
        return value.path if not (value.type or value.sha256) else _in_order(value, _EVIDENCE_ORDER)
    if isinstance(value, Source):
        return _in_order(value, _SOURCE_ORDER)
    if isinstance(value, Item):
        return _in_order(value, (*ITEM_ORDER, *sorted(value.model_fields_set.difference(ITEM_ORDER))))
    if isinstance(value, Changed):
        return _in_order(value, tuple(sorted(value.model_fields_set, key=_rank)))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Part):
        return _in_order(value, tuple(type(value).model_fields))
    return {name: value[name] for name in sorted(value)}


def _in_order(part: Part, order: tuple[str, ...]) -> dict[str, Any]:
    held = part.__dict__
    return {name: _kept(held[name]) for name in order if held[name] is not None}


def canonical_text(canonical: Mapping[str, Any]) -> str:
    """Return the canonical event as one line of YAML, without double quotes or escapes of its own."""
    return written(canonical)


def written(value: Any) -> str:
    """Return a text, list or map of texts as it stands in a line of YAML."""
    if isinstance(value, str):
        return scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(name)}: {written(part)}" for name, part in value.items()) + "}"
    return "[" + ", ".join(map(written, value)) + "]"


def scalar(text: str) -> str:
    """Return `text` plain where that can't be read otherwise, else in single quotes."""
    if _SAFE.fullmatch(text) and text[-1] != " " and text not in _NULL:
        return text
    return "'" + text.replace("'", "''") + "'"
