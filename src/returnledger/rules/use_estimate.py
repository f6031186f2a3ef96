"""Takes what was expected back out of the estimate, and only the rest out of current revenue and cost of goods.

The refund liability stands for what the customer is credited without tax, the right of return asset and what is accrued
for taking goods back for their cost. A fee is in revenue already: it stays on the account that the credit comes from.

```settings
accounting_model: estimate
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}

2026-10-31 * "One is expected back" ^inv-SO-1
  Income:Sales                           100.00 CNY
  Liabilities:Refund-Liability          -100.00 CNY
  Assets:Return-Asset                     60.00 CNY
  Expenses:COGS                          -60.00 CNY
```
```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, sku: MUG, qty: 2, condition: new}
```
```beancount
2026-11-02 * "Ann" "Return of SO-1: 2 MUG" #return ^R-1 ^inv-SO-1
  rl-id: "R-1"
  rl-kind: "return"
  rl-step: 1
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-number: "CN-A-2026-0001"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-window-end: 2026-11-02
  Liabilities:Refund-Liability                          100.00 CNY
    rl-role: "refund_liability"
    rl-line: "1"
    rl-owner: "SO-1"
    rl-instead: "sales_returns"
  Income:Sales-Returns                                  100.00 CNY
    rl-role: "sales_returns"
    rl-line: "1"
  Liabilities:Output-VAT                                 26.00 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Assets:Inventory                                           2 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory"
    rl-line: "1"
    rl-sku: "MUG"
    rl-qty: 2
    rl-condition: "new"
    rl-disposition: "restock"
  Assets:Return-Asset                                   -60.00 CNY
    rl-role: "return_asset"
    rl-line: "1"
    rl-owner: "SO-1"
    rl-instead: "cogs"
  Expenses:COGS                                         -60.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Liabilities:Refund-Payable                           -226.00 CNY
    rl-role: "refund_payable"
  Liabilities:Refund-Payable                            226.00 CNY
    rl-role: "refund_payable"
  Assets:Bank                                          -226.00 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from returnledger.decision import Decision
from returnledger.draws import Draw, Use
from returnledger.estimates import ACCRUED, ASSET, LIABILITY, REVALUES
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.money import ZERO, round_to, shares
from returnledger.roles import Role
from returnledger.steps import NET_ROLES


def use_estimate(legs: Iterable[Leg], facts: Facts, decision: Decision) -> list[Leg]:
    """Return the legs of an item with what its estimates stand for taken from them."""
    legs, draw = list(legs), decision.draw
    if draw is None:
        return legs
    sale = facts.sale
    assert sale is not None
    net = [leg for leg in legs if leg.role in NET_ROLES and leg.line is not None]
    cost = [leg for leg in legs if leg.role == Role.COGS and leg.line is not None and leg.lot is None]
    rest = [_with_fee(leg, net) for leg in legs if leg not in net and leg not in cost]
    return [*_money(net, draw, facts), *rest, *_goods(cost, draw, sale.decimals)]


def _with_fee(leg: Leg, net: list[Leg]) -> Leg:
    """Return the leg of a fee on the account that the credit comes from."""
    if leg.role != Role.RESTOCKING_FEE_REVENUE or not net:
        return leg
    return replace(leg, account=net[0].account)


def _money(net: list[Leg], draw: Draw, facts: Facts) -> Iterator[Leg]:
    uses = [use for use in draw.uses if use.role == LIABILITY]
    if not uses or not net:
        yield from net
        return
    sale = facts.sale
    assert sale is not None
    item = next((leg.item for leg in net if leg.item), None)
    taken = _shared(draw.share, [leg.amount for leg in net], sale.decimals)
    first, stands_for = net[0], net[0].role
    for n, use in enumerate(uses):
        yield _leg(use, facts, stands_for, use.amount, item if n == 0 else None)
    for leg, part in zip(net, taken, strict=True):
        if leg.amount != part:
            units = None
            if leg.units is not None:
                units = leg.units - round_to(leg.units * part / leg.amount, -leg.units.as_tuple().exponent)  # type: ignore[operator]
            yield replace(leg, amount=leg.amount - part, units=units, item=None)
    difference = sum((use.amount for use in uses), ZERO) - draw.share
    if difference:
        account = facts.settings.account_for(Role.FX_GAIN_LOSS)
        yield Leg(Role.FX_GAIN_LOSS.value, account, -difference, first.currency, first.line, instead=stands_for)


def _shared(whole: Decimal, amounts: list[Decimal], decimals: int) -> list[Decimal]:
    """Return what of each amount an estimate stands for: all of it, where it is all."""
    return list(amounts) if whole == sum(amounts, ZERO) else shares(whole, amounts, decimals)


def _goods(cost: list[Leg], draw: Draw, decimals: int) -> Iterator[Leg]:
    uses = [use for use in draw.uses if use.role in (ASSET, ACCRUED)]
    own = [leg for leg in cost if uses and leg.currency == uses[0].currency]
    yield from (leg for leg in cost if leg not in own)
    covered = sum((use.amount for use in uses), ZERO)
    for use in uses:
        yield Leg(
            use.role, use.account, -use.amount, use.currency, own[0].line, owner=use.owner, instead=Role.COGS.value
        )
    for leg, part in zip(own, _shared(-covered, [leg.amount for leg in own], decimals), strict=True):
        if leg.amount != part:
            yield replace(leg, amount=leg.amount - part)


def _leg(use: Use, facts: Facts, stands_for: str, amount: Decimal, item: object) -> Leg:
    assert facts.line is not None
    said = dict(item) if isinstance(item, dict) else None
    if use.of is not None and use.commodity is None:
        said = {**(said or {}), REVALUES: use.of}
    return Leg(
        use.role,
        use.account,
        amount,
        use.currency,
        facts.line.line,
        use.commodity,
        use.units,
        item=said,
        owner=use.owner,
        instead=stands_for,
    )
