"""Goods that are scrapped or gone: out of stock, with what is lost line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.losses import Loss, cause_of, loss_legs
from returnledger.money import ZERO, shares
from returnledger.moves import Moved, key_of, out, released, told
from returnledger.roles import Role
from returnledger.terms import Cause, Disposition


def losses_of(facts: Facts, moves: Sequence[Moved]) -> list[Loss]:
    """Return what is lost with goods: their cost less what was written down, and input tax that bad management costs."""
    tax = getattr(facts.event.body, "input_vat", None) or ZERO
    if cause_of(facts) is not Cause.MISMANAGEMENT:
        tax = ZERO
    parts = shares(tax, [moved.amount for moved in moves], facts.decimals) if tax else [ZERO] * len(moves)
    return [
        Loss(
            moved.pile.line,
            moved.currency,
            moved.amount - moved.allowance + part,
            told(moved, moved.to or Disposition.SCRAP),
            key_of(moved),
        )
        for moved, part in zip(moves, parts, strict=True)
    ]


def scrapped(facts: Facts, moves: Sequence[Moved], role: Role, *, keep: bool) -> Iterator[Leg]:
    """Yield goods out of stock, input tax transferred out, and their loss on `role`; see `losses.loss_legs` for `keep`."""
    for moved in moves:
        yield out(facts, moved)
        yield from released(facts, moved)
    losses = losses_of(facts, moves)
    tax = sum((loss.amount for loss in losses), ZERO) - sum((m.amount - m.allowance for m in moves), ZERO)
    if tax:
        vat = Role.INPUT_VAT_TRANSFER_OUT
        yield Leg(vat.value, facts.settings.account_for(vat), -tax, moves[0].currency)
    yield from loss_legs(facts, losses, role, keep=keep)
