"""What the money of a customer who pays another currency weighs in the books, and what exchange rates made of it.

What is still owed leaves the receivable at what it weighs there; what goes back weighs what it does on the day. A part
that is paid later leaves refund payable at what it was credited with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from returnledger.cash import in_coins
from returnledger.decision import Document, Payment
from returnledger.exchange import Exchange, of_leg
from returnledger.facts import Facts
from returnledger.money import ZERO, decimals_of, round_to
from returnledger.roles import Role
from returnledger.rows import Posted


def weighed(facts: Facts, document: Document) -> Document:
    """Return the document of a credit with the weight of all that it offsets, owes and pays."""
    exchange = document.order.exchange
    if exchange is None:
        return _paid_abroad(facts, document)
    due = sum((units for _, units in document.offset), document.payable + document.store_credit)
    each = Fraction(document.due) / Fraction(due) if due else exchange.sold_at
    offset = [
        (account, units, exchange.leaving(account, units, Fraction(units) * each)) for account, units in document.offset
    ]
    taken = sum((units for _, units in document.offset), ZERO)
    offset += [(account, ZERO, weight) for account, weight in exchange.apart(taken)]
    arising = exchange.today(document.payable or document.store_credit)
    document = replace(document, offset_weights=tuple(offset), weight=arising)
    return replace(document, payments=_weighed(facts, document, exchange), leaving=exchange.today(document.paid))


def weighed_refund(facts: Facts, document: Document) -> Document:
    """Return the document of a refund: what leaves refund payable weighs what the case was credited with."""
    exchange = document.order.exchange
    if exchange is None:
        return _paid_abroad(facts, document)
    units, weight = _payable(facts.case, exchange.invoiced.currency)
    for account, released in document.released:
        share = exchange.leaving(account, -released, -Fraction(released) * exchange.sold_at)
        document = replace(document, offset_weights=(*document.offset_weights, (account, released, -share)))
        units, weight = units + released, weight - share
    leaving = (
        round_to(Fraction(weight) * Fraction(document.paid) / Fraction(units), exchange.decimals) if units else ZERO
    )
    return replace(document, payments=_weighed(facts, document, exchange), leaving=leaving)


def _paid_abroad(facts: Facts, document: Document) -> Document:
    """Return the document with what leaves tenders in a third currency in that currency."""
    rates = {each.account: each for each in facts.order.abroad}
    made = []
    for payment in document.payments:
        other = rates.get(payment.account)
        if other is not None and other.rate is not None:
            at_home = min(payment.amount, _brought_at_home(facts, payment.account))
            if at_home > 0:
                made.append(replace(payment, amount=at_home))
                payment = replace(payment, amount=payment.amount - at_home)
                if not payment.amount:
                    continue
            units = round_to(Fraction(payment.amount) * other.rate.value, decimals_of(other.currency))
            payment = replace(payment, units=units, commodity=other.currency)
        made.append(payment)
    return replace(document, payments=tuple(made)) if rates else document


def _brought_at_home(facts: Facts, account: str) -> Decimal:
    """Return what a tender's account, which also took another currency, got in that of the sale."""
    sale = facts.sale
    tenders = sale.tenders if sale is not None else ()
    own = (m for m in tenders if m.account == account and m.units is None and m.settled is None)
    return max(ZERO, sum((m.amount for m in own if sale is not None and m.currency == sale.currency), ZERO))


def _payable(case: Iterable[Posted], currency: str) -> tuple[Decimal, Decimal]:
    legs = [leg for entry in case for leg in entry.legs if leg.role == Role.REFUND_PAYABLE]
    return -sum((of_leg(leg, currency) for leg in legs), ZERO), -sum((leg.amount for leg in legs), ZERO)


def _weighed(facts: Facts, document: Document, exchange: Exchange) -> tuple[Payment, ...]:
    """Return the payments with what each weighs on the day; together they weigh what their sum does."""
    made, units, weight = [], ZERO, ZERO
    for payment in document.payments:
        units += payment.amount
        own, weight = exchange.today(units) - weight, exchange.today(units)
        in_books = not takes(facts, payment.account, exchange)
        coins = in_coins(replace(payment, amount=own), facts.settings, exchange.decimals).rounding if in_books else ZERO
        made.append(replace(payment, weight=own, in_books=in_books, rounding=coins))
    return tuple(made)


def takes(facts: Facts, account: str, exchange: Exchange) -> bool:
    """Return True if money leaves an account in the customer's currency, False if in that of the books.

    The account's own currencies say it; else what the customer paid into it, or its name: Assets:Bank:USD.
    """
    currency, sale = exchange.invoiced.currency, facts.sale
    opened = facts.accounts.get(account)
    if (
        opened is not None
        and opened.currencies
        and (currency in opened.currencies) != (exchange.currency in opened.currencies)
    ):
        return currency in opened.currencies
    paid = [money for money in (sale.tenders if sale else ()) if money.account == account]
    if paid:
        return any(money.commodity == currency for money in paid)
    own = facts.settings.role_of(account) is Role.STORE_CREDIT_LIABILITY  # what a customer may spend is in his money
    return own or re.search(rf"\b{re.escape(currency)}\b", account) is not None


def difference(document: Document) -> Decimal:
    """Return what exchange rates took from us with this document, a gain below zero: a debit of the books.

    What the customer is given weighs more or less than the sale's own rate makes of it; what is paid weighs more or
    less than what was payable.
    """
    if document.order.exchange is None:
        return ZERO
    paid = sum((payment.weight or ZERO for payment in document.payments), ZERO) - document.leaving
    if not document.due_in_books:
        return paid
    given = sum((weight for _, _, weight in document.offset_weights), ZERO) + document.weight
    return given - document.due + paid
