"""A ledger of which some files changed gives the same rows as one read whole, whatever was changed and however."""

from __future__ import annotations

import random
from array import array
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from beancount.core.data import Transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returnledger.settings import Settings
from returnledger.store import Store
from returnledger.store.content import unpacked
from returnledger.store.encode import read

HEAD = """option "operating_currency" "CNY"
include "sales/*.beancount"
include "purchases.beancount"
include "returns/**/*.beancount"
2026-01-01 open Assets:Inventory
2026-01-01 open Assets:Inventory:MUG  MUG  "FIFO"
2026-01-01 open Assets:Inventory:CUP  CUP  "STRICT"
2026-01-01 open Assets:Inventory:TEE  TEE  "LIFO"
2026-01-01 open Assets:Inventory:BAG  BAG  "NONE"
2026-01-01 open Assets:Receivable
2026-01-01 open Assets:Bank
2026-01-01 open Assets:Bank:Card
2026-01-01 open Assets:Cash
2026-01-01 open Liabilities:Output-VAT
2026-01-01 open Liabilities:Contract-Liability
2026-01-01 open Income:Sales
2026-01-01 open Expenses:COGS
2026-01-01 open Equity:Opening
2026-01-01 open Expenses:Rounding
2026-01-01 commodity MUG
  name: "马克杯"
"""
SKUS = ("MUG", "CUP", "TEE", "BAG")


def purchase(day: str, sku: str, units: int, cost: str) -> str:
    return f'{day} * "Supplier" "Stock"\n  Assets:Inventory:{sku}  {units} {sku} {{{cost} CNY}}\n  Equity:Opening\n'


def sale(day: str, order: str, *lines: tuple[str, int, str], cogs: str = "", paid: bool = False) -> str:
    """Return a sale of (SKU, units, cost as written) on credit; the cost of goods is left to Beancount if not given."""
    out = [f'{day} * "张三" "卖出" ^inv-{order}']
    net = sum(50 * units for _, units, _ in lines)
    out.append(f"  Assets:{'Bank' if paid else 'Receivable'}  {net}.00 CNY")
    for sku, units, spec in lines:
        out.append(f'  Income:Sales  -{50 * units}.00 CNY\n    sku: "{sku}"\n    qty: {units}')
        out.append(f"  Assets:Inventory:{sku}  -{units} {sku} {{{spec}}}")
    out.append(f"  Expenses:COGS  {cogs}" if cogs else "  Expenses:COGS")
    return "\n".join(out) + "\n"


def payment(day: str, amount: int, *orders: str) -> str:
    links = " ".join(f"^inv-{order}" for order in orders)
    return f'{day} * "张三" "付款" {links}\n  Assets:Bank  {amount}.00 CNY\n  Assets:Receivable  -{amount}.00 CNY\n'


def back(day: str, order: str, sku: str, cost: str, bought: str) -> str:
    return (
        f'{day} * "张三" "退货" ^inv-{order}\n  Assets:Receivable  -50.00 CNY\n  Income:Sales  50.00 CNY\n'
        f"  Assets:Inventory:{sku}  1 {sku} {{{cost} CNY, {bought}}}\n  Expenses:COGS  -{cost} CNY\n"
    )


def opened(folder: Path, cache: Path | None = None) -> Store:
    values = {"ledger": "main.beancount", "operating_currency": "CNY", "sales": {"register": "register.csv"}}
    found = Settings.model_validate(values).placed_in(str(folder))
    return Store.open(found, folder / "main.beancount", cache=cache)


