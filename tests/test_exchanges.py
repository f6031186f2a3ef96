"""Exchanges: goods for goods at their cost, or for other goods by a return and a sale; all of it can come back or be undone.

EX-001 (another colour is no return) and EX-003 (another product is one) are worked examples; their ledgers are ours.
"""

from __future__ import annotations

from contextlib import chdir, redirect_stderr, redirect_stdout
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import apply, balances, effect, load, make, posted, refused

from returnledger.cli import main

SHOP = """\
2025-01-05 * "Works" "Purchase"
  Assets:Inventory:BLUE    5 BLUE {60.00 CNY, 2025-01-05}
  Assets:Inventory:RED     3 RED {62.00 CNY, 2025-01-06}
  Assets:Inventory:BLUE    5 BLUE {61.50 CNY, 2025-02-05}
  Equity:Opening

2025-05-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank              339.00 CNY
  Income:Sales            -300.00 CNY
  Liabilities:Output-VAT   -39.00 CNY
  Expenses:COGS            180.00 CNY
  Assets:Inventory:BLUE        -3 BLUE {60.00 CNY, 2025-01-05}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make(tmp_path / "shop", SHOP)


def test_ex_001_another_colour_is_no_return(shop: Path) -> None:
    done = posted(
        shop,
        "- {exchange: SO-1, date: 2025-06-01, sku: BLUE, qty: 1, condition: new, as: like_for_like, out: [{sku: RED}]}",
    )
    assert effect(done) == {
        "Assets:Inventory:BLUE": "60.00",
        "Assets:Inventory:RED": "-62.00",
        "Expenses:COGS": "2.00",
    }


def test_the_replacement_comes_back_at_its_own_cost_and_the_price_of_its_line(shop: Path) -> None:
    posted(shop, "- {exchange: SO-1, id: X-1, date: 2025-06-01, sku: BLUE, qty: 3, condition: damaged}")
    done = posted(shop, "- {return: SO-1, id: R-1, date: 2025-06-20, condition: new, method: later}")
    assert effect(done) == {
        "Income:Sales-Returns": "300.00",
        "Liabilities:Output-VAT": "39.00",
        "Assets:Inventory:BLUE": "181.50",  # two of the first lot, one of the second
        "Expenses:COGS": "-181.50",
        "Liabilities:Refund-Payable": "-339.00",
    }
    left = balances(shop)
    assert "Expenses:COGS" not in left
    assert "step-not-allowed" in refused(shop, "- {void: X-1, date: 2025-06-21}")


def test_a_void_puts_everything_back(shop: Path) -> None:
    before = balances(shop)
    posted(shop, "- {exchange: SO-1, id: X-1, date: 2025-06-01, sku: BLUE, qty: 2, condition: damaged}")
    posted(shop, "- {void: X-1, date: 2025-06-02}")
    assert balances(shop) == before
    assert effect(posted(shop, "- {return: SO-1, date: 2025-06-20, method: later}"))["Expenses:COGS"] == "-180.00"


def test_a_warranty_replacement_costs_what_it_costs_less_the_faulty_unit(shop: Path) -> None:
    done = posted(
        shop,
        "- {exchange: SO-1, id: X-1, date: 2025-06-01, sku: BLUE, qty: 1, as: warranty, condition: damaged, value: 15.00}",
    )
    assert effect(done) == {
        "Assets:Inventory-Hold:BLUE": "60.00",
        "Assets:Inventory:BLUE": "-60.00",
        "Assets:Inventory-Allowance": "-45.00",
        "Expenses:Warranty": "45.00",
    }


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ("{exchange: SO-1, date: 2025-06-01, sku: BLUE, qty: 4}", "more-than-sold"),
        ("{exchange: SO-9, date: 2025-06-01}", "unknown-sale"),
        ("{exchange: SO-1, date: 2025-06-01, sku: BLUE, qty: 1, out: [{sku: RED}]}", "price-missing"),
        (
            "{exchange: SO-1, date: 2025-06-01, sku: BLUE, qty: 1, as: like_for_like, out: [{sku: GREEN}]}",
            "step-not-allowed",
        ),
        ("{exchange: SO-1, date: 2025-06-01, sku: BLUE, qty: 1, out: [{sku: BLUE, qty: 2}]}", "step-not-allowed"),
    ],
)
def test_what_does_not_fit_is_refused(shop: Path, event: str, code: str) -> None:
    assert code in refused(shop, f"- {event}")


@settings(max_examples=20, deadline=None)
@given(steps=st.lists(st.tuples(st.sampled_from(("exchange", "return")), st.integers(1, 3)), min_size=1, max_size=6))
def test_whatever_is_swapped_and_returned_the_sale_can_be_undone_whole(steps: list, tmp_path_factory: object) -> None:
    shop = make(tmp_path_factory.mktemp("x") / "shop", SHOP)  # type: ignore[attr-defined]
    for n, (kind, units) in enumerate(steps):
        method = ", method: later" if kind == "return" else ""
        event = (
            f"- {{{kind}: SO-1, id: E-{n}, date: 2025-06-{n + 1:02d}, sku: BLUE, qty: {units}, condition: new{method}}}"
        )
        apply(shop, event, f"e{n}.yaml")
        assert sum(balances(shop).values()) == 0
    apply(shop, "- {return: SO-1, date: 2025-07-01, condition: new, method: later}", "last.yaml")
    left = balances(shop)
    assert "Expenses:COGS" not in left
    assert left["Assets:Inventory:BLUE"] == 5 * 60 + 5 * left_cost()
    assert left["Liabilities:Refund-Payable"] == -339


def left_cost() -> Decimal:
    return Decimal("61.50")


# -- other goods

OTHERS = """\
2025-01-05 * "Works" "Purchase"
  Assets:Inventory:A       9 A {60.00 CNY, 2025-01-05}
  Assets:Inventory:B       2 B {95.00 CNY, 2025-01-06}
  Assets:Inventory:B       3 B {97.00 CNY, 2025-02-06}
  Assets:Inventory:C       9 C {3.3333 CNY, 2025-01-07}
  Equity:Opening

