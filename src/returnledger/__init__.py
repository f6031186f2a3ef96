"""returnledger books customer returns in Beancount ledgers: return events and a written policy in, exact entries out.

The commands that read and write books are functions here with the same words: `plan`, `apply`, `sale`, `status`, `show`,
`check`, `explain`, `verify`, `report`, `query`, `init`, `doctor`. They are loaded when first used, so that importing the
package is cheap.
"""

from __future__ import annotations

from typing import Any

VERSION = "0.1.0"

COMMANDS = (
    "apply",
    "check",
    "doctor",
    "explain",
    "init",
    "plan",
    "query",
    "report",
    "sale",
    "show",
    "status",
    "verify",
)


def __getattr__(name: str) -> Any:
    """Load the library function of a command on first use (PEP 562)."""
    if name in COMMANDS:
        from returnledger import app

        return getattr(app, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
