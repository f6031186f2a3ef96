"""Settings, products and the list of policies: presets, roles of accounts, people, and a finding for each slip."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returnledger.accounts import Accounts, component_of, covers, sibling
from returnledger.configfile import find_settings, read_policies, read_products, read_settings, settings_not_found
from returnledger.findings import Finding
from returnledger.policy.problems import TEMPLATES
from returnledger.problems import READING
from returnledger.products import COMMODITY, Products, commodity_of
from returnledger.roles import DERIVED, Role
from returnledger.settings import Settings

HEAD = "ledger: main.beancount\noperating_currency: CNY\n"
POLICY = "policy: trial\nversion: {version}\nvalid_from: {day}\ncurrency: CNY\nwindow: {{default: {{days: 7}}}}\n"


def read(folder: Path, text: str, head: str = HEAD) -> tuple[Settings | None, list[Finding]]:
    path = folder / "returnledger.yaml"
    path.write_text(head + text, encoding="utf-8")
    settings, findings, _ = read_settings(path, "returnledger.yaml")
    return settings, findings


def ready(folder: Path, text: str = "") -> Settings:
    settings, findings = read(folder, text)
    assert settings is not None, findings
    return settings


def shown(finding: Finding) -> str:
    """Return a finding as a person reads it, one line; every placeholder must have its value."""
    template = (TEMPLATES | READING)[finding.code]
    return f"{finding.span}: {template.message.format(**finding.values)} / {template.hint.format(**finding.values)}"


SAMPLE = """\
returns: returns/
entries_language: zh
framework: asbe
accounting_model: direct
accounts: {preset: cn, revenue: "Income:6001-主营业务收入"}
methods: {wechat: {account: "Assets:1012-微信", paid: by_statement}, cash: {account: "Assets:1001-库存现金", paid: on_return}}
policies: [policies/standard.v2.yaml, policies/standard.yaml]
series: A
numbering: {credit_note: "CN-{series}-{year}-{seq:04}"}
sales:
  order: [{link: "inv-{}"}, {metadata: order}, {metadata: invoice}]
  metadata: {sku: sku, quantity: qty, line: line, customer: customer, delivered: delivered, shipped: shipped,
    serial: serial, unit_price: unit_price, channel: channel, country: country, contract: contract,
    customer_group: customer_group, warranty_until: warranty_until, shipping_standard: shipping_standard}
products: products.yaml
carry: [department, store]
holidays: CN
people:
  li.na: [service]
  zhao.min: {roles: [supervisor, warehouse], delegates: [{to: li.na, from: 2026-11-09, until: 2026-11-13}]}
