"""The register of credit documents: every return and allowance that took revenue back, with its tax.

What an estimate had set aside, or the year before bears, was revenue too. Numbers are checked for gaps and doubles, tax is
shown by rate, and the sums tie to the accounts of sales returns and output tax.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from returnledger.credits import OF_OTHERS
from returnledger.money import ZERO, decimals_of, quantum, round_to
from returnledger.reports import bql, options, ties
from returnledger.reports.numbering import number_notes
from returnledger.reports.source import Source
from returnledger.reports.table import N_, Column, Phrase, Report, Row, Table, Tie
from returnledger.roles import Role
from returnledger.terms import UNDOING, Kind

TITLE = N_("Register of credit documents")
OPTIONS: dict[str, str] = {
    "from": N_("the first day"),
    "to": N_("the last day"),
    "period": N_("a month 2026-11, a quarter 2026-Q4 or a year 2026"),
    "customer": N_("only this customer"),
}
_DEFINITION = N_(
    "net = revenue taken back (returns, allowances, discounts, delivery); tax = output tax taken back; fee = fees kept; "
    "gross = net + tax - fee, what the customer gets"
)
NET = (
    Role.REVENUE,
    Role.SALES_RETURNS,
    Role.SALES_ALLOWANCES,
    Role.SALES_DISCOUNTS,
    Role.SHIPPING_REVENUE,
    Role.ROUNDING,
)
COLUMNS = (
    Column("number", N_("number"), "text", N_("number of the document")),
    Column("date", N_("date"), "date", N_("day it was booked")),
    Column("kind", N_("kind"), "code", N_("return, allowance, or void of one of them"), words=Kind, spare=True),
    Column("order", N_("order"), "text", N_("the order it belongs to")),
    Column("customer", N_("customer"), "text", N_("as the entry names the customer"), spare=True),
    Column("net", N_("net amount"), "money", N_("revenue taken back, without tax")),
    Column("tax", N_("tax"), "money", N_("output tax taken back")),
    Column("fee", N_("fee"), "money", N_("fees kept from the refund, without tax")),
    Column("gross", N_("gross"), "money", N_("net + tax - fee")),
    Column("currency", N_("currency"), "currency", N_("the currency of the amounts")),
    Column("red_invoice", N_("red invoice"), "text", N_("number of the red invoice")),
    Column("event", N_("event"), "text", N_("the id of the event"), spare=True),
)
RATE_COLUMNS = (
    Column("tax_rate", N_("tax rate"), "rate", N_("tax / net of the line, as charged"), N_("share of 1")),
    Column("documents", N_("documents"), "number", N_("documents with this rate")),
    Column("net", N_("net amount"), "money", N_("revenue taken back, without tax, less fees kept with tax")),
    Column("tax", N_("tax"), "money", N_("output tax taken back")),
    Column("currency", N_("currency"), "currency", N_("the currency of the amounts")),
)
# Events that move revenue or output tax and credit nobody for a sale: `report advances` has money paid in advance.
_NO_CREDIT = OF_OTHERS | {Kind.ADVANCE_REFUND.value}


@dataclass(slots=True)
class _Line:
    """What a document takes back of one line: revenue, each posting of tax, and the fee that is kept of it."""

    net: Decimal = ZERO
    fee: Decimal = ZERO
    taxes: list[Decimal] = field(default_factory=list)

    @property
    def taxed(self) -> tuple[Decimal, Decimal]:
        """What was taxed, and its tax: a fee whose own tax stands beside that of the goods comes off both."""
        with_fee = len({number > 0 for number in self.taxes}) > 1
        return self.net + (self.fee if with_fee else ZERO), sum(self.taxes, ZERO)


@dataclass(slots=True)
class _Document:
    """One credit document, or the void of one."""

    day: date
    event: str
    kind: str
    number: str | None
    order: str | None
    customer: str | None
    voids: str | None
    red_invoice: str | None
    currency: str
    brings: str = ""  # of a red invoice that came later, or the void of one: the credit that it is of
    net: Decimal = ZERO
    tax: Decimal = ZERO
    fee: Decimal = ZERO
    accounts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    lines: dict[str | None, _Line] = field(default_factory=lambda: defaultdict(_Line))

    def add(self, role: str, line: str | None, account: str, number: Decimal) -> None:
        self.accounts[account] += number
        if role in NET:
            self.net += number
            self.lines[line].net += number
        elif role == Role.OUTPUT_VAT:
            self.tax += number
            self.lines[line].taxes.append(number)
        elif role == Role.RESTOCKING_FEE_REVENUE:
            self.fee -= number
            self.lines[line].fee += number

    @property
    def empty(self) -> bool:
        """True where nothing of the document is in this currency."""
        return not (self.net or self.tax or self.fee)

    def row(self) -> Row:
        gross = self.net + self.tax - self.fee
        return (
            *(self.number, self.day, self.kind, self.order, self.customer),
            *(self.net, self.tax, self.fee, gross, self.currency, self.red_invoice, self.event),
        )


def build(given: Mapping[str, str], source: Source) -> Report:
    """Return the register of `source`; raises Refused for an option it can't mean."""
    first, last = options.period(given)
    last = last or bql.last_day(source)
    every = _documents(bql.ask_ledger(source, "credit-notes", last))
    within = [document for document in every if not first or document.day >= first]
    customer = given.get("customer")
    credits = [document for document in within if not document.brings]
    shown = [document for document in credits if customer is None or document.customer == customer]
    return Report(
        name="credit-notes",
        title=Phrase(TITLE),
        table=Table(COLUMNS, tuple(document.row() for document in shown), _totals(shown)),
        definition=Phrase(_DEFINITION),
        basis=Phrase(N_("event date: the day the document was booked")),
        source=Phrase(N_("the ledger itself, query {file}"), {"file": "credit-notes.bql"}),
        period=(first, last),
        filters=(("customer", customer),) if customer is not None else (),
        parts=(_by_rate(shown),),
        notes=number_notes(
            # One document may stand on several orders.
            [number for _, number in {(d.event, d.number): None for d in every if d.kind not in UNDOING}],
            sum(1 for document in credits if not document.number),
        ),
        ties=_ties(source, first, last, within),
        commit=source.commit,
    )


