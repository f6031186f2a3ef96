"""Events: what happened to a return or an allowance, as files say it; each one unchanging and with its identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from returnledger.events.canonical import canonical_text
from returnledger.events.identity import derived_id, digest_of
from returnledger.events.models import (
    KINDS,
    MODELS,
    Allowance,
    Common,
    Evidence,
    Item,
    Refund,
    Return,
    Source,
    Stage,
    Void,
)
from returnledger.findings import Span
from returnledger.terms import Kind

Body = Common


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a file.

    `items` are the goods it is about: none for the whole order without a word on it, one without SKU for the whole
    order with a reason or condition. `id` is empty while the date is missing and none is given. `file` is the name of
    the source file that identity goes by. `place` is where its reference stands, `places` where each value stands.
    """

    kind: Kind
    reference: str
    body: Body
    items: tuple[Item, ...]
    canonical: Mapping[str, Any]
    id: str
    digest: str
    given_id: bool
    file: str
    place: Span
    places: Mapping[tuple[str | int, ...], Span]

    @property
    def price_only(self) -> bool:
        """True where it gives back an amount of money and no units: an allowance, a credit note of an amount or a correction."""
        alone = getattr(self.body, "amount", None) is not None or bool(getattr(self.body, "correction", None))
        return self.kind is Kind.ALLOWANCE or (self.kind is Kind.CREDIT_NOTE and alone)

    @property
    def without_order(self) -> str:
        """`auto` or `none` where it names one of the two instead of an order; of other kinds the words are orders."""
        known = self.kind in (Kind.RETURN, Kind.REQUEST) and self.reference in ("auto", "none")
        return self.reference if known else ""

    def at(self, *path: str | int) -> Span:
        """Return where the value at `path` stands, else where the event stands."""
        return self.places.get(path) or self.place


__all__ = [
    "KINDS",
    "MODELS",
    "Allowance",
    "Body",
    "Event",
    "Evidence",
    "Item",
    "Refund",
    "Return",
    "Source",
    "Stage",
    "Void",
    "canonical_text",
    "derived_id",
    "digest_of",
]
