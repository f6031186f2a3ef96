"""Books that contradict themselves: whatever is changed in a ledger by chance, nothing breaks and nothing comes back twice.

A stranger's ledger is written and then damaged: a posting dropped or turned round, a transaction doubled, metadata of
another type, links moved, accounts and dates changed. Every command either answers or refuses; what is posted adds up,
loads clean, is posted once, and never gives back more goods, money or tax than the books show going out.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from beancount import loader
from beancount.core.convert import get_weight
from beancount.core.data import Transaction
from strangers import Stranger, Written, books_of
from test_style_mixtures import event_text, parts_of

from returnledger import app
from returnledger.cli import show_plan, show_sale
from returnledger.findings import Refused
from returnledger.findings_text import render

ZERO = Decimal(0)
SUSPENSE = "Equity:Suspense"


# -- a ledger as pieces that can be damaged


@dataclass
class Row:
    """A posting with its metadata lines."""

    text: str
    meta: list[str] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        return self.text.split()


@dataclass
class Block:
    """A transaction: its head, its metadata and its postings."""

    head: str
    meta: list[str]
    rows: list[Row]

    def __str__(self) -> str:
        lines = [self.head, *self.meta]
        for row in self.rows:
            lines += [row.text, *row.meta]
        return "\n".join(lines) + "\n"


def pieces(text: str) -> tuple[list[str], list[Block]]:
    """Return the lines before the transactions, and the transactions."""
    head, *rest = text.split("\n\n")[1:] if text.startswith("option") else text.split("\n\n")
    blocks = []
    for block in rest:
        if " * " not in block:
            head += f"\n{block}"
            continue
        first, *lines = block.strip("\n").split("\n")
        made = Block(first, [], [])
        for line in lines:
            word = line.split()[0]
            if word.endswith(":"):
                (made.rows[-1].meta if made.rows else made.meta).append(line)
            else:
                made.rows.append(Row(line))
        blocks.append(made)
    return head.split("\n"), blocks


def joined(opens: list[str], blocks: list[Block]) -> str:
    top = 'option "operating_currency" "CNY"\ninclude "returns/**/*.beancount"\n\n'
    return top + "\n".join(opens) + f"\n2026-01-01 open {SUSPENSE}\n\n" + "\n".join(str(block) for block in blocks)


# -- the damage

VALUES = (
    "2026-01-09", "3", "-2", "0", "1.5", "0.13", "12.00 CNY", "TRUE", "FALSE", "NULL", "Assets:Bank", "#tag", "^inv-1001",
    "CNY", '""', '" "', '"MUG"', '"TEE-XL"', '"1"', '"1001"', '"inv-1001"', '"all"', '"2 pcs"', '"1e3"', '"NaN"', '"∞"',
    '"{x}: [y]"', '"a\\"b\\\\c"', '"two\nlines"', '"\u202e1001"', '"' + "长" * 300 + '"', "",
)  # fmt: skip
KEYS = (
    "sku",
    "qty",
    "line",
    "order",
    "unit_price",
    "tax_rate",
    "serial",
    "delivered",
    "customer",
    "invoice",
    "shipped",
)


def some_row(random: Random, blocks: list[Block]) -> tuple[Block, Row] | None:
    block = random.choice([b for b in blocks if "Supplier" not in b.head] or blocks)
    return (block, random.choice(block.rows)) if block.rows else None


def rebalance(block: Block) -> None:
    """Let equity take what a change of amounts leaves."""
    if all(len(row.words) > 1 for row in block.rows):
        block.rows.append(Row(f"  {SUSPENSE}"))


def drop_posting(random: Random, opens: list[str], blocks: list[Block]) -> None:
    found = some_row(random, blocks)
    if found and len(found[1].words) > 1:
        found[0].rows.remove(found[1])
        rebalance(found[0])


def change_number(random: Random, opens: list[str], blocks: list[Block]) -> None:
    found = some_row(random, blocks)
    if not found or len(found[1].words) < 3:
        return
    block, row = found
    words = row.words
    number = Decimal(words[1])
    changed = random.choice(
        (
            -number,
            ZERO,
            number * 2,
            number * 1000,
            number / 2,
            number + Decimal("0.01"),
            number + 1,
            number + Decimal("0.001"),
        )
    )
    row.text = "  " + "  ".join([words[0], f"{changed:f}", " ".join(words[2:])])
    rebalance(block)


def repeat_posting(random: Random, opens: list[str], blocks: list[Block]) -> None:
    found = some_row(random, blocks)
    if found and len(found[1].words) > 2:
        found[0].rows.append(Row(found[1].text, list(found[1].meta)))
        rebalance(found[0])


def double_transaction(random: Random, opens: list[str], blocks: list[Block]) -> None:
    block = random.choice(blocks)
    blocks.append(Block(block.head, list(block.meta), [Row(row.text, list(row.meta)) for row in block.rows]))


def reverse_transaction(random: Random, opens: list[str], blocks: list[Block]) -> None:
    """Book the opposite of a transaction, whole or in part, some days later."""
    block = random.choice(blocks)
    rows = [row for row in block.rows if len(row.words) > 2 and random.random() < 0.8]
    when = date.fromisoformat(block.head[:10]) + timedelta(days=random.randint(0, 4))
    made = Block(f"{when}{block.head[10:]}", list(block.meta), [])
    for row in rows:
        words = row.words
        made.rows.append(
            Row("  " + "  ".join([words[0], f"{-Decimal(words[1]):f}", " ".join(words[2:])]), list(row.meta))
        )
    rebalance(made)
    blocks.append(made)


def change_metadata(random: Random, opens: list[str], blocks: list[Block]) -> None:
    found = some_row(random, blocks)
    if not found:
        return
    meta = random.choice((found[0].meta, found[1].meta))
    indent = "  " if meta is found[0].meta else "    "
    if meta and random.random() < 0.6:
        i = random.randrange(len(meta))
        key = meta[i].split(":")[0].strip()
        meta[i] = f"{indent}{key}: {random.choice(VALUES)}"
    else:
        key = random.choice(KEYS)
        if not any(line.split(":")[0].strip() == key for line in meta):
            meta.append(f"{indent}{key}: {random.choice(VALUES)}")


def drop_metadata(random: Random, opens: list[str], blocks: list[Block]) -> None:
    found = some_row(random, blocks)
    if found:
        meta = random.choice((found[0].meta, found[1].meta))
        if meta:
            meta.pop(random.randrange(len(meta)))


def move_link(random: Random, opens: list[str], blocks: list[Block]) -> None:
    one, other = random.choice(blocks), random.choice(blocks)
    links = [word for word in other.head.split() if word.startswith("^")] or ["^inv-1001", "^SO-1001"]
    if random.random() < 0.5:
        one.head = " ".join(word for word in one.head.split(" ") if not word.startswith("^"))
    link = random.choice(links)
    if link not in one.head.split():
        one.head += f" {link}"


def change_account(random: Random, opens: list[str], blocks: list[Block]) -> None:
    found = some_row(random, blocks)
    if found:
        names = [line.split()[2] for line in opens if " open " in line]
        words = found[1].words
        found[1].text = "  " + "  ".join([random.choice([*names, SUSPENSE]), *words[1:2], " ".join(words[2:])]).rstrip()


def drop_open(random: Random, opens: list[str], blocks: list[Block]) -> None:
    opens.pop(random.randrange(len(opens)))


def change_date(random: Random, opens: list[str], blocks: list[Block]) -> None:
    block = random.choice(blocks)
    when = date.fromisoformat(block.head[:10]) + timedelta(days=random.choice((-400, -3, -1, 1, 5, 40, 4000)))
    block.head = f"{when}{block.head[10:]}"


def rename_commodity(random: Random, opens: list[str], blocks: list[Block]) -> None:
    found = some_row(random, blocks)
    if not found or len(found[1].words) < 3:
        return
    old, new = found[1].words[2], random.choice(("CNY", "USD", "MUG", "KETTLE", "THING"))
    for row in [found[1]] if random.random() < 0.5 else [row for block in blocks for row in block.rows]:
        row.text = row.text.replace(f" {old}", f" {new}")
    rebalance(found[0])


def add_price(random: Random, opens: list[str], blocks: list[Block]) -> None:
    found = some_row(random, blocks)
    if found and len(found[1].words) > 2 and "@" not in found[1].text:
        found[1].text += random.choice(
            (" @ 7.1 USD", " @@ 33.33 CNY", " @ 0 CNY", " @ 1000000 USD", " @", " @@ 0.01 USD")
        )
        rebalance(found[0])


def change_cost(random: Random, opens: list[str], blocks: list[Block]) -> None:
    found = some_row(random, blocks)
    if not found:
        return
    block, row = found
    before, brace, _ = row.text.partition("{")
    if brace:
        row.text = before + random.choice(("", "{}", "{0 CNY}", "{9.99 USD}", "{{1 CNY}}", "{12.34 CNY, 2020-02-02}"))
    elif len(row.words) > 2:
        row.text += random.choice((" {1 CNY}", " {{50 CNY}}", " {}"))
    rebalance(block)


def change_payee(random: Random, opens: list[str], blocks: list[Block]) -> None:
    block = random.choice(blocks)
    _, _payee, rest = block.head.split('"', 2)
    block.head = '"'.join((block.head.split('"')[0], random.choice(("Customer 1002", "Other", "", "x\\ny")), rest))


DAMAGES: tuple[Callable[[Random, list[str], list[Block]], None], ...] = (
    drop_posting, change_number, repeat_posting, double_transaction, reverse_transaction, change_metadata, change_metadata,
    drop_metadata, move_link, change_account, drop_open, change_date, rename_commodity, add_price, change_cost, change_payee,
)  # fmt: skip


# -- what must hold


def answered(call: Callable[[], Any]) -> Any:
    """Return what a command answers, None where it refuses; its findings can be shown in both languages."""
    try:
        answer = call()
    except Refused as refused:
        shown(refused.findings)
        return None
    shown(getattr(answer, "findings", ()))
    return answer


def shown(findings: Any) -> None:
    """Fail where a finding can't be said, or leaves a place to fill."""
    for language in ("zh", "en"):
        render(findings, {}, lang=language)


