"""The sections of the manual about law: what each law pack that binds gives, and where every row of the files stands."""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.policies.manual_goods import accepted, carriage, examples, window_lines
from returnledger.policies.manual_grading import grading
from returnledger.policies.manual_money import advances, cost, refund
from returnledger.policies.page import Section, code, safe
from returnledger.policies.writer import Writer
from returnledger.policy.condition_words import condition_clause
from returnledger.policy.phrases import sentence

_PARTS = (accepted, carriage, grading, cost, refund, advances)


def law(writer: Writer) -> Iterator[Section]:
    """Yield the section of the law packs that bind: for each its statute, its source and day, and what it gives."""
    speech, blocks = writer.speech, []
    for pack in writer.policy.laws:
        says = pack.says
        title = f"{says.statute or pack.name}" + (f" ({pack.name})" if says.statute else "")
        blocks.append(f"### {safe(title)}")
        inner = Writer(pack, writer.language, writer.to_customers)
        blocks.append(inner.paragraph(facts(inner)))
        lines = window_lines(inner)
        for part in _PARTS:
            for section in part(inner):
                lines += [line for block in section.blocks for line in block.split("\n") if line.startswith("- ")]
        blocks += ["\n".join(lines), *examples(inner)]
    missing = [name for name in writer.policy.says.law if name not in {pack.name for pack in writer.policy.laws}]
    if missing and not writer.to_customers:
        names = speech.all_of([code(name) for name in missing])
        text = speech.say("these law packs bind as well: {names}", "以下法规包同样适用：{names}", names=names)
        blocks.append(sentence(text, speech.chinese))
    if blocks:
        lead = writer.say(
            "where a law binds, the customer gets what is better, effect by effect: the later last day, the smaller fee, "
            "the earlier deadline",
            "法律适用时，逐项采用对客户更有利的结果：较晚的截止日、较低的手续费、较早的退款期限",
        )
        yield Section(speech.say("What the law gives", "法律规定"), (lead, notice(writer), *blocks))


def notice(writer: Writer) -> str:
    """Return the notice that the page is no legal advice."""
    text = writer.say(
        "this is a summary in our own words, as of the day named, and no legal advice",
        "以上为截至所注日期的概括说明，不构成法律意见",
    )
    return f"> {text}"


def facts(writer: Writer) -> Iterator[str]:
    """Yield where the rules of a file come from, and which sales they are about, a sentence each."""
    says, speech = writer.policy.says, writer.speech
    if says.jurisdiction:
        yield writer.say("law of {place}", "法域：{place}", place=speech.coded("country", says.jurisdiction))
    if says.source:
        yield writer.say("source: {source}", "来源：{source}", source=says.source)
    if says.as_of:
        yield writer.say("as of {day}", "截至{day}", day=speech.day(says.as_of))
    if says.applies is not None:
        clause = condition_clause(says.applies, speech)
        if clause:
            yield writer.say("it applies where {clause}", "适用范围：{clause}", clause=clause)
