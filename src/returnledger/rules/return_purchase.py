"""Sends goods of a purchase back to their supplier: less is owed, or the supplier owes what was paid, with its tax.

They leave at the very lots that were bought. What is still owed for the purchase is lowered first, the rest is a claim;
what the supplier credits less than the goods cost is a loss.

```beancount
2026-10-01 * "Pottery" "Mugs" ^po-77
  Assets:Inventory                            15 MUG {40.00 CNY}
  Assets:Input-VAT                         78.00 CNY
  Liabilities:Accounts-Payable           -678.00 CNY

2026-10-15 * "Pottery" "Paid in part" ^po-77
  Liabilities:Accounts-Payable            600.00 CNY
  Assets:Bank                            -600.00 CNY
```
```yaml
- {supplier_return: po-77, id: S-1, date: 2026-11-09, sku: MUG, qty: 3, supplier_rma: RMA-5}
```
```beancount
2026-11-09 * "Pottery" "Back to the supplier from po-77: 3 MUG" #supplier_return ^S-1 ^po-77
  rl-id: "S-1"
  rl-kind: "supplier_return"
  rl-step: 1
  rl-case: "S-1"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-purchase: "po-77"
  rl-supplier-rma: "RMA-5"
  Assets:Inventory                                          -3 MUG {40.00 CNY, 2026-10-01}
    rl-role: "inventory"
    rl-line: "1"
    rl-sku: "MUG"
    rl-disposed: 3
    rl-disposition: "return_to_supplier"
    rl-supplier: "Pottery"
  Liabilities:Accounts-Payable                           78.00 CNY
    rl-role: "accounts_payable"
    rl-line: "1"
  Assets:Supplier-Claims                                 57.60 CNY
    rl-role: "supplier_claim"
    rl-line: "1"
  Assets:Input-VAT                                      -15.60 CNY
    rl-role: "input_vat"
    rl-line: "1"
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.money import ZERO
from returnledger.purchaseof import SETTLED_TAX
from returnledger.purchaseparts import SentBack
from returnledger.roles import Role
from returnledger.terms import Disposition


def return_purchase(facts: Facts, parts: Sequence[SentBack]) -> Iterator[Leg]:
    """Yield the goods out of stock, what is owed less, the claim, the tax given back and what is lost."""
    claim, loss = Role.SUPPLIER_CLAIM, Role.SUPPLIER_RETURN_LOSS
    settings = facts.settings
    for n, each in enumerate(parts):
        line, currency = each.line, each.line.lot.currency
        said = _told(facts, each)
        for account, units in each.accounts:
            weight = -units * line.lot.number
            yield Leg(
                Role.INVENTORY.value,
                account,
                weight,
                currency,
                line.line,
                line.commodity,
                -units,
                line.lot,
                said,
                pile=str(n),
            )
            said = {}
        for account, _ in line.written_down[:1] if each.part.written_down else ():
            yield Leg(Role.WRITE_DOWN_ALLOWANCE.value, account, each.part.written_down, currency, line.line)
        for account, amount in each.owed:
            yield Leg(Role.ACCOUNTS_PAYABLE.value, account, amount, currency, line.line)
        yield Leg(claim.value, settings.account_for(claim), each.claim, currency, line.line)
        for role, account, amount in each.taxes:
            yield Leg(role, account, -amount, currency, line.line)
        lost = each.part.cost - each.part.written_down - each.expected
        yield Leg(loss.value, settings.account_for(loss), lost, currency, line.line)


def _told(facts: Facts, each: SentBack) -> dict[str, str | Decimal]:
    """Return the metadata that says what went back to whom: on exactly one posting."""
    said: dict[str, str | Decimal] = {"sku": each.line.sku, "disposed": each.part.units}
    if each.item is not None and each.item.serial:
        said["serial"] = each.item.serial
    if each.item is not None and each.item.reason:
        said["reason"] = each.item.reason.value
    if each.item is not None and each.item.condition:
        said["condition"] = each.item.condition.value
    said["disposition"] = Disposition.RETURN_TO_SUPPLIER.value
    supplier = getattr(facts.event.body, "supplier", None) or (facts.sale.payee if facts.sale else "")
    if supplier:
        said["supplier"] = supplier
    if each.settled_tax != ZERO:
        said[SETTLED_TAX] = each.settled_tax
    return said
