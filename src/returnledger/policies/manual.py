"""The procedure manual of one policy: the whole procedure for staff, or the page about returns for a shop's customers.

It is made from the policy file alone: the same file gives the same page, on every machine and on every day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from returnledger.policies import manual_duties, manual_goods, manual_grading, manual_law, manual_money
from returnledger.policies.manual_law import facts, notice
from returnledger.policies.manual_rest import rest
from returnledger.policies.page import Page, Section, code, safe, slug, table
from returnledger.policies.row_index import entries
from returnledger.policies.writer import Writer
from returnledger.policy import Policy

Part = Callable[[Writer], Iterator[Section]]

# The sections in their order, each with the tables that it says in words.
STAFF: tuple[tuple[Part, tuple[str, ...]], ...] = (
    (manual_duties.steps, ("one_step",)),
    (manual_goods.window, ("window",)),
    (manual_goods.accepted, ("verdicts",)),
    (manual_goods.carriage, ("goods", "authorisation", "return_freight", "shipping_refund")),
    (manual_duties.approvals, ("approvals", "split_days", "separation_of_duties")),
    (manual_duties.papers, ("evidence",)),
    (manual_grading.grading, ("inspection", "dispositions", "condition_from_reason", "fault")),
    (manual_money.cost, ("fees", "coupons")),
    (manual_money.refund, ("refund_when", "refunds")),
    (manual_money.advances, ("advances", "advance_deadline")),
    (manual_duties.limits, ("limits",)),
    (manual_duties.waivers, ("waivers",)),
    (manual_duties.choices, ("judged_as_of", "choices")),
    (rest, ("risk",)),
    (manual_law.law, ("law",)),
)
CUSTOMERS: tuple[Part, ...] = (
    manual_money.how,
    manual_goods.window,
    manual_goods.accepted,
    manual_goods.carriage,
    manual_duties.papers,
    manual_grading.grading,
    manual_money.cost,
    manual_money.refund,
    manual_money.advances,
    manual_law.law,
)
# Keys that stand at the head of the page.
HEAD = (
    "name",
    "version",
    "valid_from",
    "valid_until",
    "currency",
    "statute",
    "source",
    "as_of",
    "jurisdiction",
    "applies",
)
# A law pack binds a shop; these are no matter of law.
_NOT_OF_LAW = (manual_duties.steps, manual_duties.approvals, manual_duties.waivers, manual_duties.choices)


def staff_page(policy: Policy, language: str, until: date | None = None) -> Page:
    """Return the manual for staff; `until` is the last day of sale before the next version of the policy."""
    writer = Writer(policy, language)
    speech = writer.speech
    sections: list[Section] = []
    where: dict[str, str] = {}
    for part, tables in STAFF:
        if (
            policy.says.statute
            and part in _NOT_OF_LAW
            and not any(name in policy.says.model_fields_set for name in tables)
        ):
            continue
        for section in part(writer):
            sections.append(section)
            where |= dict.fromkeys(tables, section.title)
    sections.append(_index(writer, where))
    title = speech.say("Return procedure: {name}", "退货管理流程：{name}", name=policy.name)
    if policy.says.statute:
        title = speech.say("What the law gives: {name}", "法律规定：{name}", name=policy.says.statute)
    return Page(title, language, speech.say("Contents", "目录"), tuple(_head(writer, until)), tuple(sections))


def customer_page(policy: Policy, language: str, until: date | None = None) -> Page:
    """Return the page about returns that a shop shows to its customers: no approvals, limits, waivers or names of rows."""
    writer = Writer(policy, language, to_customers=True)
    speech = writer.speech
    sections = tuple(section for part in CUSTOMERS for section in part(writer))
    lead = writer.say(
        "this page says until when you can return what you bought from us, what it costs, and how you get your money back",
        "本页说明在本店购买的商品可在多长期限内退货、费用由谁承担，以及如何退款",
    )
    head = (lead, notice(writer)) if policy.says.statute else (lead,)
    foot = writer.paragraph((_validity(writer, until), _version(writer)))
    title = speech.say("Returns and refunds", "退货与退款说明")
    return Page(title, language, speech.say("Contents", "目录"), head, sections, (foot,))


def left_out(policy: Policy) -> tuple[str, ...]:
    """Return the rows that the page for customers leaves out of the tables it shows, as `table.row`."""
    from returnledger.policies.writer import is_public

    shown = ("verdicts", "goods", "fees", "shipping_refund", "return_freight", "refund_when", "refunds", "inspection")
    return tuple(
        f"{name}.{row.says.id}"
        for name in (*shown, "advances", "window.cases", "evidence")
        for row in policy.tables[name]
        if not is_public(name, row)
    )


def _head(writer: Writer, until: date | None) -> Iterator[str]:
    says = writer.policy.says
    yield writer.paragraph((_validity(writer, until), _amounts(writer)))
    yield writer.paragraph((_version(writer), _file(writer)))
    if found := list(facts(writer)):
        yield writer.paragraph(found)
    if says.statute or says.source or writer.policy.laws:
        yield notice(writer)


def _validity(writer: Writer, until: date | None) -> str:
    """Return for which sales, or for which requests, the page holds."""
    says, speech = writer.policy.says, writer.speech
    last = min((day for day in (says.valid_until, until) if day is not None), default=None)
    asked = says.judged_as_of == "request"
    first = speech.day(says.valid_from)
    if last is None:
        return writer.say(
            "it holds for returns asked for from {first} on" if asked else "it holds for sales from {first} on",
            "适用于{first}起提出的退货申请" if asked else "适用于{first}起售出的商品",
            first=first,
        )
    return writer.say(
        "it holds for returns asked for from {first} to {last}"
        if asked
        else "it holds for sales from {first} to {last}",
        "适用于{first}至{last}提出的退货申请" if asked else "适用于{first}至{last}售出的商品",
        first=first,
        last=speech.day(last),
    )


def _version(writer: Writer) -> str:
    policy = writer.policy
    digest = policy.digest if not writer.to_customers else policy.digest[:14]
    return writer.say(
        "policy {name}, version {version}, digest {digest}",
        "政策 {name}，版本 {version}，摘要 {digest}",
        name=policy.name,
        version=policy.version,
        digest=digest,
    )


def _file(writer: Writer) -> str:
    file = safe(writer.policy.file)
    return f"由 {file} 生成。" if writer.language == "zh" else f"Made from {file}."


def _amounts(writer: Writer) -> str:
    return writer.say(
        "amounts are in {currency}, tax included",
        "金额单位为 {currency}，均含税",
        currency=writer.policy.currency,
    )


def _index(writer: Writer, where: dict[str, str]) -> Section:
    """Return the section that names the place of every row."""
    speech, rows = writer.speech, []
    for entry in entries(writer.policy):
        title = where.get(entry.table)
        link = f"[{safe(title)}](#{slug(title)})" if title else "–"
        rows.append((code(entry.table), code(entry.name), link, code(f"{entry.place.file}:{entry.place.line}")))
    head = (
        speech.say("Table", "表"),
        speech.say("Row", "行"),
        speech.say("Section", "章节"),
        speech.say("Place", "位置"),
    )
    return Section(speech.say("Index of rows", "规则索引"), (table(head, rows),))


def day_before(day: date) -> date:
    """Return the day before `day`."""
    return day - timedelta(days=1)
