"""Sales whose postings name their line or their SKU in metadata, as shop systems write them.

Each revenue posting says `sku`, or `line`, or both; so do the postings of stock and cost. A line is what shares a
`line`, else a `sku`. The same SKU sold twice in one order without `line` makes two lines, and the lots are dealt to
them in order of posting, by the `qty` of their revenue.

    2026-01-05 * "Customer 7" "Invoice 1001" ^inv-1001
      Assets:Receivable        113.00 CNY
      Income:Sales            -100.00 CNY
        line: 1
        sku: "MUG"
        qty: 2
      Liabilities:Output-VAT   -13.00 CNY
      Expenses:COGS             60.00 CNY
        sku: "MUG"
      Assets:Inventory:MUG         -2 MUG {30 CNY, 2026-01-03}
        sku: "MUG"
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from returnledger.money import ZERO
from returnledger.rows import LotUnits
from returnledger.sales.drafts import NO_META, Draft, earn, read_metadata, take
from returnledger.sales.postings import Flow, Posting, Recognition
from returnledger.sales.values import text_of


def drafts(flow: Flow, recognition: Recognition) -> list[Draft] | None:
    """Return the lines that the postings name, None where a revenue posting names none."""
    line_key, sku_key = recognition.line, recognition.sku
    day = flow.transactions[0].date
    made: list[Draft] = []
    named: dict[str, _Line] = {}
    loose: dict[str, _Line] = {}  # by SKU
    for posting in flow.lines:
        meta = posting.meta or NO_META
        is_stock = posting.cost is not None
        if line_key in meta:
            name = text_of(meta[line_key])
            sku = recognition.sku_of(posting) if is_stock else text_of(meta.get(sku_key))
            found = named.get(name)
            if found is None:
                found = named[name] = _Line(len(made))
                made.append(Draft(name, sku, posting))
            elif not made[found.place].sku:
                made[found.place].sku = sku
        elif is_stock or sku_key in meta:
            sku = recognition.sku_of(posting) if is_stock else text_of(meta[sku_key])
            found = loose.get(sku)
            if found is None:
                found = loose[sku] = _Line(len(made))
        else:
            return None
        (found.stock if is_stock else found.revenue).append(posting)
    for line in named.values():
        _fill(made[line.place], line.revenue, line.stock, day, recognition)
    for sku, line in reversed(loose.items()):
        mates = [draft for draft in made if draft.sku == sku]
        if mates:
            _attach(mates, line.revenue, line.stock, day, recognition)
        else:
            made[line.place : line.place] = _new(sku, line.revenue, line.stock, day, recognition)
    return made if flow.revenue else None


class _Line:
    """The postings of one line, and its place among the lines."""

    __slots__ = ("place", "revenue", "stock")

    def __init__(self, place: int) -> None:
        self.place = place
        self.revenue: list[Posting] = []
        self.stock: list[Posting] = []


def _fill(draft: Draft, revenue: list[Posting], stock: list[Posting], day: date, recognition: Recognition) -> None:
    for posting in stock:
        take(draft, posting, day, recognition)
    for posting in revenue:
        earn(draft, posting)
    draft.source = (revenue or stock)[0]
    read_metadata(draft, revenue, recognition)
    if draft.quantity is None:
        price = draft.price
        read_metadata(draft, stock, recognition)
        draft.price = price if price is not None else draft.price


def _new(sku: str, revenue: list[Posting], stock: list[Posting], day: date, recognition: Recognition) -> list[Draft]:
    """Return the lines of one SKU that no `line` tells apart: one, or as many as there are revenue postings."""
    if len(revenue) < 2:
        draft = Draft(None, sku, (revenue or stock)[0])
        _fill(draft, revenue, stock, day, recognition)
        return [draft]
    made = []
    for posting in revenue:
        draft = Draft(None, sku, posting)
        _fill(draft, [posting], [], day, recognition)
        made.append(draft)
    _deal(made, stock, day, recognition)
    return made


def _attach(
    mates: list[Draft], revenue: list[Posting], stock: list[Posting], day: date, recognition: Recognition
) -> None:
    """Give postings that name only the SKU to the lines that have it: stock by quantity, revenue in order of posting."""
    poor = [mate for mate in mates if not mate.gross] or mates
    for i, posting in enumerate(revenue):
        mate = poor[min(i, len(poor) - 1)]
        earn(mate, posting)
        if mate.quantity is None:
            read_metadata(mate, [posting], recognition)
            mate.source = posting
    if stock:
        _deal([mate for mate in mates if not mate.lots] or mates[-1:], stock, day, recognition)


def _deal(mates: list[Draft], stock: Sequence[Posting], day: date, recognition: Recognition) -> None:
    """Deal lots to lines in order of posting, each line up to its quantity, the last one what is left."""
    if len(stock) == len(mates) and any(mate.quantity is None for mate in mates):
        for mate, posting in zip(mates, stock):
            take(mate, posting, day, recognition)
        return
    pile = Draft(None, "", mates[0].source)
    for posting in stock:
        take(pile, posting, day, recognition)
    left = pile.lots
    for i, mate in enumerate(mates):
        wanted = sum([lot.units for lot in left], ZERO) if i == len(mates) - 1 else (mate.quantity or ZERO)
        part, left = split(left, wanted)
        mate.lots.extend(part)


def split(lots: list[LotUnits], units: Decimal) -> tuple[list[LotUnits], list[LotUnits]]:
    """Return the first `units` of the lots, and what is left of them."""
    first: list[LotUnits] = []
    rest: list[LotUnits] = []
    for lot in lots:
        n = min(lot.units, units)
        units -= n
        if n:
            first.append(LotUnits(lot.account, lot.commodity, lot.lot, n, lot.place))
        if lot.units > n:
            rest.append(LotUnits(lot.account, lot.commodity, lot.lot, lot.units - n, lot.place))
    return first, rest
