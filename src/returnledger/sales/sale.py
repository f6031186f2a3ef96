"""Makes one order of the books from its transactions: its lines, its money, and what came back by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from beancount.core.data import Transaction

from returnledger.directives import lot_of
from returnledger.findings import Span
from returnledger.money import average, decimals_of, places
from returnledger.roles import Role
from returnledger.rows import Coupon, Dimensions, Noted, Part, Place, Sale, SaleLine
from returnledger.sales.allocations import Allocated, Style, allocations
from returnledger.sales.by_hand.credited import with_credits
from returnledger.sales.by_hand.returned import came_back, returned, tell_returned
from returnledger.sales.currencies import with_currencies
from returnledger.sales.dimensions import of_postings, of_transactions
from returnledger.sales.discounts import find_discounts
from returnledger.sales.drafts import NO_META, Draft
from returnledger.sales.group import Group
from returnledger.sales.own_debts import set_apart
from returnledger.sales.payments import paid
from returnledger.sales.plain import plain_lines
from returnledger.sales.postings import Flow, flow_of, shown_at
from returnledger.sales.recognition import Recognition
from returnledger.sales.remarks import remarks
from returnledger.sales.values import day_of, text_of


def sale_of(found: Group, how: Recognition, styles: Sequence[Style]) -> Sale:
    """Return the sale that the transactions of one order make."""
    flows = [flow_of(transaction, how) for transaction in found.transactions]
    selling = [flow for flow in flows if flow.sells]
    for flow in selling:
        if flow.unnamed and (flow.fees or flow.cogs):
            set_apart(flow)
        if flow.fees or flow.unnamed or flow.other:
            find_discounts(flow, how)
    head = selling[0].transactions[0]
    currency = _currency(selling)
    decimals = _decimals(flows, currency)
    plain = plain_lines(found.name, flows[0], how) if len(flows) == 1 else None
    allocated: Allocated = []
    if plain is None:
        flows, allocated = allocations(flows, selling, how, styles, decimals)
    carried = of_postings(found.transactions, how.carry) if how.carry else {}
    coupons = tuple(coupon for _, each in allocated for coupon in each.coupons)
    lines = plain or _lines(found.name, allocated, how, carried | _apart(coupons, carried) if coupons else carried)
    problems = [problem for _, part in allocated for problem in part.problems]
    problems += [*found.problems, *(_problems(selling, currency, how) if plain is None else ())]
    money = paid(flows, head.date, how)
    problems += money.problems
    came = came_back(flows, head.date)
    back = returned(came, lines, how) if came else {}
    too_much, hand = tell_returned(came, lines, back) if back else ([], [])
    problems += too_much
    sale = Sale(
        order=found.name,
        date=head.date,
        currency=currency,
        decimals=decimals,
        lines=lines,
        shipping=_merged([part for _, each in allocated for part in each.shipping], carried),
        rounding=_merged([part for _, each in allocated for part in each.rounding], carried),
        receivable=tuple(money.receivable),
        tenders=tuple(money.tenders),
        advances=tuple(money.advances),
        settled=tuple(money.settled),
        returned_by_hand=back,
        carried=carried,
        **_written(head, selling, how),
        problems=tuple(problems),
        inferred=(
            *(told for _, part in allocated for told in part.inferred),
            *remarks(allocated, selling, how),
            *hand,
            *money.inferred,
        ),
        unshared=_merged([part for _, each in allocated for part in each.unshared], carried),
        coupons=coupons,
    )
    if any(flow.priced for flow in flows):
        sale = with_currencies(sale, flows)
    return with_credits(sale, flows, how) if len(flows) > 1 else sale


def _written(head: Transaction, selling: list[Flow], how: Recognition) -> dict[str, Any]:
    """Return what is written on the transactions of a sale, beside their postings: whose it is, and by what names."""
    metadata = _metadata(head, selling, how)
    return {
        "customer": metadata.get(how.key("customer")) or head.payee or None,
        "payee": head.payee or None,
        "links": tuple(sorted({link for flow in selling for link in flow.transactions[0].links})),
        "tags": tuple(sorted({tag for flow in selling for tag in flow.transactions[0].tags})),
        "metadata": metadata,
        "invoice": metadata.get(how.key("invoice")),
        "delivered": _day(selling, how.key("delivered")),
        "shipped": _day(selling, how.key("shipped")),
        "place": Span(str(head.meta.get("filename", "")), int(head.meta.get("lineno") or 0)),
    }


def _metadata(head: Transaction, selling: Sequence[Flow], how: Recognition) -> dict[str, str]:
    """Return the metadata of a sale: its first transaction's, and dimensions that any of them says."""
    own = {
        key: text_of(value) for key, value in head.meta.items() if key not in ("filename", "lineno") and key[:2] != "__"
    }
    return of_transactions((flow.transactions[0] for flow in selling), how.carry) | own if how.carry else own


