"""Plans goods of a purchase that go back to their supplier, as others booked it: a case of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from returnledger import checks, rules
from returnledger.context import Context, units_of
from returnledger.costfractions import cost_rounding, open_after
from returnledger.decision import Decision, Document
from returnledger.events import Item
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Span
from returnledger.kinds.onestep import asked_of_policy, failed, settled, stopped, with_entry
from returnledger.linefacts import lot_is
from returnledger.money import ZERO, filled, places, plain, show
from returnledger.openday import on_open_day
from returnledger.planned import PlannedEvent
from returnledger.planrun import Run
from returnledger.policy import Chosen
from returnledger.purchaseof import (
    PURCHASE,
    LineLeft,
    left_of_purchase,
    open_payables,
    own_entries,
    purchase_facts,
    purchases_named,
)
from returnledger.purchaseparts import SentBack, Taken, sent_back
from returnledger.purchases import Purchase
from returnledger.roles import Role
from returnledger.rows import LotUnits
from returnledger.settings import Settings
from returnledger.stepfindings import step_refused
from returnledger.terms import Disposition


def purchase_returned(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of goods that go back to the supplier of a purchase."""
    facts = on_open_day(base, lambda own: [purchase_facts(own, run.books, run.context)], run)[0]
    found = checks.ask_found(facts)
    found = [*found, *(checks.ask_before(facts) if not found else ())]
    purchases = purchases_named(facts.event.reference, run.books)
    if not failed(found) and facts.day is not None:
        found += _not_one(facts, purchases)
    if failed(found) or facts.day is None or facts.sale is None:
        return stopped(facts, found)
    purchase = purchases[0]
    left = left_of_purchase(purchase, facts.day, run.books, facts.settings, run.additions)
    found += [*_amounts_wrong(facts), *_serials_back(facts, purchase, run)]
    taken, short = _taken(facts, purchase, left, run.context)
    parts = list(sent_back(facts, taken, open_payables(purchase, facts.day, run.books)))
    found += [*short, *_tax_wrong(facts, parts)]
    if failed(found) or not parts:
        return stopped(facts, found)
    document = asked_of_policy(
        facts,
        "supplier_return",
        sum((part.gross for part in parts), ZERO),
        disposition=Disposition.RETURN_TO_SUPPLIER.value,
    )
    document = with_tax_chosen(facts, document, parts)
    planned, kept = settled(facts, found, [(facts, Decision(chosen=document.chosen))], document)
    if failed(kept):
        return planned
    rma: str | None = facts.event.body.supplier_rma  # type: ignore[attr-defined]
    said = {PURCHASE: purchase.name, **({"supplier-rma": rma} if rma else {})}
    items = [(part.part.units, part.line.sku) for part in parts]
    legs = list(rules.return_purchase(facts, parts))
    account, decimals = facts.settings.account_for(Role.COST_ROUNDING), purchase.decimals
    before = open_after(own_entries(purchase.name, run.books), None, purchase.currency, decimals)
    legs += cost_rounding(legs, account, purchase.currency, decimals, before)
    return with_entry(planned, facts, legs, run, items, said, order="", about=purchase.name)


def with_tax_chosen(facts: Facts, document: Document, parts: list[SentBack]) -> Document:
    """Return the document with how input tax goes back, where any does: the settings choose it."""
    return with_tax_choice(facts.settings, document) if any(part.taxes for part in parts) else document


def with_tax_choice(settings: Settings, document: Document) -> Document:
    """Return the document with what the settings choose for the input tax of goods that go back."""
    name = "purchase_return_vat"
    place = settings.place(name) or Span("returnledger.yaml", 1)
    chosen = Chosen(name, getattr(settings, name), "settings", place)
    return replace(document, chosen=(*document.chosen, chosen))


def _not_one(facts: Facts, purchases: list[Purchase]) -> Iterator[Finding]:
    """Yield that a name stands for several purchases, or that the one can't be sent back as it was booked."""
    if len(purchases) > 1:
        said = {"names": [purchase.name for purchase in purchases]}
        obstacle = Phrase("several purchases go by that name: {names}", said)
        yield step_refused(facts, "supplier_return", obstacle, Phrase("write one of {names}", said))
        return
    purchase, day = purchases[0], facts.day
    if len(purchase.currencies) > 1:
        said = {"currencies": list(purchase.currencies)}
        obstacle = Phrase("its goods were bought in several currencies: {currencies}", said)
        instead = Phrase("book the return to the supplier by hand, at the rate of the purchase")
        yield step_refused(facts, "supplier_return", obstacle, instead)
    if day is not None and day < purchase.first.date:
        dates = {"day": day, "bought": purchase.first.date}
        obstacle = Phrase("it is dated {day}, before the purchase of {bought}", dates)
        yield step_refused(facts, "date", obstacle, Phrase("write {bought} or later", dates))


def _amounts_wrong(facts: Facts) -> Iterator[Finding]:
    """Yield that what the supplier is to credit is below zero, or finer than money is."""
    expected: Decimal | None = facts.event.body.expect  # type: ignore[attr-defined]
    assert facts.sale is not None
    if expected is not None and (expected < 0 or places(expected) > facts.sale.decimals):
        said = {"amount": show(expected, facts.sale.currency)}
        obstacle = Phrase("{amount} is no amount that a supplier credits", said)
        yield step_refused(facts, "expect", obstacle, Phrase("write an amount of nil or more, to the minor unit"))


