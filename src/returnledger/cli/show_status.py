"""Shows where the cases stand: the overdue first, each with its next steps, who takes them, and what is outstanding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from returnledger.cli.layout import columns, paragraph
from returnledger.cli.show_plan import to_json
from returnledger.i18n import N_, _, spoken
from returnledger.money import plain, show
from returnledger.nextsteps import NextStep
from returnledger.terms import Authorisation, Desk, GoodsTrack, Kind, MoneyTrack
from returnledger.views import CaseView, StatusView
from returnledger.words import Word, names

_SOON = 7  # days

# Words of the tracks that no vocabulary has, as JSON has them and as people read them.
_TRACKS = {"kept": N_("kept by the customer"), "void": N_("void")}
_UNITS = (
    ("awaited", N_("units to come: {n}")),
    ("to_inspect", N_("units to inspect: {n}")),
    ("to_place", N_("units to be dealt with: {n}")),
)


def render(view: StatusView, fmt: str, *, everything: bool = False) -> str:
    """Return the cases as text for people (those that are closed only with `everything`), or all of them as JSON."""
    if fmt == "json":
        proposed = [_step_data(step) for step in view.proposed]
        return to_json({"cases": [as_data(case, view.day) for case in view.cases], "proposed": proposed})
    shown = [case for case in view.cases if everything or case.steps]
    closed = view.closed + len(view.cases) - len(shown)
    lines = list(_groups(shown, view.day or date.max))
    if shown:
        lines += ["", *paragraph(_summary(shown), indent=0)]
    if closed:
        lines.append(_("{n} settled; `returnledger status --all` shows them").format(n=closed))
    elif not view.cases and not view.proposed:
        lines.append(
            _("there are no cases yet") if not view.role else _("no case waits for {role}").format(role=view.role)
        )
    return "\n".join([*lines, *_proposed(view.proposed, bool(lines))]) + "\n"


def _proposed(steps: Sequence[NextStep], after: bool) -> Iterator[str]:
    """Yield what is to be done about goods that no case waits for."""
    if steps:
        yield from [""] * after + [_("sold since, with an allowance still in the books")]
        rows = [
            (step.event, _("units: {n}").format(n=plain(step.units)), _money(step.amount, step.currency), by(step))
            for step in steps
        ]
        yield from columns(rows)


def _groups(cases: Sequence[CaseView], day: date) -> Iterator[str]:
    """Yield the cases under headings that say how urgent they are."""
    groups: dict[str, list[CaseView]] = {}
    for case in cases:
        groups.setdefault(_urgency(case, day), []).append(case)
    rows = {heading: [row for case in own for row in _rows(case, day)] for heading, own in groups.items()}
    aligned = iter(columns([row for own in rows.values() for row in own]))
    for n, (heading, own) in enumerate(groups.items()):
        yield from [""] * bool(n) + [_(heading)]
        for case in own:
            steps = [next(aligned) for _row in _rows(case, day)]
            yield from (*steps[:1], *_about(case), *steps[1:])


def _urgency(case: CaseView, day: date) -> str:
    if not case.steps:
        return N_("settled")
    if case.deadline is None:
        return N_("without a deadline")
    if case.deadline < day:
        return N_("overdue")
    return N_("due within 7 days") if case.deadline <= day + timedelta(days=_SOON) else N_("later")


def _rows(case: CaseView, day: date) -> list[tuple[str, ...]]:
    """Return the rows of a case: one for each of its next steps, the case itself on the first."""
    if not case.steps:
        return [(case.case, "", "", case.last.isoformat())]
    return [(case.case if not n else "", _kind(step), by(step), until(step, day)) for n, step in enumerate(case.steps)]


def _kind(step: NextStep) -> str:
    """Return the kind of a step as people read it; of a measure its id too, since a case may have several."""
    name = word(Kind, step.step)
    return f"{name} {step.measure}" if step.measure else name


def by(step: NextStep) -> str:
    """Return the roles that may take a step, as people read them."""
    return _(", ").join(word(Desk, role) for role in step.by)


def until(step: NextStep, day: date | None) -> str:
    """Return until when a step is to be taken, and by how many days it is late."""
    if step.until is None:
        return ""
    if day is not None and step.until < day:
        return _("{day}, {n} days over").format(day=step.until.isoformat(), n=(day - step.until).days)
    return step.until.isoformat()


def _about(case: CaseView) -> list[str]:
    """Return the order, where goods and money are, and what is outstanding, below a case."""
    parts = [case.order, tracks(case)]
    parts += units_of(case)
    if case.refund_due < 0:
        parts.append(_("paid ahead of the credit: {amount}").format(amount=_money(-case.refund_due, case.currency)))
    if case.refund_due > 0:
        parts.append(_("due: {amount}").format(amount=_money(case.refund_due, case.currency)))
    parts += [step.what for step in case.steps if step.what]
    return paragraph(" · ".join(part for part in parts if part), indent=4)


def units_of(case: CaseView) -> list[str]:
    """Return what is outstanding of the goods: units to come, to inspect, and to be dealt with."""
    return [_(text).format(n=plain(units)) for name, text in _UNITS if (units := getattr(case, name))]


def tracks(case: CaseView) -> str:
    """Return how far authorisation, goods and money are, in three words; one where all of them are void."""
    found = [(Authorisation, case.authorisation), (GoodsTrack, case.goods), (MoneyTrack, case.money)]
    if case.kind == Kind.ADVANCE_REFUND:
        del found[1]  # money paid in advance has no goods
    if all(code == "none" for _vocabulary, code in found):  # a measure or an estimate has no tracks
        return word(Kind, case.kind)
    return _(", ").join(dict.fromkeys(track(vocabulary, code) for vocabulary, code in found))


def track(vocabulary: type[Word], code: str) -> str:
    """Return the word of a track as people read it."""
    return _(_TRACKS[code]) if code in _TRACKS else word(vocabulary, code)


def word(vocabulary: type[Word], code: str) -> str:
    """Return a code in the reader's language, the code in words where the vocabulary lacks it."""
    found = names(vocabulary).get(code)
    return found.name_in(spoken()) if found is not None else code.replace("_", " ")