def rows(store: Store) -> dict[str, Any]:
    """Return all that the tables of a store hold, with names where they have numbers."""
    db = store._db
    files = dict(db.execute("SELECT id, path FROM file"))
    accounts = dict(db.execute("SELECT id, name FROM account"))
    sales = dict(db.execute("SELECT id, name FROM sale"))

    def table(sql: str) -> list[tuple[Any, ...]]:
        return db.execute(sql).fetchall()

    found: dict[str, Any] = {
        name: sorted(table(f"SELECT * FROM {name}"), key=repr)
        for name in ("meta", "include", "commodity", "mixed", "assertion", "period_lock", "plugin", "price")
    }
    found["error"] = table("SELECT * FROM error")  # in the order in which they are shown
    found["day_sum"] = sorted((accounts[row[0]], *row[1:]) for row in table("SELECT * FROM day_sum"))
    found["file"] = sorted(table("SELECT path, sha256 FROM file WHERE sha256 IS NOT NULL"))
    found["content"] = sorted(
        (files[file], unpacked(text), tuple(array("I", starts)))
        for file, text, starts in table("SELECT * FROM content")
    )
    opens = "SELECT name, opened, closed, currencies, booking, written FROM account WHERE opened IS NOT NULL"
    found["account"] = sorted(table(opens))
    found["sale"] = {
        name: (rest, read(name, body, accounts.__getitem__, files.__getitem__))
        for name, body, *rest in table("SELECT name, body, date, customer, channel, country, currency FROM sale")
    }
    found["places"] = {
        name: [
            [part.place for part in (*line.parts, *line.cogs, *line.lots)]
            for line in read(name, body, accounts.__getitem__, files.__getitem__).lines
        ]
        for name, body in table("SELECT name, body FROM sale")
    }
    found["sale_line"] = sorted((sales[row[0]], *row[1:]) for row in table("SELECT * FROM sale_line"))
    found["order_name"] = sorted((name, sales[n]) for name, n in table("SELECT * FROM order_name"))
    found["meta"] = [row for row in found["meta"] if row[0] != "advances"]
    found["reference"] = sorted((name, files[file], line) for name, file, line in table("SELECT * FROM reference"))
    moved = table("SELECT * FROM movement ORDER BY date, lineno, id")
    found["movement"] = [
        [(accounts[row[1]], row[2], files[row[3]], *row[4:]) for row in moved if accounts[row[1]] == name]
        for name in sorted(set(accounts.values()))
        if any(accounts[row[1]] == name for row in moved)
    ]
    found["follow_up"] = sorted(
        ((*row[:2], files[row[2]], *row[3:10], files[row[10]], *row[11:]) for row in table("SELECT * FROM follow_up")),
        key=repr,
    )
    found["apart"] = sorted(
        ((*row[:8], files[row[8]], row[9], files[row[10]], row[11]) for row in table("SELECT * FROM apart")), key=repr
    )
    found["posted"] = sorted((*row[1:13], files[row[13]], *row[14:]) for row in table("SELECT * FROM posted"))
    found["relation"] = [list(store.rows(name)) for name in ("sales", "returns", "cases")]
    return found


class Shop:
    """A ledger in several files, with a store that was current before it changed."""

    def __init__(self, folder: Path, files: dict[str, list[str]]) -> None:
        self.folder, self.files = folder, files
        (folder / "returns").mkdir(parents=True)
        (folder / "returns" / "0000.beancount").write_text("; returns\n")
        self.write()
        opened(folder, self.cache).close()

    @property
    def cache(self) -> Path:
        return self.folder / "cache" / "a.sqlite"

    def write(self) -> None:
        for name, parts in self.files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            text = "\n".join(parts)
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")
        for path in self.folder.rglob("*.beancount"):
            name = path.relative_to(self.folder).as_posix()
            if name not in self.files and not name.startswith("returns/"):
                path.unlink()

    def same(self) -> bool:
        """Return True if the store was brought up to date without reading the ledger; its rows must be those of a new one."""
        assert self.differing() == {}
        return self.apart

    def differing(self) -> dict[str, tuple[Any, Any]]:
        """Bring the store up to date and return the tables whose rows are not those of a new store, with both."""
        self.write()
        store = opened(self.folder, self.cache)
        whole = opened(self.folder)
        mine, fresh = rows(store), rows(whole)
        self.apart, self.why = not store.rebuilt, store.why
        store.close()
        whole.close()
        return {name: (mine[name], fresh[name]) for name in fresh if mine[name] != fresh[name]}


