"""Answers what a policy decides for one item: each answer names the row that decided, its place and the facts used.

The first row of a table that holds decides. A row that only a missing fact could decide gives review if it would deny
or review, and is passed over otherwise; the answer says which. A table that is absent decides nothing: no fee, no
approval, no shipping, goods come back, new goods to stock and others aside.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal
from typing import Any

from returnledger.money import CONTEXT, ZERO
from returnledger.policy.chosen import Chosen
from returnledger.policy.conditions import Facts, FactValue, answer, text_of, used
from returnledger.policy.fact_names import NEVER_WAIVED
from returnledger.policy.model import DispositionRow, EvidenceRow, FeeRow, RefundRow
from returnledger.policy.prepare import Policy
from returnledger.policy.windows import Dates, Doubt, Window, window_at, window_of
from returnledger.terms import Condition, Disposition, Fault, Reason, Verdict

__all__ = [
    "Chosen",
    "Dates",
    "DispositionRow",
    "FactValue",
    "Facts",
    "FeeRow",
    "RefundRow",
    "Window",
    "window_at",
    "window_of",
]


def _default(policy: Policy, effect: str, value: Any, *path: str) -> Chosen:
    return Chosen(effect, value, "default", policy.place(*path))


def first(policy: Policy, table: str, effect: str, facts: Facts) -> Chosen:
    """Return what the first row of `table` that holds decides; else what is decided without a row."""
    passed_over: list[str] = []
    missing: list[str] = []
    for row in policy.tables[table]:
        holds = row.holds(facts)
        if holds is False:
            continue
        if holds or row.stops:
            lacks = () if holds else answer(row.asks, facts).missing
            value = row.chosen.value if holds else Verdict.REVIEW
            facts_used = used(row.asks, facts)
            return replace(row.chosen, value=value, used=facts_used, missing=lacks, passed_over=tuple(passed_over))
        passed_over.append(row.says.id)
        missing.extend(fact for fact in answer(row.asks, facts).missing if fact not in missing)
    chosen = policy.defaults[effect]
    return replace(chosen, passed_over=tuple(passed_over), missing=tuple(missing)) if passed_over else chosen


def fault_of(policy: Policy, reason: Reason | None) -> Fault:
    """Return who answers for a return of this reason: the policy's word, else the vocabulary's."""
    if reason is None:
        return Fault.UNKNOWN
    return policy.faults.get(reason, reason.fault)


def condition_of(policy: Policy, reason: Reason | None) -> Chosen:
    """Return the condition of goods that nobody described, by the reason of their return.

    Never new where the merchant or the carrier answers for the return.
    """
    return policy.known.conditions["none" if reason is None else reason.value]


def verdict(policy: Policy, facts: Facts) -> Chosen:
    """Return whether the return is accepted; an unknown row that would deny or review makes it a person's decision."""
    return first(policy, "verdicts", "verdict", facts)


def blind(policy: Policy) -> Chosen:
    """Return whether goods without a sale are taken back (value: refuse, review or allow)."""
    return policy.defaults["blind"]


def cost(policy: Policy) -> Chosen:
    """Return what goods cost whose sale books none (value: original, month_average or none)."""
    return policy.defaults["cost"]


def doubted(doubt: Doubt) -> Chosen:
    """Return the verdict on goods of which nobody knows whether their window has any days: a person decides."""
    return Chosen("verdict", Verdict.REVIEW, doubt.row, doubt.place, missing=doubt.missing)


def closed_period(policy: Policy) -> Chosen:
    """Return what becomes of an event that is dated in a closed period (value: refuse or next_open_day)."""
    return policy.defaults["closed_period"]


def coupons(policy: Policy) -> Chosen:
    """Return what a return takes of a coupon (value: pro_rata or clawback)."""
    return policy.defaults["coupons"]


def goods(policy: Policy, facts: Facts) -> Chosen:
    """Return whether the goods must come back (value: Goods)."""
    return first(policy, "goods", "goods", facts)


def fee(policy: Policy, facts: Facts) -> Chosen:
    """Return the row that says what is kept for taking goods back (value: FeeRow, or None where no fee is decided)."""
    return first(policy, "fees", "fee", facts)


def shipping(policy: Policy, facts: Facts) -> Chosen:
    """Return how much of the delivery charge goes back (value: all, standard, pro_rata or none)."""
    return first(policy, "shipping_refund", "shipping", facts)


def freight(policy: Policy, facts: Facts) -> Chosen:
    """Return who pays for sending the goods back (value: merchant or customer, or None where it is not decided)."""
    return first(policy, "return_freight", "freight", facts)


def refund_when(policy: Policy, facts: Facts) -> Chosen:
    """Return after which step money may go back (value: requested, proof_sent, received, inspected, or None for any)."""
    return first(policy, "refund_when", "refund_when", facts)


def inspection(policy: Policy, facts: Facts) -> Chosen:
    """Return whether the goods as found end the return (value: accept or refuse)."""
    return first(policy, "inspection", "inspection", facts)


def refunds(policy: Policy, facts: Facts) -> Chosen:
    """Return how and until when money goes back (value: RefundRow, or None where any method will do)."""
    return first(policy, "refunds", "refunds", facts)


