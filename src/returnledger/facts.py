"""Facts: everything that checks and policy may ask about one item of one event, computed once, in this place.

Facts is total: what is not found is None or empty, and a check says so. Money is positive where it goes to the
customer; quantities are units of the commodity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from returnledger.books import CUSTOMER_ROLES, Account, Books, LotUnits, Part, Posted, Sale, SaleLine, total
from returnledger.events import Event, Item
from returnledger.findings import Span
from returnledger.history import LineHistory, Step, take_units
from returnledger.money import ZERO, plain, round_to, shares
from returnledger.policy import FactValue, Policy, policy_for
from returnledger.policy.fact_names import WEEKDAYS
from returnledger.settings import Settings
from returnledger.terms import Goods, Reason, Role


@dataclass(frozen=True, slots=True)
class Identity:
    """What the books know of an event's id and content before it is posted."""

    same_id: Posted | None = None  # posted under this id
    same_id_differs: tuple[tuple[str, str, str], ...] = ()  # field, posted value, value in the file
    same_content: str | None = None  # id under which the same content was posted from another file
    twice_in_file: Span | None = None  # where the same content stands earlier in the input
    same_id_in_input: Span | None = None  # where the same id stands earlier in the input
    edited: Posted | None = None  # posted from this file; its content is gone from it and this one takes its place
    posted: bool = False  # same content, same file: nothing to do


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """Money of one order so far, in the sale's currency, our own entries included."""

    owed: Decimal = ZERO  # what the customer still owes on the order
    paid_in: Decimal = ZERO
    paid_out: Decimal = ZERO
    payable: Decimal = ZERO  # credited and not yet paid out
    credited: Decimal = ZERO
    receivables: tuple[tuple[str, Decimal], ...] = ()  # account, what is open on it
    tenders: tuple[tuple[str, Decimal], ...] = ()  # account, paid in through it less paid out through it
    shipping_left: tuple[Part, ...] = ()  # shipping not yet refunded, credits as booked

    @property
    def refundable(self) -> Decimal:
        """What may still be paid out at the most: paid in less paid out."""
        return max(ZERO, self.paid_in - self.paid_out)


@dataclass(frozen=True, slots=True)
class Facts:
    """One item of one event, against its sale."""

    event: Event
    settings: Settings
    day: date | None  # the posting date
    index: int = 0  # of the item in the event
    item: Item | None = None  # as written; None for a line of a whole order
    identity: Identity = field(default_factory=Identity)
    policy: Policy | None = None
    orders: tuple[str, ...] = ()  # orders that go by the reference
    nearest: tuple[str, ...] = ()  # names like the one that was not found
    sale: Sale | None = None
    order: OrderFacts = field(default_factory=OrderFacts)
    matches: tuple[SaleLine, ...] = ()  # lines the item could mean
    line: SaleLine | None = None
    history: LineHistory | None = None
    quantity: Decimal | None = None
    asked: Decimal | None = None  # the quantity as typed, where several lines share it
    returnable: Decimal = ZERO  # units of the line that can still come back
    can_return: Decimal = ZERO  # the same for all lines that the item means
    serials_back: frozenset[str] = frozenset()  # serial numbers of the order that came back
    lots: tuple[LotUnits, ...] = ()  # the lots the units come back from
    lot_matches: bool = True  # False where the event names a lot that the line did not take, or too few of it are out
    credit: tuple[Part, ...] = ()  # what the sale gave for these units, turned round: debits of revenue and tax
    cost: tuple[Part, ...] = ()  # cost of goods to give back: credits
    price: Decimal | None = None  # unit price of the sale, net of tax
    price_incl_tax: Decimal | None = None
    requested: date | None = None
    category: str | None = None
    supplier: str | None = None
    case: tuple[Posted, ...] = ()  # entries of the case that stand, for refund
    target: tuple[Posted, ...] = ()  # entries a void undoes
    target_voided: bool = False
    dependants: tuple[str, ...] = ()  # later events that must be voided first
    amount_given: Decimal | None = None  # of an allowance: this line's share, tax included
    allowance_left: Decimal = ZERO  # what could still be credited on the line, tax included
    worth_left: Decimal = ZERO  # the same for all lines that an allowance is shared over
    customer_returns_90d: int | None = None
    customer_credited: Decimal = ZERO  # within split_days, before this event
    order_credited: Decimal = ZERO
    number_used_by: str | None = None
    accounts: Mapping[str, Account] = field(default_factory=dict)
    locked_until: date | None = None
    codes: tuple[str, ...] = ()  # of all checks: what a waiver can name
    auto_choice: str = ""  # how `return: auto` chose, for the decision
    found_units: Decimal | None = None  # of `return: auto`: units found in all, where too few
    unit_known: bool = True
    returned_before: date | None = None  # the earliest day the units were out, when that is after the return

    @property
    def goods(self) -> Goods | None:
        """Where the event says the goods are; None where the policy may decide."""
        return getattr(self.event.body, "goods", None)

    @property
    def reason(self) -> Reason | None:
        """The reason of the item, else of the event."""
        return (self.item.reason if self.item else None) or None

    @property
    def gross(self) -> Decimal:
        """What the units are worth to the customer, tax included, before fees."""
        return sum((part.amount for part in self.credit), ZERO)

    @property
    def net(self) -> Decimal:
        """The same without tax."""
        return sum((part.amount for part in self.credit if part.role is not Role.OUTPUT_VAT), ZERO)

    def at(self, name: str) -> Span:
        """Return where the event says `name` of this item, else where the item or event stands."""
        places = self.event.places
        return places.get(("items", self.index, name)) or places.get((name,)) or self.place

    def in_books(self, where: object) -> str:
        """Return a place in the ledger as seen from the folder of the settings."""
        return str(where).removeprefix(f"{self.settings.root}/")

    @property
    def place(self) -> Span:
        """Where the item stands."""
        return self.event.places.get(("items", self.index)) or self.event.place


