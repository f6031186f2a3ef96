"""Ways to write discounts, coupons, delivery and rounding: by line or order, in which account, of which sign.

Each ledger is one that a user could have written. Returns are worked out by hand, in parts, and after all parts every
account of the sale stands as before it.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest
from ledgers import POLICY, apply, balances, effect, make, posted, refused

from returnledger.cli import show_plan
from returnledger.findings import Refused

STOCK = """\
2026-01-02 * "供应商" "进货"
  Assets:Inventory:Mug     10 MUG {30.00 CNY, 2026-01-02}
  Assets:Inventory:Tee     10 TEE {20.00 CNY, 2026-01-02}
  Equity:Opening

"""
ACCOUNTS = (
    ", inventory: Assets:Inventory, output_vat: Liabilities:VAT, shipping_revenue: Income:Shipping"
    ", sales_discounts: [Income:Discounts, Expenses:Coupons, Expenses:Promotion], rounding: Expenses:Rounding"
)
OPENING = {
    "Assets:Inventory:Mug": Decimal(300),
    "Assets:Inventory:Tee": Decimal(200),
    "Equity:Opening": Decimal(-500),
}
MIRROR = "revenue_account: same\ndiscounts: mirror\n"


def shop(folder: Path, sale: str, *, accounts: str = ACCOUNTS, more: str = MIRROR, policy: str = POLICY) -> Path:
    """A shop with mugs and tees, and one sale; every share goes back to its own account, so that nothing must be left."""
    return make(folder, STOCK + dedent(sale), accounts=accounts, more=more, policy=policy)


def each(settings: Path, items: list[str]) -> list[dict[str, str]]:
    """Post one event per item, and return the effect of each."""
    return [
        effect(posted(settings, f"- {{return: S1, date: 2026-03-{n + 1:02}, {item}}}", f"{n}.yaml"))
        for n, item in enumerate(items, len(list(settings.parent.glob("*.yaml"))))
    ]


def test_a_line_discount_of_opposite_sign_is_that_line_s(tmp_path: Path) -> None:
    settings = shop(
        tmp_path / "a",
        """
        2026-02-01 * "Ann" "Order" ^inv-S1
          Assets:Receivable            189.84 CNY
          Income:Sales                -120.00 CNY
            sku: "MUG"
          Income:Sales                  12.00 CNY
            sku: "MUG"
          Income:Sales                 -60.00 CNY
            sku: "TEE"
          Liabilities:VAT              -21.84 CNY
          Expenses:COGS                110.00 CNY
          Assets:Inventory:Mug             -3 MUG {}
          Assets:Inventory:Tee             -1 TEE {}
        """,
    )
    tee, one, rest = each(settings, ["sku: TEE", "sku: MUG, qty: 1", "sku: MUG, qty: 2"])
    assert (tee["Income:Sales"], tee["Liabilities:VAT"]) == ("60.00", "7.80")
    assert (one["Income:Sales"], one["Liabilities:VAT"]) == ("36.00", "4.68")
    assert rest["Assets:Receivable"] == "-81.36"
    assert balances(settings) == OPENING


def test_several_discounts_at_once_each_go_back_to_their_own_account(tmp_path: Path) -> None:
    # lines 120.00 and 60.00; the tee's discount 6.00, the order's 18.00 as 12.00 and 6.00, the coupon's 9.99 as 6.66 and 3.33
    settings = shop(
        tmp_path / "a",
        """
        2026-02-01 * "Ann" "Order" ^inv-S1
          Assets:Receivable            164.99 CNY
          Income:Sales                -120.00 CNY
            sku: "MUG"
          Income:Sales                 -60.00 CNY
            sku: "TEE"
          Expenses:Promotion             6.00 CNY
            sku: "TEE"
          Income:Discounts              18.00 CNY
          Expenses:Coupons               9.99 CNY
          Liabilities:VAT              -18.98 CNY
          Expenses:COGS                110.00 CNY
          Assets:Inventory:Mug             -3 MUG {}
          Assets:Inventory:Tee             -1 TEE {}
        """,
    )
    tee, mug, rest = each(settings, ["sku: TEE", "sku: MUG, qty: 1", "sku: MUG, qty: 2"])
    assert tee == {
        "Income:Sales": "60.00",
        "Expenses:Promotion": "-6.00",
        "Income:Discounts": "-6.00",
        "Expenses:Coupons": "-3.33",
        "Liabilities:VAT": "5.81",  # 18.98 by 101.34 and 44.67: 13.1731 and 5.8069
        "Assets:Receivable": "-50.48",
        "Assets:Inventory:Tee": "20.00",
        "Expenses:COGS": "-20.00",
    }
    assert (mug["Income:Discounts"], mug["Expenses:Coupons"]) == ("-4.00", "-2.22")
    assert (mug["Liabilities:VAT"], rest["Liabilities:VAT"]) == ("4.39", "8.78")
    assert balances(settings) == OPENING


def test_discounts_are_netted_into_sales_returns_where_the_settings_say_so(tmp_path: Path) -> None:
    settings = shop(
        tmp_path / "a",
        """
        2026-02-01 * "Ann" "Order" ^inv-S1
          Assets:Bank                  203.40 CNY
          Income:Sales                -200.00 CNY
          Expenses:Coupons              20.00 CNY
          Liabilities:VAT              -23.40 CNY
          Expenses:COGS                 60.00 CNY
          Assets:Inventory:Mug             -2 MUG {}
        """,
        more="",
    )
    (one,) = each(settings, ["qty: 1"])
    assert (one["Income:Sales-Returns"], one["Liabilities:VAT"], one["Assets:Bank"]) == ("90.00", "11.70", "-101.70")
    assert "Expenses:Coupons" not in one


def test_a_discount_between_two_lines_of_one_sku_is_the_line_s_before_it(tmp_path: Path) -> None:
    sale = """
        2026-02-01 * "Ann" "Order" ^inv-S1
          Assets:Receivable            214.70 CNY
          Income:Sales                -100.00 CNY
            sku: "MUG"
            qty: 2
{discount}          Income:Sales                -100.00 CNY
            sku: "MUG"
            qty: 2
{later}          Liabilities:VAT              -24.70 CNY
          Expenses:COGS                120.00 CNY
            sku: "MUG"
          Assets:Inventory:Mug             -4 MUG {{}}
            sku: "MUG"
    """
    discount = '          Income:Discounts              10.00 CNY\n            sku: "MUG"\n'
    for n, (first, second, shares) in enumerate(
        (
            (discount, "", ("45.00", "50.00")),
            ("", f"{discount}            line: 2\n", ("50.00", "45.00")),
            ("", discount, ("47.50", "47.50")),
        )
    ):
        settings = shop(tmp_path / str(n), sale.format(discount=first, later=second), more="")
        if shares[0] != shares[1]:
            assert refused(settings, "- {return: S1, date: 2026-03-01, sku: MUG, qty: 1}", "x.yaml") == ["line-needed"]
        one, two = each(settings, ["line: 1, qty: 1", "line: 2, qty: 1"])
        assert (one["Income:Sales-Returns"], two["Income:Sales-Returns"]) == shares
        each(settings, ["line: 1, qty: all, note: rest", "line: 2, qty: all, note: rest"])
        after = balances(settings)
        assert after["Income:Sales-Returns"] == 190 and "Liabilities:VAT" not in after


DELIVERED = """
    2026-02-01 * "Ann" "Order" ^inv-S1
      Assets:Receivable           {total} CNY
      Income:Sales                -100.00 CNY
        sku: "MUG"
      Income:Shipping              -20.00 CNY
{more}
      Liabilities:VAT              -{tax} CNY
      Expenses:COGS                 60.00 CNY
      Assets:Inventory:Mug             -2 MUG {{}}
