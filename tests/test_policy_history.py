"""What time does to a policy: versions in force, closed periods, the customer's history and its limits."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ledgers import POLICY, apply, balances, load, make, posted, refused
from test_policy_people import ACCOUNTS, BUY, sale

from returnledger import app
from returnledger.findings import Refused
from returnledger.policies.diff import diff


def shop(tmp_path: Path, *more: str, policy: str = "", settings: str = "") -> Path:
    """Return the settings of a shop with these directives, or with one sale of four units to Ann."""
    ledger = BUY + "".join(more or (sale("S1"),))
    return make(tmp_path, ledger, accounts=ACCOUNTS, policy=POLICY + policy, more=settings)


def entry_of(settings: Path, event: str) -> object:
    """Return the first entry of a posted event."""
    return next(entry for entry in load(settings) if (entry.meta or {}).get("rl-id") == event)


# --- closed periods

LOCK = '2026-03-31 custom "returnledger" "lock"\n\n'
MOVES = "choices: {{closed_period: next_open_day}}\n"


def test_a_return_of_a_closed_period_stands_on_the_next_open_day(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1"), LOCK, policy=MOVES)
    file = settings.parent / "events.yaml"
    file.write_text("- {return: S1, id: R1, date: 2026-03-30, sku: P, qty: 1}\n", encoding="utf-8")
    planned = app.plan([file], settings=settings)
    assert [code for code, _ in planned.events[0].inferred] == ["moved-to-open-day"]
    assert [(c.effect, c.value, c.row) for c in planned.events[0].chosen if c.effect == "closed_period"] == [
        ("closed_period", "2026-04-01", "choices.closed_period")
    ]
    done = app.apply([file], settings=settings)
    assert done.file.startswith("returns/2026/2026-04-01-") or "/2026-04-01-" in done.file
    entry = entry_of(settings, "R1")
    assert (entry.date, entry.meta["rl-date"]) == (date(2026, 4, 1), date(2026, 3, 30))
    assert "closed_period 2026-04-01 choices.closed_period" in entry.meta["rl-decision"]
    again = app.apply([file], settings=settings)
    assert [event.status for event in again.events] == ["posted"] and not again.file


def test_the_day_after_the_lock_is_open_and_nothing_moves(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1"), LOCK, policy=MOVES)
    posted(settings, "- {return: S1, id: R1, date: 2026-04-01, sku: P, qty: 1}")
    entry = entry_of(settings, "R1")
    assert entry.date == date(2026, 4, 1) and "rl-date" not in entry.meta


def test_without_the_choice_a_closed_period_refuses(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1"), LOCK)
    assert refused(settings, "- {return: S1, date: 2026-03-31, sku: P, qty: 1}") == ["period-closed"]


def test_the_window_looks_at_the_day_of_the_event_not_at_that_of_the_entry(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1"), LOCK, policy=MOVES)
    policy = settings.parent / "policy.yaml"
    policy.write_text(policy.read_text().replace("days: 365", "days: 58"), encoding="utf-8")
    posted(settings, "- {return: S1, date: 2026-03-31, sku: P, qty: 1}")  # 58 days after the sale
    late = "- {return: S1, date: 2026-04-01, sku: P, qty: 1}"
    assert refused(settings, late, "b.yaml") == ["window-closed"]


def test_what_is_dated_before_its_sale_is_refused_though_the_entry_would_stand_after_it(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1", day="2026-03-20"), LOCK, policy=MOVES)
    assert refused(settings, "- {return: S1, date: 2026-03-10, sku: P, qty: 1}") == ["returned-before-sold"]


def test_refunds_and_voids_of_a_closed_period_move_too(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1"), policy=MOVES)
    before = balances(settings)
    posted(settings, "- {return: S1, id: R1, date: 2026-03-10, sku: P, qty: 1, method: later}")
    ledger = settings.parent / "main.beancount"
    ledger.write_text(ledger.read_text() + LOCK, encoding="utf-8")
    posted(settings, "- {refund: R1, id: F1, date: 2026-03-12}", "b.yaml")
    entry = entry_of(settings, "F1")
    assert (entry.date, entry.meta["rl-date"]) == (date(2026, 4, 1), date(2026, 3, 12))
    posted(settings, "- {void: F1, id: V1, date: 2026-03-13}\n- {void: R1, id: V2, date: 2026-03-13}\n", "c.yaml")
    entry = entry_of(settings, "V2")
    assert (entry.date, entry.meta["rl-date"]) == (date(2026, 4, 1), date(2026, 3, 13))
    assert balances(settings) == before


def test_an_edited_event_that_was_moved_is_still_known(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", sale("S1"), LOCK, policy=MOVES)
    posted(settings, "- {return: S1, date: 2026-03-30, sku: P, qty: 1}")
    assert refused(settings, "- {return: S1, date: 2026-03-30, sku: P, qty: 2}") == ["edited-after-posting"]


def test_a_moved_return_adds_up_by_its_own_day(tmp_path: Path) -> None:
    approvals = (
        'approvals: [{{id: small, when: {{amount: "<=500"}}, by: []}}, {{id: big, when: {{}}, by: [boss]}}]\n'
        "split_days: 10\n"
    )
    settings = shop(tmp_path / "a", sale("S1"), sale("S2"), LOCK, policy=MOVES + approvals)
    posted(settings, "- {return: S1, date: 2026-03-01}")  # stands on 1 April
    posted(settings, "- {return: S2, date: 2026-04-01, sku: P, qty: 1}", "b.yaml")
    settings = shop(tmp_path / "b", sale("S1"), sale("S2"), LOCK, policy=MOVES + approvals)
    posted(settings, "- {return: S1, date: 2026-03-25}")
    assert refused(settings, "- {return: S2, date: 2026-04-01, sku: P, qty: 1}", "b.yaml") == ["approval-missing"]


# --- versions


def versions(tmp_path: Path, *files: str, settings: str = "") -> Path:
    """Return the settings of a shop with a sale on each of some days, and a policy file of each version."""
    days = ("2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01", "2026-03-02")
    path = shop(tmp_path, *(sale(f"S{n}", 1, day=day) for n, day in enumerate(days)), settings=settings)
    names = []
    for n, text in enumerate(files):
        (path.parent / f"v{n}.yaml").write_text(text, encoding="utf-8")
        names.append(f"v{n}.yaml")
    path.write_text(path.read_text().replace("[policy.yaml]", f"[{', '.join(names)}]"), encoding="utf-8")
    return path


def version(number: int, start: str, days: int, more: str = "") -> str:
    """Return a version of a policy with a window of some days."""
    return (
        f"policy: shop\nversion: {number}\nvalid_from: {start}\ncurrency: CNY\n"
        f"window: {{default: {{days: {days}, from: sold}}}}\n{more}"
    )


def judged_by(settings: Path, order: str, day: str, requested: str = "") -> tuple[str, str] | str:
    """Return name and version of the policy that judges a return, else the code that refuses it."""
    file = settings.parent / "ask.yaml"
    asked = f", requested: {requested}" if requested else ""
    file.write_text(f"- {{return: {order}, date: {day}{asked}}}\n", encoding="utf-8")
    (event,) = app.plan([file], settings=settings).events
    policy = event.facts[0].policy
    if policy is None:
        return event.findings[0].code
    return policy.name, policy.version


def test_a_sale_is_judged_by_the_version_of_its_day(tmp_path: Path) -> None:
    settings = versions(tmp_path / "a", version(1, "2026-01-01", 90), version(2, "2026-03-01", 7))
    assert judged_by(settings, "S2", "2026-05-01") == ("shop", "1")  # sold on the last day of the first
    assert judged_by(settings, "S3", "2026-05-01") == ("shop", "2")  # sold on the first day of the second
    posted(settings, "- {return: S2, id: R1, date: 2026-05-01}")
    assert refused(settings, "- {return: S3, date: 2026-05-01}", "b.yaml") == ["window-closed"]
    posted(settings, "- {return: S3, id: R2, date: 2026-03-08}", "c.yaml")
    heads = [entry for entry in load(settings) if "rl-policies" in (entry.meta or {})]
    said = [str(entry.meta["rl-policies"]).split() for entry in heads]
    assert sorted((name, number) for name, number, _ in said) == [("shop", "1"), ("shop", "2")]
    assert all(digest.startswith("1:") and len(digest) == 66 for _, _, digest in said)


def test_two_versions_in_one_batch_are_both_at_its_head_and_each_entry_names_its_own(tmp_path: Path) -> None:
    settings = versions(tmp_path / "a", version(1, "2026-01-01", 90), version(2, "2026-03-01", 60))
    posted(settings, "- {return: S2, id: R1, date: 2026-03-08}\n- {return: S3, id: R2, date: 2026-03-08}\n")
    assert str(entry_of(settings, "R1").meta["rl-decision"]).endswith("; policy shop 1")
    assert str(entry_of(settings, "R2").meta["rl-decision"]).endswith("; policy shop 2")
    (head,) = [entry for entry in load(settings) if "rl-policies" in (entry.meta or {})]
    assert [each.split()[:2] for each in head.meta["rl-policies"].split("; ")] == [["shop", "1"], ["shop", "2"]]


def test_a_version_ends_on_its_last_day_and_a_gap_is_a_finding(tmp_path: Path) -> None:
    ended = version(1, "2026-02-01", 90, "valid_until: 2026-02-28\n")
    settings = versions(tmp_path / "a", ended, version(2, "2026-03-02", 90))
    assert judged_by(settings, "S0", "2026-04-01") == "no-policy"  # the day before the first version
    assert judged_by(settings, "S1", "2026-04-01") == ("shop", "1")  # its first day
    assert judged_by(settings, "S2", "2026-04-01") == ("shop", "1")  # its last day
    assert judged_by(settings, "S3", "2026-04-01") == "no-policy"  # the day between
    assert judged_by(settings, "S4", "2026-04-01") == ("shop", "2")


def test_of_versions_that_overlap_the_newer_judges(tmp_path: Path) -> None:
    longer = version(1, "2026-01-01", 90, "valid_until: 2026-12-31\n")
    settings = versions(tmp_path / "a", version(2, "2026-03-01", 60, "valid_until: 2026-03-01\n"), longer)
    assert judged_by(settings, "S2", "2026-04-01") == ("shop", "1")
    assert judged_by(settings, "S3", "2026-04-01") == ("shop", "2")
    assert judged_by(settings, "S4", "2026-04-01") == ("shop", "1")  # the newer has ended


def test_the_day_asked_judges_where_the_policy_says_so(tmp_path: Path) -> None:
    asked = "judged_as_of: request\n"
    settings = versions(tmp_path / "a", version(1, "2026-01-01", 90, asked), version(2, "2026-03-01", 60, asked))
    assert judged_by(settings, "S0", "2026-02-28") == ("shop", "1")
    assert judged_by(settings, "S0", "2026-03-01") == ("shop", "2")
    assert judged_by(settings, "S0", "2026-03-05", requested="2026-02-28") == ("shop", "1")


def test_two_versions_of_one_day_are_a_finding(tmp_path: Path) -> None:
    settings = versions(tmp_path / "a", version(1, "2026-01-01", 90), version(2, "2026-01-01", 60))
    with pytest.raises(Refused, match="policy-same-day"):
        apply(settings, "- {return: S1, date: 2026-03-01}")


# --- the customer's history and limits

FIVE = tuple(sale(f"S{n}", 2, day=f"2026-0{n}-01") for n in range(1, 6))


def limited(tmp_path: Path, *sales: str, row: str, more: str = "") -> Path:
    """Return the settings of a shop with one limit, for some sales to Ann."""
    return shop(tmp_path, *(sales or FIVE), policy=f"limits: [{{{{id: l, {row}}}}}]\n{more}")


@pytest.mark.parametrize(
    ("row", "second", "third"),
    [
        ("within_days: 90, max_returns: 1", [], ["limit-exceeded"]),
        ("within_days: 90, max_returns: 2", [], []),
        ("within_days: 31, max_returns: 1", [], ["limit-exceeded"]),
        ("within_days: 30, max_returns: 1", [], []),  # of 2 June, 30 days begin on 4 May
        ("within_days: 90, max_amount: 225.99", [], ["limit-exceeded"]),
        ("within_days: 90, max_amount: 226", [], []),
        ("within_days: 365, max_rate: 0.20", [], ["limit-exceeded"]),  # one of five orders, then two
        ("within_days: 365, max_rate: 0.40", [], []),
        ("within_days: 365, max_rate: 0.19", ["limit-exceeded"], ["limit-exceeded"]),
        ("within_days: 365, max_rate: 0.19, min_orders: 6", [], []),
        ("within_days: 365, max_rate: 0.19, min_orders: 5", ["limit-exceeded"], ["limit-exceeded"]),
        ("within_days: 365, max_returns: 0, when: {{kind: allowance}}", [], []),
        (
            "within_days: 365, max_returns: 0, when: {{reason: defective}}",
            ["limit-exceeded"],
            ["limit-exceeded"],
        ),  # unknown
        ("within_days: 365, max_returns: 0, per: order", [], ["limit-exceeded"]),
        ("within_days: 365, max_returns: 1, per: order", [], []),
        ("within_days: 365, max_rate: 0.20, per: sku", [], ["limit-exceeded"]),
    ],
)
def test_a_limit_looks_at_what_came_back_before(tmp_path: Path, row: str, second: list[str], third: list[str]) -> None:
    settings = limited(tmp_path / "a", row=row)
    event = "- {return: %s, id: %s, date: %s, sku: P, qty: 1%s}\n"
    posted(settings, event % ("S1", "R1", "2026-05-03", ""))
    done = apply(settings, event % ("S2", "R2", "2026-05-03", ""), "b.yaml")
    assert [finding.code for finding in done.findings] == second
    if second:
        posted(settings, event % ("S2", "R2", "2026-05-03", ", approved_by: wang.wei"), "b.yaml")
    done = apply(settings, event % ("S2", "R3", "2026-06-02", ""), "c.yaml")
    assert [finding.code for finding in done.findings] == third


def test_a_limit_counts_earlier_events_of_the_same_file_and_no_voided_ones(tmp_path: Path) -> None:
    settings = limited(tmp_path / "a", row="within_days: 90, max_returns: 1")
    event = "- {return: %s, id: %s, date: 2026-05-03, sku: P, qty: 1}\n"
    every = "".join(event % (f"S{n}", f"R{n}") for n in (1, 2, 3))
    assert refused(settings, every) == ["limit-exceeded"]
    posted(
        settings,
        event % ("S1", "R1") + event % ("S2", "R2") + "- {void: R1, date: 2026-05-03}\n" + event % ("S3", "R3"),
    )


def test_a_limit_that_denies_is_not_met_by_an_approval_but_by_a_waiver(tmp_path: Path) -> None:
    row = "within_days: 90, max_returns: 0, then: deny"
    settings = limited(tmp_path / "a", row=row, more="waivers: {{limit-exceeded: {{by: [boss]}}}}\n")
    settings.write_text(settings.read_text() + "people: {wang.wei: [boss]}\n", encoding="utf-8")
    posted(settings, "- {return: S1, date: 2026-05-03, sku: P, qty: 1}")
    event = "- {return: S2, date: 2026-05-03, sku: P, qty: 1, approved_by: wang.wei%s}"
    assert refused(settings, event % "", "b.yaml") == ["limit-exceeded"]
    posted(settings, event % ", allow: [limit-exceeded], note: a good customer", "b.yaml")


def test_other_customers_and_sales_that_name_nobody_have_a_history_of_their_own(tmp_path: Path) -> None:
    nobody = sale("S8", 2).replace('* "Ann" "Sale"', '* "Sale"')
    settings = limited(tmp_path / "a", *FIVE, sale("S7", 2, "Bea"), nobody, row="within_days: 365, max_rate: 0.1")
    posted(settings, "- {return: S1, date: 2026-05-03, sku: P, qty: 1}")
    posted(settings, "- {return: S7, date: 2026-05-03, sku: P, qty: 1}", "b.yaml")
    posted(settings, "- {return: S8, date: 2026-05-03, sku: P, qty: 1}\n- {return: S8, date: 2026-05-04}\n", "c.yaml")
    assert refused(settings, "- {return: S2, date: 2026-05-03, sku: P, qty: 1}", "d.yaml") == ["limit-exceeded"]


def test_the_facts_of_history_decide_verdicts(tmp_path: Path) -> None:
    verdicts = """\
