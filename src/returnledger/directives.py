"""What our own directives mean: entries and notes of steps that post nothing, read back as rows.

`posted` gives the one meaning of what we wrote, whether it was just planned or loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from beancount.core.data import Custom, Directive, Transaction

from returnledger.findings import Span
from returnledger.money import ZERO, at_price, plain
from returnledger.rows import COUNTED, SELLS, Lot, Posted, PostedLeg

NAMESPACE = "returnledger"  # the type of our custom directives

# Metadata of our directives that says who they are and what they belong to; any other `rl-` key tells of the step.
HEAD_KEYS = frozenset(
    f"rl-{key}"
    for key in (
        "id", "kind", "step", "case", "order", "customer", "number", "red-invoice", "voids", "event", "source", "decision",
        "date", "window-end", "voucher",
    )
)  # fmt: skip

_LEG_KEYS = frozenset(
    f"rl-{key}" for key in ("role", "line", "owner", "instead", "tax-account")
)  # any other tells of an item
_FILED = ("filename", "lineno")  # what Beancount adds to metadata
_STEP = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"-?[0-9]{1,60}(\.[0-9]{1,60})?")


def _text(meta: Mapping[str, object] | None, key: str) -> str:
    value = (meta or {}).get(key)
    if value is None:
        return ""
    return plain(value) if isinstance(value, Decimal) else str(value)


def posted(directive: Directive) -> Posted | None:
    """Return what one of our own directives means, or None if it is not ours (or a batch directive or a lock)."""
    meta = directive.meta or {}
    if not is_own(directive):
        return None
    assert isinstance(directive, (Transaction, Custom))
    legs = tuple(_legs(directive)) if isinstance(directive, Transaction) else ()
    sells = bool(legs) and f"rl-{SELLS}" in meta
    return Posted(
        id=_text(meta, "rl-id"),
        kind=_text(meta, "rl-kind"),
        step=int(_text(meta, "rl-step")) if _STEP.fullmatch(_text(meta, "rl-step")) else 1,
        case=_text(meta, "rl-case"),
        order=_text(meta, "rl-order"),
        date=directive.date,
        source=_text(meta, "rl-source"),
        event=_text(meta, "rl-event"),
        voids=_text(meta, "rl-voids"),
        number=_text(meta, "rl-number"),
        customer=_text(meta, "rl-customer"),
        legs=() if sells else legs,
        sold=legs if sells else (),
        place=Span(str(meta.get("filename", "")), int(meta.get("lineno", 0))),
        directive=directive,
        invoice=_text(meta, "rl-red-invoice"),
        window_end=_text(meta, "rl-window-end"),
        said=said if isinstance(said := meta.get("rl-date"), date) else None,
        told=_told(meta, HEAD_KEYS),
        voucher=_text(meta, "rl-voucher"),
    )


def _told(meta: Mapping[str, object], known: frozenset[str]) -> dict[str, str]:
    """Return what our metadata says beyond the keys that are `known`, by its keys without `rl-`."""
    told = {key[3:]: _text(meta, key) for key in meta if key.startswith("rl-") and key not in known}
    for key in (*COUNTED, "amount"):
        if key in told and not _NUMBER.fullmatch(told[key]):
            del told[key]  # written into by hand, as `verify` says
    return told


def _legs(directive: Transaction) -> Iterator[PostedLeg]:
    """Yield what each of our postings means; one that somebody has added by hand means nothing."""
    for posting in directive.postings:
        own = posting.meta or {}
        if "rl-role" not in own or posting.units is None or posting.units.number is None:
            continue
        item = _told(own, _LEG_KEYS)
        carried = tuple(
            (key, _text(own, key)) for key in own if not key.startswith(("rl-", "__")) and key not in _FILED
        )
        lot, units, commodity = None, None, None
        amount, currency = posting.units.number, posting.units.currency
        if posting.cost is not None:
            lot = lot_of(posting.cost, directive.date)
            units, commodity = amount, currency
            amount, currency = amount * lot.number, lot.currency
        elif posting.price is not None and isinstance(posting.price.number, Decimal):
            units, commodity = amount, currency
            amount = at_price(amount, posting.price.number, posting.price.currency)
            currency = posting.price.currency
        yield PostedLeg(
            role=_text(own, "rl-role"),
            account=posting.account,
            amount=amount,
            currency=currency,
            line=_text(own, "rl-line") or None,
            commodity=commodity,
            units=units,
            lot=lot,
            item=item or None,
            carried=carried,
            owner=_text(own, "rl-owner"),
            instead=_text(own, "rl-instead"),
            tax_account=_text(own, "rl-tax-account"),
        )


def lot_of(cost: object, day: date) -> Lot:
    """Return the lot of a posting's cost, booked (Cost) or as parsed (CostSpec); a cost without a date has `day`."""
    number = getattr(cost, "number", None)
    if number is None:
        number = getattr(cost, "number_per", None)
    return Lot(
        number if isinstance(number, Decimal) else ZERO,
        str(getattr(cost, "currency", "")),
        getattr(cost, "date", None) or day,
        getattr(cost, "label", None),
    )


def is_own(directive: Directive) -> bool:
    """Return True for what was written for an event: an entry, or a custom directive for a step that posts nothing.

    What heads a batch, and a lock, belong to no event, whatever metadata somebody gives them.
    """
    if isinstance(directive, Custom):
        if directive.type != NAMESPACE or is_batch(directive) or is_lock(directive):
            return False
    elif not isinstance(directive, Transaction):
        return False
    return "rl-id" in (directive.meta or {})


def is_batch(directive: Directive) -> bool:
    """Return True if the directive heads a batch file of ours."""
    return _custom(directive, "batch")


def is_lock(directive: Directive) -> bool:
    """Return True if the directive locks the period up to its day."""
    return _custom(directive, "lock")


def _custom(directive: Directive, name: str) -> bool:
    return (
        isinstance(directive, Custom)
        and directive.type == NAMESPACE
        and bool(directive.values)
        and directive.values[0].value == name
    )