def advance(policy: Policy, facts: Facts) -> Chosen:
    """Return what is kept of money paid before a sale (value: AdvanceRow, or None where nothing is)."""
    return first(policy, "advances", "advance", facts)


def approvals(policy: Policy, facts: Facts) -> Chosen:
    """Return the roles that must approve, all of them (value: tuple of roles; empty is automatic).

    The fact `amount` is the most that could be refunded, before fees, tax included.
    """
    return first(policy, "approvals", "approvals", facts)


def one_step(policy: Policy, facts: Facts) -> Chosen:
    """Return whether one line by one person may be the whole return (value: bool).

    A missing amount, or an exception that only a missing fact could decide, keeps the steps apart.
    """
    says = policy.says.one_step
    if says is None:
        return _default(policy, "one_step", True, "one_step")
    facts_used: tuple[tuple[str, str], ...] = ()
    if says.up_to is not None:
        amount = facts.get("amount")
        place = policy.place("one_step", "up_to")
        if not isinstance(amount, Decimal):
            return Chosen("one_step", False, "one_step.up_to", place, missing=("amount",))
        facts_used = (("amount", text_of(amount)),)
        if amount > says.up_to:
            return Chosen("one_step", False, "one_step.up_to", place, facts_used)
    if policy.unless is not None:
        result = answer(policy.unless, facts)
        facts_used += tuple(pair for pair in used(policy.unless, facts) if pair not in facts_used)
        if result.holds is not False:
            place = policy.place("one_step", "unless")
            return Chosen("one_step", False, "one_step.unless", place, facts_used, result.missing)
    return Chosen("one_step", True, "one_step", policy.place("one_step"), facts_used)


def evidence(policy: Policy, step: str | None, facts: Facts) -> tuple[Chosen, ...]:
    """Return every row that asks for evidence at `step` (value: tuple of types of evidence).

    None asks for all steps, as a one-line return takes them. A row that only a missing fact could decide is there too, asking for nothing and naming the fact.
    """
    chosen: list[Chosen] = []
    for row in policy.tables["evidence"]:
        if not isinstance(row.says, EvidenceRow) or step not in (None, row.says.at):
            continue
        holds = row.holds(facts)
        if holds is False:
            continue
        facts_used = used(row.asks, facts)
        if holds:
            chosen.append(replace(row.chosen, used=facts_used))
        else:
            chosen.append(replace(row.chosen, value=(), used=facts_used, missing=answer(row.asks, facts).missing))
    return tuple(chosen)


def disposition(policy: Policy, condition: Condition, facts: Facts) -> Chosen:
    """Return what is done with goods of `condition` (value: DispositionRow).

    Where no supplier is known (`supplier` missing or empty), `otherwise` takes the place of `to`.
    """
    supplier = facts.get("supplier")
    said, otherwise = policy.known.dispositions[condition.value]
    if said is otherwise:
        return said
    return replace(said, used=(*said.used, ("supplier", text_of(supplier)))) if supplier else otherwise


def disposition_allowed(policy: Policy, condition: Condition, wanted: Disposition) -> bool:
    """Return whether an event may say `wanted` for goods of `condition`; setting aside is always allowed."""
    row = policy.says.dispositions.get(condition)
    if not policy.says.dispositions or wanted is Disposition.HOLD:
        return True
    if row is None:
        return condition is Condition.NEW and wanted is Disposition.RESTOCK
    return wanted in (row.to, row.otherwise, *row.allowed)


def net_realisable_value(
    row: DispositionRow,
    price_net: Decimal | None,
    cost: Decimal | None,
    value: Decimal | None,
    selling_cost: Decimal | None,
) -> Decimal | None:
    """Return what a unit will fetch less what selling it costs, unrounded and never below nil; None if nobody knows.

    `price_net` is the unit price of the sale without tax, `cost` the booked unit cost; the inspector's `value` and
    `selling_cost`, per unit, win over the policy's row.
    """
    sells_at = value
    if sells_at is None and row.sells_at is not None:
        sells_at = row.sells_at.of(price_net if row.of == "price_net" else cost)
    if sells_at is None:
        return None
    selling = selling_cost
    if selling is None and row.selling_cost is not None:
        selling = row.selling_cost.of(sells_at)
    return max(ZERO, CONTEXT.subtract(sells_at, selling or ZERO))


def waiver(policy: Policy, code: str, amount: Decimal | None, roles: Collection[str]) -> Chosen:
    """Return whether a person with `roles` may waive check `code` for a refund of `amount` (value: bool).

    Without the table any named person may waive; some checks hold whatever the policy says.
    """
    table = policy.says.waivers
    if code in NEVER_WAIVED:
        return Chosen("waiver", False, "never", policy.place("waivers"))
    if table is None:
        return _default(policy, "waiver", True, "waivers")
    row = table.get(code)
    if row is None:
        return _default(policy, "waiver", False, "waivers")
    within = row.up_to is None or (amount is not None and amount <= row.up_to)
    facts_used = (("amount", text_of(amount)),) if amount is not None and row.up_to is not None else ()
    missing = ("amount",) if amount is None and row.up_to is not None else ()
    allowed = within and any(role in roles for role in row.by)
    return Chosen("waiver", allowed, f"waivers.{code}", policy.place("waivers", code), facts_used, missing)
