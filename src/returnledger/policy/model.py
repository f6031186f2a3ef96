"""The tables of a policy as a manager writes them, key by key.

Amounts are in the policy's currency, tax included; keys named rate are shares of 1, keys named percent are per cent.
What a table leaves out it does not decide.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from returnledger.configfields import Days, OneOrMany, Part, ReasonOrNone
from returnledger.events.fields import CheckCode, Code, Currency, Day, Name, Text
from returnledger.policy.model_base import Row, When
from returnledger.policy.model_risk import RiskTable
from returnledger.policy.model_rows import (
    AdvanceDeadline,
    AdvanceRow,
    ApprovalRow,
    Authorisation,
    Choices,
    DispositionRow,
    EvidenceRow,
    FeeRow,
    FreightRow,
    GoodsRow,
    InspectionRow,
    LimitRow,
    OneStep,
    RefundRow,
    RefundWhenRow,
    Separation,
    ShippingRow,
    VerdictRow,
    WaiverRow,
)
from returnledger.policy.model_window import Extension, WindowCase, WindowRow, WindowTable
from returnledger.terms import Condition, Fault, Reason

__all__ = [
    "AdvanceRow",
    "ApprovalRow",
    "Choices",
    "DispositionRow",
    "EvidenceRow",
    "Extension",
    "FeeRow",
    "FreightRow",
    "GoodsRow",
    "InspectionRow",
    "LimitRow",
    "OneStep",
    "Part",
    "PolicyFile",
    "RefundRow",
    "RefundWhenRow",
    "Row",
    "ShippingRow",
    "VerdictRow",
    "WaiverRow",
    "WindowCase",
    "WindowRow",
    "WindowTable",
]


class PolicyFile(Part):
    """A return policy: who may return what until when, at what cost, and what becomes of the goods."""

    name: Name = Field(
        alias="policy", description="The name of the policy; its versions share it.", examples=["standard"]
    )
    version: Name = Field(description="The version of the policy, as entries record it.", examples=["1"])
    valid_from: Day = Field(description="The first day of sale that this version judges.", examples=["2026-01-01"])
    currency: Currency = Field(description="The currency of every amount in the policy.", examples=["CNY"])
    window: WindowTable = Field(
        description="Until when a return may be asked for.", examples=["{default: {days: 7, from: delivered}}"]
    )
    verdicts: list[VerdictRow] = Field(
        default=[], description="Whether a return is accepted; the first row that holds decides."
    )
    goods: list[GoodsRow] = Field(default=[], description="Whether the goods must come back; without a row they must.")
    fees: list[FeeRow] = Field(
        default=[], description="What is kept for taking goods back; without the table, nothing."
    )
    shipping_refund: list[ShippingRow] = Field(
        default=[], description="How much of the delivery charge goes back; without the table, none."
    )
    return_freight: list[FreightRow] = Field(
        default=[], description="Who pays for sending goods back; without the table it is not decided."
    )
    one_step: OneStep | None = Field(
        default=None, description="When one line by one person may be the whole return; without it, always."
    )
    approvals: list[ApprovalRow] = Field(default=[], description="Who must approve; without the table, nobody.")
    split_days: Days = Field(
        default=0,
        description="Days, the first and the last counted, within which refunds to one customer are added up, so that "
        "none is split to avoid approval.",
    )
    separation_of_duties: Separation | None = Field(
        default=None, description="Which steps one person may not take both; without it, any."
    )
    authorisation: Authorisation | None = Field(
        default=None,
        description="How long the customer has to send the goods; without it, as long as the case is open.",
    )
    evidence: list[EvidenceRow] = Field(
        default=[], description="Which papers each step needs; all rows that hold add up."
    )
    limits: list[LimitRow] = Field(
        default=[], description="How much one customer may send back; every limit is looked at."
    )
    refund_when: list[RefundWhenRow] = Field(
        default=[], description="After which step money may go back; without the table, after any."
    )
    inspection: list[InspectionRow] = Field(
        default=[], description="What is refused once the goods are seen; without a row that holds, nothing."
    )
    refunds: list[RefundRow] = Field(
        default=[], description="How money goes back; without the table, any method will do."
    )
    condition_from_reason: dict[ReasonOrNone, Annotated[Condition, Code(Condition)]] = Field(
        default={},
        description="The condition of goods where an event gives none, by its reason; `none:` is for no reason.",
    )
    dispositions: dict[Annotated[Condition, Code(Condition)], DispositionRow] = Field(
        default={},
        description="What is done with goods, by condition; else new goods go back to stock and others aside.",
    )
    coupons: Literal["pro_rata", "clawback"] = Field(
        default="pro_rata",
        description="What a return takes of a coupon: pro_rata, the share of the goods that come back; clawback, that of the "
        "goods kept too, once these are worth less than the `coupon_threshold` in the metadata of the coupon or of the sale.",
    )
    advances: list[AdvanceRow] = Field(
        default=[], description="What is kept of money paid before a sale; without the table, nothing."
    )
    advance_deadline: AdvanceDeadline | None = Field(
        default=None, description="Until when money paid before a sale must have gone back."
    )
    waivers: dict[CheckCode, WaiverRow] | None = Field(
        default=None,
        description="Who may waive which check; without the table any named person may waive any that can be.",
    )
    fault: dict[Annotated[Fault, Code(Fault)], list[Annotated[Reason, Code(Reason)]]] = Field(
        default={}, description="Who answers for a reason, where the shop sees it otherwise than the vocabulary."
    )
    judged_as_of: Literal["sale", "request"] = Field(
        default="sale",
        description="Whether the policy of the day of sale judges, or that of the day the customer asked.",
    )
    choices: Choices = Field(default=Choices(), description="What the shop chooses where both ways are sound.")
    law: Annotated[list[Name], OneOrMany] = Field(
        default=[], description="The law packs that bind the shop, by name: the better for the customer wins."
    )
    statute: Text | None = Field(default=None, description="The law that a law pack follows.")
    source: Text | None = Field(default=None, description="Where the rules were read.")
    as_of: Day | None = Field(default=None, description="The day on which the rules were read.")
    jurisdiction: Text | None = Field(
        default=None, description="The country whose law it is, also with a part of it: CN, DE, US-CA.", examples=["CN"]
    )
    valid_until: Day | None = Field(default=None, description="The last day of sale that this version judges.")
    applies: When | None = Field(
        default=None,
        description="The sales that a law pack is about; without it, all. Where a fact is missing it does not bind.",
    )
    risk: RiskTable | None = Field(default=None, description="What `report risk` points out.")
