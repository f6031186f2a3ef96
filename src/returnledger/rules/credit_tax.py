"""Takes output tax back once its red invoice is there: each tax account of the sale gets its own share.

The credit is booked before; its tax has waited. A red invoice for a part takes its share of every account, the last one
what is left.

```settings
red_invoice: pending
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  invoice: "25442000000012345678"
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {credit_note: SO-1, id: C-1, date: 2026-11-02, reason: changed_mind}
- {tax_credit: C-1, id: T-1, date: 2026-11-03, confirmation: "4403112611000001", stage: applied}
```
```yaml
- {tax_credit: C-1, id: T-2, date: 2026-11-05, number: "26442000000098765432"}
```
```beancount
2026-11-05 * "Ann" "Red invoice for SO-1" #tax_credit ^C-1 ^inv-SO-1
  rl-id: "T-2"
  rl-kind: "tax_credit"
  rl-step: 3
  rl-case: "C-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-red-invoice: "26442000000098765432"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-of: "C-1"
  rl-stage: "confirmed"
  rl-net: 100
  rl-tax: 13
  rl-confirmation: "4403112611000001"
  rl-application: "T-1"
  rl-reason-code: "02"
  Liabilities:Output-VAT                                 13.00 CNY
    rl-role: "output_vat"
    rl-line: "1"
    rl-instead: "output_vat_pending_red"
  Liabilities:Output-VAT-Pending-Red                    -13.00 CNY
    rl-role: "output_vat_pending_red"
    rl-line: "1"
    rl-tax-account: "Liabilities:Output-VAT"
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from returnledger.legs import Leg
from returnledger.roles import Role
from returnledger.taxcredits import Waiting


def credit_tax(taken: Iterable[Waiting]) -> Iterator[Leg]:
    """Yield debits of the tax accounts of the sale, and what waited for them; `taken` is what the red invoice is for."""
    waits = Role.OUTPUT_VAT_PENDING_RED.value
    for each in taken:
        units = None if each.units is None else -each.units
        yield Leg(
            *(Role.OUTPUT_VAT.value, each.account, each.tax, each.currency, each.line, each.commodity, each.units),
            carried=each.carried,
            instead=waits,
        )
        yield Leg(
            *(waits, each.waits_on, -each.tax, each.currency, each.line, each.commodity, units),
            carried=each.carried,
            tax_account=each.account,
        )
