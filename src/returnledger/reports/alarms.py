"""An early warning: its grade, the figures and the row of the policy that graded it, and the cases behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from returnledger.money import ZERO, plain
from returnledger.policy import Policy
from returnledger.policy.model_risk import GRADES, RiskTable
from returnledger.reports.posted import Record
from returnledger.reports.table import N_, Cell, Column, Row, Table
from returnledger.words import Word


class Grade(Word):
    """How loud an alarm is."""

    HIGH = "high", "高", "Look at it now.", "应立即核查。"
    MEDIUM = "medium", "中", "Look at it soon.", "应尽快核查。"
    LOW = "low", "低", "Keep an eye on it.", "予以留意。"


class What(Word):
    """What an alarm is about."""

    ALL = "all_returns", "全部退货", "All returns together.", "全部退货合计。"
    SKU = "sku", "SKU", "Returns of one SKU.", "某一 SKU 的退货。"
    SUPPLIER = "supplier", "供应商", "Returns of one supplier's goods.", "某一供应商商品的退货。"
    REASON = "reason", "原因", "Returns for one reason.", "某一原因的退货。"
    CHANNEL = "channel", "渠道", "Returns through one channel.", "某一渠道的退货。"
    PERSON = "person", "经手人", "Returns that one person booked or approved.", "某人经办或审批的退货。"
    CUSTOMER = "customer", "客户", "Returns of one customer.", "某一客户的退货。"
    KEPT = "goods_kept", "仅退款", "The customer keeps the goods.", "商品由客户保留。"
    NEVER_SHIPPED = "never_shipped", "未发货", "The goods never left.", "商品尚未发出。"
    NO_SALE = "no_sale", "无原单", "Goods without a sale.", "没有原销售的商品。"
    PAID_FIRST = "paid_first", "先退款", "The money went before the goods came.", "先退款、后收到商品。"
    PERIOD_END = "period_end", "期末后退回", "Sales that came back right after their period.", "期末后不久退回的销售。"
    COST = "cost", "退货成本", "What returns cost.", "退货造成的成本。"


class Against(Word):
    """What a figure is compared with."""

    EARLIER = "earlier", "以往", "Its own earlier periods.", "其自身以往各期。"
    OTHERS = "others", "其他", "All else of the same period.", "同期其他各项。"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One warning. `rate` is a share of 1, `usual` what it is compared with, `row` the row under `risk:` that graded it."""

    grade: Grade
    what: What
    which: Cell
    cases: tuple[Record, ...]
    row: str
    found: int
    of: int | None = None
    rate: Decimal | None = None
    usual: Decimal | None = None
    times: Decimal | None = None
    chance: Decimal | None = None
    against: Against | None = None

    @property
    def amounts(self) -> dict[str, Decimal]:
        """What its cases credited, by currency."""
        return summed(self.cases)


def summed(cases: Iterable[Record]) -> dict[str, Decimal]:
    """Return what cases credited, tax included, by currency."""
    found: dict[str, Decimal] = {}
    for record in cases:
        found[record.currency] = found.get(record.currency, ZERO) + record.amount
    return {currency: amount for currency, amount in sorted(found.items()) if amount}


def graded(table: Any, holds: Callable[[Any], bool], highest: Literal["high", "medium"] = "high") -> Grade | None:
    """Return the loudest grade whose row in `table` holds, None where none does; no louder than `highest`."""
    for grade in GRADES[GRADES.index(highest) :]:
        if holds(getattr(table, grade)):
            return Grade.of(grade)
    return None


def single(amounts: dict[str, Decimal]) -> tuple[Decimal | None, str | None]:
    """Return the one amount with its currency; nothing where there are several, which can't be added."""
    if len(amounts) != 1:
        return None, None
    return next((amount, currency) for currency, amount in amounts.items())


COLUMNS = (
    Column("no", N_("no."), "number", N_("the number of the alarm, under which its cases stand")),
    Column("grade", N_("grade"), "code", N_("high, medium or low"), words=Grade),
    Column("what", N_("what"), "code", N_("what it is about"), words=What),
    Column("which", N_("which"), "text", N_("the SKU, supplier, reason, channel, person, customer or period")),
    Column("found", N_("found"), "number", N_("orders, or cases, that were counted"), N_("orders")),
    Column("of", N_("of"), "number", N_("what they are counted out of"), N_("orders")),
    Column("rate", N_("ratio"), "rate", N_("the ratio as the note on the alarm defines it"), N_("share of 1")),
    Column("usual", N_("usual"), "rate", N_("the ratio it is compared with"), N_("share of 1")),
    Column("times", N_("times"), "number", N_("ratio / usual")),
    Column("against", N_("against"), "code", N_("its own earlier periods, or all others"), words=Against, spare=True),
    Column("chance", N_("chance"), "text", N_("of so many by chance, among all that are compared"), spare=True),
    Column("amount", N_("amount"), "money", N_("credited by its cases, tax included"), spare=True),
    Column("currency", N_("currency"), "currency", N_("the currency of the amount")),
    Column("row", N_("row"), "text", N_("the row under `risk:` that graded it"), spare=True),
)
CASES = (
    Column("no", N_("no."), "text", N_("the number of the alarm"), heads=True),
    Column("alarm", N_("alarm"), "text", N_("the row that graded it, and what it asks"), heads=True),
    Column("date", N_("date"), "date", N_("the day it was booked")),
    Column("case", N_("case"), "text", N_("the id of the case")),
    Column("order", N_("order"), "text", N_("the order; several with commas")),
    Column("amount", N_("amount"), "money", N_("credited, tax included")),
    Column("currency", N_("currency"), "currency", N_("the currency of the amount")),
    Column("place", N_("place"), "text", N_("file and line of its entry"), below=True),
)
ROWS = (
    Column("row", N_("row"), "text", N_("the row under `risk:`")),
    Column("asks", N_("asks at least"), "text", N_("all of it must be reached; a chance, at most")),
    Column("place", N_("place"), "text", N_("file and line of the policy; default where it says nothing")),
)


