"""Joins the legs of one step into one transaction, with the metadata by which it can be read, traced and undone.

A step that posts nothing becomes a custom directive with the same metadata, one for each item, each a step of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date as Day
from decimal import Decimal

from beancount.core.amount import Amount
from beancount.core.data import Custom, Posting, Transaction
from beancount.core.position import Cost
from beancount.parser.grammar import ValueType

from returnledger.books import HEAD_KEYS, NAMESPACE
from returnledger.legs import Leg, joined
from returnledger.money import decimals_of, per_unit, places, plain, round_to
from returnledger.terms import Kind

Meta = dict[str, str | Decimal | int | Day]
Said = Mapping[str, str | Decimal | int | Day]  # what a step says, by keys without `rl-`


@dataclass(frozen=True, slots=True)
class Head:
    """Everything of an entry but its postings."""

    id: str
    kind: Kind
    step: int
    case: str
    order: str
    date: Day
    payee: str | None
    narration: str
    event: str = ""  # the canonical event, on the first directive of an event
    source: str = ""
    decision: str = ""
    voids: str = ""
    said: Day | None = None  # the date of the event, kept where the entry stands on another day
    number: str = ""
    red_invoice: str = ""
    customer: str = ""
    window_end: Day | None = None
    order_fees: str = ""
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    more: Mapping[str, str] = field(default_factory=dict)  # the sale's own dimensions and the event's meta


def entry(head: Head, legs: Iterable[Leg], said: Said | None = None) -> Transaction:
    """Return the transaction of one step: the legs joined, in the order an accountant reads them.

    `said` is what the step says beyond its postings, as for `note`.
    """
    tags = frozenset((head.kind.value, *head.tags))
    links = frozenset((*head.links, slug(head.case)))
    postings = [posting(leg) for leg in joined(legs)]
    return Transaction(_meta(head, said), head.date, "*", head.payee, head.narration, tags, links, postings)


def note(head: Head, said: Said | None = None) -> Custom:
    """Return the directive of one step that posts nothing: `custom "returnledger" "approve"`, all else in metadata.

    `said` is what the step says, by its keys without `rl-`: of an item line, sku, qty, reason, condition; of the step
    stage, until, because. `books.posted` gives it back as `told`. Values of a custom can't be reached in queries, its
    metadata can. Payee, narration, tags and links of the head are for entries alone.
    """
    return Custom(_meta(head, said), head.date, NAMESPACE, [ValueType(head.kind.value, str)])


def _meta(head: Head, said: Said | None) -> Meta:
    """Return the metadata of a step: who it is, what it belongs to, what it says, and the user's own."""
    meta: Meta = {"rl-id": head.id, "rl-kind": head.kind.value, "rl-step": head.step, "rl-case": head.case}
    if head.order:
        meta["rl-order"] = head.order
    for key, text in (
        ("rl-customer", head.customer),
        ("rl-number", head.number),
        ("rl-red-invoice", head.red_invoice),
        ("rl-voids", head.voids),
        ("rl-event", head.event),
        ("rl-source", head.source),
        ("rl-decision", head.decision),
        ("rl-order-fees", head.order_fees),
    ):
        if text:
            meta[key] = text
    if head.said and head.said != head.date:
        meta["rl-date"] = head.said
    if head.window_end:
        meta["rl-window-end"] = head.window_end
    for key, value in (said or {}).items():
        assert f"rl-{key}" not in HEAD_KEYS, f"{key} is said by the head"
        meta[f"rl-{key}"] = Decimal(plain(value)) if isinstance(value, Decimal) else value
    meta.update(head.more)
    return meta


