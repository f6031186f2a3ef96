"""An order as the record that scripts read: amounts are text with a currency, places are file and line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from returnledger.cli.layout import place
from returnledger.cli.show_plan import inferred_data
from returnledger.findings import Span
from returnledger.findings_text import as_data as finding_data
from returnledger.money import ZERO, show
from returnledger.money import plain as number
from returnledger.rows import Money, Part, Place
from returnledger.views import LineView, SaleView


def as_data(view: SaleView, lang: str) -> dict[str, Any]:
    """Return everything that is known of the order; sentences are in `lang`."""
    sale, money = view.sale, view.order
    currency = sale.currency
    gross = view.net_left + view.tax_left + view.rounding_left
    return {
        "order": sale.order,
        "date": sale.date.isoformat(),
        "place": place(sale.place),
        "currency": currency,
        "customer": sale.customer,
        "payee": sale.payee,
        "invoice": sale.invoice,
        "shipped": sale.shipped.isoformat() if sale.shipped else None,
        "delivered": sale.delivered.isoformat() if sale.delivered else None,
        "links": list(sale.links),
        "tags": list(sale.tags),
        "metadata": dict(sale.metadata),
        "lines": [_line(each, currency) for each in view.lines],
        "shipping": [_part(part) for part in sale.shipping],
        "rounding": [_part(part) for part in sale.rounding],
        "receivable": [_money(each) for each in sale.receivable],
        "tenders": [_money(each) for each in sale.tenders],
        "advances": [_money(each) for each in sale.advances],
        "settled": [_money(each) for each in sale.settled],
        "owed": _amount(money.owed, sale.money_currency),
        "paid_in": _amount(money.paid_in, sale.money_currency),
        "paid_out": _amount(money.paid_out, sale.money_currency),
        "credited": _amount(money.credited, currency),
        "payable": _amount(money.payable, sale.money_currency),
        "shipping_left": _amount(-sum((part.amount for part in money.shipping_left), ZERO), currency),
        "left": {
            "net": _amount(view.net_left, currency),
            "tax": _amount(view.tax_left, currency),
            "rounding": _amount(view.rounding_left, currency),
            "gross": _amount(gross, currency),
        },
        "entries": [
            {
                "id": entry.id,
                "kind": entry.kind,
                "date": entry.date.isoformat(),
                "case": entry.case,
                "undone": n in view.void and not entry.voids,
                "voids": entry.voids or None,
                "place": place(entry.place),
            }
            for n, entry in enumerate(view.entries)
        ],
        "inferred": inferred_data(view.inferred, lang),
        "problems": [finding_data(finding, lang) for finding in view.problems],
    }


def _line(each: LineView, currency: str) -> dict[str, Any]:
    line = each.line
    left = {(lot.account, lot.commodity, lot.lot): lot.units for lot in each.lots_left}
    return {
        "line": line.line,
        "sku": line.sku,
        "commodity": line.commodity,
        "place": place(line.place),
        "sold": number(line.units),
        "returnable": number(each.returnable),
        "blocked": each.blocked,
        "unit_price": None if each.price is None else _amount(each.price, currency),
        "unit_price_incl_tax": None if each.price_incl_tax is None else _amount(each.price_incl_tax, currency),
        "net": _amount(line.net, currency),
        "tax": _amount(line.tax, currency),
        "cost": _amount(line.cost, line.cost_currency or currency),
        "parts": [_part(part) for part in (*line.parts, *line.cogs)],
        "lots": [
            {
                "units": number(lot.units),
                "left": number(left.get((lot.account, lot.commodity, lot.lot), ZERO)),
                "commodity": lot.commodity,
                "lot": str(lot.lot),
                "account": lot.account,
                "place": _at(lot.place),
            }
            for lot in line.lots
        ],
        "lots_left": [
            {"units": number(lot.units), "lot": str(lot.lot), "account": lot.account} for lot in each.lots_left
        ],
        "serials": list(line.serials),
        "back": [
            {
                "id": back.id or None,
                "by_hand": not back.id,
                "date": back.date.isoformat() if back.date else None,
                "kind": back.kind or None,
                "units": number(back.units),
                "goods": back.goods or None,
                "place": place(back.place) or None,
            }
            for back in each.back
        ],
        "left": {
            "net": _amount(each.net_left, currency),
            "tax": _amount(each.tax_left, currency),
            "gross": _amount(each.net_left + each.tax_left, currency),
            "cost": _amount(each.cost_left, each.line.cost_currency or currency),
        },
    }


def _amount(amount: Decimal, currency: str) -> str:
    return f"{show(amount, currency)} {currency}"


def _part(part: Part) -> dict[str, Any]:
    return {
        "role": part.role.value,
        "account": part.account,
        "amount": _amount(part.amount, part.currency),
        **_written(part),
        "place": _at(part.place),
    }


def _money(money: Money) -> dict[str, Any]:
    return {
        "account": money.account,
        "amount": _amount(money.amount, money.currency),
        **_written(money),
        "date": money.date.isoformat(),
        "place": _at(money.place),
    }


def _written(row: Part | Money) -> dict[str, str]:
    """Return what was written in another currency, of the amounts that have a price."""
    return {} if row.units is None else {"units": _amount(row.units, str(row.commodity))}


def _at(where: Place | None) -> str | None:
    return place(Span(*where)) if where else None
