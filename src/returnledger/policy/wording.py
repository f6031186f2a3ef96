"""Facts and their values in words of the trade, as phrases that are said in Chinese or English; values as files have them.

fact_words("line_amount")   →   amount of the line
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from returnledger.findings import Phrase
from returnledger.money import plain
from returnledger.policy.conditions import text_of
from returnledger.policy.fact_names import FACTS, FactType, word_of
from returnledger.words import Word

FACT_WORDS: dict[str, Phrase] = {
    "kind": Phrase("kind of event"),
    "sku": Phrase("the SKU"),
    "category": Phrase("category"),
    "supplier": Phrase("supplier"),
    "customer": Phrase("customer"),
    "customer_group": Phrase("customer group"),
    "channel": Phrase("channel"),
    "country": Phrase("country"),
    "contract": Phrase("contract"),
    "reason": Phrase("reason"),
    "fault": Phrase("fault"),
    "condition": Phrase("condition of the goods"),
    "disposition": Phrase("disposition"),
    "qty": Phrase("quantity"),
    "line_amount": Phrase("amount of the line"),
    "amount": Phrase("amount of the return"),
    "order_amount": Phrase("amount of the order"),
    "discount_percent": Phrase("discount in per cent"),
    "days_since_sale": Phrase("days since the sale"),
    "days_since_delivered": Phrase("days since delivery"),
    "in_window": Phrase("in the window"),
    "days_late": Phrase("days late"),
    "customer_returns_90d": Phrase("returns of the customer in 90 days"),
    "customer_rate_365d": Phrase("return rate of the customer in a year"),
    "evidence": Phrase("evidence"),
    "order_tags": Phrase("tags of the order"),
    "warranty_until": Phrase("end of the warranty"),
    "weekday": Phrase("weekday"),
    "method": Phrase("method"),
    "broken_by": Phrase("who broke the contract"),
    "deposit": Phrase("kind of deposit"),
}


def fact_words(fact: str) -> object:
    """Return the name of a fact in words, the name itself where it has no words."""
    return FACT_WORDS.get(fact, fact)


def fact_value(fact: str, value: Any) -> object:
    """Return the value of a fact as a reader sees it: words of a vocabulary by their names, flags as yes and no."""
    if isinstance(value, bool):
        return Phrase("yes") if value else Phrase("no")
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value) or Phrase("nothing")
    if value == "":
        return Phrase("nothing")
    if isinstance(value, str) and FACTS.get(fact) is FactType.WORD:
        return word_of(fact, value) or value
    return value


def flow(value: Any) -> str:
    """Return any value of a policy as a file would have it, in one line."""
    if isinstance(value, BaseModel):
        value = {
            type(value).model_fields[key].alias or key: getattr(value, key)
            for key in type(value).model_fields
            if key in value.model_fields_set
        }
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(each, date) for each in value):
        return f"{value[0].isoformat()}..{value[1].isoformat()}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(flow(each) for each in value) + "]"
    if isinstance(value, Word):
        return value.value
    return text_of(value) if isinstance(value, (str, bool, Decimal, date, frozenset)) else str(value)
