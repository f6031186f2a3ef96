"""The customer asked too late.

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
events.yaml:1:24: error[window-closed]: came back 8 days after delivery; the policy allows 7
because: policies/doc.yaml:5:19 sets window.default
hint: refuse the return, or have it approved and add `allow: [window-closed]` with `approved_by` and a `note`
```
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.policy import Window

TEMPLATE = Template(
    "came back {days} days after {start}; the policy allows {allowed}",
    "refuse the return, or have it approved and add `allow: [window-closed]` with `approved_by` and a `note`",
)

STARTS = {
    "delivered": Phrase("delivery"),
    "shipped": Phrase("shipping"),
    "sold": Phrase("the sale"),
    "paid": Phrase("payment"),
    "received": Phrase("the goods came"),
    "contract": Phrase("the contract"),
    "invoiced": Phrase("the invoice"),
}


def _told(window: Window, last: date, allowed: int) -> int | Phrase:
    """Return the days that are allowed; with the last of them, where they are not simply calendar days."""
    values = {"days": window.days, "months": window.months, "last": last}
    if window.business:
        return Phrase("{days} business days, until {last}", values)
    if window.months and not window.days:
        return Phrase("{months} months, until {last}", values)
    if window.months:
        return Phrase("{days} days and {months} months, until {last}", values)
    if not window.row.startswith("window.extensions.") and allowed > window.days:
        return Phrase("{days}, with holidays until {last}", values)
    return allowed


def window_closed(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where the day that is judged lies after the last day of the window."""
    window = decision.window
    # A window without days is no matter of time: not_returnable says so.
    if window is None or window.open or window.start is None or window.last_day is None or window.no_days:
        return
    allowed = (window.last_day - window.start).days
    by_receipt = facts.policy is not None and facts.policy.window.judged_by == "received"
    asked = "received" if by_receipt else "requested"
    place = facts.event.at(asked if ((asked,) in facts.event.places) else "date")
    yield Finding(
        "window-closed",
        place,
        {
            "days": allowed + window.days_late,
            "start": STARTS[window.start_from],
            "allowed": _told(window, window.last_day, allowed),
        },
        because=(window.place, window.row),
    )
