"""Something that the entry needs is said neither by the books nor by the event.

Where neither metadata nor accounts nor prices tell the amounts of several SKUs apart, nothing is guessed: the finding
names what is missing and where to add it. An event that says price and tax itself takes its part of the sale's money.

```beancount
2026-10-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            180.80 CNY
  Income:Sales                          -160.00 CNY
  Liabilities:Output-VAT                 -20.80 CNY
  Expenses:COGS                          100.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
  Assets:Inventory                           -1 TEE {40.00 CNY, 2026-01-05}

2026-10-20 * "Ann" "Sale" ^inv-SO-2
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {return: SO-2, date: 2026-10-25, sku: MUG, qty: 1}
- {return: SO-1, date: 2026-10-25, sku: TEE, qty: 1, price_incl_tax: 67.80, tax_rate: 0.13}
```

Refused:

```yaml
- {return: SO-1, date: 2026-10-25, sku: MUG, qty: 1}
- {return: SO-2, date: 2026-10-25, sku: MUG, qty: 1, unit: box}
```
```finding
events.yaml:1:12: error[facts-missing]: it is not known which amounts of order SO-1 belong to which of MUG, TEE
hint: add `price_incl_tax` with `tax_rate` (or `price` with `tax`) and `sku` to the event, or metadata `sku` or `line` to each posting of the sale at main.beancount:21
events.yaml:2:60: error[facts-missing]: it is not known how many MUG one box holds
hint: add `packs: {box: 24}` with the right number to MUG in the products file, or write single units
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.money import ZERO
from returnledger.roles import Role
from returnledger.terms import GOING_ON, UNDOING, Kind
from returnledger.unshared import said_money

TEMPLATE = Template("it is not known {missing}", "add {fields}")

# What a sale says of itself that can't be true at once has checks of its own.
SAID_ELSEWHERE = frozenset({"cost-unknown", "quantities-disagree", "register-disagrees", "taxes-disagree"})


def facts_missing(facts: Facts) -> Iterator[Finding]:
    """Yield a finding for each fact that nobody gives: amounts of a sale, units of a pack, whose sale, how much."""
    item, event = facts.item, facts.event
    if event.without_order == "auto" and facts.sale is None and facts.found_units is None:
        missing = Phrase("whose sale `auto` means")
        fields = Phrase("`customer:` and `sku:` to the event")
        yield Finding("facts-missing", event.place, {"missing": missing, "fields": fields})
    if event.price_only and getattr(event.body, "amount", None) is None:
        missing, fields = Phrase("how much the allowance is"), Phrase("`amount:`, tax included")
        if event.kind is not Kind.ALLOWANCE:
            missing = Phrase("how much the correction gives back")
        yield Finding("facts-missing", event.place, {"missing": missing, "fields": fields})
    if facts.estimate is not None and facts.estimate.missing:
        missing = Phrase("what is expected to come back")
        fields = Phrase(
            "`expected_rate:`, `expected_qty:` or `figures:`, or `closed: true` once nothing can come any more"
        )
        yield Finding("facts-missing", event.place, {"missing": missing, "fields": fields})
    if facts.sale is None or event.kind in (Kind.REFUND, Kind.ADVANCE_REFUND, *GOING_ON, *UNDOING):
        return
    if item is not None and item.unit is not None and facts.quantity is None and item.qty not in (None, "all"):
        said = {"sku": facts.line.sku if facts.line else item.sku or "", "unit": item.unit}
        missing = Phrase("how many {sku} one {unit} holds", said)
        fields = Phrase(
            "`packs: {{{unit}: 24}}` with the right number to {sku} in the products file, or write single units", said
        )
        yield Finding("facts-missing", facts.at("unit"), {"missing": missing, "fields": fields})
    if facts.blind:
        yield from _of_goods_without_a_sale(facts)
    else:
        yield from _of_the_sale(facts)


def _of_goods_without_a_sale(facts: Facts) -> Iterator[Finding]:
    """Yield a finding for each thing that such goods lack, where the policy does not refuse them anyway."""
    if facts.policy is None or facts.policy.says.choices.blind_returns == "refuse":
        return
    sku = facts.item.sku or "" if facts.item else ""
    for lack in facts.lacks:
        missing, fields = _BLIND[lack]
        values = {
            "missing": Phrase(missing.text, {"sku": sku}),
            "fields": Phrase(fields.text, {"sku": sku, "lots": [f"{{{lot.lot}}}" for lot in facts.lots_held]}),
        }
        if lack == "lot" and not facts.lots_held:
            values["fields"] = Phrase(
                "`cost:`, the unit cost, instead of `lot:`; the books hold no lot of {sku}", {"sku": sku}
            )
        yield Finding("facts-missing", facts.at("lot") if lack == "lot" else facts.place, values)


_BLIND = {
    "sku": (Phrase("what comes back"), Phrase("`sku:` to the event")),
    "quantity": (
        Phrase("how many {sku} come back: without a sale there is no all"),
        Phrase("`qty:` with their number to the event"),
    ),
    "price": (
        Phrase("what {sku} was sold for"),
        Phrase("`price_incl_tax:` with `tax_rate:` to the event, or `price:` with `tax:`"),
    ),
    "tax": (Phrase("what tax is in the price of {sku}"), Phrase("`tax_rate:` to the event, 0 where there was none")),
    "cost": (
        Phrase("what {sku} cost"),
        Phrase("`cost:`, the unit cost, to the event, or `lot:` of a lot in the books"),
    ),
    "lot": (
        Phrase("which lot of {sku} is meant"),
        Phrase("`lot:` of one of them to the event, with `cost:` where that does not tell them apart: {lots}"),
    ),
    "account": (
        Phrase("where {sku} is kept"),
        Phrase("`account:` with the stock account to {sku} in the products file"),
    ),
}


def _of_the_sale(facts: Facts) -> Iterator[Finding]:
    sale = facts.sale
    assert sale is not None
    for code, said in sale.problems:
        skus = said.get("skus", "").split(", ") if said.get("skus") else []
        if facts.untied and said.get("fields") == "price, tax, tax_rate" and _says_money(facts):
            continue
        if said.get("fields") == "tax_rate" and facts.entire.issuperset(skus):
            continue  # all of the tax comes back, whichever of them it was charged on
        if code in SAID_ELSEWHERE or (facts.line is not None and skus and facts.line.sku not in skus):
            continue
        places = {name: facts.in_books(said[name]) for name in ("where", "also") if name in said}
        missing, fields = _sentence(code, {**said, "order": sale.order, **places})
        yield Finding("facts-missing", facts.event.place, {"missing": missing, "fields": fields})
    if not sale.lines and not sale.problems:
        missing = Phrase("what order {order} sold", {"order": sale.order})
        fields = Phrase("`sku` metadata to the postings of the sale")
        yield Finding("facts-missing", facts.event.place, {"missing": missing, "fields": fields})


def _says_money(facts: Facts) -> bool:
    sale = facts.sale
    assert sale is not None
    taxed = any(part.role is Role.OUTPUT_VAT for part in sale.unshared)
    return said_money(facts.item, facts.quantity or ZERO, taxed, sale.decimals) is not None


# What the sale says twice, and not alike: what is not known, and what would settle it.
_CONTRADICTIONS = {
    "orders-in-one": (
        Phrase(
            "what is whose of the entry at {where}: it names the orders {orders}, and what stands at {also} can be shared "
            "between them in more than one way"
        ),
        Phrase("the order to each posting of the entry, or an entry of its own to each order"),
    ),
    "orders-unbalanced": (
        Phrase(
            "what is whose of the entry at {where}: it names the orders {orders}, and what is of {named}, up to {also}, "
            "comes to {amount} and not to zero"
        ),
        Phrase("the right order to each posting of the entry, or an entry of its own to each order"),
    ),
    "line-twice": (
        Phrase("which of {skus} line {line} of order {order} is: the first stands at {where}, another at {also}"),
        Phrase("a `line` of its own to one of them"),
    ),
    "more-back-by-hand": (
        Phrase(
            "how many {skus} of order {order} came back by hand: {units} came in under it, from {where} on, and {sold} were sold "
            "at {also}"
        ),
        Phrase("a link or an order of its own to what is no return"),
    ),
    "kit-or-lines": (
        Phrase("whether {skus} of order {order} are one line or several: they stand at {where} and {also}"),
        Phrase(
            "a `line` of its own to each posting of goods and revenue, or to the goods the `sku` of the kit they make"
        ),
    ),
    "goods-of-register": (
        Phrase("which goods {sku} of the register is: {account} takes {goods} and no money ({where})"),
        Phrase("it to the products file (`products:` in the settings), such as `{sku}: {{commodity: {commodity}}}`"),
    ),
    "discount-above-revenue": (
        Phrase(
            "what {skus} of order {order} brought: its discount of {discount} at {also} is more than its revenue of {revenue} "
            "at {where}"
        ),
        Phrase("the right `line` or `sku` to the discount, or correct one of the two amounts"),
    ),
}


def _sentence(code: str, said: Mapping[str, str]) -> tuple[Phrase, Phrase]:
    if code == "role-unknown":
        missing = Phrase("what {account} is for, which order {order} uses", said)
        return missing, Phrase("it to its role under `accounts:` in the settings; it stands at {where}", said)
    if code == "two-sales":
        missing = Phrase("which of two sales order {order} is: one stands at {where}, another at {also}", said)
        return missing, Phrase("a link or an order number of its own to one of them")
    if code in _CONTRADICTIONS:
        missing, fields = _CONTRADICTIONS[code]
        return Phrase(missing.text, said), Phrase(fields.text, said)
    if code == "money-at-cost":
        missing = Phrase(
            "what the customer of order {order} owes or paid on {account}, where money stands at cost", said
        )
        return missing, Phrase("a price (`@`) instead of the cost to the money at {where}", said)
    if code == "exchange-by-hand":
        missing = Phrase("what the goods that came in at {where} were worth, exchanged for those at {also}", said)
        return missing, Phrase("two entries instead of the one: what came back, and what was sold for it")
    if code == "owed-in-two-currencies":
        missing = Phrase("what is still owed on order {order}: {units} that weigh {weight}", said)
        return missing, Phrase(
            "the units that were paid, with their price, to what was booked without them at {where}", said
        )
    if said.get("fields") == "currency":
        missing = Phrase("what order {order} is worth in one currency", said)
        return missing, Phrase("a sale in one currency; the amount at {where} is in another", said)
    if said.get("fields") == "commodity":
        missing = Phrase(
            "whose goods {goods} of order {order} are: they stand at {also} without revenue of their own, and {named} at "
            "{where} without goods",
            said,
        )
        return missing, Phrase(
            "to the products file (`products:` in the settings) which goods each SKU is, such as `{sku}: {{commodity: "
            "{commodity}}}`, or `{sku}: {{stock: none}}` for one that has none",
            said,
        )
    if said.get("fields") == "tax_rate":
        missing = Phrase("which of {skus} the tax of order {order} was charged on, and at which rate", said)
        return missing, Phrase(
            "metadata `tax_rate` to each line of the sale, or `sku` to each tax posting, at {where}; or `tax_rates` to "
            "`sales` in the settings",
            said,
        )
    if said.get("fields") == "qty":
        missing = Phrase("how many {skus} each line of order {order} is", said)
        return missing, Phrase("metadata `qty` to each posting of revenue; the first stands at {where}", said)
    missing = Phrase("which amounts of order {order} belong to which of {skus}", said)
    fields = Phrase(
        "`price_incl_tax` with `tax_rate` (or `price` with `tax`) and `sku` to the event, or metadata `sku` or `line` to "
        "each posting of the sale at {where}",
        said,
    )
    return missing, fields
