"""A shop lives: it buys, sells, is paid, takes goods back, pays, grants allowances, voids and errs, in any order.

After every step goods and money are counted again; at every tenth step, and at the end, Beancount loads the books.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from beancount.core.data import Transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from shop import SERVICE, SKUS, Line, Lot, Order, Shop, Wanted, commodity, day, half_away, load, ours
from test_laws import events_file, listing

from returnledger import app

ZERO = Decimal(0)
STOCK = ("inventory", "inventory_returned", "inventory_hold", "inventory_open_box", "inventory_defective")
CREDITS = ("revenue", "sales_returns", "sales_allowances", "sales_discounts", "output_vat")


@dataclass
class Posted:
    """An event that was posted: what was asked, and what it wrote."""

    id: str
    kind: str
    order: str
    case: str
    pieces: list[tuple[str, Decimal]] = field(default_factory=list)
    entries: list[Transaction] = field(default_factory=list)
    void: bool = False
    fee: bool = False


class Life(RuleBasedStateMachine):
    """A shop, and what a careful person would remember of it; how often a ledger was compared with that is counted."""

    compared = 0

    @initialize(
        currency=st.sampled_from(["CNY", "GBP", "JPY"]),
        preset=st.sampled_from(["general", "cn"]),
        booking=st.sampled_from(["FIFO", "STRICT"]),
        one_account=st.booleans(),
    )
    def open(self, currency: str, preset: str, booking: str, one_account: bool) -> None:
        self.shop = Shop(currency, preset, booking, one_account)
        self.folder_object = tempfile.TemporaryDirectory(prefix="life-")
        self.folder = Path(self.folder_object.name)
        self.today, self.steps, self.events = day(1), 0, 0
        self.posted: list[Posted] = []
        self.moved: dict[tuple[str, str, Lot | None], Decimal] = defaultdict(Decimal)
        self.bought: dict[str, Decimal] = defaultdict(Decimal)
        for sku in SKUS[:3]:
            self._buy(sku, Decimal(12), Decimal(20))
        self._sell([Wanted(SKUS[0], Decimal(5), Decimal(33)), Wanted(SERVICE, Decimal(3), Decimal(7), True)])
        self._sell([Wanted(SKUS[1], Decimal(3), Decimal(29)), Wanted(SKUS[2], Decimal(7), Decimal(11))])
        self._write()

    def _sell(self, wanted: Sequence[Wanted]) -> None:
        self.shop.sell(
            f"SO-{len(self.shop.orders) + 1}", self._tomorrow(), wanted, paid_now=Decimal("0.6"), discount=Decimal(9)
        )

    # What happens in a shop

    def _tomorrow(self, days: int = 1) -> date:
        self.today += timedelta(days=days)
        return self.today

    def _write(self) -> None:
        self.shop.write(self.folder)

    def _buy(self, sku: str, units: Decimal, cost: Decimal) -> None:
        self.shop.buy(sku, self._tomorrow(), units, cost)
        self.bought[sku] += units

    @rule(sku=st.sampled_from(SKUS[:3]), units=st.integers(1, 12), cents=st.integers(1, 9999))
    def buy(self, sku: str, units: int, cents: int) -> None:
        self._buy(sku, Decimal(units), Decimal(cents).scaleb(-self.shop.decimals))
        self._write()

    @rule(data=st.data(), by_line=st.booleans(), paid=st.sampled_from([0, 0, 37, 100]), two=st.booleans())
    def sell(self, data: st.DataObject, by_line: bool, paid: int, two: bool) -> None:
        able = [sku for sku in SKUS[:3] if self.shop.units_held(sku) >= 1]
        if not able:
            return
        wanted = []
        for sku in data.draw(st.lists(st.sampled_from(able), min_size=1, max_size=3 if by_line else 1, unique=True)):
            units = data.draw(st.integers(1, min(5, int(self.shop.units_held(sku)))))
            price = Decimal(data.draw(st.integers(100, 9999))).scaleb(-self.shop.decimals)
            wanted.append(Wanted(sku, Decimal(units), price))
        if by_line and data.draw(st.booleans()):
            wanted.append(Wanted(SERVICE, Decimal(2), Decimal(7), True))
        goods = sum((half_away(w.price * w.units, self.shop.decimals) for w in wanted), ZERO)
        self.shop.sell(
            f"SO-{len(self.shop.orders) + 1}",
            self._tomorrow(),
            wanted,
            by_line=by_line,
            discount=half_away(goods * data.draw(st.sampled_from([0, 0, 9])) / 100, self.shop.decimals),
            shipping=Decimal(data.draw(st.sampled_from([0, 0, 10]))),
            rate=Decimal(data.draw(st.sampled_from(["0.13", "0.06", "0"]))),
            explicit=data.draw(st.booleans()),
            paid_now=Decimal(paid) / 100,
            tenders=("bank", "wallet") if two else ("bank",),
        )
        self._write()

    def _owed(self, order: Order) -> Decimal:
        return self.shop.owed(order) + self._sum(order.name, "accounts_receivable")

    def _sum(self, order: str, *roles: str, line: str | None = None, standing: bool = False) -> Decimal:
        """Return what our entries of an order (or one of its lines) come to in some roles, debits positive."""
        return sum(
            (
                posting.units.number
                for event in self.posted
                if event.order == order
                for entry in event.entries
                for posting in entry.postings
                if posting.cost is None and posting.meta["rl-role"] in roles
                if line is None or posting.meta.get("rl-line") == line
            ),
            ZERO,
        )

    @precondition(lambda self: any(self._owed(order) > 0 for order in self.shop.orders.values()))
    @rule(data=st.data(), part=st.sampled_from([30, 100, 100]), tender=st.sampled_from(["bank", "wallet"]))
    def pay(self, data: st.DataObject, part: int, tender: str) -> None:
        order = data.draw(st.sampled_from([o for o in self.shop.orders.values() if self._owed(o) > 0]))
        amount = half_away(self._owed(order) * part / 100, self.shop.decimals)
        if amount:
            self.shop.pay(order, self._tomorrow(), amount, tender)
            self._write()

    # Events

    def _left(self, order: Order, line: Line) -> Decimal:
        back = [
            n
            for e in self.posted
            if e.order == order.name and not e.void
            for number, n in e.pieces
            if number == line.number
        ]
        return line.units - sum(back, ZERO)

    def _new_id(self) -> str:
        self.events += 1
        return f"E-{self.events}"

    def _post(self, event: Mapping[str, Any], made: Posted) -> app.Applied:
        """Post an event that nothing speaks against."""
        applied = self._try(event)
        assert applied.file, (event, [(f.code, dict(f.values)) for f in applied.findings])
        self._remember(applied, made)
        return applied

    def _try(self, event: Mapping[str, Any]) -> app.Applied:
        before = listing(self.folder)
        path = events_file(self.folder, [event], f"{event['id']}.yaml")
        if self.events % 4 == 0:
            fast, full = (
                app.plan([path], settings=self.folder / "returnledger.yaml", proof=proof) for proof in ("auto", "full")
            )
            assert fast.text == full.text, (fast.findings, full.findings)
        applied = app.apply([path], settings=self.folder / "returnledger.yaml")
        if not applied.file:
            assert any(f.severity == "error" for f in applied.findings), event
            assert listing(self.folder) == before
        return applied

    def _remember(self, applied: app.Applied, made: Posted) -> None:
        made.entries = list(applied.planned.plan.directives)
        self.posted.append(made)
        for entry in made.entries:
            for posting in entry.postings:
                lot = Lot(posting.cost.number, posting.cost.date, posting.cost.label) if posting.cost else None
                self.moved[posting.account, posting.units.currency, lot] += posting.units.number
                if lot is not None and posting.meta["rl-role"] == "inventory":
                    self._hold(posting.units.currency.removeprefix("SKU-"), lot, posting.units.number)

    def _hold(self, sku: str, lot: Lot, units: Decimal) -> None:
        held = dict(self.shop.held[sku])
        held[lot] = held.get(lot, ZERO) + units
        assert held[lot] >= 0
        self.shop.held[sku] = [(one, n) for one, n in held.items() if n]

    def _orders_out(self) -> list[Order]:
        return [o for o in self.shop.orders.values() if any(self._left(o, line) > 0 for line in o.lines)]

    @precondition(lambda self: self._orders_out())
    @rule(
        data=st.data(),
        days=st.integers(0, 2),
        method=st.sampled_from(["original", "original", "later", "offset", "bank", "wallet"]),
        goods=st.sampled_from(["returned", "returned", "returned", "kept", "never_shipped"]),
        whole=st.booleans(),
    )
    def take_back(self, data: st.DataObject, days: int, method: str, goods: str, whole: bool) -> None:
        order = data.draw(st.sampled_from(self._orders_out()))
        event: dict[str, Any] = {
            "return": order.name,
            "id": self._new_id(),
            "date": self._tomorrow(days),
            "method": method,
        }
        if goods != "returned":
            event["goods"] = goods
        out = [line for line in order.lines if self._left(order, line) > 0]
        pieces = [(line.number, self._left(order, line)) for line in out]
        if not whole:
            chosen = data.draw(
                st.lists(st.sampled_from(out), min_size=1, max_size=3, unique_by=lambda line: line.number)
            )
            pieces = [
                (line.number, Decimal(data.draw(st.integers(1, int(self._left(order, line)))))) for line in chosen
            ]
            items = [self._item(order, number, n) for number, n in pieces]
            if goods == "returned":
                for one in items:
                    one["condition"] = data.draw(
                        st.sampled_from(["new", "new", "opened", "damaged", "defective", "unknown"])
                    )
                    if one["condition"] == "damaged" and data.draw(st.booleans()):
                        one["disposition"] = "scrap"
            event |= items[0] if len(items) == 1 else {"items": items}
        made = Posted(event["id"], "return", order.name, event["id"], pieces)
        if data.draw(st.integers(0, 4)) == 0 and self._worth(order, pieces) > 2:
            event["fee"], made.fee = Decimal(1), True
        left = order.shipping_gross - self._sum_shipping(order)
        if left and data.draw(st.booleans()):
            event["shipping"] = "all"
        self._post(event, made)

    def _item(self, order: Order, number: str, units: Decimal) -> dict[str, Any]:
        sku = next(line.sku for line in order.lines if line.number == number)
        return {"sku": sku if order.by_line else commodity(sku), "qty": units} | (
            {"line": number} if order.by_line else {}
        )

    def _worth(self, order: Order, pieces: Sequence[tuple[str, Decimal]]) -> Decimal:
        """Return at least what the pieces are worth, allowances come off."""
        allowed = self._sum(
            order.name, "sales_allowances", *(["revenue", "output_vat"] if self.shop.preset == "cn" else [])
        )
        whole = sum(
            (line.gross * n / line.units for line in order.lines for number, n in pieces if number == line.number), ZERO
        )
        return whole - 2 * max(ZERO, allowed)

    def _sum_shipping(self, order: Order) -> Decimal:
        back = self._sum(order.name, "shipping_revenue")
        return order.shipping_gross if back == order.shipping else back

    def _credited(self, order: Order, line: Line) -> Decimal:
        return self._sum(order.name, *CREDITS, line=line.number)

    @precondition(lambda self: self._orders_out())
    @rule(
        data=st.data(),
        days=st.integers(0, 2),
        percent=st.integers(1, 20),
        method=st.sampled_from(["original", "later", "bank"]),
    )
    def allow(self, data: st.DataObject, days: int, percent: int, method: str) -> None:
        order = data.draw(st.sampled_from(self._orders_out()))
        lines = [
            line for line in order.lines if self._left(order, line) > 0 and line.gross > self._credited(order, line)
        ]
        if not lines:
            return
        line = data.draw(st.sampled_from(lines))
        amount = half_away((line.gross - self._credited(order, line)) * percent / 100, self.shop.decimals)
        if amount <= 0:
            return
        event = {
            "allowance": order.name,
            "id": self._new_id(),
            "date": self._tomorrow(days),
            "amount": amount,
            "method": method,
        }
        event |= {"line": line.number} if order.by_line else {}
        if any(e.fee for e in self.posted if e.order == order.name):
            applied = self._try(event)  # a fee has been kept: what the line is still worth is for the books to say
            if applied.file:
                self._remember(applied, Posted(event["id"], "allowance", order.name, event["id"]))
            return
        self._post(event, Posted(event["id"], "allowance", order.name, event["id"]))

    def _payable(self, case: str) -> Decimal:
        return -sum(
            (
                p.units.number
                for e in self.posted
                if e.case == case
                for entry in e.entries
                for p in entry.postings
                if p.meta["rl-role"] == "refund_payable"
            ),
            ZERO,
        )

    def _cases_due(self) -> list[Posted]:
        return [
            e for e in self.posted if e.kind in ("return", "allowance") and not e.void and self._payable(e.case) > 0
        ]

    @precondition(lambda self: self._cases_due())
    @rule(
        data=st.data(),
        days=st.integers(0, 2),
        part=st.sampled_from([None, 50, 100]),
        method=st.sampled_from(["bank", "wallet", "original"]),
    )
    def refund(self, data: st.DataObject, days: int, part: int | None, method: str) -> None:
        case = data.draw(st.sampled_from(self._cases_due()))
        event: dict[str, Any] = {
            "refund": case.case,
            "id": self._new_id(),
            "date": self._tomorrow(days),
            "method": method,
        }
        if part is not None:
            event["amount"] = half_away(self._payable(case.case) * part / 100, self.shop.decimals)
            if not event["amount"]:
                return
        self._post(event, Posted(event["id"], "refund", case.order, case.case))

    @precondition(lambda self: any(not e.void and e.kind != "void" for e in self.posted))
    @rule(data=st.data(), days=st.integers(0, 2))
    def void(self, data: st.DataObject, days: int) -> None:
        """A void is posted, or refused because something else stands on what it would undo."""
        target = data.draw(st.sampled_from([e for e in self.posted if not e.void and e.kind != "void"]))
        event = {"void": target.id, "id": self._new_id(), "date": self._tomorrow(days)}
        applied = self._try(event)
        later = [
            e for e in self.posted if e.case == target.case and e.id != target.id and not e.void and e.kind != "void"
        ]
        if not applied.file:
            order = self.shop.orders[target.order]
            used_up = target.kind == "allowance" and any(self._left(order, line) == 0 for line in order.lines)
            goods = any(p.cost for entry in target.entries for p in entry.postings)
            assert goods or later or used_up, [(f.code, dict(f.values)) for f in applied.findings]
            return
        assert target.kind == "refund" or not later
        target.void = True
        self._remember(applied, Posted(event["id"], "void", target.order, target.case))

    # Mistakes

    @rule(data=st.data(), mistake=st.sampled_from(["units", "money", "again", "none", "none"]))
    def err(self, data: st.DataObject, mistake: str) -> None:
        """Nothing is written, and the next step finds the books as they were."""
        if mistake == "units":
            self._too_many_units(data, data.draw(st.sampled_from([Decimal("0.5"), Decimal(1), Decimal(40)])))
        elif mistake == "money":
            self._too_much_money(data)
        elif self.posted:
            self._the_same_again(data)

    def _too_many_units(self, data: st.DataObject, more: Decimal) -> None:
        order = data.draw(st.sampled_from(list(self.shop.orders.values())))
        line = data.draw(st.sampled_from(order.lines))
        event = {"return": order.name, "id": self._new_id(), "date": self.today}
        assert not self._try(event | self._item(order, line.number, self._left(order, line) + more)).file

    def _too_much_money(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from(list(self.shop.orders.values())))
        cent = Decimal(1).scaleb(-self.shop.decimals)
        event = {"allowance": order.name, "id": self._new_id(), "date": self.today, "amount": order.gross + cent}
        assert not self._try(event).file
        cases = [e for e in self.posted if e.kind in ("return", "allowance") and not e.void]
        if cases:
            case = data.draw(st.sampled_from(cases))
            event = {
                "refund": case.case,
                "id": self._new_id(),
                "date": self.today,
                "amount": self._payable(case.case) + cent,
                "method": "bank",
            }
            assert not self._try(event).file

    def _the_same_again(self, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from(self.posted))
        before = listing(self.folder)
        applied = app.apply([self.folder / f"{event.id}.yaml"], settings=self.folder / "returnledger.yaml")
        assert not applied.file and not applied.findings and listing(self.folder) == before
        (self.folder / "copy.yaml").write_bytes(
            (self.folder / f"{event.id}.yaml").read_bytes().replace(b"{", b"{by: x, ", 1)
        )
        applied = app.apply([self.folder / "copy.yaml"], settings=self.folder / "returnledger.yaml")
        assert not applied.file and applied.findings and listing(self.folder) == before

    # What is always true

    @invariant()
    def goods_are_conserved(self) -> None:
        if not hasattr(self, "shop"):
            return
        for sku in SKUS[:3]:
            in_stock = self.shop.units_held(sku)
            aside = sum(
                (
                    n
                    for (account, unit, lot), n in self.moved.items()
                    if lot and unit == commodity(sku) and account != self.shop.stock(sku)
                ),
                ZERO,
            )
            sold = sum(
                (line.units for o in self.shop.orders.values() for line in o.lines if line.sku == sku and line.lots),
                ZERO,
            )
            back = scrapped = ZERO
            for event in self.posted:
                for entry in event.entries:
                    for posting in entry.postings:
                        if posting.meta.get("rl-sku") in (sku, commodity(sku)) and "rl-qty" in posting.meta:
                            units = posting.meta["rl-qty"]
                            back += units if posting.meta.get("rl-goods") != "kept" else ZERO
                            scrapped += units if posting.meta.get("rl-disposition") == "scrap" else ZERO
            assert self.bought[sku] == in_stock + aside + scrapped + (sold - back)
            assert ZERO <= back <= sold
        assert all(n >= 0 for (_, _, lot), n in self.moved.items() if lot and lot not in self._lots_sold())

    def _lots_sold(self) -> set[Lot]:
        return {lot for o in self.shop.orders.values() for line in o.lines for lot, _ in line.lots}

    @invariant()
    def money_is_conserved(self) -> None:
        if not hasattr(self, "shop"):
            return
        for order in self.shop.orders.values():
            paid_in = sum((amount for _, _, amount in order.paid), ZERO)
            paid_out = -self._sum(order.name, "cash_bank")
            payable = -self._sum(order.name, "refund_payable")
            credited = -self._sum(order.name, "accounts_receivable", "refund_payable", "cash_bank")
            assert ZERO <= paid_out <= paid_in
            assert payable >= 0 and self._owed(order) >= 0
            assert ZERO <= credited <= order.gross
            assert ZERO <= self._sum(order.name, "shipping_revenue") <= order.shipping
            fees = any(e.fee and not e.void for e in self.posted if e.order == order.name)
            for line in order.lines:
                back = self._credited(order, line)
                if not fees:
                    assert ZERO <= back <= line.gross
                    if self._left(order, line) == 0:
                        assert back == line.gross
                assert ZERO <= -self._sum(order.name, "cogs", line=line.number) <= line.cogs

    @invariant()
    def the_ledger_loads_at_every_tenth_step(self) -> None:
        if hasattr(self, "shop"):
            self.steps += 1
            if self.steps % 10 == 0:
                self._assert_the_ledger_agrees()

    def _assert_the_ledger_agrees(self) -> None:
        entries = load(self.folder)
        found: dict[tuple[str, str, Lot | None], Decimal] = defaultdict(Decimal)
        for entry in ours(entries):
            for posting in entry.postings:
                lot = Lot(posting.cost.number, posting.cost.date, posting.cost.label) if posting.cost else None
                found[posting.account, posting.units.currency, lot] += posting.units.number
        assert {k: n for k, n in found.items() if n} == {k: n for k, n in self.moved.items() if n}
        Life.compared += 1
        for order in self.shop.orders.values():
            booked: dict[tuple[str, Lot], Decimal] = defaultdict(Decimal)
            for entry in entries:
                if isinstance(entry, Transaction) and f"inv-{order.name}" in entry.links and "rl-id" not in entry.meta:
                    for p in entry.postings:
                        if p.cost:
                            booked[p.units.currency, Lot(p.cost.number, p.cost.date, p.cost.label)] -= p.units.number
            sold: dict[tuple[str, Lot], Decimal] = defaultdict(Decimal)
            for line in order.lines:
                for lot, n in line.lots:
                    sold[commodity(line.sku), lot] += n
            assert booked == sold

    def teardown(self) -> None:
        if hasattr(self, "shop"):
            try:
                self._assert_the_ledger_agrees()
            finally:
                self.folder_object.cleanup()


@pytest.mark.parametrize(
    ("lives", "steps"), [pytest.param(60, 30, id="quick"), pytest.param(20_000, 50, id="long", marks=pytest.mark.long)]
)
def test_books_stay_right_over_the_life_of_a_shop(lives: int, steps: int) -> None:
    Life.compared = 0
    run_state_machine_as_test(Life, settings=settings(max_examples=lives, stateful_step_count=steps))
    assert Life.compared >= lives
