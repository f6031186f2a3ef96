"""Shows what was posted under an id: where its case stands, every step with papers and decisions, and each entry."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from returnledger.cli import show_status
from returnledger.cli.effect_words import decided_words
from returnledger.cli.happened import stage_name
from returnledger.cli.layout import columns, labelled, paragraph, place, section
from returnledger.cli.show_plan import to_json
from returnledger.cli.show_status import by, track, until, word
from returnledger.entry import units_of
from returnledger.i18n import N_, _, spoken
from returnledger.money import ZERO, plain, show
from returnledger.nextsteps import NextStep
from returnledger.rows import Posted
from returnledger.terms import Authorisation, Cause, Condition, Disposition, GoodsTrack, Kind, MoneyTrack, Swap
from returnledger.text import render as beancount_text
from returnledger.views import CaseView, EventView, Moment
from returnledger.words import Word


def render(view: EventView, fmt: str) -> str:
    """Return the case of an id with its steps and entries as text for people, or as JSON."""
    if fmt == "json":
        return to_json(_data(view))
    lines = labelled(_head(view))
    lines += section(_("Steps"), [line for moment in view.timeline for line in _moment(moment)])
    papers = [(paper.path, paper.type, paper.event) for paper in view.papers]
    lines += section(_("Evidence"), columns(papers))
    for event, found in view.decisions:
        heading = _("Decisions on {id}").format(id=event)
        rows = [(*decided_words(each.effect, each.value), each.row) for each in found]
        lines += section(heading, columns(rows))
    for entry in view.entries:
        lines += ["", place(entry.place), _text(entry)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _head(view: EventView) -> list[tuple[str, str]]:
    """Return who and what the case is, its three tracks, and what comes next."""
    case = view.case
    steps = [_step(step) for step in case.steps]
    return [
        (_("case"), case.case),
        (_("order"), case.order),
        (_("customer"), case.customer),
        (_("void"), _("yes") if view.voided else ""),
        (_("stands as"), view.form_now),
        (_("approval"), track(Authorisation, case.authorisation)),
        (
            _("goods"),
            ""
            if case.kind == Kind.ADVANCE_REFUND
            else _("; ").join([track(GoodsTrack, case.goods), *show_status.units_of(case)]),
        ),
        (_("money"), _("; ").join([track(MoneyTrack, case.money), *_amounts(case)])),
        *((_("next step") if not n else "", step) for n, step in enumerate(steps)),
    ]


def _amounts(case: CaseView) -> list[str]:
    """Return what was credited and paid, is due, and is open on clearing accounts."""
    named = (
        (N_("credited: {amount}"), case.credited),
        (N_("paid: {amount}"), case.paid),
        (N_("due: {amount}"), case.refund_due),
        (N_("store credit left: {amount}"), case.store_credit),
        (N_("clearing: {amount}"), case.clearing),
    )
    return [_(text).format(amount=f"{show(amount, case.currency)} {case.currency}") for text, amount in named if amount]


def _step(step: NextStep) -> str:
    """Return the event to write for a step, who writes it, and until when."""
    event = step.event
    if spoken() != "en":
        event = _("{what} ({about})").format(what=word(Kind, step.step), about=event)
    parts = [event, by(step), until(step, None)]
    return _(", ").join(part for part in parts if part)


def _moment(moment: Moment) -> list[str]:
    """Return one step of the case: day, kind and id, then whom and what it was about."""
    kind = word(Kind, moment.kind)
    if moment.stage:
        kind = _("{what} ({about})").format(what=kind, about=stage_name(moment.kind, moment.stage))
    state = "" if moment.stands else _("undone") if not moment.voids else _("undoes {id}").format(id=moment.voids)
    head = [part for part in (moment.date.isoformat(), kind, moment.id, state) if part]
    who = [_("by {names}").format(names=moment.by)] if moment.by else []
    if moment.approved_by:
        who.append(_("approved by {names}").format(names=_(", ").join(moment.approved_by)))
    about = [*who, *(_item(item) for item in moment.items)]
    named = (
        (N_("credited: {amount}"), moment.credited),
        (N_("paid: {amount}"), moment.paid),
        (N_("spent: {amount}"), -min(moment.moved, ZERO)),
        (N_("came in: {amount}"), max(moment.moved, ZERO)),
        (N_("sold under {order}: {amount}"), moment.sold),
        (N_("claimed: {amount}"), moment.claimed),
        (N_("store credit: {amount}"), max(moment.credit, ZERO)),
        (N_("store credit taken: {amount}"), -min(moment.credit, ZERO)),
    )
    about += [
        _(text).format(amount=f"{show(n, moment.currency)} {moment.currency}", order=moment.sells)
        for text, n in named
        if n
    ]
    about += [_said(key, value, moment) for key, value in moment.said]
    about += [moment.note] if moment.note else []
    return [*paragraph("  ".join(head)), *(paragraph(_("; ").join(about), indent=6) if about else [])]


_SAID = {
    "because": N_("because {value}"),
    "until": N_("until {value}"),
    "expires": N_("can be spent until {value}"),
    "what": N_("to do: {value}"),
    "who": N_("who: {value}"),
    "due": N_("due {value}"),
    "done": N_("done {value}"),
    "amount": "{value}",
    "as": "{value}",
    "cause": N_("cause: {value}"),
    "given-up": N_("given up: {value}"),
}
_WORDS: dict[str, type[Word]] = {"as": Swap, "cause": Cause}


def _said(key: str, value: str, moment: Moment) -> str:
    """Return what a step says of itself, in the reader's language."""
    if key in _WORDS:
        value = word(_WORDS[key], value)
    elif key in ("amount", "given-up"):
        value = f"{show(Decimal(value), moment.currency)} {moment.currency}"
    return (_(_SAID[key]) if _SAID[key] != "{value}" else "{value}").format(value=value)


