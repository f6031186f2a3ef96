"""Store credit is spent after its last day.

Passes:

```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, method: later}
- {store_credit: R-1, id: C-1, date: 2026-11-03, expires: 2027-11-03}
- {store_credit: R-1, id: C-2, date: 2027-11-04, stage: expired}
```

Refused:

```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, method: later}
- {store_credit: R-1, id: C-1, date: 2026-11-03, expires: 2027-11-03}
- {store_credit: R-1, id: C-2, date: 2027-11-04, stage: redeemed, order: SO-1, amount: 10.00}
```
```finding
events.yaml:3:38: error[store-credit-expired]: the store credit of R-1 could be spent until 2027-11-03; this is dated 2027-11-04
hint: post `stage: expired`, or give back the money another way
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.roles import Role
from returnledger.storecredit import credit_of
from returnledger.terms import CreditStage, Kind

TEMPLATE = Template(
    "the store credit of {case} could be spent until {expires}; this is dated {day}",
    "post `stage: expired`, or give back the money another way",
)


def store_credit_expired(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where store credit is spent after its last day."""
    event, case = facts.event, facts.now
    if event.kind is not Kind.STORE_CREDIT or case is None or facts.day is None:
        return
    credit = credit_of(case, facts.settings.account_for(Role.STORE_CREDIT_LIABILITY), facts.sale)
    redeems = event.body.stage is CreditStage.REDEEMED  # type: ignore[attr-defined]
    if redeems and credit.expires is not None and facts.day > credit.expires:
        values = {"case": case.id, "expires": credit.expires, "day": facts.day}
        yield Finding("store-credit-expired", facts.at("date"), values)
