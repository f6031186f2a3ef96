"""The kinds that take one step of a case at a time: goods come in, and the sale is given back on paper."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from returnledger.events.common import Common, OneOrMany
from returnledger.events.fields import Code, Day, Money, Name, NumberOrAll, RedInvoice, Text, Truth
from returnledger.terms import Reason, RedReason, RedStage


class Receive(Common):
    """Goods of a case come in and wait for inspection; named by an order, they open a case."""

    carrier: Name | None = Field(None, description="Who brought the goods.")
    tracking: Name | None = Field(None, description="The number of the parcel at the carrier.")


class Inspect(Common):
    """Goods that came in are looked at: how many in which condition, and what is done with them."""

    found: Annotated[Reason, Code(Reason)] | None = Field(
        None, description="The reason as the inspection found it; it decides the fee anew, never the verdict."
    )
    checklist: Annotated[tuple[Text, ...], OneOrMany] = Field((), description="What was looked at, point by point.")


class CreditNote(Common):
    """The sale of goods that came in, or are to come, is given back on paper; the money follows with `refund`."""

    amount: Money | None = Field(
        None, description="A credit of the price alone, tax included: no units come back, and all stay returnable."
    )
    correction: Truth | None = Field(
        None,
        description="The document was wrong and the sale stands: the amount goes back to the accounts of the sale.",
    )
    fee: Money | None = Field(None, description="What is kept from the refund, tax included.")
    shipping: NumberOrAll | None = Field(None, description="The delivery charge given back: an amount, or all.")
    invoice: Name | None = Field(None, description="The invoice of the sale.")
    number: Name | None = Field(None, description="The number of the credit note, where it is given from outside.")
    red_invoice: RedInvoice | None = Field(
        None, description="The number of the red invoice; pending where it comes later, by `tax_credit`."
    )


class TaxCredit(Common):
    """The red invoice of a credit: applied for, there, or the application lapsed; several may make up one credit."""

    number: Name | None = Field(None, description="The number of the red invoice, once it is there.")
    confirmation: Name | None = Field(
        None, description="The number of the confirmation that it is applied for with (红字发票信息确认单)."
    )
    reason_code: Annotated[RedReason, Code(RedReason)] | None = Field(
        None, description="Why it is issued; else it follows from the credit."
    )
    net: Money | None = Field(None, description="Its amount without tax; without it, all that waits.")
    tax: Money | None = Field(None, description="Its tax; without it, all that waits.")
    stage: Annotated[RedStage, Code(RedStage)] | None = Field(
        None, description="How far it is: confirmed, if not said."
    )


class Attach(Common):
    """Evidence that comes later is added to a case."""


class Action(Common):
    """A measure or an audit finding on a case or a report: what is to be done, by whom and until when, and when it was."""

    what: Text | None = Field(None, description="What is to be done; of an action that is done, what was found.")
    who: Name | None = Field(None, description="Who is to do it.")
    due: Day | None = Field(None, description="The day by which it is to be done.")
    done: Day | None = Field(None, description="The day on which it was done.")
