"""Sells other goods for those that came back: another thing, or another price, is a return and a sale (IFRS 15 B20).

The return is booked as any other; what it gives stands on exchange clearing and pays for the sale, which has an entry and
an order of its own. The difference comes in by its method, or is owed on the new order; what the first goods gave beyond
the price of the others goes back as any refund. The goods leave by the booking method of their account.

```beancount
2026-10-20 * "Works" "Purchase"
  Assets:Inventory                             5 CUP {95.00 CNY, 2026-10-20}
  Equity:Opening

2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```yaml
- {exchange: SO-1, id: X-1, date: 2026-11-02, sku: MUG, condition: new, out: [{sku: CUP, price_incl_tax: 169.50}]}
```
```beancount
2026-11-02 * "Ann" "Return of SO-1: 1 MUG" #exchange #return ^X-1 ^inv-SO-1
  rl-id: "X-1"
  rl-kind: "return"
  rl-step: 1
  rl-case: "X-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-number: "CN-A-2026-0001"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-window-end: 2026-11-02
  rl-as: "different"
  Income:Sales-Returns                                  100.00 CNY
    rl-role: "sales_returns"
    rl-line: "1"
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
  Expenses:COGS                                         -60.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Liabilities:Exchange-Clearing                        -113.00 CNY
    rl-role: "exchange_clearing"
    rl-tender: "Assets:Bank"

2026-11-02 * "Ann" "Exchange on SO-1: 1 CUP" #exchange ^X-1 ^inv-SO-1-EX
  rl-id: "X-1"
  rl-kind: "exchange"
  rl-step: 2
  rl-case: "X-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-source: "…"
  rl-as: "different"
  rl-sells: "SO-1-EX"
  Income:Sales                                         -150.00 CNY
    rl-role: "revenue"
    rl-line: "1"
    line: "1"
    sku: "CUP"
  Liabilities:Output-VAT                                -19.50 CNY
    rl-role: "output_vat"
    rl-line: "1"
    line: "1"
    sku: "CUP"
  Assets:Inventory                                          -1 CUP {95.00 CNY, 2026-10-20}
    rl-role: "inventory"
    rl-line: "1"
    line: "1"
    sku: "CUP"
  Expenses:COGS                                          95.00 CNY
    rl-role: "cogs"
    rl-line: "1"
    line: "1"
    sku: "CUP"
  Liabilities:Exchange-Clearing                         113.00 CNY
    rl-role: "exchange_clearing"
    rl-tender: "Assets:Bank"
  Assets:Bank                                            56.50 CNY
    rl-role: "cash_bank"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from returnledger.decision import Document
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.money import round_to
from returnledger.outgoing import Outgoing
from returnledger.roles import Role
from returnledger.rows import TENDER


def sell_replacement(facts: Facts, document: Document) -> Iterator[Leg]:
    """Yield the sale of what goes out: revenue, tax and cost of each line, and what pays for it."""
    selling, settings, currency = facts.selling, facts.settings, document.currency
    if selling is None:
        return
    for line in selling.lines:
        yield from _line(line, document)
    clearing = Role.EXCHANGE_CLEARING
    for tender, amount in document.swapped:
        said = {TENDER: tender} if tender else None
        yield Leg(clearing.value, settings.account_for(clearing), amount, currency, item=said, pile=tender)
    paid, owed = selling.difference(document.swapped, document.due)
    if paid:
        yield Leg(Role.CASH_BANK.value, selling.tender, paid, currency)
    if owed:
        yield Leg(Role.ACCOUNTS_RECEIVABLE.value, selling.receivable, owed, currency)


def _line(line: Outgoing, document: Document) -> Iterator[Leg]:
    """Yield revenue, tax, cost and goods of one line; every posting names the line."""
    currency, of = document.currency, line.line
    yield Leg(Role.REVENUE.value, line.revenue, line.tax - line.gross, currency, of, carried=line.carried)
    if line.tax:
        yield Leg(Role.OUTPUT_VAT.value, line.output_vat, -line.tax, currency, of, carried=line.carried)
    cost: dict[str, Fraction] = {}
    for lot in line.lots:
        weight = round_to(Fraction(lot.lot.number) * Fraction(lot.units), document.decimals)
        own, role = lot.lot.currency, Role.INVENTORY.value
        cost[own] = cost.get(own, Fraction(0)) + Fraction(lot.lot.number) * Fraction(lot.units)
        yield Leg(role, lot.account, -weight, own, of, lot.commodity, -lot.units, lot.lot, carried=line.carried)
    for own, exact in cost.items():
        amount = round_to(exact, document.decimals)
        yield Leg(Role.COGS.value, line.cogs, amount, own, of, carried=line.carried)