def order_facts(sale: Sale, entries: Iterable[Posted]) -> OrderFacts:
    """Return the money side of an order: what is owed, was paid in and out, and is payable, in the sale's currency."""
    open_on: dict[str, Decimal] = {}
    for booked in sale.receivable:
        open_on[booked.account] = open_on.get(booked.account, ZERO) + booked.amount
    paid: dict[str, Decimal] = {}
    for tender in sale.tenders:
        paid[tender.account] = paid.get(tender.account, ZERO) + tender.amount
    paid_in, paid_out, payable, credited = sum(paid.values(), ZERO), ZERO, ZERO, ZERO
    shipping = [part.amount for part in sale.shipping]
    entries = tuple(entries)
    undone = {entry.voids for entry in entries if entry.voids}
    for entry in entries:
        for leg in entry.legs:
            if leg.currency != sale.currency:
                continue
            if leg.role == Role.ACCOUNTS_RECEIVABLE:
                open_on[leg.account] = open_on.get(leg.account, ZERO) + leg.amount
            elif leg.role == Role.REFUND_PAYABLE:
                payable -= leg.amount
            elif leg.role in (Role.CASH_BANK, Role.STORE_CREDIT_LIABILITY):
                paid_out -= leg.amount
                paid[leg.account] = paid.get(leg.account, ZERO) + leg.amount
            elif leg.line is None and leg.role in (Role.SHIPPING_REVENUE, Role.OUTPUT_VAT):
                for i, part in enumerate(sale.shipping):
                    if part.role == leg.role and part.account == leg.account:
                        shipping[i] += leg.amount
                        break
        if entry.kind != "refund" and not entry.voids and entry.id not in undone:
            credited -= total((leg for leg in entry.legs if leg.role in CUSTOMER_ROLES and leg.amount < 0), CUSTOMER_ROLES)
    return OrderFacts(
        owed=max(ZERO, sum(open_on.values(), ZERO)),
        paid_in=paid_in,
        paid_out=paid_out,
        payable=payable,
        credited=credited,
        receivables=tuple((name, amount) for name, amount in open_on.items() if amount > 0),
        tenders=tuple((name, amount) for name, amount in paid.items() if amount > 0),
        shipping_left=tuple(
            Part(part.role, part.account, amount, part.currency) for part, amount in zip(sale.shipping, shipping, strict=True) if amount < 0
        ),
    )


