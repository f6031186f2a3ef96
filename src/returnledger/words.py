"""What a word of the trade is: a code that files hold, its Chinese name, and what it means in both languages.

Chinese names are accepted wherever a code is: `质量问题` reads as `defective`.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import Self

from returnledger.spellings import OTHERS


class Word(StrEnum):
    """One code of a vocabulary: its text is what files hold, `zh` its Chinese name, `en` and `cn` say what it means."""

    zh: str
    en: str
    cn: str
    aliases: tuple[str, ...]

    def __new__(cls, code: str, zh: str, en: str, cn: str, *aliases: str) -> Self:
        """Make the member whose value is `code`."""
        return cls._made(code, zh, en, cn, aliases)

    @classmethod
    def _made(cls, code: str, zh: str, en: str, cn: str, aliases: tuple[str, ...] = ()) -> Self:
        word = str.__new__(cls, code)
        word._value_ = code
        word.zh, word.en, word.cn = zh, en, cn
        word.aliases = (*aliases, *OTHERS.get((cls.__name__, code), ()))
        return word

    @classmethod
    def of(cls, code: str) -> Self:
        """Return the word whose code is `code`; raise KeyError where there is none."""
        word = cls._value2member_map_[code]
        assert isinstance(word, cls)
        return word

    def name_in(self, language: str) -> str:
        """Return the name a reader of `language` ("zh" or "en") expects: the Chinese name, or the code in words."""
        return self.zh if language == "zh" else self.value.replace("_", " ")


@cache
def names(vocabulary: type[Word]) -> dict[str, Word]:
    """Return every accepted spelling of a vocabulary: codes, Chinese names and aliases, each to its word."""
    spellings: dict[str, Word] = {}
    for word in vocabulary:
        for spelling in (word.value, word.zh, *word.aliases):
            spellings.setdefault(spelling, word)
    return spellings
