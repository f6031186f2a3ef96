"""Directives as Beancount text that reads back to the very same directives, or is refused.

Beancount's own printer leaves quotes in notes, cost labels and links as they are and rounds costs to what a display
shows; here every string is escaped, every number is written in full, and what can't be written exactly is refused:

    2026-11-02 * "Li Na" "Return SO-1001" #return ^SO-1001
      rl-id: "RT-20261102-9f3a21c04b7e"
      Assets:Inventory                              1 MUG-BLUE {8.10 CNY, 2026-09-01}
      Expenses:COGS                             -8.10 CNY

Amounts stand in a fixed column, counted in terminal cells, so that a long account moves nobody else's line.
"""

from __future__ import annotations

from returnledger.text.compare import digest, in_order, mark, parse, same, sealed, tagged
from returnledger.text.write import Unwritable, braces, cells, quoted, render, render_batch

__all__ = [
    "Unwritable",
    "braces",
    "cells",
    "digest",
    "in_order",
    "mark",
    "parse",
    "quoted",
    "render",
    "render_batch",
    "same",
    "sealed",
    "tagged",
]
