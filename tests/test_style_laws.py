"""Laws over mixtures of styles: what holds of any sale, however its books are written (`strangers` writes them)."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from beancount.core.data import Transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from strangers import Stranger, Written, all_entries, books_of
from test_style_mixtures import assert_nothing_is_left, event_text, parts_of

from returnledger import app
from returnledger.cli import show_sale

ZERO = Decimal(0)
SETTINGS = "returnledger.yaml"
seeds = st.integers(0, 2**32)


def law(quick: int) -> Callable[[Callable[[Random], None]], Callable[[int], None]]:
    """Try a law on `quick` shops in every run, and on many times as many in the long run."""

    def wrap(holds: Callable[[Random], None]) -> Callable[[int], None]:
        def test(examples: int) -> None:
            settings(max_examples=examples)(given(seeds)(lambda seed: holds(Random(seed))))()

        test.__name__, test.__doc__ = holds.__name__, holds.__doc__
        long = pytest.param(quick * 100, id="long", marks=pytest.mark.long)
        return pytest.mark.parametrize("examples", [pytest.param(quick, id="quick"), long])(test)

    return wrap


@contextmanager
def shop(random: Random, **fixed: str) -> Iterator[tuple[Path, Stranger, list[Written]]]:
    """Give the books of a shop in a style drawn by chance."""
    with tempfile.TemporaryDirectory(prefix="law-") as name:
        folder = Path(name) / "shop"
        folder.mkdir()
        yield folder, *books_of(random, folder, **fixed)


def apply(folder: Path, text: str, name: str = "events.yaml", **options: Any) -> app.Applied:
    """Apply events that must all be posted."""
    (folder / name).write_text(text, encoding="utf-8")
    done = app.apply([folder / name], settings=folder / SETTINGS, **options)
    assert done.file, (text, [(f.code, dict(f.values)) for f in done.findings])
    return done


def full_return(random: Random, shop: Stranger, sale: Written, more: str = "") -> list[str]:
    """Return events that bring all of a sale back, by date."""
    events, day, texts = parts_of(random, sale), shop.day, []
    for n, pieces in enumerate(events):
        day += timedelta(days=random.randint(0, 3))
        texts.append(event_text(sale, n, pieces, day, n == len(events) - 1, more))
    return texts


def balances(folder: Path) -> dict[tuple[str, str, object], Decimal]:
    """Return what every account holds, by commodity and lot."""
    found: dict[tuple[str, str, object], Decimal] = defaultdict(Decimal)
    for entry in all_entries(folder):
        if isinstance(entry, Transaction):
            for p in entry.postings:
                found[p.account, p.units.currency, p.cost] += p.units.number
    return {key: n for key, n in found.items() if round(n, 12)}


def day_of(text: str) -> date:
    return date.fromisoformat(text.partition("date: ")[2][:10])


def told(folder: Path, order: str) -> dict[str, Any]:
    """Return what `sale ORDER --json` says."""
    found: dict[str, Any] = json.loads(show_sale.render(app.sale(order, settings=folder / SETTINGS), "json"))
    return found


def number(text: str) -> Decimal:
    return Decimal(text.split()[0].replace(",", ""))


@law(8)
def test_what_is_voided_and_posted_again_leaves_the_same_balances(random: Random) -> None:
    with shop(random) as (folder, stranger, sales):
        texts = full_return(random, stranger, sales[0])
        for n, text in enumerate(texts):
            apply(folder, text, f"{n}.yaml")
        before = balances(folder)
        text = texts[-1]
        known = text.partition("id: ")[2].partition(",")[0]
        later = day_of(text) + timedelta(days=1)
        apply(folder, f"- {{void: {known}, id: V, date: {later}}}\n", "void.yaml")
        again = text.replace(f"id: {known}", f"id: {known}-again").replace(f"date: {day_of(text)}", f"date: {later}")
        apply(folder, again, "again.yaml")
        assert balances(folder) == before


@law(8)
def test_a_refund_paid_later_leaves_nothing_either(random: Random) -> None:
    with shop(random) as (folder, stranger, sales):
        for sale in sales:
            for n, text in enumerate(full_return(random, stranger, sale, ", method: later")):
                done = apply(folder, text, f"{sale.name}-{n}.yaml")
                known = text.partition("id: ")[2].partition(",")[0]
                if any(
                    amount for (name, _), amount in done.planned.accounts.items() if "ayable" in name or "退款" in name
                ):
                    refund = f"- {{refund: {known}, date: {day_of(text) + timedelta(days=9)}}}\n"
                    apply(folder, refund, f"{sale.name}-{n}-refund.yaml")
        entries = all_entries(folder)
        for sale in sales:
            assert_nothing_is_left(stranger, sale, entries)


@law(10)
def test_a_plan_after_apply_is_empty_and_both_proofs_write_the_same(random: Random) -> None:
    with shop(random) as (folder, stranger, sales):
        text = "".join(event for sale in sales for event in full_return(random, stranger, sale))
        copy = folder.with_name("copy")
        shutil.copytree(folder, copy)
        apply(folder, text)
        planned = app.plan([folder / "events.yaml"], settings=folder / SETTINGS)
        assert not planned.text and not planned.findings
        apply(copy, text, proof="full")
        assert written(folder) == written(copy)


def written(folder: Path) -> dict[str, bytes]:
    found = sorted((folder / "returns").rglob("*.beancount"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


@law(10)
def test_one_apply_is_as_many(random: Random) -> None:
    with shop(random) as (folder, stranger, sales):
        texts = full_return(random, stranger, sales[0])
        copy = folder.with_name("copy")
        shutil.copytree(folder, copy)
        apply(folder, "".join(texts))
        for n, text in enumerate(texts):
            apply(copy, text, f"{n}.yaml")
        assert balances(folder) == balances(copy)


@law(15)
def test_what_sale_says_adds_up(random: Random) -> None:
    with shop(random) as (folder, stranger, sales):
        sale = sales[0]
        texts = full_return(random, stranger, sale)
        posted = texts[: random.randint(0, len(texts))]
        if posted:
            apply(folder, "".join(posted))
        view = told(folder, sale.name)
        sold = sum((number(line["sold"]) for line in view["lines"]), ZERO)
        assert sold == sum((line.units for line in sale.lines), ZERO)
        if not any(line.sku == "DINNER-SET" for line in sale.lines):
            left = sum((number(line["returnable"]) for line in view["lines"]), ZERO)
            back = sum((number(each["units"]) for line in view["lines"] for each in line["back"]), ZERO)
            assert left + back == sold
        if stranger.style["currency"] in ("none", "whole"):
            net = sum((number(line["net"]) for line in view["lines"]), ZERO)
            tax = sum((number(line["tax"]) for line in view["lines"]), ZERO)
            assert net == sum((line.net for line in sale.lines), ZERO)
            assert tax == sum((n for line in sale.lines for n in line.tax.values()), ZERO)
            off = sum((-number(each["amount"]) for each in view["settled"]), ZERO)
            if not posted:
                assert number(view["owed"]) + number(view["paid_in"]) - off == sale.gross
                rest = sale.shipping + sum(sale.shipping_tax.values(), ZERO)
                assert number(view["left"]["gross"]) + rest == sale.gross


@law(10)
def test_no_fee_and_no_agreed_price_gives_back_more_than_was_paid(random: Random) -> None:
    with shop(random, currency="none", extra="none", book="this year's") as (folder, stranger, sales):
        sale, day = sales[0], stranger.day
        paid = number(told(folder, sale.name)["paid_in"])
        line = random.choice([line for line in sale.lines if line.net])
        units = Decimal(random.randint(1, int(line.units))) if line.units >= 1 else line.units
        what = f"sku: {line.sku}, qty: {units:f}"
        if random.random() < 0.5:
            more = f", fee: {(line.gross * units / line.units * Decimal(random.random())).quantize(Decimal('0.01'))}"
        else:
            price = line.net / line.units * Decimal(random.random())
            more = f", price: {price.quantize(Decimal('0.01'))}"
        text = f"- {{return: {sale.name!r}, date: {day}, {what}{more}}}\n"
        (folder / "one.yaml").write_text(text, encoding="utf-8")
        app.apply([folder / "one.yaml"], settings=folder / SETTINGS)
        rest = f"- {{return: {sale.name!r}, date: {day + timedelta(days=1)}}}\n"
        (folder / "rest.yaml").write_text(rest, encoding="utf-8")
        app.apply([folder / "rest.yaml"], settings=folder / SETTINGS)
        view = told(folder, sale.name)
        assert ZERO <= number(view["paid_out"]) <= paid
        assert number(view["credited"]) <= sale.gross
        assert number(view["owed"]) >= ZERO


@law(10)
def test_after_an_allowance_a_full_return_leaves_nothing_either(random: Random) -> None:
    with shop(random, currency="none", extra="none") as (folder, stranger, sales):
        for sale in sales:
            line = random.choice([line for line in sale.lines if line.gross > 1])
            amount = (line.gross * Decimal(random.randint(1, 40)) / 100).quantize(Decimal("0.01"))
            what = f"sku: {line.sku}, amount: {amount}"
            allowance = f"- {{allowance: {sale.name!r}, id: A-{sale.name}, date: {stranger.day}, {what}}}\n"
            apply(folder, allowance + "".join(full_return(random, stranger, sale)), f"{sale.name}.yaml")
        entries = all_entries(folder)
        for sale in sales:
            assert_nothing_is_left(stranger, sale, entries)


@law(10)
def test_a_store_made_before_the_last_sale_plans_as_a_new_one(random: Random) -> None:
    with shop(random, book="this year's") as (folder, stranger, sales), pytest.MonkeyPatch.context() as patch:
        text = "".join(event for sale in sales for event in full_return(random, stranger, sale))
        (folder / "events.yaml").write_text(text, encoding="utf-8")
        whole, blocks = (folder / "main.beancount").read_text(encoding="utf-8"), list(stranger.blocks)
        stranger.blocks = [block for block in blocks if block[0] <= sales[0].last]
        (folder / "main.beancount").write_text(stranger.ledger(), encoding="utf-8")
        patch.setenv("RETURNLEDGER_CACHE", str(folder.with_name("cache")))
        app.plan([folder / "events.yaml"], settings=folder / SETTINGS)
        (folder / "main.beancount").write_text(whole, encoding="utf-8")
        updated = app.plan([folder / "events.yaml"], settings=folder / SETTINGS)
        patch.setenv("RETURNLEDGER_CACHE", "")
        assert updated.text and updated.text == app.plan([folder / "events.yaml"], settings=folder / SETTINGS).text
