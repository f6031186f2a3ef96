"""Console sessions in Markdown: what stands after `$ ` is run, what follows must be its output to the letter.

A block below a comment `<!-- file events.yaml -->` is written to that file. A comment `<!-- in examples/small-shop -->` above a session names the folder; all sessions of a page that name the same
folder run one after the other in one copy of it. A line `...` stands for any lines, `[exit 1]` for an exit code that is
not 0.
"""

from __future__ import annotations

import atexit
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from faults.harness import Forker

_FOLDER = re.compile(r"<!-- in (\S+) -->")
_FILE = re.compile(r"<!-- file (\S+) -->\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHELL = frozenset("|&;<>()$`*?[]{}~#!\\")  # what only a shell understands
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One command of a session with the output that the page shows."""

    folder: str
    line: int
    command: str
    expected: str
    file: str = ""  # written with `expected` as its content; then there is no command


def steps_of(page: str) -> list[Step]:
    """Return the commands of a page in order, each with the folder that was named last."""
    found: list[Step] = []
    for block in sorted([*_BLOCK.finditer(page), *_FILE.finditer(page)], key=lambda match: match.start()):
        named = _FOLDER.findall(page[: block.start()])
        if block.re is _FILE:
            line = page[: block.start()].count("\n") + 1
            found.append(Step(named[-1] if named else "", line, "", block.group(2), block.group(1)))
            continue
        first = page[: block.start(1)].count("\n") + 1
        command, output, line = "", [], first
        for number, text in enumerate([*block.group(1).splitlines(), "$ "], first):
            if text.startswith("$ "):
                if command:
                    found.append(Step(named[-1] if named else "", line, command, "\n".join(output)))
                command, output, line = text[2:], [], number
            elif command.endswith("\\"):
                command = command[:-1] + text.removeprefix("> ")
            else:
                output.append(text)
    return found


def run(step: Step, folder: Path) -> str:
    """Return what the command of `step` prints in `folder`, with a last line `[exit n]` if it ends with n."""
    if step.file:
        path = folder / step.file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step.expected, encoding="utf-8")
        return step.expected
    caches = {"XDG_CACHE_HOME": str(folder.parent / "cache")}
    if step.command.startswith("returnledger ") and not _SHELL.intersection(step.command):
        outcome = _program().run(shlex.split(step.command)[1:], folder, caches, in_one=True)
        return outcome.out.rstrip("\n") + (f"\n[exit {outcome.code}]" if outcome.code else "")
    environment = _environment() | caches
    done = subprocess.run(
        ["bash", "-c", step.command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout.rstrip("\n") + (f"\n[exit {done.returncode}]" if done.returncode else "")


def _environment() -> dict[str, str]:
    """Return the environment of every command: that of these tests without languages and settings of its own."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "RETURNLEDGER"))}
    binaries = str(Path(sys.executable).parent)
    return known | {"PATH": f"{binaries}:{known['PATH']}", "LANG": "C.UTF-8", "COLUMNS": "80", "NO_COLOR": "1"}


@cache
def _program() -> Forker:
    """Return the program in waiting, for commands that need no shell: most of the time of one goes into its start."""
    stack = ExitStack()
    atexit.register(stack.close)
    scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    return stack.enter_context(Forker("program:main", scratch, env=_environment()))


def fits(expected: str, output: str) -> bool:
    """Return True if `output` is `expected`, where a line `...` stands for any lines."""
    pattern = "\n".join("@@ANY@@" if line.strip() == "..." else re.escape(line) for line in expected.splitlines())
    pattern = (
        pattern.replace("@@ANY@@\n", r"(?:.*\n)*?").replace("\n@@ANY@@", r"(?:\n.*)*").replace("@@ANY@@", r"[\s\S]*")
    )
    return re.fullmatch(pattern, output.strip("\n")) is not None


def rewrite(page: Path, root: Path, scratch: Path) -> None:
    """Put what the commands of a page print now below them; read the change before it is committed."""
    text = page.read_text(encoding="utf-8")
    lines, folders, printed = text.splitlines(), dict[str, Path](), list[tuple[int, int, str]]()
    for step in steps_of(text):
        if step.folder not in folders:
            folders[step.folder] = scratch / f"copy{len(folders)}" / "work"
            if step.folder and step.folder != "empty":
                shutil.copytree(root / step.folder, folders[step.folder])
            else:
                folders[step.folder].mkdir(parents=True)
        output = run(step, folders[step.folder])
        if not step.file and not fits(step.expected, output):
            printed.append((step.line, len(step.expected.splitlines()), output))
    for line, count, output in reversed(printed):
        lines[line : line + count] = output.splitlines()
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            rewrite(Path(name), Path(__file__).parent.parent, Path(folder))
