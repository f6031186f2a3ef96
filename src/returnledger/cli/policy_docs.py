"""`returnledger policy docs`: the procedure manual that the policy files amount to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from returnledger.cli.arguments import choice
from returnledger.cli.policy_check import PolicyFiles
from returnledger.i18n import N_, _

if TYPE_CHECKING:
    from returnledger.policies.docs import Manual, Readers


Readership = Annotated[
    str,
    typer.Option(
        "--for",
        metavar="staff|customers",
        callback=choice("--for", ("staff", "customers")),
        help=N_("staff: the whole procedure; customers: the shop's page about returns."),
    ),
]
PageLanguage = Annotated[
    str | None,
    typer.Option(
        "--language",
        metavar="zh|en|both",
        callback=choice("--language", ("zh", "en", "both")),
        help=N_("The language of the pages; without it both in a folder, else that of the terminal."),
    ),
]
PageFormat = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="md|html|both",
        callback=choice("--format", ("md", "html", "both")),
        help=N_("Markdown or HTML; without it both in a folder, else Markdown."),
    ),
]
Folder = Annotated[
    str,
    typer.Option(
        "-o",
        "--output",
        metavar="DIR",
        help=N_("The folder to write to, or a file that ends in .md or .html; `-` is standard output."),
    ),
]


def docs(
    ctx: typer.Context,
    files: PolicyFiles = None,
    readers: Readership = "staff",
    language: PageLanguage = None,
    fmt: PageFormat = None,
    output: Folder = "-",
) -> int:
    """Write the procedure manual: who may return what until when, what it costs, who approves, which papers, how paid.

    It is made from the policy files, in Chinese and English, for the staff and for the shop's website. The HTML pages
    need nothing but themselves.
    """
    console = ctx.obj
    console.outcome = ""
    suffix = Path(output).suffix.lower()[1:]
    one = output == "-" or suffix in ("md", "html")
    wanted = fmt or (suffix if suffix in ("md", "html") else "md" if one else "both")
    spoken = language or (console.language if one else "both")
    languages = ("zh", "en") if spoken == "both" else (spoken,)
    formats = ("md", "html") if wanted == "both" else (wanted,)
    from returnledger.policies.docs import docs as write

    to: Readers = "customers" if readers == "customers" else "staff"
    with console.progress(_("reading the policies")):
        manual = write(files or [], languages=languages, formats=formats, readers=to, settings=console.settings)
    console.sources.update(manual.sources)
    if one and len(manual.pages) > 1 and (wanted != "md" or suffix):
        from returnledger.cli.usage import Usage

        raise Usage(
            _("these are {count} pages, and {output} takes one").format(count=len(manual.pages), output=output),
            _("name a folder: `-o manual`, or one policy, one `--language` and one `--format`"),
        )
    if one:
        text = "\n".join(page.text for page in manual.pages)
        console.result(text, None if output == "-" else Path(output))
    elif manual.pages:
        _write(console, manual, Path(output))
    for row in manual.left_out:
        console.err(_("not on the page for customers: {row}").format(row=row))
    console.findings(manual.findings)
    return manual.exit_code


def _write(console: object, manual: Manual, folder: Path) -> None:
    """Write each page into `folder` and name it."""
    from returnledger.cli.console import Console, unwritable

    assert isinstance(console, Console)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    for page in manual.pages:
        console.result(page.text, folder / page.name)
        console.out(f"{folder / page.name}\n")
