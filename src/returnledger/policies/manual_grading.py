"""The section of the manual about inspection: grades and what they mean, what becomes of the goods, who answers for what."""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.policies.page import Section, code, safe, table
from returnledger.policies.writer import Writer
from returnledger.policy.evaluate import fault_of
from returnledger.terms import Condition, Fault, Reason


def grading(writer: Writer) -> Iterator[Section]:
    """Yield the section of inspection: what is refused, how goods are graded, and what becomes of each condition."""
    says, speech = writer.policy.says, writer.speech
    blocks: list[str] = []
    if refused := writer.lines("inspection"):
        blocks += [*writer.first_decides("inspection"), "\n".join(refused)]
    if writer.to_customers:
        if blocks:
            yield Section(speech.say("When the goods arrive", "收货验收"), tuple(blocks))
        return
    if not says.statute:
        blocks += [f"### {safe(speech.say('The grades', '状况分级'))}", _grades(writer)]
    if says.dispositions or not says.statute:
        blocks.append(f"### {safe(speech.say('What becomes of the goods', '各类状况的处置'))}")
        blocks.append("\n".join(_dispositions(writer)))
    if says.condition_from_reason:
        blocks.append(f"### {safe(speech.say('Where nobody says what the goods look like', '未描述商品状况时'))}")
        rows = says.condition_from_reason.items()
        blocks.append("\n".join(writer.keyed("condition_from_reason", row, key) for key, row in rows))
    if says.fault or not says.statute:
        blocks.append(f"### {safe(speech.say('Who answers for a reason', '责任归属'))}")
        said = [writer.keyed("fault", row, key.value) for key, row in says.fault.items()]
        blocks.append("\n".join([*said, *(answers(writer) if not says.statute else ())]))
    if blocks:
        yield Section(speech.say("Inspection and grading", "验收与分级"), tuple(blocks))


def _grades(writer: Writer) -> str:
    """Return a table of the conditions that goods can be in, and what the inspector sees."""
    speech = writer.speech
    rows = [
        (safe(each.name_in(writer.language)), safe(each.cn if speech.chinese else each.en), code(each.value))
        for each in Condition
    ]
    head = (speech.say("Grade", "状况"), speech.say("What the inspector sees", "验收所见"), speech.say("Code", "代码"))
    return table(head, rows)


def _dispositions(writer: Writer) -> list[str]:
    """Return what becomes of the goods of each condition, and of all others, one line each."""
    items = [writer.keyed("dispositions", row, key.value) for key, row in writer.policy.says.dispositions.items()]
    if not items:
        return [
            "- "
            + writer.say("new goods are restocked and all others are set aside", "全新商品重新入库，其他单独存放待定")
        ]
    new_too = Condition.NEW not in writer.policy.says.dispositions
    rest = writer.say(
        "otherwise, new goods are restocked and all others are set aside; any goods may be set aside"
        if new_too
        else "goods of any other condition are set aside; any goods may be set aside",
        "其余状况：全新商品重新入库，其他单独存放待定；任何商品均可先单独存放"
        if new_too
        else "其余状况：单独存放待定；任何商品均可先单独存放",
    )
    return [*items, "- " + rest]


def answers(writer: Writer) -> Iterator[str]:
    """Yield for whom which reasons count, as the policy and the vocabulary see it, one line each."""
    speech = writer.speech
    by: dict[Fault, list[str]] = {}
    for reason in Reason:
        by.setdefault(fault_of(writer.policy, reason), []).append(speech.coded("reason", reason.value))
    for fault, en, zh in (
        (Fault.MERCHANT, "we are at fault where the reason is {reasons}", "商家责任：{reasons}"),
        (Fault.CARRIER, "the carrier is at fault where the reason is {reasons}", "承运人责任：{reasons}"),
        (Fault.CUSTOMER, "it is the customer's own wish where the reason is {reasons}", "客户自身原因：{reasons}"),
    ):
        found = by.get(fault)
        if found and not (writer.to_customers and fault is Fault.CUSTOMER):
            yield "- " + writer.say(en, zh, reasons=speech.any_of(found))
