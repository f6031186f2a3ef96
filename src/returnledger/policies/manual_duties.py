"""The sections of the manual for staff alone: the steps, who approves, which papers, limits, waivers, what is chosen."""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.policies.page import Section, safe, table
from returnledger.policies.writer import Writer
from returnledger.policy.duty_words import STEPS, one_step_words, separation_words, step_name
from returnledger.policy.effect_words import deadline_words
from returnledger.policy.model import EvidenceRow, RefundRow
from returnledger.policy.phrases import sentence
from returnledger.policy.window_words import STARTS

# What is done at each step, by whoever may: English, Chinese.
WORK: dict[str, tuple[str, str]] = {
    "request": (
        "Write down what comes back, why, and the day the customer asked; look whether it is in time and may come back.",
        "登记退回的商品、原因和客户申请的日期；核对是否在期限内、是否属于受理范围。",
    ),
    "approve": (
        "Approve by the amount that could be refunded at most, before fees.",
        "按扣除手续费前的最高可退金额逐级审批。",
    ),
    "receive": ("Take the goods in and count them; note the day they came.", "收货清点，记录到货日期。"),
    "inspect": (
        "Look at each unit: its condition, the reason as found, and where it goes. The fee follows from that.",
        "逐件验收：确认状况、实际原因和去向，并据此确定手续费。",
    ),
    "credit_note": (
        "Credit the customer; where a tax invoice was issued, correct it.",
        "开具贷项通知单；已开发票的同时红冲。",
    ),
    "refund": ("Pay back what is due, in the way the policy allows.", "按规定的方式支付应退款项。"),
}


def steps(writer: Writer) -> Iterator[Section]:
    """Yield the overview: each step with what is done, which papers it needs and by when, and when one line is enough."""
    speech = writer.speech
    rows = []
    for step, work in WORK.items():
        name = step_name(step, speech)
        name = name.removeprefix("the ")
        rows.append(
            (
                f"**{safe(name[:1].upper() + name[1:])}**",
                safe(speech.say(*work)),
                safe(_who(writer, step)),
                safe(_papers(writer, step)),
                safe(_deadline(writer, step)),
            )
        )
    head = (
        speech.say("Step", "步骤"),
        speech.say("What is done", "工作内容"),
        speech.say("Who", "办理人"),
        speech.say("Papers", "材料"),
        speech.say("By when", "时限"),
    )
    blocks = [table(head, rows)]
    says = writer.policy.says
    if says.one_step is not None:
        blocks.append(writer.line(sentence(one_step_words(says.one_step, speech), speech.chinese), "one_step"))
    else:
        blocks.append(
            "- " + writer.say("one line by one person may always be the whole return", "一人一行即可办完整笔退货")
        )
    yield Section(speech.say("The steps of a return", "退货流程"), tuple(blocks))


def _who(writer: Writer, step: str) -> str:
    """Return who does a step, and whose work at other steps bars a person from it."""
    says, speech = writer.policy.says, writer.speech
    found = []
    if step == "approve":
        roles = [speech.all_of([speech.word(role) for role in row.by]) for row in says.approvals if row.by]
        if not roles:
            return speech.say("nobody, it is automatic", "自动通过")
        found.append(speech.say(", or ", "，或").join(dict.fromkeys(roles)))
    else:
        found.append(speech.say("any of the staff", "经办人员"))
    pairs = says.separation_of_duties.pairs if says.separation_of_duties is not None else []
    others = dict.fromkeys(other for pair in pairs if step in pair for other in pair if other != step)
    if others:
        barred = speech.any_of([step_name(other, speech) for other in others])
        found.append(speech.say("not who does {steps}", "不得兼办{steps}", steps=barred))
    return speech.say("; ", "；").join(found)


def _papers(writer: Writer, step: str) -> str:
    """Return which papers rows ask for at `step`, all that may be needed."""
    codes: dict[str, None] = {}
    for row in writer.policy.tables["evidence"]:
        if isinstance(row.says, EvidenceRow) and row.says.at == step:
            codes |= dict.fromkeys(row.says.need)
    return writer.speech.all_of([writer.speech.paper(each) for each in codes]) or "–"


def _deadline(writer: Writer, step: str) -> str:
    says, speech = writer.policy.says, writer.speech
    if step == "request":
        row = says.window.default
        if not row.days or not says.window.fixed:
            return speech.say("see the windows", "见退货期限")
        start = speech.say(*STARTS[row.counted_from or "delivered"])
        days = speech.days(row.days, row.unit or says.window.unit)
        return speech.say(
            "{days} from {start}, unless another window applies",
            "一般自{start}起 {days}，另有期限的从其规定",
            days=days,
            start=start,
        )
    if step == "receive" and says.authorisation is not None:
        row_a = says.authorisation
        return deadline_words(row_a.valid_days, row_a.unit, row_a.counted_from, speech).replace("完成", "")
    if step == "refund":
        found = {
            deadline_words(row.within_days, row.unit, row.counted_from, speech)
            for row in says.refunds
            if isinstance(row, RefundRow) and row.within_days is not None
        }
        return (
            found.pop()
            if len(found) == 1
            else speech.say("see how money is paid back", "见退款方式与时限")
            if found
            else "–"
        )
    return "–"


