"""Exceptions of papers and of what was typed: evidence that is not there, and fees, delivery charges and dispositions that no row decided."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from returnledger.money import ZERO, plain
from returnledger.policyfacts import evidence_types
from returnledger.reports.deviations import Deviation, Noted
from returnledger.reports.posted import Record
from returnledger.reports.shopbooks import ShopBooks


def evidence(record: Record, books: ShopBooks) -> Iterator[Noted]:
    """Yield the evidence that the policy asked for and that is not named, and the files that are not there or differ."""
    if record.event is None:
        return
    given = set(evidence_types(record.event))
    for each in record.all("evidence"):
        lacking = [kind for kind in each.value.split("/") if kind not in given]
        if lacking:
            yield Noted.of(Deviation.EVIDENCE_MISSING, record, f"{', '.join(lacking)} ({each.row})")
    source = record.entries[0].source
    for paper in record.event.body.evidence:
        if "://" in paper.path:
            continue
        found = books.evidence(source, paper.path)
        if found is None:
            yield Noted.of(Deviation.EVIDENCE_LOST, record, paper.path)
        elif paper.sha256 is not None and paper.sha256.lower() != found:
            yield Noted.of(Deviation.EVIDENCE_CHANGED, record, paper.path)


def typed(record: Record, books: ShopBooks) -> Iterator[Noted]:
    """Yield a fee or a delivery charge typed where the policy has another or none, and a disposition that no row decided."""
    if record.event is None:
        return
    own = getattr(record.event.body, "fee", None)
    of_items = [item.fee for item in record.event.items if item.fee is not None]
    fee = own if own is not None else sum(of_items, ZERO) if of_items else None
    shipping = getattr(record.event.body, "shipping", None)
    yield from _beside(record, "fee", fee, Deviation.FEE_TYPED)
    yield from _beside(record, "shipping", shipping, Deviation.SHIPPING_TYPED)
    for each in record.all("disposition"):
        if each.row == "event":
            yield Noted.of(Deviation.DISPOSITION_TYPED, record, each.value)


def _beside(record: Record, effect: str, typed: Decimal | str | None, what: Deviation) -> Iterator[Noted]:
    """Yield an amount typed that no row of the policy decided, that a waiver let differ, or a delivery charge beyond its row."""
    rows = record.all(effect)
    differs = any(each.value == f"{effect}-differs" for each in record.all("waived"))
    differs = differs or (effect == "shipping" and bool(typed) and any(each.value != "all" for each in rows))
    if typed is not None and (differs or (not rows and typed)):
        about = typed if isinstance(typed, str) else f"{plain(typed)} {record.currency}"
        said = ", ".join(f"{each.value} ({each.row})" for each in rows)
        yield Noted.of(what, record, about + (f"; {said}" if said else ""))
