"""The tables of a policy as a manager writes them, key by key.

Amounts are in the policy's currency, tax included; keys named rate are shares of 1, keys named percent are per cent.
What a table leaves out it does not decide.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from returnledger.configfields import Amount, DayRange, Days, OneOrMany, PartOrAmount, ReasonOrNone, RowId, Why
from returnledger.events.fields import CheckCode, Code, Currency, Day, MethodName, Name, Percent, Rate, Text, Truth
from returnledger.terms import Condition, Disposition, Fault, Goods, Reason, Verdict

DayFrom = Literal["delivered", "shipped", "sold", "received", "paid"]
Step = Literal["request", "approve", "receive", "inspect", "credit_note", "dispose", "refund"]
When = Annotated[
    dict[str, Any],
    Field(
        description="What must be true for the row to decide: facts with a value, a list of values, a comparison "
        "like '>5', a range like 1..5, or a pattern like TEE-*; all keys must hold. `any:` takes a list of which one "
        "must hold, `not:` one that must not. `{}` always holds.",
        examples=["{}"],
    ),
]


class Part(BaseModel):
    """A part of a policy: unknown keys are findings, nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WindowRow(Part):
    """How many days a customer has, and from which day they count."""

    days: Days = Field(
        description="Days in which a return may be asked for. 0 closes the window, unless the fault is the merchant's.",
        examples=["7"],
    )
    counted_from: DayFrom | None = Field(
        default=None,
        alias="from",
        description="The day that the days count from: delivered (else shipped and transit_days, else sold), shipped, "
        "sold, paid, or received (the goods came back). A row without it counts as the default row does.",
    )
    unit: Text | None = Field(default=None, description="calendar: the only unit that is counted.")


class Extension(Part):
    """A longer window for sales of certain days, as shops give around feasts."""

    name: RowId = Field(description="The name of the extension, as decisions show it.", examples=["double-11"])
    sold: DayRange = Field(
        description="The days of sale that it is for, first..last.", examples=["2026-10-20..2026-11-11"]
    )
    until: Day = Field(description="The last day on which these sales may come back.", examples=["2026-12-15"])


class WindowTable(Part):
    """Until when a return may be asked for; of all rows that apply the latest end counts."""

    default: WindowRow = Field(description="The window of every sale.", examples=["{days: 7, from: delivered}"])
    by_category: dict[str, WindowRow] = Field(
        default={}, description="Windows of product categories, as products.yaml names them."
    )
    by_fault: dict[Annotated[Fault, Code(Fault)], WindowRow] = Field(
        default={}, description="Windows by who answers for the return: merchant, customer, carrier or unknown."
    )
    extensions: list[Extension] = Field(default=[], description="Longer windows for sales of certain days.")
    judged_by: Literal["requested", "received"] = Field(
        default="requested",
        description="The day that must lie in the window: when the customer asked, or when goods came.",
    )
    transit_days: Days = Field(
        default=0, description="Days from shipping to delivery, where the day of delivery is unknown."
    )
    count_start: Literal["next_day", "same_day"] = Field(
        default="next_day", description="Whether the first day counted is the day after, or the day itself."
    )
    roll_on_holiday: Truth = Field(default=False, description="false: the window ends on its last day, holiday or not.")


class Row(Part):
    """What every row of a table has: an id that decisions show, its condition, and why the shop has it."""

    id: RowId = Field(
        description="The name of the row, once in its table, as decisions and entries show it.", examples=["row-1"]
    )
    when: When
    why: Why = Field(
        default={}, description="Why the shop has this row: one text, or one in each language, {zh: ..., en: ...}."
    )


class VerdictRow(Row):
    """Whether a return is accepted."""

    verdict: Annotated[Verdict, Code(Verdict)] = Field(
        description="allow, review (a person decides) or deny.", examples=["review"]
    )
    because: Name | None = Field(default=None, description="A short code for the cause, for letters and statistics.")


class GoodsRow(Row):
    """Whether the goods must come back."""

    goods: Annotated[Goods, Code(Goods)] = Field(
        description="returned, kept by the customer, or never_shipped.", examples=["returned"]
    )


class FeeRow(Row):
    """What is kept from a refund for taking goods back."""

    percent: Percent | None = Field(default=None, description="The fee in per cent of the base that `of` names.")
    amount: Amount | None = Field(default=None, description="The fee as an amount, tax included, instead of percent.")
    of: Literal["paid", "net"] = Field(
        default="paid", description="paid: of what was paid, with tax; net: without tax."
    )
    per: Literal["line", "order"] = Field(
        default="line", description="Whether the fee is taken from each line or once."
    )
    tax: Literal["as_sale", "rate", "none"] = Field(
        default="as_sale", description="How the fee is taxed: as the sale was, at a rate of its own, or not at all."
    )
    rate: Rate | None = Field(default=None, description="The tax rate of the fee as a share of 1, with `tax: rate`.")
    maximum: Amount | None = Field(default=None, alias="max", description="The most that the fee can be, tax included.")


