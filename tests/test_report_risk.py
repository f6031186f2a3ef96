"""Early warnings: a shop in which nothing changes is quiet, what is planted is found, and every figure has its cases."""

from __future__ import annotations

import csv
import gettext
import io
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import comb
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import make, posted
from rich.cells import cell_len

from returnledger import app, reports
from returnledger.cli import main
from returnledger.configfile import read_policy
from returnledger.findings import Refused, Span
from returnledger.policy import Policy
from returnledger.relations import RELATIONS
from returnledger.reports.chance import tail, times
from returnledger.reports.confidential import is_code, pseudonym
from returnledger.reports.render import FORMATS, render
from returnledger.reports.risk_data import earlier
from returnledger.reports.table import Report
from returnledger.rows import Posted, PostedLeg

BLANK: dict[str, Any] = {"text": "", "number": Decimal(0), "money": Decimal("0.00"), "date": None}
LOCALE = Path(__file__).parent.parent / "src" / "returnledger" / "locale"


def row(relation: str, **values: Any) -> tuple[Any, ...]:
    """Return a row of a relation; what is not given is empty."""
    return tuple(values.get(column.name, BLANK[column.type]) for column in RELATIONS[relation])


class Shop:
    """A source made of sales and returns as a test writes them down, each return with its posted entry."""

    currency, commit = "CNY", None
    entries: Sequence[Any] = ()
    errors: Sequence[Any] = ()
    options: Mapping[str, Any] = {}
    policies: Sequence[Any] = ()

    def __init__(self) -> None:
        self.sales: list[tuple[Any, ...]] = []
        self.returns: list[tuple[Any, ...]] = []
        self.made: list[Posted] = []

    def sell(self, day: date, order: str, **values: Any) -> None:
        known = {"sku": "MUG", "supplier": "S1", "channel": "web", "customer": "c-1", "currency": "CNY"}
        values = {**known, "quantity": Decimal(1), "revenue": Decimal("100.00"), **values}
        self.sales.append(row("sales", date=day, order=order, **values))

    def take_back(self, day: date, order: str, *, by: str = "li.na", event: str = "", **values: Any) -> str:
        event = event or f"RT-{len(self.made)}"
        known = {
            "sku": "MUG",
            "supplier": "S1",
            "channel": "web",
            "customer": "c-1",
            "currency": "CNY",
            "kind": "return",
        }
        values = {**known, "goods": "returned", "reason": "defective", "case": event, "event": event, **values}
        values = {"quantity": Decimal(1), "revenue": Decimal("100.00"), "tax": Decimal("13.00"), **values}
        self.returns.append(row("returns", date=day, order=order, **values))
        if event not in {entry.id for entry in self.made}:
            text = f"{{return: {order or 'none'}, id: {event}, date: {day.isoformat()}, sku: MUG, by: {by}}}"
            amount = -values["revenue"] - values["tax"]
            leg = PostedLeg("refund_payable", "Liabilities:Refund-Payable", amount, "CNY")
            place = Span("returns/2026.beancount", 10 * len(self.made) + 1)
            self.made.append(
                Posted(event, "return", 1, event, order, day, "events.yaml", text, legs=(leg,), place=place)
            )
        return event

    def undo(self, day: date, event: str) -> None:
        old = next(entry for entry in self.made if entry.id == event)
        leg = PostedLeg("refund_payable", "Liabilities:Refund-Payable", -old.legs[0].amount, "CNY")
        name = f"VO-{event}"
        self.made.append(
            Posted(name, "void", 2, event, old.order, day, "", "", voids=event, legs=(leg,), place=old.place)
        )
        mine = next(cells for cells in self.returns if event in cells)
        self.returns.append(
            tuple(name if cell == event else -cell if isinstance(cell, Decimal) else cell for cell in mine)
        )

    def rows(self, name: str) -> Iterator[tuple[Any, ...]]:
        return iter({"sales": self.sales, "returns": self.returns, "cases": []}[name])

    def posted(self) -> list[Posted]:
        return self.made

    def shuffled(self, seed: int) -> Shop:
        other, chance = Shop(), random.Random(seed)
        for name in ("sales", "returns", "made"):
            mixed = list(getattr(self, name))
            chance.shuffle(mixed)
            setattr(other, name, mixed)
        other.policies = self.policies
        return other


