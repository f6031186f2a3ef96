"""The case has ended, and the step would open it again.

A case ends when it is rejected or withdrawn, or when its goods are where they stay and its money is settled. Evidence,
measures, expenses and what the supplier or the carrier pays may come later; anything else opens another case.

Passes:

```yaml
- {credit_note: SO-1, id: R-1, date: 2026-11-02}
- {receive: R-1, date: 2026-11-03}
```

Refused:

```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, condition: new}
- {receive: R-1, date: 2026-11-03}
```
```finding
events.yaml:2:13: error[case-closed]: receive of R-1: the case is closed since 2026-11-02, by R-1
hint: name the order to open another case; a void of R-1 opens this one again
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.events import KINDS
from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.states import row_of
from returnledger.terms import PAYING

TEMPLATE = Template(
    "{kind} of {reference}: the case is closed since {day}, by {id}",
    "name the order to open another case; a void of {id} opens this one again",
)


def case_closed(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where the case has ended and the step is none of those that may follow."""
    event, now = facts.event, facts.now
    if now is None or now.ended is None or event.kind in PAYING or KINDS[event.kind].names == "event":
        return
    if not row_of(event.kind.value).after_end:
        values = {"kind": event.kind, "reference": event.reference, "day": now.ended.date, "id": now.ended.id}
        yield Finding("case-closed", event.place, values)