def _documents(postings: Iterable[tuple[Any, ...]]) -> list[_Document]:
    """Return the documents in order of date and number; a void stands under the number of what it undoes."""
    found: dict[tuple[str, str | None, str], _Document] = {}
    others: set[str] = set()
    numbers: dict[tuple[str | None, str | None], tuple[str | None, str | None]] = {}
    for posting in postings:
        day, event, kind, number, order, voids, red, customer, credit, payee, *money = posting
        role, instead, line, account, amount, currency = money
        if kind in (Kind.RETURN, Kind.ALLOWANCE, Kind.CREDIT_NOTE):
            numbers[event, order] = (number, red)
        if kind in _NO_CREDIT:
            others.add(event)
        document = found.setdefault(
            (event, order, currency),
            _Document(day, event, kind, number, order, customer or payee, voids, red, currency),
        )
        if kind == Kind.TAX_CREDIT:
            document.brings = credit or ""
        document.add(instead or role, line, account, amount)
    _red_invoices(found.values())
    full = {key[:2] for key, document in found.items() if not document.empty}
    documents = [
        document
        for document in found.values()
        if not (document.empty and (document.event, document.order) in full)
        and (not document.empty or document.number or document.brings)
        and not {document.event, document.voids} & others
    ]
    for document in documents:
        if document.voids:
            number, red = numbers.get((document.voids, document.order), (None, None))
            document.number, document.red_invoice = document.number or number, document.red_invoice or red
    return sorted(documents, key=lambda document: (document.day, document.number or "", document.event))


def _red_invoices(documents: Iterable[_Document]) -> None:
    """Give each credit the numbers of the red invoices that came later and stand, and mark the voids of these."""
    documents = list(documents)
    voided = {document.voids for document in documents}
    later = {(d.event, d.order): d for d in documents if d.brings}
    for document in documents:
        undone = later.get((document.voids or "", document.order))
        document.brings = document.brings or (undone.brings if undone else "")
    for (event, order), red in later.items():
        of = [] if event in voided else [d for d in documents if (d.event, d.order) == (red.brings, order)]
        for credit in of:
            credit.red_invoice = ", ".join(filter(None, (credit.red_invoice, red.red_invoice)))


