"""The goods come in after the approval has ended.

An approval says until when goods may come: the event that gives it, else the policy's `authorisation`. It counts the day
they came in, `received`, else the date of the event.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 7, from: delivered}
authorisation: {valid_days: 10, counted_from: approved}
```

Passes:

```yaml
- {request: SO-1, id: R-1, date: 2026-10-28}
- {approve: R-1, date: 2026-10-29, by: wang}
- {receive: R-1, date: 2026-11-08}
```

Refused:

```yaml
- {request: SO-1, id: R-1, date: 2026-10-28}
- {approve: R-1, date: 2026-10-29, by: wang}
- {receive: R-1, date: 2026-11-09}
```
```finding
events.yaml:3:24: error[approval-expired]: the goods come in on 2026-11-09; the approval of R-1 ended on 2026-11-08
hint: have it approved again with `approve: R-1`, or let it be accepted: add `allow: [approval-expired]` with `approved_by` and a `note`
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.terms import BRINGING, Kind

TEMPLATE = Template(
    "the goods come in on {received}; the approval of {case} ended on {until}",
    "have it approved again with `approve: {case}`, or let it be accepted: add `allow: [approval-expired]` with `approved_by` and a `note`",
)


def approval_expired(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where goods come in after the last day that the approval of their case gives."""
    now, came = facts.now, facts.event.body.received or facts.dated
    if now is None or facts.event.kind not in BRINGING:
        return
    if now.came is not None and facts.event.kind is not Kind.RECEIVE:  # they came before
        return
    until = now.authorised.until
    if until is not None and came is not None and came > until:
        place = facts.at("received") if facts.event.body.received else facts.at("date")
        yield Finding("approval-expired", place, {"received": came, "case": now.id, "until": until})
