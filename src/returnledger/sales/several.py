"""Several orders in one entry, each named on the postings that are its own: told apart before anything is read of them.

    2026-02-01 * "Sales of the day"
      Assets:Bank             169.50 CNY
      Income:Sales           -100.00 CNY
        order: "1001"
        sku: "MUG"
      Income:Sales            -50.00 CNY
        order: "1002"
        sku: "TEE"
      Liabilities:Output-VAT  -19.50 CNY
      Expenses:COGS            80.00 CNY
      Assets:Inventory            -2 MUG {30.00 CNY}
      Assets:Inventory            -1 TEE {20.00 CNY}

What no posting names goes to an order only where there is one way to deal it: goods by their SKU, cost of goods by the
lots, tax at one rate on all, and the one account of money by what each order then lacks to zero. Anything else can't
be known, and neither can the orders.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from beancount.core.amount import Amount
from beancount.core.data import Transaction

from returnledger.money import ZERO, at_price, decimals_of, places, quantum, round_to, shares
from returnledger.rows import Noted
from returnledger.sales.clusters import Key
from returnledger.sales.postings import Posting, booked, shown_at
from returnledger.sales.recognition import (
    ADVANCE,
    COGS,
    DISCOUNT,
    EXPENSE,
    RECEIVABLE,
    REVENUE,
    SHIPPING,
    TAX,
    TENDER,
    UNNAMED,
    Recognition,
)
from returnledger.sales.tax.rates import Usual, rate_of

_MONEY = (RECEIVABLE, TENDER, ADVANCE)


class Inseparable(Exception):
    """Raised where the orders of an entry can't be told apart: a code, and the places of two postings that show it."""

    def __init__(self, code: str, **said: str) -> None:
        """Say why."""
        super().__init__(code)
        self.problem: Noted = (code, {"skus": "", **said})


def several(named: Mapping[int, Key]) -> bool:
    """Return True if the postings of a transaction name two orders or more by one rule of the settings."""
    keys = set(named.values())
    return len(keys) > 1 and len({rule for rule, _ in keys}) < len(keys)


def parted(transaction: Transaction, named: Mapping[int, Key], how: Recognition) -> dict[Key, Transaction]:
    """Return the part of a transaction that is each order's; raises Inseparable where that can't be known.

    `named` is the order of each posting that names one, by the identity of the posting.
    """
    found = _Parts(transaction, named, how)
    found.deal_goods()
    found.deal_cost()
    found.deal_tax()
    found.deal_money()
    return found.done()


