"""Until when goods may come back, in words: the sentence of each window, and how the table counts its days."""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.policy.common_words import COMMON
from returnledger.policy.condition_words import condition_clause
from returnledger.policy.model import Extension, WindowCase, WindowRow, WindowTable
from returnledger.policy.phrases import Speech

# The day that days count from: the noun in English and in Chinese.
STARTS: dict[str, tuple[str, str]] = {
    "delivered": ("delivery", "送达"),
    "shipped": ("shipping", "发货"),
    "sold": ("the sale", "售出"),
    "received": ("the return of the goods", "退货到达"),
    "paid": ("payment", "付款"),
    "contract": ("the contract", "订立合同"),
    "invoice": ("the invoice", "开票"),
}


def window_row_words(row: WindowRow, table: WindowTable, speech: Speech, key: str = "default") -> str:
    """Return the sentence of one window, without its full stop.

    `key` is the row's name in its table: `default`, `by_category.apparel`, `by_fault.merchant`, or `cases.ID`.
    """
    if row.days == 0 and row.months == 0:
        return _closed(row, key, speech)
    lead = _lead(row, key, speech)
    span = _span(row, table, speech)
    start = speech.say(*STARTS[row.counted_from or table.default.counted_from or "delivered"])
    same_day = (row.count_start or table.count_start) == "same_day"
    first = speech.say(
        "the day of {start}" if same_day else "the day after {start}",
        "{start}当日" if same_day else "{start}次日",
        start=start,
    )
    if table.judged_by == "received":
        text = speech.say(
            "the goods must be back within {span}, counted from {first}",
            "须自{first}起 {span}内将商品退回",
            span=span,
            first=first,
        )
    else:
        text = speech.say(
            "the customer has {span} to ask for a return, counted from {first}",
            "客户自{first}起 {span}内可以申请退货",
            span=span,
            first=first,
        )
    return lead + text + "".join(_exceptions(row, table, speech))


def _lead(row: WindowRow, key: str, speech: Speech) -> str:
    """Return what the window is for, as the beginning of its sentence."""
    if isinstance(row, WindowCase):
        clause = condition_clause(row.when, speech)
        return speech.say("where {clause}, ", "{clause}的，", clause=clause) if clause else ""
    table, _dot, name = key.partition(".")
    if table == "by_category":
        if name in COMMON:
            return speech.say("for {name}, ", "{name}：", name=speech.word(name))
        return speech.say("for goods in the category {name}, ", "{name} 类商品：", name=name)
    if table == "by_fault":
        clause = condition_clause({"fault": name}, speech)
        return speech.say("where {clause}, ", "{clause}的，", clause=clause)
    return ""


def _closed(row: WindowRow, key: str, speech: Speech) -> str:
    """Return that there is no window: goods of a kind, or of a case, do not come back."""
    table, _dot, name = key.partition(".")
    if key == "by_fault.merchant":
        return _lead(row, key, speech) + speech.say("no days are added to the other windows", "其他期限不延长")
    if table == "by_category":
        goods = (
            speech.word(name)
            if name in COMMON
            else speech.say("goods in the category {name}", "{name} 类商品", name=name)
        )
        return speech.say(
            "{goods} can't be returned, unless we are at fault", "{goods}不接受退货，商家责任除外", goods=goods
        )
    return _lead(row, key, speech) + speech.say(
        "goods can't be returned, unless we are at fault", "商品不接受退货，商家责任除外"
    )


def _span(row: WindowRow, table: WindowTable, speech: Speech) -> str:
    days = speech.days(row.days, row.unit or table.unit)
    if not row.months:
        return days
    months = speech.say("{n} month" if row.months == 1 else "{n} months", "{n} 个月", n=row.months)
    return months if not row.days else speech.say("{days} and {months}", "{days}另 {months}", days=days, months=months)


