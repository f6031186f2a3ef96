"""Advances are found in ledgers written by others: by order, contract, link or customer, used in part, in many accounts."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import ledgers
import pytest
from test_advances import BANK, LIABILITY, PENDING, VAT, command, moved, shop

from returnledger.session import open_session
from returnledger.store import Store, prepaid

BY_CONTRACT = """\
2025-05-06 * "华东机械" "预收货款"
  contract: "HT-77"
  Assets:1002-银行存款                         56500.00 CNY
  Liabilities:2205-合同负债                   -50000.00 CNY
  Liabilities:2221-应交税费:待转销项税额        -6500.00 CNY

2025-06-06 * "华东机械" "第二次预收"
  contract: "HT-77"
  Assets:1012-微信                             33900.00 CNY
  Liabilities:2205-合同负债                   -30000.00 CNY
  Liabilities:2221-应交税费:待转销项税额        -3900.00 CNY
"""
SALE = """
2025-06-20 * "华东机械" "销售" ^inv-SO-5
  contract: "HT-77"
  Liabilities:2205-合同负债                    20000.00 CNY
  Liabilities:2221-应交税费:待转销项税额         2600.00 CNY
  Income:6001-主营业务收入                    -20000.00 CNY
  Liabilities:2221-应交税费:销项税额            -2600.00 CNY
  Expenses:6401-主营业务成本                   12000.00 CNY
  Assets:1405-库存商品                            -2 PUMP {6000.00 CNY, 2025-01-05}
"""
STOCK = """
2025-01-05 * "供应商" "采购"
  Assets:1405-库存商品                            10 PUMP {6000.00 CNY, 2025-01-05}
  Equity:Opening                             -60000.00 CNY
"""
WECHAT = "Assets:1012-微信"


def test_two_receipts_of_a_contract_go_back_the_way_each_came_in(tmp_path: Path) -> None:
    settings = shop(tmp_path, BY_CONTRACT)
    effect = moved(settings, "- {advance_refund: HT-77, date: 2025-07-01}\n")
    assert effect == {LIABILITY: "80000.00", PENDING: "10400.00", BANK: "-56500.00", WECHAT: "-33900.00"}


def test_only_what_came_in_by_the_day_goes_back(tmp_path: Path) -> None:
    settings = shop(tmp_path, BY_CONTRACT)
    effect = moved(settings, "- {advance_refund: HT-77, date: 2025-05-20}\n")
    assert effect == {LIABILITY: "50000.00", PENDING: "6500.00", BANK: "-56500.00"}


def test_what_a_sale_used_does_not_go_back(tmp_path: Path) -> None:
    settings = shop(tmp_path, STOCK + BY_CONTRACT + SALE)
    assert ledgers.refused(settings, "- {advance_refund: HT-77, date: 2025-07-01, amount: 67800.01}\n") == [
        "more-than-paid"
    ]
    effect = moved(settings, "- {advance_refund: HT-77, date: 2025-07-01}\n")
    assert effect[LIABILITY] == "60000.00"
    assert effect[PENDING] == "7800.00"
    assert ledgers.balances(settings)[VAT] == Decimal("-2600.00")


def test_the_sale_that_used_an_advance_comes_back_after_the_rest_was_refunded(tmp_path: Path) -> None:
    ledger = STOCK + BY_CONTRACT.replace('contract: "HT-77"', 'order: "SO-5"') + SALE.replace("^inv-SO-5", "")
    settings = shop(tmp_path, ledger.replace('contract: "HT-77"', 'order: "SO-5"'))
    moved(settings, "- {advance_refund: SO-5, date: 2025-07-01}\n")
    moved(settings, "- {return: SO-5, date: 2025-07-02, red_invoice: R1, condition: new}\n", "b.yaml")
    held = ledgers.balances(settings)
    # 56,500 and 33,900 came in, 22,600 was used: 67,800 went back first, then what the sale had used.
    assert held == {"Assets:1405-库存商品": Decimal("60000.00"), "Equity:Opening": Decimal("-60000.00")}


@pytest.mark.parametrize("reference", ["adv-1", "^adv-1", "Huadong"])
def test_a_link_and_the_customer_find_it_too(tmp_path: Path, reference: str) -> None:
    ledger = """\
