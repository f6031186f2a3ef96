"""Shows what was posted under an id: each entry as it stands in the books, and where the case stands."""

from __future__ import annotations

from returnledger.cli import show_status
from returnledger.cli.layout import labelled, place
from returnledger.cli.show_plan import to_json
from returnledger.i18n import _
from returnledger.rows import Posted
from returnledger.text import render as beancount_text
from returnledger.views import EventView


def render(view: EventView, fmt: str) -> str:
    """Return the entries of an id as text for people, or as JSON."""
    if fmt == "json":
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
        return to_json(
            {
                "id": view.id,
                "stands_as": view.form_now or None,
                "voided": view.voided,
                "case": show_status.as_data(view.case),
                "entries": entries,
            }
        )
    case = view.case
    lines = labelled(
        [
            (_("case"), case.case),
            (_("order"), case.order),
            (_("customer"), case.customer),
            (_("void"), _("yes") if view.voided else ""),
            (_("stands as"), view.form_now),
            (_("next step"), case.next_step),
        ]
    )
    for entry in view.entries:
        lines += ["", place(entry.place), _text(entry)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _text(entry: Posted) -> str:
    return beancount_text(entry.directive).rstrip("\n") if entry.directive else ""
