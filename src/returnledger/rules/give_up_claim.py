"""Gives up what is left of a claim of which no more will come: it is a loss, where the loss that it made less stands.

```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {return: SO-1, id: R-1, date: 2026-11-02, reason: defective, condition: damaged}
- {dispose: R-1, id: D-1, date: 2026-11-05, disposition: scrap, charge: [{party: carrier, amount: 50.00}]}
```
```yaml
- {recovery: R-1, id: C-1, date: 2026-11-30, party: carrier, amount: 35.00, final: true}
```
```beancount
2026-11-30 * "Ann" "Recovery on SO-1" #recovery ^R-1 ^inv-SO-1
  rl-id: "C-1"
  rl-kind: "recovery"
  rl-step: 3
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-given-up: "15.00"
  Expenses:Scrap-Loss                                    15.00 CNY
    rl-role: "scrap_loss"
  Assets:Bank                                            35.00 CNY
    rl-role: "cash_bank"
  Assets:Other-Receivable                               -50.00 CNY
    rl-role: "other_receivable"
    rl-party: "carrier"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.claims import GivenUp
from returnledger.facts import Facts
from returnledger.legs import Leg


def give_up_claim(facts: Facts, given_up: Sequence[GivenUp]) -> Iterator[Leg]:
    """Yield what is left of each claim, off it and on to the account that bears it."""
    for each in given_up:
        claim, line = each.claim, each.claim.line or None
        yield Leg(claim.role, claim.account, -claim.amount, claim.currency, line, item=claim.said, pile=claim.party)
        yield Leg(each.role.value, each.account, claim.amount, claim.currency, line)
