"""Shows why an event was decided as it was, or the page of a finding."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from returnledger import handbook
from returnledger.cli import show_plan
from returnledger.cli.help import width
from returnledger.cli.layout import paragraph, place
from returnledger.cli.show_plan import to_json
from returnledger.cli.usage import nearest
from returnledger.cli.words import wrap
from returnledger.excerpt import clean
from returnledger.i18n import N_, _, blocks, spoken
from returnledger.planned import PlannedEvent, chosen_text
from returnledger.policy import Chosen, Window
from returnledger.policy.chosen import estimated_year

if TYPE_CHECKING:
    from returnledger.views import Explained


def page_of(word: str, lang: str) -> str | None:
    """Return the page of the finding whose code is `word`, or None where it is no code."""
    code = word.replace("_", "-")
    if code not in handbook.codes():
        return None
    room = width()
    parts = [text if example else "\n".join(wrap(text, room)) for text, example in blocks(handbook.section(code, lang))]
    return "\n\n".join([code, *parts]) + "\n"


def suggested(word: str) -> str:
    """Return the sentence that suggests the code meant by `word`; nothing where it is a file or unlike every code."""
    if Path(word).exists() or not get_close_matches(word, handbook.codes(), n=1, cutoff=0.75):
        return ""
    return nearest(word, handbook.codes())


def render(explained: Explained, fmt: str) -> str:
    """Return the decisions on each event with the facts they used, as text for people or as JSON."""
    if fmt == "json":
        return to_json(
            {"stored": explained.stored, "events": [as_data(event, explained) for event in explained.events]}
        )
    lines: list[str] = []
    for event in explained.events:
        words = show_plan.AFTER_APPLY if event.id in explained.posted else show_plan.STATUS
        lines += [*show_plan.event_lines([event], words), *chosen_lines(event), ""]
    return "\n".join([*lines, *stored_lines(explained.stored)])


def stored_lines(stored: str) -> list[str]:
    """Return what the ledger has of a decision, over as many lines as it takes; nothing where it has none."""
    return [*paragraph(_("the ledger has: {text}").format(text=stored), indent=0), ""] if stored else []


def chosen_lines(planned: PlannedEvent) -> list[str]:
    """Return for each effect its value, the row that decided and why, the facts it used, and the rows it passed over."""
    lines: list[str] = []
    for decision in planned.decisions:
        window = decision.window
        if window is not None and window.last_day is not None:
            lines += [f"  window: {window_text(window)} — {window.row} — {place(window.place)}"]
            unknown = ", ".join((*window.assumed, *window.missing))
            lines += _told(
                (_ESTIMATED, str(window.estimated or "")),
                (N_("statute: {text}"), window.statute or ""),
                (N_("unknown: {text}"), unknown),
                (N_("passed over: {text}"), ", ".join(window.passed_over)),
            )
    for chosen in planned.chosen:
        lines.append(f"  {chosen.effect}: {chosen_text(chosen) or '–'} — {chosen.row} — {place(chosen.place)}")
        lines += ["      " + clean(line) for line in told_lines(chosen)]
    return list(dict.fromkeys(lines))


def _told(*told: tuple[str, str]) -> list[str]:
    """Return the lines below an effect: each sentence with its text, where there is one."""
    return ["      " + clean(_(sentence).format(text=text)) for sentence, text in told if text]


def window_text(window: Window) -> str:
    """Return how the days of a window are counted and the last of them."""
    sentence = N_("{days} days from {start}, the last is {last}")
    if window.business:
        sentence = N_("{days} business days from {start}, the last is {last}")
    elif window.months:
        sentence = N_("{days} days and {months} months from {start}, the last is {last}")
    return _(sentence).format(days=window.days, months=window.months, start=window.start_from, last=window.last_day)


def _window_data(window: Window) -> dict[str, Any]:
    """Return a window as a record for scripts."""
    return {
        "last_day": str(window.last_day) if window.last_day else None,
        "days": window.days,
        "months": window.months,
        "unit": "business" if window.business else "calendar",
        "from": window.start_from,
        "start": str(window.start) if window.start else None,
        "row": window.row,
        "place": place(window.place),
        "missing": [*window.assumed, *window.missing],
        "passed_over": list(window.passed_over),
    }


_ESTIMATED = N_("the holidays of {text} are not published yet: the day may move")
_BINDING = {
    "gives_no_right": N_("it binds, and gives no right to this return"),
    "other_currency": N_("it asks for amounts in a currency that the sale is not in, so it does not bind"),
}


def told_lines(chosen: Chosen) -> list[str]:
    """Return how a choice came about: why the shop has the row, the statute, the facts, and the rows passed over."""
    told = (
        (N_("why: {text}"), chosen.why.get(spoken()) or next(iter(chosen.why.values()), "")),
        (N_("statute: {text}"), chosen.statute or ""),
        (N_("facts: {text}"), ", ".join(f"{name} = {value}" for name, value in chosen.used)),
        (N_("unknown: {text}"), ", ".join(chosen.missing)),
        (N_("passed over: {text}"), ", ".join(chosen.passed_over)),
    )
    binding = [_(_BINDING[chosen.because])] if chosen.because in _BINDING else []
    year = estimated_year(chosen.used)
    binding += [_(_ESTIMATED).format(text=year)] if year else []
    return [*binding, *(_(sentence).format(text=text) for sentence, text in told if text)]


def as_data(planned: PlannedEvent, explained: Explained) -> dict[str, Any]:
    """Return the decisions on one event as a record for scripts."""
    return {
        "id": planned.id,
        "status": "posted" if planned.id in explained.posted else planned.status,
        "window_end": str(planned.window_end) if planned.window_end else None,
        "windows": [_window_data(decision.window) for decision in planned.decisions if decision.window],
        "decisions": [
            {
                "effect": chosen.effect,
                "value": chosen_text(chosen),
                "row": chosen.row,
                "place": place(chosen.place),
                "statute": chosen.statute,
                "used": dict(chosen.used),
                "missing": list(chosen.missing),
                "passed_over": list(chosen.passed_over),
            }
            for chosen in planned.chosen
        ],
    }