def shop(folder: Path, **more: list[str]) -> Shop:
    """Return a shop with stock and the sales of two months."""
    files = {
        "main.beancount": [HEAD],
        "purchases.beancount": [purchase("2026-01-02", sku, 40, f"{10 + n}.00") for n, sku in enumerate(SKUS)]
        + [purchase("2026-01-20", sku, 40, f"{20 + n}.00") for n, sku in enumerate(SKUS)],
        "sales/01.beancount": [
            sale("2026-01-05", "1001", ("MUG", 2, "10.00 CNY, 2026-01-02"), ("CUP", 1, "11.00 CNY")),
            sale("2026-01-06", "1002", ("TEE", 3, "")),
            payment("2026-01-30", 150, "1001"),
        ],
        "sales/02.beancount": [
            sale("2026-02-05", "1003", ("MUG", 5, ""), ("TEE", 2, "")),
            sale("2026-02-06", "1004", ("CUP", 1, "11.00 CNY, 2026-01-02"), paid=True),
        ],
    }
    return Shop(folder, {**files, **more})


def test_a_day_of_sales_appended_is_read_alone(tmp_path: Path) -> None:
    made = shop(tmp_path)
    made.files["sales/02.beancount"] += [
        sale("2026-02-07", "1005", ("MUG", 1, ""), ("TEE", 1, "")),
        payment("2026-02-07", 150, "1002"),
        back("2026-02-07", "1003", "MUG", "10.00", "2026-01-02"),
    ]
    assert made.same(), made.why


def test_many_sales_that_move_to_other_lines_are_read_whole_and_appended_ones_alone(tmp_path: Path) -> None:
    days = [sale("2026-01-05", f"2{n:04d}", ("BAG", 1, "13.00 CNY, 2026-01-02")) for n in range(700)]
    made = shop(tmp_path, **{"sales/01.beancount": days})
    days.append(sale("2026-01-09", "3001", ("BAG", 1, "13.00 CNY, 2026-01-02")))
    assert made.same(), made.why
    days.insert(600, sale("2026-01-05", "3002", ("BAG", 1, "13.00 CNY, 2026-01-02")))
    assert made.same(), made.why
    days.insert(100, sale("2026-01-05", "3003", ("BAG", 1, "13.00 CNY, 2026-01-02")))
    assert not made.same()
    assert made.why == "much of the ledger moved to other lines"


def test_a_new_month_and_a_removed_one_are_read_alone(tmp_path: Path) -> None:
    made = shop(tmp_path)
    made.files["sales/03.beancount"] = [sale("2026-03-01", "1006", ("MUG", 60, "")), payment("2026-03-02", 350, "1003")]
    assert made.same(), made.why
    del made.files["sales/03.beancount"]
    assert made.same(), made.why


def test_a_purchase_dated_back_books_later_sales_anew(tmp_path: Path) -> None:
    made = shop(tmp_path)
    made.files["purchases.beancount"].append(purchase("2026-01-31", "TEE", 2, "31.00"))
    assert made.same(), made.why
    lots = [row[-1] for row in opened(tmp_path, made.cache).rows("sales")]
    assert lots


def test_an_order_that_is_edited_in_the_middle_is_read_alone(tmp_path: Path) -> None:
    made = shop(tmp_path)
    made.files["sales/01.beancount"][0] = sale("2026-01-05", "1001", ("MUG", 3, "10.00 CNY, 2026-01-02"))
    assert made.same(), made.why


