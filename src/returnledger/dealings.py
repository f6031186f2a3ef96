"""What a customer was sold, gave back and was credited so far: the history that approvals, limits and facts ask for.

It is read from the ledger and from what the same batch has posted before; what was voided never happened. A sale that
names no customer has no history but its own.

- returns: events of kind `return` within the days before the customer asked, that day included;
- rate: of the units sold to the customer in the 365 days before that day, the share that has come back, in units;
- credited: what was credited before fees, tax and delivery included, within `split_days` before or after the posting
  day, so that neither small parts nor dates written backwards dodge an approval.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from returnledger.books import Books
from returnledger.credits import CreditOfCustomer, SoldTo, standing_credits
from returnledger.money import ZERO
from returnledger.rows import Sale
from returnledger.terms import Kind

RATE_DAYS = 365


def credits_to(books: Books, customer: str | None) -> list[CreditOfCustomer]:
    """Return what stands of the credits of a customer, oldest first; nothing for a sale that names none."""
    return standing_credits(books.customers.get(customer, ())) if customer else []


def within(credits: Iterable[CreditOfCustomer], day: date | None, days: int) -> Iterator[CreditOfCustomer]:
    """Yield the credits of the `days` that end with `day`."""
    return (credit for credit in credits if day is not None and 0 <= (day - credit.date).days < days)


def returns_within(credits: Iterable[CreditOfCustomer], day: date | None, days: int) -> int:
    """Return how many returns there were in the `days` that end with `day`; one event counts once."""
    return len({credit.event for credit in within(credits, day, days) if credit.kind == Kind.RETURN})


def credited_around(credits: Iterable[CreditOfCustomer], day: date | None, days: int, currency: str) -> Decimal:
    """Return what was credited before fees less than `days` before or after `day`; other currencies are left out."""
    near = (credit for credit in credits if day is not None and abs((day - credit.date).days) < days)
    return sum((max(ZERO, credit.gross) for credit in near if credit.currency == currency), ZERO)


def credited_on(books: Books, sale: Sale) -> Decimal:
    """Return what was credited on an order before fees, whenever it was, entries written by hand included."""
    own = standing_credits(books.credits.get(sale.order, ()))
    found = sum((max(ZERO, credit.gross) for credit in own if credit.currency == sale.currency), ZERO)
    for line in sale.lines:
        units = sale.returned_by_hand.get(line.line, ZERO)
        found += (line.net + line.tax) * units / line.units if units and line.units else ZERO
        found += sum(sale.credited_by_hand.get(line.line, ()), ZERO)
    return found


def rate_within(
    sold: Sequence[SoldTo], credits: Iterable[CreditOfCustomer], day: date | None, days: int, sku: str | None = None
) -> tuple[Decimal, Decimal, int]:
    """Return units sold in the `days` that end with `day`, how many of these have come back, and how many orders.

    With `sku` only its units count. What came back counts by the day of its sale, whenever it came.
    """
    if day is None:
        return ZERO, ZERO, 0
    lines = [line for line in sold if 0 <= (day - line.date).days < days and sku in (None, line.sku)]
    orders = {line.order for line in lines}
    back = ZERO
    for credit in credits:
        if credit.order in orders and credit.date <= day:
            back += sum((item.units for item in credit.items if sku in (None, item.sku)), ZERO)
    units = sum((line.units for line in lines), ZERO)
    return units, min(back, units), len(orders)


def rate_of(books: Books, customer: str | None, credits: Iterable[CreditOfCustomer], day: date | None) -> Decimal:
    """Return the share of the units sold to a customer within a year that came back; 0 where nothing was sold."""
    units, back, _ = rate_within(books.sold_to.get(customer or "", ()), credits, day, RATE_DAYS)
    return back / units if units else ZERO