def credit_of(line: SaleLine, history: LineHistory, quantity: Decimal, item: Item | None, decimals: int) -> tuple[Part, ...]:
    """Return what `quantity` units of a line give back by part, positive for debits: its cumulative shares.

    A price given on the event that is lower than the sale's (an agreed price) scales the parts; the difference is
    settled with the units and leaves no residue.
    """
    entitled = [history.entitled(part, quantity) for part in line.parts]
    given = _given_gross(item, quantity)
    whole = sum(entitled, ZERO)
    if given is not None and given < whole and not _rounds_to(whole, quantity, item, decimals):
        tax = sum((n for part, n in zip(line.parts, entitled) if part.role is Role.OUTPUT_VAT), ZERO)
        gross = round_to(given, decimals)
        return dealt(line.parts, entitled, gross, round_to(given * tax / whole, decimals), decimals)
    return tuple(Part(part.role, part.account, n, part.currency) for part, n in zip(line.parts, entitled) if n)


def _rounds_to(whole: Decimal, quantity: Decimal, item: Item | None, decimals: int) -> bool:
    """Return True if the given unit price is the sale's, rounded: three units for 10.00 cost 3.33 each."""
    return item is not None and item.price_incl_tax == round_to(Fraction(whole) / Fraction(quantity), decimals)


def dealt(
    parts: Iterable[Part], weights: Iterable[Decimal], gross: Decimal, tax: Decimal, decimals: int
) -> tuple[Part, ...]:
    """Return a credit of `gross`, `tax` of it tax, in the accounts of the parts: each kind by the weights of its own."""
    pairs = list(zip(parts, weights, strict=True))
    credit = []
    for is_tax, amount in ((False, gross - tax), (True, tax)):
        own = [(part, weight) for part, weight in pairs if (part.role is Role.OUTPUT_VAT) is is_tax]
        for (part, _), share in zip(own, shares(amount, [weight for _, weight in own], decimals), strict=True):
            if share:
                credit.append(replace(part, amount=share))
    return tuple(credit)


def _given_gross(item: Item | None, quantity: Decimal) -> Decimal | None:
    if item is None:
        return None
    if item.price_incl_tax is not None:
        return item.price_incl_tax * quantity
    if item.price is not None and item.tax is not None:
        return item.price * quantity + item.tax
    return None


def lots_back(history: LineHistory, quantity: Decimal, item: Item | None, day: date) -> tuple[tuple[LotUnits, ...], bool]:
    """Return the lots that `quantity` units come back from, newest first, and whether the lot the event names fits."""
    left = history.lots_left()
    wanted = item.lot if item else None
    if wanted:
        left = [lot for lot in left if lot_is(lot, wanted)]
    taken, _ = take_units(left, quantity)
    have = sum((lot.units for lot in taken), ZERO)
    return taken, not wanted or have == quantity


def lot_is(lot: LotUnits, wanted: str) -> bool:
    """Return True if `wanted` names the lot: its label, else its date, else its unit cost."""
    return wanted in (lot.lot.label, lot.lot.date.isoformat(), plain(lot.lot.number))


def line_facts(base: Facts, line: SaleLine, history: LineHistory, quantity: Decimal | None) -> dict[str, object]:
    """Return the fields of Facts that follow from the line, its history and a quantity."""
    sale = base.sale
    assert sale is not None
    returnable = line.units - history.units_taken
    fields: dict[str, object] = {"line": line, "history": history, "quantity": quantity, "returnable": returnable}
    fields["can_return"] = returnable
    fields["price"] = line.net / line.units if line.units else None
    fields["price_incl_tax"] = (line.net + line.tax) / line.units if line.units else None
    fields["allowance_left"] = max(ZERO, history.worth)
    if quantity is None or quantity <= 0 or quantity > returnable:
        return fields
    lots, fits = lots_back(history, quantity, base.item, base.day or line.date)
    fields["lots"], fields["lot_matches"] = lots, fits
    fields["credit"] = credit_of(line, history, quantity, base.item, sale.decimals)
    fields["cost"] = tuple(
        Part(part.role, part.account, -amount, part.currency)
        for part in line.cogs
        if (amount := history.cost_back(lots, part))
    )
    return fields


