"""What is kept for taking goods back: by line or once for the order, and the tax in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.money import ZERO, round_to, shares
from returnledger.orderfees import OrderFee
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


def left_of_order(facts: Facts, row: FeeRow, name: str, gross: Decimal, net: Decimal) -> Decimal:
    """Return what a row that charges an order once keeps of goods worth `gross`: all so far less what it kept before."""
    assert facts.sale is not None
    before = facts.order.fees.get(name, OrderFee())
    whole = before.plus(OrderFee(ZERO, gross, net))
    total = min(round_to(fee_of(row, whole.gross, whole.net), facts.sale.decimals), whole.gross)
    return max(ZERO, min(total - before.kept, gross))


def share_fees(items: Sequence[tuple[Facts, Decision]]) -> list[tuple[Facts, Decision]]:
    """Return the items with the fees that are charged once for an order dealt out by what each is credited.

    A fee typed for the whole event takes the place of the policy's; each item's fee gets its tax here.
    """
    fees = [decision.fee for _, decision in items]
    grosses = [facts.gross for facts, _ in items]
    decimals = items[0][0].decimals
    typed: Decimal | None = getattr(items[0][0].event.body, "fee", None)
    typed = None if typed is None else items[0][0].at_sale(typed)
    wanted: list[Decimal | None] = [decision.fee_policy for _, decision in items]
    for (_, name), own in _by_row(items).items():
        facts, row = items[own[0]][0], _row_of(items[own[0]][1])
        assert row is not None
        total = left_of_order(
            facts, row, name, sum((grosses[i] for i in own), ZERO), sum((items[i][0].net for i in own), ZERO)
        )
        for i, part in zip(own, shares(total, [grosses[i] for i in own], decimals), strict=True):
            wanted[i] = part
            item = items[i][0].item
            fees[i] = part if item is None or item.fee is None else fees[i]
    if typed is not None:
        fees = shares(typed, grosses, decimals)
    return [
        (facts, replace(decision, fee=fee, fee_tax=fee_tax(facts, _row_of(decision), fee), fee_policy=want))
        for (facts, decision), fee, want in zip(items, fees, wanted, strict=True)
    ]


def order_fees(items: Sequence[tuple[Facts, Decision]]) -> dict[str, OrderFee]:
    """Return what is kept of the items of one order by rows that charge it once."""
    found: dict[str, OrderFee] = {}
    for (_, name), own in _by_row(items).items():
        for facts, decision in (items[i] for i in own):
            found[name] = found.get(name, OrderFee()).plus(OrderFee(decision.fee, facts.gross, facts.net))
    return found


def _by_row(items: Sequence[tuple[Facts, Decision]]) -> dict[tuple[str, str], list[int]]:
    """Return the positions of the items by order and row, where the row charges the order once."""
    found: dict[tuple[str, str], list[int]] = {}
    for i, (facts, decision) in enumerate(items):
        chosen, row = decision.find("fee"), _row_of(decision)
        if chosen is not None and row is not None and row.per == "order" and facts.sale is not None:
            found.setdefault((facts.sale.order, chosen.row), []).append(i)
    return found


def _row_of(decision: Decision) -> FeeRow | None:
    chosen = decision.find("fee")
    row: FeeRow | None = chosen.value if chosen else None
    return row
