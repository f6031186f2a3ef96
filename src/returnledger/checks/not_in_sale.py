"""The event names goods that the order did not sell.

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, sku: MUG}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, sku: MUG-BLUE}
- {return: SO-1, date: 2026-11-02, sku: MUG, line: 2}
```
```finding
events.yaml:1:41: error[not-in-sale]: order SO-1 has no MUG-BLUE
hint: write one of its lines: `sku: MUG`
events.yaml:2:41: error[not-in-sale]: order SO-1 has no MUG on line 2
hint: write one of its lines: `sku: MUG`
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template

TEMPLATE = Template("order {order} has no {goods}", "write one of its lines: {lines}")


def not_in_sale(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where no line of the order has the SKU and the line that the item names."""
    if facts.estimate is not None:
        lines = [f"`sku: {sku}`" for sku in facts.estimate.skus]
        for sku in facts.estimate.unknown:
            values = {"order": facts.estimate.owner, "goods": sku, "lines": lines}
            yield Finding("not-in-sale", facts.at("sku"), values)
    sale, item = facts.sale, facts.item
    if sale is None or item is None or facts.matches or not sale.lines:
        return
    goods: object
    if item.line is not None and item.sku is not None:
        goods = Phrase("{sku} on line {line}", {"sku": item.sku, "line": item.line})
    elif item.line is not None:
        goods = Phrase("line {line}", {"line": item.line})
    elif item.sku is not None:
        goods = item.sku
    else:
        return
    names = {line.line: line.sku for line in sale.lines}
    lines = [
        f"`sku: {sku}`" if list(names.values()).count(sku) == 1 else f"`line: {name}`" for name, sku in names.items()
    ]
    place = facts.at("sku") if item.sku is not None else facts.at("line")
    yield Finding("not-in-sale", place, {"order": sale.order, "goods": goods, "lines": lines})
