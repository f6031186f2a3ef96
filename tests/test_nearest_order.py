"""A mistyped order is met with the one that was meant: two digits changed about are the slip that hands make most."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import apply, make

from returnledger import app
from returnledger.events.suggest import alike
from returnledger.findings import Refused
from returnledger.findings_text import sentences

NUMBERS = [*range(536340, 536370), 539656, 539636, 539635]
SALE = """\
2026-02-01 * "Ann" "Sale" ^inv-{number}
  Assets:Bank       10.00 EUR
  Income:Sales     -10.00 EUR
    sku: "TEA"
    qty: 1

"""


@pytest.mark.parametrize(
    ("typed", "meant"), [("563365", "536365"), ("536356x", "536356"), ("53635", "536350"), ("５３６３６５", "536365")]
)
def test_the_slip_of_a_hand_is_met_with_what_was_meant(typed: str, meant: str) -> None:
    assert alike(typed, [str(number) for number in NUMBERS])[0] == meant


@given(st.integers(100_000, 999_999), st.integers(0, 4))
def test_of_names_equally_like_the_one_with_the_same_digits_comes_first(number: int, at: int) -> None:
    meant = str(number)
    typed = meant[:at] + meant[at + 1] + meant[at] + meant[at + 2 :]
    others = [typed[:n] + "0" + typed[n + 1 :] for n in range(6)]
    others = [name for name in others if name != typed]
    assert typed == meant or alike(typed, [*others, meant])[0] == meant


def test_nothing_alike_is_no_guess() -> None:
    assert alike("XY", ["536365", "536366"]) == []


def test_an_event_and_a_question_name_the_same_order(tmp_path: Path) -> None:
    ledger = "".join(SALE.format(number=number) for number in NUMBERS if number != 536356)
    settings = make(tmp_path / "shop", ledger, currency="EUR")
    (finding,) = apply(settings, "- {return: 536356, date: 2026-02-05}\n").findings
    assert "the nearest are 536365, " in sentences(finding, "en")[1]
    with pytest.raises(Refused) as refused:
        app.sale("536356", settings=settings)
    assert str(refused.value.findings[0].values["nearest"]).startswith(" (536365, ")
