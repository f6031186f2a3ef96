"""Reads what was taken off at payment: what the customer never paid, apart from a fee that somebody kept of the money.

    2026-02-05 * "Ann" "Paid, less a scratch" ^inv-1001        2026-02-05 * "Ann" "By card" ^inv-1002
      Assets:Bank             20.00 EUR                          Assets:Bank            23.60 EUR
      Expenses:Marketing       4.00 EUR                          Expenses:Card-Fees      0.40 EUR
      Assets:Receivable      -24.00 EUR                          Assets:Receivable     -24.00 EUR

The first paid 20.00 and gets no more back: a return takes its share off the expense again. The second paid 24.00. An
expense is a fee where its account says so, or where the money came by a platform, and else a reduction, which is told.

What leaves the receivable for an expense, without money, was never paid either.

    2026-03-01 * "张三" "Written off" ^inv-1001
      Expenses:Bad-Debts           100.00 CNY
      Liabilities:Output-VAT        13.00 CNY
      Assets:Receivable           -113.00 CNY
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.money import ZERO
from returnledger.roles import Role
from returnledger.rows import Noted
from returnledger.sales.account_words import names_discount, names_fee, names_write_off
from returnledger.sales.postings import Flow, Posting, shown_at
from returnledger.sales.recognition import Recognition


def find_reductions(flow: Flow, how: Recognition) -> list[Noted]:
    """Let the reductions in a payment count as taken off at payment, and return those that the settings do not name."""
    if flow.sells or flow.back or sum([p.units.number for p in flow.receivable], ZERO) >= 0:
        return []
    if not (flow.advance or sum([p.units.number for p in flow.tenders], ZERO) > 0):
        return []
    allowed = [p for p in flow.other if p.units.number > 0 and how.gives_back(p.account)]
    by_platform = any(how.is_platform(p.account) for p in flow.tenders)
    ours = [-p.units.number for p in flow.tenders if p.units.number < 0]
    spent = [p for p in flow.fees if p.units.number > 0 and p.units.number not in ours]
    income = [p for p in flow.unnamed if p.account.startswith("Income") and p.units.number > 0]
    found = [p for p in spent if _lowers_price(p.account) or not (by_platform or names_fee(p.account))]
    found += [p for p in income if _lowers_price(p.account)]
    flow.fees = [p for p in flow.fees if p not in found]
    flow.unnamed = [p for p in flow.unnamed if p not in found]
    flow.other = [p for p in flow.other if p not in allowed]
    flow.settlement += [*found, *allowed]
    return [("taken-off", _said(posting)) for posting in found]


def written_off(flow: Flow) -> bool:
    """Return True if the receivable is lowered for an expense and no money comes in: a bad debt, and no fee kept."""
    moves = flow.sells or flow.back or flow.tenders or flow.advance or flow.discount or flow.shipping
    if not flow.fees or moves or sum([p.units.number for p in flow.receivable], ZERO) >= 0:
        return False
    return all(p.units.number > 0 and (_lowers_price(p.account) or not names_fee(p.account)) for p in flow.fees)


def tell_written_off(flow: Flow) -> Noted:
    """Return that what left the receivable was never paid."""
    amount = -sum([p.units.number for p in flow.receivable], ZERO)
    return "written-off", {**_said(flow.fees[0]), "amount": f"{amount:f} {flow.fees[0].units.currency}"}


def taken_off(flow: Flow) -> Iterator[tuple[Role, Posting]]:
    """Yield what was taken off at payment: the discount, the revenue and tax that it lowered, and a rounding.

    Without money in, revenue and tax that go back are an allowance booked by hand, and not the price of paying early.
    """
    taken: list[tuple[Role, Sequence[Posting]]] = [(Role.SETTLEMENT_DISCOUNT, flow.settlement)]
    if not flow.sells:
        taken.append((Role.ROUNDING, flow.rounding))
        if flow.settlement or sum([p.units.number for p in flow.tenders], ZERO) > 0:
            taken += [(Role.SETTLEMENT_DISCOUNT, flow.discount), (Role.SETTLEMENT_DISCOUNT, flow.tax)]
        elif written_off(flow):
            taken += [(Role.SETTLEMENT_DISCOUNT, flow.fees), (Role.SETTLEMENT_DISCOUNT, flow.tax)]
    for role, postings in taken:
        for posting in postings:
            yield role, posting


def _lowers_price(account: str) -> bool:
    return names_discount(account) or names_write_off(account)


def _said(posting: Posting) -> dict[str, str]:
    units = posting.units
    amount = f"{units.number:f} {units.currency}"
    return {"amount": amount, "account": posting.account, "where": shown_at(posting)}
