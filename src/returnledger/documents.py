"""What is decided once for the whole of an event: shipping, approval, evidence, and how money goes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from returnledger import legal
from returnledger.approving import controls_of, credited_before, names_of, signed_in
from returnledger.carrying import weighed
from returnledger.coupons import CouponBack, coupon_back
from returnledger.decision import Decision, Document
from returnledger.delivery import shipping_of
from returnledger.facts import Facts
from returnledger.freight import freight_charged
from returnledger.given import units_at, with_units
from returnledger.money import ZERO, round_to
from returnledger.policy import Chosen, FactValue, Policy, evaluate
from returnledger.policy.judgement import Bound
from returnledger.rows import PART_OF, Part
from returnledger.tenders import settle
from returnledger.terms import Disposition, Kind, Method


def decide_document(items: Sequence[tuple[Facts, Decision]]) -> Document:
    """Return what is decided for an event as a whole, from its items: shipping, approval, and how money goes back."""
    first = items[0][0]
    sale, policy = first.sale, first.policy
    assert sale is not None
    gross = sum((facts.gross for facts, _ in items), ZERO)
    fee = sum((decision.fee for _, decision in items), ZERO)
    document = Document(sale.currency, sale.decimals, first.order, sale, gross=gross, fee=fee)
    wanted = [decision.fee_policy for _, decision in items]
    if any(part is not None for part in wanted):
        document = replace(document, fee_policy=sum((part or ZERO for part in wanted), ZERO))
    if policy is None:
        return document
    facts, decision = max(items, key=lambda pair: pair[0].gross)
    spent = credited_before([facts for facts, _ in items])
    names = {**names_of(facts, decision, gross + spent), "disposition": _worst(items)}
    delivery = shipping_of(first, gross, names)
    shipping = delivery.parts
    whole = gross + sum((part.amount for part in shipping), ZERO)
    rounding = _rounding(items, whole - fee)
    settled = _settled(first, whole + sum((part.amount for part in rounding), ZERO), fee)
    coupon = _coupon(items, policy, whole + sum((part.amount for part in (*rounding, *settled)), ZERO) - fee)
    given_back = max(ZERO, -coupon.amount) if coupon else ZERO
    at_stake = whole + spent + given_back + _other_shipping(items, names)
    clawed = (evaluate.coupons(policy),) if sale.coupons else ()
    money = _money_back(first, names, legal.bound(first, names) if first.credits_units else ())
    told = tuple(each for each in money if each.effect != "deadline" or each.statute)
    chosen = (*([delivery.row] if delivery.row else []), *controls_of(policy, items, at_stake), *clawed, *told)
    due = gross + sum((part.amount for part in (*shipping, *rounding, *settled, *_parts(coupon))), ZERO) - document.fee
    charged = freight_charged(items, due) if first.credits_units else ZERO
    document = replace(
        document,
        freight=charged,
        shipping=shipping,
        rounding=rounding,
        settled=settled,
        coupon=coupon,
        shipping_asked=delivery.asked,
        shipping_policy=delivery.by_policy,
        approval_amount=at_stake,
        chosen=chosen,
        due=due - charged,
        method=_method(first),
        deadline=money[-1].value,
    )
    document = settle(first, document, _due(items, document))
    return weighed(first, replace(document, signed=signed_in(items, document)))


def _method(first: Facts) -> str:
    """Return how the money of a credit goes back: a credit note leaves it payable, or off what is owed."""
    if first.event.kind is Kind.CREDIT_NOTE and first.selling is None:
        return Method.LATER.value
    return getattr(first.event.body, "method", None) or Method.ORIGINAL.value


def _money_back(first: Facts, names: Mapping[str, FactValue], laws: tuple[Bound, ...]) -> tuple[Chosen, ...]:
    """Return after which step money may go back, how, and, last, until when: as the policy says or a law that is better."""
    policy = first.policy
    assert policy is not None
    refunds = evaluate.refunds(policy, names)
    own = [evaluate.refund_when(policy, names)] if policy.tables["refund_when"] else []
    chosen, _ = legal.better(first, names, laws, *own, refunds)
    return (*chosen, legal.deadline(first, names, laws, refunds))


def _due(items: Sequence[tuple[Facts, Decision]], document: Document) -> Decimal:
    """Return what is due in the currency of the invoice: what the event types in it to the cent, the rest by share."""
    first, exchange = items[0][0], document.order.exchange
    if exchange is None:
        return document.due
    body = first.event.body
    amount: Decimal | None = getattr(body, "amount", None)
    if first.event.price_only and amount is not None:
        return amount
    fee: Decimal | None = getattr(body, "fee", None)
    own = [(f.item.fee, d.fee) for f, d in items if f.item is not None and f.item.fee is not None]
    typed = -fee if fee is not None else -sum((n for n, _ in own), ZERO)
    booked = -document.fee if fee is not None else -sum((n for _, n in own), ZERO)
    shipping = getattr(body, "shipping", None)
    if isinstance(shipping, Decimal):
        typed += shipping
        booked += sum((part.amount for part in document.shipping), ZERO)
    for part in document.settled:  # booked at the rate of the payment, and not at that of the sale
        if part.commodity == exchange.invoiced.currency:
            typed += part.units or ZERO
            booked += part.amount
    return exchange.due(document.due - booked) + typed


def _other_shipping(items: Sequence[tuple[Facts, Decision]], names: Mapping[str, FactValue]) -> Decimal:
    """Return the delivery refunded on orders beside that of the first item: `return: auto` may take from several."""
    orders: dict[str, list[Facts]] = {}
    for facts, _ in items:
        orders.setdefault(facts.sale.order if facts.sale else "", []).append(facts)
    found = ZERO
    for own in list(orders.values())[1:]:
        parts = shipping_of(own[0], sum((facts.gross for facts in own), ZERO), names).parts
        found += sum((part.amount for part in parts), ZERO)
    return found


def _worst(items: Sequence[tuple[Facts, Decision]]) -> str:
    """Return the disposition that weighs most for approval: scrap, if any item is scrapped; "" where no goods move."""
    found = [decision.disposition for _, decision in items if decision.disposition]
    return Disposition.SCRAP.value if Disposition.SCRAP in found else (found[0].value if found else "")


def _settled(facts: Facts, gross: Decimal, fee: Decimal) -> tuple[Part, ...]:
    """Return what of the discounts taken at payment comes off a credit of `gross`: cumulative shares, as credits.

    What the customer gets is never made less than nothing by it.
    """
    if not facts.credits_units or facts.sale is None:
        return ()
    found: list[Part] = []
    most = max(ZERO, gross - fee)
    for taken in facts.order.settled:
        earned = min(Fraction(taken.amount), taken.earned + taken.rate * Fraction(gross))
        part = min(round_to(earned, facts.sale.decimals) - taken.given, most)
        if part:
            most -= part
            units = units_at(taken.part, taken.given + part) - taken.units_given
            found += with_units(taken.part, -part, -units)
    return tuple(found)


def _coupon(items: Sequence[tuple[Facts, Decision]], policy: Policy, most: Decimal) -> CouponBack | None:
    """Return what the return takes or gives back of the order's coupons, None where the policy leaves them alone."""
    first = items[0][0]
    sale, state = first.sale, first.order.coupons
    if sale is None or state is None or not first.credits_units:
        return None
    if evaluate.coupons(policy).value != "clawback":
        return None
    now: dict[str, Decimal] = {}
    for facts, _ in items:
        if facts.line is not None:
            now[facts.line.line] = now.get(facts.line.line, ZERO) + (facts.quantity or ZERO)
    return coupon_back(sale, state, now, max(ZERO, most))


def _parts(coupon: CouponBack | None) -> tuple[Part, ...]:
    return coupon.parts if coupon else ()


def _rounding(items: Sequence[tuple[Facts, Decision]], due: Decimal) -> tuple[Part, ...]:
    """Return the rounding of the sale's document turned round, where the last unit that was paid for is among the items.

    Where the customer gets less than was rounded off there is nothing to take it from, and it stays.
    """
    first = items[0][0]
    priced = (facts for facts, _ in items if facts.line is not None and facts.line.parts)
    units = sum((_counted(facts) for facts in priced), Fraction(0))
    left = first.order.rounding_left
    if not first.credits_units or not left or units != first.order.units_left:
        return ()
    mirrored = tuple(part.share(-part.amount, -(part.units or ZERO)) for part in left)
    return mirrored if due + sum((part.amount for part in mirrored), ZERO) >= 0 else ()


def _counted(facts: Facts) -> Fraction:
    """Return the units of an item, those of a kit by its components: these may come back alone."""
    line, units = facts.line, Fraction(facts.quantity or ZERO)
    if line is None or not line.is_kit or PART_OF in line.line:
        return units
    return units * Fraction(sum((lot.units for lot in line.lots), ZERO)) / Fraction(line.units)
