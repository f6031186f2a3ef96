"""Shows an order: every fact the books have of it with the posting it comes from, what came back and what still can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from returnledger.cli.layout import columns, labelled, paragraph, place, placed, section
from returnledger.cli.sale_data import as_data
from returnledger.cli.show_plan import to_json, told_of
from returnledger.findings import Finding, Span
from returnledger.findings_text import sentences
from returnledger.i18n import N_, _, spoken
from returnledger.money import ZERO, plain, show
from returnledger.roles import Role
from returnledger.rows import LotUnits, Part, Place
from returnledger.terms import Goods, Kind
from returnledger.views import LineView, SaleView

_HEADS = (N_("line"), "SKU", N_("units sold"), N_("can come back"), N_("net"), N_("tax"), N_("cost"))
_LEFT = (N_("line"), "SKU", N_("units"), N_("net"), N_("tax"), N_("with tax"))
_PARTS = {
    Role.REVENUE: N_("revenue"),
    Role.SALES_DISCOUNTS: N_("discount"),
    Role.OUTPUT_VAT: N_("tax"),
    Role.COGS: N_("cost"),
    Role.SHIPPING_REVENUE: N_("postage"),
    Role.ROUNDING: N_("rounding"),
}
_UNKNOWN = "?"

Row = tuple[str, ...]


def render(view: SaleView, fmt: str) -> str:
    """Return the order as text for people, or as JSON."""
    return to_json(as_data(view, spoken())) if fmt == "json" else as_text(view)


def as_text(view: SaleView) -> str:
    """Return the order for people, in lines of 80 cells where names let it."""
    sale = view.sale
    lines = labelled(
        [
            (_("order"), sale.order),
            (_("date"), sale.date.isoformat()),
            (_("customer"), sale.customer or sale.payee or ""),
            (_("shipped"), sale.shipped.isoformat() if sale.shipped else ""),
            (_("delivered"), sale.delivered.isoformat() if sale.delivered else ""),
            (_("invoice"), sale.invoice or ""),
            (_("in the ledger"), place(sale.place)),
        ]
    )
    rows = [tuple(_(head) for head in _HEADS), *(_row(each, sale.currency) for each in view.lines)]
    if view.lines:
        lines += section(_("Lines ({currency})").format(currency=sale.currency), columns(rows, right=range(2, 7)))
    for each in view.lines:
        heading = _("Line {line}: {units} {sku} (debits positive)")
        named = heading.format(line=each.line.line, units=plain(each.line.units), sku=each.line.sku)
        lines += section(named, placed(_line_rows(each, sale.currency), right=(1,)))
    lines += section(_("Money (debits positive)"), placed(_money_rows(view), right=(1,)))
    lines += section(_("Where the order stands"), columns(_standing(view), right=(1,)))
    lines += section(_("Posted on this order"), placed(_posted(view)))
    left = _left(view)
    lines += section(_("What can still come back, and its worth"), columns(left, right=range(2, 6)))
    told = [line for _code, text in view.inferred for line in paragraph(told_of(text, spoken()))]
    lines += section(_("Not read but concluded"), told)
    wrong = [line for finding in view.problems for line in _problem(finding)]
    lines += section(_("What keeps it from coming back"), wrong)
    return "\n".join(lines) + "\n"


def _row(each: LineView, currency: str) -> Row:
    line = each.line
    cost = line.cost
    amounts = [show(amount, currency) if each.known else _UNKNOWN for amount in (line.net, line.tax, cost)]
    if line.cost_currency not in (None, currency):
        amounts[2] += f" {line.cost_currency}"
    return (line.line, line.sku, plain(line.units), _UNKNOWN if each.blocked else plain(each.returnable), *amounts)


def _line_rows(each: LineView, currency: str) -> Iterator[Row]:
    """Yield what a line is made of: label, amount, account, place; what is said of a row stands below it."""
    line = each.line
    if each.price is not None and each.price_incl_tax is not None:
        gross = show(each.price_incl_tax, currency)
        yield (_("unit price"), show(each.price, currency), _("{amount} with tax").format(amount=gross), "")
    yield from _part_rows((*line.parts, *line.cogs))
    for lot in line.lots:
        yield (_("lot"), plain(-lot.units), lot.account, _at(lot.place))
        yield ("", "", _("{lot}: {left} still out").format(lot=f"{{{lot.lot}}}", left=_left_of(lot, each)), "")
    for back in each.back:
        if not back.id:
            yield (_("came back"), plain(back.units), _("booked by hand"), "")
            continue
        label = _("came back") if back.goods != Goods.KEPT else _("kept")
        yield (label, plain(back.units), f"{back.date} {back.id}", place(back.place))


def _left_of(lot: LotUnits, each: LineView) -> str:
    alike = [left.units for left in each.lots_left if _same_lot(left, lot)]
    return plain(sum(alike, ZERO))


def _same_lot(one: LotUnits, other: LotUnits) -> bool:
    return (one.account, one.commodity, one.lot) == (other.account, other.commodity, other.lot)


def _part_rows(parts: Iterable[Part]) -> Iterator[Row]:
    for part in parts:
        name = _(_PARTS[part.role]) if part.role in _PARTS else part.role.name_in(spoken())
        yield (name, show(part.amount, part.currency), part.account, _at(part.place))


def _money_rows(view: SaleView) -> Iterator[Row]:
    """Yield what moved on which account on which day."""
    sale = view.sale
    for label, booked in (
        (N_("receivable"), sale.receivable),
        (N_("paid"), sale.tenders),
        (N_("advance"), sale.advances),
        (N_("taken off"), sale.settled),
    ):
        for money in booked:
            yield (_(label), show(money.amount, money.currency), money.account, str(money.date), _at(money.place))
    for name, amount, account, at in _part_rows((*sale.shipping, *sale.rounding)):
        yield (name, amount, account, str(sale.date), at)


def _standing(view: SaleView) -> list[Row]:
    money, booked, paid = view.order, view.sale.currency, view.sale.money_currency
    amounts = (
        (N_("still owed"), money.owed, paid),
        (N_("paid in"), money.paid_in, paid),
        (N_("paid out"), money.paid_out, paid),
        (N_("credited"), money.credited, booked),
        (N_("payable to the customer"), money.payable, paid),
        (N_("shipping that can go back"), -sum((part.amount for part in money.shipping_left), ZERO), booked),
    )
    return [(_(name), show(amount, currency), currency) for name, amount, currency in amounts if amount]


def _posted(view: SaleView) -> Iterator[Row]:
    for n, entry in enumerate(view.entries):
        words = Kind.of(entry.kind).name_in(spoken()) if entry.kind in set(Kind) else entry.kind
        undone = _("(undone)") if n in view.void and not entry.voids else ""
        yield (entry.date.isoformat(), entry.id, " ".join(filter(None, (words, undone))), place(entry.place))


def _left(view: SaleView) -> list[Row]:
    """Return what can still come back by line, with the sum of several; nothing where nothing can."""
    currency = view.sale.currency

    def row(name: str, sku: str, units: str, net: Decimal, tax: Decimal) -> Row:
        return (name, sku, units, *(show(amount, currency) for amount in (net, tax, net + tax)))

    rows = [
        row(each.line.line, each.line.sku, plain(each.returnable), each.net_left, each.tax_left)
        for each in view.lines
        if each.returnable > 0 and not each.blocked
    ]
    if not rows:
        return []
    rounding = view.rounding_left
    if rounding:
        rows.append(("", _("rounding"), "", show(rounding, currency), "", show(rounding, currency)))
    if len(rows) > 1:
        rows.append(row("", _("all"), "", view.net_left + rounding, view.tax_left))
    return [tuple(_(head) for head in _LEFT), *rows]


def _problem(finding: Finding) -> Sequence[str]:
    message, hint = sentences(finding, spoken())
    lines = paragraph(f"{finding.code}: {message}")
    return [*lines, *paragraph(_("hint: {hint}").format(hint=hint), indent=4)] if hint else lines


def _at(where: Place | None) -> str:
    return place(Span(*where)) if where else ""