def _problems(selling: list[Flow], currency: str, how: Recognition) -> Iterable[Noted]:
    for flow in selling:
        for posting in flow.back:
            if how.role_of(posting.account) in (Role.ACCOUNTS_RECEIVABLE, Role.CASH_BANK):
                yield "money-at-cost", {"account": posting.account, "where": shown_at(posting)}
        for posting in (*flow.revenue, *flow.tax, *flow.discount, *flow.shipping):
            if posting.units.currency != currency:
                values = {"skus": "", "fields": "currency", "where": shown_at(posting)}
                yield "facts-missing", values
                return
        for posting in flow.unnamed:
            if how.role_of(posting.account) is Role.DEPOSIT_LIABILITY and posting.units.number < 0:
                continue  # a deposit on bottles or boxes, which comes back with these
            yield "role-unknown", {"account": posting.account, "where": shown_at(posting)}


def _lines(
    order: str, allocated: Allocated, how: Recognition, carried: Mapping[Place, Dimensions]
) -> tuple[SaleLine, ...]:
    names = {draft.name for _, part in allocated for draft in part.drafts if draft.name}
    lines: list[SaleLine] = []
    position = 0
    for flow, part in allocated:
        day = flow.transactions[0].date
        for draft in part.drafts:
            position += 1
            name = draft.name
            if name is None:
                name = str(position)
                while name in names:
                    name += "'"
                names.add(name)
            lines.append(_line(order, name, draft, day, how, carried))
    return tuple(lines)


def _line(
    order: str, name: str, draft: Draft, day: date, how: Recognition, carried: Mapping[Place, Dimensions]
) -> SaleLine:
    meta = draft.source.meta or NO_META
    units, lots = draft.units, draft.lots
    price = draft.price
    if price is None:
        price = average(draft.net, units if draft.invoiced is None else draft.invoiced)
    elif lots and draft.quantity and draft.kits is None and draft.sold is None and draft.quantity != units:
        price = average(price * draft.quantity, units)
    parts = draft.gross if not draft.own and not draft.tax else [*draft.gross, *draft.own, *draft.tax]
    # By position: by name it would take half as long again, half a million times.
    return SaleLine(
        order,
        name,
        draft.sku,
        lots[0].commodity if lots and draft.kits is None else how.commodities.get(draft.sku, ""),
        units,
        day,
        _merged(parts, carried),
        _merged(draft.cogs, carried),
        tuple(lots),
        Span(str(meta.get("filename", "")), int(meta.get("lineno") or 0)),
        price,
        tuple(draft.serials),
        draft.invoiced,
        afloat=tuple(draft.afloat),
        unbooked=draft.unbooked,
    )


def _apart(coupons: Sequence[Coupon], carried: Mapping[Place, Dimensions]) -> dict[Place, Dimensions]:
    """Return dimensions that keep the shares of coupons apart from other discounts of their accounts."""
    own = ((n, coupon[0]) for n, coupon in enumerate(coupons))
    return {place: (*carried.get(place, ()), ("coupon", str(n))) for n, place in own}


def _merged(parts: Sequence[Part], carried: Mapping[Place, Dimensions]) -> tuple[Part, ...]:
    """Return the parts with those of one role, account and dimensions in one."""
    if len(parts) < 2:
        return tuple(parts)
    merged: dict[tuple[Role, str, str, Dimensions], Part] = {}
    for part in parts:
        own = carried.get(part.place, ()) if carried and part.place else ()
        key = (part.role, part.account, part.currency, own)
        before = merged.get(key)
        merged[key] = (
            part
            if before is None
            else Part(part.role, part.account, before.amount + part.amount, part.currency, before.place)
        )
    return tuple(part for part in merged.values() if part.amount)


def _currency(selling: list[Flow]) -> str:
    for flow in selling:
        for postings in (flow.revenue, flow.receivable, flow.tenders):
            if postings:
                return str(postings[0].units.currency)
    return lot_of(selling[0].out[0].cost, selling[0].transactions[0].date).currency


def _decimals(flows: list[Flow], currency: str) -> int:
    """Return the most decimals of the order's amounts in its currency, at least those of the minor unit.

    A cost of goods in more decimals than its money (3 at 4.005) says nothing of how money is paid.
    """
    most = decimals_of(currency)
    unit = Decimal(1).scaleb(-most)
    for flow in flows:
        for name in (
            "revenue",
            "discount",
            "tax",
            "shipping",
            "rounding",
            "receivable",
            "tenders",
            "advance",
            "settlement",
        ):
            for posting in getattr(flow, name):
                number = posting.units.number
                if not number.same_quantum(unit) and posting.units.currency == currency:
                    most = max(most, places(number))
    return most


def _day(selling: list[Flow], key: str) -> date | None:
    """Return the last day that the sale's transactions give under a metadata key."""
    days = [day_of(flow.transactions[0].meta.get(key)) for flow in selling]
    return max((day for day in days if day), default=None)
