"""The event gives a cost although the sale is known.

Goods come back at the cost of the lots they were sold from, never at another one; only without a sale could a cost be
given. Where the sale shows no cost of goods, and neither metadata nor the month gives one, `cost` on the event says what
one unit cost.

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, sku: MUG}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, sku: MUG, cost: 55.00}
```
```finding
events.yaml:1:52: error[cost-not-original]: `cost` is 55.00; the goods were sold at the cost of {60.00 CNY, 2026-01-05}
hint: leave `cost` out: the sale gives it
```
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.money import places, plain, round_to
from returnledger.policy import evaluate

TEMPLATE = Template(
    "`cost` is {given}; the goods were sold at the cost of {lots}", "leave `cost` out: the sale gives it"
)


def cost_not_original(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where an item of a known sale gives a cost."""
    item, line = facts.item, facts.line
    if item is None or item.cost is None or line is None or facts.blind:
        return
    if line.unbooked is not None and not line.cogs and facts.policy and evaluate.cost(facts.policy).value != "none":
        return
    lots: object = [f"{{{lot.lot}}}" for lot in line.lots] or Phrase("no lot")
    if line.unbooked is not None and line.cogs:
        each = plain(round_to(Fraction(line.cost) / Fraction(line.units), max(2, places(line.cost))))
        lots = f"{each} {line.cost_currency}"
    yield Finding("cost-not-original", facts.at("cost"), {"given": f"{item.cost:f}", "lots": lots})
