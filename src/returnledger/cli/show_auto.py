"""Shows how `return: auto` chose: the sales it takes units from, those that would have done as well, and their cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from returnledger.cli.layout import columns, place, section
from returnledger.facts import Match
from returnledger.i18n import N_, _
from returnledger.money import plain, show
from returnledger.planned import PlannedEvent

_HEADS = ("SKU", N_("order"), N_("date"), N_("still out"), N_("taken"), N_("unit cost"), N_("difference"))
_SHOWN = 10  # sales of one item; the rest is counted
_WHY_NOT = {
    "unreadable": N_("can't be read"),
    "no_stock": N_("no stock"),
    "other_sku": N_("another SKU"),
    "other_currency": N_("another currency"),
}


def auto_lines(planned: PlannedEvent) -> list[str]:
    """Return the sales that each item of the event was found in; nothing where the event names its order."""
    lines: list[str] = []
    for sku, matches in found(planned):
        rows = [tuple(_(head) for head in _HEADS), *(_row(sku, match) for match in matches[:_SHOWN])]
        lines += columns(rows, right=(3, 4, 5, 6))
        if len(matches) > _SHOWN:
            lines.append("  " + _("and {n} more").format(n=len(matches) - _SHOWN))
    return section(_("Sales found for {id}, the most recent first").format(id=planned.id), lines)


def found(planned: PlannedEvent) -> Iterator[tuple[str, tuple[Match, ...]]]:
    """Yield each item's SKU with the sale lines that it could come from, in the order of choice."""
    seen: set[int] = set()
    for facts in planned.facts:
        if facts.auto_matches and facts.index not in seen:
            seen.add(facts.index)
            yield facts.item.sku or "" if facts.item else "", facts.auto_matches


def _row(sku: str, match: Match) -> tuple[str, ...]:
    difference = ""
    if match.why_not:
        difference = _(_WHY_NOT[match.why_not])
    elif match.difference is not None and not match.taken:
        sign = "+" if match.difference > 0 else ""
        difference = sign + show(match.difference, match.cost_currency)
    cost = "" if match.unit_cost is None else show(match.unit_cost, match.cost_currency)
    taken = plain(match.taken) if match.taken else ""
    return (sku, match.order, match.date.isoformat(), plain(match.left), taken, cost, difference)


def auto_data(planned: PlannedEvent) -> list[dict[str, Any]]:
    """Return the same as records; amounts are text with a currency."""
    return [
        {
            "sku": sku,
            "chosen": [_record(match) for match in matches if match.taken],
            "alternatives": [_record(match) for match in matches if not match.taken],
        }
        for sku, matches in found(planned)
    ]


def _record(match: Match) -> dict[str, Any]:
    def cost(amount: Any) -> str | None:
        return None if amount is None else f"{show(amount, match.cost_currency)} {match.cost_currency}"

    return {
        "order": match.order,
        "line": match.line,
        "date": match.date.isoformat(),
        "left": plain(match.left),
        "taken": plain(match.taken),
        "price_incl_tax": f"{show(match.price_incl_tax, match.currency)} {match.currency}",
        "unit_cost": cost(match.unit_cost),
        "difference": cost(match.difference),
        "why_not": match.why_not or None,
        "place": place(match.place),
    }
