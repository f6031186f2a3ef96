"""The sections of the manual about goods: until when they come back, which, who carries them, how they are graded."""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.policies.manual_grading import answers
from returnledger.policies.page import Section, safe, table
from returnledger.policies.writer import Writer
from returnledger.policy.condition_words import condition_clause
from returnledger.policy.conditions import Condition
from returnledger.policy.duty_words import authorisation_words
from returnledger.policy.model import WindowCase
from returnledger.policy.phrases import sentence
from returnledger.policy.rules import WindowRule
from returnledger.policy.sentences import window_words
from returnledger.policy.window_words import STARTS, no_window_words, table_words


def window_lines(writer: Writer) -> list[str]:
    """Return the windows of a policy, one line each."""
    says, language, customers = writer.policy.says.window, writer.language, writer.to_customers
    keys = [("default", says.default)]
    keys += [(f"by_category.{name}", row) for name, row in says.by_category.items()]
    keys += [(f"by_fault.{fault.value}", row) for fault, row in says.by_fault.items()]
    keys += [
        (f"cases.{row.says.id}", row.says) for row in writer.rows("window.cases") if isinstance(row.says, WindowCase)
    ]
    items = []
    for key, row in keys:
        text = window_words(row, says, language, key=key, to_customers=customers)
        if key == "default" and not says.fixed:
            text = sentence(no_window_words(writer.speech), writer.speech.chinese)
        items.append(writer.line(text, f"window.{key}", "", *writer.law_of(row)))
    for extension in says.extensions:
        text = window_words(extension, says, language, to_customers=customers)
        items.append(writer.line(text, f"window.extensions.{extension.name}"))
    return items


def window(writer: Writer) -> Iterator[Section]:
    """Yield the section of windows: each in a sentence, how days are counted, and examples with dates."""
    says, language = writer.policy.says.window, writer.language
    counting = [
        safe(sentence(text, language == "zh")) for text in table_words(says, writer.speech, writer.policy.country)
    ]
    title = writer.speech.say("How long the customer has", "退货期限")
    yield Section(title, ("\n".join(window_lines(writer)), writer.paragraph(counting), *examples(writer)))


def examples(writer: Writer) -> Iterator[str]:
    """Yield a table of dates: for each window that is open, a day to count from and the last day."""
    rules, speech = writer.policy.windows, writer.speech
    shown: list[tuple[str, WindowRule]] = []
    if writer.policy.says.window.fixed:
        shown.append((speech.say("any goods", "一般商品"), rules.default))
    shown += [(speech.coded("category", name), rule) for name, rule in rules.by_category.items()]
    shown += [(_fault(fault, writer), rule) for fault, rule in rules.by_fault.items()]
    public = {row.says.id for row in writer.rows("window.cases")}
    shown += [(_case(case.row.asks, writer), case.rule) for case in rules.cases if case.row.says.id in public]
    start = writer.example_day()
    rows = []
    for what, rule in shown:
        if rule.closes:
            continue
        event = speech.say(*STARTS[rule.start_from])
        first = speech.say("{event} on {day}", "{event}：{day}", event=event, day=speech.weekday_and_day(start))
        last = rule.count.last_day(start)
        rows.append(
            (safe(what[:1].upper() + what[1:]), safe(first[:1].upper() + first[1:]), safe(speech.weekday_and_day(last)))
        )
    if rows:
        yield writer.say("for example", "示例").rstrip(".。") + speech.say(":", "：")
        yield table(
            (speech.say("For", "适用"), speech.say("Counted from", "起算"), speech.say("Last day", "最后一天")), rows
        )


def _fault(fault: str, writer: Writer) -> str:
    return writer.speech.say("where {clause}", "{clause}", clause=condition_clause({"fault": fault}, writer.speech))


def _case(asks: Condition, writer: Writer) -> str:
    clause = condition_clause(asks, writer.speech)
    return (
        writer.speech.say("where {clause}", "{clause}", clause=clause)
        if clause
        else writer.speech.say("any goods", "一般商品")
    )


def accepted(writer: Writer) -> Iterator[Section]:
    """Yield the section of what is accepted, what goes to a person and what is refused."""
    rows = writer.rows("verdicts")
    blocks = [] if writer.policy.says.statute and not rows else [*writer.first_decides("verdicts")]
    items = writer.lines("verdicts", rows)
    hidden = len(rows) < len(writer.policy.tables["verdicts"])
    if not _catches_all(writer, "verdicts") and not writer.policy.says.statute:
        items.append("- " + writer.say("all other goods can be returned within their time", "其他商品在期限内均可退货"))
    if hidden:
        items.append(
            "- " + writer.say("we look at some requests in person before we answer", "部分申请由人工审核后答复")
        )
    if items:
        blocks = [*blocks, "\n".join(items)]
        if writer.to_customers and not writer.policy.says.statute:
            blocks += [f"### {safe(writer.speech.say('Who is at fault', '责任归属'))}", "\n".join(answers(writer))]
        yield Section(writer.speech.say("What can be returned", "受理范围"), tuple(blocks))


def _catches_all(writer: Writer, name: str) -> bool:
    return any(not row.says.when for row in writer.policy.tables[name])


def carriage(writer: Writer) -> Iterator[Section]:
    """Yield the section about sending goods back: which, by when, and who pays."""
    says, speech = writer.policy.says, writer.speech
    items = writer.lines("goods")
    if not _catches_all(writer, "goods") and not says.statute:
        everything = writer.say(
            "otherwise, the goods must come back" if items else "the goods must come back",
            "其他情况，商品须退回" if items else "商品须退回",
        )
        items.append("- " + everything)
    if says.authorisation is not None:
        items.append(
            writer.line(sentence(authorisation_words(says.authorisation, speech), speech.chinese), "authorisation")
        )
    blocks = ["\n".join(items)] if items else []
    freight = writer.lines("return_freight")
    if freight:
        blocks += [
            f"### {safe(speech.say('Who pays for sending goods back', '退货运费'))}",
            *writer.first_decides("return_freight"),
        ]
        blocks.append("\n".join(freight))
    delivery = writer.lines("shipping_refund")
    if not delivery and not says.statute:
        delivery = ["- " + writer.say("the delivery charge does not go back", "原运费不退")]
    if delivery:
        blocks += [
            f"### {safe(speech.say('The delivery charge that was paid', '原订单运费'))}",
            *writer.first_decides("shipping_refund"),
        ]
        blocks.append("\n".join(delivery))
    if blocks:
        yield Section(speech.say("Sending goods back, and who pays", "寄回商品与运费"), tuple(blocks))