def test_cost_of_goods_by_the_month_and_takings_are_read_alone(tmp_path: Path) -> None:
    made = shop(tmp_path)
    lump = '2026-02-28 * "COGS"\n  Expenses:COGS  60.00 CNY\n    sku: "SERVICE"\n  Assets:Bank  -60.00 CNY\n'
    takings = '2026-02-28 * "Takings"\n  Assets:Bank  90.00 CNY\n  Income:Sales  -90.00 CNY\n'
    made.files["sales/02.beancount"] += [lump, takings]
    assert made.same(), made.why
    assert len(rows(opened(tmp_path, made.cache))["apart"]) == 2
    made.files["sales/02.beancount"][-2:] = [lump.replace("60", "70")]
    made.files["sales/01.beancount"].insert(0, takings.replace("02-28", "01-31"))
    assert made.same(), made.why
    made.files["sales/02.beancount"][-1] = lump.replace('"COGS"', '"COGS" ^inv-1003')
    assert made.same(), made.why
    assert [row[0] for row in rows(opened(tmp_path, made.cache))["apart"]] == [0]


def test_a_new_article_a_price_and_an_include_line_are_read_alone(tmp_path: Path) -> None:
    made = shop(tmp_path)
    made.files["main.beancount"].append('2026-02-01 open Assets:Inventory:HAT  HAT  "FIFO"\ninclude "hats.beancount"\n')
    made.files["hats.beancount"] = [
        "2026-02-01 commodity HAT\n",
        purchase("2026-02-02", "HAT", 5, "7.00"),
        sale("2026-02-03", "1007", ("HAT", 2, "")),
        "2026-02-03 price HAT 9.00 CNY\n",
    ]
    assert made.same(), made.why


@pytest.mark.parametrize(
    "text",
    [
        '2026-02-20 * "x" "y"\n  Assets:Bank  1.00 CNY\n  Assets:Nowhere  -1.00 CNY\n',
        '2026-02-20 * "x" "y"\n  Assets:Bank  1.00 CNY\n  Assets:Receivable  -2.00 CNY\n',
        "2026-02-20 balance Assets:Bank  50.00 CNY\n",
        "2026-02-20 close Assets:Inventory:BAG\n",
        "2026-02-20 pad Assets:Bank Equity:Opening\n2026-02-21 balance Assets:Bank  70.00 CNY\n",
        'pushtag #x\n2026-02-20 * "x" "y" ^inv-1003\n  Assets:Bank  1.00 CNY\n  Assets:Receivable\npoptag #x\n',
        'option "booking_method" "FIFO"\n',
        'plugin "beancount.plugins.leafonly"\n',
        '2026-02-20 * "unfinished\n',
        sale("2026-02-20", "1009", ("MUG", 500, "")),
        "2026-02-20 open Assets:Bank\n",
        '2026-02-20 commodity TEE\n  sku: "T-SHIRT"\n',
        'include "nothing/*.beancount"\n',
        '2026-02-20 * "x" "y"\n  Assets:Inventory:MUG  1 MUG\n  Equity:Opening  -1 MUG\n',
    ],
)
@pytest.mark.parametrize("file", ["sales/02.beancount", "main.beancount"])
def test_what_may_touch_anything_is_read_with_the_whole_ledger(tmp_path: Path, file: str, text: str) -> None:
    made = shop(tmp_path)
    made.files[file].append(text)
    assert made.differing() == {}
    made.files[file].pop()
    assert made.differing() == {}


def held(folder: Path, account: str, day: str, currency: str = "CNY") -> Decimal:
    """Return what an account and those below it hold at the beginning of a day, as Beancount adds it up."""
    entries, _, _ = loader.load_file(str(folder / "main.beancount"))
    total = Decimal(0)
    for entry in entries:
        if isinstance(entry, Transaction) and entry.date.isoformat() < day:
            for p in entry.postings:
                if (p.account + ":").startswith(account + ":") and p.units.currency == currency:
                    total += p.units.number
    return total


def balance(day: str, account: str, amount: Decimal | str, currency: str = "CNY") -> str:
    return f"{day} balance {account}  {amount} {currency}\n"


