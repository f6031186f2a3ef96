"""The proof that needs no load: the stock accounts touched are booked again, and what else could matter is looked up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from beancount.core import interpolate
from beancount.core.data import Directive, Posting, Transaction
from beancount.core.position import Cost
from beancount.parser import options

from returnledger import replay
from returnledger.findings import Finding
from returnledger.movements import Movement
from returnledger.proof.arrange import judged
from returnledger.proof.readback import event
from returnledger.proof.situation import Situation, above, event_of, movements_of
from returnledger.text import parse

_AUTO = frozenset({"beancount.plugins.auto_accounts", "beancount.plugins.auto"})
_LEAFONLY = "beancount.plugins.leafonly"
_PRICES = frozenset({"beancount.plugins.implicit_prices", "beancount.plugins.auto"})
_UNIQUE_PRICES = "beancount.plugins.unique_prices"

# Plugins under which our entries can neither change an entry of the books nor raise an error, and why. What we write
# is transactions without prices between open accounts, and custom directives. Any other plugin needs the full proof.
INERT_PLUGINS: frozenset[str] = frozenset(
    {
        # Opens accounts that nobody opened. Ours are all open; where one is not yet, the full proof is asked for.
        "beancount.plugins.auto_accounts",
        # Adds price directives made from costs and prices; raises nothing. Not beside unique_prices, which could.
        "beancount.plugins.implicit_prices",
        # Both of the above.
        "beancount.plugins.auto",
        # Looks at price directives only, of which we write none.
        "beancount.plugins.unique_prices",
        # Looks at commodity directives only, of which we write none.
        "beancount.plugins.commodity_attr",
        # Looks at transactions in which every posting at cost has a price; ours have none.
        "beancount.plugins.sellgains",
        # Changes transactions with prices only; ours have none.
        "beancount.plugins.currency_accounts",
        # Complains of accounts that nothing is posted to; we only post to accounts.
        "beancount.plugins.nounused",
        # Adds zero balances after a close; a later close of a touched account or one above it needs the full proof.
        "beancount.plugins.check_drained",
        # Complains of postings to accounts with accounts below them; where that could be, the full proof is asked for.
        "beancount.plugins.leafonly",
    }
)


@dataclass(frozen=True, slots=True)
class NeedsFull:
    """Why the fast proof does not suffice, in words for a log or a progress line."""

    reason: str


def fast(
    directives: Sequence[Directive], text: str, situation: Situation, file: str = "<batch>"
) -> list[Finding] | NeedsFull:
    """Return what a load with this batch would find, without loading; or why only a load can tell.

    `directives` are those of the batch, `text` its text, `file` its name.
    """
    parsed = parse(text, file)
    entries = [entry for entry in parsed if isinstance(entry, Transaction)]
    if situation.errors:
        return NeedsFull(f"the ledger has {len(situation.errors)} errors of its own")
    for reason in (_by_plugin(entries, situation), _by_assertion(entries, situation), _by_tolerance(entries)):
        if reason:
            return NeedsFull(reason)
    findings = list(_accounts(entries, situation))
    if findings and _AUTO & set(situation.plugins):
        return NeedsFull("the ledger opens accounts by itself")
    added = movements_of(parsed, file)
    mixed = situation.mixed & set(added)
    if mixed:
        return NeedsFull(f"{min(mixed)} holds a commodity with and without cost")
    known = {account: moves for account, moves in added.items() if account in situation.accounts}
    events = event_of(parsed)
    for account, judgement in judged(known, situation):
        if judgement.unknown:
            return NeedsFull(f"{account}: {judgement.unknown}")
        findings += _judgement(account, judgement, known[account], situation, events)
        if judgement:
            findings += below_zero(known[account], situation.movements.get(account, ()), events)
    return findings


def _by_plugin(entries: Sequence[Transaction], situation: Situation) -> str:
    plugins = set(situation.plugins)
    unknown = sorted(plugins - INERT_PLUGINS)
    if unknown:
        return f"the plugin {unknown[0]} may change or refuse entries"
    if _UNIQUE_PRICES in plugins and plugins & _PRICES:
        return "prices made from costs must be unique"
    if plugins and any(posting.price is not None for entry in entries for posting in entry.postings):
        return "plugins may look at prices"
    if _LEAFONLY in plugins:
        names = set(situation.accounts)
        for account in sorted({posting.account for entry in entries for posting in entry.postings}):
            if any(other.startswith(f"{account}:") for other in names) or names & set(above(account)[1:]):
                return f"{account} has accounts above or below it, and the ledger wants leaves only"
    return ""


def _by_assertion(entries: Sequence[Transaction], situation: Situation) -> str:
    """Return why a later balance, pad or close may be touched: of an account that is posted to, or one above it."""
    first: dict[str, date] = {}
    for entry in entries:
        for posting in entry.postings:
            for account in above(posting.account):
                first[account] = min(first.get(account, entry.date), entry.date)
    for assertion in situation.assertions:
        day = first.get(assertion.account)
        # A balance is taken before the entries of its day; a close is after them.
        if day is not None and (assertion.date > day or (assertion.date == day and assertion.kind == "close")):
            return f"a {assertion.kind} of {assertion.account} on {assertion.date} follows"
    return ""


def _by_tolerance(entries: Sequence[Transaction]) -> str:
    """Return why Beancount might not take an entry for balanced under its default tolerances."""
    for entry in entries:
        postings = [_booked(posting, entry.date) for posting in entry.postings]
        residual = interpolate.compute_residual(postings)  # type: ignore[no-untyped-call]
        tolerances = interpolate.infer_tolerances(postings, options.OPTIONS_DEFAULTS)  # type: ignore[no-untyped-call]
        if not residual.is_small(tolerances):
            return f"an entry of {entry.date} needs the tolerances that the ledger sets"
    return ""


def _booked(posting: Posting, day: date) -> Posting:
    cost = posting.cost
    if cost is None or isinstance(cost, Cost):
        return posting
    assert isinstance(cost.number_per, Decimal) and isinstance(cost.currency, str)
    return posting._replace(cost=Cost(cost.number_per, cost.currency, cost.date or day, cost.label))


def _accounts(entries: Sequence[Transaction], situation: Situation) -> Iterator[Finding]:
    """Yield what Beancount would say of postings to accounts that are not open or do not take the currency."""
    for entry in entries:
        for name in dict.fromkeys(posting.account for posting in entry.postings):
            account = situation.accounts.get(name)
            if account is None:
                yield _error(entry, f"Invalid reference to unknown account '{name}'")
            elif entry.date < account.opened or (account.closed is not None and entry.date > account.closed):
                yield _error(entry, f"Invalid reference to inactive account '{name}'")
        for posting in entry.postings:
            account = situation.accounts.get(posting.account)
            currency = posting.units.currency if posting.units else ""
            if account is not None and account.currencies and currency not in account.currencies:
                yield _error(entry, f"Invalid currency {currency} for account '{posting.account}'")


def _error(entry: Transaction, message: str) -> Finding:
    place = f"{entry.meta['filename']}:{entry.meta['lineno']}"
    return Finding(
        "would-add-error", values={"place": place, "message": message, "date": entry.date}, event=event(entry)
    )


def shown(lots: replay.Lots, commodity: str) -> str:
    """Return lots as a reader knows them from a posting: `-2 MUG {1.77 GBP, 2010-11-30}`."""
    return ", ".join(f"{units:f} {commodity} {{{lot}}}" for lot, units in lots)


def _judgement(
    account: str,
    judgement: replay.Judgement,
    added: Sequence[Movement],
    situation: Situation,
    events: Mapping[int, str],
) -> Iterator[Finding]:
    for change in judgement.changes:
        was, would_be = change.was, change.would_be
        values = {
            "account": account,
            "date": was.date,
            "place": f"{was.key[0]}:{was.key[1]}",
            "was": shown(was.lots, was.commodity),
            "would_be": would_be.error or shown(would_be.lots, would_be.commodity),
        }
        yield Finding("would-change-booked-cost", values=values, event=_blamed(account, added, situation, events))
    for booked in judgement.failures:
        values = {
            "place": f"{booked.key[0]}:{booked.key[1]}",
            "message": booked.error or f"booked to {shown(booked.lots, booked.commodity)}",
            "date": booked.date,
        }
        yield Finding("would-add-error", values=values, event=events.get(booked.key[1]))


def _blamed(account: str, added: Sequence[Movement], situation: Situation, events: Mapping[int, str]) -> str | None:
    """Return the event that changes a booked lot: the first that does so alone, else the first that is there."""
    lines: dict[str, list[Movement]] = defaultdict(list)
    for m in added:
        lines[events.get(m.lineno, "")].append(m)
    existing, booking = situation.movements.get(account, ()), situation.accounts[account].booking
    guilty = (name for name, moves in lines.items() if replay.unchanged(existing, moves, booking).changes)
    return next(guilty, next(iter(lines), "")) or None


def below_zero(added: Sequence[Movement], existing: Sequence[Movement], events: Mapping[int, str]) -> Iterator[Finding]:
    """Yield each lot of one account that the batch takes below zero at the end of a day; Beancount may not mind."""
    taken = {(m.commodity, m.lot): m for m in added if m.units < 0}
    if not taken:
        return
    mine = [m for m in existing if (m.commodity, m.lot) in taken]
    before = {(below.commodity, below.lot) for below in replay.below_zero(mine)}
    for below in replay.below_zero([*mine, *added], min(m.date for m in added)):
        m = taken.get((below.commodity, below.lot))
        if m is not None and (below.commodity, below.lot) not in before:
            values = {
                "account": below.account,
                "units": below.units,
                "commodity": below.commodity,
                "lot": str(below.lot),
                "date": below.date,
            }
            yield Finding("lot-below-zero", values=values, event=events.get(m.lineno))
