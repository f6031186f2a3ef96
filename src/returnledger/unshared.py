"""Money of a sale that no line is known to have brought, and the part of it that an event claims by price and tax."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from returnledger.books import standing
from returnledger.events import Item
from returnledger.exchange import Exchange
from returnledger.money import ZERO, round_to, shares
from returnledger.roles import Role
from returnledger.rows import Part, Posted, Sale
from returnledger.steps import NET_ROLES
from returnledger.terms import CREDITING, Kind


def unshared_facts(sale: Sale, entries: Sequence[Posted]) -> dict[str, Any]:
    """Return what of the money of no line has not been credited yet: without tax, and tax."""
    if not sale.unshared:
        return {}
    net = -sum((part.amount for part in sale.unshared if part.role is not Role.OUTPUT_VAT), ZERO)
    tax = -sum((part.amount for part in sale.unshared if part.role is Role.OUTPUT_VAT), ZERO)
    bare = {line.line for line in sale.lines if not line.parts}
    for entry in standing(entries):
        for leg in entry.legs:
            if leg.line in bare and entry.kind in (*CREDITING, Kind.ALLOWANCE):
                net -= leg.amount if leg.means in NET_ROLES else ZERO
                tax -= leg.amount if leg.means == Role.OUTPUT_VAT and leg.amount > 0 else ZERO
    return {"unshared_net": net, "unshared_tax": tax}


def said_money(item: Item | None, quantity: Decimal, taxed: bool, decimals: int) -> tuple[Decimal, Decimal] | None:
    """Return net and tax of `quantity` units as the item gives them, None where it does not give enough.

    `taxed` says whether the sale has tax at all; where it has none, a price alone is enough.
    """
    if item is None:
        return None
    tax, rate = item.tax, item.tax_rate if item.tax_rate is not None or taxed else ZERO
    if item.price_incl_tax is not None and (tax is not None or rate is not None):
        gross = round_to(item.price_incl_tax * quantity, decimals)
        if tax is None:
            share = Fraction(rate or 0)
            tax = round_to(Fraction(gross) * share / (1 + share), decimals)
        return gross - tax, tax
    if item.price is not None and (tax is not None or rate is not None):
        net = round_to(item.price * quantity, decimals)
        return net, tax if tax is not None else round_to(Fraction(net) * Fraction(rate or 0), decimals)
    return None


def said_credit(sale: Sale, item: Item | None, quantity: Decimal, exchange: Exchange | None = None) -> tuple[Part, ...]:
    """Return the credit that an item claims by price and tax, in the accounts of the money of no line."""
    taxed = any(part.role is Role.OUTPUT_VAT for part in sale.unshared)
    said = said_money(item, quantity, taxed, sale.money_decimals)
    if said is None:
        return ()
    net, tax = said if exchange is None else (exchange.to_books(said[0]), exchange.to_books(said[1]))
    parts = [part for part in sale.unshared if part.role is not Role.SALES_DISCOUNTS]
    return dealt(parts, [-part.amount for part in parts], net + tax, tax, sale.decimals)


def dealt(
    parts: Iterable[Part], weights: Iterable[Decimal], gross: Decimal, tax: Decimal, decimals: int
) -> tuple[Part, ...]:
    """Return a credit of `gross`, `tax` of it tax, in the accounts of the parts: each kind by the weights of its own."""
    pairs = list(zip(parts, weights, strict=True))
    credit = []
    for is_tax, amount in ((False, gross - tax), (True, tax)):
        own = [(part, weight) for part, weight in pairs if (part.role is Role.OUTPUT_VAT) is is_tax]
        for (part, _), share in zip(own, shares(amount, [weight for _, weight in own], decimals), strict=True):
            if share:
                rate = Fraction(part.units or ZERO) / Fraction(part.amount)
                credit.append(part.share(share, round_to(rate * Fraction(share), part.unit_decimals)))
    return tuple(credit)
