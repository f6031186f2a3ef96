"""The way in which money would go back is not known, or not one that the policy has.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 7, from: delivered}
refunds:
  - {id: usual, when: {}, methods: [original, later]}
```

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, method: later}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, method: store_credit}
- {return: SO-1, date: 2026-11-02, method: lather}
```
```finding
events.yaml:1:44: error[method-not-allowed]: money can't go back by store_credit; it can by original, later
because: policies/doc.yaml:8:5 sets refunds.usual
hint: write `method: original`, or another of these
events.yaml:2:44: error[method-not-allowed]: money can't go back by lather; it can by later, original
because: policies/doc.yaml:8:5 sets refunds.usual
hint: write `method: later`, or another of these
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.terms import Kind, Method

TEMPLATE = Template("money can't go back by {method}; it can by {allowed}", "{instead}")


def method_not_allowed(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where the method is none of the policy's row, or no method of the settings at all."""
    document = decision.document
    by_refund = facts.event.kind is Kind.CREDIT_NOTE and facts.selling is None  # how it is paid its refund says
    if document is None or by_refund:
        return
    typed = getattr(facts.event.body, "method", None)
    known = [*Method, *facts.settings.methods]
    if facts.event.kind is Kind.REFUND:
        known = [Method.ORIGINAL, *([Method.OFFSET] if facts.order.owed > 0 else []), *facts.settings.methods]
    if facts.blind:  # no tender is known that money could go back by, and no order that it could be taken off
        known = [name for name in known if name not in (Method.ORIGINAL, Method.OFFSET)]
    chosen = decision.find("refunds")
    row = chosen.value if chosen is not None else None
    allowed = [name for name in row.methods if name in known] if row is not None else known
    paid = document.payable or document.store_credit
    if facts.blind and typed is None and getattr(facts.event.body, "account", None):
        return
    if document.method in allowed or (typed is None and not paid):
        return
    close = get_close_matches(document.method, allowed, n=1, cutoff=0.6)
    allowed = [*close, *(name for name in allowed if name not in close)]
    ways = list(row.methods) if row is not None else []
    instead = another_way(allowed or [document.method])
    if facts.event.kind is Kind.REFUND and (not allowed or typed == Method.STORE_CREDIT):
        ways = ways or [Method.STORE_CREDIT]
        said = {"case": facts.now.id if facts.now is not None else facts.event.reference}
        if Method.STORE_CREDIT in ways:
            instead = Phrase("write `store_credit: {case}`, which makes credit of what is due", said)
    because = (chosen.place, f"refunds.{chosen.row}") if chosen is not None and row is not None else None
    yield Finding(
        "method-not-allowed",
        facts.event.at("method"),
        {"method": document.method, "allowed": allowed or ways, "instead": instead},
        because=because,
    )


def another_way(allowed: Sequence[str]) -> Phrase:
    """Return what to write instead of a way in which money can't go back."""
    return Phrase("write `method: {first}`, or another of these", {"first": str(allowed[0])})
