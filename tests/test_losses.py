"""What an event says of a loss, and does not fit: every figure is used or refused, none is left out in silence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from ledgers import POLICY, apply, make, posted

from returnledger.findings_text import render

SALE = """\
2025-04-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank             1356.00 CNY
  Income:Sales           -1200.00 CNY
  Liabilities:Output-VAT  -156.00 CNY
  Expenses:COGS            800.00 CNY
  Assets:Inventory            -10 JAM {80.00 CNY, 2025-01-05}

2025-01-05 * "Works" "Purchase"
  Assets:Inventory     10 JAM {80.00 CNY, 2025-01-05}
  Equity:Opening
"""
CAME = """\
- {return: SO-1, id: R-1, date: 2025-04-20, qty: 6, condition: damaged}
- {dispose: R-1, id: D-1, date: 2025-05-03, disposition: scrap, stage: proposed, cause: mismanagement, input_vat: 10.00, qty: 2}
"""
DISPOSE = "- {dispose: R-1, date: 2025-05-20, "


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = make(tmp_path_factory.mktemp("losses") / "shop", SALE)
    posted(settings, CAME)
    return settings


@pytest.mark.parametrize(
    ("event", "key", "text"),
    [
        (DISPOSE + "stage: approved, qty: 1}", "qty", "2 JAM were proposed"),
        (DISPOSE + "stage: approved, input_vat: 5.00}", "input_vat", "5.00 of input tax"),
        (DISPOSE + "stage: approved, cause: ordinary}", "cause", "proposed as mismanagement"),
        ("- {dispose: R-1, date: 2025-05-01, stage: approved}", "date", "D-1 of 2025-05-03"),
        (DISPOSE + "disposition: scrap, stage: proposed, salvage: 5.00, qty: 1}", "salvage", "only proposed"),
        (DISPOSE + "disposition: hold, stage: proposed, qty: 1}", "stage", "nothing of it is scrapped"),
        (DISPOSE + "disposition: hold, salvage: 5.00, qty: 1}", "salvage", "scrapped or missing"),
        (DISPOSE + "disposition: hold, charge: [{party: employee, amount: 5.00}], qty: 1}", "charge", "charged to"),
        (DISPOSE + "disposition: hold, input_vat: 5.00, qty: 1}", "input_vat", "only bad management"),
        ("- {supplier_return: R-1, date: 2025-05-20, tax: -1.00, qty: 1}", "tax", "-1.00 is no amount"),
        (DISPOSE + "disposition: scrap, salvage: 5.005, qty: 1}", "salvage", "`salvage: 5.01`"),
        ("- {supplier_return: R-1, date: 2025-05-20, expect: 9.00, tax: 0.655, qty: 1}", "tax", "`tax: 0.66`"),
        ("- {refurbish: R-1, date: 2025-05-20, refurbishing_cost: 5.005, qty: 1}", "refurbishing_cost", "5.01"),
    ],
)
def test_what_does_not_fit_a_loss_is_refused_where_it_stands(shop: Path, event: str, key: str, text: str) -> None:
    done = apply(shop, event, "b.yaml")
    (finding,) = done.findings
    said = render([finding], {}, "full", "en")
    assert not done.file and text in said, said
    assert finding.span.column == event.index(f"{key}: ") + len(key) + 3
    assert not re.search("[a-z]{4,} [a-z]{4,} [a-z]{4,}", render([finding], {}, "full", "zh").split("\n")[0])


def test_who_had_to_approve_a_disposal_stands_in_its_decision(tmp_path: Path) -> None:
    rows = "approvals: [{{id: scrap, when: {{kind: dispose}}, by: [finance]}}, {{id: others, when: {{}}, by: []}}]\n"
    settings = make(tmp_path / "shop", SALE, policy=POLICY + rows, more="people: {fin: [finance]}\n")
    posted(settings, "- {return: SO-1, id: R-1, date: 2025-04-20, qty: 2, condition: damaged}")
    done = posted(
        settings,
        "- {dispose: R-1, date: 2025-05-20, disposition: scrap, stage: approved, approved_by: fin}",
        "b.yaml",
    )
    assert done.planned.plan.events[0].directives[0].meta["rl-decision"] == "approvals finance scrap; policy test 1"
