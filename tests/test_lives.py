"""Any events in any order, sensible or not: each is posted or refused with its findings, and the books stay right.

A small shop has orders that are paid, unpaid, of two lots, of odd costs, numbered one by one, and an advance. Events of
every kind fall on it at random, many of them wrong. What the shop should look like is counted from the postings alone.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from beancount.core.data import Transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers import apply, effect, load, make, posted, refused

from returnledger import app
from returnledger.books import posted as meaning
from returnledger.cases import case_now
from returnledger.events.models import KINDS
from returnledger.terms import Kind

SHOP = """\
2026-01-05 * "Pottery" "Purchase"
  Assets:Inventory    9 MUG {33.33 CNY, 2026-01-05}
  Assets:Inventory    9 MUG {33.35 CNY, 2026-01-06}
  Assets:Inventory    7 CUP {14.285714 CNY, 2026-01-05}
  Assets:Inventory    3 PAN {60.00 CNY, 2026-01-05, "p"}
  Equity:Opening

2026-03-01 * "Ann" "Paid, two lots" ^inv-SO-1
  Assets:Cash             565.02 CNY
  Income:Sales           -500.02 CNY
  Liabilities:Output-VAT  -65.00 CNY
  Expenses:COGS           366.67 CNY
  Assets:Inventory            -9 MUG {33.33 CNY, 2026-01-05}
  Assets:Inventory            -2 MUG {33.35 CNY, 2026-01-06}

2026-03-01 * "Bob" "Unpaid, odd costs" ^inv-SO-2
  Assets:Receivable       113.00 CNY
  Income:Sales           -100.00 CNY
  Liabilities:Output-VAT  -13.00 CNY
  Expenses:COGS            42.86 CNY
  Assets:Inventory            -3 CUP {14.285714 CNY, 2026-01-05}
  Expenses:Rounding

2026-03-02 * "Cai" "Partly paid, two goods" ^inv-SO-3
  Assets:Cash              50.00 CNY
  Assets:Receivable       243.80 CNY
  Income:Sales           -160.00 CNY
    sku: "MUG"
  Income:Sales           -100.00 CNY
    sku: "CUP"
  Liabilities:Output-VAT  -33.80 CNY
  Expenses:COGS           128.61 CNY
  Assets:Inventory            -3 MUG {33.35 CNY, 2026-01-06}
  Assets:Inventory            -2 CUP {14.285714 CNY, 2026-01-05}
  Expenses:Rounding

2026-03-03 * "Dan" "Numbered" ^inv-SO-4
  Assets:Cash             226.00 CNY
  Income:Sales           -200.00 CNY
  Liabilities:Output-VAT  -26.00 CNY
  Expenses:COGS           120.00 CNY
  Assets:Inventory            -1 PAN {60.00 CNY, 2026-01-05, "p"}
    serial: "P-1"
  Assets:Inventory            -1 PAN {60.00 CNY, 2026-01-05, "p"}
    serial: "P-2"

2026-03-04 * "Eve" "Advance" ^inv-HT-1
  Assets:Cash             113.00 CNY
  Liabilities:Contract-Liability   -100.00 CNY
  Liabilities:Output-VAT-Pending    -13.00 CNY
