"""`policy explain`: each effect with its row, and which single date or number would have changed it, to what."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as quick
from hypothesis import strategies as st
from ledgers import make
from test_policy_replay import ACCOUNTS, LEDGER, MORE, posted

from returnledger.cli import main
from returnledger.cli.words import cells
from returnledger.configfile import read_policy
from returnledger.findings_text import words
from returnledger.policy import Policy
from returnledger.policy.counterfactual_words import otherwise_words
from returnledger.policy.counterfactuals import WATCHED, Otherwise, counterfactuals, said
from returnledger.policy.judging import Dates, Given, judge
from returnledger.terms import Verdict

POLICY = """\
policy: shop
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 7, from: delivered}
  transit_days: 5
  by_category: {apparel: {days: 30}}
  by_fault: {merchant: {days: 90}}
  extensions: [{name: feast, sold: 2026-03-20..2026-03-31, until: 2026-05-31}]
verdicts:
  - {id: no-digital, when: {category: digital}, verdict: deny}
  - {id: often, when: {customer_returns_90d: ">4"}, verdict: review}
goods:
  - {id: keep-cheap, when: {fault: merchant, line_amount: "<30"}, goods: kept, why: {en: Too cheap to send., zh: 不值运费。}}
fees:
  - {id: fee-late, when: {days_since_delivered: ">5", condition: opened}, percent: 20}
  - {id: fee-opened, when: {condition: opened}, percent: 5}
  - {id: fee-none, when: {}, percent: 0}
approvals:
  - {id: automatic, when: {amount: "<=500"}, by: []}
  - {id: supervisor, when: {amount: "<=5000"}, by: [supervisor]}
  - {id: finance, when: {}, by: [cfo]}
refunds:
  - {id: original, when: {days_since_sale: "<=60"}, methods: [original, later], within_days: 7, counted_from: received}
  - {id: credit, when: {}, methods: [store_credit], bonus_percent: 5}