def asserting(folder: Path) -> Shop:
    """Return a shop that asserts its bank on every day of sales, with a pad where the books begin."""
    made = shop(folder)
    made.files["sales/00.beancount"] = [
        "2026-01-01 pad Assets:Bank Equity:Opening\n" + balance("2026-01-02", "Assets:Bank", "1000.00"),
    ]
    made.write()
    for day in ("2026-01-31", "2026-02-07", "2026-02-20"):
        made.files["sales/00.beancount"].append(balance(day, "Assets:Bank", held(folder, "Assets:Bank", day)))
    made.write()
    opened(folder, made.cache).close()
    return made


def test_an_assertion_a_day_is_read_with_its_day(tmp_path: Path) -> None:
    made = asserting(tmp_path)
    for day in range(21, 25):
        made.files["sales/02.beancount"] += [
            sale(f"2026-02-{day}", f"20{day}", ("MUG", 1, ""), paid=True),
            balance(f"2026-02-{day + 1}", "Assets:Bank", held(tmp_path, "Assets:Bank", "2026-03-31") + 50),
        ]
        assert made.same(), made.why
    assert not opened(tmp_path, made.cache).errors


def test_assertions_after_a_change_are_checked_without_the_ledger(tmp_path: Path) -> None:
    made = asserting(tmp_path)
    moved = '{} * "Bank" "Moved"\n  Assets:Bank  {} CNY\n  Assets:Cash\n'
    made.files["sales/02.beancount"] += [moved.format("2026-01-10", "-7.00"), moved.format("2026-01-20", "7.00")]
    assert made.same(), made.why
    made.files["sales/02.beancount"][-1] = moved.format("2026-01-20", "7.01")  # Beancount lets it pass
    assert made.same(), made.why
    made.files["sales/02.beancount"].append(sale("2026-01-15", "3001", ("TEE", 1, "")))  # on credit
    assert made.same(), made.why
    made.files["sales/02.beancount"].append(balance("2026-02-01", "Assets:Inventory:TEE", "76", "TEE"))
    made.same()
    made.files["sales/02.beancount"].append(purchase("2026-02-02", "TEE", 1, "9.00"))
    assert made.same(), made.why
    assert not opened(tmp_path, made.cache).errors


def test_an_assertion_that_fails_is_found_and_healed(tmp_path: Path) -> None:
    made = asserting(tmp_path)
    made.files["sales/02.beancount"].append(sale("2026-02-10", "3001", ("TEE", 1, ""), paid=True))
    made.same()
    assert "Balance failed for 'Assets:Bank'" in opened(tmp_path, made.cache).errors[0].message
    made.files["sales/02.beancount"].append(sale("2026-02-25", "3002", ("TEE", 1, ""), paid=True))
    assert made.same(), made.why  # later than the assertion that failed
    made.files["sales/02.beancount"][-2] = sale("2026-02-10", "3001", ("TEE", 1, ""))
    assert made.same(), made.why
    assert not opened(tmp_path, made.cache).errors


def test_an_assertion_that_fails_is_moved_mended_and_taken_away(tmp_path: Path) -> None:
    made = asserting(tmp_path)
    parts = made.files["sales/00.beancount"]
    parts.append(balance("2026-03-01", "Assets:Bank", "1.00"))
    made.same()
    parts[-1] = balance("2026-03-01", "Assets:Bank", held(tmp_path, "Assets:Bank", "2026-03-01"))
    assert made.same(), made.why
    parts.pop()
    assert made.same(), made.why


def test_what_feeds_a_pad_is_read_with_the_whole_ledger(tmp_path: Path) -> None:
    made = asserting(tmp_path)
    made.files["sales/01.beancount"].append(sale("2026-01-01", "3001", ("TEE", 1, ""), paid=True))
    assert not made.same()
    made.files["sales/01.beancount"].pop()
    made.same()
    made.files["sales/00.beancount"].append(balance("2026-01-15", "Assets:Bank", "3.00", "USD"))
    assert not made.same()
    assert not opened(tmp_path, made.cache).errors


