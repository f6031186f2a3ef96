"""The account that the money is to leave is none that money is paid from.

An `account` on an event takes the place of the method's: cash, a bank, a platform that pays for the shop.

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, account: "Assets:Bank"}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, account: "Expenses:COGS"}
```
```finding
events.yaml:1:45: error[not-a-tender]: no money is paid from Expenses:COGS
hint: write the account of a bank or of cash, or a `method` instead of `account`
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.roles import Role

TEMPLATE = Template(
    "no money is paid from {account}", "write the account of a bank or of cash, or a `method` instead of `account`"
)

PAYING = (None, Role.CASH_BANK, Role.STORE_CREDIT_LIABILITY, Role.PLATFORM_RECEIVABLE)
NEVER = ("Income", "Expenses", "Equity")


def not_a_tender(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where the event names an account of another role, or one of profit and loss or equity."""
    account = getattr(facts.event.body, "account", None)
    if account is None:
        return
    if facts.settings.role_of(account) not in PAYING or account.partition(":")[0] in NEVER:
        yield Finding("not-a-tender", facts.event.at("account"), {"account": account})
