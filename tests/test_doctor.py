"""doctor says how much of the sales is read with the settings as they are, and what exactly would help; it writes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ledgers import make, posted

import returnledger
from returnledger.checkup import Checkup
from returnledger.cli import main
from returnledger.findings import Severity

PURCHASE = """\
2026-01-05 * "Pottery" "Mugs"
  Assets:Inventory    40 MUG {4.00 EUR, 2026-01-05}
  Assets:Inventory    40 TEE {5.00 EUR, 2026-01-05}
  Assets:Bank

"""
SALE = """\
2026-05-11 * "Ann" "Sale" ^inv-1001
  Assets:Bank                  36.00 EUR
  Income:Sales                -30.00 EUR
  Liabilities:Output-VAT       -6.00 EUR
  Expenses:COGS                12.00 EUR
  Assets:Inventory                -3 MUG {}

"""
UNTOLD = """\
2026-05-12 * "Ben" "Sale" ^inv-1002
  Assets:Bank                  26.40 EUR
  Income:Sales                -22.00 EUR
  Liabilities:Output-VAT       -4.40 EUR
  Expenses:COGS                 9.00 EUR
  Assets:Inventory                -1 MUG {}
  Assets:Inventory                -1 TEE {}

"""


def looked(settings: Path) -> Checkup:
    """Return what doctor says, and see that no file was written or changed."""
    before = {path: path.read_bytes() for path in settings.parent.rglob("*") if path.is_file()}
    found = returnledger.doctor(settings=settings)
    assert {path: path.read_bytes() for path in settings.parent.rglob("*") if path.is_file()} == before
    assert isinstance(found, Checkup)
    return found


def codes(found: Checkup) -> list[str]:
    return [finding.code for finding in found.remarks]


def test_a_ledger_that_is_read_whole_has_nothing_to_remark(tmp_path: Path) -> None:
    found = looked(make(tmp_path / "shop", PURCHASE + SALE, currency="EUR"))
    assert (found.coverage.sales, found.coverage.whole, found.reasons, found.remarks) == (1, 1, (), ())
    assert (found.exit_code, found.included, found.files, found.transactions) == (0, True, 2, 2)
    assert found.example is not None and found.example.posts
    assert found.example.event == "{return: 1001, date: 2026-05-11, sku: MUG, qty: 1, reason: changed_mind}"
    assert {account: str(amount) for (account, _), amount in found.example.accounts.items()} == {
        "Assets:Bank": "-12.00",
        "Assets:Inventory": "4.00",
        "Expenses:COGS": "-4.00",
        "Income:Sales-Returns": "10.00",
        "Liabilities:Output-VAT": "2.00",
    }


def test_the_return_that_is_tried_is_of_an_order_with_nothing_back_yet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    later = SALE.replace("1001", "1003").replace("2026-05-11", "2026-05-12")
    settings = make(tmp_path / "shop", PURCHASE + SALE + later, currency="EUR")
    tried = "- {return: 1003, date: 2026-05-12, sku: MUG, qty: 1, reason: changed_mind}\n"
    posted(settings, tried)
    found = looked(settings)
    assert found.example is not None and (found.example.order, found.example.posts) == ("1001", True)
    posted(settings, tried.replace("1003", "1001"), "more.yaml")
    monkeypatch.chdir(settings.parent)
    assert main(["doctor"]) == 0
    assert "  it stands in the books already\n" in capsys.readouterr().out


def test_a_sale_that_is_not_read_whole_is_told_with_its_place_and_what_to_add(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make(tmp_path / "shop", PURCHASE + SALE + UNTOLD, currency="EUR")
    found = looked(settings)
    assert (found.coverage.sales, found.coverage.whole, found.exit_code) == (2, 1, 0)
    (reason,) = found.reasons
    assert (reason.gap.count, reason.gap.orders) == (1, ["1002"]) and reason.gap.place is not None
    assert reason.finding is not None and reason.finding.code == "facts-missing"
    monkeypatch.chdir(settings.parent)
    capsys.readouterr()
    assert main(["doctor"]) == 0
    out, err = capsys.readouterr()
    assert err == "" and "1 of 2 sales read whole; 1 not, because\n" in out
    assert "order 1002" in out and "first at main.beancount:" in out


def test_an_order_key_that_the_settings_do_not_know_is_named_with_the_line_to_add(tmp_path: Path) -> None:
    other = SALE.replace("^inv-1001", "^web-77").replace("2026-05-11", "2026-05-13")
    found = looked(make(tmp_path / "shop", PURCHASE + SALE + other + other.replace("77", "78"), currency="EUR"))
    assert (found.coverage.sales, found.coverage.whole) == (3, 1)
    (remark,) = (finding for finding in found.remarks if finding.code == "order-key-unknown")
    assert (remark.values["pattern"], remark.values["count"]) == ("web-{}", 2)
    assert remark.values["rule"] == '{link: "web-{}"}' and remark.severity is Severity.WARNING


def test_what_looks_like_a_sale_and_belongs_to_no_order_is_counted(tmp_path: Path) -> None:
    bare = SALE.replace(" ^inv-1001", "").replace("2026-05-11", "2026-05-14")
    found = looked(make(tmp_path / "shop", PURCHASE + SALE + bare, currency="EUR"))
    assert codes(found) == ["sale-without-order"]
    assert [(reason.gap.code, reason.gap.count) for reason in found.reasons] == [("no-order", 1)]


def test_an_account_that_acts_in_sales_and_has_no_role_is_suggested(tmp_path: Path) -> None:
    ledger = PURCHASE + SALE.replace("Liabilities:Output-VAT", "Liabilities:Sales-Tax")
    found = looked(make(tmp_path / "shop", ledger, currency="EUR"))
    (remark,) = (finding for finding in found.remarks if finding.code == "role-suggested")
    assert (remark.values["role"], remark.values["account"]) == ("output_vat", "Liabilities:Sales-Tax")
    assert (found.coverage.sales, found.coverage.whole) == (1, 0)


def test_an_account_of_the_settings_that_the_ledger_lacks_is_named_at_its_place(tmp_path: Path) -> None:
    settings = make(tmp_path / "shop", PURCHASE + SALE, currency="EUR", accounts=", cogs: Expenses:Cogs-Typo")
    (remark,) = (finding for finding in looked(settings).remarks if finding.code == "account-not-in-ledger")
    assert remark.values["account"] == "Expenses:Cogs-Typo" and remark.span is not None
    assert (remark.span.file, remark.span.line) == (str(settings), 3)


def test_metadata_under_another_key_is_noticed(tmp_path: Path) -> None:
    ledger = PURCHASE + SALE.replace("-30.00 EUR\n", '-30.00 EUR\n    artikelnr: "MUG"\n    menge: 3\n')
    remarks = looked(make(tmp_path / "shop", ledger, currency="EUR")).remarks
    assert {(f.code, f.values.get("meaning"), f.values.get("key")) for f in remarks} == {
        ("metadata-suggested", "sku", "artikelnr"),
        ("metadata-suggested", "quantity", "menge"),
    }


def test_an_error_of_the_ledger_and_a_missing_include_line_end_with_exit_code_1(tmp_path: Path) -> None:
    settings = make(tmp_path / "shop", PURCHASE + SALE, currency="EUR")
    ledger = settings.parent / "main.beancount"
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text(text.replace("include", "; include"), encoding="utf-8")
    assert (codes(found := looked(settings)), found.exit_code) == (["include-missing"], 1)
    assert not found.included
    ledger.write_text(text + "2026-06-01 balance Assets:Bank  1.00 EUR\n", encoding="utf-8")
    found = looked(settings)
    assert (codes(found)[0], found.exit_code) == ("ledger-error", 1)


def test_plugins_assertions_and_many_lots_are_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from returnledger import checkup_speed

    settings = make(tmp_path / "shop", PURCHASE + SALE, currency="EUR")
    ledger = settings.parent / "main.beancount"
    text = 'plugin "beancount.plugins.sellgains"\nplugin "beancount.plugins.implicit_prices"\n'
    text += ledger.read_text(encoding="utf-8") + "2026-01-06 balance Assets:Bank  -360.00 EUR\n"
    ledger.write_text(text, encoding="utf-8")
    monkeypatch.setattr(checkup_speed, "_LOTS", 2)
    monkeypatch.setattr(checkup_speed, "_TURNS", 3)
    monkeypatch.setattr(checkup_speed, "_LARGE", 100)
    found = looked(settings)
    assert found.exit_code == 0 and found.plugins == (
        "beancount.plugins.sellgains",
        "beancount.plugins.implicit_prices",
    )
    notes = {finding.code: dict(finding.values) for finding in found.remarks if finding.severity is Severity.NOTE}
    assert notes["plugin-proof"] == {"plugin": "beancount.plugins.sellgains"}
    assert notes["many-lots"] == {"account": "Assets:Inventory", "count": 2, "turns": 3}
    assert notes["assertions-proof"]["account"] == "Assets:Bank" and "file-large" in notes


def test_a_byte_order_mark_is_told(tmp_path: Path) -> None:
    settings = make(tmp_path / "shop", PURCHASE + SALE, currency="EUR")
    ledger = settings.parent / "main.beancount"
    ledger.write_bytes(b"\xef\xbb\xbf" + b"; a comment\n" + ledger.read_bytes())
    assert "byte-order-mark" in codes(looked(settings))


def test_returns_that_were_posted_change_nothing_in_what_is_read(tmp_path: Path) -> None:
    settings = make(tmp_path / "shop", PURCHASE + SALE, currency="EUR")
    posted(settings, "- {return: 1001, date: 2026-05-15, qty: 1}")
    found = looked(settings)
    assert (found.coverage.sales, found.coverage.whole, found.remarks) == (1, 1, ())


def test_the_record_for_scripts_and_the_chinese_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make(tmp_path / "shop", PURCHASE + SALE + UNTOLD, currency="EUR")
    monkeypatch.chdir(settings.parent)
    capsys.readouterr()
    assert main(["doctor", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["sales"], record["sales_read_whole"], record["returns_included"]) == (2, 1, True)
    assert record["reasons"][0]["orders"] == ["1002"] and record["example"]["posts"] is True
    assert main(["--lang", "zh", "doctor"]) == 0
    out = capsys.readouterr().out
    assert "2 笔销售中有 1 笔完整读出；1 笔没有，原因：" in out
    assert max(len(line.encode("gbk")) for line in out.splitlines()) <= 80
