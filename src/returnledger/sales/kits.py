"""Kits sold as components: goods whose SKU is that of the line and not of their commodity.

2026-01-05 * "Ann" "1 tea set" ^inv-1001
  Assets:Bank              113.00 CNY
  Income:Sales            -100.00 CNY
    sku: "TEA-SET"
    qty: 1
  Liabilities:Output-VAT   -13.00 CNY
  Expenses:COGS             60.00 CNY
  Assets:Inventory             -1 POT {30 CNY, 2026-01-03}
    sku: "TEA-SET"
  Assets:Inventory             -2 CUP {15 CNY, 2026-01-03}
    sku: "TEA-SET"
"""

from __future__ import annotations

from decimal import Decimal
from math import gcd

from returnledger.money import CONTEXT, ZERO
from returnledger.products import commodity_of
from returnledger.sales.drafts import Draft
from returnledger.sales.postings import Flow, shown_at
from returnledger.sales.recognition import Recognition


def count_kits(draft: Draft, flow: Flow, recognition: Recognition) -> None:
    """Say how many kits a line is where its goods are the components of something put together.

    The quantity that the line says counts them, else its price does. Where neither is known and the components have no
    common divisor it is one kit.
    """
    if len(draft.lots) == 1 and draft.lots[0].commodity == (draft.sku and commodity_of(draft.sku)):
        return  # nearly all lines
    units: dict[str, Decimal] = {}
    for lot in draft.lots:
        units[lot.commodity] = units.get(lot.commodity, ZERO) + lot.units
    own = {draft.sku, recognition.commodities.get(draft.sku, draft.sku), commodity_of(draft.sku) if draft.sku else ""}
    if own & units.keys():
        return
    kits = draft.quantity
    if kits is None and draft.price:
        kits = CONTEXT.divide(draft.net, draft.price)
        kits = kits if kits == kits.to_integral_value() else None
    if len(units) == 1:
        (number,) = units.values()
        if kits and kits != number and number % kits == 0:
            draft.kits = kits
        return
    if not kits:
        whole = all(number == number.to_integral_value() for number in units.values())
        if whole and gcd(*(int(number) for number in units.values())) == 1:
            kits = Decimal(1)
            flow.inferred.append(("one-kit", {"sku": draft.sku, "where": shown_at(draft.source)}))
        else:
            values = {"skus": draft.sku, "fields": "qty", "where": shown_at(draft.source)}
            flow.problems.append(("facts-missing", values))
            kits = Decimal(1)
    draft.kits = kits
