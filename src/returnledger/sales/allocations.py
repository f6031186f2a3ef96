"""Allocates the amounts of an order pool by pool: a whole transaction, or goods and revenue that stand apart, together.

What goods were exchanged by hand is known once the lines that they came from are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from returnledger.roles import Role
from returnledger.rows import Noted
from returnledger.sales.allocate import allocate
from returnledger.sales.allocation import Allocation
from returnledger.sales.by_hand.exchanged import split
from returnledger.sales.contradictions import contradictions, discount_above_revenue
from returnledger.sales.costs import (
    at_odds,
    book_margin,
    compare_cost,
    compare_lines,
    delivered_by_value,
    settle_cost,
    settle_value,
)
from returnledger.sales.delivered import tell_units
from returnledger.sales.drafts import Draft
from returnledger.sales.in_units import count_units
from returnledger.sales.kits import count_kits
from returnledger.sales.postings import Flow, shown_at
from returnledger.sales.recognition import Recognition
from returnledger.sales.said_cost import say_cost
from returnledger.sales.unallocated import together, unallocated

Style = Callable[[Flow, Recognition], list[Draft] | None]
Allocated = list[tuple[Flow, Allocation]]


def allocations(
    flows: list[Flow], selling: list[Flow], how: Recognition, styles: Sequence[Style], decimals: int
) -> tuple[list[Flow], Allocated]:
    """Return the transactions of an order, those that exchange goods in two, and what each pool of them came to."""
    swaps = [flow for flow in selling[1:] if flow.back and flow.out]
    plain = [flow for flow in selling if flow not in swaps] if swaps else selling
    pools = _pools([*plain, *delivered_by_value(flows)])
    allocated = [(flow, _allocation_of(flow, how, styles, decimals)) for flow in pools]
    for swap in swaps:
        parts, unknown = split(swap, [draft for _, part in allocated for draft in part.drafts], how, decimals)
        flows = [part for flow in flows for part in (parts if flow is swap else [flow])]
        swap.problems.extend([unknown] if unknown else [])
        allocated.append((swap, _allocation_of(swap, how, styles, decimals)))
    return flows, allocated


def _pools(selling: list[Flow]) -> list[Flow]:
    """Return what can be allocated by itself: a whole transaction, or all the halves (goods here, revenue there) together."""
    if len(selling) == 1:
        return selling
    halves = [flow for flow in selling if not flow.is_whole]
    if not halves:
        return selling
    return [*(flow for flow in selling if flow.is_whole), together(halves)]


def _allocation_of(flow: Flow, how: Recognition, styles: Sequence[Style], decimals: int) -> Allocation:
    if flow.fees or flow.other or flow.unnamed:
        settle_cost(flow)
        flow.inferred.extend(_kept(flow, how))
    if flow.value:
        settle_value(flow)
    for style in styles:
        drafts = style(flow, how)
        if drafts:
            if flow.value and flow.revenue and not flow.out:
                count_units(flow, drafts, how)
            doubtful = [draft for draft in drafts if draft.lots and not draft.agrees]
            for draft in doubtful:
                count_kits(draft, flow, how)
            if not flow.cogs:
                book_margin(flow, drafts, decimals)
            priced = bool(flow.cogs)
            allocation = allocate(flow, drafts, how, decimals)
            if len(flow.transactions) > 1 or not flow.revenue:
                allocation.inferred.extend(tell_units(flow, drafts, how))
            odd = at_odds(drafts) if priced and flow.out and len(flow.transactions) == 1 else []
            if odd:
                compare_cost(flow)
                if len(flow.cogs) > 1 and len(drafts) > 1:
                    compare_lines(odd, allocation)
            for draft in doubtful:
                contradictions(draft, allocation)
            if not flow.out or any(not draft.lots for draft in drafts):
                say_cost(flow, allocation, how, decimals)
            if flow.discount:
                for draft in drafts:
                    discount_above_revenue(draft, allocation)
            allocation.problems.extend(flow.problems)
            allocation.inferred.extend(flow.inferred)
            return allocation
    return unallocated(flow, how, decimals)


def _kept(flow: Flow, how: Recognition) -> Iterable[Noted]:
    """Yield what the customer paid that is no price of goods: a tip, a donation, a deposit stays when they come back."""
    for posting in (*flow.other, *flow.unnamed):
        if how.role_of(posting.account) in (Role.OTHER_REVENUE, Role.DEPOSIT_LIABILITY):
            amount = f"{-posting.units.number:f} {posting.units.currency}"
            yield "stays-with-us", {"amount": amount, "account": posting.account, "where": shown_at(posting)}
