"""Any steps of a case in any order: units and money are conserved, clearing is nil when a case has ended, a void is exact.

An order of seven units, bought in two lots at a cost with an odd cent, is received, credited, inspected, paid and undone
by cases drawn at random, beside returns in one step. What each step may do is counted by hand beside the program.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from beancount.core.data import Transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledgers import apply, balances, load, make

from returnledger import app

SALE = """\
2026-01-05 * "Supplier" "Purchase"
  Assets:Inventory:MUG    4 MUG {33.33 CNY, 2026-01-05}
  Assets:Inventory:MUG    4 MUG {33.35 CNY, 2026-02-05}
  Equity:Opening

2026-03-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Receivable       500.02 CNY
  Income:Sales           -442.50 CNY
  Liabilities:Output-VAT  -57.52 CNY
  Expenses:COGS           233.37 CNY
  Assets:Inventory:MUG        -4 MUG {33.33 CNY, 2026-01-05}
  Assets:Inventory:MUG        -3 MUG {33.35 CNY, 2026-02-05}

2026-03-02 * "Ann" "Paid" ^inv-SO-1
  Assets:Cash             500.02 CNY
  Assets:Receivable      -500.02 CNY
"""
POLICY = """\
policy: test
version: 1
valid_from: 2000-01-01
currency: {currency}
window:
  default: {{days: 365, from: sold}}
inspection:
  - {{id: worn, when: {{condition: used}}, outcome: refuse, because: worn goods stay sold}}
condition_from_reason: {{none: new}}
dispositions:
  new: {{to: restock}}
  opened: {{to: restock_open_box, sells_at: "85%", selling_cost: "5%"}}
  damaged: {{to: hold, allowed: [scrap]}}
