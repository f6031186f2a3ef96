"""Store credit: the fields of what becomes of it, as files write them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from returnledger.events.common import Common
from returnledger.events.fields import Code, Day, Money, Name
from returnledger.terms import CreditStage


class StoreCredit(Common):
    """What is due becomes credit to spend in the shop, is spent on an order, or expires."""

    amount: Money | None = Field(None, description="How much; without it, all that is due, or all that is left.")
    bonus: Money | None = Field(None, description="What the customer gets beyond what is due.")
    expires: Day | None = Field(None, description="The last day on which it can be spent.")
    stage: Annotated[CreditStage, Code(CreditStage)] | None = Field(
        None, description="What happens to it: issued, if not said."
    )
    order: Name | None = Field(None, description="The order that it pays for, where it is redeemed.")
