"""The store says the same however its rows came about: read whole, found in the cache, or absorbed batch by batch."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from returnledger.books import Books
from returnledger.findings import Refused
from returnledger.needs import Needs
from returnledger.products import Product, Products
from returnledger.relations import column_names
from returnledger.session import cache_file
from returnledger.settings import Settings
from returnledger.store import Store

LEDGER = """option "operating_currency" "CNY"
{include}
2026-01-01 open Assets:Inventory:MUG  MUG  "{booking}"
2026-01-01 open Assets:Inventory-Hold:MUG  MUG  "NONE"
2026-01-01 open Assets:Receivable
2026-01-01 open Assets:Bank
2026-01-01 open Liabilities:Output-VAT
2026-01-01 open Liabilities:Refund-Payable
2026-01-01 open Income:Sales
2026-01-01 open Income:Sales-Returns
2026-01-01 open Expenses:COGS
2026-01-01 open Equity:Opening
2026-01-01 commodity MUG
  name: "马克杯"
  category: "kitchen"
2026-01-02 * "Stock"
  Assets:Inventory:MUG   20 MUG {{30.00 CNY}}
  Equity:Opening       -600.00 CNY

2026-02-01 * "张三" "杯子" ^inv-1001
  customer: "C-1"
  channel: "tmall"
  Assets:Receivable            226.00 CNY
  Income:Sales                -200.00 CNY
  Liabilities:Output-VAT       -26.00 CNY
  Expenses:COGS                120.00 CNY
  Assets:Inventory:MUG             -4 MUG {{30.00 CNY, 2026-01-02}}

2026-02-02 * "李四" "杯子" ^inv-1002
  Assets:Bank                  113.00 CNY
  Income:Sales                -100.00 CNY
  Liabilities:Output-VAT       -13.00 CNY
  Expenses:COGS                 60.00 CNY
  Assets:Inventory:MUG             -2 MUG {{}}

