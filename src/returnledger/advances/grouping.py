"""Joins the transactions that move money paid in advance to advances: receipts by name, and what sales used of them.

A receipt belongs to the order it names, else to its contract, its link or its customer. What uses the money belongs to
the receipts that share a name with it, the order's before those of the contract, and takes no more from any than is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from returnledger.advances.rows import Advance, Name, NameKind, Prepaid
from returnledger.money import ZERO, places, round_to
from returnledger.rows import Money

_ORDER: tuple[NameKind, ...] = ("order", "contract", "link", "customer")


@dataclass
class _Group:
    """An advance in the making."""

    name: str
    currency: str
    received: list[Prepaid] = field(default_factory=list)
    used: list[Prepaid] = field(default_factory=list)
    names: dict[tuple[NameKind, str], Name] = field(default_factory=dict)

    @property
    def left(self) -> Decimal:
        return -sum((flow.main for flow in (*self.received, *self.used)), ZERO)


def advances_of(flows: Iterable[Prepaid]) -> list[Advance]:
    """Return the advances that transactions make together, by the day of their first receipt."""
    ordered = sorted(flows, key=lambda flow: (flow.date, flow.place))
    every = [part for flow in ordered for part in _by_currency(flow)]
    groups: dict[tuple[NameKind, str, str], _Group] = {}
    for currency, flow in every:
        if flow.main < 0 and flow.names:
            own = _owner(flow)
            group = groups.setdefault((own.kind, own.spellings[0], currency), _Group(own.spellings[0], currency))
            group.received.append(flow)
            for name in flow.names:
                group.names.setdefault((name.kind, name.spellings[0]), name)
    for currency, flow in every:
        if flow.main >= 0:
            _use(flow, [group for group in groups.values() if group.currency == currency])
    made = list(groups.values())
    taken = [group.name for group in made]
    return [
        Advance(
            group.name if taken.count(group.name) == 1 else f"{group.name} {group.currency}",
            tuple(group.names.values()),
            group.currency,
            tuple(group.received),
            tuple(group.used),
            taken.count(group.name) == 1,
        )
        for group in made
    ]


def _owner(flow: Prepaid) -> Name:
    """Return the name that a receipt goes by."""
    return min(flow.names, key=lambda name: _ORDER.index(name.kind))


def _by_currency(flow: Prepaid) -> list[tuple[str, Prepaid]]:
    """Return a transaction by currency of what it moves."""
    currencies = list(dict.fromkeys(money.currency for money in flow.money))
    if len(currencies) == 1:
        return [(currencies[0], flow)]
    return [
        (
            currency,
            replace(
                flow,
                money=tuple(money for money in flow.money if money.currency == currency),
                tenders=tuple(money for money in flow.tenders if money.currency == currency),
            ),
        )
        for currency in currencies
    ]


def _use(flow: Prepaid, groups: Sequence[_Group]) -> None:
    """Deal what a transaction uses to the advances it may mean, in the order of its names; the excess to none."""
    candidates: list[_Group] = []
    for kind in _ORDER:
        for name in flow.names:
            if name.kind == kind:
                candidates += [
                    group
                    for group in groups
                    if (kind, name.spellings[0]) in group.names
                    and group not in candidates
                    # A customer's order uses the customer's money only where that names nothing else.
                    and (kind != "customer" or all(owner == "customer" for owner, _ in group.names))
                ]
    if not candidates:
        return
    if flow.main == 0:  # the tax alone: it fell due when an invoice was written
        if not flow.sells:
            candidates[0].received.append(flow)
        return
    rest = flow.main
    for group in candidates:
        part = min(rest, max(ZERO, group.left))
        if part > 0:
            group.used.append(flow if part == flow.main else _share(flow, Fraction(part) / Fraction(flow.main)))
            rest -= part


def _share(flow: Prepaid, share: Fraction) -> Prepaid:
    """Return a part of what a transaction uses."""
    return replace(flow, money=tuple(_part(money, share) for money in flow.money), tenders=())


def _part(money: Money, share: Fraction) -> Money:
    units = None if money.units is None else round_to(Fraction(money.units) * share, max(2, places(money.units)))
    amount = round_to(Fraction(money.amount) * share, max(2, places(money.amount)))
    return replace(money, amount=amount, units=units)
