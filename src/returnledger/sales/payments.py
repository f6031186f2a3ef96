"""Reads what the customer owed and paid on an order: receivables, tenders, advances, and what was taken off at payment.

A payment may come net of what a bank or marketplace keeps for itself: the customer has paid that too.

    2026-02-10 * "张三" "Taobao settlement" ^inv-1001
      Assets:Bank                  108.00 CNY
      Expenses:Platform-Fees         5.00 CNY
      Assets:Receivable           -113.00 CNY

One that came before the sale stands as an advance until the sale uses it:

    2026-01-20 * "张三" "Deposit" ^inv-1001
      Assets:Bank                  500.00 CNY
      Liabilities:Contract-Liability -500.00 CNY

A gift card or another liability that takes a part of the receivable has paid that part:

    2026-03-04 * "张三" "Payment" ^inv-1001
      Liabilities:Gift-Cards        50.00 CNY
      Assets:Bank                   63.00 CNY
      Assets:Receivable           -113.00 CNY

What was taken off beside the money was not paid, see `reductions`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from returnledger.money import ZERO, decimals_of, round_to, shares
from returnledger.rows import Money, Sale
from returnledger.sales.account_words import names_input_tax
from returnledger.sales.costs import weight_of
from returnledger.sales.postings import CUSTOMER_SIDE, Flow, Posting, place_of, shown_at
from returnledger.sales.recognition import Recognition
from returnledger.sales.reductions import find_reductions, taken_off, tell_written_off, written_off
from returnledger.sales.weighed import Weighed


@dataclass
class Paid:
    """The money of one order, or of one payment."""

    receivable: list[Money] = field(default_factory=list)
    tenders: list[Money] = field(default_factory=list)
    advances: list[Money] = field(default_factory=list)
    settled: list[Money] = field(default_factory=list)
    inferred: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    problems: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def add(self, flow: Flow, how: Recognition) -> None:
        """Add the money of one transaction."""
        self.receivable += _money(flow, flow.receivable)
        if flow.advance:
            self.advances += _money(flow, flow.advance)
        through = _through(flow)
        tenders = _money(flow, [*flow.tenders, *through])
        for posting in through:
            units = posting.units
            said = {"amount": f"{units.number:f}", "currency": units.currency, "account": posting.account}
            self.inferred.append(("paid-through", {**said, "where": shown_at(posting)}))
        if flow.fees or flow.other or flow.unnamed:
            self.inferred += find_reductions(flow, how)
        self.problems += [
            ("role-unknown", {"account": posting.account, "where": shown_at(posting)}) for posting in _unknown(flow)
        ]
        if flow.fees and tenders:
            fee = _fee(flow, tenders)
            if fee is not None:
                tenders.append(fee)
                said = {"amount": f"{fee.amount:f}", "currency": fee.currency, "account": flow.fees[0].account}
                self.inferred.append(("paid-net-of-fee", said))
        self.tenders += tenders
        if flow.settlement or (flow.receivable and not flow.sells and not flow.back):
            day = flow.transactions[0].date
            taken = ((role, _one(posting, day)) for role, posting in taken_off(flow))
            self.settled += [replace(money, role=role) for role, money in taken if money.amount]
        if written_off(flow):
            self.inferred.append(tell_written_off(flow))


def paid(flows: Iterable[Flow], sold: date, how: Recognition) -> Paid:
    """Return the money of an order from its transactions; `sold` is the day of the sale."""
    found = Paid()
    for flow in flows:
        if counts(flow, sold):
            found.add(flow, how)
    return found


def counts(flow: Flow, sold: date) -> bool:
    """Return True if the money of a transaction is the customer's: a late freight bill or a purchase is not."""
    if flow.sells or flow.receivable or flow.advance:
        return True
    delivery = any(p.account.startswith("Income") for p in flow.shipping)
    moved = flow.back or flow.revenue or flow.discount or flow.tax or delivery
    return bool(moved) and flow.transactions[0].date >= sold


def _is_payment(flow: Flow) -> bool:
    """Return True if a transaction takes something off the receivable, and no goods or revenue go either way in it."""
    moved = flow.sells or flow.back or flow.discount or flow.tax or flow.shipping or flow.settlement
    return not moved and sum((p.units.number for p in flow.receivable), ZERO) < 0


def _through(flow: Flow) -> list[Posting]:
    """Return what a liability of no role takes of what a payment takes off the receivable: the customer paid with it."""
    found = [p for p in flow.unnamed if p.account.startswith("Liabilities") and p.units.number > 0]
    return found if found and _is_payment(flow) else []


def _unknown(flow: Flow) -> list[Posting]:
    """Return what part of a payment is on accounts that do not tell whether the customer paid with them."""
    if not flow.tenders or not _is_payment(flow):
        return []
    own = [p for p in flow.unnamed if p.account.startswith("Income")]
    own += [p for p in flow.other if p.account.startswith("Equity")]
    return [p for p in own if p.units.number > 0]


def _money(flow: Flow, postings: Sequence[Posting]) -> list[Money]:
    """Return the money of one transaction by account: change given comes off what was taken in."""
    day = flow.transactions[0].date
    if len(postings) == 1:
        money = _one(postings[0], day)
        return [money] if money.amount or money.units else []
    net: dict[tuple[str, str, str | None], Money] = {}
    for posting in postings:
        money = _one(posting, day)
        key = (money.account, money.currency, money.commodity)
        before = net.get(key)
        if before is not None:
            units = None if before.units is None or money.units is None else before.units + money.units
            money = replace(before, amount=before.amount + money.amount, units=units)
        net[key] = money
    return [money for money in net.values() if money.amount or money.units]