def _item(item: tuple[Any, str, str, str]) -> str:
    units, sku, condition, disposition = item
    words = [word(Condition, condition) if condition else "", word(Disposition, disposition) if disposition else ""]
    about = _(", ").join(each for each in words if each)
    text = units_of(units, sku) if units else sku
    return _("{what} ({about})").format(what=text, about=about) if about else text


def _data(view: EventView) -> dict[str, Any]:
    """Return the record that scripts rely on; amounts are text with a currency."""
    entries = [
        {
            "id": entry.id,
            "kind": entry.kind,
            "step": entry.step,
            "date": entry.date.isoformat(),
            "order": entry.order,
            "voids": entry.voids or None,
            "event": entry.event or None,
            "place": place(entry.place),
            "text": _text(entry),
        }
        for entry in view.entries
    ]
    return {
        "id": view.id,
        "stands_as": view.form_now or None,
        "voided": view.voided,
        "case": show_status.as_data(view.case),
        "timeline": [_moment_data(moment) for moment in view.timeline],
        "evidence": [
            {"event": paper.event, "path": paper.path, "type": paper.type or None, "sha256": paper.sha256 or None}
            for paper in view.papers
        ],
        "decisions": {
            event: [{"effect": each.effect, "value": each.value, "row": each.row or None} for each in found]
            for event, found in view.decisions
        },
        "entries": entries,
    }


def _moment_data(moment: Moment) -> dict[str, Any]:
    money = {
        name: f"{show(getattr(moment, name), moment.currency)} {moment.currency}" if moment.currency else None
        for name in ("credited", "paid", "moved", "claimed", "credit")
    }
    return {
        "date": moment.date.isoformat(),
        "id": moment.id,
        "kind": moment.kind,
        "stage": moment.stage or None,
        "by": moment.by or None,
        "approved_by": list(moment.approved_by),
        "note": moment.note or None,
        "items": [
            {"qty": plain(units), "sku": sku, "condition": condition or None, "disposition": disposition or None}
            for units, sku, condition, disposition in moment.items
        ],
        **money,
        "sells": moment.sells or None,
        "said": dict(moment.said),
        "voids": moment.voids or None,
        "stands": moment.stands,
        "posts": moment.posts,
    }


def _text(entry: Posted) -> str:
    return beancount_text(entry.directive).rstrip("\n") if entry.directive else ""