def test_the_first_assertion_of_an_account_is_read_with_the_whole_ledger_and_the_next_is_not(tmp_path: Path) -> None:
    made = asserting(tmp_path)
    made.files["sales/00.beancount"].append(balance("2026-02-28", "Assets:Inventory", "1", "MUG"))
    made.same()
    made.files["sales/00.beancount"][-1] = balance(
        "2026-02-28", "Assets:Inventory", held(tmp_path, "Assets:Inventory", "2026-02-28", "MUG"), "MUG"
    )
    assert made.same(), made.why
    made.files["sales/00.beancount"].append(balance("2026-02-28", "Assets:Inventory:MUG", "73", "MUG"))
    assert made.same(), made.why
    made.files["sales/00.beancount"].append(balance("2026-02-28", "Assets:Inventory:MUG", "73", "MUG"))
    assert made.same(), made.why
    made.files["sales/00.beancount"].append(balance("2026-02-28", "Assets:Inventory:MUG", "74", "MUG"))
    made.same()


def test_a_batch_from_another_copy_leaves_assertions_that_hold(tmp_path: Path) -> None:
    made = asserting(tmp_path)
    batch = tmp_path / "returns" / "2026" / "a.beancount"
    batch.parent.mkdir()
    text = '2026-02-18 custom "returnledger" "batch"\n2026-02-18 * "张三" "退货" ^inv-1003\n  rl-id: "{}"\n'
    moves = "  Assets:Bank  -5.00 CNY\n  Assets:Cash  5.00 CNY\n"
    batch.write_text(text.format("R1") + moves, encoding="utf-8")
    made.same()
    assert "Balance failed for 'Assets:Bank'" in opened(tmp_path, made.cache).errors[0].message
    batch.write_text(text.format("R1") + moves.replace("5.00", "0.01"), encoding="utf-8")
    assert made.same(), made.why
    other = batch.with_name("b.beancount")
    other.write_text(text.format("R2").replace("02-18", "02-22") + moves, encoding="utf-8")
    assert made.same(), made.why


@pytest.mark.parametrize("last", ["  Assets:Cash\n", "  Assets:Cash  5.00 CNY\n  Assets:Inventory:BAG  0 BAG {}\n"])
def test_a_batch_that_a_hand_made_incomplete_is_read_as_beancount_does(tmp_path: Path, last: str) -> None:
    made = shop(tmp_path)
    batch = tmp_path / "returns" / "2026" / "a.beancount"
    batch.parent.mkdir()
    head = '2026-02-18 custom "returnledger" "batch"\n2026-02-18 * "张三" "退货" ^inv-1003\n  rl-id: "R1"\n'
    batch.write_text(head + "  Assets:Bank  -5.00 CNY\n" + last, encoding="utf-8")
    assert made.differing() == {}


DAYS = [f"2026-0{month}-{day:02}" for month in (1, 2, 3) for day in (3, 8, 15, 21, 27)]


def cost_of(sku: str, chance: random.Random) -> str:
    """Return a cost as written that is mostly booked without an error."""
    number = SKUS.index(sku)
    first, second = f"{10 + number}.00 CNY, 2026-01-02", f"{20 + number}.00 CNY, 2026-01-20"
    if sku in ("CUP", "BAG"):
        return first if chance.random() < 0.95 else second
    return chance.choice(["", "", "", first])


