"""References the tax of a sale that names no line: to the lines it was charged on, each original tax account for itself.

Within a rate tax is shared by net revenue, by largest remainder; delivery takes its share where it was taxed. What a tax
was charged on is worked out in `charged_on`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from returnledger.money import ZERO, shares
from returnledger.roles import Role
from returnledger.rows import Part
from returnledger.sales.allocation import Allocation
from returnledger.sales.drafts import NO_META, Draft
from returnledger.sales.postings import Flow, Posting, place_of
from returnledger.sales.recognition import Recognition
from returnledger.sales.tax import rates
from returnledger.sales.tax.bases import Base, Charge, Split
from returnledger.sales.tax.charged_on import Search

Targets = Callable[[Posting], Sequence[Draft]]


def share_tax(
    common: list[Posting], flow: Flow, allocation: Allocation, targets: Targets, how: Recognition, decimals: int
) -> None:
    """Share tax that names no line over the lines without tax of their own and delivery."""
    untaxed = [draft for draft in allocation.drafts if not draft.tax and draft.net]
    has_own = any(part.role is Role.OUTPUT_VAT for part in allocation.shipping)
    delivery = ZERO if has_own else -sum([part.amount for part in allocation.shipping], ZERO)
    if not untaxed and delivery:
        allocation.shipping.extend(_part(posting, posting.units.number) for posting in common)  # every line has its own
        return
    said = _said(flow, targets, how) if len(untaxed) + bool(delivery) > 1 else {}
    said = {draft: draft.rate for draft in untaxed if draft.rate is not None} | said
    bases = _bases(untaxed or allocation.drafts, said)
    if delivery > 0:
        stated = [
            rate
            for posting in flow.shipping
            if (rate := rates.rate_of((posting.meta or NO_META).get(how.tax_rate))) is not None
        ]
        bases.append(Base((), delivery, stated[0] if stated else None))
    if len(bases) == 1:
        _deal([(Charge.of(common), bases)], allocation, decimals)
        return
    search = Search(common, bases, allocation, flow.transactions[0].date, how)
    _deal(search.split(), allocation, decimals)


def _said(flow: Flow, targets: Targets, how: Recognition) -> dict[Draft, Decimal]:
    """Return the rates that the postings of the lines say, else those that the sale's head says of all lines."""
    key, found = how.tax_rate, {}
    for posting in (*flow.out, *flow.revenue):
        if posting.meta and key in posting.meta:
            rate = rates.rate_of(posting.meta[key])
            if rate is not None:
                for draft in targets(posting):
                    if draft.source is posting or draft not in found:
                        found[draft] = rate
    if not found:
        head = rates.rate_of(flow.transactions[0].meta.get(key))
        if head is not None:
            found = {draft: head for posting in flow.lines for draft in targets(posting)}
    return found


def _bases(drafts: Iterable[Draft], said: dict[Draft, Decimal]) -> list[Base]:
    """Return the lines by SKU and said rate: what is one SKU has one rate."""
    by_sku: dict[tuple[str, Decimal | None], list[Draft]] = {}
    for draft in drafts:
        by_sku.setdefault((draft.sku, said.get(draft)), []).append(draft)
    return [Base(tuple(mates), sum([draft.net for draft in mates], ZERO), rate) for (_, rate), mates in by_sku.items()]


def _deal(split: Split, allocation: Allocation, decimals: int) -> None:
    """Give each charge to its bases: by net revenue within one rate, by net and rate over several."""
    for charge, on in split:
        by_rate = len({base.rate for base in on}) > 1 and all(base.rate is not None for base in on)
        takers: list[Draft | None] = []
        weights: list[Decimal] = []
        for base in on:
            factor = (base.rate or ZERO) if by_rate else Decimal(1)
            takers += base.drafts or (None,)
            weights += [max(ZERO, base.weight(draft)) * factor for draft in base.drafts] or [base.net * factor]
        first = charge.postings[0]
        for taker, amount in zip(takers, shares(-charge.amount, weights, decimals), strict=True):
            if amount and taker is not None:
                taker.tax.append(_part(first, amount))
            elif amount:
                allocation.shipping.append(_part(first, amount))


def _part(posting: Posting, amount: Decimal) -> Part:
    return Part(Role.OUTPUT_VAT, posting.account, amount, posting.units.currency, place_of(posting))
