"""The sale says one quantity and shows another.

The quantity in the metadata of a line counts units, or packs of which the units are a whole multiple. Any other pair of
numbers means that the sale was booked wrong, and a share of it would be wrong too.

```beancount
2026-10-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
    sku: "MUG"
    qty: 3
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}

2026-10-21 * "Ben" "Sale" ^inv-SO-2
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
    sku: "MUG"
    qty: 1
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {return: SO-2, date: 2026-10-25}
```

Refused:

```yaml
- {return: SO-1, date: 2026-10-25}
```
```finding
events.yaml:1:12: error[quantities-disagree]: the sale of MUG says 3 and takes 2 from stock
hint: correct the quantity at main.beancount:17 or the goods at main.beancount:22
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template

TEMPLATE = Template(
    "the sale of {sku} says {quantity} and takes {units} from stock",
    "correct the quantity at {where} or the goods at {other}",
)


def quantities_disagree(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where the line's metadata and the units that left stock can't both be true."""
    if facts.sale is None:
        return
    for code, said in facts.sale.problems:
        if code != "quantities-disagree" or (facts.line is not None and facts.line.sku != said["sku"]):
            continue
        yield Finding(
            "quantities-disagree",
            facts.at("sku"),
            {
                "sku": said["sku"],
                "quantity": said["quantity"],
                "units": said["units"],
                "where": facts.in_books(said["where"]),
                "other": facts.in_books(said["other"]),
            },
        )
