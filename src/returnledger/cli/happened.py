"""Says in one line what an event reports: of which units, what becomes of them, and what money it moves."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from returnledger.advancecase import AdvanceBack
from returnledger.books import posted
from returnledger.cli.show_step import amounts_text, is_step
from returnledger.credits import OF_OTHERS
from returnledger.decision import Document
from returnledger.drafting import fields_of
from returnledger.entry import narration, units_of
from returnledger.events.advances import AdvanceStage
from returnledger.excerpt import clean
from returnledger.i18n import N_, _, spoken
from returnledger.money import ZERO, show
from returnledger.planned import PlannedEvent
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.terms import UNDOING, Goods, Kind, Reason
from returnledger.views.history import MONEY_OF_OTHERS, items_told

_AT_ONCE = (Kind.RETURN, Kind.EXCHANGE)  # kinds that take all the steps of goods in one


def what_happened(planned: PlannedEvent) -> str:
    """Return in the reader's language what an event reports and what it comes to in money."""
    event, lang = planned.event, spoken()
    kind = planned.again.kind if planned.again else event.kind
    rows = _rows(planned)
    orders = dict.fromkeys(facts.sale.order for facts in planned.facts if facts.sale is not None)
    by_order = event.kind in (*_AT_ONCE, Kind.ALLOWANCE, Kind.ADVANCE_REFUND) or event.without_order
    about = ", ".join(orders) if by_order else event.reference
    reason = next((facts.reason for facts in planned.facts if isinstance(facts.reason, Reason)), None)
    kept = (
        event.kind is Kind.RETURN and bool(planned.decisions) and all(d.goods is Goods.KEPT for d in planned.decisions)
    )
    text = narration(
        event.kind,
        lang,
        about if event.without_order == "none" else about or event.reference,
        [(qty, sku) for sku, qty in _units(planned, rows).items()],
        reason.name_in(lang) if reason else None,
        kept,
    )
    if planned.status != "new":
        return text
    goods = dict.fromkeys(d.disposition.name_in(lang) for d in planned.decisions if d.disposition)
    money = [_money(planned.document, kind)] if planned.document is not None else list(_noted(planned, rows))
    if is_step(planned) and (amounts := amounts_text(planned, lang)):
        money.append(amounts)
    return ("；" if lang == "zh" else "; ").join([text, *goods, *_sold(planned), *money])


def _sold(planned: PlannedEvent) -> Iterator[str]:
    """Yield what goes out in an exchange for other goods, under which order, and what of its price comes in or is owed."""
    selling, document = next((facts.selling for facts in planned.facts), None), planned.document
    if selling is None or document is None:
        return
    goods = ("、" if spoken() == "zh" else ", ").join(units_of(line.units, line.sku) for line in selling.lines)
    amount = amount_of(selling.gross, document)
    yield _("{goods} sold as {order} for {amount}").format(goods=goods, order=clean(selling.order), amount=amount)
    paid, owed = selling.difference(document.swapped, document.due)
    for sentence, part in ((N_("{amount} comes in"), paid), (N_("{amount} owed"), owed)):
        if part:
            yield _(sentence).format(amount=amount_of(part, document))


def _rows(planned: PlannedEvent) -> list[Posted]:
    """Return what a step is going to be in the books; of a return in one step its facts say it, and of an undoing nothing."""
    if planned.event.kind in _AT_ONCE or planned.event.kind in UNDOING:
        return []
    return [row for directive in planned.directives if (row := posted(directive)) is not None]


def _units(planned: PlannedEvent, rows: list[Posted]) -> dict[str, Decimal]:
    """Return the units of each SKU that an event is about."""
    units: dict[str, Decimal] = {}
    found = [(number, sku) for row in rows for number, sku, _condition, _disposition in items_told(row) if number]
    if planned.event.kind in _AT_ONCE:
        found = [(f.quantity, f.line.sku) for f in planned.facts if f.line is not None and f.quantity is not None]
    for number, sku in found:
        units[sku] = units.get(sku, ZERO) + number
    return units