def alarms(report: Report) -> list[dict[str, Any]]:
    return [dict(zip((column.key for column in report.columns), cells)) for cells in report.rows]


def run(shop: Shop, **options: str) -> Report:
    return reports.run("risk", options, shop)  # type: ignore[arg-type]


def translator(language: str) -> Any:
    return gettext.translation("reports", LOCALE, [language]).gettext if language == "zh" else lambda text: text


def months(count: int) -> list[date]:
    return [date(2026 + n // 12, n % 12 + 1, 1) for n in range(count)]


def steady(rates: Mapping[str, tuple[int, int]], count: int = 8, **more: Any) -> Shop:
    """Return a shop that sells and takes back the same of every SKU in each of `count` months: (sold, returned)."""
    shop = Shop()
    for month in months(count):
        for sku, (sold, returned) in rates.items():
            for n in range(sold):
                order = f"SO-{month:%Y%m}-{sku}-{n}"
                about = {"sku": sku, "supplier": f"S-{sku}", "customer": f"c-{month:%m}{sku}{n}", **more}
                shop.sell(month.replace(day=2 + n % 20), order, **about)
                if n < returned:
                    shop.take_back(
                        month.replace(day=8 + n % 20), order, date_sold=month.replace(day=2 + n % 20), **about
                    )
    return shop


# ── the statistic ──


@given(st.integers(1, 30), st.integers(0, 30), st.integers(1, 500), st.integers(1, 500))
def test_the_chance_is_that_of_exact_fractions(found: int, before: int, chances: int, chances_before: int) -> None:
    share, every = Fraction(chances, chances + chances_before), found + before
    exact = sum(comb(every, n) * share**n * (1 - share) ** (every - n) for n in range(found, every + 1))
    assert abs(Fraction(tail(found, before, Decimal(chances), Decimal(chances_before))) - exact) < Fraction(1, 10**40)


def test_the_chance_of_very_many_events_takes_no_time() -> None:
    assert Decimal(0) < tail(60_000, 300_000, Decimal(10**6), Decimal(6 * 10**6)) < 1
    assert tail(20_000, 60_000, Decimal(10**6), Decimal(6 * 10**6)) < Decimal("1e-100")


def test_nothing_to_compare_with_is_no_surprise() -> None:
    assert tail(0, 5, Decimal(1), Decimal(1)) == 1 and tail(5, 0, Decimal(1), Decimal(0)) == 1
    assert times(3, 0, Decimal(10), Decimal(10)) is None and times(4, 2, Decimal(10), Decimal(20)) == 4


def test_months_are_compared_with_months_and_days_with_days() -> None:
    assert earlier(date(2026, 3, 1), date(2026, 3, 31), 2) == [
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 1, 1), date(2026, 1, 31)),
    ]
    assert earlier(date(2026, 1, 1), date(2026, 3, 31), 1) == [(date(2025, 10, 1), date(2025, 12, 31))]
    assert earlier(date(2026, 3, 10), date(2026, 3, 16), 1) == [(date(2026, 3, 3), date(2026, 3, 9))]
    assert earlier(date(1, 2, 1), date(1, 2, 28), 5) == [(date(1, 1, 1), date(1, 1, 31))]
    assert earlier(date(1, 1, 3), date(1, 1, 5), 5) == []


# ── a shop in which nothing changes ──


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from("ABCDE"), st.tuples(st.integers(1, 25), st.integers(0, 25)), min_size=1))
def test_constant_rates_never_spike(rates: dict[str, tuple[int, int]]) -> None:
    rates = {sku: (sold, min(sold, returned)) for sku, (sold, returned) in rates.items()}
    for period in ("2026-05", "2026-08", "2026-Q2"):
        found = alarms(run(steady(rates), period=period))
        spikes = [alarm for alarm in found if str(alarm["row"]).startswith("risk.spikes")]
        assert [alarm for alarm in spikes if alarm["against"] == "earlier"] == []
        assert [alarm for alarm in spikes if alarm["grade"] == "high"] == []


