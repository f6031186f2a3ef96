"""Runs the examples of a docstring: a small shop with one sale is put on disk, the events are planned, the words compared.

The blocks of an example are told apart by their first line: `beancount` is the sale (of a rule the last one is the entry),
`settings`, `policy` and `products` take the place of the usual ones, `register` is a register of sales, `archive` last year's ledger, `posted` are events that are in the books before,
`yaml` are events, `finding` is what is said of them. What the example leaves out is filled in: `open` directives, and a
purchase of every lot that is sold.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from returnledger import app
from returnledger.findings import has_errors
from returnledger.findings_text import render
from returnledger.outcomes import Planned
from returnledger.text import render as written

SALE = """\
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
"""
SETTINGS = {
    "ledger": "ledger: main.beancount",
    "operating_currency": "operating_currency: CNY",
    "policies": "policies: [policies/doc.yaml]",
    "accounts": "accounts: {preset: general, cash_bank: Assets:Bank}",
    "numbering": "",
}
POLICY = """\
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 7, from: delivered}}
"""
HEAD = """\
option "operating_currency" "CNY"
include "returns/**/*.beancount"

"""
OPENED = "2020-01-01"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ACCOUNT = re.compile(r"^ +((?:Assets|Liabilities|Income|Expenses|Equity):\S+)", re.MULTILINE)
_STOCK = re.compile(r"^ +(\S+) +-(\S+) (\S+) \{(\S+) (\w+), ([0-9-]{10})(, \"[^\"]*\")?\}", re.MULTILINE)
_DIGEST = re.compile(r"\b((?:RT|AL|RF|VO)-[0-9]{8}-)[0-9a-f]{12}\b")
_FILE = re.compile(r"-[0-9a-f]{12}(?=\.beancount)")
_MASKED = re.compile(r'^(  rl-(?:event|source|decision): ").*"$', re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block of a docstring."""

    kind: str
    text: str


def blocks_of(docstring: str) -> list[Block]:
    """Return the fenced blocks in their order."""
    return [Block(kind, text) for kind, text in _BLOCK.findall(docstring)]


def one(blocks: list[Block], kind: str) -> str | None:
    """Return the text of the first block of a kind, or None."""
    return next((block.text for block in blocks if block.kind == kind), None)


def shop(folder: Path, blocks: list[Block], sale: str | None, usual: Mapping[str, str] = SETTINGS) -> None:
    """Put the books of an example into `folder`; what its settings leave out is `usual`."""
    settings = one(blocks, "settings") or ""
    named = set(re.findall(r"^(\w+):", settings, re.MULTILINE))
    lines = [line for key, line in usual.items() if key not in named and line]
    products = one(blocks, "products")
    if products:
        (folder / "products.yaml").write_text(products, encoding="utf-8")
        lines.append("products: products.yaml")
    if register := one(blocks, "register"):
        (folder / "sales.csv").write_text(register, encoding="utf-8")
    if archive := one(blocks, "archive"):
        (folder / "2025").mkdir()
        (folder / "2025" / "main.beancount").write_text(HEAD + completed(archive), encoding="utf-8")
    (folder / "returnledger.yaml").write_text("\n".join(lines) + "\n" + settings, encoding="utf-8")
    (folder / "policies").mkdir()
    (folder / "policies" / "doc.yaml").write_text(one(blocks, "policy") or POLICY, encoding="utf-8")
    (folder / "returns").mkdir()
    (folder / "returns" / "empty.beancount").write_text("", encoding="utf-8")
    (folder / "main.beancount").write_text(HEAD + completed(sale or SALE), encoding="utf-8")


def completed(sale: str) -> str:
    """Return a sale with all that a ledger needs beside it: accounts, and the purchase of its lots."""
    lots: dict[tuple[str, str, str, str, str, str], Decimal] = defaultdict(Decimal)
    for account, units, commodity, cost, currency, day, label in _STOCK.findall(sale):
        lots[account, commodity, cost, currency, day, label] += Decimal(units)
    opened = re.findall(r"^[0-9-]{10} open (\S+)", sale, re.MULTILINE)
    accounts = dict.fromkeys(["Assets:Bank", "Equity:Opening", *_ACCOUNT.findall(sale)])
    text = "".join(f"{OPENED} open {account}\n" for account in accounts if account not in opened)
    for (account, commodity, cost, currency, day, label), units in lots.items():
        text += f'\n{day} * "Purchase"\n  {account}  {units} {commodity} {{{cost} {currency}, {day}{label}}}\n  Equity:Opening\n'
    return f"{text}\n{sale}"


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Work in `folder`, with the store in memory."""
    before, cache = Path.cwd(), os.environ.get("RETURNLEDGER_CACHE")
    os.chdir(folder)
    os.environ["RETURNLEDGER_CACHE"] = ""
    try:
        yield
    finally:
        os.chdir(before)
        if cache is None:
            del os.environ["RETURNLEDGER_CACHE"]
        else:
            os.environ["RETURNLEDGER_CACHE"] = cache


def planned(folder: Path, blocks: list[Block], sale: str | None, events: str, *, merged: bool = False) -> Planned:
    """Return the plan of events of an example, in a new folder; with `merged` the posted batch is there twice."""
    folder.mkdir()
    shop(folder, blocks, sale)
    source = folder / "events.yaml"
    with inside(folder):
        if posted := one(blocks, "posted"):
            source.write_text(posted, encoding="utf-8")
            applied = app.apply(["events.yaml"])
            assert applied.file, said(applied.planned)
            if merged:
                batch = Path(applied.file)
                batch.with_name("copy.beancount").write_bytes(batch.read_bytes())
        source.write_text(events, encoding="utf-8")
        return app.plan(["events.yaml"])


def said(plan: Planned) -> str:
    """Return what is said of a plan: of each finding the first line, what decided, and the next step."""
    text = _FILE.sub("-…", render(plan.findings, {}, "full", "en"))
    return "".join(f"{line}\n" for line in text.splitlines() if line)


def is_clean(plan: Planned) -> bool:
    """Return True if nothing stands against the plan."""
    return not has_errors(plan.findings)


def entries(plan: Planned) -> str:
    """Return the entries of a plan, what differs from machine to machine masked as `…`."""
    text = "\n".join(written(directive) + "\n" for directive in plan.plan.directives)
    return masked(re.sub(r"\n{3,}", "\n\n", text))


def masked(text: str) -> str:
    """Return entries with the event, its file, its decisions and digests as `…`."""
    return _MASKED.sub(r'\1…"', _DIGEST.sub(r"\1…", text))
