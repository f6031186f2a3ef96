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
from decimal import Decimal

from returnledger.money import ZERO, plain
from returnledger.rows import Noted, shown
from returnledger.sales.allocation import Allocation
from returnledger.sales.drafts import NO_META, Draft
from returnledger.sales.postings import Flow, place_of, shown_at
from returnledger.sales.recognition import Recognition
from returnledger.sales.tax.rates import rate_of
from returnledger.sales.values import number_of

_CENT = Decimal("0.01")


def remarks(allocated: Sequence[tuple[Flow, Allocation]], selling: Sequence[Flow], how: Recognition) -> Iterator[Noted]:
    """Yield what was concluded about the order beyond its single amounts."""
    if len(selling) > 1:
        whole = [flow for flow in selling if flow.is_whole]
        if len(whole) > 1:
            first, last = (shown_at(flow.lines[0]) for flow in (whole[0], whole[-1]))
            yield "sold-in-parts", {"count": str(len(whole)), "where": first, "also": last}
    for flow, part in allocated:
        yield from _unread(flow, how)
        if not flow.priced:  # else prices may be in another currency than the books
            yield from _prices(part, how)
        if any(posting.price is not None for posting in flow.out):
            yield from _prices_on_goods(flow, part)
        bare = [draft for draft in part.drafts if not draft.lots and draft.gross]
        if not bare:
            continue
        for draft in bare:
            if not draft.quantity and draft.sold is None:
                yield "counted-as-one", {"sku": draft.sku, "where": shown_at(draft.source)}
        if flow.is_whole and not any(values.get("fields") == "commodity" for _, values in part.problems):
            yield from _apart(bare, [draft for draft in part.drafts if draft.source.cost is not None])


def _unread(flow: Flow, how: Recognition) -> Iterator[Noted]:
    """Yield the quantities, prices and rates in metadata that are no number."""
    quantity, price, rate = how.quantity, how.unit_price, how.tax_rate
    for posting in (*flow.out, *flow.revenue, *flow.tax):
        said = (posting.meta or NO_META).get
        if type(said(quantity)) is not str and type(said(price)) is not str and type(said(rate)) is not str:
            continue  # numbers, as nearly everywhere
        for key, read in ((quantity, number_of), (price, number_of), (rate, rate_of)):
            value = said(key)
            if isinstance(value, str) and read(value) is None:
                yield "metadata-unread", {"key": key, "text": value, "where": shown_at(posting)}


def _prices(part: Allocation, how: Recognition) -> Iterator[Noted]:
    """Yield the unit prices in metadata that are not what a line brought: before or after discount, with tax or without."""
    key = how.unit_price
    for draft in part.drafts:
        price, gross = draft.price, draft.gross
        if price is None or not gross:
            continue
        if len(gross) == 1 and draft.quantity and -gross[0].amount == price * draft.quantity:
            continue  # so are nearly all lines, of half a million
        if (draft.source.meta or NO_META).get(key) is None:
            continue
        counts = {draft.units, draft.quantity or draft.units, draft.invoiced or draft.units}
        if any(_brought(draft, price * count, count) for count in counts):
            continue
        yield _not_of_revenue(draft, key, f"{price:f}", shown_at(draft.source))


def _prices_on_goods(flow: Flow, part: Allocation) -> Iterator[Noted]:
    """Yield the prices after `@` on goods that are not what their line brought, where revenue was not shared by them."""
    if any(code.startswith("revenue-by-") for code, _ in part.inferred):
        return
    priced = {place_of(p): p for p in flow.out if p.price is not None and isinstance(p.price.number, Decimal)}
    for draft in part.drafts:
        own = [(priced.get(lot.place), lot.units) for lot in draft.lots]
        if not own or not draft.gross or draft.kits is not None:
            continue
        prices = [(p.price.number, units) for p, units in own if p and p.price.currency == draft.gross[0].currency]
        if len(prices) < len(own) or _brought(draft, sum([price * n for price, n in prices], ZERO), draft.units):
            continue
        said = ", ".join(dict.fromkeys(f"{price:f}" for price, _ in prices))
        yield _not_of_revenue(draft, "@", said, shown(draft.lots[0].place))


def _brought(draft: Draft, worth: Decimal, units: Decimal) -> bool:
    """Return True if a line brought `worth`: before or after discount, with tax or without."""
    tax = -sum([each.amount for each in draft.tax], ZERO)
    sums = (draft.amount, draft.net, draft.amount + tax, draft.net + tax)
    return any(abs(worth - each) <= _CENT * (units + 1) for each in sums)


def _not_of_revenue(draft: Draft, key: str, price: str, where: str) -> Noted:
    values = {"sku": draft.sku, "price": price, "where": where, "key": key, "revenue": f"{draft.amount:f}"}
    return "price-not-of-revenue", {**values, "units": plain(draft.units), "other": shown(draft.gross[0].place)}


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
