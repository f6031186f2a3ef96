"""Turns the directives of a plan into one batch: its head directive, the accounts it needs, and where it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from beancount.core.data import Booking, Custom, Directive, Open
from beancount.parser.grammar import ValueType

from returnledger import VERSION
from returnledger.books import NAMESPACE
from returnledger.facts import Facts
from returnledger.planned import Plan
from returnledger.policy import Policy
from returnledger.roles import DERIVED, Role
from returnledger.rows import Account, SaleLine
from returnledger.settings import Settings
from returnledger.text import render, sealed


@dataclass(frozen=True, slots=True)
class AccountFile:
    """A file below the folder of returns that opens one account the ledger lacks; its bytes are the same everywhere."""

    path: str
    text: str
    account: Account


@dataclass(frozen=True, slots=True)
class Batch:
    """What one apply writes: directives with their head, sealed by a digest, and the account files they need first."""

    directives: tuple[Directive, ...]
    accounts: tuple[AccountFile, ...]
    path: str
    header: str


def assemble(
    plan: Plan, accounts: Mapping[str, Account], settings: Settings, policies: Sequence[Policy]
) -> Batch | None:
    """Return the batch of a plan, or None where there is nothing to write.

    `accounts` are those of the ledger. The head directive stands on the day of the last directive.
    """
    made = plan.directives
    if not made:
        return None
    written = [event.event for event in plan.events if event.status == "new"]
    last = max(directive.date for directive in made)
    used = {
        facts.policy.digest: facts.policy
        for event in plan.events
        if event.status == "new"
        for facts in event.facts
        if facts.policy is not None
    }
    laws = {chosen.value for event in plan.events for chosen in event.chosen if chosen.effect == "law"}
    judged = [p for p in policies if p.digest in used or (p.is_law and f"{p.name} {p.version}" in laws)]
    meta: dict[str, object] = {
        "rl-version": VERSION,
        "rl-count": len(written),
        "rl-sources": ", ".join(dict.fromkeys(event.file for event in written)),
    }
    if judged:
        meta["rl-policies"] = "; ".join(f"{p.name} {p.version} {p.digest}" for p in judged)
    head = Custom(meta, last, NAMESPACE, [ValueType("batch", str)])
    directives = sealed([head, *made])
    name = str(directives[0].meta["rl-digest"]).partition(":")[2][:12]
    header = f"returnledger {VERSION}"
    return Batch(
        tuple(directives),
        tuple(account_files(accounts, plan, settings)),
        f"{last.year:04}/{last.isoformat()}-{name}.beancount",
        header,
    )


def account_files(accounts: Mapping[str, Account], plan: Plan, settings: Settings) -> Iterable[AccountFile]:
    """Yield a file for each account that the ledger lacks and that the settings let us open.

    A sibling of a selling account opens with it and takes its currencies; what only we take stock out of is booked
    NONE. An account of any other role opens with the ledger.
    """
    # Goods of a line may come to any sibling of the accounts that they were sold from, step by step.
    parents = {
        settings.derived_account(role, lot.account): (role, lot.account)
        for event in plan.events
        for facts in event.facts
        for line in _lines(facts)
        for lot in line.lots
        for role in DERIVED
    }
    parents |= {
        placed.account: (placed.role, placed.sold.account)
        for event in plan.events
        for decision in event.decisions
        for placed in decision.placed
    }
    by_value = {
        settings.derived_account(role, account, facts.line.sku): account
        for event in plan.events
        for facts in event.facts
        if facts.line is not None and facts.line.value_accounts
        for account in facts.line.value_accounts
        for role in DERIVED
    }
    posted_to = {posting.account for entry in plan.entries for posting in entry.postings}
    first = min((account.opened for account in accounts.values()), default=min(d.date for d in plan.directives))
    for name in sorted(posted_to - accounts.keys()):
        role, parent = parents.get(name, (None, ""))
        if parent in accounts and role in DERIVED:
            opened = accounts[parent]
            booking = opened.booking if role is Role.INVENTORY_OPEN_BOX else "NONE"
            yield account_file(Account(name, opened.opened, None, opened.currencies, booking))
        elif by_value.get(name) in accounts:
            yield account_file(Account(name, accounts[by_value[name]].opened, None, (), ""))
        elif is_ours(name, settings):
            yield account_file(Account(name, first, None, (), ""))


def _lines(facts: Facts) -> tuple[SaleLine, ...]:
    """Return the line that an item is about, or every line of the sale where a step names goods of the case."""
    if facts.line is not None:
        return (facts.line,)
    return tuple(facts.sale.lines) if facts.sale is not None else ()


def is_ours(name: str, settings: Settings) -> bool:
    """Return True if an account is one that the settings name for a role, and so may be opened for it."""
    return any(settings.account_for(role) == name for role in Role)


def account_file(account: Account) -> AccountFile:
    """Return the file that opens an account: its name with underscores for colons, one directive."""
    booking = Booking[account.booking] if account.booking else None
    currencies: Any = list(account.currencies) or None
    directive = Open({}, account.opened, account.name, currencies, booking)
    text = render(directive) + "\n"
    return AccountFile(f"accounts/{account.name.replace(':', '_')}.beancount", text, account)