2026-05-06 * "Huadong" "Deposit" ^adv-1
  Assets:Cash                      500.00 CNY
  Liabilities:Contract-Liability  -500.00 CNY
"""
    settings = shop(tmp_path, ledger, preset="general")
    effect = moved(settings, f'- {{advance_refund: "{reference}", date: 2026-05-20}}\n')
    assert effect == {"Liabilities:Contract-Liability": "500.00", "Assets:Cash": "-500.00"}


def test_two_advances_of_a_customer_are_told_apart_by_name_unless_one_is_used_up(tmp_path: Path) -> None:
    ledger = """\
2026-05-06 * "Huadong" "Deposit" ^inv-A-1
  Assets:Cash                      500.00 CNY
  Liabilities:Contract-Liability  -500.00 CNY

2026-05-07 * "Huadong" "Deposit" ^inv-A-2
  Assets:Cash                      300.00 CNY
  Liabilities:Contract-Liability  -300.00 CNY
"""
    settings = shop(tmp_path, ledger, preset="general")
    assert ledgers.refused(settings, "- {advance_refund: Huadong, date: 2026-05-20}\n") == ["ambiguous-sale"]
    moved(settings, "- {advance_refund: A-1, date: 2026-05-20}\n", "b.yaml")
    effect = moved(settings, "- {advance_refund: Huadong, date: 2026-05-21}\n", "c.yaml")
    assert effect == {"Liabilities:Contract-Liability": "300.00", "Assets:Cash": "-300.00"}


def test_an_unknown_advance_is_met_with_the_nearest(tmp_path: Path) -> None:
    settings = shop(tmp_path, BY_CONTRACT)
    done = ledgers.apply(
        settings,
        "- {advance_refund: HT-78, date: 2025-07-01}\n- {advance_refund: X, date: 2025-07-01, stage: rejected}\n",
    )
    assert [finding.code for finding in done.findings] == ["unknown-sale", "unknown-case"]
    assert "HT-77" in str(done.findings[0].values["instead"].values)


def test_an_invoiced_receipt_partly_used_by_a_sale_gives_its_tax_back_in_proportion(tmp_path: Path) -> None:
    ledger = (
        STOCK
        + """\
2025-05-06 * "华东机械" "预收货款，已开票" ^inv-SO-6
  Assets:1002-银行存款                        113000.00 CNY
  Liabilities:2205-合同负债                  -100000.00 CNY
  Liabilities:2221-应交税费:销项税额           -13000.00 CNY

2025-06-20 * "华东机械" "销售" ^inv-SO-6
  Liabilities:2205-合同负债                    40000.00 CNY
  Income:6001-主营业务收入                    -40000.00 CNY
  Expenses:6401-主营业务成本                   12000.00 CNY
  Assets:1405-库存商品                            -2 PUMP {6000.00 CNY, 2025-01-05}
"""
    )
    settings = shop(tmp_path, ledger)
    effect = moved(settings, "- {advance_refund: SO-6, date: 2025-07-01, red_invoice: R-1}\n")
    assert effect == {LIABILITY: "60000.00", VAT: "7800.00", BANK: "-67800.00"}


def test_an_advance_booked_against_the_receivable_needs_a_method_or_the_usual_bank(tmp_path: Path) -> None:
    ledger = """\
2025-05-06 * "华东机械" "开票" ^inv-SO-7
  Assets:1122-应收账款                         11300.00 CNY
  Liabilities:2205-合同负债                   -10000.00 CNY
  Liabilities:2221-应交税费:待转销项税额        -1300.00 CNY

2025-05-07 * "华东机械" "收款" ^inv-SO-7
  Assets:1002-银行存款                         11300.00 CNY
  Assets:1122-应收账款                        -11300.00 CNY
