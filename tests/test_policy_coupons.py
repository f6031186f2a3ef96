"""Coupons with a threshold: what is taken back of them, to the cent, in parts, in any order, and that nothing stays."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import POLICY, balances, effect, make, posted

from returnledger import app
from returnledger.money import round_to, shares

BUY = """\
2025-01-01 * "Supplier" "Purchase"
  Assets:Stock:A    9 A {110 CNY, 2025-01-01}
  Assets:Stock:B    9 B {55 CNY, 2025-01-01}
  Assets:Stock:C    9 C {55 CNY, 2025-01-01}
  Equity:Opening

"""
# Case SC-003: lines of 200, 100 and 100 with 13 % tax, coupon 80 from 300 on, paid 320.
SALE = """\
2025-06-20 * "Customer" "Sale" ^inv-S1
  Assets:Cash                320.00 CNY
  Income:Sales              -176.99 CNY
    line: 1
    sku: "A"
  Income:Sales               -88.50 CNY
    line: 2
    sku: "B"
  Income:Sales               -88.50 CNY
    line: 3
    sku: "C"
  Income:Sales-Discounts      70.80 CNY
    coupon_threshold: 300.00 CNY
  Liabilities:Output-VAT     -36.81 CNY
  Expenses:COGS              220.00 CNY
  Assets:Stock:A                 -1 A {110 CNY, 2025-01-01}
    line: 1
    sku: "A"
  Assets:Stock:B                 -1 B {55 CNY, 2025-01-01}
    line: 2
    sku: "B"
  Assets:Stock:C                 -1 C {55 CNY, 2025-01-01}
    line: 3
    sku: "C"
