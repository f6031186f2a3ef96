"""Shows how a policy judges, line by line: each effect with its row and statute, and what would have changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from returnledger.cli import show_plan
from returnledger.cli.effect_words import effect_name, value_name
from returnledger.cli.layout import WIDTH, paragraph, place
from returnledger.cli.show_explain import chosen_lines, stored_lines, told_lines, window_text
from returnledger.cli.show_plan import to_json
from returnledger.cli.words import wrap
from returnledger.excerpt import clean
from returnledger.findings import Span
from returnledger.findings_text import words
from returnledger.i18n import _, spoken
from returnledger.money import plain, show
from returnledger.planned import chosen_text
from returnledger.policy import Chosen
from returnledger.policy.counterfactual_words import otherwise_words
from returnledger.policy.counterfactuals import Otherwise
from returnledger.policy.wording import flow

if TYPE_CHECKING:
    from returnledger.policies.explain import ExplainedEvent, ExplainedItem, ExplainedPolicy

# Effects that are told only where a row decides them.
_QUIET = {"advance", "inspection", "coupons", "authorisation", "limits", "separation"}


def render(explained: ExplainedPolicy, fmt: str) -> str:
    """Return what was explained as text for people, or as JSON."""
    if fmt == "json":
        return to_json({"stored": explained.stored, "events": [_event_data(e, explained) for e in explained.events]})
    lines: list[str] = []
    for event in explained.events:
        planned = event.planned
        if event.asked_on is not None:
            told = _("{order}, if the customer asked on {day}").format(
                order=planned.event.reference, day=event.asked_on
            )
            lines.append(clean(told))
        else:
            status = show_plan.AFTER_APPLY if planned.id in explained.posted else show_plan.STATUS
            lines += show_plan.event_lines([planned], status)
        for item in event.items:
            lines += ["", *_item_lines(item)]
        if not event.items:
            lines += chosen_lines(planned)
        lines.append("")
    return "\n".join([*lines, *stored_lines(explained.stored)]).rstrip("\n") + "\n"


def _item_lines(item: ExplainedItem) -> list[str]:
    facts, policy = item.facts, item.policy
    line = facts.line
    assert line is not None
    units = plain(facts.quantity) + " " if facts.quantity else ""
    currency = facts.sale.currency if facts.sale else policy.currency
    named = _("line {line}: {units}{sku}, worth {amount} {currency}, by {policy} ({file})")
    lines = paragraph(
        named.format(
            line=line.line,
            units=units,
            sku=line.sku,
            amount=show(facts.gross, currency),
            currency=currency,
            policy=f"{policy.name} {policy.version}",
            file=place(policy.place()).rpartition(":")[0],
        ),
        indent=0,
    )
    for chosen in item.chosen:
        if _is_told(chosen):
            lines += _chosen_lines(chosen, item)
    told = [words(otherwise_words(each), spoken()) for each in item.otherwise]
    if told:
        lines.append("  " + _("what would change it:"))
        lines += [line for text in told for line in hanging(text, 4)]
    return lines


def _is_told(chosen: Chosen) -> bool:
    if chosen.missing or chosen.passed_over or (chosen.effect == "law" and chosen.because):
        return True
    return bool(value_text(chosen)) and (chosen.row != "default" or chosen.effect not in _QUIET)


def hanging(text: str, indent: int) -> list[str]:
    """Return a text wrapped, its further lines set in more than the first."""
    lines = wrap(clean(text), WIDTH - indent - 2)
    return [" " * (indent if n == 0 else indent + 2) + line for n, line in enumerate(lines)]


def value_text(chosen: Chosen) -> str:
    """Return the value of a choice in a few words; a row of which nothing shorter is known as the file has it."""
    text = chosen_text(chosen)
    return flow(chosen.value) if chosen.effect == "advance" and chosen.value is not None else text


def _chosen_lines(chosen: Chosen, item: ExplainedItem) -> list[str]:
    text = value_name(chosen.effect, value_text(chosen))
    amount = item.judgement.fee_amount
    if chosen.effect == "fee" and amount and chosen.value is not None and chosen.value.percent:
        text += f" ({show(amount, item.policy.currency)} {item.policy.currency})"
    if chosen.effect == "refunds" and chosen.value is not None:
        text += f" ({', '.join(chosen.value.methods)})"
    window = item.judgement.window
    if chosen.effect == "window" and window is not None and window.last_day is not None:
        text = window_text(window)
    lines = hanging(f"{effect_name(chosen.effect)}: {text} — {chosen.row} — {place(chosen.place)}", 2)
    told = told_lines(chosen)
    if chosen.effect == "window" and window is not None and window.assumed:
        unknown = ", ".join(window.assumed)
        told.append(
            _("assumed: counted from {start}, since nobody knows {days}").format(start=window.start_from, days=unknown)
        )
    return lines + [line for said in told for line in paragraph(said, indent=6)]


def _event_data(event: ExplainedEvent, explained: ExplainedPolicy) -> dict[str, Any]:
    planned = event.planned
    status = "posted" if planned.id in explained.posted else planned.status
    return {
        "id": planned.id if event.asked_on is None else None,
        "status": status if event.asked_on is None else "asked",
        "order": planned.facts[0].sale.order if planned.facts and planned.facts[0].sale else planned.event.reference,
        "asked_on": event.asked_on.isoformat() if event.asked_on else None,
        "lines": [_item_data(item) for item in event.items],
    }


def _item_data(item: ExplainedItem) -> dict[str, Any]:
    facts, policy, window = item.facts, item.policy, item.judgement.window
    assert facts.line is not None
    currency = facts.sale.currency if facts.sale else policy.currency
    fee = item.judgement.fee_amount
    return {
        "line": facts.line.line,
        "sku": facts.line.sku,
        "quantity": plain(facts.quantity) if facts.quantity is not None else None,
        "amount": f"{show(facts.gross, currency)} {currency}",
        "policy": {"policy": policy.name, "version": policy.version, "file": policy.file},
        "fee_amount": f"{show(fee, policy.currency)} {policy.currency}" if fee is not None else None,
        "assumed": list(window.assumed) if window is not None else [],
        "effects": [
            {
                "effect": chosen.effect,
                "value": value_text(chosen),
                "row": chosen.row,
                "place": place(chosen.place),
                "statute": chosen.statute,
                "used": dict(chosen.used),
                "missing": list(chosen.missing),
                "passed_over": list(chosen.passed_over),
            }
            for chosen in item.chosen
        ],
        "otherwise": [_otherwise(each) for each in item.otherwise],
    }


def _otherwise(found: Otherwise) -> dict[str, Any]:
    return {
        "fact": found.fact,
        "was": flow(found.was),
        "value": flow(found.value),
        "onward": found.onward,
        "changes": [
            {"effect": each.effect, "old": _text(each.effect, each.old), "new": _text(each.effect, each.new)}
            for each in found.changes
        ],
        "text": words(otherwise_words(found), spoken()),
    }


def _text(effect: str, value: Any) -> str:
    return chosen_text(Chosen(effect, value, "", _NOWHERE))


_NOWHERE = Span("", 0)