"""
    settings = shop(tmp_path, ledger)
    effect = moved(settings, "- {advance_refund: SO-7, date: 2025-07-01}\n")
    assert effect == {LIABILITY: "10000.00", PENDING: "1300.00", BANK: "-11300.00"}


def test_books_that_keep_the_advance_in_the_foreign_currency_itself(tmp_path: Path) -> None:
    ledger = """\
2025-03-03 * "Acme" "Advance" ^inv-EX-1
  Assets:Bank:USD                  10000.00 USD
  Liabilities:Contract-Liability  -10000.00 USD

2025-03-03 * "Best" "Advance" ^inv-EX-2
  Assets:Bank:USD                  10000.00 USD @ 7.20 CNY
  Liabilities:Contract-Liability  -10000.00 USD @ 7.20 CNY
"""
    settings = shop(tmp_path, ledger, preset="general")
    moved(settings, "- {advance_refund: EX-1, date: 2025-04-02}\n")
    assert ledgers.balances(settings) == {
        "Assets:Bank:USD": Decimal("10000.00"), "Liabilities:Contract-Liability": Decimal("-10000.00")
    }  # fmt: skip
    assert ledgers.refused(settings, "- {advance_refund: EX-2, date: 2025-04-02}\n", "b.yaml") == ["rate-missing"]
    moved(settings, "- {advance_refund: EX-2, date: 2025-04-02, rate: 7.25}\n", "c.yaml")
    held = ledgers.balances(settings)
    assert held == {"Income:FX-Gain-Loss": Decimal("500.00")}


def rows(db: object) -> list[tuple[object, ...]]:
    """Return what the store holds of money paid in advance, whatever numbers the rows have."""
    return sorted((flow.date, flow.place, str(flow)) for flow in prepaid.ROWS.everything(db))  # type: ignore[arg-type]


def test_a_changed_ledger_read_in_part_holds_the_same_advances_as_one_read_whole(tmp_path: Path) -> None:
    settings = shop(tmp_path, STOCK + BY_CONTRACT)
    main = tmp_path / "main.beancount"
    session = open_session(settings)
    cache = tmp_path / "cache.sqlite"
    Store.open(session.settings, main, session.products, cache=cache).close()
    texts = [main.read_text(encoding="utf-8")]
    texts += [
        texts[0] + SALE,
        texts[0]
        .replace("56500.00", "56500.00 ")
        .replace("33900.00", "22600.00")
        .replace("-30000.00", "-20000.00")
        .replace("-3900.00", "-2600.00"),
        texts[0],
    ]
    for text in texts[1:]:
        main.write_text(text, encoding="utf-8")
        part = Store.open(session.settings, main, session.products, cache=cache)
        whole = Store.open(session.settings, main, session.products, cache=None)
        assert rows(part._db) == rows(whole._db)
        part.close()
        whole.close()


def test_sale_shows_an_advance_with_its_case(tmp_path: Path) -> None:
    settings = shop(tmp_path, BY_CONTRACT)
    ledgers.posted(settings, "- {advance_refund: HT-77, id: AR-1, date: 2025-07-01, stage: approved}\n")
    said = command(settings, "sale", "HT-77").stdout
    assert "approved and not paid" in said
    assert "AR-1" in said
    data = json.loads(command(settings, "sale", "HT-77", "--json").stdout)
    (advance,) = data["advances"]
    assert (advance["received"], advance["open"], advance["owed"]) == ("90400.00 CNY", "0.00 CNY", "90400.00 CNY")
    assert command(settings, "sale", "HT-99").returncode == 1
    shown = command(settings, "status").stdout
    assert "advance refund" in shown
    assert "90400.00" in shown
    assert all(len(line) <= 80 for line in said.splitlines())


def test_the_number_of_an_invoice_is_no_order_of_its_own(tmp_path: Path) -> None:
    ledger = BY_CONTRACT.replace('contract: "HT-77"', 'contract: "HT-77"\n  invoice: "2533"', 1)
    settings = shop(tmp_path, ledger)
    effect = moved(settings, "- {advance_refund: HT-77, date: 2025-07-01}\n")
    assert effect == {LIABILITY: "80000.00", PENDING: "10400.00", BANK: "-56500.00", WECHAT: "-33900.00"}


BOTH = """\
2026-02-01 * "Clara" "Prepayment" ^inv-3
  Assets:Cash                      119.00 CNY
  Liabilities:Contract-Liability  -100.00 CNY
  Liabilities:Output-VAT-Pending   -19.00 CNY