"""
PAID = {"SO-1": Decimal("565.02"), "SO-2": Decimal(0), "SO-3": Decimal("50.00"), "SO-4": Decimal("226.00")}
BOUGHT = {"MUG": 18, "CUP": 7, "PAN": 3}
POLICY = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window:
  default: {{days: 365, from: sold}}
inspection:
  - {{id: worn, when: {{condition: used}}, outcome: refuse, because: worn goods stay sold}}
condition_from_reason: {{none: new, changed_mind: new}}
dispositions:
  new: {{to: restock, allowed: [hold, scrap, return_to_supplier]}}
  opened: {{to: restock_open_box, sells_at: "60%", selling_cost: "5%", allowed: [hold, scrap, liquidate, donate, refurbish]}}
  damaged: {{to: hold, allowed: [scrap, donate, liquidate, return_to_supplier, refurbish, restock]}}
"""
# How the books are kept: what write-downs are, whether returns are expected, where good units go.
BOOKS = (
    "framework: ifrs",
    "framework: us_gaap",
    "framework: asbe_small",
    "framework: ifrs; restock: returned_account; revenue_account: same",
    "framework: asbe; accounting_model: estimate",
    "framework: us_gaap; accounting_model: estimate; restock: returned_account",
)
PAYING_OUT = ("return", "refund", "allowance", "credit_note")
ORDERS = ("SO-1", "SO-2", "SO-3", "SO-4", "SO-9")
# Of each kind what may stand behind its reference; {amount}, {units} and so on are drawn, right or wrong.
WAYS: dict[Kind, tuple[str, ...]] = {
    Kind.RETURN: ("{goods}", "{goods}, condition: {condition}", "{goods}, method: later", "{goods}, fee: {amount}", ""),
    Kind.ALLOWANCE: ("amount: {amount}", "amount: {amount}, method: later", "sku: {sku}, amount: {amount}"),
    Kind.REQUEST: ("{goods}", "{goods}, reason: changed_mind", ""),
    Kind.APPROVE: ("", "expires: 2026-03-20"),
    Kind.REJECT: ("because: no", ""),
    Kind.CANCEL: ("",),
    Kind.RECEIVE: ("{goods}", "", "serial: P-1"),
    Kind.INSPECT: ("condition: {condition}", "{goods}, condition: {condition}", "disposition: scrap", ""),
    Kind.ATTACH: ("evidence: a.jpg", ""),
    Kind.ACTION: ("what: mend, who: li.na, due: 2026-05-01", "done: 2026-04-01", ""),
    Kind.CREDIT_NOTE: ("{goods}", "", "{goods}, fee: {amount}", "fee: {amount}"),
    Kind.REFUND: ("", "amount: {amount}", "stage: pending", "stage: failed", "method: store_credit"),
    Kind.ADVANCE_REFUND: (
        "",
        "amount: {amount}",
        "stage: requested",
        "stage: approved",
        "deposit: earnest, broken_by: us, contract_total: 500.00, double: {amount}",
        "deposit: earnest, broken_by: customer, contract_total: 600.00",
        "amount: 0.00, retain: {amount}, retain_as: service_income",
        "outcome: transfer, order: SO-2",
    ),
    Kind.STOCKTAKE: (
        "counts: [{{sku: {sku}, qty: {units}, condition: {condition}}}]",
        "counts: [{{sku: MUG, qty: 0}}, {{sku: CUP, qty: 0}}], post: true",
        "counts: [{{sku: {sku}, qty: 0}}], post: true, cause: mismanagement, input_vat: {amount}",
    ),
    Kind.REVALUE: ("", "condition: {condition}, value: {amount}", "value: {amount}, selling_cost: 1.00"),
    Kind.PROVISION: ("expected_qty: {units}", "expected_rate: 0.10, recovery_cost: 1.50", "closed: true"),
    Kind.STORE_CREDIT: ("", "amount: {amount}", "stage: redeemed, order: SO-2", "bonus: {amount}", "stage: expired"),
    Kind.DISPOSE: (
        "disposition: {disposition}",
        "{goods}, disposition: {disposition}",
        "{goods}, disposition: scrap, stage: proposed",
        "stage: approved",
        "{goods}, disposition: liquidate, proceeds: {amount}, account: 'Assets:Cash'",
        "{goods}, disposition: scrap, salvage: {amount}",
        "{goods}, disposition: scrap, charge: [{{party: carrier, amount: {amount}}}]",
    ),
    Kind.PUT_AWAY: ("", "{goods}"),
    Kind.REFURBISH: (
        "{goods}, refurbishing_cost: {amount}, result: {condition}, paid_from: 'Assets:Cash'",
        "refurbishing_cost: {amount}, result: opened, capitalise: true, value: 40.00, paid_from: payable",
    ),
    Kind.SUPPLIER_RETURN: ("supplier: Pottery", "{goods}, supplier: Pottery, expect: {amount}"),
    Kind.RECOVERY: (
        "party: supplier, account: 'Assets:Cash'",
        "party: carrier, amount: {amount}, account: 'Assets:Cash'",
    ),
    Kind.EXPENSE: ("type: freight, amount: {amount}, paid_from: payable", "type: label, amount: {amount}, tax: 0.30"),
    Kind.EXCHANGE: (
        "{goods}",
        "{goods}, condition: {condition}",
        "{goods}, out: [{{sku: {sku}, qty: {units}}}]",
        "{goods}, as: warranty, condition: damaged, value: 20.00",
        "",
    ),
    Kind.VOID: ("",),
    Kind.AMEND: ("set: {{qty: {units}}}", "set: {{amount: {amount}}}", "set: {{note: again}}"),
}
KINDS_DRAWN = [kind for kind in KINDS if kind in WAYS]
STEP = st.tuples(
    st.sampled_from(
        [*KINDS_DRAWN, Kind.RETURN, Kind.RECEIVE, Kind.CREDIT_NOTE, Kind.INSPECT, Kind.DISPOSE, Kind.REFUND]
    ),
    st.integers(0, 7),  # which of the ways
    st.integers(0, 9),  # which order, case or event
    st.sampled_from(
        ["sku: MUG, qty: 1", "sku: CUP, qty: 2", "sku: MUG, qty: 4", "sku: PAN", "sku: MUG, qty: 0", "qty: 1"]
    ),
    st.sampled_from(["1.00", "0.00", "0.01", "33.34", "113.00", "5000.00"]),
    st.sampled_from(["new", "opened", "damaged", "used"]),
    st.sampled_from(
        ["restock", "hold", "scrap", "donate", "missing", "customer_keeps", "return_to_supplier", "refurbish"]
    ),
)
ZERO = Decimal(0)


