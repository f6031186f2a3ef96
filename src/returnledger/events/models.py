"""The kinds of events and their fields, as files write them: one model and one line of `KINDS` a kind.

Money fields include tax, except price, cost, value, selling_cost. What is zero, missing or out of place is asked by the
checks; here a field has only the right form.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field

from returnledger.events.advances import AdvanceRefund
from returnledger.events.asking import Approve, Cancel, Reject, Request
from returnledger.events.casework import Action, Attach, CreditNote, Inspect, Receive, TaxCredit
from returnledger.events.changes import changes_of
from returnledger.events.common import Common, Evidence, Item, Source
from returnledger.events.credit import StoreCredit
from returnledger.events.exchanges import Exchange
from returnledger.events.fields import Account, Code, MethodName, Money, Name, NumberOrAll, RedInvoice
from returnledger.events.goods import Dispose, Expense, PutAway, Recovery, Refurbish, SupplierReturn
from returnledger.events.provision import ITEM_KEYS, EstimatedItem, Provision
from returnledger.events.stock import REVALUED_KEYS, Revalue, Stocktake
from returnledger.terms import Goods, Kind
from returnledger.words import Word


class Stage(Word):
    """How far a payment has come."""

    PAID = "paid", "已支付", "The money has left.", "款项已付出。"
    PENDING = "pending", "处理中", "The money was ordered to be paid and has not left.", "已发起支付，款项尚未付出。"
    FAILED = "failed", "支付失败", "The money came back or never left.", "款项退回或未能付出。"


class Return(Common):
    """Goods of an order come back, or stay with the customer, and the sale is reversed."""

    fee: Money | None = Field(None, description="What is kept from the refund, tax included.")
    shipping: NumberOrAll | None = Field(None, description="The delivery charge given back: an amount, or all.")
    goods: Annotated[Goods, Code(Goods)] | None = Field(None, description="Where the goods are.")
    customer: Name | None = Field(None, description="The customer; `return: auto` finds the sale by it.")
    channel: Name | None = Field(None, description="Through which channel it was sold.")
    invoice: Name | None = Field(None, description="The invoice of the sale.")
    number: Name | None = Field(None, description="The number of the credit note, where it is given from outside.")
    red_invoice: RedInvoice | None = Field(
        None, description="The number of the red invoice; pending where it comes later, by `tax_credit`."
    )
    method: MethodName | None = Field(
        None, description="How money goes back: original, offset, later, store_credit, or a method of the settings."
    )
    account: Account | None = Field(None, description="The account the money leaves, instead of the method's.")
    txn: Name | None = Field(None, description="The payment's number at the bank or platform.")


class Allowance(Common):
    """The price of goods that the customer keeps is lowered after the sale."""

    amount: Money | None = Field(None, description="The whole amount given back, tax included.")
    red_invoice: RedInvoice | None = Field(
        None, description="The number of the red invoice; pending where it comes later, by `tax_credit`."
    )
    method: MethodName | None = Field(
        None, description="How money goes back: original, offset, later, store_credit, or a method of the settings."
    )


class Refund(Common):
    """Money that is due to the customer is paid."""

    amount: Money | None = Field(None, description="The amount paid; without it, all that is due.")
    stage: Annotated[Stage, Code(Stage)] | None = Field(None, description="How far the payment has come.")
    method: MethodName | None = Field(None, description="How it is paid: original, or a method of the settings.")
    account: Account | None = Field(None, description="The account the money leaves, instead of the method's.")
    txn: Name | None = Field(None, description="The payment's number at the bank or platform.")


class Void(Common):
    """An event that was posted is undone by its exact mirror."""

    batch: Name | None = Field(None, description="Which of two copies, where one id was posted in two batches.")


class About(NamedTuple):
    """What a kind of event is made of: its fields, the letters of ids made for it, and what its reference names."""

    model: type[Common]
    letters: str
    names: Literal["order", "case", "event", "either", "stock"]  # either: a case, or an order that opens one
    example: str
    reference: str  # what stands after the kind, in a sentence
    items: bool = False  # it is about goods, and so has items
    item: type[Item] = Item  # what it says of one
    item_keys: frozenset[str] = frozenset(Item.model_fields)  # and what of that it may say


_EVENT: Final = "RT-20261102-9f3a21c04b7e"
_ORDER: Final = "SO-1001"

KINDS: Final[dict[Kind, About]] = {
    Kind.RETURN: About(
        Return,
        "RT",
        "either",
        _ORDER,
        "The order, or the case that asked; auto where the program finds the sale; none where there is no sale.",
        items=True,
    ),
    Kind.ALLOWANCE: About(Allowance, "AL", "order", _ORDER, "The order.", items=True),
    Kind.REQUEST: About(
        Request,
        "RT",
        "order",
        _ORDER,
        "The order; auto where the program finds the sale; none where there is no sale.",
        items=True,
    ),
    Kind.APPROVE: About(Approve, "EV", "case", _EVENT, "The id of the request, or a list of several."),
    Kind.REJECT: About(Reject, "EV", "case", _EVENT, "The id of the request, or a list of several."),
    Kind.CANCEL: About(Cancel, "EV", "case", _EVENT, "The id of the request, or a list of several."),
    Kind.RECEIVE: About(
        Receive, "EV", "either", _EVENT, "The id of the case that the goods belong to, or the order.", items=True
    ),
    Kind.INSPECT: About(Inspect, "EV", "case", _EVENT, "The id of the case whose goods came in.", items=True),
    Kind.ATTACH: About(Attach, "EV", "case", _EVENT, "The id of the case."),
    Kind.ACTION: About(Action, "EV", "either", _EVENT, "The id of a case or of an earlier action, or a report's name."),
    Kind.CREDIT_NOTE: About(CreditNote, "CN", "either", _EVENT, "The id of the case, or the order.", items=True),
    Kind.TAX_CREDIT: About(
        TaxCredit, "EV", "case", _EVENT, "The credit note: the id of its event, its number, or its case."
    ),
    Kind.REFUND: About(Refund, "RF", "case", _EVENT, "The id of the return or allowance that the money is for."),
    Kind.ADVANCE_REFUND: About(
        AdvanceRefund,
        "AR",
        "case",
        "HT-2025-01",
        "The advance: its order, contract, link or customer; of a later stage the id of the case.",
    ),
    Kind.PROVISION: About(
        Provision,
        "EV",
        "order",
        "2026-11",
        "The month of sale, 2026-11, or an order.",
        items=True,
        item=EstimatedItem,
        item_keys=ITEM_KEYS,
    ),
    Kind.REVALUE: About(
        Revalue,
        "EV",
        "stock",
        "2026-11",
        "The SKU, or the month of the revaluation, 2026-11, for all SKUs.",
        items=True,
        item_keys=REVALUED_KEYS,
    ),
    Kind.STOCKTAKE: About(
        Stocktake,
        "EV",
        "stock",
        "Assets:Inventory-Hold",
        "The account whose goods were counted, or a place that inspections put goods in.",
    ),
    Kind.VOID: About(Void, "VO", "event", _EVENT, "The id of the event, or {id, batch} where one id was posted twice."),
    Kind.EXCHANGE: About(Exchange, "EX", "either", _ORDER, "The order, or the case that asked.", items=True),
    Kind.STORE_CREDIT: About(StoreCredit, "EV", "case", _EVENT, "The case whose money it is."),
    Kind.DISPOSE: About(Dispose, "EV", "case", _EVENT, "The case whose goods they are.", items=True),
    Kind.PUT_AWAY: About(PutAway, "EV", "case", _EVENT, "The case whose goods they are.", items=True),
    Kind.REFURBISH: About(Refurbish, "EV", "case", _EVENT, "The case whose goods they are.", items=True),
    Kind.SUPPLIER_RETURN: About(
        SupplierReturn,
        "SR",
        "case",
        "PO-77",
        "The case whose goods they are, or the purchase: its order, invoice or link.",
        items=True,
    ),
    Kind.RECOVERY: About(Recovery, "EV", "case", _EVENT, "The case whose loss it is."),
    Kind.EXPENSE: About(Expense, "EV", "case", _EVENT, "The case that cost it."),
}

# What an amend can change: every field that some kind has, but for ids; which of them its event has is asked later.
Changes: Final = changes_of([about.model for about in KINDS.values()])


class Amend(Common):
    """An event that was posted is undone, and posted again with some of its fields changed."""

    set: Changes | None = Field(  # type: ignore[valid-type]
        None, description="The fields that change, with their new values.", examples=["{qty: 1}"]
    )


KINDS[Kind.AMEND] = About(Amend, "EV", "event", _EVENT, "The id of the event that was posted.")
MODELS: Final[dict[Kind, type[Common]]] = {kind: about.model for kind, about in KINDS.items()}
WITH_ITEMS: Final = frozenset(kind for kind, about in KINDS.items() if about.items)
# What the items of one event can share, written once beside `items`.
SHARED: Final = frozenset(("reason", "condition", "disposition", "location"))
ITEM_FIELDS: Final = frozenset(Item.model_fields)
# On the event and on each of several items; of a single item they are the event's.
OF_BOTH: Final = frozenset(("note", "fee"))
INLINE: Final = ITEM_FIELDS - OF_BOTH

__all__ = [
    "INLINE",
    "ITEM_FIELDS",
    "KINDS",
    "MODELS",
    "OF_BOTH",
    "SHARED",
    "WITH_ITEMS",
    "About",
    "Allowance",
    "Amend",
    "Changes",
    "Common",
    "EstimatedItem",
    "Evidence",
    "Item",
    "Provision",
    "Refund",
    "Return",
    "Source",
    "Stage",
    "Void",
]
