"""A page of the manual: a title, sections of Markdown, and how they become one Markdown text or one HTML file.

What a policy says is text and never markup: `safe` is the one gate for it. The HTML file needs nothing but itself: no
script, no font, no picture, no network.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from returnledger.reports.render.cells import clean

_MARKUP = re.compile(r"([\\`*\[\]<>|~])")
_EDGE_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BLOCK_START = re.compile(r"^(?:\s*(?=[-+=#])|\s*\d+(?=[.)](?:\s|$)))")


def safe(text: str) -> str:
    """Return `text` as Markdown that shows exactly these characters, on one line."""
    text = _MARKUP.sub(r"\\\1", clean(text))
    text = _ENTITY.sub(r"\\&", _EDGE_UNDERSCORE.sub(r"\\_", text))
    return _BLOCK_START.sub(r"\g<0>\\", text)


def code(text: str) -> str:
    """Return `text` as Markdown code; as plain text where it holds a bar, which would end the cell of a table."""
    if "|" in text:
        return safe(text)
    return f"`{clean(text).replace('`', chr(39)).strip() or ' '}`"


@dataclass(frozen=True)
class Section:
    """A section of a page: its title, plain, and its blocks of Markdown."""

    title: str
    blocks: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """A page of the manual in one language: title and labels plain, blocks in Markdown."""

    title: str
    language: str
    contents: str
    head: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: tuple[str, ...] = field(default=())


def slug(title: str) -> str:
    """Return the anchor of a heading, as Markdown renderers make it: `How long you have` is `how-long-you-have`."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a Markdown table; its cells are Markdown already."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def together(blocks: Sequence[str]) -> Iterator[str]:
    """Yield `blocks` with lists that follow one another made into one."""
    last = ""
    for block in blocks:
        if last.startswith("- ") and block.startswith("- "):
            last += "\n" + block
            continue
        if last:
            yield last
        last = block
    if last:
        yield last


def to_markdown(page: Page) -> str:
    """Return the whole page as Markdown."""
    contents = [f"- [{safe(section.title)}](#{slug(section.title)})" for section in page.sections]
    parts = [f"# {safe(page.title)}", *page.head, f"**{safe(page.contents)}**", "\n".join(contents)]
    for section in page.sections:
        parts += [f"## {safe(section.title)}", *together(section.blocks)]
    if page.foot:
        parts += ["---", *page.foot]
    return "\n\n".join(parts) + "\n"


def to_html(page: Page) -> str:
    """Return the whole page as one HTML file."""
    from markdown_it import MarkdownIt

    from returnledger.policies.style import CSS

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")

    def rendered(blocks: tuple[str, ...]) -> str:
        text: str = reader.render("\n\n".join(together(blocks)))
        text = text.replace("<th>", '<th scope="col">')
        return text.replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")

    language = "zh-Hans" if page.language == "zh" else "en"
    title, contents = html.escape(page.title), html.escape(page.contents)
    links = "\n".join(
        f'<li><a href="#{slug(section.title)}">{html.escape(section.title)}</a></li>' for section in page.sections
    )
    sections = "\n".join(
        f'<section aria-labelledby="{slug(section.title)}">\n'
        f'<h2 id="{slug(section.title)}">{html.escape(section.title)}</h2>\n{rendered(section.blocks)}</section>'
        for section in page.sections
    )
    return (
        "<!DOCTYPE html>\n"
        f'<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{title}</title>\n<style>\n{CSS}</style>\n</head>\n<body>\n"
        f"<header>\n<h1>{title}</h1>\n{rendered(page.head)}</header>\n"
        f'<nav aria-label="{contents}">\n<h2>{contents}</h2>\n<ol>\n{links}\n</ol>\n</nav>\n'
        f"<main>\n{sections}\n</main>\n"
        + (f"<footer>\n{rendered(page.foot)}</footer>\n" if page.foot else "")
        + "</body>\n</html>\n"
    )
