"""Sales of several goods whose revenue names no line: the account tells, or the price on the goods, or what is left.

A revenue account per SKU is tied to the goods of that name. Else the price that stands on the goods, after `@` or as
`unit_price`, is compared with what the sale brought: it may be the price without tax, the price with tax, or a list
price from which an order's discount has already gone; then revenue is shared by it. One SKU at two prices is two lines.

    2026-01-05 * "Ann" "Order" ^inv-1001
      Assets:Bank              180.80 CNY
      Income:Sales            -160.00 CNY
      Liabilities:Output-VAT   -20.80 CNY
      Expenses:COGS            110.00 CNY
      Assets:Inventory             -2 MUG {30 CNY} @ 50 CNY
      Assets:Inventory             -1 TEE {50 CNY} @ 60 CNY
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from returnledger.money import ZERO, places, shares
from returnledger.roles import Role
from returnledger.rows import Part
from returnledger.sales.by_line import drafts as named_drafts
from returnledger.sales.costs import unbooked_cost
from returnledger.sales.drafts import NO_META, Draft, account_names, earn, named_by, read_metadata, take
from returnledger.sales.postings import Flow, Posting, place_of, shown_at
from returnledger.sales.recognition import Recognition
from returnledger.sales.tax.in_prices import Prices, without_tax
from returnledger.sales.values import number_of, text_of

_HALF_A_CENT = Decimal("0.005")


def drafts(flow: Flow, recognition: Recognition) -> list[Draft] | None:
    """Return the lines of goods with the revenue that can be tied to them, None where it can't."""
    if not flow.out:
        return None
    keys = (recognition.line, recognition.sku)
    plain = [p for p in flow.revenue if not any(key in (p.meta or NO_META) for key in keys)]
    if len(plain) == len(flow.revenue):
        made = _goods(flow, recognition)
    else:
        made = named(flow, plain, recognition)
    poor = [draft for draft in made if draft.lots and not draft.gross]
    if not poor or not (plain or unbooked_cost(flow)):
        return None
    if len(poor) == 1:
        for posting in plain:
            earn(poor[0], posting)
        if plain:
            flow.inferred.append(("revenue-of-the-rest", {"sku": poor[0].sku, "where": shown_at(plain[0])}))
        return made
    services = _by_account(poor, plain, flow, recognition)
    if services is not None:
        return [*made, *services]
    return made if _by_price(poor, plain, flow, recognition) else None


def named(flow: Flow, plain: Sequence[Posting], recognition: Recognition) -> list[Draft]:
    """Return the lines that metadata or goods name; the revenue of some goods may be in `plain`, which names none."""
    part = Flow()
    part.transactions = flow.transactions
    part.out, part.revenue = flow.out, [p for p in flow.revenue if p not in plain]
    part.lines = [p for p in flow.lines if p not in plain]
    made = named_drafts(part, recognition, plain) or []
    flow.problems.extend(problem for problem in part.problems if problem not in flow.problems)
    flow.inferred.extend(told for told in part.inferred if told not in flow.inferred)
    return made


def _goods(flow: Flow, recognition: Recognition) -> list[Draft]:
    """Return one line for each SKU and price that went out, without revenue."""
    made: dict[tuple[str, str, Decimal | None], Draft] = {}
    own: dict[int, list[Posting]] = {}
    for posting in flow.out:
        name = text_of((posting.meta or NO_META).get(recognition.line))
        key = (name, recognition.sku_of(posting), _price(posting, recognition))
        draft = made.setdefault(key, Draft(name or None, key[1], posting))
        own.setdefault(id(draft), []).append(posting)
        take(draft, posting, flow.transactions[0].date, recognition)
    for draft in made.values():
        read_metadata(draft, own[id(draft)], recognition)
    return list(made.values())


def _price(posting: Posting, recognition: Recognition) -> Decimal | None:
    """Return the unit price that stands on goods: as metadata says it, else after `@`."""
    said = number_of((posting.meta or NO_META).get(recognition.unit_price))
    if said is not None or posting.price is None:
        return said
    number = posting.price.number
    return number if isinstance(number, Decimal) else None


def _by_account(poor: list[Draft], plain: list[Posting], flow: Flow, recognition: Recognition) -> list[Draft] | None:
    """Tie revenue by the last part of its account to the goods of that name; return the services, None if it can't be.

    Once every SKU has its own account, revenue beside them under another name is a service of that name.
    """
    names = account_names(poor)
    owners: list[tuple[Posting, Draft | None]] = []
    for posting in plain:
        found = named_by(posting.account, names)
        owners.append((posting, found[0] if len(found) == 1 else None))
    if {id(draft) for draft in poor} != {id(draft) for _, draft in owners if draft}:
        return None
    parents = {posting.account.rpartition(":")[0] for posting, draft in owners if draft}
    if any(posting.account.rpartition(":")[0] not in parents for posting, draft in owners if not draft):
        return None
    services: list[Draft] = []
    for posting, owner in owners:
        draft = owner or Draft(None, posting.account.rpartition(":")[2], posting)
        if owner is None:
            services.append(draft)
        earn(draft, posting)
        draft.source = posting
        values = {"account": posting.account, "sku": draft.sku, "where": shown_at(posting)}
        flow.inferred.append(("revenue-by-account", values))
    return services


