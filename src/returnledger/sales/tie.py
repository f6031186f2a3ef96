"""Ties every amount of a sale to its lines, so that each line knows what it brought and what it cost, to the cent.

An amount that names a line or SKU is that line's. Else it is the order's and shared: a discount by line amount before
discount, tax by net revenue after it, cost of goods by the cost of the lots, always by largest remainder.

Delivery shares the order's tax if it was taxed. The books do not say so, the rate does: tax over goods and tax over
goods and delivery are compared, and the base that gives the rounder rate (13 % before 12.5 % before 12.61 %) is taken.
Where neither or both fit equally well, delivery was taxed with the goods.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from returnledger.money import ZERO, decimals_of, places, shares
from returnledger.rows import Part
from returnledger.sales.drafts import NO_META, Draft
from returnledger.sales.postings import Flow, Posting, Recognition, place_of
from returnledger.sales.values import text_of
from returnledger.terms import Role

Problem = tuple[str, dict[str, str]]
Targets = Callable[[Posting], Sequence[Draft]]

# Steps of a tax rate, from round to less round: 1 %, 0.5 %, 0.1 %, 0.01 %.
_RATE_STEPS = (Fraction(1, 100), Fraction(1, 200), Fraction(1, 1000), Fraction(1, 10000))


@dataclass
class Tied:
    """What one or several transactions of a sale came to."""

    drafts: list[Draft] = field(default_factory=list)
    shipping: list[Part] = field(default_factory=list)
    rounding: list[Part] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    inferred: list[Problem] = field(default_factory=list)  # what was concluded from the amounts, not read


def tie(flow: Flow, drafts: list[Draft], recognition: Recognition, decimals: int) -> Tied:
    """Give every amount of `flow` to the lines it belongs to."""
    tied = Tied(drafts)
    line_key, sku_key = recognition.line, recognition.sku

    by_name = {draft.name: [draft] for draft in drafts if draft.name is not None}
    by_sku: dict[str, list[Draft]] = {}
    for draft in drafts:
        by_sku.setdefault(draft.sku, []).append(draft)

    def targets(posting: Posting) -> Sequence[Draft]:
        """Return the lines that a posting names, else all lines."""
        meta = posting.meta
        if not meta:
            return drafts
        found = by_name.get(text_of(meta[line_key])) if line_key in meta else None
        if found is None and sku_key in meta:
            found = by_sku.get(text_of(meta[sku_key]))
        return found or drafts

    for posting in flow.discount:
        part = _part(Role.SALES_DISCOUNTS, posting)
        for draft, share in _dealt(part, targets(posting), _amount, decimals):
            draft.own.append(share)
    tied.shipping = [_part(Role.SHIPPING_REVENUE, posting) for posting in flow.shipping if posting.units.number]
    tied.rounding = [_part(Role.ROUNDING, posting) for posting in flow.rounding if posting.units.number]
    if flow.tax:
        _tie_tax(flow, tied, targets, recognition, decimals)
    if flow.cogs:
        _tie_cogs(flow, drafts, targets, recognition, decimals)
    return tied


def _part(role: Role, posting: Posting) -> Part:
    return Part(role, posting.account, posting.units.number, posting.units.currency, place_of(posting))


def _amount(draft: Draft) -> Decimal:
    return draft.amount


def _net(draft: Draft) -> Decimal:
    return draft.net


def _weight(draft: Draft) -> Decimal:
    return draft.weight


def _dealt(
    part: Part, targets: Sequence[Draft], weight: Callable[[Draft], Decimal], decimals: int
) -> list[tuple[Draft, Part]]:
    """Return the share of each line in one amount, shares of nothing left out."""
    if len(targets) == 1:
        return [(targets[0], part)] if part.amount else []
    amounts = shares(part.amount, [max(ZERO, weight(draft)) for draft in targets], decimals)
    return [
        (draft, Part(part.role, part.account, amount, part.currency, part.place))
        for draft, amount in zip(targets, amounts)
        if amount
    ]


def _tie_tax(flow: Flow, tied: Tied, targets: Targets, recognition: Recognition, decimals: int) -> None:
    drafts = tied.drafts
    delivered = {name for posting in flow.shipping for name in _names(posting, recognition)}
    common = []
    for posting in flow.tax:
        named = targets(posting)
        if named is not drafts or (len(drafts) == 1 and not tied.shipping):
            for draft, share in _dealt(_part(Role.OUTPUT_VAT, posting), named, _net, decimals):
                draft.tax.append(share)
        elif delivered.intersection(_names(posting, recognition)):
            tied.shipping.append(_part(Role.OUTPUT_VAT, posting))
        else:
            common.append(posting)
    if common:
        _share_tax(common, tied, decimals)


def _names(posting: Posting, recognition: Recognition) -> list[tuple[str, str]]:
    meta = posting.meta or NO_META
    return [(key, text_of(meta[key])) for key in (recognition.line, recognition.sku) if key in meta]


def _share_tax(common: list[Posting], tied: Tied, decimals: int) -> None:
    """Share tax that names no line by net revenue, over the lines without tax of their own and taxed delivery."""
    untaxed = [draft for draft in tied.drafts if not draft.tax and draft.net]
    totals: dict[str, Decimal] = {}
    for posting in common:
        totals[posting.account] = totals.get(posting.account, ZERO) - posting.units.number
    has_own = any(part.role is Role.OUTPUT_VAT for part in tied.shipping)
    delivery = ZERO if has_own else -sum([part.amount for part in tied.shipping], ZERO)
    if not untaxed and delivery:
        tied.shipping.extend(_part(Role.OUTPUT_VAT, posting) for posting in common)  # every line has its own
        return
    untaxed = untaxed or tied.drafts
    goods = sum([draft.net for draft in untaxed], ZERO)
    # A cost in mills does not make the tax any finer: what counts is how it is written itself.
    rounded_to = max(max(decimals_of(p.units.currency), places(p.units.number)) for p in common)
    taxed = bool(delivery) and delivery_is_taxed(list(totals.values()), goods, delivery, rounded_to, len(untaxed) + 1)
    if delivery:
        tied.inferred.append(("delivery-taxed" if taxed else "delivery-untaxed", {}))
    weights = [max(ZERO, draft.net) for draft in untaxed] + ([max(ZERO, delivery)] if taxed else [])
    for posting in common:
        account, currency = posting.account, posting.units.currency
        amounts = shares(posting.units.number, weights, decimals)
        for draft, amount in zip(untaxed, amounts):
            if amount:
                draft.tax.append(Part(Role.OUTPUT_VAT, account, amount, currency, place_of(posting)))
        if taxed and amounts[-1]:
            tied.shipping.append(Part(Role.OUTPUT_VAT, account, amounts[-1], currency, place_of(posting)))


def delivery_is_taxed(taxes: Sequence[Decimal], goods: Decimal, delivery: Decimal, decimals: int, lines: int) -> bool:
    """Return True if taxes, one for each account, were charged on goods and delivery, False if on the goods alone.

    `lines` is how many amounts may have been rounded on their own. State and county each have a rate of their own: the
    first that tells speaks for all.
    """
    if goods <= 0:
        return True
    slack = Fraction(max(1, lines), 2 * 10**decimals)
    for step in _RATE_STEPS:
        told = set()
        for tax in taxes:
            alone = _fits(Fraction(tax), Fraction(goods), step, slack)
            together = _fits(Fraction(tax), Fraction(goods + delivery), step, slack)
            if alone != together:
                told.add(together)
        if len(told) == 1:
            return told.pop()
    return True


def _fits(tax: Fraction, base: Fraction, step: Fraction, slack: Fraction) -> bool:
    """Return True if some multiple of `step` is the rate that gives `tax` on `base`, give or take `slack`."""
    rate = round(tax / base / step) * step
    return rate > 0 and abs(base * rate - tax) <= slack


def _tie_cogs(flow: Flow, drafts: list[Draft], targets: Targets, recognition: Recognition, decimals: int) -> None:
    common = []
    for posting in flow.cogs:
        role = recognition.role_of(posting.account) or Role.COGS
        named = targets(posting)
        if named is drafts and len(drafts) > 1:
            common.append((role, posting))
            continue
        for draft, share in _dealt(_part(role, posting), named, _weight, decimals):
            draft.cogs.append(share)
    own = {(draft, part.role) for draft in drafts for part in draft.cogs}
    for role, posting in common:
        stocked = [draft for draft in drafts if draft.lots and (draft, role) not in own]
        for draft, share in _dealt(_part(role, posting), stocked or drafts, _weight, decimals):
            draft.cogs.append(share)
