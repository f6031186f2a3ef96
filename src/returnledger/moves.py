"""Goods that leave a pile of their case: what they cost, what of it was written down, and the legs that say where they go.

What is taken has its share of the cost as booked and of what was written down: the last unit of a pile takes what is
left of both, so that nothing stays behind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from returnledger.events import Item
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.money import round_to
from returnledger.piles import Pile
from returnledger.roles import PLACE_OF_DISPOSITION, Role
from returnledger.rows import PART_OF
from returnledger.terms import Disposition


@dataclass(frozen=True, slots=True)
class Moved:
    """Units that a step takes from one pile: what they cost, what of it was written down, and where they are to go."""

    pile: Pile
    units: Decimal
    amount: Decimal  # at cost, positive
    allowance: Decimal  # of it written down, positive
    currency: str
    to: Disposition | None = None
    item: Item | None = None
    index: int = 0
    of: str = ""  # of a kit: the SKU of the component

    @property
    def sku(self) -> str:
        """The SKU of the units: of a kit that of the component."""
        return self.of or self.pile.sku

    @property
    def condition(self) -> str:
        """What the units are like: as the item says where nobody had said, else as the pile is known."""
        said = self.item.condition.value if self.item and self.item.condition else ""
        return said or self.pile.condition


def of_pile(facts: Facts, pile: Pile, units: Decimal, left: Decimal) -> Moved:
    """Return units of a pile of which `left` are there with their share of cost and allowance, the last with all of it."""
    sale = facts.sale
    gone = pile.units - left
    currency = pile.lot.currency if pile.lot is not None else (sale.currency if sale is not None else "")

    def share(whole: Decimal) -> Decimal:
        before, after = (Fraction(whole) * Fraction(n) / Fraction(pile.units) for n in (gone, gone + units))
        last = gone + units == pile.units
        return (whole if last else round_to(after, facts.decimals)) - round_to(before, facts.decimals)

    amount = share(pile.amount)
    if pile.lot is not None:
        amount = round_to(Fraction(pile.lot.number) * Fraction(units), facts.decimals)
    to = facts.item.disposition if facts.item else None
    return Moved(pile, units, amount, share(pile.allowance), currency, to, facts.item, facts.index)


def out(facts: Facts, moved: Moved) -> Leg:
    """Return the leg with which units leave their pile, at cost."""
    pile = moved.pile
    said = {"condition": pile.condition, "disposition": pile.disposition}
    item: dict[str, str | Decimal] = {name: text for name, text in said.items() if text}
    if pile.lot is None:
        item["moved"] = moved.units
        return Leg(pile.role, pile.account, -moved.amount, moved.currency, pile.line, item=item, pile=key_of(moved))
    return Leg(
        pile.role,
        pile.account,
        -moved.amount,
        moved.currency,
        pile.line,
        pile.commodity,
        -moved.units,
        pile.lot,
        item or None,
        pile=key_of(moved),
    )


def told(moved: Moved, to: Disposition) -> dict[str, str | Decimal]:
    """Return the metadata that says what was done with how many units of what: on exactly one posting."""
    said: dict[str, str | Decimal] = {"sku": moved.sku, "disposed": moved.units}
    if moved.item is not None and moved.item.serial:
        said["serial"] = moved.item.serial
    if moved.condition:
        said["condition"] = moved.condition
    said["disposition"] = to.value
    if moved.item is not None and moved.item.location:
        said["location"] = moved.item.location
    return said


def released(facts: Facts, moved: Moved) -> Iterator[Leg]:
    """Yield what was written down on the units, which leaves the books with them."""
    if moved.allowance:
        role = Role.WRITE_DOWN_ALLOWANCE
        said = {"condition": moved.pile.condition} if moved.pile.condition else None
        yield Leg(
            role.value,
            facts.settings.account_for(role),
            moved.allowance,
            moved.currency,
            moved.pile.line,
            item=said,
            pile=moved.pile.condition,
        )


def key_of(moved: Moved) -> str:
    """Return what keeps units apart that go to one account in different condition."""
    return "/".join((moved.condition, moved.to.value if moved.to else "", moved.pile.condition, moved.pile.account))


def destination(facts: Facts, moved: Moved) -> tuple[Role, str]:
    """Return the role and account of the place that goods go to by their disposition.

    Good stock waits where returned goods do until it is put away: see `put_away`.
    """
    assert moved.to is not None
    role = PLACE_OF_DISPOSITION[moved.to]
    role = Role.INVENTORY_RETURNED if role is Role.INVENTORY else role
    return role, facts.settings.derived_account(role, selling_account(facts, moved.pile), moved.pile.sku)


def selling_account(facts: Facts, pile: Pile) -> str:
    """Return the account that goods of a pile were sold from: that of their lot in the sale, else of their line."""
    line = facts.sale.line(pile.line.partition(PART_OF)[0]) if facts.sale is not None else None
    lots = line.lots if line is not None else ()
    same = [lot.account for lot in lots if lot.commodity == pile.commodity and lot.lot == pile.lot]
    same = same or [lot.account for lot in lots if lot.commodity == pile.commodity]
    if same:
        return same[0]
    kept = [part.account for part in line.cogs if part.role is Role.INVENTORY] if line is not None else []
    return kept[0] if kept else pile.account
