"""The rows of a policy's tables: what each kind of row decides."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from returnledger.configfields import Amount, Count, Days, OneOrMany, Part, PartOrAmount, RowId, SpanDays, Why
from returnledger.events.fields import Code, MethodName, Name, Percent, Rate, Text, Truth
from returnledger.policy.model_base import Row, Step, Unit, When
from returnledger.terms import Disposition, Goods, Verdict


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
        default="line",
        description="Whether the fee is taken from each line, or once for the order however its return is split.",
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


class FreightRow(Row):
    """Who pays for sending the goods back."""

    pays: Literal["merchant", "customer"] = Field(description="merchant or customer.", examples=["customer"])
    amount: Amount | None = Field(
        default=None,
        description="What comes off the refund for it where the customer pays, tax included; left out, nothing.",
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
    one_person: Truth = Field(
        default=False, description="Whether one person may stand for several of these roles; else each takes another."
    )


class Separation(Part):
    """Which steps of one case no one person may take both."""

    pairs: list[list[Literal["request", "approve", "receive", "inspect", "credit_note", "dispose", "refund"]]] = Field(
        description="Pairs of steps that two people must take.", examples=["[[request, approve], [approve, refund]]"]
    )
    exempt: dict[str, Any] | None = Field(
        default=None, description="A condition under which one person may take both.", examples=["{amount: '<=500'}"]
    )
    names_required: Truth = Field(
        default=False,
        description="Whether a step of a pair that names nobody is refused; else only the people who are named are compared.",
    )


class Authorisation(Part):
    """How long the customer has to send the goods once the return is authorised."""

    valid_days: Days = Field(description="Days until the authorisation ends.", examples=["30"])
    counted_from: Literal["requested", "approved"] = Field(
        default="approved", description="The day that valid_days counts from."
    )
    unit: Unit = Field(
        default="calendar", description="calendar: every day counts; business: weekends and public holidays don't."
    )
    saturday: Truth | None = Field(
        default=None, description="Whether Saturdays are business days. Else as the table of windows says."
    )


class EvidenceRow(Row):
    """Which papers or pictures a step needs; all rows that match add up."""

    at: Step = Field(description="The step that can't happen without the evidence.", examples=["approve"])
    need: Annotated[list[Name], OneOrMany] = Field(
        description="The types of evidence that are needed.", examples=["[photo]"]
    )


class LimitRow(Part):
    """How much one customer may send back before a person looks, or before it ends."""

    id: RowId = Field(
        description="The name of the row, once in its table, as decisions and entries show it.", examples=["row-1"]
    )
    when: When = Field(default={}, description="A condition under which the limit counts; without it, always.")
    per: Literal["customer", "order", "sku"] = Field(
        default="customer",
        description="customer: the returns of one customer; order: those of one order; sku: the customer's returns of one SKU.",
    )
    within_days: SpanDays = Field(description="The days before the request that are looked at.", examples=["365"])
    max_rate: Rate | None = Field(
        default=None,
        description="The share of the customer's orders, as a share of 1, above which the limit is passed.",
    )
    max_returns: Count | None = Field(
        default=None, description="The number of returns above which the limit is passed."
    )
    max_amount: Amount | None = Field(
        default=None, description="The sum of refunds, tax included, above which the limit is passed."
    )
    min_orders: Count = Field(default=0, description="The orders in these days below which the limit does not count.")
    then: Annotated[Verdict, Code(Verdict)] = Field(
        default=Verdict.REVIEW, description="What becomes of the return: review or deny."
    )
    why: Why = Field(
        default={}, description="Why the shop has this row: one text, or one in each language, {zh: ..., en: ...}."
    )
    statute: Text | None = Field(
        default=None, description="The law that the row follows, where it is another than that of the whole policy."
    )


class RefundWhenRow(Row):
    """After which step money may go back."""

    at: Literal["requested", "proof_sent", "received", "inspected"] = Field(
        description="requested, proof_sent (the customer shows that the goods are on their way), received or inspected.",
        examples=["received"],
    )
    recorded: Truth = Field(
        default=False,
        description="Whether an event that pays at once must tell of the step: inspected by a `condition`, received by the day "
        "`received`, proof_sent by evidence of that type.",
    )


class InspectionRow(Row):
    """What the inspection finds that ends the return: the goods go back to the customer."""

    outcome: Literal["accept", "refuse"] = Field(
        description="refuse: the goods go back to the customer; accept: the return goes on.", examples=["refuse"]
    )
    because: Name | None = Field(default=None, description="A short code for the cause, for letters and statistics.")


class RefundRow(Row):
    """How and until when money goes back."""

    methods: list[MethodName] = Field(
        description="The methods that are allowed: original, offset, later, store_credit, or names of the settings.",
        examples=["[original]"],
    )
    bonus_percent: Percent = Field(default=Decimal(0), description="What store credit is raised by, in per cent.")
    within_days: Days | None = Field(default=None, description="Days in which the money must have gone back.")
    counted_from: Literal["requested", "approved", "received", "inspected", "credited", "proof_sent", "sent_back"] = (
        Field(
            default="received",
            description="The day that within_days counts from; sent_back: the goods came, or the customer showed that they are "
            "on their way, whichever was first.",
        )
    )
    not_before: Literal["received", "proof_sent", "sent_back"] | None = Field(
        default=None, description="A day before which the money need not go back, however many days have passed."
    )
    unit: Unit = Field(
        default="calendar", description="calendar: every day counts; business: weekends and public holidays don't."
    )
    saturday: Truth | None = Field(
        default=None, description="Whether Saturdays are business days. Else as the table of windows says."
    )
    roll_on_holiday: Truth = Field(
        default=False,
        description="true: a last day that is a weekend or a public holiday moves to the next business day.",
    )


class AdvanceRow(Row):
    """What is kept of money that was paid before a sale, where the sale does not come about."""

    retain_percent: Percent = Field(description="What is kept, in per cent of what was paid.", examples=["0"])
    retain_max: Amount | None = Field(default=None, description="The most that is kept.")


class AdvanceDeadline(Part):
    """Until when money that was paid before a sale must have gone back."""

    within_days: Days = Field(description="Days in which the money must have gone back.", examples=["15"])
    counted_from: Literal["requested", "approved"] = Field(
        default="approved", description="The day that within_days counts from."
    )
    unit: Unit = Field(
        default="calendar", description="calendar: every day counts; business: weekends and public holidays don't."
    )
    saturday: Truth | None = Field(
        default=None, description="Whether Saturdays are business days. Else as the table of windows says."
    )
    warn_days: Days = Field(default=0, description="Days before the last on which reports warn.")


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
    closed_period: Literal["refuse", "next_open_day"] = Field(
        default="refuse",
        description="refuse: nothing is written into a closed period; next_open_day: the entry is dated the first day that "
        "is open.",
    )