class ShippingRow(Row):
    """How much of the delivery charge goes back."""

    pays: Literal["all", "standard", "pro_rata", "none"] = Field(
        description="all of it, the standard delivery only, the share of the returned goods, or none.",
        examples=["none"],
    )


class OneStep(Part):
    """When one line, written by one person, may be the whole return."""

    up_to: Amount | None = Field(default=None, description="The largest refund, tax included, that one line may make.")
    unless: dict[str, Any] | None = Field(
        default=None, description="A condition under which the steps are separate anyway."
    )


class ApprovalRow(Row):
    """Who must approve."""

    by: list[Name] = Field(
        description="The roles that must approve, all of them; [] approves automatically.", examples=["[supervisor]"]
    )


class EvidenceRow(Row):
    """Which papers or pictures a step needs; all rows that match add up."""

    at: Step = Field(description="The step that can't happen without the evidence.", examples=["approve"])
    need: Annotated[list[Name], OneOrMany] = Field(
        description="The types of evidence that are needed.", examples=["[photo]"]
    )


class RefundRow(Row):
    """How and until when money goes back."""

    methods: list[MethodName] = Field(
        description="The methods that are allowed: original, offset, later, store_credit, or names of the settings.",
        examples=["[original]"],
    )
    bonus_percent: Percent = Field(default=Decimal(0), description="What store credit is raised by, in per cent.")
    within_days: Days | None = Field(default=None, description="Days in which the money must have gone back.")
    counted_from: Literal["requested", "approved", "received", "credited"] = Field(
        default="received", description="The day that within_days counts from."
    )


class DispositionRow(Part):
    """What is done with goods of one condition, and what they will fetch."""

    to: Annotated[Disposition, Code(Disposition)] = Field(description="What is done with the goods.", examples=["hold"])
    allowed: list[Annotated[Disposition, Code(Disposition)]] = Field(
        default=[], description="What an event may say instead. Setting goods aside (hold) is always allowed."
    )
    sells_at: PartOrAmount | None = Field(
        default=None, description="What a unit will sell for, without tax: a part like '85%' of the base, or an amount."
    )
    of: Literal["price_net", "cost"] = Field(
        default="price_net", description="The base of a part: the price of the sale without tax, or the booked cost."
    )
    selling_cost: PartOrAmount | None = Field(
        default=None, description="What selling a unit costs: a part like '5%' of what it sells for, or an amount."
    )
    otherwise: Annotated[Disposition, Code(Disposition)] | None = Field(
        default=None, description="What is done instead where no supplier is known."
    )


class WaiverRow(Part):
    """Who may waive one check."""

    by: Annotated[list[Name], OneOrMany] = Field(
        description="The roles of which the person must have one.", examples=["[supervisor]"]
    )
    up_to: Amount | None = Field(
        default=None, description="The largest refund, tax included, for which it may be waived."
    )


class Choices(Part):
    """What the shop chooses where both ways are sound."""

    blind_returns: Literal["refuse", "review", "allow"] = Field(
        default="refuse",
        description="Whether goods without a sale (`return: none`) are taken back: never, where a person decides, or always.",
    )
    cost: Literal["original", "month_average", "none"] = Field(
        default="original",
        description="What goods come back at whose sale books no cost: original, what metadata of the sale or the event "
        "says; month_average, their share of the cost of goods of the month of the sale; none, without a cost.",
    )
    closed_period: Literal["refuse"] = Field(
        default="refuse", description="refuse: nothing is written into a closed period."
    )


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
    one_step: OneStep | None = Field(
        default=None, description="When one line by one person may be the whole return; without it, always."
    )
    approvals: list[ApprovalRow] = Field(default=[], description="Who must approve; without the table, nobody.")
    split_days: Days = Field(
        default=0,
        description="Days within which refunds to one customer are added up, so that none is split to avoid approval.",
    )
    evidence: list[EvidenceRow] = Field(
        default=[], description="Which papers each step needs; all rows that hold add up."
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
    coupons: Literal["pro_rata"] = Field(
        default="pro_rata",
        description="What a return takes of a coupon: pro_rata, the share of the goods that come back, whatever "
        "`coupon_threshold` the coupon had.",
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
