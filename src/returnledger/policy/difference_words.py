"""Differences of policies in words of the trade: `fee fee-opened: 5 % → 10 % of what was paid`."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from returnledger.findings import Phrase
from returnledger.money import plain
from returnledger.policy import sentences
from returnledger.policy.conditions import ALWAYS, All, AnyOf, Condition, Not, Test
from returnledger.policy.differences import Difference
from returnledger.policy.wording import flow
from returnledger.words import Word

SUBJECTS: dict[str, Phrase] = {
    "policy": Phrase("name of the policy"),
    "version": Phrase("version"),
    "valid_from": Phrase("valid from"),
    "valid_until": Phrase("valid until"),
    "currency": Phrase("currency of the amounts"),
    "law": Phrase("law that binds"),
    "judged_as_of": Phrase("day whose policy judges"),
    "split_days": Phrase("days within which refunds are added up"),
    "coupons": Phrase("coupons"),
    "verdicts": Phrase("verdict {row}"),
    "goods": Phrase("goods {row}"),
    "fees": Phrase("fee {row}"),
    "shipping_refund": Phrase("refund of shipping {row}"),
    "return_freight": Phrase("return freight {row}"),
    "approvals": Phrase("approval {row}"),
    "evidence": Phrase("evidence {row}"),
    "limits": Phrase("limit {row}"),
    "refund_when": Phrase("time of the refund {row}"),
    "refunds": Phrase("refund {row}"),
    "advances": Phrase("advance {row}"),
    "one_step": Phrase("one-step returns {row}"),
    "condition_from_reason": Phrase("condition of goods returned for {row}"),
    "dispositions": Phrase("disposition of {row} goods"),
    "waivers": Phrase("waiver of {row}"),
    "fault": Phrase("reasons that are the fault of {row}"),
    "choices": Phrase("choice {row}"),
    "window": Phrase("window {row}"),
}
# Keys of a row that are the row's answer and need no name of their own.
_ANSWERS = {"verdict", "goods", "percent", "pays", "by", "need", "days", "to", "methods", "at", ""}
_KEYS: dict[str, Phrase] = {
    "when": Phrase("it holds when"),
    "why": Phrase("reason given"),
    "because": Phrase("cause"),
    "max": Phrase("at most"),
    "per": Phrase("taken per"),
    "tax": Phrase("tax of the fee"),
    "rate": Phrase("tax rate of the fee"),
    "methods": Phrase("methods"),
    "bonus_percent": Phrase("bonus of store credit in per cent"),
    "within_days": Phrase("paid back"),
    "up_to": Phrase("up to"),
    "at": Phrase("before the step"),
    "unless": Phrase("not where"),
    "allowed": Phrase("allowed as well"),
    "otherwise": Phrase("where no supplier is known"),
    "sells_at": Phrase("sells at"),
    "selling_cost": Phrase("cost of selling"),
    "statute": Phrase("statute"),
    "until": Phrase("until"),
    "sold": Phrase("for sales of"),
}
_DAYS: dict[str, Phrase] = {
    "delivered": Phrase("delivery"),
    "shipped": Phrase("dispatch"),
    "sold": Phrase("the sale"),
    "received": Phrase("receipt of the goods"),
    "paid": Phrase("payment"),
    "contract": Phrase("the contract"),
    "invoice": Phrase("the invoice"),
    "requested": Phrase("the request"),
    "approved": Phrase("approval"),
    "credited": Phrase("the credit note"),
}
_CONDITIONS = (All, AnyOf, Not, Test)
NOTHING = Phrase("nothing")


def difference_words(difference: Difference) -> Phrase:
    """Return one difference as a sentence for a manager."""
    subject = _subject(difference)
    if difference.change == "renamed":
        return Phrase("{subject}: was called {old}", {"subject": subject, "old": difference.old})
    if difference.change == "moved":
        return _moved(subject, difference)
    if difference.change == "changed":
        old, new = _pair(difference)
        values = {"subject": subject, "key": _KEYS.get(difference.key, difference.key), "old": old, "new": new}
        if difference.key in _ANSWERS and (difference.table, difference.key) not in _NAMED:
            return Phrase("{subject}: {old} → {new}", values)
        return Phrase("{subject}, {key}: {old} → {new}", values)
    value = row_words(difference)
    if difference.change == "added":
        return Phrase("{subject}: new, {value}", {"subject": subject, "value": value})
    return Phrase("{subject}: removed, it was {value}", {"subject": subject, "value": value})


_NAMED = {("refunds", "methods"), ("evidence", "at")}


def _subject(difference: Difference) -> Phrase:
    head, _, rest = difference.table.partition(".")
    row = ".".join(filter(None, (rest, difference.row)))
    known = SUBJECTS.get(head)
    if known is None or (not row and "{row}" in known.text):
        return Phrase("{table} {row}" if row else "{table}", {"table": head, "row": row})
    return Phrase(known.text, {"row": row})


def _moved(subject: Phrase, difference: Difference) -> Phrase:
    values = {"subject": subject, "old": difference.old, "new": difference.new}
    if not difference.old:
        return Phrase("{subject}: moved, it stood first and stands below {new}", values)
    if not difference.new:
        return Phrase("{subject}: moved, it stood below {old} and stands first", values)
    return Phrase("{subject}: moved, it stood below {old} and stands below {new}", values)


def row_words(difference: Difference) -> object:
    """Return what a row that came or went says: its answer, and when it holds."""
    row = difference.whole
    if isinstance(row, Mapping) and not row.keys() <= {"en", "zh"}:
        return Phrase("the table")
    if not isinstance(row, BaseModel):
        return value_words(row)
    parts = {type(row).model_fields[key].alias or key: getattr(row, key) for key in type(row).model_fields}
    given = _set(row) - _UNSAID
    table = difference.table.partition(".")[0]
    words: list[object] = []
    if table == "fees":
        words.append(fee_words(parts))
        given -= {"percent", "amount", "of"}
    elif table == "window" and "days" in given:
        words.append(_window(parts))
        given -= {"days", "from", "unit"}
    told = [key for key in parts if key in given]
    for key in sorted(told, key=lambda key: key not in _ANSWERS):
        if key == "counted_from" and "within_days" in given:
            continue
        value = _within(parts) if key == "within_days" else value_words(parts[key], key)
        plain_answer = key in _ANSWERS and (table, key) not in _NAMED
        words.append(value if plain_answer else Phrase("{key} {value}", {"key": _KEYS.get(key, key), "value": value}))
    said: object = words[0] if words else NOTHING
    for part in words[1:]:
        said = Phrase("{first}, {second}", {"first": said, "second": part})
    return _with_condition(said, difference)


def _with_condition(said: object, difference: Difference) -> object:
    if difference.asks is None:
        return said
    values = {"value": said, "condition": condition_words(difference.asks)}
    if difference.table == "one_step":
        return Phrase("{value}, but not where {condition}", values)
    return (
        Phrase("{value}, when {condition}", values) if difference.asks != ALWAYS else Phrase("{value}, always", values)
    )


_UNSAID = {"id", "name", "when", "why", "unless"}


def _set(row: BaseModel) -> set[str]:
    return {type(row).model_fields[key].alias or key for key in row.model_fields_set}


def _pair(difference: Difference) -> tuple[object, object]:
    """Return the old and the new value in words; what both have in common is said once, with the new one."""
    old, new = difference.old, difference.new
    table = difference.table.partition(".")[0]
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        if table == "fees" and difference.key == "percent":
            short = old.get("of") == new.get("of") and None not in (old["percent"], new["percent"])
            return fee_words(old, short=short), fee_words(new)
        if difference.key == "days":
            short = {**old, "days": 0} == {**new, "days": 0}
            return (str(old["days"]) if short else _window(old)), _window(new, short=short)
        if difference.key == "within_days":
            short = old.get("counted_from") == new.get("counted_from") and None not in (
                old["within_days"],
                new["within_days"],
            )
            return (str(old["within_days"]) if short else _within(old)), _within(new)
    return value_words(old, difference.key), value_words(new, difference.key)


def fee_words(parts: Mapping[str, Any], *, short: bool = False) -> Phrase:
    """Return the fee that the keys of a row say: `short` leaves out what it is a part of."""
    percent, amount = parts.get("percent"), parts.get("amount")
    if amount is not None:
        return Phrase("{amount}", {"amount": plain(amount)})
    if percent is None:
        return NOTHING
    if not percent and not short:
        return Phrase("no fee")
    values = {"percent": plain(percent)}
    if short:
        return Phrase("{percent} %", values)
    if parts.get("of") == "net":
        return Phrase("{percent} % of the price without tax", values)
    return Phrase("{percent} % of what was paid", values)


def _window(parts: Mapping[str, Any], *, short: bool = False) -> Phrase:
    values = {"days": parts["days"], "from": _DAYS.get(str(parts.get("from")), parts.get("from"))}
    business = parts.get("unit") == "business"
    if short or not parts.get("from"):
        return Phrase("{days} business days", values) if business else Phrase("{days} days", values)
    if business:
        return Phrase("{days} business days from {from}", values)
    return Phrase("{days} days from {from}", values)


def _within(parts: Mapping[str, Any]) -> Phrase:
    if parts.get("within_days") is None:
        return Phrase("at any time")
    counted = str(parts.get("counted_from"))
    return Phrase("within {days} days of {from}", {"days": parts["within_days"], "from": _DAYS.get(counted, counted)})


def condition_words(condition: Condition) -> Mapping[str, str]:
    """Return a condition as one clause in both languages, the same as in the manual."""
    return {language: sentences.condition_words(condition, language) for language in ("en", "zh")}


def value_words(value: Any, key: str = "") -> object:
    """Return a value of a policy as a manager reads it; `key` is where it stands in its row."""
    if key == "by" and value == []:
        return Phrase("nobody")
    if isinstance(value, _CONDITIONS):
        return condition_words(value)
    if value is None or value in ((), [], {}):
        return NOTHING
    if isinstance(value, bool):
        return Phrase("yes") if value else Phrase("no")
    if isinstance(value, Word):
        return value
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, (list, tuple)) and all(isinstance(each, (str, Word)) for each in value):
        return list(value)
    if isinstance(value, Mapping) and set(value) <= {"en", "zh"}:
        return value  # one text in both languages
    return flow(value)
