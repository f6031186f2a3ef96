"""Goods of a sale that came in again by entries that are not ours.

    2026-02-05 * "Ann" "One came back" ^inv-1001
      Assets:Inventory          1 MUG {30 CNY, 2026-01-02}
      Expenses:COGS        -30.00 CNY

They are dealt to the lines of their SKU in order, and told with their place. More of them than were sold are no return: a
purchase or another order's goods stand under the order by mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal

from returnledger.money import ZERO, plain
from returnledger.rows import Noted, SaleLine
from returnledger.sales.drafts import NO_META
from returnledger.sales.postings import Flow, Posting, shown_at
from returnledger.sales.recognition import Recognition
from returnledger.sales.values import text_of


def came_back(flows: Iterable[Flow], sold: date) -> list[Posting]:
    """Return the goods that came in under the order of a sale since, in entries in which none went out."""
    return [p for flow in flows if flow.back and not flow.out and flow.transactions[0].date >= sold for p in flow.back]


def returned(came: Iterable[Posting], lines: Sequence[SaleLine], how: Recognition) -> dict[str, Decimal]:
    """Return the units per line of goods that came back; what is more than was sold stands with the last of their lines.

    Of a kit whose components came back in part, the whole counts: what is left of it is no kit any more.
    """
    found: dict[str, Decimal] = {}
    broken: dict[tuple[str, str], Decimal] = {}  # kits that a component came back of, in part or whole
    for posting in came:
        commodity, units = posting.units.currency, posting.units.number
        mates = named(text_of((posting.meta or NO_META).get(how.line)), lines)
        mates = mates or [line for line in lines if line.commodity == commodity]
        kit = next((line for line in mates or lines if line.is_kit and _has(line, commodity)), None)
        if kit is not None:
            per_kit = sum([lot.units for lot in kit.lots if lot.commodity == commodity], ZERO) / kit.units
            broken[kit.line, commodity] = broken.get((kit.line, commodity), ZERO) + units / per_kit
            continue
        left = deal_back(units, mates, found)
        if left and mates:
            found[mates[-1].line] = found.get(mates[-1].line, ZERO) + left
    for (name, _), kits in broken.items():
        found[name] = max(found.get(name, ZERO), kits.to_integral_value(ROUND_CEILING))
    return found


def named(name: str, lines: Iterable[SaleLine]) -> list[SaleLine]:
    """Return the lines of a name, none where there is no name."""
    return [line for line in lines if name and line.line == name]


def deal_back(units: Decimal, lines: Iterable[SaleLine], found: dict[str, Decimal]) -> Decimal:
    """Add units that came back to the lines in their order, each up to what it sold; return what is left over."""
    for line in lines:
        n = min(units, line.units - found.get(line.line, ZERO))
        if n > 0:
            found[line.line] = found.get(line.line, ZERO) + n
            units -= n
    return units


def _has(line: SaleLine, commodity: str) -> bool:
    return any(lot.commodity == commodity for lot in line.lots)


def tell_returned(
    came: Sequence[Posting], lines: Iterable[SaleLine], back: Mapping[str, Decimal]
) -> tuple[list[Noted], list[Noted]]:
    """Return the lines of which more came back by hand than was sold, as problems, and the others, to be told."""
    problems: list[Noted] = []
    told: list[Noted] = []
    for line in lines:
        units = back.get(line.line)
        if not units:
            continue
        goods = {line.commodity, *(lot.commodity for lot in line.lots)}
        first = next((p for p in came if p.units.currency in goods), came[0])
        said = {"line": line.line, "skus": line.sku, "units": plain(units), "where": shown_at(first)}
        if units > line.units:
            sale = f"{line.place.file}:{line.place.line}"
            problems.append(("more-back-by-hand", {**said, "sold": plain(line.units), "also": sale}))
        else:
            told.append(("returned-by-hand", said))
    return problems, told
