"""Shows what became of the cases of policies: a line for each policy, what failed, and the rows that no case reached."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from returnledger.cli.layout import WIDTH, paragraph, place, placed
from returnledger.cli.show_plan import to_json
from returnledger.cli.words import cells, wrap
from returnledger.excerpt import clean
from returnledger.findings_text import as_data as finding_data
from returnledger.findings_text import ordered
from returnledger.i18n import N_, _, spoken

if TYPE_CHECKING:
    from returnledger.policies.casework import CaseResult, PolicyResult, Tested

# Rows that no case reached are listed up to here, and then counted.
_LISTED = 20


def render(tested: Tested, fmt: str) -> str:
    """Return what became of the cases as text for people, or as JSON."""
    return to_json(as_data(tested)) if fmt == "json" else as_text(tested)


def as_text(tested: Tested) -> str:
    """Return a line of marks for each policy, then what failed, the rows that no case reached, and the sums."""
    lines: list[str] = []
    for result in tested.results:
        lines += _marks(result)
    for result in tested.results:
        for failure in result.failed:
            lines += _failure(result, failure, bool(tested.written))
    alone = True
    for result in tested.results:
        reached, listed = _unreached(result), _edges(result)
        # Policies of which there is but one line to say stand together.
        lines += reached if alone or len(reached) > 2 else reached[1:]
        alone = len(reached) > 2 or bool(listed)
        lines += listed
    lines += ["", *_sums(tested)] if lines else []
    return "\n".join(lines) + "\n" if lines else ""


def _marks(result: PolicyResult) -> list[str]:
    """Return the name of a policy and a mark for each case: a dot, F where it failed, ? where nothing is expected."""
    policy = result.policy
    head = f"{policy.name} {policy.version}  "
    marks = "".join("." if case.passed else "?" if case.unsaid else "F" for case in result.cases)
    room = max(20, WIDTH - cells(head))
    pieces = [marks[i : i + room] for i in range(0, len(marks), room)] or [_("no cases")]
    return [clean(head) + pieces[0], *(" " * cells(head) + piece for piece in pieces[1:])]


def _failure(result: PolicyResult, failure: CaseResult, written: bool) -> list[str]:
    """Return a failed case: its name and place, and each thing that came out otherwise with the row that decided."""
    head = f"{result.policy.name} {result.policy.version}: {failure.case.name}"
    lines = ["", *[clean(line) for line in wrap(head, WIDTH)], f"  {place(failure.case.place)}"]
    if failure.unsaid:
        if not written:
            lines.append("  " + _("nothing is expected yet: write `expect:`, or run it with --update"))
        return lines
    for difference in failure.differences:
        text = _("{what}: expected {expected}, got {got}").format(
            what=difference.key, expected=difference.expected, got=difference.got
        )
        lines += paragraph(text)
        lines += placed([[_("decided by {row}").format(row=difference.row), place(difference.place)]], indent=4)
    return lines


def _unreached(result: PolicyResult) -> list[str]:
    """Return how many rows the cases of a policy reached, and the others with their places."""
    if not result.rows:
        return []
    reached = len(result.rows) - len(result.unreached)
    percent = reached * 100 // len(result.rows)
    name = f"{result.policy.name} {result.policy.version}"
    lines = [
        "",
        _("{policy}: {reached} of {all} rows reached, {percent} %").format(
            policy=name, reached=reached, all=len(result.rows), percent=percent
        ),
    ]
    if result.cases:
        lines += placed([[row.name, place(row.place)] for row in result.unreached[:_LISTED]])
        if more := len(result.unreached) - _LISTED:
            lines += ["  " + _("and {n} more").format(n=more)] if more > 0 else []
    return lines


def _edges(result: PolicyResult) -> list[str]:
    """Return the edges of a policy, row by row: the values of each fact with what is decided, and by which row."""
    lines: list[str] = []
    for (name, where), of_row in groupby(result.edges, key=lambda edge: (edge.name, edge.place)):
        lines += ["", *placed([[name, place(where)]], indent=0)]
        for given, listed in groupby(of_row, key=lambda edge: tuple(edge.given.items())):
            if given:
                lines += paragraph(", ".join(f"{fact} {value}" for fact, value in given))
            lines += placed([[edge.fact, edge.value, edge.outcome, edge.row] for edge in listed], indent=4)
    return lines


def _sums(tested: Tested) -> list[str]:
    """Return how many cases there are, failed and expect nothing, and what was written."""
    cases = [case for result in tested.results for case in result.cases]
    failed = sum(bool(case.differences) for case in cases)
    unsaid = sum(case.unsaid for case in cases)
    counts = [_count(len(cases), N_("{n} case"), N_("{n} cases"))]
    if tested.written:
        text = _("{n} expectations written to {files}: look at the change before you keep it").format(
            n=tested.changed, files=", ".join(tested.written)
        )
        return [", ".join(counts), *wrap(clean(text), WIDTH)]
    counts.append(_("{n} failed").format(n=failed) if failed else _("none failed"))
    if unsaid:
        counts.append(_("{n} without expectation").format(n=unsaid))
    return [("，" if spoken() == "zh" else ", ").join(counts)]


def _count(n: int, one: str, many: str) -> str:
    return _(one if n == 1 else many).format(n=n)


def as_data(tested: Tested) -> dict[str, Any]:
    """Return what became of the cases as the record that scripts read."""
    return {
        "policies": [_policy(result) for result in tested.results],
        "written": list(tested.written),
        "findings": [finding_data(finding, spoken()) for finding in ordered(tested.findings)],
    }


def _policy(result: PolicyResult) -> dict[str, Any]:
    record = {
        "policy": result.policy.name,
        "version": result.policy.version,
        "file": result.policy.file,
        "cases": [_case(case) for case in result.cases],
        "rows": len(result.rows),
        "unreached": [{"row": row.name, "place": place(row.place)} for row in result.unreached],
    }
    if result.edges:
        record["edges"] = [
            {
                "row": edge.name,
                "place": place(edge.place),
                "given": dict(edge.given),
                "fact": edge.fact,
                "value": edge.value,
                "outcome": edge.outcome,
                "decided_by": edge.row,
            }
            for edge in result.edges
        ]
    return record


def _case(result: CaseResult) -> dict[str, Any]:
    return {
        "name": result.case.name,
        "place": place(result.case.place),
        "passed": result.passed,
        "expected": not result.unsaid,
        "differences": [
            {
                "effect": difference.key,
                "expected": difference.expected,
                "got": difference.got,
                "row": difference.row,
                "place": place(difference.place),
            }
            for difference in result.differences
        ],
    }