2025-01-05 * "Float" "Accounts to come"
  Assets:WeChat            0.00 CNY
  Assets:Card              0.00 CNY
  Income:Sales:C           0.00 CNY
  Liabilities:Output-VAT:V-9   0.00 CNY
  Assets:Receivable        0.00 CNY

2025-05-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank            339.00 CNY
  Income:Sales:A        -300.00 CNY
  Liabilities:Output-VAT:V-13  -39.00 CNY
  Expenses:COGS          180.00 CNY
  Assets:Inventory:A        -3 A {60.00 CNY, 2025-01-05}
"""
METHODS = """\
methods: {wechat: {account: Assets:WeChat}, card: {account: Assets:Card, paid: by_statement}}
products: products.yaml
"""
B = "out: [{sku: B, qty: 1, price_incl_tax: 169.50}]"


def others(folder: Path, ledger: str = OTHERS, **how: str) -> Path:
    shop = make(folder / "shop", ledger, more=METHODS, **how)
    (shop.parent / "products.yaml").write_text("C: {price_incl_tax: 21.80, tax_rate: 0.09}\n", encoding="utf-8")
    return shop


def command(shop: Path, *words: str) -> str:
    """Run a command in the folder of a shop; it must do it."""
    out, err = StringIO(), StringIO()
    with chdir(shop.parent), redirect_stdout(out), redirect_stderr(err):
        code = main(list(words))
    assert code == 0, out.getvalue() + err.getvalue()
    return out.getvalue()


def changes(before: dict[str, Decimal], shop: Path) -> dict[str, str]:
    """Return what happened to each account since."""
    now = balances(shop)
    moved = {name: now.get(name, Decimal(0)) - before.get(name, Decimal(0)) for name in now.keys() | before.keys()}
    return {name: f"{amount:f}" for name, amount in moved.items() if amount}


def test_ex_003_a_different_product_is_a_return_and_a_sale_through_exchange_clearing(tmp_path: Path) -> None:
    sale = OTHERS.replace("339.00", "113.00").replace("300.00", "100.00").replace("-39.00", "-13.00")
    shop = others(
        tmp_path, sale.replace("180.00", "60.00").replace("-3 A", "-1 A"), accounts=", sales_returns: Income:Returns"
    )
    before = balances(shop)
    event = f"{{exchange: SO-1, id: X-1, date: 2025-06-03, sku: A, condition: new, {B}, method: wechat}}"
    (shop.parent / "june.yaml").write_text(f"- {event}\n", encoding="utf-8")
    command(shop, "apply", "june.yaml")
    assert changes(before, shop) == {
        "Income:Returns": "100.00",
        "Income:Sales:A": "-150.00",  # no account is named for B
        "Liabilities:Output-VAT:V-13": "-6.50",
        "Assets:Inventory:A": "60.00",
        "Assets:Inventory:B": "-95.00",
        "Expenses:COGS": "35.00",
        "Assets:WeChat": "56.50",
    }
    legs = [
        (posting.meta["rl-role"], f"{posting.units.number:f}")
        for entry in load(shop)
        if entry.meta.get("rl-id") == "X-1"
        for posting in entry.postings
        if posting.account == "Liabilities:Exchange-Clearing"
    ]
    assert legs == [("exchange_clearing", "-113.00"), ("exchange_clearing", "113.00")]
    assert "nothing is open on the clearing accounts" in command(shop, "report", "clearing")
    assert "1         1  100.00 %" in command(shop, "report", "rate")  # one A of one came back
    assert "169.50 with tax" in command(shop, "sale", "SO-1-EX")
    (shop.parent / "july.yaml").write_text("- {return: SO-1-EX, date: 2025-07-01}\n", encoding="utf-8")
    command(shop, "apply", "july.yaml")
    left = balances(shop)
    assert {name: left.get(name, 0) for name in ("Assets:Bank", "Assets:WeChat", "Expenses:COGS")} == {
        "Assets:Bank": 0,
        "Assets:WeChat": 0,
        "Expenses:COGS": 0,
    }
    assert left["Assets:Inventory:B"] == before["Assets:Inventory:B"]


@pytest.mark.parametrize(
    ("said", "moved"),
    [
        (f"qty: 1, {B}", {"Assets:Bank": "56.50"}),  # as the order was paid
        (f"qty: 1, {B}, account: 'Assets:WeChat'", {"Assets:WeChat": "56.50"}),
        (f"qty: 1, {B}, method: later", {"Assets:Receivable": "56.50"}),
        (f"qty: 1, {B}, method: card", {"Assets:Receivable": "56.50"}),  # until the bank line is there
        ("qty: 1, out: [{sku: B, price_incl_tax: 113.00}]", {}),
        ("qty: 1, out: [{sku: C, qty: 2}]", {"Assets:Bank": "-69.40"}),
        ("qty: 1, out: [{sku: C, qty: 2}], method: later", {"Liabilities:Refund-Payable": "-69.40"}),
        ("qty: 3, out: [{sku: C, qty: 2}, {sku: B, qty: 3, price_incl_tax: 100}]", {"Assets:Bank": "4.60"}),
    ],
)
def test_the_difference_is_paid_in_or_out(tmp_path: Path, said: str, moved: dict[str, str]) -> None:
    shop = others(tmp_path)
    before = balances(shop)
    done = posted(shop, f"- {{exchange: SO-1, id: X-1, date: 2025-06-03, sku: A, {said}}}")
    money = ("Assets:Bank", "Assets:WeChat", "Assets:Receivable", "Liabilities:Refund-Payable")
    assert {name: amount for name, amount in effect(done).items() if name in money} == moved
    assert "Liabilities:Exchange-Clearing" not in effect(done)
    assert refused(shop, f"- {{exchange: SO-1, date: 2025-06-04, sku: A, qty: 3, {B}}}") == ["more-than-sold"]
    again = apply(shop, f"- {{exchange: SO-1, id: X-1, date: 2025-06-03, sku: A, {said}}}")
    assert [event.status for event in again.planned.plan.events] == ["posted"]
    posted(shop, "- {void: X-1, date: 2025-06-05}", "void.yaml")
    assert balances(shop) == before
    assert "unknown-sale" in refused(shop, "- {return: SO-1-EX, date: 2025-06-06}", "gone.yaml")


@pytest.mark.parametrize(
    ("paid", "said", "owed", "money"),
    [
        ("0.00", "qty: 1", "395.50", {}),  # 226 of A, 169.50 of B
        ("0.00", "qty: 1, method: wechat", "339.00", {"Assets:WeChat": "56.50"}),
        ("300.00", "qty: 1", "95.50", {}),
        ("300.00", "qty: 3, new_order: SO-2", "0.00", {"Assets:Bank": "-130.50"}),
    ],
)
def test_what_was_owed_stays_owed_and_clearing_is_nil(
    tmp_path: Path, paid: str, said: str, owed: str, money: dict[str, str]
) -> None:
    sale = OTHERS.replace("Assets:Bank            339.00", "Assets:Receivable      339.00")
    sale += f'\n2025-05-21 * "Ann" "Payment" ^inv-SO-1\n  Assets:Bank {paid} CNY\n  Assets:Receivable -{paid} CNY\n'
    shop = others(tmp_path, sale)
    done = posted(shop, f"- {{exchange: SO-1, id: X-1, date: 2025-06-03, sku: A, {said}, {B}}}")
    assert balances(shop).get("Assets:Receivable", Decimal(0)) == Decimal(owed)
    assert {name: amount for name, amount in effect(done).items() if name in ("Assets:Bank", "Assets:WeChat")} == money
    assert "Liabilities:Exchange-Clearing" not in balances(shop)
    order = "SO-2" if "SO-2" in said else "SO-1-EX"
    whole = "" if "qty: 3" in said else "- {return: SO-1, date: 2025-06-06}\n"
    posted(shop, f"- {{return: {order}, date: 2025-06-05}}\n{whole}", "back.yaml")
    left = balances(shop)
    for name in ("Assets:Receivable", "Assets:Bank", "Assets:WeChat", "Expenses:COGS", "Liabilities:Output-VAT:V-13"):
        assert name not in left, (name, left[name])


def test_goods_of_another_rate_and_account_are_sold_by_theirs_and_what_was_sold_holds_the_void(tmp_path: Path) -> None:
    shop = others(tmp_path)
    event = "{exchange: SO-1, id: X-1, date: 2025-06-03, sku: A, qty: 1, new_order: SO-2, out: [{sku: C, qty: 3}]}"
    assert effect(posted(shop, f"- {event}")) == {
        "Income:Sales-Returns": "100.00",
        "Liabilities:Output-VAT:V-13": "13.00",
        "Income:Sales:C": "-60.00",
        "Liabilities:Output-VAT:V-9": "-5.40",
        "Assets:Inventory:A": "60.00",
        "Assets:Inventory:C": "-9.9999",
        "Expenses:COGS": "-50.00",
        "Assets:Bank": "-47.60",
    }
    posted(shop, "- {return: SO-2, id: R-1, date: 2025-06-10, sku: C, qty: 1}", "part.yaml")
    assert refused(shop, "- {void: X-1, date: 2025-06-11}") == ["step-not-allowed"]
    posted(shop, "- {void: R-1, date: 2025-06-11}\n- {void: X-1, date: 2025-06-11}", "voids.yaml")
    assert balances(shop)["Assets:Bank"] == 339


def test_a_different_exchange_in_chinese_books_keeps_revenue_in_its_account_and_numbers_both_vouchers(
    tmp_path: Path,
) -> None:
    ledger = """\
