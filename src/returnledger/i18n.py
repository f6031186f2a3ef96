"""The terminal speaks Chinese or English: messages, headings and help are looked up in gettext catalogues.

English is the language of the source. Keys and codes in files stay English whatever the terminal speaks, and ledger
text follows the settings' `entries_language`, never this choice.
"""

from __future__ import annotations

import gettext as _gettext
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
LOCALE = Path(__file__).parent / "locale"

# The environment's variables in the order in which they decide.
VARIABLES = ("RETURNLEDGER_LANG", "LC_ALL", "LC_MESSAGES", "LANG")

_chosen: Language = "en"


def language(argv: Sequence[str], env: Mapping[str, str], override: str | None = None) -> Language:
    """Return the language to speak: `override`, else `--lang` in `argv`, else the first variable set in `env`.

    `auto` passes the question on; a locale that is not Chinese means English.
    """
    for wish in (override, _option(argv), *(env.get(name) for name in VARIABLES)):
        if wish and wish != "auto":
            return "zh" if wish.lower().startswith("zh") else "en"
    return "en"


def _option(argv: Sequence[str]) -> str | None:
    """Return the last value given to `--lang` in `argv`, if any."""
    value = None
    for i, word in enumerate(argv):
        if word == "--":
            break
        if word == "--lang" and i + 1 < len(argv):
            value = argv[i + 1]
        elif word.startswith("--lang="):
            value = word.partition("=")[2]
    return value if value in (*LANGUAGES, "auto") else None


class Catalogues(_gettext.NullTranslations):
    """All catalogues of one language: a message is looked for in one after the other, each read when first needed."""

    def __init__(self, folder: Path) -> None:
        """Look for `*.mo` in `folder`; the domain of the command line first, that of the documentation last."""
        super().__init__()
        last = {"cli": -1, "docs": 1}
        self._files = sorted(folder.glob("*.mo"), key=lambda path: (last.get(path.stem, 0), path.stem))
        self._read: dict[Path, _gettext.GNUTranslations] = {}

    def _catalogues(self) -> Iterator[_gettext.GNUTranslations]:
        for path in self._files:
            if path not in self._read:
                with path.open("rb") as file:
                    self._read[path] = _gettext.GNUTranslations(file)
            yield self._read[path]

    def gettext(self, message: str) -> str:
        """Return the translation of `message`, or `message` itself where there is none."""
        if message:
            for catalogue in self._catalogues():
                translated = catalogue.gettext(message)
                if translated != message:
                    return translated
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the translation that fits the number `n`."""
        for catalogue in self._catalogues():
            translated = catalogue.ngettext(msgid1, msgid2, n)
            if translated not in (msgid1, msgid2):
                return translated
        return msgid1 if n == 1 else msgid2


@cache
def catalogue(lang: str) -> _gettext.NullTranslations:
    """Return the translations of `lang` over all domains; English is the source and translates to itself."""
    return _gettext.NullTranslations() if lang == "en" else Catalogues(LOCALE / lang / "LC_MESSAGES")


def speak(lang: Language) -> None:
    """Make `lang` the language of `_` from now on."""
    global _chosen
    _chosen = lang


def spoken() -> Language:
    """Return the language of `_`."""
    return _chosen


def _(text: str) -> str:
    """Return `text` in the language of the terminal."""
    return catalogue(_chosen).gettext(text)


def N_(text: str) -> str:
    """Mark `text` for translation where it stands; it is translated where it is shown."""
    return text


def paragraphs(text: str, lang: str) -> str:
    """Return `text` translated paragraph by paragraph; fenced and indented examples stay as they are."""
    translate = catalogue(lang).gettext
    return "\n\n".join(block if code else translate(block) for block, code in blocks(text))


def blocks(text: str) -> list[tuple[str, bool]]:
    """Split `text` at blank lines into paragraphs and examples: (text, True for an example)."""
    found: list[tuple[str, bool]] = []
    lines: list[str] = []
    fence = False

    def close() -> None:
        if lines:
            block = "\n".join(lines)
            example = block.lstrip().startswith("```") or block.startswith("    ")
            found.append((block if example else " ".join(line.strip() for line in lines), example))
            lines.clear()

    for line in text.strip("\n").splitlines():
        if line.lstrip().startswith("```"):
            if not fence:
                close()
            lines.append(line)
            fence = not fence
            if not fence:
                close()
        elif fence or line.strip():
            lines.append(line)
        else:
            close()
    close()
    return found
