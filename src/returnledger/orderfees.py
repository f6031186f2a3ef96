"""What was kept for taking goods back by rows that charge a whole order once, as its entries say it.

A fee `per: order` is the same however the return is split: what the row comes to for all that came back so far, less what
it kept before. So the entry says, row by row, what was kept and of what: goods with tax, and without.

    rl-order-fees: "opened 30 of 226 200"
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from returnledger.books import standing
from returnledger.money import ZERO, plain
from returnledger.rows import Posted

_ROW = re.compile(r"(\S+) ([0-9]+(?:\.[0-9]+)?) of ([0-9]+(?:\.[0-9]+)?) ([0-9]+(?:\.[0-9]+)?)")


@dataclass(frozen=True, slots=True)
class OrderFee:
    """What one row has kept of an order: the fee with its tax, and the goods that it was kept of, with and without tax."""

    kept: Decimal = ZERO
    gross: Decimal = ZERO
    net: Decimal = ZERO

    def plus(self, other: OrderFee) -> OrderFee:
        """Return both together."""
        return OrderFee(self.kept + other.kept, self.gross + other.gross, self.net + other.net)


def order_fees_text(fees: Mapping[str, OrderFee]) -> str:
    """Return the fees of one entry by row, as the entry keeps them; "" where there are none."""
    return "; ".join(f"{row} {plain(f.kept)} of {plain(f.gross)} {plain(f.net)}" for row, f in fees.items())


def order_fees_of(entries: Iterable[Posted]) -> dict[str, OrderFee]:
    """Return by row what the entries of an order kept; what was voided was not, and what can't be read is left out."""
    found: dict[str, OrderFee] = {}
    for entry in standing(entries):
        for part in entry.told.get("order-fees", "").split("; "):
            if said := _ROW.fullmatch(part):
                own = OrderFee(Decimal(said[2]), Decimal(said[3]), Decimal(said[4]))
                found[said[1]] = found.get(said[1], OrderFee()).plus(own)
    return found
