"""The commands are functions of the package, with the same words, whenever they are asked for."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import Path

from ledgers import make, posted

import returnledger

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


def test_every_command_is_a_function_with_a_docstring_however_much_is_imported() -> None:
    importlib.import_module("returnledger.app")
    for name in returnledger.COMMANDS:
        function = getattr(returnledger, name)
        assert inspect.isfunction(function), name
        assert function.__doc__, name


def test_no_module_hides_a_command() -> None:
    modules = {module.name for module in pkgutil.iter_modules(returnledger.__path__)}
    assert modules & set(returnledger.COMMANDS) == set()


def test_a_script_plans_applies_and_looks(tmp_path: Path) -> None:
    settings = make(tmp_path / "shop", LEDGER, currency="EUR")
    posted(settings, "- {return: 1001, id: R-1, date: 2026-05-15, qty: 1, method: later}")
    view = returnledger.sale("1001", settings=settings)
    assert (view.lines[0].returnable, view.order.payable) == (2, 12)
    (case,) = returnledger.status(settings=settings).cases
    assert (case.case, case.money, case.refund_due) == ("R-1", "due", 12)
    assert [entry.id for entry in returnledger.show("R-1", settings=settings).entries] == ["R-1"]
    assert returnledger.verify(settings=settings).findings == ()
    assert "33.33" in returnledger.report("rate", settings=settings)
    assert "MUG" in returnledger.query("SELECT sku, sum(quantity) FROM returns GROUP BY sku", settings=settings)
    (explained,) = returnledger.explain(["R-1"], settings=settings).events
    assert explained.document is not None and explained.document.due == 12


def test_a_report_on_a_ledger_without_its_returns_says_so(tmp_path: Path) -> None:
    settings = make(tmp_path / "shop", LEDGER, currency="EUR")
    posted(settings, "- {return: 1001, id: R-1, date: 2026-05-15, qty: 1}")
    told: list[object] = []
    returnledger.report("rate", settings=settings, tell=told.append)
    assert told == []
    ledger = settings.parent / "main.beancount"
    ledger.write_text(ledger.read_text(encoding="utf-8").replace("include", "; include"), encoding="utf-8")
    returnledger.report("rate", settings=settings, tell=told.append)
    assert [finding.code for finding in told] == ["include-missing"]
