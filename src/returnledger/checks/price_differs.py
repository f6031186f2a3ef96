"""The event gives a price that is not the sale's.

A return gives back what was paid. A given price is a cross-check, or a lower price that was agreed on: then somebody
must have approved it, and the units are settled with it.

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, sku: MUG, price_incl_tax: 113.00}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, sku: MUG, price_incl_tax: 99.00}
```
```finding
events.yaml:1:62: error[price-differs]: `price_incl_tax` is 99.00; the sale has 113.00
hint: leave `price_incl_tax` out; a lower price that was agreed takes `allow: [price-differs]` with `approved_by` and a `note`
```
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.money import places, plain, round_to, show

TEMPLATE = Template(
    "`{field}` is {given}; the sale has {sold}",
    "leave `{field}` out; a lower price that was agreed takes `allow: [price-differs]` with `approved_by` and a `note`",
)


def price_differs(facts: Facts) -> Iterator[Finding]:
    """Yield a finding for each of price and tax that the item gives and the sale has otherwise."""
    item, sale, line = facts.item, facts.sale, facts.line
    if (
        item is None
        or sale is None
        or line is None
        or facts.auto_choice
        or facts.found_units is not None
        or facts.blind
    ):
        return
    if facts.untied or facts.kit_left is not None:
        return
    expected: list[tuple[str, Decimal | None, Decimal | None]] = [
        ("price_incl_tax", item.price_incl_tax, facts.price_incl_tax),
        ("price", item.price, facts.price),
        ("tax", item.tax, _tax(facts)),
    ]
    if facts.settings.tax != "per_sale":
        del expected[1:]  # the sale was booked tax included, or bears none: what is net of tax is not in the books
    for name, given, sold in expected:
        if given is None or sold is None or (name == "price" and given == line.unit_price):
            continue
        currency, most = sale.money_currency, sale.money_decimals
        exact = Fraction(sold) if facts.order.exchange is None else facts.order.exchange.exact(sold)
        decimals = max(places(given), most)
        if round_to(exact, decimals) != given and round_to(exact, most) != given:
            values = {
                "field": name,
                "given": show(given, currency),
                "sold": show(round_to(exact, decimals), currency),
            }
            yield Finding(
                "price-differs", facts.at(name), {"field": name, "given": values["given"], "sold": values["sold"]}
            )
    if facts.settings.tax != "per_sale":
        return
    if item.tax_rate is not None and round_to(line.net * item.tax_rate, sale.decimals) != line.tax and line.net:
        sold_rate = round_to(line.tax / line.net, 4)
        given_rate = plain(item.tax_rate)
        yield Finding(
            "price-differs", facts.at("tax_rate"), {"field": "tax_rate", "given": given_rate, "sold": plain(sold_rate)}
        )


def _tax(facts: Facts) -> Decimal | None:
    assert facts.line is not None
    if facts.quantity is None or not facts.line.units:
        return None
    return facts.line.tax * facts.quantity / facts.line.units
