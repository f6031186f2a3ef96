"""The source itself: sizes, docstrings, and words that have no business in it."""

from __future__ import annotations

import ast
import re
import subprocess
import warnings
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = sorted((ROOT / "src").rglob("*.py")) + sorted((ROOT / "docs").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py")) + sorted((ROOT / "benchmarks").rglob("*.py"))
EVERYTHING = SOURCE + TESTS

LINES_OF_A_FILE, TIRING = 320, 280
LINES_OF_A_FUNCTION = 70
VOCABULARIES = ("terms.py", "roles.py")  # as long as there are words

# Written in pieces, so that this file does not find itself.
UNFINISHED = re.compile("TO" + "DO|FIX" + "ME|XX" + "X")
ELSEWHERE = re.compile(
    "/wo"
    + "rk/|/ro"
    + "ot/|/ho"
    + r"me/\w|/tm"
    + r"p/\w|py"
    + r"pi\.org|pythonho"
    + r"sted|npm"
    + r"js\.|deb"
    + r"ian\.org"
)


def label(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@pytest.mark.parametrize("path", SOURCE, ids=label)
def test_a_file_is_short_enough_to_read(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LINES_OF_A_FILE or path.name in VOCABULARIES
    if lines > TIRING:
        warnings.warn(f"{label(path)} has {lines} lines: look for the second idea inside", stacklevel=1)


@pytest.mark.parametrize("path", EVERYTHING, ids=label)
def test_a_function_is_short_enough_to_read(path: Path) -> None:
    long = [
        f"{node.name}: {lines} lines"
        for node in functions(path)
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > LINES_OF_A_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("path", EVERYTHING, ids=label)
def test_a_file_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(tree(path))


@pytest.mark.parametrize("path", SOURCE, ids=label)
def test_what_is_public_has_a_docstring(path: Path) -> None:
    module = tree(path)
    public = [node for node in module.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    public += [
        node
        for cls in module.body
        if isinstance(cls, ast.ClassDef) and not cls.name.startswith("_")
        for node in cls.body
        if isinstance(node, ast.FunctionDef)
    ]
    bare = [
        f"line {node.lineno}: {node.name}"
        for node in public
        if not ast.get_docstring(node) and (not node.name.startswith("_") or node.name == "__init__")
    ]
    assert bare == []


@pytest.mark.parametrize("path", EVERYTHING, ids=label)
def test_nothing_is_left_unfinished(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [f"line {i}: {line}" for i, line in enumerate(lines, 1) if UNFINISHED.search(line)] == []


@pytest.mark.parametrize("path", EVERYTHING, ids=label)
def test_identifiers_are_ascii(path: Path) -> None:
    names = set()
    for node in ast.walk(tree(path)):
        for attribute in ("id", "attr", "name", "arg"):
            value = getattr(node, attribute, None)
            if isinstance(value, str):
                names.add(value)
    assert sorted(name for name in names if not name.isascii()) == []


@pytest.mark.parametrize("path", SOURCE, ids=label)
def test_no_error_is_swallowed_whole(path: Path) -> None:
    wrong = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ExceptHandler):
            caught = [node.type] if not isinstance(node.type, ast.Tuple) else node.type.elts
            if any(kind is None or getattr(kind, "id", "") in ("Exception", "BaseException") for kind in caught):
                wrong.append(f"line {node.lineno}")
    assert wrong == []


def committed() -> list[Path]:
    """Return the text files under version control, or all of them where there is none."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.split("\0") if listed.returncode == 0 else []
    paths = [ROOT / name for name in names if name] or EVERYTHING
    return [path for path in paths if path.is_file() and path.suffix not in (".mo", ".png", ".gz")]


def test_committed_files_name_no_machine_and_no_registry() -> None:
    wrong = []
    for path in committed():
        for i, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if ELSEWHERE.search(line):
                wrong.append(f"{label(path)}:{i}: {line[:100]}")
    assert wrong == []


def test_constraints_pin_versions_and_name_no_address() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][\w.]*", line)] == []
