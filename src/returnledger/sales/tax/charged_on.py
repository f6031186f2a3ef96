"""Finds out what each tax of a sale was charged on: which lines, and delivery or not.

Tax that names a line or SKU is that line's. Of the rest the books may say the rate: in metadata of the line or of the
tax (`tax_rate: 0.05`), or by the name of the account (`Liabilities:VAT:20`). What they don't say, the amounts may show:
which lines at which rate come to just this tax. What fits in one way only is taken and told as concluded; what fits in
none or in several is not known, and the sale says which field would tell.

    Liabilities:VAT:20   -20.00 GBP      on the line of 100.00
    Liabilities:VAT:5     -2.50 GBP      on the line of  50.00

Within a rate tax is shared by net revenue, by largest remainder. Delivery shares the tax if it was taxed: tax over goods
and tax over goods and delivery are compared, and the base that gives the rounder rate (13 % before 12.5 % before 12.61 %)
is taken. Where neither or both fit equally well, delivery was taxed with the goods.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from returnledger.money import ZERO, round_to
from returnledger.sales.postings import shown_at
from returnledger.sales.tax import rates
from returnledger.sales.tax.bases import Base, Charge, Split, before_discount, common_subset, partition, slack_of
from returnledger.sales.tax.stated import Common, merged_charges

_HIGHEST = Decimal("0.14")  # of state, county and city together
_LOW = Decimal("0.05")  # of a state and a city together: below it few charge one
_QUARTERS = tuple(Decimal(quarter) / 400 for quarter in range(16, 43))  # what most charge: 4 % to 10.5 %
_TELLING = 200  # times what rounding may take: below it rates half a per cent apart are one
_MOST_MIXED = 6  # SKUs whose rates are tried out against each other


class Search(Common):
    """Finds what the tax of one sale was charged on."""

    def split(self) -> Split:
        """Return which charge fell on which bases; where it can't be known, say so and share by net revenue."""
        goods = [base for base in self.bases if base.drafts]
        if all(base.rate is not None for base in goods):
            return self.by_rates(goods)
        supposed = self.supposed(goods)
        if supposed:
            return self.by_rates(supposed)
        hinted, plainly = self.charges(), self.charges(hinted=False)
        for charges in (hinted, plainly) if [c.rate for c in hinted] != [c.rate for c in plainly] else (hinted,):
            found = self._found(charges)
            if found is not None or self.ambiguous:
                break
        apart = self._apart(merged_charges(hinted))
        if not self.ambiguous and not apart:
            found = found or self._before_discount() or self._at_fine_rate(merged_charges(plainly))
        if found is None and self.usual.fine and not self.ambiguous and not apart:
            found = self._at_any_rate(merged_charges(plainly))
        if found is not None:
            return found
        skus = ", ".join(dict.fromkeys(draft.sku for base in goods for draft in base.drafts))
        values = {"skus": skus, "fields": "tax_rate", "where": shown_at(self.common[0])}
        self.allocation.problems.append(("facts-missing", values))
        on = self.whole(self._taxed())
        return [(charge, on) for charge in merged_charges([Charge.of([posting]) for posting in self.common])]

    def _found(self, charges: list[Charge]) -> Split | None:
        """Return the one way in which the charges fit the bases, None where there is none or more than one."""
        merged = merged_charges(charges)
        several = len(charges) > 1 and self.goods and len(self.goods) + (self.delivery is not None) > 1
        if several and len(merged) == 1 and merged[0].rate is None:
            return self._in_one_account(charges, merged[0])
        whole = None if self._apart(merged) else self._on_all(merged)
        if whole is None and self.doubted:
            self.ambiguous = True
            return None
        if whole is not None:
            rival = self._rival(whole) if len(merged) > 1 else None
            if self.ambiguous:
                return None
            return self._told(rival) if rival else self._told_whole(whole, merged)
        return self._by_amounts(merged)

    def _apart(self, charges: list[Charge]) -> bool:
        """Return True if the accounts of the charges are named for rates, each of its own: no line has two of them."""
        accounts = [charge.postings[0].account for charge in charges]
        if len(charges) < 2 or self.usual.several or any(map(rates.is_local, accounts)):
            return False
        return all(map(rates.names_rate, accounts)) and len({*accounts}) == len(accounts)

    def _in_one_account(self, charges: list[Charge], merged: Charge) -> Split | None:
        """Return the split of several tax postings in one account: one rate if it can be, else a rate for each."""
        whole = self._on_all([merged])
        if whole is not None and merged.signs == 1:
            rate = self._rate(merged, whole[0][1])
            if rate is not None and partition(
                [replace(c, rate=rate) for c in charges], self.bases, self.decimals, self.usual
            ):
                return self._told_whole(whole, [merged])
        if merged.signs == 1:
            found = partition(charges, self.bases, self.decimals, self.usual)
            self.ambiguous = len(found) > 1
            if found:
                return self._told(found[0]) if len(found) == 1 else None
        return self._told_whole(whole, [merged]) if whole is not None else self._by_amounts([merged])

    def _at_fine_rate(self, charges: list[Charge]) -> Split | None:
        """Return all charges on all goods at rates of states and cities, whatever the currency."""
        whole = self._on_all(charges, fine=True)
        return None if whole is None else self._told_whole(whole, charges)

    def _at_any_rate(self, charges: list[Charge]) -> Split | None:
        """Return all charges on all goods where no rate is usual: cities have taxes of 8.81 % and of any other figure."""
        on = self.whole(self._taxed())
        net = sum([base.net for base in on], ZERO)
        if net <= 0 or not all(0 < charge.amount <= net * _HIGHEST for charge in charges):
            return None
        if len(self.goods) > 1 and len(charges) == 1:
            rate = round_to(charges[0].amount / net, 4)
            self.allocation.inferred.append(("tax-at-one-rate", {"rate": f"≈ {rates.as_percent(rate)}"}))
        if self.delivery is not None:
            self.tell_delivery(self.delivery in on)
        return [(charge, on) for charge in charges]

    def _rival(self, whole: Split) -> Split | None:
        """Return each charge on lines of its own where that is likelier than all charges on all lines.

        It is where the rates are then those of one country and else are not; what is neither is not known.
        """
        charges = [charge for charge, _ in whole]
        if self.usual.several or all(charge.rate is not None for charge in charges):
            return None
        if len({charge.amount for charge in charges}) == 1 or all(
            rates.is_local(c.postings[0].account) for c in charges
        ):
            return None
        found = partition(charges, self.bases, self.decimals, self.usual)
        if len(found) == 1 and self._is_of_one_country(found[0]) and not self._is_of_one_country(whole):
            return found[0]
        self.ambiguous = bool(found)
        return None

    def _is_of_one_country(self, split: Split) -> bool:
        shown = [self._rate(charge, on) for charge, on in split]
        return any(all(rate in known for rate in shown) for known in self.usual.countries)

    def _by_amounts(self, charges: list[Charge]) -> Split | None:
        """Return each charge on lines of its own, all lines taxed; else all on the same lines, others exempt; else both."""
        several, args = len(charges) > 1, (charges, self.bases, self.decimals, self.usual)
        accounts = [charge.postings[0].account for charge in charges]
        if self._apart(charges):
            found = partition(*args)
        elif several and not self.usual.several:
            found = partition(*args) or common_subset(*args)
        else:
            local = several and (self.usual.several or all(map(rates.is_local, accounts)))
            found = self._each_alone(charges) if local else []
            found = found or common_subset(*args) or (partition(*args) if several else [])
        if not found and several:
            found = partition(*args, exempt=True)
        self.ambiguous = (
            self.ambiguous or len(found) > 1 or bool(found and not several and self._mixed(*found[0][0], exempt=True))
        )
        if not found or self.ambiguous or (not several and self._is_rough(*found[0][0])):
            return None
        return self._told(found[0])

    def _each_alone(self, charges: list[Charge]) -> list[Split]:
        """Return the one way in which each tax fell on all goods or on some, whatever the others did: GST on all, PST on some."""
        on = self.whole(self._taxed())
        net, slack = sum([base.net for base in on], ZERO), slack_of(on, self.decimals)
        split: Split = []
        for charge in charges:
            usual = rates.rates_of_state(charge.postings[0].account, self.usual)
            if charge.shown(net, slack, usual) is not None:
                split.append((charge, on))
                continue
            found = [] if usual.fine else common_subset([charge], self.bases, self.decimals, usual)
            self.ambiguous = self.ambiguous or len(found) > 1
            if len(found) != 1:
                return []
            split += found[0]
        return [split]

    def _told(self, split: Split) -> Split:
        """Return the split, which was concluded from amounts, and say so of what did not fall on all goods."""
        for charge, on in split:
            if len(split) > 1 and all(base in on for base in self.bases if base.drafts):
                continue
            skus = ", ".join(dict.fromkeys(draft.sku for base in on for draft in base.drafts))
            values = {"skus": skus or "–", "rate": rates.as_percent(self._rate(charge, on) or ZERO)}
            self.allocation.inferred.append(("tax-on-lines", values))
        if self.delivery is not None:
            self.tell_delivery(any(self.delivery in on for _, on in split))
        return split

    def _told_whole(self, split: Split, charges: list[Charge]) -> Split:
        if self.delivery is not None:
            self.tell_delivery(self.delivery in split[0][1])
        if len(self.goods) > 1 and len(charges) == 1 and charges[0].rate is None:
            rate = self._rate(charges[0], split[0][1]) or self._rate(charges[0], split[0][1], fine=True)
            self.allocation.inferred.append(("tax-at-one-rate", {"rate": rates.as_percent(rate or ZERO)}))
        return split

    def _rate(self, charge: Charge, on: Sequence[Base], fine: bool = False) -> Decimal | None:
        net = sum([base.net for base in on], ZERO)
        return charge.shown(net, slack_of(on, self.decimals), self.usual, fine)

    def _is_rough(self, charge: Charge, on: Sequence[Base]) -> bool:
        return charge.rate is None and self.usual.is_rough(self._rate(charge, on) or ZERO)

    def _taxed(self) -> bool:
        """Return True if delivery, where there is any, was taxed, as the rates of both bases show."""
        if self.delivery is None or self.delivery.rate is not None:
            return self.delivery is not None and self.delivery.rate != 0
        totals: dict[str, Decimal] = {}
        for posting in self.common:
            totals[posting.account] = totals.get(posting.account, ZERO) - posting.units.number
        goods = self.whole(False)
        net, lines = sum([base.net for base in goods], ZERO), sum(len(base.drafts) for base in goods) + 1
        return rates.delivery_is_taxed(list(totals.values()), net, self.delivery.net, self.decimals, lines)

    def _on_all(self, charges: list[Charge], lenient: bool = False, fine: bool = False) -> Split | None:
        """Return every charge on all goods, and on delivery or not, if each then shows a usual rate."""
        by_state = len(charges) > 1 and not fine
        fine = fine or len(charges) > 1  # the taxes of state and county, whatever the currency
        taxed = self._taxed()
        undecided = self.delivery is not None and self.delivery.rate is None
        for with_delivery in (taxed, not taxed) if undecided else (taxed,):
            on = self.whole(with_delivery)
            net, slack = sum([base.net for base in on], ZERO), slack_of(on, self.decimals, lenient)
            if len(charges) == 1 and charges[0].rate is None and 0 < net < slack * _TELLING:
                return [(charges[0], on)]  # of a few cents no rate can be told, and none is told apart
            known = {
                id(charge): rates.rates_of_state(charge.postings[0].account, self.usual) if by_state else self.usual
                for charge in charges
            }
            if all(charge.shown(net, slack, known[id(charge)], fine) is not None for charge in charges):
                if len(charges) == 1 and charges[0].rate is None and len(on) > 1:
                    if self._is_doubtful(charges[0], on):
                        self.doubted = True
                        continue
                    if self._mixed(charges[0], on):
                        continue
                return [(charge, on) for charge in charges]
        return None

    def _is_doubtful(self, charge: Charge, on: list[Base]) -> bool:
        """Return True for a low and odd rate on all lines that is a whole quarter of a per cent on some of them.

        20.00 at 8.25 % beside 20.00 exempt come to 4.125 % of both, which hardly any state or city charges.
        """
        rate = self._rate(charge, on, fine=True)
        if rate is None or rate >= _LOW or not rate * 100 % Decimal("0.25") or not rate * 100 % Decimal("0.1"):
            return False
        if self.usual.known or (not self.usual.fine and self._rate(charge, on) is not None):
            return False
        return bool(common_subset([charge], self.bases, self.decimals, replace(self.usual, known=_QUARTERS)))

    def _mixed(self, charge: Charge, on: list[Base], exempt: bool = False) -> bool:
        """Return True if two rates of one country side by side give the same tax, or one of them and none.

        A rate that the country has is believed of all lines. With `exempt` some lines would have to be free of tax, and
        two rates on all of them are as good an explanation.
        """
        countries = self.usual.countries
        every = [base.net for base in self.bases]
        rate = self._rate(charge, on)
        if not exempt and rate and self.usual.is_rough(rate, "0.1") and self.usual.is_rough(rate, "0.125"):
            subsets = common_subset([charge], self.bases, self.decimals, self.usual)
            return any(not self._is_rough(*subset[0]) for subset in subsets)
        if len(every) > _MOST_MIXED or (not exempt and any(rate in known for known in countries)):
            return False
        slack = slack_of(self.bases, self.decimals)
        zero = () if exempt else (ZERO,)
        return any(_mixes(charge.amount, every, (*known[:3], *zero), slack) for known in countries)

    def _before_discount(self) -> Split | None:
        """Return every charge on all goods where the tax was charged on prices before discount."""
        gross = before_discount(self.goods)
        charges = merged_charges(self.charges())
        net, slack = sum([base.net for base in gross], ZERO), slack_of(gross, self.decimals)
        if net == sum([base.net for base in self.goods], ZERO):
            return None
        if all(charge.shown(net, slack, self.usual) is not None for charge in charges):
            self.allocation.inferred.append(("tax-before-discount", {}))
            return [(charge, gross) for charge in charges]
        return None


def _mixes(tax: Decimal, nets: Sequence[Decimal], known: Sequence[Decimal], slack: Decimal) -> bool:
    """Return True if some rate of `known` on each of `nets` comes to `tax`."""
    if not nets:
        return abs(tax) <= slack
    return any(_mixes(tax - nets[0] * rate, nets[1:], known, slack) for rate in known)
