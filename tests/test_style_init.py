"""init on ledgers of very different styles: what it proposes needs no change, and returns post as worked out by hand.

Each ledger stands in tests/styles. The one-line return that init tries must have the effect given here; with the settings
as init wrote them the whole of every order then comes back, and what is left must be what was there before the sales.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core.data import Transaction

from returnledger import app, trial
from returnledger.cli import show_reading

STYLES = Path(__file__).parent / "styles"


@dataclass(frozen=True)
class Style:
    """A ledger: the settings that init must find, what a return of one unit does, and what is left after all returns."""

    name: str
    settings: tuple[str, ...]  # lines of returnledger.yaml, without comments
    tried: dict[str, str]
    returns: dict[str, str]  # order -> the day on which all of it comes back
    left: dict[str, str] = field(default_factory=dict)  # balances at cost; all income accounts together are Income
    sales: int = 0
    absent: tuple[str, ...] = ()  # lines that the settings must not have

    def __str__(self) -> str:
        return self.name


EVERY = (
    Style(
        "german_vat_shop",
        (
            "entries_language: en",
            "preset: general",
            'accounts_receivable: "Assets:Forderungen"',
            'inventory: "Assets:Warenlager"',
            'output_vat: "Liabilities:Umsatzsteuer-19"',
            'revenue: "Income:Erloese-19"',
            'sales_discounts: "Income:Erloesschmaelerungen"',
            'shipping_revenue: "Income:Versandkosten"',
            'cogs: "Expenses:Wareneinsatz"',
            '"bank": {account: "Assets:Bank:Sparkasse", paid: on_return}',
            'order: [{link: "RE-{}"}]',
            'metadata: {sku: "artikelnr", quantity: "menge", customer: "kundennr"}',
        ),
        {
            "Assets:Forderungen": "-11.90",
            "Income:Sales-Returns": "10.00",
            "Liabilities:Umsatzsteuer-19": "1.90",
            "Assets:Warenlager:Tasse": "4.00",
            "Expenses:Wareneinsatz": "-4.00",
        },
        {"2026-017": "2026-02-06", "RE-2026-018": "2026-02-10"},
        {
            "Assets:Warenlager:Tasse": "160",
            "Assets:Warenlager:Kanne": "150",
            "Assets:Bank:Sparkasse": "-450",
            "Expenses:Miete": "450",
            "Equity:Eigenkapital": "-310",
        },
    ),
    Style(
        "taobao_small_scale",
        (
            "entries_language: zh",
            "framework: asbe_small",
            "taxpayer: small_scale",
            "preset: cn",
            'platform_receivable: "Assets:1122-应收账款-平台:淘宝"',
            'inventory: "Assets:1405-库存商品"',
            'output_vat: "Liabilities:2221-应交税费:应交增值税"',
            'revenue: "Income:5001-主营业务收入"',
            'cogs: "Expenses:5401-主营业务成本"',
            '"alipay": {account: "Assets:1012-支付宝", paid: on_return}',
            'order: [{link: "TB{}"}]',
        ),
        {
            "Assets:1122-应收账款-平台:淘宝": "-30.30",
            "Income:5001-主营业务收入": "30.00",
            "Liabilities:2221-应交税费:应交增值税": "0.30",
            "Assets:1405-库存商品:手机壳": "8.00",
            "Expenses:5401-主营业务成本": "-8.00",
        },
        {"2026030200003": "2026-03-04", "2026030400021": "2026-03-05"},
        {
            "Assets:1012-支付宝": "58.78",
            "Assets:1405-库存商品:手机壳": "784",
            "Expenses:5401-主营业务成本": "16",
            "Expenses:5601-销售费用:平台佣金": "1.82",
            "Income": "-60",
            "Liabilities:2221-应交税费:应交增值税": "-0.60",
            "Equity:3001-实收资本": "-800",
        },
        sales=3,
    ),
    Style(
        "b2b_customer_accounts",
        (
            'accounts_receivable: "Assets:Receivable"',
            'inventory: "Assets:Inventory"',
            'output_vat: "Liabilities:VAT:Output"',
            'revenue: "Income:Wholesale"',
            '"bank": {account: "Assets:Bank:Barclays", paid: on_return}',
            'order: [{link: "INV{}"}]',
        ),
        {
            "Assets:Bank:Barclays": "-7.20",
            "Income:Sales-Returns": "6.00",
            "Liabilities:VAT:Output": "1.20",
            "Assets:Inventory": "2.50",
            "Expenses:Cost-Of-Goods": "-2.50",
        },
        {"INV1001": "2026-02-05", "1002": "2026-02-06", "1003": "2026-02-06"},
        {"Assets:Inventory": "442", "Liabilities:VAT:Input": "88.40", "Equity:Opening": "-530.40"},
    ),
    Style(
        "pos_warehouses",
        (
            'inventory: "Assets:Stock"',
            '"cash": {account: "Assets:Cash:Till", paid: on_return}',
            '"card": {account: "Assets:Card:SumUp", paid: on_return}',
            'order: [{metadata: "receipt_no"}]',
            'carry: ["store"]',
        ),
        {
            "Assets:Cash:Till": "-12.00",
            "Income:Sales-Returns": "10.00",
            "Liabilities:Output-VAT": "2.00",
            "Assets:Stock:Berlin:Mug": "4.00",
            "Expenses:COGS": "-4.00",
        },
        {"501": "2026-04-01", "502": "2026-04-01", "503": "2026-04-02"},
        {
            "Assets:Stock:Berlin:Mug": "80",
            "Assets:Stock:Hamburg:Mug": "82",
            "Assets:Bank:Giro": "52",
            "Assets:Cash:Till": "-40",
            "Assets:Card:SumUp": "-12",
            "Equity:Opening": "-162",
        },
        absent=("accounts_receivable",),
    ),
    Style(
        "services_only",
        (
            'accounts_receivable: "Assets:Accounts-Receivable"',
            'output_vat: "Liabilities:Sales-Tax"',
            'revenue: "Income:Workshops"',
            'order: [{link: "job-{}"}]',
            'metadata: {sku: "item"}',
        ),
        {"Assets:Checking": "-106.00", "Income:Sales-Returns": "100.00", "Liabilities:Sales-Tax": "6.00"},
        {"job-71": "2026-02-05", "72": "2026-02-10"},
        {"Assets:Checking": "701.25", "Expenses:Rent": "300", "Income": "-1.25", "Equity:Opening": "-1000"},
        absent=("inventory", "Income:Interest"),
    ),
    Style(
        "orders_on_postings",
        (
            "entries_language: zh",
            'revenue: "Income:XiaoShou"',
            'output_vat: "Liabilities:XiaoXiangShui"',
            'cogs: "Expenses:ChengBen"',
            '"wechat": {account: "Assets:WeChat", paid: on_return}',
            'order: [{metadata: "dingdan"}]',
            'metadata: {sku: "huohao", quantity: "shuliang"}',
            'carry: ["bumen"]',
        ),
        {
            "Assets:WeChat": "-45.20",
            "Income:Sales-Returns": "40.00",
            "Liabilities:XiaoXiangShui": "5.20",
            "Assets:KuCun": "20.00",
            "Expenses:ChengBen": "-20.00",
        },
        {"D20260502-1": "2026-05-02", "D20260503-1": "2026-05-03"},
        {"Assets:KuCun": "2050", "Equity:QiChu": "-2050"},
    ),
    Style(
        "revenue_per_sku",
        (
            'inventory: "Assets:Inventory"',
            'revenue: "Income:Sales"',
            'sales_discounts: "Expenses:Marketing:Coupons"',
            'shipping_revenue: "Income:Shipping"',
            'cogs: "Expenses:COGS"',
            '"paypal": {account: "Assets:PayPal", paid: on_return}',
            'order: [{metadata: "order_id"}]',
        ),
        {
            "Assets:PayPal": "-6.00",
            "Income:Sales-Returns": "6.00",
            "Assets:Inventory:Soap": "2.00",
            "Expenses:COGS:Soap": "-2.00",
        },
        {"9001": "2026-03-01", "9002": "2026-03-02"},
        # A discount lowers what is taken back; its own account keeps it.
        {
            "Assets:Inventory:Candle": "150",
            "Assets:Inventory:Soap": "100",
            "Income": "-2",
            "Expenses:Marketing:Coupons": "2",
            "Equity:Opening": "-250",
        },
    ),
    Style(
        "usd_two_taxes",
        (
            'output_vat: ["Liabilities:Tax:State", "Liabilities:Tax:County"]',
            '"card": {account: "Assets:Stripe", paid: on_return}',
            '"bank": {account: "Assets:Checking", paid: on_return}',
            'order: [{link: "inv-{}"}, {link: "web-{}"}]',
        ),
        {
            "Assets:Stripe": "-21.20",
            "Income:Sales-Returns": "20.00",
            "Liabilities:Tax:State": "0.80",
            "Liabilities:Tax:County": "0.40",
            "Assets:Inventory:Lamp": "11.00",
            "Expenses:COGS": "-11.00",
        },
        {"web-1001": "2026-06-01", "inv-77": "2026-06-05", "1002": "2026-06-03"},
        {"Assets:Inventory:Lamp": "440", "Equity:Opening": "-440"},
    ),
    Style(
        "advances",
        (
            'accounts_receivable: "Assets:Receivable"',
            'contract_liability: "Liabilities:Customer-Deposits"',
            '"bank": {account: "Assets:Bank", paid: on_return}',
            'order: [{link: "order-{}"}]',
        ),
        {
            "Assets:Bank": "-480.00",
            "Income:Sales-Returns": "400.00",
            "Liabilities:Output-VAT": "80.00",
            "Assets:Inventory:Table": "200.00",
            "Expenses:COGS": "-200.00",
        },
        {"order-31": "2026-03-24"},
        {"Assets:Inventory:Table": "1200", "Equity:Opening": "-1200"},
    ),
    Style(
        "gift_cards",
        (
            'inventory: "Assets:Goods"',
            'store_credit_liability: "Liabilities:Gift-Cards"',
            'output_vat: "Liabilities:VAT"',
            'rounding: "Expenses:Rounding"',
            "cash_rounding: {step: 0.05, methods: [cash]}",
            'sales_discounts: "Income:Discounts"',
            'order: [{link: "s-{}"}]',
        ),
        {
            "Assets:Till": "-29.20",
            "Income:Sales-Returns": "27.00",
            "Liabilities:VAT": "2.19",
            "Expenses:Rounding": "0.01",
            "Assets:Goods": "15.00",
            "Expenses:Cost-Of-Sales": "-15.00",
        },
        {"s-1": "2026-05-01", "s-2": "2026-05-02"},
        # What was paid with the card of 50.00 goes back to it, the rest to the tender.
        {"Assets:Goods": "300", "Assets:Twint": "50", "Liabilities:Gift-Cards": "-50", "Equity:Opening": "-300"},
        absent=("accounts_receivable",),
    ),
    Style(
        "month_end_tax",
        (
            "entries_language: zh",
            "tax: month_end",
            "preset: cn",
            'revenue: "Income:6001-主营业务收入"',
            'output_vat: "Liabilities:2221-应交税费:应交增值税"',
            '"cash": {account: "Assets:1001-库存现金", paid: on_return}',
            'order: [{link: "XS-{}"}]',
        ),
        {
            "Assets:1001-库存现金": "-113.00",
            "Income:6001-主营业务收入": "113.00",
            "Assets:1405-库存商品:茶叶": "50.00",
            "Expenses:6401-主营业务成本": "-50.00",
        },
        {"XS-1": "2026-03-02", "2": "2026-03-09"},
        # The tax split off at the end of the month is the next month's to put right.
        {
            "Assets:1405-库存商品:茶叶": "2000",
            "Income": "39",
            "Liabilities:2221-应交税费:应交增值税": "-39",
            "Equity:4001-实收资本": "-2000",
        },
    ),
    Style(
        "invoice_and_delivery",
        (
            'accounts_receivable: "Assets:Debtors"',
            'inventory: "Assets:Warehouse"',
            'cogs: "Expenses:Cost-Of-Sales"',
            'order: [{metadata: "order"}]',
        ),
        {
            "Assets:Debtors": "-120.00",
            "Income:Sales-Returns": "100.00",
            "Liabilities:Output-VAT": "20.00",
            "Assets:Warehouse:Chair": "40.00",
            "Expenses:Cost-Of-Sales": "-40.00",
        },
        {"O-11": "2026-02-06", "O-12": "2026-02-06"},
        {"Assets:Warehouse:Chair": "1160", "Expenses:Breakage": "40", "Equity:Opening": "-1200"},
    ),
)


@pytest.fixture(params=EVERY, ids=str)
def style(request: pytest.FixtureRequest) -> Style:
    return request.param


def begun(folder: Path, style: Style) -> app.Any:
    """Return what init says of the ledger of a style, in a folder of its own."""
    ledger = folder / "main.beancount"
    ledger.write_text((STYLES / f"{style.name}.beancount").read_text(encoding="utf-8"), encoding="utf-8")
    return app.init(ledger)


def settings_of(folder: Path) -> list[str]:
    """Return the lines of the settings without their comments."""
    text = (folder / "returnledger.yaml").read_text(encoding="utf-8")
    return [line.partition("  #")[0].strip() for line in text.splitlines()]


def test_init_proposes_settings_that_read_every_sale(tmp_path: Path, style: Style) -> None:
    done = begun(tmp_path, style)
    lines = settings_of(tmp_path)
    assert [line for line in style.settings if line not in lines] == []
    assert [line for line in lines if any(word in line for word in style.absent)] == []
    assert (done.coverage.sales, done.coverage.whole) == (style.sales or len(style.returns),) * 2
    assert done.reasons == ()


def test_the_return_that_init_tries_posts_to_the_accounts_of_the_sale(tmp_path: Path, style: Style) -> None:
    tried = begun(tmp_path, style).example
    assert tried.posts and [finding.code for finding in tried.findings] == []
    assert {account: f"{amount:f}" for (account, _), amount in tried.accounts.items()} == style.tried


def test_of_a_large_ledger_a_slice_tells_the_same(
    tmp_path: Path, style: Style, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trial, "_WHOLE", 0)
    tried = begun(tmp_path, style).example
    assert tried.posts and {account: f"{amount:f}" for (account, _), amount in tried.accounts.items()} == style.tried


def test_what_init_tries_is_what_apply_does(tmp_path: Path, style: Style) -> None:
    tried = begun(tmp_path, style).example
    file = tmp_path / "first.yaml"
    file.write_text(f"- {tried.event}\n", encoding="utf-8")
    done = app.apply([file], settings=tmp_path / "returnledger.yaml")
    assert [finding.code for finding in done.findings] == [] and done.file
    assert {account: f"{amount:f}" for (account, _), amount in done.planned.accounts.items() if amount} == style.tried


def test_every_order_comes_back_whole_with_the_settings_as_proposed(tmp_path: Path, style: Style) -> None:
    begun(tmp_path, style)
    file = tmp_path / "all.yaml"
    events = [
        f"- {{return: {order}, date: {day}, reason: wrong_item, condition: new}}\n"
        for order, day in sorted(style.returns.items(), key=lambda pair: pair[1])
    ]
    file.write_text("".join(events), encoding="utf-8")
    done = app.apply([file], settings=tmp_path / "returnledger.yaml")
    assert [(finding.code, dict(finding.values)) for finding in done.findings] == []
    entries, errors, _ = loader.load_file(str(tmp_path / "main.beancount"))
    assert errors == []
    assert balances(entries) == {account: Decimal(amount) for account, amount in style.left.items()}
    if len(style.returns) == (style.sales or len(style.returns)) and "Breakage" not in str(style.left):
        assert lots(entries) == lots(bought(entries))


def test_doctor_has_nothing_to_remark_on_what_init_proposed(tmp_path: Path, style: Style) -> None:
    begun(tmp_path, style)
    found = app.doctor(settings=tmp_path / "returnledger.yaml")
    assert [(finding.code, dict(finding.values)) for finding in found.remarks] == []
    assert (found.exit_code, found.coverage.whole, found.included) == (0, found.coverage.sales, True)
    assert found.example is not None and found.example.posts


def balances(entries: list) -> dict[str, Decimal]:
    """Return what every account holds at cost; income accounts, with their contra accounts, as one."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            name = "Income" if posting.account.startswith("Income") else posting.account
            found[name] += posting.units.number * (posting.cost.number if posting.cost else 1)
    return {account: amount for account, amount in found.items() if amount}


