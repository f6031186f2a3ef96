"""Windows at their edges: calendar and business days, the day itself or the next, holidays, shifted working days."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_policy import HEAD, policy, read, shown, window

from returnledger.configfile import read_settings
from returnledger.findings import Severity
from returnledger.policy import Policy, Window
from returnledger.policy.calendar import COMMON, business_day_after, is_business_day, known_country, nearest_country
from returnledger.policy.counting import Count, months_after
from returnledger.terms import Fault

DEFAULT = "window: {default: {days: 7, from: delivered}}"


def ready(table: str) -> Policy:
    """Return a policy with this table of windows."""
    return policy(head=HEAD.replace(DEFAULT, f"window: {table}"))


def last_day(table: str, delivered: str) -> str:
    """Return the last day for goods delivered on a day."""
    day = date.fromisoformat(delivered)
    found = window(ready(table), day, sold=day, delivered=day).last_day
    assert found is not None
    return found.isoformat()


# --- the days of real calendars


def test_the_eu_fourteen_days_roll_past_good_friday_and_easter_monday() -> None:
    """Case PC-003: goods received Friday 2025-04-04, the last day is 2025-04-22."""
    table = "{default: {days: 14, from: delivered}, roll_on_holiday: true, holidays: DE}"
    assert last_day(table, "2025-04-04") == "2025-04-22"


@pytest.mark.parametrize(
    ("delivered", "last"),
    [
        ("2026-02-01", "2026-02-09"),  # the seventh day is Sunday the 8th
        ("2026-02-06", "2026-02-13"),  # a Friday
        ("2026-02-07", "2026-02-14"),  # a Saturday on which China works
        ("2026-02-08", "2026-02-24"),  # Sunday the 15th begins the nine days of the Spring Festival
        ("2026-02-16", "2026-02-24"),  # its last day
        ("2026-02-17", "2026-02-24"),  # the first day after it
        ("2026-02-21", "2026-02-28"),  # another Saturday on which China works
        ("2026-09-13", "2026-09-20"),  # a Sunday on which China works
        ("2026-09-24", "2026-10-08"),  # the National Day holiday
        ("2026-12-25", "2027-01-04"),  # New Year's Day, then a weekend
    ],
)
def test_the_chinese_seven_days_roll_past_festivals_but_not_past_working_weekends(delivered: str, last: str) -> None:
    assert last_day("{default: {days: 7}, roll_on_holiday: true, holidays: CN}", delivered) == last


@pytest.mark.parametrize(
    ("delivered", "days", "last"),
    [
        ("2026-02-12", 1, "2026-02-13"),
        ("2026-02-13", 1, "2026-02-14"),  # Saturday, worked for the Spring Festival
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-18", 1, "2026-02-24"),
        ("2026-02-24", 5, "2026-03-02"),  # with Saturday the 28th, which is worked
        ("2026-09-19", 1, "2026-09-20"),  # Sunday, worked for the National Day
        ("2026-12-31", 1, "2027-01-04"),
    ],
)
def test_chinese_business_days_count_worked_weekends(delivered: str, days: int, last: str) -> None:
    assert last_day(f"{{default: {{days: {days}, unit: business}}, holidays: CN}}", delivered) == last


@pytest.mark.parametrize(
    ("sold", "last"),
    [
        ("2026-06-29", "2026-07-02"),  # Monday: three business days
        ("2026-06-17", "2026-06-22"),  # Thursday, not Juneteenth, Saturday, not Sunday, Monday
        ("2026-05-22", "2026-05-27"),  # Friday: Saturday, not Sunday, not Memorial Day, Tuesday, Wednesday
        ("2026-12-24", "2026-12-29"),  # Thursday: not Christmas, Saturday, not Sunday, Monday, Tuesday
        ("2026-10-09", "2026-10-14"),  # over Columbus Day
    ],
)
def test_the_american_cooling_off_counts_saturdays_but_no_sundays_and_federal_holidays(sold: str, last: str) -> None:
    table = "{default: {days: 3, from: sold, unit: business, saturday: true}, holidays: US}"
    assert last_day(table, sold) == last


def test_the_japanese_eight_days_count_the_day_of_receipt() -> None:
    table = "{default: {days: 8, from: delivered}, count_start: same_day}"
    assert last_day(table, "2026-11-02") == "2026-11-09"


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    epiphany = date(2026, 1, 6)
    assert is_business_day(epiphany, "DE") and not is_business_day(epiphany, "DE-BY")
    table = "{default: {days: 1}, roll_on_holiday: true, holidays: DE-BY}"
    assert last_day(table, "2026-01-05") == "2026-01-07"


def test_without_a_country_only_weekends_are_left_out_and_a_warning_says_so() -> None:
    text = HEAD.replace(DEFAULT, "window: {default: {days: 2, unit: business}}")
    prepared, findings = read("", text)
    assert prepared is not None
    assert [(finding.code, finding.severity, str(finding.span)) for finding in findings] == [
        ("holidays-not-named", Severity.WARNING, "p.yaml:5:35")
    ]
    shown(findings[0])
    assert last_day("{default: {days: 2, unit: business}}", "2026-12-24") == "2026-12-28"


def test_a_row_counts_as_it_says_itself_and_otherwise_as_the_table_says() -> None:
    table = (
        "{default: {days: 2}, unit: business, count_start: same_day, holidays: CN, by_category: "
        "{toys: {days: 10, unit: calendar, count_start: next_day, roll_on_holiday: true}, books: {days: 3}, "
        "food: {days: 1, saturday: true}}}"
    )
    thursday = date(2026, 3, 5)
    ends = {
        name: window(ready(table), thursday, category=name, sold=thursday, delivered=thursday).last_day
        for name in ("", "toys", "books", "food")
    }
    # Two and three business days with the Thursday itself; ten days to a Sunday, rolled to the Monday.
    assert ends == {
        "": date(2026, 3, 6),
        "toys": date(2026, 3, 16),
        "books": date(2026, 3, 9),
        "food": date(2026, 3, 6),
    }


def test_a_law_pack_counts_by_the_holidays_of_its_country_whatever_the_shops_are() -> None:
    head = HEAD.replace(DEFAULT, "window: {default: {days: 1, unit: business}}\njurisdiction: US")
    thanksgiving = date(2026, 11, 25)
    found = window(policy(head=head), thanksgiving, sold=thanksgiving, delivered=thanksgiving)
    assert found.last_day == date(2026, 11, 27)


# --- months, contracts, invoices, conditions


def test_months_end_on_the_day_of_the_same_number_or_the_last_of_the_month() -> None:
    assert months_after(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert months_after(date(2023, 11, 29), 3) == date(2024, 2, 29)
    assert months_after(date(2026, 12, 31), 12) == date(2027, 12, 31)
    assert months_after(date(9999, 6, 1), 1200) == date.max
    # Fourteen days, and twelve months more where nobody was told of the right.
    assert last_day("{default: {days: 14, months: 12}}", "2026-01-31") == "2027-02-14"
    assert last_day("{default: {days: 0, months: 3}}", "2026-01-31") == "2026-04-30"


def test_days_count_from_contract_and_invoice_else_from_the_sale_with_the_assumption_named() -> None:
    day = date(2026, 1, 1)
    for name, told in (("contract", "contract"), ("invoice", "invoiced")):
        table = ready(f"{{default: {{days: 7, from: {name}}}}}")
        known = window(table, day, sold=day, **{told: date(2026, 1, 5)})
        unknown = window(table, day, sold=day)
        assert (known.last_day, known.start_from, known.assumed) == (date(2026, 1, 12), told, ())
        assert (unknown.last_day, unknown.start_from, unknown.assumed) == (date(2026, 1, 8), "sold", (told,))


def test_a_window_with_a_condition_applies_where_it_holds_and_is_named_where_nobody_knows() -> None:
    table = ready("{default: {days: 7}, cases: [{id: new-york, when: {country: US-NY}, days: 30, from: sold}]}")
    day = date(2026, 1, 1)

    def found(country: str | None) -> Window:
        return window(table, day, sold=day, facts={"country": country})

    assert (found("US-NY").days, found("US-NY").row) == (30, "window.cases.new-york")
    assert (found("US-CA").days, found("US-CA").missing) == (7, ())
    assert (found(None).days, found(None).missing, found(None).passed_over) == (7, ("country",), ("new-york",))


def test_conditions_of_windows_cannot_ask_whether_the_window_is_open() -> None:
    _, findings = read(
        "", HEAD.replace(DEFAULT, "window: {default: {days: 7}, cases: [{id: a, when: {in_window: true}, days: 9}]}")
    )
    assert [finding.code for finding in findings] == ["fact-not-here"]
    _, findings = read(
        "",
        HEAD.replace(
            DEFAULT, "window: {default: {days: 7}, cases: [{id: a, when: {}, days: 9}, {id: a, when: {}, days: 9}]}"
        ),
    )
    assert [finding.code for finding in findings] == ["row-id-twice"]


def test_judged_by_receipt_names_the_assumption_where_nothing_came_yet() -> None:
    table, day = ready("{default: {days: 7}, judged_by: received}"), date(2026, 1, 1)
    assert window(table, day, sold=day, delivered=day).assumed == ("received",)
    assert window(table, day, sold=day, delivered=day, received=day).assumed == ()


# --- countries


@pytest.mark.parametrize("country", sorted(COMMON))
def test_countries_taken_as_known_are_known_to_the_library(country: str) -> None:
    assert country in holidays.list_supported_countries(include_aliases=True)


@pytest.mark.parametrize(
    ("country", "nearest"),
    [
        ("CM-B", "CM"),
        ("cn", "CN"),
        ("DE-BYY", "DE-BY"),
        ("US-ca", "US-CA"),
        ("China", "CN"),
        ("United Kingdom", "GB"),
        ("", ""),
    ],
)
def test_an_unknown_country_is_shown_with_the_nearest(country: str, nearest: str) -> None:
    assert not known_country(country)
    assert known_country(nearest_country(country))
    if nearest:
        assert nearest_country(country) == nearest


def test_an_unknown_country_of_the_settings_is_a_finding_at_its_place(tmp_path: Path) -> None:
    file = tmp_path / "returnledger.yaml"
    file.write_text("ledger: main.beancount\noperating_currency: CNY\nholidays: CNN\n", encoding="utf-8")
    _, findings, _ = read_settings(file, "returnledger.yaml")
    assert [(finding.code, str(finding.span)) for finding in findings] == [
        ("holidays-unknown", "returnledger.yaml:3:11")
    ]


# --- bounds


def test_a_century_of_business_days_is_counted_at_once() -> None:
    start = time.perf_counter()
    assert business_day_after(date(2026, 1, 1), 36500, "CN") > date(2160, 1, 1)
    assert business_day_after(date(9999, 12, 20), 36500, "US") == date.max
    assert business_day_after(date.max, 1, None) == date.max
    assert time.perf_counter() - start < 10


def test_thousands_of_windows_of_a_century_are_weighed_in_seconds() -> None:
    """A file from a hostile hand may have a row for every line: each counts business days of more than a century."""
    row = "{{id: r{}, when: {{}}, days: 36500, unit: business, months: 1200}}"
    cases = ", ".join(row.format(number) for number in range(1000))
    day = date(2026, 1, 1)
    start = time.perf_counter()
    found = window(ready(f"{{default: {{days: 7}}, holidays: CN, cases: [{cases}]}}"), day, sold=day, delivered=day)
    assert found.last_day is not None and found.last_day.year > 2200
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize("days", ["-1", "36501", "1e3", "99999999999999999999", "7.5", "seven"])
def test_days_that_nobody_can_count_are_findings_at_their_place(days: str) -> None:
    for path in ("days", "months"):
        table = f"{{default: {{days: 7, {path}: {days}}}}}" if path == "months" else f"{{default: {{days: {days}}}}}"
        prepared, findings = read("", HEAD.replace(DEFAULT, f"window: {table}"))
        assert prepared is None
        assert [finding.span is not None and finding.span.line for finding in findings] == [5]


@settings(max_examples=60, deadline=None)
@given(
    st.dates(date(9990, 1, 1), date.max),
    st.integers(0, 36500),
    st.integers(0, 1200),
    st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans()),
)
def test_no_count_overflows_at_the_end_of_the_calendar(
    start: date, days: int, months: int, how: tuple[bool, bool, bool, bool]
) -> None:
    assert start <= Count(days, months, *how, "US").last_day(start) <= date.max


# --- against a count day by day


def worked(day: date, country: str, saturday: bool) -> bool:
    """Return whether a day is a business day, asked of the library alone."""
    found = holidays.country_holidays(country, years=day.year)
    return found.is_working_day(day) or (saturday and day.weekday() == 5 and day not in found)


STARTS = st.one_of(
    st.dates(date(2024, 1, 20), date(2026, 10, 20)),
    st.sampled_from([date(2024, 2, 28), date(2024, 2, 29), date(2023, 12, 31), date(2026, 2, 14), date(2026, 1, 4)]),
)


@settings(max_examples=150, deadline=None)
@given(
    STARTS,
    st.integers(1, 40),
    st.sampled_from(["CN", "US", "DE"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_the_last_day_is_the_one_a_calendar_on_the_wall_gives(
    start: date, days: int, country: str, business: bool, saturday: bool, same_day: bool, roll: bool
) -> None:
    left, day = days, start - timedelta(days=1) if same_day else start
    while left:
        day += timedelta(days=1)
        left -= not business or worked(day, country, saturday)
    while roll and not worked(day, country, saturday):
        day += timedelta(days=1)
    assert Count(days, 0, business, saturday, same_day, roll, country).last_day(start) == day


@settings(max_examples=100, deadline=None)
@given(
    STARTS,
    st.integers(1, 30),
    st.sampled_from(["calendar", "business"]),
    st.sampled_from(["same_day", "next_day"]),
    st.booleans(),
)
def test_the_day_before_and_the_last_day_are_in_the_window_and_the_day_after_is_not(
    start: date, days: int, unit: str, count_start: str, roll: bool
) -> None:
    table = ready(
        f"{{default: {{days: {days}, unit: {unit}, count_start: {count_start}, roll_on_holiday: {str(roll).lower()}}}, "
        "holidays: CN}"
    )
    end = window(table, start, sold=start, delivered=start).last_day
    assert end is not None and end >= start
    for offset, found in ((-1, (True, 0)), (0, (True, 0)), (1, (False, 1)), (2, (False, 2))):
        at = window(table, end + timedelta(days=offset), sold=start, delivered=start)
        assert (at.open, at.days_late) == found


@settings(max_examples=60, deadline=None)
@given(STARTS, st.integers(0, 60), st.integers(0, 60), st.sampled_from(["calendar", "business"]))
def test_more_days_and_a_later_start_never_end_earlier(start: date, a: int, b: int, unit: str) -> None:
    fewer, more = sorted((a, b))
    counts = [Count(days, 0, unit == "business", country="CN") for days in (fewer, more)]
    assert counts[0].last_day(start) <= counts[1].last_day(start)
    assert counts[0].last_day(start) <= counts[0].last_day(start + timedelta(days=1))


def test_days_0_close_whatever_the_unit_and_months_do_not() -> None:
    day = date(2026, 1, 1)
    closed = ready("{default: {days: 7}, by_category: {toys: {days: 0, unit: business}}, holidays: CN}")
    assert not window(closed, day, category="toys", sold=day, delivered=day).open
    assert window(closed, day, category="toys", sold=day, delivered=day, fault=Fault.MERCHANT).open
