"""A day that the event gives can't be: it lies before the sale or after the entry, or the ledger has another.

The day of delivery decides until when goods may come back, the day they were received until when money is due: who
writes the event does not choose them.

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, received: 2026-10-30}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, received: 2026-11-20}
```
```finding
events.yaml:1:46: error[days-disagree]: `received` is 2026-11-20; it can only be from 2026-10-26 to 2026-11-02
hint: write the day it happened; the days of the sale stand in the ledger
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.terms import OPENING

TEMPLATE = Template(
    "`{key}` is {said}; it can only be from {first} to {last}",
    "write the day it happened; the days of the sale stand in the ledger",
)


def days_disagree(facts: Facts) -> Iterator[Finding]:
    """Yield a finding for each day of a return that no order of things allows, or that the sale says otherwise."""
    sale, body = facts.sale, facts.event.body
    if facts.event.kind not in OPENING or sale is None or sale.blind or facts.dated is None:
        return
    first = min(day for day in (sale.date, sale.shipped, sale.delivered) if day is not None)
    for key in ("requested", "delivered", "received"):
        said = getattr(body, key)
        if said is None:
            continue
        known = sale.delivered if key == "delivered" else None
        if known is not None and said != known:
            yield Finding("days-disagree", facts.at(key), {"key": key, "said": said, "first": known, "last": known})
        elif not min(first, facts.dated) <= said <= facts.dated:
            last = {"key": key, "said": said, "first": first, "last": facts.dated}
            yield Finding("days-disagree", facts.at(key), last)