def test_constant_rates_under_chance_alarm_as_seldom_as_promised() -> None:
    chance, high, medium = random.Random(20261122), 0, 0
    for _ in range(60):
        shop = Shop()
        for month in months(7):
            for n in range(60):
                sku = f"K{n % 6}"
                about = {"sku": sku, "supplier": f"S{n % 3}", "channel": f"ch{n % 2}", "customer": f"c-{n}{month:%m}"}
                day = month + timedelta(days=chance.randrange(27))
                shop.sell(day, f"{month:%m}-{n}", **about)
                if chance.random() < 0.12:
                    reason = chance.choice(["defective", "changed_mind"])
                    shop.take_back(
                        day + timedelta(days=chance.randrange(12)), f"{month:%m}-{n}", reason=reason, **about
                    )
        grades = [a["grade"] for a in alarms(run(shop, period="2026-07")) if str(a["row"]).startswith("risk.spikes")]
        high, medium = high + grades.count("high"), medium + grades.count("medium")
    assert (high, medium) == (0, medium) and medium <= 3


def test_a_shop_that_begins_to_post_returns_is_not_warned_of_all_of_them() -> None:
    shop = steady({"A": (40, 12), "B": (40, 11)}, 8)
    shop.returns = [cells for cells in shop.returns if cells[0] >= date(2026, 6, 1)]
    shop.made = [entry for entry in shop.made if entry.date >= date(2026, 6, 1)]
    for period in ("2026-06", "2026-07", "2026-08"):
        assert [a for a in alarms(run(shop, period=period)) if str(a["row"]).startswith("risk.spikes")] == []
    printed = render(run(shop, period="2026-06"), "text", translator("en"))
    assert "no return was posted before this period" in printed


def test_somebody_who_joins_is_no_high_alarm() -> None:
    shop = steady({"A": (40, 12)}, 6)
    moved = [entry for entry in shop.made if entry.date >= date(2026, 6, 1)][:9]
    for entry in moved:
        shop.made[shop.made.index(entry)] = replace(entry, event=entry.event.replace("by: li.na", "by: wang.wei"))
    found = [a for a in alarms(run(shop, period="2026-06")) if a["what"] == "person"]
    assert [(a["which"], a["grade"]) for a in found] == [("wang.wei", "medium")]


def test_one_of_two_is_no_alarm() -> None:
    shop = steady({"A": (1, 0)}, 6)
    shop.sell(date(2026, 6, 3), "X1", sku="B")
    shop.sell(date(2026, 6, 3), "X2", sku="B")
    shop.take_back(date(2026, 6, 9), "X1", sku="B")
    assert alarms(run(shop, period="2026-06")) == []


def test_more_of_everything_after_the_holidays_is_one_alarm_and_not_one_for_each_sku() -> None:
    shop = steady(dict.fromkeys("ABCDEF", (30, 3)), 6)
    for sku in "ABCDEF":
        for n in range(12):
            shop.take_back(date(2026, 6, 20), f"SO-202606-{sku}-{n + 10}", sku=sku, supplier=f"S-{sku}", reason="style")
    found = [a for a in alarms(run(shop, period="2026-06")) if a["what"] in ("all_returns", "sku", "supplier")]
    assert [a["what"] for a in found] == ["all_returns"] and found[0]["grade"] == "high"


# ── what is planted ──


@pytest.mark.parametrize(
    ("what", "key", "about"),
    [
        ("sku", "A", {}),
        ("supplier", "S-bad", {"supplier": "S-bad"}),
        ("reason", "damaged_in_transit", {"reason": "damaged_in_transit"}),
        ("channel", "live", {"channel": "live"}),
        ("person", "wang.wei", {"by": "wang.wei"}),
    ],
)
def test_a_planted_spike_is_found(what: str, key: str, about: dict[str, str]) -> None:
    shop = steady(dict.fromkeys("ABCD", (20, 2)), 7)
    sold = {name: value for name, value in about.items() if name in ("supplier", "channel")}
    for month in months(7):
        for n in range(20):
            shop.sell(month.replace(day=3), f"P-{month:%m}-{n}", **{"sku": "A", "supplier": "S-A", **sold})
    for month in months(6):
        shop.take_back(month.replace(day=20), f"P-{month:%m}-1", **{"sku": "A", "supplier": "S-A", **about})
    events = {
        shop.take_back(date(2026, 7, 11), f"P-07-{n}", customer=f"d-{n}", **{"sku": "A", "supplier": "S-A", **about})
        for n in range(14)
    }
    report = run(shop, period="2026-07")
    found = [a for a in alarms(report) if (a["what"], a["which"]) == (what, key)]
    assert [a["grade"] for a in found] == ["high"], alarms(report)
    assert found[0]["row"] == "risk.spikes.high" and found[0]["against"] == "earlier" and (found[0]["times"] or 99) >= 3
    cases = next(part for part in report.parts if part.key == "cases")
    behind = {cells[3] for cells in cases.rows if cells[0] == str(found[0]["no"])}
    assert events <= behind
    places = [cells[7] for cells in cases.rows if cells[3] in events]
    assert all(str(place).startswith("returns/2026.beancount:") for place in places)


