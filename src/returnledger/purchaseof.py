"""From the event of a supplier return to the purchase it names: what of it is left, and what a part of it comes to.

What can go back of a lot is what was bought less what went back, and no more than the books still hold of just that lot
on the day and ever after. A part has its share of cost and tax as booked, all parts so far considered: they add up to
what was booked, and the last part takes what is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from returnledger.books import Books
from returnledger.context import Context
from returnledger.events.suggest import alike
from returnledger.facts import Facts
from returnledger.findings import Span
from returnledger.money import ZERO, round_to
from returnledger.movements import Movement
from returnledger.policy.versions import policy_for
from returnledger.purchases import Purchase, PurchaseLine, named, purchases_of
from returnledger.roles import Role
from returnledger.rows import Lot, Posted, Sale
from returnledger.settings import Settings
from returnledger.terms import Kind

PURCHASE = "purchase"  # what an entry of ours says of the purchase: its name
SETTLED_TAX = "tax-settled"  # of a line: tax that the supplier did not credit, by agreement
_COST = frozenset(
    role.value
    for role in (
        Role.ACCOUNTS_PAYABLE,
        Role.SUPPLIER_CLAIM,
        Role.SUPPLIER_RETURN_LOSS,
        Role.INPUT_VAT,
        Role.INPUT_VAT_TRANSFER_OUT,
        Role.WRITE_DOWN_ALLOWANCE,
    )
)
_NUMBER = re.compile(r"-?[0-9]{1,60}(\.[0-9]{1,60})?")
_TAX = frozenset((Role.INPUT_VAT.value, Role.INPUT_VAT_TRANSFER_OUT.value))


@dataclass(frozen=True, slots=True)
class Gone:
    """What our own entries sent back of a lot of a purchase: units, and their cost, tax and allowance as booked."""

    units: Decimal = ZERO
    cost: Decimal = ZERO
    tax: Decimal = ZERO
    written_down: Decimal = ZERO
    loose: Decimal = ZERO  # units that went back from a case: their share counts as taken

    def plus(self, other: Gone) -> Gone:
        """Return both in one."""
        return Gone(
            self.units + other.units,
            self.cost + other.cost,
            self.tax + other.tax,
            self.written_down + other.written_down,
            self.loose + other.loose,
        )


@dataclass(frozen=True, slots=True)
class LineLeft:
    """What is left of a line of a purchase: units that may still go back, and where the books have them."""

    line: PurchaseLine
    gone: Gone
    here: tuple[tuple[str, Decimal], ...] = ()  # account for sale, units of the lot that stay there
    elsewhere: tuple[tuple[str, Decimal], ...] = ()  # units of the lot in places of returned goods

    @property
    def sent_back(self) -> Decimal:
        """Units that went back before, by hand or by our entries."""
        return self.line.by_hand + self.gone.units + self.gone.loose

    @property
    def in_stock(self) -> Decimal:
        """Units of the lot that are among the goods for sale."""
        return sum((units for _, units in self.here), ZERO)

    @property
    def left(self) -> Decimal:
        """Units that can go back."""
        return max(ZERO, min(self.line.units - self.sent_back, self.in_stock))

    def part(self, units: Decimal, decimals: int) -> Gone:
        """Return what `units` more come to: their shares, all that went back before considered."""
        other = self.line.by_hand + self.gone.loose
        upto = self.sent_back + units

        def share(whole: Decimal, gone: Decimal) -> Decimal:
            return self.line.share(whole, upto, decimals) - self.line.share(whole, other, decimals) - gone

        tax = sum((amount for _, amount in self.line.taxes), ZERO)
        written = sum((amount for _, amount in self.line.written_down), ZERO)
        return Gone(
            units,
            share(self.line.cost, self.gone.cost),
            max(ZERO, share(tax, self.gone.tax)),
            max(ZERO, share(written, self.gone.written_down)),
        )

    def after(self, part: Gone, taken: Sequence[tuple[str, Decimal]]) -> LineLeft:
        """Return what is left once a part is taken from these accounts."""
        less = dict(taken)
        here = tuple((account, units - less.get(account, ZERO)) for account, units in self.here)
        return replace(self, gone=self.gone.plus(part), here=here)


def purchases_named(reference: str, books: Books) -> list[Purchase]:
    """Return the purchases that go by a reference."""
    return named(reference, purchases_of(books.bought.values()))


def purchase_of_lot(commodity: str, lot: Lot, supplier: str, books: Books) -> Purchase | None:
    """Return the purchase with a name that brought a lot, of a supplier where one is said; None where it is not clear."""
    found = [
        purchase
        for purchase in purchases_of(books.bought.values())
        if purchase.is_of(supplier)
        and len(purchase.currencies) == 1
        and any((line.commodity, line.lot) == (commodity, lot) for line in purchase.lines)
    ]
    return found[0] if len(found) == 1 else None


def own_entries(name: str, books: Books) -> Iterator[Posted]:
    """Yield our supplier returns that stand and have to do with a purchase."""
    for case in books.by_case:
        for entry in books.case_of(case):
            if entry.kind == Kind.SUPPLIER_RETURN and name in _purchases_in(entry):
                yield entry


def _purchases_in(entry: Posted) -> set[str]:
    items = (leg.item for leg in entry.legs if leg.item)
    return {entry.told.get(PURCHASE, ""), *(item.get(PURCHASE, "") for item in items)} - {""}


def gone_of(name: str, books: Books) -> Mapping[tuple[str, Lot], Gone]:
    """Return by lot what our own entries sent back of a purchase."""
    found: dict[tuple[str, Lot], Gone] = {}
    for entry in own_entries(name, books):
        opens = entry.told.get(PURCHASE) == name
        by_line: dict[str, tuple[str, Lot]] = {}
        for leg in entry.legs:
            if leg.lot is not None and leg.units is not None and leg.commodity is not None:
                key = leg.commodity, leg.lot
                by_line[leg.line or ""] = key
                more = Gone(units=-leg.units) if opens else Gone(loose=-leg.units)
                found[key] = found.get(key, Gone()).plus(more)
        for leg in entry.legs if opens else ():
            said = (leg.item or {}).get(SETTLED_TAX, "")
            settled = Decimal(said) if _NUMBER.fullmatch(said) else ZERO
            amount = leg.amount if leg.lot is None and leg.role in _COST else ZERO
            tax = (-leg.amount if leg.role in _TAX else ZERO) + settled
            written = leg.amount if leg.role == Role.WRITE_DOWN_ALLOWANCE else ZERO
            line = by_line.get(leg.line or "")
            if line is not None:
                found[line] = found[line].plus(Gone(ZERO, amount, tax, written))
    return found


def paid_by_returns(name: str, account: str, books: Books) -> Iterator[tuple[date, Decimal]]:
    """Yield what our own entries took off what is owed on an account for a purchase, by day."""
    for entry in own_entries(name, books):
        for leg in entry.legs:
            own = entry.told.get(PURCHASE) or (leg.item or {}).get(PURCHASE)
            if leg.role == Role.ACCOUNTS_PAYABLE and leg.account == account and own == name:
                yield entry.date, leg.amount


def open_payables(purchase: Purchase, day: date, books: Books) -> list[tuple[str, Decimal]]:
    """Return what is still owed to the supplier of a purchase, by account."""
    found = ((own, purchase.owed(own, day, paid_by_returns(purchase.name, own, books))) for own in purchase.payables)
    return [(account, amount) for account, amount in found if amount > 0]


def left_of_purchase(
    purchase: Purchase, day: date, books: Books, settings: Settings, planned: Mapping[str, Iterable[Movement]]
) -> list[LineLeft]:
    """Return what is left of each line of a purchase on a day; `planned` are movements of entries not yet written."""
    gone = gone_of(purchase.name, books)
    found = []
    for line in purchase.lines:
        accounts = dict.fromkeys(
            (*line.accounts, *(a for a, c in books.held.get(line.commodity, ()) if c == line.commodity))
        )
        here: list[tuple[str, Decimal]] = []
        elsewhere: list[tuple[str, Decimal]] = []
        for account in accounts:
            moved = (*books.movements.get(account, ()), *planned.get(account, ()))
            units = _stays(moved, line, day)
            if units > 0:
                for_sale = settings.role_of(account) in (Role.INVENTORY, None)
                (here if for_sale else elsewhere).append((account, units))
        key = line.commodity, line.lot
        found.append(LineLeft(line, gone.get(key, Gone()), tuple(here), tuple(elsewhere)))
    return found


def _stays(movements: Iterable[Movement], line: PurchaseLine, day: date) -> Decimal:
    """Return how many units of a lot an account has on a day and keeps ever after."""
    own = [move for move in movements if move.commodity == line.commodity and move.lot == line.lot]
    left = sum((move.units for move in own if move.date <= day), ZERO)
    least = left
    later = sorted((move for move in own if move.date > day), key=lambda move: move.date)
    for n, move in enumerate(later):
        left += move.units
        if n + 1 == len(later) or later[n + 1].date != move.date:
            least = min(least, left)
    return least


def purchase_facts(base: Facts, books: Books, context: Context) -> Facts:
    """Return the facts of a supplier return that names a purchase, that of the sale standing for the purchase."""
    found = purchases_named(base.event.reference, books)
    facts = replace(base, purchases=tuple(purchase.name for purchase in found))
    if len(found) != 1:
        sold = tuple(books.names.get(base.event.reference, ()))
        nearest = alike(base.event.reference, [*books.by_case, *books.known_cases, *books.known_purchases])
        target = tuple(books.posted.get(base.event.reference, ()))
        return replace(facts, orders=sold, nearest=tuple(nearest), target=target)
    sale = _stand_in(found[0])
    return replace(facts, sale=sale, policy=policy_for(context.policies, base.requested or sale.date))


def _stand_in(purchase: Purchase) -> Sale:
    """Return what stands for the sale: the purchase, in no order and without lines."""
    first = purchase.first
    return Sale(
        order="",
        date=first.date,
        currency=purchase.currency,
        decimals=purchase.decimals,
        lines=(),
        payee=purchase.supplier or first.payee,
        links=tuple(sorted({link for flow in purchase.flows for link in flow.links})),
        tags=first.tags,
        metadata=first.metadata,
        place=Span(*first.place),
    )


def share_of_tax(tax: Decimal, credited: Decimal, cost: Decimal, decimals: int) -> Decimal:
    """Return the tax that a supplier gives back who credits less or more than goods cost."""
    return (
        tax if credited == cost or not cost else round_to(Fraction(tax) * Fraction(credited) / Fraction(cost), decimals)
    )
