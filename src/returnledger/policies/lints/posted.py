"""A policy that was changed although returns were posted under its version: an auditor could not replay them.

Every batch records name, version and digest of the policies that judged in it; the digest is of what the file says,
not how it is written. Only batches count: a version that nothing was posted under may be changed freely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from returnledger.findings import Finding, Severity, Span
from returnledger.policies.lints.looking import Look
from returnledger.session import shown_path

_RECORDED = re.compile(r'^\s+rl-policies: "((?:[^"\\]|\\.)*)"')
_DIGEST = "([0-9]+:[0-9a-f]{64})(?:; |$)"


def changed_after_posting(look: Look) -> Iterator[Finding]:
    """Yield each policy whose name and version a batch records with another digest, with the last such batch."""
    if look.settings is None or not look.settings.root:
        return
    recorded = list(_recorded(Path(look.settings.root) / look.settings.returns))
    for policy in look.policies:
        asked = re.compile(f"(?:^|; ){re.escape(f'{policy.name} {policy.version}')} {_DIGEST}")
        digests = {found[1]: place for text, place in recorded for found in asked.finditer(text)}
        others = [place for digest, place in digests.items() if digest != policy.digest]
        if others:
            severity = Severity.WARNING if policy.digest in digests else Severity.ERROR
            values = {"name": policy.name, "version": policy.version, "batch": max(others).file}
            yield Finding("policy-changed", policy.place("version"), values, severity)


def _recorded(folder: Path) -> Iterator[tuple[str, Span]]:
    """Yield what each batch below `folder` records of policies, and where."""
    for path in sorted(folder.rglob("*.beancount")):
        with suppress(OSError):
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
                if found := _RECORDED.match(line):
                    yield re.sub(r"\\(.)", r"\1", found[1]), Span(shown_path(path), number)
