"""What each posting of a sale is for: goods going out, revenue, discount, tax, delivery, money.

The account says it, by its role in the settings; for an account without a role a `sku` or `line` on the posting says
that it is a line of the sale.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from beancount.core.data import Transaction

from returnledger.money import ZERO
from returnledger.roles import Role
from returnledger.rows import Noted, Place, shown
from returnledger.sales.by_hand.moved import moves_goods
from returnledger.sales.recognition import COGS, GOODS_SENT, REVENUE, UNNAMED, Recognition
from returnledger.sales.values import text_of
from returnledger.sales.weighed import AtCost, Weighed
from returnledger.sales.weighed import Posting as Posting

# What the customer's money of a sale stands on, apart from a fee that a bank or marketplace kept of it.
CUSTOMER_SIDE = (
    "advance", "discount", "receivable", "revenue", "rounding", "settlement", "shipping", "tax", "tenders", "unnamed",
)  # fmt: skip


class Flow:
    """The postings of one transaction, or of several that make one sale together, by what they are for."""

    __slots__ = (
        "advance", "afloat", "back", "bearing", "bought", "cogs", "discount", "fees", "inferred", "lines", "other", "out", "priced", "problems",
        "receivable", "revenue", "rounding", "settlement", "shipping", "tax", "tenders", "transactions", "unnamed", "value",
    )  # fmt: skip

    def __init__(self) -> None:
        """Start without postings."""
        self.transactions: list[Transaction] = []
        self.lines: list[Posting] = []  # goods out and revenue, in order of posting
        self.out: list[Posting] = []  # at cost, units below zero
        self.back: list[Posting] = []  # at cost, units above zero
        self.revenue: list[Posting] = []
        self.discount: list[Posting] = []
        self.tax: list[Posting] = []
        self.shipping: list[Posting] = []
        self.rounding: list[Posting] = []
        self.cogs: list[Posting] = []
        self.receivable: list[Posting] = []
        self.tenders: list[Posting] = []
        self.unnamed: list[Posting] = []
        self.advance: list[Posting] = []
        self.afloat: list[Posting] = []  # at cost among goods shipped: in with the delivery, out with the sale
        self.settlement: list[Posting] = []
        self.fees: list[Posting] = []  # expenses of no role: what a bank or marketplace kept for itself
        self.value: list[Posting] = []  # stock kept by value alone
        self.other: list[Posting] = []  # without a part in a sale that their account tells
        self.priced: list[Posting] = []  # money in another currency, of whatever purpose
        self.bought: list[Posting] = []  # what is owed for goods that never were in stock
        self.bearing: list[Any] = []  # lines that alone bear the discounts that name none
        self.problems: list[Noted] = []
        self.inferred: list[Noted] = []

    def adders(self) -> tuple[Callable[[Posting], object], ...]:
        """Return by purpose what adds a posting without cost."""
        return (
            self.revenue.append, self.discount.append, self.tax.append, self.shipping.append, self.rounding.append,
            self.cogs.append, self.receivable.append, self.tenders.append, self.unnamed.append, self.other.append, id,
            self.advance.append, self.settlement.append, self.fees.append, self.cogs.append, self.value.append,
        )  # fmt: skip

    @property
    def sells(self) -> bool:
        """True if goods go out or revenue is booked."""
        return bool(self.out or self.revenue)

    @property
    def is_whole(self) -> bool:
        """True if both goods and revenue are here, so that it can be allocated by itself."""
        return bool(self.out and self.revenue)


def flow_of(transaction: Transaction, recognition: Recognition) -> Flow:
    """Return the postings of a transaction by what they are for."""
    flow = Flow()
    flow.transactions.append(transaction)
    purposes, sku_key, line_key = recognition.purposes, recognition.sku, recognition.line
    out, revenue, lines, add = flow.out, flow.revenue, flow.lines, flow.adders()
    for posting in booked(transaction):
        purpose = purposes[posting.account]
        if posting.cost is not None:
            if purpose == GOODS_SENT:
                flow.afloat.append(posting)
            elif purpose == COGS:
                flow.cogs.append(AtCost(posting))
            elif posting.units.number < 0:
                out.append(posting)
                lines.append(posting)
            else:
                flow.back.append(posting)
            continue
        if posting.price is not None:
            posting = Weighed(posting)
            flow.priced.append(posting)
        if purpose == UNNAMED:
            meta = posting.meta
            if meta and (sku_key in meta or line_key in meta):
                purpose = REVENUE
        if purpose != REVENUE:
            add[purpose](posting)
        elif posting.units.number > 0:
            flow.discount.append(posting)
        else:
            revenue.append(posting)
            lines.append(posting)
    if flow.unnamed and flow.advance:  # tax in what was paid in advance comes in and is used with it
        pending = [p for p in flow.unnamed if recognition.role_of(p.account) is Role.OUTPUT_VAT_PENDING]
        flow.advance += pending
        flow.unnamed = [p for p in flow.unnamed if p not in pending]
    if flow.unnamed:
        _name_income(flow)
    if flow.back and flow.out and not flow.revenue and moves_goods(transaction):
        flow.lines, flow.out, flow.back = [], [], []
    if flow.revenue and not flow.out:
        _keep_fee(flow, recognition)
    return flow


def _keep_fee(flow: Flow, recognition: Recognition) -> None:
    """Take what is earned for a fee that lowers what is given back, where more revenue is given back than earned."""
    given = [*flow.discount, *(p for p in flow.other if recognition.gives_back(p.account))]
    if given and sum([p.units.number for p in (*flow.revenue, *given)], ZERO) > 0:
        flow.discount += flow.revenue
        flow.revenue, flow.lines = [], []


def _name_income(flow: Flow) -> None:
    """Take income of no known role for revenue where goods go out and nothing else is revenue."""
    income = [p for p in flow.unnamed if p.account.startswith("Income") and p.units.number <= 0]
    if flow.out and income and not flow.revenue:
        flow.unnamed = [p for p in flow.unnamed if p not in income]
        flow.revenue.extend(income)
        flow.lines.extend(income)


def place_of(posting: Posting) -> Place | None:
    """Return the file and line that a posting stands at, None for one that a plugin made."""
    meta = posting.meta
    return (meta.get("filename", ""), meta["lineno"]) if meta and "lineno" in meta else None


def shown_at(posting: Posting) -> str:
    """Return the file and line of a posting as findings show them."""
    return shown(place_of(posting))


def names_in(posting: Posting, recognition: Recognition) -> list[tuple[str, str]]:
    """Return the line and SKU that a posting names, each with its metadata key."""
    meta = posting.meta or {}
    return [(key, text_of(meta[key])) for key in (recognition.line, recognition.sku) if key in meta]


def booked(transaction: Transaction) -> list[Posting]:
    """Return the postings of a booked transaction."""
    return cast("list[Posting]", transaction.postings)
