"""Is the text what was meant: it reads back to the same directives, and each of them sums to exactly zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from beancount.core.data import Directive, Posting, Transaction
from beancount.core.position import Cost

from returnledger.findings import Finding
from returnledger.money import CONTEXT, ZERO, at_price, decimals_of, places, quantum
from returnledger.roles import Role
from returnledger.text import in_order, parse, render, same


def prove_text(
    directives: Sequence[Directive], text: str, decimals: Mapping[tuple[str | None, str], int] | None = None
) -> list[Finding]:
    """Return a finding for each entry that reads back as another one or does not sum to zero; none is the rule.

    `decimals` gives the decimals of a currency, by event, where they are not those of its minor unit.
    """
    try:
        back = parse(text)
    except AssertionError as error:
        return [Finding("text-differs", values={"message": str(error)})]
    meant = in_order(directives)
    if len(back) != len(meant):
        message = f"{len(back)} entries, {len(meant)} were meant"
        return [Finding("text-differs", values={"message": message})]
    findings = []
    for one, other in zip(meant, back):
        if not same(one, other):
            line = next((a for a, b in zip(render(other).splitlines(), render(one).splitlines()) if a != b), "")
            findings.append(Finding("text-differs", values={"message": line.strip()}, event=event(one)))
        elif isinstance(one, Transaction):
            findings += sums(one, decimals or {})
    return findings


def event(directive: Directive) -> str | None:
    """Return the id of the event that a directive of ours belongs to."""
    found = (directive.meta or {}).get("rl-id")
    return None if found is None else str(found)


def weight(posting: Posting) -> tuple[Decimal, str]:
    """Return what a posting weighs in the sum of its entry: units at cost, at price, or as they are."""
    assert posting.units is not None and isinstance(posting.units.number, Decimal)
    units = posting.units.number
    if posting.cost is not None:
        per = posting.cost.number if isinstance(posting.cost, Cost) else posting.cost.number_per
        assert isinstance(per, Decimal) and isinstance(posting.cost.currency, str)
        return CONTEXT.multiply(units, per), posting.cost.currency
    if posting.price is not None:
        assert isinstance(posting.price.number, Decimal)
        return at_price(units, posting.price.number, posting.price.currency), posting.price.currency
    return units, posting.units.currency


def sums(entry: Transaction, decimals: Mapping[tuple[str | None, str], int]) -> Iterator[Finding]:
    """Yield a finding for each currency in which the postings of an entry do not sum to zero.

    Where every weight is whole minor units (or has the most decimals the entry uses in that currency) nothing is left
    over. Lots that cost fractions of it may leave half a unit, as in the sale: what Beancount lets pass. What cost rounding
    takes of such a fraction makes the other amounts no finer.
    """
    rows = [weight(posting) for posting in entry.postings]
    used: dict[str, int] = defaultdict(int)
    for posting, (number, currency) in zip(entry.postings, rows):
        fraction = (posting.meta or {}).get("rl-role") == Role.COST_ROUNDING.value
        if posting.cost is None and posting.price is None and not fraction:
            used[currency] = max(used[currency], places(number))
    for currency in dict.fromkeys(currency for _, currency in rows):
        exact = ZERO
        for number, other in rows:
            exact = CONTEXT.add(exact, number) if other == currency else exact
        digits = max(decimals.get((event(entry), currency), decimals_of(currency)), used[currency])
        half = quantum(digits) / 2
        if abs(exact) > half:
            values = {"sum": exact, "currency": currency, "allowed": half}
            yield Finding("sum-not-zero", values=values, event=event(entry))
