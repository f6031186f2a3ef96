"""Shows an order: its lines with lots, tax and cost, what was paid, what came back and what still can."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from returnledger.cli.layout import columns, labelled, section
from returnledger.cli.show_plan import place, to_json
from returnledger.i18n import N_, _
from returnledger.money import ZERO, plain, show
from returnledger.views import LineView, SaleView

_HEADS = (N_("line"), "SKU", N_("units sold"), N_("can come back"), N_("net"), N_("tax"), N_("cost"))


def render(view: SaleView, fmt: str) -> str:
    """Return the order as text for people, or as JSON."""
    return to_json(as_data(view)) if fmt == "json" else as_text(view)


def as_text(view: SaleView) -> str:
    """Return the order for people."""
    sale, money = view.sale, view.order
    lines = labelled(
        [
            (_("order"), sale.order),
            (_("date"), sale.date.isoformat()),
            (_("customer"), sale.customer or sale.payee or ""),
            (_("delivered"), sale.delivered.isoformat() if sale.delivered else ""),
            (_("invoice"), sale.invoice or ""),
            (_("in the ledger"), place(sale.place)),
        ]
    )
    rows = [tuple(_(head) for head in _HEADS), *(_row(each, sale.currency) for each in view.lines)]
    lines += section(_("Lines ({currency})").format(currency=sale.currency), columns(rows, right=range(2, 7)))
    lots = [
        (each.line.sku, plain(lot.units), lot.commodity, f"{{{lot.lot}}}", lot.account)
        for each in view.lines
        for lot in each.lots_left
    ]
    lines += section(_("Lots that can come back"), columns(lots, right=(1,)))
    amounts = (
        (N_("still owed"), money.owed),
        (N_("paid in"), money.paid_in),
        (N_("paid out"), money.paid_out),
        (N_("credited"), money.credited),
        (N_("payable to the customer"), money.payable),
        (N_("shipping that can go back"), -sum((part.amount for part in money.shipping_left), ZERO)),
    )
    rows = [(_(name), show(amount, sale.currency), sale.currency) for name, amount in amounts if amount]
    lines += section(_("Money"), columns(rows, right=(1,)))
    posted = [(entry.date.isoformat(), entry.id, entry.kind) for entry in view.entries]
    lines += section(_("Posted on this order"), columns(posted))
    return "\n".join(lines) + "\n"


def _row(each: LineView, currency: str) -> tuple[str, ...]:
    line = each.line
    cost = sum((part.amount for part in line.cogs), ZERO)
    amounts = (show(amount, currency) for amount in (line.net, line.tax, cost))
    return (line.line, line.sku, plain(line.units), plain(each.returnable), *amounts)


def as_data(view: SaleView) -> dict[str, Any]:
    """Return the order as the record that scripts read; amounts are text with a currency."""
    sale, money = view.sale, view.order

    def amount(number: Decimal) -> str:
        return f"{show(number, sale.currency)} {sale.currency}"

    return {
        "order": sale.order,
        "date": sale.date.isoformat(),
        "customer": sale.customer,
        "payee": sale.payee,
        "invoice": sale.invoice,
        "delivered": sale.delivered.isoformat() if sale.delivered else None,
        "lines": [
            {
                "line": each.line.line,
                "sku": each.line.sku,
                "commodity": each.line.commodity,
                "sold": plain(each.line.units),
                "returnable": plain(each.returnable),
                "net": amount(each.line.net),
                "tax": amount(each.line.tax),
                "cost": amount(sum((part.amount for part in each.line.cogs), ZERO)),
                "lots_left": [
                    {"units": plain(lot.units), "lot": str(lot.lot), "account": lot.account} for lot in each.lots_left
                ],
            }
            for each in view.lines
        ],
        "owed": amount(money.owed),
        "paid_in": amount(money.paid_in),
        "paid_out": amount(money.paid_out),
        "credited": amount(money.credited),
        "payable": amount(money.payable),
        "entries": [{"id": e.id, "kind": e.kind, "date": e.date.isoformat(), "case": e.case} for e in view.entries],
    }
