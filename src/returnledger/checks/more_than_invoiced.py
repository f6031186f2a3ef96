"""More would be credited than the sale still holds.

Credits never exceed what was invoiced less what was credited before: per line for money and tax, for delivery by what
was charged for it. A fee never exceeds what is credited.

Passes:

```yaml
- {allowance: SO-1, date: 2026-11-02, amount: 113.00}
```

Refused:

```yaml
- {allowance: SO-1, date: 2026-11-02, amount: 113.01}
- {return: SO-1, date: 2026-11-02, shipping: 12.00}
```
```finding
events.yaml:1:47: error[more-than-invoiced]: `amount` is 113.01; the most is 113.00
hint: write `amount: 113.00` at most
events.yaml:2:46: error[more-than-invoiced]: `shipping` is 12.00; the most is 0.00
hint: write `shipping: 0.00` at most
```
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.money import ZERO, round_to, show

TEMPLATE = Template("`{field}` is {given}; the most is {most}", "write `{field}: {most}` at most")


def more_than_invoiced(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding for each of amount, shipping, price and fee that is above what the sale holds."""
    document = decision.document
    if document is None:
        return
    for name, given, most in _caps(facts, decision):
        if given is not None and given > most:
            values = {"given": show(given, document.money_currency), "most": show(most, document.money_currency)}
            yield Finding(
                "more-than-invoiced", facts.at(name), {"field": name, "given": values["given"], "most": values["most"]}
            )


def _caps(facts: Facts, decision: Decision) -> Iterator[tuple[str, Decimal | None, Decimal]]:
    """Yield each field with what it asks for and the most that it can be."""
    document, item = decision.document, facts.item
    assert document is not None
    if facts.event.price_only:
        yield "amount", getattr(facts.event.body, "amount", None), facts.to_customer(facts.worth_left)
        yield "fee", getattr(facts.event.body, "fee", None) or (item.fee if item else None), ZERO
        yield "shipping", document.shipping_asked, ZERO
        return
    if facts.untied:
        yield from _unshared_caps(facts)
        return
    if facts.kit_left is not None and item is not None and item.price_incl_tax is not None and facts.quantity:
        yield "price_incl_tax", item.price_incl_tax, round_to(sum(facts.kit_left, ZERO) / facts.quantity, 2)
        return
    left = -sum((part.amount for part in document.order.shipping_left), ZERO)
    asked = document.shipping_asked
    yield "shipping", None if asked is None else facts.to_customer(asked), facts.to_customer(left)
    fee = facts.to_customer(document.fee) if document.fee > document.gross else None
    yield "fee", fee, facts.to_customer(document.gross)
    # A price above the sale's is price-differs; that can be waived, this can't.
    if item is not None and facts.price_incl_tax is not None and "price-differs" in facts.event.body.allow:
        yield "price_incl_tax", item.price_incl_tax, facts.price_incl_tax
        yield "price", item.price, facts.price or ZERO


def _unshared_caps(facts: Facts) -> Iterator[tuple[str, Decimal | None, Decimal]]:
    """Yield what an item says of money that no line is known to have brought, against what is left of that money."""
    order, item, quantity = facts.order, facts.item, facts.quantity
    if item is None or not quantity:
        return
    gross_left, tax = order.unshared_net + order.unshared_tax, facts.gross - facts.net
    if item.price_incl_tax is not None and facts.gross > gross_left:
        yield "price_incl_tax", item.price_incl_tax, round_to(gross_left / quantity, 2)
    elif facts.net > order.unshared_net:
        name = "price" if item.price is not None else "price_incl_tax"
        yield name, facts.net / quantity, round_to(order.unshared_net / quantity, 2)
    elif tax > order.unshared_tax:
        yield "tax" if item.tax is not None else "tax_rate", tax, order.unshared_tax
