"""Somebody must approve a refund of this size, and has not.

The policy names roles, the settings who has them; all of the roles must be among those who approved. Refunds of the
same order and, within `split_days`, of the same customer count together, so that splitting does not help.

```settings
people:
  wang.wei: [supervisor]
```
```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 7, from: delivered}
approvals:
  - {id: automatic, when: {amount: "<=100"}, by: []}
  - {id: supervisor, when: {}, by: [supervisor]}
```

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, approved_by: wang.wei}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, approved_by: li.na}
```
```finding
events.yaml:1:49: error[approval-missing]: a refund of 113.00 CNY needs the approval of supervisor; it has that of li.na
because: policies/doc.yaml:9:5 sets approvals.supervisor
hint: add wang.wei to `approved_by:`
```
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.money import show

TEMPLATE = Template(
    "a refund of {amount} {currency} needs the approval of {roles}; it has that of {approvers}",
    "add {people} to `approved_by:`",
)


def approval_missing(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where a role that must approve is not held by any of those who did."""
    document, chosen = decision.document, decision.find("approvals")
    if document is None or chosen is None or not chosen.value:
        return
    settings, day, approvers = facts.settings, facts.day or date.max, facts.event.body.approved_by
    held = {role for name in approvers for role in settings.roles_of_person(name, day)}
    missing = [role for role in chosen.value if role not in held]
    if not missing:
        return
    able = [name for name in settings.people if settings.roles_of_person(name, day) & set(missing)]
    people: object = able or Phrase("somebody who has the role under `people:` in the settings")
    yield Finding(
        "approval-missing",
        facts.event.at("approved_by"),
        {
            "amount": show(document.approval_amount, document.currency),
            "currency": document.currency,
            "roles": missing,
            "approvers": approvers or Phrase("nobody"),
            "people": people,
        },
        because=(chosen.place, f"approvals.{chosen.row}"),
    )
