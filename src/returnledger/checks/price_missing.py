"""Other goods go out in an exchange, and nobody says at what price.

The price is the event's (`price_incl_tax`), else that of products.yaml.

```beancount
2026-10-20 * "Works" "Purchase"
  Assets:Inventory                             5 CUP {20.00 CNY, 2026-10-20}
  Equity:Opening

2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {exchange: SO-1, date: 2026-11-02, out: [{sku: CUP, price_incl_tax: 33.90}]}
```

Refused:

```yaml
- {exchange: SO-1, date: 2026-11-02, out: [{sku: CUP}]}
```
```finding
events.yaml:1:43: error[price-missing]: CUP goes out, and neither the event nor products.yaml says at what price
hint: add `price_incl_tax:` to it in `out`, or to CUP in products.yaml
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template

TEMPLATE = Template(
    "{sku} goes out, and neither the event nor products.yaml says at what price",
    "add `price_incl_tax:` to it in `out`, or to {sku} in products.yaml",
)


def price_missing(facts: Facts) -> Iterator[Finding]:
    """Yield a finding for each of the goods going out whose price nobody says."""
    for line in facts.selling.lines if facts.selling is not None else ():
        if not line.priced:
            yield Finding("price-missing", facts.event.at("out"), {"sku": line.sku})
