"""Mixtures of styles: a sale written in any of them, brought back in any parts and order, leaves nothing of itself."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from beancount import loader
from beancount.core.data import Transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from strangers import Stranger, Written, books_of

from returnledger import app

ZERO = Decimal(0)
CENT = Decimal("0.01")


def parts_of(random: Random, sale: Written) -> list[list[tuple[str, Decimal]]]:
    """Return all units of a sale in events of random parts, in random order, each a list of (line, units)."""
    pieces: list[tuple[str, Decimal]] = []
    for line in sale.lines:
        left = line.units
        while left:
            n = left if left <= 1 else min(left, Decimal(random.randint(1, int(left))))
            pieces.append((line.number, n))
            left -= n
    random.shuffle(pieces)
    events = []
    while pieces:
        n = random.randint(1, 3)
        events.append(pieces[:n])
        pieces = pieces[n:]
    return events


def event_text(sale: Written, n: int, pieces: list[tuple[str, Decimal]], day: object, last: bool) -> str:
    """Return an event as YAML."""
    shipping = ", shipping: all" if last and sale.shipping else ""
    if last and n % 2:  # the rest of the order
        return f"- {{return: {sale.name!r}, id: R-{sale.name}-{n}, date: {day}{shipping}}}\n"
    skus = {line.number: line.sku for line in sale.lines}
    named = {number: list(skus.values()).count(sku) > 1 for number, sku in skus.items()}
    items = ", ".join(
        f"{{sku: {skus[number]}, qty: {units:f}{f', line: {number}' if named[number] else ''}}}"
        for number, units in pieces
    )
    return f"- {{return: {sale.name!r}, id: R-{sale.name}-{n}, date: {day}, items: [{items}]{shipping}}}\n"


def sums(entries: list, name: str) -> tuple[dict[str, Decimal], dict[tuple[str, str, object], Decimal]]:
    """Return what all entries of an order come to, by account, and its goods by account, commodity and lot."""
    money: dict[str, Decimal] = defaultdict(Decimal)
    goods: dict[tuple[str, str, object], Decimal] = defaultdict(Decimal)
    for entry in entries:
        if not isinstance(entry, Transaction):
            continue
        names = {entry.meta.get(key) for key in ("rl-order", "order", "dingdan")} | {
            link.partition("-")[2] for link in entry.links
        }
        if name not in names:
            continue
        if entry.narration == "Payment" and len(entry.links) > 1:
            continue  # of several orders: told below
        for posting in entry.postings:
            if posting.cost is None:
                money[posting.account] += posting.units.number
            else:
                goods["", posting.units.currency, posting.cost] += posting.units.number
    return {k: n for k, n in money.items() if n}, {k: n for k, n in goods.items() if n}


def nothing_is_left(shop: Stranger, sale: Written, entries: list) -> None:
    """Fail if anything of a sale stands in the books after all of it came back."""
    money, goods = sums(entries, sale.name)
    if len(shop.together) > 1 and not shop.style["order"].startswith("metadata"):
        for account, amount in ((shop.together[0][2], -sale.gross), (shop.names["bank"], sale.gross)):
            money[account] = money.get(account, ZERO) + amount
        money = {account: amount for account, amount in money.items() if amount}
    assert goods == {}, goods
    by_kind: dict[str, Decimal] = defaultdict(Decimal)
    for account, amount in money.items():
        kind = account
        if account.startswith("Income"):
            kind = "Income"
        if account.startswith(("Expenses:COGS", "Expenses:6401", "Expenses:Cost-Rounding")):
            kind = "cost"
        if "尾差" in account or "ounding" in account:
            kind = "rounding"
        by_kind[kind] += amount
    cost = by_kind.pop("cost", ZERO) + by_kind.pop("rounding", ZERO)
    assert abs(cost) <= CENT * 2, money
    assert {kind: amount for kind, amount in by_kind.items() if amount} == {}, money


def check_shares(sale: Written, pieces: list[tuple[str, Decimal]], entry: Transaction, several: int) -> None:
    """Fail if what one event took back is off its share of the sale by more than a rounding."""
    net, tax, cost = ZERO, ZERO, ZERO
    for number, units in pieces:
        line = next(line for line in sale.lines if line.number == number)
        share = units / line.units
        net, tax, cost = net + line.net * share, tax + sum(line.tax.values(), ZERO) * share, cost + line.cogs * share
    booked: dict[str, Decimal] = defaultdict(Decimal)
    for posting in entry.postings:
        if posting.cost is None:
            booked[posting.meta["rl-role"]] += posting.units.number
    given = booked["revenue"] + booked["sales_returns"] + booked["sales_discounts"]
    slack = CENT * len(pieces) * 3
    assert abs(given - net) <= slack, (given, net)
    back = sale.shipping if booked["shipping_revenue"] else ZERO
    taxed = sum(sale.shipping_tax.values(), ZERO) if back else ZERO
    assert abs(booked["output_vat"] - tax - taxed) <= slack, (booked["output_vat"], tax)
    assert several > 1 or booked["cogs"] or not cost


def try_it(random: Random, **fixed: str) -> None:
    """Write books by chance, bring everything back in parts, and see what is left."""
    with tempfile.TemporaryDirectory(prefix="mix-") as name:
        folder = Path(name)
        shop, sales = books_of(random, folder, **fixed)
        _, errors, _ = loader.load_file(str(folder / "main.beancount"))
        assert not errors, (shop.ledger(), errors[:2])
        told: list[tuple[Written, list[tuple[str, Decimal]], str, int]] = []
        text = ""
        for sale in sales:
            events = parts_of(random, sale)
            day = shop.day
            for n, pieces in enumerate(events):
                day += timedelta(days=random.randint(0, 5))
                text += event_text(sale, n, pieces, day, n == len(events) - 1)
                told.append((sale, pieces, f"R-{sale.name}-{n}", len(events)))
        (folder / "events.yaml").write_text(text, encoding="utf-8")
        done = app.apply([folder / "events.yaml"], settings=folder / "returnledger.yaml")
        assert done.file, (shop.style, shop.ledger(), text, [(f.code, dict(f.values)) for f in done.findings])
        entries, errors, _ = loader.load_file(str(folder / "main.beancount"))
        assert not errors, errors
        by_id = {entry.meta["rl-id"]: entry for entry in entries if "rl-id" in entry.meta}
        try:
            for sale, pieces, known, several in told:
                check_shares(sale, pieces, by_id[known], several)
            for sale in sales:
                nothing_is_left(shop, sale, entries)
        except AssertionError as error:
            raise AssertionError(f"{shop.style}\n{shop.ledger()}\n{text}") from error


@settings(max_examples=120)
@given(st.integers(0, 2**32))
def test_a_sale_in_any_mixture_of_styles_comes_back_whole(seed: int) -> None:
    try_it(Random(seed))


@pytest.mark.long
@settings(max_examples=20_000)
@given(st.integers(0, 2**32))
def test_a_sale_in_any_mixture_of_styles_comes_back_whole_long(seed: int) -> None:
    try_it(Random(seed))
