"""What is kept for taking goods back: by line or once for the order, and the tax in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.money import ZERO, round_to, shares
from returnledger.policy import FeeRow


def fee_of(row: FeeRow, gross: Decimal, net: Decimal) -> Fraction:
    """Return what a row charges for goods worth `gross` (`net` without tax), tax included, unrounded."""
    if row.amount is not None:
        return Fraction(row.amount)
    fee = Fraction(row.percent or 0) * Fraction(gross if row.of == "paid" else net) / 100
    return min(fee, Fraction(row.maximum)) if row.maximum is not None else fee


def fee_tax(facts: Facts, row: FeeRow | None, fee: Decimal) -> Decimal:
    """Return the tax contained in a fee: at the rate of the sale line, at the row's own rate, or none."""
    assert facts.sale is not None
    kind = row.tax if row is not None else "as_sale"
    if facts.settings.tax != "per_sale":
        return ZERO
    if kind == "as_sale" and facts.gross:
        return round_to(Fraction(fee) * Fraction(facts.gross - facts.net) / Fraction(facts.gross), facts.sale.decimals)
    if kind == "rate" and row is not None and row.rate:
        return round_to(Fraction(fee) * Fraction(row.rate) / (1 + Fraction(row.rate)), facts.sale.decimals)
    return ZERO


def share_fees(items: Sequence[tuple[Facts, Decision]]) -> list[tuple[Facts, Decision]]:
    """Return the items with the fees that are charged once for the order dealt out by what each is credited.

    A fee typed for the whole event takes the place of the policy's; each item's fee gets its tax here.
    """
    fees = [decision.fee for _, decision in items]
    grosses = [facts.gross for facts, _ in items]
    decimals = items[0][0].sale.decimals if items[0][0].sale else 2
    typed: Decimal | None = getattr(items[0][0].event.body, "fee", None)
    typed = None if typed is None else items[0][0].at_sale(typed)
    wanted: list[Decimal | None] = [decision.fee_policy for _, decision in items]
    for row_id in dict.fromkeys(row.row for _, decision in items if (row := decision.find("fee")) and row.value):
        own = [i for i, (_, decision) in enumerate(items) if (row := decision.find("fee")) and row.row == row_id]
        row = items[own[0]][1].find("fee")
        if row is None or row.value.per != "order":
            continue
        gross, net = sum((grosses[i] for i in own), ZERO), sum((items[i][0].net for i in own), ZERO)
        total = min(round_to(fee_of(row.value, gross, net), decimals), gross)
        for i, part in zip(own, shares(total, [grosses[i] for i in own], decimals), strict=True):
            wanted[i] = part
            fees[i] = part if items[i][0].item is None or items[i][0].item.fee is None else fees[i]  # type: ignore[union-attr]
    if typed is not None:
        fees = shares(typed, grosses, decimals)
    return [
        (facts, replace(decision, fee=fee, fee_tax=fee_tax(facts, row.value if row else None, fee), fee_policy=want))
        for (facts, decision), fee, want in zip(items, fees, wanted, strict=True)
        for row in [decision.find("fee")]
    ]
