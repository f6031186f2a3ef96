"""Tries policies on the cases that their owner wrote: what comes out otherwise than expected, and which rows no case saw.

The cases of a policy stand in the folder `tests` beside its file, in any file there that names it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from returnledger import configfile
from returnledger.findings import Finding, Severity, has_errors
from returnledger.policies import updating
from returnledger.policies.cases import Case, CaseFile, CaseTable, cases_of
from returnledger.policies.coverage import PolicyRow, reached, rows_of
from returnledger.policies.edges import Edge, edges
from returnledger.policies.files import PolicyFiles, PolicySource, read
from returnledger.policies.observed import Difference, differences
from returnledger.policy import Policy
from returnledger.policy.judging import Judgement, judge, judge_alone
from returnledger.session import shown_path
from returnledger.shape import shape
from returnledger.textfile import SourceText

FOLDER = "tests"


@dataclass(frozen=True)
class CaseResult:
    """What became of one case: what came out otherwise than expected, nothing where it passed.

    `unsaid` is a case that expects nothing yet.
    """

    case: Case
    judgement: Judgement
    differences: tuple[Difference, ...]

    @property
    def unsaid(self) -> bool:
        """Whether nobody has said yet what is expected."""
        return self.case.expect is None

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.differences and not self.unsaid


@dataclass(frozen=True)
class PolicyResult:
    """One policy: its cases, every row, and the rows that no case reached."""

    policy: Policy
    cases: tuple[CaseResult, ...]
    files: tuple[CaseFile, ...]
    rows: tuple[PolicyRow, ...]
    unreached: tuple[PolicyRow, ...]
    edges: tuple[Edge, ...] = ()

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """Return the cases that did not pass."""
        return tuple(result for result in self.cases if not result.passed)


@dataclass(frozen=True)
class Tested:
    """What became of all cases, and of each policy the rows that none of its cases reached."""

    results: tuple[PolicyResult, ...]
    findings: tuple[Finding, ...]
    sources: Mapping[str, SourceText] = field(default_factory=dict)
    written: tuple[str, ...] = ()
    changed: int = 0

    @property
    def exit_code(self) -> int:
        """Return 1 where a case failed or could not be read, else 0; expectations just written count as met."""
        failed = any(result.failed for result in self.results) and not self.written
        return 1 if failed or has_errors(self.findings) else 0


def test(
    files: Sequence[str | Path] = (),
    *,
    settings: Path | None = None,
    update: bool = False,
    boundaries: bool = False,
) -> Tested:
    """Return what became of the cases of the policies of `files`, else of those that the settings list.

    With `update` the expectations of cases that failed are written anew, with `boundaries` the edges of every condition
    and window are listed. Raises Refused with exit code 2 where settings are needed and can't be used.
    """
    found = read(files, settings)
    findings = list(found.findings)
    sources = dict(found.sources)
    methods = tuple(found.settings.methods) if found.settings is not None else ()
    case_files = _case_files(found, methods, findings, sources)
    if found.listed:
        found = _with_others(found, case_files, methods, findings, sources)
    results = []
    for policy in found.policies:
        own = [file for file in case_files if _is_for(file, policy)]
        listed, left = edges(policy) if boundaries else ([], None)
        if left is not None:
            values = {"name": policy.name, "id": left.says.id}
            findings.append(Finding("edges-left-out", left.place, values, Severity.NOTE))
        results.append(_try(policy, own, tuple(listed)))
    findings += _strays(found, case_files)
    written, changed = _update(results) if update else ((), 0)
    return Tested(tuple(results), tuple(findings), sources, written, changed)


def _try(policy: Policy, files: Sequence[CaseFile], listed: tuple[Edge, ...]) -> PolicyResult:
    results, seen = [], set()
    for file in files:
        for case in file.cases:
            judgement = judge(policy, case.given)
            seen |= reached(judgement if judgement.law is None else judge_alone(policy, case.given))
            found = differences(case.expect, judgement) if case.expect is not None else []
            results.append(CaseResult(case, judgement, tuple(found)))
    rows = rows_of(policy)
    unreached = tuple(row for row in rows if row.place not in seen)
    return PolicyResult(policy, tuple(results), tuple(files), tuple(rows), unreached, listed)


def _case_files(
    found: PolicyFiles, methods: Collection[str], findings: list[Finding], sources: dict[str, SourceText]
) -> list[CaseFile]:
    """Return the files of cases beside the policies, as far as they can be read."""
    folders = dict.fromkeys(source.path.parent / FOLDER for source in found.files)
    names = {source.policy.name for source in found.files if source.policy is not None}
    files = []
    for folder in folders:
        for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
            file, wrong, source, policy = read_cases(path, shown_path(path), methods)
            # The cases of other policies are theirs to look at, unless every policy is tested.
            if found.listed or policy is None or policy in names:
                findings += wrong
                sources[source.file] = source
                if file is not None and not has_errors(wrong):
                    files.append(file)
    return files


def _with_others(
    found: PolicyFiles,
    files: Sequence[CaseFile],
    methods: Collection[str],
    findings: list[Finding],
    sources: dict[str, SourceText],
) -> PolicyFiles:
    """Return `found` with the policies that cases name and the settings don't list: law packs that lie beside them."""
    others: dict[Path, PolicySource] = {}
    for file in files:
        path = file.path.parent.parent / f"{file.policy}.yaml"
        if path in others or any(_is_for(file, policy) for policy in found.legible) or not path.is_file():
            continue
        shown = shown_path(path)
        holidays = found.settings.holidays if found.settings is not None else None
        policy, wrong, source = configfile.examine_policy(path, shown, methods, holidays=holidays)
        findings += wrong
        sources[source.file] = source
        others[path] = PolicySource(shown, path, policy, not has_errors(wrong))
    return replace(found, files=(*found.files, *others.values()))


