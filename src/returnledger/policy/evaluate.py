"""Answers what a policy decides for one item: each answer names the row that decided, its place and the facts used.

The first row of a table that holds decides. A row that only a missing fact could decide gives review if it would deny
or review, and is passed over otherwise; the answer says which. A table that is absent decides nothing: no fee, no
approval, no shipping, goods come back, new goods to stock and others aside.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from returnledger.findings import Span
from returnledger.money import CONTEXT, ZERO
from returnledger.policy.conditions import Facts, FactValue, answer, text_of, used
from returnledger.policy.fact_names import NEVER_WAIVED
from returnledger.policy.model import (
    ApprovalRow,
    DispositionRow,
    EvidenceRow,
    FeeRow,
    GoodsRow,
    RefundRow,
    ShippingRow,
    VerdictRow,
)
from returnledger.policy.prepare import Policy, PreparedRow
from returnledger.policy.windows import Window, window_of
from returnledger.terms import Condition, Disposition, Fault, Goods, Reason, Verdict

__all__ = ["Chosen", "DispositionRow", "FactValue", "Facts", "FeeRow", "RefundRow", "Window", "window_of"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a policy chose for one effect.

    `row` is the id of the deciding row, `default` where no row decided; `used` are the facts it looked at, `missing`
    those that nobody has, `passed_over` the rows above it that only a missing fact could decide.
    """

    effect: str
    value: Any
    row: str
    place: Span
    used: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    why: Mapping[str, str] = field(default_factory=dict)
    because: str | None = None


def _default(policy: Policy, effect: str, value: Any, *path: str) -> Chosen:
    return Chosen(effect, value, "default", policy.place(*path))


def _first(policy: Policy, table: str, effect: str, facts: Facts) -> tuple[PreparedRow | None, Chosen]:
    """Return the first row that holds, with an answer that lacks only its value; None where no row does."""
    passed_over: list[str] = []
    missing: list[str] = []
    for row in policy.tables[table]:
        result = answer(row.asks, facts)
        stops = isinstance(row.says, VerdictRow) and row.says.verdict in (Verdict.DENY, Verdict.REVIEW)
        if result.holds or (result.holds is None and stops):
            facts_used = used(row.asks, facts)
            chosen = Chosen(effect, None, row.says.id, row.place, facts_used, result.missing, why=row.says.why)
            return row, replace(chosen, passed_over=tuple(passed_over))
        if result.holds is None:
            passed_over.append(row.says.id)
            missing.extend(fact for fact in result.missing if fact not in missing)
    chosen = _default(policy, effect, None, table)
    return None, replace(chosen, passed_over=tuple(passed_over), missing=tuple(missing))


def fault_of(policy: Policy, reason: Reason | None) -> Fault:
    """Return who answers for a return of this reason: the policy's word, else the vocabulary's."""
    if reason is None:
        return Fault.UNKNOWN
    return policy.faults.get(reason, reason.fault)


def condition_of(policy: Policy, reason: Reason | None) -> Chosen:
    """Return the condition of goods that nobody described, by the reason of their return.

    Never new where the merchant or the carrier answers for the return.
    """
    table = policy.says.condition_from_reason
    text = "none" if reason is None else reason.value
    said = table.get(text)
    if said is None:
        return _default(policy, "condition", Condition.UNKNOWN, "condition_from_reason")
    if said is Condition.NEW and fault_of(policy, reason) in (Fault.MERCHANT, Fault.CARRIER):
        said = Condition.UNKNOWN
    place = policy.place("condition_from_reason", text)
    return Chosen("condition", said, f"condition_from_reason.{text}", place, (("reason", text),))


def verdict(policy: Policy, facts: Facts) -> Chosen:
    """Return whether the return is accepted; an unknown row that would deny or review makes it a person's decision."""
    row, chosen = _first(policy, "verdicts", "verdict", facts)
    if row is None or not isinstance(row.says, VerdictRow):
        return replace(chosen, value=Verdict.ALLOW)
    value = Verdict.REVIEW if chosen.missing else row.says.verdict
    return replace(chosen, value=value, because=row.says.because)


