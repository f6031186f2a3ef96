"""What a customer is charged for sending goods back: the amount of the policy's row, once a case, never more than is given back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.money import ZERO, round_to
from returnledger.roles import Role
from returnledger.terms import Goods

CHARGED = "freight"  # metadata of the posting of such a charge: it counts once a case


def freight_charged(items: Sequence[tuple[Facts, Decision]], most: Decimal) -> Decimal:
    """Return what comes off a credit for sending its goods back; nil where anybody else pays for any of them.

    The row that says so may have an amount, tax included; one of the law never has. Of several the highest is meant: the
    goods come in one parcel.
    """
    amounts: list[Decimal] = []
    for facts, decision in items:
        chosen = decision.find("freight")
        if decision.goods is not Goods.RETURNED or chosen is None or chosen.value != "customer" or chosen.statute:
            return ZERO
        rows = facts.policy.says.return_freight if facts.policy is not None else ()
        amounts += [row.amount for row in rows if row.id == chosen.row and row.amount is not None]
    first = items[0][0]
    entries = first.now.entries if first.now is not None else ()
    if any(CHARGED in (leg.item or {}) for entry in entries for leg in entry.legs):
        return ZERO
    return max(ZERO, min(max(amounts, default=ZERO), most))


def freight_tax(facts: Facts, charged: Decimal) -> Decimal:
    """Return the tax in a charge that is a sale of its own: at the rate of the goods; nil where it lowers the expense."""
    settings, sale = facts.settings, facts.sale
    if settings.freight_charged != "sale" or settings.tax != "per_sale" or sale is None or not facts.gross:
        return ZERO
    return round_to(Fraction(charged) * Fraction(facts.gross - facts.net) / Fraction(facts.gross), sale.decimals)


def account_of_charge(facts: Facts) -> tuple[Role, str]:
    """Return role and account that a charge is credited to: the expense that it makes less, or other revenue."""
    role = Role.OTHER_REVENUE if facts.settings.freight_charged == "sale" else Role.RETURN_FREIGHT_EXPENSE
    return role, facts.settings.account_for(role)
