"""What a policy's windows, freight, inspection and deadlines do to a one-line return or allowance in the books."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ledgers import POLICY, apply, make, posted, refused

from returnledger.cli.show_explain import chosen_lines
from returnledger.findings_text import sentences

SALE = """\
2025-01-01 * "Supplier" "Purchase"
  Assets:Inventory    10 P {{50 CNY, 2025-01-01}}
  Equity:Opening

{day} * "Ann" "Sale" ^inv-S1
{meta}  Assets:Bank                226.00 CNY
  Income:Sales              -200.00 CNY
  Liabilities:Output-VAT     -26.00 CNY
  Expenses:COGS              100.00 CNY
  Assets:Inventory               -2 P {{50 CNY, 2025-01-01}}
"""
ACCOUNTS = ", cash_bank: Assets:Bank"


def shop(folder: Path, policy: str, *meta: str, day: str = "2026-02-01", more: str = "") -> Path:
    """Return the settings of a shop with one sale that has this metadata; `policy` has single braces."""
    ledger = SALE.format(day=day, meta="".join(f"  {line}\n" for line in meta))
    return make(folder, ledger, accounts=ACCOUNTS, policy=policy.replace("{", "{{").replace("}", "}}"), more=more)


def base(window: str, more: str = "") -> str:
    """Return the policy of the tests with another window and more tables, in single braces."""
    text = POLICY.replace("  default: {{days: 365, from: sold}}\n", window)
    return (text + more).replace("{{", "{").replace("}}", "}").replace("{currency}", "CNY")


@pytest.mark.parametrize(
    ("row", "meta", "last"),
    [
        ("{days: 7, from: contract}", "contract_date: 2026-02-10", "2026-02-17"),
        ("{days: 7, from: invoice}", 'invoice_date: "2026-02-11"', "2026-02-18"),
        ("{days: 7, from: paid}", "delivered: 2026-02-20", "2026-02-08"),
        ("{days: 7, from: contract}", "delivered: 2026-02-20", "2026-02-08"),  # unknown: from the sale
    ],
)
def test_windows_count_from_the_contract_the_invoice_or_the_payment(
    tmp_path: Path, row: str, meta: str, last: str
) -> None:
    settings = shop(tmp_path / "a", base(f"  default: {row}\n"), meta)
    late = (date.fromisoformat(last)).replace(day=date.fromisoformat(last).day + 1)
    assert refused(settings, f"- {{return: S1, date: {late}, qty: 1}}", "late.yaml") == ["window-closed"]
    done = posted(settings, f"- {{return: S1, date: {last}, qty: 1}}")
    assert done.events[0].window_end == date.fromisoformat(last)


def test_a_window_of_business_days_ends_by_the_holidays_of_the_settings(tmp_path: Path) -> None:
    policy = base("  default: {days: 3, from: delivered, unit: business}\n")
    settings = shop(tmp_path / "a", policy, "delivered: 2026-02-13", more="holidays: CN\n")
    # Saturday the 14th is worked, the 15th to the 23rd is the Spring Festival.
    assert refused(settings, "- {return: S1, date: 2026-02-26, qty: 1}", "late.yaml") == ["window-closed"]
    done = posted(settings, "- {return: S1, date: 2026-02-25, qty: 1}")
    assert done.events[0].window_end == date(2026, 2, 25)
    (written,) = [file for file in settings.parent.rglob("*.beancount") if "rl-window-end" in file.read_text("utf-8")]
    assert "rl-window-end: 2026-02-25" in written.read_text("utf-8")


@pytest.mark.parametrize(
    ("row", "english", "chinese"),
    [
        (
            "{days: 3, from: delivered, unit: business}",
            "came back 13 days after delivery; the policy allows 3 business days, until 2026-02-25",
            "3 个工作日，至 2026-02-25",
        ),
        (
            "{days: 7, from: delivered, roll_on_holiday: true}",
            "came back 13 days after delivery; the policy allows 7, with holidays until 2026-02-24",
            "遇节假日顺延至 2026-02-24",
        ),
    ],
)
def test_who_comes_too_late_is_told_how_the_days_were_counted(
    tmp_path: Path, row: str, english: str, chinese: str
) -> None:
    settings = shop(tmp_path / "a", base(f"  default: {row}\n"), "delivered: 2026-02-13", more="holidays: CN\n")
    done = apply(settings, "- {return: S1, date: 2026-02-26, qty: 1}")
    texts = {lang: [sentences(finding, lang)[0] for finding in done.events[0].findings] for lang in ("en", "zh")}
    assert english in texts["en"][0]
    assert chinese in texts["zh"][0]


def test_explain_says_how_a_window_was_counted_and_what_was_assumed(tmp_path: Path) -> None:
    policy = base("  default: {days: 3, from: delivered, unit: business}\n")
    settings = shop(tmp_path / "a", policy, day="2026-02-13", more="holidays: CN\n")
    done = posted(settings, "- {return: S1, date: 2026-02-14, qty: 1}")
    text = "\n".join(chosen_lines(done.events[0]))
    assert "3 business days from sold, the last is 2026-02-25 — window.default" in text
    assert "unknown: delivered, shipped" in text


def test_the_refund_deadline_counts_as_its_row_says_and_is_stored(tmp_path: Path) -> None:
    refunds = (
        "refunds: [{id: fast, when: {}, methods: [original], within_days: 3, unit: business, counted_from: received}]\n"
    )
    settings = shop(tmp_path / "a", base("  default: {days: 365, from: sold}\n", refunds), more="holidays: CN\n")
    done = posted(settings, "- {return: S1, date: 2026-03-01, received: 2026-02-13, qty: 1}")
    document = done.events[0].document
    assert document is not None and document.deadline == date(2026, 2, 25)
    texts = [file.read_text("utf-8") for file in settings.parent.rglob("*.beancount")]
    assert any("deadline 2026-02-25" in text for text in texts)


def test_freight_is_decided_with_the_verdict_and_stored(tmp_path: Path) -> None:
    table = "return_freight: [{id: ours, when: {fault: merchant}, pays: merchant}, {id: theirs, when: {}, pays: customer}]\n"
    settings = shop(tmp_path / "a", base("  default: {days: 365, from: sold}\n", table))
    done = posted(
        settings,
        "- {return: S1, date: 2026-03-01, qty: 1, reason: defective, condition: damaged}\n"
        "- {return: S1, date: 2026-03-02, qty: 1, reason: changed_mind}",
    )
    found = [decision.find("freight") for event in done.events for decision in event.decisions]
    assert [(each.value, each.row) for each in found if each] == [("merchant", "ours"), ("customer", "theirs")]
    texts = [file.read_text("utf-8") for file in settings.parent.rglob("*.beancount")]
    assert any("freight customer theirs" in text for text in texts)


def test_goods_that_an_inspection_refuses_do_not_come_back(tmp_path: Path) -> None:
    table = "inspection: [{id: opened, when: {condition: [opened, used]}, outcome: refuse, because: not_intact}]\n"
    settings = shop(tmp_path / "a", base("  default: {days: 365, from: sold}\n", table))
    event = "- {return: S1, date: 2026-03-01, qty: 1, condition: %s}"
    assert refused(settings, event % "opened", "a.yaml") == ["not-returnable"]
    done = apply(settings, event % "used", "b.yaml")
    (finding,) = done.events[0].findings
    assert finding.because is not None and finding.because[1] == "inspection.opened"
    posted(settings, event % "new", "c.yaml")
    posted(settings, "- {return: S1, date: 2026-03-02, qty: 1, goods: kept}", "d.yaml")


def test_a_condition_on_the_fault_is_unknown_where_nobody_gave_a_reason(tmp_path: Path) -> None:
    verdicts = "verdicts: [{id: whims, when: {fault: customer}, verdict: deny}]\n"
    settings = shop(tmp_path / "a", base("  default: {days: 365, from: sold}\n", verdicts))
    assert refused(settings, "- {return: S1, date: 2026-03-01, qty: 1, reason: style}", "a.yaml") == ["not-returnable"]
    assert refused(settings, "- {return: S1, date: 2026-03-01, qty: 1}", "b.yaml") == ["needs-review"]
    posted(settings, "- {return: S1, date: 2026-03-01, qty: 1, reason: defective, condition: damaged}", "c.yaml")


def test_facts_of_the_sale_are_read_under_the_keys_that_the_settings_name(tmp_path: Path) -> None:
    verdicts = "verdicts: [{id: tv, when: {channel: tv}, verdict: deny}, {id: rest, when: {warranty_until: '>2026-01-01'}, verdict: allow}]\n"
    settings = shop(
        tmp_path / "a",
        base("  default: {days: 365, from: sold}\n", verdicts),
        'qudao: "tv"',
        more="sales: {metadata: {channel: qudao}}\n",
    )
    assert refused(settings, "- {return: S1, date: 2026-03-01, qty: 1}") == ["not-returnable"]


def test_a_version_that_has_ended_judges_no_later_sale(tmp_path: Path) -> None:
    policy = base("  default: {days: 365, from: sold}\n", "valid_until: 2026-01-31\n")
    settings = shop(tmp_path / "a", policy, day="2026-02-01")
    assert refused(settings, "- {return: S1, date: 2026-03-01, qty: 1}") == ["no-policy"]
    posted(shop(tmp_path / "b", policy, day="2026-01-31"), "- {return: S1, date: 2026-03-01, qty: 1}")
