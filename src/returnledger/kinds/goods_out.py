"""What goes out in an exchange: from which lots, at which price and tax, on which accounts, under which order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from returnledger.events import Event
from returnledger.events.exchanges import Out
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase
from returnledger.money import ZERO, plain, quantum, round_to
from returnledger.outgoing import Outgoing, Selling, new_name
from returnledger.planrun import Run
from returnledger.proceeds import cost_of_line
from returnledger.products import Product
from returnledger.replacement import Wanted, held, picked, wanted_of
from returnledger.roles import Role
from returnledger.rows import LotUnits
from returnledger.sales.tax.rates import Usual, names_rate, rate_in
from returnledger.stepfindings import step_refused
from returnledger.tenders import role_of_tender
from returnledger.terms import Kind, Method

_LINKABLE = re.compile(r"[A-Za-z0-9\-_/.]+")


def goods_out(
    facts: Facts, sku: str | None, units: Decimal | None, lot: str | None, run: Run
) -> tuple[Wanted, list[LotUnits], list[Finding]]:
    """Return what is to go out for an item, the lots that do, and what stands in their way."""
    product = run.context.products.get(sku or "")
    where = run.books.held.get(sku or "", ())
    if product is not None and not where:
        where = run.books.held.get(product.commodity, ())
    wanted = wanted_of(facts, sku, units, lot, where)
    moved = [*run.books.movements.get(wanted.account, ()), *run.additions.get(wanted.account, ())]
    assert facts.day is not None
    lots, obstacle = picked(held(moved, wanted, facts.day), wanted, facts.accounts.get(wanted.account))
    return wanted, lots, [] if obstacle is None else [not_allowed(facts, *obstacle)]


def not_allowed(facts: Facts, obstacle: Phrase, instead: Phrase, name: str = "out") -> Finding:
    """Return the finding that an exchange can't be booked as the event says, and what to do instead."""
    return step_refused(facts, name, obstacle, instead, Kind.EXCHANGE)


def selling_of(items: Sequence[Facts], event: Event, run: Run) -> tuple[Selling, list[Finding]]:
    """Return what other goods go out for the items, and what stands in the way of selling them."""
    first = items[0]
    given: tuple[Out, ...] = event.body.out  # type: ignore[attr-defined]
    found = list(_asked(items, given))
    lines = []
    back = sum((facts.quantity or ZERO for facts in items), ZERO)
    for n, out in enumerate(given, start=1):
        units = out.qty if out.qty is not None else back
        if units <= 0:
            continue
        product = run.context.products.get(out.sku)
        if product is not None and product.stock == "none":  # a service has no goods
            lines.append(_line(str(n), out, product, Wanted(out.sku, out.sku, "", units), (), first))
            continue
        wanted, lots, missing = goods_out(first, out.sku, units, out.lot, run)
        found += missing
        lines.append(_line(str(n), out, product, wanted, tuple(lots), first))
    order, obstacle = _order(first, event, run)
    found += obstacle
    links, metadata = _known_by(first, order)
    receivable = next((money.account for money in first.sale.receivable), "") if first.sale else ""
    receivable = receivable or first.settings.account_for(Role.ACCOUNTS_RECEIVABLE)
    return Selling(order, tuple(lines), links, metadata, receivable, _tender(first)), found


def _asked(items: Sequence[Facts], given: Sequence[Out]) -> Iterator[Finding]:
    """Yield what the event leaves out of what goes out, or says that can't be."""
    first = items[0]
    if not given:
        nothing = Phrase("it does not say what goes out")
        yield not_allowed(first, nothing, Phrase("add `out: [{{sku: SKU, qty: 1, price_incl_tax: 0.00}}]`"), "as")
    if len(given) > 1 and any(out.qty is None for out in given):
        several = Phrase("several goods go out, and not all of them say how many")
        yield not_allowed(first, several, Phrase("add `qty:` to each"))
    for out in given:
        if out.qty is not None and out.qty <= 0:
            said = {"qty": plain(out.qty), "sku": out.sku}
            yield not_allowed(first, Phrase("{qty} {sku} go out", said), Phrase("write how many go out, above zero"))
        if out.price_incl_tax is not None and out.price_incl_tax <= 0:
            said = {"price": plain(out.price_incl_tax), "sku": out.sku}
            instead = Phrase("write its price above zero, or `as: like_for_like` where nothing is paid for it")
            yield not_allowed(first, Phrase("{sku} goes out at {price}", said), instead)


def _line(
    name: str, out: Out, product: Product | None, wanted: Wanted, lots: tuple[LotUnits, ...], facts: Facts
) -> Outgoing:
    """Return one line of what goes out, its price nil where nobody says it."""
    sale, line, settings = facts.sale, facts.line, facts.settings
    assert sale is not None and line is not None
    price = out.price_incl_tax
    if price is None:
        price = product.price_incl_tax if product is not None else None
    gross = round_to(Fraction(price or ZERO) * Fraction(wanted.units), sale.decimals)
    rate = _rate(out, product, facts)
    tax = round_to(Fraction(gross) * rate / (1 + rate), sale.decimals)
    keys = settings.sales.metadata
    dimensions = next((sale.dimensions(part.place) for part in line.parts if part.role is Role.REVENUE), ())
    own = dict(dimensions) | {keys.line: name, keys.sku: out.sku}
    return Outgoing(
        name,
        out.sku,
        wanted.units,
        gross,
        tax,
        lots,
        _alike(facts.revenue_account, wanted, facts),
        _output_vat(facts, rate),
        _alike(cost_of_line(facts, line.line), wanted, facts),
        price is not None,
        tuple(own.items()),
    )


