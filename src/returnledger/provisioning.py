"""Works out what a provision comes to: whose it is, what was sold and came back, what is wanted, and what is in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from returnledger.books import Books
from returnledger.context import Context
from returnledger.estimatebooks import Estimated
from returnledger.estimates import (
    ASSET,
    LIABILITY,
    WARRANTY,
    Estimate,
    Pool,
    Wanted,
    is_month,
    link_of,
    owner_of,
)
from returnledger.events import Event
from returnledger.events.suggest import alike
from returnledger.expected import Expectation, sold_by, worth_of
from returnledger.facts import Facts
from returnledger.linefacts import chosen_policy
from returnledger.money import ZERO, decimals_of, plain, round_to
from returnledger.provisionobstacles import negative, obstacles, said_by, turning
from returnledger.rows import Posted, Sale


@dataclass(frozen=True)
class Owned:
    """What an owner is made of: its sales, and what was posted on their orders."""

    owner: str
    sales: tuple[Sale, ...]
    entries: Mapping[str, list[Posted]]
    pool: Pool
    order: str = ""


def estimate_facts(base: Facts, books: Books, context: Context) -> Facts:
    """Return the facts of a provision; without an estimate where no sale of the books is meant."""
    event = base.event
    orders = books.names.get(event.reference, ())
    estimated = books.estimated or Estimated()
    if orders or not is_month(event.reference):
        if len(orders) != 1:
            nearest = () if orders else tuple(alike(event.reference, books.known_orders))
            at = {o: f"{s.place.file}:{s.place.line}" for o in orders if (s := books.sales.get(o)) and s.place}
            return replace(base, orders=orders, places_of_orders=at, nearest=nearest)
        owned = _of_order(books.sales[orders[0]], books, estimated)
    else:
        owned = _of_cohort(event, books, estimated, context)
        if not owned.sales:
            return base
    policy = chosen_policy(context.policies, owned.sales[0], base.requested)
    facts = replace(base, policy=policy, orders=(owned.owner,))
    return replace(facts, estimate=_estimate(facts, owned, books, context))


def _of_order(sale: Sale, books: Books, estimated: Estimated) -> Owned:
    entries = books.by_order.get(sale.order, [])
    return Owned(sale.order, (sale,), {sale.order: entries}, estimated.pool(sale.order, entries, sale), sale.order)


def _of_cohort(event: Event, books: Books, estimated: Estimated, context: Context) -> Owned:
    """Return a cohort, its orders that have an estimate of their own left out."""
    month, group = event.reference, getattr(event.body, "group", None)
    entries, owner = estimated.of_orders(month), owner_of(month, group)
    sales = [
        sale
        for sale in estimated.cohorts.get(month, {}).values()
        if not _has_own(sale, entries.get(sale.order, ()), estimated)
        and any(_belongs(line.sku, f"{line.date:%Y-%m}", month, group, context) for line in sale.lines)
    ]
    return Owned(owner, tuple(sales), entries, estimated.pool(owner, ()))


def _belongs(sku: str, sold: str, month: str, group: str | None, context: Context) -> bool:
    return sold == month and (group is None or group in (context.category_of(sku), sku))


def _has_own(sale: Sale, entries: Iterable[Posted], estimated: Estimated) -> bool:
    pool = estimated.pool(sale.order, entries, sale)
    return pool.is_of_goods


def _estimate(facts: Facts, owned: Owned, books: Books, context: Context) -> Estimate:
    body, day = facts.event.body, facts.day
    month = None if owned.order else facts.event.reference
    group = getattr(body, "group", None) if month else None
    sold = sold_by(owned.sales, owned.entries, day, month, group, context.category_of)
    expects = _expectations(facts)
    worth = worth_of(sold, *expects) if not said_by(body, "figures") else None
    own = {item.sku for item in facts.event.items if item.sku}
    made = Estimate(
        owned.owner,
        owned.pool,
        owned.order,
        closes=bool(getattr(body, "closed", None)),
        sold=sum((goods.sold for goods in sold.goods.values()), ZERO),
        back=sum((goods.back for goods in sold.goods.values()), ZERO),
        left=sold.left,
        expected=tuple(sorted(worth.units.items())) if worth else (),
        recovery=_recovery(facts),
        revenue=sold.revenue,
        cogs=sold.cogs,
        decimals={c: max(decimals_of(c), sold.decimals.get(c, 0)) for c in {*sold.decimals, *sold.cogs}},
        rates=_rates(facts, owned, books),
        links=owned.sales[0].links if owned.order else (link_of(owned.owner),),
        missing=not (
            getattr(body, "closed", None) or said_by(body, "figures") or any(_expects(e) for e in _all(expects))
        ),
        too_many=tuple((sku, round_to(n, 2), left) for sku, n, left in worth.too_many) if worth else (),
        unknown=tuple(sorted(own - sold.goods.keys())),
        skus=tuple(sorted(sold.goods)),
    )
    made = replace(made, wanted=tuple(_wanted(facts, made, worth)) if not made.closes else ())
    return replace(
        made,
        obstacles=tuple(obstacles(facts, made, sold, context)),
        negative=(*negative(facts, made), *turning(facts, made)),
    )


def _expects(each: Expectation) -> bool:
    return each.rate is not None or each.quantity is not None


def _all(expects: tuple[Expectation, Mapping[str, Expectation]]) -> Iterator[Expectation]:
    yield expects[0]
    yield from expects[1].values()


def _expectations(facts: Facts) -> tuple[Expectation, dict[str, Expectation]]:
    """Return what the event expects of everything, and of single SKUs; what an item leaves out the event says of all."""
    body = facts.event.body
    names = {"expected_rate": "rate", "expected_qty": "quantity", "expected_fee": "fee", "recovery_cost": "recovery"}
    whole = {field: said_by(body, name) for name, field in names.items() if said_by(body, name) is not None}
    own: dict[str, Expectation] = {}
    for item in facts.event.items:
        said = {field: said_by(item, name) for name, field in names.items() if said_by(item, name) is not None}
        if said.keys() & {"rate", "quantity"}:
            kept = {field: value for field, value in whole.items() if field not in ("rate", "quantity")}
        else:
            kept = dict(whole)
        worth = None if item.value is None else item.value - (item.selling_cost or ZERO)
        made = Expectation(**{**kept, **said}, worth=worth)
        if item.sku is None:
            return made, {}
        own[item.sku] = made
    if own:  # SKUs that are not named come back only if the event says so beside its items
        rest = Expectation(**whole) if len(facts.event.items) > 1 else Expectation()
        return rest, own
    return Expectation(**whole), {}


def _recovery(facts: Facts) -> str:
    """Return what taking a unit back costs, by SKU, as entries keep it: `8` or `MUG 8; TEE 3`."""
    every, own = _expectations(facts)
    parts = [plain(every.recovery)] if every.recovery else []
    parts += [f"{sku} {plain(each.recovery)}" for sku, each in sorted(own.items()) if each.recovery]
    return "; ".join(parts)


def _rates(facts: Facts, owned: Owned, books: Books) -> dict[tuple[str, str], tuple[Fraction, Fraction]]:
    """Return for each currency of customers the rate of the sales, and that of the day: the event's, else the last price."""
    found: dict[tuple[str, str], tuple[Fraction, Fraction]] = {}
    totals: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for sale in owned.sales:
        if sale.invoiced is not None:
            key = (sale.currency, sale.invoiced.currency)
            amount, units = totals.get(key, (ZERO, ZERO))
            totals[key] = amount + sale.invoiced.amount, units + sale.invoiced.units
    for key, (amount, units) in totals.items():
        sold_at = Fraction(amount) / Fraction(units)
        price = books.price_on(key[1], key[0], facts.day)
        today = sold_at
        if facts.event.body.rate:
            today = Fraction(facts.event.body.rate)
        elif price is not None:
            today = Fraction(price.number) if price.commodity == key[1] else 1 / Fraction(price.number)
        found[key] = sold_at, today
    return found


