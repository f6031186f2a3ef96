"""Money written with a price, read as what it weighs, so that a sale is read in one currency whatever it was written in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Protocol

from beancount.core.amount import Amount

from returnledger.money import at_price, decimals_of, round_to


class Units(Protocol):
    """Number and currency or commodity of a posting."""

    number: Decimal
    currency: str


class Posting(Protocol):
    """A posting as booking leaves it: its units are known."""

    account: str
    units: Units
    cost: Any
    price: Any
    meta: dict[str, Any] | None


class Weighed:
    """A posting with a price (`1000 USD @ 7.20 CNY`) as what it weighs, 7200 CNY; with what was written beside it."""

    __slots__ = ("account", "commodity", "cost", "meta", "number", "price", "source", "units")

    def __init__(self, posting: Posting) -> None:
        """Weigh a posting without cost, to the minor unit of its price."""
        price = posting.price
        weight = at_price(posting.units.number, price.number, price.currency)
        self.account, self.meta, self.price = posting.account, posting.meta, price
        self.cost: Any = None
        self.units: Any = Amount(round_to(weight, decimals_of(price.currency)), price.currency)
        self.number: Decimal = posting.units.number
        self.commodity: str = posting.units.currency
        self.source = posting


class AtCost:
    """A posting at cost as what it costs: cost of goods that is carried on in units, `Expenses:COGS 2 MUG {30 CNY}`."""

    __slots__ = ("account", "cost", "meta", "price", "units")

    def __init__(self, posting: Posting) -> None:
        """Take the units at their cost, to the minor unit of its currency."""
        cost = posting.cost
        self.account, self.meta, self.price = posting.account, posting.meta, None
        self.cost: Any = None
        amount = round_to(posting.units.number * cost.number, decimals_of(cost.currency))
        self.units: Any = Amount(amount, cost.currency)
