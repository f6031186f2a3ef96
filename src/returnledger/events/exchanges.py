"""Exchanges: the fields of goods that come back for others, as files write them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, create_model

from returnledger.events.common import Common, Part
from returnledger.events.fields import Account, Code, MethodName, Money, Name, Number, NumberOrAll, Rate
from returnledger.terms import Goods, Swap


class Out(Part):
    """Goods that go out for those that come back."""

    sku: Name = Field(description="The SKU that goes out.")
    qty: Number | None = Field(None, description="How many; as many as come back, if not said.")
    lot: Name | None = Field(None, description="The lot that goes out: label, else date, else unit cost.")
    price_incl_tax: Money | None = Field(
        None, description="The unit price of other goods, tax included; else that of products.yaml."
    )
    tax_rate: Rate | None = Field(
        None, description="Their tax rate as a share of 1; else that of products.yaml, else that of what comes back."
    )


class _Exchange(Common):
    """Goods of an order come back, and others go out for them: the same, or others of another price."""

    out: tuple[Out, ...] = Field(
        (), description="What goes out: [{sku, qty, price_incl_tax}]; the same as comes back, if not said."
    )
    new_order: Name | None = Field(
        None, description="The order that other goods are sold under; else one named after that of what comes back."
    )
    fee: Money | None = Field(None, description="What is kept of what comes back, tax included.")
    shipping: NumberOrAll | None = Field(None, description="The delivery charge given back: an amount, or all.")
    goods: Annotated[Goods, Code(Goods)] | None = Field(None, description="Where the goods are that come back.")
    invoice: Name | None = Field(None, description="The invoice of the sale.")
    number: Name | None = Field(None, description="The number of the credit note, where it is given from outside.")
    red_invoice: Name | None = Field(None, description="The number of the red invoice.")
    method: MethodName | None = Field(
        None, description="How the difference is paid, in or out: original, later, or a method of the settings."
    )
    account: Account | None = Field(
        None, description="The account the difference comes in to or leaves, instead of the method's."
    )
    txn: Name | None = Field(None, description="The payment's number at the bank or platform.")


# `as` is no name that Python lets a field have in writing.
Exchange: type[_Exchange] = create_model(
    "Exchange",
    __base__=_Exchange,
    **{  # type: ignore[call-overload]
        "as": (
            Annotated[Swap, Code(Swap)] | None,
            Field(
                None,
                description="like_for_like for the same SKU at its price, if not said, else different; or a replacement under warranty.",
            ),
        )
    },
)
Exchange.__doc__ = _Exchange.__doc__
