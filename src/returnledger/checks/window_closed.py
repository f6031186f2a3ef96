'''The customer asked too late.

Of all rows of the policy's window that apply, the latest end counts; the day asked (or received, as the policy says)
must not lie after it.

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, delivered: 2026-10-26}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-03, delivered: 2026-10-26}
```
```finding
events.yaml:1:26: error[window-closed]: came back 8 days after delivery; the policy allows 7
because: policies/doc.yaml:5:12 sets window.default
hint: refuse the return, or have it approved and add `allow: [window-closed]` with `approved_by` and a `note`
```
'''

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decide import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Template

TEMPLATE = Template(
    "came back {days} days after {start}; the policy allows {allowed}",
    "refuse the return, or have it approved and add `allow: [window-closed]` with `approved_by` and a `note`",
)


def window_closed(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where the day asked lies after the last day of the window, or the window is closed altogether."""
    window = decision.window
    if window is None or window.open or window.start is None or facts.requested is None:
        return
    values = {"days": (facts.requested - window.start).days, "start": window.start_from, "allowed": window.days}
    place = facts.at("requested") if facts.event.body.requested else facts.at("date")
    yield Finding("window-closed", place, values, because=(window.place, window.row))
