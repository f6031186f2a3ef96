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


# --- what the law leaves to the shop, and what it doesn't

SALE = """\
2026-06-01 * "Ann" "Sale" ^inv-SO-1{tag}
  delivered: 2026-06-03
  channel: "online"
  country: "{country}"
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {{60.00 CNY, 2026-01-05}}
"""
PLAIN = """\
policy: shop
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: DAYS, from: delivered}}
dispositions: {used: {to: hold}, opened: {to: hold}}
MORElaw: LAW
"""


def books_under(folder: Path, law: str, days: int, ledger: str, more: str = "", currency: str = "CNY") -> Path:
    """Write a ledger whose shop has a window of `days` and names `law`, with the packs beside its policy."""
    text = PLAIN.replace("DAYS", str(days)).replace("MORE", more).replace("LAW", law).replace("CNY", currency)
    text = text.replace("{", "{{").replace("}", "}}")
    settings = make(folder, ledger, policy=text, currency=currency, more="products: products.yaml\n")
    (folder / "products.yaml").write_text("MUG: {category: kitchen}\nTEE: {category: apparel}\n", encoding="utf-8")
    for name in law.strip("[]").split(", "):
        copy2(POLICIES / f"{name}.yaml", folder)
    return settings


def decision_of(folder: Path, settings: Path, event: str) -> str:
    done = posted(settings, event)
    lines = (folder / str(done.file)).read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if "rl-decision" in line)


@pytest.mark.parametrize("days", [0, 3, 400])
def test_a_law_without_a_window_is_not_closed_by_the_shops(tmp_path: Path, days: int) -> None:
    settings = books_under(tmp_path, "[in-ecommerce, au-consumer]", days, SALE.format(tag="", country="IN"))
    event = "- {return: SO-1, date: 2026-11-20, requested: 2026-11-19, reason: late_delivery, condition: new}\n"
    decision = decision_of(tmp_path, settings, event)
    assert "verdict allow" in decision and "law in-ecommerce 1 applies" in decision
    assert ("window 2027-07-08" in decision) == (days == 400)


@pytest.mark.parametrize(("country", "codes"), [("AU", ["needs-review"]), ("NZ", ["window-closed"])])
def test_a_law_without_a_window_that_leaves_it_to_a_person_is_not_closed_by_the_shops(
    tmp_path: Path, country: str, codes: list[str]
) -> None:
    ledger = SALE.format(tag="", country=country).replace("CNY", "AUD")
    settings = books_under(tmp_path, "au-consumer", 3, ledger, currency="AUD")
    event = "- {return: SO-1, date: 2026-11-20, requested: 2026-11-19, reason: defective, condition: new}\n"
    assert refused(settings, event) == codes
    if country == "AU":  # a person says that the failure is major, or it is seen from what was handed in
        (tmp_path / "major.pdf").write_bytes(b"%PDF-1.4")
        event = event.replace("new}", "new, evidence: [{path: major.pdf, type: major_failure}]}")
        assert "verdict allow major-failure" in decision_of(tmp_path, settings, event)


SHIPPED = SALE.replace("113.00 CNY", "143.00 CNY").replace(
    "  Liabilities", "  Income:Shipping                        -30.00 CNY\n  Liabilities"
)


@pytest.mark.parametrize(
    ("standard", "pays", "row", "due"),
    [
        ("6.00", "pro_rata", "pro_rata mine", "143.00"),
        ("6.00", "none", "standard standard-delivery", "119.00"),
        ("30.00", "pro_rata", "pro_rata mine", "143.00"),
    ],
)
def test_of_the_delivery_charge_the_larger_amount_goes_back(
    tmp_path: Path, standard: str, pays: str, row: str, due: str
) -> None:
    ledger = SHIPPED.format(tag="", country="DE").replace("  country", f'  shipping_standard: "{standard}"\n  country')
    more = f"shipping_refund: [{{id: mine, when: {{}}, pays: {pays}}}]\n"
    settings = books_under(tmp_path, "de-withdrawal", 30, ledger, more)
    event = "- {return: SO-1, date: 2026-06-10, requested: 2026-06-09, reason: changed_mind, condition: new}\n"
    done = posted(settings, event)
    text = (tmp_path / str(done.file)).read_text(encoding="utf-8")
    assert f"-{due} CNY" in text
    assert f"shipping {row}" in text


