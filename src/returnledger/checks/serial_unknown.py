"""The event names a serial number that the line did not sell.

```beancount
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
events.yaml:1:54: error[serial-unknown]: MUG of order SO-1 was not sold as A71
hint: write one of A17, A18
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template

TEMPLATE = Template("{sku} of order {order} was not sold as {serial}", "{instead}")


def serial_unknown(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where the serial number is none of those that the line shows."""
    item, line, sale = facts.item, facts.line, facts.sale
    if item is None or item.serial is None or line is None or sale is None or item.serial in line.serials:
        return
    instead = Phrase("leave `serial` out: the books show no serial numbers of this sale")
    if line.serials:
        instead = Phrase("write one of {serials}", {"serials": line.serials})
    values = {"sku": line.sku, "order": sale.order, "serial": item.serial, "instead": instead}
    yield Finding("serial-unknown", facts.at("serial"), values)
