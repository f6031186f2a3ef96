"""Looks a shop's books over without writing anything: what of the sales is read, what would help, what is slow.

Everything is a remark: only an error of the ledger itself stops the work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from returnledger.checkup_speed import slow
from returnledger.checkup_templates import TEMPLATES
from returnledger.detect import Proposal, propose, registers
from returnledger.detect.coverage import Coverage, coverage_of
from returnledger.detect.ways import names_of
from returnledger.findings import Finding, Severity, Span, has_errors
from returnledger.includes import covered
from returnledger.ledger import Loaded, load
from returnledger.ledgerfaults import faults_of
from returnledger.roles import Role
from returnledger.session import Session, open_session, shown_path
from returnledger.settings import Settings
from returnledger.trial import Reason, Shop, Tried, looked_at

__all__ = ["TEMPLATES", "Checkup", "doctor"]

# Roles whose accounts decide what is read of a sale; those that only returns use may well be missing.
_READ = (
    Role.ACCOUNTS_RECEIVABLE,
    Role.INVENTORY,
    Role.OUTPUT_VAT,
    Role.REVENUE,
    Role.SALES_DISCOUNTS,
    Role.SHIPPING_REVENUE,
    Role.ROUNDING,
    Role.COGS,
    Role.STORE_CREDIT_LIABILITY,
)
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Checkup:
    """What was found: the sales that are read, an example, and remarks with what would help."""

    ledger: str
    transactions: int
    files: int
    plugins: tuple[str, ...]
    archives: tuple[str, ...]
    register: str
    included: bool
    coverage: Coverage
    reasons: tuple[Reason, ...]
    example: Tried | None
    remarks: tuple[Finding, ...]

    @property
    def exit_code(self) -> int:
        """0 with whatever remarks, 1 where an error of the ledger stops the work."""
        return 1 if any(finding.severity is Severity.ERROR for finding in self.remarks) else 0


def doctor(*, settings: Path | None = None) -> Checkup:
    """Return how much of the sales is read with the settings that exist, and what would help; nothing is written.

    Raises Refused (exit code 2) where settings or ledger can't be used at all.
    """
    session = open_session(settings, cache=False)
    loaded = load(session.ledger)
    named = session.settings.sales.register_file or ""
    listed, wrong = registers.listed(
        session.settings, session.products, session.folder, shown_path(session.folder / named)
    )
    coverage = coverage_of(loaded, session.settings, session.products, listed)
    shop = Shop(loaded, session.settings, session.products, session.policies, session.folder)
    example, reasons = looked_at(shop, coverage) if not has_errors(wrong) else (None, ())
    proposal = propose(loaded, preset=session.settings.preset)
    returns = session.folder / session.settings.returns
    remarks = [*session.warnings, *wrong, *_of_ledger(session, loaded, returns), *_of_orders(coverage, proposal)]
    remarks += _of_accounts(loaded, session.settings, proposal, coverage)
    remarks += _of_metadata(session.settings, proposal)
    remarks += slow(loaded)
    return Checkup(
        ledger=shown_path(loaded.root),
        transactions=coverage.transactions,
        files=len(loaded.files),
        plugins=loaded.plugins,
        archives=tuple(getattr(session.settings.sales, "archives", ())),
        register=named,
        included=covered(loaded.includes, returns),
        coverage=coverage,
        reasons=reasons,
        example=example,
        remarks=tuple(remarks),
    )


def _of_ledger(session: Session, loaded: Loaded, returns: Path) -> Iterator[Finding]:
    """Yield errors of the ledger, a missing include line, and files that begin with a mark that Beancount reads."""
    yield from faults_of(loaded.root, loaded.errors, loaded.includes, returns, session.settings.returns)
    for file in loaded.files:
        with Path(file).open("rb") as opened:
            if opened.read(3) == _BOM:
                yield _warning("byte-order-mark", Span(file, 1), file=Path(file).name)


def _of_orders(coverage: Coverage, proposal: Proposal) -> Iterator[Finding]:
    """Yield what names the orders of sales that the settings take for none, and the sales that nothing names."""
    ways: Counter[tuple[str, str]] = Counter()
    places: dict[tuple[str, str], Span] = {}
    bare = []
    for seen in coverage.unnamed:
        found = {way for way, _ in names_of(seen.transaction)}
        way = next(
            ((style, name) for style, name in proposal.orders if (style, name.removesuffix("{}")) in found), None
        )
        place = Span(str(seen.transaction.meta.get("filename", "")), int(seen.transaction.meta.get("lineno") or 1))
        if way is None:
            bare.append(place)
        else:
            ways[way] += 1
            places.setdefault(way, place)
    for (style, pattern), count in ways.most_common():
        rule = f'{{{style}: "{pattern}"}}'
        yield _warning("order-key-unknown", places[style, pattern], count=count, pattern=pattern, rule=rule)
    if bare:
        yield _warning("sale-without-order", bare[0], count=len(bare))


def _of_accounts(loaded: Loaded, settings: Settings, proposal: Proposal, coverage: Coverage) -> Iterator[Finding]:
    """Yield accounts that sales use otherwise than the settings say, and those of the settings that nobody opened."""
    used = {posting.account for seen in coverage.sample.sales for posting in seen.transaction.postings}
    for role, names in proposal.accounts.items():
        for name in names:
            if not proposal.counts.get(role) or role not in _READ:
                continue
            below = [account for account in used if account == name or account.startswith(f"{name}:")]
            strange = [account for account in below if settings.role_of(account) is None]
            if strange:
                values = {"account": name, "role": role.value, "count": proposal.counts[role]}
                yield _warning("role-suggested", settings.place("accounts"), **values)
    for code, listed in settings.accounts.items():
        if code not in {role.value for role in _READ}:
            continue
        for position, name in enumerate(listed):
            if "{" not in name and not _is_there(name, loaded.accounts):
                place = settings.place("accounts", code, position) or settings.place("accounts", code)
                yield _warning("account-not-in-ledger", place, account=name, role=code)
    for method, row in settings.methods.items():
        if not _is_there(row.account, loaded.accounts):
            place = settings.place("methods", method, "account")
            yield _warning("account-not-in-ledger", place, account=row.account, role=method)


def _is_there(name: str, accounts: Iterable[str]) -> bool:
    from returnledger.accounts import covers

    return any(covers(name, account) for account in accounts)


def _of_metadata(settings: Settings, proposal: Proposal) -> Iterator[Finding]:
    """Yield metadata keys that sales use for what the settings look for under another key."""
    known = settings.sales.metadata.model_dump()
    for meaning, key in proposal.metadata.items():
        if known.get(meaning) not in (None, key):
            values = {"key": key, "meaning": meaning, "known": known[meaning]}
            yield _warning("metadata-suggested", settings.place("sales", "metadata"), **values)
    for name in set(proposal.archives) - set(getattr(settings.sales, "archives", ())):
        yield _warning("archive-suggested", settings.place("sales"), archive=name)


def _warning(code: str, place: Span | None, **values: object) -> Finding:
    return replace(Finding(code, place, values), severity=Severity.WARNING)
