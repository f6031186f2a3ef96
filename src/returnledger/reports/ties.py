"""Ties a report to the books: its own sum beside the balance of the accounts it speaks of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from returnledger.money import ZERO
from returnledger.reports import bql
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Phrase, Tie

Sums = Mapping[tuple[str, str], Decimal]  # (account, currency) -> amount

_FEW = 8


def balances(source: Source, upto: date | None) -> dict[tuple[str, str], Decimal]:
    """Return the balance of every account at cost, by account and currency, at the end of `upto`."""
    return {(account, currency): balance for account, currency, balance in bql.ask_ledger(source, "balances", upto)}


def tie(reported: Sums, booked: Sums, accounts: Iterable[str]) -> tuple[Tie, ...]:
    """Compare two sums by account and currency: one line an account while they are few, else one for all that agree.

    An account that does not agree always has a line of its own.
    """
    wanted = set(accounts)
    keys = sorted(key for key in {*reported, *booked} if key[0] in wanted)
    lines = [
        Tie(Phrase("{account}", {"account": key[0]}), key[1], reported.get(key, ZERO), booked.get(key, ZERO))
        for key in keys
    ]
    lines = [line for line in lines if line.reported or line.booked]
    if len(lines) <= _FEW:
        return tuple(lines)
    return (*_together([line for line in lines if line.ok]), *(line for line in lines if not line.ok))


def _together(lines: list[Tie]) -> tuple[Tie, ...]:
    by_currency: dict[str, list[Tie]] = defaultdict(list)
    for line in lines:
        by_currency[line.currency].append(line)
    return tuple(
        Tie(
            Phrase(
                N_("{count} accounts from {first} to {last}"),
                {"count": len(same), "first": same[0].what, "last": same[-1].what},
            ),
            currency,
            sum((line.reported for line in same), ZERO),
            sum((line.booked for line in same), ZERO),
        )
        for currency, same in sorted(by_currency.items())
    )
