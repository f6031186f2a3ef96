"""What stands in stock and is looked at as a whole: its worth, and whether it is there."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from returnledger.events.common import Common, Part
from returnledger.events.fields import Code, Money, Name, Quantity, Text, Truth
from returnledger.terms import Cause, Condition

# What a revaluation says of goods: which they are, and what a unit of them will fetch.
REVALUED_KEYS: Final = frozenset(("sku", "lot", "condition", "value", "selling_cost", "note"))


class Revalue(Common):
    """The write-down allowance is made to fit the goods that are left, and what they will fetch."""


class Count(Part):
    """How many units of one SKU were found in a place; of one lot or in one condition alone where it says so."""

    sku: Name = Field(description="The SKU, or the commodity.", examples=["MUG-BLUE"])
    qty: Quantity = Field(
        description="How many were found, in units of the commodity or of `unit`; 0 for none.", examples=["3"]
    )
    unit: Name | None = Field(None, description="The pack that qty counts, as products.yaml names it.")
    lot: Name | None = Field(None, description="The lot that was counted: label, else date, else unit cost.")
    condition: Annotated[Condition, Code(Condition)] | None = Field(None, description="The condition that was counted.")
    cost: Money | None = Field(
        None, description="The unit cost of units too many, where the books know no lot of them."
    )
    note: Text | None = Field(None, description="Anything that people should know of them.")


class Stocktake(Common):
    """Goods in a place are counted and compared with the books; with `post` what differs is booked."""

    counts: tuple[Count, ...] = Field((), description="What was found, by SKU: what is not listed was not counted.")
    post: Truth = Field(False, description="true to book what differs; else the count is noted.")
    cause: Annotated[Cause, Code(Cause)] | None = Field(
        None, description="Why units are missing: ordinary, if not said."
    )
    input_vat: Money | None = Field(
        None,
        description="The input tax on missing goods that may not be deducted any more, where bad management lost them.",
    )
