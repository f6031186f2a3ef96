"""What was found in a ledger as sentences with their values, for the person who runs init."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from returnledger.detect.orders import Named
from returnledger.detect.practice import Practice
from returnledger.detect.roles import Found
from returnledger.detect.sample import Sample
from returnledger.i18n import N_
from returnledger.money import plain
from returnledger.roles import Role

Told = tuple[str, Mapping[str, object]]


def told(
    sample: Sample, transactions: int, named: Named, found: Found, practice: Practice, dimensions: Mapping[str, int]
) -> tuple[Told, ...]:
    """Return what was found, in the order of the settings file."""
    first: Told = (
        N_("{sales} of {count} transactions look like sales, such as order {example}"),
        {"sales": len(sample.sales), "count": transactions, "example": named.example},
    )
    if not named.rules:
        first = (
            N_("{sales} of {count} transactions look like sales, and nothing names their orders"),
            {"sales": len(sample.sales), "count": transactions},
        )
    return (first, *_orders(named), *_keys(named, dimensions), *_accounts(found), *_tax(practice))


def _orders(named: Named) -> Iterator[Told]:
    for style, pattern, count in named.rules:
        shared = named.shared.get((style, pattern.removesuffix("{}")), 0)
        values = {"pattern": pattern, "count": count, "shared": shared}
        if style == "metadata" and shared:
            yield N_("orders are named by the metadata {pattern}: {count} sales, {shared} payments and others"), values
        elif style == "metadata":
            yield N_("orders are named by the metadata {pattern}: {count} sales"), values
        elif style == "tag":
            yield N_("orders are named by tags such as {pattern}: {count} sales, {shared} payments and others"), values
        elif shared:
            yield N_("orders are named by links such as {pattern}: {count} sales, {shared} payments and others"), values
        else:
            yield N_("orders are named by links such as {pattern}: {count} sales"), values


def _keys(named: Named, dimensions: Mapping[str, int]) -> Iterator[Told]:
    for meaning, key in named.metadata.items():
        yield N_("the metadata {key} says the {meaning}"), {"key": key, "meaning": meaning.replace("_", " ")}
    for key, count in dimensions.items():
        yield N_("the metadata {key} has {count} values and goes with returns too"), {"key": key, "count": count}


def _accounts(found: Found) -> Iterator[Told]:
    for role, accounts in found.accounts.items():
        if role is Role.CASH_BANK:
            continue
        values = {"role": role.value, "accounts": ", ".join(accounts), "count": found.counts[role]}
        if found.counts[role]:
            yield N_("{role}: {accounts}, in {count} sales"), values
        else:
            yield N_("{role}: {accounts}, by name"), values
    for method, (account, count) in found.methods.items():
        values = {"method": method, "account": account, "count": count}
        yield N_("customers pay by {method}, to {account}: {count} times"), values


_RATES = N_("tax is charged at {rates}")


def with_rates(told: tuple[Told, ...], rates: Mapping[Fraction, int]) -> tuple[Told, ...]:
    """Return what was found with the rates of the lines, as the sales were read: what a whole sale shows may be a mixture."""
    if not rates:
        return told
    most = sorted(rates.items(), key=lambda row: (-row[1], -row[0]))
    found = [(sentence, values) for sentence, values in told if sentence != _RATES]
    at = next((n for n, (sentence, _) in enumerate(told) if sentence == _RATES), len(found))
    return (*found[:at], (_RATES, _said(most)), *found[at:])


def _said(rates: Iterable[tuple[Fraction, int]]) -> dict[str, object]:
    return {"rates": ", ".join(f"{_percent(rate)} % ({count})" for rate, count in list(rates)[:4])}


def _tax(practice: Practice) -> Iterator[Told]:
    if practice.rates:
        yield _RATES, _said(practice.rates)
    elif practice.output_vat:
        values = {"account": ", ".join(practice.output_vat)}
        yield N_("no sale has tax; it is split off to {account} in entries of its own"), values


def _percent(rate: Fraction) -> str:
    from decimal import Decimal

    return plain(Decimal(rate.numerator) * 100 / Decimal(rate.denominator))
