"""Legs: what posting rules return. A leg is one posting to be, named by role, account and amount.

Every rule returns legs that sum to zero. What an item is worth to the customer stands on the internal role CUSTOMER
until the rule that settles the event turns it into receivable, payable or store credit; no entry ever shows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from returnledger.decision import Decision, Document
from returnledger.exchange import SETTLES
from returnledger.facts import Facts
from returnledger.given import net_place
from returnledger.lots import lots_text
from returnledger.money import ZERO, plain, round_to
from returnledger.roles import PLACE_OF_DISPOSITION, Role
from returnledger.rows import COUNTED, Dimensions, Lot, Part
from returnledger.terms import Disposition, Goods

CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Leg:
    """One posting to be: debits positive; stock legs carry units and lot, and their weight as the amount.

    Money in another currency carries its units without a lot, and its weight as the amount.
    """

    role: str
    account: str
    amount: Decimal
    currency: str
    line: str | None = None
    commodity: str | None = None
    units: Decimal | None = None
    lot: Lot | None = None
    item: Mapping[str, str | Decimal] | None = None
    carried: Dimensions = ()  # the dimensions of the posting of the sale that it undoes
    pile: str = ""  # keeps goods apart that go to one account in different condition
    owner: str = ""  # of an estimate: the order, or the cohort, whose estimate it adds to or uses
    instead: str = ""  # the role that it would have had without estimate, prior period or a red invoice to come
    tax_account: str = ""  # of tax that waits for its red invoice: the account that the sale booked it to


def customer(facts: Facts, amount: Decimal) -> Leg:
    """Return the leg for what the customer gets (a credit) or is charged (a debit), to be settled later."""
    assert facts.sale is not None
    return Leg(CUSTOMER, "", amount, facts.sale.currency)


def leg_of(part: Part, line: str | None = None, carried: Dimensions = ()) -> Leg:
    """Return a part of a sale as a leg: in the currency it was written in, where it has a price."""
    account, amount = part.account, part.amount
    return Leg(part.role.value, account, amount, part.currency, line, part.commodity, part.units, carried=carried)


def money_leg(
    role: Role, account: str, amount: Decimal, weight: Decimal | None, document: Document, in_books: bool = False
) -> Leg:
    """Return a leg of the customer's money: at its weight in the books, where these are in another currency.

    `in_books` is for money that moves in the currency of the books; it says what it settles.
    """
    if document.order.exchange is None or weight is None:
        return Leg(role.value, account, amount, document.currency)
    if in_books:
        return Leg(role.value, account, weight, document.currency, item={SETTLES: abs(amount)})
    return Leg(role.value, account, weight, document.currency, None, document.money_currency, amount)


def in_money(facts: Facts, role: Role, account: str, money: Decimal, weight: Decimal) -> Leg:
    """Return a leg of the customer's money on an order: with its weight, where the books are in another currency."""
    exchange, currency = facts.order.exchange, facts.sale.currency if facts.sale is not None else ""
    if exchange is None:
        return Leg(role.value, account, money, currency)
    return Leg(role.value, account, weight, currency, None, exchange.invoiced.currency, money)


def item_of(facts: Facts, decision: Decision) -> dict[str, str | Decimal]:
    """Return the metadata that says what came back: on exactly one posting per item."""
    assert facts.line is not None
    item: dict[str, str | Decimal] = {"sku": facts.line.sku}
    if facts.item is not None and facts.item.serial:
        item["serial"] = facts.item.serial
    if facts.reason:
        item["reason"] = facts.reason.value
    if facts.event.price_only:
        return item
    item = {"sku": facts.line.sku, "qty": facts.quantity or ZERO, **item}
    if decision.goods is Goods.RETURNED:
        item["condition"] = decision.condition.value
        if decision.disposition:
            item["disposition"] = decision.disposition.value
    else:
        item["goods"] = decision.goods.value
    if facts.lots and not decision.placed:
        item["lots"] = lots_text(facts.lots)
    return item


