"""The event says what is done with goods, or what they look like, that did not come back.

Goods that the customer keeps, or that never left, are not inspected and not placed.

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, goods: kept}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, goods: kept, disposition: scrap}
```
```finding
events.yaml:1:62: error[goods-not-here]: `disposition` is scrap; these goods are kept
hint: leave `disposition` out, or leave `goods` out if they came back
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.terms import Goods, Kind

TEMPLATE = Template(
    "`{key}` is {given}; these goods are {goods}", "leave `{key}` out, or leave `goods` out if they came back"
)


def goods_not_here(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding for a disposition or condition of goods that did not come back."""
    item = facts.item
    if facts.event.kind is not Kind.RETURN or item is None or decision.goods is Goods.RETURNED:
        return
    for key, given in (("disposition", item.disposition), ("condition", item.condition)):
        if given is not None:
            yield Finding("goods-not-here", facts.at(key), {"key": key, "given": given, "goods": decision.goods})