def _rate(out: Out, product: Product | None, facts: Facts) -> Fraction:
    """Return the tax rate of what goes out: the event's, the product's, else that of what comes back."""
    settings = facts.settings
    if out.tax_rate is not None:
        return Fraction(out.tax_rate)
    if settings.tax != "per_sale":
        return Fraction(0)
    if product is not None and product.tax_rate is not None:
        return Fraction(product.tax_rate)
    return rate_of_line(facts)


def rate_of_line(facts: Facts) -> Fraction:
    """Return the rate at which the line that comes back was taxed: the roundest that its amounts show."""
    line, sale = facts.line, facts.sale
    assert line is not None and sale is not None
    if not line.tax or not line.net:
        return Fraction(0)
    usual = Usual(sale.currency, line.date, tuple(facts.settings.sales.tax_rates))
    shown = usual.shown(line.tax, line.net, quantum(sale.decimals) * max(1, int(line.units)))
    return Fraction(shown) if shown is not None else Fraction(line.tax) / Fraction(line.net)


def _output_vat(facts: Facts, rate: Fraction) -> str:
    """Return the account of output tax: that of the sale, or its neighbour where it is named for another rate."""
    line, settings = facts.line, facts.settings
    own = next((p.account for p in line.parts if p.role is Role.OUTPUT_VAT), "") if line is not None else ""
    if not own or not names_rate(own) or rate_in(own) is None or Fraction(rate_in(own) or 0) == rate:
        return own or settings.account_for(Role.OUTPUT_VAT)
    parent = own.rpartition(":")[0]
    near = (name for name in sorted(facts.accounts) if name.rpartition(":")[0] == parent and rate_in(name) is not None)
    return next((n for n in near if Fraction(rate_in(n) or 0) == rate), settings.account_for(Role.OUTPUT_VAT))


def _alike(account: str, wanted: Wanted, facts: Facts) -> str:
    """Return an account of what comes back, or the one of what goes out where accounts are named for their goods."""
    line = facts.line
    assert line is not None
    for name in (line.sku, line.commodity):
        parts = account.split(":")
        if name and name in parts[1:]:
            for other in (wanted.sku, wanted.commodity):
                near = ":".join([other if part == name else part for part in parts])
                if near in facts.accounts:
                    return near
    return account


def _order(facts: Facts, event: Event, run: Run) -> tuple[str, list[Finding]]:
    """Return the order that goods are sold under, and that its name is taken or can't be written."""
    sale, books = facts.sale, run.books
    assert sale is not None
    typed: str | None = event.body.new_order  # type: ignore[attr-defined]
    order = typed or new_name(sale.order, books.names.keys() | books.sales.keys())
    found = []
    if typed is not None and (typed in books.names or typed in books.sales):
        said = {"order": typed}
        instead = Phrase("write another `new_order:`, or none")
        found.append(not_allowed(facts, Phrase("{order} is an order already", said), instead, "new_order"))
    if not any(_known_by(facts, order)):
        said = {"order": order}
        instead = Phrase("write `new_order:` in letters, digits, hyphens and dots")
        found.append(not_allowed(facts, Phrase("{order} can't be a link", said), instead, "new_order"))
    return order, found


def _known_by(facts: Facts, order: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return links and metadata by which the ledger knows the new order: as it knows that of what comes back."""
    sale, settings = facts.sale, facts.settings
    assert sale is not None
    keys = settings.sales.metadata
    about = tuple((k, sale.metadata[k]) for k in (keys.customer, keys.channel, keys.country) if k in sale.metadata)
    ways: list[tuple[bool, tuple[str, ...], tuple[tuple[str, str], ...]]] = []
    for rule in settings.sales.order:
        if rule.link is not None and _LINKABLE.fullmatch(order):
            before, _, after = rule.link.partition("{}")
            ways.append((f"{before}{sale.order}{after}" in sale.links, (f"{before}{order}{after}",), about))
        elif rule.metadata is not None:
            known = sale.metadata.get(rule.metadata) == sale.order
            ways.append((known, (), ((rule.metadata, order), *about)))
    way = next((way for way in ways if way[0]), ways[0] if ways else None)
    return ((), ()) if way is None else way[1:]


def _tender(facts: Facts) -> str:
    """Return the account that the difference comes in to; none where nobody says that it was paid.

    Who paid the order whole in one way pays the difference in that way, as money would go back by it.
    """
    body, settings, order = facts.event.body, facts.settings, facts.order
    account = getattr(body, "account", None)
    if account:
        return str(account)
    waiting = {method.account for method in settings.methods.values() if method.paid == "by_statement"}
    method = getattr(body, "method", None) or Method.ORIGINAL.value
    if method in settings.methods:
        own = settings.methods[method].account
        return "" if own in waiting else own
    paid = [name for name, _ in order.paid_by]
    if method != Method.ORIGINAL or order.owed or len(paid) != 1 or paid[0] in waiting:
        return ""
    return paid[0] if role_of_tender(facts, paid[0]) is Role.CASH_BANK else ""