def test_goods_that_always_come_back_more_than_others_are_medium_at_most() -> None:
    shop = steady({"DRESS": (20, 12), "MUG": (60, 1)}, 7)
    found = [a for a in alarms(run(shop, period="2026-07")) if a["what"] == "sku"]
    assert [(a["which"], a["grade"], a["against"]) for a in found] == [("DRESS", "medium", "others")]


def test_a_large_order_that_comes_back_is_one() -> None:
    shop = steady({"A": (20, 1)}, 7)
    shop.sell(date(2026, 7, 2), "BIG", sku="A")
    for n in range(60):
        shop.take_back(date(2026, 7, 9), "BIG", event="RT-BIG", sku="A", line=str(n))
    assert [a for a in alarms(run(shop, period="2026-07")) if a["what"] in ("all_returns", "sku", "reason")] == []


def test_returns_of_what_was_not_sold_for_long_are_named_and_not_compared() -> None:
    shop = steady({"A": (20, 2)}, 7)
    shop.sell(date(2026, 1, 2), "OLD", sku="B", supplier="S-B")
    shop.take_back(date(2026, 7, 9), "OLD", sku="B", supplier="S-B")
    report = run(shop, period="2026-07")
    assert "and which are not\n  compared by it: 1" in render(report, "text", translator("en"))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_entries_does_not_matter(seed: int) -> None:
    shop = steady({"A": (12, 3), "B": (9, 1)}, 5)
    for n in range(8):
        shop.take_back(date(2026, 5, 20), f"SO-202605-A-{n + 4}", sku="A", supplier="S-A", goods="kept")
    first = render(run(shop, period="2026-05"), "json", translator("en"))
    assert render(run(shop.shuffled(seed), period="2026-05"), "json", translator("en")) == first


def test_what_was_undone_is_not_counted() -> None:
    shop = steady({"A": (20, 1)}, 7)
    events = [shop.take_back(date(2026, 7, 11), f"SO-202607-A-{n + 5}", sku="A", supplier="S-A") for n in range(14)]
    assert alarms(run(shop, period="2026-07"))
    for event in events:
        shop.undo(date(2026, 7, 12), event)
    quiet = run(shop, period="2026-07")
    assert alarms(quiet) == []
    assert "no alarm; returns of the period looked at: 1" in render(quiet, "text", translator("en"))


# ── conduct ──


def test_serial_returners_by_count_rate_and_fewest_orders() -> None:
    shop = steady({"A": (40, 2)}, 6)
    for n in range(10):
        shop.sell(date(2026, 6, 1), f"M-{n}", customer="c-900")
        shop.sell(date(2026, 6, 1), f"N-{n}", customer="c-901")
        if n < 9:
            shop.take_back(date(2026, 6, 10), f"M-{n}", customer="c-900")
        if n < 2:
            shop.take_back(date(2026, 6, 10), f"N-{n}", customer="c-901")
    shop.sell(date(2026, 6, 1), "Q", customer="c-902")
    shop.take_back(date(2026, 6, 10), "Q", customer="c-902")
    found = [a for a in alarms(run(shop, period="2026-06")) if a["what"] == "customer"]
    assert [(a["which"], a["grade"], a["found"], a["of"], a["rate"]) for a in found] == [
        ("c-900", "high", 9, 10, Decimal("0.9"))
    ]


def test_a_returner_may_be_graded_by_amount(tmp_path: Path) -> None:
    shop = Shop()
    rows = "low: {returns: 9}, high: {returns: 9}, medium: {returns: 3, amount: 452}"
    shop.policies = [policy(tmp_path, "  returners: {" + rows + "}")]
    for n in range(4):
        shop.sell(date(2026, 6, 1), f"M-{n}", customer="c-900")
    for n in range(3):
        shop.take_back(date(2026, 6, 10), f"M-{n}", customer="c-900")
    assert [a for a in alarms(run(shop)) if a["what"] == "customer"] == []
    shop.take_back(date(2026, 6, 11), "M-3", customer="c-900")
    assert [a["row"] for a in alarms(run(shop)) if a["what"] == "customer"] == ["risk.returners.medium"]


