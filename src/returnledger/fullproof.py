"""Loads the whole ledger with a batch that is not yet part of it, and compares what was booked before with after.

It needs no list of harmless plugins and no knowledge of what later assertions say: Beancount itself answers, with the
options and plugins of the ledger's own root.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from beancount.core.data import Directive, Transaction
from beancount.core.position import Cost

from returnledger import ledger
from returnledger.findings import Finding
from returnledger.ledger import LedgerError, Loaded
from returnledger.movements import Movement
from returnledger.proof.fast import below_zero
from returnledger.proof.fingerprints import PAD, Place, by_place, fingerprints_of, lots_of, mark, mark_of_lots, told
from returnledger.proof.situation import above, event_of, movements_of
from returnledger.rows import Lot

_BALANCE = re.compile(
    r"Balance failed for '(?P<account>[^']+)': expected (?P<stated>.+?) != accumulated (?P<is>.+?) \("
)


@dataclass(frozen=True)
class Baseline:
    """What the ledger says without the batch: its errors, and a mark of each transaction as booked.

    With `lots_only` the marks are those of the lots alone, as the rows of a store give them. Booking changes an entry
    only through its lots, so that suffices in a ledger without pads and without plugins that may change entries.
    """

    errors: Counter[LedgerError] = field(default_factory=Counter)
    fingerprints: Mapping[Place, bytes] = field(default_factory=dict)
    lots_only: bool = False


def baseline_of(loaded: Loaded, from_day: date | None = None) -> Baseline:
    """Return the baseline of a loaded ledger; `from_day` leaves out transactions before it, which can't change."""
    return Baseline(Counter(loaded.errors), fingerprints_of(loaded.entries, from_day=from_day))


def baseline_of_rows(
    errors: Iterable[LedgerError], movements: Iterable[Movement], from_day: date | None = None
) -> Baseline:
    """Return the baseline from rows of a store, all at-cost movements of the ledger: it saves a load.

    Not for a ledger with pads or with plugins that may change entries (see `Baseline`).
    """
    return Baseline(Counter(errors), lots_of(movements, from_day=from_day), lots_only=True)


def full(
    root: Path, staged: Path, baseline: Baseline | None = None, *, opened: Sequence[Path] = (), shown_as: str = ""
) -> list[Finding]:
    """Return what the batch in the file `staged` would change or break in the ledger at `root`; none is the rule.

    `opened` are further files not yet in the ledger: the accounts that the batch opens. Without a `baseline` the
    ledger is loaded once more without the batch. `shown_as` is the name of the batch in findings.
    """
    staged = Path(os.path.normpath(staged.absolute()))
    batch, _ = ledger.parse_file(staged)
    from_day = min((entry.date for entry in batch), default=None)
    baseline = baseline or baseline_of(ledger.load(root), from_day)
    loaded = ledger.load(root, *opened, staged)
    proof = _Proof(loaded, batch, str(staged), baseline, from_day, root, shown_as or staged.name)
    findings = list(proof.findings())
    if not findings and _shares_a_line(loaded, batch, str(staged)):
        # Beancount keeps the order of reading where line numbers are equal; it must not matter.
        other = ledger.load(root, *opened, staged, extra_first=True)
        proof = _Proof(other, batch, str(staged), baseline, from_day, root, shown_as or staged.name)
        findings = list(proof.findings())
    return _with_first_free_day(findings)


