"""The lots of a ledger, each made once."""

from __future__ import annotations

from datetime import date

from beancount.core.position import Cost

from returnledger.books import lot_of
from returnledger.rows import Lot


class Lots(dict[int, tuple[Cost, Lot]]):
    """The lots of costs, by the identity of these: booking gives the postings of one lot the one cost object.

    The cost is kept with its lot, so that no other object can come to have its identity.
    """

    def of(self, cost: object, day: date) -> Lot:
        """Return the lot of a posting's cost; one that is not booked has the day of its transaction."""
        known = self.get(id(cost))
        if known is not None:
            return known[1]
        if type(cost) is not Cost:
            return lot_of(cost, day)
        lot = Lot(*cost)
        self[id(cost)] = cost, lot
        return lot
