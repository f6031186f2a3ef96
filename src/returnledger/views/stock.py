"""What is to be done about goods in stock that no case waits for: allowances whose goods are gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from returnledger.books import Books
from returnledger.instock import Stood, standing_cases, stood
from returnledger.needs import WRITTEN_DOWN, Needs, further
from returnledger.nextsteps import DESKS, NextStep
from returnledger.piles import piles_of
from returnledger.session import Session

_STEP = "revalue"


def to_revalue(session: Session, day: date) -> tuple[NextStep, ...]:
    """Return a revaluation for each SKU of which units that were written down are gone by the end of a day."""
    found: dict[tuple[str, str], NextStep] = {}
    for each in _gone(session, day):
        lot = each.pile.lot
        key = each.pile.sku, lot.currency if lot else ""
        before = found.get(key) or NextStep(_STEP, each.pile.sku, (DESKS[_STEP].value,), currency=key[1])
        found[key] = NextStep(
            _STEP,
            each.pile.sku,
            before.by,
            units=before.units + each.gone,
            amount=before.amount + each.released,
            currency=before.currency,
        )
    return tuple(found[key] for key in sorted(found))


def _gone(session: Session, day: date) -> Iterator[Stood]:
    """Yield the piles with an allowance of which units are gone; only the accounts of such goods are read."""
    books, wanted = Books(), Needs(mentions=frozenset({WRITTEN_DOWN}))
    session.store.gather(wanted, books)
    session.store.gather(Needs(mentions=further(books, wanted).mentions), books)
    cases = standing_cases(books)
    accounts = {pile.account for entries in cases.values() for pile in piles_of(entries) if pile.allowance and pile.lot}
    if not accounts:
        return
    session.store.gather(Needs(accounts=frozenset(accounts)), books)
    for each in stood(cases, lambda account: books.movements.get(account, ()), day):
        if each.pile.account in accounts and each.released:
            yield each