def fill(way: str, goods: str, amount: str, condition: str, disposition: str) -> str:
    """Return the fields of an event with what was drawn."""
    sku = goods.partition("sku: ")[2].partition(",")[0] or "MUG"
    units = goods.partition("qty: ")[2] or "1"
    return way.format(goods=goods, sku=sku, units=units, amount=amount, condition=condition, disposition=disposition)


class Shop:
    """The books, the ids that stand in them, and what holds of them."""

    def __init__(self, folder: Path, more: str) -> None:
        self.settings = make(folder, SHOP, policy=POLICY, more=more.replace("; ", "\n") + "\n")
        self.first = holdings(load(self.settings))
        self.ids: list[str] = []
        self.cases: list[str] = []
        self.told: list[str] = []
        self.n = 0

    def step(self, drawn: tuple) -> None:
        """Let an event fall on the shop."""
        kind, way, which, goods, amount, condition, disposition = drawn
        ways = WAYS[kind]
        said = fill(ways[way % len(ways)], goods, amount, condition, disposition)
        self.n += 1
        day = date(2026, 3, 8) + timedelta(days=self.n)
        name = self._reference(kind, which)
        event = f"- {{{kind}: {name}, id: E-{self.n}, date: {day}{', ' if said else ''}{said}}}"
        self.happen(event, kind, name)

    def _reference(self, kind: Kind, which: int) -> str:
        """Return what an event of a kind is about: mostly what there is."""
        names = KINDS[kind].names
        if kind is Kind.ADVANCE_REFUND:
            known = [*self.cases, "HT-1"] if which > 4 else ["HT-1"]
        elif names == "order":
            known = [*ORDERS, "2026-03"] if kind is Kind.PROVISION else list(ORDERS)
        elif names == "stock":
            known = ["MUG", "2026-03", "CUP", "2026-04", "PAN"]
            if kind is Kind.STOCKTAKE:
                known = [f"Assets:Inventory-{place}" for place in ("Hold", "OpenBox", "Defective", "Inspection")]
        elif names == "event":
            known = self.ids[::-1] or ["E-0"]
        elif names == "case" or (which > 3 and self.cases):
            known = self.cases[::-1] or ["E-0"]
        else:
            known = list(ORDERS)
        return known[which % len(known)]

    def happen(self, event: str, kind: Kind, name: str, must: bool = False) -> None:
        """Post an event, or have it refused with its findings, and look at the books."""
        self.told.append(event)
        done = apply(self.settings, event, f"{self.n}.yaml")
        for planned in done.planned.plan.events:
            errors = [finding for finding in planned.findings if finding.severity == "error"]
            assert (planned.status == "refused") == bool(errors), (planned.status, errors)
        assert bool(done.file) == (done.exit_code == 0), done.findings
        if must:
            assert done.file, [(finding.code, dict(finding.values)) for finding in done.findings]
        if not done.file:
            assert done.findings
            return
        self._remember(done, kind, name)
        self.check()
        again = app.plan([self.settings.parent / f"{self.n}.yaml"], settings=self.settings)
        assert not again.plan.directives and again.batch is None, again.findings
        assert [planned.status for planned in again.plan.events] == ["posted"], again.findings

    def _remember(self, done: app.Applied, kind: Kind, name: str) -> None:
        planned = done.planned.plan.events[0]
        if kind in (Kind.VOID, Kind.AMEND):
            self.ids.remove(name)
        if kind is not Kind.VOID:
            self.ids.append(planned.again.id if planned.again else planned.id)
        if planned.case and planned.case not in self.cases:
            self.cases.append(planned.case)

    def check(self) -> None:
        """Look at the books: goods and money are all there, and nothing came back that did not go out."""
        entries = load(self.settings)
        held = holdings(entries)
        for entry in entries:
            if isinstance(entry, Transaction) and "rl-id" in entry.meta:
                assert abs(sum(costs([entry]).values(), ZERO)) <= Decimal("0.005"), entry
        units: dict[str, Decimal] = defaultdict(Decimal)
        for (account, lot), number in held.items():
            sku = lot.partition(" ")[0]
            if sku in BOUGHT:
                assert number >= 0, (account, lot, number)
                units[sku] += number
        for sku, bought in BOUGHT.items():
            out = sum(number for (_, lot), number in self.first.items() if lot.partition(" ")[0] == sku)
            # What went out instead of goods that came back is with the customer; these may go on to a supplier.
            assert out - sent_instead(entries, sku) <= units[sku] <= bought, (sku, units[sku])
        self._money(entries, costs(entries))
        self._cases(entries)

    def _money(self, entries: list, now: dict[str, Decimal]) -> None:
        """No order gets more than was paid for it or credited, and what is expected is never below nil."""
        paid, credited, kinds = defaultdict(Decimal), defaultdict(Decimal), kinds_of(entries)
        for entry in entries:
            # A bonus of store credit is a gift, and an estimate an expectation: neither is a part of what was sold.
            if not isinstance(entry, Transaction) or kind_of(entry, kinds) in ("store_credit", "provision"):
                continue
            order = next((link[4:] for link in sorted(entry.links) if link.startswith("inv-")), "")
            for posting in entry.postings:
                if posting.account.startswith(("Income:Sales", "Liabilities:Refund-Liability")):
                    credited[order] -= posting.units.number
                if posting.account == "Assets:Receivable":
                    paid[order] += posting.units.number
        for order, amount in credited.items():
            assert amount >= 0, ("credited more than was sold", order, amount)
            assert paid[order] >= 0, ("more than was owed", order, paid[order])
        for order, amount in paid_out(entries).items():
            assert amount <= PAID.get(order, amount), ("paid out more than was paid in", order, amount)
        assert now.get("Liabilities:Refund-Liability", ZERO) <= 0, now
        assert now.get("Assets:Return-Asset", ZERO) >= 0, now
        assert now.get("Liabilities:Refund-Payable", ZERO) <= 0, now
        assert now.get("Liabilities:Store-Credit", ZERO) <= 0, now
        assert now.get("Liabilities:Returns-Clearing", ZERO) <= 0, now
        assert now.get("Assets:Inventory-Allowance", ZERO) <= 0, now
        assert now.get("Assets:Pending-Asset-Loss", ZERO) >= 0, now

    def _cases(self, entries: list) -> None:
        """Clearing is nil where nothing waits and nothing is awaited, and what stands is never below nil."""
        rows = [row for entry in entries if (row := meaning(entry)) is not None]
        gone = {row.voids for row in rows}
        cases, allowance = defaultdict(list), ZERO
        for row in rows:
            if row.id not in gone and not row.voids:
                cases[row.case].append(row)
        for name, steps in cases.items():
            case = case_now(sorted(steps, key=lambda row: row.step))
            if case is None:
                continue
            if not any(line.waiting or line.awaited for line in case.lines):
                assert not case.clearing, (name, case.clearing, case.lines)
            allowance += sum((pile.allowance for pile in case.piles), ZERO)
            for line in case.lines:
                assert min(line.received, line.credited, line.inspected) >= 0, (name, line)
                assert line.inspected <= line.received, (name, line)
        booked = -costs(entries).get("Assets:Inventory-Allowance", ZERO)
        assert booked == allowance, ("the allowance is that of the goods that are here", booked, allowance)

    def undo(self) -> None:
        """Void everything that stands, the last first: nothing is left of it."""
        while self.ids:
            self.n += 1
            name = self.ids[-1]
            day = date(2026, 3, 8) + timedelta(days=self.n)
            self.happen(f"- {{void: {name}, id: V-{self.n}, date: {day}}}", Kind.VOID, name, must=True)
        assert holdings(load(self.settings)) == self.first


