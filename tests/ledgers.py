"""Small ledgers for tests: postings in, a folder with settings, policy and events out, and what a run did to accounts."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from beancount import loader
from beancount.core.data import Transaction

from returnledger import app

POLICY = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window:
  default: {{days: 365, from: sold}}
condition_from_reason: {{none: new, changed_mind: new}}
dispositions:
  new: {{to: restock, allowed: [scrap]}}
  opened: {{to: restock_open_box, sells_at: "85%", selling_cost: "5%"}}
  damaged: {{to: hold, allowed: [scrap]}}
"""

SETTINGS = """\
ledger: main.beancount
operating_currency: {currency}
accounts: {{preset: {preset}{accounts}}}
policies: [policy.yaml]
"""


def make(
    folder: Path,
    ledger: str,
    *,
    currency: str = "CNY",
    preset: str = "general",
    accounts: str = "",
    policy: str = POLICY,
    more: str = "",
    booking: str = "FIFO",
) -> Path:
    """Write a ledger whose accounts are opened for it, its settings and its policy; return the settings file."""
    names = {line.split()[0] for line in ledger.splitlines() if line.startswith("  ") and ":" in line.split()[0][:-1]}
    stock = {
        line.split()[0]
        for line in ledger.splitlines()
        if line.startswith("  ") and "{" in line and ":" in line.split()[0]
    }
    opens = [
        f"2000-01-01 open {name}{' ' * 4}{'' if name not in stock else _open(name, ledger, booking)}"
        for name in sorted(names)
    ]
    head = [f'option "operating_currency" "{currency}"', 'include "returns/**/*.beancount"']
    (folder / "returns").mkdir(parents=True)
    (folder / "returns" / "0000.beancount").write_text("; placeholder\n", encoding="utf-8")
    (folder / "main.beancount").write_text("\n".join([*head, *opens]) + "\n\n" + ledger, encoding="utf-8")
    (folder / "policy.yaml").write_text(policy.format(currency=currency), encoding="utf-8")
    settings = folder / "returnledger.yaml"
    settings.write_text(SETTINGS.format(currency=currency, preset=preset, accounts=accounts) + more, encoding="utf-8")
    return settings


def _open(name: str, ledger: str, booking: str) -> str:
    units = {line.split()[2] for line in ledger.splitlines() if line.startswith(f"  {name} ") and "{" in line}
    return f'{",".join(sorted(units))} "{booking}"'


def apply(settings: Path, events: str, name: str = "events.yaml", **options: object) -> app.Applied:
    """Apply events written as YAML text to the ledger of `settings`."""
    file = settings.parent / name
    file.write_text(events, encoding="utf-8")
    return app.apply([file], settings=settings, **options)  # type: ignore[arg-type]


def posted(settings: Path, events: str, name: str = "events.yaml") -> app.Applied:
    """Apply events that must all be posted."""
    done = apply(settings, events, name)
    assert not done.findings, [(f.code, dict(f.values)) for f in done.findings]
    assert done.file
    return done


def refused(settings: Path, events: str, name: str = "events.yaml") -> list[str]:
    """Apply events that must be refused; return the codes, and see that nothing was written."""
    before = sorted(path for path in settings.parent.rglob("*") if path.is_file())
    file = settings.parent / name
    done = apply(settings, events, name)
    after = sorted(path for path in settings.parent.rglob("*") if path.is_file() and path != file)
    assert [path for path in before if path != file] == after
    assert not done.file and done.exit_code == 1
    return [finding.code for finding in done.findings]


def effect(done: app.Applied) -> dict[str, str]:
    """Return what an apply did to each account, debits positive, accounts left as they were omitted."""
    return {account: f"{amount:f}" for (account, _), amount in done.planned.accounts.items() if amount}


def balances(settings: Path) -> dict[str, Decimal]:
    """Return the balance of every account at cost after a clean load."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for entry in load(settings):
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                cost = posting.cost.number if posting.cost else 1
                found[posting.account] += posting.units.number * cost
    return {account: amount for account, amount in found.items() if amount}


def load(settings: Path) -> list:
    """Load the ledger of `settings` as bean-check would; it must be clean."""
    entries, errors, _ = loader.load_file(str(settings.parent / "main.beancount"))
    assert not errors, errors
    return entries
