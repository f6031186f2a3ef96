"""Shows money paid in advance: its receipts, what sales used of it, what was posted on it, and where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from returnledger.advances import Prepaid
from returnledger.cli.layout import columns, labelled, place, placed, section
from returnledger.cli.show_plan import to_json
from returnledger.cli.show_status import word
from returnledger.events.advances import AdvanceStage
from returnledger.findings import Span
from returnledger.i18n import N_, _
from returnledger.money import ZERO, show
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.terms import Kind
from returnledger.views import AdvanceView

_SUMS = (N_("came in"), N_("used"), N_("given back or kept"), N_("kept of it"), N_("open"), N_("approved and not paid"))


def render(views: Iterable[AdvanceView], fmt: str) -> str:
    """Return advances as text for people, or as JSON."""
    if fmt == "json":
        return to_json({"advances": [_data(view) for view in views]})
    return "\n".join("\n".join(_lines(view)) + "\n" for view in views)


def _sums(view: AdvanceView) -> tuple[Decimal, ...]:
    left = view.left
    taken = sum(left.taken.values(), ZERO)
    return left.came_in, left.came_in - left.whole, taken, left.retained, left.left, view.owed


def _lines(view: AdvanceView) -> list[str]:
    advance = view.left.advance
    lines = labelled(
        [
            (_("advance"), advance.name),
            (_("customer"), advance.customer or ""),
            (_("contract"), advance.contract or ""),
            (_("date"), advance.first.date.isoformat()),
        ]
    )
    heading = _("Received and used (debits positive)")
    moved = [row for flow in (*advance.received, *advance.used) for row in _moved(flow)]
    lines += section(heading, placed(moved, right=(1,)))
    lines += section(_("Posted on this advance"), placed(_posted(entry) for entry in view.entries))
    sums = zip(_SUMS, _sums(view), strict=True)
    rows = [(_(name), show(amount, advance.currency), advance.currency) for name, amount in sums if amount]
    return lines + section(_("Where the advance stands"), columns(rows, right=(1,)))


def _moved(flow: Prepaid) -> Iterator[tuple[str, str, str, str]]:
    for money in flow.money:
        at = place(Span(*(money.place or flow.place)))
        yield flow.date.isoformat(), f"{show(money.amount, money.currency)} {money.currency}", money.account, at


def _posted(entry: Posted) -> tuple[str, str, str, str]:
    stage = word(AdvanceStage, entry.told.get("stage", AdvanceStage.PAID.value))
    what = _("{what} ({about})").format(what=word(Kind, entry.kind), about=stage)
    return entry.dated.isoformat(), entry.id, what, place(entry.place)


def _data(view: AdvanceView) -> dict[str, Any]:
    advance = view.left.advance
    keys = ("received", "used", "taken", "retained", "open", "owed")
    return {
        "advance": advance.name,
        "customer": advance.customer,
        "contract": advance.contract,
        "date": advance.first.date.isoformat(),
        **{
            key: f"{show(amount, advance.currency)} {advance.currency}"
            for key, amount in zip(keys, _sums(view), strict=True)
        },
        "postings": [
            {
                "date": flow.date.isoformat(),
                "role": money.role.value if isinstance(money.role, Role) else None,
                "account": money.account,
                "amount": f"{money.amount:f} {money.currency}",
            }
            for flow in (*advance.received, *advance.used)
            for money in flow.money
        ],
        "steps": [
            {"id": entry.id, "date": entry.dated.isoformat(), "stage": entry.told.get("stage")}
            for entry in view.entries
        ],
    }
