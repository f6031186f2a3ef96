"""References every amount of a sale to its lines, so that each line knows what it brought and what it cost, to the cent.

An amount that names a line or SKU is that line's. Else it is the order's and shared: a discount by line amount before
discount, tax by net revenue after it, cost of goods by the cost of the lots, always by largest remainder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from returnledger.money import FINER, ZERO, places
from returnledger.roles import Role
from returnledger.rows import Part
from returnledger.sales.allocation import Allocation
from returnledger.sales.discounts import allocate_discounts
from returnledger.sales.drafts import Draft, account_names, dealt_to, named_by
from returnledger.sales.in_units import in_units, of_commodity
from returnledger.sales.postings import Flow, Posting, names_in, place_of, shown_at
from returnledger.sales.recognition import Recognition
from returnledger.sales.said_cost import said_by_all
from returnledger.sales.tax.sharing import share_tax
from returnledger.sales.values import text_of

Targets = Callable[[Posting], Sequence[Draft]]


def allocate(flow: Flow, drafts: list[Draft], recognition: Recognition, decimals: int) -> Allocation:
    """Give every amount of `flow` to the lines it belongs to."""
    allocation = Allocation(drafts)
    line_key, sku_key = recognition.line, recognition.sku

    by_name = {draft.name: [draft] for draft in drafts if draft.name is not None}
    by_sku: dict[str, list[Draft]] = {}

    def targets(posting: Posting) -> Sequence[Draft]:
        """Return the lines that a posting names, else all lines."""
        meta = posting.meta
        if not meta:
            return drafts
        found = None
        if line_key in meta:
            name = text_of(meta[line_key])
            found = by_name.get(name)
            if not by_name and name.isdecimal() and 0 < int(name) <= len(drafts):
                found = [drafts[int(name) - 1]]  # lines without a name go by their place
        if found is None and sku_key in meta:
            if not by_sku:
                for draft in drafts:
                    by_sku.setdefault(draft.sku, []).append(draft)
            found = by_sku.get(text_of(meta[sku_key]))
        if not found and (line_key in meta or sku_key in meta):
            _names_none(posting, allocation, recognition)
        return found or drafts

    allocation.shipping = [_part(Role.SHIPPING_REVENUE, posting) for posting in flow.shipping if posting.units.number]
    if flow.discount:
        allocate_discounts(flow, allocation, targets, recognition, decimals)
    allocation.rounding = [_part(Role.ROUNDING, posting) for posting in flow.rounding if posting.units.number]
    if flow.tax:
        _allocate_tax(flow, allocation, targets, recognition, decimals)
    if flow.cogs:
        _allocate_cogs(flow, drafts, targets, recognition, decimals)
    return allocation


def _names_none(posting: Posting, allocation: Allocation, recognition: Recognition) -> None:
    """Add that an amount names a line or SKU that the order does not have, and is taken for the order's."""
    name = ", ".join(text for _, text in names_in(posting, recognition) if text)
    if name and len(allocation.drafts) > 1 and posting.units.number:
        values = {"name": name, "amount": f"{abs(posting.units.number):f}", "currency": posting.units.currency}
        said = ("names-no-line", {**values, "account": posting.account, "where": shown_at(posting)})
        if said not in allocation.inferred:
            allocation.inferred.append(said)


def _part(role: Role, posting: Posting) -> Part:
    return Part(role, posting.account, posting.units.number, posting.units.currency, place_of(posting))


def _net(draft: Draft) -> Decimal:
    return draft.net


def _weight(draft: Draft) -> Decimal:
    return draft.weight


def _allocate_tax(
    flow: Flow, allocation: Allocation, targets: Targets, recognition: Recognition, decimals: int
) -> None:
    drafts = allocation.drafts
    delivered = {name for posting in flow.shipping for name in names_in(posting, recognition)}
    common = []
    for posting in flow.tax:
        names = delivered.intersection(names_in(posting, recognition)) if delivered else ()
        named = (
            drafts
            if names and not any(own[1] in (d.name, d.sku) for d in drafts for own in names)
            else targets(posting)
        )
        if named is not drafts or (len(drafts) == 1 and not allocation.shipping):
            for draft, share in dealt_to(_part(Role.OUTPUT_VAT, posting), named, _net, decimals):
                draft.tax.append(share)
        elif names:
            allocation.shipping.append(_part(Role.OUTPUT_VAT, posting))
        else:
            common.append(posting)
    if common:
        share_tax(common, flow, allocation, targets, recognition, decimals)


def _allocate_cogs(flow: Flow, drafts: list[Draft], targets: Targets, recognition: Recognition, decimals: int) -> None:
    finest = max(places(posting.units.number) for posting in flow.cogs)
    decimals = finest if decimals < finest <= decimals + FINER else decimals
    common = []
    several = len(drafts) > 1 and len({posting.account for posting in flow.cogs}) > 1
    names = account_names(drafts) if several else {}
    for posting in flow.cogs:
        role = recognition.role_of(posting.account) or Role.COGS
        role = (
            Role.COGS if role is Role.INVENTORY and flow.out else role
        )  # kept by value beside lots, it goes with these
        named = targets(posting)
        if named is drafts and names:
            named = named_by(posting.account, names) or drafts
        if named is drafts and flow.value and in_units(posting, flow):
            named = of_commodity(drafts, posting.units.currency, recognition) or drafts
        if named is drafts and len(drafts) > 1:
            common.append((role, posting))
            continue
        if len(named) > 1:
            for draft, share in dealt_to(_part(role, posting), named, _weight, decimals):
                draft.cogs.append(share)
        elif posting.units.number:
            named[0].cogs.append(_part(role, posting))
    if not common:
        return
    if not any(draft.lots for draft in drafts):
        _allocate_value(common, flow, drafts, said_by_all(flow, drafts, recognition, decimals), decimals)
        return
    own = {(draft, part.role) for draft in drafts for part in draft.cogs}
    for role, posting in common:
        stocked = [draft for draft in drafts if draft.lots and (draft, role) not in own]
        for draft, share in dealt_to(_part(role, posting), stocked or drafts, _weight, decimals):
            draft.cogs.append(share)


def _allocate_value(
    common: Sequence[tuple[Role, Posting]],
    flow: Flow,
    drafts: list[Draft],
    said: Mapping[Draft, Decimal],
    decimals: int,
) -> None:
    """Share cost of goods, and the stock kept by value that gave it up: by its other side, as metadata says, by revenue.

    An amount is that of the lines without one of their own; the side that fewer lines share says more of the other.
    """
    own = {(draft, part.role) for draft in drafts for part in draft.cogs}
    without = {role: [draft for draft in drafts if (draft, role) not in own] or drafts for role, _ in common}
    for role, posting in sorted(common, key=lambda pair: len(without[pair[0]])):
        takers, of_stock = without[role], role is Role.INVENTORY

        def other_side(draft: Draft, of_stock: bool = of_stock) -> Decimal:
            return abs(sum([part.amount for part in draft.cogs if (part.role is Role.INVENTORY) is not of_stock], ZERO))

        known = any(other_side(draft) for draft in takers)
        weight = other_side if known else said.__getitem__ if said else _net
        for draft, share in dealt_to(_part(role, posting), takers, weight, decimals):
            draft.cogs.append(share)
        if flow.value and not known and not said:
            flow.inferred.append(("cost-by-revenue", {"account": posting.account, "where": shown_at(posting)}))
