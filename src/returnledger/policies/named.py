"""Finds one policy by what a person calls it: a file, NAME or NAME@VERSION of the settings, or REV:FILE of git.

policies/standard.yaml    standard@2    HEAD~3:policies/standard.yaml
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from returnledger import configfile
from returnledger.findings import Finding, Refused, has_errors
from returnledger.policies.files import PolicyFiles, read, settings_of
from returnledger.policy import Policy
from returnledger.textfile import SourceText

USAGE = 2
_PATIENCE = 10  # seconds for git


@dataclass
class Names:
    """What names of policies can mean here: the settings, read once, and what was read under each name."""

    settings: Path | None = None
    sources: dict[str, SourceText] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _listed: PolicyFiles | None = None

    def find(self, name: str) -> Policy:
        """Return the policy that `name` means; raise Refused where there is none, or it can't judge."""
        if Path(name).is_file():
            return self._read(Path(name), name)
        revision, colon, path = name.partition(":")
        if colon and revision and path:
            return self._read(Path(path), name, _of_revision(name, revision, path))
        return self._of_settings(name)

    def _read(self, path: Path, shown: str, raw: bytes | None = None) -> Policy:
        found, _ = settings_of(self.settings, self.sources, needed=False)
        methods = tuple(found.methods) if found is not None else ()
        holidays = found.holidays if found is not None else None
        policy, findings, source = configfile.read_policy(path, shown, methods, raw=raw, holidays=holidays)
        self.sources[source.file] = source
        if policy is None or has_errors(findings):
            raise Refused(findings, USAGE)
        bound = configfile.add_laws([(policy, path)], methods, holidays)
        self.sources |= {source.file: source for source in bound.sources}
        self.findings += [*findings, *bound.findings]
        return bound.policies[0][0]

    def _of_settings(self, name: str) -> Policy:
        """Return the policy of the settings of that name and version; without a version the newest."""
        wanted, _, version = name.partition("@")
        if self._listed is None and (self.settings or configfile.find_settings(Path.cwd())):
            self._listed = read((), self.settings)
            self.sources |= self._listed.sources
        known = self._listed.policies if self._listed else ()
        found = [policy for policy in known if policy.name == wanted and version in ("", policy.version)]
        if found:
            return max(found, key=lambda policy: policy.valid_from)
        if self._listed is not None and has_errors(self._listed.findings):
            raise Refused(self._listed.findings, USAGE)
        names = [f"{policy.name}@{policy.version}" for policy in known]
        if "/" in name or name.endswith((".yaml", ".yml")) or not names:
            raise Refused([Finding("file-missing", None, {"file": name})], USAGE)
        raise Refused([Finding("policy-unknown", None, {"name": name, "known": names})], USAGE)


def _of_revision(name: str, revision: str, path: str) -> bytes:
    """Return what a file held at a revision of git; the path counts from the working folder, else from the top."""
    said = ""
    for where in (f"{revision}:./{path}", f"{revision}:{path}"):
        try:
            done = _git(["show", "--no-textconv", "--end-of-options", where])
        except (OSError, subprocess.SubprocessError) as error:
            said = said or str(error)
            continue
        if done.returncode == 0:
            return done.stdout
        said = said or done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
    raise Refused([Finding("policy-revision", None, {"name": name, "reason": said})], USAGE)


def _git(words: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *words], capture_output=True, timeout=_PATIENCE, check=False)