def _totals(documents: list[_Document]) -> tuple[Row, ...]:
    sums: dict[str, _Document] = {}
    for document in documents:
        blank = _Document(document.day, "", "", None, None, None, None, None, document.currency)
        total = sums.setdefault(document.currency, blank)
        total.net, total.tax, total.fee = total.net + document.net, total.tax + document.tax, total.fee + document.fee
    return tuple((*(None,) * 5, *sums[currency].row()[5:10], None, None) for currency in sorted(sums))


def _by_rate(documents: list[_Document]) -> Table:
    """Return net and tax by tax rate: by line where tax was booked by line, else by document."""
    nets: dict[tuple[str, Decimal | None], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    seen: dict[tuple[str, Decimal | None], set[tuple[str, str | None]]] = defaultdict(set)
    for document in documents:
        lines = [line.taxed for line in document.lines.values() if line.net or line.taxes]
        if any((net == 0) != (tax == 0) for net, tax in lines) and document.tax:
            lines = [(sum((net for net, _ in lines), ZERO), document.tax)]
        for net, tax in lines:
            key = (document.currency, rate_of(net, tax, document.currency))
            nets[key] = [nets[key][0] + net, nets[key][1] + tax]
            seen[key].add((document.event, document.order))
    keys = sorted(nets, key=lambda key: (key[0], key[1] is None, key[1] or ZERO))
    rows = tuple((rate, Decimal(len(seen[currency, rate])), *nets[currency, rate], currency) for currency, rate in keys)
    return Table(RATE_COLUMNS, rows, key="tax_by_rate", heading=N_("Tax by rate"))


def rate_of(net: Decimal, tax: Decimal, currency: str) -> Decimal | None:
    """Return the tax rate, as a share of 1, that makes `tax` of `net`: the roundest that fits to one minor unit.

    None where there is no net amount to relate it to.
    """
    if not net:
        return ZERO if not tax else None
    unit = quantum(decimals_of(currency))
    for decimals in (2, 3, 4):
        rate = round_to(tax / net, decimals)
        if abs(net * rate - tax) <= unit:
            return rate
    return round_to(tax / net, 4)


def _ties(source: Source, first: date | None, last: date | None, documents: list[_Document]) -> tuple[Tie, ...]:
    """Compare with the entries that take revenue back, found by account alone, whoever wrote them."""
    role_of = cache(source.role_of)
    booked: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for sums in _turnover(bql.ask_ledger(source, "income", last), role_of, first):
        for (account, currency), number in sums.items():
            if _tied(role_of(account)):
                booked[account, currency] += number
    reported: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for document in documents:
        for account, number in document.accounts.items():
            if _tied(role_of(account)):
                reported[account, document.currency] += number
    return ties.tie(reported, booked, sorted({account for account, _ in {**reported, **booked}}))


def _turnover(
    postings: Iterable[tuple[Any, ...]], role_of: Callable[[str], Role | None], first: date | None
) -> Iterator[Mapping[tuple[str, str], Decimal]]:
    """Yield by account what each entry since `first` books that takes revenue back, or undoes or completes one that did."""
    entries: dict[tuple[Any, Any], dict[tuple[str, str], Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    nets: dict[tuple[Any, Any, str], Decimal] = defaultdict(Decimal)
    whole: set[tuple[Any, Any]] = set()  # entries that count whatever they make of revenue
    postings = list(postings)
    others = {event for _, _, _, event, kind, *_ in postings if kind in _NO_CREDIT}
    for day, file, line, event, kind, voids, instead, account, currency, number in postings:
        if kind in _NO_CREDIT or voids in others or (first and day < first):
            continue
        entries[file, line][account, currency] += number
        role = instead or role_of(account)
        # What somebody sets aside by hand moves revenue and liability against each other, and is no credit.
        if role in NET or (role == Role.REFUND_LIABILITY and not event):
            nets[file, line, currency] += number
        if kind in UNDOING or kind == Kind.TAX_CREDIT:
            whole.add((file, line))
    for place, sums in entries.items():
        yield {key: number for key, number in sums.items() if place in whole or nets[*place, key[1]] > 0}


def _tied(role: Role | None) -> bool:
    return role in NET or role is Role.OUTPUT_VAT
