"""Sales of one SKU written by hand, without metadata: everything in the transaction belongs to that one line.

2026-01-05 * "张三" "杯子" ^inv-1001
  Assets:Receivable          113.00 CNY
  Income:Sales              -100.00 CNY
  Liabilities:Output-VAT     -13.00 CNY
  Expenses:COGS               60.00 CNY
  Assets:Inventory:MUG           -2 MUG {}
"""

from __future__ import annotations

from returnledger.sales.dealing import lines_of
from returnledger.sales.drafts import NO_META, Draft, earn, read_metadata, take
from returnledger.sales.postings import Flow
from returnledger.sales.recognition import Recognition
from returnledger.sales.values import number_of, text_of


def drafts(flow: Flow, recognition: Recognition) -> list[Draft] | None:
    """Return the one line, None where the goods are of several SKUs or no SKU is named anywhere.

    Goods at several prices are several lines, which is another style.
    Without goods the SKU and quantity may stand in the metadata of the transaction: a service.
    """
    sku_key, line_key = recognition.sku, recognition.line
    head = flow.transactions[0]
    skus = set()
    for posting in flow.lines:
        if posting.cost is not None or text_of((posting.meta or NO_META).get(sku_key)):
            skus.add(recognition.sku_of(posting))
    if not skus and text_of(head.meta.get(sku_key)):
        skus.add(text_of(head.meta[sku_key]))
    if len(skus) != 1:
        return None
    names = {text_of(p.meta[line_key]) for p in flow.lines if p.meta and line_key in p.meta} - {""}
    if len(names) > 1:
        return None
    if len(flow.out) > 1 and len({posting.price for posting in flow.out}) > 1:
        return None
    sku = skus.pop()
    if len(flow.revenue) > 1 and flow.out and not names:
        return lines_of(sku, flow.revenue, flow.out, flow, recognition)
    draft = Draft(next(iter(names), None), sku, (flow.revenue or flow.out)[0])
    for posting in flow.out:
        take(draft, posting, head.date, recognition)
    for posting in flow.revenue:
        earn(draft, posting)
    read_metadata(draft, flow.revenue, recognition)
    if draft.quantity is None:
        read_metadata(draft, flow.out, recognition)
    if draft.quantity is None:
        draft.quantity = number_of(head.meta.get(recognition.quantity))
    return [draft]
