"""`policy diff --replay`: posted events judged again under another policy, against the books as they were."""

from __future__ import annotations

import json
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as quick
from hypothesis import strategies as st
from ledgers import make

from returnledger import app
from returnledger.cli import main
from returnledger.cli.words import cells
from returnledger.policies.diff import Compared, diff, period_of
from returnledger.policies.outcome import Effect, Outcome
from returnledger.policies.outcome import changes as changed

POLICY = """\
policy: shop
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {{days: 30, from: sold}}
  by_category: {{apparel: {{days: 60}}}}
verdicts:
  - {{id: often, when: {{customer_returns_90d: ">2"}}, verdict: review, why: Ask.}}
goods:
  - {{id: keep-cheap, when: {{fault: merchant, line_amount: "<20"}}, goods: kept}}
fees:
  - {{id: fee-opened, when: {{condition: opened}}, percent: 10, max: 30}}
  - {{id: fee-none, when: {{}}, percent: 0}}
shipping_refund: [{{id: ours, when: {{fault: merchant}}, pays: all}}, {{id: none, when: {{}}, pays: none}}]
approvals:
  - {{id: automatic, when: {{amount: "<=300"}}, by: []}}
  - {{id: boss, when: {{}}, by: [boss]}}
split_days: 30
refunds:
  - {{id: all, when: {{}}, methods: [original, offset, later, store_credit], bonus_percent: 5, within_days: 7, counted_from: received}}
condition_from_reason: {{none: new, changed_mind: new}}
dispositions:
  new: {{to: restock, allowed: [scrap]}}
  opened: {{to: restock_open_box, sells_at: "85%", of: price_net, selling_cost: "5%"}}
  unknown: {{to: hold}}
"""


def sale(number: int, customer: str, day: str, units: int) -> str:
    net = 100 * units
    return f"""\
{day} * "{customer}" "Sale" ^inv-SO-{number}
  customer: "{customer}"
  Assets:Bank                    {net * 1.13 + 11.30:.2f} CNY
  Income:Sales                  -{net:.2f} CNY
    sku: "MUG"
    line: "1"
    qty: {units}
  Income:Shipping                -10.00 CNY
  Liabilities:Output-VAT        -{net * 0.13 + 1.30:.2f} CNY
  Expenses:COGS                  {60 * units:.2f} CNY
  Assets:Inventory                 -{units} MUG {{60.00 CNY, 2026-01-02}}
    sku: "MUG"
    line: "1"

"""


LEDGER = """\
2026-01-02 * "Stock"
  Assets:Inventory                200 MUG {60.00 CNY}
  Equity:Opening

""" + "".join(
    sale(n, ("ann", "bob")[n % 2], (date(2026, 6, 1) + timedelta(days=n)).isoformat(), 1 + n % 4) for n in range(1, 9)
)
ACCOUNTS = ", shipping_revenue: Income:Shipping"
MORE = "people: {zhao: boss}\n"


def shop(folder: Path, policy: str = POLICY) -> Path:
    return make(folder, LEDGER, policy=policy, accounts=ACCOUNTS, more=MORE)


def again(settings: Path, new: str = POLICY, period: str = "2026") -> Compared:
    """Return the posted events of a period judged under the shop's policy and under another one."""
    (settings.parent / "new.yaml").write_text(new.format(), encoding="utf-8")
    folder = settings.parent
    return diff(str(folder / "policy.yaml"), str(folder / "new.yaml"), settings=settings, replay=period)


def apply(settings: Path, events: str, name: str = "events.yaml") -> app.Applied:
    file = settings.parent / name
    file.write_text(events, encoding="utf-8")
    return app.apply([file], settings=settings, ready=True)


def posted(settings: Path, events: str, name: str = "events.yaml") -> app.Applied:
    done = apply(settings, events, name)
    assert not done.findings, [(f.code, dict(f.values)) for f in done.findings]
    return done


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RETURNLEDGER_CACHE", "")
    monkeypatch.setenv("RETURNLEDGER_LANG", "en")


THREE = """\
- {return: SO-1, date: 2026-06-10, sku: MUG, qty: 1, reason: changed_mind}
- {return: SO-3, date: 2026-06-11, sku: MUG, qty: 1, condition: opened}
- {return: SO-5, date: 2026-07-02, sku: MUG, qty: 2, reason: changed_mind, method: store_credit, approved_by: zhao}
"""


