"""What a set of events needs to know of the books, found without looking at the books.

The shell gathers it from the store in rounds: the first by what the events name, the next by what that revealed (the
order of a case, the sales of a customer, the accounts that goods will touch).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from returnledger.books import Books
from returnledger.estimates import is_month
from returnledger.events import KINDS, Event
from returnledger.events.amended import forms_of
from returnledger.exchange import tenders_abroad
from returnledger.monthly import month_of
from returnledger.outgoing import new_name
from returnledger.purchases import lot_name
from returnledger.roles import Role
from returnledger.rows import SaleLine
from returnledger.terms import Kind


@dataclass(frozen=True)
class Needs:
    """Names to look up: orders, cases or events, (customer, sku) pairs, accounts, digests and source files."""

    orders: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()  # event or case ids
    pairs: frozenset[tuple[str, str]] = frozenset()  # (customer, sku), for `return: auto`
    held: frozenset[str] = frozenset()  # SKUs that come back without a sale: where the books kept them last
    customers: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()  # whose at-cost movements are wanted
    digests: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()  # source names whose posted events are wanted
    months: frozenset[str] = frozenset()  # `2026-01`: whose cost of goods and units sold are wanted
    bought: frozenset[str] = frozenset()  # customers of whom it is wanted what they were sold
    prices: frozenset[tuple[str, str]] = frozenset()  # (currency of an invoice, currency of its sale)
    purchases: frozenset[str] = frozenset()  # orders, invoices, links or lots that goods were bought under
    sent_back: frozenset[str] = frozenset()  # orders whose goods go to a supplier in a case of the same events
    mentions: frozenset[str] = frozenset()  # texts of entries: their whole cases are wanted
    places: frozenset[str] = frozenset()  # accounts whose goods are counted, those below them among them
    advances: frozenset[str] = frozenset()  # orders, contracts, links or customers that money was paid in advance under

    def __bool__(self) -> bool:
        """Return True if there is anything to gather."""
        return any(getattr(self, name) for name in self.__dataclass_fields__)


def needs(events: Iterable[Event]) -> Needs:
    """Return what the events name themselves: the first round."""
    events = list(events)
    orders, ids, digests, files = set(), set(), set(), set()
    pairs: set[tuple[str, str]] = set()
    held: set[str] = set()
    customers: set[str] = set()
    advances: set[str] = set()
    purchases: set[str] = set()
    mentions: set[str] = set()
    places: set[str] = set()
    for event in events:
        digests.add(event.digest)
        files.add(event.file)
        if event.id:
            ids.add(event.id)
        if event.kind is Kind.ADVANCE_REFUND:
            advances.add(event.reference)
            if moved_to := getattr(event.body, "moved_to", ""):
                advances.add(moved_to)
        if event.kind is Kind.SUPPLIER_RETURN:
            purchases.add(event.reference)
            orders.add(event.reference)  # to say so where it is a sale
        if KINDS[event.kind].names == "stock":
            mentions.update(_mentions(event))
            if event.kind is Kind.STOCKTAKE:
                places.add(event.reference)
                held.update(count.sku for count in getattr(event.body, "counts", ()))
        elif event.without_order == "auto":
            customer = getattr(event.body, "customer", None)
            pairs.update((customer, item.sku) for item in event.items if customer and item.sku)
        elif event.without_order == "none":
            held.update(item.sku for item in event.items if item.sku)
            customers.update(filter(None, [getattr(event.body, "customer", None)]))
        else:
            names = KINDS[event.kind].names
            if names != "event":  # whoever names an order where a case is meant is told its cases
                orders.add(event.reference)
            if names != "order":
                ids.add(event.reference)
            orders.update(filter(None, [getattr(event.body, "order", None)]))
            held.update(each.sku for each in getattr(event.body, "out", ()))
            if event.kind is Kind.EXCHANGE:
                orders.add(getattr(event.body, "new_order", None) or new_name(event.reference))
            if event.kind is Kind.AMEND:
                ids.update(forms_of(event.reference))
    return Needs(
        frozenset(orders),
        frozenset(ids),
        frozenset(pairs),
        frozenset(held),
        frozenset(customers),
        digests=frozenset(digests),
        files=frozenset(files),
        mentions=frozenset(mentions),
        places=frozenset(places),
        advances=frozenset(advances),
        purchases=frozenset(purchases),
        sent_back=frozenset(_orders_sent_back(events)),
    )


def _orders_sent_back(events: Iterable[Event]) -> Iterator[str]:
    """Yield the orders of cases that the events open themselves and whose goods they send to a supplier."""
    named = {event.id: event.reference for event in events if event.id}
    for event in events:
        name, left = event.reference, dict(named)
        while event.kind is Kind.SUPPLIER_RETURN and name in left:
            name = left.pop(name)
            yield name


WRITTEN_DOWN = f'rl-role: "{Role.WRITE_DOWN_ALLOWANCE.value}"'


def _mentions(event: Event) -> Iterator[str]:
    """Yield what the entries of goods have in them that an event about stock is about."""
    if event.kind is Kind.STOCKTAKE:
        yield from (f"\n  {event.reference}", f'rl-location: "{_escaped(event.reference)}"')
        return
    yield from (of_sku(item.sku) for item in event.items if item.sku)
    if is_month(event.reference):
        yield WRITTEN_DOWN
    else:
        yield from (of_sku(event.reference), f" {event.reference} {{")


def of_sku(sku: str) -> str:
    """Return how entries name an SKU."""
    return f'rl-sku: "{_escaped(sku)}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def further(books: Books, seen: Needs) -> Needs:
    """Return what the rows gathered so far reveal: orders of cases, sales of pairs, customers, stock accounts."""
    orders = {entry.order for entries in books.posted.values() for entry in entries if entry.order}
    orders |= {order for found in books.candidates.values() for order in found}
    orders |= {entry.sells for entries in books.posted.values() for entry in entries if entry.sells}
    events = {entry.case for entries in books.posted.values() for entry in entries}
    customers = {sale.customer for sale in books.sales.values() if sale.customer}
    accounts = {lot.account for line in _touched(books, seen) for lot in line.lots}
    accounts |= {account for kept in books.held.values() for account, _ in kept}
    accounts |= {
        name for name in books.accounts for place in seen.places if name == place or name.startswith(f"{place}:")
    }
    accounts |= {
        leg.account for entries in books.posted.values() for e in entries for leg in (*e.legs, *e.sold) if leg.lot
    }
    prices = {(sale.invoiced.currency, sale.currency) for sale in books.sales.values() if sale.invoiced}
    prices |= {(sale.currency, other) for sale in books.sales.values() for _, other in tenders_abroad(sale)}
    prices |= {
        (money.commodity or money.currency, other.currency)
        for flow in books.prepaid.values()
        for money in (*flow.money, *flow.tenders)
        for other in flow.money
        if (money.commodity or money.currency) != other.currency
    }
    customers |= {name for flow in books.prepaid.values() for name in (flow.customer, flow.payee) if name}
    advances = {
        entry.order for entries in books.posted.values() for entry in entries if entry.kind == Kind.ADVANCE_REFUND
    }
    advances |= {entry.moved_to for entries in books.posted.values() for entry in entries if entry.moved_to}
    # Of what was written down others of its kind may lie beside it.
    written = (e for entries in books.posted.values() for e in entries if WRITTEN_DOWN in seen.mentions and e.legs)
    lying = {case.case for case in written if any(leg.role == Role.WRITE_DOWN_ALLOWANCE for leg in case.legs)}
    items = (leg.item for case in lying for e in books.by_case[case] for leg in e.legs if leg.item)
    skus = {item["sku"] for item in items if "sku" in item}
    lots = _lots_sent_back(books, seen)
    kept = {goods.commodity for flow in books.bought.values() for goods in flow.goods}
    months = {month_of(sale.date) for sale in books.sales.values() if any(line.unbooked for line in sale.lines)}
    events |= {books.numbers[name] for name in seen.events & books.numbers.keys()}  # a credit note named by its number
    return Needs(
        advances=frozenset(advances - seen.advances),
        mentions=frozenset({of_sku(sku) for sku in skus} - seen.mentions),
        months=frozenset(months - seen.months),
        prices=frozenset(prices - seen.prices),
        orders=frozenset(orders - seen.orders - books.sales.keys()),
        events=frozenset(events - seen.events),
        customers=frozenset(customers - seen.customers),
        accounts=frozenset(accounts - seen.accounts),
        purchases=frozenset(lots - seen.purchases),
        held=frozenset(kept - seen.held),
    )


def _lots_sent_back(books: Books, seen: Needs) -> set[str]:
    """Return the lots of the cases whose goods go back to a supplier, as names of what they were bought with.

    Those of their sales are among them: a case may be to come, and goods at a new cost are no longer of the lot they left.
    """
    entries = [entry for name in seen.purchases for entry in books.by_case.get(name, ())]
    legs = (leg for entry in entries for leg in entry.legs if leg.lot is not None and leg.commodity is not None)
    names = seen.sent_back | {entry.order for entry in entries}
    orders = dict.fromkeys(order for name in sorted(names) for order in books.names.get(name, (name,)))
    sold = (lot for order in orders if order in books.sales for line in books.sales[order].lines for lot in line.lots)
    return {lot_name(leg.commodity or "", leg.lot) for leg in legs if leg.lot is not None} | {
        lot_name(lot.commodity, lot.lot) for lot in sold
    }


def _touched(books: Books, seen: Needs) -> Iterator[SaleLine]:
    """Yield the lines of the sales gathered that goods may come back from.

    Those are all lines of an order that is named, and of a sale found for a customer and SKU those of the SKU.
    """
    named = {order for name in seen.orders for order in books.names.get(name, (name,))}
    skus: dict[str, set[str]] = {}
    for (_, sku), orders in books.candidates.items():
        for order in orders:
            skus.setdefault(order, set()).add(sku)
    for order, sale in books.sales.items():
        wanted = None if order in named else skus.get(order)
        yield from (line for line in sale.lines if wanted is None or line.sku in wanted or line.commodity in wanted)


def joined(first: Needs, second: Needs) -> Needs:
    """Return both sets of needs in one."""
    merged: Mapping[str, frozenset[object]] = {
        name: getattr(first, name) | getattr(second, name) for name in first.__dataclass_fields__
    }
    return Needs(**merged)  # type: ignore[arg-type]
