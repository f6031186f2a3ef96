"""What goods cost where no posting of their sale carries it: the books keep them by value, and credit stock by the month.

Metadata of the sale may say it; else the policy chooses. `month_average` takes the share of the line in the cost of
goods of its month: by units where it is of one SKU and all of them are counted, else by net revenue. The shares of a
month add up to what was booked, so that its returns never give back more. What no one says is a problem of the line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from returnledger.books import Books
from returnledger.facts import Facts
from returnledger.money import ZERO, cumulative, plain, round_to
from returnledger.monthly import Apart, Sold, month_of, total
from returnledger.policy import Policy
from returnledger.products import Products
from returnledger.roles import Role
from returnledger.rows import Account, Part, Sale, SaleLine
from returnledger.settings import Settings

_EACH = 4  # decimals of a unit cost as it is told
Said = tuple[str, dict[str, str]]


def with_costs(sale: Sale, books: Books, policy: Policy | None, settings: Settings, products: Products) -> Sale:
    """Return the sale with the cost of each line of which it books none, and with a problem where it is not known."""
    if not any(line.unbooked for line in sale.lines):
        return sale
    finder = _Finder(sale, books, policy, settings, products)
    lines = tuple(finder.line(line) for line in sale.lines)
    free = finder.choice == "none"  # what such goods are worth is not asked for
    kept = [(code, said) for code, said in sale.problems if not (free and said.get("why") == "bought")]
    return replace(
        sale,
        lines=lines,
        problems=(*kept, *finder.problems),
        inferred=(*sale.inferred, *finder.inferred),
    )


def said_by_event(facts: Facts, line: SaleLine, each: Decimal, quantity: Decimal) -> tuple[Part, ...]:
    """Return the cost that an event gives for units of a line of which nothing else is known, off the cost of goods."""
    sale = facts.sale
    assert sale is not None
    account = _standing(Role.COGS, facts.settings, facts.accounts, sale.currency)
    amount = round_to(each * quantity, sale.decimals)
    cost = Part(Role.COGS, account or facts.settings.account_for(Role.COGS), -amount, sale.currency)
    return (cost, Part(Role.INVENTORY, line.value_accounts[0], amount, sale.currency)) if amount else ()


@dataclass(frozen=True)
class _Scope:
    """The costs of a month that a line shares in, and the lines that share in them."""

    costs: tuple[Apart, ...]
    sold: tuple[Sold, ...]

    @property
    def left(self) -> Fraction:
        """Which share of the costs is not that of lines whose cost metadata says."""
        whole = total(self.costs)
        said = sum((line.said for line in self.sold if line.said is not None), ZERO)
        return max(Fraction(0), 1 - Fraction(said) / Fraction(whole)) if whole > 0 else Fraction(0)

    @property
    def sharing(self) -> list[Sold]:
        """The lines whose cost nothing else says."""
        return [line for line in self.sold if line.said is None]

    @property
    def by_units(self) -> bool:
        """True where the units of one SKU share the costs: each is known."""
        return len({line.sku for line in self.sharing}) == 1 and all(line.units is not None for line in self.sharing)


class _Finder:
    """Finds what the lines of one sale cost."""

    def __init__(self, sale: Sale, books: Books, policy: Policy | None, settings: Settings, products: Products) -> None:
        self.sale, self.books, self.settings, self.products = sale, books, settings, products
        self.choice = policy.says.choices.cost if policy else "original"
        self.month = month_of(sale.date)
        self.every = tuple(cost for cost in books.months.costs if cost.currency == sale.currency)
        self.problems: list[Said] = []
        self.inferred: list[Said] = []

    def line(self, line: SaleLine) -> SaleLine:
        """Return a line with its cost, where it has one."""
        if line.unbooked is None or self._is_service(line.sku):
            return line
        account = self._stock(line)
        kept = replace(line, unbooked=replace(line.unbooked, account=account))
        if self.choice == "none":
            return kept
        if any(code == "cost-unknown" and said["sku"] == line.sku for code, said in self.sale.problems):
            return kept
        said = line.unbooked.said
        if said is not None:
            return self._as_said(kept, said, account)
        if self.choice == "month_average":
            return self._of_month(kept, account)
        if self._is_stock(line.sku) or self._sells_by_month():
            self._unknown(line, "original")
        return kept

    def _is_service(self, sku: str) -> bool:
        product = self.products.get(sku)
        return product is not None and product.stock == "none"

    def _is_stock(self, sku: str) -> bool:
        """Return True if products or cost of goods by the month say that the SKU is kept in stock by value."""
        product = self.products.get(sku)
        if product is not None and (product.stock == "value" or product.account):
            return True
        return any(cost.sku == sku for cost in self.every)

    def _sells_by_month(self) -> bool:
        """Return True if the shop books cost of goods by the month for all it sells, and this sale shows no other."""
        whole = any(not cost.sku and cost.stock for cost in self.every)
        return whole and not any(line.lots or line.cogs for line in self.sale.lines)

    def _stock(self, line: SaleLine) -> str:
        """Return the account that keeps the goods by value: the product's, that of the month's cost, the only one."""
        product = self.products.get(line.sku)
        if product is not None and product.account:
            return product.account
        for costs in ([c for c in self.every if c.sku == line.sku], [c for c in self.every if not c.sku]):
            accounts = {account for cost in costs for account in cost.stock}
            if accounts:
                return accounts.pop() if len(accounts) == 1 else ""
        return _standing(Role.INVENTORY, self.settings, self.books.accounts, self.sale.currency)

    def _as_said(self, line: SaleLine, said: Part, kept_at: str) -> SaleLine:
        if not said.amount:
            return line
        if not kept_at:
            self._unknown(line, "account")
            return line
        account = _standing(Role.COGS, self.settings, self.books.accounts, said.currency)
        account = account or self.settings.account_for(Role.COGS)
        each = plain(round_to(Fraction(said.amount) / Fraction(line.units), _EACH))
        where = f"{said.place[0]}:{said.place[1]}" if said.place else ""
        values = {"line": line.line, "sku": line.sku, "cost": f"{said.amount:f}", "currency": said.currency}
        self.inferred.append(("said-cost", {**values, "each": each, "account": kept_at, "where": where}))
        return _costing(line, [replace(said, account=account)], kept_at)

    def _of_month(self, line: SaleLine, kept_at: str) -> SaleLine:
        """Return a line with its share of the cost of goods of the month it was sold in."""
        costs = self.books.months.costs_of(self.month, self.sale.currency)
        named = {cost.sku for cost in costs if cost.sku}
        own = line.sku in named
        scope = tuple(cost for cost in costs if cost.sku == (line.sku if own else ""))
        if total(scope) <= 0:
            stranger = next((cost for cost in self.every if cost.sku), None)
            if self._is_stock(line.sku) or stranger is None or any(not cost.sku for cost in self.every):
                self._unknown(line, "month")
            else:
                where = f"{stranger.place[0]}:{stranger.place[1]}" if stranger.place else ""
                self.inferred.append(("without-cost", {"line": line.line, "sku": line.sku, "where": where}))
            return line
        if not kept_at:
            self._unknown(line, "account")
            return line
        sold = self.books.months.sold_in(self.month)
        sharing = [each for each in sold if self._shares(each, named, line.sku if own else "")]
        return self._share(line, _Scope(scope, tuple(sharing)), kept_at)

    def _shares(self, sold: Sold, named: set[str], sku: str) -> bool:
        if sold.currency != self.sale.currency or self._is_service(sold.sku):
            return False
        return sold.sku == sku if sku else sold.sku not in named

    def _share(self, line: SaleLine, scope: _Scope, kept_at: str) -> SaleLine:
        weights = [each.units if scope.by_units else max(ZERO, each.net) for each in scope.sharing]
        names = [(each.order, each.line) for each in scope.sharing]
        whole = sum((Fraction(weight or 0) for weight in weights), Fraction(0))
        if not whole or (self.sale.order, line.line) not in names:
            self._unknown(line, "month")
            return line
        at = names.index((self.sale.order, line.line))
        before = sum((Fraction(weight or 0) for weight in weights[:at]), Fraction(0)) / whole
        after = before + Fraction(weights[at] or 0) / whole
        parts = [
            Part(Role.COGS, account, amount, self.sale.currency, cost.place)
            for account, (booked, cost) in _by_account(scope.costs).items()
            if (amount := cumulative(Fraction(booked) * scope.left, before, after, self.sale.decimals))
        ]
        line = _costing(line, parts, kept_at)
        self._tell(line, scope, whole)
        return line

    def _tell(self, line: SaleLine, scope: _Scope, whole: Fraction) -> None:
        """Say how the share was found: from which booking, and among how many units or by revenue."""
        places = [f"{cost.place[0]}:{cost.place[1]}" for cost in scope.costs if cost.place]
        booked = Fraction(total(scope.costs)) * scope.left
        cost = plain(round_to(booked, self.sale.decimals))
        values = {"line": line.line, "sku": line.sku, "month": self.month, "cost": cost, "currency": self.sale.currency}
        values |= {"account": ", ".join(line.value_accounts), "where": places[0] if places else ""}
        if scope.by_units:
            values |= {"units": plain(round_to(whole, _EACH)), "each": plain(round_to(booked / whole, _EACH))}
            self.inferred.append(("cost-of-month", values))
        else:
            self.inferred.append(("cost-of-month-by-revenue", {**values, "share": f"{line.cost:f}"}))

    def _unknown(self, line: SaleLine, why: str) -> None:
        place = f"{line.place.file}:{line.place.line}"
        values = {"line": line.line, "sku": line.sku, "month": self.month, "why": why, "where": place}
        self.problems.append(("cost-unknown", values))


def _costing(line: SaleLine, cost: Sequence[Part], kept_at: str) -> SaleLine:
    """Return a line with its cost of goods, and with the stock that gave it up by value."""
    whole = sum([part.amount for part in cost], ZERO)
    if not whole:
        return line
    stock = Part(Role.INVENTORY, kept_at, -whole, cost[0].currency, cost[0].place)
    return replace(line, cogs=(*cost, stock))


def _by_account(costs: Sequence[Apart]) -> dict[str, tuple[Decimal, Apart]]:
    """Return what each account of cost of goods took, with the first posting to it."""
    found: dict[str, tuple[Decimal, Apart]] = {}
    for cost in costs:
        before, first = found.get(cost.account, (ZERO, cost))
        found[cost.account] = before + cost.amount, first
    return found


def _standing(role: Role, settings: Settings, accounts: Mapping[str, Account], currency: str) -> str:
    """Return the open account of a role that takes plain money: the settings', else the only one there is."""
    fitting = [
        name
        for name, account in accounts.items()
        if settings.role_of(name) is role
        and account.closed is None
        and (not account.currencies or currency in account.currencies)
    ]
    first = settings.account_for(role)
    return first if first in fitting else fitting[0] if len(fitting) == 1 else ""