2025-01-05 * "厂家" "采购"
  Assets:1405-库存商品:A    9 A {60.00 CNY, 2025-01-05}
  Assets:1405-库存商品:B    3 B {95.00 CNY, 2025-01-06}
  Equity:4001-实收资本

2025-05-20 * "张三" "销售"
  order: "订单 7"
  Assets:1122-应收账款                               113.00 CNY
  Income:6001-主营业务收入                           -100.00 CNY
  Liabilities:2221-应交税费:应交增值税:销项税额       -13.00 CNY
  Expenses:6401-主营业务成本                           60.00 CNY
  Assets:1405-库存商品:A                              -1 A {60.00 CNY, 2025-01-05}
"""
    shop = make(tmp_path / "shop", ledger, preset="cn", more='numbering: {voucher: "记-{year}-{month}-{seq:03}"}\n')
    done = posted(
        shop,
        f"- {{exchange: 订单 7, id: X-1, date: 2025-06-03, as: 换购其他商品, red_invoice: '26442000000000000001', {B}}}",
    )
    assert effect(done) == {
        "Income:6001-主营业务收入": "-50.00",
        "Liabilities:2221-应交税费:应交增值税:销项税额": "-6.50",
        "Assets:1405-库存商品:A": "60.00",
        "Assets:1405-库存商品:B": "-95.00",
        "Expenses:6401-主营业务成本": "35.00",
        "Assets:1122-应收账款": "56.50",
    }
    ours = [entry for entry in load(shop) if "rl-voucher" in entry.meta]
    assert [entry.meta["rl-voucher"] for entry in ours] == ["记-2025-06-001", "记-2025-06-002"]
    assert (
        effect(posted(shop, "- {return: 订单 7-EX, date: 2025-06-05}", "back.yaml"))["Assets:1122-应收账款"]
        == "-169.50"
    )


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("qty: 1, out: [{sku: B}]", ["price-missing"]),
        ("qty: 1, out: [{sku: B, price_incl_tax: 0}]", ["step-not-allowed"]),
        ("qty: 1, as: different", ["step-not-allowed"]),
        ("qty: 1, out: [{sku: B, qty: 9, price_incl_tax: 5}]", ["step-not-allowed"]),
        ("qty: 1, out: [{sku: GHOST, price_incl_tax: 5}]", ["step-not-allowed"]),
        ("qty: 1, out: [{sku: B, price_incl_tax: 5}, {sku: C}]", ["step-not-allowed"]),
        (f"qty: 1, new_order: SO-1, {B}", ["step-not-allowed"]),
        (f"qty: 1, method: wechatt, {B}", ["method-not-allowed"]),
        (f"qty: 9, {B}", ["more-than-sold"]),
        ("qty: 1, as: like_for_like, out: [{sku: A, price_incl_tax: 500}]", ["step-not-allowed"]),
    ],
)
def test_what_can_not_be_sold_instead_is_refused(tmp_path: Path, said: str, codes: list[str]) -> None:
    assert refused(others(tmp_path), f"- {{exchange: SO-1, date: 2025-06-03, sku: A, {said}}}") == codes


STEPS = st.tuples(
    st.sampled_from(("SO-1", "last")), st.integers(1, 2), st.sampled_from(("A", "B", "C")), st.integers(1, 30000)
)


@settings(max_examples=12, deadline=None)
@given(steps=st.lists(STEPS, min_size=1, max_size=4), paid=st.booleans())
def test_whatever_is_sold_instead_comes_back_to_the_cent(steps: list, paid: bool, tmp_path_factory: object) -> None:
    ledger = OTHERS if paid else OTHERS.replace("Assets:Bank      ", "Assets:Receivable")
    shop = others(tmp_path_factory.mktemp("x"), ledger)  # type: ignore[attr-defined]
    before, orders, events = balances(shop), ["SO-1"], []
    for n, (which, units, sku, price) in enumerate(steps):
        order = orders[-1] if which == "last" else "SO-1"
        name = f"NEW-{n}"
        events.append(
            f"- {{exchange: {order}, id: X-{n}, date: 2025-06-{n + 1:02d}, line: '1', qty: {units}, condition: new, "
            f"new_order: {name}, as: different, out: [{{sku: {sku}, qty: 1, price_incl_tax: {price / 100:.2f}}}]}}"
        )
        done = apply(shop, "\n".join(events), "x.yaml")
        if done.findings:  # more than is left
            events.pop()
        else:
            orders.append(name)
    assert "Liabilities:Exchange-Clearing" not in balances(shop)
    for n, order in enumerate(orders):
        apply(shop, f"- {{return: {order}, id: R-{n}, date: 2025-07-01, condition: new}}", f"r{n}.yaml")
    left = balances(shop)
    for name in ("Assets:Receivable", "Assets:Bank", "Expenses:COGS", "Liabilities:Output-VAT:V-13"):
        assert not left.get(name), (name, left)
    cost = {name: amount for name, amount in left.items() if name.startswith("Assets:Inventory")}
    sold = {name: amount for name, amount in before.items() if name.startswith("Assets:Inventory")}
    assert cost == {**sold, "Assets:Inventory:A": sold["Assets:Inventory:A"] + 180}


# -- of a case

ASKED = "- {request: SO-1, id: RQ, date: 2025-06-01, sku: BLUE, qty: 2, reason: defective, wants: exchange}\n"
RED = "out: [{sku: RED}]"


@pytest.mark.parametrize(
    ("said", "moved"),
    [
        (f"as: like_for_like, {RED}", {"Assets:Inventory:RED": "-124.00", "Expenses:COGS": "4.00"}),
        (f"as: warranty, {RED}", {"Assets:Inventory:RED": "-124.00", "Expenses:Warranty": "4.00"}),
        (
            "out: [{sku: RED, price_incl_tax: 113}]",
            {
                "Assets:Inventory:RED": "-124.00",
                "Expenses:COGS": "4.00",
                "Income:Sales": "-200.00",
                "Income:Sales-Returns": "200.00",
            },
        ),
    ],
)
def test_goods_that_came_in_leave_clearing_and_a_replacement_may_go_first(
    tmp_path: Path, said: str, moved: dict[str, str]
) -> None:
    came, first = make(tmp_path / "came", SHOP), make(tmp_path / "first", SHOP)
    before = balances(first)
    posted(came, ASKED + "- {receive: RQ, id: G-1, date: 2025-06-02}")
    assert "exchange" in command(came, "status")
    done = posted(came, f"- {{exchange: RQ, id: X-1, date: 2025-06-03, {said}}}", "x.yaml")
    assert effect(done) == {**moved, "Liabilities:Returns-Clearing": "120.00"}
    assert set(refused(came, f"- {{exchange: RQ, date: 2025-06-04, {said}}}")) == {"step-not-allowed"}
    posted(first, ASKED)
    done = posted(first, f"- {{exchange: RQ, id: X-1, date: 2025-06-02, {said}}}", "x.yaml")
    assert effect(done) == {**moved, "Assets:Return-Asset": "120.00"}
    done = posted(first, "- {receive: RQ, id: G-1, date: 2025-06-03}", "g.yaml")
    assert effect(done) == {"Assets:Inventory-Inspection:BLUE": "120.00", "Assets:Return-Asset": "-120.00"}
    assert refused(first, "- {void: X-1, date: 2025-06-04}") == ["step-not-allowed"]
    for shop in (came, first):
        posted(shop, "- {inspect: RQ, id: I-1, date: 2025-06-05, condition: new}", "i.yaml")
        left = balances(shop)
        assert left["Assets:Inventory:BLUE"] == before["Assets:Inventory:BLUE"] + 120
        assert not left.keys() & {
            "Liabilities:Returns-Clearing",
            "Assets:Return-Asset",
            "Liabilities:Exchange-Clearing",
        }
        assert '"money": "settled"' in command(shop, "show", "RQ", "--json")
    voids = "- {void: I-1, date: 2025-06-06}\n- {void: G-1, date: 2025-06-06}\n- {void: X-1, date: 2025-06-06}"
    posted(first, voids, "voids.yaml")
    assert balances(first) == before


@pytest.mark.parametrize(
    ("said", "moved"),
    [
        (f"as: like_for_like, {RED}", {"Assets:Inventory:RED": "-62.00", "Expenses:COGS": "62.00"}),
        (f"as: warranty, {RED}", {"Assets:Inventory:RED": "-62.00", "Expenses:Warranty": "62.00"}),
    ],
)
def test_goods_that_never_come_back_are_lost_and_the_replacement_can(
    shop: Path, said: str, moved: dict[str, str]
) -> None:
    event = f"- {{exchange: SO-1, id: X-1, date: 2025-06-01, sku: BLUE, qty: 1, goods: kept, {said}}}"
    assert effect(posted(shop, event)) == moved
    posted(shop, "- {return: SO-1, date: 2025-06-10, method: later}", "back.yaml")
    left = balances(shop)
    expense = next(name for name in moved if name.startswith("Expenses"))
    assert {name: amount for name, amount in left.items() if name.startswith("Expenses")} == {expense: Decimal(60)}
    assert left["Assets:Inventory:RED"] == 3 * 62


def test_what_a_replacement_sent_first_is_for_may_be_given_up(shop: Path) -> None:
    posted(shop, ASKED + "- {exchange: RQ, id: X-1, date: 2025-06-02, qty: 2}")
    done = posted(shop, "- {dispose: RQ, id: D-1, date: 2025-07-01, disposition: missing}", "d.yaml")
    assert effect(done)["Assets:Return-Asset"] == "-120.00"
    assert "Assets:Return-Asset" not in balances(shop)


def test_goods_that_a_case_sees_come_in_with_the_exchange_and_their_worth_waits_for_that(shop: Path) -> None:
    posted(shop, ASKED)
    warranty = "as: warranty, value: 15.00"
    assert refused(shop, f"- {{exchange: RQ, date: 2025-06-02, {warranty}}}") == ["step-not-allowed"]
    done = posted(shop, f"- {{exchange: RQ, date: 2025-06-02, condition: damaged, {warranty}}}", "x.yaml")
    assert effect(done)["Expenses:Warranty"] == "90.00"
    assert (
        effect(posted(shop, "- {return: SO-1, date: 2025-06-20, method: later}", "r.yaml"))["Expenses:COGS"]
        == "-180.00"
    )
    assert balances(shop)["Expenses:Warranty"] == 90  # of the faulty units, and no cost of goods


@settings(max_examples=15, deadline=None)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(("receive", "exchange", "exchange-other")), st.integers(1, 2)), min_size=1, max_size=5
    )
)
def test_in_whatever_order_goods_come_and_go_clearing_is_nil_at_the_end(steps: list, tmp_path_factory: object) -> None:
    shop = make(tmp_path_factory.mktemp("x") / "shop", SHOP)  # type: ignore[attr-defined]
    apply(shop, ASKED, "asked.yaml")
    for n, (kind, units) in enumerate(steps):
        out = ", as: like_for_like, out: [{sku: RED}]" if kind == "exchange-other" else ""
        event = f"{kind.partition('-')[0]}: RQ, id: S-{n}, date: 2025-06-{n + 2:02d}, sku: BLUE, qty: {units}{out}"
        apply(shop, f"- {{{event}}}", f"s{n}.yaml")
        assert sum(balances(shop).values()) == 0
    for n, kind in enumerate(("exchange", "receive", "exchange")):
        apply(shop, f"- {{{kind}: RQ, id: L-{n}, date: 2025-06-2{n}}}", f"l{n}.yaml")
    left = balances(shop)
    assert not left.keys() & {"Liabilities:Returns-Clearing", "Assets:Return-Asset"}
    assert left["Assets:Inventory-Inspection:BLUE"] == 120
    apply(shop, "- {return: SO-1, date: 2025-07-01, condition: new, method: later}", "return.yaml")
    left = balances(shop)
    assert "Expenses:COGS" not in left
    assert left["Liabilities:Refund-Payable"] == -339
    assert left["Assets:Inventory:RED"] == 3 * 62
