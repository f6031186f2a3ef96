"""The event names an earlier event that was never posted.

A refund pays a return or an allowance, a void undoes an event: both name it by its id, as `apply` and `status` show it.

Passes:

```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, method: later}
- {refund: R-1, date: 2026-11-03}
```

Refused:

```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, method: later}
- {refund: R-2, date: 2026-11-03}
```
```finding
events.yaml:2:12: error[unknown-case]: no event R-2 is posted
hint: write the id of a posted event, such as R-1; `returnledger status` lists what is open
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.events import KINDS
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.terms import Kind

TEMPLATE = Template("no event {reference} is posted", "write {instead}; `returnledger status` lists what is open")


def unknown_case(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where a refund or a void names an id that the books don't have."""
    event = facts.event
    names = KINDS[event.kind].names
    rejects = facts.advance is not None and facts.advance.stage == "rejected" and not facts.advance.found
    if event.kind is Kind.ACTION and facts.nearest and not facts.case:
        rejects = True  # a report goes by another name than a case
    named = rejects or (names in ("case", "event") and event.kind is not Kind.ADVANCE_REFUND)
    if not named or facts.case or facts.target or facts.purchases:
        return
    if event.kind is Kind.SUPPLIER_RETURN:
        yield _no_purchase(facts)
        return
    instead = Phrase("the id of a posted event")
    if facts.nearest:
        instead = Phrase("the id of a posted event, such as {ids}", {"ids": facts.nearest})
    yield Finding("unknown-case", event.place, {"reference": event.reference, "instead": instead})


def _no_purchase(facts: Facts) -> Finding:
    """Return the finding that goods are to go back of what is neither a case nor a purchase."""
    event = facts.event
    instead = Phrase("the id of a case, or the order, invoice or link of the purchase")
    if facts.orders:
        instead = Phrase(
            "the case whose goods go back, or their purchase: {order} is a sale", {"order": event.reference}
        )
    elif facts.nearest:
        instead = Phrase(
            "the id of a case, or the order, invoice or link of the purchase, such as {ids}", {"ids": facts.nearest}
        )
    return Finding("unknown-case", event.place, {"reference": event.reference, "instead": instead})