def test_money_without_goods_is_told_by_its_kind() -> None:
    shop = steady({"A": (40, 10)}, 4)
    for n in range(6):
        shop.take_back(date(2026, 4, 20), f"SO-202604-A-{n + 12}", sku="A", goods="kept")
    for n in range(2):
        shop.take_back(date(2026, 4, 21), "", event=f"B-{n}", sku="A")
    found = {a["what"]: a for a in alarms(run(shop, period="2026-04")) if a["row"].startswith("risk.without_goods")}
    assert {what: (a["grade"], a["found"], a["of"]) for what, a in found.items()} == {
        "goods_kept": ("medium", 6, 18),
        "no_sale": ("low", 2, 18),
    }
    assert abs(found["goods_kept"]["rate"] * 18 - 6) < Decimal("1e-20")


def test_money_before_the_goods_is_told_by_the_day_they_were_received() -> None:
    shop = steady({"A": (40, 4)}, 4)
    for n in range(8):
        event = shop.take_back(date(2026, 4, 10), f"SO-202604-A-{n + 12}", sku="A")
        entry = shop.made[-1]
        paid = PostedLeg("cash_bank", "Assets:Bank", Decimal("-113.00"), "CNY")
        settled = PostedLeg("refund_payable", "Liabilities:Refund-Payable", Decimal("113.00"), "CNY")
        received = date(2026, 4, 10 + n % 4)
        text = entry.event.replace("}", f", received: {received.isoformat()}}}")
        shop.made[-1] = replace(entry, legs=(*entry.legs, settled, paid), event=text)
        assert event == entry.id
    found = [a for a in alarms(run(shop, period="2026-04")) if a["what"] == "paid_first"]
    assert [(a["found"], a["of"], a["grade"]) for a in found] == [(6, 12, "medium")]


def test_text_of_the_books_stays_text() -> None:
    shop = steady({"=1+1": (20, 1)}, 7)
    for n in range(12):
        shop.take_back(date(2026, 7, 11), f"SO-202607-=1+1-{n + 3}", sku="=1+1", by="li\x1b[31mna", supplier="@x")
    printed = render(run(shop), "csv", translator("en"))
    assert "'=1+1" in printed and ",=1+1" not in printed and ",@x" not in printed
    for form in FORMATS:
        assert "\x1b" not in render(run(shop), form, translator("en"))


def test_sales_that_come_back_after_the_period_end_are_found_from_both_sides() -> None:
    shop = steady({"A": (20, 1)}, 7)
    for n in range(10):
        shop.sell(date(2026, 5, 29), f"STUFF-{n}", sku="A", customer="c-777", revenue=Decimal("1000.00"))
        about = {"sku": "A", "customer": "c-777", "date_sold": date(2026, 5, 29), "revenue": Decimal("1000.00")}
        shop.take_back(date(2026, 6, 3), f"STUFF-{n}", **about)
    for period in ("2026-05", "2026-06"):
        found = [a for a in alarms(run(shop, period=period)) if a["what"] == "period_end"]
        assert {(a["which"], a["grade"], a["found"]) for a in found} == {
            ("2026-05-31", "high", 10),
            ("2026-05-31, c-777", "high", 10),
        }, period
    report = run(shop, period="2026-07")
    assert "the first 10 days after 2026-07-31 are not over in the ledger" in render(report, "text", translator("en"))


# ── who is named ──


@pytest.mark.parametrize("text", ["13113", "c-07", "C-1041", "M2026/0009"])
def test_codes_of_customers_are_shown(text: str) -> None:
    assert is_code(text)


@pytest.mark.parametrize("text", ["Ann", "张三", "Ann Lee 2", "13812345678", "ann1@example.com", "张三1", ""])
def test_names_and_numbers_of_people_are_no_codes(text: str) -> None:
    assert not is_code(text)


def test_names_of_customers_have_a_pseudonym_unless_revealed() -> None:
    shop = Shop()
    for n in range(9):
        shop.sell(date(2026, 6, 1), f"M-{n}", customer="张三")
        shop.take_back(date(2026, 6, 10), f"M-{n}", customer="张三")
    for form in FORMATS:
        assert "张三" not in render(run(shop), form, translator("zh"), "zh")
    printed = render(run(shop), "text", translator("en"), width=200)
    assert pseudonym("张三") in printed and "--reveal" in printed
    assert "张三" in render(run(shop, reveal="true"), "text", translator("en"))