verdicts:
  - {{id: serial, when: {{customer_returns_90d: ">1"}}, verdict: deny, because: serial_returner}}
  - {{id: rate, when: {{customer_rate_365d: ">0.3"}}, verdict: review}}
"""
    settings = shop(tmp_path / "a", *FIVE, policy=verdicts)
    event = "- {return: %s, id: %s, date: %s, sku: P, qty: 1}\n"
    posted(settings, event % ("S1", "R1", "2026-05-03"))
    posted(settings, "- {allowance: S2, date: 2026-05-03, amount: 1}", "a.yaml")  # is no return
    posted(settings, event % ("S2", "R2", "2026-05-04"), "b.yaml")
    assert refused(settings, event % ("S3", "R3", "2026-05-05"), "c.yaml") == ["not-returnable"]
    later = event % ("S3", "R3", "2026-08-03")  # 91 days after the first, 90 days after the second
    assert refused(settings, later, "c.yaml") == ["needs-review"]  # two of five orders came back within a year
    posted(settings, later.replace("}", ", approved_by: wang.wei}"), "c.yaml")


def test_orders_of_earlier_books_count(tmp_path: Path) -> None:
    settings = limited(tmp_path / "a", sale("S1", 2), row="within_days: 365, max_rate: 0.4")
    old = tmp_path / "a" / "2025"
    old.mkdir()
    names = (
        "Assets:Bank",
        "Income:Sales",
        "Liabilities:Output-VAT",
        "Expenses:COGS",
        "Assets:Inventory",
        "Equity:Opening",
    )
    opens = "".join(f"2000-01-01 open {name}\n" for name in names)
    bought = BUY.replace("2026-01-01", "2025-01-01")
    sold = "".join(sale(f"A{n}", 2, day="2025-12-01").replace("2026-01-01", "2025-01-01") for n in (1, 2))
    (old / "main.beancount").write_text('option "operating_currency" "CNY"\n' + opens + bought + sold, encoding="utf-8")
    alone = "- {return: S1, date: 2026-05-03, sku: P, qty: 1}\n- {return: S1, date: 2026-05-04, sku: P, qty: 1}\n"
    assert refused(settings, alone) == ["limit-exceeded"]  # one of one
    settings.write_text(settings.read_text() + "sales: {archives: [2025/main.beancount]}\n", encoding="utf-8")
    posted(settings, alone)  # one of three


# --- when money may go back


def test_the_step_that_money_waits_for_is_recorded_and_asked_for_only_where_the_policy_says_so(tmp_path: Path) -> None:
    rows = "refund_when: [{{id: gold, when: {{customer_group: gold}}, at: proof_sent}}, {{id: rest, when: {{}}, at: inspected%s}}]\n"
    settings = shop(tmp_path / "a", policy=rows % "")
    done = posted(settings, "- {return: S1, id: R1, date: 2026-03-01, sku: P, qty: 1}")
    assert "refund_when inspected rest" in str(entry_of(settings, "R1").meta["rl-decision"])
    assert ("refund_when", "rest") in [(c.effect, c.row) for c in done.planned.events[0].chosen]
    settings = shop(tmp_path / "b", policy=rows % ", recorded: true")
    event = "- {return: S1, date: 2026-03-01, sku: P, qty: 1%s}"
    assert refused(settings, event % "") == ["refund-too-early"]
    assert refused(settings, event % ", received: 2026-03-01") == ["refund-too-early"]
    posted(settings, event % ", method: later")
    posted(settings, event % ", condition: new", "b.yaml")
    posted(settings, event % ", goods: kept", "c.yaml")  # nothing comes back that could be inspected


def test_proof_of_sending_is_evidence_of_its_type(tmp_path: Path) -> None:
    settings = shop(tmp_path / "a", policy="refund_when: [{{id: all, when: {{}}, at: proof_sent, recorded: true}}]\n")
    event = "- {return: S1, date: 2026-03-01, sku: P, qty: 1, evidence: [{path: x.pdf, type: %s}]}"
    assert refused(settings, event % "photo") == ["refund-too-early"]
    posted(settings, event % "proof_sent")


# --- judged again under the same policy


def test_a_year_judged_again_by_its_own_policy_comes_out_as_it_was(tmp_path: Path) -> None:
    policy = """\
