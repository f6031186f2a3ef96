"""The id of the event belongs to another event.

An id stays with what was posted under it, also after a void: papers and entries name it.

```beancount
2026-10-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {return: SO-1, id: R-1, date: 2026-10-25, sku: MUG, qty: 1}
```

Passes:

```yaml
- {return: SO-1, id: R-1, date: 2026-10-25, sku: MUG, qty: 1}
```

Refused:

```yaml
- {return: SO-1, id: R-1, date: 2026-10-26, sku: MUG, qty: 1}
```
```finding
events.yaml:1:22: error[id-already-used]: id R-1 is used already: posted with date: 2026-10-25, here with date: 2026-10-26
hint: give the event an `id` of its own; to correct what is posted, write `- {amend: R-1, date: 2026-10-26, set: {…}}` with the fields that change
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template

TEMPLATE = Template(
    "id {id} is used already: {where}",
    "give the event an `id` of its own; to correct what is posted, write `- {{amend: {id}, date: {day}, set: {{…}}}}` with "
    "the fields that change",
)


def id_already_used(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where the id names another posted event, or another event of the input."""
    event, identity = facts.event, facts.identity
    if identity.same_id is not None:
        posted = [f"{name}: {was}" for name, was, _ in identity.same_id_differs]
        given = [f"{name}: {now}" for name, _, now in identity.same_id_differs]
        where = Phrase("posted with {posted}, here with {given}", {"posted": posted, "given": given})
    elif identity.same_id_in_input is not None:
        where = Phrase("at {place}", {"place": str(identity.same_id_in_input)})
    else:
        return
    yield Finding("id-already-used", event.at("id"), {"id": event.id, "where": where, "day": facts.day})
