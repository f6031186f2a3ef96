"""What a line says of itself that can't be true at once, with both places; and the pack it was counted in."""

from __future__ import annotations

from returnledger.money import plain
from returnledger.rows import shown
from returnledger.sales.drafts import Draft
from returnledger.sales.postings import shown_at
from returnledger.sales.tied import Tied


def contradictions(draft: Draft, tied: Tied) -> None:
    """Add what the quantity of a line with goods, and its commodities, say against each other."""
    if draft.quantity and draft.kits is None and draft.sold is None and draft.invoiced is None:
        units = draft.units
        if units != draft.quantity:
            _quantities(draft, tied)
    if draft.kits is None and len(draft.lots) > 1 and len({lot.commodity for lot in draft.lots}) > 1:
        commodities = ", ".join(sorted({lot.commodity for lot in draft.lots}))
        values = {"skus": commodities, "fields": "line, sku", "where": shown_at(draft.source)}
        tied.problems.append(("facts-missing", values))


def _quantities(draft: Draft, tied: Tied) -> None:
    """Say that a quantity counts packs, or that it fits the units in no way."""
    units, quantity = draft.units, draft.quantity
    assert quantity is not None
    place = draft.lots[0].place
    values = {"sku": draft.sku, "where": shown_at(draft.source)}
    if units % quantity == 0:
        tied.inferred.append(("sold-in-packs", {**values, "units": plain(units / quantity)}))
    elif quantity % units:
        other = shown(place) or values["where"]
        said = {"line": draft.name or "", "units": plain(units), "quantity": plain(quantity), "other": other}
        tied.problems.append(("quantities-disagree", {**values, **said}))