# ── thresholds ──


HEAD = """\
policy: p
version: 1
valid_from: 2000-01-01
currency: CNY
window: {default: {days: 7, from: sold}}
"""


def policy(tmp_path: Path, risk: str) -> Policy:
    """Return a policy with these lines under `risk:`, which stands in line 6."""
    file = tmp_path / "p.yaml"
    file.write_text(f"{HEAD}risk:\n{risk}\n", encoding="utf-8")
    found, findings, _ = read_policy(file, "p.yaml")
    assert found is not None and not findings, findings
    return found


def test_defaults_are_named_and_said_rows_have_their_place(tmp_path: Path) -> None:
    shop = steady({"A": (2, 1)}, 2)
    rows = next(part for part in run(shop).parts if part.key == "thresholds").rows
    assert ("risk.spikes.high", "orders: 8, times: 3, chance: 0.001", "default") in rows
    assert ("risk.returners.within_days", "90", "default") in rows
    shop.policies = [policy(tmp_path, "  spikes: {high: {orders: 20, times: 4, chance: 0.0001}}")]
    rows = next(part for part in run(shop).parts if part.key == "thresholds").rows
    assert ("risk.spikes.high", "orders: 20, times: 4, chance: 0.0001", "p.yaml:7") in rows
    assert ("risk.spikes.low", "orders: 3, times: 1.5, chance: 0.05", "default") in rows


