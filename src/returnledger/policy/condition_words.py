"""What a condition asks, in words: "we are at fault and the line is under 30.00 CNY", "商家责任且该行金额低于 30.00 元".

A `not` goes down to the facts, where a sentence can carry it; three-valued logic allows that, since the denial of an
unknown is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from returnledger.policy.common_words import COMMON
from returnledger.policy.conditions import All, AnyOf, Choice, Condition, FactValue, Not, Operator, Test, text_of
from returnledger.policy.fact_names import FACTS, FactType
from returnledger.policy.fact_words import CLAUSES, COUNTED, NAMED, NUMBERS, OURS_OR_CARRIERS, WHOLE, Clause
from returnledger.policy.phrases import Speech, together
from returnledger.policy.reading import choice_of
from returnledger.policy.shop_words import TAGS

_FLIPPED: dict[Operator, Operator] = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}


@dataclass(frozen=True, slots=True)
class _Said:
    """A clause, and whether it is a combination that needs brackets inside another one."""

    text: str
    combined: bool = False


def condition_clause(condition: Condition | Mapping[str, Any], speech: Speech) -> str:
    """Return `condition`, read or as a file writes it, as a clause that can follow "where"; empty if it always holds."""
    if isinstance(condition, Mapping):
        condition = condition_of_when(condition)
    return _said(_pushed(condition), speech).text


def condition_of_when(when: Mapping[str, Any]) -> Condition:
    """Return what the map `when` of a file asks; a text that can't be read stands for itself."""
    parts: list[Condition] = []
    for key, value in when.items():
        if key == "any" and isinstance(value, list):
            parts.append(AnyOf(tuple(condition_of_when(part) for part in value)))
        elif key == "not" and isinstance(value, Mapping):
            parts.append(Not(condition_of_when(value)))
        else:
            texts = value if isinstance(value, list) else [value]
            parts.append(Test(key, tuple(_choice(key, str(text)) for text in texts)))
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _choice(fact: str, text: str) -> Choice:
    read = choice_of(fact, text) if fact in FACTS else None
    return read or Choice("=", text)


def _pushed(condition: Condition, negated: bool = False) -> Condition:
    """Return `condition` with each `not` beside the fact it denies, and combinations of one part undone."""
    if isinstance(condition, Not):
        return _pushed(condition.part, not negated)
    if isinstance(condition, Test):
        return Not(condition) if negated else condition
    every = isinstance(condition, All) is not negated
    parts: list[Condition] = []
    for part in (_pushed(part, negated) for part in condition.parts):
        same = isinstance(part, All if every else AnyOf)
        parts += part.parts if same and isinstance(part, All | AnyOf) else [part]
    if len(parts) == 1:
        return parts[0]
    return All(tuple(parts)) if every else AnyOf(tuple(parts))


def _said(condition: Condition, speech: Speech) -> _Said:
    if isinstance(condition, Not):
        assert isinstance(condition.part, Test)
        return _Said(_fact(condition.part, speech, negated=True), _several(condition.part))
    if isinstance(condition, Test):
        return _Said(_fact(condition, speech, negated=False), _several(condition))
    if not condition.parts:
        return _Said("" if isinstance(condition, All) else speech.say("it never happens", "任何情况均不适用"))
    parts = [_said(part, speech) for part in condition.parts]
    inner = [_bracketed(part, isinstance(condition, All), speech) for part in parts]
    if speech.chinese:
        mark = "且" if isinstance(condition, All) else "，或"
        return _Said(together([text for part in inner for text in (mark, part)][1:]), True)
    if isinstance(condition, All):
        return _Said(f"{', '.join(inner[:-1])} and {inner[-1]}", True)
    mark = ", or " if any(part.combined for part in parts) else " or "
    return _Said(mark.join(inner), True)


def _several(test: Test) -> bool:
    """Return True if the words of `test` are several clauses."""
    whole = test.fact in WHOLE or (
        test.fact == "order_tags" and all(text_of(each.low) in TAGS for each in test.choices)
    )
    return whole and len(test.choices) > 1 and not _is_ours_or_carriers(test)


def _is_ours_or_carriers(test: Test) -> bool:
    return test.fact == "fault" and {text_of(choice.low) for choice in test.choices} == {"merchant", "carrier"}


def _bracketed(part: _Said, in_all: bool, speech: Speech) -> str:
    if not part.combined:
        return part.text
    if speech.chinese:
        return f"（{part.text}）"
    return f"({part.text})" if in_all or "(" in part.text else part.text