"""


@pytest.mark.parametrize(
    ("more", "back"),
    [
        ("      Income:Shipping                5.00 CNY", {"Income:Shipping": "15.00"}),
        (
            '      Income:Discounts               5.00 CNY\n        sku: "shipping"',
            {"Income:Shipping": "20.00", "Income:Discounts": "-5.00"},
        ),
        (
            '      Expenses:Promotion             5.00 CNY\n        sku: "运费"',
            {"Income:Shipping": "20.00", "Expenses:Promotion": "-5.00"},
        ),
    ],
    ids=["opposite-sign", "sku-shipping", "chinese"],
)
def test_a_discount_on_delivery_comes_off_what_was_charged_for_it(
    tmp_path: Path, more: str, back: dict[str, str]
) -> None:
    settings = shop(tmp_path / "a", DELIVERED.format(total="129.95", more=more, tax="14.95"))
    event = "- {return: S1, date: 2026-03-01, qty: 1, shipping: 16.96, note: too much}"
    assert refused(settings, event, "x.yaml") == ["more-than-invoiced"]  # 15.00 and 1.95 of tax
    (one,) = each(settings, ["qty: 1"])
    assert one["Assets:Receivable"] == "-56.50"
    done = effect(posted(settings, "- {return: S1, date: 2026-03-09, shipping: all}", "last.yaml"))
    assert {account: done[account] for account in back} == back
    assert (done["Liabilities:VAT"], done["Assets:Receivable"]) == ("8.45", "-73.45")
    assert balances(settings) == OPENING


def test_delivery_goes_back_in_parts_and_leaves_nothing(tmp_path: Path) -> None:
    more = '      Income:Discounts               5.00 CNY\n        sku: "shipping"'
    settings = shop(tmp_path / "a", DELIVERED.format(total="129.95", more=more, tax="14.95"))
    (one,) = each(settings, ["qty: 1, shipping: 5.00"])
    assert Decimal(one["Income:Shipping"]) + Decimal(one["Income:Discounts"]) == Decimal("4.42")  # 5.00 / 1.13
    assert one["Assets:Receivable"] == "-61.50"
    each(settings, ["qty: 1, shipping: all, note: the rest"])
    assert balances(settings) == OPENING


def test_free_delivery_is_no_delivery(tmp_path: Path) -> None:
    more = "      Income:Shipping               20.00 CNY"
    settings = shop(tmp_path / "a", DELIVERED.format(total="113.00", more=more, tax="13.00"))
    (both,) = each(settings, ["qty: 2, shipping: all"])
    assert both["Assets:Receivable"] == "-113.00" and "Income:Shipping" not in both
    assert balances(settings) == OPENING


def test_gift_wrapping_is_a_line_without_stock(tmp_path: Path) -> None:
    sale = """
        2026-02-01 * "Ann" "Order" ^inv-S1
          Assets:Bank                  118.65 CNY
          Income:Sales                -100.00 CNY
            sku: "MUG"
          Income:Sales                  -5.00 CNY
            sku: "GIFT-WRAP"
          Liabilities:VAT              -13.65 CNY
          Expenses:COGS                 60.00 CNY
          Assets:Inventory:Mug             -2 MUG {}
    """
    settings = shop(tmp_path / "a", sale)
    mug, wrap, rest = each(settings, ["sku: MUG, qty: 1", "sku: GIFT-WRAP", "sku: MUG"])
    assert mug["Assets:Bank"] == rest["Assets:Bank"] == "-56.50"
    assert wrap == {"Income:Sales": "5.00", "Liabilities:VAT": "0.65", "Assets:Bank": "-5.65"}
    assert balances(settings) == OPENING
    whole = shop(tmp_path / "b", sale)
    posted(whole, "- {return: S1, date: 2026-03-01}")
    assert balances(whole) == OPENING


ROUNDED = """
    2026-02-01 * "Ann" "Order" ^inv-S1
      Assets:Cash                 {paid} CNY
      Income:Sales                -100.00 CNY
      Income:Discounts               7.77 CNY
      Liabilities:VAT              -11.99 CNY
      Expenses:Rounding           {rounding} CNY
      Expenses:COGS                 90.00 CNY
      Assets:Inventory:Mug             -3 MUG {{}}