def _wanted(facts: Facts, made: Estimate, worth: Any) -> Iterator[Wanted]:
    figures = said_by(facts.event.body, "figures")
    if figures is not None:
        yield from _figures(facts, made, figures)
        return
    for (currency, of), (amount, units) in worth.money.items():
        decimals = made.decimals.get(currency, decimals_of(currency))
        if of is None:
            yield Wanted(LIABILITY, currency, round_to(amount, decimals))
            continue
        own = round_to(units, decimals_of(of))
        sold_at, today = made.rates[currency, of]
        known = bool(made.pool.stands(LIABILITY, currency, facts.day, of))
        yield Wanted(LIABILITY, currency, round_to(Fraction(own) * (today if known else sold_at), decimals), of, own)
    for currency, amount in worth.goods.items():
        yield Wanted(ASSET, currency, round_to(amount, made.decimals.get(currency, decimals_of(currency))))


def _figures(facts: Facts, made: Estimate, figures: Any) -> Iterator[Wanted]:
    """Yield the balances that the event names; money in the currency of the customers, where they have but one."""
    monies = list(dict.fromkeys((*((c, of) for c, of in made.rates), *((c, None) for c in made.revenue))))
    currency = next(iter(made.revenue), facts.settings.operating_currency)
    if figures.refund_liability is not None:
        foreign = [(c, of) for c, of in made.rates if facts.event.body.currency in (None, of)]
        if foreign and len({c for c, _ in monies}) == 1 and len(made.rates) == 1 and made.order:
            (home, of), known = foreign[0], bool(made.pool.stands(LIABILITY, *foreign[0][:1], facts.day, foreign[0][1]))
            rate = made.rates[home, of][1 if known else 0]
            weight = round_to(Fraction(figures.refund_liability) * rate, made.decimals.get(home, decimals_of(home)))
            yield Wanted(LIABILITY, home, weight, of, figures.refund_liability)
        else:
            yield Wanted(LIABILITY, currency, figures.refund_liability)
    if figures.return_asset is not None:
        yield Wanted(ASSET, next(iter(made.cogs), currency), figures.return_asset)
    if figures.warranty_provision is not None:
        yield Wanted(WARRANTY, facts.settings.operating_currency, figures.warranty_provision)
