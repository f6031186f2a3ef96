"""The money of an advance would go to somebody who did not pay it.

It goes back to who paid, or to whom the payer has authorised in writing: evidence of type `authorisation` (授权书).

```beancount
2026-05-06 * "Huadong" "Advance" ^inv-HT-01
  Assets:Bank                          20000.00 CNY
  Liabilities:Contract-Liability      -20000.00 CNY
```

Passes:

```yaml
- {advance_refund: HT-01, date: 2026-06-10, payee: Huaxin, evidence: [{path: papers/letter.pdf, type: authorisation}]}
```

Refused:

```yaml
- {advance_refund: HT-01, date: 2026-06-10, payee: Huaxin}
```
```finding
events.yaml:1:52: error[payee-differs]: the money would go to Huaxin; Huadong paid it
hint: pay it to who paid it, or add `evidence: [{path: FILE, type: authorisation}]`
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.events.advances import AdvanceStage
from returnledger.facts import Facts
from returnledger.findings import Finding, Template

TEMPLATE = Template(
    "the money would go to {payee}; {payers} paid it",
    "pay it to who paid it, or add `evidence: [{{path: FILE, type: authorisation}}]`",
)

WORDS = ("authori", "授权", "委托")  # of a written authorisation, in its type or its path


def payee_differs(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where the payee is not who paid, and nobody has authorised it in writing."""
    known = facts.advance
    if known is None or known.said is None or known.left is None or known.stage is AdvanceStage.REJECTED:
        return
    payee, payers = known.said.payee, known.left.advance.payers
    if payee is None or not payers or payee in payers:
        return
    papers = [*known.papers, *(f"{paper.type or ''} {paper.path}" for paper in facts.event.body.evidence)]
    if any(word in paper.lower() for paper in papers for word in WORDS):
        return
    values = {"payee": payee, "payers": sorted(payers)}
    yield Finding("payee-differs", facts.event.at("payee"), values)
