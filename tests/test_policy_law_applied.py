"""A posted return under a law that binds has the law's verdict, fee, way back and deadline, and keeps both policies."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copy2

import pytest
from ledgers import apply, make, posted, refused

from returnledger import app
from returnledger.cli import show_explain, show_plan
from returnledger.i18n import speak

POLICIES = Path(__file__).parent.parent / "policies"
LEDGER = """\
2026-03-01 * "Ann" "Sale" ^inv-SO-1
  delivered: 2026-03-03
  channel: "online"
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
"""
SHOP = """\
policy: shop
version: 7
valid_from: 2026-01-01
currency: CNY
window: {{default: {{days: 3, from: delivered}}}}
verdicts: [{{id: no-mugs, when: {{sku: MUG}}, verdict: deny, why: Mugs stay sold.}}]
fees: [{{id: all-pay, when: {{}}, percent: 10}}]
return_freight: [{{id: them, when: {{}}, pays: customer}}]
refunds: [{{id: slow, when: {{}}, methods: [original], within_days: 30, counted_from: received}}]
law: LAW
"""
EVENT = """\
- {return: SO-1, date: 2026-03-12, requested: 2026-03-10, received: 2026-03-12, reason: changed_mind, condition: opened}
"""


def books(folder: Path, law: str = "cn-7day-no-reason", ledger: str = LEDGER, listed: bool = False) -> Path:
    """Write a ledger whose shop names `law`; the pack stands beside its policy, and is `listed` in the settings or not."""
    settings = make(folder, ledger, policy=SHOP.replace("LAW", law), more="products: products.yaml\n")
    (folder / "products.yaml").write_text("MUG: {category: kitchen}\n", encoding="utf-8")
    copy2(POLICIES / "cn-7day-no-reason.yaml", folder)
    if listed:
        text = settings.read_text(encoding="utf-8")
        settings.write_text(text.replace("[policy.yaml]", "[policy.yaml, cn-7day-no-reason.yaml]"), encoding="utf-8")
    return settings


@pytest.mark.parametrize("listed", [False, True], ids=["beside the policy", "in the settings"])
def test_a_posted_return_has_what_the_law_gives(tmp_path: Path, listed: bool) -> None:
    done = posted(books(tmp_path, listed=listed), EVENT)
    text = (tmp_path / str(done.file)).read_text(encoding="utf-8")
    decision = next(line for line in text.splitlines() if "rl-decision" in line)
    assert "window 2026-03-10 window.default" in decision
    assert "verdict allow" in decision and "law cn-7day-no-reason 1 applies" in decision
    assert "fee 0% no-deduction" in decision and "deadline 2026-03-19 seven-days" in decision
    assert "freight customer them" in decision
    stored = next(line for line in text.splitlines() if "rl-policies" in line)
    assert "shop 7 1:" in stored and "cn-7day-no-reason 1 1:" in stored
    assert "-113.00 CNY" in text


def test_without_the_law_the_shop_refuses(tmp_path: Path) -> None:
    assert sorted(refused(books(tmp_path, "[]"), EVENT)) == ["not-returnable", "window-closed"]


@pytest.mark.parametrize("fact", ['channel: "store"', 'note: "no channel"'])
def test_a_law_that_does_not_bind_leaves_the_entry_as_it_is(tmp_path: Path, fact: str) -> None:
    ledger = LEDGER.replace('channel: "online"', fact)
    event = EVENT.replace("requested: 2026-03-10", "requested: 2026-03-04").rstrip("}\n")
    event += ", allow: [not-returnable], approved_by: li.na, note: agreed}\n"
    texts = []
    for name in ("cn-7day-no-reason", "[]"):
        folder = tmp_path / name.strip("[]-")
        done = posted(books(folder / "shop", name, ledger), event)
        lines = (folder / "shop" / str(done.file)).read_text(encoding="utf-8").splitlines()
        texts.append([line for line in lines if "rl-policies" not in line and "rl-digest" not in line])
    assert texts[0] == texts[1]


def test_a_fee_written_beside_a_law_that_gives_none_is_a_finding(tmp_path: Path) -> None:
    assert refused(books(tmp_path), EVENT.replace("condition", "fee: 10.00, condition")) == ["fee-differs"]


def test_plan_and_explain_show_the_statute(tmp_path: Path) -> None:
    settings = books(tmp_path)
    events = tmp_path / "events.yaml"
    events.write_text(EVENT, encoding="utf-8")
    speak("en")
    lines = show_plan.decision_lines(app.plan([events], settings=settings).plan.events[0])
    explained = app.explain([str(events)], settings=settings)
    page = show_explain.render(explained, "text")
    assert any("第25条第3款" in line and "deadline" in line for line in lines), lines
    assert "statute: 消费者权益保护法 第25条" in page
    assert "facts: channel = online" in page
    data = json.loads(show_explain.render(explained, "json"))
    fee = next(each for each in data["events"][0]["decisions"] if each["effect"] == "fee")
    assert fee["statute"] == "消费者权益保护法 第25条"


def test_explain_names_the_fact_that_kept_a_law_from_binding(tmp_path: Path) -> None:
    settings = books(tmp_path, ledger=LEDGER.replace('channel: "online"', 'note: "no channel"'))
    events = tmp_path / "events.yaml"
    events.write_text(EVENT, encoding="utf-8")
    speak("en")
    page = show_explain.render(app.explain([str(events)], settings=settings), "text")
    after = page[page.index("law: –") :].splitlines()
    assert "unknown: channel" in "".join(after[1:4])


def test_a_law_that_is_not_there_is_a_finding_at_its_name(tmp_path: Path) -> None:
    with pytest.raises(app.Refused) as caught:
        apply(books(tmp_path, "[cn-7day-no-reason, de-widerruf]"), EVENT)
    found = caught.value.findings
    assert [(finding.code, str(finding.span)) for finding in found] == [("law-not-found", "policy.yaml:10:26")]


@pytest.mark.parametrize("name", ["../secret", "shop", "/etc/passwd", "a/b", ".."])
def test_a_law_by_a_name_that_leads_elsewhere_is_a_finding(tmp_path: Path, name: str) -> None:
    with pytest.raises(app.Refused) as caught:
        apply(books(tmp_path, name), EVENT)
    assert {finding.code for finding in caught.value.findings} <= {"law-not-found", "law-not-a-pack"}
