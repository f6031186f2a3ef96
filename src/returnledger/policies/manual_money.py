"""The sections of the manual about money: what a return costs, how and when money goes back, advances, what law gives."""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.policies.page import Section, safe
from returnledger.policies.writer import Writer
from returnledger.policy.effect_words import deadline_words
from returnledger.policy.phrases import sentence
from returnledger.policy.window_words import saturday_words


def cost(writer: Writer) -> Iterator[Section]:
    """Yield the section of fees and of what happens to coupons."""
    says, speech = writer.policy.says, writer.speech
    items = writer.lines("fees")
    if not items and not says.statute:
        items = ["- " + writer.say("nothing is kept of the refund", "不收退货手续费")]
    blocks = [*writer.first_decides("fees"), "\n".join(items)] if items else []
    if not says.statute or "coupons" in says.model_fields_set:
        blocks.append(_coupons(writer))
    if blocks:
        yield Section(speech.say("What a return costs", "手续费与扣款"), tuple(blocks))


def _coupons(writer: Writer) -> str:
    if writer.policy.says.coupons == "clawback":
        text = writer.speech.say(
            "where what the customer keeps no longer reaches a coupon's threshold, the whole coupon is taken off the "
            "refund; otherwise the share that falls on the returned goods",
            "留下的商品不再满足优惠券门槛的，退款时扣回全部优惠；仍满足的，按退回商品所占比例扣回",
        )
    else:
        text = writer.speech.say(
            "of a coupon, the share that falls on the returned goods is taken off the refund",
            "使用优惠券的，按退回商品所占比例扣回优惠",
        )
    return writer.line(sentence(text, writer.speech.chinese), "coupons")


def refund(writer: Writer) -> Iterator[Section]:
    """Yield the section of how and when money goes back."""
    says, speech = writer.policy.says, writer.speech
    blocks: list[str] = []
    if when := writer.lines("refund_when"):
        blocks += [f"### {safe(speech.say('From when on money goes back', '何时可以退款'))}"]
        blocks += [*writer.first_decides("refund_when"), "\n".join(when)]
    how = writer.lines("refunds")
    if not how and not says.statute:
        how = ["- " + writer.say("money goes back in any way that the shop offers", "可用店铺的任何方式退款")]
    if how:
        if blocks:
            blocks.append(f"### {safe(speech.say('How, and by when', '退款方式与时限'))}")
        blocks += [*writer.first_decides("refunds"), "\n".join(how), *_example(writer)]
    if blocks:
        yield Section(speech.say("How and when money is paid back", "退款方式与时限"), tuple(blocks))


def how(writer: Writer) -> Iterator[Section]:
    """Yield the section that tells a customer what to do, step by step."""
    says, speech = writer.policy.says, writer.speech
    send = writer.say("send the goods back", "寄回商品")
    if says.authorisation is not None:
        row = says.authorisation
        by = deadline_words(row.valid_days, row.unit, row.counted_from, speech)
        send = writer.say(
            "send the goods back: they must arrive {by}", "寄回商品：须{by}", by=by.replace("完成", "到达")
        )
    steps = [
        writer.say("tell us in time what you want to return, and why", "在期限内告诉我们要退的商品和原因"),
        writer.say("wait for our answer before you send anything", "寄回之前，请等待我们的答复"),
        send,
        writer.say("we look at the goods when they arrive", "商品到达后，我们进行验收"),
        writer.say("you get your money back", "我们为您退款"),
    ]
    numbered = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
    yield Section(speech.say("How to return something", "如何退货"), (numbered,))


def _example(writer: Writer) -> Iterator[str]:
    """Yield one example of the last day for the first row that has one."""
    from returnledger.policy.effect_words import SINCE

    speech = writer.speech
    for row in writer.policy.tables["refunds"]:
        count = writer.policy.refund_counts.get(row.says.id)
        if count is None:
            continue
        start = writer.example_day()
        since = speech.say(*SINCE[getattr(row.says, "counted_from")])  # noqa: B009
        yield writer.say(
            "for example, where {since} is {start}, the money is back on {last} at the latest",
            "例如，{since}为{start}的，最迟于{last}退款",
            since=since,
            start=speech.weekday_and_day(start),
            last=speech.weekday_and_day(count.last_day(start)),
        )
        return


def advances(writer: Writer) -> Iterator[Section]:
    """Yield the section of money that was paid before a sale."""
    says, speech = writer.policy.says, writer.speech
    items = writer.lines("advances")
    blocks = [*writer.first_decides("advances"), "\n".join(items)] if items else []
    if (row := says.advance_deadline) is not None:
        deadline = deadline_words(row.within_days, row.unit, row.counted_from, speech)
        text = speech.say("it goes back {deadline}", "退款须{deadline}", deadline=deadline)
        if row.saturday is not None and row.unit == "business":
            text += saturday_words(row.saturday, speech)
        if row.warn_days and not writer.to_customers:
            text += speech.say("; reports warn {days} before", "；到期前 {days}提醒", days=speech.days(row.warn_days))
        blocks.append(writer.line(sentence(text, speech.chinese), "advance_deadline"))
    if blocks:
        yield Section(speech.say("Money paid in advance", "预收款（定金、订金、预付款）"), tuple(blocks))
