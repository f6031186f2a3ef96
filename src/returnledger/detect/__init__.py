"""Reads a ledger that exists and proposes settings for it: how orders are named, what accounts are for, how one pays.

What the entries do speaks first: an account that holds goods at cost and gives them away in sales is the stock, the
expense that equals their cost is cost of goods. Names, English and Chinese, only decide what behaviour leaves open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from beancount.core.data import Transaction

from returnledger.detect import orders, roles
from returnledger.detect.proposal import Proposal, settings_text, starter_ledger, starting
from returnledger.detect.sample import Sample, sample_of
from returnledger.i18n import N_
from returnledger.ledger import Loaded
from returnledger.terms import Role

__all__ = ["Proposal", "propose", "settings_text", "starter_ledger", "starting"]


def propose(loaded: Loaded, *, preset: str | None = None) -> Proposal:
    """Return the settings that a ledger suggests; `preset` overrides the one its account names suggest."""
    transactions = [entry for entry in loaded.entries if isinstance(entry, Transaction)]
    sample = sample_of(transactions)
    chosen = preset or roles.preset_of(loaded.accounts)
    currency = _currency(loaded, sample)
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
    found = roles.read(sample, named)
    told: list[tuple[str, Mapping[str, object]]] = [
        (
            N_("{sales} of {count} transactions look like sales, such as order {example}"),
            {"sales": len(sample.sales), "count": len(transactions), "example": named.example},
        )
    ]
    for style, pattern, count in named.rules:
        sentence = N_("orders are named by links such as {pattern}: {count} sales")
        if style == "metadata":
            sentence = N_("orders are named by the metadata {pattern}: {count} sales")
        told.append((sentence, {"pattern": pattern, "count": count}))
    for role, accounts in found.accounts.items():
        values = {"role": role.value, "accounts": ", ".join(accounts), "count": found.counts[role]}
        told.append((N_("{role}: {accounts}, in {count} sales"), values))
    for method, (account, count) in found.methods.items():
        values = {"method": method, "account": account, "count": count}
        told.append((N_("customers pay by {method}, to {account}: {count} times"), values))
    return replace(
        proposal,
        orders=tuple((style, pattern) for style, pattern, _ in named.rules),
        metadata=named.metadata,
        accounts={role: accounts for role, accounts in found.accounts.items() if role is not Role.CASH_BANK},
        methods={method: account for method, (account, _) in found.methods.items()},
        counts={role: found.counts[role] for role in found.accounts},
        example=named.example,
        example_day=named.example_day or proposal.example_day,
        example_sku=named.example_sku or proposal.example_sku,
        told=tuple(told),
    )


def _currency(loaded: Loaded, sample: Sample) -> str:
    given = loaded.options.get("operating_currency") or ()
    if given:
        return str(given[0])
    used = Counter(posting.units.currency for sale in sample.sales for posting in sale.income)
    return used.most_common(1)[0][0] if used else "CNY"
