"""The return policy: tables in a file that a manager reads, and the answers they give, each with its row and place."""

from returnledger.policy.conditions import Facts, FactValue
from returnledger.policy.evaluate import (
    Chosen,
    Window,
    approvals,
    condition_of,
    disposition,
    disposition_allowed,
    evidence,
    fault_of,
    fee,
    goods,
    net_realisable_value,
    one_step,
    refunds,
    shipping,
    verdict,
    waiver,
    window_of,
)
from returnledger.policy.model import DispositionRow, FeeRow, PolicyFile, RefundRow
from returnledger.policy.prepare import Policy, PreparedRow, digest_of, prepare
from returnledger.policy.problems import TEMPLATES
from returnledger.policy.versions import policy_for, same_day_policies

__all__ = [
    "TEMPLATES",
    "Chosen",
    "DispositionRow",
    "FactValue",
    "Facts",
    "FeeRow",
    "Policy",
    "PolicyFile",
    "PreparedRow",
    "RefundRow",
    "Window",
    "approvals",
    "condition_of",
    "digest_of",
    "disposition",
    "disposition_allowed",
    "evidence",
    "fault_of",
    "fee",
    "goods",
    "net_realisable_value",
    "one_step",
    "policy_for",
    "prepare",
    "refunds",
    "same_day_policies",
    "shipping",
    "verdict",
    "waiver",
    "window_of",
]