def allowance_facts(base: Facts, line: SaleLine, history: LineHistory, amount: Decimal | None) -> dict[str, object]:
    """Return the fields of Facts of an allowance of `amount`, tax included, on one line.

    The tax in it is the share that tax has in what is left of the line.
    """
    sale, left = base.sale, max(ZERO, history.worth)
    assert sale is not None
    fields = line_facts(base, line, history, None) | {"quantity": ZERO, "amount_given": amount, "allowance_left": left}
    if amount is None or amount <= 0 or amount > left:
        return fields
    tax = round_to(Fraction(amount) * Fraction(history.remaining(tax=True)) / Fraction(left), sale.decimals)
    parts = [part for part in line.parts if part.role is not Role.SALES_DISCOUNTS]
    fields["credit"] = dealt(parts, [-part.amount for part in parts], amount, tax, sale.decimals)
    return fields


def with_step(history: LineHistory, facts: Facts, with_goods: bool) -> LineHistory:
    """Return the history after an item of the same event, so that the next item of that line gets the rest."""
    lots = tuple(((lot.account, lot.lot), lot.units) for lot in facts.lots)
    step = Step(units=facts.quantity or ZERO, lots=lots, with_goods=with_goods)
    return LineHistory(history.line, (*history.steps, step), history.decimals)


def policy_facts(facts: Facts, **more: FactValue) -> dict[str, FactValue]:
    """Return the facts of an item by the names that policies use; `more` are those that a decision adds on its way."""
    sale, line, event = facts.sale, facts.line, facts.event
    sold = sale.date if sale else None
    asked_on = facts.requested
    names: dict[str, FactValue] = {
        "kind": event.kind.value,
        "sku": line.sku if line else (facts.item.sku if facts.item else None),
        "category": facts.category,
        "supplier": facts.supplier,
        "customer": sale.customer if sale else None,
        "customer_group": sale.metadata.get("customer_group") if sale else None,
        "channel": getattr(event.body, "channel", None) or (sale.metadata.get("channel") if sale else None),
        "country": sale.metadata.get("country") if sale else None,
        "contract": sale.metadata.get("contract") if sale else None,
        "reason": facts.reason.value if facts.reason else None,
        "qty": facts.quantity,
        "line_amount": facts.gross if facts.credit else facts.amount_given,
        "days_since_sale": Decimal((asked_on - sold).days) if asked_on and sold else None,
        "days_since_delivered": Decimal((asked_on - sale.delivered).days) if asked_on and sale and sale.delivered else None,
        "customer_returns_90d": None if facts.customer_returns_90d is None else Decimal(facts.customer_returns_90d),
        "evidence": frozenset(evidence_types(event)),
        "order_tags": frozenset(sale.tags) if sale else None,
        "weekday": None if asked_on is None else WEEKDAYS[asked_on.weekday()],
        "method": getattr(event.body, "method", None),
    }
    if line is not None:
        discount = sum((part.amount for part in line.parts if part.role is Role.SALES_DISCOUNTS), ZERO)
        list_price = line.net + discount
        names["discount_percent"] = discount * 100 / list_price if list_price else ZERO
    names.update(more)
    return names


def evidence_types(event: Event) -> Iterable[str]:
    """Yield what kinds of evidence the event brings: the type it names, else what the file's ending says."""
    for paper in event.body.evidence:
        yield paper.type or ("photo" if paper.path.lower().endswith(PICTURES) else "document")


PICTURES = (".jpg", ".jpeg", ".png", ".heic", ".webp", ".gif")

def customer_history(books: Books, customer: str | None, day: date | None, days: int) -> tuple[int, Decimal]:
    """Return how many return events a customer had in the `days` before `day`, and what they were credited."""
    if customer is None or day is None:
        return 0, ZERO
    since = day - timedelta(days=days)
    by_event: dict[str, Decimal] = {}
    for credit in books.customers.get(customer, ()):
        if since < credit.date <= day:
            by_event[credit.event] = by_event.get(credit.event, ZERO) + credit.amount
    standing = [amount for amount in by_event.values() if amount > 0]
    return len(standing), sum(standing, ZERO)


def chosen_policy(policies: tuple[Policy, ...], sale: Sale | None, requested: date | None) -> Policy | None:
    """Return the policy in force on the day of the sale, or of the request where the policy says so."""
    return None if sale is None else policy_for(policies, sale.date, requested)
