"""Makes one order of the books from its transactions: its lines, its money, and what came back by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from returnledger.books import lot_of
from returnledger.findings import Span
from returnledger.money import average, decimals_of, places
from returnledger.rows import Coupon, Dimensions, Noted, Part, Place, Sale, SaleLine
from returnledger.sales import by_hand
from returnledger.sales.contradictions import contradictions, discount_above_revenue
from returnledger.sales.costs import (
    book_margin,
    compare_cost,
    compare_lines,
    delivered_by_value,
    settle_cost,
    settle_value,
)
from returnledger.sales.currencies import with_currencies
from returnledger.sales.delivered import tell_units
from returnledger.sales.dimensions import of_postings, of_transactions
from returnledger.sales.discounts import find_discounts
from returnledger.sales.drafts import NO_META, Draft
from returnledger.sales.exchanged import split
from returnledger.sales.given_back import goods_back
from returnledger.sales.group import Group
from returnledger.sales.kits import count_kits
from returnledger.sales.payments import paid
from returnledger.sales.postings import Flow, Recognition, flow_of, joined, shown_at
from returnledger.sales.remarks import remarks
from returnledger.sales.said_cost import say_cost
from returnledger.sales.tie import tie
from returnledger.sales.tied import Tied
from returnledger.sales.untied import untied
from returnledger.sales.values import day_of, text_of
from returnledger.terms import Role

Style = Callable[[Flow, Recognition], list[Draft] | None]


def sale_of(found: Group, how: Recognition, styles: Sequence[Style]) -> Sale:
    """Return the sale that the transactions of one order make."""
    flows = [flow_of(transaction, how) for transaction in found.transactions]
    selling = [flow for flow in flows if flow.sells]
    for flow in selling:
        if flow.fees or flow.unnamed or flow.other:
            find_discounts(flow, how)
    head = selling[0].transactions[0]
    currency = _currency(selling)
    decimals = _decimals(flows, currency)
    swaps = [flow for flow in selling[1:] if flow.back and flow.out]
    plain = [flow for flow in selling if flow not in swaps] if swaps else selling
    tied = [(flow, _tied(flow, how, styles, decimals)) for flow in _pools([*plain, *delivered_by_value(flows)])]
    for swap in swaps:
        parts, unknown = split(swap, [draft for _, part in tied for draft in part.drafts], how, decimals)
        flows = [part for flow in flows for part in (parts if flow is swap else [flow])]
        swap.problems.extend([unknown] if unknown else [])
        tied.append((swap, _tied(swap, how, styles, decimals)))
    carried = of_postings(found.transactions, how.carry) if how.carry else {}
    coupons = tuple(coupon for _, each in tied for coupon in each.coupons)
    lines = _lines(found.name, tied, how, carried | _apart(coupons, carried) if coupons else carried)
    problems = [problem for _, part in tied for problem in part.problems]
    problems += [*found.problems, *_problems(selling, currency, how)]
    money = paid(flows, head.date, how)
    problems += money.problems
    back = by_hand.returned(flows, head.date, lines, how)
    too_much, hand = goods_back(flows, head.date, lines, back) if back else ([], [])
    problems += too_much
    metadata = {
        key: text_of(value) for key, value in head.meta.items() if key not in ("filename", "lineno") and key[:2] != "__"
    }
    if how.carry:
        metadata = of_transactions((flow.transactions[0] for flow in selling), how.carry) | metadata
    sale = Sale(
        order=found.name,
        date=head.date,
        currency=currency,
        decimals=decimals,
        lines=lines,
        shipping=_merged([part for _, each in tied for part in each.shipping], carried),
        rounding=_merged([part for _, each in tied for part in each.rounding], carried),
        receivable=tuple(money.receivable),
        tenders=tuple(money.tenders),
        advances=tuple(money.advances),
        settled=tuple(money.settled),
        returned_by_hand=back,
        customer=metadata.get(how.key("customer")) or head.payee or None,
        payee=head.payee or None,
        links=tuple(sorted({link for flow in selling for link in flow.transactions[0].links})),
        tags=tuple(sorted({tag for flow in selling for tag in flow.transactions[0].tags})),
        metadata=metadata,
        invoice=metadata.get(how.key("invoice")),
        delivered=_day(selling, how.key("delivered")),
        shipped=_day(selling, how.key("shipped")),
        place=Span(str(head.meta.get("filename", "")), int(head.meta.get("lineno") or 0)),
        carried=carried,
        problems=tuple(problems),
        inferred=(
            *(told for _, part in tied for told in part.inferred),
            *remarks(tied, selling, how),
            *hand,
            *money.inferred,
        ),
        unshared=_merged([part for _, each in tied for part in each.unshared], carried),
        coupons=coupons,
    )
    if any(flow.priced for flow in flows):
        sale = with_currencies(sale, flows)
    return by_hand.with_credits(sale, flows, how) if len(flows) > 1 else sale


def _pools(selling: list[Flow]) -> list[Flow]:
    """Return what can be tied by itself: a whole transaction, or all the halves (goods here, revenue there) together."""
    if len(selling) == 1:
        return selling
    halves = [flow for flow in selling if not flow.is_whole]
    if not halves:
        return selling
    return [*(flow for flow in selling if flow.is_whole), joined(halves)]


def _tied(flow: Flow, how: Recognition, styles: Sequence[Style], decimals: int) -> Tied:
    if flow.fees or flow.other:
        settle_cost(flow)
        flow.inferred.extend(_kept(flow, how))
    if flow.value:
        settle_value(flow)
    for style in styles:
        drafts = style(flow, how)
        if drafts:
            doubtful = [draft for draft in drafts if draft.lots and not draft.agrees]
            for draft in doubtful:
                count_kits(draft, flow, how)
            if not flow.cogs:
                book_margin(flow, drafts, decimals)
            elif flow.out and len(flow.transactions) == 1:
                compare_cost(flow)
            tied = tie(flow, drafts, how, decimals)
            if len(flow.transactions) > 1 or not flow.revenue:
                tied.inferred.extend(tell_units(flow, drafts, how))
            if len(flow.cogs) > 1 and len(drafts) > 1 and len(flow.transactions) == 1:
                compare_lines(drafts, tied)
            for draft in doubtful:
                contradictions(draft, tied)
            if not flow.out or any(not draft.lots for draft in drafts):
                say_cost(flow, tied, how, decimals)
            if flow.discount:
                for draft in drafts:
                    discount_above_revenue(draft, tied)
            tied.problems.extend(flow.problems)
            tied.inferred.extend(flow.inferred)
            return tied
    return untied(flow, how, decimals)


def _kept(flow: Flow, how: Recognition) -> Iterable[Noted]:
    """Yield what the customer paid that is no price of goods: a tip or a donation stays when they come back."""
    for posting in flow.other:
        if how.role_of(posting.account) is Role.OTHER_REVENUE:
            amount = f"{-posting.units.number:f} {posting.units.currency}"
            yield "stays-with-us", {"amount": amount, "account": posting.account, "where": shown_at(posting)}


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
            yield "role-unknown", {"account": posting.account, "where": shown_at(posting)}


def _lines(
    order: str, tied: list[tuple[Flow, Tied]], how: Recognition, carried: Mapping[Place, Dimensions]
) -> tuple[SaleLine, ...]:
    names = {draft.name for _, part in tied for draft in part.drafts if draft.name}
    lines: list[SaleLine] = []
    position = 0
    for flow, part in tied:
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
