"""The pages of the handbook that come from docstrings: one section per check and per posting rule, in both languages.

`explain CODE` shows the very text that stands in docs/checks.md.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from types import ModuleType

from returnledger.findings_text import templates
from returnledger.i18n import N_, catalogue, paragraphs

STAGES = (
    ("FOUND", N_("Finding the sale: these stop the item")),
    ("BEFORE", N_("Before anything is decided")),
    ("DECIDED", N_("After the policy has decided")),
    ("WRITTEN", N_("After the entry has been made")),
)


def checks() -> Iterator[tuple[str, list[tuple[str, ModuleType]]]]:
    """Yield each stage with its checks in the order they run: the code and the module whose docstring is the page."""
    from returnledger import checks as package

    for name, heading in STAGES:
        yield heading, [(package.code_of(check), sys.modules[check.__module__]) for check in getattr(package, name)]


def codes() -> list[str]:
    """Return the codes of all findings."""
    return sorted(templates())


def section(code: str, lang: str) -> str:
    """Return what there is to say of the finding `code`, without a heading; KeyError for an unknown one.

    A check's page is its docstring, which shows the finding; of other codes there is only what they say.
    """
    template = templates()[code]
    translate = catalogue(lang).gettext
    module = next((module for _stage, listed in checks() for name, module in listed if name == code), None)
    if module and module.__doc__:
        return paragraphs(inspect.cleandoc(module.__doc__), lang)
    parts = [translate(N_("Says: {text}")).format(text=_blanks(translate(template.message)))]
    if template.hint:
        parts.append(translate(N_("Next step: {text}")).format(text=_blanks(translate(template.hint))))
    return "\n\n".join(parts)


def _blanks(text: str) -> str:
    """Return a template with `…` where values go."""
    return re.sub(r"\{\w+\}", "…", text)
