"""Starts a shop's books: reads a ledger and writes the settings it suggests, or begins an empty folder.

No existing file is changed. What is written: returnledger.yaml, a policy, an example of events, the folder of returns
with its placeholder, and JSON Schemas for editors; the one line that the ledger needs is printed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from returnledger import batch as batchfile
from returnledger.configfile import SETTINGS_NAME
from returnledger.detect import Proposal, propose, settings_text, starter_ledger, starting
from returnledger.findings import Finding, Refused, Template
from returnledger.i18n import N_, catalogue
from returnledger.ledger import load
from returnledger.session import shown_path
from returnledger.textfile import SourceText

TEMPLATES: dict[str, Template] = {
    "settings-there": Template(
        "{file} is there already; init changes no file that exists",
        "edit it, or move it away and run `returnledger init` again",
    ),
    "ledger-unclear": Template("several files could be the ledger: {files}", "name it: `returnledger init {first}`"),
    "init-ledger-missing": Template(
        "there is no ledger {file}", "check the name, or leave it out to begin an empty folder"
    ),
}

POLICY = "small-shop"
SCHEMAS = ".returnledger"


@dataclass(frozen=True)
class Initialised:
    """What init wrote, and what it has to say, in the reader's language."""

    text: str
    written: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, SourceText] = field(default_factory=dict)
    exit_code: int = 0


def initialise(
    ledger: Path | None = None, *, preset: str | None = None, language: str = "en", folder: Path | None = None
) -> Initialised:
    """Write settings for the ledger (looked for in `folder`, else the working folder), or begin an empty one.

    Raises Refused (exit code 2) where settings are there already or no ledger can be told.
    """
    folder = folder or (ledger.absolute().parent if ledger else Path.cwd())
    settings = folder / SETTINGS_NAME
    if settings.exists():
        raise Refused([Finding("settings-there", None, {"file": shown_path(settings)})], 2)
    root = _ledger(ledger, folder)
    tr = catalogue(language).gettext
    files: dict[Path, str] = {}
    lines: list[str] = []
    if root is None:
        root = folder / "main.beancount"
        chosen = preset or ("cn" if language == "zh" else "general")
        proposal = starting(chosen, root.name)
        files[root] = starter_ledger(chosen, proposal.currency)
        included = True
        lines.append(tr(N_("an empty ledger was begun in {file}")).format(file=shown_path(root)))
        lines.append(tr(N_("write your purchases and sales there: its last lines show how")))
    else:
        loaded = load(root)
        proposal = propose(loaded, preset=preset)
        included = any(include.covers(folder / "returns" / "2000" / "x.beancount") for include in loaded.includes)
        lines += _found(proposal, tr)
    files[settings] = modeline("settings") + settings_text(proposal, language)
    files |= _others(folder, proposal, language)
    written = _write(folder, files)
    lines += [tr(N_("written: {file}")).format(file=name) for name in written]
    if not included:
        lines += [
            "",
            tr(N_("add this line to {file}:")).format(file=shown_path(root)),
            '  include "returns/**/*.beancount"',
        ]
    lines += ["", *_next(proposal, tr)]
    return Initialised("\n".join(lines) + "\n", tuple(written))


def _ledger(named: Path | None, folder: Path) -> Path | None:
    """Return the ledger: the one named, main.beancount, else the only .beancount file; None in an empty folder."""
    if named is not None:
        if not named.is_file():
            raise Refused([Finding("init-ledger-missing", None, {"file": str(named)})], 2)
        return named.absolute()
    main = folder / "main.beancount"
    if main.is_file():
        return main
    found = sorted(path for pattern in ("*.beancount", "*.bean") for path in folder.glob(pattern))
    if len(found) > 1:
        names = [path.name for path in found]
        raise Refused([Finding("ledger-unclear", None, {"files": ", ".join(names), "first": names[0]})], 2)
    return found[0] if found else None


def _found(proposal: Proposal, tr: Callable[[str], str]) -> list[str]:
    """Return what was read in the ledger, with counts."""
    return [tr(sentence).format(**values) for sentence, values in proposal.told]


