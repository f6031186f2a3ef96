"""What a line says of itself that can't be true at once, with both places; and the pack it was counted in."""

from __future__ import annotations

from returnledger.money import plain
from returnledger.rows import LotUnits, shown
from returnledger.sales.allocation import Allocation
from returnledger.sales.drafts import Draft
from returnledger.sales.postings import shown_at


def contradictions(draft: Draft, allocation: Allocation) -> None:
    """Add what the quantity of a line with goods, and its commodities, say against each other."""
    if draft.quantity is not None and draft.kits is None and draft.sold is None and draft.invoiced is None:
        units = draft.units
        if units != draft.quantity:
            _quantities(draft, allocation)
    if draft.kits is None and len(draft.lots) > 1 and len({lot.commodity for lot in draft.lots}) > 1:
        commodities = ", ".join(sorted({lot.commodity for lot in draft.lots}))
        other = next(lot for lot in draft.lots if lot.commodity != draft.lots[0].commodity)
        values = {"skus": commodities, "where": _at(draft.lots[0], draft), "also": _at(other, draft)}
        allocation.problems.append(("kit-or-lines", values))


def discount_above_revenue(draft: Draft, allocation: Allocation) -> None:
    """Add that a line's discount is more than it brought, with both places."""
    if draft.net >= 0 or not draft.gross or not draft.own:
        return
    where, also = shown(draft.gross[0].place), shown(draft.own[0].place)
    said = {"skus": draft.sku, "revenue": f"{draft.amount:f}", "discount": f"{draft.amount - draft.net:f}"}
    allocation.problems.append(("discount-above-revenue", {**said, "where": where, "also": also}))


def _at(lot: LotUnits, draft: Draft) -> str:
    return shown(lot.place) or shown_at(draft.source)


def _quantities(draft: Draft, allocation: Allocation) -> None:
    """Say that a quantity counts packs, or that it fits the units in no way."""
    units, quantity = draft.units, draft.quantity
    assert quantity is not None
    values = {"sku": draft.sku, "where": shown_at(draft.source)}
    if quantity and units % quantity == 0:
        allocation.inferred.append(("sold-in-packs", {**values, "units": plain(units / quantity)}))
    elif not quantity or quantity % units:
        other = _at(draft.lots[0], draft)
        said = {"line": draft.name or "", "units": plain(units), "quantity": plain(quantity), "other": other}
        allocation.problems.append(("quantities-disagree", {**values, **said}))