def lots(entries: list) -> dict[tuple[object, ...], Decimal]:
    """Return the units of every lot of every account."""
    found: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    for entry in entries:
        for posting in entry.postings if isinstance(entry, Transaction) else ():
            if posting.cost:
                found[posting.account, posting.units.currency, posting.cost] += posting.units.number
    return {lot: units for lot, units in found.items() if units}


def bought(entries: list) -> list:
    """Return the purchases of the ledger: what brought goods in and is not ours."""
    return [
        entry
        for entry in entries
        if isinstance(entry, Transaction)
        and "rl-id" not in entry.meta
        and any(posting.cost and posting.units.number > 0 for posting in entry.postings)
    ]


@pytest.mark.parametrize("gain", ["Income:FX-Gain-Loss", "Income:Kursgewinne", "Income:Sales"])
@pytest.mark.parametrize("link", ["", " ^inv-1"])
def test_a_payment_in_dollars_with_an_exchange_gain_is_no_sale(tmp_path: Path, gain: str, link: str) -> None:
    names = [
        "Assets:Bank-USD",
        "Assets:Receivable",
        "Assets:Inventory",
        "Income:Sales",
        "Expenses:COGS",
        "Equity:Opening",
    ]
    ledger = "".join(f"2026-01-01 open {name}\n" for name in dict.fromkeys([*names, gain]))
    ledger += f"""
2026-01-02 * "Buy"
  Assets:Inventory  10 MUG {{30.00 CNY}}
  Equity:Opening

2026-02-01 * "Ann" "Sale" ^inv-1
  Assets:Receivable  100.00 USD @ 7.20 CNY
  Income:Sales  -720.00 CNY
    sku: "MUG"
  Assets:Inventory  -1 MUG {{}}
  Expenses:COGS

2026-02-11 * "Ann" "Payment"{link}
  Assets:Bank-USD  100.00 USD @ 7.25 CNY
  Assets:Receivable  -100.00 USD @ 7.20 CNY
  {gain}  -5.00 CNY
"""
    (tmp_path / "main.beancount").write_text('option "operating_currency" "CNY"\n' + ledger, encoding="utf-8")
    assert app.init(folder=tmp_path).coverage.sales == 1


