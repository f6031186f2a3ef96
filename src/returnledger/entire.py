"""Tells of all items of an event together what they are worth, and which SKUs of the sale come back entire with it.

How the books split the money of these over lines is then all one.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from returnledger.facts import Facts
from returnledger.money import ZERO
from returnledger.rows import SaleLine


def of_the_event(found: list[Facts]) -> list[Facts]:
    """Return the facts of an event with its worth, and the SKUs of which every unit comes back with it.

    They come back at the price of the sale, nothing of them came back before, and delivery, which may share their tax, comes
    back with them.
    """
    gross = sum((facts.gross for facts in found), ZERO)
    found = [replace(facts, event_gross=gross) for facts in found]
    first = found[0] if found else None
    if first is None or first.sale is None or not first.sale.problems or not first.credits_units:
        return found
    if first.sale.shipping and getattr(first.event.body, "shipping", None) != "all":
        return found
    partly = {line.sku for line in first.sale.lines if not _is_entire(line, found)}
    skus = frozenset(line.sku for line in first.sale.lines) - partly
    return [replace(facts, entire=skus) for facts in found]


def _is_entire(line: SaleLine, found: list[Facts]) -> bool:
    own = [facts for facts in found if facts.line is not None and facts.line.line == line.line]
    units: Decimal = sum((facts.quantity or ZERO for facts in own), ZERO)
    before = own[0].history.steps if own and own[0].history else ()
    agreed = any(
        facts.item and (facts.item.price is not None or facts.item.price_incl_tax is not None) for facts in own
    )
    return bool(own) and units == line.units and not before and not agreed
