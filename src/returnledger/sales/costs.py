"""The cost of goods where the sale has no posting of it, or one that is not what the lots cost.

Without cost of goods the goods leave against revenue itself: what is booked as revenue is the margin. The lines then
get both sides of it, revenue in full and cost against the same account, so that their return undoes the margin too.

    2026-01-05 * "Ann" "2 mugs" ^inv-1001
      Assets:Bank              113.00 CNY
      Assets:Inventory             -2 MUG {30 CNY} @ 50 CNY
      Income:Sales             -40.00 CNY
      Liabilities:Output-VAT   -13.00 CNY

Where another account takes what the lots cost, it is the cost of goods of this sale; where one takes what a standard
cost differs from the lots, it goes back with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from returnledger.money import ZERO, decimals_of, quantum, round_to
from returnledger.roles import Role
from returnledger.rows import Part, shown
from returnledger.sales.allocation import Allocation
from returnledger.sales.drafts import Draft
from returnledger.sales.postings import CUSTOMER_SIDE, Flow, Posting, place_of, shown_at

# All that a sale posts apart from goods and their cost.
_MONEY = (*CUSTOMER_SIDE, "fees", "other", "value")


def weight_of(flow: Flow) -> Decimal:
    """Return what the goods of a sale cost by their lots."""
    return -sum([p.units.number * p.cost.number for p in flow.out], ZERO)


def cost_postings(flow: Flow) -> list[Posting]:
    """Return the postings that carry the cost of goods though their accounts do not say so."""
    missing = weight_of(flow) - sum([p.units.number for p in flow.cogs], ZERO)
    if not flow.out or not missing:
        return []
    currency = flow.out[0].cost.currency
    unit = quantum(decimals_of(currency))
    other = [p for p in (*flow.fees, *flow.other) if p.units.currency == currency and p.cost is None]
    alone = [p for p in other if abs(p.units.number - missing) < unit]
    together = other if abs(sum([p.units.number for p in other], ZERO) - missing) < unit else []
    return alone if len(alone) == 1 else together


def settle_cost(flow: Flow) -> None:
    """Find the postings that carry the cost of goods where their accounts do not say so, and say it."""
    found = cost_postings(flow)
    code = "variance-account" if flow.cogs else "cost-account"
    for posting in found:
        flow.inferred.append((code, {"account": posting.account, "where": shown_at(posting)}))
    flow.cogs.extend(found)
    for posting in found:
        (flow.fees if posting in flow.fees else flow.other).remove(posting)


def settle_value(flow: Flow) -> None:
    """Let stock that is kept by value go back against cost of goods: both are the cost of this sale, and cancel out.

    So do they with lots where these cost a part of it, and freight kept by value the rest. Where they do not, the posting
    is no cost of a sale, and nothing is concluded.
    """
    for currency in dict.fromkeys(p.units.currency for p in flow.cogs):
        value = [p for p in flow.value if p.units.currency == currency]
        cost = sum([p.units.number for p in (*flow.cogs, *value) if p.units.currency == currency], ZERO)
        lots = -sum([p.units.number * p.cost.number for p in flow.out if p.cost.currency == currency], ZERO)
        if value and (cost == lots or (lots and abs(cost - lots) < quantum(decimals_of(currency)))):
            flow.cogs = [*flow.cogs, *value]


def delivered_by_value(flows: list[Flow]) -> list[Flow]:
    """Return the transactions of an order that only move cost out of stock kept by value: part of its sale."""
    if any(flow.out for flow in flows):
        return []
    quiet = [flow for flow in flows if flow.value and flow.cogs and not flow.sells]
    return [flow for flow in quiet if sum([p.units.number for p in flow.value], ZERO) < 0]


def compare_cost(flow: Flow) -> None:
    """Say where cost of goods is not what the lots cost, by more than roundings explain."""
    currency = flow.out[0].cost.currency
    weight = weight_of(flow)
    booked = sum([p.units.number for p in flow.cogs if p.units.currency == currency], ZERO)
    if abs(booked - weight) > quantum(decimals_of(currency)) * (len(flow.out) + len(flow.cogs)):
        values = {"cost": f"{booked:f}", "lots": f"{weight:f}", "currency": currency}
        values |= {"where": shown_at(flow.cogs[0]), "other": shown_at(flow.out[0])}
        flow.inferred.append(("cost-not-of-lots", values))


def at_odds(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the lines but those whose one amount of cost is just what their one lot cost: so are nearly all."""
    found = []
    for draft in drafts:
        cogs, lots = draft.cogs, draft.lots
        if len(cogs) == 1 and len(lots) == 1:
            lot = lots[0].lot
            if cogs[0].amount == lots[0].units * lot.number and cogs[0].currency == lot.currency:
                continue
        found.append(draft)
    return found


def compare_lines(drafts: Sequence[Draft], allocation: Allocation) -> None:
    """Say where the cost of a line is not what its own lots cost, though that of all lines together may be."""
    for draft in drafts:
        parts = [part for part in draft.cogs if part.role is not Role.GOODS_SHIPPED]
        if not parts or not draft.lots or draft.afloat or len(parts) < len(draft.cogs):
            continue
        currency = draft.lots[0].lot.currency
        booked = sum([part.amount for part in parts if part.currency == currency], ZERO)
        if abs(booked - draft.weight) > quantum(decimals_of(currency)) * (len(draft.lots) + len(parts)):
            values = {"skus": draft.sku, "cost": f"{booked:f}", "lots": f"{draft.weight:f}", "currency": currency}
            values |= {"where": shown(parts[0].place), "other": shown(draft.lots[0].place)}
            if (
                values["where"]
                and values["other"]
                and not any(code == "cost-not-of-lots" for code, _ in allocation.inferred)
            ):
                allocation.inferred.append(("cost-not-of-line", values))


def unbooked_cost(flow: Flow) -> Decimal:
    """Return what the goods cost where no posting of the sale carries it, and revenue is the margin; else nothing."""
    if flow.cogs or not flow.out or not (flow.receivable or flow.tenders or flow.advance):
        return ZERO
    weight = weight_of(flow)
    currency = flow.out[0].cost.currency
    rest = ZERO
    for name in _MONEY:
        for posting in getattr(flow, name):
            if posting.units.currency != currency:
                return ZERO
            rest += posting.units.number
    return weight if abs(rest - weight) < quantum(decimals_of(currency)) else ZERO


def book_margin(flow: Flow, drafts: list[Draft], decimals: int) -> None:
    """Give each line the cost of its goods, as revenue and as cost on the account of revenue, where only margin is booked."""
    if not unbooked_cost(flow):
        return
    posting: Posting | None = next(iter((*flow.revenue, *flow.discount)), None)
    if posting is None:
        return
    for draft in drafts:
        cost = round_to(draft.weight, decimals)
        if cost:
            account = next((part.account for part in draft.gross), posting.account)
            place = next((part.place for part in draft.gross), place_of(posting))
            currency = posting.units.currency
            draft.gross.append(Part(Role.REVENUE, account, -cost, currency, place))
            draft.cogs.append(Part(Role.COGS, account, cost, currency, place))
    flow.inferred.append(("margin", {"account": posting.account, "where": shown_at(posting)}))
