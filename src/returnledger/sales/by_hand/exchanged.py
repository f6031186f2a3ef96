"""Goods exchanged by hand in one entry: what came in, as a return, apart from what went out for it, as a sale.

    2026-01-10 * "张三" "Two caps for a mug" ^inv-1001
      Assets:Inventory:MUG             1 MUG {30 CNY, 2026-01-02}
      Assets:Inventory:CAP            -2 CAP {20 CNY}
      Income:Sales                -10.00 CNY
      Liabilities:Output-VAT       -1.30 CNY
      Expenses:COGS                10.00 CNY
      Assets:Receivable            11.30 CNY

Revenue, tax and cost of such an entry are net of those of the goods that came in. These are worth their share of the line
that the order sold them in, unless the entry debits revenue for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from beancount.core.amount import Amount
from beancount.core.data import Posting as Booked

from returnledger.money import ZERO, plain, round_to
from returnledger.rows import Noted
from returnledger.sales.drafts import Draft
from returnledger.sales.postings import Flow, Posting, shown_at
from returnledger.sales.recognition import REVENUE, Recognition


def split(flow: Flow, drafts: Sequence[Draft], how: Recognition, decimals: int) -> tuple[list[Flow], Noted | None]:
    """Return the return and the sale that an exchange is; the entry as it is where nothing of the order came in.

    Where it can't be told what the goods that came in were worth, what is not known goes with it.
    """
    found = [(posting, _line_of(posting, drafts)) for posting in flow.back]
    if not any(draft for _, draft in found):
        return [flow], None
    unknown = ("exchange-by-hand", {"where": shown_at(flow.back[0]), "also": shown_at(flow.out[0])})
    mates = [(posting, draft) for posting, draft in found if draft is not None]
    if len(mates) < len(found) or flow.priced or len({part.account for _, d in mates for part in d.tax}) > 1:
        return [flow], unknown
    net = _share(mates, "net", decimals)
    tax = _share(mates, "tax", decimals)
    back = Flow()
    back.transactions, back.back, flow.back = flow.transactions, flow.back, []
    given = [p for p in flow.discount if how.purpose(p.account) == REVENUE] if flow.revenue else []
    given += [p for p in flow.other if how.gives_back(p.account)]
    if given:
        debited = sum([p.units.number for p in given], ZERO)
        tax = round_to(Fraction(tax) * Fraction(debited) / Fraction(net), decimals) if net else ZERO
        back.discount = given
        flow.discount = [p for p in flow.discount if p not in given]
        flow.other = [p for p in flow.other if p not in given]
    else:
        netted = flow.revenue or flow.discount
        if len(netted) != 1 or netted[0].units.number - net >= 0:
            flow.back = back.back
            return [flow], unknown
        flow.discount = [] if netted is flow.discount else flow.discount
        flow.revenue = [_moved(netted[0], -net)]
        back.discount = [_moved(netted[0], net - netted[0].units.number)]
    flow.lines = [*flow.out, *flow.revenue]
    tax_of = [part.account for _, draft in mates for part in draft.tax]
    cost_of = [part.account for _, draft in mates for part in draft.cogs]
    cost = sum([p.units.number * p.cost.number for p in back.back], ZERO)
    like = (flow.revenue or given)[0]
    flow.tax, back.tax = _apart(flow.tax, tax, tax_of, like)
    flow.cogs, back.cogs = _apart(flow.cogs, -cost, cost_of, like)
    told = ", ".join(f"{plain(posting.units.number)} {draft.sku}" for posting, draft in mates)
    flow.inferred.append(("exchanged-by-hand", {"units": told, "where": shown_at(back.back[0])}))
    return [back, flow], None


def _line_of(posting: Posting, drafts: Sequence[Draft]) -> Draft | None:
    """Return the line of the order that sold goods which came in, all of one kind and no fewer."""
    commodity, number = posting.units.currency, posting.units.number
    return next(
        (draft for draft in drafts if {lot.commodity for lot in draft.lots} == {commodity} and draft.units >= number),
        None,
    )


def _share(mates: Sequence[tuple[Posting, Draft]], name: str, decimals: int) -> Decimal:
    """Return what the units that came in are of the net or the tax of their lines."""
    found = ZERO
    for posting, draft in mates:
        whole = draft.net if name == "net" else -sum([part.amount for part in draft.tax], ZERO)
        found += round_to(Fraction(whole) * Fraction(posting.units.number) / Fraction(draft.units), decimals)
    return found


def _apart(
    postings: list[Posting], amount: Decimal, accounts: Sequence[str], like: Posting
) -> tuple[list[Posting], list[Posting]]:
    """Return postings without `amount`, and that amount: a posting of its own, else part of the one that is most."""
    if not amount or not (postings or accounts):
        return postings, []
    own = next((posting for posting in postings if posting.units.number == amount), None)
    if own is not None:
        return [posting for posting in postings if posting is not own], [own]
    if not postings:
        return [_moved(like, -amount - like.units.number, accounts[0])], [
            _moved(like, amount - like.units.number, accounts[0])
        ]
    most = max(postings, key=lambda posting: abs(posting.units.number))
    kept = _moved(most, -amount)
    rest = [kept if posting is most else posting for posting in postings]
    return [p for p in rest if p.units.number], [_moved(most, amount - most.units.number)]


def _moved(posting: Posting, by: Decimal, account: str = "") -> Posting:
    """Return a posting with another amount, at its place."""
    amount = Amount(posting.units.number + by, posting.units.currency)
    return Booked(account or posting.account, amount, None, None, None, posting.meta)  # type: ignore[return-value]
