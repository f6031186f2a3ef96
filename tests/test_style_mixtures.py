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
from strangers import PACK, SKUS, Stranger, Written, all_entries, books_of

from returnledger import app

ZERO = Decimal(0)
CENT = Decimal("0.01")


Piece = tuple[str, Decimal, str]  # number of the line, units, and the component where it is one of a kit's alone
KIT = {"CUP": 2, "PLATE": 1}


def parts_of(random: Random, sale: Written) -> list[list[Piece]]:
    """Return all units of a sale in events of random parts, in random order."""
    pieces: list[Piece] = []
    for line in sale.lines:
        left = {"": line.units}
        if line.sku == "DINNER-SET" and random.random() < 0.5:
            alone = Decimal(random.randint(1, int(line.units)))  # so many kits come back component by component
            left = {"": line.units - alone, **{part: alone * each for part, each in KIT.items()}}
        for component, units in left.items():
            while units:
                n = units if units <= 1 else min(units, Decimal(random.randint(1, int(units))))
                pieces.append((line.number, n, component))
                units -= n
    random.shuffle(pieces)
    events = []
    while pieces:
        n = random.randint(1, 3)
        events.append(pieces[:n])
        pieces = pieces[n:]
    return events


def event_text(sale: Written, n: int, pieces: list[Piece], day: object, last: bool, more: str = "") -> str:
    """Return an event as YAML."""
    shipping = ", shipping: all" if last and sale.shipping else ""
    if last and n % 2:  # the rest of the order
        return f"- {{return: {sale.name!r}, id: R-{sale.name}-{n}, date: {day}{shipping}{more}}}\n"
    lines = {line.number: line for line in sale.lines}
    skus = [line.sku for line in sale.lines]
    items = []
    for number, units, component in pieces:
        sku = lines[number].sku
        qty = f"{units:f}"
        if sku in SKUS and units % PACK == 0:
            qty = f"{units / PACK:f}, unit: pair"
        line = f", line: {number}" if skus.count(sku) > 1 else ""
        items.append(f"{{sku: {component or sku}, qty: {qty}{line}}}")
    listed = ", ".join(items)
    return f"- {{return: {sale.name!r}, id: R-{sale.name}-{n}, date: {day}, items: [{listed}]{shipping}{more}}}\n"


def sums(entries: list, name: str) -> tuple[dict[tuple[str, str], Decimal], dict[tuple[str, str, object], Decimal]]:
    """Return what all entries of an order come to, by account and currency, and its goods by commodity and lot."""
    money: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
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
                money[posting.account, posting.units.currency] += posting.units.number
            else:
                goods["", posting.units.currency, posting.cost] += posting.units.number
    return {k: n for k, n in money.items() if n}, {k: n for k, n in goods.items() if n}


def assert_nothing_is_left(shop: Stranger, sale: Written, entries: list) -> None:
    """Fail if anything of a sale stands in the books after all of it came back."""
    money, goods = sums(entries, sale.name)
    if len(shop.together) > 1 and not shop.style["order"].startswith("metadata"):
        for account, amount in ((shop.together[0][2], -sale.gross), (shop.names["bank"], sale.gross)):
            money[account, "CNY"] = money.get((account, "CNY"), ZERO) + amount
    assert goods == {}, goods
    by_kind: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (account, currency), amount in money.items():
        by_kind[kind_of(shop, account), currency] += amount
    for kind in ("cost", "exchange"):
        amount = by_kind.pop((kind, "CNY"), ZERO)
        assert kind == "exchange" or abs(amount) <= CENT * 2, money
    if shop.style["currency"] == "priced":  # what is below a cent of a dollar goes back in yuan
        by_kind = {key: n for key, n in by_kind.items() if key[1] == "USD" or abs(n) > CENT * 10}
    assert {kind: amount for kind, amount in by_kind.items() if amount} == {}, money


def kind_of(shop: Stranger, account: str) -> str:
    """Return what an account is called among those that must come to nothing together."""
    names = shop.names
    if account == names["exchange"]:
        return "exchange"
    contra = shop.style["preset"] == "general" and shop.style["back"] == "usual"
    if contra and (account.startswith("Income") or account == names["coupons"]):
        return "Income"  # revenue and discounts go to sales returns
    cost = ("Expenses:COGS", "Expenses:6401", "Expenses:Cost-Rounding")
    if account.startswith(cost) or "尾差" in account or "ounding" in account:
        return "cost"
    if shop.style["paid"] in ("platform", "card fee") and account in (names[x] for x in ("bank", "platform", "fees")):
        return "paid, and what taking it cost"
    return account


def told_of(entry: Transaction) -> list[tuple[str, Decimal]]:
    """Return the SKUs and units that an entry says came back."""
    return [(p.meta["rl-sku"], p.meta["rl-qty"]) for p in entry.postings if "rl-qty" in p.meta]


def assert_shares(shop: Stranger, sale: Written, pieces: list[Piece], entry: Transaction, several: int) -> None:
    """Fail if what one event took back is off its share of the sale by more than a rounding."""
    if any(sku in (*KIT, "DINNER-SET") for sku, _ in told_of(entry)):
        return  # once components came back alone, shares of a kit go by the cost of lots
    net, tax, cost = ZERO, ZERO, ZERO
    for number, units, _ in pieces:
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
    assert several > 1 or booked["cogs"] or not cost or shop.style["stock"] == "margin"


def assert_comes_back_whole(random: Random, **fixed: str) -> None:
    """Write books by chance, bring everything back in parts, and see what is left."""
    with tempfile.TemporaryDirectory(prefix="mix-") as name:
        folder = Path(name)
        shop, sales = books_of(random, folder, **fixed)
        _, errors, _ = loader.load_file(str(folder / "main.beancount"))
        assert not errors, (shop.ledger(), errors[:2])
        told: list[tuple[Written, list[Piece], str, int]] = []
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
        entries = all_entries(folder)
        by_id = {entry.meta["rl-id"]: entry for entry in entries if "rl-id" in entry.meta}
        try:
            for sale, pieces, known, several in told:
                assert_shares(shop, sale, pieces, by_id[known], several)
            for sale in sales:
                assert_nothing_is_left(shop, sale, entries)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{shop.style}\n{shop.ledger()}\n{text}") from error


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_a_sale_in_any_mixture_of_styles_comes_back_whole(seed: int) -> None:
    assert_comes_back_whole(Random(seed))


@settings(max_examples=15)
@given(st.integers(0, 2**32), st.sampled_from(["none", "priced", "receivable"]))
def test_a_kit_that_comes_back_in_components_leaves_nothing_on_any_of_its_accounts(seed: int, currency: str) -> None:
    assert_comes_back_whole(
        Random(seed), extra="kit", tie="sku", tax="two accounts", back="own accounts", currency=currency
    )


@settings(max_examples=10)
@given(st.integers(0, 2**32), st.sampled_from(["priced", "receivable", "whole"]))
def test_a_discount_for_paying_early_in_dollars_comes_off_in_dollars(seed: int, currency: str) -> None:
    assert_comes_back_whole(Random(seed), paid="settlement discount", currency=currency)


@pytest.mark.long
@settings(max_examples=20_000)
@given(st.integers(0, 2**32))
def test_a_sale_in_any_mixture_of_styles_comes_back_whole_long(seed: int) -> None:
    assert_comes_back_whole(Random(seed))
