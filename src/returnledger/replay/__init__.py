"""Books one stock account again, with and without new entries, to see whether any lot already booked would change.

Beancount chooses the lot of a reduction from what the account holds at that moment, so a return dated last month can
change the cost of a sale of last week without a word. Replay asks Beancount's own booking, in Beancount's own order
(day, then line number), and compares. It starts from the holdings on the first new day, which the booked lots tell.

Where the outcome can be seen without booking, nothing is booked. That is so when, from the first new day on, in the
commodity concerned:

- every reduction names the number, currency and date of its lot, and no two lots differ in their label alone: then it
  can match one lot only, whatever else the account holds;
- no lot is below zero at any time, with and without the new entries, even if among entries of one line number those
  that reduce come first: then a reduction is never taken for an addition, nor an addition for a reduction, and the
  lot that is named always has the units.
"""

from __future__ import annotations

from returnledger.replay.booking import Booked, Lots, Rebooked, cost_spec, in_order, rebook
from returnledger.replay.glance import Glance, glance_at
from returnledger.replay.judge import Change, Judgement, safe_to_add, unchanged
from returnledger.replay.shortfall import Below, below_zero, never_below_zero

__all__ = [
    "Below",
    "Booked",
    "Change",
    "Glance",
    "Judgement",
    "Lots",
    "Rebooked",
    "below_zero",
    "cost_spec",
    "glance_at",
    "in_order",
    "never_below_zero",
    "rebook",
    "safe_to_add",
    "unchanged",
]
