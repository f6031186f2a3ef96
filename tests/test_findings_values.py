"""Every finding that the source makes has its sentences, and gives every value that they name."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from returnledger import findings_text
from returnledger.findings_text import templates

PACKAGE = Path(__file__).parent.parent / "src" / "returnledger"

# Functions that make a finding, or the error that becomes one, from a code and values by name.
BY_NAME = {"refuse", "refused"}
# What the reader adds to the values of an error in a field: the key it stands under.
ADDED = {"key", "path"}


Made = tuple[str, str, set[str] | None]


@cache
def made() -> tuple[Made, ...]:
    """Return (place, code, names of its values) of each finding in the source; None where the names are not literal."""
    return tuple(_made())


def _made() -> Iterator[Made]:
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for scope in [tree, *functions]:
            named = [
                (node.lineno, target.id, node.value)
                for node in ast.walk(scope)
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            ]
            for node in ast.walk(scope):
                if isinstance(node, ast.Call) and node.args and not (scope is tree and inside(functions, node)):
                    yield from finding_of(path, node, named)


def inside(functions: Iterable[ast.FunctionDef], call: ast.Call) -> bool:
    return any(node.lineno <= call.lineno <= (node.end_lineno or 0) for node in functions)


def finding_of(path: Path, call: ast.Call, named: list[tuple[int, str, ast.expr]]) -> Iterator[Made]:
    name, code = getattr(call.func, "id", ""), call.args[0]
    if not (isinstance(code, ast.Constant) and isinstance(code.value, str)):
        return
    place = f"{path.relative_to(PACKAGE)}:{call.lineno}"
    if name in BY_NAME:
        yield place, code.value, {keyword.arg for keyword in call.keywords if keyword.arg} | ADDED
    elif name == "Finding":
        given = next((keyword.value for keyword in call.keywords if keyword.arg == "values"), None)
        values = given or (call.args[2] if len(call.args) > 2 else ast.Dict([], []))
        if isinstance(values, ast.Name):
            # The assignment that stands last before the call is the one that it sees.
            above = [(line, value) for line, name, value in named if name == values.id and line <= call.lineno]
            values = max(above, key=lambda found: found[0], default=(0, values))[1]
        literal = isinstance(values, ast.Dict) and all(isinstance(key, ast.Constant) for key in values.keys)
        yield place, code.value, {str(key.value) for key in values.keys} if literal else None  # type: ignore[attr-defined]


def test_every_finding_has_its_sentences() -> None:
    known = templates()
    assert sorted({f"{place}: {code}" for place, code, _values in made() if code not in known}) == []


def test_every_finding_gives_the_values_that_its_sentences_name() -> None:
    wrong = set()
    for place, code, values in made():
        template = templates().get(code)
        if template is None or values is None:
            continue
        fields = {
            field
            for text in (template.message, template.hint)
            for _literal, field, _spec, _conversion in string.Formatter().parse(text)
            if field
        }
        if fields - values:
            wrong.add(f"{place}: {code} lacks {sorted(fields - values)}")
    assert sorted(wrong) == []


def test_the_scan_finds_findings() -> None:
    assert len(made()) > 20


def test_a_code_has_one_home() -> None:
    found: dict[str, list[str]] = {}
    for module, sentences in findings_text.homes().items():
        for code in sentences:
            found.setdefault(code, []).append(module)
    assert {code: modules for code, modules in found.items() if len(modules) > 1} == {}
