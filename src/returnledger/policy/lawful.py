"""Takes, effect by effect, the better for the customer of what the shop says and what the law says that binds it.

A law pack is judged by itself, as any policy is. It binds where the sale is one that it is about and its country is not
known to be another's; a fact that nobody has keeps it from binding. Where it binds and gives the right to return, no
effect is worse for the customer than under the law alone. Rows are never merged: the one that is better decides whole.
What the law has no table for it says nothing about; a law that counts no days leaves no window of the shop's to close.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from returnledger.money import ZERO
from returnledger.policy.conditions import Answer, Facts, answer
from returnledger.policy.judgement import Judgement, Picked
from returnledger.policy.jurisdictions import within
from returnledger.policy.model import AdvanceRow, FeeRow, RefundRow
from returnledger.policy.prepare import TABLES, Policy
from returnledger.policy.versions import newest
from returnledger.policy.windows import Dates, Window
from returnledger.terms import Verdict

_VERDICTS = (Verdict.ALLOW, Verdict.REVIEW, Verdict.DENY)  # from the best for the customer on
_WHEN = ("requested", "proof_sent", "received", "inspected")
_TABLE_OF = {effect: table for table, effect in TABLES.items()}


def with_laws(policy: Policy, packs: Iterable[Policy]) -> Policy:
    """Return a shop's policy with those of `packs` that it names, all their versions; a law pack stays as it is."""
    laws = tuple(law for law in packs if law.is_law and law.name in policy.says.law)
    return policy if policy.is_law or not laws else replace(policy, laws=laws)


def in_force(laws: Iterable[Policy], dates: Dates) -> list[Policy]:
    """Return of each law the version that judges: the newest on the day of the sale, else on the first day known."""
    day = next((known for known in dates if known is not None), None)
    by_name: dict[str, list[Policy]] = {}
    for law in laws:
        by_name.setdefault(law.name, []).append(law)
    if day is None:
        return []
    return [found for versions in by_name.values() if (found := newest(versions, day)) is not None]


def binds(law: Policy, facts: Facts) -> Answer:
    """Return whether the law is about a sale of these facts; unknown where only a missing fact could tell."""
    country = facts.get("country")
    if isinstance(country, str) and country and not within(country, law.says.jurisdiction):
        return Answer(False)
    return Answer(True) if law.applies is None else answer(law.applies, facts)


def gives(law: Judgement) -> bool:
    """Return whether a law that binds gives the right to return: its window is open, no row denies or refuses the goods."""
    return law.gives_right


def lapsed(law: Judgement) -> bool:
    """Return whether the right was there and its window is over."""
    verdict = law.picked["verdict"].chosen
    window = law.window
    return verdict.value is Verdict.DENY and window is not None and verdict.row == window.row and not window.open


def combine(own: Judgement, law: Judgement) -> Judgement:
    """Return what `own` says with each effect in which `law`, which binds, is better for the customer.

    Where the law gives no right nothing changes, but that the window is shown to end when the law's did.
    """
    picked = dict(own.picked)
    window = later(own.window, law.window) if gives(law) or lapsed(law) else own.window
    if not gives(law):
        if window is not own.window and _closed_by(own):
            picked["verdict"] = _taken(law, "verdict")
        return replace(own, window=window, picked=picked, _chosen=None)
    if not law.policy.window.fixed and window is not None and not window.open:
        window = None  # the law counts no days, so none can be over
    if window is not own.window and "verdict" in picked and _over(own):
        picked["verdict"] = _taken(law, "verdict")  # what the shop accepts, it accepts in its own window only
    fee_amount, deadline = own.fee_amount, own.deadline
    for effect in picked:
        if effect == "limits":
            # A limit on a customer's returns takes a right away as a verdict does.
            if _rank(picked[effect].value, _VERDICTS) > _rank(law.value("verdict"), _VERDICTS):
                picked[effect] = Picked(replace(_taken(law, "verdict").chosen, effect="limits"))
        elif better(effect, own, law):
            picked[effect] = _taken(law, effect)
            fee_amount = law.fee_amount if effect == "fee" else fee_amount
            deadline = law.deadline if effect == "deadline" else deadline
    return replace(own, window=window, picked=picked, deadline=deadline, fee_amount=fee_amount, _chosen=None)


def _taken(law: Judgement, effect: str) -> Picked:
    """Return the law's choice with all that it looked at, and its statute."""
    told = law.picked[effect].told(law.facts)
    return Picked(replace(told, statute=told.statute or law.policy.says.statute))


def _closed_by(own: Judgement) -> bool:
    """Return whether the shop's window is all that keeps the return from being accepted."""
    verdict = own.picked.get("verdict")
    return verdict is not None and own.window is not None and verdict.chosen.row == own.window.row


def _over(own: Judgement) -> bool:
    """Return whether the shop's window is known to be over, and nobody says otherwise."""
    window = own.window
    return window is not None and window.known and not window.open and own.facts.get("in_window") is not True


