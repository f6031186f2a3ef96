"""The fee of units that were credited before anybody looked: the reason as found decides it anew, and what differs is booked.

    credited as changed_mind, 10 % of 226.00 kept; found to be defective, no fee      22.60 go back to the customer
    credited as defective, no fee; found to be changed_mind                           22.60 are charged

What was kept of the units is their share, by units, of what the credit of the case kept on the line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from returnledger import legal
from returnledger.cases import Case, CaseLine
from returnledger.decide import fee_of_item
from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.fees import fee_tax
from returnledger.findings import Finding, Phrase
from returnledger.money import ZERO, cumulative, round_to
from returnledger.policy import Chosen, FeeRow
from returnledger.policyfacts import fault_fact, policy_facts
from returnledger.roles import Role
from returnledger.stepfindings import step_refused
from returnledger.terms import Disposition, Kind

FOUND = "found"  # metadata of the postings that change a fee: the reason as found
_CREDITS = (Kind.RETURN.value, Kind.CREDIT_NOTE.value)


@dataclass(frozen=True, slots=True)
class FeeChange:
    """By how much the fee of units of a line changes: above nil where more is kept, tax apart."""

    net: Decimal
    tax: Decimal
    account: str  # of the fee
    chosen: Chosen

    @property
    def amount(self) -> Decimal:
        """What the customer gets less, tax included."""
        return self.net + self.tax


def fee_changes(pairs: Sequence[tuple[Facts, Decision]]) -> list[FeeChange | None]:
    """Return for each item of an inspection by how much its fee changes; None where nothing is decided anew."""
    done: dict[str, Decimal] = {}
    found: list[FeeChange | None] = []
    for facts, decision in pairs:
        units, known = _credited(facts, decision, done), _line(facts)
        if known is None or not units or facts.policy is None:
            found.append(None)
            continue
        before = done.get(known.line, ZERO)
        done[known.line] = before + units
        found.append(_change(facts, decision, known, before, units))
    return found


def _line(facts: Facts) -> CaseLine | None:
    now: Case | None = facts.now
    return now.line(facts.line.line) if now is not None and facts.line is not None else None


def _credited(facts: Facts, decision: Decision, done: dict[str, Decimal]) -> Decimal:
    """Return how many of the units that are looked at were credited, and stay with us: these before the others."""
    known = _line(facts)
    if getattr(facts.event.body, "found", None) is None or known is None:
        return ZERO
    if decision.disposition is Disposition.RETURN_TO_CUSTOMER:
        return ZERO
    left = max(ZERO, known.uninspected - known.waiting) - done.get(known.line, ZERO)
    return max(ZERO, min(facts.quantity or ZERO, left))


def _change(facts: Facts, decision: Decision, known: CaseLine, before: Decimal, units: Decimal) -> FeeChange:
    sale, policy = facts.sale, facts.policy
    assert sale is not None and policy is not None
    own = _of_units(facts, units)
    names = policy_facts(
        own, fault=fault_fact(own, decision.fault), amount=own.gross, condition=decision.condition.value
    )
    fee, _, chosen = fee_of_item(own, names, legal.bound(own, names))
    row: FeeRow | None = chosen.value
    tax = fee_tax(own, row, fee)
    kept, kept_tax, account = _kept(facts, known)
    seen = known.credited - known.kept - known.absent - known.awaited - max(ZERO, known.uninspected - known.waiting)
    whole = Fraction(known.credited)
    start, end = (Fraction(seen + n) / whole for n in (before, before + units))
    net_before = cumulative(Fraction(kept), start, end, sale.decimals)
    tax_before = cumulative(Fraction(kept_tax), start, end, sale.decimals)
    return FeeChange(fee - tax - net_before, tax - tax_before, account, chosen)


def _of_units(facts: Facts, units: Decimal) -> Facts:
    """Return the facts of an item for some of its units."""
    quantity, sale = facts.quantity or units, facts.sale
    if units == quantity or sale is None:
        return facts
    share = Fraction(units) / Fraction(quantity)
    credit = tuple(part.share(round_to(Fraction(part.amount) * share, sale.decimals)) for part in facts.credit)
    return replace(facts, quantity=units, credit=credit)


def _kept(facts: Facts, known: CaseLine) -> tuple[Decimal, Decimal, str]:
    """Return what the credits of the case kept on a line, without tax, its tax, and the account it is on."""
    net = tax = ZERO
    account = ""
    for entry in facts.now.entries if facts.now is not None else ():
        if entry.kind not in _CREDITS:
            continue
        for leg in entry.legs:
            if leg.line == known.line and leg.role == Role.RESTOCKING_FEE_REVENUE:
                net, account = net - leg.amount, leg.account
            elif leg.line == known.line and leg.role == Role.OUTPUT_VAT and leg.amount < 0:
                tax -= leg.amount
    return net, tax, account or facts.settings.account_for(Role.RESTOCKING_FEE_REVENUE)


def obstacles(pairs: Sequence[tuple[Facts, Decision]], changes: Sequence[FeeChange | None]) -> Iterator[Finding]:
    """Yield why a fee can't be decided anew."""
    for (facts, _), change in zip(pairs, changes, strict=True):
        if change is None or not (change.net or change.tax):
            continue
        row: FeeRow | None = change.chosen.value
        once = any(entry.told.get("order-fees") for entry in (facts.now.entries if facts.now else ()))
        obstacle = None
        if facts.order.exchange is not None:
            obstacle = Phrase("the goods were credited in another currency, and their fee would change")
        elif once or (row is not None and row.per == "order"):
            obstacle = Phrase("the goods are credited, and a fee of the whole order would change")
        if obstacle is not None:
            instead = Phrase("void the credit and post it again after the inspection, or leave `found` out")
            yield step_refused(facts, "found", obstacle, instead)
