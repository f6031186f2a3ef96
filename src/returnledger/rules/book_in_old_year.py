"""Books a return of last year's sale to that year itself, while its statements may still change.

Under IFRS and US GAAP a return after the balance sheet date of a sale before it is an adjusting event (IAS 10.8,
ASC 855-10-25-1): what it takes of revenue and cost stands on the last day of the old year, against what is expected to be
given back and the goods expected with it. The return itself, on its own day, settles both. It is so until the statements are
authorised, and while the old year is open; where returns are estimated, the estimate of the old year is what changes.

```settings
framework: ifrs
year_end: {date: 2026-10-31}
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
2026-10-31 * "Ann" "Return of SO-1: 1 MUG" #return ^R-1 ^inv-SO-1
  rl-id: "R-1"
  rl-kind: "return"
  rl-step: 2
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-source: "…"
  rl-date: 2026-11-02
  Liabilities:Refund-Liability                         -100.00 CNY
    rl-role: "refund_liability"
    rl-line: "1"
  Income:Sales-Returns                                  100.00 CNY
    rl-role: "sales_returns"
  Assets:Return-Asset                                    60.00 CNY
    rl-role: "return_asset"
    rl-line: "1"
  Expenses:COGS                                         -60.00 CNY
    rl-role: "cogs"

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
  Liabilities:Refund-Liability                          100.00 CNY
    rl-role: "refund_liability"
    rl-line: "1"
    rl-instead: "sales_returns"
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
  Assets:Return-Asset                                   -60.00 CNY
    rl-role: "return_asset"
    rl-line: "1"
    rl-instead: "cogs"
  Assets:Receivable                                    -113.00 CNY
    rl-role: "accounts_receivable"
```
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.settings import Settings
from returnledger.steps import COST_ROLES, NET_ROLES

_NET = NET_ROLES | {Role.SHIPPING_REVENUE.value}


def book_in_old_year(legs: Iterable[Leg], facts: Facts) -> tuple[list[Leg], list[Leg]]:
    """Return the legs of the day, and those of the last day of the old year; none where the return is of no old year."""
    legs = list(legs)
    if facts.line is None or not is_of_old_year(facts, facts.line.date):
        return legs, []
    of_day: list[Leg] = []
    of_year: list[Leg] = []
    for leg in legs:
        shown = leg.line is not None or leg.role == Role.SHIPPING_REVENUE
        ours = leg.role in _NET or (leg.role in COST_ROLES and leg.role != Role.GOODS_SHIPPED)
        if leg.lot is not None or leg.owner or leg.units is not None or not (shown and ours):
            of_day.append(leg)
            continue
        against = Role.REFUND_LIABILITY if leg.role in _NET else Role.RETURN_ASSET
        account = facts.settings.account_for(against)
        of_day.append(replace(leg, role=against.value, account=account, instead=leg.role))
        # What the line gave back is told by the entry of the day alone.
        of_year += [
            replace(leg, line=None, item=None, pile=leg.line or ""),
            Leg(against.value, account, -leg.amount, leg.currency, leg.line),
        ]
    return of_day, of_year


def is_of_old_year(facts: Facts, sold: date) -> bool:
    """Return True if a return on its day is of a sale of a year that may still change, in books that book it there."""
    settings: Settings = facts.settings
    year, day = settings.year_end, facts.day
    if year is None or day is None or settings.framework not in ("ifrs", "us_gaap") or settings.estimates:
        return False
    locked = facts.locked_until is not None and facts.locked_until >= year.date
    return not locked and year.bears(sold, day)


def day_of_void(facts: Facts, target: Posted) -> date | None:
    """Return the day of the mirror of an entry: the old year's last, for what a return did to it while it may change."""
    year = facts.settings.year_end
    if year is not None and target.date == year.date < target.dated and is_of_old_year(facts, year.date):
        return year.date
    return facts.day