def later(own: Window | None, law: Window | None) -> Window | None:
    """Return the window that is open longer: an open one before one that is not, then the later last day."""
    if own is None or law is None:
        return own
    if law.open != own.open:
        return law if law.open else own
    if law.last_day is None or (own.last_day is not None and own.last_day >= law.last_day):
        return own
    return law


def better(effect: str, own: Judgement, law: Judgement) -> bool:
    """Return whether the law's answer for an effect is better for the customer than the shop's; no where they are equal."""
    compare = _COMPARE.get(effect)
    table = "refunds" if effect == "deadline" else _TABLE_OF.get(effect)
    if compare is None or table is None or (effect != "verdict" and not law.policy.tables[table]):
        return False
    if law.picked[effect].chosen.row == "default" and effect not in ("verdict", "deadline"):
        return False
    return compare(own, law)


def _rank(value: object, order: Sequence[object]) -> int:
    return order.index(value) if value in order else len(order)


def _verdict(own: Judgement, law: Judgement) -> bool:
    return _rank(own.value("verdict"), _VERDICTS) > _rank(law.value("verdict"), _VERDICTS)


def _freight(own: Judgement, law: Judgement) -> bool:
    mine, theirs = own.value("freight"), law.value("freight")
    return mine is None or (theirs == "merchant" and mine != "merchant")


def _shipping(own: Judgement, law: Judgement) -> bool:
    mine, theirs = own.value("shipping"), law.value("shipping")
    if own.delivery is not None:
        return own.delivery(theirs) > own.delivery(mine)
    # Of a share and the cheapest delivery nobody can say without the amounts which is more, so the law decides.
    return theirs not in ("none", mine) and mine != "all"


def _fee(own: Judgement, law: Judgement) -> bool:
    return lower_fee(own.value("fee"), law.value("fee"), own.fee_amount, law.fee_amount)


def lower_fee(mine: FeeRow | None, theirs: FeeRow | None, own: Decimal | None, law: Decimal | None) -> bool:
    """Return whether the law's row keeps less than the shop's: by the amounts where both are known, else by the rows."""
    if theirs is None:
        return False
    if mine is None:
        return no_fee(theirs)  # so that none can be written on the event either
    if no_fee(mine):
        return False
    if own is not None and law is not None:
        return law < own
    if no_fee(theirs):
        return True
    same = mine.percent is not None and theirs.percent is not None and mine.of == theirs.of
    if same and mine.maximum is None and theirs.maximum is None:
        return _percent(theirs) < _percent(mine)
    # Whichever keeps less can't be told, so the law decides: then it is not worse than under the law.
    return not (same and _percent(mine) <= _percent(theirs) and theirs.maximum is None)


def _percent(row: FeeRow) -> Decimal:
    return row.percent or ZERO


def no_fee(row: FeeRow | None) -> bool:
    """Return whether a row keeps nothing."""
    return row is None or not (row.amount if row.amount is not None else row.percent)


def _inspection(own: Judgement, law: Judgement) -> bool:
    return (own.value("inspection"), law.value("inspection")) == ("refuse", "accept")


def _refund_when(own: Judgement, law: Judgement) -> bool:
    mine = own.value("refund_when")
    return mine is not None and _rank(law.value("refund_when"), _WHEN) < _rank(mine, _WHEN)


def _refunds(own: Judgement, law: Judgement) -> bool:
    return fewer_methods(own.value("refunds"), law.value("refunds"))


def fewer_methods(mine: RefundRow | None, theirs: RefundRow | None) -> bool:
    """Return whether the shop leaves out a way of paying back that the law gives; without a row any way will do."""
    if mine is None or theirs is None:
        return False
    return not set(theirs.methods) <= set(mine.methods)


def _deadline(own: Judgement, law: Judgement) -> bool:
    row = law.value("refunds")
    if not isinstance(row, RefundRow) or row.within_days is None:
        return False
    return earlier(own.value("deadline"), law.value("deadline"), own.value("refunds"))


def earlier(mine: date | None, theirs: date | None, row: RefundRow | None) -> bool:
    """Return whether the law's day comes first; a shop whose `row` names no day has none."""
    if theirs is None:
        return mine is None and (row is None or row.within_days is None)
    return mine is None or theirs < mine


def _advance(own: Judgement, law: Judgement) -> bool:
    mine, theirs = own.value("advance"), law.value("advance")
    if not isinstance(mine, AdvanceRow) or not isinstance(theirs, AdvanceRow):
        return False
    if mine.retain_percent == theirs.retain_percent:
        return theirs.retain_max is not None and (mine.retain_max is None or theirs.retain_max < mine.retain_max)
    lower: bool = theirs.retain_percent < mine.retain_percent
    return lower


_COMPARE: dict[str, Callable[[Judgement, Judgement], bool]] = {
    "verdict": _verdict,
    "freight": _freight,
    "shipping": _shipping,
    "fee": _fee,
    "inspection": _inspection,
    "refund_when": _refund_when,
    "refunds": _refunds,
    "deadline": _deadline,
    "advance": _advance,
}
