"""Makes a policy ready to judge: its conditions read, its rows with their places, its digest taken.

The digest is over what the file says, not how it is written: comments, white space and the order of keys don't count,
the order of rows does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import Any

from returnledger.findings import Finding, Span, has_errors
from returnledger.places import Path, Places
from returnledger.policy.asking import Asks, asking
from returnledger.policy.calendar import known_country
from returnledger.policy.chosen import Chosen
from returnledger.policy.conditions import ALWAYS, Condition
from returnledger.policy.counting import Count
from returnledger.policy.defaults import Known, defaults_of, known_of, value_of
from returnledger.policy.lint import lint, same_words
from returnledger.policy.model import LimitRow, PolicyFile, Row, WindowCase, WindowTable
from returnledger.policy.reading import MOST_FINDINGS, ConditionReader
from returnledger.policy.rules import WindowRules, count_of, rules_of
from returnledger.terms import Fault, Reason, Verdict

# What a value says by itself, and what a row does, whatever else of its table can't be read.
_OF_A_VALUE = frozenset(
    {
        "category-unknown",
        "condition-word-unknown",
        "never-waived",
        "number-below-nil",
        "number-senseless",
        "portion-above-whole",
        "same-word-twice",
        "waiver-unknown",
    }
)
_OF_A_ROW = frozenset({"deny-without-why", "extension-reversed", "fee-max-unused", "pair-not-two", "role-nobody-has"})
# Tables of rows with conditions, each with the effect that it decides.
TABLES = {
    "verdicts": "verdict",
    "goods": "goods",
    "fees": "fee",
    "shipping_refund": "shipping",
    "return_freight": "freight",
    "approvals": "approvals",
    "evidence": "evidence",
    "limits": "limits",
    "refund_when": "refund_when",
    "inspection": "inspection",
    "refunds": "refunds",
    "advances": "advance",
}


@dataclass(frozen=True, slots=True)
class PreparedRow:
    """A row of a table: what it says, what it asks, and where it stands.

    `holds` answers what it asks, `chosen` is what it decides where nothing is missing, without the facts used; `stops`
    says that it gives review where only a missing fact could decide.
    """

    says: Row | LimitRow | WindowCase
    asks: Condition
    place: Span
    holds: Asks
    chosen: Chosen
    stops: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What of a file could not be read: the keys at its top in which it stood, and the places of what stood beside it."""

    keys: frozenset[str] = frozenset()
    beside: frozenset[Span] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a policy, ready to judge.

    `file` is the path as messages show it, `digest` the algorithm number and sha256 of what the file says, `says` the
    policy as written, `tables` its rows with their conditions, `unless` the condition of one_step, which `apart`
    answers. `windows` and
    `refund_counts` say how days are counted, by the holidays of `country`; `defaults` is what each effect is where no
    row decides. `applies` are the sales that a law pack is about, `laws` the law packs that bind this policy.
    `left_out` is what of the file could not be read: a policy in which there is any can't judge.
    """

    name: str
    version: str
    valid_from: date
    currency: str
    file: str
    digest: str
    says: PolicyFile
    places: Places
    tables: Mapping[str, tuple[PreparedRow, ...]]
    unless: Condition | None
    faults: Mapping[Reason, Fault]
    windows: WindowRules
    defaults: Mapping[str, Chosen]
    known: Known
    refund_counts: Mapping[str, Count]
    authorisation: Count | None = None
    country: str | None = None
    apart: Asks | None = None
    exempt: Condition | None = None
    applies: Condition | None = None
    laws: tuple[Policy, ...] = ()
    left_out: LeftOut = LeftOut()

    @property
    def window(self) -> WindowTable:
        """Return the table of windows as written."""
        return self.says.window

    @property
    def is_law(self) -> bool:
        """Return True for a law pack, which names the statute that it follows."""
        return self.says.statute is not None

    @property
    def judged_as_of(self) -> str:
        """Return `sale` or `request`: the day whose policy judges."""
        return self.says.judged_as_of

    @property
    def split_days(self) -> int:
        """Return the days within which refunds to one customer are added up."""
        return self.says.split_days

    def place(self, *path: str | int) -> Span:
        """Return where the value at `path` stands in the policy's file."""
        return self.places.at(*path)


