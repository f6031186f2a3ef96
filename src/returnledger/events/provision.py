"""What is expected to come back of an order, or of what was sold in a month."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from returnledger.events.common import Common, Item, Part
from returnledger.events.fields import Money, Name, Number, Rate, Truth


class Figures(Part):
    """The balances that are wanted, where they are worked out elsewhere."""

    refund_liability: Money | None = Field(None, description="What is expected to be given back, without tax.")
    return_asset: Money | None = Field(None, description="What goods that are expected back are worth.")
    warranty_provision: Money | None = Field(None, description="What warranty is expected to cost.")


class EstimatedItem(Item):
    """What is expected of one SKU."""

    expected_rate: Rate | None = Field(None, description="The share of what was sold that comes back, a share of 1.")
    expected_qty: Number | None = Field(None, description="Units still to come back.")
    expected_fee: Money | None = Field(None, description="The fee that will be kept of a unit, tax included.")
    recovery_cost: Money | None = Field(None, description="What taking a unit back will cost.")


# Of goods that are only expected nobody knows more.
ITEM_KEYS: Final = frozenset(
    ("sku", "value", "selling_cost", "note", "expected_rate", "expected_qty", "expected_fee", "recovery_cost")
)


class Provision(Common):
    """What is expected to come back is set aside, estimated anew, or released once nothing can come any more."""

    expected_rate: Rate | None = Field(None, description="The share of what was sold that comes back, a share of 1.")
    expected_qty: Number | None = Field(None, description="Units still to come back.")
    expected_fee: Money | None = Field(None, description="The fee that will be kept of a unit, tax included.")
    recovery_cost: Money | None = Field(None, description="What taking a unit back will cost.")
    figures: Figures | None = Field(None, description="The balances that are wanted, in place of what is expected.")
    group: Name | None = Field(None, description="The product group of a cohort: a category, or an SKU.")
    closed: Truth | None = Field(
        None, description="true where nothing can come back any more: what is left is released."
    )
