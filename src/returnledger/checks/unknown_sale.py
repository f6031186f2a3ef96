"""The event names a sale that the books don't have.

A return takes its price, tax, cost and lots from the sale; without it nothing can be said. `return: auto` looks for a
sale to the customer of that SKU, at that price, on or before the day of the return.

A sale from before the books began stands in earlier books (`sales: {archives: [...]}` of the settings), in a register of
sales (`sales: {register: sales.csv}`), or nowhere: then `return: none` with `price_incl_tax` and `cost` gives the facts.

Passes:

```yaml
- {return: SO-1, date: 2026-11-02}
```

Refused:

```yaml
- {return: SO-11, date: 2026-11-02}
- {return: auto, customer: Ann, sku: MUG, price: 95.00, date: 2026-11-02}
```
```finding
events.yaml:1:12: error[unknown-sale]: the books have no sale SO-11
hint: write the order as the books have it; the nearest is SO-1; for a sale from before these books name `archives` or a `register` under `sales:` in the settings, or write `return: none`
events.yaml:2:38: error[unknown-sale]: the books have no sale of MUG at 95.00 to customer Ann on or before 2026-11-02 with units still out
hint: write the order itself if you know it, or change `customer`, `sku` or the price
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.events import KINDS
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.money import plain
from returnledger.terms import Kind

TEMPLATE = Template("the books have no {wanted}", "write {instead}")


def unknown_sale(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where no order or advance goes by the reference, or where `auto` finds no unit at all."""
    event = facts.event
    names = KINDS[event.kind].names
    if event.kind is Kind.ADVANCE_REFUND:
        known = facts.advance
        if known is not None and not (known.found or facts.case or facts.target) and known.stage != "rejected":
            yield _no_advance(facts)
    elif facts.case or names == "case":
        if facts.case and facts.sale is None and facts.case[0].kind != Kind.ADVANCE_REFUND:
            yield _missing(facts, facts.case[0].order)
    elif names in ("event", "stock") or event.kind is Kind.ACTION or facts.target or event.without_order == "none":
        return
    elif event.without_order != "auto":
        if not facts.orders:
            yield _missing(facts, event.reference)
    elif facts.found_units == 0:
        instead = Phrase("the order itself if you know it, or change `customer`, `sku` or the price")
        if facts.auto_matches:
            orders = list(dict.fromkeys(match.order for match in facts.auto_matches))
            instead = Phrase(
                "the order itself: {orders} can't be read, took nothing from stock or sold it as another SKU, and so is not "
                "chosen by itself",
                {"orders": orders},
            )
        yield Finding("unknown-sale", facts.at("sku"), {"wanted": _asked(facts), "instead": instead})


def _missing(facts: Facts, order: str) -> Finding:
    if KINDS[facts.event.kind].names == "either" and facts.event.kind is not Kind.RETURN:
        return _neither(facts)
    if len(facts.nearest) == 1:
        instead = Phrase("the order as the books have it; the nearest is {orders}", {"orders": facts.nearest})
    elif facts.nearest:
        instead = Phrase("the order as the books have it; the nearest are {orders}", {"orders": facts.nearest})
    else:
        instead = Phrase("the order as its link or metadata has it; no order of the books is like it")
    instead = Phrase(
        "{instead}; for a sale from before these books name `archives` or a `register` under `sales:` in the settings, "
        "or write `return: none`",
        {"instead": instead},
    )
    wanted = Phrase("sale {order}", {"order": order})
    return Finding("unknown-sale", facts.event.place, {"wanted": wanted, "instead": instead})


def _neither(facts: Facts) -> Finding:
    """Return the finding that a step names neither a case nor an order."""
    instead = Phrase("the id of the case, as `returnledger status` lists it, or the order as the books have it")
    if facts.nearest:
        instead = Phrase(
            "the case or the order as the books have it; the nearest are {names}", {"names": facts.nearest}
        )
    wanted = Phrase("case or sale {order}", {"order": facts.event.reference})
    return Finding("unknown-sale", facts.event.place, {"wanted": wanted, "instead": instead})


def _no_advance(facts: Facts) -> Finding:
    instead = Phrase("the order, the contract, a link or the customer of its receipt, or the id of a case")
    if facts.nearest:
        instead = Phrase("the advance as the books have it; the nearest are {names}", {"names": facts.nearest})
    wanted = Phrase("advance {reference}, and no case of one", {"reference": facts.event.reference})
    return Finding("unknown-sale", facts.event.place, {"wanted": wanted, "instead": instead})


def _asked(facts: Facts) -> Phrase:
    assert facts.item is not None
    price = facts.item.price_incl_tax if facts.item.price_incl_tax is not None else facts.item.price
    values = {
        "sku": facts.item.sku or "",
        "price": "" if price is None else f"{price:f}",
        "customer": getattr(facts.event.body, "customer", None) or "",
        "day": facts.day,
        "qty": "" if facts.quantity is None else plain(facts.quantity),
    }
    if price is None:
        return Phrase("sale of {sku} to customer {customer} on or before {day} with units still out", values)
    return Phrase("sale of {sku} at {price} to customer {customer} on or before {day} with units still out", values)
