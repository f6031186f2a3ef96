"""Counts the lines of books that keep goods by units alone, at no cost: stock goes down, an expense takes the units.

    2026-03-01 * "Ann" "Two mugs" ^inv-1001
      Assets:Bank          120.00 EUR
      Income:Sales        -100.00 EUR
      Liabilities:VAT      -20.00 EUR
      Assets:Inventory         -2 MUG
      Expenses:Goods            2 MUG

The commodity says what was sold and how many, where metadata does not. Which line goods are of is told by their SKU, or
there is one line only; else it is not known.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from returnledger.money import ZERO
from returnledger.products import commodity_of
from returnledger.sales.drafts import NO_META, Draft
from returnledger.sales.postings import Flow, Posting, shown_at
from returnledger.sales.recognition import Recognition

_MONEY = frozenset(
    (
        *(
            "AED",
            "AUD",
            "BRL",
            "CAD",
            "CHF",
            "CNY",
            "CZK",
            "DKK",
            "EUR",
            "GBP",
            "HKD",
            "HUF",
            "IDR",
            "ILS",
            "INR",
            "JPY",
        ),
        *(
            "KRW",
            "MXN",
            "MYR",
            "NOK",
            "NZD",
            "PHP",
            "PLN",
            "RMB",
            "RON",
            "RUB",
            "SAR",
            "SEK",
            "SGD",
            "THB",
            "TRY",
            "TWD",
        ),
        *("UAH", "USD", "VND", "ZAR"),
    )
)


def in_units(posting: Posting, flow: Flow) -> bool:
    """Return True if a posting of stock or cost counts goods and no money."""
    currency = posting.units.currency
    return currency not in _MONEY and not any(p.units.currency == currency for p in flow.revenue)


def of_commodity(drafts: Sequence[Draft], commodity: str, how: Recognition) -> list[Draft]:
    """Return the lines whose goods are of a commodity."""
    own = how.skus.get(commodity, commodity)
    return [draft for draft in drafts if draft.sku == own or commodity_of(draft.sku) == commodity]


def count_units(flow: Flow, drafts: list[Draft], how: Recognition) -> None:
    """Give lines the units that left stock, and say where goods are of no line that is known."""
    gone: dict[str, list[Posting]] = {}
    for posting in flow.value:
        if posting.units.number < 0 and in_units(posting, flow):
            gone.setdefault(posting.units.currency, []).append(posting)
    for commodity, postings in gone.items():
        units = -sum([p.units.number for p in postings], ZERO)
        found = of_commodity(drafts, commodity, how)
        if not found and len(drafts) == len(gone) == 1:
            found = drafts
            if not (drafts[0].source.meta or NO_META).get(how.sku):
                drafts[0].sku = how.skus.get(commodity, commodity)
                flow.inferred = [told for told in flow.inferred if told[0] != "line-by-account"]
        if not found:
            skus = ", ".join(dict.fromkeys([*(draft.sku for draft in drafts), *gone]))
            values = {"skus": skus, "fields": "price, tax, tax_rate", "where": shown_at(flow.revenue[0])}
            flow.problems.append(("facts-missing", values))
        elif len(found) == 1 and found[0].quantity is None:
            found[0].quantity = Decimal(units)
