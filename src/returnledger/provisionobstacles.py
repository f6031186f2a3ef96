"""What stands in the way of a provision: rules of standards, windows that are still open, balances below nil."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from returnledger.context import Context
from returnledger.estimates import ASSET, LIABILITY, Estimate, month_of_owner
from returnledger.expected import Sold
from returnledger.facts import Facts
from returnledger.findings import Phrase
from returnledger.linefacts import chosen_policy
from returnledger.money import ZERO
from returnledger.policy import evaluate
from returnledger.policyfacts import dates_of, policy_facts

_SAYS = ("expected_rate", "expected_qty", "figures")


def said_by(body: Any, name: str) -> Any:
    """Return what a provision says under a key, None where it says nothing."""
    return getattr(body, name, None)


def obstacles(facts: Facts, made: Estimate, sold: Sold, context: Context) -> Iterator[tuple[str, Phrase, Phrase]]:
    """Yield what stands in the way of a provision: the field, why, and what to do."""
    body, kind, settings = facts.event.body, facts.event.kind.value, facts.settings
    if settings.framework == "asbe_small":
        yield (
            kind,
            Phrase("small enterprises book returns when they happen, and estimate nothing"),
            Phrase("delete the event: the return itself lowers revenue and cost"),
        )
        return
    only_warranty = (
        (f := said_by(body, "figures")) is not None and f.refund_liability is None and f.return_asset is None
    )
    if not settings.estimates and not only_warranty:
        yield (
            kind,
            Phrase("`accounting_model` is direct: no return would use it"),
            Phrase("write `accounting_model: estimate` in the settings, or delete the event"),
        )
        return
    several = [name for name in _SAYS if said_by(body, name) is not None]
    if len(several) > 1 or (made.closes and several):
        names = {"fields": [*several, *(["closed"] if made.closes else [])]}
        yield several[0], Phrase("{fields} say different things", names), Phrase("keep one of {fields}", names)
    yield from _of_closing(facts, made, sold, context)


def _of_closing(facts: Facts, made: Estimate, sold: Sold, context: Context) -> Iterator[tuple[str, Phrase, Phrase]]:
    closed = made.pool.closed
    if closed is not None and not made.closes:
        said = {"owner": made.owner, "id": closed.id, "day": closed.date}
        yield (
            facts.event.kind.value,
            Phrase("{owner} was closed by {id} on {day}", said),
            Phrase("void {id} first, if goods can still come back", said),
        )
    if made.closes and facts.day is not None:
        end = _last_day(facts, made, sold, context)
        if end is not None and facts.day < end:
            said = {"end": end}
            yield (
                "closed",
                Phrase("goods can come back until {end}", said),
                Phrase("close it on {end} or later, or estimate it anew", said),
            )


def _last_day(facts: Facts, made: Estimate, sold: Sold, context: Context) -> date | None:
    """Return the last day on which anything that is still out can come back, and the last of a cohort's month."""
    ends: list[date] = []
    month = month_of_owner(made.owner) if not made.order else None
    if month is not None:
        year, number = map(int, month.split("-"))
        ends.append(date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1))
    for sale, line, left in sold.lines:
        policy = chosen_policy(context.policies, sale, facts.requested)
        if left > 0 and policy is not None and policy.window.fixed:
            own = replace(facts, sale=sale, line=line, policy=policy, category=context.category_of(line.sku))
            end = evaluate.window_at(policy, own.category, None, dates_of(own), policy_facts(own)).last_day
            ends += [end] if end is not None else []
    return max(ends, default=None)


def negative(facts: Facts, made: Estimate) -> Iterator[tuple[str, str, Decimal, str, Phrase]]:
    """Yield balances below nil that the event wants."""
    body = facts.event.body
    for wanted in made.wanted:
        if wanted.amount >= 0 and wanted.units >= 0:
            continue
        if said_by(body, "figures") is not None:
            field, why = "figures", Phrase("`figures` says so")
        elif any(n < 0 for _, n in made.expected):
            field, why = "expected_qty", Phrase("fewer than no units are expected")
        elif wanted.role == LIABILITY:
            field, why = "expected_fee", Phrase("`expected_fee` is above the price")
        else:
            field, why = "recovery_cost", Phrase("`recovery_cost` is above the cost of the goods")
        yield field, wanted.role, wanted.amount, wanted.currency, why


def turning(facts: Facts, made: Estimate) -> Iterator[tuple[str, str, Decimal, str, Phrase]]:
    """Yield balances that entries of later days would leave below nil."""
    day = facts.day
    for role in (LIABILITY, ASSET):
        for currency, of in made.pool.monies(role):
            now = sum((s.amount for s in made.pool.stands(role, currency, day, of)), ZERO)
            low = sum((s.amount for s in made.pool.stands(role, currency, day, of, lasting=True)), ZERO)
            wanted = sum((w.amount for w in made.wanted if (w.role, w.currency, w.of) == (role, currency, of)), ZERO)
            named = made.closes or any(w.role == role for w in made.wanted)
            if named and low < now and wanted - (now - low) < 0 <= wanted:
                why = Phrase("returns dated later have used {used} of it", {"used": f"{now - low:f}"})
                yield facts.event.kind.value, role, wanted - (now - low), currency, why
