"""Rows of a shop that take away what a law gives: where the law binds it wins, and the row promises the wrong thing.

Both policies judge the same sales: for each row of the shop, with each row of the law, a sale for which both hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from returnledger.findings import Finding, Severity, Span
from returnledger.planned import chosen_text
from returnledger.policies.lints.looking import Look
from returnledger.policies.lints.made_up_sales import sales_for, where_it_gives
from returnledger.policies.lints.shorter_windows import shorter_windows
from returnledger.policy import Policy
from returnledger.policy.conditions import ALWAYS, Condition, Not
from returnledger.policy.judgement import Judgement
from returnledger.policy.judging import Dates, judge_alone
from returnledger.policy.lawful import better, binds, gives, in_force
from returnledger.policy.prepare import TABLES
from returnledger.policy.regions import Effort
from returnledger.terms import Verdict

# Work that one policy may cause beside one law: for its windows, and for its rows.
_EFFORT = 60_000
_TABLES = ("verdicts", "fees", "shipping_refund", "return_freight", "inspection", "refund_when", "refunds", "advances")


def less_than_law(look: Look) -> Iterator[Finding]:
    """Yield each row that gives less than a law that the policy names, with the statute and what both give."""
    policy = look.policy
    day = max(policy.valid_from, date(2026, 3, 2), *(law.valid_from for law in policy.laws))
    told: set[tuple[Span, str]] = set()
    for law in in_force(policy.laws, Dates(sold=day)):
        yield from _windows(policy, law, day, Effort(_EFFORT))
        effort = Effort(_EFFORT)
        for finding in (*_rows(policy, law, day, effort), *_limits(policy, law, day, effort)):
            key = finding.span or Span("", 0), str(finding.values["effect"])
            if key not in told:
                told.add(key)
                yield finding


def _windows(policy: Policy, law: Policy, day: date, effort: Effort) -> Iterator[Finding]:
    for each in shorter_windows(policy, law, day, effort):
        values = {"mine": each.mine, "theirs": each.theirs}
        yield _finding("window", each.own, each.said, each.row, each.statute, values)


def _limits(policy: Policy, law: Policy, day: date, effort: Effort) -> Iterator[Finding]:
    """Yield the limits after which nothing comes back, where the law gives a sale that they are about a right."""
    for row in policy.tables["limits"]:
        if row.chosen.value is not Verdict.DENY:
            continue
        for giving in where_it_gives(law):
            for given in sales_for([row.asks, law.applies or ALWAYS, *giving], day, effort):
                said = judge_alone(law, given)
                if binds(law, said.facts).holds and gives(said):
                    theirs = said.picked["verdict"].chosen
                    values = {"mine": chosen_text(row.chosen), "theirs": chosen_text(theirs)}
                    yield _finding("limits", row.chosen, said, theirs.row, theirs.statute, values)


def _rows(policy: Policy, law: Policy, day: date, effort: Effort) -> Iterator[Finding]:
    for table in _TABLES:
        effects = [TABLES[table], *(["deadline"] if table == "refunds" else [])]
        for asked in _pairs(policy, law, table):
            for given in sales_for(asked, day, effort):
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