def money_legs(facts: Facts, decision: Decision, *, kept: bool) -> Iterator[Leg]:
    """Yield what takes revenue, discounts and tax of an item back, in the accounts the settings choose."""
    settings, line, sale = facts.settings, facts.line, facts.sale
    assert line is not None and sale is not None
    item = item_of(facts, decision) if not decision.placed else None
    currency = facts.credit[0].currency if facts.credit else sale.currency
    net: dict[tuple[str, str, str | None, Dimensions], tuple[Decimal, Decimal | None]] = {}
    for part in facts.credit:
        carried = sale.dimensions(part.place)
        if part.role is Role.OUTPUT_VAT or (part.role is Role.SALES_DISCOUNTS and settings.discounts == "mirror"):
            yield leg_of(part, line.line, carried)
        else:
            changed = net_place(part, settings, facts.revenue_account, kept=kept)
            role, account = (part.role, part.account) if facts.corrects else changed
            key = role.value, account, part.commodity, carried
            amount, units = net.get(key, (ZERO, None))
            net[key] = amount + part.amount, None if part.units is None else (units or ZERO) + part.units
    if item is not None and not net:  # free goods, or a share below a minor unit: what came back is still told
        role = Role.REVENUE if not settings.contra else Role.SALES_ALLOWANCES if kept else Role.SALES_RETURNS
        account = settings.account_for(role) if settings.contra else facts.revenue_account
        net[role.value, account, None, ()] = ZERO, None
    for n, ((code, account, commodity, carried), (amount, units)) in enumerate(net.items()):
        said = item if n == 0 else None
        yield Leg(code, account, amount, currency, line.line, commodity, units, item=said, carried=carried)


