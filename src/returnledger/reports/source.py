"""What a report reads from: the relations of the store, and the ledger itself where it asks for postings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from returnledger.findings import Finding
from returnledger.policy import Policy
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.settings import Settings


class Source(Protocol):
    """Hands over relations, the loaded ledger and what the settings say; the ledger is loaded when first asked for."""

    @property
    def entries(self) -> Sequence[Any]:
        """Return the directives of the ledger, booked and sorted as Beancount does."""

    @property
    def errors(self) -> Sequence[Any]:
        """Return the errors that Beancount found in the ledger."""

    @property
    def options(self) -> Mapping[str, Any]:
        """Return the options of the ledger."""

    @property
    def role_of(self) -> Callable[[str], Role | None]:
        """Return the function that says what an account is for."""

    @property
    def currency(self) -> str:
        """Return the operating currency."""

    @property
    def policies(self) -> Sequence[Policy]:
        """Return the policies of the shop, every version."""

    @property
    def settings(self) -> Settings:
        """Return the settings of the shop."""

    def posted(self) -> Iterable[Posted]:
        """Return everything that was posted, places as a reader types them."""

    def evidence(self, source: str, path: str) -> str | None:
        """Return the SHA-256 of a file of evidence that an event of the file `source` names, None where it is not there."""

    def verified(self) -> Sequence[Finding]:
        """Return what is no longer as it was posted."""

    @property
    def commit(self) -> str | None:
        """Return the version of the ledger's files, None where they are under no version control."""

    def rows(self, name: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of the relation `name` in the order of its columns in `relations`."""


@runtime_checkable
class PickingSource(Protocol):
    """A source that can also hand over some columns only, which is much cheaper over a year of sales."""

    def pick(self, name: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of the relation `name` with only `columns`, in that order."""
