"""What rests on money that was moved from one advance to another: it may have gone back, or paid for a sale, since."""

from __future__ import annotations

from collections.abc import Sequence

from returnledger.advancecase import MoveSpent
from returnledger.advanceleft import advance_left
from returnledger.advanceof import advances_named
from returnledger.advances import MOVED_TO
from returnledger.books import Books, standing
from returnledger.money import ZERO
from returnledger.rows import Posted


def spent_since(target: Sequence[Posted], books: Books) -> MoveSpent | None:
    """Return the move among the entries of a void whose money the other advance has less of by now; None if all is there."""
    for entry in target:
        name = entry.moved_to
        legs = [leg for leg in entry.legs if name and leg.item and leg.item.get(MOVED_TO) == name]
        moved = -sum((leg.amount for leg in legs), ZERO)
        for advance in advances_named(name, books) if moved > 0 else ():
            own = sorted(standing(books.by_order.get(advance.name, ())), key=lambda each: (each.date, each.step))
            left, takes = advance_left(advance, own).left, []
            while own and advance_left(advance, own).left < moved:
                takes += [each.id for each in own[-1:] if each.legs]
                own.pop()
            if left < moved:
                return MoveSpent(name, moved, left, legs[0].currency, tuple(dict.fromkeys(takes)))
    return None
