"""The event gives back less of the delivery charge than the policy, or a law that binds, gives the customer.

More than that is the shop's own decision: it stands in `rl-decision` beside the row, and `report exceptions` lists it.
Less takes from the customer what is theirs, so somebody must have approved it.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 7, from: delivered}
shipping_refund:
  - {id: ours, when: {fault: merchant}, pays: all}
  - {id: kept, when: {}, pays: none}
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            124.30 CNY
  Income:Sales                          -100.00 CNY
  Income:Shipping                        -10.00 CNY
  Liabilities:Output-VAT                 -14.30 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, reason: changed_mind, shipping: all}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, reason: defective, shipping: 5.00}
```
```finding
events.yaml:1:65: error[shipping-differs]: `shipping` gives back 5.00, which is 6.30 less than the policy's 11.30
because: policies/doc.yaml:8:5 sets shipping_refund.ours
hint: leave `shipping` out, or have it approved and add `allow: [shipping-differs]` with `approved_by` and a `note`
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.money import ZERO, show

TEMPLATE = Template(
    "`shipping` gives back {given}, which is {much} less than {whose} {wanted}",
    "leave `shipping` out, or have it approved and add `allow: [shipping-differs]` with `approved_by` and a `note`",
)


def shipping_differs(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where the event gives back less of the delivery charge than the policy or the law says."""
    document, chosen = decision.document, decision.find("shipping")
    if document is None or chosen is None or document.shipping_policy is None or document.shipping_asked is not None:
        return
    if not chosen.statute and (facts.policy is None or not facts.policy.tables["shipping_refund"]):
        return  # a policy that says nothing of delivery leaves it to who writes the event, as it does with fees
    given = facts.to_customer(sum((part.amount for part in document.shipping), ZERO))
    wanted = facts.to_customer(document.shipping_policy)
    if given >= wanted:
        return
    currency = document.money_currency
    values: dict[str, object] = {
        "given": show(given, currency),
        "wanted": show(wanted, currency),
        "much": show(wanted - given, currency),
        "whose": Phrase("the law's") if chosen.statute else Phrase("the policy's"),
    }
    because = (chosen.place, f"shipping_refund.{chosen.row}")
    yield Finding("shipping-differs", facts.event.at("shipping"), values, because=because)