def names_of(entry: Transaction, style: dict[str, str]) -> set[str]:
    """Return the orders that a transaction names by link or metadata, on itself or its postings."""
    order = style["order"]
    if not order.startswith("metadata"):
        before = order.partition("{}")[0]
        found = {link.removeprefix(before) for link in entry.links if link.startswith(before)}
    else:
        key = order.split()[1]
        metas = (entry.meta, *(posting.meta or {} for posting in entry.postings))
        found = {str(meta[key]) for meta in metas if key in meta}
    return found


def clusters(entries: list[Transaction], style: dict[str, str]) -> dict[str, list[Transaction]]:
    """Return the user's transactions that have to do with each order, over however many that share them."""
    of: dict[str, set[str]] = {}
    for entry in entries:
        names = names_of(entry, style)
        whole = set().union(names, *(of.get(name, set()) for name in names))
        for name in whole:
            of[name] = whole
    return {name: [entry for entry in entries if names_of(entry, style) & whole] for name, whole in of.items()}


def no_more_than_went_out(shop: Stranger, entries: list[Any]) -> None:
    """Fail where more goods, money or tax came back on an order than the books show for it."""
    transactions = [entry for entry in entries if isinstance(entry, Transaction)]
    theirs = clusters([entry for entry in transactions if "rl-id" not in entry.meta], shop.style)
    back: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for entry in transactions:
        if "rl-id" not in entry.meta:
            continue
        for posting in entry.postings:
            role = posting.meta.get("rl-role")
            what = posting.units.currency if posting.cost else SAYS.get(role, "")
            if role == "cogs" and posting.account.startswith("Income"):
                what = "money"  # the books took the cost off the revenue, and so does the return
            if what:
                back[entry.meta["rl-order"]][what] += posting.units.number
    for order, given in back.items():
        out = went_out(shop, theirs.get(order, []))
        for what, amount in given.items():
            if what == "paid":
                amount = -amount
            assert amount <= max(ZERO, out[what]), (order, what, amount, dict(out))


