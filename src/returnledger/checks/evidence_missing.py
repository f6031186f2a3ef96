"""Papers or pictures that the policy asks for are not there.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 7, from: delivered}
evidence:
  - {id: photo, at: approve, when: {reason: defective}, need: [photo]}
```

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, reason: defective, evidence: photos/so-1.jpg}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, reason: defective}
```
```finding
events.yaml:1:12: error[evidence-missing]: the policy asks for photo; the event brings nothing
because: policies/doc.yaml:8:5 sets evidence.photo
hint: add `evidence: [{path: FILE, type: photo}]`
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.policyfacts import papers_of

TEMPLATE = Template(
    "the policy asks for {needed}; the event brings {given}",
    "add `evidence: [{{path: FILE, type: {first}}}]`",
)


def evidence_missing(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding for each row of the policy whose evidence the event does not bring."""
    document = decision.document
    if document is None:
        return
    brought = facts.advance.papers if facts.advance is not None else ()
    given = sorted({*papers_of(facts), *brought})
    for chosen in document.chosen:
        needed = [kind for kind in chosen.value if kind not in given] if chosen.effect == "evidence" else []
        if needed:
            yield Finding(
                "evidence-missing",
                facts.event.at("evidence"),
                {"needed": needed, "given": given or Phrase("nothing"), "first": needed[0]},
                because=(chosen.place, f"evidence.{chosen.row}"),
            )
