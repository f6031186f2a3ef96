"""Worked cases: a small ledger, the events in a file, and what the books must show of them, to the cent.

The cases stand in `worked_cases/*.yaml`, each with the figures worked out by hand and where they come from. A case
says the ledger in Beancount (`ledger`) or its plain sales in short (`sold`), the settings and the policy where they
matter, the events, and `moves`: what they did in all, by role of the account, debits positive. `on` says the same day by
day, `then` applies further files, `refused` names the findings where nothing may be written, `never` the roles that must
not be touched. Cases that were published keep their id and
run `python -m returnledger`.
"""

from __future__ import annotations

import io
import json
import re
import runpy
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml
from beancount.core.convert import get_weight
from beancount.core.data import Transaction
from ledgers import load, make

from returnledger.cli import main
from returnledger.configfile import read_settings

CASES = Path(__file__).parent / "worked_cases"
POLICY = """\
policy: worked
version: 1
valid_from: 2000-01-01
currency: CURRENCY
window: {default: {days: WINDOW, from: sold}}
condition_from_reason: {none: new, changed_mind: new, defective: defective}
dispositions:
  new: {to: restock, allowed: [hold, scrap]}
  opened: {to: restock_open_box, allowed: [hold, scrap, refurbish, restock]}
  used: {to: restock_open_box, allowed: [hold, scrap, refurbish, return_to_customer]}
  damaged: {to: hold, allowed: [scrap, donate, liquidate, refurbish, return_to_supplier, restock_open_box]}
  defective: {to: hold, allowed: [scrap, donate, liquidate, refurbish, return_to_supplier, restock]}
"""
ACCOUNTS = {
    "general": (
        "Assets:Bank", "Assets:Receivable", "Income:Sales", "Liabilities:Output-VAT", "Expenses:COGS",
        "Assets:Inventory",
    ),
    "cn": (
        "Assets:1002-银行存款", "Assets:1122-应收账款", "Income:6001-主营业务收入", "Liabilities:2221-应交税费:销项税额",
        "Expenses:6401-主营业务成本", "Assets:1405-库存商品",
    ),
}  # fmt: skip
BOUGHT = "2001-01-04"

Moves = dict[str, Decimal]


def sold(case: Mapping[str, Any], currency: str) -> Iterator[str]:
    """Yield the purchase and the sale of each plain sale of a case, on the accounts of its preset."""
    bank, receivable, revenue, vat, cogs, stock = ACCOUNTS[case.get("preset", "general")]
    for row in case.get("sold", ()):
        units, sku, net = int(row["qty"]), row.get("sku", "P"), Decimal(row["price"]) * int(row["qty"])
        cost, tax = Decimal(row["cost"]), net * Decimal(row.get("tax", "0"))
        paid = {"cash": net + tax, "credit": Decimal(0)}.get(row.get("paid", "cash"))
        paid = Decimal(row["paid"]) if paid is None else paid
        yield f'{BOUGHT} * "Supplier" "Purchase"'
        yield f"  {stock}  {units + int(row.get('spare', 0))} {sku} {{{cost} {currency}, {BOUGHT}}}\n  Equity:Opening\n"
        yield f'{row["date"]} * "{row.get("customer", "Customer")}" "Sale" ^inv-{row.get("order", "SO-1")}'
        yield from (f"  {key}: {value}" for key, value in row.get("meta", {}).items())
        owed = ((bank, paid), (receivable, net + tax - paid), (revenue, -net), (vat, -tax), (cogs, cost * units))
        yield from (f"  {account}  {amount:.2f} {currency}" for account, amount in owed if amount)
        yield f"  {stock}  -{units} {sku} {{{cost} {currency}, {BOUGHT}}}\n"


def build(case: Mapping[str, Any], folder: Path) -> Path:
    """Write the ledger, settings and policy of a case; return the settings."""
    preset = case.get("preset", "general")
    currency = case.get("currency", "CNY")
    ledger = "\n".join(sold(case, currency)) + "\n" + case.get("ledger", "")
    policy = case["policy"] if "window:" in case.get("policy", "") else POLICY + case.get("policy", "")
    policy = policy.replace("CURRENCY", currency).replace("WINDOW", case.get("window", "730"))
    policy = policy.replace("{", "{{").replace("}", "}}")
    said = "".join(f", {role}: {account}" for role, account in case.get("accounts", {}).items())
    settings = make(
        folder, ledger, currency=currency, preset=preset, accounts=said, policy=policy, more=case.get("settings", "")
    )
    for name, text in case.get("files", {}).items():
        (folder / name).write_text(text, encoding="utf-8")
    return settings


