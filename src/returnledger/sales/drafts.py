"""A line of a sale while it is being put together: which lots left, which postings are its own, and what it shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from returnledger.accounts import component_of
from returnledger.money import ZERO, places, shares
from returnledger.roles import Role
from returnledger.rows import LotUnits, Part, Unbooked
from returnledger.sales.postings import Posting
from returnledger.sales.recognition import Recognition
from returnledger.sales.values import number_of, text_of

NO_META: Mapping[str, Any] = {}
_REVENUE = Role.REVENUE


class Draft:
    """One line of a sale in the making."""

    __slots__ = (
        "afloat", "cogs", "gross", "invoiced", "kits", "lots", "name", "own", "price", "quantity", "rate", "serials", "sku",
        "sold", "source", "tax", "unbooked",
    )  # fmt: skip

    def __init__(self, name: str | None, sku: str, source: Posting) -> None:
        """Start the line that `source` is the first posting of; `name` as metadata says it, None where it does not."""
        self.name = name
        self.sku = sku
        self.source = source
        self.lots: list[LotUnits] = []
        self.gross: list[Part] = []  # revenue before discounts
        self.own: list[Part] = []  # discounts, then tax, its shares of the order's included
        self.tax: list[Part] = []
        self.cogs: list[Part] = []
        self.quantity: Decimal | None = None  # as metadata says it
        self.price: Decimal | None = None  # unit price as metadata says it
        self.rate: Decimal | None = None  # of the tax that its price included, where that is known
        self.serials: list[str] = []
        self.sold: Decimal | None = None  # units, where goods and invoice differ in them
        self.invoiced: Decimal | None = None  # units invoiced, where more were delivered
        self.kits: Decimal | None = None  # of goods put together: how many, whatever left stock for them
        self.unbooked: Unbooked | None = None  # where no posting carries its cost
        self.afloat: list[LotUnits] = []  # delivered, and still at cost among goods shipped

    @property
    def amount(self) -> Decimal:
        """Revenue before discounts, positive."""
        return -sum([part.amount for part in self.gross], ZERO)

    @property
    def net(self) -> Decimal:
        """Revenue after discounts, positive."""
        return self.amount - sum([part.amount for part in self.own], ZERO)

    @property
    def weight(self) -> Decimal:
        """What the lots cost."""
        return sum([lot.units * lot.lot.number for lot in self.lots], ZERO)

    @property
    def agrees(self) -> bool:
        """True if what left stock, all of one lot, is as many units as metadata says: so are nearly all lines."""
        return len(self.lots) == 1 and self.lots[0].units == self.quantity

    @property
    def units(self) -> Decimal:
        """Units that left stock, of a kit those put together, else the quantity as metadata says it, else one."""
        lots = self.lots
        if self.sold is not None:
            return self.sold
        if self.kits is not None:
            return self.kits
        if lots:
            return lots[0].units if len(lots) == 1 else sum([lot.units for lot in lots], ZERO)
        return abs(self.quantity) if self.quantity else Decimal(1)


def take(draft: Draft, posting: Posting, day: date, recognition: Recognition) -> None:
    """Add the units of a posting at cost to a line."""
    units, meta = posting.units, posting.meta
    lot = recognition.lots.of(posting.cost, day)
    place = (meta.get("filename", ""), meta["lineno"]) if meta and "lineno" in meta else None
    draft.lots.append(LotUnits(posting.account, units.currency, lot, -units.number, place))
    draft.serials += serials_in(meta or NO_META, recognition)


def serials_in(meta: Mapping[str, Any], recognition: Recognition) -> tuple[str, ...]:
    """Return the serial numbers that metadata names."""
    said = meta.get(recognition.serial)
    return () if said is None else tuple(text_of(said).replace(",", " ").split())


def account_names(drafts: Sequence[Draft]) -> dict[str, list[Draft]]:
    """Return the lines by what an account of their own would be called: SKU, commodity, or the account of the goods."""
    names: dict[str, list[Draft]] = {}
    for draft in drafts:
        own = {draft.sku, component_of(draft.sku)}
        for lot in draft.lots:
            last = lot.account.rpartition(":")[2]
            own |= {lot.commodity, last, last.rpartition("-")[2]}
        for name in {name.casefold() for name in own}:
            names.setdefault(name, []).append(draft)
    return names


def named_by(account: str, names: Mapping[str, list[Draft]]) -> list[Draft]:
    """Return the lines that an account is named for by its last part: `…:MUG`, `…:6001-Sales-MUG`, `…:Sales-T-Shirt`."""
    last = account.rpartition(":")[2].casefold()
    while last:
        if last in names:
            return names[last]
        last = last.partition("-")[2]
    return []


def earn(draft: Draft, posting: Posting) -> None:
    """Add the revenue of a posting to a line."""
    units = posting.units
    if units.number:
        meta = posting.meta
        place = (meta.get("filename", ""), meta["lineno"]) if meta and "lineno" in meta else None
        draft.gross.append(Part(_REVENUE, posting.account, units.number, units.currency, place))


def read_metadata(draft: Draft, postings: Sequence[Posting], recognition: Recognition) -> None:
    """Read quantity and unit price from a line's postings; a posting that was split over lots counts once."""
    quantity_key, price_key = recognition.quantity, recognition.unit_price
    if len(postings) == 1:
        said = postings[0].meta or NO_META
        price = said.get(price_key)
        if price is not None and draft.price is None:
            draft.price = price if type(price) is Decimal else number_of(price)
        number = said.get(quantity_key)
        if number is not None and type(number) is not Decimal:
            number = number_of(number)
        draft.quantity = None if number is None else abs(number)
        return
    seen: set[tuple[str, int]] = set()
    total: Decimal | None = None
    for posting in postings:
        meta = posting.meta
        if not meta:
            continue
        if draft.price is None and price_key in meta:
            draft.price = number_of(meta[price_key])
        if quantity_key in meta:
            number = number_of(meta[quantity_key])
            place = (meta.get("filename", ""), meta.get("lineno") or id(posting))
            if place in seen:
                continue
            seen.add(place)
            if number is not None:
                total = abs(number) if total is None else total + abs(number)
    draft.quantity = total


def dealt_to(
    part: Part, targets: Sequence[Draft], weight: Callable[[Draft], Decimal], decimals: int
) -> list[tuple[Draft, Part]]:
    """Return the share of each line in one amount, by `weight` and largest remainder; shares of nothing are left out."""
    if len(targets) == 1:
        return [(targets[0], part)] if part.amount else []
    amounts = shares(part.amount, [max(ZERO, weight(draft)) for draft in targets], decimals)
    if places(part.amount) > decimals:
        amounts[0] += part.amount - sum(amounts, ZERO)  # what is finer than money
    return [
        (draft, Part(part.role, part.account, amount, part.currency, part.place))
        for draft, amount in zip(targets, amounts)
        if amount
    ]
