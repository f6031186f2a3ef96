"""What init proposes reads the sales of strangers as the settings do that a hand wrote for them."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strangers import books_of

from returnledger import starting
from returnledger.detect import propose
from returnledger.detect.practice import transactions_of
from returnledger.ledger import Loaded, load
from returnledger.products import Products
from returnledger.rows import Money, Part, Sale
from returnledger.sales import read_sales, recognition
from returnledger.session import open_session
from returnledger.settings import Settings


def read(loaded: Loaded, how: Settings, products: Products) -> dict[str, Sale]:
    rules = recognition(how, products, loaded.commodities)
    return {sale.order: sale for sale, _ in read_sales(transactions_of(loaded.entries), rules)}


def parts(of: Iterable[Part]) -> dict[Any, Any]:
    found: Counter[Any] = Counter()
    for part in of:
        found[part.role.value, part.account, part.currency] += part.amount
    return {key: amount for key, amount in found.items() if amount}


def money(of: Iterable[Money]) -> dict[Any, Any]:
    found: Counter[Any] = Counter()
    for one in of:
        found[one.account, one.currency, one.commodity, one.role and one.role.value] += one.amount
    return {key: amount for key, amount in found.items() if amount}


def said(sale: Sale) -> dict[str, Any]:
    """Return all that matters of a sale, line by line and account by account, whatever its lines are called."""
    lines = []
    for line in sale.lines:
        lots = sorted((lot.account, lot.commodity, str(lot.lot), lot.units) for lot in line.lots)
        lines.append((line.sku, line.units, sorted(parts(line.parts).items()), sorted(parts(line.cogs).items()), lots))
    kinds = {name: money(getattr(sale, name)) for name in ("receivable", "tenders", "advances", "settled")}
    return {
        "lines": sorted(lines, key=repr),
        "shipping": parts(sale.shipping),
        "rounding": parts(sale.rounding),
        "problems": [code for code, _ in sale.problems],
        "customer": sale.customer,
        "delivered": sale.delivered,
        **kinds,
    }


def assert_init_reads_as_by_hand(random: Random, **fixed: str) -> None:
    with tempfile.TemporaryDirectory(prefix="init-") as name:
        folder = Path(name)
        shop, _ = books_of(random, folder, book="this year's", **fixed)
        loaded = load(folder / "main.beancount")
        by_hand = open_session(folder / "returnledger.yaml", cache=False)
        proposed = starting._shop(loaded, propose(loaded), folder)
        assert proposed is not None
        mine = read(loaded, by_hand.settings, by_hand.products)
        theirs = read(loaded, proposed.settings, proposed.products)
        assert mine.keys() == theirs.keys(), (shop.style, shop.ledger())
        for order, sale in mine.items():
            assert said(sale) == said(theirs[order]), (order, shop.style, shop.ledger())


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_what_init_proposes_reads_the_same_sales_as_settings_by_hand(seed: int) -> None:
    assert_init_reads_as_by_hand(Random(seed))


@pytest.mark.long
@settings(max_examples=4000)
@given(st.integers(0, 2**32))
def test_what_init_proposes_reads_the_same_sales_as_settings_by_hand_long(seed: int) -> None:
    assert_init_reads_as_by_hand(Random(seed))
