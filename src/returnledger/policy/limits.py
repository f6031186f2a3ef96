"""How much one customer may send back: shares, numbers and sums of the days before a request, each with its limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from returnledger.policy.chosen import Chosen
from returnledger.policy.conditions import Facts, answer, text_of
from returnledger.policy.model import LimitRow
from returnledger.policy.prepare import Policy
from returnledger.terms import Verdict


def limit_facts(row: LimitRow) -> Iterator[str]:
    """Yield the names of the facts that a limit looks at, for its days: of the customer, the order or the SKU.

    `customer_rate_365d` is the share of the orders of these days of which something came back, `customer_returns_365d`
    and `customer_amount_365d` are the number and the sum of the returns, `customer_orders_365d` is the number of orders.
    """
    if row.max_rate is not None:
        yield f"{row.per}_rate_{row.within_days}d"
    if row.max_returns is not None:
        yield f"{row.per}_returns_{row.within_days}d"
    if row.max_amount is not None:
        yield f"{row.per}_amount_{row.within_days}d"
    if row.min_orders:
        yield f"{row.per}_orders_{row.within_days}d"


def limits(policy: Policy, facts: Facts) -> Chosen:
    """Return what the limits make of the return (value: allow, review or deny): the strictest that is passed.

    A limit that only a missing fact could decide gives review and names the fact.
    """
    found = policy.defaults["limits"]
    for prepared in policy.tables["limits"]:
        row = prepared.says
        if not isinstance(row, LimitRow):
            continue
        holds = prepared.holds(facts)
        passed, missing = _passed(row, facts) if holds is not False else (False, ())
        if holds is False or passed is False:
            continue
        if holds is None:
            passed, missing = None, (*answer(prepared.asks, facts).missing, *missing)
        value = row.then if passed else Verdict.REVIEW
        if found.row == "default" or (value is Verdict.DENY and found.value is not Verdict.DENY):
            known = ((name, facts.get(name)) for name in limit_facts(row))
            told = tuple((name, text_of(fact)) for name, fact in known if fact is not None)
            found = replace(prepared.chosen, value=value, used=told, missing=tuple(dict.fromkeys(missing)))
    return found


def _passed(row: LimitRow, facts: Facts) -> tuple[bool | None, tuple[str, ...]]:
    """Return whether one of the limits of `row` is passed, None where only a missing fact could tell, and which."""
    days = row.within_days
    orders = facts.get(f"{row.per}_orders_{days}d")
    if row.min_orders and isinstance(orders, Decimal) and orders < row.min_orders:
        return False, ()
    missing = [f"{row.per}_orders_{days}d"] if row.min_orders and orders is None else []
    passed: bool | None = False
    for name, most in (("rate", row.max_rate), ("returns", row.max_returns), ("amount", row.max_amount)):
        if most is None:
            continue
        value = facts.get(f"{row.per}_{name}_{days}d")
        if not isinstance(value, Decimal):
            missing.append(f"{row.per}_{name}_{days}d")
            passed = passed or None
        elif value > most:
            passed = True
    if passed is False:
        return False, ()
    unsure = passed is None or (row.min_orders > 0 and orders is None)
    return (None, tuple(missing)) if unsure else (True, ())
