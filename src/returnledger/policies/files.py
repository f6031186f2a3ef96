"""Reads policy files for the commands about policies: those that are named, else all that the settings list.

Settings are not needed where files are named: a policy can be checked in an empty folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from returnledger import configfile
from returnledger.findings import Finding, Refused, Span, has_errors
from returnledger.policy import Policy
from returnledger.products import Products
from returnledger.session import shown_path
from returnledger.settings import Settings
from returnledger.textfile import SourceText


@dataclass(frozen=True)
class PolicySource:
    """One policy file: its name as it is shown, where it is, and the policy where it could be read.

    `sound` says that nothing keeps the policy from judging.
    """

    file: str
    path: Path
    policy: Policy | None
    sound: bool


@dataclass(frozen=True)
class PolicyFiles:
    """Policy files as read, in order, with the settings that go with them and what is wrong in their form."""

    files: tuple[PolicySource, ...]
    settings: Settings | None
    products: Products | None
    findings: tuple[Finding, ...] = ()
    sources: dict[str, SourceText] = field(default_factory=dict)
    listed: bool = False  # by the settings, not by name

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Return the policies that can judge."""
        return tuple(file.policy for file in self.files if file.policy is not None and file.sound)

    @property
    def legible(self) -> tuple[Policy, ...]:
        """Return the policies that could be read, also those that can't judge."""
        return tuple(file.policy for file in self.files if file.policy is not None)


def read(files: Sequence[str | Path], settings: Path | None = None) -> PolicyFiles:
    """Return the policies of `files`, else those that the settings list.

    Raises Refused with exit code 2 where settings are needed and missing, or can't be used.
    """
    sources: dict[str, SourceText] = {}
    found, products = settings_of(settings, sources, needed=not files)
    methods = tuple(found.methods) if found is not None else ()
    holidays = found.holidays if found is not None else None
    places: list[Span | None]
    if files:
        listed = [(path, str(path)) for file in files for path in _within(Path(file))]
        places = [None] * len(listed)
    else:
        assert found is not None
        root = Path(found.root)
        listed = [(root / name, shown_path(root / name)) for name in found.policies]
        places = [found.place("policies", position) for position in range(len(listed))]
        if not listed:
            raise Refused([Finding("no-policy-listed", found.place(), {})], 2)
    read_files, findings = [], []
    for (path, shown), place in zip(listed, places, strict=True):
        policy, wrong, source = configfile.examine_policy(path, shown, methods, place, holidays=holidays)
        findings += wrong
        sources[source.file] = source
        read_files.append(PolicySource(shown, path, policy, not has_errors(wrong)))
    read_files, wrong, more = _with_laws(read_files, methods, holidays)
    findings += wrong
    sources |= {source.file: source for source in more}
    return PolicyFiles(tuple(read_files), found, products, tuple(findings), sources, not files)


def _with_laws(
    files: list[PolicySource], methods: tuple[str, ...], holidays: str | None
) -> tuple[list[PolicySource], list[Finding], list[SourceText]]:
    """Return the files with the law packs that their policies name, what is wrong with these, and what was read."""
    sound = [(file.policy, file.path) for file in files if file.policy is not None and file.sound]
    found = configfile.add_laws(sound, methods, holidays)
    bound = {path: policy for policy, path in found.policies}
    ready = [replace(file, policy=bound.get(file.path, file.policy)) if file.sound else file for file in files]
    unread = {file.policy.name for file in files if file.policy is not None and not file.sound}
    wrong = [finding for finding in found.findings if finding.values.get("name") not in unread]
    return ready, wrong, found.sources


def _within(path: Path) -> list[Path]:
    """Return the policy files of a folder, in order; a file as it is."""
    if not path.is_dir():
        return [path]
    return sorted(inner for inner in path.iterdir() if inner.suffix in (".yaml", ".yml") and inner.is_file())


def settings_of(
    path: Path | None, sources: dict[str, SourceText], *, needed: bool
) -> tuple[Settings | None, Products | None]:
    """Return the settings and the products they name; where they are not `needed`, none where there are none."""
    place = path or configfile.find_settings(Path.cwd())
    if place is None:
        if needed:
            raise Refused([configfile.settings_not_found(Path.cwd())], 2)
        return None, None
    found, findings, read_sources = configfile.read_settings(place, shown_path(place))
    if found is None:
        raise Refused(findings, 2)
    folder = place.absolute().parent
    products, more, product_sources = configfile.read_products(
        folder / found.products if found.products else None, found.products, found.place("products")
    )
    sources |= {source.file: source for source in (*read_sources, *product_sources)}
    if has_errors([*findings, *more]):
        raise Refused([*findings, *more], 2)
    return found, products if found.products else None
