"""What the books say about a set of events: sales with their lots and payments, and what has been posted since.

Sales are facts that never change; everything else is a fold over our own posted directives. `posted` gives the one
meaning of what we wrote, `Books.absorb` adds it. Planning absorbs the directives it has just made, loading absorbs
those it finds: what a plan believes is by construction what a load will find. A void's rows are its target's, negated.

Amounts follow Beancount's sign: debits positive, credits negative. Quantities of sales are positive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from returnledger.advances import Name, Prepaid
from returnledger.credits import SoldTo, Standing, credits_of
from returnledger.directives import HEAD_KEYS, NAMESPACE, is_batch, is_lock, is_own, lot_of, posted
from returnledger.estimatebooks import Estimated
from returnledger.events.amended import AMENDS, stem_of
from returnledger.money import ZERO
from returnledger.monthly import Months
from returnledger.movements import Movement
from returnledger.purchases import Bought
from returnledger.rows import Account, Place, Posted, PostedLeg, Price, Sale

__all__ = [
    "HEAD_KEYS",
    "NAMESPACE",
    "Books",
    "is_batch",
    "is_lock",
    "is_own",
    "lot_of",
    "posted",
    "series_of",
    "standing",
    "total",
]


def series_of(number: str) -> tuple[str, int]:
    """Return the series of a document number and its running number: `CN-A-2026-0007` is 7 in `CN-A-2026-`."""
    series = number.rstrip("0123456789")
    return series, int(number[len(series) :] or 0)


@dataclass
class Books:
    """The slice of the books that a set of events needs: sales by order and everything posted that touches them.

    The rows themselves are frozen; only `absorb` adds to the slice, and only what a load would find.
    """

    sales: dict[str, Sale] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)  # every spelling of an order -> orders
    candidates: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)  # (customer, sku) -> orders
    held: dict[str, tuple[tuple[str, str], ...]] = field(
        default_factory=dict
    )  # SKU -> (account, commodity), last first
    accounts: dict[str, Account] = field(default_factory=dict)
    movements: dict[str, tuple[Movement, ...]] = field(default_factory=dict)  # at-cost account -> in booking order
    posted: dict[str, list[Posted]] = field(default_factory=dict)  # event id -> its directives
    by_order: dict[str, list[Posted]] = field(default_factory=dict)
    by_case: dict[str, list[Posted]] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)  # digest of a posted event -> its id
    digest_by_id: dict[str, str] = field(default_factory=dict)
    canonicals: dict[str, Mapping[str, object]] = field(default_factory=dict)  # of posted events the input names again
    by_source: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)  # (file, kind, reference) -> ids
    still_said: set[str] = field(default_factory=set)  # digests of events in files that the input says it comes from
    numbers: dict[str, str] = field(default_factory=dict)  # document number -> event id
    red_invoices: dict[str, dict[str, str]] = field(
        default_factory=dict
    )  # number -> event id -> order, of those that stand
    sequences: dict[str, int] = field(default_factory=dict)  # series prefix -> last number used
    customers: dict[str, Standing] = field(default_factory=dict)
    credits: dict[str, Standing] = field(default_factory=dict)  # order -> what it was credited
    sold_to: dict[str, tuple[SoldTo, ...]] = field(default_factory=dict)  # customer -> lines, where a policy asks
    months: Months = field(default_factory=Months)  # cost of goods that is booked once a month
    locked_until: date | None = None
    prices: dict[tuple[str, str], tuple[Price, ...]] = field(default_factory=dict)  # by day, both directions
    seen_elsewhere: set[str] = field(default_factory=set)  # orders that other books were asked about
    prepaid: dict[tuple[Place, tuple[Name, ...]], Prepaid] = field(default_factory=dict)  # money paid in advance
    bought: dict[Place, Bought] = field(default_factory=dict)  # what has to do with purchases, by transaction
    known_purchases: tuple[str, ...] = ()  # a few names of purchases, for the nearest suggestion
    moved: dict[str, list[Posted]] = field(default_factory=dict)  # order -> our entries that moved an advance to it
    known_advances: tuple[str, ...] = ()  # a few names of advances, for the nearest suggestion
    estimated: Estimated | None = None  # where what is expected to come back matters
    known_events: tuple[str, ...] = ()  # a few ids of posted events
    known_cases: tuple[str, ...] = ()  # and those of them that opened a case
    known_orders: tuple[str, ...] = ()  # a few order names, for the nearest suggestion

    def absorb(self, entry: Posted, *, digest: str = "") -> None:
        """Add one posted directive to the slice, the same way whether it was just planned or loaded."""
        own = self.posted.setdefault(entry.id, [])
        own.insert(
            0 if entry.event else len(own), entry
        )  # what keeps the event is the first, whatever day it stands on
        if entry.order:
            self.by_order.setdefault(entry.order, []).append(entry)
        self.by_case.setdefault(entry.case, []).append(entry)
        if self.estimated is not None:
            self.estimated.add(entry)
        if digest:
            self.digests.setdefault(digest, entry.id)
            self.digest_by_id.setdefault(entry.id, digest)
        if entry.number:
            self.numbers.setdefault(entry.number, entry.id)
        if entry.invoice:
            self.red_invoices.setdefault(entry.invoice, {}).setdefault(entry.id, entry.order)
        for series, last in map(series_of, filter(None, (entry.number, entry.voucher))):
            self.sequences[series] = max(last, self.sequences.get(series, 0))
        if entry.moved_to:
            self.moved.setdefault(entry.moved_to, []).append(entry)
        for credit in credits_of(entry):
            if entry.order:
                self.credits.setdefault(entry.order, Standing()).add(credit)
            if entry.customer:
                self.customers.setdefault(entry.customer, Standing()).add(credit)

    def copy(self) -> Books:
        """Return books that grow by themselves: what they absorb is not in these."""
        return replace(
            self,
            sales=dict(self.sales),
            names=dict(self.names),
            posted=_lists(self.posted),
            by_order=_lists(self.by_order),
            by_case=_lists(self.by_case),
            digests=dict(self.digests),
            digest_by_id=dict(self.digest_by_id),
            canonicals=dict(self.canonicals),
            numbers=dict(self.numbers),
            red_invoices={number: dict(events) for number, events in self.red_invoices.items()},
            sequences=dict(self.sequences),
            customers=deepcopy(self.customers),
            credits=deepcopy(self.credits),
        )

    def with_nothing_posted(self) -> Books:
        """Return a copy of the slice without all that `absorb` adds: sales and accounts as they are, nothing posted.

        What an exchange of ours sold is no sale then.
        """
        exchanged = {entry.sells for entries in self.posted.values() for entry in entries if entry.sells}
        return replace(
            self,
            sales={order: sale for order, sale in self.sales.items() if order not in exchanged},
            names={name: orders for name, orders in self.names.items() if not exchanged.issuperset(orders)},
            posted={},
            by_order={},
            by_case={},
            digests={},
            digest_by_id={},
            moved={},
            numbers={},
            sequences={},
            customers={},
            credits={},
        )

    def entries_of(self, sale: Sale) -> list[Posted]:
        """Return our entries on a sale: those of its order, or of the case that it stands for a sale of."""
        return self.by_order.get(sale.order, []) if sale.order else self.by_case.get(sale.case, [])

    def price_on(self, commodity: str, currency: str, day: date | None) -> Price | None:
        """Return the latest price of a pair on or before a day, in whichever direction it is written."""
        known = [
            p for p in self.prices.get((commodity, currency), ()) if p.number > 0 and (day is None or p.date <= day)
        ]
        return known[-1] if known else None

    def legs(self, order: str) -> Iterator[tuple[Posted, PostedLeg]]:
        """Yield every posted leg of an order with its entry, in posting order."""
        for entry in self.by_order.get(order, ()):
            for leg in entry.legs:
                yield entry, leg

    def is_void(self, event: str) -> bool:
        """Return True if the event was posted and later voided."""
        own = self.posted.get(event) or []
        return bool(own) and not any(entry.id == event for entry in standing(self.by_case[own[0].case]))

    def red_invoice_of(self, number: str, event: str, orders: Collection[str] = ()) -> str:
        """Return which other event a red invoice is recorded with, "" if none that stands and is not of these orders."""
        known = self.red_invoices.get(number, {}).items()
        return next((own for own, order in known if own != event and order not in orders and not self.is_void(own)), "")

    def forms_of(self, event: str) -> list[str]:
        """Return the ids that an event has had, the first one first: an amend posts it again under a further one."""
        own = self.posted.get(event) or []
        amended = bool(own) and AMENDS in own[0].told
        stem = stem_of(event) if amended else event
        case = self.by_case.get(own[0].case, ()) if own else ()
        return list(dict.fromkeys((stem, *(e.id for e in case if AMENDS in e.told and stem_of(e.id) == stem))))

    def form_now(self, event: str) -> str:
        """Return the id under which an event that was amended stands; "" where it stands as it is, or no more."""
        own = self.posted.get(event) or []
        standing_now = {entry.id for entry in self.case_of(own[0].case)} if own else set()
        later = [form for form in self.forms_of(event) if form in standing_now and form != event]
        return later[-1] if later and event not in standing_now else ""

    def case_of(self, case: str) -> list[Posted]:
        """Return the entries of a case that stand: neither voids nor voided, in step order."""
        return sorted(standing(self.by_case.get(case, ())), key=lambda entry: (entry.step, entry.date))


def _lists(known: Mapping[str, list[Posted]]) -> dict[str, list[Posted]]:
    return {key: list(own) for key, own in known.items()}


def standing(entries: Iterable[Posted]) -> list[Posted]:
    """Return the entries that stand: neither voids nor voided, in their order.

    A void undoes one copy of its event; where a merge has brought a second copy into the books, that one stands.
    """
    entries = list(entries)
    left = Counter(entry.voids for entry in entries if entry.voids)
    if not left:
        return entries
    copies: Counter[tuple[str, str, int]] = Counter()
    numbered = []
    for n, entry in enumerate(entries):
        if entry.id in left and not entry.voids:
            numbered.append((copies[entry.id, entry.case, entry.step], entry.step, n))
            copies[entry.id, entry.case, entry.step] += 1
    gone = set()
    for _, _, n in sorted(numbered):
        if left[entries[n].id] > 0:
            left[entries[n].id] -= 1
            gone.add(n)
    return [entry for n, entry in enumerate(entries) if not entry.voids and n not in gone]


def total(legs: Iterable[PostedLeg], roles: frozenset[str], currency: str | None = None) -> Decimal:
    """Return the sum of the amounts of the legs that play one of `roles` (in `currency`, if given)."""
    return sum((leg.amount for leg in legs if leg.role in roles and currency in (None, leg.currency)), ZERO)
