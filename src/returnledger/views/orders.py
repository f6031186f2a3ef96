"""What the books know of one order, and from which posting each fact comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from returnledger import checks
from returnledger.books import Books, standing
from returnledger.checks.cost_unknown import cost_unknown
from returnledger.decision import Decision
from returnledger.eventsfile import parse_canonical
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Refused, Span
from returnledger.history import LineHistory
from returnledger.linefacts import chosen_policy
from returnledger.money import ZERO, plain, round_to
from returnledger.needs import Needs
from returnledger.orderfacts import order_facts
from returnledger.ordermoney import OrderFacts
from returnledger.places import seen_from
from returnledger.roles import Role
from returnledger.rows import LotUnits, Posted, Sale, SaleLine
from returnledger.sales.inferred import concluded
from returnledger.session import Session, open_session
from returnledger.settings import Settings
from returnledger.steps import history_of
from returnledger.unbooked import with_costs
from returnledger.views.names import nearest

_PRICE_DECIMALS = 6


@dataclass(frozen=True)
class Back:
    """Units of one line that an entry took back, or that the customer was credited for and kept."""

    id: str  # of the event; empty for what was booked by hand
    date: date | None
    kind: str
    units: Decimal
    goods: str
    place: Span | None


@dataclass(frozen=True)
class LineView:
    """One line of a sale with what has come back, what still can, and what that would be worth."""

    line: SaleLine
    history: LineHistory
    returnable: Decimal
    lots_left: tuple[LotUnits, ...]
    back: tuple[Back, ...] = ()
    blocked: bool = False  # something is not known of the line, or can't all be true: nothing of it can come back
    net_left: Decimal = ZERO  # what all that can still come back is worth, without tax, as the sale booked it
    tax_left: Decimal = ZERO
    cost_left: Decimal = ZERO

    @property
    def known(self) -> bool:
        """False where nobody knows which amounts of the sale are the line's."""
        return not self.blocked or bool(self.line.parts)

    @property
    def price(self) -> Decimal | None:
        """The unit price without tax, after discounts; to six decimals where division does not end."""
        return None if not self.known else _unit_price(self.line.net, self.line.units_billed)

    @property
    def price_incl_tax(self) -> Decimal | None:
        """The unit price with tax."""
        return None if not self.known else _unit_price(self.line.net + self.line.tax, self.line.units_billed)


def _unit_price(amount: Decimal, units: Decimal) -> Decimal | None:
    return Decimal(plain(round_to(Fraction(amount) / Fraction(units), _PRICE_DECIMALS))) if units else None


@dataclass(frozen=True)
class SaleView:
    """An order as the books show it: its lines, its money, what was posted on it, and what is not known of it."""

    sale: Sale
    lines: tuple[LineView, ...]
    order: OrderFacts
    entries: tuple[Posted, ...]
    void: frozenset[int] = frozenset()  # positions of the entries that were undone, and of those that undid them
    inferred: tuple[tuple[str, Phrase], ...] = ()  # what was not read but concluded: code and sentence
    problems: tuple[Finding, ...] = ()  # what is not known, or can't all be true

    @property
    def net_left(self) -> Decimal:
        """What all that can still come back is worth, without tax."""
        return sum((each.net_left for each in self.lines), ZERO)

    @property
    def tax_left(self) -> Decimal:
        """The tax of all that can still come back."""
        return sum((each.tax_left for each in self.lines), ZERO)

    @property
    def rounding_left(self) -> Decimal:
        """What the customer gets beside it with the last unit: the rounding of the document, undone."""
        return -sum((part.amount for part in self.order.rounding_left), ZERO)


def sale(order: str, *, settings: Path | None = None) -> SaleView:
    """Return an order by any name the ledger gives it; raise Refused where it is unknown or the name fits several."""
    session = open_session(settings)
    books = session.gather_needs(Needs(orders=frozenset({order})))
    orders = books.names.get(order, ())
    if len(orders) != 1:
        raise Refused([_not_found(order, orders, books, session)])
    found = books.sales[orders[0]]
    policy = chosen_policy(session.policies, found, found.date)
    found = with_costs(found, books, policy, session.settings, session.products)
    entries = tuple(sorted(books.by_order.get(found.order, ()), key=lambda entry: (entry.date, entry.step)))
    left = {id(entry) for entry in standing(entries)}
    return SaleView(
        found,
        tuple(_line(line, found, entries, session.settings) for line in found.lines),
        order_facts(found, entries),
        entries,
        frozenset(n for n, entry in enumerate(entries) if id(entry) not in left),
        tuple(concluded(found, root=session.settings.root)),
        tuple(_problems(found, session.settings)),
    )


