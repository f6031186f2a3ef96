"""What stands beside the ledger: the books of earlier years and a register of sales, joined with it as they are read.

Each has rows of its own, current by content, and none is ever written to but as a cache. A sale of the ledger goes
before one of the same order elsewhere; an archive's goes before the register's. What was posted in an archive counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from returnledger.books import Books
from returnledger.lots import likeness
from returnledger.needs import Needs
from returnledger.products import Products
from returnledger.roles import Role
from returnledger.rows import Noted, Sale, SaleLine
from returnledger.sales.follow_ups import FollowUp, settled_in_ledger, with_follow_ups
from returnledger.sales.other_books import compared, held_at_cost, moved, noted
from returnledger.settings import Settings
from returnledger.store.across import Across
from returnledger.store.gather import Source


class OtherBooks:
    """The archives, newest first as the settings list them, then the register."""

    def __init__(self, settings: Settings, products: Products, sources: Sequence[Source]) -> None:
        """Join these sources with a ledger of these settings."""
        self.settings, self.products, self.sources = settings, products, tuple(sources)

    def gather(self, main: Source, needs: Needs, books: Books) -> None:
        """Add to `books`, which hold what the ledger says, what the other books say of the same needs."""
        before, slices = set(books.sales), []
        across, stock = Across([main, *self.sources]), Stock(main, books, self.settings, self.products)
        for order in before - books.seen_elsewhere:
            books.sales[order] = with_follow_ups(books.sales[order], across.rows_of(main, books.sales[order]))
        for source in self.sources:
            found = Books(months=books.months)
            source.reader.gather(replace(needs, accounts=frozenset()), found)
            books.months = books.months.joined(found.months)
            books.bought.update(found.bought)
            _add_sold(found, books)
            for order, sale in found.sales.items():
                self._join(order, sale, source, books, across, stock)
            _add_names(found, books)
            slices.append((source, found))
        adopted = set(books.sales) - before
        books.seen_elsewhere |= set(books.sales)
        # What was posted on a sale of other books goes by its order, however the event spells it.
        rest = Books()
        main.reader.posted(adopted, rest)
        _absorb(rest, books, frozenset())
        for source, found in slices:
            source.reader.posted(adopted, found)
            _absorb(found, books, self._not_its_own(source, found, books))
        for own in (*books.by_order.values(), *books.by_case.values()):
            own.sort(key=lambda entry: (entry.date, entry.step))

    def _join(self, order: str, sale: Sale, source: Source, books: Books, across: Across, stock: Stock) -> None:
        """Add a sale of other books; one that the books have already is told of, or compared."""
        known = books.sales.get(order)
        if known is None:
            books.sales[order] = _adopted(source, sale, across, stock)
        elif known.place == sale.place:
            return
        elif source.register:
            books.sales[order] = compared(known, _adopted(source, sale, across, stock))
        else:
            books.sales[order] = noted(known, ("also-in-old-books", {"where": str(sale.place)}))

    def _not_its_own(self, source: Source, found: Books, books: Books) -> frozenset[str]:
        """Return the orders that this source sold, where the books have another sale of that name."""
        own = Books()
        source.reader.gather(Needs(orders=frozenset(e.order for es in found.posted.values() for e in es)), own)
        return frozenset(
            order
            for order, sale in own.sales.items()
            if order in books.sales and books.sales[order].place != sale.place
        )


class Stock:
    """Where this year's ledger keeps goods, and which of its accounts stand for those of other books."""

    def __init__(self, main: Source, books: Books, settings: Settings, products: Products) -> None:
        """Ask this ledger, whose accounts are in `books`."""
        self.db, self.books, self.settings, self.products = main.db, books, settings, products

    def standing(self, account: str, role: Role, commodity: str) -> str:
        """Return the account that stands for one of old books: itself if it is open, else that of the same role."""
        if self._is_open(account) or role is Role.CASH_BANK:
            return account
        if role is Role.INVENTORY and commodity and (held := self.held(commodity)):
            return held
        first = self.settings.account_for(role)
        if self._is_open(first):
            return first
        same = [name for name in self.books.accounts if self.settings.role_of(name) is role and self._is_open(name)]
        return same[0] if len(same) == 1 else account

    def _is_open(self, account: str) -> bool:
        found = self.books.accounts.get(account)
        return found is not None and found.closed is None

    def held(self, commodity: str) -> str:
        """Return the stock account in which goods were last held at cost, empty where they never were."""
        rows = self.db.execute(
            "SELECT a.name FROM movement m JOIN account a ON a.id = m.account WHERE m.commodity = ? "
            "ORDER BY m.date DESC, m.lineno DESC, m.id DESC",
            (commodity,),
        )
        for (name,) in rows:
            if self.settings.role_of(name) is Role.INVENTORY and self._is_open(name):
                return str(name)
        return ""

    def barred(self, line: SaleLine, currency: str) -> Iterator[Noted]:
        """Yield that goods that would come back by value can't: their account takes goods alone, and not these."""
        for account in line.value_accounts:
            goods = self.books.accounts[account].currencies if account in self.books.accounts else ()
            if goods and currency not in goods:
                like = max(goods, key=lambda commodity: likeness(commodity.lower(), line.sku.lower()))
                said = {"sku": line.sku, "account": account, "goods": ", ".join(goods), "commodity": like}
                yield "goods-of-register", {**said, "where": str(line.place)}

    def of_register(self, line: SaleLine) -> SaleLine:
        """Return a line of a register with its goods, where the ledger holds such goods at cost."""
        named = self.db.execute("SELECT name FROM commodity WHERE sku = ?", (line.sku,)).fetchone()
        commodity = named[0] if named else line.commodity
        product = self.products.get(line.sku)
        account = product.account if product and product.account and self.held(commodity) else self.held(commodity)
        if account:
            return held_at_cost(line, account, commodity)
        kept = product.account if product and product.account else self.settings.account_for(Role.INVENTORY)
        stock = (replace(part, role=Role.INVENTORY, account=kept, amount=-part.amount) for part in line.cogs)
        return replace(line, cogs=(*line.cogs, *stock))