@pytest.mark.parametrize(("law", "country"), [("cn-7day-no-reason", "CN"), ("kr-ecommerce", "KR")])
def test_where_the_law_refuses_the_goods_as_found_the_shops_policy_decides_alone(
    tmp_path: Path, law: str, country: str
) -> None:
    fees = "fees: [{id: worn, when: {condition: used}, percent: 40}, {id: none, when: {}, percent: 0}]\n"
    event = "- {return: SO-1, date: 2026-06-08, requested: 2026-06-07, reason: changed_mind, condition: CONDITION}\n"
    found = {}
    for condition in ("used", "opened"):
        folder = tmp_path / condition
        settings = books_under(folder, law, 30, SALE.format(tag="", country=country), fees)
        found[condition] = decision_of(folder, settings, event.replace("CONDITION", condition))
    assert "fee 40% worn" in found["used"] and f"law {law}" not in found["used"]
    assert "fee 0% none" in found["opened"] and f"law {law} 1 applies" in found["opened"]


@pytest.mark.parametrize(("second", "binds"), [("4.99", False), ("5.00", True), ("20.00", True)])
def test_a_threshold_of_a_law_is_that_of_the_sale_not_of_the_line(tmp_path: Path, second: str, binds: bool) -> None:
    total = 20 + float(second)
    ledger = f"""\
2026-05-21 * "Bob" "Sale" ^inv-TWO
  channel: "door_to_door"
  country: "US-TX"
  Assets:Bank       {total:.2f} USD
  Income:Sales     -20.00 USD
    line: 1
    sku: "MUG"
    qty: 1
  Income:Sales     -{second} USD
    line: 2
    sku: "TEE"
    qty: 1
"""
    fees = "fees: [{id: five, when: {}, percent: 5}]\n"
    settings = books_under(tmp_path, "us-ftc-cooling-off", 30, ledger, fees, "USD")
    event = "- {return: TWO, sku: MUG, date: 2026-05-26, requested: 2026-05-26, reason: changed_mind, condition: new}\n"
    decision = decision_of(tmp_path, settings, event)
    assert ("law us-ftc-cooling-off 1 applies" in decision) == binds
    assert ("fee 0% no-fee" if binds else "fee 5% five") in decision


@pytest.mark.parametrize(
    ("law", "country", "tag", "reason", "last", "late"),
    [
        ("kr-ecommerce", "KR", "", "not_as_described", "2026-09-03", "2026-09-04"),
        ("tw-consumer", "TW", " #not-informed", "changed_mind", "2026-10-03", "2026-10-06"),
    ],
)
def test_past_a_window_of_months_the_finding_is_that_it_is_closed_with_its_last_day(
    tmp_path: Path, law: str, country: str, tag: str, reason: str, last: str, late: str
) -> None:
    settings = books_under(tmp_path, law, 3, SALE.format(tag=tag, country=country))
    event = f"- {{return: SO-1, date: {late}, requested: {late}, reason: {reason}, condition: new"
    (finding,) = apply(settings, event + "}\n").findings
    assert finding.code == "window-closed"
    assert str(finding.values["allowed"].values["last"]) == last  # type: ignore[attr-defined]
    waived = event + ", allow: [window-closed], approved_by: li.na, note: kind}\n"
    assert posted(settings, waived).file


def test_plan_tells_until_when_money_is_due_once(tmp_path: Path) -> None:
    settings = books(tmp_path)
    (settings.parent / "e.yaml").write_text(EVENT, encoding="utf-8")
    (planned,) = app.plan([settings.parent / "e.yaml"], settings=settings).events
    due = [line.split() for line in show_plan.decision_lines(planned) if "deadline" in line.split()[:1]]
    assert [line[:3] for line in due] == [["deadline", "2026-03-19", "seven-days"]]