def changes(compared: Compared) -> dict[str, dict[str, tuple[str, str]]]:
    """Return what changes, by order and effect."""
    assert compared.replay is not None
    return {
        event.order: {c.effect: (c.old.text if c.old else "", c.new.text if c.new else "") for c in event.changes}
        for event in compared.replay.changed
    }


def test_the_same_policy_gives_what_was_posted(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, THREE)
    compared = again(settings)
    assert compared.replay is not None
    assert len(compared.replay.events) == 3
    assert (compared.replay.changed, compared.replay.unlike, compared.exit_code) == ((), (), 0)


def test_a_fee_a_deadline_and_a_bonus_change_to_the_cent(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, THREE)
    new = POLICY.replace("percent: 10, max: 30", "percent: 20").replace(
        "bonus_percent: 5, within_days: 7", "bonus_percent: 10, within_days: 14"
    )
    assert changes(again(settings, new)) == {
        "SO-1": {"deadline": ("2026-06-17", "2026-06-24")},
        "SO-3": {
            "deadline": ("2026-06-18", "2026-06-25"),
            "fee": ("11.30", "22.60"),
            "given_back": ("101.70", "90.40"),
        },
        "SO-5": {"deadline": ("2026-07-09", "2026-07-16"), "bonus": ("11.30", "22.60")},
    }
    assert list(changes(again(settings, new, "2026-07"))) == ["SO-5"]
    assert list(changes(again(settings, new, "2026-06-11..2026-07-01"))) == ["SO-3"]


def test_a_return_that_would_be_denied_gives_nothing_back(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, THREE)
    compared = again(settings, POLICY.replace("days: 30", "days: 8"))
    assert changes(compared) == {
        "SO-1": {"last_day": ("2026-07-02", "2026-06-10")},
        "SO-3": {"last_day": ("2026-07-04", "2026-06-12")},
        "SO-5": {"verdict": ("allow", "deny"), "given_back": ("226.00", "0.00")},
    }
    assert compared.replay is not None
    (denied,) = [event for event in compared.replay.changed if event.order == "SO-5"]
    assert denied.changes[0].new is not None
    assert (denied.changes[0].new.row, denied.changes[0].new.place.line) == ("window.default", 6)  # type: ignore[union-attr]


def test_approvals_add_up_as_they_did_on_the_day(tmp_path: Path) -> None:
    """Each of ann's returns counts what was credited before it, and nothing of what came after."""
    settings = shop(tmp_path)
    posted(settings, "- {return: SO-2, date: 2026-06-12, qty: 2, sku: MUG}\n", "first.yaml")
    posted(settings, "- {return: SO-4, date: 2026-06-14, qty: 1, sku: MUG, approved_by: zhao}\n", "second.yaml")
    compared = again(settings, POLICY.replace("<=300", "<=250"))
    assert compared.replay is not None
    assert (compared.replay.unlike, changes(compared)) == ((), {})
    assert {
        order: each["approvals"] for order, each in changes(again(settings, POLICY.replace("<=300", "<=200"))).items()
    } == {"SO-2": ("automatic", "boss")}


