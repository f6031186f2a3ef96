"""What is done with goods that came back, and what others pay of it: the fields of these events, as files write them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from returnledger.events.common import Common, Part
from returnledger.events.fields import Account, Code, MethodName, Money, Name, Truth
from returnledger.terms import Approval, Cause, Condition, Party, Spent


class Charge(Part):
    """What somebody has to pay of a loss."""

    party: Name = Field(description="Who has to pay: a name or code, or carrier, insurer, employee.")
    amount: Money = Field(description="How much.")


class Dispose(Common):
    """Something is done with goods of a case: scrapped, sold off, given away, moved; or they are gone."""

    stage: Annotated[Approval, Code(Approval)] | None = Field(
        None, description="Whether scrap is proposed or approved; without it, approved where the policy asks nobody."
    )
    cause: Annotated[Cause, Code(Cause)] | None = Field(
        None, description="Why the goods are lost: ordinary, if not said."
    )
    input_vat: Money | None = Field(
        None,
        description="The input tax on the goods that may not be deducted any more, where bad management spoiled them.",
    )
    salvage: Money | None = Field(None, description="What scrapped goods are still worth, as material kept.")
    charge: tuple[Charge, ...] = Field((), description="Who pays what of the loss: [{party, amount}].")
    proceeds: Money | None = Field(None, description="What goods sold off brought, tax included.")
    method: MethodName | None = Field(None, description="How the proceeds came in: a method of the settings.")
    account: Account | None = Field(None, description="The account the proceeds came in to, instead of the method's.")


class PutAway(Common):
    """Good returned units go from where they wait back to the account they are sold from."""


class SupplierReturn(Common):
    """Goods of a case or of a purchase go back to their supplier."""

    supplier: Name | None = Field(None, description="The supplier, if not the one of the products file.")
    expect: Money | None = Field(
        None, description="What the supplier will credit, without tax; their cost, if not said."
    )
    supplier_rma: Name | None = Field(None, description="The supplier's number of the return.")


class Recovery(Common):
    """Somebody pays a part of what a return cost."""

    party: Annotated[Party, Code(Party)] | None = Field(None, description="Who pays.")
    amount: Money | None = Field(None, description="What came in; without it, all that is claimed of the party.")
    final: Truth | None = Field(
        None,
        description="true where no more will come: what is left of the claim is a loss; without `amount`, all of it is.",
    )
    method: MethodName | None = Field(None, description="How it came in: a method of the settings.")
    account: Account | None = Field(None, description="The account it came in to, instead of the method's.")


class Expense(Common):
    """What a return cost besides the goods."""

    amount: Money | None = Field(None, description="What was paid, tax included.")
    tax: Money | None = Field(None, description="The input tax in it.")
    type: Annotated[Spent, Code(Spent)] | None = Field(None, description="What it was spent on.")
    supplier: Name | None = Field(None, description="Who is paid.")
    paid_from: Name | None = Field(
        None, description="A method of the settings, an account, or payable where it is paid later."
    )


class Refurbish(Common):
    """Returned units are made good for sale again."""

    refurbishing_cost: Money | None = Field(None, description="What it cost in all, without tax.")
    paid_from: Name | None = Field(
        None, description="A method of the settings, an account, or payable where it is paid later."
    )
    result: Annotated[Condition, Code(Condition)] | None = Field(None, description="The condition afterwards.")
    capitalise: Truth = Field(False, description="True where the cost is added to that of the lot.")
