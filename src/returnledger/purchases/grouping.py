"""Joins transactions to purchases: receipts of goods by the name they go by, and what was invoiced and paid for them.

A receipt belongs to the order it names, else to its invoice or its link; one that names nothing goes by its first lot. A
later invoice or payment belongs to the purchases that share a name with it, the order's before those of a link, and pays
no more of any than is owed. What names nothing pays the oldest of its payee.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from returnledger.money import ZERO
from returnledger.purchases.rows import TELLING, Bought, NameKind, Names, Purchase, lot_name
from returnledger.roles import Role


@dataclass
class _Group:
    """A purchase in the making."""

    name: str
    flows: list[Bought]
    shared: list[tuple[date, str, Decimal]] = field(default_factory=list)
    names: dict[tuple[NameKind, tuple[str, ...]], None] = field(default_factory=dict)

    def owed(self, account: str) -> Decimal:
        money = (m for flow in self.flows for m in flow.money if m.role is Role.ACCOUNTS_PAYABLE)
        booked = -sum((m.amount for m in money if m.account == account), ZERO)
        return booked - sum((amount for _, own, amount in self.shared if own == account), ZERO)


def purchases_of(flows: Iterable[Bought]) -> list[Purchase]:
    """Return the purchases that transactions make together, by the day of their first receipt."""
    ordered = sorted(flows, key=lambda flow: (flow.date, flow.place))
    groups: dict[object, _Group] = {}
    for flow in ordered:
        if flow.brings:
            name, key = _owner(flow)
            group = groups.setdefault(key, _Group(name, []))
            group.flows.append(flow)
            group.names |= dict.fromkeys(flow.names)
    for flow in ordered:
        if not flow.brings:
            _deal(flow, list(groups.values()))
    return [
        Purchase(
            group.name,
            tuple(group.names),
            tuple(sorted(group.flows, key=lambda flow: (flow.date, flow.place))),
            tuple(group.shared),
        )
        for group in groups.values()
    ]


def _owner(flow: Bought) -> tuple[str, object]:
    """Return the name that a receipt goes by, and what tells it from others: one that names nothing stands for itself."""
    telling = [name for name in flow.names if name[0] in TELLING]
    if telling:
        best = min(telling, key=lambda name: TELLING.index(name[0]))
        return best[1][0], best
    lots = [lot_name(goods.commodity, goods.lot) for goods in flow.goods if goods.lot is not None]
    return lots[0], flow.place


def _deal(flow: Bought, groups: Sequence[_Group]) -> None:
    """Add an invoice, a payment or what was sent back by hand to the purchases that it names, the best name first."""
    candidates: list[_Group] = []
    telling = [kind for kind in TELLING if any(own == kind for own, _ in flow.names)]
    for kind in telling or ("payee",):
        spelled = {spelling for own, spellings in flow.names if own == kind for spelling in spellings}
        candidates += [
            group
            for group in groups
            if group not in candidates
            and any(spelled.intersection(spellings) for own, spellings in group.names if own == kind)
            and (telling or group.flows[0].date <= flow.date)
        ]
    if not candidates or (not telling and (flow.goods or flow.owed >= 0)):
        return
    if telling and (flow.goods or flow.owed >= 0 or len(candidates) == 1):
        candidates[0].flows.append(flow)
        return
    _pay(flow, candidates)


def _pay(flow: Bought, candidates: Sequence[_Group]) -> None:
    """Deal what a transaction pays to the purchases it may mean, in their order."""
    for money in flow.money:
        rest = money.amount if money.role is Role.ACCOUNTS_PAYABLE else ZERO
        for group in candidates:
            part = min(rest, max(ZERO, group.owed(money.account)))
            if part > 0:
                group.shared.append((flow.date, money.account, part))
                rest -= part


def named(reference: str, purchases: Iterable[Purchase]) -> list[Purchase]:
    """Return the purchases that go by a reference: an order before an invoice or a link."""
    every = list(purchases)
    for kind in TELLING:
        found = [p for p in every if _is_named(reference, p.names, kind)]
        if found:
            return found
    return []


def _is_named(reference: str, names: Names, kind: NameKind) -> bool:
    return any(own == kind and reference in spellings for own, spellings in names)