2026-02-28 custom "returnledger" "lock"
"""
INCLUDE = 'include "returns/**/*.beancount"'


def shop(folder: Path, *, include: str = INCLUDE, booking: str = "FIFO") -> Path:
    root = folder / "main.beancount"
    root.write_text(LEDGER.format(include=include, booking=booking), encoding="utf-8")
    (folder / "returns").mkdir(exist_ok=True)
    (folder / "returns" / "0000.beancount").write_text("; returns\n")
    return root


def batch(
    folder: Path, n: int, *, order: str = "1001", qty: int = 1, day: str = "2026-03-01", head: bool = True
) -> Path:
    path = folder / "returns" / "2026" / f"{day}-{n:012x}.beancount"
    path.parent.mkdir(parents=True, exist_ok=True)
    first = f'{day} custom "returnledger" "batch"\n  rl-version: "0.1.0"\n\n' if head else ""
    net, tax, cost = 50 * qty, Decimal("6.5") * qty, 30 * qty
    path.write_text(
        f"{first}"
        f'{day} * "张三" "退货 {order}" #return ^inv-{order} ^RT-{n}\n'
        f'  rl-id: "RT-{n}"\n  rl-kind: "return"\n  rl-step: 1\n  rl-case: "RT-{n}"\n  rl-order: "{order}"\n'
        f'  rl-customer: "C-1"\n  rl-number: "CN-A-2026-{n:04}"\n'
        f"  rl-event: \"{{return: '{order}', date: {day}, sku: MUG, qty: {qty}, note: no. {n}}}\"\n"
        f'  rl-source: "events.yaml"\n  rl-decision: "restock"\n'
        f'  Income:Sales-Returns  {net}.00 CNY\n    rl-role: "sales_returns"\n    rl-line: "1"\n'
        f'  Liabilities:Output-VAT  {tax:.2f} CNY\n    rl-role: "output_vat"\n    rl-line: "1"\n'
        f'  Liabilities:Refund-Payable  -{net + tax:.2f} CNY\n    rl-role: "refund_payable"\n'
        f'  Assets:Inventory:MUG  {qty} MUG {{30.00 CNY, 2026-01-02}}\n    rl-role: "inventory"\n    rl-line: "1"\n'
        f'    rl-sku: "MUG"\n    rl-qty: {qty}\n    rl-reason: "changed_mind"\n    rl-condition: "new"\n'
        f'    rl-disposition: "restock"\n'
        f'  Expenses:COGS  -{cost}.00 CNY\n    rl-role: "cogs"\n    rl-line: "1"\n',
        encoding="utf-8",
    )
    return path


def opened(root: Path, cache: Path | None = None, products: Products | None = None, **more: Any) -> Store:
    given_settings = Settings.model_validate({"ledger": "main.beancount", "operating_currency": "CNY", **more})
    return Store.open(given_settings.placed_in(str(root.parent)), root, products, cache=cache)


def books_of(store: Store) -> Books:
    books = Books()
    store.gather(
        Needs(
            orders=frozenset({"1001", "1002", "inv-1001"}),
            events=frozenset({"RT-1"}),
            accounts=frozenset({"Assets:Inventory:MUG", "Assets:Inventory-Hold:MUG"}),
            pairs=frozenset({("C-1", "MUG"), ("李四", "MUG")}),
            files=frozenset({"events.yaml"}),
        ),
        books,
    )
    return books


def everything(store: Store) -> tuple[Any, ...]:
    relations = [list(store.rows(name)) for name in ("sales", "returns", "cases")]
    return (*relations, books_of(store), store.errors, list(store.assertions()), store.locked_until, store.files)


def test_gather_finds_orders_by_every_spelling_and_what_a_customer_bought(tmp_path: Path) -> None:
    books = books_of(opened(shop(tmp_path)))
    assert books.names["1001"] == books.names["inv-1001"] == ("1001",)
    assert books.candidates == {("C-1", "MUG"): ("1001",), ("李四", "MUG"): ("1002",)}
    assert books.sales["1001"].lines[0].units == 4 and books.sales["1001"].customer == "C-1"
    assert [m.spec for m in books.movements["Assets:Inventory:MUG"]] == ["30.00 CNY", "30.00 CNY, 2026-01-02", ""]
    assert books.locked_until == date(2026, 2, 28)
    assert books.accounts["Assets:Inventory-Hold:MUG"].booking == "NONE"
    assert books.movements["Assets:Inventory-Hold:MUG"] == ()


def test_an_unknown_order_brings_the_names_of_orders_like_it(tmp_path: Path) -> None:
    books = Books()
    opened(shop(tmp_path)).gather(Needs(orders=frozenset({"1003"})), books)
    assert books.names == {} and {"1001", "1002"} <= set(books.known_orders)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(quantities=st.lists(st.integers(1, 4), min_size=1, max_size=4), explicit=st.booleans())
def test_read_whole_from_the_cache_and_absorbed_are_the_same(
    tmp_path_factory: pytest.TempPathFactory, quantities: list[int], explicit: bool
) -> None:
    folder = tmp_path_factory.mktemp("shop")
    root, cache = shop(folder), folder / "cache" / "a.sqlite"
    warm = opened(root, cache)
    for n, qty in enumerate(quantities, 1):
        path = batch(folder, n, qty=qty, day=f"2026-03-{n:02}")
        if explicit:
            warm.add_batch(path)
        else:
            assert warm.refresh()
        assert not warm.refresh() and warm.check_current()
    again = opened(root, cache)
    cold = opened(root)
    assert not again.rebuilt
    assert everything(cold) == everything(again) == everything(warm)


def test_a_colleagues_batch_is_absorbed_without_reading_the_ledger(tmp_path: Path) -> None:
    root, cache = shop(tmp_path), tmp_path / "a.sqlite"
    opened(root, cache)
    batch(tmp_path, 1)
    (tmp_path / "returns" / "accounts").mkdir()
    account = tmp_path / "returns" / "accounts" / "hold.beancount"
    account.write_text('2026-01-01 open Assets:Inventory-OpenBox:MUG MUG "NONE"\n')
    store = opened(root, cache)
    assert not store.rebuilt and everything(store) == everything(opened(root))


def test_an_account_that_a_batch_posts_to_and_opens_is_known_as_open(tmp_path: Path) -> None:
    root, cache = shop(tmp_path), tmp_path / "a.sqlite"
    store = opened(root, cache)
    path = batch(tmp_path, 1)
    path.write_text(path.read_text(encoding="utf-8").replace("Assets:Inventory:MUG", "Assets:Inventory-OpenBox:MUG"))
    (tmp_path / "returns" / "accounts").mkdir()
    account = tmp_path / "returns" / "accounts" / "open-box.beancount"
    account.write_text('2026-01-01 open Assets:Inventory-OpenBox:MUG MUG "NONE"\n')
    store.add_batch(path)
    assert books_of(store).accounts["Assets:Inventory-OpenBox:MUG"].booking == "NONE"
    assert everything(store) == everything(opened(root, cache)) == everything(opened(root))


def test_a_file_of_accounts_that_was_lost_and_is_back_ends_the_error(tmp_path: Path) -> None:
    root, cache = shop(tmp_path), tmp_path / "a.sqlite"
    path = batch(tmp_path, 1)
    path.write_text(path.read_text(encoding="utf-8").replace("Assets:Inventory:MUG", "Assets:Inventory-OpenBox:MUG"))
    store = opened(root, cache)
    assert "unknown account" in store.errors[0].message
    (tmp_path / "returns" / "accounts").mkdir()
    account = tmp_path / "returns" / "accounts" / "open-box.beancount"
    account.write_text('2026-01-01 open Assets:Inventory-OpenBox:MUG MUG "NONE"\n')
    assert opened(root, cache).errors == () == opened(root).errors


def test_two_processes_on_one_cache_add_a_batch_once(tmp_path: Path) -> None:
    root, cache = shop(tmp_path), tmp_path / "a.sqlite"
    first, second = opened(root, cache), opened(root, cache)
    path = batch(tmp_path, 1)
    first.add_batch(path)
    assert not second.check_current() and second.refresh() and not second.refresh()
    assert everything(first) == everything(second) == everything(opened(root))


def test_returns_and_cases_say_what_was_posted(tmp_path: Path) -> None:
    root = shop(tmp_path)
    batch(tmp_path, 1, qty=2)
    store = opened(root, products=Products({"MUG": Product("MUG", "MUG", supplier="Acme")}))
    (row,) = (dict(zip(column_names("returns"), row, strict=True)) for row in store.rows("returns"))
    assert (row["order"], row["line"], row["sku"], row["name"]) == ("1001", "1", "MUG", "马克杯")
    assert (row["category"], row["supplier"], row["channel"], row["country"]) == ("kitchen", "Acme", "tmall", "")
    assert (row["date_sold"], row["lot"], row["quantity"]) == (date(2026, 2, 1), "30.00 CNY, 2026-01-02", 2)
    assert (row["revenue"], row["tax"], row["cost"], row["fault"]) == (100, 13, 60, "customer")
    (case,) = (dict(zip(column_names("cases"), row, strict=True)) for row in store.rows("cases"))
    assert (case["status"], case["returned"], case["credited"], case["paid"], case["due"]) == ("open", 2, 113, 0, 113)
    assert next(store.pick("sales", ["sku", "quantity"])) == ("MUG", Decimal(4))


def test_a_void_gives_the_rows_of_its_target_negated(tmp_path: Path) -> None:
    root = shop(tmp_path)
    text = batch(tmp_path, 1).read_text("utf-8")
    mirrored = text.replace('rl-id: "RT-1"', 'rl-id: "VO-1"\n  rl-voids: "RT-1"').replace("rl-step: 1", "rl-step: 2")
    for amount in ("50.00 CNY", "6.50 CNY", "1 MUG"):
        mirrored = mirrored.replace(f"  {amount}", f"  -{amount}")
    mirrored = mirrored.replace("-56.50", "56.50").replace("-30.00", "30.00").replace("rl-qty: 1", "rl-qty: -1")
    mirrored = mirrored.replace('rl-kind: "return"', 'rl-kind: "void"').replace("  rl-number", "  more-number")
    (tmp_path / "returns" / "2026" / "void.beancount").write_text(mirrored, encoding="utf-8")
    store = opened(root)
    assert store.errors == ()
    rows = [dict(zip(column_names("returns"), row, strict=True)) for row in store.rows("returns")]
    assert [(row["event"], row["kind"], row["quantity"], row["revenue"], row["cost"]) for row in rows] == [
        ("RT-1", "return", 1, 50, 30),
        ("VO-1", "return", -1, -50, -30),
    ]
    assert [row[7] for row in store.rows("cases")] == ["void"]
    assert books_of(store).is_void("RT-1")


@pytest.mark.parametrize("rubbish", [b"", b"rubbish" * 500])
def test_a_cache_that_cannot_be_read_is_made_anew(tmp_path: Path, rubbish: bytes) -> None:
    root, cache = shop(tmp_path), tmp_path / "a.sqlite"
    expected = everything(opened(root, cache))
    cache.write_bytes(rubbish)
    store = opened(root, cache)
    assert store.rebuilt and everything(store) == expected
    assert not opened(root, cache).rebuilt


def test_a_cache_that_is_cut_off_is_made_anew(tmp_path: Path) -> None:
    root, cache = shop(tmp_path), tmp_path / "a.sqlite"
    expected = everything(opened(root, cache))
    whole = cache.read_bytes()
    for length in (len(whole) // 3, len(whole) - 5000):
        cache.write_bytes(whole[:length])
        assert everything(opened(root, cache)) == expected


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_cache_folder_that_cannot_be_written_means_memory(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    assert opened(shop(tmp_path), tmp_path / "closed" / "a.sqlite").rebuilt


def test_a_cache_whose_folder_is_a_file_means_memory(tmp_path: Path) -> None:
    root = shop(tmp_path)
    assert everything(opened(root, root / "a.sqlite")) == everything(opened(root))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk")
def test_a_cache_on_a_full_disk_means_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, full = shop(tmp_path), tmp_path / "full"
    full.symlink_to("/dev/full")
    monkeypatch.setattr("returnledger.store.cachefile.temporary", lambda cache: full)
    assert everything(opened(root, tmp_path / "a.sqlite")) == everything(opened(root))
    assert not full.is_symlink() and not (tmp_path / "a.sqlite").exists()


def test_an_edited_ledger_settings_or_products_are_read_anew(tmp_path: Path) -> None:
    root, cache = shop(tmp_path), tmp_path / "a.sqlite"
    store = opened(root, cache)
    root.write_text(root.read_text("utf-8").replace("226.00", "227.00").replace("-200.00", "-201.00"), encoding="utf-8")
    assert not store.check_current()
    assert store.refresh() and store.rebuilt
    assert books_of(store).sales["1001"].lines[0].net == 201
    assert opened(root, cache, entries_language="zh").rebuilt
    assert opened(root, cache, Products({"X": Product("X", "X")})).rebuilt


def test_a_batch_that_is_removed_leaves_no_rows(tmp_path: Path) -> None:
    root, cache = shop(tmp_path), tmp_path / "a.sqlite"
    path = batch(tmp_path, 1)
    opened(root, cache)
    path.unlink()
    store = opened(root, cache)
    assert not store.rebuilt and list(store.rows("returns")) == []
    assert everything(store) == everything(opened(root))


def test_a_strange_file_among_the_returns_is_read_as_any_other(tmp_path: Path) -> None:
    root, cache = shop(tmp_path), tmp_path / "a.sqlite"
    opened(root, cache)
    batch(tmp_path, 1, head=False)
    store = opened(root, cache)
    assert not store.rebuilt and len(list(store.rows("returns"))) == 1
    assert everything(store) == everything(opened(root))


def test_a_batch_before_a_sale_that_takes_what_is_there_books_that_sale_anew(tmp_path: Path) -> None:
    root, cache = shop(tmp_path), tmp_path / "a.sqlite"
    opened(root, cache)
    batch(tmp_path, 1, day="2026-02-02")
    store = opened(root, cache)
    assert not store.rebuilt
    assert everything(store) == everything(opened(root))


def test_a_batch_that_would_move_an_assertion_is_read_with_the_whole_ledger(tmp_path: Path) -> None:
    root, cache = shop(tmp_path), tmp_path / "a.sqlite"
    root.write_text(root.read_text("utf-8") + "\n2026-04-01 balance Expenses:COGS  180.00 CNY\n", encoding="utf-8")
    opened(root, cache)
    batch(tmp_path, 1)
    store = opened(root, cache)
    assert store.rebuilt and len(store.errors) == 1
    (finding,) = store.findings()
    assert finding.span is not None and finding.span.line > 1


def test_a_missing_ledger_and_a_missing_include_are_findings(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        opened(tmp_path / "main.beancount")
    assert [finding.code for finding in refused.value.findings] == ["ledger-missing"]
    (finding,) = opened(shop(tmp_path, include="")).findings()
    assert (finding.code, finding.values["pattern"]) == ("include-missing", "returns/**/*.beancount")


def test_an_include_of_returns_that_finds_no_file_yet_is_no_error(tmp_path: Path) -> None:
    root = shop(tmp_path)
    (tmp_path / "returns" / "0000.beancount").unlink()
    store = opened(root)
    assert len(store.errors) == 1 and store.findings() == []
    store.add_batch(batch(tmp_path, 1))
    assert store.errors == () and everything(store) == everything(opened(root))


def test_the_default_cache_is_in_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RETURNLEDGER_CACHE", raising=False)
    cache = cache_file(tmp_path / "main.beancount")
    assert cache is not None and tmp_path not in cache.parents and cache.suffix == ".sqlite"


def test_accounts_that_hold_stock_with_and_without_cost_are_known(tmp_path: Path) -> None:
    root = shop(tmp_path)
    more = '\n2026-01-03 * "Gift"\n  Assets:Inventory:MUG  1 MUG\n  Equity:Opening  -1 MUG\n'
    root.write_text(root.read_text("utf-8") + more, encoding="utf-8")
    assert opened(root).mixed == ("Assets:Inventory:MUG",)


def test_what_beancount_itself_stumbles_over_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "folder.beancount").mkdir()
    (tmp_path / "boom.py").write_text("raise ValueError('no')")
    root = tmp_path / "main.beancount"
    for text in ('include "folder.beancount"\n', 'option "insert_pythonpath" "True"\nplugin "boom"\n'):
        root.write_text(text)
        with pytest.raises(Refused) as refused:
            opened(root)
        assert [finding.code for finding in refused.value.findings] == ["ledger-unreadable"]


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00", b'2026-01-01 * "caf\xe9" "x"\n', b'plugin "not.there"\n', b"\x00"])
def test_errors_of_the_ledger_are_told_at_their_place_without_a_traceback(tmp_path: Path, raw: bytes) -> None:
    root = shop(tmp_path)
    with root.open("ab") as file:
        file.write(b"\n" + raw)
    findings = opened(root).findings()
    assert {finding.code for finding in findings} == {"ledger-error"}
    assert not any("Traceback" in str(finding.values["message"]) for finding in findings)
