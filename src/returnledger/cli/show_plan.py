"""Shows a plan: one line per event, the decisions with their rows, the effect on accounts, and the exact text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from returnledger.assemble import AccountFile
from returnledger.cli.effect_words import decided_words
from returnledger.cli.happened import amount_of, what_happened
from returnledger.cli.layout import columns, paragraph, place, section
from returnledger.cli.show_auto import auto_data, auto_lines
from returnledger.cli.show_step import is_step, step_amounts, wrapped
from returnledger.decision import Document
from returnledger.excerpt import clean
from returnledger.findings import Finding, Phrase, Span
from returnledger.findings_text import as_data as finding_data
from returnledger.findings_text import words
from returnledger.i18n import N_, _, spoken
from returnledger.money import ZERO, show
from returnledger.planned import Plan, PlannedEvent, chosen_text
from returnledger.text import render as beancount_text

if TYPE_CHECKING:
    from returnledger.outcomes import Applied

STATUS = {"new": N_("new"), "posted": N_("posted"), "refused": N_("refused")}
AFTER_APPLY = STATUS | {"new": N_("posted"), "posted": N_("posted before")}
HELD = STATUS | {"new": N_("waits")}  # what could be posted, where nothing is: for what is refused, or for the books


def as_text(plan: Plan, written: str, opened: Iterable[AccountFile] = ()) -> str:
    """Return the whole plan for people; `written` is the text that apply would write, `opened` the accounts before it."""
    lines = event_lines(plan.events, STATUS if written else HELD)
    for event in plan.events:
        if event.status == "new":
            lines += section(_("Decisions on {id}").format(id=event.id), decision_lines(event))
            lines += change_lines(event)
        lines += auto_lines(event)
        told = [told_of(sentence, spoken()) for _code, sentence in event.inferred]
        about = _("Not read but concluded, for {id}").format(id=event.id or event.event.reference)
        lines += section(about, [line for text in told for line in paragraph(text)])
    effect = _("Effect on accounts (debits positive)") if written else _("Effect on accounts of what waits")
    lines += section(effect, account_lines(plan.accounts))
    if written:
        lines += ["", _("What apply writes"), ""]
        lines += [line for file in opened for line in (f"; {file.path}", file.text)]
        lines.append(written.rstrip("\n"))
    return "\n".join(lines) + "\n" if lines else ""


def nothing(files: Iterable[str]) -> str:
    """Return the line that says that files hold no event at all."""
    return _("there are no events in {files}").format(files=", ".join(clean(str(file)) for file in files)) + "\n"


def applied_text(applied: Applied) -> str:
    """Return what apply did: one line per event, then what was written and what was left."""
    lines = event_lines(applied.events, AFTER_APPLY if applied.file else HELD)
    counts = [event.status for event in applied.events]
    new, before, refused = counts.count("new"), counts.count("posted"), counts.count("refused")
    parts = []
    if applied.file:
        parts.append(_("{n} posted in {file}").format(n=new, file=clean(applied.file)))
    if before:
        parts.append(_("{n} posted before, nothing to do").format(n=before))
    if applied.pending_files:
        files = ", ".join(clean(file) for file in applied.pending_files)
        parts.append(_("{n} left in {file}").format(n=refused, file=files))
    if parts:
        lines.append(("；" if spoken() == "zh" else "; ").join(parts))
    return "\n".join(lines) + "\n" if lines else ""


def event_lines(events: Iterable[PlannedEvent], words: Mapping[str, str] = STATUS) -> list[str]:
    """Return one line per event: its status in `words`, its id, and what happened."""
    known = list(events)
    rows = [(_(words[event.status]), event.id or "–", what_happened(event)) for event in known]
    lines: list[str] = []
    for event, row, line in zip(known, rows, columns(rows, indent=0), strict=True):
        lines += wrapped(line, len(line) - len(clean(row[2]))) if is_step(event) else [line]
    return lines


def change_lines(planned: PlannedEvent) -> list[str]:
    """Return what an amend changes, field by field, under the ids that the event had and has now."""
    if planned.again is None:
        return []
    names = {"old": clean(planned.event.reference), "new": clean(planned.again.id)}
    rows = [f"{name}: {clean(was) or '–'} → {clean(now) or '–'}" for name, was, now in planned.changes]
    return section(_("{old} becomes {new}").format(**names), [line for row in rows for line in paragraph(row)])


def decision_lines(planned: PlannedEvent) -> list[str]:
    """Return one line per effect that a row decided: the effect, its value, the row, and where it stands.

    What the policy leaves alone is left out, but for the verdict and the disposition; `explain` shows everything.
    """
    rows: list[tuple[str, ...]] = []
    for decision in planned.decisions:
        if decision.window is not None and decision.window.last_day is not None:
            window = decision.window
            rows.append(("window", str(window.last_day), window.row, place(window.place)))
    for chosen in planned.chosen:
        if chosen.effect == "law" and not chosen.value:
            continue  # it does not bind, and `explain` says why
        if chosen.row != "default" or chosen.effect in ("verdict", "disposition"):
            rows.append((chosen.effect, chosen_text(chosen) or "–", chosen.row, place(chosen.place)))
    told = any(chosen.effect == "deadline" for chosen in planned.chosen)
    document = planned.document
    if document is not None and document.deadline is not None and document.advance is None and not told:
        rows.append(("deadline", str(document.deadline)))
    rows += [("waived", code, ", ".join(planned.event.body.approved_by)) for code in planned.waived]
    said = [(*decided_words(effect, value), *rest) for effect, value, *rest in dict.fromkeys(rows)]
    return columns(said) + statute_lines(planned)


def statute_lines(planned: PlannedEvent) -> list[str]:
    """Return one line per statute with the effects that it decided."""
    effects: dict[str, dict[str, None]] = {}
    for decision in planned.decisions:
        if decision.window is not None and decision.window.statute:
            effects.setdefault(decision.window.statute, {})["window"] = None
    for chosen in planned.chosen:
        if chosen.statute and chosen.effect != "law":
            effects.setdefault(chosen.statute, {})[chosen.effect] = None
    return [
        line
        for statute, decided in effects.items()
        for line in paragraph(
            _("by {statute}: {effects}").format(
                statute=clean(statute),
                effects=_(", ").join(name for name, _value in (decided_words(each, "") for each in decided)),
            )
        )
    ]


def account_lines(accounts: Mapping[tuple[str, str], Decimal]) -> list[str]:
    """Return the effect on each account, aligned."""
    rows = [(account, show(amount, currency), currency) for (account, currency), amount in accounts.items() if amount]
    return columns(rows, right=(1,))


def as_data(plan: Plan, findings: Iterable[Finding], lang: str) -> dict[str, Any]:
    """Return the plan as the record that scripts rely on; amounts are text with a currency."""
    accounts: dict[str, dict[str, str]] = {}
    for (account, currency), amount in plan.accounts.items():
        accounts.setdefault(account, {})[currency] = show(amount, currency)
    told = {id(finding) for event in plan.events for finding in event.findings}
    return {
        "events": [_event_data(event, lang) for event in plan.events],
        "accounts": accounts,
        "findings": [finding_data(finding, lang) for finding in findings if id(finding) not in told],
    }


def _event_data(planned: PlannedEvent, lang: str) -> dict[str, Any]:
    document = planned.document
    decision = {
        c.effect: {"value": chosen_text(c), "row": c.row, "place": place(c.place)}
        | ({"statute": c.statute} if c.statute else {})
        for c in planned.chosen
    }
    return {
        "id": planned.id,
        "status": planned.status,
        "kind": planned.event.kind.value,
        "case": planned.case,
        **_amended(planned),
        "decision": decision,
        "window_end": str(planned.window_end) if planned.window_end else None,
        "deadline": str(document.deadline) if document and document.deadline else None,
        "amounts": _amounts(document) if document else step_amounts(planned),
        "waived": list(planned.waived),
        "auto": auto_data(planned),
        "inferred": inferred_data(planned.inferred, lang),
        "directives": [beancount_text(directive) for directive in planned.directives],
        "findings": [finding_data(finding, lang) for finding in planned.findings],
    }


def _amended(planned: PlannedEvent) -> dict[str, Any]:
    """Return the id that an amended event has now, and of each field that changed both values as written."""
    if planned.again is None:
        return {}
    changes = {name: [was or None, now or None] for name, was, now in planned.changes}
    return {"becomes": planned.again.id, "changes": changes}


def _amounts(document: Document) -> dict[str, str]:
    """Return the amounts of an event by their meaning, those that are not zero."""
    booked = {"gross": document.gross, "fee": document.fee, "due": document.due}
    amounts = {
        "offset": sum((amount for _account, amount in document.offset), ZERO),
        "payable": document.payable,
        "paid": document.handed_over,
        "cash_rounding": document.handed_over - document.paid,
        "store_credit": document.store_credit,
    }
    told = {name: f"{show(n, document.currency)} {document.currency}" for name, n in booked.items() if n}
    return told | {name: amount_of(amount, document) for name, amount in amounts.items() if amount}


def told_of(sentence: Phrase, lang: str) -> str:
    """Return what was concluded as a sentence in `lang`, places in it as seen from the working folder."""
    values = dict(sentence.values)
    for name in ("where", "also"):
        file, _, line = str(values.get(name, "")).removesuffix(":1").rpartition(":")
        if file and line.isdigit():
            values[name] = place(Span(file, int(line)))
    return words(Phrase(sentence.text, values), lang)


def inferred_data(inferred: Iterable[tuple[str, Phrase]], lang: str) -> list[dict[str, str]]:
    """Return what was concluded as records: the code, the order it is about, and the sentence in `lang`."""
    return [
        {"code": code, "order": str(sentence.values.get("order", "")), "text": told_of(sentence, lang)}
        for code, sentence in inferred
    ]


def to_json(data: Any) -> str:
    """Return `data` as JSON for scripts."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
