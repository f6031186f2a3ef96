"""What each row decides, and what is decided where no row does: no fee, no approval, goods come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from returnledger.places import Places
from returnledger.policy.chosen import Chosen
from returnledger.policy.model import (
    AdvanceRow,
    ApprovalRow,
    EvidenceRow,
    FeeRow,
    FreightRow,
    GoodsRow,
    InspectionRow,
    LimitRow,
    PolicyFile,
    RefundRow,
    RefundWhenRow,
    Row,
    ShippingRow,
    VerdictRow,
    WindowCase,
)
from returnledger.policy.model_rows import DispositionRow
from returnledger.terms import Condition, Disposition, Fault, Goods, Reason, Verdict


def value_of(row: Row | LimitRow | WindowCase) -> Any:
    """Return what a row decides where it holds."""
    match row:
        case VerdictRow():
            return row.verdict
        case GoodsRow():
            return row.goods
        case ShippingRow() | FreightRow():
            return row.pays
        case ApprovalRow():
            return tuple(row.by)
        case EvidenceRow():
            return tuple(row.need)
        case RefundWhenRow():
            return row.at
        case InspectionRow():
            return row.outcome
        case LimitRow():
            return row.then
        case FeeRow() | RefundRow() | AdvanceRow():
            return row
    return None


def defaults_of(says: PolicyFile, places: Places) -> dict[str, Chosen]:
    """Return what each effect is where no row decides, by the name of the effect."""

    def default(effect: str, value: Any, *path: str) -> Chosen:
        return Chosen(effect, value, "default", places.at(*path))

    def choice(effect: str, key: str) -> Chosen:
        row = f"choices.{key}" if key in says.choices.model_fields_set else "default"
        return Chosen(effect, getattr(says.choices, key), row, places.at("choices", key))

    said = "coupons" in says.model_fields_set
    found = (
        default("verdict", Verdict.ALLOW, "verdicts"),
        default("goods", Goods.RETURNED, "goods"),
        default("fee", None, "fees"),
        default("shipping", "none", "shipping_refund"),
        default("freight", None, "return_freight"),
        default("approvals", (), "approvals"),
        default("limits", Verdict.ALLOW, "limits"),
        default("refund_when", None, "refund_when"),
        default("inspection", "accept", "inspection"),
        default("refunds", None, "refunds"),
        default("advance", None, "advances"),
        default("one_step", True, "one_step"),
        default("authorisation", None, "authorisation"),
        default("deadline", None, "refunds"),
        Chosen("coupons", says.coupons, "coupons" if said else "default", places.at("coupons")),
        choice("blind", "blind_returns"),
        choice("cost", "cost"),
        choice("closed_period", "closed_period"),
    )
    return {chosen.effect: chosen for chosen in found}


@dataclass(frozen=True, slots=True)
class Known:
    """What follows from one word alone: the fault and the condition from a reason, the disposition from a condition.

    `conditions` has `none` for no reason. Of `dispositions`, the second is for goods whose supplier nobody knows;
    of `one_step`, the first is for returns that one line may be.
    """

    faults: Mapping[str, str]
    conditions: Mapping[str, Chosen]
    dispositions: Mapping[str, tuple[Chosen, Chosen]]
    one_step: tuple[Chosen, Chosen]


def known_of(says: PolicyFile, places: Places, faults: Mapping[Reason, Fault]) -> Known:
    """Return what follows from one word alone."""
    fault_of = {reason.value: faults.get(reason, reason.fault).value for reason in Reason}
    reasons = ("none", *(reason.value for reason in Reason))
    return Known(
        faults=fault_of,
        conditions={reason: _condition(says, places, reason, fault_of.get(reason, "")) for reason in reasons},
        dispositions={condition.value: _dispositions(says, places, condition) for condition in Condition},
        one_step=_one_step(says, places),
    )


def _one_step(says: PolicyFile, places: Places) -> tuple[Chosen, Chosen]:
    """Return both answers of `one_step`; which of its keys decided is said by `evaluate.one_step`."""
    row, place = "default" if says.one_step is None else "one_step", places.at("one_step")
    return Chosen("one_step", True, row, place), Chosen("one_step", False, row, place)


def _condition(says: PolicyFile, places: Places, reason: str, fault: str) -> Chosen:
    """Return the condition of goods that nobody described: never new where the merchant or the carrier answers."""
    said = says.condition_from_reason.get(reason)
    if said is None:
        return Chosen("condition", Condition.UNKNOWN, "default", places.at("condition_from_reason"))
    if said is Condition.NEW and fault in (Fault.MERCHANT.value, Fault.CARRIER.value):
        said = Condition.UNKNOWN
    place = places.at("condition_from_reason", reason)
    return Chosen("condition", said, f"condition_from_reason.{reason}", place, (("reason", reason),))


def _dispositions(says: PolicyFile, places: Places, condition: Condition) -> tuple[Chosen, Chosen]:
    row = says.dispositions.get(condition)
    pair = ("condition", condition.value)
    if row is None:
        to = Disposition.RESTOCK if condition is Condition.NEW else Disposition.HOLD
        alone = Chosen("disposition", DispositionRow(to=to), "default", places.at("dispositions"), (pair,))
        return alone, alone
    place, name = places.at("dispositions", condition.value), f"dispositions.{condition.value}"
    said = Chosen("disposition", row, name, place, (pair,))
    if row.otherwise is None:
        return said, said
    changed = row.model_copy(update={"to": row.otherwise, "otherwise": None})
    return said, Chosen("disposition", changed, name, place, (pair, ("supplier", "")))
