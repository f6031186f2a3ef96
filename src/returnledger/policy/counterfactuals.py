"""Which single date or number would have changed a decision, and to what.

One fact at a time is set to the values next to every edge that the policy has for it, all others stay as they are, and
the policy judges again. Of the values that change an effect the nearest below and the nearest above is reported. So
what is said has been judged, not concluded.

    asked on 2026-03-11, delivered on 2026-03-03, seven days   →   asked on 2026-03-10 or before: allow
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from returnledger.money import ZERO, decimals_of, quantum
from returnledger.policy.conditions import Condition, FactValue, Not, Test
from returnledger.policy.judging import Dates, Given, Judgement, judge
from returnledger.policy.limits import limit_facts
from returnledger.policy.model import LimitRow
from returnledger.policy.prepare import Policy
from returnledger.terms import Verdict

# Effects whose change is reported.
WATCHED = (
    "verdict", "goods", "fee", "approvals", "freight", "shipping", "refunds", "refund_when", "limits", "one_step", "advance",
)  # fmt: skip
# Days of a return that may have been other ones, each with those that it can't come after.
_DAYS: Mapping[str, tuple[str, ...]] = {
    "requested": (),
    "delivered": ("received", "requested"),
    "shipped": ("delivered", "received", "requested"),
    "sold": ("shipped", "delivered", "received", "requested", "paid"),
    "received": (),
    "paid": (),
    "contract": ("requested",),
    "invoiced": ("requested",),
}
_NOT_BEFORE: Mapping[str, tuple[str, ...]] = {
    "requested": ("sold",),
    "delivered": ("sold", "shipped"),
    "shipped": ("sold",),
    "received": ("sold", "shipped", "delivered"),
    "paid": (),
    "contract": (),
    "invoiced": (),
    "sold": (),
}
_FOLLOWING = frozenset({"days_since_sale", "days_since_delivered", "days_late"})  # from days, unless they are given
_FARTHEST = 2500  # days that a day is moved at most
_MOST = 300  # values that are tried on either side: whatever the policy, an answer comes in seconds


@dataclass(frozen=True, slots=True)
class Changed:
    """One effect that would be decided otherwise; `by` is the judgement that says so."""

    effect: str
    old: Any
    new: Any
    by: Judgement


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A date or a number that would change something: its name, what it was, the nearest value that changes it.

    `onward` says that every edge beyond has the same result.
    """

    fact: str
    was: FactValue
    value: FactValue
    onward: bool
    changes: tuple[Changed, ...]

    @property
    def lower(self) -> bool:
        """Whether the value is below what it was, or earlier."""
        return self.value < self.was  # type: ignore[operator]


def counterfactuals(policy: Policy, given: Given) -> tuple[Otherwise, ...]:
    """Return, fact by fact, the nearest values in either direction that change an effect: days first, then numbers."""
    base = judge(policy, given)
    found: list[Otherwise] = []
    for name in _DAYS:
        day = getattr(given.dates, name)
        if day is not None:

            def on(value: Any, name: str = name) -> Judgement:
                return judge(policy, replace(given, dates=given.dates._replace(**{name: value})))

            found += _nearest(name, day, _days(name, day, policy, given, base, on), base, on)
    for fact, values in _numbers(policy, given).items():
        was = given.facts[fact]

        def with_fact(value: Any, fact: str = fact) -> Judgement:
            return judge(policy, replace(given, facts={**given.facts, fact: value}))

        found += _nearest(fact, was, values, base, with_fact)
    return tuple(found)


def _nearest(
    fact: str, was: Any, values: Iterable[Any], base: Judgement, judged: Callable[[Any], Judgement]
) -> Iterator[Otherwise]:
    """Yield the nearest value below and above that changes each effect, effects that change at one value together."""
    ordered = sorted(set(values) - {was})
    for side in ([v for v in reversed(ordered) if v < was], [v for v in ordered if v > was]):
        results = [(value, judged(value)) for value in side[:_MOST]]
        at: dict[Any, list[Changed]] = {}
        onward: dict[Any, bool] = {}
        for effect in WATCHED if base.value("verdict") is not Verdict.DENY else ("verdict",):
            old = said(base, effect)
            told = [(value, made) for value, made in results if effect == "verdict" or not _denied(made)]
            n = next((n for n, (_, made) in enumerate(told) if said(made, effect) != old), None)
            if n is not None:
                value, made = told[n]
                new = said(made, effect)
                at.setdefault(value, []).append(Changed(effect, base.value(effect), made.value(effect), made))
                same = len(side) <= _MOST and all(said(other, effect) == new for _, other in told[n:])
                onward[value] = onward.get(value, True) and same
        for value, changes in at.items():
            yield Otherwise(fact, was, value, onward[value], tuple(changes))


def said(judgement: Judgement, effect: str) -> Any:
    """Return what a judgement says of an effect, whichever row says it."""
    value = judgement.value(effect)
    if isinstance(value, BaseModel):
        return value.model_dump(exclude={"id", "when", "why", "statute"})
    return value


def _denied(judgement: Judgement) -> bool:
    """Return whether nothing but the verdict counts."""
    return judgement.value("verdict") is Verdict.DENY


# --- edges


