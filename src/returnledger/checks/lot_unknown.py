"""The event names a lot that the sale did not take, or of which too few units are out.

A lot is named by its label, else by its date, else by its unit cost. Goods can only come back to lots that they left.

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, sku: MUG, lot: 2026-01-05}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, sku: MUG, lot: 2026-02-01}
```
```finding
events.yaml:1:51: error[lot-unknown]: 0 units of lot 2026-02-01 can still come back; 1 are asked for
hint: write `lot: 2026-01-05`; what can come back is 1 {60.00 CNY, 2026-01-05}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.linefacts import lot_is
from returnledger.money import ZERO, plain

TEMPLATE = Template(
    "{left} units of lot {lot} can still come back; {wanted} are asked for",
    "write `lot: {first}`; what can come back is {lots}",
)


def lot_unknown(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where the named lot can't give the units back."""
    item, history = facts.item, facts.history
    if item is None or item.lot is None or history is None or facts.lot_matches or facts.quantity is None:
        return
    out = history.lots_left()
    left = sum((lot.units for lot in out if lot_is(lot, item.lot)), ZERO)
    lots = [f"{plain(lot.units)} {{{lot.lot}}}" for lot in out]
    first = (out[0].lot.label or out[0].lot.date.isoformat()) if out else ""
    yield Finding(
        "lot-unknown",
        facts.at("lot"),
        {"left": left, "lot": item.lot, "wanted": facts.quantity, "lots": lots, "first": first},
    )
