"""More store credit is spent, or taken as expired, than is left of it.

Passes:

```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, method: later}
- {store_credit: R-1, date: 2026-11-03, expires: 2027-11-03}
- {store_credit: R-1, date: 2027-11-04, stage: expired, amount: 10.00}
```

Refused:

```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, method: store_credit}
- {store_credit: R-1, date: 2026-11-12, stage: redeemed, order: SO-1, amount: 900.00}
```
```finding
events.yaml:2:79: error[store-credit-exceeded]: 900.00 CNY of store credit are asked for; 113.00 are left of R-1
hint: write 113.00 or less; `returnledger show R-1` shows what was spent
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.money import show
from returnledger.roles import Role
from returnledger.storecredit import credit_of
from returnledger.terms import CreditStage, Kind

TEMPLATE = Template(
    "{amount} {currency} of store credit are asked for; {left} are left of {case}",
    "write {left} or less; `returnledger show {case}` shows what was spent",
)


def store_credit_exceeded(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where an amount is more than what is left of the store credit of a case."""
    event, case = facts.event, facts.now
    if event.kind is not Kind.STORE_CREDIT or case is None:
        return
    stage, amount = event.body.stage, event.body.amount  # type: ignore[attr-defined]
    left = credit_of(case, facts.settings.account_for(Role.STORE_CREDIT_LIABILITY), facts.sale).left
    if stage not in (CreditStage.REDEEMED, CreditStage.EXPIRED) or amount is None or amount <= left:
        return
    currency = facts.sale.money_currency if facts.sale is not None else ""
    values = {"amount": show(amount, currency), "left": show(left, currency), "currency": currency, "case": case.id}
    yield Finding("store-credit-exceeded", facts.at("amount"), values)
