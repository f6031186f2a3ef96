"""One line by one person may not do the whole return.

A one-line return asks, approves, receives, inspects and pays in one. The policy says up to which amount, and for which
goods, that is good enough.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 7, from: delivered}
one_step: {up_to: 113}
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, sku: MUG, qty: 1}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, sku: MUG, qty: 2}
```
```finding
events.yaml:1:12: error[one-step-limit]: a return of 226.00 CNY may not be one line: the policy lets one line do up to 113.00
because: policies/doc.yaml:7:19 sets one_step.up_to
hint: have it approved by a second person and add `allow: [one-step-limit]` with `approved_by` and a `note`
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.money import show

TEMPLATE = Template(
    "a return of {amount} {currency} may not be one line: {why}",
    "have it approved by a second person and add `allow: [one-step-limit]` with `approved_by` and a `note`",
)


def one_step_limit(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where the policy asks for separate steps."""
    document, chosen = decision.document, decision.find("one_step")
    if document is None or chosen is None or chosen.value is not False:
        return
    limit = facts.policy.says.one_step.up_to if facts.policy and facts.policy.says.one_step else None
    if chosen.row == "one_step.up_to" and limit is not None:
        why = Phrase("the policy lets one line do up to {limit}", {"limit": show(limit, document.currency)})
    else:
        asked = ", ".join(f"{name} {value}" for name, value in chosen.used if value) or "one_step.unless"
        why = Phrase("the policy excepts it ({asked})", {"asked": asked})
    values = {"amount": show(document.approval_amount, document.currency), "currency": document.currency, "why": why}
    yield Finding("one-step-limit", facts.event.place, {**values, "why": why}, because=(chosen.place, chosen.row))