def _line(line: SaleLine, sale: Sale, entries: Sequence[Posted], settings: Settings) -> LineView:
    by_hand = sale.returned_by_hand.get(line.line, ZERO)
    history = history_of(line, sale, entries)
    returnable, lots = line.units - history.units_taken, tuple(history.lots_left())
    view = LineView(line, history, returnable, lots, tuple(_back(line, by_hand, entries)))
    if any(_problems(sale, settings, line)):
        return replace(view, blocked=True)
    if returnable <= 0:
        return view
    cost = sum(
        (history.cost_back(lots, part, returnable) for part in line.cogs if part.role is not Role.INVENTORY), ZERO
    )
    return replace(view, net_left=history.remaining(tax=False), tax_left=history.remaining(tax=True), cost_left=cost)


def _back(line: SaleLine, by_hand: Decimal, entries: Iterable[Posted]) -> Iterator[Back]:
    if by_hand:
        yield Back("", None, "", by_hand, "", None)
    for entry in standing(entries):
        for leg in entry.legs:
            if leg.line == line.line and leg.item and "qty" in leg.item:
                goods = leg.item.get("goods", "returned")
                yield Back(entry.id, entry.date, entry.kind, Decimal(leg.item["qty"]), goods, entry.place)


def _problems(sale: Sale, settings: Settings, line: SaleLine | None = None) -> Iterator[Finding]:
    """Yield what the checks find in the sale itself, or in one line of it, in their own sentences."""
    if not sale.problems and sale.lines:
        return
    event = parse_canonical(f"{{return: '1', date: {sale.date.isoformat()}}}")
    place = sale.place or event.place
    facts = Facts(
        replace(event, place=place, places={}), settings, sale.date, sale=sale, orders=(sale.order,), line=line
    )
    sound = replace(facts, sale=replace(sale, problems=(), lines=sale.lines or (_SOME_LINE,)))
    of_any = {_key(finding) for finding in checks.ask_before(sound)}
    for finding in checks.ask_before(facts):
        if _key(finding) not in of_any:
            yield replace(finding, event=None)
    for each in [line] if line is not None else sale.lines:
        for finding in cost_unknown(replace(facts, line=each), Decision()):
            yield replace(finding, event=None)


def _key(finding: Finding) -> tuple[str, str]:
    return finding.code, str(sorted(finding.values.items(), key=str))


_SOME_LINE = SaleLine("", "1", "", "", Decimal(1), date.min, (), (), (), Span("", 0))


def _not_found(order: str, orders: Sequence[str], books: Books, session: Session) -> Finding:
    """Return the finding for a name that is no order's, or several orders'; it says how orders are known."""
    if orders:
        named = [_named(each, order, books, session.settings.root) for each in orders]
        return Finding("order-ambiguous", None, {"order": order, "orders": named})
    if not books.known_orders:
        return Finding("orders-none", None, {"order": order, "ways": ways_of(session.settings)})
    return Finding("order-unknown", None, {"order": order, "nearest": nearest(order, books.known_orders)})


def _named(order: str, asked: str, books: Books, root: str) -> str:
    """Return a name of an order that no other has, with its place: its own, else the link of its sale."""
    sale = books.sales.get(order)
    if sale is None:
        return order
    name = next(iter(sale.links), order) if order == asked else order
    where = seen_from(root, f"{sale.place.file}:{sale.place.line}") if sale.place else ""
    return f"{name} ({where})" if where else name


def ways_of(settings: Settings) -> list[Phrase]:
    """Return how orders are looked for, as the settings say it."""
    return [
        Phrase("metadata `{key}`", {"key": pattern})
        if style == "metadata"
        else Phrase("a link {link}", {"link": "^" + pattern.replace("{}", "…")})
        if style == "link"
        else Phrase("a tag {tag}", {"tag": "#" + pattern.replace("{}", "…")})
        for style, pattern in (rule.way for rule in settings.sales.order)
    ]
