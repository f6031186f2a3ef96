"""Money goes back at once, and the step that the policy waits for is not told of.

A one-line return is all its steps at once. Where a row of `refund_when` says `recorded: true` the event must tell of the
step before money leaves: an inspection by the `condition` it found, the arrival of the goods by `received`, the sending by
evidence of the type `proof_sent`.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 7, from: delivered}
refund_when:
  - {id: seen, when: {}, at: inspected, recorded: true}
```

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, condition: new}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02}
```
```finding
events.yaml:1:12: error[refund-too-early]: money would go back at once, and the policy waits for inspected: the event does not tell of it
because: policies/doc.yaml:8:5 sets refund_when.seen
hint: add `condition:` with what the inspector saw, or let it be paid later: `method: later`
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.policy.model import RefundWhenRow
from returnledger.policyfacts import evidence_types
from returnledger.terms import Goods, Kind

TEMPLATE = Template(
    "money would go back at once, and the policy waits for {step}: the event does not tell of it",
    "{instead}, or let it be paid later: `method: later`",
)


def refund_too_early(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where money is paid at once and a step that must be recorded before is not."""
    document, chosen = decision.document, decision.find("refund_when")
    if document is None or chosen is None or facts.policy is None or facts.event.kind is not Kind.RETURN:
        return
    row = next((row.says for row in facts.policy.tables["refund_when"] if row.says.id == chosen.row), None)
    if not isinstance(row, RefundWhenRow) or not row.recorded or decision.goods is not Goods.RETURNED:
        return
    if not (document.payments or document.store_credit) or _told(facts, row.at):
        return
    instead = {
        "proof_sent": Phrase("add `evidence: [{{path: FILE, type: proof_sent}}]`"),
        "received": Phrase("add `received:` with the day the goods came"),
        "inspected": Phrase("add `condition:` with what the inspector saw"),
    }[row.at]
    values = {"step": row.at, "instead": instead}
    yield Finding("refund-too-early", facts.place, values, because=(chosen.place, f"refund_when.{chosen.row}"))


def _told(facts: Facts, step: str) -> bool:
    """Return True if the event tells of the step, or of one that follows it."""
    inspected = facts.item is not None and facts.item.condition is not None
    received = inspected or getattr(facts.event.body, "received", None) is not None
    sent = received or "proof_sent" in set(evidence_types(facts.event))
    return {"requested": True, "proof_sent": sent, "received": received, "inspected": inspected}[step]
