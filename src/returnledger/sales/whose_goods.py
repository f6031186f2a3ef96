"""Finds whose goods are those that name no SKU, where the revenue of a sale has SKUs that no goods have.

They are tied where one way only is left: one of each, or quantities, or else prices on the goods, that fit one way only.
What can't be told is a problem of the sale, and the products file settles it: `mug-red: {commodity: MUG}`.

    2026-03-01 * "Ann" "Order" ^inv-1001
      Assets:Bank               30.00 EUR
      Income:Sales             -10.00 EUR
        sku: "mug-red"
        qty: 2
      Income:Sales             -20.00 EUR
        sku: "book/hardcover"
        qty: 1
      Expenses:COGS             15.00 EUR
      Assets:Inventory             -2 MUG {4.00 EUR}
      Assets:Inventory             -1 BOOK {7.00 EUR}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from returnledger.money import ZERO
from returnledger.products import commodity_of
from returnledger.sales.drafts import NO_META, Draft, read_metadata
from returnledger.sales.postings import Flow, Posting, shown_at
from returnledger.sales.recognition import Recognition
from returnledger.sales.values import number_of

_HALF_A_CENT = Decimal("0.005")

Edges = Mapping[str, Sequence[int]]  # by goods, the lines that they may be of


def whose(
    lines: Sequence[tuple[str, Sequence[Posting]]],
    goods: Mapping[str, Sequence[Posting]],
    flow: Flow,
    recognition: Recognition,
    beside: Sequence[Posting] = (),
) -> dict[str, int]:
    """Return by goods the place of the line among `lines`, of SKU and revenue, that they are of.

    Goods that are of none of these are left out, as are those of the revenue `beside`, which names no SKU: it may have
    any goods that are not just the units or the price of a line. What stays open is added to the problems of the flow.
    """
    edges: Edges = {each: [n for n, (sku, _) in enumerate(lines) if _may_be(sku, each, recognition)] for each in goods}
    edges = {each: found for each, found in edges.items() if found}
    if not edges:
        return {}
    counted = [_quantity(revenue, recognition) for _, revenue in lines]
    units = {each: -sum([p.units.number for p in goods[each]], ZERO) for each in edges}
    asked = {n for found in edges.values() for n in found}
    alone = len(edges) == 1 and len(asked) == 1

    def counts(each: str, n: int) -> bool:
        number = counted[n]
        return number is None or units[each] == number or bool(alone and number and not units[each] % number)

    fitting = {each: [n for n in found if counts(each, n)] for each, found in edges.items()}
    if beside:
        told = {each: any(counted[n] == units[each] for n in found) for each, found in fitting.items()}
        open_to = {each: [*found, *([] if told[each] else [len(lines)])] for each, found in fitting.items()}
        lines = [*lines, ("", beside)]
        fitting = {each: found for each, found in open_to.items() if found != [len(lines) - 1]}
        if not fitting:
            return {}
    priced = {each: [n for n in fitting[each] if _pays(lines[n][1], goods[each], recognition)] for each in fitting}
    owners = _only(fitting) or _only(priced)
    if not owners:
        _ask([lines[n] for n in sorted(asked)], {each: goods[each] for each in edges}, flow)
    owners = {each: n for each, n in owners.items() if lines[n][0]}
    for each, n in owners.items():
        values = {"sku": lines[n][0], "goods": each, "where": shown_at(goods[each][0])}
        flow.inferred.append(("goods-by-fit", values))
    return owners


def _may_be(sku: str, goods: str, recognition: Recognition) -> bool:
    """Return False where the products file says that a SKU has no goods, or that it or the goods are of another."""
    commodity, owner = recognition.commodities.get(sku), recognition.skus.get(goods)
    if sku in recognition.stockless or (commodity and owner):
        return False
    return commodity in (None, commodity_of(sku)) and owner in (None, goods)


def _quantity(revenue: Sequence[Posting], recognition: Recognition) -> Decimal | None:
    """Return how many units the revenue of a line says it is for, None where it does not."""
    said = Draft(None, "", revenue[0])
    read_metadata(said, revenue, recognition)
    return None if said.quantity is None else abs(said.quantity)


def _pays(revenue: Sequence[Posting], goods: Sequence[Posting], recognition: Recognition) -> bool:
    """Return True if what a line brought is what the goods come to at the prices that stand on them."""
    worth = ZERO
    for posting in goods:
        price = number_of((posting.meta or NO_META).get(recognition.unit_price))
        if price is None and posting.price is not None and isinstance(posting.price.number, Decimal):
            price = posting.price.number
        if price is None:
            return False
        worth -= price * posting.units.number
    return abs(worth + sum([p.units.number for p in revenue], ZERO)) <= _HALF_A_CENT


def _only(edges: Edges) -> dict[str, int]:
    """Return the only way to give all goods a line of their own, nothing where there is none or several.

    Where there is one only, some goods have always one line left.
    """
    found: dict[str, int] = {}
    if len({n for lines in edges.values() for n in lines}) != len(edges):
        return {}
    left = {each: set(lines) for each, lines in edges.items()}
    while left:
        each = next((each for each, lines in left.items() if len(lines) == 1), None)
        if each is None:
            return {}
        (found[each],) = taken = left.pop(each)
        for lines in left.values():
            lines -= taken
    return found


def _ask(lines: Sequence[tuple[str, Sequence[Posting]]], goods: Mapping[str, Sequence[Posting]], flow: Flow) -> None:
    """Add to the problems of a flow that it is not known whose the goods are."""
    named = [sku for sku, _ in lines]
    values = {
        "fields": "commodity",
        "skus": ", ".join([*named, *goods]),
        "named": ", ".join(named),
        "goods": ", ".join(goods),
        "sku": named[0],
        "commodity": next(iter(goods)),
        "where": shown_at(lines[0][1][0]),
        "also": shown_at(next(iter(goods.values()))[0]),
    }
    if ("facts-missing", values) not in flow.problems:
        flow.problems.append(("facts-missing", values))
