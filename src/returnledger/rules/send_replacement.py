"""Sends a replacement for goods that came in before, or that are still to come.

What came in stands against returns clearing, and leaves it; what is to come becomes return asset until `receive` takes it
in; goods that the customer keeps (`goods: kept`) are lost. What the replacement costs more or less is cost of goods sold, and
of a warranty what that costs. No revenue moves.

```beancount
2026-10-20 * "Works" "Purchase"
  Assets:Inventory                             1 MUG {62.00 CNY, 2026-10-20}
  Equity:Opening

2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {receive: SO-1, id: R-1, date: 2026-11-01, sku: MUG, qty: 1}
```
```yaml
- {exchange: R-1, id: X-1, date: 2026-11-02}
```
```beancount
2026-11-02 * "Ann" "Exchange on SO-1: 1 MUG" #exchange ^R-1 ^inv-SO-1
  rl-id: "X-1"
  rl-kind: "exchange"
  rl-step: 2
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-as: "like_for_like"
  Assets:Inventory                                          -1 MUG {62.00 CNY, 2026-10-20}
    rl-role: "inventory"
    rl-line: "1"
  Liabilities:Returns-Clearing                           60.00 CNY
    rl-role: "returns_clearing"
    rl-line: "1"
    rl-sku: "MUG"
    rl-replaced: 1
    rl-lots: "1 {60.00 CNY, 2026-01-05}"
  Expenses:COGS                                           2.00 CNY
    rl-role: "cogs"
    rl-line: "1"
```
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from returnledger.clearing import released
from returnledger.draws import Use
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.lots import lots_text, without
from returnledger.money import ZERO, round_to
from returnledger.proceeds import cost_of_line
from returnledger.roles import Role
from returnledger.rows import LotUnits
from returnledger.terms import Goods

Provided = Callable[[Decimal, str], Iterable[Use]]


def send_replacement(facts: Facts, out: Sequence[LotUnits], provided: Provided | None = None) -> Iterator[Leg]:
    """Yield what comes back off clearing or into the return asset, the goods that go out, and the difference in cost.

    `provided` is for a warranty: it tells what of the difference was set aside.
    """
    sale, line, settings = facts.sale, facts.line, facts.settings
    assert sale is not None and line is not None
    kept = facts.goods is Goods.KEPT
    item: dict[str, str | Decimal] | None = _item(facts)
    met = () if kept else tuple(released(facts, Role.RETURNS_CLEARING))
    came = _cost(facts.lots if kept else without(facts.lots, facts.met), sale.decimals)
    cost: dict[str, Decimal] = {}
    asset = Role.RETURN_ASSET
    backs = [(Role.RETURNS_CLEARING, currency, -amount) for currency, amount in met]
    backs += [(asset, currency, amount) for currency, amount in came.items() if not kept]
    for role, currency, amount in backs:
        cost[currency] = cost.get(currency, ZERO) - amount
        yield Leg(role.value, settings.account_for(role), amount, currency, line.line, item=item)
        item = None
    for lot in out:
        weight = round_to(Fraction(lot.lot.number) * Fraction(lot.units), sale.decimals)
        own, stock = lot.lot.currency, Role.INVENTORY.value
        cost[own] = cost.get(own, ZERO) + weight
        yield Leg(stock, lot.account, -weight, own, line.line, lot.commodity, -lot.units, lot.lot, item)
        item = None
    expense = Role.COGS if provided is None else Role.WARRANTY_EXPENSE
    account = cost_of_line(facts, line.line) if provided is None else settings.account_for(expense)
    for currency, amount in cost.items():
        # What goods cost that nobody gets back is lost; the line goes on with what the replacement cost.
        lost = came.get(currency, ZERO) if kept else ZERO
        of_line, rest = amount - lost, lost
        for use in provided(amount, currency) if provided is not None else ():
            yield Leg(use.role, use.account, use.amount, currency, line.line, owner=use.owner)
            of_line, rest = (of_line, rest - use.amount) if kept else (of_line - use.amount, rest)
        if rest:
            yield Leg(expense.value, account, rest, currency)
        if of_line:
            yield Leg(expense.value, account, of_line, currency, line.line)


def _cost(lots: Iterable[LotUnits], decimals: int) -> dict[str, Decimal]:
    """Return what lots cost, by currency."""
    cost: dict[str, Decimal] = {}
    for lot in lots:
        own = round_to(Fraction(lot.lot.number) * Fraction(lot.units), decimals)
        cost[lot.lot.currency] = cost.get(lot.lot.currency, ZERO) + own
    return cost


def _item(facts: Facts) -> dict[str, str | Decimal]:
    """Return the metadata that says for what the replacement goes out: on exactly one posting."""
    assert facts.line is not None
    said: dict[str, str | Decimal] = {"sku": facts.line.sku, "replaced": facts.quantity or ZERO}
    if facts.item is not None and facts.item.serial:
        said["serial"] = facts.item.serial
    if facts.reason:
        said["reason"] = facts.reason.value
    if facts.goods is Goods.KEPT:
        said["goods"] = Goods.KEPT.value
    if facts.lots:
        said["lots"] = lots_text(facts.lots)
    return said
