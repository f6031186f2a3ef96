"""Tries returns of a ledger's own orders in memory: what the planner would write, or why it would not; nothing is kept.

`init` tries the settings it proposes, `doctor` those that exist.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from beancount.core.data import Directive, Transaction

from returnledger import proof
from returnledger.assemble import assemble
from returnledger.detect.coverage import NOT_READ, Coverage, Gap, keys_of
from returnledger.eventsfile import read_events
from returnledger.findings import Finding, Severity, has_errors
from returnledger.ledger import Loaded
from returnledger.monthly import month_of
from returnledger.planned import Plan
from returnledger.planner import plan as plan_events
from returnledger.policy import Policy
from returnledger.proving import situation_of
from returnledger.rows import Sale
from returnledger.sales import recognition
from returnledger.sales.group import Names
from returnledger.session import Session
from returnledger.settings import Products, Settings
from returnledger.store.loaded import store_of
from returnledger.textfile import gc_paused

_WHOLE = 2_000  # directives up to which the whole ledger is looked at, not a slice
_PLACE = ("filename", "lineno")
_WITHIN = timedelta(days=7)
_FILE = "events.yaml"
_REASONS = 6  # gaps of which an example is tried


@dataclass(frozen=True)
class Tried:
    """An event as a person writes it, what it would do to accounts, and what speaks against it."""

    event: str
    order: str
    plan: Plan
    findings: tuple[Finding, ...]

    @property
    def posts(self) -> bool:
        """True if the event would be posted."""
        return bool(self.plan.directives) and not has_errors(self.findings)

    @property
    def accounts(self) -> Mapping[tuple[str, str], Decimal]:
        """The effect on accounts, debits positive, those left as they were omitted."""
        return {key: amount for key, amount in self.plan.accounts.items() if amount}


@dataclass(frozen=True)
class Shop:
    """What a trial is made with."""

    loaded: Loaded
    settings: Settings
    products: Products
    policies: tuple[Policy, ...]
    folder: Path


@dataclass(frozen=True)
class Reason:
    """Why some sales are not read whole, and what the planner says of the first of them."""

    gap: Gap
    finding: Finding | None = None


def looked_at(shop: Shop, coverage: Coverage) -> tuple[Tried | None, tuple[Reason, ...]]:
    """Return a one-line return of one of the latest sales, and what speaks against the first sale of each gap."""
    example = example_of(coverage.latest, shop.loaded)
    events: list[tuple[str, Sale | str]] = [example] if example else []
    gaps = [gap for gap in coverage.gaps if gap.orders and gap.code != NOT_READ][:_REASONS]
    events += [(whole_return(gap.orders[0], shop.loaded), gap.orders[0]) for gap in gaps]
    with gc_paused():
        done = tried(shop, events) if events else []
    says = {gap.orders[0]: one.findings for gap, one in zip(gaps, done[len(done) - len(gaps) :])}
    reasons = []
    for gap in coverage.gaps:
        found = says.get(gap.orders[0], ()) if gap.orders and gap in gaps else ()
        reasons.append(Reason(gap, next((f for f in found if f.severity is Severity.ERROR), None)))
    return (done[0] if example else None), tuple(reasons)


def tried(shop: Shop, events: Sequence[tuple[str, Sale | str]]) -> list[Tried]:
    """Return what becomes of each event by itself, written as one line of flow YAML, on its order."""
    orders = {sale if isinstance(sale, str) else sale.order for _, sale in events}
    accounts = {
        lot.account for _, sale in events if not isinstance(sale, str) for line in sale.lines for lot in line.lots
    }
    months = {
        month_of(sale.date)
        for _, sale in events
        if not isinstance(sale, str) and any(line.unbooked for line in sale.lines)
    }
    # Where a register says what was sold, any account may hold the goods.
    has_register = bool(shop.settings.sales.register_file)
    part = shop.loaded if has_register else _slice(shop, orders, accounts, months)
    store = store_of(part, shop.settings, shop.products)
    session = Session(shop.settings, shop.products, shop.policies, shop.folder, cache=False, _store=store)
    if has_register:
        session.open_other_books()
    found = []
    try:
        for text, sale in events:
            found.append(_try(session, text, sale if isinstance(sale, str) else sale.order))
    finally:
        store.close()
    return found


def _try(session: Session, text: str, order: str) -> Tried:
    events, form, _source = read_events(f"- {text}\n".encode(), _FILE)
    books = session.gather(events)
    made = plan_events(events, books, session.context)
    findings = [*form, *made.findings]
    batch = None
    if not has_errors(findings):
        batch = assemble(made, books.accounts, session.settings, session.policies)
    if batch is not None:
        touched = {p.account for entry in batch.directives if isinstance(entry, Transaction) for p in entry.postings}
        situation = situation_of(session, batch, books, touched)
        arranged = proof.arrange(batch.directives, situation, batch.header)
        if isinstance(arranged, list):
            findings += arranged
        else:
            answer = proof.fast(batch.directives, arranged.text, situation, batch.path)
            findings += answer if isinstance(answer, list) else []
    return Tried(text, order, made, tuple(f for f in findings if f.severity is not Severity.NOTE))


def _slice(shop: Shop, orders: set[str], accounts: set[str], months: set[str]) -> Loaded:
    """Return of a large ledger only what has to do with the orders, touches their stock, or shares in a month's costs."""
    loaded = shop.loaded
    if len(loaded.entries) <= _WHOLE:
        return loaded
    names = Names(recognition(shop.settings, shop.products, loaded.commodities))

    kept: list[Directive] = []
    for entry in loaded.entries:
        if (
            not isinstance(entry, Transaction)
            or "rl-id" in entry.meta
            or month_of(entry.date) in months
            or any(name in orders for _, name in keys_of(names, entry))
        ):
            kept.append(entry)
        elif any(p.account in accounts for p in entry.postings):
            kept.append(_bare(entry, accounts))
    return replace(loaded, entries=kept)