2026-02-02 * "Clara" "Security" ^inv-3
  Assets:Cash                       50.00 CNY
  Liabilities:Deposits             -50.00 CNY
"""


def test_a_security_and_a_prepayment_of_one_order_are_told_apart_by_what_the_event_says(tmp_path: Path) -> None:
    settings = shop(tmp_path, BOTH, preset="general")
    event = "advance_refund: inv-3, date: 2026-03-01"
    assert ledgers.refused(settings, f"- {{{event}, deposit: security, amount: 50.01}}\n") == ["more-than-paid"]
    effect = moved(settings, f"- {{{event}, deposit: security}}\n")
    assert effect == {"Liabilities:Deposits": "50.00", "Assets:Cash": "-50.00"}
    effect = moved(settings, f"- {{{event}, deposit: prepayment, amount: 59.50}}\n", "b.yaml")
    assert effect == {
        "Liabilities:Contract-Liability": "50.00", "Liabilities:Output-VAT-Pending": "9.50", "Assets:Cash": "-59.50",
    }  # fmt: skip
    assert moved(settings, f"- {{{event}, id: C}}\n", "c.yaml")["Assets:Cash"] == "-59.50"
    assert ledgers.balances(settings) == {}


def test_init_proposes_what_refunds_of_advances_need(tmp_path: Path) -> None:
    ledger = """\
2026-01-02 * "Supplier" "Stock"
  Assets:Stock                     10 CHAIR {50.00 EUR, 2026-01-02}
  Equity:Opening              -500.00 EUR

2026-01-15 * "Bernd" "Prepayment" ^inv-2
  Assets:Bank                              238.00 EUR
  Liabilities:Customer-Prepayments        -200.00 EUR
  Liabilities:VAT-Pending                  -38.00 EUR

2026-01-20 * "Bernd" "Sale" ^inv-2
  Liabilities:Customer-Prepayments         200.00 EUR
  Liabilities:VAT-Pending                   38.00 EUR
  Income:Sales                            -200.00 EUR
  Liabilities:VAT-19                       -38.00 EUR
  Expenses:Cost-Of-Sales                   100.00 EUR
  Assets:Stock                              -2 CHAIR {50.00 EUR, 2026-01-02}

2026-02-02 * "Clara" "Security" ^inv-3
  Assets:Bank                               50.00 EUR
  Liabilities:Security-Deposits            -50.00 EUR
"""
    settings = shop(tmp_path, ledger, preset="general", currency="EUR")
    settings.unlink()
    done = command(settings, "init")
    assert done.returncode == 0, done.stdout + done.stderr
    said = settings.read_text(encoding="utf-8")
    assert 'contract_liability: "Liabilities:Customer-Prepayments"' in said
    assert 'output_vat_pending: "Liabilities:VAT-Pending"' in said
    assert 'deposit_liability: "Liabilities:Security-Deposits"' in said


def test_an_amended_refund_takes_the_place_of_what_was_posted(tmp_path: Path) -> None:
    settings = shop(tmp_path, BY_CONTRACT)
    moved(settings, "- {advance_refund: HT-77, id: AR-1, date: 2025-07-01, amount: 9040.00}\n")
    effect = moved(settings, "- {amend: AR-1, date: 2025-07-02, set: {amount: 4520.00}}\n", "b.yaml")
    assert effect == {LIABILITY: "-4000.00", PENDING: "-520.00", BANK: "4520.00"}
    effect = moved(settings, "- {advance_refund: HT-77, date: 2025-07-03}\n", "c.yaml")
    assert effect[LIABILITY] == "76000.00"
