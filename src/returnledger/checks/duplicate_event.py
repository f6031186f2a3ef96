"""The very same event stands twice in the input, or was posted from another file.

Two lines of the same content are one return typed twice far more often than two returns. If they are two, an `id` on
one of them says so.

```beancount
2026-10-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {return: SO-1, date: 2026-10-25, sku: MUG, qty: 1}
- {return: SO-1, date: 2026-10-25, sku: MUG, qty: 1, id: second}
```

Refused:

```yaml
- {return: SO-1, date: 2026-10-25, sku: MUG, qty: 1}
- {return: SO-1, date: 2026-10-25, sku: MUG, qty: 1}
```
```finding
events.yaml:2:12: error[duplicate-event]: the same as the event at events.yaml:1:12
hint: delete it; if it is a second return of the same content, give it an `id` of its own
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template

TEMPLATE = Template(
    "the same as {other}", "delete it; if it is a second {kind} of the same content, give it an `id` of its own"
)


def duplicate_event(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where the same content came before, in the input or from another file."""
    event, identity = facts.event, facts.identity
    if identity.twice_in_file is not None:
        other = Phrase("the event at {place}", {"place": str(identity.twice_in_file)})
    elif identity.same_content is not None:
        other = Phrase("{id}, which was posted from another file", {"id": identity.same_content})
    else:
        return
    yield Finding("duplicate-event", event.place, {"other": other, "kind": event.kind})