def main_table(alarms: Sequence[Alarm]) -> Table:
    """Return the alarms, the loudest first, with the number of each grade and its sums below."""
    rows = tuple(_row(number, alarm) for number, alarm in enumerate(alarms, 1))
    totals = []
    for grade in Grade:
        own = [alarm for alarm in alarms if alarm.grade is grade]
        cases = {record.id: record for alarm in own for record in alarm.cases}
        amount, currency = single(summed(cases.values()))
        if own:
            totals.append(_cells(grade=grade.value, found=len(cases), amount=amount, currency=currency))
    return Table(COLUMNS, rows, tuple(totals))


def _row(number: int, alarm: Alarm) -> Row:
    amount, currency = single(alarm.amounts)
    return _cells(
        no=Decimal(number),
        grade=alarm.grade.value,
        what=alarm.what.value,
        which=alarm.which,
        found=alarm.found,
        of=alarm.of,
        rate=alarm.rate,
        usual=alarm.usual,
        times=None if alarm.times is None else round(alarm.times, 1),
        against=alarm.against.value if alarm.against else None,
        chance=None if alarm.chance is None else chance_text(alarm.chance),
        amount=amount,
        currency=currency,
        row=alarm.row,
    )


def _cells(**values: Cell) -> Row:
    return tuple(values.get(column.key) for column in COLUMNS)


def chance_text(chance: Decimal) -> str:
    """Return a chance to two digits: 0.013; below a millionth, that it is."""
    if chance >= 1:
        return "1"
    if chance < Decimal("0.000001"):
        return "<0.000001"
    return plain(round(chance, 1 - chance.adjusted()))


def cases_table(alarms: Sequence[Alarm], risk: RiskTable) -> Table:
    """Return the cases behind each alarm, oldest first."""
    rows = tuple(
        (str(number), f"{alarm.row}: {asked(risk, alarm.row)}", *case_cells(record))
        for number, alarm in enumerate(alarms, 1)
        for record in alarm.cases
    )
    return Table(CASES, rows, key="cases", heading=N_("The cases behind them"), few=5)


def case_cells(record: Record) -> Row:
    """Return date, case, orders, amount, currency and place of a case."""
    return (
        record.date,
        record.case,
        ", ".join(record.orders) or None,
        record.amount,
        record.currency,
        place_text(record),
    )


def place_text(record: Record) -> str | None:
    """Return file and line of a record's entry."""
    return f"{record.place.file}:{record.place.line}" if record.place and record.place.file else None


def rows_table(risk: RiskTable, policy: Policy | None) -> Table:
    """Return every threshold with its place in the policy."""
    rows = []
    for table, part in risk:
        for grade in GRADES:
            place = _place(policy, table, grade)
            rows.append((f"risk.{table}.{grade}", asked(risk, f"risk.{table}.{grade}"), place))
        others = {name: value for name, value in part if name not in GRADES}
        for name, value in others.items():
            text = ", ".join(value) if isinstance(value, list) else str(value)
            rows.append((f"risk.{table}.{name}", text, _place(policy, table, name)))
    return Table(ROWS, tuple(rows), key="thresholds", heading=N_("The rows of the policy"))


def _place(policy: Policy | None, table: str, name: str) -> str:
    if policy is None or policy.says.risk is None or table not in policy.says.risk.model_fields_set:
        return "default"
    if name not in getattr(policy.says.risk, table).model_fields_set:
        return "default"
    place = policy.place("risk", table, name)
    return f"{place.file}:{place.line}"


def asked(risk: RiskTable, row: str) -> str:
    """Return what a row asks, as a policy writes it: `orders: 8, times: 3, chance: 0.001`."""
    _, table, grade = row.split(".")
    says = getattr(getattr(risk, table), grade)
    values = {name: value for name, value in says if value is not None}
    return ", ".join(f"{name}: {plain(v) if isinstance(v, Decimal) else v}" for name, v in values.items())
