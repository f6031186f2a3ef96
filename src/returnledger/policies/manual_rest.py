"""The section of the manual about early warnings: from when on `report risk` points something out."""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.policies.page import Section, safe
from returnledger.policies.writer import Writer
from returnledger.policy.model_risk import GRADES, ReturnerRow, RiskTable, ShareRow, SpikeRow
from returnledger.policy.phrases import Speech, sentence

_GRADES = {"high": ("high", "高"), "medium": ("medium", "中"), "low": ("low", "低")}
_BY = {
    "sku": ("SKU", "SKU"),
    "supplier": ("supplier", "供应商"),
    "reason": ("reason", "原因"),
    "channel": ("channel", "渠道"),
    "person": ("person", "经办人"),
}
# What the share of 1 of a table is of.
_SHARES = {
    "without_goods": ("at least {rate} of all that was credited went without goods", "不退货退款占全部退款"),
    "period_end": (
        "at least {rate} of a period's sales came back right after its end",
        "期末后立即退回的销售占当期销售",
    ),
    "cost": ("returns cost at least {rate} of what was given back", "退货成本占退款"),
}


def rest(writer: Writer) -> Iterator[Section]:
    """Yield the section of early warnings, where the policy says anything of them."""
    risk = writer.policy.says.risk
    if risk is None:
        return
    speech = writer.speech
    blocks = [
        writer.say(
            "the report of risks points out what reaches these thresholds; no return is refused for it",
            "达到以下阈值的情况在风险报告中提示，但不因此拒绝退货",
        )
    ]
    for title, key, lines in _tables(risk, speech):
        blocks.append(f"### {safe(speech.say(*title))}")
        blocks.append("\n".join(writer.line(sentence(text, speech.chinese), f"risk.{key}") for text in lines))
    yield Section(speech.say("Early warnings", "预警"), tuple(blocks))


def _tables(risk: RiskTable, speech: Speech) -> Iterator[tuple[tuple[str, str], str, list[str]]]:
    """Yield each table of thresholds: its title, its key, and its sentences."""
    spikes, returners, period = risk.spikes, risk.returners, risk.period_end
    looked = speech.any_of([speech.say(*_BY[by]) for by in spikes.by])
    lines = [
        speech.say(
            "one {looked} at a time is compared with all else and with the {n} periods of the same length before; sales of "
            "the {days} before a period count with its own",
            "逐个{looked}与其余部分及此前 {n} 个等长期间比较；期间之前 {days}的销售一并计入",
            looked=looked,
            n=spikes.earlier_periods,
            days=speech.days(spikes.sold_before_days),
        ),
        *(_graded(grade, _spike(getattr(spikes, grade), speech), speech) for grade in GRADES),
    ]
    yield ("More returns than usual", "退货异常增多"), "spikes", lines
    lines = [
        speech.say(
            "the {days} up to the end of the period are looked at, for customers with at least {n} orders",
            "查看截至期末的 {days}，订单不少于 {n} 笔的客户",
            days=speech.days(returners.within_days),
            n=returners.min_orders,
        ),
        *(_graded(grade, _returner(getattr(returners, grade), speech), speech) for grade in GRADES),
    ]
    yield ("Customers who return often", "频繁退货的客户"), "returners", lines
    lines = [
        _graded(grade, _share("without_goods", getattr(risk.without_goods, grade), speech), speech) for grade in GRADES
    ]
    yield ("Money without goods", "不退货退款"), "without_goods", lines
    lines = [
        speech.say(
            "the first {days} after a period are looked at, where at least {n} orders were sold in it",
            "查看期末后的前 {days}，当期售出不少于 {n} 笔订单",
            days=speech.days(period.days),
            n=period.min_orders,
        ),
        *(_graded(grade, _share("period_end", getattr(period, grade), speech), speech) for grade in GRADES),
    ]
    yield ("Returns right after a period's end", "期末后集中退货"), "period_end", lines
    lines = [_graded(grade, _share("cost", getattr(risk.cost, grade), speech), speech) for grade in GRADES]
    yield ("What returns cost", "退货成本"), "cost", lines


def _graded(grade: str, text: str, speech: Speech) -> str:
    return speech.say(
        "the warning is {grade} where {text}",
        "{text}的，预警级别为{grade}",
        grade=speech.say(*_GRADES[grade]),
        text=text,
    )


def _spike(row: SpikeRow, speech: Speech) -> str:
    return speech.say(
        "at least {n} came back, at least {times} times as many as expected, with a chance of at most {chance}",
        "退货订单不少于 {n} 笔，不低于预期的 {times} 倍，且偶然概率不超过 {chance}",
        n=_orders(row.orders, speech),
        times=speech.number(row.times),
        chance=speech.percent(row.chance * 100),
    )


def _orders(count: int, speech: Speech) -> str:
    return speech.say("{n} order" if count == 1 else "{n} orders", "{n}", n=count)


def _returner(row: ReturnerRow, speech: Speech) -> str:
    parts = [speech.say("at least {n} came back", "退货订单不少于 {n} 笔", n=_orders(row.returns, speech))]
    if row.rate is not None:
        rate = speech.percent(row.rate * 100)
        parts.append(speech.say("they are at least {rate} of all", "占其订单的 {rate} 以上", rate=rate))
    if row.amount is not None:
        parts.append(
            speech.say("they came to at least {most}", "退款合计不少于 {most}", most=speech.amount(row.amount))
        )
    return ("，" if speech.chinese else " and ").join(parts)


def _share(table: str, row: ShareRow, speech: Speech) -> str:
    en, zh = _SHARES[table]
    return speech.say(
        f"{en}, in {{cases}} or more",
        f"{zh} {{rate}} 以上，且不少于 {{cases}}",
        rate=speech.percent(row.rate * 100),
        cases=speech.say("{n} case" if row.cases == 1 else "{n} cases", "{n} 例", n=row.cases),
    )