"""
CLAWBACK = POLICY + "coupons: clawback\n"


def shop(tmp_path: Path, sale: str = SALE, *, policy: str = CLAWBACK, more: str = "") -> Path:
    """Return the settings of a shop with one sale."""
    return make(tmp_path, BUY + sale, accounts=", inventory: Assets:Stock", policy=policy, more=more)


def refunds(path: Path, parts: Iterable[str], account: str = "Assets:Cash") -> list[str]:
    """Return what each of several returns pays, posted one by one."""
    paid = []
    for n, part in enumerate(parts):
        event = f"- {{return: S1, id: R{n}, date: 2025-07-0{n + 1}, {part}}}\n"
        paid.append(effect(posted(path, event, f"e{n}.yaml")).get(account, "0"))
    return paid


def test_sc_003_the_coupon_on_what_is_kept_is_taken_back(tmp_path: Path) -> None:
    path = shop(tmp_path / "a")
    before = balances(path)
    done = posted(path, "- {return: S1, date: 2025-07-02, sku: A}")
    assert effect(done) == {
        "Income:Sales-Returns": "106.19",  # 141.59 less 35.40 on what is kept
        "Liabilities:Output-VAT": "13.81",
        "Assets:Cash": "-120.00",
        "Assets:Stock:A": "110",
        "Expenses:COGS": "-110.00",
    }
    assert [code for code, _ in done.events[0].inferred if code.startswith("coupon")] == ["coupon-taken-back"]
    assert refunds(path, ["sku: B", "sku: C"]) == ["-100.00", "-100.00"]
    after = balances(path)
    assert after.pop("Assets:Cash", Decimal(0)) == before.pop("Assets:Cash") - 320
    assert sum(amount for name, amount in after.items() if name.startswith(("Income", "Liabilities"))) == 0


@pytest.mark.parametrize("order", list(itertools.permutations("ABC")))
def test_in_whatever_order_goods_come_back_nothing_is_left(tmp_path: Path, order: tuple[str, ...]) -> None:
    path = shop(tmp_path / "a")
    paid = [Decimal(text) for text in refunds(path, [f"sku: {sku}" for sku in order])]
    assert sum(paid) == -320
    first = {"A": Decimal("-120.00"), "B": Decimal("-80.00"), "C": Decimal("-80.00")}[order[0]]
    assert paid[0] == first  # of B or C goods worth 300 stay, which is enough
    left = balances(path)
    assert not {name for name in left if name.startswith(("Income", "Liabilities", "Expenses"))} - {
        "Income:Sales",
        "Income:Sales-Discounts",
        "Income:Sales-Returns",
    }
    assert sum(amount for name, amount in left.items() if name.startswith("Income")) == 0


def test_all_at_once_takes_nothing_back(tmp_path: Path) -> None:
    assert refunds(shop(tmp_path / "a"), ["reason: changed_mind"]) == ["-320.00"]
    path = shop(tmp_path / "b")
    assert refunds(path, ["items: [{sku: A}, {sku: B}]", "sku: C"]) == ["-220.00", "-100.00"]


def test_pro_rata_takes_nothing_back_whatever_is_kept(tmp_path: Path) -> None:
    path = shop(tmp_path / "a", policy=POLICY)
    assert refunds(path, ["sku: A", "sku: B", "sku: C"]) == ["-160.00", "-80.00", "-80.00"]


def test_the_threshold_may_stand_on_the_transaction(tmp_path: Path) -> None:
    line = "    coupon_threshold: 300.00 CNY\n"
    sale = SALE.replace(line, "").replace("^inv-S1\n", "^inv-S1\n  coupon_threshold: 300.00 CNY\n")
    assert refunds(shop(tmp_path / "a", sale), ["sku: A"]) == ["-120.00"]


@pytest.mark.parametrize(
    ("threshold", "paid"),
    [
        ("200.00 CNY", "-160.00"),
        ("200.10 CNY", "-120.00"),
        ("200", "-160.00"),
        ("0", "-160.00"),
        ("300.00 USD", "-160.00"),
    ],
)
def test_goods_worth_just_the_threshold_keep_the_coupon(tmp_path: Path, threshold: str, paid: str) -> None:
    path = shop(tmp_path / "a", SALE.replace("300.00 CNY", threshold))
    assert refunds(path, ["sku: A"]) == [paid]


def test_a_threshold_that_says_nothing_is_told(tmp_path: Path) -> None:
    path = shop(tmp_path / "a", SALE.replace("300.00 CNY", '"ab 300"'))
    done = posted(path, "- {return: S1, date: 2025-07-02, sku: A}")
    assert (effect(done)["Assets:Cash"], [code for code, _ in done.events[0].inferred]) == (
        "-160.00",
        ["tax-at-one-rate", "coupon-unread"],
    )


def test_mirrored_the_coupon_goes_back_to_its_own_account(tmp_path: Path) -> None:
    path = shop(tmp_path / "a", more="discounts: mirror\nrevenue_account: same\n")
    done = posted(path, "- {return: S1, date: 2025-07-02, sku: A}")
    assert effect(done)["Income:Sales-Discounts"] == "-70.80"  # 35.40 of the goods, and 35.40 of those kept
    refunds(path, ["sku: B", "sku: C"])
    assert not {name for name in balances(path) if name.startswith(("Income", "Liabilities", "Expenses"))}


def test_another_discount_on_the_account_of_the_coupon_is_left_alone(tmp_path: Path) -> None:
    sale = SALE.replace("320.00", "308.70").replace(
        "  Liabilities:Output-VAT     -36.81",
        '  Income:Sales-Discounts      10.00 CNY\n    sku: "A"\n  Liabilities:Output-VAT     -35.51',
    )
    path = shop(tmp_path / "a", sale)
    paid = [Decimal(text) for text in refunds(path, ["sku: A", "sku: B", "sku: C"])]
    assert sum(paid) == Decimal("-308.70")
    assert abs(paid[1] + 100) <= Decimal("0.60") and abs(paid[2] + 100) <= Decimal("0.60")


def test_a_void_gives_the_coupon_back_as_it_was(tmp_path: Path) -> None:
    path = shop(tmp_path / "a")
    refunds(path, ["sku: A"])
    posted(path, "- {void: R0, date: 2025-07-03}", "v.yaml")
    posted(path, "- {return: S1, id: X, date: 2025-07-04, sku: B}", "x.yaml")  # 300 stay: nothing is taken back
    assert effect(posted(path, "- {return: S1, id: Y, date: 2025-07-04, sku: A}", "y.yaml"))["Assets:Cash"] == "-140.00"


def test_the_customer_never_gets_less_than_nothing(tmp_path: Path) -> None:
    sale = """\
2025-06-20 * "Customer" "Sale" ^inv-S1
  coupon_threshold: 300.00 CNY
  Assets:Cash                200.00 CNY
  Income:Sales               -10.00 CNY
    sku: "A"
  Income:Sales              -290.00 CNY
    sku: "B"
  Income:Sales-Discounts     100.00 CNY
  Expenses:COGS              165.00 CNY
  Assets:Stock:A                 -1 A {110 CNY, 2025-01-01}
  Assets:Stock:B                 -1 B {55 CNY, 2025-01-01}
