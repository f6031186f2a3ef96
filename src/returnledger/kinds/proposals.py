"""Whether an approval of scrap names the goods that were proposed: it settles the proposal, whole and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from returnledger.context import Context, units_of
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase
from returnledger.money import ZERO, plain
from returnledger.piles import counted, items_of
from returnledger.roles import Role
from returnledger.stepfindings import step_refused


def _proposed(facts: Facts) -> dict[str, Decimal]:
    """Return by SKU how many units were proposed to be scrapped and wait for approval."""
    units: dict[str, Decimal] = {}
    for entry in facts.now.entries if facts.now else ():
        waits = [leg for leg in entry.legs if leg.role == Role.PENDING_ASSET_LOSS]
        if any(leg.amount < 0 for leg in waits):
            units = {}  # an approval settles all that waited
        for _, item in items_of(entry) if any(leg.amount > 0 for leg in waits) else ():
            units[item["sku"]] = units.get(item["sku"], ZERO) + counted(item, "disposed")
    return units


def not_as_proposed(facts: Facts, context: Context) -> Iterator[Finding]:
    """Yield that an approval names other goods than were proposed: it settles the proposal, whole and nothing else."""
    named = [item for item in facts.event.items if item.sku or item.qty is not None or item.lot or item.serial]
    waits = _proposed(facts)
    asked: dict[str, Decimal] = {}
    for item in named:
        sku = item.sku or (next(iter(waits)) if len(waits) == 1 else "")
        units = waits.get(sku, ZERO) if item.qty in (None, "all") else units_of(item, sku, context) or ZERO
        asked[sku] = asked.get(sku, ZERO) + units
    if named and asked != waits:
        known = [Phrase("{units} {sku}", {"units": plain(units), "sku": sku}) for sku, units in waits.items()]
        yield step_refused(
            facts,
            "qty",
            Phrase(
                "{goods} were proposed to be scrapped and wait for approval: all of them, or none", {"goods": known}
            ),
            Phrase(
                "write `dispose: {case}, stage: approved` without goods; leave `stage` out to scrap others",
                {"case": facts.event.reference},
            ),
        )