def test_history_is_that_of_the_day_and_not_of_today(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    for n, order in enumerate((1, 3, 5, 7)):
        event = f"- {{return: SO-{order}, date: 2026-06-{10 + n}, sku: MUG, qty: 1"
        waived = ", approved_by: zhao, note: known customer" + (", allow: [needs-review]" if n == 3 else "")
        posted(settings, event + waived + "}\n", f"e{n}.yaml")
    assert changes(again(settings)) == {}
    stricter = changes(again(settings, POLICY.replace('">2"', '">0"')))
    assert {order: each.get("verdict") for order, each in stricter.items()} == {
        "SO-3": ("allow", "review"),
        "SO-5": ("allow", "review"),
    }


def test_what_was_posted_under_another_policy_is_told_apart(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, THREE)
    text = settings.read_text(encoding="utf-8").replace("[policy.yaml]", "[policy.yaml, new.yaml]")
    (tmp_path / "new.yaml").write_text(
        POLICY.format().replace("version: 1", "version: 2").replace("2026-01-01", "2026-06-05"), encoding="utf-8"
    )
    settings.write_text(text, encoding="utf-8")
    compared = diff("shop@1", "shop@2", settings=settings, replay="2026-Q2")
    assert compared.replay is not None
    assert [(event.order, event.under) for event in compared.replay.events] == [("SO-1", ""), ("SO-3", "")]
    compared = diff("shop@1", "shop@2", settings=settings, replay="2026-Q3")
    assert compared.replay is not None
    assert [(event.order, event.under) for event in compared.replay.events] == [("SO-5", "shop 2")]


def test_an_old_policy_that_does_not_give_what_was_posted_is_a_fault(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, THREE)
    policy = settings.parent / "policy.yaml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("percent: 10", "percent: 12"), encoding="utf-8")
    compared = again(settings)
    assert compared.replay is not None
    assert compared.exit_code == 1
    (event,) = compared.replay.unlike
    assert (event.order, [(each.what, each.posted, each.now) for each in event.unlike][:1]) == (
        "SO-3",
        [("fee", "10% fee-opened", "12% fee-opened")],
    )
    assert ("Assets:Bank", "-101.70 CNY", "-99.44 CNY") in [(e.what, e.posted, e.now) for e in event.unlike]


def test_voided_events_are_left_out_and_counted(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    done = posted(settings, THREE)
    name = next(event.id for event in done.events if event.event.reference == "SO-3")
    posted(settings, f"- {{void: {name}, date: 2026-06-20}}\n", "void.yaml")
    compared = again(settings)
    assert compared.replay is not None
    assert ([event.order for event in compared.replay.events], compared.replay.voided) == (["SO-1", "SO-5"], 2)


def test_nothing_is_written(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, THREE)
    again(settings)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    again(settings)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


# --- the law: replaying a period under the same policy changes nothing


@st.composite
def days_of_work(draw: st.DrawFn) -> list[list[str]]:
    """Return batches of events on the orders of the shop, each batch later than the one before."""
    day, batches = date(2026, 6, 10), []
    for _ in range(draw(st.integers(1, 3))):
        batch = []
        for _ in range(draw(st.integers(1, 4))):
            day += timedelta(days=draw(st.integers(0, 9)))
            order, units = draw(st.integers(1, 8)), draw(st.integers(1, 2))
            kind = draw(st.sampled_from(["return", "return", "whole", "allowance"]))
            said: dict[str, Any] = {"date": day, "approved_by": "zhao", "note": draw(st.sampled_from("abcdef"))}
            if kind == "allowance":
                said |= {"amount": "5.00", "sku": "MUG"}
            else:
                said |= {"sku": "MUG", "qty": units} if kind == "return" else {}
                said["method"] = draw(st.sampled_from(["original", "later", "store_credit"]))
                condition = draw(st.sampled_from(["", "new", "opened", "defective"]))
                said |= {"condition": condition} if condition else {}
                reason = draw(st.sampled_from(["", "changed_mind", "defective"]))
                said |= {"reason": reason} if reason else {}
                said |= {"allow": draw(st.sampled_from(["[needs-review]", "[window-closed]"]))}
            fields = ", ".join(f"{key}: {value}" for key, value in said.items())
            batch.append(f"- {{{'allowance' if kind == 'allowance' else 'return'}: SO-{order}, {fields}}}\n")
        batches.append(batch)
    return batches


@given(days_of_work())
@quick(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_replaying_a_period_under_the_same_policy_changes_nothing(batches: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = shop(Path(folder) / "shop")
        made = 0
        for n, batch in enumerate(batches):
            done = apply(settings, "".join(batch), f"day{n}.yaml")
            made += sum(event.status == "new" for event in done.events) if done.file else 0
        compared = again(settings)
        assert compared.replay is not None
        assert len(compared.replay.events) == made
        assert changes(compared) == {}
        assert [(event.id, event.unlike) for event in compared.replay.unlike] == []


# --- the command


def test_the_command_shows_totals_and_cases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = shop(tmp_path / "shop")
    posted(settings, THREE)
    again(settings, POLICY.replace("percent: 10, max: 30", "percent: 20").replace("days: 30", "days: 8"))
    monkeypatch.chdir(tmp_path / "shop")
    assert main(["policy", "diff", "policy.yaml", "new.yaml", "--replay", "2026"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "2026-01-01..2026-12-31: 3 events judged again, 3 come out otherwise; nothing is\nposted\n" in out
    assert (
        "What changes\n"
        "  verdict                 1  allow → deny\n"
        "  last day of the window  2  earlier: 2, later: 0\n"
        "  fee                     1  11.30 → 22.60 CNY (+11.30)\n"
        "  given back              2  327.70 → 90.40 CNY (-237.30)\n"
    ) in out
    assert "      verdict: allow → deny — window.default — new.yaml:6\n      given back: 226.00 → 0.00 CNY\n" in out
    assert main(["policy", "diff", "policy.yaml", "new.yaml", "--replay", "2026", "--json"]) == 0
    record = json.loads(capsys.readouterr()[0])["replay"]
    assert (record["events"], record["changed"], record["posted_otherwise"]) == (3, 3, [])
    assert record["totals"][-1] == {
        "effect": "given_back",
        "events": 2,
        "old": "327.70 CNY",
        "new": "90.40 CNY",
        "difference": "-237.30 CNY",
    }
    assert main(["--lang", "zh", "policy", "diff", "policy.yaml", "new.yaml", "--replay", "2026"]) == 0
    out, _ = capsys.readouterr()
    assert "审核结论：allow" not in out
    assert "退货期最后一天" in out
    assert [line for line in out.splitlines() if cells(line) > 80] == []
    assert main(["policy", "diff", "new.yaml", "policy.yaml", "--replay", "2026"]) == 1
    out, _ = capsys.readouterr()
    assert "The old policy does not give what was posted: 3 events\n" in out
    assert "      posted, and the old policy holds it up: window-closed\n" in out
    assert main(["policy", "diff", "policy.yaml", "new.yaml", "--replay", "2025"]) == 0
    assert "no event that stands was posted in 2025-01-01..2025-12-31\n" in capsys.readouterr()[0]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-Q3", "2026-07-01", "2026-09-30"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2026-07-01..2026-09-30", "2026-07-01", "2026-09-30"),
        ("2026-07-01..", "2026-07-01", "None"),
    ],
)
def test_a_period_is_a_month_a_quarter_a_year_or_two_days(text: str, first: str, last: str) -> None:
    assert tuple(map(str, period_of(text))) == (first, last)


@pytest.mark.parametrize(
    "text", ["2026-Q5", "..", "", "last", "2026-13", "2026-07-01..2026-06-01", "2026-02-30..2026-03-01"]
)
def test_what_is_no_period_is_refused(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shop(tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")
    assert main(["policy", "diff", "policy.yaml", "policy.yaml", "--replay", text]) == 2
    assert "error[" in capsys.readouterr()[1]


@pytest.mark.parametrize("effect", ["fee", "shipping", "given_back"])
def test_an_amount_that_nobody_worked_out_and_nothing_are_the_same(effect: str) -> None:
    allowed = {"verdict": Effect("allow")}
    nothing = Outcome("CNY", {**allowed, effect: Effect("0.00", Decimal(0), "none")})
    unknown = Outcome("CNY", allowed, ("more-than-sold",))
    assert changed(unknown, nothing) == changed(nothing, unknown) == ()
    some = Outcome("CNY", {**allowed, effect: Effect("5.00", Decimal(5), "some")})
    (change,) = changed(unknown, some)
    assert (change.effect, change.old, change.new) == (effect, None, some.effects[effect])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_totals_of_long_values_fit_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    settings = shop(tmp_path / "a")
    posted(settings, "- {return: SO-1, date: 2026-06-10, reason: changed_mind}")
    every = "original, offset, later, store_credit, cash, bank, card, wechat, alipay, paypal"
    longer = POLICY.replace("original, offset, later, store_credit", every)
    (settings.parent / "new.yaml").write_text(longer.format(), encoding="utf-8")
    monkeypatch.chdir(settings.parent)
    assert main(["--lang", language, "policy", "diff", "policy.yaml", "new.yaml", "--replay", "2026"]) in (0, 1)
    out, _ = capsys.readouterr()
    assert [line for line in out.splitlines() if cells(line) > 80] == []
    assert "paypal" in out
