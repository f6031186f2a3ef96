"""What a set of events needs to know of estimates: owners that returns may use, and cohorts that provisions are for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from returnledger.books import Books
from returnledger.estimates import is_month, link_of, month_of_owner, owner_of
from returnledger.events import Event
from returnledger.settings import Settings
from returnledger.terms import Kind, Swap


@dataclass(frozen=True)
class NeedsOfEstimates:
    """Months whose cohorts have estimates, months whose sales are wanted, and names of postings by hand."""

    months: frozenset[str] = frozenset()
    cohorts: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    warranties: bool = False  # provisions for warranty, whatever they are for


def needs_of_estimates(events: Iterable[Event], books: Books, settings: Settings) -> NeedsOfEstimates | None:
    """Return what of estimates the events need, None where neither the settings nor an event ask for any."""
    events = list(events)
    provisions = [event for event in events if event.kind is Kind.PROVISION]
    owners = {leg.owner for entries in books.posted.values() for e in entries for leg in e.legs if leg.owner}
    warranties = any(getattr(event.body, "as", None) is Swap.WARRANTY for event in events)
    if not (settings.estimates or provisions or owners or warranties):
        return None
    cohorts = {e.reference for e in provisions if is_month(e.reference) and e.reference not in books.names}
    made = (e.told.get("owner", "") for es in books.posted.values() for e in es if e.kind == Kind.PROVISION)
    cohorts |= {month for owner in made if (month := month_of_owner(owner))}  # what is amended is planned anew
    months = cohorts | {month for owner in owners if (month := month_of_owner(owner))}
    names: set[str] = set()
    for order, sale in books.sales.items():
        months |= {f"{line.date:%Y-%m}" for line in sale.lines}
        names |= {order, *sale.links}
    names |= {link_of(owner_of(e.reference, getattr(e.body, "group", None))) for e in provisions}
    names |= {link_of(month) for month in months}
    return NeedsOfEstimates(frozenset(months), frozenset(cohorts), frozenset(names), warranties)
