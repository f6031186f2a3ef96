"""The rows of our own directives: each entry or note as it stands in the ledger, with its legs."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from beancount.core.data import Custom, Transaction

from returnledger.findings import Span
from returnledger.lot import Lot

OwnDirective = Transaction | Custom  # what we write for an event: an entry, or a note of a step that posts nothing
Dimensions = tuple[tuple[str, str], ...]  # metadata that a return takes over from its sale: department, store

# Keys of an item whose values are added up: its units at each step of theirs, and its price. Those that are not the word
# for their step: `exchanged` units are swapped as they came in, `replaced` ones before or after they do; `gone` ones were
# sold by postings of the shop's own, `surplus` ones found by a count.
COUNTED = (
    *("qty", "received", "inspected", "sent-back", "absent", "requested", "disposed", "moved", "exchanged", "replaced"),
    *("gone", "surplus", "net", "tax"),
)
SELLS = "sells"  # of an entry that is a sale itself: its order
TENDER = "tender"  # of what pays for goods that go out: the account that had paid for those that came back


@dataclass(frozen=True, slots=True)
class PostedLeg:
    """One posting of one of our own entries; units without a lot are those of money written with a price."""

    role: str
    account: str
    amount: Decimal  # the weight: money, units times cost, or units at their price
    currency: str
    line: str | None = None
    commodity: str | None = None
    units: Decimal | None = None
    lot: Lot | None = None
    carried: Dimensions = ()  # metadata of the user's own
    item: Mapping[str, str] | None = None  # sku, qty, reason, condition, disposition, goods, lots: on one leg per item
    owner: str = ""  # of an estimate: the order, or the cohort, whose estimate it adds to or uses
    instead: str = ""  # the role that it would have had without estimate, prior period or a red invoice to come
    tax_account: str = ""  # of tax that waits for its red invoice: the account that the sale booked it to

    @property
    def taxed_on(self) -> str:
        """The account of the sale that a leg of tax takes from: its own, or the one that it waits for."""
        return self.tax_account or self.account

    @property
    def means(self) -> str:
        """What the leg takes from the sale: its role, or the one that it stands for."""
        return self.instead or self.role


@dataclass(frozen=True, slots=True)
class Posted:
    """One of our own directives: who it is, what it belongs to, and its legs.

    A step that posts nothing (a request, an approval) is a custom directive: it has no legs, and what it says is in
    `told`, by its keys without `rl-`: line, sku, qty, stage, until. A transaction may tell such things of its step too.
    """

    id: str
    kind: str
    step: int
    case: str
    order: str
    date: datetime.date
    source: str
    event: str  # the canonical event as written, only on the first directive of an event
    voids: str = ""
    number: str = ""
    customer: str = ""
    legs: tuple[PostedLeg, ...] = ()
    sold: tuple[PostedLeg, ...] = ()  # of an entry that is a sale itself: it is read as one, and does nothing to others
    place: Span | None = None
    directive: OwnDirective | None = None  # kept where a void may need to mirror it
    invoice: str = ""
    window_end: str = ""
    said: datetime.date | None = None  # the event's date, where the entry stands on another day
    told: Mapping[str, str] = field(default_factory=dict)  # of the directive itself, beyond who and what it is of
    voucher: str = ""  # the number of the entry, where vouchers are numbered

    @property
    def sells(self) -> str:
        """The order that the entry is the sale of, as an exchange for other goods makes one; empty else."""
        return self.told.get(SELLS, "")

    @property
    def price_only(self) -> bool:
        """True where it gave back money and no units: an allowance, or a credit note that counts none."""
        counts = any(leg.item and leg.item.get("qty") for leg in self.legs)
        return self.kind == "allowance" or (self.kind == "credit_note" and not counts)

    @property
    def moved_to(self) -> str:
        """The order that the entry moved money paid in advance to; empty where it moved none."""
        return next((leg.item["advance"] for leg in self.legs if leg.item and "advance" in leg.item), "")

    @property
    def dated(self) -> datetime.date:
        """The date of the event, which the entry has too unless the books were closed on it."""
        return self.said or self.date