def _with_first_free_day(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings; those on balances name the day of the last one that the same event breaks."""
    findings = list(findings)
    days: dict[str | None, date] = {}
    for finding in findings:
        day = finding.values.get("free")
        if isinstance(day, date):
            days[finding.event] = max(day, days.get(finding.event, day))
    return [replace(f, values={**f.values, "free": days[f.event]}) if f.values.get("free") else f for f in findings]


def _shares_a_line(loaded: Loaded, batch: Iterable[Directive], staged: str) -> bool:
    """Return True if an entry of the batch has day, line number and a stock account in common with another."""
    ours = {(m.account, m.date, m.lineno) for moves in movements_of(batch).values() for m in moves}
    places = {(day, line) for _, day, line in ours}
    return any(
        (posting.account, entry.date, entry.meta["lineno"]) in ours
        for entry in loaded.entries
        if isinstance(entry, Transaction)
        and (entry.date, entry.meta.get("lineno")) in places
        and entry.meta.get("filename") != staged
        for posting in entry.postings
        if posting.cost is not None
    )


class _Proof:
    """One load with the batch, beside the baseline without it."""

    def __init__(
        self,
        loaded: Loaded,
        batch: Sequence[Directive],
        staged: str,
        baseline: Baseline,
        from_day: date | None,
        root: Path,
        shown_as: str,
    ) -> None:
        self.loaded, self.batch, self.staged, self.baseline = loaded, batch, staged, baseline
        self.from_day, self.root, self.shown_as = from_day, root, shown_as
        self.events = event_of(batch)

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong: changed bookings and pads, then new errors, then lots below zero."""
        now = by_place(self.loaded.entries, without=self.staged, from_day=self.from_day)
        changed = self._changed(now)
        if changed:
            yield from self._changes(changed, now)
        at = {(file, line) for file, line, _ in changed}
        for error in (Counter(self.loaded.errors) - self.baseline.errors).elements():
            if (error.file, error.line) not in at:
                yield self._error(error)
        if not changed:
            yield from self._below_zero()

    def _changed(self, now: Mapping[Place, Sequence[Transaction]]) -> list[Place]:
        """Return the places whose transactions are booked otherwise, are gone, or are pads that were not there."""
        known = self.baseline.fingerprints
        if self.baseline.lots_only:
            marks = {place: lots for place, found in now.items() if (lots := mark_of_lots(found))}
            return sorted(place for place in marks.keys() | known.keys() if marks.get(place) != known.get(place))
        changed = [place for place, found in now.items() if place in known and mark(found) != known[place]]
        gone = known.keys() - now.keys()
        changed += sorted(gone - by_place(self.loaded.entries).keys() if gone else ())
        return changed + [p for p, found in now.items() if p not in known and any(one.flag == PAD for one in found)]

    def _changes(self, changed: Sequence[Place], now: Mapping[Place, Sequence[Transaction]]) -> Iterator[Finding]:
        # Only now is it worth a load to say what the bookings were.
        before = by_place(ledger.load(self.root).entries)
        messages = {(error.file, error.line): error.message for error in self.loaded.errors}
        for place in sorted(changed, key=lambda place: (place[2], place[0], place[1])):
            file, line, day = place
            was, would_be = before.get(place, []), now.get(place, [])
            old = [text for entry in was for text in told(entry)]
            new = [text for entry in would_be for text in told(entry)]
            gone, come = list((Counter(old) - Counter(new)).elements()), list((Counter(new) - Counter(old)).elements())
            accounts = list(dict.fromkeys(text.split(" ", 1)[0] for text in gone + come))
            pads = any(entry.flag == PAD for entry in (*was, *would_be))
            values = {
                "account": accounts[0] if accounts else "",
                "date": day,
                "place": self._place(file, line),
                "was": "; ".join(gone) or "0",
                "would_be": messages.get((file, line)) or "; ".join(come) or "0",
            }
            code = "would-change-pad" if pads else "would-change-booked-cost"
            yield Finding(code, values=values, event=self._toucher(accounts, day))

    def _error(self, error: LedgerError) -> Finding:
        place = self._place(error.file, error.line)
        if error.file == self.staged:
            values: dict[str, object] = {"place": place, "message": error.message}
            return Finding("would-add-error", values=values, event=self.events.get(error.line))
        entry = next((e for e in self.loaded.entries if _stands_at(e, error.file, error.line)), None)
        day = entry.date if entry else None
        match = _BALANCE.match(error.message)
        if match:
            account = match["account"]
            values = {
                "account": account,
                "date": day,
                "place": place,
                "stated": match["stated"],
                "would_be": match["is"],
                "free": day,
            }
            return Finding("would-break-assertion", values=values, event=self._toucher([account], day))
        accounts = [posting.account for posting in entry.postings] if isinstance(entry, Transaction) else []
        values = {"place": place, "message": error.message}
        return Finding("would-add-error", values=values, event=self._toucher(accounts, day))

    def _toucher(self, accounts: Sequence[str], day: date | None) -> str | None:
        """Return the event of the first entry of the batch that posts to one of the accounts, or below one."""
        wanted = set(accounts)
        for entry in self.batch:
            if isinstance(entry, Transaction) and (day is None or entry.date <= day):
                for posting in entry.postings:
                    if wanted & set(above(posting.account)):
                        return self.events.get(entry.meta["lineno"])
        return next(iter(self.events.values()), None) if len(set(self.events.values())) == 1 else None

    def _place(self, file: str, line: int) -> str:
        if file == self.staged:
            return f"{self.shown_as}:{line}"
        path, folder = Path(file), self.root.absolute().parent
        return f"{path.relative_to(folder) if path.is_relative_to(folder) else path}:{line}"

    def _below_zero(self) -> Iterator[Finding]:
        """Yield lots that the batch takes below zero: Beancount does not check them where it books NONE."""
        added = movements_of(self.batch)
        existing: dict[str, list[Movement]] = {account: [] for account in added}
        for entry in self.loaded.entries:
            if isinstance(entry, Transaction) and entry.meta.get("filename") != self.staged:
                for posting in entry.postings:
                    if posting.account in existing and isinstance(posting.cost, Cost):
                        existing[posting.account].append(_movement(entry, posting))
        for account, moves in added.items():
            yield from below_zero(moves, existing[account], self.events)


def _stands_at(entry: Directive, file: str, line: int) -> bool:
    return entry.meta.get("lineno") == line and entry.meta.get("filename") == file


def _movement(entry: Transaction, posting: Any) -> Movement:
    cost = posting.cost
    lot = Lot(cost.number, cost.currency, cost.date, cost.label)
    place = str(entry.meta.get("filename", "")), int(entry.meta.get("lineno", 0))
    return Movement(posting.account, entry.date, *place, 0, posting.units.currency, posting.units.number, lot, None)