def _bare(transaction: Transaction, accounts: set[str]) -> Transaction:
    """Return of a transaction only what it does to stock accounts, without the names of orders."""
    postings = [
        posting._replace(meta={key: value for key, value in (posting.meta or {}).items() if key in _PLACE})
        for posting in transaction.postings
        if posting.account in accounts
    ]
    meta = {key: value for key, value in transaction.meta.items() if key in _PLACE}
    return transaction._replace(links=frozenset(), meta=meta, postings=postings)


def example_of(sales: Iterable[Sale], loaded: Loaded) -> tuple[str, Sale] | None:
    """Return a one-line return of one unit of one of these sales, and the sale; None where there is no sale.

    It is dated as late as the ledger goes, within a week of the sale. A sale of which nothing came back yet goes first.
    """
    back = {entry.meta.get("rl-order") for entry in loaded.entries if "rl-id" in entry.meta}
    for sale in sorted(sales, key=lambda sale: sale.order in back):
        single = [line for line in sale.lines if sum(1 for each in sale.lines if each.sku == line.sku) == 1]
        line = next((line for line in single if line.units >= 1 and line.net > 0), None)
        if line is None:
            continue
        last = max((entry.date for entry in loaded.entries if isinstance(entry, Transaction)), default=sale.date)
        day = max(sale.date, min(last, sale.date + _WITHIN))
        sku = f", sku: {scalar(line.sku)}" if line.sku else ""
        text = f"{{return: {scalar(sale.order)}, date: {day.isoformat()}{sku}, qty: 1, reason: changed_mind}}"
        return text, sale
    return None


def whole_return(order: str, loaded: Loaded) -> str:
    """Return the one-line return of a whole order, dated as late as the ledger goes."""
    last = max(entry.date for entry in loaded.entries if isinstance(entry, Transaction))
    return f"{{return: {scalar(order)}, date: {last.isoformat()}}}"


def scalar(text: str) -> str:
    """Return text as a scalar of flow YAML: plain where that is safe."""
    plain = re.fullmatch(r"[A-Za-z0-9\u3400-\u9fff][\w.-]*", text) and not re.fullmatch(
        r"(?i)0[\dxo_].*|.*\d[eE][-+]?\d+|true|false|yes|no|on|off|null|\d{4}-\d\d?-\d\d?", text
    )
    return text if plain else json.dumps(text, ensure_ascii=False)
