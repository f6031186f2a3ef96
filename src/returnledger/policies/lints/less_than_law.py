"""Rows of a shop that take away what a law gives: where the law binds it wins, and the row promises the wrong thing.

Both policies judge the same sales: for each row of the shop, with each row of the law, a sale for which both hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

from returnledger.findings import Finding, Severity, Span
from returnledger.planned import chosen_text
from returnledger.policies.lints.looking import Look
from returnledger.policy import FactValue, Policy
from returnledger.policy.conditions import ALWAYS, All, Condition, Not
from returnledger.policy.fact_names import FACTS, FactType
from returnledger.policy.judgement import Judgement
from returnledger.policy.judging import Dates, Given, judge_alone
from returnledger.policy.lawful import better, binds, gives, in_force, later
from returnledger.policy.prepare import TABLES
from returnledger.policy.regions import Box, Effort, Space
from returnledger.policy.states import MISSING, TooMany
from returnledger.policy.windows import Window
from returnledger.terms import Verdict

# Work that one policy may cause beside one law, and sales that are looked at for two rows.
_EFFORT, _SALES = 60_000, 3
_TABLES = ("verdicts", "fees", "shipping_refund", "return_freight", "inspection", "refund_when", "refunds", "advances")
# What follows from the days, so that a sale can't be made up with it.
_FOLLOWS = ("in_window", "days_late", "weekday", "days_since_delivered", "days_since_sale", "amount")
_COMMON: Mapping[str, FactValue] = {
    "kind": "return",
    "category": "other",
    "reason": "changed_mind",
    "condition": "new",
    "order_tags": frozenset(),
    "evidence": frozenset(),
}
_FORTNIGHT = 14


def less_than_law(look: Look) -> Iterator[Finding]:
    """Yield each row that gives less than a law that the policy names, with the statute and what both give."""
    policy = look.policy
    day = max(policy.valid_from, date(2026, 3, 2), *(law.valid_from for law in policy.laws))
    told: set[tuple[Span, str]] = set()
    for law in in_force(policy.laws, Dates(sold=day)):
        effort = Effort(_EFFORT)
        for finding in (*_windows(policy, law, day, effort), *_rows(policy, law, day, effort)):
            key = finding.span or Span("", 0), str(finding.values["effect"])
            if key not in told:
                told.add(key)
                yield finding


def _rows(policy: Policy, law: Policy, day: date, effort: Effort) -> Iterator[Finding]:
    for table in _TABLES:
        effects = [TABLES[table], *(["deadline"] if table == "refunds" else [])]
        for asked in _pairs(policy, law, table):
            for given in _sales(asked, day, effort):
                own, said = judge_alone(policy, given), judge_alone(law, given)
                if not (binds(law, said.facts).holds and gives(said)):
                    continue
                yield from (_less(effect, own, said) for effect in effects if _worse(effect, own, said))


def _worse(effect: str, own: Judgement, said: Judgement) -> bool:
    """Return whether a row of the shop decided, for less than the law gives; a person's decision takes nothing away."""
    chosen = own.picked[effect].chosen
    if chosen.row == "default" or (effect == "verdict" and _by_window(own, chosen.row)):
        return False
    return better(effect, own, said) and (effect != "verdict" or own.value("verdict") is Verdict.DENY)


def _by_window(own: Judgement, row: str) -> bool:
    return own.window is not None and own.window.row == row


def _pairs(policy: Policy, law: Policy, table: str) -> Iterator[list[Condition]]:
    """Yield what must hold for a row of the shop to decide a sale that the law is about, with each row of the law."""
    applies = law.applies or ALWAYS
    theirs: list[list[Condition]] = [[row.asks] for row in law.tables[table]]
    theirs.append([Not(row.asks) for row in law.tables[table]])  # where no row of the law decides
    above: list[Condition] = []
    for row in policy.tables[table]:
        for asked in theirs:
            yield [row.asks, *above, applies, *asked]
        above.append(Not(row.asks))


def _sales(conditions: list[Condition], day: date, effort: Effort) -> Iterator[Given]:
    """Yield a few sales for which all `conditions` hold; none where they are too many to take apart."""
    try:
        space = Space.of(conditions, effort)
        boxes = space.holds(All(tuple(conditions)))
    except TooMany:
        return
    for box in islice(boxes, _SALES):
        facts = _facts(space, box)
        yield Given({"line_amount": Decimal(100), **facts}, _dates(day))


def _facts(space: Space, box: Box) -> dict[str, FactValue]:
    """Return facts that lie in a box, the first of those that have a value; others are as with most sales."""
    facts = dict(_COMMON)
    words: dict[str, frozenset[str]] = {}
    for key, states in box.items():
        known = states & ~MISSING
        if not known:
            continue
        value = space.facts[key].samples.get((known & -known).bit_length() - 1)
        fact, _, word = key.partition(" has ")
        if word:
            words[fact] = words.get(fact, frozenset()) | (value if isinstance(value, frozenset) else frozenset())
        elif fact in FACTS and FACTS[fact] is not FactType.WORDS and fact not in _FOLLOWS:
            facts[fact] = value
    return facts | words


def _dates(delivered: date) -> Dates:
    before, after = delivered - timedelta(1), delivered + timedelta(1)
    done = delivered + timedelta(3)
    return Dates(before, before, delivered, done, before, before, before, after, done, done, done, done)


def _windows(policy: Policy, law: Policy, day: date, effort: Effort) -> Iterator[Finding]:
    """Yield the windows that end before that of the law, over the days of a fortnight."""
    categories = ["other", *policy.window.by_category]
    for given in _sales([law.applies or ALWAYS], day, effort):
        for category in categories:
            for later_by in range(_FORTNIGHT):
                facts = {"category": category} if law.applies is None or category != "other" else {}
                item = Given({**given.facts, **facts}, _dates(day + timedelta(later_by)))
                own, said = judge_alone(policy, item), judge_alone(law, item)
                if own.window is None or said.window is None or not binds(law, said.facts).holds or not gives(said):
                    continue
                if later(own.window, said.window) is not own.window:
                    values = {"mine": _days(own.window), "theirs": _days(said.window)}
                    yield _finding("window", own.window, said, said.window.row, said.window.statute, values)


def _days(window: Window) -> str:
    return f"{window.start} → {window.last_day}"


def _less(effect: str, own: Judgement, said: Judgement) -> Finding:
    mine, theirs = own.picked[effect].chosen, said.picked[effect].chosen
    texts = [chosen_text(each) for each in (mine, theirs)]
    if effect == "refunds":
        texts = [", ".join(each.value.methods) for each in (mine, theirs)]
    if effect == "deadline":
        texts = [f"{each.value or '–'}" for each in (mine, theirs)]
    values = {"mine": texts[0], "theirs": texts[1]}
    return _finding(effect, mine, said, theirs.row, theirs.statute, values)


def _finding(
    effect: str, mine: object, said: Judgement, row: str, statute: str | None, values: Mapping[str, object]
) -> Finding:
    law = said.policy
    told = {
        "effect": effect,
        "row": getattr(mine, "row", ""),
        "law": law.name,
        "theirs_row": row,
        "statute": statute or law.says.statute,
    }
    return Finding("less-than-law", getattr(mine, "place", None), {**told, **values}, Severity.WARNING)