def kinds_of(entries: list) -> dict[str, str]:
    """Return the kind of each of our events."""
    return {entry.meta["rl-id"]: entry.meta["rl-kind"] for entry in entries if "rl-id" in entry.meta}


def kind_of(entry: Transaction, kinds: dict[str, str]) -> str:
    """Return what an entry is about: of a void, the kind of what it undoes; nothing of entries that are not ours."""
    return kinds.get(entry.meta.get("rl-voids") or entry.meta.get("rl-id", ""), "")


def sent_instead(entries: list, sku: str) -> Decimal:
    """Return how many units of an SKU exchanges sent out, those of exchanges that were undone taken off."""
    kinds, found = kinds_of(entries), ZERO
    for entry in entries:
        if isinstance(entry, Transaction) and kind_of(entry, kinds) == "exchange":
            stock = [posting for posting in entry.postings if posting.cost is not None]
            moved = [posting.units.number for posting in stock if posting.units.currency == sku]
            undone = bool(entry.meta.get("rl-voids"))
            found -= sum((number for number in moved if (number > 0) is undone), ZERO)
    return found


def paid_out(entries: list) -> dict[str, Decimal]:
    """Return what left the till for the customer of each order; what others are paid or pay is none of theirs."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    kinds = kinds_of(entries)
    for entry in entries:
        if isinstance(entry, Transaction) and kind_of(entry, kinds) in PAYING_OUT:
            cash = [posting.units.number for posting in entry.postings if posting.account == "Assets:Cash"]
            found[entry.meta["rl-order"]] -= sum(cash, ZERO)
    return found


def holdings(entries: list) -> dict[tuple[str, str], Decimal]:
    """Return what every account holds, lot by lot."""
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for account, cost, units in _postings(entries):
        lot = f" {cost.number} {cost.date} {cost.label}" if cost else ""
        found[account, units.currency + lot] += units.number
    return {key: number for key, number in found.items() if number}


def costs(entries: list) -> dict[str, Decimal]:
    """Return the balance of every account at cost; what rounding of costs leaves is on its own account."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for account, cost, units in _postings(entries):
        found[account] += units.number * (cost.number if cost else 1)
    return found


