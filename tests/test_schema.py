"""The schemas of the files know what the readers know."""

from __future__ import annotations

import json

import pytest

from returnledger.events import MODELS
from returnledger.events.models import ITEM_FIELDS, KINDS, WITH_ITEMS
from returnledger.schema import NAMES, Name, json_schema, schema_for
from returnledger.terms import Kind, Reason
from returnledger.words import names


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_of_a_schema_leads_somewhere(name: Name) -> None:
    schema = schema_for(name)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    text = json.dumps(schema)
    used = {part.partition('"')[0] for part in text.split('"#/$defs/')[1:]}
    assert used <= set(schema.get("$defs", {}))
    assert '"type": "null"' not in text


@pytest.mark.parametrize("kind", list(Kind))
def test_the_schema_of_a_kind_has_all_its_fields_and_names(kind: Kind) -> None:
    schema = json_schema(kind)
    fields = set(MODELS[kind].model_fields) | {kind.value, kind.zh, *kind.aliases, "kind", "ref"}
    if kind in WITH_ITEMS:
        fields |= (ITEM_FIELDS & KINDS[kind].item_keys) - {"note", "fee"} | {"items"}
    assert set(schema["properties"]) == fields
    assert schema["additionalProperties"] is False


def test_codes_are_listed_in_both_languages() -> None:
    reason = json_schema(Kind.RETURN)["properties"]["reason"]
    assert set(reason["enum"]) == set(names(Reason))


def test_one_paper_or_several_may_stand_as_path_or_map() -> None:
    evidence = json_schema(Kind.VOID)["properties"]["evidence"]
    assert {"type": "string"} in evidence["anyOf"]
    assert {"$ref": "#/$defs/Evidence"} in evidence["anyOf"]