def _next(proposal: Proposal, tr: Callable[[str], str]) -> list[str]:
    example = proposal.example or "ORDER"
    return [
        tr(N_("next, look at an order: {command}")).format(command=f"returnledger sale {example}"),
        tr(N_("then write what came back into {file} and see what it would do: {command}")).format(
            file="events.yaml", command="returnledger plan events.yaml"
        ),
    ]


def modeline(schema: str) -> str:
    """Return the comment by which editors find the schema of a file in the folder of the settings."""
    return f"# yaml-language-server: $schema={SCHEMAS}/{schema}.schema.json\n"


def _others(folder: Path, proposal: Proposal, language: str) -> dict[Path, str]:
    """Return the files beside the settings: policy, example of events, schemas."""
    from returnledger.schema import NAMES, schema_for

    policy = ready_policy(POLICY)
    policy = re.sub(r"(?m)^valid_from: \S+", f"valid_from: {proposal.first_day.isoformat()}", policy)
    policy = re.sub(r"(?m)^currency: \S+", f"currency: {proposal.currency}", policy)
    policy = re.sub(r"(?m)^( +methods: \[)(.*)\]$", lambda row: _methods(row, proposal), policy)
    up = modeline("policy").replace(SCHEMAS, f"../{SCHEMAS}")
    files = {
        folder / "policies" / f"{POLICY}.yaml": up + policy,
        folder / "events.yaml": modeline("events") + events_text(proposal, language),
    }
    for name in NAMES:
        text = json.dumps(schema_for(name), ensure_ascii=False, indent=1)
        files[folder / SCHEMAS / f"{name}.schema.json"] = text + "\n"
    return files


def _methods(row: re.Match[str], proposal: Proposal) -> str:
    """Return a policy's row of methods with the ways in which the customers of this ledger pay."""
    ready = row[2].split(", ")
    own = [json.dumps(name, ensure_ascii=False) for name in proposal.methods if name not in ready]
    return f"{row[1]}{', '.join([*ready, *own])}]"


def ready_policy(name: str) -> str:
    """Return the text of one of the policies that come with the program."""
    here = Path(__file__).parent
    packed = here / "ready_policies" / f"{name}.yaml"
    source = packed if packed.is_file() else here.parent.parent / "policies" / f"{name}.yaml"
    return source.read_text(encoding="utf-8")


def events_text(proposal: Proposal, language: str) -> str:
    """Return an events file that says how to write one, with an order of the ledger as its commented example."""
    order, day, sku = proposal.example or "1001", proposal.example_day, proposal.example_sku
    if not re.fullmatch(r"[\w.-]+", sku):
        sku = json.dumps(sku, ensure_ascii=False)
    if language == "zh":
        return (
            "# 每行一个退货事件；去掉 # 即生效。先运行 `returnledger plan events.yaml` 查看，再用 apply 入账。\n"
            "defaults: {}\n"
            "events:\n"
            f"#  - {{return: {order}, date: {day}, sku: {sku}, qty: 1, reason: 七天无理由}}\n"
            f"#  - {{return: {order}, date: {day}}}        # 整单退回，原路退款\n"
        )
    return (
        "# One return per line; take the # away. Look with `returnledger plan events.yaml`, then book it with apply.\n"
        "defaults: {}\n"
        "events:\n"
        f"#  - {{return: {order}, date: {day}, sku: {sku}, qty: 1, reason: changed_mind}}\n"
        f"#  - {{return: {order}, date: {day}}}        # the whole order, paid back the way it was paid\n"
    )


def _write(folder: Path, files: Mapping[Path, str]) -> list[str]:
    """Write the files that are not there yet, and furnish the folder of returns; return the names."""
    written = []
    for path, text in files.items():
        if not path.exists():
            batchfile.replace_file(path, text.encode())
            written.append(shown_path(path))
    returns = folder / "returns"
    if not (returns / batchfile.PLACEHOLDER).exists():
        batchfile.prepare(returns)
        written.append(shown_path(returns) + "/")
    return written
