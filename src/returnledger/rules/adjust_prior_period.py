"""Books a return of last year's sale to the year before, while the statements of that year may still change.

Under asbe a return after the balance sheet date takes its revenue and cost through prior-period adjustment, with its
income tax; what is left of that goes to retained earnings at once, and the surplus reserve gives back its part. Once the
tax of the year is settled, the tax is deferred. Small enterprises never do this, other frameworks not here.

```settings
framework: asbe
revenue_account: same
year_end: {date: 2026-10-31, income_tax_percent: 25, reserve_percent: 10}
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Receivable                      113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, condition: new}
```
```beancount
2026-11-02 * "Ann" "Return of SO-1: 1 MUG" #return ^R-1 ^inv-SO-1
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
  Equity:Prior-Period-Adjustment                        100.00 CNY
    rl-role: "prior_period_adjustment"
    rl-line: "1"
    rl-instead: "revenue"
  Equity:Prior-Period-Adjustment                        -60.00 CNY
    rl-role: "prior_period_adjustment"
    rl-line: "1"
    rl-instead: "cogs"
  Equity:Prior-Period-Adjustment                        -40.00 CNY
    rl-role: "prior_period_adjustment"
  Liabilities:Output-VAT                                 13.00 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Assets:Inventory                                           1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory"
    rl-line: "1"
    rl-sku: "MUG"
    rl-qty: 1
    rl-condition: "new"
    rl-disposition: "restock"
  Assets:Receivable                                    -113.00 CNY
    rl-role: "accounts_receivable"
  Liabilities:Income-Tax-Payable                         10.00 CNY
    rl-role: "income_tax_payable"
  Equity:Retained-Earnings                               30.00 CNY
    rl-role: "retained_earnings"
  Equity:Retained-Earnings                               -3.00 CNY
    rl-role: "retained_earnings"
  Equity:Surplus-Reserve                                  3.00 CNY
    rl-role: "surplus_reserve"
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.money import ZERO, round_to
from returnledger.roles import Role
from returnledger.settings import Settings
from returnledger.steps import NET_ROLES

_OF_THE_YEAR = NET_ROLES | {Role.COGS.value, Role.COST_ROUNDING.value}


def adjust_prior_period(legs: Iterable[Leg], facts: Facts) -> list[Leg]:
    """Return the legs of an item with those of last year's profit on prior-period adjustment, where it is open."""
    legs = list(legs)
    if facts.line is None or not is_of_prior_period(facts.settings, facts.line.date, facts.day):
        return legs
    account = facts.settings.account_for(Role.PRIOR_PERIOD_ADJUSTMENT)
    role = Role.PRIOR_PERIOD_ADJUSTMENT.value
    return [
        replace(leg, role=role, account=account, instead=leg.role)
        if leg.lot is None and (leg.role in _OF_THE_YEAR if leg.line is not None else leg.role == Role.SHIPPING_REVENUE)
        else leg
        for leg in legs
    ]


def is_of_prior_period(settings: Settings, sold: date, day: date | None) -> bool:
    """Return True if a return on a day is of a sale of the year whose statements may still change."""
    year = settings.year_end
    if year is None or settings.framework != "asbe" or day is None:
        return False
    return year.bears(sold, day)


def close_prior_period(legs: Iterable[Leg], settings: Settings, day: date | None, decimals: int) -> Iterator[Leg]:
    """Yield income tax and the transfer that leave nothing on prior-period adjustment, by currency."""
    year, role = settings.year_end, Role.PRIOR_PERIOD_ADJUSTMENT.value
    adjusted = [leg for leg in legs if leg.role == role]
    for currency in dict.fromkeys(leg.currency for leg in adjusted):
        left = sum((leg.amount for leg in adjusted if leg.currency == currency), ZERO)
        if year is None or not left:
            continue
        account = settings.account_for(Role.PRIOR_PERIOD_ADJUSTMENT)
        percent = year.income_tax_percent or ZERO
        tax = round_to(Fraction(left) * Fraction(percent) / 100, decimals)
        late = year.tax_settled is not None and day is not None and day > year.tax_settled
        own = Role.DEFERRED_TAX_ASSET if late else Role.INCOME_TAX_PAYABLE
        yield Leg(own.value, settings.account_for(own), tax, currency)
        yield Leg(role, account, -tax, currency)
        yield Leg(Role.RETAINED_EARNINGS.value, settings.account_for(Role.RETAINED_EARNINGS), left - tax, currency)
        yield Leg(role, account, tax - left, currency)
        reserve = round_to(Fraction(left - tax) * Fraction(year.reserve_percent or ZERO) / 100, decimals)
        yield Leg(Role.SURPLUS_RESERVE.value, settings.account_for(Role.SURPLUS_RESERVE), reserve, currency)
        yield Leg(Role.RETAINED_EARNINGS.value, settings.account_for(Role.RETAINED_EARNINGS), -reserve, currency)