"""


@pytest.mark.parametrize(("paid", "rounding"), [("104.00", "0.22"), ("104.50", "-0.28")], ids=["down", "up"])
def test_the_rounding_of_a_document_goes_back_with_the_last_unit_sign_and_all(
    tmp_path: Path, paid: str, rounding: str
) -> None:
    settings = shop(tmp_path / "a", ROUNDED.format(paid=paid, rounding=rounding))
    one, two, three = each(settings, ["qty: 1", "qty: 1, note: second", "qty: 1, note: third"])
    assert "Expenses:Rounding" not in one and "Expenses:Rounding" not in two
    assert [one["Assets:Cash"], two["Assets:Cash"]] == ["-34.74", "-34.74"]  # 104.22 by three
    assert Decimal(three["Expenses:Rounding"]) == -Decimal(rounding)
    assert Decimal(three["Assets:Cash"]) == Decimal("-34.74") + Decimal(rounding)
    assert balances(settings) == OPENING


def test_a_price_and_an_allowance_on_a_discounted_line(tmp_path: Path) -> None:
    sale = """
        2026-02-01 * "Ann" "Order" ^inv-S1
          Assets:Receivable            203.40 CNY
          Income:Sales                -200.00 CNY
          Expenses:Coupons              20.00 CNY
          Liabilities:VAT              -23.40 CNY
          Expenses:COGS                 60.00 CNY
          Assets:Inventory:Mug             -2 MUG {}
    """
    settings = shop(tmp_path / "a", sale)
    assert refused(settings, "- {return: S1, date: 2026-03-01, qty: 1, price_incl_tax: 113.00}") == ["price-differs"]
    done = apply(settings, "- {allowance: S1, date: 2026-03-02, amount: 203.41, reason: quality}")
    assert [finding.code for finding in done.findings] == ["more-than-invoiced"]
    fair = effect(posted(settings, "- {return: S1, date: 2026-03-01, qty: 1, price_incl_tax: 101.70}", "a.yaml"))
    assert (fair["Income:Sales"], fair["Expenses:Coupons"], fair["Liabilities:VAT"]) == ("100.00", "-10.00", "11.70")
    less = effect(posted(settings, "- {allowance: S1, date: 2026-03-02, amount: 22.60, reason: quality}", "b.yaml"))
    assert (less["Income:Sales"], less["Liabilities:VAT"]) == ("20.00", "2.60")
    (rest,) = each(settings, ["qty: all"])
    assert rest["Assets:Receivable"] == "-79.10"
    assert balances(settings) == OPENING


def test_a_line_of_two_revenue_accounts_goes_back_to_both(tmp_path: Path) -> None:
    sale = """
        2026-02-01 * "Ann" "Order" ^inv-S1
          Assets:Receivable            113.00 CNY
          Income:Sales:Shop            -70.00 CNY
          Income:Sales:Engraving       -30.00 CNY
          Liabilities:VAT              -13.00 CNY
          Expenses:COGS                 60.00 CNY
          Assets:Inventory:Mug             -2 MUG {}
    """
    settings = shop(tmp_path / "a", sale)
    (one, _) = each(settings, ["qty: 1", "qty: 1, note: second"])
    assert (one["Income:Sales:Shop"], one["Income:Sales:Engraving"]) == ("35.00", "15.00")
    assert balances(settings) == OPENING


COINS = """
    2026-02-01 * "Ann" "Order" ^inv-S1
      Assets:Cash                  {cash} CNY
      Assets:Card                  {card} CNY
      Income:Sales                -100.00 CNY
      Expenses:COGS                 90.00 CNY
      Assets:Inventory:Mug             -3 MUG {{}}
