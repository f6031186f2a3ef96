"""Conditions and values of a policy in words of the trade, as phrases that are said in Chinese or English.

{category: [digital, gift_card], amount: ">100"}   →   category is digital or gift_card, and amount is above 100
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from returnledger.findings import Phrase
from returnledger.money import plain
from returnledger.policy.conditions import All, AnyOf, Choice, Condition, Not, Test, text_of
from returnledger.policy.fact_names import FACTS, FactType, word_of
from returnledger.terms import Word

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

_COMPARED = {
    ">": Phrase("above {value}"),
    ">=": Phrase("at least {value}"),
    "<": Phrase("below {value}"),
    "<=": Phrase("at most {value}"),
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


def condition_words(condition: Condition) -> Phrase:
    """Return a condition as one clause: what must be true for a row to decide."""
    if isinstance(condition, Test):
        if len(condition.choices) == 1 and isinstance(condition.choices[0].low, bool):
            named = Phrase("{fact}", {"fact": fact_words(condition.fact)})
            return named if condition.choices[0].low else Phrase("not {condition}", {"condition": named})
        words = [_choice(condition.fact, choice) for choice in condition.choices]
        if len(words) == 1 and condition.choices[0].operator in _COMPARED:
            return Phrase("{fact} is {comparison}", {"fact": fact_words(condition.fact), "comparison": words[0]})
        return Phrase("{fact} is {value}", {"fact": fact_words(condition.fact), "value": _joined(words, OR)})
    if isinstance(condition, Not):
        return Phrase("not ({condition})", {"condition": condition_words(condition.part)})
    if not condition.parts:
        return Phrase("always") if isinstance(condition, All) else Phrase("never")
    parts = [condition_words(part) for part in condition.parts]
    if isinstance(condition, AnyOf):
        return Phrase("({condition})", {"condition": _joined(parts, OR)}) if len(parts) > 1 else parts[0]
    joined = _joined(parts, AND)
    return joined if isinstance(joined, Phrase) else parts[0]


OR, AND = "or", "and"


def _joined(parts: Sequence[object], how: str) -> object:
    """Return parts joined by `or` or by `and`, from the left."""
    found = parts[0]
    for part in parts[1:]:
        values = {"first": found, "second": part}
        found = Phrase("{first} or {second}", values) if how == OR else Phrase("{first}, and {second}", values)
    return found


def _choice(fact: str, choice: Choice) -> object:
    low = fact_value(fact, choice.low)
    if choice.operator in _COMPARED:
        return Phrase(_COMPARED[choice.operator].text, {"value": low})
    if choice.operator == "..":
        return Phrase("{low} to {high}", {"low": low, "high": fact_value(fact, choice.high)})
    return low


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