def directive(chance: random.Random) -> str:
    """Return a directive of any kind, of an order that may exist already."""
    day, sku, order = chance.choice(DAYS), chance.choice(SKUS), str(1001 + chance.randrange(9))
    spec = cost_of(sku, chance)
    units = chance.randint(1, 3)
    kind = chance.randrange(12)
    if kind < 4:
        other = chance.choice(SKUS)
        more = [(other, 1, cost_of(other, chance))] if other != sku and chance.random() < 0.4 else []
        return sale(day, order, (sku, units, spec), *more, paid=chance.random() < 0.2)
    if kind < 6:
        return payment(day, 50 * units, *{order, *([str(1001 + chance.randrange(9))] if kind == 5 else [])})
    if kind == 6:
        return back(day, order, sku, f"{10 + SKUS.index(sku)}.00", "2026-01-02")
    if kind == 7:
        return purchase(day, sku, units, chance.choice(["10.00", "15.00"]))
    if kind == 8:
        return f"{day} price {sku} {units}.00 CNY\n"
    mates = " ".join(str(1001 + chance.randrange(9)) for _ in range(2))
    return chance.choice(
        [
            f'{day} * "张三" "付款"\n  invoice: "{mates}"\n  Assets:Bank  20.00 CNY\n  Assets:Receivable\n',
            f'{day} * "张三" "付款"\n  Assets:Bank  20.00 CNY\n  Assets:Receivable  -20.00 CNY\n    invoice: "{order}"\n',
            f'{day} * "张三" "预付" ^contract-7\n  Assets:Bank  20.00 CNY\n  Liabilities:Contract-Liability\n',
            f'{day} * "张三" "卖出" ^inv-{order} ^contract-7\n  Liabilities:Contract-Liability  20.00 CNY\n'
            f'  Income:Sales  -20.00 CNY\n    sku: "SERVICE"\n',
            f'{day} * "张三" "开票" ^inv-{order}\n  invoice: "F-{chance.randrange(3)}"\n  Assets:Receivable  20.00 CNY\n'
            f'  Income:Sales  -20.00 CNY\n    sku: "SERVICE"\n',
            f'{day} * "张三" "发货"\n  invoice: "F-{chance.randrange(3)}"\n  Assets:Inventory:MUG  -1 MUG {{}}\n'
            f"  Expenses:COGS\n",
            f'{day} note Assets:Bank "counted"\n',
            f'{day} custom "returnledger" "lock"\n',
            f'{day} event "place" "x"\n',
            f'{day} * "COGS"\n  sku: "SERVICE"\n  Expenses:COGS  {units}.00 CNY\n  Assets:Inventory:BAG  -{units}.00 CNY\n',
            f'{day} * "COGS" ^month-1\n  Expenses:COGS  {units}.00 CNY\n    sku: "{sku}"\n  Assets:Bank  -{units}.00 CNY\n',
            f'{day} * "Day"\n  Assets:Bank  70.00 CNY\n  Income:Sales  -50.00 CNY\n    invoice: "{order}"\n'
            f'    sku: "SERVICE"\n  Income:Sales  -20.00 CNY\n    invoice: "{mates}"\n    sku: "SERVICE"\n',
            f'{day} * "Takings"\n  Assets:Bank  {units}.00 CNY\n  Income:Sales\n    qty: {units}\n',
            f'{day} * "Bank" "Fee"\n  Assets:Bank  -1.00 CNY\n  Expenses:COGS\n',
            f'{day} * "Shop" "Move" ^inv-{order}\n  order: "{chance.choice([order, "X1"])}"\n  Assets:Bank  1.00 CNY\n'
            f"  Income:Sales  -1.00 CNY\n",
        ]
    )


def edit(made: Shop, chance: random.Random) -> None:
    """Change something in the files of a shop."""
    names = [name for name in made.files if name != "main.beancount"]
    name = chance.choice(names)
    parts = made.files[name]
    kind = chance.randrange(8)
    if kind < 3:
        parts.append(directive(chance))
    elif kind == 3:
        parts.insert(chance.randint(0, len(parts)), directive(chance))
    elif kind == 4 and parts:
        at = chance.randrange(len(parts))
        parts[at] = chance.choice(
            [parts[at].replace("50.00", "51.00"), parts[at].replace("-1 ", "-2 "), directive(chance)]
        )
    elif kind == 5 and parts:
        parts.pop(chance.randrange(len(parts)))
    elif kind == 6:
        made.files[f"sales/{chance.randrange(9):02}x.beancount"] = [
            directive(chance) for _ in range(chance.randint(1, 4))
        ]
    elif name.startswith("sales/"):
        del made.files[name]


