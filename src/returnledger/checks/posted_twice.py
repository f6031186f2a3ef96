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
hint: undo one copy with `- {void: {id: R-1, batch: copy}, date: 2026-11-03}`, or take its batch file out of the folder
```
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template

TEMPLATE = Template(
    "{id} is in the books {count} times: {places}",
    "undo one copy with `- {{void: {{id: {id}, batch: {batch}}}, date: {date}}}`, or take its batch file out of the folder",
)


def posted_twice(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where two posted entries of the case, or of the event to void, are the same step."""
    entries = facts.case or facts.target
    steps = Counter((entry.id, entry.case, entry.step) for entry in entries)
    for same, count in steps.items():
        if count > 1:
            event = same[0]
            own = (entry for entry in entries if (entry.id, entry.case, entry.step) == same)
            places = sorted(facts.in_books(entry.place) for entry in own)
            batch = places[-1].partition(":")[0].rpartition("/")[2].removesuffix(".beancount")
            values = {"id": event, "count": count, "places": places, "batch": batch, "date": facts.day}
            yield Finding("posted-twice", facts.event.place, values)
