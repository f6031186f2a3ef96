"""Joins the proof with the books: what a batch touches is looked up, and the whole ledger is loaded only where it must be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from beancount.core.data import Transaction

from returnledger import proof
from returnledger.assemble import Batch
from returnledger.books import Books
from returnledger.findings import Finding, Span
from returnledger.needs import Needs
from returnledger.planned import Plan, PlannedEvent
from returnledger.proof import Assertion, NeedsFull, Situation
from returnledger.session import Session, shown_path


@dataclass(frozen=True)
class Proved:
    """A batch with the text it will have, and what the proof has to say; no batch where nothing is to be written."""

    batch: Batch | None
    text: str = ""
    findings: tuple[Finding, ...] = ()
    full: bool = False


def prove(session: Session, plan: Plan, batch: Batch | None, books: Books, *, full: bool) -> Proved:
    """Return the batch as text, proved: fast where that suffices, by a load of the whole ledger where it does not."""
    if batch is None:
        return Proved(None)
    touched = {
        posting.account for entry in batch.directives if isinstance(entry, Transaction) for posting in entry.postings
    }
    situation = situation_of(session, batch, books, touched)
    arranged = proof.arrange(batch.directives, situation, batch.header)
    if isinstance(arranged, list):
        return Proved(batch, "", tuple(placed(arranged, plan)))
    decimals: dict[tuple[str | None, str], int] = {
        (name, made.document.currency): made.document.decimals
        for made in plan.events
        if made.document
        for name in made.ids
    }
    findings = proof.prove_text(batch.directives, arranged.text, decimals)
    answer = proof.fast(batch.directives, arranged.text, situation, batch.path)
    needs_full = full or isinstance(answer, NeedsFull)
    if not findings and isinstance(answer, list):
        findings = answer
    if needs_full and not findings:
        findings = load_and_prove(session, batch, arranged.text)
    return Proved(batch, arranged.text, tuple(placed(findings, plan)), needs_full)


def load_and_prove(session: Session, batch: Batch, text: str) -> list[Finding]:
    """Return what a load of the whole ledger with the batch finds; the batch lies outside the ledger meanwhile."""
    from returnledger.fullproof import full

    with TemporaryDirectory(prefix="returnledger-") as folder:
        staged, opened = Path(folder, batch.path.replace("/", "-")), []
        staged.write_text(text, encoding="utf-8", newline="\n")
        for n, file in enumerate(batch.accounts):
            opened.append(Path(folder, f"account-{n}.beancount"))
            opened[-1].write_text(file.text, encoding="utf-8", newline="\n")
        return full(session.ledger, staged, opened=opened, shown_as=batch.path)


def situation_of(session: Session, batch: Batch, books: Books, touched: Iterable[str]) -> Situation:
    """Return what the store knows of the accounts that a batch touches, and of those it opens."""
    store, touched = session.store, set(touched)
    stock = {
        posting.account
        for entry in batch.directives
        if isinstance(entry, Transaction)
        for posting in entry.postings
        if posting.cost is not None
    }
    missing = stock - books.movements.keys()
    if missing:
        store.gather(Needs(accounts=frozenset(missing)), books)
    accounts = {**books.accounts, **{file.account.name: file.account for file in batch.accounts}}
    assertions = [Assertion(kind, name, day, file, line) for kind, name, day, file, line in store.assertions()]  # type: ignore[arg-type]
    assertions += [
        Assertion("close", account.name, account.closed, "", 0) for account in books.accounts.values() if account.closed
    ]
    return Situation(
        accounts=accounts,
        movements={name: books.movements.get(name, ()) for name in stock},
        assertions=tuple(assertions),
        plugins=tuple(store.plugins),
        errors=tuple(error.message for error in store.errors),
        mixed=frozenset(getattr(store, "mixed", ())),
    )


def placed(findings: Iterable[Finding], plan: Plan) -> list[Finding]:
    """Return findings of the proof at the events they blame."""
    owners = {name: event for event in plan.events for name in event.ids}
    return [_at_its_event(finding, owners.get(finding.event or "")) for finding in findings]


def _at_its_event(finding: Finding, owner: PlannedEvent | None) -> Finding:
    """Return a finding at the event it blames; what an amend posts again is the amend's to answer for."""
    if owner is None or finding.span is not None:
        return finding
    return replace(finding, event=owner.id, span=owner.event.place)


def touching(session: Session, plan: Plan) -> list[Finding]:
    """Return a finding for each error of the ledger that concerns a sale or an account that the plan posts on."""
    accounts = {posting.account for entry in plan.entries for posting in entry.postings}
    sales = {facts.sale.order: facts.sale for event in plan.events for facts in event.facts if facts.sale is not None}
    found = []
    for error in session.store.errors:
        what = next(
            (
                order
                for order, sale in sales.items()
                if sale.place and (sale.place.file, sale.place.line) == (error.file, error.line)
            ),
            None,
        )
        what = what or next((name for name in sorted(accounts, key=len, reverse=True) if name in error.message), None)
        if what:
            place = Span(shown_path(Path(error.file)), max(error.line, 1)) if error.file else None
            found.append(Finding("ledger-error-touches", place, {"what": what, "message": error.message.strip()}))
    return found
