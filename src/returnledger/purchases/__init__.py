"""Purchases: goods that the ledger shows coming in from suppliers, as others booked them, found by name or by lot.

Found like sales, by the order or invoice that metadata names or by a link; paid at once, later, in part, or not yet:

    2025-04-10 * "华南五金" "采购" ^po-77
      Assets:1405-库存商品                              15 LAMP {40.00 CNY}
      Liabilities:2221-应交税费:进项税额              78.00 CNY
      Liabilities:2202-应付账款                     -678.00 CNY

`Bought` is one transaction that brings goods in, sends some back, or moves what is owed for them; `purchases_of` joins
them to purchases. What our own entries sent back and took off what is owed is folded in by `purchaseof`.
"""

from __future__ import annotations

from returnledger.purchases.grouping import named, purchases_of
from returnledger.purchases.rows import (
    TELLING,
    Bought,
    BoughtGoods,
    BoughtMoney,
    NameKind,
    Names,
    Purchase,
    PurchaseLine,
    lot_name,
)

__all__ = [
    "TELLING",
    "Bought",
    "BoughtGoods",
    "BoughtMoney",
    "NameKind",
    "Names",
    "Purchase",
    "PurchaseLine",
    "lot_name",
    "named",
    "purchases_of",
]