def posting(leg: Leg) -> Posting:
    """Return a leg as a posting: stock at the full cost of its lot, money as it is."""
    meta: Meta = {"rl-role": leg.role}
    if leg.line is not None:
        meta["rl-line"] = leg.line
    if leg.owner:
        meta["rl-owner"] = leg.owner
    if leg.instead:
        meta["rl-instead"] = leg.instead
    if leg.tax_account:
        meta["rl-tax-account"] = leg.tax_account
    for key, value in (leg.item or {}).items():
        meta[f"rl-{key}"] = Decimal(plain(value)) if isinstance(value, Decimal) else value
    meta.update(leg.carried)
    if not leg.units or leg.commodity is None:
        return Posting(leg.account, Amount(leg.amount, leg.currency), None, None, None, meta)
    if leg.lot is None:
        total = round_to(abs(leg.amount), max(decimals_of(leg.currency), places(leg.amount)))
        price = Amount(per_unit(total, abs(leg.units)), leg.currency)
        return Posting(leg.account, Amount(leg.units, leg.commodity), None, price, None, meta)
    cost = Cost(leg.lot.number, leg.lot.currency, leg.lot.date, leg.lot.label)
    return Posting(leg.account, Amount(leg.units, leg.commodity), cost, None, None, meta)


def slug(text: str) -> str:
    """Return `text` as a link: ASCII letters, digits and `-_/.`; anything else becomes a hyphen."""
    return re.sub(r"[^A-Za-z0-9\-_/.]", "-", text)


# How the narration of an entry begins, in English; other kinds begin with their own name.
LEADS = {
    Kind.RETURN: "Return of",
    Kind.ALLOWANCE: "Allowance on",
    Kind.REFUND: "Refund for",
    Kind.VOID: "Void of",
    Kind.AMEND: "Amendment of",
    Kind.ADVANCE_REFUND: "Refund of advance",
    Kind.RECEIVE: "Goods received of",
    Kind.CREDIT_NOTE: "Credit note on",
    Kind.INSPECT: "Inspection of",
    Kind.DISPOSE: "Disposal of goods of",
    Kind.PUT_AWAY: "Put away from",
    Kind.REFURBISH: "Refurbished from",
    Kind.SUPPLIER_RETURN: "Back to the supplier from",
    Kind.STORE_CREDIT: "Store credit for",
    Kind.TAX_CREDIT: "Red invoice for",
    Kind.EXCHANGE: "Exchange on",
    Kind.RECOVERY: "Recovery on",
    Kind.EXPENSE: "Expense of",
    Kind.REVALUE: "Revaluation of goods of",
    Kind.STOCKTAKE: "Count of",
}


def units_of(units: Decimal, sku: str) -> str:
    """Return units of a SKU in words: `2 MUG`, but `2 × 85123A`, since two numbers side by side read as one."""
    return f"{plain(units)} × {sku}" if sku[:1].isdigit() else f"{plain(units)} {sku}"


def narration(
    kind: Kind, language: str, order: str, items: list[tuple[Decimal, str]], reason: str | None, kept: bool = False
) -> str:
    """Return the line that says what happened, in the language of the entries: at most three items are named.

    `kept` is for a return whose goods stay with the customer.
    """
    chinese = language == "zh"
    blind = kind in (Kind.RETURN, Kind.REQUEST) and not order
    named = [f"{sku} ×{plain(qty)}" if chinese else units_of(qty, sku) for qty, sku in items[:3]]
    text = ("、" if chinese else ", ").join(named)
    if len(items) > 3:
        text += f" 等{len(items)}项" if chinese else f" and {len(items) - 3} more"
    if chinese:
        line = f"无原单{kind.zh}" if blind else f"{'仅退款' if kept else kind.zh} {order}"
        line += f"：{text}" if text else ""
        return line + (f"（{reason}）" if reason else "")
    lead = LEADS.get(kind) or f"{kind.name_in('en').capitalize()} of"
    line = (
        f"{kind.name_in('en').capitalize()} without a sale"
        if blind
        else f"{'Goods kept, credit on' if kept else lead} {order}"
    )
    line += f": {text}" if text else ""
    return line + (f" ({reason})" if reason else "")