SAYS = {
    "revenue": "money",
    "sales_returns": "money",
    "sales_discounts": "money",
    "output_vat": "tax",
    "shipping_revenue": "shipping",
    "cash_bank": "paid",
}


def went_out(shop: Stranger, entries: list[Transaction]) -> dict[str, Decimal]:
    """Return the goods, revenue, tax and payments of the transactions of an order."""
    names, out = shop.names, defaultdict(Decimal)
    first = min((e.date for e in entries for p in e.postings if p.cost and p.units.number < 0), default=date.max)
    for entry in entries:
        for posting in entry.postings:
            account, number = posting.account, posting.units.number
            if posting.cost is not None:
                out[posting.units.currency] -= number if number < 0 or entry.date >= first else ZERO  # else bought
                continue
            if posting.units.currency != "CNY":
                number = get_weight(posting).number
            if account.startswith((names["shipping"],)):
                out["shipping"] -= number
            elif account.startswith(names["tax"]):
                out["tax"] -= number
            elif account.startswith("Income") or (account.startswith("Liabilities") and "sku" in (posting.meta or {})):
                out["money"] -= number
            elif account.startswith("Assets") and not account.startswith(names["stock"]):
                out["paid"] += max(ZERO, number)
            elif account.startswith("Expenses") and not account.startswith((names["cogs"], names["rounding"])):
                out["paid"] += max(ZERO, number)  # a fee taken off before the money came
    return out


