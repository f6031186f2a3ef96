"""More earnest money (定金) would be kept than counts as such.

At most a fifth of the contract is earnest money, whatever was paid; of it only the share that was not performed is lost.
The rest of what was paid goes back.

```beancount
2026-05-06 * "Huadong" "Earnest money" ^inv-HT-01
  Assets:Bank                         250000.00 CNY
  Liabilities:Contract-Liability     -250000.00 CNY
```

Passes:

```yaml
- {advance_refund: HT-01, date: 2026-06-10, deposit: earnest, broken_by: customer, contract_total: 1000000.00, retain: 200000.00}
```

Refused:

```yaml
- {advance_refund: HT-01, date: 2026-06-10, deposit: earnest, broken_by: customer, contract_total: 1000000.00, retain: 250000.00}
```
```finding
events.yaml:1:120: error[deposit-cap]: 250000.00 CNY of earnest money would be kept; 200000.00 may be: 20 % of the contract, less what was performed
hint: write `retain: 200000.00`, or leave it out with `retain_as: forfeiture`; the rest goes back
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.events.advances import RetainAs
from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.money import show

TEMPLATE = Template(
    "{asked} {currency} of earnest money would be kept; {most} may be: 20 % of the contract, less what was performed",
    "write `retain: {most}`, or leave it out with `retain_as: forfeiture`; the rest goes back",
)


def deposit_cap(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where more is forfeited than earnest money may come to."""
    back = decision.document.advance if decision.document is not None else None
    if back is None or back.facts.left is None or back.retain_as is not RetainAs.FORFEITURE:
        return
    left, most = back.facts.left, back.facts.earnest
    before = left.to_money(left.retained)
    if back.retained and back.facts.may_forfeit and back.retained + before > most:
        currency = left.currency
        shown = {"asked": show(back.retained + before, currency), "most": show(most, currency), "currency": currency}
        yield Finding("deposit-cap", facts.event.at("retain"), shown)
