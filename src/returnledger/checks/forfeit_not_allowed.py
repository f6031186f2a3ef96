"""Money would be forfeited, or returned double, that is no earnest money, or that nobody lost.

Only earnest money (定金) is lost by the customer who breaks the contract, or goes back double where we alone broke it. A
prepayment (订金) and a security (押金) go back, and so does earnest money where both broke the contract or nobody did. A
penalty beside double earnest money would be paid twice for one breach.

```beancount
2026-05-06 * "Huadong" "Prepayment" ^inv-HT-01
  Assets:Bank                          20000.00 CNY
  Liabilities:Contract-Liability      -20000.00 CNY
```

Passes:

```yaml
- {advance_refund: HT-01, date: 2026-06-10, deposit: prepayment, broken_by: customer, retain: 1000.00, retain_as: service_income}
```

Refused:

```yaml
- {advance_refund: HT-01, date: 2026-06-10, deposit: prepayment, broken_by: customer, retain: 20000.00, retain_as: forfeiture}
- {advance_refund: HT-01, date: 2026-06-10, deposit: earnest, broken_by: both, double: true}
```
```finding
events.yaml:1:116: error[forfeit-not-allowed]: only earnest money is forfeited, where the customer alone broke the contract; this is prepayment, broken by customer
hint: leave `retain_as` out, or correct `deposit` or `broken_by`
events.yaml:2:88: error[forfeit-not-allowed]: only earnest money goes back double, where we alone broke the contract; this is earnest, broken by both
hint: leave `double` out, or correct `deposit` or `broken_by`
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.advancecase import AdvanceFacts
from returnledger.decision import Decision
from returnledger.events.advances import RetainAs
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template

TEMPLATE = Template(
    "{rule}; this is {deposit}, broken by {broken_by}", "leave `{field}` out, or correct `deposit` or `broken_by`"
)


def forfeit_not_allowed(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where money is forfeited or doubled that may not be."""
    back = decision.document.advance if decision.document is not None else None
    if back is None or back.facts.said is None:
        return
    known = back.facts
    if back.retain_as is RetainAs.FORFEITURE and not known.may_forfeit:
        rule = Phrase("only earnest money is forfeited, where the customer alone broke the contract")
        yield _finding(facts, known, rule, "retain_as")
    if back.facts.said.double and not known.may_double:
        rule = Phrase("only earnest money goes back double, where we alone broke the contract")
        yield _finding(facts, known, rule, "double")
    elif back.facts.said.double and back.facts.said.penalty:
        rule = Phrase("earnest money goes back double or a penalty is paid, not both")
        yield _finding(facts, known, rule, "penalty")


def _finding(facts: Facts, known: AdvanceFacts, rule: Phrase, field: str) -> Finding:
    unknown = Phrase("unknown")
    broken_by = known.said.broken_by if known.said else None
    values = {"rule": rule, "deposit": known.deposit or unknown, "broken_by": broken_by or unknown, "field": field}
    return Finding("forfeit-not-allowed", facts.event.at(field), values)