def blind(policy: Policy) -> Chosen:
    """Return whether goods without a sale are taken back (value: refuse, review or allow)."""
    choices = policy.says.choices
    row = "choices.blind_returns" if "blind_returns" in choices.model_fields_set else "default"
    return Chosen("blind", choices.blind_returns, row, policy.place("choices", "blind_returns"))


def cost(policy: Policy) -> Chosen:
    """Return what goods cost whose sale books none (value: original, month_average or none)."""
    choices = policy.says.choices
    row = "choices.cost" if "cost" in choices.model_fields_set else "default"
    return Chosen("cost", choices.cost, row, policy.place("choices", "cost"))


def goods(policy: Policy, facts: Facts) -> Chosen:
    """Return whether the goods must come back (value: Goods)."""
    row, chosen = _first(policy, "goods", "goods", facts)
    return replace(chosen, value=row.says.goods if row and isinstance(row.says, GoodsRow) else Goods.RETURNED)


def fee(policy: Policy, facts: Facts) -> Chosen:
    """Return the row that says what is kept for taking goods back (value: FeeRow, or None where no fee is decided)."""
    row, chosen = _first(policy, "fees", "fee", facts)
    return replace(chosen, value=row.says if row and isinstance(row.says, FeeRow) else None)


def shipping(policy: Policy, facts: Facts) -> Chosen:
    """Return how much of the delivery charge goes back (value: all, standard, pro_rata or none)."""
    row, chosen = _first(policy, "shipping_refund", "shipping", facts)
    return replace(chosen, value=row.says.pays if row and isinstance(row.says, ShippingRow) else "none")


def refunds(policy: Policy, facts: Facts) -> Chosen:
    """Return how and until when money goes back (value: RefundRow, or None where any method will do)."""
    row, chosen = _first(policy, "refunds", "refunds", facts)
    return replace(chosen, value=row.says if row and isinstance(row.says, RefundRow) else None)


def approvals(policy: Policy, facts: Facts) -> Chosen:
    """Return the roles that must approve, all of them (value: tuple of roles; empty is automatic).

    The fact `amount` is the most that could be refunded, before fees, tax included.
    """
    row, chosen = _first(policy, "approvals", "approvals", facts)
    return replace(chosen, value=tuple(row.says.by) if row and isinstance(row.says, ApprovalRow) else ())


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
        result = answer(row.asks, facts)
        if result.holds is False:
            continue
        need = tuple(row.says.need) if result.holds else ()
        facts_used = used(row.asks, facts)
        chosen.append(Chosen("evidence", need, row.says.id, row.place, facts_used, result.missing, why=row.says.why))
    return tuple(chosen)


def disposition(policy: Policy, condition: Condition, facts: Facts) -> Chosen:
    """Return what is done with goods of `condition` (value: DispositionRow).

    Where no supplier is known (`supplier` missing or empty), `otherwise` takes the place of `to`.
    """
    row = policy.says.dispositions.get(condition)
    pair = ("condition", condition.value)
    if row is None:
        to = Disposition.RESTOCK if condition is Condition.NEW else Disposition.HOLD
        return replace(_default(policy, "disposition", DispositionRow(to=to), "dispositions"), used=(pair,))
    place = policy.place("dispositions", condition.value)
    name = f"dispositions.{condition.value}"
    supplier = facts.get("supplier")
    if row.otherwise is not None and not supplier:
        changed = row.model_copy(update={"to": row.otherwise, "otherwise": None})
        return Chosen("disposition", changed, name, place, (pair, ("supplier", "")))
    facts_used = (pair, ("supplier", text_of(supplier))) if row.otherwise is not None else (pair,)
    return Chosen("disposition", row, name, place, facts_used)


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