def _summary(cases: Iterable[CaseView]) -> str:
    """Return how many cases are open, and all that is outstanding of them."""
    cases = [case for case in cases if case.steps]
    due: dict[str, Decimal] = {}
    for case in cases:
        if case.refund_due > 0:
            due[case.currency] = due.get(case.currency, Decimal(0)) + case.refund_due
    parts = [_("open: {n}").format(n=len(cases))]
    parts += [_("due: {amount}").format(amount=_money(amount, currency)) for currency, amount in sorted(due.items())]
    parts += [
        _(text).format(n=plain(units))
        for name, text in _UNITS
        if (units := sum((getattr(case, name) for case in cases), Decimal(0)))
    ]
    return _("; ").join(parts)


def _money(amount: Decimal, currency: str) -> str:
    return f"{show(amount, currency)} {currency}"


def as_data(case: CaseView, day: date | None = None) -> dict[str, Any]:
    """Return one case as the record that scripts rely on; amounts are text with a currency."""
    amounts = {
        name: _money(getattr(case, name), case.currency)
        for name in ("credited", "paid", "refund_due", "clearing", "store_credit")
    }
    return {
        "id": case.case,
        "order": case.order,
        "customer": case.customer,
        "kind": case.kind,
        "opened": case.opened.isoformat(),
        "authorisation": case.authorisation,
        "goods": case.goods,
        "money": case.money,
        "returned": plain(case.returned),
        "returnable": plain(case.returnable),
        **amounts,
        "units": {name: plain(getattr(case, name)) for name, _text in _UNITS},
        "next_step": case.next_step,
        "by": list(case.by),
        "deadline": case.deadline.isoformat() if case.deadline else None,
        "days_over": max((day - case.deadline).days, 0) if day and case.deadline else None,
        "next_steps": [_step_data(step) for step in case.steps],
    }


def _step_data(step: NextStep) -> dict[str, Any]:
    return {
        "event": step.event,
        "step": step.step,
        "by": list(step.by),
        "until": step.until.isoformat() if step.until else None,
        "units": plain(step.units),
        "amount": _money(step.amount, step.currency) if step.amount else None,
        "what": step.what or None,
    }