def approvals(writer: Writer) -> Iterator[Section]:
    """Yield the section of approvals and of the separation of duties."""
    says, speech = writer.policy.says, writer.speech
    items = writer.lines("approvals") or ["- " + writer.say("no approval is needed", "无须审批")]
    amount = writer.say(
        "the amount is the most that could be refunded, tax included, before fees",
        "金额指扣除手续费前最多可退的含税金额",
    )
    blocks = [writer.paragraph((amount, *writer.first_decides("approvals"))), "\n".join(items)]
    if says.split_days:
        text = speech.say(
            "refunds of one order, and refunds to one customer within {days}, the first and the last day counted, are "
            "added up before the amount is compared, so that a return in parts needs the same approval",
            "同一订单的退款，以及同一客户 {days}内（首尾两日均计入）的退款，累计后再比较金额，拆分退货不能规避审批",
            days=speech.days(says.split_days),
        )
        blocks.append(writer.line(sentence(text, speech.chinese), "split_days"))
    if says.separation_of_duties is not None:
        blocks.append(f"### {safe(speech.say('Separation of duties', '不相容职务分离'))}")
        duties = list(separation_words(says.separation_of_duties, speech))
        blocks.append("\n".join(writer.line(sentence(text, speech.chinese), "separation_of_duties") for text in duties))
    yield Section(speech.say("Who approves", "审批权限"), tuple(blocks))


def papers(writer: Writer) -> Iterator[Section]:
    """Yield the section of evidence, step by step."""
    speech = writer.speech
    blocks: list[str] = []
    for step in STEPS:
        if writer.to_customers and step not in ("request", "approve", "receive"):
            continue
        rows = [row for row in writer.rows("evidence") if getattr(row.says, "at", "") == step]
        if rows:
            blocks += writer.lines("evidence", rows)
    if blocks:
        yield Section(speech.say("Papers and pictures", "佐证材料"), ("\n".join(blocks),))


def limits(writer: Writer) -> Iterator[Section]:
    """Yield the section of limits per customer."""
    if items := writer.lines("limits"):
        yield Section(writer.speech.say("Limits for one customer", "客户退货限额"), ("\n".join(items),))


def waivers(writer: Writer) -> Iterator[Section]:
    """Yield the section of who may let pass what."""
    speech, table_of = writer.speech, writer.policy.says.waivers
    if table_of is None:
        items = [
            "- "
            + writer.say(
                "any named person may let pass any check that can be waived, with a reason",
                "任何具名人员均可特批可以特批的事项，须注明理由",
            )
        ]
    elif not table_of:
        items = ["- " + writer.say("nothing may be let pass", "不得特批任何事项")]
    else:
        items = [writer.keyed("waivers", row, key) for key, row in table_of.items()]
        items.append("- " + writer.say("nothing else may be let pass", "其他事项不得特批"))
    lead = writer.say(
        "whoever lets something pass writes down which check, why, and who approved it",
        "特批须写明所特批的检查、理由和批准人",
    )
    always = writer.say(
        "never let pass: more units or money back than went out, the same return twice, a closed period, books out of "
        "balance",
        "以下不得特批：退回数量或金额超过原销售、同一退货重复入账、已结账期间、账目不平",
    )
    yield Section(speech.say("Who may let pass what", "特批权限"), (lead, "\n".join([*items, "- " + always])))


def choices(writer: Writer) -> Iterator[Section]:
    """Yield the section of what the shop chooses where both ways are sound."""
    says, speech = writer.policy.says, writer.speech
    as_of = {
        "sale": ("the policy in force on the day of sale judges a return", "退货适用售出之日有效的政策"),
        "request": (
            "the policy in force on the day the customer asks judges a return",
            "退货适用客户申请之日有效的政策",
        ),
    }
    blind = {
        "refuse": ("goods without a known sale are not taken back", "没有原始订单的商品不接受退货"),
        "review": ("for goods without a known sale a person decides", "没有原始订单的商品由人工审核"),
        "allow": ("goods without a known sale are taken back", "没有原始订单的商品也可退货"),
    }
    cost = {
        "original": (
            "where the sale books no cost, goods come back at the cost that the sale or the event names",
            "销售未记成本的，按销售或退货单注明的成本入库",
        ),
        "month_average": (
            "where the sale books no cost, goods come back at their share of the month's cost of goods",
            "销售未记成本的，按当月销货成本分摊入库",
        ),
        "none": ("where the sale books no cost, goods come back without one", "销售未记成本的，不计成本入库"),
    }
    closed = {
        "refuse": ("nothing is booked into a closed period", "已结账期间不再入账"),
        "next_open_day": (
            "what falls into a closed period is booked on the first day that is open",
            "落在已结账期间的，于其后第一个开放日入账",
        ),
    }
    chosen = says.choices
    items = [
        (as_of[says.judged_as_of], "judged_as_of"),
        (blind[chosen.blind_returns], "choices.blind_returns"),
        (cost[chosen.cost], "choices.cost"),
        (closed[chosen.closed_period], "choices.closed_period"),
    ]
    lines = [writer.line(sentence(speech.say(*text), speech.chinese), name) for text, name in items]
    yield Section(speech.say("What else holds", "其他约定"), ("\n".join(lines),))
