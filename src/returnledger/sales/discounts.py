"""References discounts and coupons: to the line or SKU they name, to delivery, else to the order by line amount before discount.

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

from collections.abc import Callable, Sequence
from decimal import Decimal

from returnledger.money import ZERO
from returnledger.roles import Role
from returnledger.rows import Part
from returnledger.sales.account_words import names_delivery, names_discount, names_fee
from returnledger.sales.allocation import Allocation
from returnledger.sales.costs import cost_postings, weight_of
from returnledger.sales.drafts import NO_META, Draft, dealt_to
from returnledger.sales.postings import CUSTOMER_SIDE, Flow, Posting, booked, names_in, place_of
from returnledger.sales.recognition import Recognition
from returnledger.sales.values import number_of, text_of

# What `sku` says on a discount that is on delivery.
DELIVERY = frozenset({"shipping", "delivery", "freight", "postage", "运费", "邮费", "快递", "快递费"})


# The metadata key of a coupon's threshold, on its posting or on the transaction of the sale.
THRESHOLD = "coupon_threshold"


def find_discounts(flow: Flow, how: Recognition) -> None:
    """Find discounts on accounts of no role in a sale, and say it: what was neither owed nor paid, or lowers income.

    What gives the delivery charge back, or stands on an account named after delivery, comes off delivery. An expense is a
    discount if it fills the gap between what was sold and what is owed or was paid. One that somebody kept of a payment
    is none: its account says so, or the money came by a platform. Where nothing was paid yet nothing was kept of it.
    """
    _find_free_delivery(flow, how)
    found = [p for p in flow.unnamed if p.account.startswith("Income") and p.units.number > 0]
    flow.unnamed = [p for p in flow.unnamed if p not in found]
    gap = -sum([p.units.number for name in CUSTOMER_SIDE for p in getattr(flow, name)], ZERO)
    gap -= sum([p.units.number for p in found], ZERO)
    if not (flow.cogs or cost_postings(flow)):
        gap += weight_of(flow)  # goods that leave against revenue
    spent = _spent(flow, how)
    named = [p for p in spent if names_discount(p.account)]
    paid = flow.tenders or flow.advance
    by_platform = any(how.is_platform(p.account) for p in flow.tenders)
    unsaid = [p for p in spent if p in named or not (by_platform or names_fee(p.account))] if paid else spent
    for some in (unsaid, named, *([p] for p in unsaid)):
        others = [p.units.number for p in spent if p not in some]
        if some and gap > 0 and gap - sum([p.units.number for p in some], ZERO) in (ZERO, sum(others, ZERO), *others):
            found = [*found, *some]
            flow.fees = [p for p in flow.fees if p not in some]
            flow.other = [p for p in flow.other if p not in some]
            break
    for posting in found:
        flow.inferred.append(("discount-account", _said(posting)))
    flow.discount.extend(found)


def _spent(flow: Flow, how: Recognition) -> list[Posting]:
    """Return what a sale posts to expenses and equity of no role, apart from the cost of goods and what the shop paid."""
    cost = cost_postings(flow)
    equity = [p for p in flow.other if p.account.startswith("Equity") and how.role_of(p.account) is None]
    ours = [-p.units.number for p in flow.tenders if p.units.number < 0]
    return [p for p in (*flow.fees, *equity) if p not in cost and p.units.number not in ours]


def _find_free_delivery(flow: Flow, how: Recognition) -> None:
    """Let what gives the delivery charge back, on an account of no role, come off delivery, and say it.

    An expense for postage beside the charge is the shop's own, and stays one, where a platform took it off the money.
    """
    charged = -sum([p.units.number for p in flow.shipping], ZERO)
    by_platform = any(how.is_platform(p.account) for p in flow.tenders)
    income = [p for p in flow.unnamed if p.account.startswith("Income")]
    for posting in (*income, *_spent(flow, how)):
        number, account = posting.units.number, posting.account
        if not 0 < number <= charged or posting.units.currency != flow.shipping[0].units.currency:
            continue
        if names_in(posting, how) or (by_platform and not account.startswith("Income") and not names_discount(account)):
            continue
        if names_delivery(account) or (number == charged and not names_fee(account)):
            charged -= number
            for postings in (flow.unnamed, flow.fees, flow.other):
                if posting in postings:
                    postings.remove(posting)
            flow.shipping.append(posting)
            flow.inferred.append(("delivery-given", _said(posting)))


def _said(posting: Posting) -> dict[str, str]:
    units = posting.units
    return {"account": posting.account, "amount": f"{units.number:f}", "currency": units.currency}


def allocate_discounts(
    flow: Flow,
    allocation: Allocation,
    targets: Callable[[Posting], Sequence[Draft]],
    recognition: Recognition,
    decimals: int,
) -> None:
    """Give every discount of `flow` to its lines, or to delivery."""
    delivered = {name for posting in flow.shipping for name in names_in(posting, recognition)}
    for posting in flow.discount:
        units = posting.units
        part = Part(Role.SALES_DISCOUNTS, posting.account, units.number, units.currency, place_of(posting))
        on = targets(posting)
        if on is allocation.drafts and posting.meta and flow.shipping:
            names = names_in(posting, recognition)
            if delivered.intersection(names) or any(name.lower() in DELIVERY for _, name in names):
                allocation.shipping.append(part)
                continue
        if (
            on is allocation.drafts
            and flow.shipping
            and names_delivery(posting.account)
            and not names_in(posting, recognition)
        ):
            allocation.shipping.append(part)
            continue
        if len(on) > 1 and on is not allocation.drafts:
            own = _own_line(posting, on, flow, recognition)
            if own is None:
                allocation.inferred.append(("discount-shared", {"skus": on[0].sku}))
            else:
                on = [own]
        bearing = flow.bearing or on if on is allocation.drafts else on
        for draft, share in dealt_to(part, bearing, _amount, decimals):
            draft.own.append(share)
        threshold = _threshold(posting, flow, of_order=on is allocation.drafts)
        if threshold and part.place is not None:
            allocation.coupons.append((part.place, threshold))


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
