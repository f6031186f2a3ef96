"""The policy leaves the return to a person.

A row of its verdicts asks for review, or would have to know something that nobody said. Who decided stands in
`approved_by`.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 7, from: delivered}
verdicts:
  - {id: dear, when: {line_amount: ">100"}, verdict: review, why: more than 100 goes to a person}
```

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, approved_by: li.na}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02}
```
```finding
events.yaml:1:12: error[needs-review]: a person must decide: more than 100 goes to a person
because: policies/doc.yaml:8:5 sets verdicts.dear
hint: add `approved_by:` with the name of who decided
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.terms import Kind, Verdict

TEMPLATE = Template("a person must decide: {why}", "add `approved_by:` with the name of who decided")


def needs_review(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where the verdict is review and nobody has approved."""
    blind = decision.find("blind")
    if blind is not None and blind.value == "review" and not facts.event.body.approved_by:
        why: object = Phrase("goods come back without a sale")
        yield Finding("needs-review", facts.event.place, {"why": why}, because=(blind.place, blind.row))
    chosen = decision.find("verdict")
    if facts.event.kind is Kind.REQUEST:  # `approve` is that person's word
        return
    if chosen is None or decision.verdict is not Verdict.REVIEW or facts.event.body.approved_by:
        return
    why = chosen.why or Phrase("row {row} asks for review", {"row": chosen.row})
    if chosen.missing:
        why = Phrase("row {row} asks for {facts}, which nobody knows", {"row": chosen.row, "facts": chosen.missing})
    row = chosen.row if chosen.row.startswith("window.") else f"verdicts.{chosen.row}"
    yield Finding("needs-review", facts.place, {"why": why}, because=(chosen.place, row))
