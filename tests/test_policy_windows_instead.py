"""A window that stands instead of the others: no later end of another row counts, but a closed one stays closed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from test_policy import window
from test_policy_windows import ready

from returnledger.policy.phrases import Speech
from returnledger.policy.window_words import window_row_words

SOLD, DELIVERED = date(2026, 3, 2), date(2026, 3, 20)
ROWS = """{default: {days: 14, from: delivered},
  by_category: {service: {days: 14, from: sold, instead: true}, lasting: {days: 40, from: sold}},
  cases: [{id: untold, when: {order_tags: untold, category: service}, days: 30, from: sold, instead: true},
    {id: feast, when: {order_tags: feast}, days: 90, from: delivered},
    {id: final, when: {order_tags: final}, days: 0}]}"""


@pytest.mark.parametrize(
    ("category", "tags", "row", "last"),
    [
        ("service", (), "window.by_category.service", SOLD + timedelta(14)),
        ("service", ("untold",), "window.cases.untold", SOLD + timedelta(30)),  # the later of the two that stand alone
        ("service", ("feast",), "window.by_category.service", SOLD + timedelta(14)),
        ("service", ("final",), "window.cases.final", DELIVERED),
        ("lasting", (), "window.by_category.lasting", SOLD + timedelta(40)),
        ("toys", ("untold",), "window.default", DELIVERED + timedelta(14)),
        (None, (), "window.default", DELIVERED + timedelta(14)),
    ],
)
def test_rows_without_the_word_do_not_count_beside_one_that_has_it(
    category: str | None, tags: tuple[str, ...], row: str, last: date
) -> None:
    facts = {"category": category, "order_tags": frozenset(tags)}
    found = window(ready(ROWS), SOLD, sold=SOLD, delivered=DELIVERED, category=category, facts=facts)
    assert (found.row, found.last_day, found.open) == (row, last, "final" not in tags)


def test_the_sentence_of_the_row_says_so() -> None:
    table = ready(ROWS).says.window
    english = window_row_words(table.by_category["service"], table, Speech(), "by_category.service")
    assert english.endswith("; this stands instead of the other windows")
    assert "instead" not in window_row_words(table.default, table, Speech())
