"""Output tax that waits for its red invoice: of each credit what waits, what is applied for, and what red invoices took.

A credit whose red invoice comes later books its tax on an account of its own; each posting names the tax account of the
sale that it waits for. `tax_credit` applies for the red invoice (a note), takes the tax back once it is there, or says that
the application lapsed. Which credit it is of stands in its `rl-of`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from returnledger.advances import MAIN
from returnledger.credits import COUPON
from returnledger.findings import Phrase
from returnledger.money import ZERO, places, round_to
from returnledger.roles import Role
from returnledger.rows import Dimensions, Posted, PostedLeg
from returnledger.steps import NET_ROLES
from returnledger.terms import Goods, Kind, Reason, RedReason, RedStage

PENDING = Role.OUTPUT_VAT_PENDING_RED.value
LAPSES = timedelta(days=3)  # 72 hours: a confirmation that nobody confirms by then is void
Obstacle = tuple[str, Phrase, Phrase]  # field, what stands in the way, what to do instead
_OF_ADVANCE = frozenset(role.value for role in MAIN)
_NET = NET_ROLES | {Role.SHIPPING_REVENUE.value, Role.ROUNDING.value}
_CREDITS = frozenset(kind.value for kind in (Kind.RETURN, Kind.ALLOWANCE, Kind.CREDIT_NOTE, Kind.ADVANCE_REFUND))
_OF_SERVICE = frozenset((Reason.SERVICE_NOT_PROVIDED.value, Reason.CONTRACT_CHANGE.value))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Tax of one line, on one account of the sale, that waits for its red invoice: a debit is positive."""

    line: str | None
    account: str  # that the sale booked it to
    waits_on: str
    tax: Decimal
    currency: str
    commodity: str | None = None
    units: Decimal | None = None
    carried: Dimensions = ()


@dataclass(frozen=True, slots=True)
class Application:
    """A red invoice that is applied for, and is neither there nor lapsed."""

    id: str
    confirmation: str
    net: Decimal
    tax: Decimal
    day: date
    code: str = ""

    @property
    def until(self) -> date:
        """The last day on which it can be confirmed."""
        return self.day + LAPSES


@dataclass(frozen=True, slots=True)
class TaxToCredit:
    """What one credit gave back, and what of its tax waits for a red invoice."""

    credit: Posted
    net: Decimal
    tax: Decimal
    nets: Mapping[str | None, Decimal]  # by line
    taxes: Mapping[str | None, Decimal]
    waiting: tuple[Waiting, ...]  # what is left of it
    net_left: Decimal
    applications: tuple[Application, ...]
    red_invoices: tuple[str, ...]  # numbers of those that are there
    codes: tuple[RedReason, ...]  # why: by what became of the goods

    @property
    def tax_left(self) -> Decimal:
        """The tax that no red invoice has taken back."""
        return sum((each.tax for each in self.waiting), ZERO)

    @property
    def applied(self) -> tuple[Decimal, Decimal]:
        """Net and tax of what is applied for."""
        open_ = self.applications
        return sum((each.net for each in open_), ZERO), sum((each.tax for each in open_), ZERO)

    @property
    def currency(self) -> str:
        """The currency of the books that the tax is in."""
        return next((each.currency for each in self.waiting), "") or next(
            (leg.currency for leg in self.credit.legs if leg.role == PENDING), ""
        )


@dataclass(frozen=True, slots=True)
class RedInvoice:
    """What a red invoice, its application or its lapse comes to, against the credit that it is of."""

    stage: RedStage
    credit: TaxToCredit | None = None
    net: Decimal = ZERO
    tax: Decimal = ZERO
    code: str = ""
    application: Application | None = None  # that it confirms or lets lapse
    taken: tuple[Waiting, ...] = ()  # what of the waiting tax it takes
    obstacles: tuple[Obstacle, ...] = ()
    differs: tuple[tuple[str, str, str], ...] = ()  # field, as the event says it, as the credit has it


def another_red_invoice(number: str, other: str) -> tuple[Phrase, Phrase]:
    """Return that a red invoice is recorded with another event already, and what to do instead."""
    obstacle = Phrase("red invoice {number} is that of {id}", {"number": number, "id": other})
    return obstacle, Phrase("write the number of this one, or delete the event")


def taxes_to_credit(entries: Sequence[Posted]) -> tuple[TaxToCredit, ...]:
    """Return the credits of a case that had to wait for a red invoice, from its entries that stand, in their order."""
    credits = [e for e in entries if e.kind in _CREDITS and any(leg.role == PENDING for leg in e.legs)]
    undone = _undone(entries)
    found = [_of_credit(credit, entries, undone) for credit in reversed(credits)]  # what was undone is the last one's
    return tuple(reversed(found))


def _undone(entries: Iterable[Posted]) -> dict[tuple[str | None, str], Decimal]:
    """Return by line and account what inspections took back of credits: the goods went back to the customer."""
    found: dict[tuple[str | None, str], Decimal] = {}
    for entry in entries:
        for leg in entry.legs if entry.kind == Kind.INSPECT else ():
            key = (leg.line, leg.tax_account) if leg.role == PENDING else (leg.line, "")
            if leg.role == PENDING or leg.means in _NET:
                found[key] = found.get(key, ZERO) - leg.amount
    return found


