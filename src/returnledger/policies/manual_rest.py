"""What no other section of the manual says: thresholds of early warnings, key by key, with what each key means."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from returnledger.i18n import catalogue
from returnledger.money import plain
from returnledger.policies.page import Section, code, safe, table
from returnledger.policies.writer import Writer


def rest(writer: Writer) -> Iterator[Section]:
    """Yield the section of the thresholds that `report risk` uses, as far as the policy sets them."""
    risk = writer.policy.says.risk
    if risk is None:
        return
    rows = [
        (code(key), safe(_shown(value)), safe(meaning)) for key, value, meaning in _keys(risk, "risk", writer.language)
    ]
    if not rows:
        return
    speech = writer.speech
    head = (speech.say("Key", "键"), speech.say("Value", "取值"), speech.say("Meaning", "含义"))
    lead = writer.say(
        "the report of risks points out what reaches these thresholds; it refuses nothing",
        "达到以下阈值的情况在风险报告中提示，但不因此拒绝退货",
    )
    yield Section(speech.say("Early warnings", "预警阈值"), (lead, table(head, rows)))


def _keys(part: BaseModel, path: str, language: str) -> Iterator[tuple[str, Any, str]]:
    """Yield every key that the file sets in `part`, with its value and what it means in `language`."""
    for name, field in type(part).model_fields.items():
        if name not in part.model_fields_set:
            continue
        value, key = getattr(part, name), f"{path}.{field.alias or name}"
        if isinstance(value, BaseModel):
            yield from _keys(value, key, language)
        else:
            yield key, value, catalogue(language).gettext(field.description or "")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(_shown(each) for each in value)
    return str(value)
