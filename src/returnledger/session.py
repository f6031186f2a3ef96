"""Opens a shop's books: settings, products, policies and the store; what is wrong is said at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from returnledger import configfile
from returnledger.books import Books
from returnledger.context import Context
from returnledger.dealings import asks_what_was_sold
from returnledger.events import KINDS, Event
from returnledger.events.amended import corrected
from returnledger.eventsfile import parse_canonical, read_events
from returnledger.findings import Finding, Refused, Severity, has_errors
from returnledger.needs import Needs, further, joined, needs
from returnledger.needsestimates import needs_of_estimates
from returnledger.policy import Policy
from returnledger.products import Products
from returnledger.settings import Settings
from returnledger.store import Store, estimated
from returnledger.store.beside import OtherBooks
from returnledger.store.others import Others
from returnledger.terms import Kind
from returnledger.textfile import SourceText, unreadable_name

Progress = Callable[[str], None]


@dataclass
class Session:
    """A shop's books, open for one command."""

    settings: Settings
    products: Products
    policies: tuple[Policy, ...]
    folder: Path  # of the settings
    progress: Progress | None = None
    cache: bool = True
    sources: dict[str, SourceText] = field(default_factory=dict)
    warnings: tuple[Finding, ...] = ()
    _store: Store | None = None
    _others: Others | None = None

    @property
    def store(self) -> Store:
        """The rows of the ledger, opened when first asked for."""
        if self._store is None:
            self.refresh()
        assert self._store is not None
        return self._store

    def refresh(self) -> bool:
        """Bring the store up to date with the files of the ledger; return True if anything had changed."""
        if self._store is not None:
            moved, others = self._store.refresh(), self.open_other_books()
            return others or moved
        cache = cache_file(self.ledger) if self.cache else None
        self._store = Store.open(self.settings, self.ledger, self.products, cache=cache, progress=self.progress)
        self.open_other_books()
        return True

    def open_other_books(self) -> bool:
        """Open the archives and the register that the settings name, or bring them up to date; True if one changed."""
        named = self.settings.sales
        if self._store is None or not (named.archives or named.register_file):
            return False
        if self._others is None:
            self._others = Others(
                self.settings, self.products, cache_of=self._cache_of, shown=shown_path, progress=self.progress
            )
        moved = self._others.refresh()
        self._store.beside = OtherBooks(self.settings, self.products, self._others.sources)
        return moved

    def _cache_of(self, file: Path) -> Path | None:
        """Return where the rows of other books are kept; they may be the ledger of other settings too."""
        cache = cache_file(file) if self.cache else None
        return cache and cache.with_suffix(".beside.sqlite")

    @property
    def other_findings(self) -> list[Finding]:
        """What is to be said of the archives: their errors, as warnings."""
        return self._others.findings() if self._others else []

    @property
    def ledger(self) -> Path:
        """The file of the ledger that includes everything else."""
        return self.folder / self.settings.ledger

    @property
    def returns(self) -> Path:
        """The folder of what is written."""
        return self.folder / self.settings.returns

    @property
    def context(self) -> Context:
        """What every event is judged with."""
        return Context(self.settings, self.policies, self.products)

    def gather(self, events: Sequence[Event], policies: Sequence[Policy] = ()) -> Books:
        """Return the slice of the books that the events need, to be judged by the policies of the settings and these."""
        wanted = needs(events)
        kept = [self.products.of(sku) for sku in wanted.held]
        of_products = Needs(
            held=frozenset(product.commodity for product in kept),
            accounts=frozenset(product.account for product in kept if product.account),
        )
        wanted = joined(wanted, of_products)
        books = self.gather_needs(wanted)
        for event in events:
            posted = books.posted.get(event.id)
            if posted and books.digest_by_id.get(event.id) != event.digest and posted[0].event:
                books.canonicals[event.id] = parse_canonical(posted[0].event).canonical
        books = self._with_amended(events, books, wanted)
        self._estimates(events, books)
        policies = (*self.policies, *policies)
        if any(asks_what_was_sold(policy) for policy in policies):
            bought = frozenset(sale.customer for sale in books.sales.values() if sale.customer)
            self.store.gather(Needs(bought=bought), books)
        compares = any(policy.says.separation_of_duties is not None for policy in policies)
        for event in events:
            asked = event.kind is Kind.ADVANCE_REFUND or (compares and KINDS[event.kind].names in ("case", "either"))
            for entry in books.by_case.get(event.reference, ()) if asked else ():
                if entry.event and entry.id not in books.canonicals:
                    books.canonicals[entry.id] = parse_canonical(entry.event).canonical
        books.still_said |= self._still_said(events, {file for file, _, _ in books.by_source})
        return books

    def _with_amended(self, events: Sequence[Event], books: Books, wanted: Needs) -> Books:
        """Return the books with what amends undo as it was written, and with what the corrected events need besides."""
        amends = [event for event in events if event.kind is Kind.AMEND]
        for entry in (e for event in amends for e in books.posted.get(event.reference, ()) if e.event):
            with suppress(Refused):  # what somebody wrote into it, `verify` says
                books.canonicals[entry.id] = parse_canonical(entry.event).canonical
        known = [(event, books.canonicals.get(event.reference)) for event in amends]
        made = (corrected(was, event, event.reference)[0] for event, was in known if was is not None)
        whole = joined(needs([event for event in made if event is not None]), wanted)
        if whole == wanted:
            return books
        return replace(self.gather_needs(whole), canonicals=books.canonicals)

    def _estimates(self, events: Sequence[Event], books: Books) -> None:
        """Add what is expected to come back of what the events touch, where the settings or an event ask for it."""
        wanted = needs_of_estimates(events, books, self.settings)
        if wanted is None:
            return
        estimated.gather(self.store.sources, wanted, books)
        own = books.estimated
        sales = [sale for cohort in own.cohorts.values() for sale in cohort.values()] if own else []
        pairs = {(sale.invoiced.currency, sale.currency) for sale in sales if sale.invoiced} - books.prices.keys()
        self.store.gather(Needs(prices=frozenset(pairs)), books)

    def _still_said(self, events: Sequence[Event], posted: set[str]) -> set[str]:
        """Return the digests of what the files hold that pending events were taken from, where some of it is posted."""
        taken = {event.file for event in events if event.body.source and event.body.source.file}
        said = set()
        for file in taken & posted:
            with suppress(OSError, ValueError):
                if (self.folder / file).is_file():
                    said |= {event.digest for event in read_events((self.folder / file).read_bytes(), file)[0]}
        return said

    def gather_needs(self, first: Needs) -> Books:
        """Return the slice of the books that holds what is needed, in as many rounds as it takes."""
        books = Books()
        wanted = seen = first
        while wanted:
            self.store.gather(wanted, books)
            wanted = further(books, seen)
            seen = joined(seen, wanted)
        return books


