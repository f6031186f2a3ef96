"""Guesses what a person meant by a text that can't be read, so that a finding can show the exact text to type."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher, get_close_matches
from typing import Final

# Longer texts are not slips of the keyboard, and comparing them takes long.
MAX_COMPARED: Final = 60

_CURRENCIES: Final = {
    "元": "CNY",
    "人民币": "CNY",
    "RMB": "CNY",
    "¥": "CNY",
    "￥": "CNY",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
}
_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_EXPONENT: Final = re.compile(r"(-?[0-9]*\.?[0-9]+)e([+-]?[0-9]{1,2})", re.IGNORECASE)
_PART: Final = re.compile(r"[-_/.#]")
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})日?(?:[T ].*)?")
_YEAR_LAST: Final = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})")

# What other programs and people call a key: lists of orders have such columns.
_CALLED: Final = {
    "ref": ("order", "order_number", "order_no", "订单", "订单号", "单号"),
    "date": ("day", "日期", "退货日期"),
    "sku": ("product", "item", "article", "商品", "商品编码", "货号"),
    "qty": ("quantity", "count", "units", "数量", "件数"),
    "reason": ("cause", "why", "原因", "退货原因", "理由"),
    "amount": ("sum", "total", "金额", "退款金额"),
    "method": ("payment", "refund_method", "方式", "退款方式"),
    "condition": ("state", "状况", "货况", "验收"),
    "disposition": ("处置", "处理"),
    "customer": ("client", "buyer", "客户", "顾客", "买家"),
    "line": ("行", "行号"),
    "lot": ("批次",),
    "note": ("comment", "remark", "备注", "说明"),
    "fee": ("手续费", "费用"),
    "id": ("编号",),
    "delivered": ("送达", "签收", "签收日期"),
    "approved_by": ("approver", "审批", "审批人", "批准人"),
    "red_invoice": ("credit_invoice", "红字发票"),
    "evidence": ("证据", "凭证"),
    "tax_rate": ("vat", "vat_rate", "税率"),
    "account": ("科目",),
    "allow": ("特批",),
    "items": ("lines", "明细"),
}
_MEANT: Final = {name: key for key, names in _CALLED.items() for name in names}


def near(text: str, known: Iterable[str], most: int = 8) -> list[str]:
    """Return the texts of `known` that are most like `text`, the nearest first, at most `most` of them.

    A usual name of one of them, such as `quantity` or `数量` of `qty`, stands for that one.
    """
    known = list(known)
    asked = text[:MAX_COMPARED].strip().casefold().replace(" ", "_").replace("-", "_")
    if asked not in known and _MEANT.get(asked) in known:
        asked = _MEANT[asked]
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(asked)
    likeness = {}
    for candidate in known:
        matcher.set_seq1(candidate.casefold().replace("-", "_"))
        likeness[candidate] = matcher.ratio()
    return sorted(likeness, key=lambda candidate: -likeness[candidate])[:most]


def nearest(text: str, known: Iterable[str]) -> str:
    """Return the text of `known` that is most like `text`; an empty text if there are none."""
    return "".join(near(text, known, 1))


def alike(name: str, known: Sequence[str], most: int = 3) -> list[str]:
    """Return the names of `known` that are much like `name`, the nearest first, at most `most` of them.

    Of names that are equally like it, one of the same characters goes first (536356 was meant to be 536365: two of them
    changed about), then one with the longest common beginning. Capitals and small letters are alike; where no name is
    much like it, parts of it are, and names that it is the last part of.
    """
    asked = unicodedata.normalize("NFKC", name)[:MAX_COMPARED].casefold()
    folded = {each: each.casefold() for each in known}

    def likeness(candidate: str) -> tuple[int, bool, int]:
        of = folded[candidate]
        alike_up_to = next((n for n, (one, other) in enumerate(zip(of, asked)) if one != other), len(asked))
        return _slips(of, asked), sorted(of) != sorted(asked), -alike_up_to

    near_to = set(get_close_matches(asked, list(folded.values()), n=max(1, len(known)), cutoff=0.6))
    close = [each for each, of in folded.items() if of in near_to]
    close = close or [each for each, of in folded.items() if asked and of.startswith((f"{asked}-", f"{asked}/"))]
    close = close or [each for each, of in folded.items() if asked.lstrip("0") and _ends_in(of, asked.lstrip("0"))]
    return sorted(sorted(close), key=likeness)[:most]


def _ends_in(name: str, asked: str) -> bool:
    """Return True if a name ends in a part that is what was asked for, zeros before it apart: `2026/018` in `18`."""
    return _PART.split(name)[-1].lstrip("0") == asked


def _slips(one: str, other: str) -> int:
    """Return how few slips make one text of the other: a character too many, missing, wrong, or two changed about.

    It is the optimal string alignment distance.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one):
        row = [i + 1]
        for j, b in enumerate(other):
            fewest = min(last[j] + (a != b), last[j + 1] + 1, row[j] + 1)
            if i and j and a == other[j - 1] and b == one[i - 1]:
                fewest = min(fewest, before[j - 1] + 1)
            row.append(fewest)
        before, last = last, row
    return last[-1]