@pytest.mark.parametrize(
    ("account", "role", "said"),
    [
        ("Income:Shipping-Discounts", 'shipping_revenue: ["Income:Shipping", "Income:Shipping-Discounts"]', ()),
        ("Income:Versand:Promo", 'shipping_revenue: ["Income:Shipping", "Income:Versand:Promo"]', ()),
        ("Expenses:Shipping-Coupons", 'shipping_revenue: "Income:Shipping"', ("delivery-given",)),
        ("Expenses:Marketing", 'shipping_revenue: "Income:Shipping"', ("delivery-given",)),
    ],
)
def test_what_gives_delivery_free_is_no_discount_on_goods(
    tmp_path: Path, account: str, role: str, said: tuple[str, ...]
) -> None:
    names = ["Bank", "Inventory"]
    ledger = "".join(f"2026-01-01 open Assets:{name}\n" for name in names)
    others = ["Income:Sales", "Income:Shipping", "Liabilities:VAT", "Expenses:COGS", "Equity:Opening", account]
    ledger += "".join(f"2026-01-01 open {name}\n" for name in others)
    ledger += f"""
2026-01-02 * "Buy"
  Assets:Inventory  10 MUG {{4.00 EUR}}
  Equity:Opening

2026-02-01 * "Ann" "Delivery free" ^inv-1
  Assets:Bank  24.00 EUR
  Income:Sales  -20.00 EUR
  Income:Shipping  -9.90 EUR
  {account}  9.90 EUR
  Liabilities:VAT  -4.00 EUR
  Expenses:COGS  8.00 EUR
  Assets:Inventory  -2 MUG {{}}
"""
    (tmp_path / "main.beancount").write_text('option "operating_currency" "EUR"\n' + ledger, encoding="utf-8")
    done = app.init(folder=tmp_path)
    assert role in settings_of(tmp_path) and not [line for line in settings_of(tmp_path) if "sales_discounts" in line]
    assert done.example is not None and done.example.accounts["Assets:Bank", "EUR"] == Decimal("-12.00")
    codes = [code for code, _ in done.example.plan.events[0].inferred]
    assert [code for code in codes if code == "delivery-given"] == list(said)
    lines = show_reading.tried_lines(done.example)
    assert any("delivery given free" in line for line in lines) is bool(said)