"""
TILLS = "methods: {cash: {account: Assets:Cash}, card: {account: Assets:Card}}\n"


def coins(folder: Path, cash: str = "100.00", card: str = "0.00", rule: str = "{step: 0.05, methods: [cash]}") -> Path:
    more = f"{MIRROR}{TILLS}cash_rounding: {rule}\n" if rule else MIRROR + TILLS
    return shop(folder, COINS.format(cash=cash, card=card), more=more)


def test_cash_is_rounded_to_coins_and_the_last_part_pays_what_is_left(tmp_path: Path) -> None:
    settings = coins(tmp_path / "a")
    parts = each(settings, ["qty: 1", "qty: 1, note: second", "qty: 1, note: third"])
    assert [part["Assets:Cash"] for part in parts] == ["-33.35", "-33.35", "-33.35"]  # 33.33, 33.34, 33.33
    assert [part["Expenses:Rounding"] for part in parts] == ["0.02", "0.01", "0.02"]
    assert balances(settings) == {**OPENING, "Assets:Cash": Decimal("-0.05"), "Expenses:Rounding": Decimal("0.05")}


@pytest.mark.parametrize(("mode", "cash"), [("nearest", "-33.50"), ("down", "-33.00"), ("up", "-33.50")])
def test_cash_is_rounded_as_the_settings_say(tmp_path: Path, mode: str, cash: str) -> None:
    settings = coins(tmp_path / "a", rule=f"{{step: 0.50, mode: {mode}, methods: cash}}")
    done = posted(settings, "- {return: S1, id: R1, date: 2026-03-01, qty: 1}")
    assert effect(done)["Assets:Cash"] == cash
    text = show_plan.event_lines(done.planned.plan.events)[0]
    assert f"{cash[1:]} CNY paid" in text and "rounding of cash" in text
    posted(settings, "- {void: R1, date: 2026-03-02}", "v.yaml")
    again = effect(posted(settings, "- {return: S1, id: R2, date: 2026-03-03}", "w.yaml"))
    assert again["Assets:Cash"] == "-100.00" and "Expenses:Rounding" not in again


def test_cash_is_not_rounded_where_nobody_says_so_nor_is_a_card(tmp_path: Path) -> None:
    plain = each(coins(tmp_path / "a", rule=""), ["qty: 1"])[0]
    assert plain["Assets:Cash"] == "-33.33" and "Expenses:Rounding" not in plain
    card = each(coins(tmp_path / "b", cash="0.00", card="100.00"), ["qty: 1"])[0]
    assert card["Assets:Card"] == "-33.33" and "Expenses:Rounding" not in card


def test_a_refund_in_cash_later_is_rounded_when_it_is_paid(tmp_path: Path) -> None:
    settings = coins(tmp_path / "a")
    posted(settings, "- {return: S1, id: R1, date: 2026-03-01, qty: 1, method: later}")
    done = posted(settings, "- {refund: R1, date: 2026-03-02, method: cash}", "b.yaml")
    assert effect(done) == {"Assets:Cash": "-33.35", "Expenses:Rounding": "0.02", "Liabilities:Refund-Payable": "33.33"}


def test_the_rounding_of_a_document_is_undone_beside_that_of_cash(tmp_path: Path) -> None:
    sale = ROUNDED.format(paid="104.00", rounding="0.22")
    settings = shop(tmp_path / "a", sale, more=f"{MIRROR}{TILLS}cash_rounding: {{step: 0.10, methods: cash}}\n")
    one, two, three = each(settings, ["qty: 1", "qty: 1, note: second", "qty: 1, note: third"])
    assert [part["Assets:Cash"] for part in (one, two, three)] == ["-34.70", "-34.70", "-34.50"]
    # 34.74 and 34.74 rounded down, 34.52 (34.74 less 0.22) as well
    assert [part["Expenses:Rounding"] for part in (one, two, three)] == ["-0.04", "-0.04", "-0.24"]
    assert balances(settings) == {**OPENING, "Assets:Cash": Decimal("0.10"), "Expenses:Rounding": Decimal("-0.10")}


def test_a_coupon_is_shared_by_the_goods_whatever_threshold_it_had(tmp_path: Path) -> None:
    sale = """
        2026-02-01 * "Ann" "Order" ^inv-S1
          coupon_threshold: 150.00 CNY
          Assets:Receivable            160.00 CNY
          Income:Sales                -120.00 CNY
            sku: "MUG"
          Income:Sales                 -60.00 CNY
            sku: "TEE"
          Expenses:Coupons              20.00 CNY
          Expenses:COGS                110.00 CNY
          Assets:Inventory:Mug             -3 MUG {}
          Assets:Inventory:Tee             -1 TEE {}
    """
    settings = shop(tmp_path / "a", sale, policy=POLICY + "coupons: pro_rata\n")
    mug, tee = each(settings, ["sku: MUG, qty: all", "sku: TEE"])
    assert (mug["Assets:Receivable"], tee["Assets:Receivable"]) == ("-106.67", "-53.33")
    assert balances(settings) == OPENING
    other = shop(tmp_path / "b", sale, policy=POLICY + "coupons: clawback\n")
    mug, tee = each(other, ["sku: MUG, qty: all", "sku: TEE"])
    assert (mug["Assets:Receivable"], tee["Assets:Receivable"]) == ("-100.00", "-60.00")  # the tee without its coupon
    assert balances(other) == OPENING


def test_a_rounding_of_cash_that_names_no_method_is_a_finding(tmp_path: Path) -> None:
    settings = coins(tmp_path / "a", rule="{step: 0.05, methods: [purse]}")
    with pytest.raises(Refused, match="cash-method-unknown"):
        apply(settings, "- {return: S1, date: 2026-03-01}")
    none = coins(tmp_path / "b", rule="{step: 0, methods: [cash]}")
    with pytest.raises(Refused, match="number-range"):
        apply(none, "- {return: S1, date: 2026-03-01}")


PLAIN = ", inventory: Assets:Inventory, output_vat: Liabilities:VAT"


@pytest.mark.parametrize(
    ("paid", "discount"),
    [
        ("Assets:Receivable   103.00 CNY", "Expenses:Marketing:Promo   10.00 CNY"),
        ("Assets:Cash   103.00 CNY", "Expenses:Coupons   10.00 CNY"),
        ("Assets:Cash   103.00 CNY", "Income:Loyalty   10.00 CNY"),
        ("Assets:Cash   103.00 CNY", "Expenses:6601-销售费用:满减   10.00 CNY"),
    ],
)
def test_a_discount_on_an_account_of_no_role_is_told_by_what_it_does(tmp_path: Path, paid: str, discount: str) -> None:
    sale = f"""
        2026-02-01 * "Ann" "Order" ^inv-S1
          {paid}
          Income:Sales                -100.00 CNY
          {discount}
          Liabilities:VAT              -13.00 CNY
          Expenses:COGS                 60.00 CNY
          Assets:Inventory:Mug             -2 MUG {{}}
    """
    settings = shop(tmp_path / "a", sale, accounts=PLAIN)
    done = posted(settings, "- {return: S1, date: 2026-03-01, qty: 1}")
    assert [code for code, _ in done.events[0].inferred] == ["discount-account"]
    account = discount.split()[0]
    assert (effect(done)[account], effect(done)[paid.split()[0]]) == ("-5.00", "-51.50")
    each(settings, ["qty: 1"])
    assert balances(settings) == OPENING


def test_what_a_bank_keeps_is_no_discount_beside_a_coupon(tmp_path: Path) -> None:
    sale = """
        2026-02-01 * "Ann" "Order" ^inv-S1
          Assets:Bank                  100.00 CNY
          Expenses:Stripe                3.00 CNY
          Income:Sales                -100.00 CNY
          Expenses:Coupons              10.00 CNY
          Liabilities:VAT              -13.00 CNY
          Expenses:COGS                 60.00 CNY
          Assets:Inventory:Mug             -2 MUG {}
    """
    settings = shop(tmp_path / "a", sale, accounts=PLAIN)
    done = posted(settings, "- {return: S1, date: 2026-03-01, qty: 1}")
    assert [code for code, _ in done.events[0].inferred] == ["discount-account", "paid-net-of-fee"]
    assert (effect(done)["Expenses:Coupons"], effect(done)["Assets:Bank"]) == ("-5.00", "-51.50")


FREE = """
    2026-02-01 * "Ann" "Order" ^inv-S1
      {money}
      Income:Sales                -100.00 CNY
      Income:Shipping              -20.00 CNY
      {given}   {amount} CNY
      Liabilities:VAT              -13.00 CNY
      Expenses:COGS                 60.00 CNY
      Assets:Inventory:Mug             -2 MUG {{}}
