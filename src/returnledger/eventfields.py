"""The fields of an event and of its items, as the file writes them: which keys are known, and what items have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from returnledger.events.fields import Form, form_of
from returnledger.events.models import INLINE, KINDS, MODELS, OF_BOTH, SHARED, WITH_ITEMS
from returnledger.events.suggest import number_meant, suggestion
from returnledger.findings import Finding, Span
from returnledger.shape import misformed
from returnledger.terms import Kind
from returnledger.yamlfile import MAX_FINDINGS, Node

Fields = dict[str, Node]

MAX_ITEMS: Final = 10_000  # no return has more lines

KNOWN: Final = {
    kind: frozenset(model.model_fields)
    | (INLINE & KINDS[kind].item_keys | {"items"} if kind in WITH_ITEMS else frozenset())
    for kind, model in MODELS.items()
}
EVERY: Final = frozenset(name for known in KNOWN.values() for name in known)


def known_only(node: Node, kind: Kind, fields: Fields, findings: list[Finding]) -> None:
    """Take the keys that the kind does not know out of `fields`, and say so."""
    if fields.keys() <= KNOWN[kind]:
        return
    for n, (key, _) in enumerate(node.entries):
        if key.text in fields and key.text not in KNOWN[kind] and len(findings) <= MAX_FINDINGS:
            del fields[key.text]
            findings.append(_comma(node, n) or _unknown(key, kind, KNOWN[kind]))


def _unknown(key: Node, place: Kind | str, known: Iterable[str]) -> Finding:
    return Finding("key-unknown", key.span, {"key": key.text, "place": place, **suggestion(key.text, sorted(known))})


def _comma(node: Node, n: int) -> Finding | None:
    """Return the finding for `qty: 1,5` in braces, where the comma ends the number and the rest looks like a key."""
    key, value = node.entries[n]
    if n == 0 or not value.null or not key.text.replace(".", "", 1).isdigit():
        return None
    before, number = node.entries[n - 1]
    text = f"{number.text},{key.text}"
    meant = number_meant(text)
    if not meant or not number.plain or key.line != number.line:
        return None
    place = Span(number.span.file, number.span.line, number.span.column, key.span.end_column)
    return Finding("number-form", place, {"key": before.text, "text": text, "example": meant})


def items_of(kind: Kind, fields: Fields, defaults: Mapping[str, Node], findings: list[Finding]) -> list[Fields]:
    """Return the fields of each item, with what the event and the defaults of the file say of all; complete `fields`."""
    listed = fields.pop("items", None)
    known = KNOWN[kind]
    usual = {name: node for name, node in defaults.items() if name in known}
    if listed is None:
        for name, node in usual.items():
            fields.setdefault(name, node)
        inline = {name: node for name, node in fields.items() if name in INLINE and kind in WITH_ITEMS}
        return [inline] if inline and kind in WITH_ITEMS else []
    beside = {name: fields.pop(name) for name in list(fields) if name in INLINE}
    for name, node in beside.items():
        if name not in SHARED:
            findings.append(Finding("item-beside-items", node.span, {"key": name}))
    if listed.kind != "list":
        form = Form.MAP if listed.kind == "map" else Form.NOTHING if listed.null else Form.TEXT
        findings.append(misformed("list-expected", listed.span, form, "items"))
    elif not listed.items:
        findings.append(Finding("items-empty", listed.span))
    elif len(listed.items) > MAX_ITEMS:
        findings.append(Finding("too-many-values", listed.span, {"limit": MAX_ITEMS}))
        return []
    usual_of_items = {name: usual.pop(name) for name in list(usual) if name in INLINE} | beside
    items = [_item(node, kind, usual_of_items, findings) for node in listed.items]
    if len(items) == 1:
        for name in sorted(OF_BOTH & items[0].keys()):
            if name in fields:
                findings.append(Finding("field-twice", items[0][name].span, {"key": name}))
            fields[name] = items[0].pop(name)
    for name, node in usual.items():
        fields.setdefault(name, node)
    return items


def _item(node: Node, kind: Kind, usual: Fields, findings: list[Finding]) -> Fields:
    """Return the fields of one item under `items`."""
    if node.kind != "map":
        found = form_of(None if node.null else node.data())
        findings.append(misformed("map-expected", node.span, found, "items", item=True))
        return {}
    item, known = {key.text: value for key, value in node.entries}, KINDS[kind].item_keys
    for n, (key, _) in enumerate(node.entries):
        if key.text not in known and len(findings) <= MAX_FINDINGS:
            del item[key.text]
            findings.append(_comma(node, n) or _unknown(key, "items", known))
    for name, value in usual.items():
        item.setdefault(name, value)
    if not item.keys() & {"sku", "line", "serial"}:
        findings.append(Finding("item-unnamed", node.span))
    return item


def of_event(kind: Kind, fields: Fields) -> Fields:
    """Return the fields of the event itself: of a kind with goods without those of the item beside them."""
    return {name: node for name, node in fields.items() if kind not in WITH_ITEMS or name not in INLINE}