def errors_of(folder: Path) -> tuple[list[Any], list[str]]:
    entries, errors, _ = loader.load_file(str(folder / "main.beancount"))
    return entries, sorted(error.message for error in errors)


def damage_and_return(random: Random, changes: int = 1, **fixed: str) -> str:
    """Write books, damage them, bring everything back; return what became of it."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        folder = Path(name)
        shop, sales = books_of(random, folder, **{"book": "this year's", **fixed})
        opens, blocks = pieces(shop.ledger())
        done = [random.choice(DAMAGES) for _ in range(changes)]
        for change in done:
            change(random, opens, blocks)
        text = joined(opens, blocks)
        (folder / "main.beancount").write_text(text, encoding="utf-8")
        events = "".join(event for sale in sales for event in events_of(random, shop, sale))
        (folder / "events.yaml").write_text(events, encoding="utf-8")
        try:
            became = try_commands(shop, sales, folder)
            try_first_steps(folder)
            return became
        except BaseException as error:
            said = "\n".join((f"{[change.__name__ for change in done]}", str(shop.style), text, events))
            raise AssertionError(f"{type(error).__name__}: {error}\n{said}") from error


def events_of(random: Random, shop: Stranger, sale: Written) -> list[str]:
    parts = parts_of(random, sale)
    day = shop.day + timedelta(days=random.randint(0, 9))
    return [event_text(sale, n, each, day, n == len(parts) - 1) for n, each in enumerate(parts)]


def try_commands(shop: Stranger, sales: list[Written], folder: Path) -> str:
    settings, files = folder / "returnledger.yaml", [folder / "events.yaml"]
    _, before = errors_of(folder)
    for sale in sales:
        seen = answered(lambda sale=sale: app.sale(sale.name, settings=settings))
        if seen is not None:
            shown(seen.problems)
            show_sale.render(seen, "text")
            show_sale.render(seen, "json")
    answered(lambda: app.doctor(settings=settings))
    planned = answered(lambda: app.plan(files, settings=settings, ready=True))
    if planned is not None:
        show_plan.as_text(planned.plan, planned.text)
    done = answered(lambda: app.apply(files, settings=settings, ready=True))
    answered(lambda: app.status(settings=settings))
    if done is None or not done.file:
        assert planned is None or planned.batch is None
        return "refused"
    entries, after = errors_of(folder)
    assert after == before
    for entry in entries:
        if isinstance(entry, Transaction) and "rl-id" in entry.meta:
            sums: dict[str, Decimal] = defaultdict(Decimal)
            for posting in entry.postings:
                weight = get_weight(posting)
                sums[weight.currency] += weight.number
            assert all(abs(amount) <= Decimal("0.005") for amount in sums.values()), sums
    text = (folder / "main.beancount").read_text(encoding="utf-8")
    if (
        " CNY @" not in text and "USD" not in text
    ):  # what money at a price in itself, or at two, is worth is anybody's guess
        no_more_than_went_out(shop, entries)
    again = answered(lambda: app.plan(files, settings=settings, ready=True))
    assert again is not None and again.batch is None, again
    assert all(event.status != "new" for event in again.events)
    return "posted"


def try_first_steps(folder: Path) -> None:
    """Propose settings for the ledger as if there were none yet, and look at the books with them."""
    for name in ("returnledger.yaml", "policy.yaml"):
        (folder / name).unlink()
    answered(lambda: app.init(folder / "main.beancount", folder=folder))
    answered(lambda: app.doctor(settings=folder / "returnledger.yaml"))


@pytest.mark.parametrize("seed", range(60))
def test_damaged_books_never_break_anything(seed: int) -> None:
    assert damage_and_return(Random(seed), changes=1 + seed % 3) in ("posted", "refused")


@pytest.mark.long
@pytest.mark.parametrize("seed", range(60, 10_000))
def test_damaged_books_never_break_anything_long(seed: int) -> None:
    assert damage_and_return(Random(seed), changes=1 + seed % 3) in ("posted", "refused")