"""
    path = shop(tmp_path / "a", sale)
    assert refunds(path, ["sku: A", "sku: B"]) == ["0", "-200.00"]


def test_a_fee_comes_off_before_the_coupon_does(tmp_path: Path) -> None:
    path = shop(tmp_path / "a", policy=CLAWBACK + "fees: [{{id: all, when: {{}}, percent: 10}}]\n")
    assert refunds(path, ["sku: A"]) == ["-104.00"]  # 160 less 16, less 40


def test_what_comes_back_counts_for_approval_with_the_coupon_given_back(tmp_path: Path) -> None:
    rows = 'approvals: [{{id: a, when: {{amount: "<=279"}}, by: []}}, {{id: b, when: {{}}, by: [boss]}}]\n'
    path = shop(tmp_path / "a", policy=CLAWBACK + rows)
    refunds(path, ["sku: A"])
    (path.parent / "e.yaml").write_text("- {return: S1, date: 2025-07-03, sku: B}\n", encoding="utf-8")
    (event,) = app.plan([path.parent / "e.yaml"], settings=path).events
    assert [finding.code for finding in event.findings] == []  # 120 and 100
    assert event.document is not None and event.document.approval_amount == 220


def test_credit_note_and_report_show_what_was_credited(tmp_path: Path) -> None:
    path = shop(tmp_path / "a")
    refunds(path, ["sku: A"])
    report = app.report("credit-notes", settings=path)
    assert "120" in str(report) and not [tie for tie in getattr(report, "ties", ()) if not tie.ok]


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_refunds_and_goods_kept_are_what_was_paid(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """After any returns the customer has paid the goods kept: at list price, less the coupon while they reach it."""
    units = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    prices = [data.draw(st.integers(300, 20000)) for _ in units]
    whole = [Decimal(price) / 100 * n for price, n in zip(prices, units)]
    coupon = min(Decimal(data.draw(st.integers(1, 9000))) / 100, sum(whole) - 1)
    threshold = Decimal(data.draw(st.integers(100, 50000))) / 100
    paid = sum(whole) - coupon
    rows = [("ABC"[n], whole[n], units[n]) for n in range(len(units))]
    cost = {"A": 110, "B": 55, "C": 55}
    sale = f'2025-06-20 * "Customer" "Sale" ^inv-S1\n  coupon_threshold: {threshold} CNY\n  Assets:Cash  {paid} CNY\n'
    sale += "".join(f'  Income:Sales  -{amount} CNY\n    sku: "{sku}"\n' for sku, amount, _ in rows)
    sale += f"  Income:Sales-Discounts  {coupon} CNY\n"
    sale += f"  Expenses:COGS  {sum(cost[sku] * n for sku, _, n in rows)}.00 CNY\n"
    sale += "".join(f"  Assets:Stock:{sku}  -{n} {sku} {{{cost[sku]} CNY, 2025-01-01}}\n" for sku, _, n in rows)
    path = shop(tmp_path_factory.mktemp("coupon") / "a", sale)
    left, given = {sku: n for sku, _, n in rows}, Decimal(0)
    share = dict(zip(left, shares(coupon, whole, 2), strict=True))
    queue = data.draw(st.permutations([sku for sku, _, n in rows for _ in range(n)]))
    for n, sku in enumerate(queue):
        left[sku] -= 1
        done = posted(path, f"- {{return: S1, id: R{n}, date: 2025-07-01, sku: {sku}, qty: 1}}\n", f"e{n}.yaml")
        back = -Decimal(effect(done).get("Assets:Cash", "0"))
        assert back >= 0
        given += back
        kept = sum((amount * left[name] / units for name, amount, units in rows), Decimal(0))
        reached = kept >= threshold
        off = sum((share[name] * left[name] / units for name, _, units in rows), Decimal(0)) if reached else 0
        due = paid - (kept - off)
        if abs(kept - threshold) > Decimal("0.05"):
            assert given <= max(due, given - back) + Decimal("0.05")
            if due >= given - back:
                assert abs(given - due) <= Decimal("0.05")
    assert given == paid
    assert round_to(sum(a for name, a in balances(path).items() if name.startswith("Income")), 2) == 0
