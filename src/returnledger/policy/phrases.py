"""How values are said in a sentence, in English and in Chinese: amounts, days, shares, lists, and the codes of files.

Sentences about a policy stand here and in its neighbours in both languages side by side, since the grammar of one does
not follow that of the other. They are written once, of "the customer"; for the shop's customers they say "you".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from string import Formatter

from returnledger.money import decimals_of as minor_decimals
from returnledger.money import places, plain, round_to
from returnledger.policy.common_words import COMMON
from returnledger.policy.shop_words import CURRENCIES, MONTHS, REASONS, WEEKDAYS_ZH, territory
from returnledger.terms import Condition, Disposition, Method, Reason
from returnledger.words import Word, names

# What is said of the customer, and how the customer is told the same. Longer texts first.
_YOU = (
    ("the line is", "the item is"),
    ("per line", "per item"),
    ("the customer's", "your"),
    ("the customer does not", "you do not"),
    ("the customer had", "you had"),
    ("the customer has", "you have"),
    ("the customer was", "you were"),
    ("the customer is", "you are"),
    ("the customer keeps", "you keep"),
    ("the customer pays", "you pay"),
    ("the customer gets", "you get"),
    ("the customer asks", "you ask"),
    ("the customer sends", "you send"),
    ("the customer", "you"),
)


@dataclass(frozen=True, slots=True)
class Speech:
    """In which language, to whom and in which currency sentences are made.

    `language` is "en" or "zh"; `to_customers` says "you" where staff read "the customer".
    """

    language: str = "en"
    currency: str = ""
    to_customers: bool = False

    @property
    def chinese(self) -> bool:
        """Return True if sentences are Chinese."""
        return self.language == "zh"

    def say(self, en: str, zh: str, **values: object) -> str:
        """Return the template of the language, turned to its reader, with `values` filled in."""
        text = zh if self.chinese else en
        if self.to_customers:
            text = _turned(text, self.chinese)
        if not self.chinese:
            return text.format(**values)
        parts: list[str] = []
        for literal, name, _spec, _conversion in Formatter().parse(text):
            parts += [literal, str(values[name]) if name else ""]
        return together(parts)

    def amount(self, number: Decimal, currency: str = "") -> str:
        """Return a money amount: `5,000.00 CNY`, `5,000.00 元`; without a currency the plain number."""
        code = currency or self.currency
        decimals = max(minor_decimals(code), places(number)) if code else places(number)
        figure = f"{round_to(number, decimals):,f}"
        if not code:
            return figure
        return f"{figure} {CURRENCIES.get(code, code) if self.chinese else code}"

    def number(self, number: Decimal | int) -> str:
        """Return a number with thousands grouped and without trailing zeros."""
        return f"{Decimal(plain(Decimal(number))):,f}"

    def percent(self, number: Decimal) -> str:
        """Return `number` per cent: `5%`."""
        return f"{self.number(number)}%"

    def day(self, day: date) -> str:
        """Return a day as people write it: `3 March 2026`, `2026年3月3日`."""
        if self.chinese:
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"

    def weekday_and_day(self, day: date) -> str:
        """Return a day with its weekday: `Tuesday, 3 March 2026`, `2026年3月3日（星期二）`."""
        if self.chinese:
            return f"{self.day(day)}（{WEEKDAYS_ZH[day.weekday()]}）"
        return f"{_WEEKDAYS[day.weekday()]}, {self.day(day)}"

    def days(self, count: int, unit: str = "calendar") -> str:
        """Return so many days: `1 day`, `7 days`, `10 business days`; `7 天`, `10 个工作日`."""
        if self.chinese:
            return f"{count} 个工作日" if unit == "business" else f"{count} 天"
        kind = "business day" if unit == "business" else "day"
        return f"{count:,} {kind}{'' if count == 1 else 's'}"

    def any_of(self, items: Sequence[str]) -> str:
        """Return `a, b or c`, `a、b或c`."""
        return self._joined(items, " or ", "或")

    def all_of(self, items: Sequence[str]) -> str:
        """Return `a, b and c`, `a、b和c`."""
        return self._joined(items, " and ", "和")

    def _joined(self, items: Sequence[str], en: str, zh: str) -> str:
        if len(items) < 2:
            return "".join(items)
        if self.chinese:
            return together(["、".join(items[:-1]), zh, items[-1]])
        return ", ".join(items[:-1]) + en + items[-1]

    def word(self, code: str) -> str:
        """Return a word of the shop's own, such as a category or a role, as far as it is a common one."""
        known = COMMON.get(code)
        if known:
            return known[1 if self.chinese else 0]
        return code.replace("_", " ")

    def method(self, code: str) -> str:
        """Return a way of paying money back: `the way it was paid`, `微信`."""
        known = names(Method).get(code)
        if known and self.chinese:
            return known.zh
        return self.word(f"method:{code}") if f"method:{code}" in COMMON else self.word(code)

    def paper(self, code: str) -> str:
        """Return a type of evidence as a sentence asks for it: `a photo`, `照片`."""
        return self.word(f"paper:{code}" if f"paper:{code}" in COMMON else code)

    def coded(self, fact: str, code: str) -> str:
        """Return the value `code` of a fact whose values are words."""
        if fact == "reason" and not self.chinese and code in REASONS:
            return REASONS[code]
        if fact == "condition" and not self.chinese:
            return condition_en(code)
        if fact == "disposition" and not self.chinese:
            return self.word(f"disposition:{code}") if f"disposition:{code}" in COMMON else code.replace("_", " ")
        if fact == "method":
            return self.method(code)
        if fact == "country":
            return territory(code, self.language)
        vocabulary = _VOCABULARIES.get(fact)
        known = names(vocabulary).get(code) if vocabulary else None
        if known is not None:
            return known.name_in(self.language)
        qualified = f"{fact}:{code}"
        return self.word(qualified if qualified in COMMON else code)


_VOCABULARIES: dict[str, type[Word]] = {"reason": Reason, "condition": Condition, "disposition": Disposition}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CONDITIONS_EN = {
    "wrong_item": "not the goods we sold",
    "expired": "past their date",
    "missing": "missing from the parcel",
    "unknown": "not yet looked at",
}


def condition_en(code: str) -> str:
    """Return a condition as goods can be said to be: `opened`, `past their date`."""
    return _CONDITIONS_EN.get(code, code.replace("_", " "))


def _turned(text: str, chinese: bool) -> str:
    """Return a template about the customer as one that speaks to the customer."""
    if chinese:
        return text.replace("客户", "您").replace("该行", "该项商品").replace("每行", "每项商品")
    for told, said in _YOU:
        text = re.sub(rf"\b{told}\b", said, text)
        text = re.sub(rf"\b{told.capitalize()}\b", said.capitalize(), text)
    return text


def together(parts: Iterable[str]) -> str:
    """Return Chinese text in one piece, with a space where Chinese characters meet Latin letters or digits."""
    text = ""
    for part in parts:
        meets = (_HAN.match(text[-1:]) and _LATIN.match(part)) or (_ENDS.match(text[-1:]) and _HAN.match(part))
        text += f" {part}" if meets else part
    return text


_HAN, _ENDS = re.compile("[\u4e00-\u9fff]"), re.compile("[A-Za-z0-9%]")
_LATIN = re.compile("(?!\\d{4}年)[A-Za-z0-9]")  # dates stand without a space


def sentence(text: str, chinese: bool) -> str:
    """Return `text` with a capital first letter and a full stop, where it has none."""
    text = text[:1].upper() + text[1:] if not chinese else text
    return text if text.endswith((".", "。", "!", "?", "！", "？")) else text + ("。" if chinese else ".")