"""


@pytest.mark.parametrize(
    ("given", "amount"),
    [
        ("Expenses:Marketing:Free-Shipping", "20.00"),
        ("Expenses:Marketing", "20.00"),
        ("Expenses:6601-销售费用:运费", "20.00"),
        ("Income:Delivery-Promo", "20.00"),
        ("Income:Shipping:Promo", "20.00"),
        ("Equity:Gifts", "20.00"),
        ("Expenses:Versand-Rabatt", "8.00"),
    ],
)
def test_delivery_given_free_comes_off_delivery(tmp_path: Path, given: str, amount: str) -> None:
    paid = Decimal(133) - Decimal(amount)
    sale = FREE.format(money=f"Assets:Bank   {paid} CNY", given=given, amount=amount)
    settings = shop(tmp_path / "a", sale, accounts=PLAIN + ", shipping_revenue: Income:Shipping")
    (one,) = each(settings, ["qty: 1"])
    assert (one["Assets:Bank"], one["Liabilities:VAT"]) == ("-56.50", "6.50")
    (rest,) = each(settings, ["qty: 1, shipping: all"])
    assert Decimal(rest["Assets:Bank"]) == Decimal("56.50") - paid


@pytest.mark.parametrize("account", ["Income:Shipping:Promo", "Expenses:Shipping-Coupons"])
def test_a_discount_account_named_after_delivery_is_for_delivery(tmp_path: Path, account: str) -> None:
    roles = PLAIN + f", shipping_revenue: Income:Shipping, sales_discounts: [{account}]"
    sale = FREE.format(money="Assets:Bank   113.00 CNY", given=account, amount="20.00")
    (both,) = each(shop(tmp_path / "a", sale, accounts=roles), ["qty: 2, shipping: all"])
    assert (both["Assets:Bank"], both["Income:Sales"]) == ("-113.00", "100.00")


def test_postage_that_a_marketplace_took_off_its_payout_was_paid_by_the_customer(tmp_path: Path) -> None:
    sale = FREE.format(money="Assets:Etsy   113.00 CNY", given="Expenses:Shipping-Labels", amount="20.00")
    settings = shop(tmp_path / "a", sale, accounts=PLAIN + ", shipping_revenue: Income:Shipping")
    (both,) = each(settings, ["qty: 2, shipping: all"])
    assert both["Assets:Etsy"] == "-133.00"


REDUCED = """
    2026-02-01 * "Ann" "Order" ^inv-S1
      {money}    103.00 CNY
      {account}   10.00 CNY
      Income:Sales                -100.00 CNY
      Liabilities:VAT              -13.00 CNY
      Expenses:COGS                 60.00 CNY
      Assets:Inventory:Mug             -2 MUG {{}}
