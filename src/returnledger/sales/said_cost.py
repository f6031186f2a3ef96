"""What a line cost as metadata says it, where no posting of the sale carries the cost of goods.

    2026-01-05 * "Ann" "2 mugs" ^inv-1001
      Assets:Bank              113.00 CNY
      Income:Sales            -100.00 CNY
        sku: "MUG"
        qty: 2
        cost: 60.00
      Liabilities:Output-VAT   -13.00 CNY

`cost` is what the whole line cost, as the amount it stands on is what the whole line brought; `unit_cost` is per unit.
On the transaction either is for its only line, and `cost` is else shared by net revenue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from beancount.core.amount import Amount

from returnledger.money import ZERO, quantum, round_to, shares
from returnledger.roles import Role
from returnledger.rows import Part, Place, Unbooked
from returnledger.sales.allocation import Allocation
from returnledger.sales.drafts import NO_META, Draft
from returnledger.sales.postings import Flow, place_of, shown_at
from returnledger.sales.recognition import Recognition
from returnledger.sales.values import number_of


def say_cost(flow: Flow, allocation: Allocation, how: Recognition, decimals: int) -> None:
    """Say of each line without goods at cost and without cost of goods what it cost, as far as metadata tells."""
    bare = [draft for draft in allocation.drafts if not draft.lots and not draft.cogs]
    for draft in bare:
        meta = draft.source.meta or NO_META
        said = _said(meta, draft, draft.source.units.currency, place_of(draft.source), how, decimals)
        draft.unbooked = Unbooked(said, draft.quantity is not None)
        _compare(draft, meta, allocation, how)
    rest = [draft for draft in bare if draft.unbooked is not None and draft.unbooked.said is None]
    if rest and len(flow.transactions) == 1:
        _of_the_whole(flow, rest, bare, allocation, how, decimals)
    for owed in flow.bought[:1]:
        for draft in rest:
            if draft.unbooked is not None and draft.unbooked.said is None and draft.sku not in how.stockless:
                values = {"sku": draft.sku, "account": owed.account, "where": shown_at(owed), "why": "bought"}
                values["cost"] = f"{-owed.units.number:f} {owed.units.currency}"
                allocation.problems.append(("cost-unknown", values))


def said_by_all(flow: Flow, drafts: Sequence[Draft], how: Recognition, decimals: int) -> dict[Draft, Decimal]:
    """Return what each line cost as its metadata says it, where each does; what was booked in all is shared by it."""
    found = {}
    for draft in drafts:
        said = _said(draft.source.meta or NO_META, draft, draft.source.units.currency, None, how, decimals)
        if said is None:
            return {}
        found[draft] = said.amount
    booked = sum([posting.units.number for posting in flow.cogs if posting not in flow.value], ZERO)
    whole = sum(found.values(), ZERO)
    if abs(booked - whole) > quantum(decimals) * len(drafts):
        values = {"cost": f"{booked:f}", "said": f"{whole:f}", "currency": flow.cogs[0].units.currency}
        values |= {"where": shown_at(flow.cogs[0]), "other": shown_at(drafts[0].source)}
        flow.inferred.append(("cost-not-as-said", values))
    return found if whole else {}


def _of_the_whole(
    flow: Flow, rest: Sequence[Draft], bare: Sequence[Draft], allocation: Allocation, how: Recognition, decimals: int
) -> None:
    """Give lines the cost that the transaction says, less what other lines have of it."""
    meta = flow.transactions[0].meta
    currency = rest[0].source.units.currency
    place = (str(meta.get("filename", "")), int(meta.get("lineno") or 0))
    if len(bare) == 1:
        rest[0].unbooked = Unbooked(_said(meta, rest[0], currency, place, how, decimals), rest[0].quantity is not None)
        return
    whole = number_of(meta.get(how.key("cost")))
    if whole is None:
        return
    own = sum((d.unbooked.said.amount for d in bare if d.unbooked is not None and d.unbooked.said is not None), ZERO)
    currency = _currency(meta[how.key("cost")], currency)
    parts = shares(max(ZERO, whole - own), [max(ZERO, draft.net) for draft in rest], decimals)
    for draft, amount in zip(rest, parts):
        draft.unbooked = Unbooked(Part(Role.COGS, "", amount, currency, place), draft.quantity is not None)
    values = {"skus": ", ".join(draft.sku for draft in rest), "cost": f"{whole:f}", "currency": currency}
    allocation.inferred.append(("said-cost-shared", {**values, "where": f"{place[0]}:{place[1]}"}))


def _said(
    meta: Mapping[str, Any], draft: Draft, currency: str, place: Place | None, how: Recognition, decimals: int
) -> Part | None:
    """Return what a line cost as metadata says it: in all, else by unit."""
    for key, factor in ((how.key("cost"), Decimal(1)), (how.key("unit_cost"), draft.units)):
        number = number_of(meta.get(key)) if key in meta else None
        if number is not None and number >= 0:
            amount = round_to(number * factor, decimals)
            return Part(Role.COGS, "", amount, _currency(meta[key], currency), place)
    return None


def _currency(value: object, otherwise: str) -> str:
    return value.currency or otherwise if isinstance(value, Amount) else otherwise


def _compare(draft: Draft, meta: Mapping[str, Any], allocation: Allocation, how: Recognition) -> None:
    """Note where `cost` and `unit_cost` of a line can't both be true, by more than the rounding of a unit explains."""
    whole, each = number_of(meta.get(how.key("cost"))), number_of(meta.get(how.key("unit_cost")))
    if whole is None or each is None:
        return
    if abs(whole - each * draft.units) > Decimal("0.01") * max(Decimal(1), draft.units):
        values = {"sku": draft.sku, "cost": f"{whole:f}", "unit_cost": f"{each:f}", "units": f"{draft.units:f}"}
        place = place_of(draft.source)
        values["where"] = f"{place[0]}:{place[1]}" if place else ""
        allocation.problems.append(("cost-unknown", {**values, "why": "said-twice"}))
