"""What a row of a policy decides about goods and money, in words: accepted or not, what it costs, how it is paid.

Each function returns the main clause of a row's sentence; what the row asks for stands before it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from returnledger.policy.model import (
    AdvanceRow,
    FeeRow,
    FreightRow,
    GoodsRow,
    InspectionRow,
    RefundRow,
    RefundWhenRow,
    ShippingRow,
    VerdictRow,
)
from returnledger.policy.phrases import Speech
from returnledger.terms import Goods, Verdict

# The day that a deadline counts from: English and Chinese, as "within 7 days of …", "自…起".
SINCE: dict[str, tuple[str, str]] = {
    "requested": ("the day the customer asks", "客户申请之日"),
    "approved": ("approval", "批准之日"),
    "received": ("the day the goods arrive", "收到退货之日"),
    "inspected": ("inspection", "验收之日"),
    "credited": ("the credit note", "开具贷项通知单之日"),
    "proof_sent": ("the proof that the goods were sent", "提供寄出凭证之日"),
    "sent_back": (
        "the day the goods arrive or are shown to be on their way, whichever is first",
        "收到退货或寄出凭证之日（以先者为准）",
    ),
}


def verdict_words(row: VerdictRow, speech: Speech) -> str:
    """Return whether the return is accepted."""
    text = {
        Verdict.ALLOW: speech.say("the return is accepted", "准予退货"),
        Verdict.REVIEW: speech.say("a person decides", "由人工审核决定"),
        Verdict.DENY: speech.say("the return is refused", "不予退货"),
    }[row.verdict]
    return text + _because(row.because, speech)


def _because(code: str | None, speech: Speech) -> str:
    if code is None or speech.to_customers:
        return ""
    return speech.say(" (recorded as {code})", "（记为 {code}）", code=code)


def goods_words(row: GoodsRow, speech: Speech) -> str:
    """Return whether the goods must come back."""
    return {
        Goods.RETURNED: speech.say("the goods must come back", "商品须退回"),
        Goods.KEPT: speech.say("the customer keeps the goods and need not send them back", "商品由客户保留，无须寄回"),
        Goods.NEVER_SHIPPED: speech.say("the goods count as never shipped", "视为商品尚未发出"),
    }[row.goods]


def fee_words(row: FeeRow, speech: Speech) -> str:
    """Return what is kept for taking the goods back."""
    if not row.percent and not row.amount:
        return speech.say("nothing is kept of the refund", "不收退货手续费")
    per = speech.say("per line", "每行") if row.per == "line" else speech.say("per order", "每单")
    if row.amount:
        text = speech.say(
            "we keep {amount} {per}", "{per}收取退货手续费 {amount}", amount=speech.amount(row.amount), per=per
        )
    else:
        assert row.percent is not None
        text = _share(row, per, speech)
    if row.maximum is not None:
        text += speech.say(", at most {most}", "，最高 {most}", most=speech.amount(row.maximum))
    return text + ("" if speech.to_customers else _tax(row, speech))


def _share(row: FeeRow, per: str, speech: Speech) -> str:
    assert row.percent is not None
    en, zh = ("without tax", "不含税") if row.of == "net" else ("tax included", "含税")
    values = {"percent": speech.percent(row.percent), "per": per}
    if row.percent == 100:
        return speech.say(
            f"we keep all that was paid, 100%, {en}, {{per}}",
            f"{{per}}扣留{zh}实付金额的全部（100%）",
            **values,
        )
    return speech.say(
        f"we keep {{percent}} of what was paid, {en}, {{per}}",
        f"{{per}}收取{zh}实付金额的 {{percent}}作为退货手续费",
        **values,
    )


def _tax(row: FeeRow, speech: Speech) -> str:
    if row.tax == "as_sale":
        return speech.say("; the fee is taxed as the sale was", "；手续费按原销售的税率计税")
    if row.tax == "rate" and row.rate is not None:
        return speech.say(
            "; the fee is taxed at {rate}", "；手续费按 {rate}税率计税", rate=speech.percent(row.rate * 100)
        )
    return speech.say("; the fee is not taxed", "；手续费不计税")


def shipping_words(row: ShippingRow, speech: Speech) -> str:
    """Return how much of the delivery charge goes back."""
    return {
        "all": speech.say("the delivery charge goes back in full", "原运费全额退还"),
        "standard": speech.say(
            "of the delivery charge, what standard delivery costs goes back", "原运费按标准配送的费用退还"
        ),
        "pro_rata": speech.say(
            "the delivery charge goes back in proportion to the goods that come back", "原运费按退回商品所占比例退还"
        ),
        "none": speech.say("the delivery charge does not go back", "原运费不退"),
    }[row.pays]


def freight_words(row: FreightRow, speech: Speech) -> str:
    """Return who pays for sending the goods back."""
    if row.pays == "merchant":
        return speech.say("we pay for sending the goods back", "寄回商品的运费由本店承担")
    if row.amount:
        return speech.say(
            "the customer pays for sending the goods back: {amount} come off the refund",
            "寄回商品的运费由客户承担，自退款中扣除 {amount}",
            amount=speech.amount(row.amount),
        )
    return speech.say("the customer pays for sending the goods back", "寄回商品的运费由客户承担")


def inspection_words(row: InspectionRow, speech: Speech) -> str:
    """Return what the inspection leads to."""
    if row.outcome == "accept":
        return speech.say("the return goes on", "予以接收，退货继续办理")
    refused = speech.say("the goods go back to the customer and nothing is refunded", "商品退还客户，不予退款")
    return refused + _because(row.because, speech)


def refund_when_words(row: RefundWhenRow, speech: Speech) -> str:
    """Return after which step money may go back."""
    text = {
        "requested": speech.say("money may go back as soon as the customer asks", "客户提出申请后即可退款"),
        "proof_sent": speech.say(
            "money may go back as soon as there is proof that the goods were sent", "收到寄出凭证后即可退款"
        ),
        "received": speech.say("money goes back once the goods have arrived", "收到退货后方可退款"),
        "inspected": speech.say("money goes back once the goods have been inspected", "验收后方可退款"),
    }[row.at]
    if row.recorded and row.at != "requested" and not speech.to_customers:
        text += speech.say("; what pays at once must say so", "；即时退款的事件须注明该步骤")
    return text


def refund_words(row: RefundRow, speech: Speech) -> str:
    """Return how money goes back and until when."""
    methods = [code for code in row.methods if not (speech.to_customers and code == "later" and len(row.methods) > 1)]
    text = speech.say(
        "money goes back {methods}",
        "退款方式为{methods}",
        methods=speech.any_of([speech.method(code) for code in methods]),
    )
    if row.within_days is not None:
        text += speech.say(", ", "，") + deadline_words(row.within_days, row.unit, row.counted_from, speech)
    if row.not_before is not None:
        text += speech.say(", but not before {since}", "，但不早于{since}", since=speech.say(*SINCE[row.not_before]))
    if row.bonus_percent:
        text += speech.say(
            "; store credit is raised by {percent}",
            "；退为储值的另加 {percent}",
            percent=speech.percent(row.bonus_percent),
        )
    if row.saturday is not None and row.unit == "business":
        from returnledger.policy.window_words import saturday_words

        text += saturday_words(row.saturday, speech)
    if row.roll_on_holiday:
        text += speech.say(
            "; a last day on a weekend or a public holiday moves to the next business day",
            "；最后一天为周末或法定节假日的，顺延至下一个工作日",
        )
    return text


def deadline_words(days: int, unit: str, since: str, speech: Speech) -> str:
    """Return a deadline: `within 7 days of the day the goods arrive`, `自收到退货之日起 7 天内完成`."""
    start = speech.say(*SINCE[since])
    if days == 0:
        return speech.say("on the same day as {start}", "{start}当日完成", start=start)
    return speech.say("within {span} of {start}", "自{start}起 {span}内完成", span=speech.days(days, unit), start=start)


def advance_words(row: AdvanceRow, speech: Speech) -> str:
    """Return what is kept of money paid in advance."""
    if not row.retain_percent:
        return speech.say("all of the money paid in advance goes back", "预收款全额退还")
    if row.retain_percent == 100 and row.retain_max is None:
        return speech.say("none of the money paid in advance goes back (100% is kept)", "预收款不予退还（扣留 100%）")
    text = speech.say(
        "we keep {percent} of the money paid in advance",
        "扣留预收款的 {percent}",
        percent=speech.percent(row.retain_percent),
    )
    if row.retain_max is not None:
        text += speech.say(", at most {most}", "，最高 {most}", most=speech.amount(row.retain_max))
    return text + speech.say("; the rest goes back", "，其余退还")


ROWS: Mapping[str, Callable[[Any, Speech], str]] = {
    "verdicts": verdict_words,
    "goods": goods_words,
    "fees": fee_words,
    "shipping_refund": shipping_words,
    "return_freight": freight_words,
    "inspection": inspection_words,
    "refund_when": refund_when_words,
    "refunds": refund_words,
    "advances": advance_words,
}