"""


def policy(text: str = POLICY) -> Policy:
    ready, findings, _ = read_policy(Path("p.yaml"), "p.yaml", raw=text.encode())
    assert ready is not None, findings
    return ready


SHOP = policy()


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def told(facts: dict[str, object], lang: str = "en", by: Policy = SHOP, **dates: str) -> list[str]:
    """Return in words what would have changed a decision; numbers as texts, days without their year."""
    numbers = {
        name: Decimal(v) if isinstance(v, (int, float)) or str(v).replace(".", "").isdigit() else v
        for name, v in facts.items()
    }
    known = Given(numbers, Dates(**{name: day(text) for name, text in dates.items()}))  # type: ignore[arg-type]
    return [words(otherwise_words(each), lang) for each in counterfactuals(by, known)]


KNOWN = {"reason": "changed_mind", "category": "toys", "customer_returns_90d": 0, "line_amount": "100.00"}


# --- in words


def test_a_day_too_late_is_told_with_the_last_day() -> None:
    assert told(KNOWN, sold="03-01", delivered="03-03", requested="03-11") == [
        "asked on 2026-03-10 or before, instead of 2026-03-11: verdict allow",
        "delivered on 2026-03-04 or later, instead of 2026-03-03: verdict allow",
    ]
    assert told(KNOWN, "zh", sold="03-01", delivered="03-03", requested="03-11") == [
        "申请日在 2026-03-10 或之前（实为 2026-03-11）：审核结论为allow (准许)",
        "送达日在 2026-03-04 或之后（实为 2026-03-03）：审核结论为allow (准许)",
    ]


def test_a_cent_less_and_the_goods_are_kept() -> None:
    facts = KNOWN | {"reason": "defective", "line_amount": "30.00"}
    assert "amount of the line 29.99 or less, instead of 30.00: the customer keeps the goods" in told(
        facts, sold="03-01", delivered="03-03", requested="03-05"
    )
    facts["line_amount"] = "29.99"
    assert "amount of the line 30.00 or more, instead of 29.99: the goods must come back" in told(
        facts, sold="03-01", delivered="03-03", requested="03-05"
    )


def test_four_returns_instead_of_six_are_allowed() -> None:
    assert "returns of the customer in 90 days 4 or less, instead of 6: verdict allow" in told(
        KNOWN | {"customer_returns_90d": 6}, sold="03-01", delivered="03-03", requested="03-05"
    )


def test_fees_approvals_and_ways_of_payment_have_their_edges_too() -> None:
    facts = KNOWN | {"condition": "opened"}
    assert told(facts, sold="03-01", delivered="03-03", requested="03-05") == [
        "asked on 2026-03-11 or later, instead of 2026-03-05: verdict deny",
        "asked on 2026-03-09 or later, instead of 2026-03-05: fee: 20 % of what was paid, 20.00 CNY",
        "sold on 2026-01-03 or before, instead of 2026-03-01: money back by store_credit, with a bonus of 5 %",
        "amount of the line 500.01 instead of 100.00: to be approved by supervisor",
        "returns of the customer in 90 days 5 or more, instead of 0: verdict review",
    ]


def test_an_extension_is_an_edge_of_the_day_of_sale() -> None:
    found = told(KNOWN, sold="03-19", delivered="03-22", requested="04-15")
    assert "sold on 2026-03-20 or later, instead of 2026-03-19: verdict allow" in found


def test_business_days_and_months_are_met_without_counting_them() -> None:
    months = policy(
        POLICY.replace("default: {days: 7, from: delivered}", "default: {days: 0, months: 2, from: delivered}")
    )
    assert told(KNOWN, by=months, sold="01-25", delivered="01-31", requested="04-10") == [
        "asked on 2026-03-31 or before, instead of 2026-04-10: verdict allow",
        "delivered on 2026-02-10 or later, instead of 2026-01-31: verdict allow",
    ]


def test_of_what_is_denied_whatever_the_day_nothing_is_said() -> None:
    assert told(KNOWN | {"category": "digital"}, sold="03-01", delivered="03-03", requested="03-05") == []


# --- laws: what is told has been judged, and is the nearest

amounts = st.integers(0, 600000).map(lambda cents: Decimal(cents) / 100)


@st.composite
def returns(draw: st.DrawFn) -> Given:
    sold = date(2026, 3, 1) + timedelta(days=draw(st.integers(0, 40)))
    delivered = sold + timedelta(days=draw(st.integers(0, 6)))
    requested = delivered + timedelta(days=draw(st.integers(0, 120)))
    facts = {
        "reason": draw(st.sampled_from(["changed_mind", "defective"])),
        "category": draw(st.sampled_from(["toys", "apparel", "digital"])),
        "condition": draw(st.sampled_from(["new", "opened"])),
        "customer_returns_90d": Decimal(draw(st.integers(0, 9))),
        "line_amount": draw(amounts),
    }
    return Given(facts, Dates(sold=sold, delivered=delivered, requested=requested))


def with_value(known: Given, found: Otherwise, value: object) -> Given:
    if isinstance(value, date):
        return Given(known.facts, known.dates._replace(**{found.fact: value}))
    return Given({**known.facts, found.fact: value}, known.dates)  # type: ignore[dict-item]


@given(returns())
@quick(max_examples=60, deadline=None)
def test_what_is_told_is_what_the_policy_decides_there(known: Given) -> None:
    for found in counterfactuals(SHOP, known):
        made = judge(SHOP, with_value(known, found, found.value))
        for change in found.changes:
            assert made.value(change.effect) == change.new != change.old == judge(SHOP, known).value(change.effect)


@given(returns())
@quick(max_examples=60, deadline=None)
def test_no_day_and_no_number_nearer_changes_the_effect(known: Given) -> None:
    base = judge(SHOP, known)
    for found in counterfactuals(SHOP, known):
        one = timedelta(days=1) if isinstance(found.value, date) else _step(found.fact)
        near = found.value + one if found.lower else found.value - one  # type: ignore[operator]
        made = judge(SHOP, with_value(known, found, near))
        for change in found.changes:
            denied = Verdict.DENY in (made.value("verdict"), base.value("verdict")) and change.effect != "verdict"
            assert denied or said(made, change.effect) == said(base, change.effect), (found, near)


@given(returns())
@quick(max_examples=40, deadline=None)
def test_every_day_of_request_that_changes_the_verdict_is_told(known: Given) -> None:
    base = judge(SHOP, known).value("verdict")
    asked, sold = known.dates.requested, known.dates.sold
    assert asked is not None and sold is not None
    told = {
        found.value
        for found in counterfactuals(SHOP, known)
        if found.fact == "requested"
        for c in found.changes
        if c.effect == "verdict"
    }
    for sign in (-1, 1):
        for n in range(1, 150):
            value = asked + timedelta(days=sign * n)
            if value < sold:
                break
            if judge(SHOP, Given(known.facts, known.dates._replace(requested=value))).value("verdict") != base:
                assert value in told
                break


def _step(fact: str) -> Decimal:
    return Decimal("0.01") if fact.endswith("amount") else Decimal(1)


def test_only_what_a_policy_watches_is_told() -> None:
    assert set(WATCHED) >= {"verdict", "goods", "fee", "approvals"}


# --- the command


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in (("RETURNLEDGER_LANG", "en"), ("RETURNLEDGER_CACHE", ""), ("COLUMNS", "80")):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    settings = make(
        tmp_path / "shop",
        LEDGER,
        policy=POLICY.replace("{", "{{").replace("}", "}}"),
        accounts=ACCOUNTS,
        more=MORE + "products: products.yaml\n",
    )
    (settings.parent / "products.yaml").write_text("MUG: {name: Mug, category: kitchen}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "shop")
    return settings


def run(capsys: pytest.CaptureFixture[str], *line: str) -> tuple[int, str, str]:
    code = main(["policy", "explain", *line])
    out, err = capsys.readouterr()
    return code, out, err


def test_an_order_is_explained_as_if_the_customer_asked(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "SO-3", "--on", "2026-06-20")
    assert (code, err) == (0, "")
    assert (
        out.startswith(
            "SO-3, if the customer asked on 2026-06-20\n"
            "\n"
            "line 1: 4 MUG, worth 452.00 CNY, by shop 1 (policy.yaml)\n"
            "  verdict: deny — window.default — policy.yaml:6\n"
            "      facts: sold = 2026-06-04, last_day = 2026-06-11, judged = 2026-06-20\n"
            "  window: 7 days from sold, the last is 2026-06-11 — window.default —\n"
            "  policy.yaml:6\n"
            "      unknown: delivered, shipped\n"
        )
        or "assumed: counted from sold, since nobody knows delivered, shipped" in out
    )
    assert "      assumed: counted from sold, since nobody knows delivered, shipped\n" in out
    assert "  what would change it:\n    asked on 2026-06-11 or before, instead of 2026-06-20: verdict allow\n" in out
    assert [line for line in out.splitlines() if cells(line) > 80] == []


def test_a_reason_opens_another_window(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "SO-3", "--on", "2026-06-20", "--reason", "质量问题")
    assert code == 0
    assert "  verdict: allow — default — policy.yaml:12\n" in out
    assert "  window: 90 days from sold" in out
    assert "  money back by: – — original — policy.yaml:25\n      unknown: received\n" in out
    code, _, err = run(capsys, "SO-3", "--reason", "broken")
    assert code == 2
    assert "error[choice-unknown]: `broken` is no choice for `reason`" in err


def test_a_posted_event_is_explained_against_the_books_of_its_day(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = posted(shop, "- {return: SO-1, date: 2026-06-07, sku: MUG, qty: 1, condition: opened}\n")
    posted(shop, "- {return: SO-3, date: 2026-06-08, sku: MUG, qty: 1, condition: opened}\n", "later.yaml")
    code, out, err = run(capsys, first.events[0].id)
    assert (code, err) == (0, "")
    assert out.startswith(f"posted  {first.events[0].id}  Return of SO-1: 1 MUG")
    assert "  fee: 5% (5.65 CNY) — fee-opened — policy.yaml:18\n" in out
    # What was posted later counts for nothing: 113.00 by themselves.
    assert "  approval by: automatic — automatic — policy.yaml:21\n      facts: amount = 113\n" in out
    assert "    asked on 2026-06-10 or later, instead of 2026-06-07: verdict deny\n" in out
    assert out.count("the ledger has: window 2026-06-09 window.default; ") == 1


def test_a_file_of_events_and_json(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("e.yaml").write_text(
        "- {return: SO-5, date: 2026-06-10, sku: MUG, qty: 1, reason: defective}\n", encoding="utf-8"
    )
    code, out, _ = run(capsys, "e.yaml", "--json")
    assert code == 0
    (event,) = json.loads(out)["events"]
    assert (event["status"], event["order"], event["asked_on"]) == ("new", "SO-5", None)
    (line,) = event["lines"]
    assert (line["sku"], line["amount"], line["policy"]["version"]) == ("MUG", "113.00 CNY", "1")
    effects = {each["effect"]: each for each in line["effects"]}
    assert (effects["verdict"]["value"], effects["goods"]["row"]) == ("allow", "default")
    assert effects["window"]["row"] == "window.by_fault.merchant"
    # The amount of approvals is what is at stake in all, apart from the line, so that the line alone decides the goods.
    (kept,) = [each for each in line["otherwise"] if each["fact"] == "line_amount"]
    assert (kept["value"], kept["changes"]) == ("29.99", [{"effect": "goods", "old": "returned", "new": "kept"}])


def test_another_policy_can_be_asked(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("new.yaml").write_text(
        POLICY.replace("days: 7", "days: 20").replace("version: 1", "version: 2"), encoding="utf-8"
    )
    code, out, _ = run(capsys, "SO-3", "--on", "2026-06-20", "--policy", "new.yaml")
    assert code == 0
    assert "by shop 2 (new.yaml)" in out
    assert "  verdict: allow — default — new.yaml:12\n" in out


def test_a_posted_event_that_another_policy_refuses_says_why(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = posted(shop, "- {return: SO-1, id: R1, date: 2026-06-09, sku: MUG, qty: 1, method: later}\n")
    assert first.events[0].id == "R1"
    Path("new.yaml").write_text(POLICY.replace("default: {days: 7", "default: {days: 3"), encoding="utf-8")
    code, out, err = run(capsys, "R1", "--policy", "new.yaml")
    assert code == 1
    assert out.startswith("refused  R1")
    assert "  verdict: deny — window.default — new.yaml:6\n" in out
    assert "error[window-closed]: " in err
    posted(shop, "- {refund: R1, date: 2026-06-12}\n", "refund.yaml")
    code, out, err = run(capsys, "refund.yaml")
    assert (code, err) == (0, "")
    assert "  refunds: within 7 days — original — policy.yaml:25\n" in out


def test_what_can_not_be_explained_is_said(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "SO-99")
    assert code == 1
    assert "error[nothing-to-explain]: SO-99 is no posted id, no order and no file" in err
    posted(shop, "- {return: SO-4, date: 2026-06-07}\n")
    code, out, err = run(capsys, "SO-4", "--on", "2026-06-08")
    assert code == 1
    assert out == "SO-4, if the customer asked on 2026-06-08\n"
    assert "error[nothing-left]: nothing of order SO-4 can come back any more" in err
    code, _, err = run(capsys, "SO-3", "--on", "2026-6-1")
    assert code == 2
    assert "error[day-unknown]" in err


def test_it_is_told_in_chinese(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "zh", "policy", "explain", "SO-3", "--on", "2026-06-20"]) == 0
    out, _ = capsys.readouterr()
    assert out.startswith(
        "SO-3：若客户于 2026-06-20 申请\n\n第 1 行：4 MUG，价值 452.00 CNY，依据 shop 1（policy.yaml）\n"
    )
    assert "  审核结论: 拒绝 (deny) — window.default — policy.yaml:6\n" in out
    assert "  怎样会不同：\n    申请日在 2026-06-11 或之前（实为 2026-06-20）：审核结论为allow (准许)\n" in out
    assert [line for line in out.splitlines() if cells(line) > 80] == []
