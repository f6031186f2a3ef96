"""What a customer was sold, gave back and was credited so far: the history that approvals, limits and facts ask for.

It is read from the ledger and from what the same batch has posted before; what was voided never happened. A sale that
names no customer has no history but its own.

- returns: events of kind `return` within the days before the customer asked, that day included;
- rate: of the customer's orders of the days before that day, the share of which something came back, whenever it came;
- credited: what was credited before fees, tax and delivery included, on days less than `split_days` from the posting
  day, so that neither small parts nor dates written backwards dodge an approval.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from returnledger.books import Books
from returnledger.credits import CreditOfCustomer, SoldTo, Standing
from returnledger.money import ZERO
from returnledger.policy import Policy
from returnledger.policy.conditions import facts_of
from returnledger.policy.model import LimitRow
from returnledger.rows import Sale
from returnledger.terms import CREDITING

NOTHING = Standing()  # of a customer or an order that was never credited


def within(credits: Standing, day: date | None, days: int) -> list[CreditOfCustomer]:
    """Return the credits of the `days` that end with `day`."""
    return credits.between(_later(day, 1 - days), day) if day is not None and days > 0 else []


def returns_within(credits: Standing, day: date | None, days: int) -> int:
    """Return how many returns there were in the `days` that end with `day`; one event counts once."""
    return _returns(within(credits, day, days))


def _returns(credits: Iterable[CreditOfCustomer]) -> int:
    return len({credit.event for credit in credits if credit.kind in CREDITING})


def credited_around(credits: Standing, day: date | None, days: int, currency: str) -> Decimal:
    """Return what was credited before fees less than `days` before or after `day`; other currencies are left out."""
    if day is None or days <= 0:
        return ZERO
    near = credits.between(_later(day, 1 - days), _later(day, days - 1))
    return sum((max(ZERO, credit.gross) for credit in near if credit.currency == currency), ZERO)


def _later(day: date, days: int) -> date:
    """Return the day so many days later, or earlier, within the calendar."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def credited_on(books: Books, sale: Sale) -> Decimal:
    """Return what was credited on an order before fees, whenever it was, entries written by hand included."""
    own = books.credits.get(sale.order, NOTHING)
    found = sum((max(ZERO, credit.gross) for credit in own.credits if credit.currency == sale.currency), ZERO)
    for line in sale.lines:
        units = sale.returned_by_hand.get(line.line, ZERO)
        found += (line.net + line.tax) * units / line.units if units and line.units else ZERO
        found += sum(sale.credited_by_hand.get(line.line, ()), ZERO)
    return found


@dataclass(frozen=True, slots=True)
class Dealings:
    """The history that an event is judged with: what the customer and the order were credited, and what was sold."""

    credits: Standing = field(default_factory=Standing)  # of the customer; nothing where the sale names none
    of_order: Standing = field(default_factory=Standing)
    sold: tuple[SoldTo, ...] = ()  # to the customer, where a policy asks


def dealings_of(books: Books, sale: Sale) -> Dealings:
    """Return the history of the customer and the order of a sale."""
    return Dealings(
        books.customers.get(sale.customer or "", NOTHING),
        books.credits.get(sale.order, NOTHING),
        books.sold_to.get(sale.customer or "", ()),
    )


def limit_value(name: str, dealings: Dealings, order: str, sku: str | None, day: date | None, currency: str) -> Decimal:
    """Return what a limit looks at, by its name: `customer_rate_365d`, `order_returns_30d`, `sku_amount_90d` and the like.

    `customer` is all of the customer's returns, `order` those of one order, `sku` those of the customer's in which the SKU
    came back.
    """
    per, kind, span = name.split("_")
    days = int(span[:-1])
    of_sku = sku if per == "sku" else None
    every = dealings.of_order if per == "order" else dealings.credits
    credits = within(every, day, days)
    if kind == "returns":
        found = [credit for credit in credits if of_sku is None or _worth(credit, of_sku) or _came_back(credit, of_sku)]
        return Decimal(_returns(found))
    if kind == "amount":
        mine = (credit for credit in credits if credit.currency == currency)
        return sum((credit.gross if of_sku is None else _worth(credit, of_sku) for credit in mine), ZERO)
    sold = {each.order for each in _sold_within(dealings, order if per == "order" else None, of_sku, day, days)}
    if kind == "orders":
        return Decimal(len(sold))
    if not sold:
        return ZERO
    back = {
        credit.order
        for credit in every.credits
        if credit.kind in CREDITING and credit.order in sold and day is not None and credit.date <= day
        if of_sku is None or _worth(credit, of_sku) or _came_back(credit, of_sku)
    }
    return Decimal(len(back)) / len(sold)


def _sold_within(
    dealings: Dealings, order: str | None, sku: str | None, day: date | None, days: int
) -> Iterator[SoldTo]:
    for each in dealings.sold:
        recent = day is not None and 0 <= (day - each.date).days < days
        if recent and order in (None, each.order) and sku in (None, each.sku):
            yield each


def _worth(credit: CreditOfCustomer, sku: str) -> Decimal:
    return sum((item.gross for item in credit.items if item.sku == sku), ZERO)


def _came_back(credit: CreditOfCustomer, sku: str) -> bool:
    return any(item.units > 0 for item in credit.items if item.sku == sku)


def asks_what_was_sold(policy: Policy) -> bool:
    """Return True if a policy looks at how much of what customers bought came back."""
    rows = [row for table in policy.tables.values() for row in table]
    if any(row.says.max_rate is not None or row.says.min_orders for row in rows if isinstance(row.says, LimitRow)):
        return True
    loose = [asks for asks in (policy.unless, policy.exempt) if asks is not None]
    return any("customer_rate_365d" in facts_of(asks) for asks in (*(row.asks for row in rows), *loose))
