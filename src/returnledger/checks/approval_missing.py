"""Somebody must approve a refund of this size, and has not.

The policy names roles, the settings who has them, for some days others for them; all of the roles must be among those who
approved, each held by another person, unless the row says `one_person: true`. The amount is what could be refunded before
fees. Refunds of the same order count together, and those of the same customer that lie within `split_days` of each other,
the first and the last day counted; those of the same file too, so that splitting does not help.

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

from returnledger.decision import Decision, Document
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.money import show
from returnledger.persons import unheld
from returnledger.policy import Chosen
from returnledger.terms import GOING_ON, Kind

TEMPLATE = Template(
    "{what} of {amount} {currency} needs the approval of {roles}; it has that of {approvers}",
    "add {people} to `approved_by:`",
)


def approval_missing(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding for each row of which a role is not held by one of those who approved, each by another person."""
    document = decision.document
    if facts.event.kind is Kind.REQUEST or (facts.advance is not None and facts.advance.stage == "requested"):
        return  # it says who is to approve
    for chosen in document.chosen if document else ():
        if chosen.effect == "approvals" and chosen.value:
            yield from _open_roles(facts, document, chosen)


def pays_back(facts: Facts) -> bool:
    """Return True if an event gives the customer money, or decides on that."""
    return facts.event.kind not in GOING_ON | {Kind.EXCHANGE} or facts.event.kind is Kind.STORE_CREDIT


def _open_roles(facts: Facts, document: Document | None, chosen: Chosen) -> Iterator[Finding]:
    assert document is not None
    settings, day, approvers = facts.settings, facts.dated or date.max, facts.approved
    row = (
        next((row.says for row in facts.policy.tables["approvals"] if row.says.id == chosen.row), None)
        if facts.policy
        else None
    )
    one_person = bool(getattr(row, "one_person", False))
    missing = unheld(settings, chosen.value, approvers, day, one_person=one_person)
    if not missing:
        return
    counted = unheld(settings, chosen.value, approvers, day, one_person=True)
    able = [name for name in settings.people if settings.roles_of_person(name, day) & set(missing)]
    able = [name for name in able if name not in approvers] or able
    people: object = able or Phrase("somebody who has the role under `people:` in the settings")
    named: object = approvers or Phrase("nobody")
    if approvers and counted != missing:
        named = Phrase("{people}, and one person stands for one role", {"people": approvers})
    yield Finding(
        "approval-missing",
        facts.event.at("approved_by"),
        {
            "what": Phrase("a refund") if pays_back(facts) else Phrase("the step {kind}", {"kind": facts.event.kind}),
            "amount": show(document.approval_amount, document.currency),
            "currency": document.currency,
            "roles": missing if counted == missing else list(chosen.value),
            "approvers": named,
            "people": people,
        },
        because=(chosen.place, f"approvals.{chosen.row}"),
    )
