"""The ledger and the register tell one sale differently.

An order may stand in both: the ledger is believed where it says which goods were sold. Where units, net or what was paid
differ, one of them is wrong, and so might the return be.

```settings
sales: {register: sales.csv}
methods: {bank: {account: Assets:Bank}}
```
```register
order,date,customer,line,sku,qty,net,tax,cost,paid
SO-1,2026-10-26,Ann,1,MUG,1,100.00,13.00,60.00,113.00
SO-2,2026-10-26,Ben,1,MUG,2,200.00,26.00,120.00,226.00
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}

2026-10-26 * "Ben" "Sale" ^inv-SO-2
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {return: SO-1, date: 2026-11-02}
```

Refused:

```yaml
- {return: SO-2, date: 2026-11-02}
```
```finding
events.yaml:1:12: error[register-disagrees]: qty MUG of order SO-2 is 2 in the register at sales.csv:3:1 and 1 in the ledger at main.beancount:22:1
hint: correct the one that is wrong
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.terms import UNDOING

TEMPLATE = Template(
    "{what} of order {order} is {register} in the register at {at} and {ledger} in the ledger at {where}",
    "correct the one that is wrong",
)


def register_disagrees(facts: Facts) -> Iterator[Finding]:
    """Yield a finding for each fact of the sale that the two books have different figures for."""
    if facts.sale is None or facts.event.kind in UNDOING:
        return
    for code, said in facts.sale.problems:
        if code == "register-disagrees":
            values = {
                "order": facts.sale.order,
                "what": said["what"],
                "register": said["register"],
                "ledger": said["ledger"],
                "at": facts.in_books(said["at"]),
                "where": facts.in_books(said["where"]),
            }
            yield Finding("register-disagrees", facts.event.place, values)
