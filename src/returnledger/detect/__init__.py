"""Reads a ledger that exists and proposes settings for it: how orders are named, what accounts are for, how one pays.

What the entries do speaks first: an account that holds goods at cost and gives them away in sales is the stock, the
expense that equals their cost is cost of goods. Names, English and Chinese, only decide what behaviour leaves open.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

from returnledger.detect import archives, goods, keys, orders, practice, roles
from returnledger.detect.proposal import Proposal, settings_text, starting
from returnledger.detect.sample import Sample, sample_of
from returnledger.detect.starter import starter_ledger
from returnledger.detect.telling import told
from returnledger.detect.ways import ways_of
from returnledger.i18n import N_
from returnledger.ledger import Loaded
from returnledger.roles import Role
from returnledger.textfile import gc_paused

__all__ = ["Proposal", "propose", "settings_text", "starter_ledger", "starting"]


def propose(loaded: Loaded, *, preset: str | None = None) -> Proposal:
    """Return the settings that a ledger suggests; `preset` overrides the one its account names suggest."""
    with gc_paused():
        return _propose(loaded, preset)


def _propose(loaded: Loaded, preset: str | None) -> Proposal:
    transactions = practice.transactions_of(loaded.entries)
    sample = sample_of(transactions)
    currency = _currency(loaded, sample)
    chosen = preset or practice.preset_of(loaded.accounts, currency)
    proposal = Proposal(
        ledger=loaded.root.name,
        preset=chosen,
        currency=currency,
        first_day=min((entry.date for entry in transactions), default=date(2020, 1, 1)),
    )
    if not sample.sales:
        sentence = N_("no sale was found among {count} transactions: say in returnledger.yaml how sales look")
        return replace(proposal, told=((sentence, {"count": len(transactions)}),))
    named = orders.read(sample)
    sample, named = _widened(sample, named)
    found = roles.read(sample, loaded.accounts)
    seen = practice.practice_of(sample, found, loaded.accounts, chosen)
    accounts: dict[Role, tuple[str, ...]] = {
        role: names for role, names in found.accounts.items() if role is not Role.CASH_BANK
    }
    if seen.output_vat and Role.OUTPUT_VAT not in accounts:
        accounts[Role.OUTPUT_VAT] = seen.output_vat
    dimensions = keys.dimensions(sample, named.metadata, frozenset(name for _, name, _ in named.rules))
    return replace(
        proposal,
        orders=tuple((style, pattern) for style, pattern, _ in named.rules),
        metadata=named.metadata,
        accounts=accounts,
        methods={method: account for method, (account, _) in found.methods.items()},
        counts={role: found.counts[role] for role in found.accounts},
        example=named.example,
        example_day=named.example_day or proposal.example_day,
        example_sku=named.example_sku or proposal.example_sku,
        entries_language=seen.language,
        framework=seen.framework,
        taxpayer=seen.taxpayer,
        tax=seen.tax,
        coins=seen.coins,
        carry=tuple(dimensions),
        archives=archives.found(loaded),
        products=goods.read(sample, named.metadata, loaded.commodities),
        told=told(sample, len(transactions), named, found, seen, dimensions),
    )


def _widened(sample: Sample, named: orders.Named) -> tuple[Sample, orders.Named]:
    """Return the sample with income that is booked under orders as sales are, though to accounts of its own."""
    ways = frozenset((style, pattern.removesuffix("{}")) for style, pattern, _ in named.rules)
    more = [seen for seen in sample.earned if ways_of(seen.transaction, ways)]
    if not more:
        return sample, named
    taken = {id(seen.transaction) for seen in more}
    sales = sorted([*sample.sales, *more], key=lambda seen: seen.transaction.date)
    rest = [transaction for transaction in sample.rest if id(transaction) not in taken]
    return Sample(sales, rest, sample.goods), orders.widened(named, more)


def _currency(loaded: Loaded, sample: Sample) -> str:
    given = loaded.options.get("operating_currency") or ()
    if given:
        return str(given[0])
    used = Counter(posting.units.currency for sale in sample.sales for posting in sale.income)
    return used.most_common(1)[0][0] if used else "CNY"
