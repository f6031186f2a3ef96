"""The generated pages of the documentation, in English below docs/ and in Chinese below docs/zh/."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import translatable
import typer
from tables import cell, fields_table

from returnledger import handbook, i18n, roles, terms
from returnledger.glossary import GLOSSARY
from returnledger.i18n import N_
from returnledger.words import Word

HERE = Path(__file__).parent

NOTICE = N_("This page is made from the source by `make docs`.")


def page(title: str, intro: str, body: list[str], lang: str) -> str:
    """Return a whole page: title, introduction, then the parts of the body."""
    say = i18n.catalogue(lang).gettext
    return "\n\n".join([f"# {say(title)}", f"<!-- {say(NOTICE)} -->", say(intro), *body]) + "\n"


def commands(lang: str) -> str:
    """Return the help pages of the program and of each command."""
    from returnledger.cli.application import build
    from returnledger.cli.help import page as help_page

    spoken = i18n.spoken()
    i18n.speak(cast(i18n.Language, lang))
    try:
        program = build()
        context = typer.Context(program, info_name="returnledger")
        parts = [_fenced(help_page(program, context, 80))]
        for name, command in program.commands.items():
            inner = typer.Context(command, info_name=name, parent=context)
            parts += [f"## {name}", _fenced(help_page(command, inner, 80))]
            below_it = dict(getattr(command, "commands", {}))
            if name == "new":  # one kind is enough to see how the fields of any are given
                below_it = {"return": below_it["return"]}
            for second, below in below_it.items():
                parts += [
                    f"### {name} {second}",
                    _fenced(help_page(below, typer.Context(below, info_name=second, parent=inner), 80)),
                ]
    finally:
        i18n.speak(spoken)
    intro = N_("Every command answers to `--help` with the page that stands here.")
    return page(N_("Commands"), intro, parts, lang)


def checks(lang: str) -> str:
    """Return a section for every finding: the checks in the order they run, then what reading and writing can find."""
    say = i18n.catalogue(lang).gettext
    parts: list[str] = []
    done: set[str] = set()
    for heading, listed in handbook.checks():
        if listed:
            parts.append(f"## {say(heading)}")
        for code, _module in listed:
            parts += [f"### {code}", handbook.section(code, lang)]
            done.add(code)
    parts.append(f"## {say(N_('Reading, proving and writing'))}")
    for code in handbook.codes():
        if code not in done:
            parts += [f"### {code}", handbook.section(code, lang)]
    intro = N_("A finding names its code; `returnledger explain CODE` shows the section that stands here.")
    return page(N_("Findings"), intro, parts, lang)


def entries(lang: str) -> str:
    """Return a section for every posting rule, from the docstring of its file."""
    from returnledger.rules import RULES

    parts: list[str] = []
    for rule in RULES:
        text = sys.modules[rule.__module__].__doc__ or ""
        parts += [f"## {rule.__name__}", i18n.paragraphs(inspect.cleandoc(text), lang)]
    return page(N_("Entries"), N_("Each posting rule, with a sale, an event and the entry it makes."), parts, lang)


def reports(lang: str) -> str:
    """Return a section for every report: what it shows, its options and its columns."""
    from returnledger.reports import MODULES

    say = i18n.catalogue(lang).gettext
    parts: list[str] = []
    for name, module in MODULES.items():
        parts += [f"## {name}", i18n.paragraphs(inspect.cleandoc(module.__doc__ or ""), lang)]
        rows = [f"| `--{option}` | {cell(say(meaning))} |" for option, meaning in module.OPTIONS.items()]
        parts.append("\n".join([f"| {say(N_('option'))} | {say(N_('meaning'))} |", "|---|---|", *rows]))
        columns = getattr(module, "COLUMNS", ())
        rows = [f"| `{c.key}` | {cell(say(c.heading))} | {cell(say(c.definition or c.heading))} |" for c in columns]
        heads = f"| {say(N_('key'))} | {say(N_('heading'))} | {say(N_('meaning'))} |"
        parts += ["\n".join([heads, "|---|---|---|", *rows])] if rows else []
    intro = N_(
        "`returnledger report NAME` answers from the books, as text, csv, json or md. Every report names its period, its "
        "basis, its definition and the version of the ledger, and ties to an account where one exists."
    )
    return page(N_("Reports"), intro, parts, lang)


def models(title: str, intro: str, roots: tuple[str, ...]) -> Callable[[str], str]:
    """Return the page of the keys of a kind of file: its models, outer before inner."""

    def write(lang: str) -> str:
        parts: list[str] = []
        listed = translatable.models_from(roots)
        for model in listed:
            said = {name for base in model.__mro__[1:] if base in listed for name in base.model_fields}
            parts += [f"## {model.__name__}", i18n.paragraphs(inspect.cleandoc(model.__doc__ or ""), lang)]
            parts.append(fields_table(model, lang, said))
        return page(title, intro, [part for part in parts if part], lang)

    return write


def manual(lang: str) -> str:
    """Return the procedure manual of the standard policy, as `policy docs` writes it."""
    from returnledger.configfile import read_policy
    from returnledger.policies.manual import staff_page
    from returnledger.policies.page import to_markdown

    policy, _findings, _source = read_policy(HERE.parent / "policies" / "standard.yaml", "policies/standard.yaml")
    assert policy is not None
    return to_markdown(staff_page(policy, lang))


def glossary(lang: str) -> str:
    """Return the words of the trade, then each vocabulary with its codes."""
    say = i18n.catalogue(lang).gettext
    head = [f"| {say(N_('term'))} | {say(N_('Chinese'))} | {say(N_('meaning'))} |", "|---|---|---|"]
    words = [f"| {en} | {zh} | {cell(cn if lang == 'zh' else meaning)} |" for en, zh, meaning, cn in GLOSSARY]
    parts = ["\n".join(head + words)]
    for vocabulary in _vocabularies():
        doc = inspect.cleandoc(vocabulary.__doc__ or "")
        rows = [f"| `{w.value}` | {w.zh} | {cell(w.cn if lang == 'zh' else w.en)} |" for w in vocabulary]
        parts += [
            f"## {vocabulary.__name__}",
            say(doc),
            "\n".join([head[0].replace(say("term"), say(N_("code"))), head[1], *rows]),
        ]
    return page(N_("Glossary"), N_("The words of the trade, and the codes that files hold."), parts, lang)


def cases(lang: str) -> str:
    """Return the table of states: which step a case allows, and what a finding names where it does not."""
    from returnledger.states import OTHERWISE, STATES

    say = i18n.catalogue(lang).gettext
    heads = [say(N_("step")), say(N_("allowed when")), say(N_("else the finding names"))]
    rows = [f"| {' | '.join(heads)} |", "|---|---|---|"]
    for row in (*STATES, OTHERWISE):
        steps = ", ".join(f"`{step}`" for step in row.steps) or say(N_("any other"))
        rows.append(f"| {steps} | {cell(say(row.when.text))} | {cell(say(row.names.text))} |")
    intro = N_(
        "Which step a case allows. The program asks this table itself: `step-not-allowed` and `case-closed` say so."
    )
    return page(N_("Cases"), intro, ["\n".join(rows)], lang)


def _vocabularies() -> list[Any]:
    """Return the vocabularies of terms.py and roles.py in the order they stand there."""
    words = (*vars(terms).values(), roles.Role)
    found = [cls for cls in words if isinstance(cls, type) and issubclass(cls, Word)]
    return [cls for cls in found if cls is not Word]


def _fenced(text: str) -> str:
    return f"```\n{text}\n```"


EVENTS = models(
    N_("Events"),
    N_("A file is a list of events; the first key of each is its kind, and the value of that key what it refers to."),
    ("events",),
)
POLICY = models(N_("Policy"), N_("The keys of a policy file; what a table leaves out it does not decide."), ("policy",))
SETTINGS = models(
    N_("Settings"), N_("The keys of returnledger.yaml and of products.yaml; nearly all may be left out."), ("settings",)
)
PAGES: dict[str, Callable[[str], str]] = {
    "commands": commands,
    "checks": checks,
    "entries": entries,
    "settings": SETTINGS,
    "policy": POLICY,
    "events": EVENTS,
    "reports": reports,
    "glossary": glossary,
    "cases": cases,
    "policies/standard": manual,
}


def target(name: str, lang: str) -> Path:
    """Return where a page is kept."""
    return HERE / f"{name}.md" if lang == "en" else HERE / lang / f"{name}.md"


def write_all() -> list[Path]:
    """Write the pages that are not current and return them."""
    written = []
    for lang in i18n.LANGUAGES:
        for name, make in PAGES.items():
            path, text = target(name, lang), make(lang)
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
                written.append(path)
    return written
