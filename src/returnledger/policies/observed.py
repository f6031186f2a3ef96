"""What a policy made of a case, in the words of `expect`, and whether that is what was expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from returnledger.findings import Span
from returnledger.money import CONTEXT, ZERO, decimals_of, plain, round_to, show
from returnledger.policies.cases import NONE, UNKNOWN, Expect
from returnledger.policy.judging import Judgement
from returnledger.policy.model_rows import AdvanceRow, EvidenceRow, RefundRow

# The effect that decides each key of `expect`, where it is not of the same name.
_EFFECTS = {
    "because": "verdict",
    "last_day": "window",
    "in_window": "window",
    "days_late": "window",
    "methods": "refunds",
    "bonus_percent": "refunds",
    "refund_by": "deadline",
    "advance_retain": "advance",
    "authorisation_until": "authorisation",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as expected: the key of `expect` (`rows.fee` of rows), both values, and what decided."""

    key: str
    expected: str
    got: str
    row: str
    place: Span | None


def differences(expect: Expect, judgement: Judgement) -> list[Difference]:
    """Return what `judgement` says otherwise than `expect`, in the order of `expect`."""
    found = []
    for key, wanted in asked(expect):
        got = observed(judgement, key)
        if not _same(wanted, got):
            row, place = decided_by(judgement, key.removeprefix("rows.") if "." in key else _EFFECTS.get(key, key))
            texts = [text_of(key, value, judgement.policy.currency) for value in (wanted, got)]
            found.append(Difference(key, texts[0], texts[1], row, place))
    return found


def asked(expect: Expect) -> list[tuple[str, Any]]:
    """Return each thing that `expect` names, with its value; rows one by one as `rows.EFFECT`."""
    pairs = [(key, getattr(expect, key)) for key in expect.model_fields_set if key != "rows"]
    order = list(Expect.model_fields)
    pairs.sort(key=lambda pair: order.index(pair[0]))
    return pairs + [(f"rows.{effect}", rows) for effect, rows in (expect.rows or {}).items()]


def observed(judgement: Judgement, key: str) -> Any:
    """Return what `judgement` says of one key of `expect`: a text, number, day, truth, list or map of lists."""
    if key.startswith("rows."):
        return _rows(judgement, key.removeprefix("rows."))
    window = judgement.window
    match key:
        case "because":
            return judgement.picked["verdict"].chosen.because or NONE
        case "last_day":
            return NONE if window is None or window.last_day is None else window.last_day
        case "in_window":
            return UNKNOWN if window is None or not window.known else "true" if window.open else "false"
        case "days_late":
            return UNKNOWN if window is None or not window.known else Decimal(window.days_late)
        case "fee":
            return UNKNOWN if judgement.fee_amount is None else judgement.fee_amount
        case "refund_by":
            return judgement.deadline or NONE
        case "authorisation_until":
            return judgement.value("authorisation") or NONE
        case "evidence":
            return _evidence(judgement)
        case "methods" | "bonus_percent":
            row = judgement.value("refunds")
            return getattr(row, key) if isinstance(row, RefundRow) else [] if key == "methods" else ZERO
        case "advance_retain":
            return _retained(judgement)
        case "disposition":
            return judgement.value("disposition").to
    value = judgement.value(key)
    return list(value) if key == "approvals" else NONE if value is None else value


def _rows(judgement: Judgement, effect: str) -> list[str]:
    if effect == "window":
        return [NONE if judgement.window is None else judgement.window.row]
    if effect == "evidence":
        return [paper.chosen.row for paper in judgement.papers if not paper.unknown] or ["default"]
    return [judgement.picked[effect].chosen.row]


def _evidence(judgement: Judgement) -> dict[str, list[str]]:
    steps: dict[str, list[str]] = {}
    for paper in judgement.papers:
        says = paper.row.says if paper.row is not None else None
        if isinstance(says, EvidenceRow) and not paper.unknown:
            kept = steps.setdefault(says.at, [])
            kept += [need for need in says.need if need not in kept]
    return steps


def _retained(judgement: Judgement) -> Any:
    """Return what is kept of an advance, of the fact `amount`: per cent of it, at most the row's most."""
    row = judgement.value("advance")
    if not isinstance(row, AdvanceRow):
        return ZERO
    paid = judgement.facts.get("amount")
    if not isinstance(paid, Decimal):
        return ZERO if not row.retain_percent else UNKNOWN
    kept = CONTEXT.multiply(paid, row.retain_percent) / 100
    kept = kept if row.retain_max is None else min(kept, row.retain_max)
    return round_to(kept, decimals_of(judgement.policy.currency))


def decided_by(judgement: Judgement, effect: str) -> tuple[str, Span | None]:
    """Return the row that decided an effect, and where it stands."""
    if effect == "window":
        window = judgement.window
        return (NONE, None) if window is None else (window.row, window.place)
    if effect == "evidence":
        papers = [paper.chosen for paper in judgement.papers if not paper.unknown]
        return (", ".join(chosen.row for chosen in papers), papers[0].place) if papers else ("default", None)
    chosen = judgement.picked[effect].chosen
    return chosen.row, chosen.place


def _same(wanted: Any, got: Any) -> bool:
    if isinstance(wanted, list) or isinstance(got, list):
        return sorted(_listed(wanted)) == sorted(_listed(got))
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        return {key: sorted(value) for key, value in wanted.items() if value} == {
            key: sorted(value) for key, value in got.items()
        }
    if isinstance(wanted, bool) or isinstance(got, bool):
        return bool(wanted) is bool(got)
    return bool(wanted == got) or shown(wanted) == shown(got)


def _listed(value: Any) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list) else [str(value)]


def text_of(key: str, value: Any, currency: str) -> str:
    """Return a value of one key of `expect` as files write it, amounts with the cents of `currency`."""
    amount = key in ("fee", "advance_retain") and isinstance(value, Decimal)
    return show(value, currency) if amount else shown(value)


def shown(value: Any) -> str:
    """Return a value of `expect` as files write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        texts = [shown(part) for part in value]
        return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {shown(part)}" for key, part in value.items()) + "}"
    return str(getattr(value, "value", value))
