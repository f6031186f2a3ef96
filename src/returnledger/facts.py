"""Facts: everything that checks and policy may ask about one item of one event, computed once, in this place.

Facts is total: what is not found is None or empty, and a check says so. Money is positive where it goes to the
customer; quantities are units of the commodity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from returnledger.advancecase import AdvanceFacts, MoveSpent
from returnledger.cases import Case
from returnledger.dealings import Dealings
from returnledger.estimates import Estimate
from returnledger.events import Event, Item
from returnledger.findings import Phrase, Span
from returnledger.history import LineHistory
from returnledger.money import ZERO, decimals_of
from returnledger.ordermoney import OrderFacts
from returnledger.outgoing import Selling
from returnledger.places import seen_from
from returnledger.policy import Chosen, Policy
from returnledger.roles import Role
from returnledger.rows import PART_OF, Account, LotUnits, Part, Posted, Sale, SaleLine
from returnledger.settings import Settings
from returnledger.signing import Signed
from returnledger.taxcredits import RedInvoice
from returnledger.terms import CREDITING, OPENING, Goods, Kind, Reason


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
class Match:
    """One sale line that `return: auto` could take units from: what is left of it, at what price and cost."""

    order: str
    line: str
    date: date
    left: Decimal
    price_incl_tax: Decimal  # per unit
    currency: str
    place: Span
    unit_cost: Decimal | None = None  # of the units left, in the currency of their lots
    cost_currency: str = ""
    taken: Decimal = ZERO
    difference: Decimal | None = None  # of its unit cost to that of the first line taken from
    why_not: str = (
        ""  # unreadable, no_stock, other_sku, other_currency: it can't be chosen without its order being named
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """One item of one event, against its sale."""

    event: Event
    settings: Settings
    day: date | None  # the posting date: the event's, or the next open day where the policy moves it
    index: int = 0  # of the item in the event
    item: Item | None = None  # as written; None for a line of a whole order
    identity: Identity = field(default_factory=Identity)
    policy: Policy | None = None
    orders: tuple[str, ...] = ()  # orders that go by the reference
    purchases: tuple[str, ...] = ()  # purchases that go by the reference of a supplier return
    places_of_orders: Mapping[str, str] = field(default_factory=dict)  # file and line of each, where they are several
    nearest: tuple[str, ...] = ()  # names like the one that was not found
    sale: Sale | None = None
    order: OrderFacts = field(default_factory=OrderFacts)
    matches: tuple[SaleLine, ...] = ()  # lines the item could mean
    event_gross: Decimal = ZERO  # what all items of the event are worth
    entire: frozenset[str] = frozenset()  # SKUs of which every unit comes back with this event
    line: SaleLine | None = None
    history: LineHistory | None = None
    quantity: Decimal | None = None
    before: Decimal = ZERO  # of a step of a case: units of the line that items before this one take
    asked: Decimal | None = None  # the quantity as typed, where several lines share it
    returnable: Decimal = ZERO  # units of the line that can still come back
    can_return: Decimal = ZERO  # the same for all lines that the item means
    serials_back: frozenset[str] = frozenset()  # serial numbers of the order that came back
    lots: tuple[LotUnits, ...] = ()  # the lots the units come back from
    afloat: tuple[LotUnits, ...] = ()  # of these units, what was not yet sold: out of goods shipped at cost
    lot_matches: bool = True  # False where the event names a lot that the line did not take, or too few of it are out
    credit: tuple[Part, ...] = ()  # what the sale gave for these units, turned round: debits of revenue and tax
    cost: tuple[Part, ...] = ()  # cost of goods to give back: credits
    price: Decimal | None = None  # unit price of the sale, net of tax
    price_incl_tax: Decimal | None = None
    requested: date | None = None
    category: str | None = None
    supplier: str | None = None
    case: tuple[Posted, ...] = ()  # entries of the case that stand, for refund
    now: Case | None = None  # the case as its entries that stand have left it by the day
    recorded: tuple[Signed, ...] = ()  # of the case, for refund: who took the steps before it
    due: Decimal = ZERO  # of the case: payable, and what it credited to a receivable that was paid all the same
    target: tuple[Posted, ...] = ()  # entries a void undoes
    target_voided: bool = False
    form_now: str = ""  # of what was amended since: the id under which it stands
    dependants: tuple[str, ...] = ()  # later events that must be voided first
    spent: MoveSpent | None = None  # of an advance that was moved, when that is undone: its money is not there any more
    booked_on: tuple[str, ...] = ()  # of an exchange that is undone: where its new order has money booked by hand
    amount_given: Decimal | None = None  # of an allowance: this line's share, tax included
    allowance_left: Decimal = ZERO  # what could still be credited on the line, tax included
    worth_left: Decimal = ZERO  # the same for all lines that an allowance is shared over
    customer_returns_90d: int | None = None
    customer_rate_365d: Decimal | None = None  # orders of which something came back of those of a year, a share of 1
    dealings: Dealings = field(default_factory=Dealings)
    customer_credited: Decimal = ZERO  # within split_days of the posting day, before fees and without this event
    order_credited: Decimal = ZERO  # the same of the order, whenever it was
    number_used_by: str | None = None
    red_used_by: str = ""  # an event of another order whose red invoice is the one that the event names
    accounts: Mapping[str, Account] = field(default_factory=dict)
    locked_until: date | None = None
    codes: tuple[str, ...] = ()  # of all checks: what a waiver can name
    auto_choice: str = ""  # how `return: auto` chose, for the decision
    auto_matches: tuple[Match, ...] = ()  # every sale line it could have chosen, in the order of choice
    found_units: Decimal | None = None  # of `return: auto`: units found in all, where too few
    unit_known: bool = True
    met: tuple[LotUnits, ...] = ()  # of the lots, those whose other half is posted: goods in before their credit, or
    met_units: Decimal = ZERO  # credited before they come in
    kit_left: tuple[Decimal, Decimal] | None = None  # of a component alone: what is left of its kit, net and tax
    lacks: tuple[str, ...] = ()  # of goods without a sale: what neither the event nor the books say
    lots_held: tuple[LotUnits, ...] = ()  # the lots that a named lot of such goods could mean, where it is not just one
    estimate: Estimate | None = None  # of a provision: what it comes to
    returned_before: date | None = None  # the earliest day the units were out, when that is after the return

    advance: AdvanceFacts | None = None  # of the refund of an advance
    red: RedInvoice | None = None  # of a red invoice: what it comes to
    selling: Selling | None = None  # of an exchange for other goods: what goes out
    missing: Phrase | None = None  # of a refund: the step that must come before more can be paid
    ahead: tuple[Chosen, ...] = ()  # of a refund that pays before the credit: what lets it, and who must approve

    @property
    def blind(self) -> bool:
        """True where the goods come back without a sale, or the case that is refunded is of such goods."""
        return self.sale is not None and self.sale.blind

    @property
    def decimals(self) -> int:
        """How finely money is shared: as the sale was booked, without a sale by the minor unit of the books' currency."""
        return self.sale.decimals if self.sale is not None else decimals_of(self.settings.operating_currency)

    @property
    def money_decimals(self) -> int:
        """The same in the customer's money."""
        return self.sale.money_decimals if self.sale is not None else self.decimals

    @property
    def opens(self) -> bool:
        """True where the event opens a case: then the policy says whether goods may come back; later steps rest on it.

        Units that the case knows nothing of are judged as if they opened one.
        """
        return self.event.kind in OPENING and (self.now is None or self.adds)

    @property
    def unknown_line(self) -> bool:
        """True where the case of the item knows nothing of its line, nor of the kit or the components that it is of."""
        kits = {each.line.partition(PART_OF)[0] for each in self.now.lines} if self.now is not None else set()
        return self.now is not None and self.line is not None and self.line.line.partition(PART_OF)[0] not in kits

    @property
    def adds(self) -> bool:
        """True where the item is for more units than its case asked for, credited or took in."""
        if self.event.price_only or self.line is None:
            return False
        if self.now is None or self.now.ended is not None:
            return False
        known = self.now.line(self.line.line)
        if known is None:
            return self.unknown_line
        told = known.outstanding if self.event.kind is Kind.RECEIVE else known.creditable
        return self.before + (self.quantity or ZERO) > told

    @property
    def approved(self) -> tuple[str, ...]:
        """Who approved: the people whom the event names, else those who approved its case."""
        before = self.now.authorised.decided_by if self.now is not None else ()
        own = self.event.body.approved_by
        if self.event.kind is Kind.APPROVE and not own and self.event.body.by:
            own = (self.event.body.by,)
        return tuple(dict.fromkeys((*own, *before)))

    @property
    def credits_units(self) -> bool:
        """True where the event gives units back, and not an amount of money alone."""
        return self.event.kind in CREDITING and not self.event.price_only

    @property
    def corrects(self) -> bool:
        """True where a document was wrong and the sale stands: money goes back to the very accounts of the sale."""
        return bool(getattr(self.event.body, "correction", None))

    @property
    def dated(self) -> date | None:
        """The date of the event: what people did, they did on it, whatever day the entry stands on."""
        return self.event.body.date or self.day

    @property
    def goods(self) -> Goods | None:
        """Where the event says the goods are; None where the policy may decide."""
        return getattr(self.event.body, "goods", None)

    @property
    def reason(self) -> Reason | None:
        """The reason of the item, else of the event."""
        return (self.item.reason if self.item else None) or None

    @property
    def untied(self) -> bool:
        """True where the sale does not show what the line brought: the event must say it."""
        return self.sale is not None and bool(self.sale.unshared) and self.line is not None and not self.line.parts

    @property
    def gross(self) -> Decimal:
        """What the units are worth to the customer, tax included, before fees."""
        return sum((part.amount for part in self.credit), ZERO)

    @property
    def net(self) -> Decimal:
        """The same without tax."""
        return sum((part.amount for part in self.credit if part.role is not Role.OUTPUT_VAT), ZERO)

    @property
    def revenue_account(self) -> str:
        """The account that the revenue of the line was booked to."""
        unshared = self.sale.unshared if self.sale else ()
        parts = (self.line.parts if self.line else ()) or unshared
        found = next((part.account for part in parts if part.role is Role.REVENUE), None)
        return found or self.settings.account_for(Role.REVENUE)

    def at_sale(self, given: Decimal, most: Decimal | None = None) -> Decimal:
        """Return an amount of the event in the currency of the sale; `most` is one that may be asked for in full."""
        exchange = self.order.exchange
        return given if exchange is None else exchange.to_books(given, most)

    def to_customer(self, amount: Decimal) -> Decimal:
        """Return an amount of the sale in the currency of the invoice, at the sale's rate."""
        exchange = self.order.exchange
        return amount if exchange is None else exchange.to_units(amount)

    def at(self, name: str) -> Span:
        """Return where the event says `name` of this item, else where the item or event stands."""
        places = self.event.places
        return places.get(("items", self.index, name)) or places.get((name,)) or self.place

    def in_books(self, where: object) -> str:
        """Return a place in the ledger as seen from the folder of the settings."""
        return seen_from(str(self.settings.root), str(where))

    @property
    def place(self) -> Span:
        """Where the item stands."""
        return self.event.places.get(("items", self.index)) or self.event.place
