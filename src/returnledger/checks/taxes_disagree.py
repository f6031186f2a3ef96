"""The sale's lines say their tax rates, and at these rates its tax would be another.

A share of the tax would be wrong with either of them. One cent for each line and half a cent for each unit are not
counted: lines and units may have been rounded on their own.

```beancount
2026-10-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            187.00 CNY
  Income:Sales                          -100.00 CNY
    sku: "MUG"
    tax_rate: 0.13
  Income:Sales                           -60.00 CNY
    sku: "TEE"
    tax_rate: 0.13
  Liabilities:Output-VAT                 -27.00 CNY
  Expenses:COGS                          100.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
  Assets:Inventory                           -1 TEE {40.00 CNY, 2026-01-05}

2026-10-20 * "Ben" "Sale" ^inv-SO-2
  Assets:Bank                            178.40 CNY
  Income:Sales                          -100.00 CNY
    sku: "MUG"
    tax_rate: 0.13
  Income:Sales                           -60.00 CNY
    sku: "TEE"
    tax_rate: 0.09
  Liabilities:Output-VAT                 -18.40 CNY
  Expenses:COGS                          100.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
  Assets:Inventory                           -1 TEE {40.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {return: SO-2, date: 2026-10-25, sku: TEE}
```

Refused:

```yaml
- {return: SO-1, date: 2026-10-25, sku: TEE}
```
```finding
events.yaml:1:41: error[taxes-disagree]: the tax of order SO-1 is 27.00; the rates of its lines come to 20.80
hint: correct the tax at main.beancount:27, or the `tax_rate` of the lines from main.beancount:21 on
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template

TEMPLATE = Template(
    "the tax of order {order} is {tax}; the rates of its lines come to {expected}",
    "correct the tax at {where}, or the `tax_rate` of the lines from {where_line} on",
)


def taxes_disagree(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where the tax of the sale and the rates that its lines say can't both be true."""
    sale = facts.sale
    if sale is None:
        return
    for code, said in sale.problems:
        if code != "taxes-disagree" or (facts.line is not None and facts.line.sku not in said["skus"].split(", ")):
            continue
        places = {name: facts.in_books(said[name]) for name in ("where", "where_line")}
        amounts = {"tax": said["tax"], "expected": said["expected"]}
        yield Finding("taxes-disagree", facts.at("sku"), {"order": sale.order, **amounts, **places})
