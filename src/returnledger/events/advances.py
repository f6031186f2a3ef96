"""The event of an advance: money that a customer paid before a sale goes back, is kept, or pays for another order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field

from returnledger.events.common import Common
from returnledger.events.fields import (
    Account,
    Code,
    MethodName,
    Money,
    Name,
    Rate,
    Reads,
    RedInvoice,
    Truth,
    form_of,
    line_of,
    refused,
)
from returnledger.words import Word


class AdvanceStage(Word):
    """How far the refund of an advance has come."""

    REQUESTED = "requested", "已申请", "The customer asks for the money; nothing is posted.", "客户申请退款，尚不入账。"
    APPROVED = "approved", "已批准", "The refund is approved and not yet paid.", "已批准，尚未支付。"
    PAID = "paid", "已支付", "The money has left.", "款项已付出。"
    REJECTED = "rejected", "已驳回", "The refund is turned down; nothing is posted.", "申请被驳回，不入账。"


class Deposit(Word):
    """What kind of money was paid in advance."""

    PREPAYMENT = "prepayment", "订金", "A part of the price, paid in advance.", "预先支付的部分货款。", "预付款"
    EARNEST = (
        "earnest",
        "定金",
        "Earnest money: who breaks the contract loses it, or returns it double.",
        "违约方丧失或双倍返还的定金。",
    )
    SECURITY = (
        "security",
        "押金",
        "A security that is no price and goes back.",
        "不属于货款、应予退还的押金。",
        "保证金",
    )


class BrokenBy(Word):
    """Who broke the contract."""

    CUSTOMER = "customer", "客户", "The customer broke the contract.", "客户违约。"
    US = "us", "我方", "We broke the contract.", "我方违约。"
    BOTH = "both", "双方", "Both broke it.", "双方均违约。"
    FORCE_MAJEURE = "force_majeure", "不可抗力", "Nobody is to blame.", "不可归责于任何一方。"


class RetainAs(Word):
    """What the money is that is kept of an advance."""

    SERVICE_INCOME = (
        "service_income",
        "服务收入",
        "Pay for what was done so far, with its own tax.",
        "已提供服务的收入，按其税率计税。",
    )
    REVENUE = (
        "revenue",
        "收入",
        "Revenue of the contract, at the tax rate of the receipt.",
        "合同收入，沿用收款时的税率。",
    )
    FORFEITURE = "forfeiture", "没收定金", "Earnest money that the customer lost; no tax.", "客户丧失的定金，不计税。"


def _outcome(value: Any) -> Any:
    """Return `refund`, or the order that the money is moved to as {transfer: ORDER}."""
    if isinstance(value, Mapping):
        if set(value) != {"transfer"}:
            raise refused("text-expected", found=form_of(value))
        return {"transfer": line_of(value["transfer"])}
    text = line_of(value)
    head, _, order = text.replace("：", ":").partition(":")
    if head.strip() in ("transfer", "转单") and order.strip():
        return {"transfer": order.strip()}
    if text not in ("refund", "退款"):
        raise refused(
            "word-unknown",
            text=text[:100],
            nearest="transfer: ORDER" if head.strip() in ("transfer", "转单") else "refund",
            known=["refund", "transfer: ORDER"],
        )
    return "refund"


_OUTCOME: Final = {
    "anyOf": [
        {"enum": ["refund", "退款"]},
        {"type": "string", "pattern": "^(transfer|转单) *[:：]"},
        {"type": "object", "properties": {"transfer": {"type": ["string", "number"]}}, "required": ["transfer"]},
    ]
}
Outcome = Annotated[Any, Reads(_outcome, _OUTCOME)]


class AdvanceRefund(Common):
    """Money that a customer paid before a sale goes back, in whole or in part, or is kept."""

    customer: Name | None = Field(None, description="The customer, where several go by the reference.")
    payee: Name | None = Field(None, description="Who gets the money; who paid it, unless somebody else may have it.")
    amount: Money | None = Field(None, description="What goes back of the advance; without it, all that is not kept.")
    stage: Annotated[AdvanceStage, Code(AdvanceStage)] | None = Field(
        None, description="How far it has come; without it, paid. A later stage names the case."
    )
    deposit: Annotated[Deposit, Code(Deposit)] | None = Field(None, description="What kind of money it was.")
    contract: Name | None = Field(None, description="The contract.")
    contract_total: Money | None = Field(None, description="What the whole contract comes to, tax included.")
    performed: Rate | None = Field(None, description="The share of the contract that was performed, of 1: 0.25.")
    broken_by: Annotated[BrokenBy, Code(BrokenBy)] | None = Field(None, description="Who broke the contract.")
    retain: Money | None = Field(
        None, description="What is kept of the advance, tax included; else as the policy says."
    )
    retain_as: Annotated[RetainAs, Code(RetainAs)] | None = Field(None, description="What the money is that is kept.")
    double: Truth | None = Field(
        None, description="true: earnest money goes back double, because we broke the contract."
    )
    penalty: Money | None = Field(None, description="What the customer gets on top because we broke the contract.")
    interest: Money | None = Field(None, description="Interest that the customer gets on top, an amount.")
    tax_rate: Rate | None = Field(None, description="The tax rate of what is kept as service income, of 1: 0.06.")
    red_invoice: RedInvoice | None = Field(
        None, description="The number of the red invoice; pending where it comes later, by `tax_credit`."
    )
    method: MethodName | None = Field(None, description="How it is paid: original, or a method of the settings.")
    account: Account | None = Field(None, description="The account the money leaves, instead of the method's.")
    txn: Name | None = Field(None, description="The payment's number at the bank or platform.")
    outcome: Outcome | None = Field(
        None, description="refund, or {transfer: ORDER}: the money pays in advance for that order."
    )

    @property
    def moved_to(self) -> str:
        """The order that the money pays for instead; empty where it goes back."""
        return str(self.outcome["transfer"]) if isinstance(self.outcome, dict) else ""