ASSERTED = [
    ("Assets:Bank", "CNY"),
    ("Assets:Bank:Card", "CNY"),
    ("Assets:Inventory", "CUP"),
    ("Assets:Inventory:CUP", "CUP"),
]
ASSERTED += [("Expenses:COGS", "CNY"), ("Assets:Receivable", "CNY"), ("Assets:Inventory", "MUG")]


def assertion(made: Shop, chance: random.Random) -> str:
    """Return an assertion that mostly holds as the books stand; some within their tolerance, some by a cent not."""
    day = f"2026-0{chance.randint(1, 4)}-{chance.randint(2, 28):02}"
    account, currency = chance.choice(ASSERTED)
    made.write()
    amount = held(made.folder, account, day, currency)
    kind = chance.randrange(8)
    if kind == 0:
        return balance(day, account, amount + Decimal("0.03"), currency)
    if kind == 1:
        return balance(day, account, f"{amount + Decimal('0.4')} ~ 0.5", currency)
    if kind == 2:
        return balance(day, account, f"{amount + Decimal('0.01'):.2f}", currency)
    return balance(day, account, f"{amount:f}", currency)


def moved(chance: random.Random) -> str:
    """Return money that moves between accounts, written in full or not."""
    one, other = chance.sample(["Assets:Bank", "Assets:Bank:Card", "Assets:Cash", "Expenses:Rounding"], 2)
    amount = chance.choice(["0.01", "0.005", "3.00", "12", "-8.50"])
    rest = chance.choice(["", f"  {-Decimal(amount):f} CNY"])
    return f'{chance.choice(DAYS)} * "Bank" "Moved"\n  {one}  {amount} CNY\n  {other}{rest}\n'


QUICKLY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.nested_given])


def test_whatever_changes_the_rows_are_those_of_a_ledger_read_whole(tmp_path_factory: pytest.TempPathFactory) -> None:
    seen = {True: 0, False: 0}

    @QUICKLY
    @given(seed=st.integers(0, 10**9), more=st.integers(0, 12), edits=st.integers(1, 3))
    def edited(seed: int, more: int, edits: int) -> None:
        chance = random.Random(seed)
        made = shop(tmp_path_factory.mktemp("shop"))
        for _ in range(more):
            chance.choice([made.files["sales/01.beancount"], made.files["sales/02.beancount"]]).append(
                directive(chance)
            )
        made.write()
        opened(made.folder, made.cache).close()
        for _ in range(edits):
            edit(made, chance)
            seen[made.same()] += 1

    edited()
    assert all(seen.values()), "brought up to date or read whole: one of the two was never met"


def test_whatever_changes_under_assertions_the_rows_are_those_of_a_ledger_read_whole(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    seen = {True: 0, False: 0}

    @QUICKLY
    @given(seed=st.integers(0, 10**9), more=st.integers(0, 8), edits=st.integers(1, 4), padded=st.booleans())
    def edited(seed: int, more: int, edits: int, padded: bool) -> None:
        chance = random.Random(seed)
        folder = tmp_path_factory.mktemp("shop")
        made = asserting(folder) if padded else shop(folder)
        for _ in range(more):
            chance.choice([made.files["sales/01.beancount"], made.files["sales/02.beancount"]]).append(
                directive(chance)
            )
        asserted = made.files.setdefault("sales/00.beancount", [])
        for _ in range(chance.randint(0, 6)):
            asserted.append(assertion(made, chance))
        made.write()
        opened(made.folder, made.cache).close()
        for _ in range(edits):
            kind = chance.randrange(6)
            if kind < 2:
                chance.choice(list(made.files.values())[1:]).append(moved(chance))
            elif kind == 2:
                chance.choice(list(made.files.values())[1:]).append(assertion(made, chance))
            elif kind == 3 and asserted:
                asserted.pop(chance.randrange(len(asserted)))
            else:
                edit(made, chance)
            seen[made.same()] += 1

    edited()
    assert all(seen.values()), "brought up to date or read whole: one of the two was never met"