"""
CLEARING = ("Liabilities:Returns-Clearing", "Assets:Return-Asset")
GOODS = ("Assets:Inventory", *CLEARING, "Expenses:COGS", "Expenses:Cost-Rounding")
ZERO = Decimal(0)


@dataclass
class Case:
    """What a careful person remembers of one case."""

    id: str
    received: int = 0
    credited: int = 0
    seen: int = 0
    steps: list[str] = field(default_factory=list)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["receive", "credit_note", "inspect", "refund", "return", "void"]),
        st.integers(0, 2),
        st.integers(1, 3),
        st.sampled_from(["new", "opened", "damaged", "used"]),
    ),
    min_size=4,
    max_size=7,
)


class Life:
    """A shop with one order, and the cases that touch it."""

    def __init__(self, folder: Path, framework: str) -> None:
        self.settings = make(folder, SALE, policy=POLICY, more=f"framework: {framework}\n")
        self.before = balances(self.settings)
        self.cases: list[Case] = []
        self.n = 0

    @property
    def day(self) -> date:
        """The day of the next step."""
        return date(2026, 3, 5) + timedelta(days=self.n)

    @property
    def out(self) -> int:
        """Units that are with the customer: neither credited nor come in."""
        return 7 - sum(max(case.received, case.credited) for case in self.cases)

    def step(self, kind: str, which: int, units: int, condition: str) -> None:
        """Take a step that may be, as far as anybody can count; else leave it."""
        case = self.cases[which % len(self.cases)] if self.cases else None
        if kind == "return":
            if units <= self.out:
                self._opened(kind, units, condition if condition != "used" else "new")
        elif kind in ("receive", "credit_note"):
            room = self._room(kind, case) if case is not None and which else 0
            if case is not None and 0 < units <= room:
                self._post(f"{kind}: {case.id}", case, f"sku: MUG, qty: {units}")
                self._count(kind, case, units)
            elif units <= self.out and not (case is not None and which):
                self._opened(kind, units, "")
        elif case is not None and kind == "inspect" and case.received > case.seen:
            self._inspect(case, condition)
        elif case is not None and kind == "refund" and self._payable(case) > 0:
            self._post(f"refund: {case.id}", case, "")
        elif case is not None and kind == "void":
            self._void(case)

    def _room(self, kind: str, case: Case) -> int:
        """How many units more a case may take in or credit: those of its other half, and those still out."""
        if case.steps[0].startswith("return") or self._is_whole(case):
            return 0
        mine, other = (case.received, case.credited) if kind == "receive" else (case.credited, case.received)
        if kind == "receive":
            return other - mine if case.credited else self.out
        return other - mine if other > mine else 0

    def _is_whole(self, case: Case) -> bool:
        return case.received == case.credited == case.seen

    def _opened(self, kind: str, units: int, condition: str) -> None:
        case = Case(f"R-{self.n + 1}")
        said = f"sku: MUG, qty: {units}" + (f", condition: {condition}" if condition else "")
        self.n += 1
        applied = self._apply(f"- {{{kind}: SO-1, id: {case.id}, date: {self.day}, {said}}}")
        case.id = applied.planned.plan.events[0].case
        known = next((each for each in self.cases if each.id == case.id), None)
        if known is None:
            self.cases.append(case)
        case = known or case
        case.steps.append(f"{kind} {applied.planned.plan.events[0].id}")
        self._count(kind, case, units)

    def _count(self, kind: str, case: Case, units: int) -> None:
        if kind in ("receive", "return"):
            case.received += units
        if kind in ("credit_note", "return"):
            case.credited += units
        if kind == "return":
            case.seen += units

    def _inspect(self, case: Case, condition: str) -> None:
        units, waits = case.received - case.seen, max(0, case.received - case.credited)
        self._post(f"inspect: {case.id}", case, f"condition: {condition}")
        if condition == "used":
            case.received -= units
            case.credited -= units - min(units, waits)
            case.steps[-1] += f" back {units} {units - min(units, waits)}"
        else:
            case.seen += units

    def _post(self, head: str, case: Case, said: str) -> None:
        self.n += 1
        made = f"E-{self.n}"
        comma = f", {said}" if said else ""
        self._apply(f"- {{{head}, id: {made}, date: {self.day}{comma}}}")
        case.steps.append(f"{head.split(':')[0]} {made}" + (f" {said.split()[-1]}" if "qty" in said else ""))

    def _void(self, case: Case) -> None:
        """Undo every step of a case, the last first: as if it had never been."""
        for step in reversed(case.steps):
            self.n += 1
            self._apply(f"- {{void: {step.split()[1]}, id: V-{self.n}, date: {self.day}}}")
        self.cases.remove(case)

    def _payable(self, case: Case) -> Decimal:
        """Return what is still to be paid of a case."""
        legs = [
            posting.units.number
            for entry in load(self.settings)
            if isinstance(entry, Transaction) and entry.meta.get("rl-case") == case.id
            for posting in entry.postings
            if posting.account == "Liabilities:Refund-Payable"
        ]
        return -sum(legs, ZERO)

    def _apply(self, event: str) -> app.Applied:
        done = apply(self.settings, event, f"{self.n}.yaml")
        assert done.file and not [f for f in done.findings if f.severity == "error"], (
            event,
            self.cases,
            [(f.code, dict(f.values)) for f in done.findings],
        )
        return done

    def check(self) -> None:
        """Count goods and clearing again."""
        now = balances(self.settings)
        write_down = sum((n for name, n in now.items() if "Write-Down" in name), ZERO)
        allowance = now.get("Assets:Inventory-Allowance", ZERO)
        cost = sum((n for name, n in now.items() if name.startswith(GOODS) and "Allowance" not in name), ZERO)
        assert cost + write_down + allowance == Decimal("266.72"), now  # what was bought, wherever it is
        waiting = sum(max(0, case.received - case.credited) for case in self.cases)
        awaited = sum(max(0, case.credited - case.received) for case in self.cases)
        assert (CLEARING[0] in now) == bool(waiting), now
        assert (CLEARING[1] in now) == bool(awaited), now
        assert now.get(CLEARING[0], ZERO) <= 0 <= now.get(CLEARING[1], ZERO)


@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, framework=st.sampled_from(["ifrs", "us_gaap", "asbe_small"]))
def test_a_case_lives_by_its_laws(steps: list[tuple[str, int, int, str]], framework: str) -> None:
    with tempfile.TemporaryDirectory(prefix="case-") as folder:
        life = Life(Path(folder) / "shop", framework)
        for step in steps:
            life.step(*step)
            life.check()
        for case in list(life.cases):
            life._void(case)
            life.check()
        assert balances(life.settings) == life.before
