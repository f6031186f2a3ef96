"""A policy in words: what its conditions ask, and a sentence for each of its rows, in English and in Chinese.

    condition_words({"fault": "merchant", "line_amount": "<30"}, "en", "CNY")
        we are at fault and the line is under 30.00 CNY
    row_words("fees", row, policy, "zh")
        商品状况为已拆封的，每行收取含税实付金额的 5% 作为退货手续费，最高 200.00 元；手续费按原销售的税率计税。

What the shop wrote itself (`why`, ids, its own categories) is never translated. Nothing here is markup.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from returnledger.policy import duty_words, effect_words
from returnledger.policy.condition_words import condition_clause
from returnledger.policy.conditions import Condition
from returnledger.policy.model import Extension, PolicyFile, WindowRow, WindowTable
from returnledger.policy.phrases import Speech, sentence
from returnledger.policy.prepare import Policy, PreparedRow
from returnledger.policy.window_words import extension_words, window_row_words
from returnledger.terms import Condition as GoodsCondition
from returnledger.terms import Fault, Reason

# Tables whose rows have a condition and are read in order: the first that holds decides, or all that hold add up.
ROWS: Mapping[str, Callable[[Any, Speech], str]] = {**effect_words.ROWS, **duty_words.ROWS}
# Tables whose rows are told apart by a key: a condition of goods, a check, a reason, who is at fault.
KEYED = ("dispositions", "waivers", "condition_from_reason", "fault")
# In these all rows that hold count, so the last does not stand for "otherwise".
_ADD_UP = ("evidence", "limits")


def condition_words(condition: Condition | Mapping[str, Any], language: str, currency: str = "") -> str:
    """Return what `condition` asks (read, or the `when:` of a file) as a clause; "in every case" where it always holds."""
    speech = Speech(language, currency)
    return condition_clause(condition, speech) or speech.say("in every case", "任何情况")


def row_words(
    table: str,
    row: Any,
    policy: Policy | PolicyFile,
    language: str,
    *,
    key: str | None = None,
    to_customers: bool = False,
) -> str:
    """Return the sentence of one row of `table`.

    `row` is a prepared row or what it says. Rows of keyed tables (dispositions, waivers, condition_from_reason, fault)
    and of `window` need their `key`: `opened`, `window-closed`, `by_category.apparel`. KeyError for an unknown table.
    """
    says = policy.says if isinstance(policy, Policy) else policy
    speech = Speech(language, says.currency, to_customers)
    if table == "window":
        return window_words(row, says.window, language, key=key or "default", to_customers=to_customers)
    if table in KEYED:
        return sentence(_keyed(table, row, key or "", speech), speech.chinese)
    said = row.says if isinstance(row, PreparedRow) else row
    main = ROWS[table](said, speech)
    rows = getattr(says, table)
    first = bool(rows) and rows[0] is said
    clause = condition_clause(row.asks if isinstance(row, PreparedRow) else said.when, speech)
    return sentence(_lead(clause, first or table in _ADD_UP, speech) + main, speech.chinese)


def _lead(clause: str, alone: bool, speech: Speech) -> str:
    if clause:
        return speech.say("where {clause}, ", "{clause}的，", clause=clause)
    return "" if alone else speech.say("otherwise, ", "其他情况，")


def _keyed(table: str, row: Any, key: str, speech: Speech) -> str:
    if table == "dispositions":
        return duty_words.disposition_words(row, GoodsCondition.of(key), speech)
    if table == "waivers":
        return duty_words.waiver_words(row, key, speech)
    if table == "fault":
        reasons = speech.any_of([speech.coded("reason", reason.value) for reason in row])
        clause = condition_clause({"fault": Fault.of(key).value}, speech)
        return speech.say(
            "where the reason is {reasons}, {clause}",
            "退货原因为{reasons}的，视为{clause}",
            reasons=reasons,
            clause=clause,
        )
    condition = row.zh if speech.chinese else speech.coded("condition", row.value)
    if key == "none":
        return speech.say(
            "without a reason, goods that nobody has described count as {condition}",
            "未填退货原因的，未描述状况的商品按{condition}处理",
            condition=condition,
        )
    return speech.say(
        "where the reason is {reason}, goods that nobody has described count as {condition}",
        "退货原因为{reason}的，未描述状况的商品按{condition}处理",
        reason=speech.coded("reason", Reason.of(key).value),
        condition=condition,
    )


def window_words(
    row: WindowRow | Extension, table: WindowTable, language: str, *, key: str = "default", to_customers: bool = False
) -> str:
    """Return the sentence of a window or an extension of `table`; `key` is `default`, `by_category.NAME`, `cases.ID` …."""
    speech = Speech(language, "", to_customers)
    if isinstance(row, Extension):
        return sentence(extension_words(row, speech), speech.chinese)
    return sentence(window_row_words(row, table, speech, key.removeprefix("window.")), speech.chinese)


def why_words(why: Mapping[str, str], language: str) -> str:
    """Return why the shop has a row, in `language` or else in the other; empty where it does not say."""
    return why.get(language) or next(iter(why.values()), "")


__all__ = ["KEYED", "ROWS", "condition_words", "row_words", "why_words", "window_words"]