class _Parts:
    """The orders of one entry, and what is not dealt to them yet."""

    def __init__(self, transaction: Transaction, named: Mapping[int, Key], how: Recognition) -> None:
        self.transaction, self.how = transaction, how
        rules = [rule for rule, _ in dict.fromkeys(named.values())]
        self.rule = next(rule for rule in rules if rules.count(rule) > 1)
        self.own: dict[Key, list[Posting]] = {}
        self.common: list[Posting] = []
        for posting in booked(transaction):
            key = named.get(id(posting))
            if key is not None and key[0] == self.rule:
                self.own.setdefault(key, []).append(posting)
            else:
                self.common.append(posting)

    def _refuse(self, posting: Posting) -> Inseparable:
        """Return that a posting may be of several orders, with the first posting that names one."""
        return Inseparable("orders-in-one", orders=self.orders, where=self.first, also=shown_at(posting))

    @property
    def orders(self) -> str:
        """The names of all orders."""
        return ", ".join(name for _, name in self.own)

    @property
    def first(self) -> str:
        """The place of the first posting that names an order."""
        return next(shown_at(own[0]) for own in self.own.values())

    def _take(self, which: Callable[[Posting], bool]) -> list[Posting]:
        """Take postings out of what is not dealt yet."""
        found = [posting for posting in self.common if which(posting)]
        self.common = [posting for posting in self.common if not which(posting)]
        return found

    def _purpose(self, posting: Posting) -> int:
        purpose = self.how.purpose(posting.account)
        meta = posting.meta or {}
        return REVENUE if purpose == UNNAMED and (self.how.sku in meta or self.how.line in meta) else purpose

    def _deal(self, posting: Posting, amounts: Sequence[Decimal]) -> None:
        """Give each order its part of a posting that is no goods."""
        any_posting: Any = posting
        for own, amount in zip(self.own.values(), amounts, strict=True):
            if amount:
                own.append(any_posting._replace(units=Amount(amount, posting.units.currency)))

    def deal_goods(self) -> None:
        """Give goods, and what else names a SKU, to the one order that names it too."""
        owners: dict[str, set[Key]] = defaultdict(set)
        for key, own in self.own.items():
            for posting in own:
                for sku in self._skus(posting):
                    owners[sku].add(key)
        for posting in self._take(lambda p: p.cost is not None or bool(self._skus(p))):
            keys = set().union(*(owners.get(sku, set()) for sku in self._skus(posting)))
            if len(keys) != 1:
                raise self._refuse(posting)
            self.own[keys.pop()].append(posting)

    def _skus(self, posting: Posting) -> set[str]:
        meta = posting.meta or {}
        found = {str(meta[self.how.sku])} if self.how.sku in meta else set()
        if posting.cost is not None:
            found.add(self.how.sku_of(posting))
        return found

    def deal_cost(self) -> None:
        """Deal one cost of goods by what the lots of each order still lack."""
        cost = self._take(lambda p: self._purpose(p) == COGS)
        if not cost:
            return
        lacking = []
        for own in self.own.values():
            goods = [p for p in own if p.cost is not None or self._purpose(p) == COGS]
            lacking.append(-sum([_weight(p) for p in goods], ZERO))
        decimals = _decimals(cost[0])
        rounded = _rounded(lacking, decimals)
        if len(cost) > 1 or min(lacking) < 0 or sum(rounded, ZERO) != cost[0].units.number:
            raise self._refuse(cost[0])
        self._deal(cost[0], rounded)

    def deal_tax(self) -> None:
        """Deal tax at the one rate that it shows on all orders; what is left of one account, by what they lack."""
        tax = self._take(lambda p: self._purpose(p) == TAX)
        if not tax:
            return
        if not self.common and len(tax) == 1:
            self._balance(tax[0])
            return
        if any(self._purpose(p) == TAX for own in self.own.values() for p in own):
            raise self._refuse(tax[0])
        for posting in tax:
            nets = self._nets((REVENUE, DISCOUNT, SHIPPING))
            rate = self._rate(posting, sum(nets, ZERO), len(tax) > 1)
            if rate is None:
                nets = self._nets((REVENUE, DISCOUNT))
                rate = self._rate(posting, sum(nets, ZERO), len(tax) > 1)
            if rate is None or not all(net > 0 for net in nets):
                raise self._refuse(posting)
            decimals = _decimals(posting)
            each = [round_to(net * rate, decimals) for net in nets]
            if sum(each, ZERO) != -posting.units.number:  # rounded once, for all
                each = shares(-posting.units.number, nets, decimals)
            self._deal(posting, [-amount for amount in each])

    def _nets(self, purposes: tuple[int, ...]) -> list[Decimal]:
        return [
            -sum([_weight(p) for p in own if p.cost is None and self._purpose(p) in purposes], ZERO)
            for own in self.own.values()
        ]

    def _rate(self, posting: Posting, base: Decimal, one_of_several: bool) -> Decimal | None:
        """Return the rate of a tax on all orders, None where it shows none, or where a line says another."""
        usual = Usual(posting.units.currency, self.transaction.date, self.how.tax_rates)
        if posting.price is not None or (one_of_several and not usual.several):
            return None
        slack = quantum(_decimals(posting)) * len(self.own) / 2
        rate = usual.shown(-posting.units.number, base, slack)
        known = {each for country in usual.countries for each in country}
        if rate is None or (known and rate not in known):
            return None
        metas = [p.meta or {} for own in self.own.values() for p in own]
        said = {rate_of(meta[self.how.tax_rate]) for meta in metas if self.how.tax_rate in meta}
        said |= {self.how.rates.get(str(meta.get(self.how.sku))) for meta in metas} - {None}
        return rate if said <= {rate} else None

    def deal_money(self) -> None:
        """Deal the one account of money by what each order lacks; a fee kept of it by the same."""
        money = self._take(lambda p: self._purpose(p) in _MONEY and p.cost is None)
        fees = self._take(lambda p: bool(money) and self._purpose(p) == EXPENSE and p.units.number > 0)
        for posting in [*self.common, *money[1:]]:
            raise self._refuse(posting)
        for fee in fees:
            lacking = self._lacking()
            if fee.price is not None or min(lacking) < 0:
                raise self._refuse(fee)
            self._deal(fee, shares(fee.units.number, lacking, _decimals(fee)))
        if money:
            self._balance(money[0])

    def _balance(self, posting: Posting) -> None:
        """Deal a posting by what each order lacks to zero; all of them together must lack all of it."""
        lacking = self._lacking()
        if posting.price is not None or sum(lacking, ZERO) != posting.units.number:
            raise self._refuse(posting)
        self._deal(posting, lacking)

    def _lacking(self) -> list[Decimal]:
        """Return what each order lacks to zero, to the minor unit."""
        found = []
        for own in self.own.values():
            decimals = max([_decimals(p) for p in own if p.cost is None], default=2)
            found.append(-round_to(sum([_weight(p) for p in own], ZERO), decimals))
        return found

    def done(self) -> dict[Key, Transaction]:
        """Return the parts, each of which comes to nothing."""
        made = {}
        for key, own in self.own.items():
            off = sum([_weight(p) for p in own], ZERO)
            if abs(off) > quantum(decimals_of(own[0].units.currency)) / 2:
                said = {"orders": self.orders, "named": key[1], "amount": f"{off:f}"}
                raise Inseparable("orders-unbalanced", **said, where=shown_at(own[0]), also=shown_at(own[-1]))
            made[key] = self.transaction._replace(postings=own)  # type: ignore[arg-type]
        return made


def _weight(posting: Posting) -> Decimal:
    """Return what a posting weighs: units, at their cost or price."""
    number = posting.units.number
    if posting.cost is not None:
        return Decimal(number * posting.cost.number)
    return number if posting.price is None else at_price(number, posting.price.number, posting.price.currency)


def _rounded(amounts: Sequence[Decimal], decimals: int) -> list[Decimal]:
    """Return amounts rounded cumulatively, so that they add up to the rounded sum."""
    found, before = [], ZERO
    for amount in amounts:
        after = before + amount
        found.append(round_to(after, decimals) - round_to(before, decimals))
        before = after
    return found


def _decimals(posting: Posting) -> int:
    return max(decimals_of(posting.units.currency), places(posting.units.number))
