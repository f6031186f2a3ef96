"""What a return takes of estimates: of its own order's, then of those of its cohort, the oldest first.

Money comes first: the refund liability stands for what is credited without tax, less the fee, which customers were
expected to bear. As far as it goes, what taking the units back was estimated to cost is accrued, and the goods take the
right of return asset. What the estimates do not cover goes to current revenue and cost of goods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from returnledger.books import Books
from returnledger.decision import Decision
from returnledger.draws import Draw, Taken, Use, foreign_money_of, goods_of, money_of
from returnledger.estimates import ACCRUED, Pool
from returnledger.facts import Facts
from returnledger.money import ZERO, round_to
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.terms import Goods

Pairs = list[tuple[Facts, Decision]]


def with_draws(items: Pairs, books: Books) -> Pairs:
    """Return the items of an event with what each takes of estimates, one after the other."""
    taken: Taken = {}
    return [(facts, replace(decision, draw=_draw(facts, decision, books, taken))) for facts, decision in items]


def _draw(facts: Facts, decision: Decision, books: Books, taken: Taken) -> Draw | None:
    """Return what an item takes of estimates, None where returns are not estimated."""
    if not facts.settings.estimates or facts.sale is None or facts.line is None or facts.blind:
        return None
    if facts.event.price_only or decision.goods is Goods.KEPT or books.estimated is None:
        return Draw()
    pools = [pool for pool in _pools(facts, books) if pool.is_of_goods]
    uses: list[Use] = []
    wanted = facts.net - (decision.fee - decision.fee_tax)
    accrued = ZERO
    for pool in pools:
        own, share = _money(facts, pool, wanted - _covered(facts, uses), taken)
        uses += own
        accrued += _recovery(facts, pool, share / Fraction(wanted) if wanted else Fraction(0))
    covered = min(wanted, _covered(facts, uses))
    uses += _goods(facts, pools, accrued, taken)
    return Draw(tuple(uses), covered)


def _pools(facts: Facts, books: Books) -> list[Pool]:
    """Return the estimates a line may use: its order's, then those of its cohort, the oldest first."""
    sale, line = facts.sale, facts.line
    assert sale is not None and line is not None and books.estimated is not None
    month = f"{line.date:%Y-%m}"
    found = [books.estimated.pool(sale.order, books.by_order.get(sale.order, ()), sale)]
    for owner in books.estimated.owners(month):
        group = owner.partition("/")[2]
        if not group or group in (facts.category, line.sku):
            found.append(books.estimated.pool(owner, ()))
    return found


def _money(facts: Facts, pool: Pool, wanted: Decimal, taken: Taken) -> tuple[list[Use], Fraction]:
    """Return what a pool gives of the money that is wanted, and how much of that it covers at the sale's rate."""
    sale, exchange = facts.sale, facts.order.exchange
    assert sale is not None
    if wanted <= 0:
        return [], Fraction(0)
    if exchange is None:
        uses = list(money_of(pool, wanted, sale.currency, facts.day, taken))
        return uses, sum((Fraction(use.amount) for use in uses), Fraction(0))
    money = (sale.currency, exchange.invoiced.currency)
    units = exchange.to_units(wanted)
    uses = list(foreign_money_of(pool, units, money, facts.day, taken, sale.decimals))
    given = sum((use.units or ZERO for use in uses), ZERO)
    return uses, Fraction(wanted) * Fraction(given) / Fraction(units) if units else Fraction(0)


def _covered(facts: Facts, uses: Sequence[Use]) -> Decimal:
    """Return what of the sale's revenue the uses stand for, at the sale's rate."""
    exchange, sale = facts.order.exchange, facts.sale
    assert sale is not None
    if exchange is None:
        return sum((use.amount for use in uses), ZERO)
    return exchange.to_books(sum((use.units or ZERO for use in uses), ZERO))


def _recovery(facts: Facts, pool: Pool, share: Fraction) -> Decimal:
    """Return what taking the units back was estimated to cost, as far as they were expected."""
    assert facts.line is not None and facts.sale is not None
    if not facts.cost or not share:
        return ZERO
    each = pool.recovery(facts.line.sku, facts.day)
    units = sum((lot.units for lot in facts.lots), ZERO) or facts.quantity or ZERO
    return round_to(Fraction(each) * Fraction(units) * min(share, Fraction(1)), facts.sale.decimals)


def _goods(facts: Facts, pools: Sequence[Pool], accrued: Decimal, taken: Taken) -> list[Use]:
    """Return what the goods take: what was accrued for taking them back, and the right of return asset."""
    booked = [part for part in facts.cost if part.role is Role.COGS]
    if not booked:
        return []
    currency = booked[0].currency
    cost = -sum((part.amount for part in booked if part.currency == currency), ZERO)
    uses: list[Use] = []
    accrued = min(accrued, cost)
    wanted = cost - accrued
    for pool in pools:
        own = list(goods_of(pool, wanted, currency, facts.day, taken))
        wanted -= sum((use.amount for use in own), ZERO)
        uses += own
    if accrued > 0:
        owner = next(
            (pool.owner for pool in pools if pool.recovery(facts.line.sku if facts.line else "", facts.day)), ""
        )
        account = facts.settings.account_for(Role.RETURN_COST_ACCRUED)
        uses.append(Use(ACCRUED, owner, account, accrued, currency))
    return uses


def accrued_of(entries: Iterable[Posted], books: Books, day: date | None) -> Iterator[Use]:
    """Yield what a case accrued for taking goods back and nothing has paid or released, by owner and account."""
    left: dict[tuple[str, str, str, str], Decimal] = {}
    for entry in entries:
        for leg in entry.legs:
            if leg.role == ACCRUED and leg.owner:
                key = (leg.owner, leg.account, leg.currency, entry.order)
                left[key] = left.get(key, ZERO) - leg.amount
    for (owner, account, currency, order), amount in left.items():
        if books.estimated is None:
            return
        sale = books.sales.get(order) if owner == order else None
        pool = books.estimated.pool(owner, books.by_order.get(order, ()), sale)
        stands = sum(
            (s.amount for s in pool.stands(ACCRUED, currency, day, lasting=True) if s.account == account), ZERO
        )
        if min(amount, stands) > 0:
            yield Use(ACCRUED, owner, account, min(amount, stands), currency)
