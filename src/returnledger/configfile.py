"""Finds and reads the settings, the products and the policies; what is wrong in them is a finding at its place.

Every path in the settings starts in the folder of the settings file. Nothing here raises on a wrong file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from returnledger import settings_lint
from returnledger.findings import Finding, Span, has_errors
from returnledger.leftover import remainder
from returnledger.policy import Policy, PolicyFile, same_day_policies, with_laws
from returnledger.policy.prepare import LeftOut, examine
from returnledger.products import ProductRow, Products, products_of
from returnledger.settings import Settings
from returnledger.shape import shape
from returnledger.textfile import SourceText, decode, source_text
from returnledger.yamlfile import Node, read_text

SETTINGS_NAME = "returnledger.yaml"
# What a law pack can be called: no name leads out of a folder.
_PACK_NAME = re.compile(r"\w[\w-]{0,99}")


def find_settings(start: Path) -> Path | None:
    """Return the nearest returnledger.yaml in `start` or above it, or None."""
    folder = start.absolute()
    for place in (folder, *folder.parents):
        candidate = place / SETTINGS_NAME
        try:
            if candidate.is_file():
                return candidate
        except OSError:
            return None
    return None


def settings_not_found(start: Path) -> Finding:
    """Return the finding for a folder that has no settings in it or above it."""
    return Finding("settings-not-found", None, {"folder": str(start)})


def read_settings(path: Path, shown: str | None = None) -> tuple[Settings | None, list[Finding], list[SourceText]]:
    """Return the settings of a file, or None where a finding keeps them from being used; `shown` is the path to show."""
    name = shown or str(path)
    node, findings, source = _document(path, name)
    if node is None:
        return None, findings, source
    settings, more = shape(Settings, node, SETTINGS_NAME)
    findings += more
    if settings is not None:
        settings = settings.placed_in(str(path.absolute().parent), node)
        findings += settings_lint.lint(settings, node)
    return (None if has_errors(findings) else settings), findings, source


def read_products(
    path: Path | None, shown: str | None = None, place: Span | None = None
) -> tuple[Products | None, list[Finding], list[SourceText]]:
    """Return the products of a file (none where `path` is None), or None where a finding keeps them from being used.

    `place` is where the settings name the file.
    """
    if path is None:
        return Products(), [], []
    node, findings, source = _document(path, shown or str(path), place, empty=True)
    if node is None:
        return (None if findings else Products()), findings, source
    if node.kind != "map":
        return None, [*findings, Finding("products-expected", node.at(), {"file": node.file})], source
    rows: dict[str, ProductRow] = {}
    for key, value in node.entries:
        row, more = shape(ProductRow, value, key.text)
        findings += more
        if row is not None:
            rows[key.text] = row
    products, wrong = products_of(rows, node)
    findings += wrong
    return (None if has_errors(findings) else products), findings, source


def read_policy(
    path: Path,
    shown: str | None = None,
    methods: Collection[str] = (),
    place: Span | None = None,
    raw: bytes | None = None,
    holidays: str | None = None,
) -> tuple[Policy | None, list[Finding], SourceText]:
    """Return the policy of a file, or None where a finding keeps it from judging.

    `methods` are the tenders and `holidays` the country that the settings name, `place` is where they name the file;
    `raw` is what the file held, where it is another version than the one on disk.
    """
    policy, findings, source = examine_policy(path, shown, methods, place, raw, holidays)
    return (None if has_errors(findings) else policy), findings, source


def examine_policy(
    path: Path,
    shown: str | None = None,
    methods: Collection[str] = (),
    place: Span | None = None,
    raw: bytes | None = None,
    holidays: str | None = None,
) -> tuple[Policy | None, list[Finding], SourceText]:
    """Return the policy of a file as far as it could be read, so that more can be said of one that can't judge."""
    name = shown or str(path)
    node, findings, sources = _document(path, name, place, raw=raw)
    source = sources[0] if sources else SourceText(name, ())
    if node is None:
        return None, findings, source
    says, more = shape(PolicyFile, node, path.name)
    findings += more
    left_out = LeftOut()
    if says is None:
        says, node, keys, beside = remainder(PolicyFile, node)
        left_out = LeftOut(keys, beside)
    if says is None:
        return None, findings, source
    policy, wrong = examine(says, node.data(), node, methods, holidays, left_out)
    return policy, findings + wrong, source


