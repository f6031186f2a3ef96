"""The kinds that ask for a return and decide on it: nothing is posted by them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from returnledger.events.common import Common
from returnledger.events.fields import Code, Day, Name, Text
from returnledger.words import Word


class Wants(Word):
    """What the customer asks for."""

    REFUND = "refund", "退款", "Money back.", "退回款项。"
    EXCHANGE = "exchange", "换货", "Other goods for these.", "以其他商品替换。"
    STORE_CREDIT = "store_credit", "储值退款", "Credit to spend in the shop.", "退为店铺储值。"
    REPAIR = "repair", "维修", "The same goods, repaired.", "维修后返还原商品。"
    ALLOWANCE = "allowance", "折让", "A lower price, and to keep the goods.", "降价并留下商品。"


class Request(Common):
    """A customer asks to send goods back; whether that may be is judged by this day."""

    customer: Name | None = Field(None, description="The customer who asks.")
    channel: Name | None = Field(None, description="Through which channel it was sold.")
    wants: Annotated[Wants, Code(Wants)] | None = Field(None, description="What the customer asks for.")


class Approve(Common):
    """A request is granted; the goods may come until the approval ends."""

    expires: Day | None = Field(None, description="The last day on which the goods may come; else the policy says it.")


class Reject(Common):
    """A request is refused."""

    because: Text | None = Field(None, description="Why it is refused.")


class Cancel(Common):
    """A request is withdrawn before goods or money have moved."""