def _of_credit(credit: Posted, entries: Sequence[Posted], undone: dict[tuple[str | None, str], Decimal]) -> TaxToCredit:
    own = [e for e in entries if e.kind == Kind.TAX_CREDIT and (e.told.get("of"), e.order) == (credit.id, credit.order)]
    nets: dict[str | None, Decimal] = {}
    for leg in credit.legs:
        if _is_net(leg):
            nets[leg.line] = nets.get(leg.line, ZERO) + leg.amount
    if credit.kind == Kind.ADVANCE_REFUND:
        nets = {None: _invoiced_of_advance(credit)}
    for line in nets:
        nets[line] -= _take(undone, (line, ""), nets[line])
    waits = {_key(leg): leg for leg in credit.legs if leg.role == PENDING}
    left: dict[tuple[object, ...], tuple[Decimal, Decimal]] = {}
    taxes: dict[str | None, Decimal] = {}
    for key, leg in waits.items():
        amount = leg.amount - _take(undone, (leg.line, leg.tax_account), leg.amount)
        taxes[leg.line] = taxes.get(leg.line, ZERO) + amount
        left[key] = amount, leg.units or ZERO
    for entry in own:
        for leg in entry.legs:
            if leg.role == PENDING and _key(leg) in left:
                amount, units = left[_key(leg)]
                left[_key(leg)] = amount + leg.amount, units + (leg.units or ZERO)
    done = [entry for entry in own if entry.told.get("stage") == RedStage.CONFIRMED]
    taken = sum((Decimal(entry.told.get("net") or 0) for entry in done), ZERO)
    net = sum(nets.values(), ZERO)
    return TaxToCredit(
        credit,
        net,
        sum(taxes.values(), ZERO),
        nets,
        taxes,
        tuple(_waiting(waits[key], *amounts) for key, amounts in left.items() if amounts[0]),
        net - taken,
        tuple(_applications(own)),
        tuple(entry.invoice for entry in done if entry.invoice),
        codes_of(credit),
    )


def _invoiced_of_advance(refund: Posted) -> Decimal:
    """Return what of money paid in advance was invoiced, without tax: in proportion to its tax, by what was booked."""
    debits = [leg for leg in refund.legs if leg.amount > 0]
    whole = sum((leg.amount for leg in debits if leg.role in _OF_ADVANCE), ZERO)
    invoiced = sum((leg.amount for leg in debits if leg.role == PENDING), ZERO)
    taxes = invoiced + sum((leg.amount for leg in debits if leg.role == Role.OUTPUT_VAT_PENDING), ZERO)
    decimals = max((places(leg.amount) for leg in debits), default=2)
    return round_to(Fraction(whole) * Fraction(invoiced) / Fraction(taxes), decimals) if taxes else whole


def _key(leg: PostedLeg) -> tuple[object, ...]:
    return leg.line, leg.tax_account, leg.currency, leg.commodity, leg.carried, leg.item is not None


def _take(undone: dict[tuple[str | None, str], Decimal], key: tuple[str | None, str], most: Decimal) -> Decimal:
    taken = min(undone.get(key, ZERO), max(ZERO, most))
    if taken:
        undone[key] -= taken
    return taken


def _is_net(leg: PostedLeg) -> bool:
    """Return True for what a credit gave back without tax; a bonus on store credit is none of the sale."""
    bonus = leg.means == Role.REVENUE and leg.line is None and COUPON not in (leg.item or {})
    return leg.means in _NET and not bonus


def _waiting(leg: PostedLeg, tax: Decimal, units: Decimal) -> Waiting:
    priced = leg.units is not None
    return Waiting(
        leg.line, leg.tax_account, leg.account, tax, leg.currency, leg.commodity, units if priced else None, leg.carried
    )


def _applications(own: Iterable[Posted]) -> Iterator[Application]:
    """Yield what is applied for and still open: neither confirmed nor lapsed since."""
    found: dict[str, Application] = {}
    for entry in own:
        said = entry.told
        if said.get("stage") == RedStage.APPLIED:
            net, tax = Decimal(said.get("net") or 0), Decimal(said.get("tax") or 0)
            found[entry.id] = Application(
                entry.id, said.get("confirmation", ""), net, tax, entry.dated, said.get("reason-code", "")
            )
        else:
            found.pop(said.get("application", ""), None)
    yield from found.values()


def codes_of(credit: Posted) -> tuple[RedReason, ...]:
    """Return why the red invoices of a credit are issued: goods that came back, a lower price, a service that was stopped.

    A credit of some goods that came back and others that stay has two reasons, and a red invoice for each.
    """
    if credit.kind == Kind.ADVANCE_REFUND:  # nothing was delivered: goods that do not go, or a service that stops
        return (RedReason.RETURNED, RedReason.SERVICE_STOPPED)
    if "correction: true" in credit.event:
        return (RedReason.WRONG_INVOICE,)
    found: dict[RedReason, None] = {}
    for leg in credit.legs:
        item = leg.item or {}
        if "sku" not in item:
            continue
        kept = credit.price_only or item.get("goods") == Goods.KEPT
        if item.get("reason") in _OF_SERVICE and leg.lot is None and "lots" not in item:
            found[RedReason.SERVICE_STOPPED] = None
        else:
            found[RedReason.ALLOWANCE if kept else RedReason.RETURNED] = None
    return tuple(found) or (RedReason.RETURNED,)
