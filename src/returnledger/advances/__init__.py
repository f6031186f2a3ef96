"""Advances: money that customers paid before a sale, as ledgers written by others show it, and what is left of it.

Found like sales, by a link, by metadata `order` or `contract`, else by the customer; one or several receipts, of which
sales and refunds by hand have used a part:

    2025-05-06 * "华东机械" "预收货款" ^inv-HT-01
      Assets:1002-银行存款                        113000.00 CNY
      Liabilities:2205-合同负债                  -100000.00 CNY
      Liabilities:2221-应交税费:待转销项税额       -13000.00 CNY

`Prepaid` is one transaction that moves such money, `advances_of` joins them to advances, `Advance.parts` says what is
left by account. What our own entries took is folded in by `advanceleft`.
"""

from __future__ import annotations

from returnledger.advances.grouping import advances_of
from returnledger.advances.rows import MAIN, MOVED_TO, ROLES, Advance, Name, NameKind, Prepaid

__all__ = ["MAIN", "MOVED_TO", "ROLES", "Advance", "Name", "NameKind", "Prepaid", "advances_of"]