def _exceptions(row: WindowRow, table: WindowTable, speech: Speech) -> Iterator[str]:
    """Yield where a row counts its days otherwise than its table does."""
    if row.instead:
        yield speech.say("; this stands instead of the other windows", "；不再适用其他期限")
    if row.saturday is not None and row.saturday != table.saturday:
        yield saturday_words(row.saturday, speech)
    if row.roll_on_holiday is not None and row.roll_on_holiday != table.roll_on_holiday:
        yield roll_words(row.roll_on_holiday, speech)


def saturday_words(counts: bool, speech: Speech) -> str:
    """Return whether Saturdays are business days, as the end of a sentence."""
    if counts:
        return speech.say("; Saturdays count as business days", "；星期六计入工作日")
    return speech.say("; Saturdays do not count as business days", "；星期六不计入工作日")


def roll_words(rolls: bool, speech: Speech) -> str:
    """Return what becomes of a last day that is no business day, as the end of a sentence."""
    if rolls:
        return speech.say(
            "; a last day that falls on a weekend or a public holiday moves to the next business day",
            "；最后一天为周末或法定节假日的，顺延至下一个工作日",
        )
    return speech.say(
        "; it ends on its last day, weekend or public holiday or not", "；最后一天为周末或法定节假日的，不顺延"
    )


def extension_words(row: Extension, speech: Speech) -> str:
    """Return the sentence of a longer window for sales of certain days, without its full stop."""
    return speech.say(
        "goods sold from {first} to {last} can be returned until {until}",
        "{first}至{last}售出的商品，可在{until}之前（含当日）申请退货",
        first=speech.day(row.sold[0]),
        last=speech.day(row.sold[1]),
        until=speech.day(row.until),
    )


def no_window_words(speech: Speech) -> str:
    """Return that time keeps nothing from coming back, without the full stop."""
    return speech.say("no last day is set: time keeps nothing from coming back", "未设固定期限，不因时间经过而不得退货")


def table_words(table: WindowTable, speech: Speech, country: str | None = None) -> Iterator[str]:
    """Yield how the table counts, a sentence each without its full stop; `country` is whose holidays count."""
    others = [*table.by_category.values(), *table.by_fault.values(), *table.cases]
    if not table.fixed and not others and not table.extensions:
        return
    if others or table.extensions:
        yield speech.say(
            "where several windows apply, the latest last day counts", "同时适用多项期限的，以最晚的截止日为准"
        )
    if table.judged_by == "received":
        yield speech.say(
            "the day on which the goods come back must lie in the window", "以收到退货之日判断是否在期限内"
        )
    else:
        yield speech.say(
            "the day on which the customer asks must lie in the window", "以客户提出申请之日判断是否在期限内"
        )
    if table.transit_days:
        yield speech.say(
            "where the day of delivery is not known, it is taken to be {days} after shipping",
            "送达日不明的，以发货后 {days}视为送达",
            days=speech.days(table.transit_days),
        )
    rows = (table.default, *others)
    counted = [row for row in rows if (row.unit or table.unit) == "business"]
    if counted:
        what = speech.say("weekends and public holidays are no business days", "周末和法定节假日不是工作日")
        if any(row.saturday is None for row in counted):
            what += saturday_words(table.saturday, speech)
        yield what
    elif table.saturday and table.roll_on_holiday:
        yield speech.say("Saturdays are business days", "星期六为工作日")
    yield roll_sentence(table, speech)
    if country is not None and (counted or table.roll_on_holiday):
        place = speech.coded("country", country)
        yield speech.say("public holidays are those of {place}", "法定节假日按{place}的规定", place=place)


def roll_sentence(table: WindowTable, speech: Speech) -> str:
    """Return what becomes of a last day that is no business day, for the whole table."""
    if table.roll_on_holiday:
        return speech.say(
            "a last day that falls on a weekend or a public holiday moves to the next business day",
            "最后一天为周末或法定节假日的，顺延至下一个工作日",
        )
    return speech.say(
        "a window ends on its last day, also on a weekend or a public holiday",
        "期限于最后一天届满，遇周末或法定节假日不顺延",
    )


__all__ = ["STARTS", "extension_words", "roll_words", "saturday_words", "table_words", "window_row_words"]
