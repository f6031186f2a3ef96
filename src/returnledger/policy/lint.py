"""Asks of a policy what its form can't show: rows that never decide, tables with holes, words that contradict."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from returnledger.events.suggest import nearest
from returnledger.findings import Finding, Severity
from returnledger.places import Path, Places
from returnledger.policy.calendar import known_country, nearest_country
from returnledger.policy.fact_names import CATCH_ALL, NEVER_WAIVED, words_of
from returnledger.policy.jurisdictions import UNIONS
from returnledger.policy.model import FeeRow, PolicyFile, WindowRow
from returnledger.terms import Condition, Fault, Reason
from returnledger.words import Word, names

_FIRST_MATCH = (
    "verdicts",
    "goods",
    "fees",
    "shipping_refund",
    "return_freight",
    "approvals",
    "refund_when",
    "inspection",
    "refunds",
    "advances",
)


def lint(
    says: PolicyFile,
    places: Places,
    always: Mapping[str, Sequence[bool]],
    methods: Collection[str],
    country: str | None = None,
) -> Iterator[Finding]:
    """Yield what is wrong in the policy `says`; `always` tells of each row of each table whether it always holds.

    `country` is whose holidays count.
    """
    yield from _windows(says, places)
    yield from _holidays(says, places, country)
    for table in always:
        yield from _row_ids(says, places, table)
    for table in _FIRST_MATCH:
        yield from _catch_alls(says, places, table, always[table])
    for position, row in enumerate(says.fees):
        yield from _fee(row, places, position)
    yield from _methods(says, places, methods)
    yield from _faults(says, places)
    yield from _conditions(says, places)
    yield from _pairs(says, places)
    for code in says.waivers or {}:
        if code in NEVER_WAIVED:
            yield Finding("never-waived", places.key_at("waivers", code), {"code": code})


def _pairs(says: PolicyFile, places: Places) -> Iterator[Finding]:
    """Yield each pair of steps that is not two different steps."""
    for position, pair in enumerate(says.separation_of_duties.pairs if says.separation_of_duties else ()):
        if len(pair) != 2 or pair[0] == pair[1]:
            values = {"pair": f"[{', '.join(pair)}]"}
            yield Finding("pair-not-two", places.at("separation_of_duties", "pairs", position), values)


def same_words(data: Mapping[str, Any], places: Places) -> Iterator[Finding]:
    """Yield each key of `data`, a file as texts, that means what an earlier key of its table means: a code, its name."""
    window = data.get("window")
    tables: list[tuple[Path, Any, type[Word]]] = [
        (("condition_from_reason",), data.get("condition_from_reason"), Reason),
        (("dispositions",), data.get("dispositions"), Condition),
        (("fault",), data.get("fault"), Fault),
        (("window", "by_fault"), window.get("by_fault") if isinstance(window, Mapping) else None, Fault),
    ]
    for path, table, vocabulary in tables:
        first: dict[object, str] = {}
        for key in table or ():
            word = names(vocabulary).get(key, key)
            if word in first:
                values = {"key": key, "other": first[word], "table": ".".join(map(str, path))}
                yield Finding("same-word-twice", places.key_at(*path, key), values)
            first.setdefault(word, key)


def _windows(says: PolicyFile, places: Places) -> Iterator[Finding]:
    window = says.window
    rows: list[tuple[tuple[str, ...], WindowRow]] = [(("default",), window.default)]
    rows += [(("by_category", name), row) for name, row in window.by_category.items()]
    rows += [(("by_fault", fault.value), row) for fault, row in window.by_fault.items()]
    for path, row in rows:
        yield from _shadowed(window.default, row, path, places)
    for position, extension in enumerate(window.extensions):
        if extension.until < extension.sold[1]:
            values = {"name": extension.name, "until": extension.until, "sold": extension.sold[1]}
            yield Finding("extension-reversed", places.at("window", "extensions", position, "until"), values)
    yield from _twice([extension.name for extension in window.extensions], places, ("window", "extensions"), "name")


def _holidays(says: PolicyFile, places: Places, country: str | None) -> Iterator[Finding]:
    """Yield countries nobody knows, and counts that need the holidays of a country where none is named."""
    named = says.window.holidays
    if named is not None and not known_country(named):
        values = {"country": named, "nearest": nearest_country(named)}
        yield Finding("holidays-unknown", places.at("window", "holidays"), values)
    elif country is None and says.jurisdiction not in UNIONS:  # whose holidays are those of the settings' country
        path = next(_counted(says), None)
        if path is not None:
            yield Finding("holidays-not-named", places.at(*path), severity=Severity.WARNING)


def _counted(says: PolicyFile) -> Iterator[Path]:
    """Yield the places of the keys that need the holidays of a country."""
    window = says.window
    rows: list[tuple[Path, object]] = [(("window",), window), (("window", "default"), window.default)]
    rows += [(("window", "by_category", name), row) for name, row in window.by_category.items()]
    rows += [(("window", "by_fault", fault.value), row) for fault, row in window.by_fault.items()]
    rows += [(("window", "cases", position), row) for position, row in enumerate(window.cases)]
    rows += [(("refunds", position), row) for position, row in enumerate(says.refunds)]
    rows += [(("authorisation",), says.authorisation), (("advance_deadline",), says.advance_deadline)]
    for path, row in rows:
        if getattr(row, "unit", None) == "business":
            yield (*path, "unit")
        if getattr(row, "roll_on_holiday", None):
            yield (*path, "roll_on_holiday")


def _shadowed(default: WindowRow, row: WindowRow, path: tuple[str, ...], places: Places) -> Iterator[Finding]:
    same_start = row.counted_from in (None, default.counted_from or "delivered")
    manner = ("unit", "saturday", "count_start", "roll_on_holiday")
    alike = same_start and not row.months and all(getattr(row, key) in (None, getattr(default, key)) for key in manner)
    if row is not default and alike and 0 < row.days <= default.days:
        values = {"row": ".".join(("window", *path)), "days": row.days, "default": default.days}
        yield Finding("window-never-decides", places.at("window", *path), values, Severity.WARNING)


def _row_ids(says: PolicyFile, places: Places, table: str) -> Iterator[Finding]:
    rows = says.window.cases if table == "window.cases" else getattr(says, table)
    yield from _twice([row.id for row in rows], places, tuple(table.split(".")), "id")


def _twice(names: Sequence[str], places: Places, path: tuple[str, ...], key: str) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for position, name in enumerate(names):
        if name in first:
            values = {"table": ".".join(path), "id": name, "line": places.at(*path, first[name], key).line}
            yield Finding("row-id-twice", places.at(*path, position, key), values)
        first.setdefault(name, position)


def _catch_alls(says: PolicyFile, places: Places, table: str, always: Sequence[bool]) -> Iterator[Finding]:
    if True not in always:
        if always and table in CATCH_ALL:
            last = places.at(table, len(always) - 1)
            yield Finding("catch-all-missing", last, {"table": table, "row": f"- {CATCH_ALL[table]}"})
        return
    catch_all = always.index(True)
    rows = getattr(says, table)
    for position in range(catch_all + 1, len(always)):
        values = {"table": table, "id": rows[position].id, "rows": [rows[catch_all].id]}
        yield Finding("row-never-reached", places.at(table, position), values, Severity.WARNING)


def _fee(row: FeeRow, places: Places, position: int) -> Iterator[Finding]:
    given = [key for key in ("percent", "amount") if getattr(row, key) is not None]
    if len(given) != 1:
        values = {"id": row.id, "count": len(given)}
        yield Finding("fee-percent-or-amount", places.at("fees", position, *given[1:]), values)
    if row.amount is not None and row.maximum is not None:
        values = {"id": row.id, "amount": row.amount, "max": row.maximum}
        yield Finding("fee-max-unused", places.at("fees", position, "max"), values)
    if row.tax == "rate" and row.rate is None:
        yield Finding("fee-rate-missing", places.at("fees", position, "tax"), {"id": row.id})
    if row.tax != "rate" and row.rate is not None:
        values = {"id": row.id, "rate": str(row.rate), "tax": row.tax}
        yield Finding("fee-rate-unused", places.at("fees", position, "rate"), values)


def _methods(says: PolicyFile, places: Places, methods: Collection[str]) -> Iterator[Finding]:
    known = words_of("method", methods)
    for position, row in enumerate(says.refunds):
        if not row.methods:
            yield Finding("methods-empty", places.at("refunds", position, "methods"), {"id": row.id})
        for index, method in enumerate(row.methods):
            if method not in known:
                codes = list(dict.fromkeys(known.values()))
                values = {"fact": "method", "text": method, "nearest": nearest(method, codes), "known": codes}
                yield Finding("condition-word-unknown", places.at("refunds", position, "methods", index), values)


def _faults(says: PolicyFile, places: Places) -> Iterator[Finding]:
    seen: dict[Reason, Fault] = {}
    for fault, reasons in says.fault.items():
        for position, reason in enumerate(reasons):
            if seen.setdefault(reason, fault) is not fault:
                values = {"reason": reason.value, "fault": fault.value, "other": seen[reason].value}
                yield Finding("reason-two-faults", places.at("fault", fault.value, position), values)


def _conditions(says: PolicyFile, places: Places) -> Iterator[Finding]:
    overrides = {reason: fault for fault, reasons in says.fault.items() for reason in reasons}
    for reason, condition in says.condition_from_reason.items():
        if not isinstance(reason, Reason) or condition is not Condition.NEW:
            continue
        fault = overrides.get(reason, reason.fault)
        if fault in (Fault.MERCHANT, Fault.CARRIER):
            values = {"reason": reason.value, "fault": fault.value}
            yield Finding("condition-too-good", places.at("condition_from_reason", reason.value), values)
