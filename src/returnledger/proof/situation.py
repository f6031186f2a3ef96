"""What the books hold of the accounts that a batch touches: all that the fast proof may know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from beancount.core.data import Directive, Transaction
from beancount.core.position import Cost, CostSpec

from returnledger.movements import Movement
from returnledger.rows import Account, Lot
from returnledger.text import braces


@dataclass(frozen=True, slots=True)
class Assertion:
    """A directive that constrains an account from outside: a balance, a pad or a close."""

    kind: Literal["balance", "pad", "close"]
    account: str
    date: date
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Situation:
    """What the store knows of the accounts that a batch touches.

    `accounts` are those of the whole ledger and those the batch opens. `movements` are whole: every at-cost posting of
    a touched account. `errors` are the ledger's own; `mixed` the accounts that hold a commodity also without cost.
    """

    accounts: Mapping[str, Account] = field(default_factory=dict)
    movements: Mapping[str, tuple[Movement, ...]] = field(default_factory=dict)
    assertions: tuple[Assertion, ...] = ()
    plugins: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    mixed: frozenset[str] = frozenset()


def movements_of(directives: Iterable[Directive], file: str = "") -> dict[str, list[Movement]]:
    """Return the at-cost postings of parsed directives by account, each to the lot that its cost names in full."""
    found: dict[str, list[Movement]] = {}
    for entry in directives:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            if posting.cost is None or posting.units is None or not isinstance(posting.units.number, Decimal):
                continue
            line = int((posting.meta or {}).get("lineno", 0))
            found.setdefault(posting.account, []).append(
                Movement(
                    account=posting.account,
                    date=entry.date,
                    file=file or str(entry.meta.get("filename", "")),
                    lineno=int(entry.meta.get("lineno", 0)),
                    posting=line,
                    commodity=posting.units.currency,
                    units=posting.units.number,
                    lot=_lot(posting.cost, entry.date),
                    spec=braces(posting.cost)[1:-1],
                )
            )
    return found


def _lot(cost: Cost | CostSpec, day: date) -> Lot:
    number = cost.number if isinstance(cost, Cost) else cost.number_per
    assert isinstance(number, Decimal) and isinstance(cost.currency, str), "entries of ours name their lots in full"
    return Lot(number, cost.currency, cost.date or day, cost.label)


def event_of(directives: Iterable[Directive]) -> dict[int, str]:
    """Return the event id of each of our directives by its line."""
    return {
        int(entry.meta.get("lineno", 0)): str(entry.meta["rl-id"])
        for entry in directives
        if entry.meta and "rl-id" in entry.meta
    }


def above(account: str) -> list[str]:
    """Return an account and those above it: a balance of any of them counts its postings."""
    parts = account.split(":")
    return [":".join(parts[:count]) for count in range(len(parts), 0, -1)]
