"""More units are to come back than are still out.

Units that came back, that the customer was credited for and kept, and that hand-written entries took back all count.
An event that goes over is refused whole: nobody can say which of its units are right.

```beancount
2026-10-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {return: SO-1, date: 2026-10-25, sku: MUG, qty: 2}
```

Refused:

```yaml
- {return: SO-1, date: 2026-10-24, sku: MUG, qty: 1}
- {return: SO-1, date: 2026-10-25, sku: MUG, qty: 2}
- {return: auto, customer: Ann, date: 2026-10-25, sku: MUG, qty: 2}
```
```finding
events.yaml:2:51: error[more-than-sold]: 2 MUG would come back; 1 of 2 still can
also: events.yaml:3:66
hint: return 1 at most; `returnledger sale SO-1` shows what came back before
```
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from returnledger.caselines import CaseLine
from returnledger.estimates import Estimate
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.money import ZERO
from returnledger.states import obstacles
from returnledger.terms import OPENING, Kind

TEMPLATE = Template(
    "{wanted} {sku} would come back; {left} of {sold} still can",
    "{instead}; `returnledger sale {order}` shows what came back before",
)


def more_than_sold(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where more units are asked for than are out, or where nothing is out at all."""
    if facts.estimate is not None:
        yield from _expected(facts, facts.estimate)
    line, sale = facts.line, facts.sale
    if facts.event.kind not in (*OPENING, Kind.APPROVE) or line is None or sale is None:
        return
    now = facts.now
    if now is not None and (now.ended is not None or any(obstacles(facts.event.kind.value, now))):
        return  # the step itself is not allowed
    if now is not None and _above_asked(facts, now.line(line.line)):
        return  # fewer still were asked for: `step-not-allowed` says how many of them are left
    if facts.dated is not None and facts.dated < line.date:
        return  # before the sale nothing was out: `returned-before-sold` says it
    left, sold = facts.can_return, sum((each.units for each in facts.matches), ZERO) or line.units
    if facts.found_units is not None:
        left = facts.found_units
    if facts.item is not None and facts.item.serial in facts.serials_back:
        left = ZERO
    wanted = _wanted(facts, left, sold)
    if wanted is None:
        return
    place = facts.at("qty") if facts.item is not None and facts.item.qty is not None else facts.event.place
    skus = dict.fromkeys(each.sku for each in facts.matches) or {line.sku: None}
    sku = line.sku if len(skus) == 1 else Phrase("units of the order")
    values = {"wanted": wanted, "sku": sku, "left": max(ZERO, left), "sold": sold, "order": sale.order}
    instead = Phrase("return {left} at most", {"left": left}) if left > 0 else Phrase("take it out, nothing is left")
    yield Finding("more-than-sold", place, {**values, "instead": instead})


def _above_asked(facts: Facts, known: CaseLine | None) -> bool:
    """Return True if a step of a case takes more units than are left of those that it was asked for."""
    kind = facts.event.kind
    if known is None or not known.requested or kind not in (Kind.RECEIVE, Kind.CREDIT_NOTE, Kind.EXCHANGE):
        return False
    left = known.outstanding if kind is Kind.RECEIVE else known.requested - known.credited
    return facts.before + (facts.quantity or ZERO) > left


def _expected(facts: Facts, estimate: Estimate) -> Iterator[Finding]:
    """Yield a finding where more units are expected to come back than are out."""
    for sku, wanted, left in estimate.too_many:
        values = {"wanted": wanted, "sku": sku or Phrase("units of the order"), "left": left, "sold": estimate.sold}
        instead = Phrase("expect {left} at most", {"left": left})
        place = facts.event.at("expected_qty")
        yield Finding("more-than-sold", place, {**values, "order": estimate.owner, "instead": instead})


def _wanted(facts: Facts, left: Decimal, sold: Decimal) -> Decimal | None:
    assert facts.line is not None
    typed = facts.item.qty if facts.item is not None else "all"
    wanted = facts.asked if facts.asked is not None else facts.quantity
    if facts.found_units is not None:
        return wanted if wanted is not None and wanted > left else None
    if typed in (None, "all") and left <= 0:
        return sold if typed == "all" else Decimal(1)
    return wanted if wanted is not None and wanted > left else None