def test_the_check_names_a_grade_that_is_never_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = """\
  spikes: {medium: {orders: 9, times: 3, chance: 0.001}}
  returners: {low: {returns: 2}, medium: {returns: 3, amount: 100}}
  cost: {high: {rate: 0.2, cases: 5}}
"""
    policy(tmp_path, rows.rstrip())
    assert main(["policy", "check", "p.yaml", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["findings"]
    assert [(f["code"], f["line"]) for f in found] == [("risk-grade-never", 7), ("risk-grade-never", 9)]


# ── what is printed ──


def loud() -> Shop:
    shop = steady({"马克杯 蓝|L": (20, 1), "TEE": (20, 2)}, 7)
    for n in range(14):
        about = {"sku": "马克杯 蓝|L", "reason": "damaged_in_transit", "customer": "c-900"}
        shop.take_back(date(2026, 7, 11), f"SO-202607-马克杯 蓝|L-{n + 3}", **about)
    return shop


@pytest.mark.parametrize("language", ["en", "zh"])
def test_text_keeps_to_eighty_cells(language: str) -> None:
    printed = render(run(loud()), "text", translator(language), language)
    assert [line for line in printed.splitlines() if cell_len(line) > 80] == []
    wide = render(run(loud()), "text", translator(language), language, width=200)
    assert ("damaged_in_transit" in wide) == (language == "en")
    assert "… and" in printed or "……另有" in printed


def test_programs_get_every_case_and_the_row_that_graded() -> None:
    found = json.loads(render(run(loud()), "json", translator("en")))
    first = found["rows"][0]
    assert first["grade"] == "high" and first["row"] == "risk.spikes.high"
    assert len([case for case in found["cases"] if case["no"] == "1"]) >= 14
    assert {row["row"] for row in found["rows"]} >= {"risk.spikes.high", "risk.returners.high"}
    table = list(csv.DictReader(io.StringIO(render(run(loud()), "csv", translator("en")))))
    assert [line["no"] for line in table] == [str(n + 1) for n in range(len(found["rows"]))]
    assert all(line["what"] and line["row"] and line["found"] for line in table)


@pytest.mark.parametrize("period", ["0001-01", "9999", "9999-12", "0001"])
def test_the_ends_of_the_calendar_are_periods_too(period: str, tmp_path: Path) -> None:
    shop = steady({"A": (3, 1)}, 2)
    shop.policies = [
        policy(
            tmp_path,
            "  spikes: {earlier_periods: 120}\n  period_end: {days: 1000000}\n  returners: {within_days: 1000000}",
        )
    ]
    assert alarms(run(shop, period=period)) == [] or period.startswith("9")


def test_an_empty_ledger_has_no_alarm() -> None:
    printed = render(run(Shop()), "text", translator("en"))
    assert "nothing to show" in printed and "no alarm; returns of the period looked at: 0" in printed


# ── in a ledger ──

SALES = "".join(
    f"""
2026-0{month}-0{n} * "c-{n}" "Sale" ^inv-{month}0{n}
  order: "{month}0{n}"
  customer: "c-{n}"
  Assets:Bank              60.00 CNY
  Income:Sales            -50.00 CNY
    sku: "MUG"
    qty: 1
  Income:Shipping         -10.00 CNY
  Assets:Inventory:Mugs       -1 MUG {{}}
    sku: "MUG"
  Expenses:COGS            20.00 CNY
"""
    for month in (1, 2)
    for n in range(1, 8)
)
LEDGER = f"""
2026-01-01 * "Buy"
  Assets:Inventory:Mugs       30 MUG {{20.00 CNY}}
  Assets:Bank            -600.00 CNY
{SALES}"""
POLICY = """\
policy: shop
version: 1
valid_from: 2000-01-01
currency: CNY
window: {default: {days: 365, from: sold}}
condition_from_reason: {none: new, defective: defective}
shipping_refund: [{id: all, when: {}, pays: all}]
dispositions: {new: {to: restock}, defective: {to: hold, sells_at: "10%", of: cost}}
risk:
  cost:
    low: {rate: 0.2, cases: 3}     # the shop's own
"""


@pytest.fixture
def books(tmp_path: Path) -> Path:
    settings_file = make(tmp_path, LEDGER, policy=POLICY.replace("{", "{{").replace("}", "}}"))
    events = [f"- {{return: 20{n}, date: 2026-02-1{n}, reason: defective, by: li.na}}" for n in range(1, 5)]
    posted(settings_file, "\n".join(events))
    return settings_file


def test_what_returns_cost_ties_to_the_ledger(books: Path) -> None:
    found = json.loads(app.report("risk", {}, settings=books, fmt="json"))
    assert {row["what"] for row in found["cost"]} == {"inventory_write_down", "shipping_revenue"}
    assert found["ties"] and all(tie["ok"] for tie in found["ties"])
    cost = next(row for row in found["rows"] if row["what"] == "cost")
    assert cost["grade"] == "low" and cost["row"] == "risk.cost.low"
    places = {row["row"]: row["place"] for row in found["thresholds"]}
    assert places["risk.cost.low"].endswith("policy.yaml:11") and places["risk.cost.high"] == "default"


def test_the_command_takes_a_period_by_itself(books: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--settings", str(books), "report", "risk", "2026-02"]) == 0
    printed = capsys.readouterr().out
    assert "period: 2026-02-01 to 2026-02-28" in printed
    assert main(["--settings", str(books), "report", "risk", "--period", "2026-02"]) == 0
    assert capsys.readouterr().out == printed
    assert main(["--settings", str(books), "report", "risk", "2026-02", "--period", "2026-03"]) == 2
    assert "two periods are given: 2026-02 and 2026-03" in capsys.readouterr().err
    assert main(["--settings", str(books), "report", "risk", "2026-13"]) == 2


def test_the_same_books_say_the_same_twice(books: Path) -> None:
    assert app.report("risk", {}, settings=books, fmt="json") == app.report("risk", {}, settings=books, fmt="json")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("  spikes: {hgih: {orders: 3}}", "key-unknown"),
        ("  spikes: {high: {orders: 0, times: 3, chance: 0.1}}", "number-range"),
        ("  spikes: {high: {orders: 2.5, times: 3, chance: 0.1}}", "number-form"),
        ("  spikes: {high: {orders: 3, times: 3, chance: 2}}", "rate-form"),
        ("  spikes: {earlier_periods: 121}", "number-range"),
        ("  spikes: {by: [sku, moon]}", "choice-form"),
    ],
)
def test_a_slip_in_the_thresholds_has_its_place(tmp_path: Path, line: str, code: str) -> None:
    text = POLICY[: POLICY.index("risk:")] + f"risk:\n{line}\n"
    settings_file = make(tmp_path, LEDGER, policy=text.replace("{", "{{").replace("}", "}}"))
    with pytest.raises(Refused) as refusal:
        app.report("risk", {}, settings=settings_file)
    assert [finding.span.line for finding in refusal.value.findings if finding.span] == [10]