def read_policies(settings: Settings) -> tuple[list[Policy], list[Finding], list[SourceText]]:
    """Return every policy that the settings list, in their order, with what is wrong in them or between them."""
    policies: list[tuple[Policy, Path]] = []
    findings: list[Finding] = []
    sources: list[SourceText] = []
    unread = False
    for position, name in enumerate(settings.policies):
        place = settings.place("policies", position)
        path = Path(settings.root) / name
        policy, more, source = read_policy(path, name, tuple(settings.methods), place, holidays=settings.holidays)
        findings += more
        sources.append(source)
        unread = unread or policy is None
        if policy is not None:
            policies.append((policy, path))
    # A law that can't be found may be the file that could not be read, which has its finding already.
    found = add_laws(policies, tuple(settings.methods), settings.holidays)
    ready = [policy for policy, _ in found.policies]
    findings += [] if unread else found.findings
    return ready, findings + same_day_policies(ready), sources + found.sources


@dataclass
class WithLaws:
    """Policies with their files, each with the law packs that it names; packs that were looked for stand at the end."""

    policies: list[tuple[Policy, Path]]
    findings: list[Finding]
    sources: list[SourceText]


def add_laws(
    policies: Sequence[tuple[Policy, Path]], methods: Collection[str] = (), holidays: str | None = None
) -> WithLaws:
    """Return the policies with the law packs that they name: among them, else `NAME.yaml` in the policy's own folder."""
    found = WithLaws(list(policies), [], [])
    for policy, path in policies:
        for position, name in enumerate(policy.says.law):
            named = [other for other, _ in found.policies if other.name == name]
            if named and not any(other.is_law for other in named):
                found.findings.append(Finding("law-not-a-pack", policy.place("law", position), {"name": name}))
            elif not named:
                _look_for(name, policy.place("law", position), path, found, methods, holidays)
    found.policies = [(with_laws(policy, [law for law, _ in found.policies]), path) for policy, path in found.policies]
    return found


def _look_for(
    name: str, place: Span, path: Path, found: WithLaws, methods: Collection[str], holidays: str | None
) -> None:
    """Add the law pack `name` from the folder of the policy at `path`, or the finding that it is not there."""
    beside = path.with_name(f"{name}.yaml") if _PACK_NAME.fullmatch(name) else None
    if beside is None or not beside.is_file():
        known = sorted({law.name for law, _ in found.policies if law.is_law})
        values: dict[str, object] = {"name": name, "folder": str(path.parent), "known": known}
        found.findings.append(Finding("law-not-found", place, values))
        return
    shown = place.file.rpartition("/")[0]
    law, findings, source = read_policy(
        beside, f"{shown}/{name}.yaml" if shown else f"{name}.yaml", methods, place, holidays=holidays
    )
    found.findings += findings
    found.sources.append(source)
    if law is not None and law.is_law and law.name == name:
        found.policies.append((law, beside))
    elif law is not None:
        found.findings.append(Finding("law-not-a-pack", place, {"name": name}))


def read_document(path: Path, shown: str) -> tuple[Node | None, list[Finding], SourceText]:
    """Return the one document of a file, or None with what is wrong with its form, and its lines."""
    node, findings, sources = _document(path, shown)
    return node, findings, sources[0] if sources else SourceText(shown, ())


def _document(
    path: Path, shown: str, place: Span | None = None, empty: bool = False, raw: bytes | None = None
) -> tuple[Node | None, list[Finding], list[SourceText]]:
    """Return the one document of a file, what is wrong with its form, and its lines; `empty` allows a file of nothing."""
    try:
        raw = path.read_bytes() if raw is None else raw
    except (OSError, ValueError) as error:
        code = _unreadable(error)
        return None, [Finding(code, place or Span(shown, 1), {"file": shown})], []
    text, findings = decode(raw, shown)
    if text is None:
        return None, findings, []
    source = [source_text(text, shown)]
    documents, more = read_text(text, shown)
    findings += more
    if has_errors(findings):
        return None, findings, source
    if not documents:
        return None, [] if empty else [Finding("file-empty", Span(shown, 1), {"file": shown})], source
    if len(documents) > 1:
        values = {"file": shown, "count": len(documents)}
        return None, [Finding("one-document", documents[1].at(), values)], source
    return documents[0], findings, source


def _unreadable(error: Exception) -> str:
    """Return the code for a file that the system does not hand over."""
    if isinstance(error, FileNotFoundError):
        return "file-missing"
    if isinstance(error, IsADirectoryError):
        return "file-is-folder"
    return "file-barred" if isinstance(error, PermissionError) else "file-not-read"