verdicts: [{{id: serial, when: {{customer_returns_90d: ">2"}}, verdict: review}}]
approvals: [{{id: small, when: {{amount: "<=300"}}, by: []}}, {{id: big, when: {{}}, by: [boss]}}]
split_days: 30
separation_of_duties: {{pairs: [[request, approve], [approve, refund]], exempt: {{amount: "<=300"}}}}
limits: [{{id: rate, within_days: 365, max_rate: 0.3, min_orders: 2}}, {{id: two, within_days: 60, max_returns: 2, per: sku}}]
refund_when: [{{id: seen, when: {{}}, at: inspected}}]
coupons: clawback
choices: {{closed_period: next_open_day}}
waivers: {{not-returnable: {{by: [boss], up_to: 400}}}}
"""
    coupon = sale("S6", 4, day="2026-02-10").replace("^inv-S6\n", "^inv-S6\n  coupon_threshold: 300.00 CNY\n")
    coupon = (
        coupon.replace("452.00", "402.00")
        .replace("-52.00 CNY", "-46.25 CNY")
        .replace("  Expenses:COGS", "  Income:Sales-Discounts  44.25 CNY\n  Expenses:COGS")
    )
    settings = shop(tmp_path / "a", *FIVE, coupon, policy=policy, settings="people: {bo: [boss]}\n")
    people = "by: li.na, approved_by: bo"
    batches = (
        f"- {{return: S1, id: R1, date: 2026-03-01, sku: P, qty: 1, {people}}}\n- {{return: S2, id: R2, date: 2026-03-01, {people}}}",
        f"- {{return: S6, id: R3, date: 2026-03-10, sku: P, qty: 2, method: later, {people}}}",
        f"- {{return: S6, id: R4, date: 2026-03-20, sku: P, qty: 1, {people}}}\n- {{void: R1, date: 2026-03-20, id: V1}}",
        f"- {{return: S3, id: R5, date: 2026-03-05, {people}}}",  # dated backwards
        f"- {{refund: R3, id: F1, date: 2026-03-25, by: li.na}}\n- {{return: S1, id: R6, date: 2026-04-15, {people}}}",
    )
    for n, batch in enumerate(batches):
        posted(settings, batch + "\n", f"b{n}.yaml")
    ledger = settings.parent / "main.beancount"
    ledger.write_text(ledger.read_text() + '2026-04-30 custom "returnledger" "lock"\n', encoding="utf-8")
    posted(settings, f"- {{return: S4, id: R7, date: 2026-04-20, {people}}}\n", "c.yaml")
    same = str(settings.parent / "policy.yaml")
    made = diff(same, same, replay="2026", settings=settings)
    assert made.replay is not None
    assert {event.id for event in made.replay.events} == {"R2", "R3", "R4", "R5", "R6", "R7", "F1"}
    assert [
        (event.id, event.unlike, event.changes) for event in made.replay.events if event.unlike or event.changes
    ] == []
