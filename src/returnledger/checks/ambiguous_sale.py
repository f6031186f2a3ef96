"""Two orders go by the name that the event gives.

Shops and hand-written entries may use one number for two things: a link `inv-1` and metadata `order: "1"`. Nobody but
the user can tell which is meant. Nor can anybody tell which of several sales `return: auto` means where the customer paid
different prices for the SKU and the event gives none.

```beancount
2026-10-20 * "Ann" "Sale" ^inv-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}

2026-10-21 * "Ben" "Sale"
  order: "1"
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {return: inv-1, date: 2026-10-25}
```

Refused:

```yaml
- {return: 1, date: 2026-10-25}
```
```finding
events.yaml:1:12: error[ambiguous-sale]: 2 orders go by 1: inv-1 (main.beancount:15), order:1 (main.beancount:22)
hint: write `return: inv-1`, or another of them in full
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.money import show

_NAMED = 10
TEMPLATE = Template("{count} orders {fit}: {orders}", "write {instead}")


def ambiguous_sale(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where several orders go by the reference, or `auto` finds several that are not alike in price."""
    event = facts.event
    if len(facts.orders) > 1 and facts.sale is None:
        yield Finding(
            "ambiguous-sale",
            event.place,
            {
                "count": len(facts.orders),
                "fit": Phrase("go by {reference}", {"reference": event.reference}),
                "orders": [
                    f"{order} ({facts.in_books(at)})" if (at := facts.places_of_orders.get(order)) else order
                    for order in facts.orders
                ],
                "instead": Phrase(
                    "`{kind}: {first}`, or another of them in full",
                    {"kind": event.kind.value, "first": facts.orders[0]},
                ),
            },
        )
    elif facts.auto_matches and facts.sale is None and facts.found_units is None:
        yield _of_several_prices(facts)


def _of_several_prices(facts: Facts) -> Finding:
    matches = facts.auto_matches
    by_order = {match.order: match for match in reversed(matches)}
    orders = [by_order[name] for name in dict.fromkeys(match.order for match in matches)]
    said = {"sku": facts.item.sku if facts.item else "", "customer": getattr(facts.event.body, "customer", "")}
    price = show(matches[0].price_incl_tax, matches[0].currency)
    return Finding(
        "ambiguous-sale",
        facts.at("sku"),
        {
            "count": len(orders),
            "fit": Phrase("sold {sku} to customer {customer} at different prices", said),
            "orders": [
                Phrase(
                    "{order} ({date}, at {price} {currency})",
                    {
                        "order": match.order,
                        "date": match.date,
                        "price": show(match.price_incl_tax, match.currency),
                        "currency": match.currency,
                    },
                )
                for match in orders[:_NAMED]
            ],
            "instead": Phrase(
                "`price_incl_tax: {price}`, or another of these prices, or the order itself: `return: {first}`",
                {"price": price, "first": matches[0].order},
            ),
        },
    )
