"""What is concluded about a sale as a whole: several sales under one name, goods without revenue, units nobody counted.

    2026-02-01 * "Ann" "Invoice" ^inv-1001
      Assets:Receivable    100.00 CNY
      Income:Sales        -100.00 CNY
        sku: "MUG-BLUE"
      Expenses:COGS         30.00 CNY
      Assets:Inventory         -1 CUP {30 CNY}

Nothing ties the cup to what was sold as a blue mug: they are taken for two lines, and whoever reads the plan is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.rows import Noted
from returnledger.sales.drafts import Draft
from returnledger.sales.postings import Flow, shown_at
from returnledger.sales.tied import Tied


def remarks(tied: Sequence[tuple[Flow, Tied]], selling: Sequence[Flow]) -> Iterator[Noted]:
    """Yield what was concluded about the order beyond its single amounts."""
    if len(selling) > 1:
        whole = [flow for flow in selling if flow.is_whole]
        if len(whole) > 1:
            first, last = (shown_at(flow.lines[0]) for flow in (whole[0], whole[-1]))
            yield "sold-in-parts", {"count": str(len(whole)), "where": first, "also": last}
    for flow, part in tied:
        bare = [draft for draft in part.drafts if not draft.lots and draft.gross]
        if not bare:
            continue
        for draft in bare:
            if not draft.quantity and draft.sold is None:
                yield "counted-as-one", {"sku": draft.sku, "where": shown_at(draft.source)}
        if flow.is_whole and not any(values.get("fields") == "commodity" for _, values in part.problems):
            yield from _apart(bare, [draft for draft in part.drafts if draft.source.cost is not None])


def _apart(bare: Sequence[Draft], free: Sequence[Draft]) -> Iterator[Noted]:
    """Yield that goods and revenue of one sale do not belong to each other, where each could be the other's."""
    if free:
        skus, goods = (", ".join(draft.sku for draft in drafts) for drafts in (bare, free))
        yield (
            "goods-without-revenue",
            {
                "sku": f"{skus}, {goods}",
                "skus": skus,
                "goods": goods,
                "where": shown_at(bare[0].source),
                "other": shown_at(free[0].source),
            },
        )
