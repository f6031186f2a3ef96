"""When money may go back: which step of the goods the policy waits for, and what of it a case still lacks.

`refund_when` names the step after which goods may be credited and money leave: requested, proof_sent, received, inspected.
It is decided when the customer asks and kept in the decision; later steps go by that. Goods that the customer keeps, and
goods that never come, are waited for by nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from returnledger.cases import Case
from returnledger.facts import Facts
from returnledger.findings import Phrase
from returnledger.money import ZERO
from returnledger.policy import Chosen
from returnledger.policyfacts import papers_of
from returnledger.recorded import decided

PROOF = "proof_sent"


@dataclass(frozen=True, slots=True)
class StepLacking:
    """What the goods lack: the kind of the step, or of the evidence, and the units that it is missing for."""

    step: str
    units: Decimal
    sku: str

    def first(self, case: str) -> Phrase:
        """Return what is to be posted before money goes back in a case."""
        if self.step == PROOF:
            return Phrase(
                "post `{{attach: {case}, evidence: [{{path: FILE, type: proof_sent}}]}}` first", {"case": case}
            )
        return Phrase("post `{step}: {case}` first", {"step": self.step, "case": case})


def units_credited(now: Case) -> dict[str, Decimal]:
    """Return by line the units of a case that are credited and whose goods are to come, or came."""
    return {line.line: line.credited - line.kept - line.absent for line in now.lines}


def lacking(facts: Facts, at: str | None, wanted: Mapping[str, Decimal]) -> StepLacking | None:
    """Return what goods lack whose money goes back, `wanted` units by line; None where the policy need not wait."""
    if at in (None, "requested"):
        return None
    now = facts.now
    if at == PROOF and PROOF in papers_of(facts):
        return None
    for name, units in wanted.items():
        line = now.line(name) if now is not None else None
        came = line.received if line is not None else ZERO
        reached = line.inspected if line is not None and at == "inspected" else came
        if units > reached:
            sku = line.sku if line is not None else facts.line.sku if facts.line is not None else ""
            step = PROOF if at == PROOF else "receive" if units > came else "inspect"
            return StepLacking(step, units - reached, sku)
    return None


def recorded_when(facts: Facts) -> tuple[Chosen, ...]:
    """Return after which step the policy lets the money of a case go, as the case has it; nothing where it says nothing."""
    policy = facts.policy
    for text in _decisions(facts):
        for each in decided(text):
            if each.effect == "refund_when" and policy is not None:
                rows = policy.tables["refund_when"]
                known = next((row.chosen for row in rows if row.says.id == each.row), None)
                place = known.place if known is not None else policy.place("refund_when")
                return (Chosen("refund_when", each.value, each.row, place),)
    return ()


def _decisions(facts: Facts) -> Iterator[str]:
    for entry in facts.case:
        yield str((entry.directive.meta if entry.directive is not None else {}).get("rl-decision", ""))