def _fact(test: Test, speech: Speech, negated: bool) -> str:
    clause = CLAUSES.get(test.fact)
    if not test.choices:
        return speech.say(
            "it always happens" if negated else "it never happens", "任何情况均适用" if negated else "任何情况均不适用"
        )
    if _is_ours_or_carriers(test):
        both = OURS_OR_CARRIERS
        return speech.say(both.en_not, both.zh_not) if negated else speech.say(both.en, both.zh)
    if test.fact in WHOLE:
        texts = [_whole(test.fact, text_of(choice.low), speech, negated) for choice in test.choices]
        return (speech.all_of if negated else speech.any_of)(texts)
    if clause is None:
        name = test.fact.replace("_", " ")
        clause = Clause(
            f"{name} is {{value}}", f"{name} is not {{value}}", f"{name}为{{value}}", f"{name}不是{{value}}"
        )
    kind = FACTS.get(test.fact, FactType.TEXT)
    if kind is FactType.NUMBER or kind is FactType.DAY:
        only = test.choices[0] if len(test.choices) == 1 else None
        short = _none_or_some(test.fact, only, speech, negated) if only else None
        values = [_compared(test.fact, choice, speech, negated) for choice in test.choices]
        value = (speech.all_of if negated else speech.any_of)(values)
        return short or speech.say(clause.en, clause.zh, value=value)
    if kind is FactType.PATTERN:
        values = [_pattern(choice, speech, negated) for choice in test.choices]
        value = (speech.all_of if negated else speech.any_of)(values)
        return speech.say(clause.en, clause.zh, value=value)
    codes = [text_of(choice.low) for choice in test.choices]
    if test.fact == "order_tags" and all(code in TAGS for code in codes):
        tags = [Clause(TAGS[code][0], TAGS[code][1], TAGS[code][2], TAGS[code][3]) for code in codes]
        texts = [speech.say(tag.en_not, tag.zh_not) if negated else speech.say(tag.en, tag.zh) for tag in tags]
        return (speech.all_of if negated else speech.any_of)(texts)
    value = speech.any_of([_word(test.fact, choice.low, speech) for choice in test.choices])
    if test.fact == "category" and any(code in COMMON for code in codes):
        clause = NAMED
    if negated:
        return speech.say(clause.en_not, clause.zh_not, value=value)
    return speech.say(clause.en, clause.zh, value=value)


def _whole(fact: str, code: str, speech: Speech, negated: bool) -> str:
    """Return the clause of a fact each of whose values has words of its own."""
    clause = WHOLE[fact].get(code)
    if clause is None:
        return speech.say(f"{fact} is {{value}}", f"{fact}为{{value}}", value=code)
    return speech.say(clause.en_not if negated else clause.en, clause.zh_not if negated else clause.zh)


def _word(fact: str, value: FactValue, speech: Speech) -> str:
    code = text_of(value)
    return speech.paper(code) if fact == "evidence" else speech.coded(fact, code)


def _none_or_some(fact: str, choice: Choice, speech: Speech, negated: bool) -> str | None:
    """Return the words for none at all and for any at all, where a fact that is counted has them."""
    counted = COUNTED.get(fact)
    if counted is None:
        return None
    asks = (_FLIPPED.get(choice.operator, choice.operator) if negated else choice.operator, choice.low)
    if asks in (("<=", 0), ("<", 1)) or (asks == ("=", 0) and not negated):
        return speech.say(counted.en_not, counted.zh_not)
    if asks in ((">", 0), (">=", 1)) or (asks == ("=", 0) and negated):
        return speech.say(counted.en, counted.zh)
    return None


def _compared(fact: str, choice: Choice, speech: Speech, negated: bool) -> str:
    operator: str = choice.operator
    if negated:
        operator = _FLIPPED.get(choice.operator, f"not {choice.operator}")
    low, high = _value(fact, choice.low, speech), _value(fact, choice.high, speech)
    words = NUMBERS["day" if isinstance(choice.low, date) else "money" if fact in _MONEY else "count"]
    en, zh = words[operator]
    return speech.say(en, zh, low=low, high=high)


_MONEY = ("amount", "line_amount", "order_amount")


def _value(fact: str, value: FactValue, speech: Speech) -> str:
    if isinstance(value, date):
        return speech.day(value)
    if not isinstance(value, Decimal):
        return text_of(value)
    if fact in _MONEY:
        return speech.amount(value)
    if fact == "discount_percent":
        return speech.percent(value)
    if fact == "customer_rate_365d":
        return speech.percent(value * 100)
    if fact.startswith("days_"):
        return speech.days(int(value)) if value == int(value) else f"{speech.number(value)} {speech.say('days', '天')}"
    if fact == "customer_returns_90d":
        return speech.say("{n} return" if value == 1 else "{n} returns", "{n} 次", n=speech.number(value))
    if fact == "qty":
        return speech.say("{n}", "{n} 件", n=speech.number(value))
    return speech.number(value)


def _pattern(choice: Choice, speech: Speech, negated: bool) -> str:
    text = text_of(choice.low)
    if choice.operator != "*":
        en, zh = ("is not {text}", "不是 {text}") if negated else ("is {text}", "为 {text}")
    elif text.count("*") == 1 and text.endswith("*") and len(text) > 1:
        text = text[:-1]
        en, zh = (
            ("does not begin with {text}", "不以 {text} 开头") if negated else ("begins with {text}", "以 {text} 开头")
        )
    elif text.count("*") == 1 and text.startswith("*") and len(text) > 1:
        text = text[1:]
        en, zh = ("does not end with {text}", "不以 {text} 结尾") if negated else ("ends with {text}", "以 {text} 结尾")
    else:
        en, zh = ("is not like {text}", "不形如 {text}") if negated else ("is like {text}", "形如 {text}")
    return speech.say(en, zh, text=text)
