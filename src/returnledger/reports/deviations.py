"""One exception: what was done otherwise than the rule, in which case, by whom, for how much, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from returnledger.findings import Span
from returnledger.money import ZERO
from returnledger.reports.posted import Record
from returnledger.reports.table import N_, Column, Row, Table
from returnledger.words import Word


class Deviation(Word):
    """What an exception is."""

    WAIVER = "waiver", "特批", "A check was set aside.", "某项检查被特批放行。"
    APPROVAL_MISSING = (
        "approval_missing",
        "缺审批",
        "A role that the policy asked for is not among those who approved.",
        "审批人中缺少政策要求的角色。",
    )
    SAME_PERSON = "same_person", "同一人", "One person took two duties of one case.", "同一人承担同一案件的两项职责。"
    NO_SALE = "no_sale", "无原单退货", "Goods came back without a sale.", "退回的商品没有原销售。"
    LATE_RETURN = "late_return", "超期退货", "Asked for after the last day of the window.", "超过退货期限后提出。"
    BOOKED_LATER = (
        "booked_later",
        "延后入账",
        "Booked on a later day, since its own lies in a closed period.",
        "因所属日期在已结账期间，改在之后的日期入账。",
    )
    LATE_REFUND = "late_refund", "逾期退款", "Paid after the day by which it was due.", "在应退日期之后才支付。"
    REFUND_OVERDUE = "refund_overdue", "逾期未退", "Due and still not paid.", "已到期而尚未支付。"
    EVIDENCE_MISSING = (
        "evidence_missing",
        "缺佐证",
        "The policy asked for evidence that the event does not bring.",
        "缺少政策要求的佐证材料。",
    )
    EVIDENCE_LOST = "evidence_lost", "佐证遗失", "A file that an event names is not there.", "事件所列的文件不存在。"
    EVIDENCE_CHANGED = (
        "evidence_changed",
        "佐证已改",
        "A file is not the one whose digest the event names.",
        "文件与事件所记的摘要不符。",
    )
    FEE_TYPED = (
        "fee_typed",
        "手续费不符",
        "A fee was typed that no row of the policy decides.",
        "手填的手续费与政策不符。",
    )
    SHIPPING_TYPED = (
        "shipping_typed",
        "运费不符",
        "A part of the delivery charge was typed that no row of the policy decides.",
        "手填的运费退还金额与政策不符。",
    )
    DISPOSITION_TYPED = (
        "disposition_typed",
        "处置另选",
        "Something else was done with the goods than the policy's row says first.",
        "商品的处置方式与政策条目的首选不同。",
    )
    VOID = "void", "作废", "A posted event was undone.", "已入账的事件被作废。"
    NUMBER_MISSING = (
        "number_missing",
        "编号缺失",
        "A number of a series stands on no document.",
        "系列中的编号没有对应单据。",
    )
    EDITED = "edited", "已被改动", "What was posted is not as it was written.", "已入账的内容与写入时不同。"


class Held(Word):
    """Whether those who signed had the role that the policy asks for, that day."""

    YES = "held", "有权限", "They had the role that day.", "当日具备该角色。"
    NO = "not_held", "无权限", "They did not have the role that day.", "当日不具备该角色。"
    ANYBODY = "anybody", "不限", "The policy lets anybody do it.", "政策不限定人员。"


@dataclass(frozen=True, slots=True)
class Noted:
    """One line of the report; `about` says in codes what it is about, `days` how many late or later."""

    what: Deviation
    day: date | None
    case: str
    order: str
    who: str
    amount: Decimal | None
    currency: str | None
    about: str
    note: str = ""
    days: int | None = None
    held: Held | None = None
    place: Span | None = None

    @classmethod
    def of(
        cls,
        what: Deviation,
        record: Record,
        about: str,
        *,
        who: Sequence[str] | None = None,
        day: date | None = None,
        days: int | None = None,
        held: Held | None = None,
        note: str | None = None,
        place: Span | None = None,
    ) -> Noted:
        """Return the exception of a posted event: its case, amount and place, and by default those who signed it."""
        return cls(
            what=what,
            day=day or record.date,
            case=record.case,
            order=", ".join(record.orders),
            who=", ".join(record.people if who is None else who),
            amount=record.amount,
            currency=record.currency or None,
            about=about,
            note=record.note if note is None else note,
            days=days,
            held=held,
            place=place or record.place,
        )


COLUMNS = (
    Column("what", N_("what"), "code", N_("what was done otherwise than the rule"), words=Deviation, heads=True),
    Column("date", N_("date"), "date", N_("the day it was done, or was due")),
    Column("case", N_("case"), "text", N_("the id of the case")),
    Column("order", N_("order"), "text", N_("the order; several with commas"), spare=True),
    Column("who", N_("who"), "text", N_("those who reported or approved it")),
    Column("about", N_("about"), "text", N_("the check, duties, papers, number or rule in question")),
    Column("held", N_("role"), "code", N_("whether they had the role the policy asks for, that day"), words=Held),
    Column("days", N_("days"), "number", N_("days late, or days after the event it undoes"), N_("days"), spare=True),
    Column("amount", N_("amount"), "money", N_("credited, or paid by a refund, tax included")),
    Column("currency", N_("currency"), "currency", N_("the currency of the amount")),
    Column("note", N_("note"), "text", N_("the reason that was given"), below=True),
    Column("place", N_("place"), "text", N_("file and line of its entry"), below=True),
)
KINDS = (
    Column("what", N_("what"), "code", N_("what was done otherwise than the rule"), words=Deviation),
    Column("count", N_("count"), "number", N_("exceptions of this kind")),
    Column("amount", N_("amount"), "money", N_("credited or paid by their cases, each case once")),
    Column("currency", N_("currency"), "currency", N_("the currency of the amount")),
)


def table_of(found: Iterable[Noted]) -> Table:
    """Return the exceptions, one kind after the other, oldest first, with the sum of their cases below."""
    order = list(Deviation)
    rows = sorted(found, key=lambda each: (order.index(each.what), each.day or date.max, each.case, each.about))
    return Table(COLUMNS, tuple(_row(each) for each in rows), tuple(_totals(rows)))


def _row(each: Noted) -> Row:
    place = f"{each.place.file}:{each.place.line}" if each.place and each.place.file else None
    return (
        *(each.what.value, each.day, each.case or None, each.order or None, each.who or None, each.about or None),
        *(each.held.value if each.held else None, each.days, each.amount, each.currency, each.note or None, place),
    )


def _totals(rows: Sequence[Noted]) -> Iterable[Row]:
    for currency, amount in sums(rows).items():
        yield tuple(amount if c.key == "amount" else currency if c.key == "currency" else None for c in COLUMNS)


def sums(rows: Iterable[Noted]) -> dict[str, Decimal]:
    """Return the amounts of exceptions by currency, what stands on one entry only once."""
    once = {(each.case, each.place, each.currency): each.amount for each in rows if each.amount and each.currency}
    found: dict[str, Decimal] = {}
    for (_, _, currency), amount in sorted(once.items(), key=lambda pair: str(pair[0][2])):
        found[str(currency)] = found.get(str(currency), ZERO) + (amount or ZERO)
    return found


def kinds_of(rows: Sequence[Noted]) -> Table:
    """Return how many exceptions there are of each kind, and what their cases come to."""
    lines: list[Row] = []
    for what in Deviation:
        own = [each for each in rows if each.what is what]
        money = list(sums(own).items()) or [("", ZERO)]
        for n, (currency, amount) in enumerate(money if own else []):
            lines.append((what.value, None if n else Decimal(len(own)), amount if currency else None, currency or None))
    return Table(KINDS, tuple(lines), key="kinds", heading=N_("By kind"))
