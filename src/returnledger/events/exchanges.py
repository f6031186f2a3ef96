"""Exchanges: the fields of goods that come back for others, as files write them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, create_model

from returnledger.events.common import Common, Part
from returnledger.events.fields import Code, Name, Number
from returnledger.terms import Swap


class Out(Part):
    """Goods that go out for those that come back."""

    sku: Name = Field(description="The SKU that goes out.")
    qty: Number | None = Field(None, description="How many; as many as come back, if not said.")
    lot: Name | None = Field(None, description="The lot that goes out: label, else date, else unit cost.")


class _Exchange(Common):
    """Goods of an order come back, and others of the same price go out for them."""

    out: tuple[Out, ...] = Field((), description="What goes out: [{sku, qty}]; the same as comes back, if not said.")


# `as` is no name that Python lets a field have in writing.
Exchange: type[_Exchange] = create_model(
    "Exchange",
    __base__=_Exchange,
    **{  # type: ignore[call-overload]
        "as": (
            Annotated[Swap, Code(Swap)] | None,
            Field(None, description="Like for like, if not said; or a replacement under warranty."),
        )
    },
)
Exchange.__doc__ = _Exchange.__doc__
