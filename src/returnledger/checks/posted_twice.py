"""One event is in the books twice, as after a merge of two branches that both posted it.

Until one copy is gone every sum over the case counts double. Nothing is posted on it before.

```posted
- {return: SO-1, id: R-1, date: 2026-11-02, method: later}
```

Passes:

```yaml
- {refund: R-1, date: 2026-11-03}
```

Refused, where the merge left a second copy of the batch file:

```yaml
- {refund: R-1, date: 2026-11-03}
```
```finding
events.yaml:1:12: error[posted-twice]: R-1 is in the books 2 times: returns/2026/2026-11-02-….beancount:11:1, returns/2026/copy.beancount:11:1
hint: take one of the batch files out of the returns folder, then apply again
```
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template

TEMPLATE = Template(
    "{id} is in the books {count} times: {places}",
    "take one of the batch files out of the returns folder, then apply again",
)


def posted_twice(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where two posted entries of the case, or of the event to void, are the same step."""
    entries = facts.case or facts.target
    steps = Counter((entry.id, entry.step) for entry in entries)
    for (event, step), count in steps.items():
        if count > 1:
            places = sorted(facts.in_books(entry.place) for entry in entries if (entry.id, entry.step) == (event, step))
            yield Finding("posted-twice", facts.event.place, {"id": event, "count": count, "places": places})