def _tests(policy: Policy) -> Iterator[Test]:
    """Yield every comparison that a policy makes, of the law packs that bind it too."""
    every: list[Condition] = [row.asks for rows in policy.tables.values() for row in rows]
    every += [case.row.asks for case in policy.windows.cases]
    every += [part for part in (policy.unless, policy.exempt, policy.applies) if part is not None]
    while every:
        condition = every.pop()
        if isinstance(condition, Test):
            yield condition
        elif isinstance(condition, Not):
            every.append(condition.part)
        else:
            every += condition.parts
    for law in policy.laws:
        yield from _tests(law)


def _thresholds(policy: Policy) -> dict[str, set[Decimal]]:
    """Return the numbers that a policy compares each fact with."""
    edges: dict[str, set[Decimal]] = {}
    for test in _tests(policy):
        for choice in test.choices:
            for bound in (choice.low, choice.high):
                if isinstance(bound, Decimal):
                    edges.setdefault(test.fact, set()).add(bound)
    for each in (policy, *policy.laws):
        if each.says.one_step is not None and each.says.one_step.up_to is not None:
            edges.setdefault("amount", set()).add(each.says.one_step.up_to)
        for row in each.tables["limits"]:
            if isinstance(row.says, LimitRow):
                for fact, most in _limits(row.says):
                    edges.setdefault(fact, set()).add(most)
    return edges


def _limits(row: LimitRow) -> Iterator[tuple[str, Decimal]]:
    bounds = [
        bound for bound in (row.max_rate, row.max_returns, row.max_amount, row.min_orders or None) if bound is not None
    ]
    for fact, bound in zip(limit_facts(row), bounds, strict=True):
        yield fact, Decimal(bound)


def _numbers(policy: Policy, given: Given) -> dict[str, set[Decimal]]:
    """Return the values to try for each number that is given: at every edge, and just below and above it."""
    edges = _thresholds(policy)
    if given.facts.get("amount") is None:
        edges["line_amount"] = edges.get("line_amount", set()) | edges.get("amount", set())
    found = {}
    for fact, bounds in edges.items():
        was = given.facts.get(fact)
        if not isinstance(was, Decimal):
            continue
        step = _step(fact, policy)
        found[fact] = {
            value for bound in bounds for value in (bound - step, bound + step - step, bound + step) if value >= ZERO
        }
    return found


def _step(fact: str, policy: Policy) -> Decimal:
    """Return by how much a fact can differ at the least: a cent, a unit, a day, a hundredth of a per cent."""
    if fact.endswith("amount") or "_amount_" in fact:
        return quantum(decimals_of(policy.currency))
    if "_rate_" in fact:
        return Decimal("0.0001")
    return Decimal("0.01") if fact.endswith("percent") else Decimal(1)


def _days(
    name: str, was: date, policy: Policy, given: Given, base: Judgement, on: Callable[[date], Judgement]
) -> Iterator[date]:
    """Yield the days to try for one date: around every edge of the windows and of the days that rows compare."""
    edges = _thresholds(policy)
    numbers = {int(n) for fact in _FOLLOWING for n in edges.get(fact, ()) if abs(n) <= _FARTHEST}
    centres: set[date] = set()
    if name == "requested":
        known = [day for other in _NAMED for day in [getattr(given.dates, other)] if day is not None]
        centres |= {_later(day, n) for day in known for n in numbers}
        if base.window is not None and base.window.last_day is not None:
            centres |= {_later(base.window.last_day, n) for n in numbers | {0}}
        if any(test.fact == "weekday" for test in _tests(policy)):
            centres |= {_later(was, n) for n in range(-6, 7)}
    else:
        judged = given.dates.requested
        if judged is not None:
            centres |= {_later(judged, -n) for n in numbers}
    if name == "sold":
        for each in (policy, *policy.laws):
            centres |= {day for rule in each.windows.extensions for day in (rule.first, rule.last)}
    centres |= set(_turns(was, on))
    for centre in centres:
        for day in (_later(centre, -1), centre, _later(centre, 1)):
            if _possible(name, day, given.dates):
                yield day


_NAMED = ("sold", "shipped", "delivered", "received", "paid", "contract", "invoiced")


def _turns(was: date, on: Callable[[date], Judgement]) -> Iterator[date]:
    """Yield the nearest day in either direction on which the verdict turns, found by doubling steps and halving.

    Windows that count business days, roll past holidays or count months are met without knowing how they count.
    """
    base = on(was).value("verdict")
    for sign in (-1, 1):
        near, step = 0, 1
        while step <= _FARTHEST and on(_later(was, sign * step)).value("verdict") == base:
            near, step = step, 2 * step
        if step > _FARTHEST:
            continue
        far = step
        while far - near > 1:
            middle = (near + far) // 2
            if on(_later(was, sign * middle)).value("verdict") == base:
                near = middle
            else:
                far = middle
        yield _later(was, sign * far)


def _later(day: date, days: int) -> date:
    """Return the day `days` after `day`, within the calendar."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def _possible(name: str, day: date, dates: Dates) -> bool:
    """Return whether a day could have been: goods are not delivered before they are sold, or asked back before that."""
    after = all(known is None or day <= known for known in (getattr(dates, other) for other in _DAYS[name]))
    before = all(known is None or day >= known for known in (getattr(dates, other) for other in _NOT_BEFORE[name]))
    return after and before
