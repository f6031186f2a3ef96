"""Findings as people and tools read them: the place, what is wrong, the user's own line, and the next step.

events/2026-11.yaml:5:13: error[window-closed]: came back 31 days after delivery; the policy allows 30

What comes from a file is data: it is never read as markup, and control characters in it are shown, not obeyed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal, Protocol

from returnledger.events.fields import Form
from returnledger.excerpt import clean, excerpt, paint
from returnledger.findings import Finding, Phrase, Severity, Span, Template
from returnledger.i18n import N_, catalogue
from returnledger.money import plain
from returnledger.words import Word

Format = Literal["full", "concise", "json", "github"]
Wrap = Callable[[str, int], list[str]]  # a text in lines of so many cells
FORMATS: tuple[Format, ...] = ("full", "concise", "json", "github")

# How many further places of a repeated finding are named before the rest is only counted.
_PLACES_NAMED = 5
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


class Source(Protocol):
    """A file as the user wrote it, line by line, so that a finding can show the line it is about."""

    @property
    def lines(self) -> Sequence[str]:
        """Return the lines without their line breaks."""


def homes() -> dict[str, Mapping[str, Template]]:
    """Return the sentences as they stand beside what finds the fault, by the module that has them."""
    from returnledger import app, batch, checks, drafting, inputs, ledger_problems, problems, registerfile, views
    from returnledger.checkup_templates import TEMPLATES as OF_DOCTOR
    from returnledger.policies import problems as policies_problems
    from returnledger.policy import problems as policy_problems
    from returnledger.proof import problems as proof_problems
    from returnledger.reports import problems as report_problems
    from returnledger.starting import TEMPLATES as OF_INIT

    modules = (
        ledger_problems,
        registerfile,
        policy_problems,
        policies_problems,
        checks,
        proof_problems,
        batch,
        report_problems,
        inputs,
        views,
        app,
        drafting,
    )
    found = {module.__name__: module.TEMPLATES for module in modules}
    return {
        "returnledger.problems": problems.READING,
        **found,
        "returnledger.init": OF_INIT,
        "returnledger.doctor": OF_DOCTOR,
    }


@cache
def templates() -> dict[str, Template]:
    """Return the sentences of every code."""
    return {code: template for found in homes().values() for code, template in found.items()}


def words(value: object, lang: str) -> str:
    """Return one value of a finding as text for a reader of `lang`."""
    if isinstance(value, Form):  # no code that anybody could write
        return value.zh if lang == "zh" else value.value
    if isinstance(value, Word):
        return f"{value.value} ({value.zh})" if lang == "zh" else value.value
    if isinstance(value, Phrase):
        values = {name: words(part, lang) for name, part in value.values.items()}
        return catalogue(lang).gettext(value.text).format_map(values)
    if isinstance(value, Mapping):  # one text in several languages, as policies may give it
        return clean(str(value.get(lang) or next(iter(value.values()), "")))
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return ("、" if lang == "zh" else ", ").join(words(part, lang) for part in value)
    if isinstance(value, (set, frozenset)):
        return words(sorted(value, key=str), lang)
    return clean(str(value))


def sentences(finding: Finding, lang: str) -> tuple[str, str]:
    """Return the message and the hint of `finding` in `lang`; the hint may be empty."""
    template = templates()[finding.code]
    translate = catalogue(lang).gettext
    values = {name: words(value, lang) for name, value in finding.values.items()}
    hint = translate(template.hint).format_map(values) if template.hint else ""
    return translate(template.message).format_map(values), hint


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Return `findings` by file, line and column, each of several that are wholly alike once; those without a place last."""
    unique: dict[object, Finding] = {}
    for finding in findings:
        unique.setdefault((finding.code, finding.span, finding.because, _figures(finding)), finding)
    return sorted(unique.values(), key=lambda f: (f.span is None, f.span or Span("", 0), f.code))


def _figures(finding: Finding) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in finding.values.items())


def as_data(finding: Finding, lang: str = "en") -> dict[str, object]:
    """Return `finding` as the record that scripts read: code, severity, file, line, column, message, hint."""
    message, hint = sentences(finding, lang)
    span = finding.span
    record: dict[str, object] = {
        "code": finding.code,
        "severity": finding.severity.value,
        "file": span.file if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "message": message,
        "hint": hint,
    }
    if finding.event:
        record["event"] = finding.event
    if finding.because:
        place, sets = finding.because
        record["because"] = {"place": str(place) if place else None, "sets": sets}
    return record


def summary(findings: Iterable[Finding], lang: str, *, outcome: str = N_("nothing was written")) -> str:
    """Return the last line: `3 errors, 1 warning; nothing was written`; `outcome` may be empty."""
    translations = catalogue(lang)
    counts = [finding.severity for finding in ordered(findings)]
    parts = []
    for severity, one, many in (
        (Severity.ERROR, N_("{n} error"), N_("{n} errors")),
        (Severity.WARNING, N_("{n} warning"), N_("{n} warnings")),
        (Severity.NOTE, N_("{n} note"), N_("{n} notes")),
    ):
        if n := counts.count(severity):
            parts.append(translations.ngettext(one, many, n).format(n=n))
    text = ("，" if lang == "zh" else ", ").join(parts)
    if not outcome:
        return text
    return text + ("；" if lang == "zh" else "; ") + translations.gettext(outcome)


