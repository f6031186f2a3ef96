"""Everything that a reader sees is there in Chinese, with the same placeholders, and the catalogues are compiled."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from generator import messages, translatable

from returnledger import findings_text, i18n

PLACEHOLDER = re.compile(r"\{\w*\}")


def entries() -> Iterator[tuple[str, str, str]]:
    """Yield (file, English, Chinese) of every entry of every catalogue."""
    for source in messages.sources():
        with source.open("rb") as file:
            for message in read_po(file, locale="zh"):
                if not message.id:
                    continue
                ids = message.id if isinstance(message.id, (list, tuple)) else [message.id]
                texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
                for english in ids:
                    yield source.name, english, texts[0] if not message.fuzzy else ""


def test_everything_a_reader_sees_is_translated() -> None:
    known = {english for _file, english, chinese in entries() if chinese}
    missing = [f"{where}: {text!r}" for text, where in translatable.everything().items() if text not in known]
    assert missing == []


def test_a_translation_has_the_same_placeholders() -> None:
    wrong = [
        (file, english, chinese)
        for file, english, chinese in entries()
        if chinese and set(PLACEHOLDER.findall(english)) != set(PLACEHOLDER.findall(chinese))
    ]
    assert wrong == []


def test_one_text_has_one_translation() -> None:
    seen: dict[str, str] = {}
    wrong = []
    for file, english, chinese in entries():
        if chinese and seen.setdefault(english, chinese) != chinese:
            wrong.append((file, english, seen[english], chinese))
    assert wrong == []


@pytest.mark.parametrize("source", messages.sources(), ids=lambda path: path.name)
def test_a_compiled_catalogue_is_current(source: Path) -> None:
    assert source.with_suffix(".mo").read_bytes() == messages.compiled(source), "run `make messages`"


def test_the_language_is_chosen_by_option_then_environment() -> None:
    assert i18n.language(["--lang", "zh"], {"LANG": "en_US.UTF-8"}) == "zh"
    assert i18n.language(["plan", "x", "--lang=en"], {"LANG": "zh_CN.UTF-8"}) == "en"
    assert i18n.language(["--lang", "auto"], {"LC_ALL": "zh_CN"}) == "zh"
    assert i18n.language([], {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}) == "en"
    assert i18n.language([], {"RETURNLEDGER_LANG": "zh", "LC_ALL": "C"}) == "zh"
    assert i18n.language(["--", "--lang", "zh"], {}) == "en"
    assert i18n.language([], {"RETURNLEDGER_LANG": "auto", "LC_MESSAGES": "zh_TW"}) == "zh"


def test_the_sentences_of_findings_keep_their_form() -> None:
    wrong = []
    for code, template in findings_text.templates().items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
        if re.match(r"(?!Beancount)[A-Z][a-z]", template.message) or template.message.endswith("."):
            wrong.append(f"{code}: lower case, no full stop: {template.message}")
        if template.hint.endswith("."):
            wrong.append(f"{code}: no full stop: {template.hint}")
        for word in ("invalid", "failed", "please"):
            if word in f"{template.message} {template.hint}".lower():
                wrong.append(f"{code}: says {word}")
    assert wrong == []


def test_every_placeholder_of_a_finding_is_a_plain_name() -> None:
    for code, template in findings_text.templates().items():
        for text in (template.message, template.hint):
            for _literal, field, spec, conversion in string.Formatter().parse(text):
                if field is not None:
                    assert field.isidentifier() and not spec and not conversion, f"{code}: {field}"