def as_module(line: list[str]) -> int:
    """Run `python -m returnledger` in this process; return its exit code."""
    words, sys.argv = sys.argv, ["returnledger", *line]
    try:
        runpy.run_module("returnledger", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        sys.argv = words
    return 0


def run(settings: Path, words: list[str], published: bool) -> tuple[int, dict[str, Any], str]:
    """Run the command line; return its exit code, what it told as JSON, and what else it said."""
    line = ["--lang", "en", "--settings", str(settings), *words, "--json"]
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = as_module(line) if published else main(line)
    return code, json.loads(out.getvalue() or "{}"), err.getvalue()


def posted(settings: Path) -> Iterator[tuple[str, str, str, Decimal]]:
    """Yield day, role of the account, account and weight of every posting of ours; the ledger must be clean."""
    found, _, _ = read_settings(settings)
    assert found is not None
    for entry in load(settings):
        if isinstance(entry, Transaction) and "rl-id" in entry.meta:
            for posting in entry.postings:
                role = found.role_of(posting.account) or posting.meta["rl-role"]
                yield str(entry.date), str(role), posting.account, get_weight(posting).number


def summed(rows: list[tuple[str, str, str, Decimal]], wanted: Mapping[str, Any], day: str = "") -> Moves:
    """Return what rows come to by role, or by account where that is asked for; nil is left out."""
    found: Moves = defaultdict(Decimal)
    for on, role, account, weight in rows:
        if not day or on == day:
            found[account if account in wanted else role] += weight
    return {name: amount for name, amount in found.items() if amount}


def wanted_of(moves: Mapping[str, Any]) -> Moves:
    return {name: Decimal(str(amount)) for name, amount in moves.items() if Decimal(str(amount))}


def check(case: Mapping[str, Any], folder: Path) -> None:
    """Apply the events of a case and compare what is in the books with what it wants."""
    settings = build(case, folder / "shop")
    before: list[tuple[str, str, str, Decimal]] = []
    for number, step in enumerate([case, *case.get("then", ())]):
        if "events" not in step:
            continue
        file = settings.parent / step.get("file", f"events{number}.yaml")
        file.write_text(step["events"], encoding="utf-8")
        code, told, said = run(settings, ["apply", str(file)], bool(case.get("published")) and not number)
        codes = {each["code"] for event in [told, *told.get("events", ())] for each in event.get("findings", ())}
        rows = list(posted(settings))
        if "refused" in step:
            assert (code, codes) == (1, set(step["refused"])), said
            assert rows == before
            assert all(text in said for text in step.get("says", ())), said
            continue
        assert code == 0, said or told
        for key, value in step.get("tells", {}).items():
            assert told["events"][0][key] == value, key
        new = rows[:]
        for row in before:
            new.remove(row)
        if "moves" in step:
            assert summed(new, step["moves"]) == wanted_of(step["moves"])
        for day, moves in step.get("on", {}).items():
            assert summed(new, moves, str(day)) == wanted_of(moves), day
        before = rows
    touched = {name for _, role, account, _ in before for name in (role, account)}
    assert not touched & set(case.get("never", ()))
    if "left" in case:
        held = summed(before, case["left"])
        assert {name: held.get(name, Decimal(0)) for name in case["left"]} == {
            name: Decimal(str(amount)) for name, amount in case["left"].items()
        }


def _test_of(case: Mapping[str, Any]) -> Callable[[Path], None]:
    def test(tmp_path: Path) -> None:
        check(case, tmp_path)

    test.__doc__ = case["title"]
    return test


def _read() -> Iterator[Mapping[str, Any]]:
    for path in sorted(CASES.glob("*.yaml")):
        yield from yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)


for _case in _read():
    _name = "test_" + re.sub(r"[^a-z0-9]+", "_", f"{_case['id']} {_case['title']}".lower()).strip("_")
    assert _name not in globals(), _name
    globals()[_name] = _test_of(_case)
