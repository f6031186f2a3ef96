"""Goods are to come back, and nothing says what they cost.

The sale moves no goods and books no cost of goods, and the shop keeps such goods in stock by value: the products file
says so (`stock: value`, or the `account`), or the ledger books cost of goods by the month. What one unit cost is then
said by metadata on the revenue of the sale (`cost` for the line, `unit_cost` for a unit), by `cost:` on the event, or
chosen by the policy: `choices: {cost: month_average}` takes the share in the cost of goods of the month of the sale,
`choices: {cost: none}` takes goods back without a cost. A service is a product with `stock: none`.

```beancount
2026-10-28 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
    sku: "MUG"
    qty: 2
  Liabilities:Output-VAT                 -13.00 CNY

2026-10-31 * "Cost of goods of October"
  Expenses:COGS                         5000.00 CNY
  Assets:Inventory                     -5000.00 CNY
```

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, sku: MUG, qty: 1, cost: 30.00}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, sku: MUG, qty: 1}
```
```finding
events.yaml:1:41: error[cost-unknown]: it is not known what MUG of order SO-1 cost, which books no cost of goods
hint: add `cost:` for a unit to the event, or metadata `cost` to main.beancount:13; or the policy chooses: `choices: {cost: month_average}` or `{cost: none}`; a service has `stock: none` in the products file
```
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.terms import Goods

TEMPLATE = Template("it is not known {missing}", "add {fields}")


def cost_unknown(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where goods come back whose cost neither sale, event nor policy tells."""
    item, line, sale = facts.item, facts.line, facts.sale
    if not facts.credits_units or decision.goods is Goods.KEPT or line is None or sale is None:
        return
    given = item is not None and item.cost is not None
    if line.unbooked is None or (given and line.value_accounts):
        return
    for code, said in sale.problems:
        if code == "cost-unknown" and said["sku"] == line.sku and said.get("line", line.line) == line.line:
            values = {**said, "order": sale.order, "where": facts.in_books(said["where"])}
            missing, fields = _sentence("account" if given else said["why"], values)
            yield Finding("cost-unknown", facts.place, {"missing": missing, "fields": fields})
            return
    if given and not line.value_accounts:
        missing, fields = _sentence("account", {"sku": line.sku, "order": sale.order})
        yield Finding("cost-unknown", facts.at("cost"), {"missing": missing, "fields": fields})


def _sentence(why: str, said: Mapping[str, str]) -> tuple[Phrase, Phrase]:
    if why == "account":
        missing = Phrase("which account keeps {sku} of order {order} in stock by value", said)
        return missing, Phrase("`account:` to {sku} in the products file, or `stock: none` for a service", said)
    if why == "said-twice":
        missing = Phrase(
            "what {sku} of order {order} cost: `cost` is {cost} and `unit_cost` {unit_cost}, for {units} units at {where}",
            said,
        )
        return missing, Phrase("`cost:` for a unit to the event, or the right metadata to the sale")
    if why == "bought":
        missing = Phrase(
            "what {sku} of order {order} is worth here: {cost} were owed to {account} for the order at {where}, and it never was "
            "in stock",
            said,
        )
        return missing, Phrase(
            "`cost:` for a unit to the event where it comes into stock; `stock: none` in the products file where it does not"
        )
    if why == "month":
        missing = Phrase(
            "what {sku} of order {order} cost: no cost of goods of {month} is booked that it could share", said
        )
        return missing, Phrase(
            "cost of goods, dated in {month}, to the ledger; or `cost:` for a unit to the event, or metadata `cost` to "
            "{where}; a service has `stock: none` in the products file",
            said,
        )
    missing = Phrase("what {sku} of order {order} cost, which books no cost of goods", said)
    return missing, Phrase(
        "`cost:` for a unit to the event, or metadata `cost` to {where}; or the policy chooses: "
        "`choices: {{cost: month_average}}` or `{{cost: none}}`; a service has `stock: none` in the products file",
        said,
    )
