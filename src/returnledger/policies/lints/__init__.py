"""What is asked of each policy by `policy check`, beyond what keeps it from being read: one question, one file.

A function takes what there is to look at and yields findings. LINTS look at one policy, BETWEEN at all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from returnledger.findings import Finding
from returnledger.policies.lints.categories import categories
from returnledger.policies.lints.extensions import extensions
from returnledger.policies.lints.grades import grades
from returnledger.policies.lints.law_currency import law_in_other_currency
from returnledger.policies.lints.less_than_law import less_than_law
from returnledger.policies.lints.looking import Look
from returnledger.policies.lints.posted import changed_after_posting
from returnledger.policies.lints.roles import roles
from returnledger.policies.lints.senseless import senseless_numbers
from returnledger.policies.lints.unreached import never_decides
from returnledger.policies.lints.versions import versions
from returnledger.policies.lints.waivers import waivers
from returnledger.policies.lints.why_missing import why_missing

__all__ = ["BETWEEN", "LINTS", "Look"]

LINTS: tuple[Callable[[Look], Iterator[Finding]], ...] = (
    never_decides,
    why_missing,
    senseless_numbers,
    extensions,
    categories,
    roles,
    waivers,
    grades,
    law_in_other_currency,
    less_than_law,
)
BETWEEN: tuple[Callable[[Look], Iterator[Finding]], ...] = (versions, changed_after_posting)
