"""Goods that came in again by entries that are not ours are said with their place.

    2026-02-05 * "Ann" "One came back" ^inv-1001
      Assets:Inventory          1 MUG {30 CNY, 2026-01-02}
      Expenses:COGS        -30.00 CNY

More of them than were sold are no return: a purchase or another order's goods stand under the order by mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from returnledger.money import plain
from returnledger.rows import Noted, SaleLine
from returnledger.sales.postings import Flow, shown_at


def goods_back(
    flows: Iterable[Flow], sold: date, lines: Iterable[SaleLine], back: Mapping[str, Decimal]
) -> tuple[list[Noted], list[Noted]]:
    """Return the lines of which more came back by hand than was sold, as problems, and the others, to be told."""
    came = [p for flow in flows if flow.back and flow.transactions[0].date >= sold and not flow.out for p in flow.back]
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
