"""Ties discounts and coupons: to the line or SKU they name, to delivery, else to the order by line amount before discount.

A posting of opposite sign to revenue is a discount too. Where a SKU has several lines and the discount names the SKU
alone, it is the line's that it stands behind, or the line's whose quantity it repeats; where neither tells, the lines
share it and that is said.

A discount may stand on an account that the settings give no role; then it is told by what it does, see
`find_discounts`.

    Income:Sales       -100.00 CNY  ; sku: MUG
    Income:Discounts     10.00 CNY  ; sku: MUG   is the line's above
    Income:Sales        -90.00 CNY  ; sku: MUG
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from returnledger.money import ZERO
from returnledger.rows import Part
from returnledger.sales.drafts import NO_META, Draft, dealt_to
from returnledger.sales.postings import CUSTOMER_SIDE, Flow, Posting, Recognition, booked, names_in, place_of
from returnledger.sales.tied import Tied
from returnledger.sales.values import number_of, text_of
from returnledger.terms import Role

# What `sku` says on a discount that is on delivery.
DELIVERY = frozenset({"shipping", "delivery", "freight", "postage", "运费", "邮费", "快递", "快递费"})


# The metadata key of a coupon's threshold, on its posting or on the transaction of the sale.
THRESHOLD = "coupon_threshold"

# What the name of an account of no role says where it is for discounts.
_NAMED = re.compile(r"discount|coupon|rebate|voucher|promo|折扣|优惠|折让|满减|券", re.IGNORECASE)


def find_discounts(flow: Flow) -> None:
    """Find discounts on accounts of no role in a sale, and say it: what was neither owed nor paid, or lowers income.

    An expense is one if it fills the gap between what was sold and what is owed or was paid, and its name says so or
    nothing was paid yet: what a bank keeps for itself is kept of a payment.
    """
    found = [p for p in flow.unnamed if p.account.startswith("Income") and p.units.number > 0]
    flow.unnamed = [p for p in flow.unnamed if p not in found]
    gap = -sum([p.units.number for name in CUSTOMER_SIDE for p in getattr(flow, name)], ZERO)
    gap -= sum([p.units.number for p in found], ZERO)
    named = [p for p in flow.fees if _NAMED.search(p.account.partition(":")[2])]
    others = [p.units.number for p in flow.fees if p not in named]
    unpaid = [] if flow.tenders or flow.advance else flow.fees
    alone = [p for p in unpaid if p.units.number == gap][:1]
    for some, kept in ((named, (ZERO, sum(others, ZERO), *others)), (alone, (ZERO,)), (unpaid, (ZERO,))):
        if some and gap > 0 and gap - sum([p.units.number for p in some], ZERO) in kept:
            found = [*found, *some]
            flow.fees = [p for p in flow.fees if p not in some]
            break
    for posting in found:
        values = {"account": posting.account, "amount": f"{posting.units.number:f}", "currency": posting.units.currency}
        flow.inferred.append(("discount-account", values))
    flow.discount.extend(found)


def tie_discounts(
    flow: Flow, tied: Tied, targets: Callable[[Posting], Sequence[Draft]], recognition: Recognition, decimals: int
) -> None:
    """Give every discount of `flow` to its lines, or to delivery."""
    delivered = {name for posting in flow.shipping for name in names_in(posting, recognition)}
    for posting in flow.discount:
        units = posting.units
        part = Part(Role.SALES_DISCOUNTS, posting.account, units.number, units.currency, place_of(posting))
        on = targets(posting)
        if on is tied.drafts and posting.meta and flow.shipping:
            names = names_in(posting, recognition)
            if delivered.intersection(names) or any(name.lower() in DELIVERY for _, name in names):
                tied.shipping.append(part)
                continue
        if len(on) > 1 and on is not tied.drafts:
            own = _own_line(posting, on, flow, recognition)
            if own is None:
                tied.inferred.append(("discount-shared", {"skus": on[0].sku}))
            else:
                on = [own]
        for draft, share in dealt_to(part, on, _amount, decimals):
            draft.own.append(share)
        threshold = _threshold(posting, flow, of_order=on is tied.drafts)
        if threshold and part.place is not None:
            tied.coupons.append((part.place, threshold))


def _threshold(posting: Posting, flow: Flow, *, of_order: bool) -> str:
    """Return the worth of goods that a discount was given for: its own metadata, of an order's discount the sale's too."""
    own = (posting.meta or NO_META).get(THRESHOLD)
    if own is None and of_order:
        own = next((each.meta[THRESHOLD] for each in flow.transactions if THRESHOLD in (each.meta or NO_META)), None)
    return text_of(own)


def _amount(draft: Draft) -> Decimal:
    return draft.amount


def _own_line(posting: Posting, mates: Sequence[Draft], flow: Flow, recognition: Recognition) -> Draft | None:
    """Return the line of one SKU that a discount is on, None where nothing tells."""
    meta = posting.meta or NO_META
    quantity = number_of(meta.get(recognition.quantity))
    if quantity is not None:
        alike = [mate for mate in mates if mate.quantity == abs(quantity) or mate.units == abs(quantity)]
        if len(alike) == 1:
            return alike[0]
    order = {id(each): n for n, each in enumerate(each for t in flow.transactions for each in booked(t))}
    lines = sorted((order.get(id(mate.source), -1), n) for n, mate in enumerate(mates))
    here = order.get(id(posting), -1)
    above = [(at, n) for at, n in lines if at < here]
    if not above:
        return None
    at, n = above[-1]
    between = any(
        lines[0][0] < order.get(id(other), -1) < at for other in flow.discount if names_in(other, recognition)
    )
    return mates[n] if (at, n) != lines[-1] or between else None
