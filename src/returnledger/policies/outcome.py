"""What a planned event comes to in the words of a policy, effect by effect, and how two such outcomes differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from returnledger.findings import Severity, Span
from returnledger.money import ZERO, show
from returnledger.planned import PlannedEvent, chosen_text
from returnledger.policy import Chosen
from returnledger.terms import Verdict

# Findings that are the policy's no; any other error is something a person can mend or approve.
REFUSALS = frozenset({"not-returnable", "window-closed", "blind-return"})
# Effects that are money, in the order in which they are told.
MONEY = ("fee", "shipping", "bonus", "write_down", "given_back")
# Effects that have a better word of their own below.
_ELSEWHERE = {"verdict", "fee", "shipping", "refunds"}


@dataclass(frozen=True, slots=True)
class Effect:
    """What was decided for one effect, as text; as an amount too where it is money; and the row that decided."""

    text: str
    amount: Decimal | None = None
    row: str = ""
    place: Span | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one event comes to: whether it is accepted, each effect, and what keeps it from being posted."""

    currency: str
    effects: Mapping[str, Effect]
    codes: tuple[str, ...] = ()  # of the errors that stand, in their order

    @property
    def denied(self) -> bool:
        """True where the policy says no."""
        return any(code in REFUSALS for code in self.codes)


@dataclass(frozen=True, slots=True)
class Change:
    """One effect that comes out otherwise."""

    effect: str
    old: Effect | None
    new: Effect | None
    currency: str = ""


def outcome_of(planned: PlannedEvent) -> Outcome:
    """Return what a planned event comes to; without a decision only what keeps it from being posted."""
    codes = tuple(dict.fromkeys(f.code for f in planned.findings if f.severity is Severity.ERROR))
    document = planned.document
    effects: dict[str, Effect] = {"verdict": _verdict(planned, codes)}
    held = [code for code in codes if code not in REFUSALS and code != "needs-review"]
    effects["refused_by"] = Effect(", ".join(held))
    for decision in planned.decisions:
        if decision.window is not None and decision.window.last_day is not None:
            window = decision.window
            effects.setdefault("last_day", Effect(str(window.last_day), None, window.row, window.place))
    effects |= _chosen(planned)
    if document is None:
        return Outcome("", effects, codes)
    refunds = document.find("refunds")
    if refunds is not None and refunds.value is not None:
        effects["methods"] = Effect(", ".join(refunds.value.methods), None, refunds.row, refunds.place)
    if document.deadline is not None:
        at = refunds or Chosen("refunds", None, "", planned.event.place)
        effects["deadline"] = Effect(document.deadline.isoformat(), None, at.row, at.place)
    amounts = {
        "fee": document.fee,
        "shipping": sum((part.amount for part in document.shipping), ZERO),
        "bonus": document.bonus,
        "write_down": sum((decision.write_down for decision in planned.decisions), ZERO),
        "given_back": document.due,
    }
    for name, amount in amounts.items():
        by = _deciding(planned, name)
        place = by.place if by is not None else None
        effects[name] = Effect(show(amount, document.currency), amount, by.row if by is not None else "", place)
    if any(code in REFUSALS for code in codes):
        effects["given_back"] = Effect(show(ZERO, document.currency), ZERO)
    return Outcome(document.currency, effects, codes)


def _verdict(planned: PlannedEvent, codes: Iterable[str]) -> Effect:
    """Return the answer of rows and window together; a person may have approved a review, or waived a denial."""
    codes = tuple(codes)
    by = next((d.find("verdict") for d in planned.decisions if d.find("verdict") is not None), None)
    row, place = (by.row, by.place) if by is not None else ("", None)
    refused = [code for code in (*codes, *planned.waived) if code in REFUSALS]
    verdict = Verdict.DENY if refused else Verdict.ALLOW
    if not refused and any(decision.verdict is Verdict.REVIEW for decision in planned.decisions):
        verdict = Verdict.REVIEW
    waived = bool(refused) and not any(code in REFUSALS for code in codes)
    if "window-closed" in refused and "not-returnable" not in refused:
        window = next(d.window for d in planned.decisions if d.window is not None and not d.window.open)
        row, place = window.row, window.place
    return Effect(f"{verdict.value}, waived" if waived else verdict.value, None, row, place)


def _chosen(planned: PlannedEvent) -> dict[str, Effect]:
    """Return every other effect by name, the values of several items or rows beside each other."""
    found: dict[str, list[Chosen]] = {}
    for chosen in planned.chosen:
        if chosen.effect not in _ELSEWHERE and chosen_text(chosen):
            found.setdefault(chosen.effect, []).append(chosen)
    for decision in planned.decisions[:1]:
        if decision.find("goods") is None:
            found.pop("goods", None)
    effects = {}
    for name, every in found.items():
        texts = sorted(dict.fromkeys(chosen_text(chosen) for chosen in every))
        effects[name] = Effect(", ".join(texts), None, every[0].row, every[0].place)
    return effects


def _deciding(planned: PlannedEvent, name: str) -> Chosen | None:
    effect = {"bonus": "refunds", "write_down": "disposition"}.get(name, name)
    return next((chosen for chosen in planned.chosen if chosen.effect == effect), None)


def changes(old: Outcome, new: Outcome) -> tuple[Change, ...]:
    """Return what comes out otherwise; of an event that is now denied only that, and that no money goes back."""
    return tuple(_changes(old, new))


def _amount(effect: Effect | None) -> Decimal:
    return effect.amount or ZERO if effect is not None else ZERO


def _changes(old: Outcome, new: Outcome) -> Iterator[Change]:
    names = list(dict.fromkeys((*old.effects, *new.effects)))
    if old.denied or new.denied:
        names = [name for name in names if name in ("verdict", "given_back")]
    for name in sorted(names, key=lambda name: MONEY.index(name) if name in MONEY else -1):
        before, after = old.effects.get(name), new.effects.get(name)
        same = (before.text if before else "") == (after.text if after else "")
        if name in MONEY:  # what nobody worked out is nothing, as what was refused gives back nothing
            same = _amount(before) == _amount(after)
        if not same:
            yield Change(name, before, after, new.currency or old.currency if name in MONEY else "")
