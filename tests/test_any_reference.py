"""Every kind of event on every kind of reference: a finding says why it can't be, and nothing is ever stumbled over."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from ledgers import POLICY, apply, make, posted

from returnledger.events.models import MODELS
from returnledger.findings_text import sentences

LEDGER = """\
2026-01-05 * "Pottery" "Mugs"
  Assets:Inventory    40 MUG {4.00 EUR, 2026-01-05}
  Assets:Bank

2026-05-11 * "Ann" "Sale" ^inv-1001
  Assets:Bank                  36.00 EUR
  Income:Sales                -30.00 EUR
  Liabilities:Output-VAT       -6.00 EUR
  Expenses:COGS                12.00 EUR
  Assets:Inventory                -3 MUG {4.00 EUR, 2026-01-05}
"""
KINDS = sorted(kind.value for kind in MODELS)
SIGNED = "approved_by: boss, note: n, reason: quality"
# What each kind may need beside its reference, and what may stand in its place by mistake.
SAID = [
    "",
    f", {SIGNED}",
    ", sku: MUG, qty: 1",
    ", sku: MUG, qty: 1, condition: damaged, disposition: hold",
    ", amount: 1.00",
    f", amount: 1.00, customer: Ann, method: bank, {SIGNED}",
    ", set: {qty: 1}",
    ", set: {}",
    ", items: [{line: 1, qty: 1}, {line: 9}]",
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a shop with a return, a request, goods that came in, and an event that was voided."""
    settings = make(
        tmp_path_factory.mktemp("shop") / "shop",
        LEDGER,
        currency="EUR",
        policy=POLICY + "choices: {{blind_returns: review}}\n",
        more="people: {boss: [supervisor, cfo, finance_manager, owner]}\n",
    )
    posted(settings, "- {return: 1001, id: R-1, date: 2026-05-12, qty: 1, approved_by: boss}", "1.yaml")
    posted(settings, "- {allowance: 1001, id: A-1, date: 2026-05-13, amount: 1.00}", "2.yaml")
    posted(settings, "- {void: A-1, id: V-1, date: 2026-05-14}", "3.yaml")
    return settings


REFERENCES = ["none", "auto", "all", "1001", "1002", "R-1", "A-1", "V-1", "R-1/2", "''"]


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_referred_to_is_answered(shop: Path, kind: str) -> None:
    # An error elsewhere in the file keeps all of it from being written, so that the shop stays as it is.
    events = ["- {return: no-such-order, date: 2026-05-20}"]
    for number, (reference, said) in enumerate(itertools.product(REFERENCES, SAID)):
        events.append(f"- {{{kind}: {reference}, date: 2026-05-20, id: E-{number}{said}}}")
    done = apply(shop, "\n".join(events))
    assert not done.file and len(done.findings) > len(REFERENCES)
    assert all(len(told) > 10 for finding in done.findings for told in sentences(finding, "en")[:1])
