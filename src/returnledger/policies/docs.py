"""Makes the manual of policy files: one page for each policy, language and format, with the name of its file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from returnledger.findings import Finding, has_errors
from returnledger.policies.files import read
from returnledger.policies.manual import customer_page, day_before, left_out, staff_page
from returnledger.policies.page import to_html, to_markdown
from returnledger.policy import Policy
from returnledger.textfile import SourceText

Readers = Literal["staff", "customers"]
FORMATS = ("md", "html")
LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class ManualPage:
    """One page: the name of its file, its text, and the policy file it was made from."""

    name: str
    text: str
    policy: str


@dataclass(frozen=True)
class Manual:
    """The pages that were made, the rows that customers are not shown, and what is wrong with the policies.

    Where a policy can't judge, there are no pages.
    """

    pages: tuple[ManualPage, ...]
    left_out: tuple[str, ...]
    findings: tuple[Finding, ...]
    sources: Mapping[str, SourceText]

    @property
    def exit_code(self) -> int:
        """Return 1 where a policy could not be used, else 0."""
        return 1 if has_errors(self.findings) else 0


def docs(
    files: Sequence[str | Path] = (),
    *,
    languages: Sequence[str] = LANGUAGES,
    formats: Sequence[str] = FORMATS,
    readers: Readers = "staff",
    settings: Path | None = None,
) -> Manual:
    """Return the manual of the policies of `files`, else of those that the settings list.

    Raises Refused with exit code 2 where the settings are needed and can't be used.
    """
    found = read(files, settings)
    findings, sources = found.findings, found.sources
    if has_errors(findings):
        return Manual((), (), findings, sources)
    policies = found.policies
    names = _names(policies)
    pages: list[ManualPage] = []
    hidden: list[str] = []
    for policy, name in zip(policies, names, strict=True):
        later = [each.valid_from for each in policies if _succeeds(each, policy, found.listed)]
        until = day_before(min(later)) if later else None
        for language in languages:
            page = (staff_page if readers == "staff" else customer_page)(policy, language, until)
            for fmt in formats:
                text = to_html(page) if fmt == "html" else to_markdown(page)
                part = "" if readers == "staff" else ".customers"
                pages.append(ManualPage(f"{name}{part}.{language}.{fmt}", text, policy.file))
        if readers == "customers":
            hidden += [f"{policy.file}: {row}" for row in left_out(policy)]
    return Manual(tuple(pages), tuple(hidden), findings, sources)


def _succeeds(later: Policy, policy: Policy, listed: bool) -> bool:
    """Return whether `later` takes the place of `policy`: a version of it, or the next of the shop's that settings list."""
    same = later.name == policy.name or (listed and not later.is_law and not policy.is_law)
    return same and later.valid_from > policy.valid_from


def _names(policies: Sequence[Policy]) -> list[str]:
    """Return a name for the files of each policy: its own, with its version or a number where two would be the same."""
    names: list[str] = []
    plain = [_plain(policy.name) for policy in policies]
    for policy, name in zip(policies, plain, strict=True):
        if plain.count(name) > 1:
            name = f"{name}-{_plain(policy.version)}"
        number, wanted = 2, name
        while wanted in names:
            wanted, number = f"{name}-{number}", number + 1
        names.append(wanted)
    return names


def _plain(name: str) -> str:
    """Return `name` as part of a file's name: no folders, no leading dot."""
    return re.sub(r"[^\w.-]+", "-", name).strip(".-")[:80] or "policy"
