"""Customers in reports about conduct: by their code where the ledger has one, else by a name that says nothing.

Such a report is passed on, and a name on it accuses. A code of the shop system, like C-1041 or 13113, stays; anything that
reads like a name, a telephone number or an address is replaced by a pseudonym, the same in every report. It can't be read
back from the report; whoever has the ledger can find the customer by it.
"""

from __future__ import annotations

import hashlib
import re

from returnledger.checks.personal_data import kinds_in

_CODE = re.compile(r"[A-Za-z0-9._#/-]{1,40}")
_DIGITS = 6


class Customers:
    """Says how customers are named; `reveal` shows them as the ledger has them."""

    def __init__(self, reveal: bool) -> None:
        """Start with nobody named yet."""
        self.reveal = reveal
        self.hidden: set[str] = set()

    def shown(self, customer: str) -> str | None:
        """Return the customer's code, or a pseudonym; None for nobody."""
        if not customer:
            return None
        if self.reveal or is_code(customer):
            return customer
        self.hidden.add(customer)
        return pseudonym(customer)


def is_code(text: str) -> bool:
    """Return True if `text` looks like a code: no blanks, some digit, and nothing that tells of a person."""
    has_digit = any(char.isdigit() for char in text)
    return has_digit and bool(_CODE.fullmatch(text)) and not any(True for _ in kinds_in(text))


def pseudonym(text: str) -> str:
    """Return the name that stands for a customer: the same for the same text, and not to be read back."""
    return f"customer-{hashlib.sha256(f'returnledger {text}'.encode()).hexdigest()[:_DIGITS]}"
