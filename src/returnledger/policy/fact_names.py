"""The facts that conditions may ask for, the words each can have, and which table of a policy may ask for which.

An effect is decided once, at the first step where its facts exist; a table can't ask for what is known only later.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from returnledger.terms import Condition, Disposition, Fault, Kind, Method, Reason
from returnledger.words import Word, names


class FactType(Word):
    """What kind of value a fact is, in the words of a message."""

    TEXT = "a text", "文本", "A text of the shop's own, compared as it stands.", "店铺自定的文本，须完全一致。"
    PATTERN = "a text with *", "可含 * 的文本", "A text in which * stands for any text.", "文本，其中 * 代表任意文字。"
    WORD = "a word", "词语", "A code of a vocabulary or its Chinese name.", "词汇表中的代码或其中文名。"
    NUMBER = "a number", "数字", "A number, a comparison or a range.", "数字、比较或范围。"
    DAY = "a date", "日期", "A date, a comparison or a range.", "日期、比较或范围。"
    FLAG = "true or false", "true 或 false", "Whether it is so.", "是否如此。"
    WORDS = "a set of words", "一组词", "Several texts, of which one must be named.", "若干文本，须含所列之一。"


class Combination(Word):
    """What combines conditions, in the words of a message."""

    ANY = "a list of conditions", "条件列表", "One of the conditions must hold.", "其中一个条件成立即可。"
    NOT = "a condition", "条件", "The condition must not hold.", "该条件不得成立。"


EXAMPLES: dict[FactType, str] = {
    FactType.TEXT: "apparel",
    FactType.PATTERN: "TEE-*",
    FactType.WORD: "[defective, wrong_item]",
    FactType.NUMBER: '"<=500"',
    FactType.DAY: "2026-10-20..2026-11-11",
    FactType.FLAG: "true",
    FactType.WORDS: "photo",
}

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Tenders that shops commonly have, beside the methods of the vocabulary and those that the settings name.
TENDERS = ("cash", "bank", "card", "wechat", "alipay", "paypal", "cheque", "gift_card")

FACTS: dict[str, FactType] = {
    "kind": FactType.WORD,
    "sku": FactType.PATTERN,
    "category": FactType.TEXT,
    "supplier": FactType.TEXT,
    "customer": FactType.TEXT,
    "customer_group": FactType.TEXT,
    "channel": FactType.TEXT,
    "country": FactType.TEXT,
    "contract": FactType.TEXT,
    "reason": FactType.WORD,
    "fault": FactType.WORD,
    "condition": FactType.WORD,
    "disposition": FactType.WORD,
    "qty": FactType.NUMBER,
    "line_amount": FactType.NUMBER,
    "amount": FactType.NUMBER,
    "order_amount": FactType.NUMBER,
    "discount_percent": FactType.NUMBER,
    "days_since_sale": FactType.NUMBER,
    "days_since_delivered": FactType.NUMBER,
    "in_window": FactType.FLAG,
    "days_late": FactType.NUMBER,
    "customer_returns_90d": FactType.NUMBER,
    "customer_rate_365d": FactType.NUMBER,
    "evidence": FactType.WORDS,
    "order_tags": FactType.WORDS,
    "warranty_until": FactType.DAY,
    "weekday": FactType.WORD,
    "method": FactType.WORD,
    "broken_by": FactType.WORD,
    "deposit": FactType.WORD,
}

# Kinds of events that a row can ask about and that are no words of the vocabulary yet, with their Chinese names.
_MORE_KINDS = {
    "dispose": "处置",
    "exchange": "换货",
    "advance_refund": "预收款退款",
}
_BROKEN_BY = {"customer": "客户", "us": "我方", "both": "双方", "force_majeure": "不可抗力"}
_DEPOSITS = {"prepayment": "订金", "earnest": "定金", "security": "押金"}

# The words that facts of type WORD can have. Categories, groups and channels are the shop's own, hence text.
_VOCABULARIES: dict[str, type[Word]] = {
    "kind": Kind,
    "reason": Reason,
    "fault": Fault,
    "condition": Condition,
    "disposition": Disposition,
    "method": Method,
}

# Known on the day the customer asks: the sale, the customer's history, what the customer says.
_ASKED = frozenset(FACTS) - {"condition", "disposition", "method", "broken_by", "deposit"}
_APPROVED = _ASKED | {"method"}
_INSPECTED = _ASKED | {"condition"}
_CREDITED = _INSPECTED | {"disposition"}
_ADVANCE = _APPROVED | {"broken_by", "deposit"}
# Known before the window is: what a window, or a law that binds or not, may ask about.
_BEFORE = _ASKED - {"in_window", "days_late"}

STEPS = ("request", "approve", "receive", "inspect", "credit_note", "dispose", "refund")

TABLE_FACTS: dict[str, frozenset[str]] = {
    "verdicts": _ASKED,
    "goods": _ASKED,
    "shipping_refund": _ASKED,
    "return_freight": _ASKED,
    "refund_when": _ASKED,
    "limits": _ASKED,
    "window.cases": _BEFORE,
    "applies": _BEFORE,
    "separation_of_duties": _APPROVED,
    "inspection": _INSPECTED,
    "advances": _ADVANCE,
    "approvals": _APPROVED,
    "one_step": _CREDITED | {"method"},
    "fees": _INSPECTED,
    "refunds": _CREDITED,
    "evidence at request": _ASKED,
    "evidence at approve": _ADVANCE,
    "evidence at receive": _APPROVED,
    "evidence at inspect": _INSPECTED | {"method"},
    "evidence at credit_note": _CREDITED | {"method"},
    "evidence at dispose": _CREDITED | {"method"},
    "evidence at refund": _CREDITED | {"method"},
}

# Tables of when-rows that must say what happens when no other row matches, with the row to add.
CATCH_ALL: dict[str, str] = {
    "fees": "{id: otherwise, when: {}, percent: 0}",
    "shipping_refund": "{id: otherwise, when: {}, pays: none}",
    "return_freight": "{id: otherwise, when: {}, pays: customer}",
    "approvals": "{id: otherwise, when: {}, by: [supervisor]}",
    "refund_when": "{id: otherwise, when: {}, at: received}",
    "refunds": "{id: otherwise, when: {}, methods: [original]}",
    "advances": "{id: otherwise, when: {}, retain_percent: 0}",
}

# Checks that hold whatever the policy says: units and money never exceed the sale, one id once, open periods, books
# in balance.
NEVER_WAIVED = frozenset(
    {
        "more-than-sold",
        "more-than-invoiced",
        "more-than-paid",
        "id-already-used",
        "duplicate-event",
        "edited-after-posting",
        "period-closed",
        "same-day-order",
        "would-change-booked-cost",
        "would-change-pad",
        "would-break-assertion",
        "ledger-error",
    }
)


def words_of(fact: str, methods: Collection[str] = ()) -> dict[str, str]:
    """Return the words that `fact` can have, each spelling with its code; `methods` are the settings' tenders."""
    if fact == "weekday":
        return {day: day for day in WEEKDAYS}
    if fact in ("broken_by", "deposit"):
        return _spellings(_BROKEN_BY if fact == "broken_by" else _DEPOSITS)
    words = {spelling: word.value for spelling, word in names(_VOCABULARIES[fact]).items()}
    if fact == "kind":
        words = _spellings(_MORE_KINDS) | words
    if fact == "method":
        words |= {name: name for name in (*TENDERS, *methods)}
    return words


def word_of(fact: str, code: str) -> Word | None:
    """Return the word of the vocabulary of `fact` whose code is `code`; None where there is no such vocabulary or word."""
    return names(_VOCABULARIES[fact]).get(code) if fact in _VOCABULARIES else None


def _spellings(words: Mapping[str, str]) -> dict[str, str]:
    """Return each code and each Chinese name with the code."""
    return {spelling: code for code, name in words.items() for spelling in (code, name)}
