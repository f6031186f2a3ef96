"""Sets aside what is expected to come back, and books only the difference to what stands already.

Revenue is lowered by what customers will get back, without tax, and cost of goods by what the goods will be worth then,
less what taking them back costs. A later estimate changes current revenue and cost; `closed: true` releases what is left.
Tax is never touched. Here 100 were sold, and three are expected back.

```settings
accounting_model: estimate
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                          11300.00 CNY
  Income:Sales                        -10000.00 CNY
  Liabilities:Output-VAT               -1300.00 CNY
  Expenses:COGS                         6000.00 CNY
  Assets:Inventory                         -100 MUG {60.00 CNY, 2026-01-05}
```
```yaml
- {provision: SO-1, id: P-1, date: 2026-10-31, expected_qty: 3}
```
```beancount
2026-10-31 * "Returns expected of SO-1: 3 of 100" #provision ^P-1 ^inv-SO-1
  rl-id: "P-1"
  rl-kind: "provision"
  rl-step: 1
  rl-case: "P-1"
  rl-order: "SO-1"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-owner: "SO-1"
  rl-expected: "MUG 3"
  Liabilities:Refund-Liability                         -300.00 CNY
    rl-role: "refund_liability"
    rl-owner: "SO-1"
  Income:Sales                                          300.00 CNY
    rl-role: "revenue"
  Assets:Return-Asset                                   180.00 CNY
    rl-role: "return_asset"
    rl-owner: "SO-1"
  Expenses:COGS                                        -180.00 CNY
    rl-role: "cogs"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from returnledger.estimates import ACCRUED, ASSET, LIABILITY, REVALUES, ROLES, WARRANTY, Estimate, Stands
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.money import ZERO, decimals_of, round_to, shares
from returnledger.roles import Role

_AGAINST = {LIABILITY: Role.REVENUE, ASSET: Role.COGS, ACCRUED: Role.COGS, WARRANTY: Role.WARRANTY_EXPENSE}


def provide(facts: Facts, estimate: Estimate) -> Iterator[Leg]:
    """Yield what an estimate changes: the balances of its owner, and revenue and cost of goods against them."""
    for role in ROLES:
        wanted = {(w.currency, w.of): w for w in estimate.wanted if w.role == role}
        if not estimate.closes and not wanted:
            continue
        for currency, of in dict.fromkeys((*wanted, *estimate.pool.monies(role))):
            aim = wanted.get((currency, of))
            amount, units = (aim.amount, aim.units) if aim else (ZERO, ZERO)
            stands = estimate.pool.stands(role, currency, facts.day, of)
            if of is None:
                yield from _changed(facts, estimate, role, currency, stands, amount)
            else:
                yield from _changed_abroad(facts, estimate, (currency, of), stands, amount, units)


def _changed(
    facts: Facts, estimate: Estimate, role: str, currency: str, stands: tuple[Stands, ...], wanted: Decimal
) -> Iterator[Leg]:
    """Yield what brings the balances of a role to what is wanted, the oldest account first where it falls."""
    change = wanted - sum((each.amount for each in stands), ZERO)
    if not change:
        return
    sign = 1 if role == ASSET else -1
    for account, part in _dealt(facts, role, stands, change):
        yield Leg(role, account, sign * part, currency, owner=estimate.owner)
    yield from _against(facts, estimate, _AGAINST[role], currency, -sign * change)


def _dealt(facts: Facts, role: str, stands: tuple[Stands, ...], change: Decimal) -> Iterator[tuple[str, Decimal]]:
    if change > 0:
        first = next((each.account for each in stands if each.commodity is None), None)
        yield first or facts.settings.account_for(Role.of(role)), change
        return
    for each in stands:
        part = max(change, -each.amount) if each.amount > 0 else -each.amount
        if part:
            change -= part
            yield each.account, part
    if change:
        yield stands[0].account if stands else facts.settings.account_for(Role.of(role)), change


def _changed_abroad(
    facts: Facts,
    estimate: Estimate,
    money: tuple[str, str],
    stands: tuple[Stands, ...],
    wanted: Decimal,
    units: Decimal,
) -> Iterator[Leg]:
    """Yield the same for money of another currency: units at the rate of the sales, the rest as exchange difference."""
    currency, of = money
    sold_at, _ = estimate.rates.get(money, (Fraction(0), Fraction(0)))
    decimals = estimate.decimals.get(currency, decimals_of(currency))
    held = sum((each.units for each in stands), ZERO)
    weight = sum((each.amount for each in stands), ZERO)
    change = units - held
    earned = round_to(Fraction(change) * sold_at, decimals)
    moved = ZERO
    if change > 0:
        account = next((each.account for each in stands), facts.settings.account_for(Role.REFUND_LIABILITY))
        moved = earned
        yield Leg(LIABILITY, account, -earned, currency, commodity=of, units=-change, owner=estimate.owner)
    rest = -change if change < 0 else ZERO
    for each in stands if rest else ():
        own = min(rest, each.units) if each.commodity else ZERO
        if own > 0:
            rest -= own
            part = (
                each.amount
                if own == each.units
                else round_to(Fraction(each.amount * own) / Fraction(each.units), decimals)
            )
            moved -= part
            yield Leg(LIABILITY, each.account, part, currency, commodity=of, units=own, owner=estimate.owner)
    yield from _against(facts, estimate, Role.REVENUE, currency, earned)
    revalued = wanted - weight - moved
    if revalued:
        account = next((each.account for each in stands), facts.settings.account_for(Role.REFUND_LIABILITY))
        yield Leg(LIABILITY, account, -revalued, currency, item={REVALUES: of}, owner=estimate.owner)
    difference = revalued + moved - earned
    if difference:
        account = facts.settings.account_for(Role.FX_GAIN_LOSS)
        yield Leg(Role.FX_GAIN_LOSS.value, account, difference, currency)


def _against(facts: Facts, estimate: Estimate, role: Role, currency: str, amount: Decimal) -> Iterator[Leg]:
    """Yield the other side, on the accounts that the sales were booked to, by what each brought or cost."""
    tables: dict[Role, Mapping[str, Mapping[str, Decimal]]] = {Role.REVENUE: estimate.revenue, Role.COGS: estimate.cogs}
    weights = {name: n for name, n in tables.get(role, {}).get(currency, {}).items() if n > 0}
    accounts = list(weights) or [facts.settings.account_for(role)]
    decimals = estimate.decimals.get(currency, decimals_of(currency))
    for account, part in zip(accounts, shares(amount, list(weights.values()) or [Decimal(1)], decimals), strict=True):
        if part:
            yield Leg(role.value, account, part, currency)
