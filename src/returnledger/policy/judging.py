"""Judges one item of a return by a policy: every effect at once, each by the first row that holds.

A law pack is judged by itself, as any policy is; where it binds, the better for the customer is taken effect by effect.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import partial

from returnledger.money import CONTEXT, ZERO, decimals_of, round_to
from returnledger.policy.chosen import Chosen
from returnledger.policy.conditions import FactValue, text_of
from returnledger.policy.due import authorisation, refund_deadline
from returnledger.policy.evaluate import doubted, one_step
from returnledger.policy.fact_names import WEEKDAYS
from returnledger.policy.judgement import AMOUNTS, Bound, Given, Judgement, Picked
from returnledger.policy.lawful import binds, combine, in_force
from returnledger.policy.limits import limits
from returnledger.policy.model import FeeRow
from returnledger.policy.prepare import Policy
from returnledger.policy.windows import Dates, Window, window_at
from returnledger.terms import Condition, Disposition, Verdict

__all__ = ["Dates", "Given", "Judgement", "judge", "judge_alone"]

# Effects that the first row that holds decides, by table, in the order in which they are shown.
_TABLES = (
    ("verdict", "verdicts"),
    ("goods", "goods"),
    ("freight", "return_freight"),
    ("shipping", "shipping_refund"),
    ("approvals", "approvals"),
    ("fee", "fees"),
    ("inspection", "inspection"),
    ("refund_when", "refund_when"),
    ("refunds", "refunds"),
    ("advance", "advances"),
)
_SAID = ("coupons", "blind", "cost", "closed_period")


def judge(policy: Policy, given: Given) -> Judgement:
    """Return what `policy` says of the item that `given` tells of."""
    own = judge_alone(policy, given)
    return under_laws(own, given) if policy.laws else own


def under_laws(own: Judgement, given: Given) -> Judgement:
    """Return what `own` says where the laws that bind its policy are better for the customer, each judged by itself."""
    laws = laws_over(own.policy.laws, given)
    for each in laws:
        if each.asked.holds:
            own = combine(own, each.judged)
    first = next((each.judged for each in laws if each.asked.holds), None)
    return replace(own, law=first, laws=laws)


def laws_over(laws: Iterable[Policy], given: Given) -> tuple[Bound, ...]:
    """Return what each law in force says by itself, and whether it binds.

    An amount of a law in another currency than the sale's can't be compared, so nobody knows it.
    """
    found: list[Bound] = []
    for law in in_force(laws, given.dates):
        unpriced = bool(given.currency) and law.currency != given.currency
        known = replace(given, facts={**given.facts, **dict.fromkeys(AMOUNTS)}) if unpriced else given
        judged = judge_alone(law, known)
        found.append(Bound(binds(law, judged.facts), judged, unpriced))
    return tuple(found)


def judge_alone(policy: Policy, given: Given) -> Judgement:
    """Return what `policy` by itself says, without the law that binds it."""
    dates = given.dates
    facts = dict(given.facts)
    fault, condition = _follow(policy, facts, dates)
    window: Window | None = None
    if facts.get("kind") != "allowance" and policy.window.fixed:
        category = facts.get("category")
        window = window_at(policy, category if isinstance(category, str) else None, fault, dates, facts)
        if window.last_day is not None and window.judged is not None:
            if facts.get("in_window") is None:
                facts["in_window"] = window.open
            if facts.get("days_late") is None:
                facts["days_late"] = Decimal(window.days_late)
    picked: dict[str, Picked] = {"condition": condition}
    disposition = _disposition(policy, facts)
    for effect, table in _TABLES:
        picked[effect] = _first(policy, effect, table, facts)
    if window is not None:
        _close(picked, window, given.facts.get("in_window"))
    picked["one_step"] = _one_step(policy, facts)
    picked["disposition"] = disposition
    picked["limits"] = Picked(limits(policy, facts)) if policy.tables["limits"] else Picked(policy.defaults["limits"])
    for effect in _SAID:
        picked[effect] = Picked(policy.defaults[effect])
    due = refund_deadline(policy, picked["refunds"].chosen, dates)
    picked["deadline"] = Picked(due)
    picked["authorisation"] = Picked(authorisation(policy, dates))
    papers = []
    for row in policy.tables["evidence"]:
        holds = row.holds(facts)
        if holds is not False:
            papers.append(Picked(row.chosen, row, (), holds is None))
    return Judgement(
        policy, facts, dates, window, picked, papers, due.value, fee_amount(policy, picked["fee"].value, facts)
    )


def _follow(policy: Policy, facts: dict[str, FactValue], dates: Dates) -> tuple[str, Picked]:
    """Add the facts that follow from others; return the fault that windows go by, and the condition of the goods."""
    reason, fault = facts.get("reason"), facts.get("fault")
    if fault is None and isinstance(reason, str):
        fault = facts["fault"] = policy.known.faults.get(reason)
    condition = facts.get("condition")
    if isinstance(condition, str) and condition in policy.known.dispositions:
        picked = Picked(Chosen("condition", Condition.of(condition), "given", policy.defaults["goods"].place))
    else:
        chosen = policy.known.conditions[reason if isinstance(reason, str) else "none"]
        facts["condition"] = chosen.value.value
        picked = Picked(chosen)
    if facts.get("amount") is None:
        facts["amount"] = facts.get("line_amount")
    asked = dates.requested
    if asked is not None:
        if dates.sold is not None and facts.get("days_since_sale") is None:
            facts["days_since_sale"] = Decimal((asked - dates.sold).days)
        if dates.delivered is not None and facts.get("days_since_delivered") is None:
            facts["days_since_delivered"] = Decimal((asked - dates.delivered).days)
        if facts.get("weekday") is None:
            facts["weekday"] = WEEKDAYS[asked.weekday()]
    return str(fault) if isinstance(fault, str) else "unknown", picked


def _disposition(policy: Policy, facts: dict[str, FactValue]) -> Picked:
    """Return what is done with the goods, and make it a fact unless it was given."""
    said, otherwise = policy.known.dispositions[str(facts["condition"])]
    chosen = said if said is otherwise or facts.get("supplier") else otherwise
    if facts.get("disposition") is None:
        facts["disposition"] = Disposition.of(chosen.value.to).value
    return Picked(chosen)


def _first(policy: Policy, effect: str, table: str, facts: dict[str, FactValue]) -> Picked:
    """Return the first row that holds, or that stops because only a missing fact could keep it from holding."""
    passed = None
    for row in policy.tables[table]:
        holds = row.holds(facts)
        if holds:
            return Picked(row.chosen, row, passed or ())
        if holds is None:
            if row.stops:
                return Picked(row.chosen, row, passed or (), True)
            if passed is None:
                passed = []
            passed.append(row)
    return Picked(policy.defaults[effect], None, passed or ())


def _one_step(policy: Policy, facts: dict[str, FactValue]) -> Picked:
    """Return whether one line by one person may be the whole return; `evaluate.one_step` says how that came about."""
    says, (alone, apart) = policy.says.one_step, policy.known.one_step
    if says is None:
        return Picked(alone)
    may = True
    if says.up_to is not None:
        amount = facts["amount"]
        may = isinstance(amount, Decimal) and amount <= says.up_to
    if may and policy.apart is not None:
        may = policy.apart(facts) is False
    return Picked(alone if may else apart, tells=partial(one_step, policy))


def _close(picked: dict[str, Picked], window: Window, stated: FactValue) -> None:
    """Deny what came too late, and leave to a person what nobody can say is in time.

    `stated` is the fact in_window where it was given: it wins over the days.
    """
    verdict = picked["verdict"].value
    if verdict is Verdict.DENY:
        return
    known = stated if isinstance(stated, bool) else window.open if window.known else None
    if known is False:
        days = ((window.start_from, window.start), ("last_day", window.last_day), ("judged", window.judged))
        told = tuple((name, text_of(day)) for name, day in days if day is not None)
        because, statute = "window_closed", window.statute
        denied = Chosen("verdict", Verdict.DENY, window.row, window.place, told, because=because, statute=statute)
        picked["verdict"] = Picked(denied)
    elif verdict is Verdict.ALLOW and known is None:
        missing = window.assumed if window.last_day is None else ("requested",)
        picked["verdict"] = Picked(Chosen("verdict", Verdict.REVIEW, window.row, window.place, missing=missing))
    elif verdict is Verdict.ALLOW and window.doubt is not None:
        picked["verdict"] = Picked(doubted(window.doubt))


def fee_amount(policy: Policy, row: FeeRow | None, facts: dict[str, FactValue]) -> Decimal | None:
    """Return what a row keeps of the amount of the line, tax included; None where that amount is unknown.

    A part of the amount without tax needs the fact `line_net`.
    """
    if row is None or row.percent == 0:
        return ZERO
    base = facts.get("line_amount" if row.of == "paid" else "line_net")
    whole = facts.get("line_amount")
    if row.amount is not None:
        return min(row.amount, whole) if isinstance(whole, Decimal) else row.amount
    if not isinstance(base, Decimal):
        return None
    fee = CONTEXT.multiply(base, row.percent or ZERO) / 100
    if row.maximum is not None and fee > row.maximum:
        fee = row.maximum
    return min(round_to(fee, decimals_of(policy.currency)), whole if isinstance(whole, Decimal) else base)