def _tax_wrong(facts: Facts, parts: list[SentBack]) -> Iterator[Finding]:
    """Yield that more input tax would go back than the purchase has left for these units."""
    assert facts.sale is not None
    tax = sum((amount for part in parts for _, _, amount in part.taxes), ZERO)
    most = sum((part.part.tax for part in parts), ZERO)
    typed = any(item.tax is not None or item.tax_rate is not None for item in facts.event.items)
    if typed and tax > most:
        said = {"tax": show(tax, facts.sale.currency), "most": show(most, facts.sale.currency)}
        obstacle = Phrase("{tax} of input tax would go back, and the purchase has {most} of it on these units", said)
        yield step_refused(facts, "tax", obstacle, Phrase("write {most} or less, or leave the tax out", said))


def _serials_back(facts: Facts, purchase: Purchase, run: Run) -> Iterator[Finding]:
    """Yield that a serial number went back to the supplier before."""
    legs = (leg for entry in own_entries(purchase.name, run.books) for leg in entry.legs if leg.item)
    back = {serial for leg in legs for serial in (leg.item or {}).get("serial", "").split()}
    for item in facts.event.items:
        for serial in (item.serial or "").split():
            if serial in back:
                said = {"serial": serial}
                obstacle = Phrase("{serial} went back to the supplier before", said)
                yield step_refused(facts, "serial", obstacle, Phrase("write the serial number of another unit"))


def _taken(
    facts: Facts, purchase: Purchase, left: list[LineLeft], context: Context
) -> tuple[list[Taken], list[Finding]]:
    """Return what the items take of the lines of a purchase, and what is to be said where these have too little."""
    taken: list[Taken] = []
    found: list[Finding] = []
    for index, item in enumerate(facts.event.items or (None,)):
        own = replace(facts, item=item, index=index)
        meant = [n for n, each in enumerate(left) if item is None or _fits(item, each, context)]
        here = sum((left[n].left for n in meant), ZERO)
        wanted = _wanted(item, here, context)
        if not meant:
            found.append(_not_bought(own, purchase, left))
            continue
        if wanted is None:
            sku = {"left": plain(here), "sku": left[meant[0]].line.sku}
            found.append(Finding("quantity-missing", own.at("sku"), sku))
            continue
        if here <= 0 or not 0 < wanted <= here:
            found.append(_short(own, [left[n] for n in meant], wanted, here))
            continue
        for n in meant:
            units = min(wanted, left[n].left)
            if units > 0:
                part = left[n].part(units, purchase.decimals)
                accounts = tuple(_dealt(left[n], units))
                taken.append(Taken(left[n], part, accounts, item, index))
                left[n] = left[n].after(part, accounts)
                wanted -= units
    return taken, found


def _fits(item: Item, each: LineLeft, context: Context) -> bool:
    line = each.line
    named = (line.sku, line.commodity)
    if item.sku is not None and item.sku not in named and context.products.of(item.sku).commodity != line.commodity:
        return False
    if item.line is not None and item.line != line.line:
        return False
    lot = LotUnits(line.accounts[0], line.commodity, line.lot, line.units)
    return item.lot is None or lot_is(lot, item.lot)


def _wanted(item: Item | None, here: Decimal, context: Context) -> Decimal | None:
    """Return how many units an item asks for: all of a whole purchase, of a SKU the only one; None where it must say."""
    if item is None or item.qty == "all":
        return here
    if item.qty is not None:
        return units_of(item, item.sku or "", context) or ZERO
    named = item.sku or item.line or item.lot or item.serial
    if not named:
        return here
    return Decimal(1) if item.serial is not None else here if here <= 1 else None


def _dealt(each: LineLeft, units: Decimal) -> Iterator[tuple[str, Decimal]]:
    """Return from which accounts units leave: from those they came in to first."""
    return filled(units, sorted(each.here, key=lambda pair: pair[0] not in each.line.accounts))


def _not_bought(facts: Facts, purchase: Purchase, left: list[LineLeft]) -> Finding:
    known = [Phrase("{units} {sku}", {"units": plain(each.line.units), "sku": each.line.sku}) for each in left]
    obstacle = Phrase("it brought no such goods: {goods}", {"goods": known})
    return step_refused(facts, "sku", obstacle, Phrase("write what it brought, or another purchase"))


def _short(facts: Facts, meant: list[LineLeft], wanted: Decimal, here: Decimal) -> Finding:
    """Return the finding that a purchase has too few units left, with where they are."""
    sums = {
        "wanted": sum((each.line.units for each in meant), ZERO),
        "back": sum((each.sent_back for each in meant), ZERO),
        "stock": sum((each.in_stock for each in meant), ZERO),
    }
    said = {"wanted": plain(wanted), "left": plain(here), "bought": plain(sums["wanted"]), "sku": meant[0].line.sku}
    said |= {"back": plain(sums["back"]), "stock": plain(sums["stock"])}
    obstacle = Phrase(
        "{wanted} {sku} are to go back and {left} can: {bought} were bought, {back} went back, {stock} are in stock",
        said,
    )
    aside = [
        Phrase("{units} at {account}", {"units": plain(units), "account": account})
        for each in meant
        for account, units in each.elsewhere
    ]
    if aside:
        instead = Phrase(
            "write what is left; name their case for returned goods ({places}): `supplier_return: CASE`",
            {"places": aside},
        )
    else:
        instead = Phrase("write `qty: {left}` or less, or the purchase that the other units came with", said)
        if here <= 0:
            instead = Phrase("write the purchase that the units came with")
    return step_refused(facts, "qty", obstacle, instead)
