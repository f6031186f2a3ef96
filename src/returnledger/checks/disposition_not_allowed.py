"""The event does something with the goods that the policy does not allow for their condition.

Setting goods aside (hold) is always allowed.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 7, from: delivered}
dispositions:
  damaged: {to: hold, allowed: [scrap]}
```

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, condition: damaged, disposition: scrap}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, condition: damaged, disposition: restock}
```
```finding
events.yaml:1:69: error[disposition-not-allowed]: the event says restock for goods in condition damaged; the policy has hold, scrap
because: policies/doc.yaml:8:12 sets dispositions.damaged
hint: leave `disposition` out, or have it approved and add `allow: [disposition-not-allowed]` with `approved_by` and a `note`
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.policy import evaluate
from returnledger.terms import Goods

TEMPLATE = Template(
    "the event says {given} for goods in condition {condition}; the policy has {allowed}",
    "leave `disposition` out, or have it approved and add `allow: [disposition-not-allowed]` with `approved_by` and a `note`",
)


def disposition_not_allowed(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where the disposition on the item is not one the policy has for the condition."""
    item, policy = facts.item, facts.policy
    given = item.disposition if item is not None else None
    if given is None or policy is None or decision.goods is not Goods.RETURNED or decision.allowed is None:
        return
    if given == decision.allowed or evaluate.disposition_allowed(policy, decision.condition, given):
        return
    row = policy.says.dispositions.get(decision.condition)
    allowed = list(dict.fromkeys((decision.allowed, *(row.allowed if row is not None else ()))))
    yield Finding(
        "disposition-not-allowed",
        facts.at("disposition"),
        {"condition": decision.condition, "allowed": allowed, "given": given},
        because=(policy.place("dispositions", decision.condition), f"dispositions.{decision.condition}")
        if row
        else None,
    )
