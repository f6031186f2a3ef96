"""Money that comes in for goods of a case, and the accounts it and their cost belong to."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from returnledger.facts import Facts
from returnledger.money import ZERO, round_to
from returnledger.moves import Moved
from returnledger.roles import Role
from returnledger.rows import PART_OF


def received_on(facts: Facts) -> str:
    """Return the account that money came in to: the event's, that of its method, else cash and bank of the settings."""
    body = facts.event.body
    account = getattr(body, "account", None)
    method = facts.settings.methods.get(getattr(body, "method", None) or "")
    return account or (method.account if method else facts.settings.account_for(Role.CASH_BANK))


def brought(facts: Facts, moves: Sequence[Moved]) -> tuple[Decimal, Decimal, str]:
    """Return what goods brought with the tax in it, and the currency; the rate is the item's, else that of their sale."""
    proceeds = getattr(facts.event.body, "proceeds", None) or ZERO
    sale = facts.sale
    currency = sale.currency if sale is not None else moves[0].currency
    rate = rate_of(facts, moves)
    return proceeds, round_to(Fraction(proceeds) * rate / (1 + rate), facts.decimals), currency


def rate_of(facts: Facts, moves: Sequence[Moved]) -> Fraction:
    """Return the tax rate of goods that are sold off: as the first item says, else as their line was taxed."""
    said = next((m.item.tax_rate for m in moves if m.item is not None and m.item.tax_rate is not None), None)
    if said is not None:
        return Fraction(said)
    sale = facts.sale
    lines = [sale.line(moved.pile.line.partition(PART_OF)[0]) for moved in moves] if sale is not None else []
    line = next((line for line in lines if line is not None and line.net), None)
    if line is None:
        return Fraction(0)
    return Fraction(round_to(Fraction(line.tax) / Fraction(line.net), 4))


def deemed_tax(facts: Facts, moved: Moved) -> Decimal:
    """Return the output tax of goods given away, where that counts as a sale: on what they would sell for, the `value`."""
    item = moved.item
    if item is None or item.value is None:
        return ZERO
    return round_to(Fraction(item.value) * Fraction(moved.units) * rate_of(facts, [moved]), facts.decimals)


def tax_account(facts: Facts, moved: Moved) -> str:
    """Return the account of output tax that the line of a pile was booked to, else that of the settings."""
    line = facts.sale.line(moved.pile.line.partition(PART_OF)[0]) if facts.sale is not None else None
    own = [part.account for part in line.parts if part.role is Role.OUTPUT_VAT] if line is not None else []
    return own[0] if own else facts.settings.account_for(Role.OUTPUT_VAT)


def cost_account(facts: Facts, moved: Moved) -> str:
    """Return the account of cost of goods sold that the line of a pile was booked to."""
    return cost_of_line(facts, moved.pile.line)


def cost_of_line(facts: Facts, line: str) -> str:
    """Return the account of cost of goods sold that a line was booked to, else that of the settings."""
    found = facts.sale.line(line.partition(PART_OF)[0]) if facts.sale is not None else None
    own = [part.account for part in found.cogs if part.role is Role.COGS] if found is not None else []
    return own[0] if own else facts.settings.account_for(Role.COGS)
