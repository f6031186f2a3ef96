"""Shows what the posted events of a period come to under another policy: totals, and the cases behind them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from returnledger.cli.effect_words import effect_name, value_name
from returnledger.cli.layout import WIDTH, columns, paragraph, place, section
from returnledger.cli.words import cells
from returnledger.excerpt import clean
from returnledger.i18n import _
from returnledger.money import show
from returnledger.policies.outcome import Change, Effect
from returnledger.policies.totals import Total, totals

if TYPE_CHECKING:
    from returnledger.policies.replay import Replay, Replayed

MOST_CASES = 50


def replay_lines(replay: Replay) -> list[str]:
    """Return the replay for people: how many events, what changes in all, each case, and what was posted otherwise."""
    first, last = replay.period
    days = f"{first or '…'}..{last or '…'}"
    if not replay.events:
        return ["", _("no event that stands was posted in {days}").format(days=days), *_apart(replay)]
    summary = _("{days}: {n} events judged again, {changed} come out otherwise; nothing is posted")
    told = summary.format(days=days, n=len(replay.events), changed=len(replay.changed))
    lines = ["", *paragraph(told, indent=0), *_apart(replay)]
    lines += section(_("What changes"), _summed([_total(total) for total in totals(replay.changed)]))
    if replay.changed:
        lines += ["", _("Cases")]
        for event in replay.changed[:MOST_CASES]:
            lines += _case(event)
        if len(replay.changed) > MOST_CASES:
            lines.append("  " + _("and {n} more; --json has them all").format(n=len(replay.changed) - MOST_CASES))
    return [*lines, *_unlike(replay)]


def _apart(replay: Replay) -> list[str]:
    told = []
    if replay.voided:
        told.append(_("{n} events left out: they were voided, or undid another").format(n=replay.voided))
    if replay.doubled:
        told.append(_("{n} copies of events that stand twice in the books left out").format(n=replay.doubled))
    for under in sorted({event.under for event in replay.events if event.under}):
        count = sum(event.under == under for event in replay.events)
        text = _("{n} events were judged by {policy} when they were posted, which is neither held for nor against it")
        told.append(text.format(n=count, policy=under))
    return [line for text in told for line in paragraph(text, indent=0)]


def _summed(rows: list[tuple[str, ...]]) -> list[str]:
    """Return the totals in columns; what does not fit beside its effect and count stands below them."""
    lines: list[str] = []
    heads = columns([row[:2] for row in rows], right=(1,))
    for head, line, row in zip(heads, columns(rows, right=(1,)), rows, strict=True):
        lines += [line] if cells(line) <= WIDTH else [head, *paragraph(row[2], indent=6)]
    return lines


def _total(total: Total) -> tuple[str, ...]:
    name = effect_name(total.effect)
    if total.amount_old is not None and total.amount_new is not None:
        old, new = show(total.amount_old, total.currency), show(total.amount_new, total.currency)
        return name, str(total.events), f"{old} → {new} {total.currency} ({_signed(total)})"
    if total.earlier or total.later:
        return name, str(total.events), _("earlier: {n}, later: {m}").format(n=total.earlier, m=total.later)
    old, new = (value_name(total.effect, text) for text in (total.old, total.new))
    return name, str(total.events), f"{old} → {new}"


def _signed(total: Total) -> str:
    difference = (total.amount_new or Decimal(0)) - (total.amount_old or Decimal(0))
    return ("+" if difference > 0 else "") + show(difference, total.currency)


def _case(event: Replayed) -> list[str]:
    lines = [clean(f"  {event.id}  {event.date}  {event.order}")]
    for change in event.changes:
        old, new = (value_name(change.effect, _text(each)) for each in (change.old, change.new))
        said = f"{effect_name(change.effect)}: {old} → {new} {change.currency}".rstrip()
        at = change.new
        by = [text for text in ((at.row, place(at.place)) if at is not None and at.row else ()) if text]
        lines += paragraph(" — ".join([said, *by]), indent=6)
    return lines


def _text(effect: Effect | None) -> str:
    return effect.text if effect is not None else ""


def _unlike(replay: Replay) -> list[str]:
    lines: list[str] = []
    for event in replay.unlike[:MOST_CASES]:
        lines.append(clean(f"  {event.id}  {event.date}  {event.order}"))
        for each in event.unlike:
            values = {"what": effect_name(each.what), "posted": each.posted or "–", "now": each.now or "–"}
            sentence = _("{what}: posted {posted}, the old policy gives {now}")
            if each.what == "status":
                sentence = _("posted, and the old policy holds it up: {now}")
            lines += paragraph(sentence.format(**values), indent=6)
    if len(replay.unlike) > MOST_CASES:
        lines.append("  " + _("and {n} more; --json has them all").format(n=len(replay.unlike) - MOST_CASES))
    heading = _("The old policy does not give what was posted: {n} events").format(n=len(replay.unlike))
    return section(heading, lines)


def replay_data(replay: Replay) -> dict[str, Any]:
    """Return the replay as the record that scripts read; amounts are text with a currency."""
    first, last = replay.period
    return {
        "first": first.isoformat() if first else None,
        "last": last.isoformat() if last else None,
        "events": len(replay.events),
        "changed": len(replay.changed),
        "voided": replay.voided,
        "doubled": replay.doubled,
        "totals": [_total_data(total) for total in totals(replay.changed)],
        "cases": [
            {**_head(event), "changes": [_change(change) for change in event.changes]} for event in replay.changed
        ],
        "posted_otherwise": [
            {
                **_head(event),
                "differences": [{"what": e.what, "posted": e.posted, "old": e.now} for e in event.unlike],
            }
            for event in replay.unlike
        ],
        "judged_by_another": [{**_head(event), "policy": event.under} for event in replay.events if event.under],
    }


def _head(event: Replayed) -> dict[str, str]:
    return {"id": event.id, "kind": event.kind, "order": event.order, "date": event.date.isoformat()}


def _total_data(total: Total) -> dict[str, Any]:
    record: dict[str, Any] = {"effect": total.effect, "events": total.events}
    if total.amount_old is not None and total.amount_new is not None:
        for name, amount in (("old", total.amount_old), ("new", total.amount_new)):
            record[name] = f"{show(amount, total.currency)} {total.currency}"
        record["difference"] = f"{show(total.amount_new - total.amount_old, total.currency)} {total.currency}"
    elif total.earlier or total.later:
        record |= {"earlier": total.earlier, "later": total.later}
    else:
        record |= {"old": total.old, "new": total.new}
    return record


def _change(change: Change) -> dict[str, Any]:
    record: dict[str, Any] = {"effect": change.effect}
    for name, effect in (("old", change.old), ("new", change.new)):
        text = _text(effect)
        money = f"{text} {change.currency}" if change.currency and text else text
        at = {"row": effect.row, "place": place(effect.place) or None} if effect is not None and effect.row else {}
        record[name] = {"value": money, **at}
    return record
