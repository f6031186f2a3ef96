"""Components of a kit that come back without the rest of it.

A component is a line of its own, made for the return: its units and lots are those still out, its money the share that
their cost has in what is left of the kit, or the price that the event gives. Entries name it by the line of the kit and
the commodity, `1/CUP`.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from dataclasses import replace
from decimal import Decimal

from returnledger.facts import Facts
from returnledger.history import LineHistory
from returnledger.linefacts import with_step
from returnledger.lots import lot_key
from returnledger.money import ZERO
from returnledger.rows import PART_OF, Part, SaleLine
from returnledger.settings import Products


def components(history: LineHistory, products: Products, *, even_gone: bool = False) -> Iterator[SaleLine]:
    """Yield the components of a kit, each as a line of its own; those with no unit out any more only if asked for."""
    line = history.line
    if not line.is_kit:
        return
    left = history.lots_left()
    for commodity in dict.fromkeys(lot.commodity for lot in line.lots):
        lots = tuple(lot for lot in left if lot.commodity == commodity)
        units = sum((lot.units for lot in lots), ZERO)
        if not units and not even_gone:
            continue
        product = products.by_commodity.get(commodity)
        yield replace(
            line,
            line=f"{line.line}{PART_OF}{commodity}",
            sku=product.sku if product else commodity,
            commodity=commodity,
            units=units,
            parts=tuple(
                _share(history, part, history.entitled(part, units, lots, by_cost=True)) for part in line.parts
            ),
            cogs=tuple(replace(part, amount=history.cost_back(lots, part)) for part in line.cogs),
            lots=tuple(reversed(lots)),
            unit_price=None,
            serials=(),
        )


def history_of_part(kit: LineHistory, line: SaleLine) -> LineHistory:
    """Return the history of a component as a line of its own: of the units that go before others, those of its lots."""
    own = {lot_key(lot) for lot in line.lots}
    lots = tuple((key, units) for key, units in kit.first.lots if key in own)
    first = replace(kit.first, units=sum((units for _, units in lots), ZERO), lots=lots)
    return LineHistory(line, (), kit.decimals, first)


def _share(history: LineHistory, part: Part, amount: Decimal) -> Part:
    """Return what a component gets of a part of the kit, in both currencies where it has two."""
    units = history.units_of(part, amount)
    return part.share(-amount, None if units is None else -units)


def kit_of(name: str, histories: MutableMapping[str, LineHistory]) -> LineHistory | None:
    """Return the history of the kit that a line is a component of, None for a line of the sale itself."""
    history = histories.get(name.rpartition(PART_OF)[0])
    return history if history is not None and name != history.line.line and history.line.is_kit else None


def absorb_item(histories: MutableMapping[str, LineHistory], facts: Facts, with_goods: bool) -> None:
    """Add an item to the history of its line, and of the kit that it is a component of."""
    assert facts.line is not None
    name = facts.line.line
    histories[name] = with_step(histories[name], facts, with_goods)
    kit = kit_of(name, histories)
    if kit is not None:
        step = replace(histories[name].steps[-1], units=ZERO, part=True)
        if step.given is None:
            step = replace(step, net=facts.net, tax=facts.gross - facts.net)
        histories[kit.line.line] = replace(kit, steps=(*kit.steps, step))


def kit_left(name: str, histories: MutableMapping[str, LineHistory]) -> tuple[Decimal, Decimal] | None:
    """Return what is left of the kit that a line is a component of: net and tax; None for a line of the sale itself."""
    kit = kit_of(name, histories)
    return (kit.remaining(tax=False), kit.remaining(tax=True)) if kit is not None else None
