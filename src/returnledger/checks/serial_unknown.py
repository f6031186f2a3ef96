"""The event names a serial number that the line did not sell.

```sale
2026-10-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}
    serial: "A17 A18"
```

Passes:

```yaml
- {return: SO-1, date: 2026-10-25, sku: MUG, serial: A18}
```

Refused:

```yaml
- {return: SO-1, date: 2026-10-25, sku: MUG, serial: A71}
```
```finding
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template

TEMPLATE = Template("{sku} of order {order} was not sold as {serial}", "what was sold is {serials}")


def serial_unknown(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where the serial number is none of those that the line shows."""
    item, line, sale = facts.item, facts.line, facts.sale
    if item is None or item.serial is None or line is None or sale is None or item.serial in line.serials:
        return
    serials: object = line.serials or Phrase("without serial numbers in the books; leave `serial` out")
    yield Finding(
        "serial-unknown",
        facts.at("serial"),
        {"sku": line.sku, "order": sale.order, "serial": item.serial, "serials": serials},
    )