def _adopted(source: Source, sale: Sale, across: Across, stock: Stock) -> Sale:
    """Return a sale of other books as this year's ledger sees it: with later payments, and accounts of this year."""
    rows: Sequence[FollowUp] = across.rows_of(source, sale)
    if not source.register:
        return moved(with_follow_ups(sale, rows), stock.standing)
    sale, rows = settled_in_ledger(sale, rows)
    lines = tuple(stock.of_register(line) for line in sale.lines)
    notes = [("lot-of-register", {"sku": line.sku, "lot": str(lot.lot)}) for line in lines for lot in line.lots]
    notes += [("value-of-register", {"sku": line.sku, "account": own}) for line in lines for own in line.value_accounts]
    barred = (problem for line in lines for problem in stock.barred(line, sale.currency))
    sale = replace(sale, lines=lines, problems=(*sale.problems, *barred))
    return noted(with_follow_ups(sale, rows), *notes)


def _add_sold(found: Books, books: Books) -> None:
    """Add what customers were sold; an order that the books have counts once."""
    for customer, lines in found.sold_to.items():
        known = books.sold_to.get(customer, ())
        orders = {line.order for line in known}
        books.sold_to[customer] = (*known, *(line for line in lines if line.order not in orders))


def _add_names(found: Books, books: Books) -> None:
    """Add by what names orders go in other books."""
    for name, orders in found.names.items():
        books.names[name] = tuple(sorted({*books.names.get(name, ()), *orders}))
    for pair, orders in found.candidates.items():
        books.candidates[pair] = tuple(dict.fromkeys((*books.candidates.get(pair, ()), *orders)))
    books.known_orders = tuple(dict.fromkeys((*books.known_orders, *found.known_orders)))


def _absorb(found: Books, books: Books, not_its_own: Collection[str]) -> None:
    """Add what other books posted; an entry on an order that is another sale here counts as posted and no more."""
    known = {(e.id, e.step, e.place) for entries in books.posted.values() for e in entries}
    for entries in found.posted.values():
        for entry in entries:
            if (entry.id, entry.step, entry.place) not in known:
                own = replace(entry, order="") if entry.order in not_its_own else entry
                books.absorb(own, digest=found.digest_by_id.get(entry.id, ""))
    for key, ids in found.by_source.items():
        kept = books.by_source.setdefault(key, [])
        kept += [name for name in ids if name not in kept]
    for number, event in found.numbers.items():
        books.numbers.setdefault(number, event)
    for number, events in found.red_invoices.items():
        books.red_invoices[number] = {**events, **books.red_invoices.get(number, {})}
    for series, last in found.sequences.items():
        books.sequences[series] = max(last, books.sequences.get(series, 0))
    locks = [day for day in (books.locked_until, found.locked_until) if day]
    books.locked_until = max(locks, default=None)
