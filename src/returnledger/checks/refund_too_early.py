"""Money goes back before the step that the policy waits for.

Units of a case are credited once they have come as far as the row of `refund_when` says: requested, shown to be on their
way (evidence of the type `proof_sent`, also by `attach`), received or inspected. Without such a row they may be credited
before they come. The refund asks the same of what is credited; what the customer keeps, and what never comes, is waited for
by nobody.

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
from returnledger.money import ZERO
from returnledger.policy.model import RefundWhenRow
from returnledger.policyfacts import evidence_types
from returnledger.refundtime import lacking, units_credited
from returnledger.terms import Goods, Kind

TEMPLATE = Template("{early}, and the policy waits for {step}: {lacks}", "{instead}")


def refund_too_early(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where money goes back, and a step that must come before has not."""
    document, chosen = decision.document, decision.find("refund_when")
    if document is None or chosen is None or facts.policy is None or decision.goods is not Goods.RETURNED:
        return
    row = next((row.says for row in facts.policy.tables["refund_when"] if row.says.id == chosen.row), None)
    at = str(chosen.value)
    if facts.event.kind is Kind.CREDIT_NOTE:
        values = _not_so_far(facts, at)
    elif facts.event.kind is Kind.RETURN and isinstance(row, RefundWhenRow) and row.recorded and not _told(facts, at):
        values = _not_told(at) if document.payments or document.store_credit else {}
    elif facts.event.kind is Kind.REFUND and facts.now is not None and not facts.ahead:
        values = _not_ready(facts, at)
    else:
        return
    if values:
        yield Finding("refund-too-early", facts.place, values, because=(chosen.place, f"refund_when.{chosen.row}"))


def _not_told(step: str) -> dict[str, object]:
    tell = {
        "proof_sent": Phrase("add `evidence: [{{path: FILE, type: proof_sent}}]`"),
        "received": Phrase("add `received:` with the day the goods came"),
        "inspected": Phrase("add `condition:` with what the inspector saw"),
    }[step]
    return {
        "early": Phrase("money would go back at once"),
        "step": step,
        "lacks": Phrase("the event does not tell of it"),
        "instead": Phrase("{tell}, or let it be paid later: `method: later`", {"tell": tell}),
    }


def _not_so_far(facts: Facts, step: str) -> dict[str, object]:
    """Return what is to be said where units of a case would be credited that have not come as far as `step`; else nothing."""
    line, now = facts.line, facts.now
    if line is None:
        return {}
    credited = units_credited(now).get(line.line, ZERO) if now is not None else ZERO
    credited += facts.before + (facts.quantity or ZERO)
    missing = lacking(facts, step, {line.line: credited})
    if missing is None:
        return {}
    return {
        "early": Phrase("{units} of {sku} would be credited", {"units": credited, "sku": line.sku}),
        "step": step,
        "lacks": Phrase("{units} have come that far", {"units": credited - missing.units}),
        "instead": missing.first(now.id if now is not None else facts.event.reference),
    }


def _not_ready(facts: Facts, step: str) -> dict[str, object]:
    """Return what is to be said where money would be paid for credited goods that are not as far as `step`; else nothing."""
    missing = lacking(facts, step, units_credited(facts.now)) if facts.now is not None else None
    if missing is None or facts.now is None:
        return {}
    lacks = Phrase("{units} {sku} are not that far", {"units": missing.units, "sku": missing.sku})
    return {
        "early": Phrase("money would be paid"),
        "step": step,
        "lacks": lacks,
        "instead": missing.first(facts.now.id),
    }


def _told(facts: Facts, step: str) -> bool:
    """Return True if the event tells of the step, or of one that follows it."""
    inspected = facts.item is not None and facts.item.condition is not None
    received = inspected or getattr(facts.event.body, "received", None) is not None
    sent = received or "proof_sent" in set(evidence_types(facts.event))
    return {"requested": True, "proof_sent": sent, "received": received, "inspected": inspected}[step]
