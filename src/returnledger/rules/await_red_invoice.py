"""Keeps the tax of a credit whose red invoice comes later on an account of its own, until `tax_credit` brings it.

Where the setting says `red_invoice: pending` this is every credit of an invoiced sale that names no red invoice; else it is
one that says `red_invoice: pending` itself. Revenue, goods and money go their way at once; each posting names the tax
account of the sale that it waits for. The tax of a fee is charged, not taken back, and waits for nothing.

```settings
red_invoice: required
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  invoice: "25442000000012345678"
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```
```yaml
- {credit_note: SO-1, id: C-1, date: 2026-11-02, reason: changed_mind, red_invoice: pending}
```
```beancount
2026-11-02 * "Ann" "Credit note on SO-1: 1 MUG (changed mind)" #credit_note ^C-1 ^inv-SO-1
  rl-id: "C-1"
  rl-kind: "credit_note"
  rl-step: 1
  rl-case: "C-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-number: "CN-A-2026-0001"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  rl-window-end: 2026-11-02
  Income:Sales-Returns                                  100.00 CNY
    rl-role: "sales_returns"
    rl-line: "1"
    rl-sku: "MUG"
    rl-qty: 1
    rl-reason: "changed_mind"
    rl-condition: "unknown"
    rl-lots: "1 {60.00 CNY, 2026-01-05}"
  Liabilities:Output-VAT-Pending-Red                     13.00 CNY
    rl-role: "output_vat_pending_red"
    rl-line: "1"
    rl-instead: "output_vat"
    rl-tax-account: "Liabilities:Output-VAT"
  Assets:Return-Asset                                    60.00 CNY
    rl-role: "return_asset"
    rl-line: "1"
  Expenses:COGS                                         -60.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Liabilities:Refund-Payable                           -113.00 CNY
    rl-role: "refund_payable"
```
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from returnledger.advancecase import AdvanceFacts
from returnledger.credits import COUPON
from returnledger.events.fields import RED_PENDING
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.roles import Role
from returnledger.terms import Kind

_CREDITS = (Kind.RETURN, Kind.ALLOWANCE, Kind.CREDIT_NOTE, Kind.ADVANCE_REFUND)


def await_red_invoice(legs: Iterable[Leg], facts: Facts) -> Iterator[Leg]:
    """Yield the legs of a credit, those of tax on the account where it waits if the red invoice comes later."""
    if not comes_later(facts):
        yield from legs
        return
    waits = Role.OUTPUT_VAT_PENDING_RED
    account = facts.settings.account_for(waits)
    for leg in legs:
        if leg.role == Role.OUTPUT_VAT and (leg.amount > 0 or COUPON in (leg.item or {})):
            yield replace(leg, role=waits.value, account=account, instead=leg.role, tax_account=leg.account)
        else:
            yield leg


def comes_later(facts: Facts) -> bool:
    """Return True if the red invoice of a credit comes later: the event says so, or the settings of an invoiced sale."""
    if facts.event.kind not in _CREDITS or (facts.advance is not None and _is_moved(facts.advance)):
        return False
    said = getattr(facts.event.body, "red_invoice", None)
    if said is not None or facts.settings.red_invoice != "pending":
        return bool(said == RED_PENDING)
    if facts.advance is not None:
        return True  # output tax that was booked with the receipt was invoiced
    return bool(getattr(facts.event.body, "invoice", None) or (facts.sale is not None and facts.sale.invoice))


def _is_moved(known: AdvanceFacts) -> bool:
    """Return True if money paid in advance goes to another order: its tax goes with it, and no red invoice is issued."""
    return known.said is not None and bool(known.said.moved_to)
