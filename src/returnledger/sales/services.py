"""Sales without goods whose revenue names no SKU: services, fees, subscriptions.

Each posting of revenue is a line without stock. Its SKU is what metadata says, else the last part of its account: for
want of another name, which the sale says. Revenue that names nothing beside goods that have theirs is such a line too.

    2026-01-05 * "Ann" "Invoice" ^inv-1001
      Assets:Receivable        121.00 EUR
      Income:Consulting       -100.00 EUR
      Liabilities:VAT          -21.00 EUR
"""

from __future__ import annotations

from returnledger.sales.drafts import NO_META, Draft, earn, read_metadata
from returnledger.sales.postings import Flow, Posting, shown_at
from returnledger.sales.recognition import Recognition
from returnledger.sales.unnamed import named
from returnledger.sales.values import number_of


def drafts(flow: Flow, recognition: Recognition) -> list[Draft] | None:
    """Return a line for each posting of revenue that names none, with the lines that are named.

    None where there is no revenue, or where goods are left whose revenue may be any of it.
    """
    keys = (recognition.line, recognition.sku)
    plain = [p for p in flow.revenue if not any(key in (p.meta or NO_META) for key in keys)]
    if not plain:
        return None
    made = named(flow, plain, recognition) if len(plain) < len(flow.lines) else []
    if any(draft.lots and not draft.gross for draft in made) or (flow.out and not made):
        return None
    return made + [_line(posting, flow, recognition, len(flow.lines) == 1) for posting in plain]


def _line(posting: Posting, flow: Flow, recognition: Recognition, is_only: bool) -> Draft:
    """Return a line without stock that is called as its account; the only one may have the quantity of the sale."""
    name = posting.account.rpartition(":")[2]
    draft = Draft(None, name, posting)
    earn(draft, posting)
    read_metadata(draft, [posting], recognition)
    if is_only and draft.quantity is None:
        draft.quantity = number_of(flow.transactions[0].meta.get(recognition.quantity))
    flow.inferred.append(("line-by-account", {"sku": name, "account": posting.account, "where": shown_at(posting)}))
    return draft
