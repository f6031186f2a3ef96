"""Goods that were credited and are still to come: their cost waits on the return asset, line by line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from returnledger.events import Item
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase
from returnledger.legs import Leg
from returnledger.money import ZERO, plain, round_to
from returnledger.roles import Role
from returnledger.stepfindings import step_refused
from returnledger.terms import Disposition


@dataclass(frozen=True, slots=True)
class Absent:
    """Units of a line that were credited and will not come in, with the cost that waits for them."""

    line: str
    sku: str
    units: Decimal
    amount: Decimal
    currency: str

    def told(self, to: Disposition) -> dict[str, str | Decimal]:
        """Return the metadata that says how many units will not come, and what became of them."""
        return {"sku": self.sku, "absent": self.units, "disposition": to.value}


def absent(facts: Facts) -> tuple[list[Absent], list[Finding]]:
    """Return the units of a case that an event gives up: those its items name, without items all that are awaited."""
    case = facts.now
    found: list[Absent] = []
    findings: list[Finding] = []
    items: tuple[Item | None, ...] = facts.event.items or (None,)
    for index, item in enumerate(items):
        lines = [line for line in case.lines if line.awaited and _fits(item, line.line, line.sku)] if case else []
        here = sum((line.awaited for line in lines), ZERO)
        asked = item.qty if item is not None and isinstance(item.qty, Decimal) else here
        if not 0 < asked <= here:
            findings.append(_short(facts, index, asked, here))
            continue
        for line in lines:
            units = min(asked, line.awaited)
            asked -= units
            for currency in (
                {row[2] for row in case.clearing if row[:2] == (_ASSET, line.line)} if units and case else ()
            ):
                waits = case.open_on(Role.RETURN_ASSET, line.line, currency) if case else ZERO
                share = round_to(Fraction(waits) * Fraction(units) / Fraction(line.awaited), facts.decimals)
                found.append(Absent(line.line, line.sku, units, share, currency))
    return found, findings


_ASSET = Role.RETURN_ASSET.value


def _fits(item: Item | None, line: str, sku: str) -> bool:
    return item is None or (item.sku in (None, sku) and item.line in (None, line))


def _short(facts: Facts, index: int, asked: Decimal, here: Decimal) -> Finding:
    said = {"asked": plain(asked), "here": plain(here), "case": facts.event.reference}
    obstacle = Phrase("{asked} units are given up; {here} are credited and still to come", said)
    instead = Phrase("`returnledger show {case}` shows what is awaited", said)
    return step_refused(replace(facts, index=index), "qty", obstacle, instead)


def awaited(facts: Facts, each: Absent) -> Leg:
    """Return the leg that takes the cost that waits for units off the return asset, as it was posted there."""
    accounts = [
        leg.account
        for entry in (facts.now.entries if facts.now else ())
        for leg in entry.legs
        if leg.role == _ASSET and leg.line == each.line and leg.amount > 0
    ]
    account = accounts[0] if accounts else facts.settings.account_for(Role.RETURN_ASSET)
    return Leg(_ASSET, account, -each.amount, each.currency, each.line)