red_invoice: required
restock: selling_account
discounts: mirror
revenue_account: same
taxpayer: general
tax: per_sale
"""


def test_every_key_is_read(tmp_path: Path) -> None:
    settings = ready(tmp_path, SAMPLE)
    assert (settings.ledger, settings.returns, settings.series) == ("main.beancount", "returns/", "A")
    assert settings.methods["wechat"].paid == "by_statement"
    assert settings.sales.metadata.quantity == "qty"
    assert [key.link or key.metadata for key in settings.sales.order] == ["inv-{}", "order", "invoice"]
    assert settings.root == str(tmp_path)
    assert str(settings.place("policies", 1)) == "returnledger.yaml:9:39"


def test_the_preset_answers_what_is_not_said(tmp_path: Path) -> None:
    general, china = ready(tmp_path), ready(tmp_path, "accounts: {preset: cn}")
    assert (general.preset, general.framework, general.contra, general.red_invoice) == ("general", "ifrs", True, "none")
    assert (general.discounts, general.language) == ("net", "en")
    assert (china.framework, china.contra, china.red_invoice) == ("asbe", False, "required")
    assert (china.discounts, china.language) == ("mirror", "zh")
    own = ready(tmp_path, "accounts: {preset: cn}\nframework: us_gaap\nentries_language: en")
    assert (own.framework, own.language, own.discounts) == ("us_gaap", "en", "mirror")
    assert china.account_for(Role.REVENUE) == "Income:6001-主营业务收入"


def test_names_cover_what_stands_below_them_and_nothing_that_only_begins_alike() -> None:
    assert covers("Expenses:Book", "Expenses:Book") and covers("Expenses:Book", "Expenses:Book:Old")
    assert not covers("Expenses:Book", "Expenses:Books") and not covers("Expenses:Book", "Expenses:Book-Old")
    assert covers("Assets:1405", "Assets:1405-库存商品:杯子") and not covers("Assets:1405", "Assets:14051")
    assert not covers("Assets:Stock-2", "Assets:Stock-2-b")


def test_the_longest_name_tells_the_role(tmp_path: Path) -> None:
    settings = ready(
        tmp_path,
        "accounts: {inventory: [Assets:Stock, Assets:Depot], revenue: Income:Shop, "
        "shipping_revenue: Income:Shop:Shipping, cogs: Expenses:5401}\n"
        "methods: {wechat: {account: Assets:WeChat}}",
    )
    expected = {
        "Assets:Stock:Mug": Role.INVENTORY,
        "Assets:Depot": Role.INVENTORY,
        "Assets:Inventory": None,
        "Income:Shop:Mugs": Role.REVENUE,
        "Income:Shop:Shipping": Role.SHIPPING_REVENUE,
        "Income:Sales": None,
        "Income:Sales-Returns": Role.SALES_RETURNS,
        "Expenses:5401-成本": Role.COGS,
        "Assets:WeChat": Role.CASH_BANK,
        "Assets:Cash:Till": Role.CASH_BANK,
        "Equity:Opening": None,
    }
    assert {account: settings.role_of(account) for account in expected} == expected
    assert settings.account_for(Role.INVENTORY) == "Assets:Stock"
    assert settings.account_for(Role.SALES_RETURNS) == "Income:Sales-Returns"
    assert (settings.explicit(Role.INVENTORY), settings.explicit(Role.SALES_RETURNS)) == (True, False)


def test_returned_goods_go_to_siblings_of_the_account_they_were_sold_from(tmp_path: Path) -> None:
    general, china = ready(tmp_path), ready(tmp_path, "accounts: {preset: cn}")
    returned, hold = Role.INVENTORY_RETURNED, Role.INVENTORY_HOLD
    assert general.derived_account(returned, "Assets:Inventory:Mug") == "Assets:Inventory-Returned:Mug"
    assert general.derived_account(returned, "Assets:Inventory:A:Mug") == "Assets:Inventory:A-Returned:Mug"
    assert general.derived_account(hold, "Assets:Inventory") == "Assets:Inventory-Hold"
    assert china.derived_account(hold, "Assets:1405-库存商品:杯子") == "Assets:1405-库存商品-待定:杯子"
    for settings, account in ((general, "Assets:Inventory:A:Mug"), (china, "Assets:1405-库存商品:杯子")):
        for role in DERIVED:
            assert settings.role_of(settings.derived_account(role, account)) is role
    assert general.role_of("Assets:Inventory-退货良品:Mug") is returned
    assert general.role_of("Assets:Cash-Hold") is None


def test_an_account_or_a_pattern_of_the_settings_wins_over_the_sibling(tmp_path: Path) -> None:
    settings = ready(
        tmp_path, 'accounts: {inventory_returned: "{parent}:Back:{sku}", inventory_hold: "Assets:Quarantine"}'
    )
    selling = "Assets:Inventory:MUG-BLUE"
    assert settings.derived_account(Role.INVENTORY_RETURNED, selling) == "Assets:Inventory:Back:MUG-BLUE"
    assert settings.derived_account(Role.INVENTORY_RETURNED, selling, "mug blue") == "Assets:Inventory:Back:Mug-blue"
    assert settings.derived_account(Role.INVENTORY_HOLD, selling) == "Assets:Quarantine"
    assert settings.derived_account(Role.INVENTORY_DEFECTIVE, selling) == "Assets:Inventory-Defective:MUG-BLUE"
    assert settings.role_of("Assets:Inventory:Back:MUG-BLUE") is Role.INVENTORY_RETURNED
    assert settings.role_of("Assets:Quarantine") is Role.INVENTORY_HOLD
    assert settings.role_of(selling) is Role.INVENTORY


@given(
    st.lists(st.sampled_from(["Inventory", "Shop", "A1", "杯子", "Mug-Blue"]), min_size=1, max_size=4), st.booleans()
)
def test_a_sibling_is_found_again_as_its_role(parts: list[str], china: bool) -> None:
    account = ":".join(["Assets", "Stock", *parts])
    accounts = Accounts({Role.INVENTORY: ("Assets:Stock",)}, china)
    for role in DERIVED:
        found = accounts.derived(role, account)
        if found.startswith("Assets:Stock"):
            assert accounts.role_of(found) is role
    assert accounts.role_of(account) is Role.INVENTORY


def test_siblings_and_components_are_names_that_beancount_reads() -> None:
    assert sibling("Assets:Stock", "-Hold") == "Assets:Stock-Hold"
    assert (component_of("mug blue_2"), component_of("杯"), component_of("__")) == ("Mug-blue-2", "杯", "Item")


def test_roles_of_people_with_delegations_by_date(tmp_path: Path) -> None:
    settings = ready(tmp_path, SAMPLE)
    assert settings.roles_of_person("li.na", date(2026, 11, 8)) == {"service"}
    assert settings.roles_of_person("li.na", date(2026, 11, 9)) == {"service", "supervisor", "warehouse"}
    assert settings.roles_of_person("li.na", date(2026, 11, 14)) == {"service"}
    assert settings.roles_of_person("zhao.min", date(2026, 11, 10)) == {"supervisor", "warehouse"}
    assert settings.roles_of_person("nobody", date(2026, 11, 10)) == set()


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("acounts: {}", "key-unknown", "3:1"),
        ("archives: [../2025.beancount]", "key-unknown", "3:1"),
        ("root: x", "key-unknown", "3:1"),
        ("accounts: {preset: de}", "preset-unknown", "3:20"),
        ("accounts: {inventry: Assets:Stock}", "role-unknown", "3:12"),
        ("accounts: {inventory: assets:stock}", "account-malformed", "3:23"),
        ("accounts: {inventory: [Assets:Stock, Assets::B]}", "account-malformed", "3:38"),
        ("accounts: {inventory: []}", "account-missing", "3:23"),
        ('accounts: {revenue: "{parent}:X"}', "account-placeholder", "3:21"),
        ('accounts: {inventory_hold: "{oops}:X"}', "account-placeholder", "3:28"),
        ("accounts: {cogs: Expenses:X, scrap_loss: Expenses:X}", "account-two-roles", "3:42"),
        ("methods: {original: {account: Assets:Cash}}", "method-reserved", "3:11"),
        ("methods: {wechat: {}}", "key-missing", "3:19"),
        ("methods: {wechat: {account: assets}}", "account-form", "3:29"),
        ("methods: {wechat: {account: Assets:W, paid: never}}", "word-unknown", "3:45"),
        ("sales: {order: [{link: inv}]}", "pattern-without-slot", "3:24"),
        ('sales: {order: [{link: "i-{}", metadata: order}]}', "sales-order-one-of", "3:17"),
        ("sales: {order: [{metadata: O}]}", "metadata-key", "3:28"),
        ("sales: {metadata: {sku: SKU}}", "metadata-key", "3:25"),
        ("carry: [d]", "metadata-key", "3:9"),
        ('numbering: {credit_note: "CN-{nr}-{seq}"}', "numbering-placeholder", "3:26"),
        ('numbering: {credit_note: "CN-{seq:x}"}', "numbering-placeholder", "3:26"),
        ('numbering: {credit_note: "CN-{year}"}', "numbering-without-seq", "3:26"),
        ('numbering: {credit_note: "CN-{seq"}', "numbering-brace", "3:26"),
        (
            "people: {a: {roles: [x], delegates: [{to: b, from: 2026-01-01, until: 2026-01-02}]}}",
            "delegate-unknown",
            "3:43",
        ),
        (
            "people: {a: {roles: [x], delegates: [{to: a, from: 2026-01-03, until: 2026-01-02}]}}",
            "delegation-reversed",
            "3:71",
        ),
        ("entries_language: fr", "word-unknown", "3:19"),
        ("framework: gaap", "word-unknown", "3:12"),
        ("accounting_model: estimated", "word-unknown", "3:19"),
        ("policies: x.yaml", "list-expected", "3:11"),
    ],
)
def test_each_slip_is_a_finding_at_its_place(tmp_path: Path, text: str, code: str, place: str) -> None:
    settings, findings = read(tmp_path, text)
    assert settings is None
    assert [(finding.code, str(finding.span)) for finding in findings] == [(code, f"returnledger.yaml:{place}")]
    line = shown(findings[0]).lower()
    assert not any(word in line for word in ("invalid", "failed", "please"))


def test_required_keys_are_asked_for(tmp_path: Path) -> None:
    settings, findings = read(tmp_path, "ledger: main.beancount", "")
    assert settings is None
    assert [finding.code for finding in findings] == ["key-missing"]
    assert "operating_currency" in shown(findings[0])


def test_an_account_that_is_not_used_is_a_warning(tmp_path: Path) -> None:
    settings, findings = read(tmp_path, "accounts: {preset: cn, sales_returns: Income:Back}")
    assert settings is not None
    assert [finding.code for finding in findings] == ["sales-returns-unused"]


def test_settings_are_found_upward(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_settings(below) is None
    (tmp_path / "returnledger.yaml").write_text(HEAD, encoding="utf-8")
    assert find_settings(below) == tmp_path / "returnledger.yaml"
    assert "init" in shown(settings_not_found(below))


def test_files_that_are_missing_empty_or_of_another_kind_are_findings(tmp_path: Path) -> None:
    def codes(path: Path) -> list[str]:
        settings, findings, _ = read_settings(path)
        assert settings is None
        return [finding.code for finding in findings if shown(finding)]

    assert codes(tmp_path / "none.yaml") == ["file-missing"]
    assert codes(tmp_path) == ["file-is-folder"]
    (tmp_path / "x.yaml").write_text("# nothing\n", encoding="utf-8")
    assert codes(tmp_path / "x.yaml") == ["file-empty"]
    (tmp_path / "x.yaml").write_text(HEAD + "---\n" + HEAD, encoding="utf-8")
    assert codes(tmp_path / "x.yaml") == ["one-document"]
    (tmp_path / "x.yaml").write_text("- a\n", encoding="utf-8")
    assert codes(tmp_path / "x.yaml") == ["map-expected"]
    (tmp_path / "x.yaml").write_bytes(b"\xff\xfe\x00\x81")
    assert len(codes(tmp_path / "x.yaml")) == 1
    assert codes(tmp_path / "a\0b") == ["file-not-read"]
    if os.geteuid() != 0:
        (tmp_path / "x.yaml").chmod(0)
        assert codes(tmp_path / "x.yaml") == ["file-barred"]


def test_chinese_settings_saved_by_a_spreadsheet_are_read(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes((HEAD + 'accounts: {revenue: "Income:6001-主营业务收入"}').encode("gb18030"))
    settings, findings, _ = read_settings(tmp_path / "x.yaml")
    assert settings is not None and findings == []
    assert settings.account_for(Role.REVENUE) == "Income:6001-主营业务收入"


def test_policies_of_the_settings_are_read_in_order_and_ties_found(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(POLICY.format(version=1, day="2026-01-01"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(POLICY.format(version=2, day="2026-06-01"), encoding="utf-8")
    settings = ready(tmp_path, "policies: [a.yaml, b.yaml]")
    policies, findings, sources = read_policies(settings)
    assert [(policy.version, policy.file) for policy in policies] == [("1", "a.yaml"), ("2", "b.yaml")]
    assert (findings, [source.file for source in sources]) == ([], ["a.yaml", "b.yaml"])
    settings = ready(tmp_path, "policies: [a.yaml, missing.yaml, a.yaml]")
    policies, findings, _ = read_policies(settings)
    assert [(finding.code, str(finding.span)) for finding in findings] == [
        ("file-missing", "returnledger.yaml:3:20"),
        ("policy-same-day", "a.yaml:3:13"),
    ]


def test_methods_of_the_settings_can_be_named_by_policies(tmp_path: Path) -> None:
    text = POLICY.format(version=1, day="2026-01-01") + "refunds: [{id: a, when: {}, methods: [jd_pay]}]\n"
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    unknown = read_policies(ready(tmp_path, "policies: [a.yaml]"))[1]
    known = read_policies(ready(tmp_path, "policies: [a.yaml]\nmethods: {jd_pay: {account: Assets:JD}}"))[1]
    assert ([finding.code for finding in unknown], known) == (["condition-word-unknown"], [])


# --- products


def products(folder: Path, text: str) -> tuple[Products | None, list[Finding]]:
    path = folder / "products.yaml"
    path.write_text(text, encoding="utf-8")
    found, findings, _ = read_products(path, "products.yaml")
    return found, findings


def test_products_have_a_commodity_given_or_made(tmp_path: Path) -> None:
    found, findings = products(
        tmp_path,
        "MUG-BLUE: {category: kitchen, supplier: acme, packs: {箱: 24}, cost: 12.50}\n"
        "mug green: {commodity: MUGG, name: Green mug}\n85123A: {}\n",
    )
    assert found is not None and findings == []
    assert (found.of("MUG-BLUE").commodity, found.of("mug green").commodity) == ("MUG-BLUE", "MUGG")
    assert (found.of("MUG-BLUE").packs["箱"], found.of("MUG-BLUE").cost) == (Decimal(24), Decimal("12.50"))
    assert found.by_commodity["MUGG"].sku == "mug green"
    assert found.get("none") is None and found.of("none").commodity == "NONE"
    assert COMMODITY.fullmatch(found.of("85123A").commodity)
    assert [product.sku for product in found] == ["MUG-BLUE", "mug green", "85123A"]


@given(st.text(min_size=1, max_size=60))
def test_every_sku_makes_a_commodity_that_beancount_reads(sku: str) -> None:
    assert COMMODITY.fullmatch(commodity_of(sku))


def test_skus_that_differ_in_what_a_commodity_can_not_hold_do_not_share_one() -> None:
    assert len({commodity_of(sku) for sku in ("mug blue", "mug/blue", "杯子", "杯", "1-2", "1_2")}) == 6


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("A: {commodity: mug}", "commodity-malformed", "1:16"),
        ("A: {}\nB: {commodity: A}", "commodity-twice", "2:16"),
        ("A: {cost: -1}", "number-range", "1:11"),
        ("A: {catgory: x}", "key-unknown", "1:5"),
        ("- A", "products-expected", "1:1"),
    ],
)
def test_slips_in_products_are_findings(tmp_path: Path, text: str, code: str, place: str) -> None:
    found, findings = products(tmp_path, text)
    assert found is None
    assert [(finding.code, str(finding.span)) for finding in findings] == [(code, f"products.yaml:{place}")]
    shown(findings[0])


def test_no_products_are_fine(tmp_path: Path) -> None:
    assert read_products(None)[0] == Products()
    assert products(tmp_path, "# none yet\n")[0] is not None


@pytest.mark.parametrize(
    ("preset", "account", "role"),
    [
        ("cn", "Liabilities:2221-应交税费:销项税额-13", "output_vat"),
        ("cn", "Liabilities:2221-应交税费:应交增值税:销项税额-9", "output_vat"),
        ("cn", "Liabilities:2221-应交税费:应交增值税:销项税额:13", "output_vat"),
        ("cn", "Liabilities:应交税费-应交增值税-销项税额13", "output_vat"),
        ("cn", "Liabilities:22210107-销项税额", "output_vat"),
        ("cn", "Liabilities:2221-应交税费:简易计税-3", "output_vat"),
        ("cn", "Liabilities:2221-应交税费:待转销项税额", "output_vat_pending"),
        ("cn", "Liabilities:2221-应交税费-待转销项税额-13", "output_vat_pending"),
        ("cn", "Liabilities:2203-预收账款", "contract_liability"),
        ("cn", "Liabilities:2203-预收账款:华东机械", "contract_liability"),
        ("cn", "Liabilities:2241-其他应付款-押金", "deposit_liability"),
        ("cn", "Assets:1221-其他应收款:押金", None),
        ("general", "Liabilities:2203-预收账款", None),
        ("cn", "Liabilities:2221-应交税费:进项税额-13", None),
        ("cn", "Income:6001-主营业务收入-13", "revenue"),
        ("cn", "Assets:1002-银行存款-13", None),
        ("general", "Liabilities:Output-VAT-20", "output_vat"),
        ("general", "Liabilities:Output-VAT-5-5", "output_vat"),
        ("general", "Liabilities:2221-应交税费:销项税额-13", None),
        ("general", "Income:Sales-2026", None),
    ],
)
def test_tax_and_revenue_kept_by_rate_are_known_by_name(preset: str, account: str, role: str | None) -> None:
    values = {"ledger": "a.beancount", "operating_currency": "CNY", "accounts": {"preset": preset}}
    assert Settings.model_validate(values).role_of(account) == role