def stock_legs(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield the goods coming back at the cost of their lots against cost of goods as it was booked.

    The two may differ by fractions of a minor unit, as they do in the sale: `cost_rounding` looks at the whole entry.
    """
    sale, line = facts.sale, facts.line
    assert sale is not None and line is not None
    item = item_of(facts, decision)
    for n, placed in enumerate(decision.placed):
        yield Leg(
            placed.role.value,
            placed.account,
            round_to(Fraction(placed.lot.number) * Fraction(placed.sold.units), sale.decimals),
            placed.lot.currency,
            line.line,
            placed.sold.commodity,
            placed.sold.units,
            placed.lot,
            item if n == 0 else None,
            sale.dimensions(placed.sold.place),
        )
    for lot in facts.afloat:
        weight = round_to(Fraction(lot.lot.number) * Fraction(lot.units), sale.decimals)
        role = Role.GOODS_SHIPPED.value
        yield Leg(role, lot.account, -weight, lot.lot.currency, line.line, lot.commodity, -lot.units, lot.lot)
    for part in facts.cost:
        own = sale.dimensions(part.place)
        if part.role is Role.INVENTORY and decision.disposition:
            role_of_place, account = place_by_value(facts, part.account, decision.disposition)
            yield Leg(role_of_place.value, account, part.amount, part.currency, line.line, carried=own)
            continue
        yield Leg(part.role.value, cost_account(facts, part), part.amount, part.currency, line.line, carried=own)


def place_by_value(facts: Facts, kept_at: str, disposition: Disposition) -> tuple[Role, str]:
    """Return role and account that goods kept by value come back to: their own, or its sibling for what is set aside."""
    role, settings = PLACE_OF_DISPOSITION.get(disposition, Role.INVENTORY_DEFECTIVE), facts.settings
    if role is Role.INVENTORY and settings.restock == "selling_account":
        return role, kept_at
    role = Role.INVENTORY_RETURNED if role is Role.INVENTORY else role
    return role, settings.derived_account(role, kept_at, facts.line.sku if facts.line else "")


def cost_account(facts: Facts, part: Part) -> str:
    """Return the account that cost of goods goes back to: its own, or where returns go if it was booked to revenue."""
    assert facts.line is not None
    parts = facts.line.parts or (facts.sale.unshared if facts.sale else ())
    of_margin = any(part.account == own.account for own in parts if own.role is Role.REVENUE)
    if of_margin and facts.settings.contra:
        return facts.settings.account_for(Role.SALES_RETURNS)
    return part.account


def joined(legs: Iterable[Leg]) -> list[Leg]:
    """Return the legs with those of one meaning added up and those that come to nothing left out, in a fixed order."""
    merged: dict[object, Leg] = {}
    for leg in legs:
        sign = leg.amount > 0  # what is taken and what is given are both told: a fee's tax, a refund paid at once
        key = (
            leg.role,
            leg.account,
            leg.line,
            leg.lot,
            leg.currency,
            leg.commodity,
            leg.carried,
            leg.pile,
            sign,
            leg.owner,
            leg.instead,
            leg.tax_account,
        )
        old = merged.get(key)
        if old is None:
            merged[key] = leg
        else:
            units = None if old.units is None or leg.units is None else old.units + leg.units
            merged[key] = Leg(
                leg.role,
                leg.account,
                old.amount + leg.amount,
                leg.currency,
                leg.line,
                leg.commodity,
                units,
                leg.lot,
                _items(old, leg),
                leg.carried,
                leg.pile,
                leg.owner,
                leg.instead,
                leg.tax_account,
            )
    kept = [leg for leg in merged.values() if leg.amount or leg.units or leg.item]
    return sorted((leg for leg in kept if leg.role != CUSTOMER), key=lambda leg: _ORDER.get(leg.role, len(_ORDER)))


def _items(old: Leg, new: Leg) -> Mapping[str, str | Decimal] | None:
    if old.item is None or new.item is None:
        return old.item or new.item
    both = dict(old.item)
    for key in COUNTED:
        first, second = old.item.get(key), new.item.get(key)
        if first is not None or second is not None:
            assert isinstance(first or ZERO, Decimal) and isinstance(second or ZERO, Decimal)
            both[key] = Decimal(plain(Decimal(first or ZERO) + Decimal(second or ZERO)))
    for key, between in (("serial", " "), ("lots", "; ")):
        said = [str(item[key]) for item in (old.item, new.item) if key in item]
        if said:
            both[key] = between.join(said)
    return both


# Postings stand in the order an accountant reads them: revenue, tax, goods, cost, then money.
_ORDER = {
    role.value: n
    for n, role in enumerate(
        (
            Role.CONTRACT_LIABILITY,
            Role.DEPOSIT_LIABILITY,
            Role.OUTPUT_VAT_PENDING,
            Role.PRIOR_PERIOD_ADJUSTMENT,
            Role.REFUND_LIABILITY,
            Role.SALES_RETURNS,
            Role.SALES_ALLOWANCES,
            Role.REVENUE,
            Role.SALES_DISCOUNTS,
            Role.SHIPPING_REVENUE,
            Role.OTHER_REVENUE,
            Role.FORFEITURE_INCOME,
            Role.PENALTY_EXPENSE,
            Role.INTEREST_EXPENSE,
            Role.OUTPUT_VAT,
            Role.OUTPUT_VAT_PENDING_RED,
            Role.RESTOCKING_FEE_REVENUE,
            Role.SETTLEMENT_DISCOUNT,
            Role.ROUNDING,
            Role.CASH_ROUNDING,
            Role.INVENTORY,
            Role.INVENTORY_INSPECTION,
            Role.INVENTORY_RETURNED,
            Role.INVENTORY_OPEN_BOX,
            Role.INVENTORY_HOLD,
            Role.INVENTORY_DEFECTIVE,
            Role.SCRAP_LOSS,
            Role.NON_OPERATING_LOSS,
            Role.GOODS_SHIPPED,
            Role.RETURNS_CLEARING,
            Role.RETURN_ASSET,
            Role.RETURN_COST_ACCRUED,
            Role.COGS,
            Role.COST_ROUNDING,
            Role.INVENTORY_WRITE_DOWN,
            Role.WRITE_DOWN_ALLOWANCE,
            Role.EXCHANGE_CLEARING,
            Role.ACCOUNTS_RECEIVABLE,
            Role.STORE_CREDIT_LIABILITY,
            Role.REFUND_PAYABLE,
            Role.PLATFORM_RECEIVABLE,
            Role.CASH_BANK,
            Role.FX_GAIN_LOSS,
            Role.INCOME_TAX_PAYABLE,
            Role.DEFERRED_TAX_ASSET,
            Role.RETAINED_EARNINGS,
            Role.SURPLUS_RESERVE,
        )
    )
}