def _one(posting: Posting, day: date) -> Money:
    units = posting.units
    money = Money(posting.account, units.number, units.currency, day, place_of(posting))
    if isinstance(posting, Weighed):
        return replace(money, units=posting.number, commodity=posting.commodity)
    return money


def _fee(flow: Flow, tenders: list[Money]) -> Money | None:
    """Return what was kept of a payment before it came in, as paid by the tender that brought most."""
    most = max(tenders, key=lambda money: money.amount)
    kept = -sum((p.units.number for name in CUSTOMER_SIDE for p in getattr(flow, name)), ZERO)
    if not flow.cogs:  # goods that leave against revenue: what they cost is no part of what was paid
        kept += round_to(weight_of(flow), decimals_of(most.currency))
    of_fee = [p for p in flow.other if p.units.number > 0 and names_input_tax(p.account)]
    most_kept = sum((p.units.number for p in (*flow.fees, *of_fee)), ZERO)
    if not 0 < kept <= most_kept or any(
        p.units.currency != most.currency for name in CUSTOMER_SIDE for p in getattr(flow, name)
    ):
        return None
    units = None if most.units is None else sum((p.number for p in flow.fees if isinstance(p, Weighed)), ZERO)
    return replace(most, amount=kept, units=units, place=place_of(flow.fees[0]))


def dealt(payment: Flow, sales: list[Sale], how: Recognition, named: Mapping[int, str] | None = None) -> list[Sale]:
    """Return the sales with a payment for all of them dealt out by what each still owes, oldest order first.

    What is paid beyond that stays with the last of them. `named` says the order of single postings, by identity, where
    the ledger does: then what each order gets is read and not concluded.
    """
    sales = sorted(sales, key=lambda sale: (sale.date, sale.order))
    money = Paid()
    money.add(payment, how)
    first = next(iter((*payment.receivable, *payment.advance, *payment.tenders)), None)
    if first is None:
        return sales
    weights = _named(payment, sales, named or {}) or by_debt(money, sales)
    inferred = list(money.inferred)
    if not named and len(sales) > 1:
        where = shown_at(first)
        orders = ", ".join(sale.order for sale in sales)
        inferred.append(("payment-shared", {"orders": orders, "where": where}))
    parts = [Paid() for _ in sales]
    for name in ("receivable", "tenders", "advances", "settled"):
        for one in getattr(money, name):
            units = shared(one.units, weights) if one.units is not None else [None] * len(parts)
            for part, amount, own in zip(parts, shared(one.amount, weights), units):
                if amount or own:
                    getattr(part, name).append(replace(one, amount=amount, units=own))
    return [
        replace(
            sale,
            receivable=(*sale.receivable, *part.receivable),
            tenders=(*sale.tenders, *part.tenders),
            advances=(*sale.advances, *part.advances),
            settled=(*sale.settled, *part.settled),
            inferred=(*sale.inferred, *_own(inferred, part)) if part.receivable or part.advances else sale.inferred,
            problems=(*sale.problems, *money.problems) if part.receivable else sale.problems,
        )
        for sale, part in zip(sales, parts)
    ]


def _own(inferred: Iterable[tuple[str, dict[str, str]]], part: Paid) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what was concluded of a payment for several orders, with the part of one of them in what was taken off."""
    for code, said in inferred:
        own = [money for money in part.settled if money.account == said.get("account")]
        if code == "taken-off" and own:
            said = {**said, "amount": f"{sum([m.amount for m in own], ZERO):f} {own[0].currency}"}
        yield code, said


def shared(number: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Return the shares of a number by weights, at its own decimals."""
    return shares(number, weights, max(0, -int(number.as_tuple().exponent)))


def by_debt(money: Paid, sales: list[Sale]) -> list[Decimal]:
    """Return how much of a payment each order gets: what it owes, or what it has used of an advance."""
    name = "receivable" if money.receivable else "advances"
    foreign = {sale.money_currency for sale in sales if sale.invoiced}
    left = -sum([_owed(each, foreign) for each in getattr(money, name)], ZERO)
    weights: list[Decimal] = []
    for i, sale in enumerate(sales):
        owed = max(ZERO, sum([_owed(each, foreign) for each in getattr(sale, name)], ZERO))
        share = left if i == len(sales) - 1 else min(left, owed)
        weights.append(share)
        left -= share
    return weights


def _owed(money: Money, foreign: Collection[str]) -> Decimal:
    """Return money in the currency that the orders were invoiced in, where that is one and another than the books'."""
    return money.units or ZERO if money.commodity in foreign and len(foreign) == 1 else money.amount


def _named(payment: Flow, sales: list[Sale], named: Mapping[int, str]) -> list[Decimal]:
    """Return how much each order gets where every receivable posting of the payment names its own."""
    amounts = dict.fromkeys([sale.order for sale in sales], ZERO)
    for posting in payment.receivable or payment.advance:
        order = named.get(id(posting.source if isinstance(posting, Weighed) else posting))
        if order not in amounts:
            return []
        amounts[order] -= posting.units.number
    return list(amounts.values()) if all(amount >= 0 for amount in amounts.values()) else []
