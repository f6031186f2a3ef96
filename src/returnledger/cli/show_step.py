"""Shows what a step of a case comes to: the units it is of, and what it puts on which accounts, by their role in words.

new  S-1  Back to the supplier from po-77: 5 LAMP; accounts payable 203.40 CNY,
          input vat -23.40 CNY, supplier return loss 20.00 CNY
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from returnledger.cli.layout import WIDTH
from returnledger.cli.words import cells, wrap
from returnledger.directives import posted
from returnledger.money import ZERO, show
from returnledger.planned import PlannedEvent
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.steps import STOCK_ROLES
from returnledger.terms import GOING_ON, Kind

_STEPS = GOING_ON - {Kind.STORE_CREDIT} | {Kind.PROVISION}


def _entries(planned: PlannedEvent) -> Iterator[Posted]:
    for directive in planned.directives:
        entry = posted(directive)
        if entry is not None and entry.legs:
            yield entry


def is_step(planned: PlannedEvent) -> bool:
    """Return True for a new step that goes on with a case, or sets aside, and so has no document of its own."""
    return planned.status == "new" and planned.document is None and planned.event.kind in _STEPS


def amounts_of_step(planned: PlannedEvent) -> dict[tuple[str, str], Decimal]:
    """Return by role and currency what a step puts on accounts, debits positive: where it only moves goods, to where."""
    money: dict[tuple[str, str], Decimal] = {}
    goods: dict[tuple[str, str], Decimal] = {}
    for entry in _entries(planned):
        for leg in entry.legs:
            to = goods if leg.role in STOCK_ROLES else money
            key = leg.role, leg.currency
            to[key] = to.get(key, ZERO) + leg.amount
    moved = {key: amount for key, amount in goods.items() if amount > 0}
    return {key: amount for key, amount in {**moved, **money}.items() if amount and key[0] in set(Role)}


def amounts_text(planned: PlannedEvent, lang: str) -> str:
    """Return what a step puts on accounts in the words of `lang`; "" where it posts nothing."""
    told = [
        f"{Role.of(role).name_in(lang)} {show(amount, currency)} {currency}"
        for (role, currency), amount in amounts_of_step(planned).items()
    ]
    return ("，" if lang == "zh" else ", ").join(told)


def wrapped(line: str, start: int) -> list[str]:
    """Return a line of a step, wrapped to the width of a terminal below its third column, where text number `start` is."""
    if cells(line) <= WIDTH:
        return [line]
    indent = cells(line[:start])
    first, *rest = wrap(line[start:], WIDTH - indent)
    return [line[:start] + first, *(" " * indent + part for part in rest)]


def step_amounts(planned: PlannedEvent) -> dict[str, str]:
    """Return what a step puts on accounts by role; a role in several currencies has one text."""
    found: dict[str, list[str]] = {}
    for (role, currency), amount in amounts_of_step(planned).items() if is_step(planned) else ():
        found.setdefault(role, []).append(f"{show(amount, currency)} {currency}")
    return {role: ", ".join(texts) for role, texts in found.items()}