def read_cases(
    path: Path, shown: str, methods: Collection[str] = ()
) -> tuple[CaseFile | None, list[Finding], SourceText, str | None]:
    """Return the cases of a file, what is wrong in it, its lines, and the policy that it names.

    There are no cases where the file can't be read, and no policy where nobody can tell.
    """
    node, findings, source = configfile.read_document(path, shown)
    if node is None:
        return None, findings, source, None
    named = node.get("policy")
    policy = named.text if named is not None and named.kind == "scalar" else None
    table, more = shape(CaseTable, node, path.name)
    findings += more
    if table is None:
        return None, findings, source, policy
    cases, wrong = cases_of(table, node, methods)
    return CaseFile(shown, path, table.policy, table.version, tuple(cases), node), findings + wrong, source, policy


def _is_for(file: CaseFile, policy: Policy) -> bool:
    beside = file.path.parent.parent.resolve() == Path(policy.file).absolute().parent.resolve()
    return beside and file.policy == policy.name and file.version in (None, policy.version)


def _strays(found: PolicyFiles, files: Sequence[CaseFile]) -> list[Finding]:
    """Return a finding for each file of cases whose policy is not there, or whose version is not said and must be."""
    findings = []
    for file in files:
        named = [policy for policy in found.legible if _is_for(file, policy)]
        place = file.node.at("policy")
        if not named:
            known = sorted({f"{policy.name} {policy.version}" for policy in found.legible})
            findings.append(Finding("cases-without-policy", place, {"policy": file.policy, "known": known}))
        elif len({policy.version for policy in named}) > 1:
            of_several = {"policy": file.policy, "version": named[0].version, "count": len(named)}
            findings.append(Finding("cases-version-missing", place, of_several))
    return findings


def _update(results: Sequence[PolicyResult]) -> tuple[tuple[str, ...], int]:
    """Write the expectations of failed cases anew; return the files written and how many cases were changed."""
    by_file: dict[str, tuple[CaseFile, list[CaseResult]]] = {}
    for result in results:
        failed = {failure.case.place: failure for failure in result.failed}
        for file in result.files:
            mine = [failed[case.place] for case in file.cases if case.place in failed]
            by_file.setdefault(file.file, (file, []))[1].extend(mine)
    written, changed = [], 0
    for name, (file, failures) in by_file.items():
        if failures:
            updating.write(file, [(failure.case, failure.judgement, failure.differences) for failure in failures])
            written.append(name)
            changed += len(failures)
    return tuple(written), changed
