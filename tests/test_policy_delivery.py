"""What goes back of a delivery charge is the policy's word, or the law's: what an event types beside it must be approved."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copy2

import pytest
from ledgers import apply, make, posted, refused

from returnledger import app

POLICIES = Path(__file__).parent.parent / "policies"
LEDGER = """\
2026-03-01 * "Ann" "Sale" ^inv-SO-1
  delivered: 2026-03-03
  channel: "online"
  country: "{country}"
  shipping_standard: 5.65
  Assets:Bank                            237.30 CNY
  Income:Sales                          -200.00 CNY
  Income:Shipping                        -10.00 CNY
  Liabilities:Output-VAT                 -27.30 CNY
  Expenses:COGS                          120.00 CNY
  Assets:Inventory                           -2 MUG {{60.00 CNY, 2026-01-05}}
"""
POLICY = """\
policy: shop
version: 7
valid_from: 2026-01-01
currency: CNY
window: {{{{default: {{{{days: 30, from: delivered}}}}}}}}
condition_from_reason: {{{{none: new}}}}
dispositions: {{{{new: {{{{to: restock}}}}}}}}
{tables}"""
NONE = "shipping_refund: [{{id: ours, when: {{fault: merchant}}, pays: all}}, {{id: kept, when: {{}}, pays: none}}]\n"
STANDARD = "shipping_refund: [{{id: cheapest, when: {{}}, pays: standard}}]\n"
PEOPLE = "people: {zhao: [supervisor], li: [clerk]}\n"
WAIVED = "allow: [shipping-differs], approved_by: zhao, note: agreed"


def shop(folder: Path, tables: str = NONE, *, country: str = "CN", more: str = PEOPLE) -> Path:
    """Write a ledger with one order of two mugs and a delivery charge of 11.30."""
    return make(folder, LEDGER.format(country=country), policy=POLICY.format(tables=tables), more=more)


def given(settings: Path, event: str, name: str = "events.yaml") -> str:
    """Return what a return takes off the revenue of delivery."""
    (done,) = posted(settings, event, name).events
    found = [p for d in done.directives for p in d.postings if p.account == "Income:Shipping"]
    return str(sum(p.units.number for p in found if p.units and p.units.number is not None))


@pytest.mark.parametrize(("typed", "back"), [("all", "10.00"), ("5.65", "5.00"), ("11.30", "10.00")])
def test_giving_more_than_the_policy_is_the_shops_word(tmp_path: Path, typed: str, back: str) -> None:
    settings = shop(tmp_path / "a")
    assert given(settings, f"- {{return: SO-1, date: 2026-03-10, shipping: {typed}}}") == back


def test_giving_less_than_the_policy_is_named(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a")
    event = "- {return: SO-1, date: 2026-03-10, reason: defective, condition: new, shipping: 0}"
    (finding,) = apply(settings, event).findings
    assert finding.code == "shipping-differs"
    assert (finding.values["given"], finding.values["wanted"], finding.values["much"]) == ("0.00", "11.30", "11.30")
    assert finding.because is not None and finding.because[1] == "shipping_refund.ours"
    assert (finding.span.line, finding.span.column) == (1, 81)


def test_what_agrees_with_the_policy_may_be_typed(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a")
    ours = "reason: defective, condition: new"
    assert given(settings, f"- {{return: SO-1, date: 2026-03-10, qty: 1, {ours}, shipping: 11.30}}") == "10.00"
    assert given(settings, f"- {{return: SO-1, date: 2026-03-11, qty: 1, {ours}, shipping: all}}", "b.yaml") == "0"


def test_without_a_row_of_the_policy_it_is_the_shops_word(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", "")
    assert given(settings, "- {return: SO-1, date: 2026-03-10, shipping: 5.65}") == "5.00"


def test_it_is_waived_as_the_policy_says(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", NONE + "waivers: {{shipping-differs: {{by: [supervisor], up_to: 250}}}}\n")
    event = "- {return: SO-1, date: 2026-03-10, reason: defective, condition: new, shipping: 5.65, allow: [shipping-differs], note: agreed"
    assert refused(settings, event + ", approved_by: li}") == ["shipping-differs", "waiver-not-allowed"]
    assert given(settings, event + ", approved_by: zhao}") == "5.00"
    lower = shop(tmp_path / "b", NONE + "waivers: {{shipping-differs: {{by: [supervisor], up_to: 200}}}}\n")
    assert refused(lower, event + ", approved_by: zhao}") == ["shipping-differs", "waiver-not-allowed"]
    other = shop(tmp_path / "c", NONE + "waivers: {{fee-differs: {{by: [supervisor]}}}}\n")
    assert refused(other, event + ", approved_by: zhao}") == ["shipping-differs", "waiver-not-allowed"]


def test_a_law_that_binds_is_not_overridden_in_silence(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", NONE + "law: tw-consumer\n", country="TW")
    copy2(POLICIES / "tw-consumer.yaml", settings.parent)
    event = (
        "- {return: SO-1, date: 2026-03-09, requested: 2026-03-09, reason: changed_mind, condition: new, shipping: 0}"
    )
    (finding,) = [each for each in apply(settings, event).findings if each.code == "shipping-differs"]
    assert finding.values["wanted"] == "11.30"
    assert finding.because is not None and finding.because[0].file.endswith("tw-consumer.yaml")


def test_the_row_stands_in_the_decision_beside_what_was_typed(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a")
    more = posted(settings, "- {return: SO-1, date: 2026-03-10, qty: 1, shipping: 5.65}")
    assert "shipping none kept" in more.events[0].directives[0].meta["rl-decision"]
    less = f"- {{return: SO-1, date: 2026-03-10, qty: 1, reason: defective, condition: new, shipping: 0, {WAIVED}}}"
    decision = posted(settings, less, "b.yaml").events[0].directives[0].meta["rl-decision"]
    assert "shipping all ours" in decision and "waived shipping-differs" in decision


def test_exceptions_list_a_delivery_charge_that_no_row_decided(tmp_path: Path) -> None:
    def rows(settings: Path) -> list[tuple[str, str]]:
        found = json.loads(app.report("exceptions", {}, settings=settings, fmt="json"))
        return [(row["case"], row["about"]) for row in found["rows"] if row["what"] == "shipping_typed"]

    settings = shop(tmp_path / "a")
    posted(settings, "- {return: SO-1, id: S1, date: 2026-03-10, qty: 1, shipping: 5.00}")
    ours = "reason: defective, condition: new"
    posted(settings, f"- {{return: SO-1, id: S2, date: 2026-03-10, qty: 1, {ours}, shipping: all}}", "b.yaml")
    assert rows(settings) == [("S1", "5 CNY; none (kept)")]
    bare = shop(tmp_path / "b", "")
    posted(bare, "- {return: SO-1, id: S3, date: 2026-03-10, qty: 1, shipping: 5.00}")
    posted(bare, "- {return: SO-1, id: S4, date: 2026-03-10, qty: 1, shipping: all}", "b.yaml")
    assert rows(bare) == [("S3", "5 CNY"), ("S4", "all")]