def _postings(entries: list) -> Iterator[tuple]:
    for entry in entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                yield posting.account, posting.cost, posting.units


def live(steps: list, more: str) -> None:
    """Let the events of a life fall on a shop; a failure tells them as a file."""
    with tempfile.TemporaryDirectory(prefix="life-") as folder:
        shop = Shop(Path(folder) / "shop", more)
        try:
            for drawn in steps:
                shop.step(drawn)
            shop.undo()
        except Exception as error:
            error.add_note("\n".join([f"settings: {more}", *shop.told]))
            raise


@pytest.mark.parametrize("lives", [pytest.param(20, id="quick"), pytest.param(5000, id="long", marks=pytest.mark.long)])
def test_whatever_happens_the_books_stay_right(lives: int) -> None:
    @settings(max_examples=lives, deadline=None, derandomize=lives == 20, suppress_health_check=list(HealthCheck))
    @given(steps=st.lists(STEP, min_size=4, max_size=12), more=st.sampled_from(BOOKS))
    def lives_on(steps: list, more: str) -> None:
        live(steps, more)

    lives_on()


@pytest.mark.parametrize(
    "event",
    [
        "{receive: A-1, date: 2026-03-19}",
        "{receive: A-2, date: 2026-03-19, sku: MUG, qty: 4}",
        "{return: A-2, date: 2026-03-19}",
        "{credit_note: A-1, date: 2026-03-19}",
        "{store_credit: A-2, date: 2026-03-19, stage: expired}",
    ],
)
def test_what_has_no_sale_takes_no_goods(tmp_path: Path, event: str) -> None:
    shop = make(tmp_path / "shop", SHOP, policy=POLICY)
    posted(shop, "- {action: SO-2, id: A-1, date: 2026-03-09, what: mend, who: li.na, due: 2026-05-01}")
    posted(shop, "- {advance_refund: HT-1, id: A-2, date: 2026-03-10, amount: 0.01}")
    assert refused(shop, f"- {event}") == ["step-not-allowed"]


