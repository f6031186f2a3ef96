"""The customer has sent back more than a limit of the policy lets pass.

Limits look at the days before the customer asked, without the return itself: the share of orders of which something came
back, the number of returns, and what was credited before fees; of the customer, of the order, or of the customer's orders
of the SKU. A limit that asks for review is met by `approved_by`; one that denies is refused. A sale that names no customer
has no history.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 7, from: delivered}
limits:
  - {id: often, within_days: 90, max_returns: 0, then: review}
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            226.00 CNY
  Income:Sales                          -200.00 CNY
  Liabilities:Output-VAT                 -26.00 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {return: SO-1, date: 2026-10-30, sku: MUG, qty: 1}
```

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, sku: MUG, approved_by: li.na}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, sku: MUG}
```
```finding
events.yaml:1:12: error[limit-exceeded]: limit often is passed: the returns of 90 days are 1, above 0
because: policies/doc.yaml:8:5 sets limits.often
hint: add `approved_by:` with the name of who decided
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.money import plain, show
from returnledger.policy.model import LimitRow
from returnledger.terms import Verdict

TEMPLATE = Template("limit {row} is passed: {told}", "{instead}")


def limit_exceeded(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where a limit is passed and nobody may let it pass, or nobody has."""
    chosen, policy = decision.find("limits"), facts.policy
    if chosen is None or policy is None or chosen.value is Verdict.ALLOW:
        return
    if chosen.value is Verdict.REVIEW and facts.event.body.approved_by:
        return
    row = next((row.says for row in policy.tables["limits"] if row.says.id == chosen.row), None)
    assert isinstance(row, LimitRow)
    told: object = list(_passed(row, dict(chosen.used), policy.currency))
    if chosen.missing:
        told = Phrase("nobody knows {facts}", {"facts": chosen.missing})
    instead = Phrase("add `approved_by:` with the name of who decided")
    if chosen.value is Verdict.DENY:
        instead = Phrase(
            "refuse the return, or have it approved and add `allow: [limit-exceeded]` with `approved_by` and a `note`"
        )
    values: dict[str, object] = {"row": chosen.row, "told": told, "instead": instead}
    yield Finding("limit-exceeded", facts.event.place, values, because=(chosen.place, f"limits.{chosen.row}"))


def _passed(row: LimitRow, known: Mapping[str, str], currency: str) -> Iterator[Phrase]:
    """Yield what is above its limit."""
    days = row.within_days

    def above(name: str, most: Decimal | int | None) -> Decimal | None:
        value = Decimal(known.get(f"{row.per}_{name}_{days}d", 0))
        return value if most is not None and value > most else None

    if (rate := above("rate", row.max_rate)) is not None and row.max_rate is not None:
        shown = {"value": plain(round(rate, 4)), "days": days, "most": plain(row.max_rate)}
        yield Phrase("of the orders of {days} days a share of {value} came back, above {most}", shown)
    if (returns := above("returns", row.max_returns)) is not None:
        shown = {"value": plain(returns), "days": days, "most": row.max_returns}
        yield Phrase("the returns of {days} days are {value}, above {most}", shown)
    if (amount := above("amount", row.max_amount)) is not None and row.max_amount is not None:
        shown = {"value": show(amount, currency), "most": show(row.max_amount, currency), "currency": currency}
        yield Phrase("what {days} days credited is {value} {currency}, above {most}", {"days": days, **shown})
