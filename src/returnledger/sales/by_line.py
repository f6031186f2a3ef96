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

from returnledger.products import commodity_of
from returnledger.rows import Noted
from returnledger.sales.dealing import attach, fill, lines_of
from returnledger.sales.drafts import NO_META, Draft
from returnledger.sales.postings import Flow, Posting, shown_at
from returnledger.sales.recognition import Recognition
from returnledger.sales.values import text_of
from returnledger.sales.whose_goods import whose


def drafts(flow: Flow, recognition: Recognition, beside: Sequence[Posting] = ()) -> list[Draft] | None:
    """Return the lines that the postings name, None where a revenue posting names none.

    `beside` is revenue of the sale that names no line and was left out: goods may be its own.
    """
    line_key, sku_key = recognition.line, recognition.sku
    made: list[Draft] = []
    named: dict[str, _Line] = {}
    loose: dict[str, _Line] = {}  # by SKU
    for posting in flow.lines:
        meta = posting.meta or NO_META
        is_stock = posting.cost is not None
        name = meta.get(line_key, "")
        if type(name) is not str:
            name = text_of(name)
        if name:
            found = named.get(name)
            if found is None or not made[found.place].sku:
                sku = recognition.sku_of(posting) if is_stock else text_of(meta.get(sku_key))
                if found is None:
                    found = named[name] = _Line(len(made))
                    made.append(Draft(name, sku, posting))
                else:
                    made[found.place].sku = sku
            elif found.revenue and not is_stock and not _agree(found.revenue[0], posting, recognition):
                flow.problems.append(_two_in_one(name, found.revenue[0], posting, recognition))
        elif is_stock or meta.get(sku_key):
            sku = recognition.sku_of(posting) if is_stock else text_of(meta[sku_key])
            found = loose.get(sku)
            if found is None:
                found = loose[sku] = _Line(len(made))
        else:
            return None
        (found.stock if is_stock else found.revenue).append(posting)
    half = any(not line.revenue or not line.stock for line in (*named.values(), *loose.values()))
    if half and not _paired(made, named, loose, flow, recognition, beside):
        return None
    for line in named.values():
        fill(made[line.place], line.revenue, line.stock, flow, recognition)
    for sku, line in reversed(loose.items()):
        mates = [draft for draft in made if draft.sku == sku]
        if mates:
            attach(mates, line.revenue, line.stock, flow, recognition)
        else:
            made[line.place : line.place] = lines_of(sku, line.revenue, line.stock, flow, recognition)
    return made


def _paired(
    made: list[Draft],
    named: dict[str, _Line],
    loose: dict[str, _Line],
    flow: Flow,
    recognition: Recognition,
    beside: Sequence[Posting],
) -> bool:
    """Give goods that name no SKU to the revenue that is theirs under another name; return False where it can't be told.

    A commodity made from the SKU is that SKU's. Goods in a sale of one line only are that line's: a kit, or a SKU that
    the books keep under a commodity of their own. Of several lines they are those that they fit one way only.
    """
    bare = {
        sku: line
        for sku, line in loose.items()
        if not line.revenue and not any(recognition.sku in (p.meta or NO_META) for p in line.stock)
    }
    lines = [(made[line.place].sku, line) for line in named.values()]
    lines += [(sku, line) for sku, line in loose.items() if sku not in bare]
    for sku, line in lines:
        commodity = commodity_of(sku) if sku and line.revenue and not line.stock else ""
        if commodity in bare and commodity != sku:
            line.stock += bare.pop(commodity).stock
            del loose[commodity]
    bare = {goods: line for goods, line in bare.items() if not any(goods == sku for sku, _ in lines)}
    if bare and len(lines) == 1 and not lines[0][1].stock and not beside:
        sku, line = lines[0]
        for goods, own in bare.items():
            line.stock += own.stock
            del loose[goods]
        if not sku and named:
            made[line.place].sku = next(iter(bare))
            return len(bare) == 1
        values = {"sku": sku, "goods": ", ".join(bare), "where": shown_at(line.stock[0])}
        flow.inferred.append(("goods-of-the-line", values))
        return True
    if not bare:
        return True
    if not all(sku for sku, _ in lines):
        return False
    waiting = [(sku, line) for sku, line in lines if line.revenue and not line.stock]
    by_goods = {goods: line.stock for goods, line in bare.items()}
    owners = whose([(sku, line.revenue) for sku, line in waiting], by_goods, flow, recognition, beside)
    for goods, n in owners.items():
        waiting[n][1].stock += loose.pop(goods).stock
    return True


def _agree(first: Posting, other: Posting, recognition: Recognition) -> bool:
    """Return True unless two postings of one line name two SKUs."""
    skus = {text_of((posting.meta or NO_META).get(recognition.sku)) for posting in (first, other)} - {""}
    return len(skus) < 2


def _two_in_one(name: str, first: Posting, other: Posting, recognition: Recognition) -> Noted:
    """Return the problem of one line that is two SKUs, with both places."""
    skus = [text_of((posting.meta or {}).get(recognition.sku)) for posting in (first, other)]
    values = {"line": name, "skus": ", ".join(skus), "where": shown_at(first), "also": shown_at(other)}
    return "line-twice", values


class _Line:
    """The postings of one line, and its place among the lines."""

    __slots__ = ("place", "revenue", "stock")

    def __init__(self, place: int) -> None:
        self.place = place
        self.revenue: list[Posting] = []
        self.stock: list[Posting] = []
