"""Amounts in two currencies would have to be compared.

An event's amounts are in the currency of its sale; a policy's amounts (fees, limits, approvals) are in the policy's
own. One hundred of one currency says nothing of one hundred of another.

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, currency: CNY}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, currency: USD}
```
```finding
events.yaml:1:46: error[currency-mismatch]: the event is in USD; the sale is in CNY
hint: leave `currency` out and write amounts as the sale has them
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.policy import Policy
from returnledger.terms import UNDOING, Kind

TEMPLATE = Template("{whose} is in {given}; the sale is in {sold}", "{instead}")

AMOUNTS = frozenset({"amount", "line_amount", "order_amount"})  # the facts of conditions that are money


def currency_mismatch(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where the event, or a policy that has amounts, is in another currency than the sale."""
    sale, policy, event = facts.sale, facts.policy, facts.event
    if sale is None or event.kind in UNDOING:
        return
    given = event.body.currency
    if given is not None and given != sale.money_currency:
        whose, instead = Phrase("the event"), Phrase("leave `currency` out and write amounts as the sale has them")
        values = {"whose": whose, "given": given, "sold": sale.money_currency, "instead": instead}
        yield Finding("currency-mismatch", facts.at("currency"), values)
    if policy is None or event.kind is Kind.REFUND or policy.currency == sale.currency or not has_amounts(policy):
        return
    whose = Phrase("an amount of policy {name}", {"name": policy.name})
    instead = Phrase(
        "take the amounts out of the policy: they say nothing of a sale in {currency}", {"currency": sale.currency}
    )
    yield Finding(
        "currency-mismatch",
        event.place,
        {"whose": whose, "given": policy.currency, "sold": sale.currency, "instead": instead},
        because=(policy.place("currency"), "currency"),
    )


def has_amounts(policy: Policy) -> bool:
    """Return True if any table of the policy holds an amount of money or asks for one."""
    says = policy.says
    if says.one_step is not None and (says.one_step.up_to is not None or _asks(says.one_step.unless)):
        return True
    if any(fee.amount is not None or fee.maximum is not None for fee in says.fees):
        return True
    if any(row.amount is not None for row in says.return_freight):
        return True
    if any(row.up_to is not None for row in (says.waivers or {}).values()):
        return True
    if any(row.max_amount is not None for row in says.limits):
        return True
    if says.separation_of_duties is not None and _asks(says.separation_of_duties.exempt):
        return True
    return any(_asks(row.says.when) for rows in policy.tables.values() for row in rows)


def _asks(when: Any) -> bool:
    """Return True if a condition, or one inside it, asks for money."""
    if isinstance(when, Mapping):
        return any(key in AMOUNTS or _asks(value) for key, value in when.items())
    return isinstance(when, list) and any(_asks(value) for value in when)