"""


@pytest.mark.parametrize(
    "account",
    [
        "Expenses:Marketing",
        "Expenses:Loyalty-Points",
        "Expenses:6601-销售费用",
        "Expenses:Breakage",
        "Expenses:Coffee-Club",
        "Equity:Points",
    ],
)
def test_what_nobody_says_is_a_fee_is_a_discount_and_never_paid_back(tmp_path: Path, account: str) -> None:
    settings = shop(tmp_path / "a", REDUCED.format(money="Assets:Bank", account=account), accounts=PLAIN)
    done = posted(settings, "- {return: S1, date: 2026-03-01, qty: 1}")
    assert [code for code, _ in done.events[0].inferred] == ["discount-account"]
    assert (effect(done)["Assets:Bank"], effect(done)[account]) == ("-51.50", "-5.00")
    (rest,) = each(settings, ["qty: 1"])
    assert rest["Assets:Bank"] == "-51.50" and "Liabilities:Refund-Payable" not in rest
    assert balances(settings) == OPENING


@pytest.mark.parametrize(
    ("money", "account"),
    [
        ("Assets:Bank", "Expenses:Card-Processing"),
        ("Assets:Bank", "Expenses:Stripe"),
        ("Assets:Bank", "Expenses:Bank:Charges"),
        ("Assets:Bank", "Expenses:6603-财务费用"),
        ("Assets:Bank", "Expenses:Verkaufsprovision"),
        ("Assets:PayPal", "Expenses:Selling"),
        ("Assets:Card-Clearing", "Expenses:Selling"),
    ],
)
def test_what_the_account_or_a_platform_says_is_a_fee_was_paid(tmp_path: Path, money: str, account: str) -> None:
    settings = shop(tmp_path / "a", REDUCED.format(money=money, account=account), accounts=PLAIN)
    done = posted(settings, "- {return: S1, date: 2026-03-01, qty: 1}")
    assert [code for code, _ in done.events[0].inferred] == ["paid-net-of-fee"]
    assert effect(done)[money] == "-56.50" and account not in effect(done)


def test_what_the_shop_paid_in_the_sale_is_no_discount(tmp_path: Path) -> None:
    sale = """
        2026-02-01 * "Ann" "Order" ^inv-S1
          Assets:Bank                  113.00 CNY
          Expenses:Packaging             4.00 CNY
          Assets:Cash                   -4.00 CNY
          Income:Sales                -100.00 CNY
          Liabilities:VAT              -13.00 CNY
          Expenses:COGS                 60.00 CNY
          Assets:Inventory:Mug             -2 MUG {}
    """
    done = posted(shop(tmp_path / "a", sale, accounts=PLAIN), "- {return: S1, date: 2026-03-01, qty: 1}")
    assert effect(done)["Assets:Bank"] == "-56.50" and "Expenses:Packaging" not in effect(done)