def stage_name(kind: str, stage: str) -> str:
    """Return a stage of a kind of event in the reader's language."""
    known = (word for each in fields_of(Kind.of(kind)) if each.name == "stage" for word in each.words)
    return next((word.name_in(spoken()) for word in known if word.value == stage), stage)


def _noted(planned: PlannedEvent, rows: list[Posted]) -> Iterator[str]:
    """Yield how far a step is that comes in stages, and what others pay or are paid."""
    event = planned.event
    stage = next((row.told["stage"] for row in rows if row.told.get("stage")), "")
    currency = next((facts.sale.money_currency for facts in planned.facts if facts.sale is not None), "")
    if stage and any(each.name == "stage" for each in fields_of(event.kind)):
        yield stage_name(event.kind.value, stage)
        told = [row.told["amount"] for row in rows if row.told.get("amount")]
        yield from (f"{show(Decimal(amount), currency)} {currency}" for amount in told)
    if event.kind is Kind.STORE_CREDIT:
        legs = [leg for row in rows for leg in row.legs if leg.role == Role.STORE_CREDIT_LIABILITY]
        currency = next((leg.currency for leg in legs), currency)
        moved = abs(sum((leg.amount for leg in legs), ZERO))
        yield _("{amount} store credit").format(amount=f"{show(moved, currency)} {currency}")
    if event.kind.value in OF_OTHERS and not is_step(planned):
        legs = [leg for row in rows for leg in row.legs if leg.role in MONEY_OF_OTHERS]
        for currency in dict.fromkeys(leg.currency for leg in legs):
            moved = sum((leg.amount for leg in legs if leg.currency == currency), ZERO)
            sentence = N_("spent: {amount}") if moved < 0 else N_("came in: {amount}")
            if moved:
                yield _(sentence).format(amount=f"{show(abs(moved), currency)} {currency}")


def _money(document: Document, kind: Kind) -> str:
    """Return where the money of an event goes."""
    if document.advance is not None:
        return _of_advance(document, document.advance)
    rounded = document.handed_over - document.paid
    if kind is Kind.REFUND:
        told = [_("{amount} paid").format(amount=amount_of(document.handed_over, document))]
        told += [_("{amount} rounding of cash").format(amount=amount_of(rounded, document))] if rounded else []
        return ("，" if spoken() == "zh" else ", ").join(told)
    offset = sum((amount for _account, amount in document.offset), ZERO)
    parts = (
        (N_("{amount} off what is owed"), offset),
        (N_("{amount} paid"), document.handed_over),
        (N_("{amount} rounding of cash"), rounded),
        (N_("{amount} payable"), document.payable - document.paid),
        (N_("{amount} store credit"), document.store_credit),
    )
    told = [_(sentence).format(amount=amount_of(amount, document)) for sentence, amount in parts if amount]
    nothing = N_("nothing goes back") if document.swapped else N_("no money moves")
    return ("，" if spoken() == "zh" else ", ").join(told) or _(nothing)


def _of_advance(document: Document, back: AdvanceBack) -> str:
    """Return what becomes of an advance, or how far the case is where nothing is posted."""
    stage = back.facts.stage
    if stage in (AdvanceStage.REQUESTED, AdvanceStage.REJECTED):
        return stage.name_in(spoken())
    moved = back.back if back.moved_to else ZERO
    parts = (
        (N_("{amount} paid"), document.paid),
        (N_("{amount} payable"), document.payable - document.paid),
        (N_("{amount} moved to another order"), moved),
        (N_("{amount} kept"), back.retained),
    )
    told = [_(sentence).format(amount=amount_of(amount, document)) for sentence, amount in parts if amount]
    return ("，" if spoken() == "zh" else ", ").join(told) or _("no money moves")


def amount_of(amount: Decimal, document: Document) -> str:
    """Return an amount in the currency in which the customer gets it."""
    left = document.advance.facts.left if document.advance is not None else None
    currency = left.currency if left is not None else document.money_currency
    return f"{show(amount, currency)} {currency}"
