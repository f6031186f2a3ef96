"""What a policy asks of its staff, in words: who approves, which papers, which limits, who may set what aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from returnledger.configfields import Portion
from returnledger.policy.common_words import COMMON
from returnledger.policy.condition_words import condition_clause
from returnledger.policy.effect_words import deadline_words
from returnledger.policy.model import ApprovalRow, DispositionRow, EvidenceRow, LimitRow, OneStep, WaiverRow
from returnledger.policy.model_rows import Authorisation, Separation
from returnledger.policy.phrases import Speech, condition_en
from returnledger.policy.shop_words import CHECKS, GOODS_ZH
from returnledger.policy.window_words import saturday_words
from returnledger.terms import Condition, Disposition, Verdict

# The steps of a case as nouns: English with its article, Chinese.
STEPS: dict[str, tuple[str, str]] = {
    "request": ("the request", "申请"),
    "approve": ("approval", "审批"),
    "receive": ("receipt of the goods", "收货"),
    "inspect": ("inspection", "验收"),
    "credit_note": ("the credit note", "贷项通知单"),
    "dispose": ("disposal", "处置"),
    "refund": ("the refund", "退款"),
}


def step_name(step: str, speech: Speech) -> str:
    """Return a step of a case as a noun."""
    return speech.say(*STEPS[step])


def approval_words(row: ApprovalRow, speech: Speech) -> str:
    """Return who must approve."""
    roles = [speech.word(role) for role in row.by]
    if not roles:
        return speech.say("no approval is needed", "无须审批，自动通过")
    if len(roles) == 1:
        return speech.say("the {role} must approve", "须由{role}审批", role=roles[0])
    text = speech.say(
        "the {roles} must all approve" if len(roles) > 2 else "the {roles} must both approve",
        "须由{roles}共同审批",
        roles=" and the ".join(roles) if len(roles) == 2 and not speech.chinese else speech.all_of(roles),
    )
    if row.one_person:
        return text + speech.say(", who may be one person", "，可由同一人兼任")
    return text + speech.say(", each of them another person", "，且各为不同的人")


def evidence_words(row: EvidenceRow, speech: Speech) -> str:
    """Return which papers a step needs."""
    papers = speech.all_of([speech.paper(code) for code in row.need])
    if row.at == "request":
        return speech.say("{papers} must come with the request", "申请时须附{papers}", papers=papers)
    return speech.say(
        "{papers} must be there before {step}", "{step}前须有{papers}", papers=papers, step=step_name(row.at, speech)
    )


def limit_words(row: LimitRow, speech: Speech) -> str:
    """Return from when on a customer's returns go to a person, or end."""
    days = speech.days(row.within_days)
    passed: list[str] = []
    what = {
        "customer": "",
        "order": speech.say(" of the same order", "同一订单"),
        "sku": speech.say(" of the same SKU", "同一 SKU 的"),
    }[row.per]
    if row.max_rate is not None:
        rate = speech.percent(row.max_rate * 100)
        passed.append(
            speech.say(
                "more than {rate} of the customer's orders{what} of the last {days} came back",
                "{what}退货率超过 {rate}",
                rate=rate,
                what=what,
                days=days,
            )
        )
    if row.max_returns is not None:
        returns = speech.say("{n} return" if row.max_returns == 1 else "{n} returns", "{n}", n=row.max_returns)
        passed.append(
            speech.say(
                "the customer has made more than {n}{what} in the last {days}",
                "{what}退货超过 {n} 次",
                n=returns,
                what=what,
                days=days,
            )
        )
    if row.max_amount is not None:
        most = speech.amount(row.max_amount)
        passed.append(
            speech.say(
                "refunds to the customer{what} came to more than {most} in the last {days}",
                "{what}退款合计超过 {most}",
                most=most,
                what=what,
                days=days,
            )
        )
    then = {
        Verdict.DENY: speech.say("the return is refused", "不予退货"),
        Verdict.REVIEW: speech.say("a person decides", "由人工审核决定"),
        Verdict.ALLOW: speech.say("the return is accepted", "准予退货"),
    }[row.then]
    text = speech.say(
        "if {passed}, {then}",
        "同一客户最近 {days}内{passed}的，{then}",
        days=days,
        passed=speech.any_of(passed) if passed else speech.say("anything came back in the last " + days, "有退货"),
        then=then,
    )
    if row.min_orders > 1:
        text += speech.say(
            "; this counts from {n} orders on", "；订单不足 {n} 笔的不适用", n=speech.number(row.min_orders)
        )
    return text