def test_only_what_moves_goods_or_their_cost_touches_cost_rounding(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", SHOP, policy=POLICY)
    posted(shop, "- {return: SO-3, id: R-1, date: 2026-03-12}")
    done = posted(shop, "- {expense: R-1, date: 2026-03-18, type: freight, amount: 1.00, paid_from: payable}")
    assert effect(done) == {"Expenses:Return-Freight": "1.00", "Liabilities:Accounts-Payable": "-1.00"}


def test_an_approval_of_units_that_came_back_otherwise_says_so(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", SHOP, policy=POLICY)
    posted(shop, "- {request: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 4, reason: changed_mind}")
    posted(shop, "- {return: SO-1, id: R-2, date: 2026-03-14}")
    assert refused(shop, "- {approve: R-1, date: 2026-03-19}") == ["more-than-sold"]


def test_of_two_exchanges_the_later_one_is_undone_first(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", SHOP, policy=POLICY)
    before = holdings(load(shop))
    posted(shop, "- {exchange: SO-3, id: X-1, date: 2026-03-13, sku: MUG, qty: 1}")
    posted(shop, "- {exchange: SO-3, id: X-2, date: 2026-03-15, sku: MUG, qty: 1}")
    assert refused(shop, "- {void: X-1, id: V-1, date: 2026-03-20}") == ["step-not-allowed"]
    posted(shop, "- {void: X-2, id: V-2, date: 2026-03-20}")
    posted(shop, "- {void: X-1, id: V-1, date: 2026-03-20}")
    assert holdings(load(shop)) == before


def test_a_void_of_an_amended_note_is_known_when_it_is_read_again(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", SHOP, policy=POLICY)
    posted(shop, "- {return: SO-1, id: R-1, date: 2026-03-09, sku: MUG, qty: 4}")
    posted(shop, "- {attach: R-1, id: T-1, date: 2026-03-10, evidence: a.jpg}")
    posted(shop, "- {amend: T-1, id: M-1, date: 2026-03-12, set: {note: again}}")
    posted(shop, "- {void: T-1/2, id: V-1, date: 2026-03-23}")
    again = apply(shop, "- {void: T-1/2, id: V-1, date: 2026-03-23}")
    assert not again.findings and [event.status for event in again.planned.plan.events] == ["posted"]


def test_goods_that_others_went_out_for_may_go_on_to_the_supplier(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", SHOP, policy=POLICY, more="restock: returned_account\n")
    posted(shop, "- {exchange: SO-1, id: E-1, date: 2026-03-09, sku: MUG, qty: 1}")
    posted(shop, "- {supplier_return: E-1, id: E-2, date: 2026-03-10, supplier: Pottery}")
    assert sent_instead(load(shop), "MUG") == 1
    posted(shop, "- {void: E-2, id: V-1, date: 2026-03-11}\n- {void: E-1, id: V-2, date: 2026-03-11}")
    assert sent_instead(load(shop), "MUG") == 0
