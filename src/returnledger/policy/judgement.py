"""What a policy says of one item, every effect with its row; and what it was told to say so.

Each effect is decided at once, but how it came about (the facts that its row looked at, the rows passed over) is put
into words only when somebody asks: a year of returns is judged again in seconds, and one decision is explained at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from returnledger.policy.chosen import Chosen, estimated_holidays
from returnledger.policy.conditions import Answer, Facts, FactValue, answer, text_of, used
from returnledger.policy.prepare import Policy, PreparedRow
from returnledger.policy.windows import Dates, Window
from returnledger.terms import Verdict

AMOUNTS = frozenset(("amount", "line_amount", "line_net", "order_amount"))  # facts that are in the sale's currency


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of one item and its return: facts by the names that policies use, days, and the sale's currency.

    Where the currency is not known, every policy takes the amounts for its own.
    """

    facts: Mapping[str, FactValue] = field(default_factory=dict)
    dates: Dates = field(default_factory=Dates)
    currency: str = ""


@dataclass(slots=True)
class Picked:
    """What decided one effect: a row, or what is so without one, and the rows above it that could not tell.

    `unknown` says that the row decided because only a missing fact could have kept it from doing so. `tells` says it
    all of an effect that no table of rows decides.
    """

    chosen: Chosen
    row: PreparedRow | None = None
    passed_over: Sequence[PreparedRow] = ()
    unknown: bool = False
    tells: Callable[[Facts], Chosen] | None = None

    @property
    def value(self) -> Any:
        """The value of the effect."""
        return Verdict.REVIEW if self.unknown else self.chosen.value

    def told(self, facts: Facts) -> Chosen:
        """Return what was chosen, with the facts used, those missing, and the rows passed over."""
        if self.tells is not None:
            return self.tells(facts)
        chosen, row = self.chosen, self.row
        if row is None and not self.passed_over:
            return chosen
        missing = list(answer(row.asks, facts).missing) if row is not None and self.unknown else []
        if row is None:
            for passed in self.passed_over:
                missing += [fact for fact in answer(passed.asks, facts).missing if fact not in missing]
        return replace(
            chosen,
            value=self.value,
            used=chosen.used if row is None else used(row.asks, facts),
            missing=tuple(missing),
            passed_over=tuple(passed.says.id for passed in self.passed_over),
        )


@dataclass(slots=True)
class Judgement:
    """What `policy` says of one item; `facts` are those given and those that follow from them.

    `law` is what the first law that binds says by itself, `laws` all that the policy names, `deadline` the day by which
    money must be back, `fee_amount` what is kept for taking the goods back, tax included (None where the amount of the
    line is unknown). `delivery` tells what each answer for shipping comes to, where the sale is known.
    """

    policy: Policy
    facts: Facts
    dates: Dates
    window: Window | None
    picked: Mapping[str, Picked]
    papers: Sequence[Picked] = ()
    deadline: date | None = None
    fee_amount: Decimal | None = None
    law: Judgement | None = None
    laws: tuple[Bound, ...] = ()
    delivery: Callable[[str], Decimal] | None = None
    _chosen: tuple[Chosen, ...] | None = None

    def value(self, effect: str) -> Any:
        """Return the value of an effect, without how it came about."""
        if effect == "window":
            return None if self.window is None else self.window.last_day
        return self.picked[effect].value

    @property
    def gives_right(self) -> bool:
        """Whether the goods may come back: no row denies it, the window is open, and the goods are not refused as found."""
        return self.value("verdict") is not Verdict.DENY and self.value("inspection") != "refuse"

    @property
    def chosen(self) -> tuple[Chosen, ...]:
        """Every effect, each once but evidence, which has one for each row that asks for some."""
        if self._chosen is None:
            found = [] if self.window is None else [window_chosen(self.window)]
            found += [picked.told(self.facts) for picked in self.picked.values()]
            found += [_paper(picked, self.facts) for picked in self.papers]
            found += [law_chosen(bound) for bound in self.laws]
            self._chosen = tuple(found)
        return self._chosen

    def find(self, effect: str) -> Chosen | None:
        """Return what was chosen for an effect, of evidence the first row, or None."""
        return next((chosen for chosen in self.chosen if chosen.effect == effect), None)


@dataclass(frozen=True, slots=True)
class Bound:
    """A law that a policy names: whether it binds, and what it says by itself.

    `unpriced` says that its amounts are in another currency than the sale, which nobody can compare.
    """

    asked: Answer
    judged: Judgement
    unpriced: bool = False


def law_chosen(bound: Bound) -> Chosen:
    """Return a law as an effect like the others: its name where it binds and gives the right to return, else nothing."""
    judged, asked = bound.judged, bound.asked
    law, facts = judged.policy, judged.facts
    place = law.place("applies") if law.says.applies is not None else law.place("policy")
    told = () if law.applies is None else used(law.applies, facts)
    country = facts.get("country")
    if country and "country" not in dict(told):
        told = (*told, ("country", text_of(country)))
    gives = asked.holds is True and judged.gives_right
    because = "gives_no_right" if asked.holds and not gives else None
    if bound.unpriced and AMOUNTS.intersection(asked.missing):
        because, told = "other_currency", (*told, ("currency", law.currency))
    name = f"{law.name} {law.version}" if gives else ""
    return Chosen("law", name, "applies", place, told, asked.missing, (), {}, because, law.says.statute)


def window_chosen(window: Window) -> Chosen:
    """Return the window as an effect like the others: its last day, its row, and the day that it counts from."""
    days = ((window.start_from, window.start), ("judged", window.judged))
    return Chosen(
        "window",
        window.last_day,
        window.row,
        window.place,
        used=(*((name, text_of(day)) for name, day in days if day is not None), *estimated_holidays(window.estimated)),
        missing=(*window.assumed, *window.missing),
        passed_over=window.passed_over,
        statute=window.statute,
    )


def _paper(picked: Picked, facts: Facts) -> Chosen:
    """Return a row of evidence: one that only a missing fact could decide asks for nothing and names the fact."""
    chosen = picked.chosen
    if picked.row is None or not picked.unknown:
        return picked.told(facts)
    asks = picked.row.asks
    return replace(chosen, value=(), used=used(asks, facts), missing=answer(asks, facts).missing)