def one_step_words(row: OneStep, speech: Speech) -> str:
    """Return when one line by one person may be the whole return."""
    text = speech.say("one line by one person may be the whole return", "一人一行即可办完整笔退货")
    if row.up_to is not None:
        text = speech.say(
            "one line by one person may be the whole return up to a refund of {most}",
            "退款不超过 {most}的，一人一行即可办完整笔退货",
            most=speech.amount(row.up_to),
        )
    clause = condition_clause(row.unless, speech) if row.unless else ""
    if clause:
        text += speech.say(", unless {clause}", "；{clause}的除外", clause=clause)
    return text + speech.say("; otherwise each step is recorded by itself", "；其余情况逐步登记")


def separation_words(row: Separation, speech: Speech) -> Iterator[str]:
    """Yield which steps one person may not take both, a sentence a pair."""
    for pair in row.pairs:
        steps = [step_name(step, speech) for step in pair]
        yield speech.say("{steps} are done by different people", "{steps}不得由同一人办理", steps=speech.all_of(steps))
    if row.names_required:
        yield speech.say("each of these steps must name who did it", "上述步骤必须注明办理人")
    clause = condition_clause(row.exempt, speech) if row.exempt else ""
    if clause:
        yield speech.say("where {clause}, one person may do both", "{clause}的，可由同一人办理", clause=clause)


def authorisation_words(row: Authorisation, speech: Speech) -> str:
    """Return how long the customer has to send the goods."""
    text = speech.say(
        "the goods must arrive {deadline}; after that the approval has expired",
        "退货须{deadline}；逾期批准失效",
        deadline=deadline_words(row.valid_days, row.unit, row.counted_from, speech).replace("完成", "到达"),
    )
    return text + (saturday_words(row.saturday, speech) if row.saturday is not None and row.unit == "business" else "")


def disposition_words(row: DispositionRow, condition: Condition, speech: Speech) -> str:
    """Return what becomes of goods of one condition, and what they are expected to fetch."""
    to = _done(row.to, speech)
    goods = speech.say(
        "goods that are {condition} are {to}",
        "{condition}：{to}",
        condition=GOODS_ZH.get(condition.value, condition.zh) if speech.chinese else condition_en(condition.value),
        to=to,
    )
    if row.otherwise is not None:
        goods += speech.say(
            ", or {other} where no supplier is known", "，供应商不明的则{other}", other=_done(row.otherwise, speech)
        )
    if row.sells_at is not None:
        goods += speech.say("; expected to sell at ", "；预计售价为") + _portion(row.sells_at, row.of, speech)
        if row.selling_cost is not None:
            cost = speech.percent(row.selling_cost.number)
            goods += (
                speech.say(", less {cost} of that for selling it", "，销售费用为售价的 {cost}", cost=cost)
                if row.selling_cost.percent
                else speech.say(
                    ", less {cost} for selling it", "，销售费用 {cost}", cost=speech.amount(row.selling_cost.number)
                )
            )
    others = [_done(word, speech) for word in row.allowed]
    if others:
        goods += speech.say("; may also be {others}", "；也可{others}", others=speech.any_of(others))
    return goods


def _portion(part: Portion, of: str, speech: Speech) -> str:
    if not part.percent:
        return speech.say("{amount} a unit", "每件 {amount}", amount=speech.amount(part.number))
    text = speech.percent(part.number)
    if of == "cost":
        return speech.say("{text} of their booked cost", "账面成本的 {text}", text=text)
    return speech.say("{text} of their price without tax", "不含税售价的 {text}", text=text)


def _done(word: Disposition, speech: Speech) -> str:
    return (
        speech.word(f"disposition:{word.value}")
        if f"disposition:{word.value}" in COMMON
        else word.name_in(speech.language)
    )


def waiver_words(row: WaiverRow, code: str, speech: Speech) -> str:
    """Return who may set one check aside."""
    what = speech.say(*CHECKS[code]) if code in CHECKS else code
    roles = speech.any_of([speech.word(role) for role in row.by])
    if row.up_to is None:
        return speech.say(
            "the {roles} may let pass {what}, whatever the refund",
            "{roles}可特批{what}，金额不限",
            roles=roles,
            what=what,
        )
    return speech.say(
        "the {roles} may let pass {what} up to a refund of {most}",
        "退款不超过 {most}的，{roles}可特批{what}",
        roles=roles,
        what=what,
        most=speech.amount(row.up_to),
    )


ROWS: Mapping[str, Callable[[Any, Speech], str]] = {
    "approvals": approval_words,
    "evidence": evidence_words,
    "limits": limit_words,
}
