"""The event keeps another fee than the policy.

Where the policy has no fees, a typed fee is the user's own decision. Where it has, the two must agree, or somebody must
have approved the difference.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 7, from: delivered}
fees:
  - {id: opened, when: {condition: opened}, percent: 10}
  - {id: none, when: {}, percent: 0}
```

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, condition: opened, fee: 11.30}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, condition: opened, fee: 5.00}
```
```finding
events.yaml:1:60: error[fee-differs]: `fee` is 5.00; the policy keeps 11.30
because: policies/doc.yaml:8:5 sets fees.opened
hint: leave `fee` out, or have it approved and add `allow: [fee-differs]` with `approved_by` and a `note`
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision, Document
from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.money import show

TEMPLATE = Template(
    "`{field}` is {given}; the policy keeps {wanted}",
    "leave `{field}` out, or have it approved and add `allow: [fee-differs]` with `approved_by` and a `note`",
)


def fee_differs(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where a fee that the event or the item gives is not the policy's."""
    document, chosen = decision.document, decision.find("fee")
    if document is not None and document.advance is not None:
        yield from _retained(facts, document)
        return
    if document is None or chosen is None:
        return
    of_event = getattr(facts.event.body, "fee", None)
    of_item = facts.item.fee if facts.item is not None else None
    pairs = ((of_event, document.fee_policy, facts.event.at("fee")), (of_item, decision.fee_policy, facts.at("fee")))
    for given, wanted, place in pairs:
        wanted = None if wanted is None else facts.to_customer(wanted)
        if given is not None and wanted is not None and given != wanted:
            values = {
                "field": "fee",
                "given": show(given, document.money_currency),
                "wanted": show(wanted, document.money_currency),
            }
            yield Finding("fee-differs", place, {**values}, because=(chosen.place, f"fees.{chosen.row}"))
            return


def _retained(facts: Facts, document: Document) -> Iterator[Finding]:
    """Yield a finding where another part of an advance would be kept than the policy says."""
    back, chosen = document.advance, document.find("advance")
    if back is None or back.wanted is None or chosen is None or back.retained == back.wanted:
        return
    if back.facts.said is not None and back.facts.said.double:
        return
    currency = document.money_currency
    typed = back.facts.said is not None and back.facts.said.retain is not None
    field = "retain" if typed else "amount"
    shown = back.retained if typed else back.back
    wanted = show(back.wanted, currency)
    values = {"field": field, "given": show(shown, currency), "wanted": wanted}
    yield Finding("fee-differs", facts.event.at(field), values, because=(chosen.place, f"advances.{chosen.row}"))
