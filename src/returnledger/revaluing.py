"""Works out what a revaluation comes to, pile by pile: what was written down on goods that are gone, and what the rest is worth.

    3 MUG at 60.00, written down to 40.00; one is left      20.00 x 2 were cost of goods sold when the shop sold them
    the one left will fetch 50.00                           10.00 of its write-down is taken back; never more than all

Net realisable value is what a unit will fetch less what selling it costs (IAS 2.6; ASBE 1 article 15), and a write-down
comes back as far as the value does, never above cost (IAS 2.33; ASBE 1 article 19). Under US GAAP the cost written down to
is the new cost (ASC 330-10-35-14).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from returnledger.books import Books
from returnledger.casefacts import facts_of_case
from returnledger.context import Context
from returnledger.estimates import is_month
from returnledger.events import Item
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase
from returnledger.instock import GRADED, MovedIn, Stood, of_reference, standing_cases, stood
from returnledger.linefacts import chosen_policy, lot_is
from returnledger.money import ZERO, round_to
from returnledger.rows import LotUnits
from returnledger.stepfindings import step_refused


@dataclass(frozen=True, slots=True)
class Revalued:
    """One pile: what leaves the allowance with units that are gone, and by how much it changes for those left."""

    stood: Stood
    currency: str
    released: Decimal  # of the allowance, with the units that are gone
    change: Decimal = ZERO  # of the allowance for those left: above nil where they are worth less
    worth: Decimal | None = None  # of a unit, where the event says it
    lower: Decimal | None = None  # of a unit, the cost that the lot is to have, where that is how a loss is booked
    decimals: int = 2

    @property
    def says(self) -> bool:
        """True if anything changes."""
        return bool(self.released or self.change or self.lower is not None)


def with_policy(facts: Facts, cases: Iterable[str], books: Books, context: Context) -> Facts:
    """Return the facts of an event about goods of several cases: its policy is that of the first sale among them."""
    for case in cases:
        sale = books.sales.get(books.by_case[case][0].order)
        if sale is not None:
            return replace(facts, policy=chosen_policy(context.policies, sale, facts.requested))
    return facts


def in_question(facts: Facts, books: Books, moved_in: MovedIn) -> list[Stood]:
    """Return the piles that a revaluation is about: looked at and set apart, or written down wherever they are."""
    every = stood(standing_cases(books), moved_in, facts.day)
    named = {item.sku for item in facts.event.items if item.sku}
    return [
        each
        for each in every
        if of_reference(facts.event.reference, each)
        and (each.pile.allowance or (each.pile.role in GRADED and (not is_month(facts.event.reference) or named)))
    ]


def of_cases(
    facts: Facts, piles: Sequence[Stood], books: Books, context: Context
) -> Iterator[tuple[Facts, list[Revalued]]]:
    """Yield for each case its facts and what a revaluation does to its piles, where it does anything."""
    for case in dict.fromkeys(each.case for each in piles):
        own = facts_of_case(facts, tuple(books.case_of(case)), books, context)
        made = [_revalued(own, each) for each in piles if each.case == case]
        if any(each.says for each in made):
            yield own, [each for each in made if each.says]


def _revalued(facts: Facts, each: Stood) -> Revalued:
    pile, sale = each.pile, facts.sale
    currency = pile.lot.currency if pile.lot is not None else (sale.currency if sale is not None else "")
    made = Revalued(each, currency, each.released, decimals=facts.decimals)
    item = item_of_pile(facts, each)
    if item is None or item.value is None or not each.left:
        return made
    worth = max(ZERO, item.value - (item.selling_cost or ZERO))
    cost = Fraction(pile.lot.number) if pile.lot else Fraction(pile.amount) / Fraction(pile.units)
    wanted = round_to(max(Fraction(0), cost - Fraction(worth)) * Fraction(each.left), facts.decimals)
    made = replace(made, worth=worth, change=wanted - (pile.allowance - each.released))
    if facts.settings.framework != "us_gaap":
        return made
    lower = worth if made.change > 0 and pile.lot is not None and not pile.allowance else None
    return replace(made, change=ZERO, lower=lower)


def item_of_pile(facts: Facts, each: Stood) -> Item | None:
    """Return what the event says of a pile: the first item that can mean it."""
    return next((item for item in facts.event.items if means(item, each)), None)


def means(item: Item, each: Stood) -> bool:
    """Return True if an item can mean a pile."""
    pile = each.pile
    if item.sku is not None and item.sku not in (pile.sku, pile.commodity):
        return False
    if item.condition is not None and pile.condition != item.condition.value:
        return False
    if item.lot is None:
        return True
    return pile.lot is not None and lot_is(LotUnits(pile.account, pile.commodity, pile.lot, pile.units), item.lot)


def obstacles(facts: Facts, piles: Sequence[Stood]) -> Iterator[Finding]:
    """Yield what stands in the way of a revaluation, each with what to do instead."""
    event, day = facts.event, facts.dated
    of_month = is_month(event.reference)
    if of_month and day is not None and f"{day:%Y-%m}" != event.reference:
        said = {"day": day, "month": event.reference}
        yield step_refused(
            facts,
            "date",
            Phrase("it is dated {day}, which is not in {month}", said),
            Phrase("write a day of {month}", said),
        )
    if not piles and not of_month:
        yield step_refused(
            facts,
            event.kind.value,
            Phrase("no returned units of {sku} are in stock", {"sku": event.reference}),
            Phrase("write an SKU that `returnledger report stocktake` lists, or a month: revalue: 2026-11"),
        )
        return
    for index, item in enumerate(event.items):
        yield from _of_item(replace(facts, item=item, index=index), item, piles, of_month)


def _of_item(facts: Facts, item: Item, piles: Sequence[Stood], of_month: bool) -> Iterator[Finding]:
    """Yield what stands in the way of what an event says of one SKU and grade."""
    if item.value is None:
        if item.selling_cost is not None:
            yield step_refused(
                facts, "selling_cost", Phrase("it says what selling costs, and not the price"), Phrase("add `value:`")
            )
        return
    if min(item.value, item.selling_cost or ZERO) < 0:
        yield step_refused(
            facts, "value", Phrase("a price or a cost is below zero"), Phrase("write both as they are, without tax")
        )
    if facts.settings.framework == "asbe_small":
        yield step_refused(
            facts,
            "value",
            Phrase("the books follow the standard for small enterprises, which books no write-down"),
            Phrase("leave `value` out; keep it as a note: `note:`"),
        )
    if of_month and item.sku is None:
        yield step_refused(facts, "value", Phrase("it names a price and no SKU"), Phrase("add `sku:`"))
        return
    mine = [each for each in piles if means(item, each)]
    grades = sorted({each.pile.condition or "unknown" for each in mine if each.left})
    said = {"sku": item.sku or facts.event.reference, "grades": grades}
    if not mine:
        known = sorted({each.pile.condition or "unknown" for each in piles if item.sku in (None, each.pile.sku)})
        said = {**said, "grades": known}
        yield step_refused(
            facts,
            "sku" if item.condition is None else "condition",
            Phrase("no such units of {sku} are in stock; there are: {grades}", said)
            if known
            else Phrase("no returned units of {sku} are in stock", said),
            Phrase("write what `returnledger report inventory` shows"),
        )
    elif len(grades) > 1:
        yield step_refused(
            facts,
            "value",
            Phrase("units of {sku} are in several conditions: {grades}", said),
            Phrase("write one item for each, with its `condition:` and its `value:`"),
        )
