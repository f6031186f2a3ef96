"""Worked examples in a written page: a ledger excerpt, the event, and what it does to the accounts or what is said of it.

The blocks below one heading are one example, told apart by their first line as in the docstrings of checks: `beancount`
is the ledger, `settings`, `products` and `register` stand beside it. Each `yaml` block is booked on top of the one
before; the block after it is its `effect` on accounts, or the `finding` that refuses it, and `said` is what it comes
with: what was concluded, and remarks. What the excerpt leaves out is filled in, see `docs_ledger`.

`python tests/worked.py docs/sales.md` puts what is true now into the page; read the change before it is committed.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from docs_ledger import SETTINGS, Block, blocks_of, inside, one, shop

from returnledger import app, i18n
from returnledger.cli.show_plan import account_lines, told_of
from returnledger.findings import has_errors
from returnledger.findings_text import render
from returnledger.outcomes import Planned

USUAL: Mapping[str, Mapping[str, str]] = {
    "en": SETTINGS,
    "zh": SETTINGS | {"accounts": "accounts: {preset: cn, cash_bank: Assets:1002-银行存款}"},
}
POLICY = """\
policy: doc
version: 1
valid_from: 2020-01-01
currency: CNY
window: {default: {days: 60, from: sold}}
condition_from_reason: {none: new}
dispositions: {new: {to: restock}}
"""
ANSWERS = ("effect", "said", "finding")

_HEADING = re.compile(r"^#{2,4} (.*)$", re.MULTILINE)
_ANSWER = re.compile(r"^```(effect|said|finding)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """What stands below one heading of a page, from `start` to `end` of its text."""

    name: str
    start: int
    end: int
    blocks: tuple[Block, ...]


def examples_of(page: str) -> Iterator[Example]:
    """Yield what stands below each heading that has an event to run."""
    heads = list(_HEADING.finditer(page))
    for head, after in zip(heads, [*heads[1:], None]):
        end = after.start() if after else len(page)
        blocks = tuple(blocks_of(page[head.end() : end]))
        if any(block.kind in ANSWERS for block in blocks):
            yield Example(head.group(1), head.end(), end, blocks)


def answers(example: Example, folder: Path, lang: str) -> list[Block]:
    """Return what is true of the answers of an example, in their order, in the words of `lang`."""
    blocks = [*example.blocks, Block("policy", POLICY)]
    folder.mkdir()
    sale = one(blocks, "beancount")
    shop(folder, blocks, sale, USUAL[lang])
    before = len((folder / "main.beancount").read_text(encoding="utf-8").splitlines()) - len((sale or "").splitlines())
    true: list[Block] = []
    planned: Planned | None = None
    spoken = i18n.spoken()
    i18n.speak("zh" if lang == "zh" else "en")
    try:
        with inside(folder):
            for number, block in enumerate(blocks):
                if block.kind == "yaml":
                    name = f"events{number}.yaml"
                    Path(name).write_text(block.text, encoding="utf-8")
                    planned = app.plan([name])
                    if not has_errors(planned.findings):
                        assert app.apply([name]).file
                elif block.kind in ANSWERS:
                    assert planned, f"{example.name}: an answer without an event"
                    true.append(Block(block.kind, _placed(_answer(block.kind, planned, lang), before)))
    finally:
        i18n.speak(spoken)
    return true


def _answer(kind: str, planned: Planned, lang: str) -> str:
    if kind == "effect":
        assert not has_errors(planned.findings), render(planned.findings, {}, "full", lang)
        return "".join(f"{line.strip()}\n" for line in account_lines(planned.accounts))
    if kind == "finding":
        text = render(planned.findings, {}, "full", lang)
        return "".join(f"{re.sub('events[0-9]+', 'events', line)}\n" for line in text.splitlines() if line)
    told = [told_of(sentence, lang) for event in planned.events for _code, sentence in event.inferred]
    return "".join(f"{each}\n" for each in told)


def _placed(text: str, before: int) -> str:
    """Return a text whose lines of the ledger are counted from the first line of the excerpt."""
    return re.sub(r"main\.beancount:(\d+)", lambda found: f"main.beancount:{int(found[1]) - before}", text)


def rewrite(page: Path, lang: str, scratch: Path) -> None:
    """Put the true answers into a page."""
    text = page.read_text(encoding="utf-8")
    for number, example in reversed(list(enumerate(examples_of(text)))):
        shown = list(_ANSWER.finditer(text, example.start, example.end))
        for found, true in reversed(list(zip(shown, answers(example, scratch / str(number), lang)))):
            text = f"{text[: found.start()]}```{true.kind}\n{true.text}```{text[found.end() :]}"
    page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as made:
            rewrite(Path(argument), "zh" if "zh" in Path(argument).parts else "en", Path(made))