def _by_price(poor: list[Draft], plain: list[Posting], flow: Flow, recognition: Recognition) -> bool:
    """Share revenue by the prices on the goods; return False where they say nothing, or less than the sale brought."""
    by_source = [_price(draft.source, recognition) for draft in poor]
    if any(price is None for price in by_source):
        return False
    amounts = [(price or ZERO) * draft.units for price, draft in zip(by_source, poor)]
    revenue = -sum([p.units.number for p in plain], ZERO)
    discount = sum([p.units.number for p in flow.discount], ZERO)
    tax = -sum([p.units.number for p in flow.tax], ZERO)
    hidden = unbooked_cost(flow)
    whole, priced = revenue + hidden, sum(amounts, ZERO)
    if not priced:
        return False
    slack = sum([_rounded_off(price or ZERO) * draft.units for price, draft in zip(by_source, poor)], _HALF_A_CENT)

    def comes_to(*sums: Decimal) -> bool:
        return any(abs(priced - each) <= slack for each in sums)

    found = Prices()
    if comes_to(whole, whole - discount):
        basis = "revenue-by-price"
    else:
        found = without_tax(poor, (amounts, whole), flow, recognition) if tax and not hidden else found
        amounts = found.nets or amounts
        if found.nets and found.discounted:
            basis = "revenue-by-price-less-discount"
        elif found.nets or (tax and comes_to(whole + tax, whole - discount + tax)):
            basis = "revenue-by-price-with-tax"
        elif priced > whole:
            basis = "revenue-by-list-price"
        else:
            return False
        _tell_rates(poor, found, basis, flow)
    values = {"priced": f"{priced:f}", "revenue": f"{whole:f}", "where": shown_at(poor[0].source)}
    flow.inferred.append((basis, values))
    if priced == whole and not hidden and _one_to_one(poor, plain, amounts):
        return True
    decimals = max(2, *(places(p.units.number) for p in (*plain, *flow.tax)))
    if hidden:
        _net_of_cost(poor, flow, shares(whole, amounts, decimals))
        return True
    for posting in plain:
        _give(poor, posting, shares(posting.units.number, amounts, max(decimals, places(posting.units.number))))
    return True


def _tell_rates(poor: list[Draft], found: Prices, basis: str, flow: Flow) -> None:
    """Give each line the rate that its price included, and say which lines a discount was on, or what is not known."""
    if found.unknown and basis == "revenue-by-price-with-tax":
        skus = ", ".join(dict.fromkeys(draft.sku for draft in poor))
        values = {"skus": skus, "fields": "tax_rate", "where": shown_at(flow.tax[0])}
        flow.problems.append(("facts-missing", values))
    for draft, rate in zip(poor, found.rates):
        draft.rate = rate
    if found.bearing:
        flow.bearing = [poor[n] for n in found.bearing]
        skus = ", ".join(dict.fromkeys(draft.sku for draft in flow.bearing))
        flow.inferred.append(("discount-at-one-rate", {"on": skus, "where": shown_at(flow.tax[0])}))


def _rounded_off(price: Decimal) -> Decimal:
    """Return by how much a unit price may be off because it was rounded: three for 50.00 are 16.67 each."""
    return Decimal(5).scaleb(-places(price) - 1) if places(price) else ZERO


def _one_to_one(poor: list[Draft], plain: list[Posting], amounts: Sequence[Decimal]) -> bool:
    """Give each line the one posting of its amount; return False where amounts and postings are not pairs."""
    by_amount = {-posting.units.number: posting for posting in plain}
    earning = {amount: draft for amount, draft in zip(amounts, poor) if amount}
    if len(by_amount) != len(plain) or by_amount.keys() != earning.keys():
        return False
    if len(earning) != sum(1 for amount in amounts if amount):
        return False
    for amount, draft in earning.items():
        earn(draft, by_amount[amount])
    return True


def _give(poor: list[Draft], posting: Posting, amounts: Sequence[Decimal]) -> None:
    currency, place = posting.units.currency, place_of(posting)
    for draft, amount in zip(poor, amounts):
        if amount:
            draft.gross.append(Part(Role.REVENUE, posting.account, amount, currency, place))


def _net_of_cost(poor: list[Draft], flow: Flow, worth: Sequence[Decimal]) -> None:
    """Give each line what it brought less what its goods cost, where the revenue booked is the margin alone."""
    posting = (flow.revenue or flow.discount)[0]
    _give(poor, posting, [-(amount - draft.weight) for draft, amount in zip(poor, worth)])
