"""How what is due goes back: off what the order owes, as store credit, or by the tenders that had paid for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from returnledger.cash import in_coins
from returnledger.decision import Document, Payment
from returnledger.facts import Facts
from returnledger.money import ZERO, round_to
from returnledger.ordermoney import OrderFacts
from returnledger.outgoing import paid_in
from returnledger.roles import Role
from returnledger.terms import Method


def settle(facts: Facts, document: Document, due: Decimal) -> Document:
    """Split what is due, in the currency of the invoice: first against what the order owes, then payable, then paid by the tenders where it is paid.

    Where the method is paid by statement, the money stays payable until the bank line is there.
    """
    order = document.order
    offset = tuple(order.off_owed(due))
    due -= sum((amount for _, amount in offset), ZERO)
    if facts.selling is not None:
        document = _swapped(facts, document, due, facts.selling.gross)
        due -= paid_in(document.swapped)
    ahead = _paid_ahead(facts, order)
    if document.method == Method.STORE_CREDIT and due <= ahead:
        return replace(document, offset=offset, payable=due)
    if document.method == Method.STORE_CREDIT:
        refunds = document.find("refunds")
        percent = refunds.value.bonus_percent if refunds and refunds.value else None
        credit = max(ZERO, due - ahead)
        bonus = round_to(Fraction(credit) * Fraction(percent) / 100, document.money_decimals) if percent else ZERO
        return replace(
            document, offset=offset, store_credit=credit, payable=due - credit if ahead else ZERO, bonus=bonus
        )
    document = replace(document, offset=offset, payable=due)
    return replace(document, payments=payments(facts, document, due - ahead)) if due > ahead else document


def _paid_ahead(facts: Facts, order: OrderFacts) -> Decimal:
    """Return what was paid of a case before its credit: the credit settles it first."""
    if facts.now is None or order.exchange is not None:
        return ZERO
    return max(ZERO, -facts.now.payable)


def _swapped(facts: Facts, document: Document, due: Decimal, price: Decimal) -> Document:
    """Return the document with what is due that pays for goods going out, by the tenders that had paid for those that came.

    It counts as paid out through them. Where nothing is left to give back, no method is asked for.
    """
    order, amount = document.order, max(ZERO, min(due, price))
    rest = amount
    swapped: list[tuple[str, Decimal]] = []
    for tender, part in _by_tender(facts, order, min(amount, order.refundable)):
        swapped.append((tender, part))
        rest -= part
    swapped += [("", rest)] if rest > 0 else []
    gone = dict(swapped)
    tenders = tuple((name, left - gone.get(name, ZERO)) for name, left in order.tenders)
    order = replace(order, tenders=tenders, paid_out=order.paid_out + paid_in(swapped))
    method = document.method if due > price else Method.LATER.value
    return replace(document, order=order, swapped=tuple(swapped), method=method)


def payments(facts: Facts, document: Document, amount: Decimal, *, stated: bool = False) -> tuple[Payment, ...]:
    """Return what is paid now of `amount` payable, by the method of the document and the tenders of the order.

    `stated` is for an event that says the money has left: then it is booked whatever the method waits for.
    """
    paid = _payments(facts, document, amount, stated)
    if document.order.exchange is not None:
        return tuple(paid)  # rounded as what it weighs, where it is cash of the books
    return tuple(in_coins(payment, facts.settings, document.decimals) for payment in paid)


def _payments(facts: Facts, document: Document, amount: Decimal, stated: bool) -> tuple[Payment, ...]:
    settings, body = facts.settings, facts.event.body
    account = getattr(body, "account", None)
    if document.method in (Method.OFFSET, Method.LATER):
        return ()
    if account:
        return (Payment(account, amount, role_of_tender(facts, account)),)
    if document.method != Method.ORIGINAL:
        method = settings.methods.get(document.method)
        if method is None or (method.paid == "by_statement" and not stated):
            return ()
        return (Payment(method.account, amount, role_of_tender(facts, method.account)),)
    by_statement = {method.account for method in settings.methods.values() if method.paid == "by_statement"}
    return tuple(
        Payment(tender, part, role_of_tender(facts, tender))
        for tender, part in _by_tender(facts, document.order, min(amount, document.order.refundable))
        if stated or tender not in by_statement
    )


def _by_tender(facts: Facts, order: OrderFacts, amount: Decimal) -> Iterator[tuple[str, Decimal]]:
    """Yield what of `amount` goes back through each tender that paid, in the order in which they paid.

    What a marketplace added goes back to it in proportion to what is given back of the order; the rest is the customer's.
    """
    assert facts.sale is not None
    left = dict(order.tenders)
    platforms = [each for each in order.paid_by if role_of_tender(facts, each[0]) is Role.PLATFORM_RECEIVABLE]
    shares: dict[str, Decimal] = {}
    for tender, brought in platforms if order.paid_in > 0 else ():
        capacity = left.get(tender, ZERO)
        share = round_to(
            Fraction(brought) * Fraction(order.paid_out + amount) / Fraction(order.paid_in), facts.sale.decimals
        )
        shares[tender] = max(ZERO, min(capacity, share - (brought - capacity), amount - sum(shares.values(), ZERO)))
    rest = amount - sum(shares.values(), ZERO)
    for tender, capacity in left.items():
        part = shares.get(tender)
        if part is None:
            part = min(rest, capacity)
            rest -= part
        if part > 0:
            yield tender, part


def role_of_tender(facts: Facts, account: str) -> Role:
    """Return the role of an account that money goes back through: the marketplace's, store credit, else cash or bank."""
    role = facts.settings.role_of(account)
    return role if role in (Role.PLATFORM_RECEIVABLE, Role.STORE_CREDIT_LIABILITY) else Role.CASH_BANK
