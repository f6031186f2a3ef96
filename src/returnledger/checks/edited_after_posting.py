"""An event was changed in its file after it had been posted.

What is posted is never changed by editing a file: the books would say one thing and the file another. The posted event
is undone first.

```beancount
2026-10-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {return: SO-1, date: 2026-10-25, sku: MUG, qty: 1, reason: changed_mind}
```

Passes:

```yaml
- {return: SO-1, date: 2026-10-25, sku: MUG, qty: 1, reason: changed_mind}
```

Refused:

```yaml
- {return: SO-1, date: 2026-10-25, sku: MUG, qty: 1, reason: style}
```
```finding
events.yaml:1:12: error[edited-after-posting]: RT-20261025-6693699bb464 was posted from this file with reason: changed_mind; now it says reason: style
hint: write it as it was posted; to correct it add `- {void: RT-20261025-6693699bb464, date: 2026-10-25}` and keep this one with an `id` of its own
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.events import canonical_text
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template

TEMPLATE = Template(
    "{id} was posted from this file with {posted}; now it says {given}",
    "write it as it was posted; to correct it add `- {{void: {id}, date: {day}}}` and keep this one with an `id` of its own",
)


def edited_after_posting(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where the event takes the place of a posted one that is gone from its file."""
    edited = facts.identity.edited
    if edited is None:
        return
    was, now = differences(edited.event, canonical_text(facts.event.canonical))
    values = {"id": edited.id, "posted": was, "given": now, "day": facts.day}
    yield Finding("edited-after-posting", facts.event.place, values)


def differences(was: str, now: str) -> tuple[object, object]:
    """Return what two canonical events say differently, as each says it: `date: 2026-11-02`, `date: 2026-11-03`."""
    parts = [text.strip("{}").split(", ") for text in (was, now)]
    only = [[part for part in own if part not in other] for own, other in (parts, parts[::-1])]
    return only[0] or Phrase("nothing of it"), only[1] or Phrase("nothing of it")