def suggestion(text: str, known: Iterable[str]) -> dict[str, object]:
    """Return the values `nearest` and `known` of a finding about `text`, which is none of `known`."""
    found = near(text, known)
    return {"nearest": found[0] if found else "", "known": found}


def number_meant(text: str) -> str:
    """Return the plain digits that `text` was meant to be, or an empty text if that can't be told."""
    plain = unicodedata.normalize("NFKC", text[:100]).strip().replace("−", "-").replace("_", "")
    plain = re.sub(r"^(?:[¥$€£]|[A-Z]{3})\s*|\s*(?:[元¥$€£]|[A-Z]{3})$", "", plain)
    plain = plain.replace(" ", "").removeprefix("+")
    if exponent := _EXPONENT.fullmatch(plain):
        power = int(exponent[2])
        return f"{Decimal(exponent[1]).scaleb(power):f}" if abs(power) <= 20 else ""
    plain = _without_groups(plain)
    if plain.startswith((".", "-.")):
        plain = plain.replace(".", "0.", 1)
    plain = plain.removesuffix(".")
    return plain if _NUMBER.fullmatch(plain) and len(plain) <= 28 else ""


def _without_groups(text: str) -> str:
    """Return `text` with a dot as its decimal sign and no marks between thousands."""
    if re.fullmatch(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", text):
        return text.replace(",", "")
    if re.fullmatch(r"-?[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+", text):
        return text.replace(".", "").replace(",", ".")
    return text.replace(",", ".") if re.fullmatch(r"-?[0-9]+,[0-9]{1,2}", text) else text


def day_meant(text: str) -> str:
    """Return the day as YYYY-MM-DD that `text` was meant to be, or an empty text if that can't be told."""
    plain = unicodedata.normalize("NFKC", text[:100]).strip()
    if found := _YEAR_FIRST.fullmatch(plain):
        year, month, day = (int(part) for part in found.groups())
    elif found := _YEAR_LAST.fullmatch(plain):
        day, month, year = (int(found[part]) for part in (1, 3, 4))
        if found[2] != ".":
            # Which of the two is the month differs from country to country: only a number above 12 tells.
            if month > 12:
                day, month = month, day
            elif day <= 12 and day != month:
                return ""
    else:
        return ""
    if not 1 <= month <= 12 or not 1900 <= year <= 2199 or day < 1:
        return ""
    return date(year, month, min(day, monthrange(year, month)[1])).isoformat()


def last_of_month(text: str) -> str:
    """Return a day that exists for a YYYY-MM-DD that does not: the last of its month, or of the last month."""
    year, month = min(max(int(text[:4]), 1), 9999), min(max(int(text[5:7]), 1), 12)
    day = min(max(int(text[8:]), 1), monthrange(year, month)[1])
    return date(year, month, day).isoformat()


def currency_meant(text: str) -> str:
    """Return the currency code that `text` was meant to be; CNY if that can't be told."""
    plain = text.strip().upper()
    return _CURRENCIES.get(plain) or (plain if re.fullmatch("[A-Z]{3}", plain) else "CNY")


def slug(text: str, otherwise: str) -> str:
    """Return `text` with a dash for all that is no ASCII letter or digit; `otherwise` if nothing is left."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", text[:MAX_COMPARED]).strip("-")
    return plain if len(plain) > 1 else otherwise
