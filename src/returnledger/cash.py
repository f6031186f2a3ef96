"""Rounds refunds in cash to the coins there are, as the settings say; the difference goes to the account of rounding."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from returnledger.decision import Payment
from returnledger.money import CONTEXT, round_to
from returnledger.roles import Role
from returnledger.settings import Settings


def in_coins(payment: Payment, settings: Settings, decimals: int) -> Payment:
    """Return a payment with what the customer gets more (or less, below zero) because it is paid in cash."""
    rule = settings.cash_rounding
    if rule is None:
        return payment
    accounts = [settings.methods[name].account for name in rule.methods if name in settings.methods]
    if payment.account not in accounts:
        return payment
    steps = Fraction(payment.amount) / Fraction(rule.step)
    whole = steps.numerator // steps.denominator
    if rule.mode == "nearest":
        whole = int(round_to(steps, 0))
    elif rule.mode == "up" and whole != steps:
        whole += 1
    cash = CONTEXT.multiply(Decimal(whole), rule.step)
    return replace(payment, rounding=round_to(cash - payment.amount, decimals))


def account_of_rounding(settings: Settings) -> str:
    """Return the account that differences of cash go to."""
    return settings.account_for(Role.CASH_ROUNDING if settings.explicit(Role.CASH_ROUNDING) else Role.ROUNDING)
