"""Asks for the fields of an event on a terminal: what each means, which choices there are, and again where it does not fit.

Questions go to standard error, so that the result can be piped on. An empty answer leaves a field out; the end of the
input ends the questions.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from returnledger.cli.words import wrap
from returnledger.drafting import FieldOfKind, draft, fields_of, known_names, known_skus
from returnledger.events import KINDS
from returnledger.excerpt import clean
from returnledger.findings import Finding
from returnledger.findings_text import sentences
from returnledger.i18n import _, spoken
from returnledger.terms import Kind
from returnledger.words import Word, names

_SHOWN = 6  # names that are shown; the rest are completed by the tabulator key


def kind_asked(console: Any) -> Kind | None:
    """Return the kind of event that somebody chooses, None where nobody answers."""
    kinds = list(Kind)
    _list_words(console, kinds)
    while True:
        answer = _answer(console, _("kind"), [kind.value for kind in kinds])
        if not answer:
            return None
        chosen = _chosen(answer, kinds)
        if chosen is not None:
            return Kind.of(chosen.value)
        console.err(_("{text} is none of these").format(text=clean(answer)))


def asked(console: Any, kind: Kind, reference: str, given: dict[str, list[str]]) -> tuple[str, dict[str, list[str]]]:
    """Return the reference and the fields of an event, those that were not given as somebody answers."""
    if not reference.strip():
        known = known_names(kind, settings=console.settings)
        _say(console, _(KINDS[kind].reference))
        reference = _answer(console, _("about"), known, shown=True)
    fields = {each.name: each for each in fields_of(kind)}
    skus = known_skus(kind, reference, settings=console.settings) if "sku" in fields else ()
    for each in [each for each in fields.values() if each.essential or each.early]:
        if each.name not in given:
            values = _values(console, kind, reference, each, skus)
            given = {**given, each.name: values} if values else given
    left = [name for name in fields if name not in given]
    _say(console, _("further fields: {names}").format(names=", ".join(left)))
    while left:
        name = _answer(console, _("which one (empty: none)"), left).replace("-", "_")
        if not name:
            break
        if name not in left:
            _say(console, _("{text} is none of these").format(text=clean(name)))
        else:
            values = _values(console, kind, reference, fields[name], skus)
            given = {**given, name: values} if values else given
            left.remove(name)
    return reference, given


def _values(console: Any, kind: Kind, reference: str, each: FieldOfKind, skus: Sequence[str]) -> list[str]:
    """Return what somebody answers for one field, asked again as long as it does not fit."""
    _say(console, _(each.description))
    _list_words(console, each.words)
    known = skus if each.name == "sku" else [word.value for word in each.words]
    today = date.today().isoformat() if each.name == "date" else ""
    found: list[str] = []
    while True:
        label = f"{each.name} [{today}]" if today else each.name
        answer = _answer(console, label, known, shown=each.name == "sku") or (today if not found else "")
        if not answer:
            return found
        word = _chosen(answer, each.words)
        values = [*found, word.value if word is not None else answer]
        wrong = _wrong(kind, reference, each, values)
        if wrong:
            for finding in wrong:
                message, hint = sentences(finding, spoken())
                console.err(_("; ").join((message, hint)) if hint else message)
            continue
        if each.how == "one":
            return values
        found = values


def _wrong(kind: Kind, reference: str, each: FieldOfKind, values: list[str]) -> list[Finding]:
    """Return what the reader of events says of one field."""
    found = draft(kind, reference or "-", {"date": [date.today().isoformat()], each.name: values}).findings
    return [finding for finding in found if finding.code != "key-missing" or finding.values.get("key") == each.name]


def _chosen(answer: str, words: Sequence[Word]) -> Word | None:
    """Return the word that an answer means: its number in the list, its code or one of its names."""
    if answer.isascii() and answer.isdigit() and 0 < int(answer) <= len(words):
        return words[int(answer) - 1]
    return names(type(words[0])).get(answer) if words else None


def _list_words(console: Any, words: Sequence[Word]) -> None:
    """Show the choices with their numbers and their Chinese names."""
    for n, word in enumerate(words, start=1):
        meaning = word.cn if spoken() == "zh" else word.en
        for at, line in enumerate(wrap(f"{word.value} {word.zh}  {meaning}", 72)):
            console.err(f"{n:>3}  {line}" if at == 0 else f"       {line}")


def _say(console: Any, text: str) -> None:
    for line in wrap(text, 78):
        console.err(line)


def _answer(console: Any, label: str, known: Sequence[str], *, shown: bool = False) -> str:
    """Return what is typed, completed from the names that are known; nothing at the end of the input."""
    if shown and known:
        more = " …" if len(known) > _SHOWN else ""
        console.err("  " + ", ".join(clean(name) for name in known[:_SHOWN]) + more)
    with _completing(known):
        console.err_part(f"{label}: ")
        try:
            return input().strip()
        except EOFError:
            console.err("")
            return ""


@contextlib.contextmanager
def _completing(known: Sequence[str]) -> Iterator[None]:
    """Let the tabulator key complete the names that are known, where the terminal can."""
    try:
        import readline
    except ImportError:
        yield
        return
    before = readline.get_completer()

    def complete(text: str, state: int) -> str | None:
        found = [name for name in known if name.startswith(text)]
        return found[state] if state < len(found) else None

    readline.set_completer(complete)
    readline.set_completer_delims("")
    readline.parse_and_bind("tab: complete")
    try:
        yield
    finally:
        readline.set_completer(before)
