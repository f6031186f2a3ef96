"""JSON Schemas of the files that people write, for editors that complete keys and underline slips while one types.

A YAML file names its schema in its first line:

    # yaml-language-server: $schema=events.schema.json

The schemas are made from the models that read the files, so that they know the same keys, codes and Chinese names.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import BaseModel, TypeAdapter

from returnledger.events.models import INLINE, KINDS, MODELS, WITH_ITEMS
from returnledger.terms import Kind
from returnledger.words import names

Name = Literal["events", "settings", "policy", "products"]
Schema = dict[str, Any]

NAMES: Final[tuple[Name, ...]] = ("events", "settings", "policy", "products")
_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE: Final[Schema] = {"type": ["string", "number"], "description": "What the event is about."}


def schema_for(name: Name) -> Schema:
    """Return the JSON Schema (draft 2020-12) of the files called `name`."""
    if name == "events":
        return _of_events()
    if name == "settings":
        from returnledger.settings import Settings

        return _of_model(Settings, "Settings of returnledger")
    if name == "policy":
        from returnledger.policy.model import PolicyFile

        return _of_model(PolicyFile, "A return policy")
    from returnledger.products import ProductRow

    row = TypeAdapter(dict[str, ProductRow]).json_schema()
    return {"$schema": _DRAFT, "title": "Products by SKU", **_without_null(row)}


def json_schema(kind: Kind) -> Schema:
    """Return the JSON Schema of one event of `kind`, with definitions under `$defs`."""
    properties, definitions = _properties(MODELS[kind])
    if kind in WITH_ITEMS:
        of_items, more = _properties(KINDS[kind].item)
        definitions |= more
        of_items = {name: of for name, of in of_items.items() if name in KINDS[kind].item_keys}
        properties |= {name: of_items[name] for name in of_items if name in INLINE}
        item = {
            "type": "object",
            "properties": of_items,
            "additionalProperties": False,
            "description": KINDS[kind].item.__doc__,
        }
        definitions["Item"] = item
        properties["items"] = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Item"}}
    reference = {**_REFERENCE, "description": KINDS[kind].reference}
    if kind is Kind.VOID:
        copy = {"type": "object", "properties": {"id": _REFERENCE, "batch": _REFERENCE}, "required": ["id"]}
        reference = {
            "anyOf": [_REFERENCE, {**copy, "additionalProperties": False}],
            "description": KINDS[kind].reference,
        }
    spellings = [kind.value, kind.zh, *kind.aliases]
    heads: Schema = dict.fromkeys(spellings, reference)
    heads |= {"kind": {"enum": spellings}, "ref": reference}
    return {
        "type": "object",
        "description": kind.en,
        "properties": heads | properties,
        "additionalProperties": False,
        "oneOf": [*({"required": [spelling]} for spelling in spellings), {"required": ["kind", "ref"]}],
        "$defs": definitions,
    }


def _of_events() -> Schema:
    """Return the schema of an events file: a list, one event, or `defaults` and `events`."""
    definitions: Schema = {}
    shared: Schema = {}
    for kind in Kind:
        event = json_schema(kind)
        definitions |= event.pop("$defs")
        definitions[kind.value] = event
        shared |= {name: value for name, value in event["properties"].items() if name not in _HEADS}
    # What events share is neither their id nor their goods.
    for name in ("id", "items"):
        shared.pop(name, None)
    definitions["event"] = {"type": "object", "anyOf": [{"$ref": f"#/$defs/{kind.value}"} for kind in Kind]}
    whole = {
        "type": "object",
        "properties": {
            "defaults": {"type": "object", "properties": shared, "additionalProperties": False},
            "events": {"type": "array", "items": {"$ref": "#/$defs/event"}},
        },
        "additionalProperties": False,
        "required": ["events"],
    }
    every = [{"type": "array", "items": {"$ref": "#/$defs/event"}}, whole, {"$ref": "#/$defs/event"}]
    return {"$schema": _DRAFT, "title": "Events of returnledger", "anyOf": every, "$defs": definitions}


_HEADS: Final = frozenset(("kind", "ref", *names(Kind)))


def _properties(model: type[BaseModel]) -> tuple[Schema, Schema]:
    """Return the properties and the definitions of a model's schema."""
    schema = _without_null(model.model_json_schema())
    return schema.get("properties", {}), schema.get("$defs", {})


def _of_model(model: type[BaseModel], title: str) -> Schema:
    return {"$schema": _DRAFT, **_without_null(model.model_json_schema()), "title": title}


def _without_null(value: Any) -> Any:
    """Return a schema without null and its titles: a key without a value is a finding, and titles repeat the keys."""
    if isinstance(value, list):
        return [_without_null(part) for part in value if part != {"type": "null"}]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, part in value.items():
        if (name == "title" and isinstance(part, str)) or (name == "default" and part is None):
            continue
        kept[name] = _without_null(part)
    choices = kept.get("anyOf")
    if isinstance(choices, list) and len(choices) == 1 and isinstance(choices[0], dict):
        del kept["anyOf"]
        kept = {**choices[0], **kept}
    return kept