def digest_of(data: object) -> str:
    """Return `1:` and the sha256 of compact JSON of `data`, the texts of a file, with sorted keys."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f"1:{hashlib.sha256(text.encode()).hexdigest()}"


def prepare(
    says: PolicyFile,
    data: Mapping[str, Any],
    places: Places,
    methods: Collection[str] = (),
    holidays: str | None = None,
) -> tuple[Policy | None, list[Finding]]:
    """Return the policy ready to judge, or None where a finding of severity error keeps it from judging.

    `data` is the file as texts, `methods` are the tenders and `holidays` the country that the settings name.
    """
    policy, findings = examine(says, data, places, methods, holidays)
    return (None if has_errors(findings) else policy), findings


def examine(
    says: PolicyFile,
    data: Mapping[str, Any],
    places: Places,
    methods: Collection[str] = (),
    holidays: str | None = None,
    left_out: LeftOut = LeftOut(),
) -> tuple[Policy, list[Finding]]:
    """Return the policy as far as it could be read, to say more of it, with what is wrong; errors keep it from judging.

    Nothing is concluded from what was `left_out`.
    """
    reader = ConditionReader(places, methods)
    tables = {
        name: tuple(_rows(getattr(says, name), (name,), effect, reader, says.statute))
        for name, effect in TABLES.items()
    }
    tables["window.cases"] = tuple(_rows(says.window.cases, ("window", "cases"), "window", reader, says.statute))
    unless, exempt, applies = _loose(says, reader)
    country = country_of(says, holidays)
    always = {name: [row.asks == ALWAYS for row in rows] for name, rows in tables.items()}
    wrong = chain(same_words(data, places), lint(says, places, always, methods, country))
    read = (each for each in reader.findings if not (_of_a_step(each) and each.span in left_out.beside))
    findings = [*read, *islice(believed(wrong, places, left_out), MOST_FINDINGS)]
    faults = {reason: fault for fault, reasons in says.fault.items() for reason in reasons}
    policy = Policy(
        name=says.name,
        version=says.version,
        valid_from=says.valid_from,
        currency=says.currency,
        file=places.file,
        digest=digest_of(data),
        says=says,
        places=places,
        tables=tables,
        unless=unless,
        faults=faults,
        windows=rules_of(says, tables["window.cases"], places, country),
        defaults=defaults_of(says, places),
        known=known_of(says, places, faults),
        authorisation=_authorisation(says, country),
        refund_counts={
            row.id: count_of(row, says.window, country) for row in says.refunds if row.within_days is not None
        },
        country=country,
        apart=None if unless is None else asking(unless),
        exempt=exempt,
        applies=applies,
        left_out=left_out,
    )
    return policy, findings


def believed(findings: Iterable[Finding], places: Places, left_out: LeftOut) -> Iterator[Finding]:
    """Yield the findings that don't rest on parts of a file of which something was left out."""
    keys = {places.key_at(key).line: key for key in left_out.keys}
    starts = sorted({*keys, *(places.key_at(key).line for key in PolicyFile.model_fields)})
    for finding in findings:
        line = finding.span.line if finding.span else 0
        start = max((each for each in starts if each <= line), default=0)
        whole = finding.code in _OF_A_ROW and finding.span not in left_out.beside
        if start not in keys or finding.code in _OF_A_VALUE or whole:
            yield finding


def _of_a_step(finding: Finding) -> bool:
    """Return whether a finding rests on the step that a row of evidence names."""
    return finding.code == "fact-not-here" and str(finding.values.get("table")).startswith("evidence at")


def country_of(says: PolicyFile, holidays: str | None) -> str | None:
    """Return whose holidays count: the country of the table of windows, of the law, or of the settings."""
    for country in (says.window.holidays, says.jurisdiction, holidays):
        if country is not None and known_country(country):
            return country
    return None


def _authorisation(says: PolicyFile, country: str | None) -> Count | None:
    row = says.authorisation
    if row is None:
        return None
    saturday = says.window.saturday if row.saturday is None else row.saturday
    return Count(row.valid_days, 0, row.unit == "business", saturday, country=country)


def _loose(says: PolicyFile, reader: ConditionReader) -> tuple[Condition | None, Condition | None, Condition | None]:
    """Return the conditions that stand outside tables: of one_step, of separation_of_duties, and of a law pack."""
    unless = says.one_step.unless if says.one_step is not None else None
    exempt = says.separation_of_duties.exempt if says.separation_of_duties is not None else None
    return (
        None if unless is None else reader.read(unless, "one_step", ("one_step", "unless")),
        None if exempt is None else reader.read(exempt, "separation_of_duties", ("separation_of_duties", "exempt")),
        None if says.applies is None else reader.read(says.applies, "applies", ("applies",)),
    )


def _rows(
    rows: Iterable[Row | LimitRow | WindowCase], table: Path, effect: str, reader: ConditionReader, statute: str | None
) -> Iterable[PreparedRow]:
    name = ".".join(map(str, table))
    for position, row in enumerate(rows):
        facts = f"evidence at {getattr(row, 'at', '')}" if name == "evidence" else name
        asks = reader.read(row.when, facts, (*table, position, "when"))
        place = reader.places.at(*table, position)
        chosen = Chosen(
            effect,
            value_of(row),
            row.id,
            place,
            why=getattr(row, "why", {}),
            because=getattr(row, "because", None),
            statute=row.statute or statute,
        )
        stops = getattr(row, "verdict", None) in (Verdict.DENY, Verdict.REVIEW)
        yield PreparedRow(row, asks, place, asking(asks), chosen, stops)