def open_session(settings: Path | None = None, *, progress: Progress | None = None, cache: bool = True) -> Session:
    """Return the books that `settings` (else the nearest returnledger.yaml, upward) describe.

    Raises Refused with exit code 2 where settings, products, policies or ledger can't be used.
    """
    path = settings or configfile.find_settings(Path.cwd())
    if path is None:
        raise Refused([configfile.settings_not_found(Path.cwd())], 2)
    shown = shown_path(path)
    found_settings, findings, sources = configfile.read_settings(path, shown)
    if found_settings is None:
        raise Refused(findings, 2)
    folder = path.absolute().parent
    products_path = folder / found_settings.products if found_settings.products else None
    products, more, product_sources = configfile.read_products(
        products_path, found_settings.products, found_settings.place("products")
    )
    findings += more
    policies, wrong, policy_sources = configfile.read_policies(found_settings)
    findings += wrong
    if has_errors(findings) or products is None:
        raise Refused(findings, 2)
    ledger = folder / found_settings.ledger
    if unread := unreadable_name(str(ledger)):
        raise Refused([unread], 2)
    if not ledger.is_file():
        place = found_settings.place("ledger")
        raise Refused([Finding("ledger-missing", place, {"file": found_settings.ledger})], 2)
    known = {source.file: source for source in (*sources, *product_sources, *policy_sources)}
    return Session(found_settings, products, tuple(policies), folder, progress, cache, known, tuple(findings))


def cache_file(ledger: Path) -> Path | None:
    """Return where the store of a ledger is kept: in the user's cache folder, never in the repository.

    RETURNLEDGER_CACHE names another folder; set to nothing it keeps the store in memory.
    """
    from hashlib import sha256

    given = os.environ.get("RETURNLEDGER_CACHE")
    if given == "":
        return None
    if given is None:
        from platformdirs import user_cache_dir

        given = user_cache_dir("returnledger")
    return Path(given) / f"{sha256(str(ledger.resolve()).encode()).hexdigest()[:32]}.sqlite"


def shown_path(path: Path) -> str:
    """Return a path as a person would write it from the working folder."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def ledger_findings(session: Session, despite: bool, named: Collection[str] = ()) -> list[Finding]:
    """Return what keeps the ledger from being posted on: errors of its own, returns that it does not include, doubles.

    `named` are the ids that the input sets out to void: a void of one copy is what puts a double right.

    With `despite` its errors are shown as warnings; whether they concern what is posted is asked when it is proved.
    """
    found = []
    for finding in session.store.findings(named):
        if finding.span is not None:
            span = finding.span
            finding = replace(finding, span=replace(span, file=shown_path(Path(span.file)) if span.file else span.file))
        if despite and finding.code == "ledger-error":
            finding = replace(finding, severity=Severity.WARNING)
        found.append(finding)
    return found + session.other_findings