def render(
    findings: Iterable[Finding],
    sources: Mapping[str, Source],
    fmt: Format = "full",
    lang: str = "en",
    *,
    colour: bool = False,
    width: int = 80,
    wrap: Wrap | None = None,
) -> str:
    """Return all `findings` as text in the given format, without the last line that sums them up.

    `sources` holds the files that findings point into; one that is missing there is named without its line. `wrap` breaks
    a sentence into lines of so many cells, for a person at a terminal; without it every sentence is one line, for tools.
    """
    found = ordered(findings)
    if fmt == "json":
        return json.dumps([as_data(finding, lang) for finding in found], ensure_ascii=False, indent=2) + "\n"
    if fmt == "github":
        return "".join(_github(finding, lang) + "\n" for finding in found)
    if fmt == "concise":
        return "".join(_first_line(finding, lang, colour) + "\n" for finding in found)
    groups: dict[object, list[Finding]] = {}
    for finding in found:
        groups.setdefault((finding.code, finding.severity, finding.because, _figures(finding)), []).append(finding)
    texts = (_full(group, sources, lang, colour, width, wrap) for group in groups.values())
    return "\n".join(texts)


def _place(span: Span | None) -> str:
    return clean(str(span)) + ": " if span else ""


def _severity(finding: Finding, colour: bool) -> str:
    return paint(f"{finding.severity.value}[{finding.code}]", _COLOURS[finding.severity] if colour else None)


def _first_line(finding: Finding, lang: str, colour: bool) -> str:
    return f"{_place(finding.span)}{_severity(finding, colour)}: {sentences(finding, lang)[0]}"


def _folded(text: str, width: int, wrap: Wrap | None, indent: str = "  ") -> list[str]:
    """Return a sentence in lines that fit a terminal, the later ones indented; what is to be typed is not broken."""
    if wrap is None:
        return [text]
    parts = text.split("`")
    parts[1::2] = [part.replace(" ", "\0") if len(part) <= width - 16 else part for part in parts[1::2]]
    first, *rest = wrap("`".join(parts), width - len(indent))
    return [line.replace("\0", " ") for line in (first, *(indent + line for line in rest))]


def _full(
    group: list[Finding],
    sources: Mapping[str, Source],
    lang: str,
    colour: bool,
    width: int,
    wrap: Wrap | None,
) -> str:
    """Return one finding, with the other places where the very same is found."""
    finding = group[0]
    translate = catalogue(lang).gettext
    lines = _folded(_first_line(finding, lang, False), width, wrap)
    if colour:  # painted once it is broken, since paint takes no cells
        lines = [line.replace(_severity(finding, False), _severity(finding, True)) for line in lines]
    source = sources.get(finding.span.file) if finding.span else None
    if finding.span and source and 1 <= finding.span.line <= len(source.lines):
        marked = _COLOURS[finding.severity] if colour else None
        lines += excerpt(source.lines[finding.span.line - 1], finding.span, width, marked)
    if len(group) > 1:
        others = [_place(other.span)[:-2] for other in group[1 : 1 + _PLACES_NAMED]]
        text = translate(N_("also: {places}")).format(places=words(others, lang))
        if more := len(group) - 1 - len(others):
            text += translate(N_(" and {more} more")).format(more=more)
        lines += _folded(text, width, wrap)
    if finding.because:
        place, sets = finding.because
        sentence = N_("because: {place} sets {sets}") if place else N_("because: {sets}")
        lines += _folded(translate(sentence).format(place=clean(str(place)), sets=clean(sets)), width, wrap)
    if hint := sentences(finding, lang)[1]:
        lines += _folded(translate(N_("hint: {hint}")).format(hint=hint), width, wrap)
    return "\n".join(lines) + "\n"


def _github(finding: Finding, lang: str) -> str:
    """Return the workflow command by which a build service shows the finding beside the changed line."""
    level = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}[finding.severity]
    fields = []
    if span := finding.span:
        fields += [("file", span.file), ("line", span.line), ("col", span.column)]
        if span.end_column > span.column:
            fields.append(("endColumn", span.end_column))
    fields.append(("title", finding.code))
    message, hint = sentences(finding, lang)
    text = f"{message}\n{catalogue(lang).gettext('hint: {hint}').format(hint=hint)}" if hint else message
    escape = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
    inside = escape | str.maketrans({":": "%3A", ",": "%2C"})
    properties = ",".join(f"{name}={str(value).translate(inside)}" for name, value in fields)
    return f"::{level} {properties}::{text.translate(escape)}"
