"""Shows where every case stands: the goods, the money, what is due and until when, and the next step."""

from __future__ import annotations

from typing import Any

from returnledger.cli.layout import columns
from returnledger.cli.show_plan import to_json
from returnledger.i18n import N_, _
from returnledger.money import plain, show
from returnledger.views import CaseView, StatusView

_HEADS = (N_("case"), N_("order"), N_("goods"), N_("money"), N_("refund due"), N_("deadline"), N_("next step"))

# The words of the two tracks, as JSON has them and as people read them.
_TRACKS = {
    "none": N_("none"),
    "received": N_("received"),
    "kept": N_("kept by the customer"),
    "due": N_("due"),
    "settled": N_("settled"),
    "void": N_("void"),
}


def render(view: StatusView, fmt: str, *, everything: bool = False) -> str:
    """Return the cases as text for people (those that are settled only with `everything`), or all of them as JSON."""
    if fmt == "json":
        return to_json({"cases": [as_data(case) for case in view.cases]})
    shown = [case for case in view.cases if everything or case.money == "due"]
    settled = len(view.cases) - len(shown)
    lines = columns([tuple(_(head) for head in _HEADS), *map(_row, shown)], right=(4,), indent=0) if shown else []
    if settled:
        lines.append(_("{n} settled; `returnledger status --all` shows them").format(n=settled))
    elif not view.cases:
        lines.append(_("there are no cases yet"))
    return "\n".join(lines) + "\n"


def _row(case: CaseView) -> tuple[str, ...]:
    due = f"{show(case.refund_due, case.currency)} {case.currency}" if case.refund_due else ""
    deadline = case.deadline.isoformat() if case.deadline else ""
    return (
        case.case,
        case.order,
        _track(case.goods),
        _track(case.money),
        due,
        deadline,
        case.next_step.partition(":")[0],
    )


def _track(word: str) -> str:
    return _(_TRACKS.get(word, word))


def as_data(case: CaseView) -> dict[str, Any]:
    """Return one case as the record that scripts rely on; amounts are text with a currency."""
    amounts = {
        name: f"{show(getattr(case, name), case.currency)} {case.currency}"
        for name in ("credited", "paid", "refund_due", "clearing")
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
        "next_step": case.next_step,
        "deadline": case.deadline.isoformat() if case.deadline else None,
    }
