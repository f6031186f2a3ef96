"""The tax of one sale that names no line, and what the books say of its rates.

Rates stand on lines, on tax postings, at the end of account names, or on commodities. Where every line has one, the tax is
theirs, rate by rate; where the lines' own come to another tax, that is said.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from returnledger.money import ZERO, decimals_of, places, quantum, round_to
from returnledger.sales.allocation import Allocation
from returnledger.sales.drafts import NO_META
from returnledger.sales.postings import Posting, shown_at
from returnledger.sales.recognition import Recognition
from returnledger.sales.tax import rates
from returnledger.sales.tax.bases import Base, Charge, Split, before_discount, slack_of
from returnledger.sales.weighed import Weighed


class Common:
    """The tax postings of a sale that name no line, and what they can have been charged on."""

    def __init__(
        self, common: list[Posting], bases: list[Base], allocation: Allocation, day: date, how: Recognition
    ) -> None:
        """Search for what the tax postings `common` were charged on among `bases`; `allocation` is told what is concluded."""
        self.common, self.bases, self.allocation = common, bases, allocation
        self.how, self.ambiguous, self.doubted = how, False, False
        self.total = sum([-posting.units.number for posting in common], ZERO)
        first = common[0]
        currency = first.commodity if isinstance(first, Weighed) else first.units.currency
        self.usual = rates.Usual(currency, day, how.tax_rates)
        # A cost in mills does not make the tax any finer: what counts is how it is written itself.
        self.decimals = max(_decimals(p) for p in common)
        self.goods = [base for base in bases if base.drafts and base.rate != 0]
        self.delivery = next((base for base in bases if not base.drafts), None)

    def whole(self, taxed: bool) -> list[Base]:
        """Return all goods that can be taxed, with delivery if it was `taxed`."""
        on = self.goods or [base for base in self.bases if base.drafts]
        return [*on, self.delivery] if taxed and self.delivery is not None else on

    def _stated(self, posting: Posting, hinted: bool) -> Decimal | None:
        meta = posting.meta or NO_META
        rate = rates.rate_of(meta.get(self.how.tax_rate, meta.get("rate")))
        return rates.rate_in(posting.account) if rate is None and hinted else rate

    def charges(self, hinted: bool = True) -> list[Charge]:
        """Return the tax postings with the rate that metadata says, else that the account hints at."""
        return [Charge.of([posting], self._stated(posting, hinted)) for posting in self.common]

    def tell_delivery(self, taxed: bool) -> None:
        """Say of delivery whether it was taxed, unless the books do."""
        if self.delivery is not None and self.delivery.rate is None:
            self.allocation.inferred.append(("delivery-taxed" if taxed else "delivery-untaxed", {}))

    def supposed(self, goods: list[Base]) -> list[Base]:
        """Return the goods at the rates of their revenue accounts or commodities, where these come to the tax."""
        if not self.how.rates and not all(rates.rate_in(p.account) for b in goods for d in b.drafts for p in d.gross):
            return []
        found = []
        for base in goods:
            named = {rates.rate_in(part.account) for draft in base.drafts for part in draft.gross}
            rate = base.rate if base.rate is not None else self.how.rates.get(base.drafts[0].sku)
            rate = named.pop() if rate is None and len(named) == 1 else rate
            if rate is None:
                return []
            found.append(replace(base, rate=rate))
        return found if any(self._fits(at) for at in (found, before_discount(found))) else []

    def by_rates(self, goods: list[Base]) -> Split:
        """Return the charges by the rates that every line says; say where they can't come to this tax.

        A tax that the rates come to before discounts, and not after them, was charged before them.
        """
        gross = before_discount(goods)
        if not self._fits(goods) and self._fits(gross):
            self.allocation.inferred.append(("tax-before-discount", {}))
            goods = gross
        delivery, expected = self._delivery_rate(goods)
        taxable = [base for base in goods if base.rate]
        if self.delivery is not None:
            self.tell_delivery(bool(delivery))
            if delivery:
                taxable.append(replace(self.delivery, rate=delivery))
        if abs(expected - self.total) > slack_of([*goods, *taxable], self.decimals, lenient=True):
            first = next((draft for base in goods for draft in base.drafts), None)
            values = {
                "skus": ", ".join(dict.fromkeys(draft.sku for base in goods for draft in base.drafts)),
                "tax": f"{self.total:f}",
                "expected": f"{round_to(expected, self.decimals):f}",
                "where": shown_at(self.common[0]),
                "where_line": shown_at(first.source) if first else "",
            }
            self.allocation.problems.append(("taxes-disagree", values))
        return [(charge, self._at_its_rate(charge, taxable)) for charge in merged_charges(self.charges())]

    def _fits(self, goods: list[Base]) -> bool:
        """Return True if the rates of goods, and the best one for delivery, come to the tax."""
        return abs(self._delivery_rate(goods)[1] - self.total) <= slack_of(self.bases, self.decimals)

    def _delivery_rate(self, goods: list[Base]) -> tuple[Decimal, Decimal]:
        """Return the rate of delivery, said or that of goods or none, that comes nearest to the tax, and to what all come."""
        expected = sum([base.net * (base.rate or ZERO) for base in goods], ZERO)
        if self.delivery is None:
            return ZERO, expected
        net, options = self.delivery.net, {base.rate or ZERO for base in goods} | {ZERO}
        if self.delivery.rate is not None:
            options = {self.delivery.rate}
        rate = min(sorted(options, reverse=True), key=lambda option: abs(expected + net * option - self.total))
        return rate, expected + net * rate

    def _at_its_rate(self, charge: Charge, taxable: list[Base]) -> list[Base]:
        """Return the bases of the charge's rate, told by rate or amount; all taxable ones, by rate, where none is its own."""
        every = taxable or self.whole(False)
        if charge.rate is not None:
            own = [base for base in every if base.rate == charge.rate]
            return own or every
        for rate in dict.fromkeys(base.rate for base in every):
            own = [base for base in every if base.rate == rate]
            net = sum([base.net for base in own], ZERO)
            if rate and rates.fits(charge.amount, net, rate, slack_of(own, self.decimals)):
                return own
        return every


def _decimals(posting: Posting) -> int:
    """Return to which decimals a tax was rounded: one in another currency to the minor unit of that, as the books see it."""
    if not isinstance(posting, Weighed) or not posting.number:
        return max(decimals_of(posting.units.currency), places(posting.units.number))
    unit: Decimal = quantum(decimals_of(posting.commodity)) * abs(posting.units.number / posting.number)
    return max(0, -unit.adjusted() - (unit.normalize().as_tuple().digits != (1,)))


def merged_charges(charges: list[Charge]) -> list[Charge]:
    """Return the charges with those of one account and rate in one."""
    merged: dict[tuple[str, Decimal | None], list[Posting]] = {}
    for charge in charges:
        merged.setdefault((charge.postings[0].account, charge.rate), []).extend(charge.postings)
    return [Charge.of(postings, rate) for (_, rate), postings in merged.items()]
