"""An event has no posting date.

Every entry stands on a day. The date is the event's own, or that of the `defaults` of its file.

Passes:

```yaml
- {return: SO-1, date: 2026-11-02}
```

Refused:

```yaml
- {return: SO-1}
```
```finding
events.yaml:1:12: error[date-missing]: return of SO-1 has no date
hint: add `date: YYYY-MM-DD`, or write it once under `defaults:` for the whole file
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template

TEMPLATE = Template(
    "{kind} of {reference} has no date",
    "add `date: YYYY-MM-DD`, or write it once under `defaults:` for the whole file",
)


def date_missing(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where the event has no date."""
    if facts.day is None:
        yield Finding("date-missing", facts.event.place, {"kind": facts.event.kind, "reference": facts.event.reference})
