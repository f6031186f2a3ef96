"""The event may mean several lines of the order.

Lines of one SKU at one price are alike, and the event need not tell them apart. At two prices, or where the order has
several SKUs and the event names none, it must.

```beancount
2026-10-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            203.40 CNY
  Income:Sales                          -100.00 CNY
    line: 1
    sku: "MUG"
  Income:Sales                           -80.00 CNY
    line: 2
    sku: "MUG"
  Liabilities:Output-VAT                 -23.40 CNY
  Expenses:COGS                           60.00 CNY
    line: 1
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
    line: 1
  Expenses:COGS                           60.00 CNY
    line: 2
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
    line: 2
```

Passes:

```yaml
- {return: SO-1, date: 2026-10-25, sku: MUG, line: 2}
```

Refused:

```yaml
- {return: SO-1, date: 2026-10-25, sku: MUG}
```
```finding
events.yaml:1:41: error[line-needed]: MUG may be any of 2 lines of order SO-1: 1 (MUG at 113.00), 2 (MUG at 90.40)
hint: add `line: 1`, or another of them
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.money import round_to, show
from returnledger.rows import SaleLine

TEMPLATE = Template(
    "{goods} may be any of {count} lines of order {order}: {lines}", "add `line: {first}`, or another of them"
)


def line_needed(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where the item could mean lines that are not alike."""
    sale, item = facts.sale, facts.item
    if sale is None or item is None or facts.line is not None or not sale.lines:
        return
    goods: object = item.sku
    if item.line is None and item.sku is None and not facts.matches:
        lines, goods = sale.lines, Phrase("an item without `sku`")
    elif len(facts.matches) > 1:
        lines = facts.matches
    else:
        return
    place = facts.at("sku") if item.sku is not None else facts.at("qty")
    yield Finding(
        "line-needed",
        place,
        {
            "goods": goods,
            "count": len(lines),
            "order": sale.order,
            "lines": [_shown(line, sale.currency, sale.decimals) for line in lines],
            "first": lines[0].line,
        },
    )


def _shown(line: SaleLine, currency: str, decimals: int) -> Phrase:
    price = round_to((line.net + line.tax) / line.units, decimals) if line.units else line.net + line.tax
    return Phrase("{line} ({sku} at {price})", {"line": line.line, "sku": line.sku, "price": show(price, currency)})
