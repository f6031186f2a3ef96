"""What the policy and the settings decide about an event: item by item, then for the document as a whole.

Nothing is refused here. A decision says what was chosen, by which row, and what it comes to in money; checks then ask
whether it may stand. Choices that are the settings' (where good stock goes, which tender pays) are kept beside those of
the policy, so that `plan` can show each one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from returnledger.books import Lot, LotUnits, Part, Sale
from returnledger.facts import Facts, OrderFacts, policy_facts
from returnledger.findings import Span
from returnledger.money import ZERO, round_to, shares
from returnledger.policy import Chosen, DispositionRow, FactValue, FeeRow, Window, evaluate
from returnledger.policy.fact_names import STEPS
from returnledger.terms import PLACE_OF_DISPOSITION, Condition, Disposition, Fault, Goods, Kind, Method, Role, Verdict

MayRestock = Callable[[Facts, LotUnits], bool]


@dataclass(frozen=True, slots=True)
class Placed:
    """Units of one lot and the account they come back to; `lot` differs from the sold one where it is re-costed."""

    sold: LotUnits
    role: Role
    account: str
    lot: Lot
    write_down: Decimal  # of these units, positive


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that goes out now: the account it leaves, the role it plays, and how much."""

    account: str
    amount: Decimal
    role: Role = Role.CASH_BANK


@dataclass(frozen=True, slots=True)
class Document:
    """What is decided once for the whole of an event."""

    currency: str
    decimals: int
    order: OrderFacts
    sale: Sale | None = None
    gross: Decimal = ZERO  # credited for items, tax included, before fees
    fee: Decimal = ZERO  # kept from the customer, tax included
    fee_policy: Decimal | None = None  # what the policy keeps, where it has fees
    shipping: tuple[Part, ...] = ()  # refunded shipping: debits
    due: Decimal = ZERO  # gross + shipping - fee
    offset: tuple[tuple[str, Decimal], ...] = ()  # receivable accounts and what each is credited
    payable: Decimal = ZERO  # credited to refund_payable
    store_credit: Decimal = ZERO
    bonus: Decimal = ZERO
    method: str = Method.ORIGINAL.value
    payments: tuple[Payment, ...] = ()
    approval_amount: Decimal = ZERO
    shipping_asked: Decimal | None = None  # typed on the event, where more than what is left was asked
    chosen: tuple[Chosen, ...] = ()
    deadline: date | None = None

    def find(self, effect: str) -> Chosen | None:
        """Return what was chosen for an effect, or None."""
        return next((chosen for chosen in self.chosen if chosen.effect == effect), None)

    @property
    def paid(self) -> Decimal:
        """What is paid out at once."""
        return sum((payment.amount for payment in self.payments), ZERO)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided about one item."""

    verdict: Verdict = Verdict.ALLOW
    fault: Fault = Fault.UNKNOWN
    condition: Condition = Condition.UNKNOWN
    goods: Goods = Goods.RETURNED
    disposition: Disposition | None = None
    allowed: Disposition | None = None  # what the policy would do with goods of the condition
    placed: tuple[Placed, ...] = ()
    window: Window | None = None
    fee: Decimal = ZERO  # tax included
    fee_tax: Decimal = ZERO
    fee_policy: Decimal | None = None  # what the policy charges, where it has fees
    chosen: tuple[Chosen, ...] = ()
    document: Document | None = None

    def find(self, effect: str) -> Chosen | None:
        """Return what was chosen for an effect, of the item or of its document, or None."""
        own = next((chosen for chosen in self.chosen if chosen.effect == effect), None)
        return own or (self.document.find(effect) if self.document else None)

    @property
    def write_down(self) -> Decimal:
        """The loss on the item, positive."""
        return sum((placed.write_down for placed in self.placed), ZERO)


def decide_item(facts: Facts, may_restock: MayRestock) -> Decision:
    """Return the decision on one item of a return or an allowance."""
    policy, event = facts.policy, facts.event
    if policy is None or facts.sale is None or facts.line is None:
        return Decision()
    fault = evaluate.fault_of(policy, facts.reason)
    condition, by_condition = _condition(facts, fault)
    window = _window(facts, fault) if event.kind is Kind.RETURN else None
    names = policy_facts(
        facts,
        fault=fault.value,
        amount=facts.gross,
        in_window=window.open if window else None,
        days_late=Decimal(window.days_late) if window else None,
        condition=condition.value,
    )
    verdict = evaluate.verdict(policy, names)
    chosen = [verdict, *([by_condition] if by_condition else [])]
    decision = Decision(Verdict(verdict.value), fault, condition, window=window)
    if event.kind is not Kind.RETURN:
        return replace(decision, goods=Goods.KEPT, chosen=tuple(chosen))
    goods = facts.goods
    if goods is None:
        kept = evaluate.goods(policy, names)
        goods = Goods(kept.value)
        chosen.append(kept)
    fee, wanted, by_fee = _fee(facts, names)
    chosen.append(by_fee)
    decision = replace(decision, goods=goods, fee=fee, fee_policy=wanted, chosen=tuple(chosen))
    return _with_disposition(facts, decision, names, may_restock)


def _condition(facts: Facts, fault: Fault) -> tuple[Condition, Chosen | None]:
    """Return the condition: typed, else from the reason; never new when the merchant or the carrier is at fault."""
    assert facts.policy is not None
    if facts.goods is Goods.NEVER_SHIPPED:
        return Condition.NEW, None
    if facts.item and facts.item.condition:
        return facts.item.condition, None
    chosen = evaluate.condition_of(facts.policy, facts.reason)
    if chosen.value == Condition.NEW and fault in (Fault.MERCHANT, Fault.CARRIER):
        return Condition.UNKNOWN, replace(chosen, value=Condition.UNKNOWN)
    return Condition(chosen.value), chosen


def _window(facts: Facts, fault: Fault) -> Window:
    assert facts.policy is not None and facts.sale is not None and facts.requested is not None
    sale, body = facts.sale, facts.event.body
    received = getattr(body, "received", None) or facts.day
    return evaluate.window_of(
        facts.policy,
        category=facts.category,
        fault=fault,
        sold=sale.date,
        shipped=sale.shipped,
        delivered=getattr(body, "delivered", None) or sale.delivered,
        paid=max((tender.date for tender in sale.tenders), default=None),
        received=received,
        asked=facts.requested,
    )


def _fee(facts: Facts, names: Mapping[str, FactValue]) -> tuple[Decimal, Decimal | None, Chosen]:
    """Return the item's fee, what the policy says where it has fees, and the row; fees per order are shared later."""
    assert facts.policy is not None and facts.sale is not None
    chosen = evaluate.fee(facts.policy, names)
    row: FeeRow | None = chosen.value
    wanted = None if row is None else ZERO
    if row is not None and row.per == "line":
        wanted = min(round_to(fee_of(row, facts.gross, facts.net), facts.sale.decimals), facts.gross)
    typed = facts.item.fee if facts.item else None
    return (typed if typed is not None else wanted or ZERO), wanted, chosen


def fee_of(row: FeeRow, gross: Decimal, net: Decimal) -> Fraction:
    """Return what a row charges for goods worth `gross` (`net` without tax), tax included, unrounded."""
    if row.amount is not None:
        return Fraction(row.amount)
    fee = Fraction(row.percent or 0) * Fraction(gross if row.of == "paid" else net) / 100
    return min(fee, Fraction(row.maximum)) if row.maximum is not None else fee


def fee_tax(facts: Facts, row: FeeRow | None, fee: Decimal) -> Decimal:
    """Return the tax contained in a fee: at the rate of the sale line, at the row's own rate, or none."""
    assert facts.sale is not None
    kind = row.tax if row is not None else "as_sale"
    if kind == "as_sale" and facts.gross:
        return round_to(Fraction(fee) * Fraction(facts.gross - facts.net) / Fraction(facts.gross), facts.sale.decimals)
    if kind == "rate" and row is not None and row.rate:
        return round_to(Fraction(fee) * Fraction(row.rate) / (1 + Fraction(row.rate)), facts.sale.decimals)
    return ZERO


def share_fees(items: Sequence[tuple[Facts, Decision]]) -> list[tuple[Facts, Decision]]:
    """Return the items with the fees that are charged once for the order dealt out by what each is credited.

    A fee typed for the whole event takes the place of the policy's; each item's fee gets its tax here.
    """
    fees = [decision.fee for _, decision in items]
    grosses = [facts.gross for facts, _ in items]
    decimals = items[0][0].sale.decimals if items[0][0].sale else 2
    typed = items[0][0].event.body.fee if items[0][0].event.kind is Kind.RETURN else None
    wanted: list[Decimal | None] = [decision.fee_policy for _, decision in items]
    for row_id in dict.fromkeys(row.row for _, decision in items if (row := decision.find("fee")) and row.value):
        own = [i for i, (_, decision) in enumerate(items) if (row := decision.find("fee")) and row.row == row_id]
        row = items[own[0]][1].find("fee")
        if row is None or row.value.per != "order":
            continue
        gross, net = sum((grosses[i] for i in own), ZERO), sum((items[i][0].net for i in own), ZERO)
        total = min(round_to(fee_of(row.value, gross, net), decimals), gross)
        for i, part in zip(own, shares(total, [grosses[i] for i in own], decimals), strict=True):
            wanted[i] = part
            fees[i] = part if items[i][0].item is None or items[i][0].item.fee is None else fees[i]  # type: ignore[union-attr]
    if typed is not None:
        fees = shares(typed, grosses, decimals)
    return [
        (facts, replace(decision, fee=fee, fee_tax=fee_tax(facts, row.value if row else None, fee), fee_policy=want))
        for (facts, decision), fee, want in zip(items, fees, wanted, strict=True)
        for row in [decision.find("fee")]
    ]


def _with_disposition(
    facts: Facts, decision: Decision, names: Mapping[str, FactValue], may_restock: MayRestock
) -> Decision:
    """Add what is done with the goods, where they go and what they lose in value."""
    assert facts.policy is not None
    if decision.goods is Goods.KEPT or not facts.lots:
        return decision
    chosen = evaluate.disposition(facts.policy, decision.condition, names)
    row: DispositionRow = chosen.value
    allowed = Disposition(row.to)
    typed = facts.item.disposition if facts.item else None
    disposition = Disposition.RESTOCK if decision.goods is Goods.NEVER_SHIPPED else (typed or allowed)
    placed = ()
    if disposition is not Disposition.SCRAP:
        placed = tuple(_placed(facts, lot, disposition, row, may_restock) for lot in facts.lots)
    return replace(
        decision,
        disposition=disposition,
        allowed=allowed,
        placed=placed,
        chosen=(*decision.chosen, chosen) if decision.goods is Goods.RETURNED else decision.chosen,
    )


def _placed(
    facts: Facts, lot: LotUnits, disposition: Disposition, row: DispositionRow, may_restock: MayRestock
) -> Placed:
    """Return where the units of one lot go, and the write-down to net realisable value the framework asks for."""
    settings, sale, item = facts.settings, facts.sale, facts.item
    assert sale is not None
    role = PLACE_OF_DISPOSITION[disposition]
    if role is Role.INVENTORY:
        if settings.restock == "selling_account" and may_restock(facts, lot):
            return Placed(lot, role, lot.account, lot.lot, ZERO)
        role = Role.INVENTORY_RETURNED
        return Placed(lot, role, settings.derived_account(role, lot.account), lot.lot, ZERO)
    account = settings.derived_account(role, lot.account)
    worth = evaluate.net_realisable_value(
        row,
        price_net=facts.price or ZERO,
        cost=lot.lot.number,
        value=item.value if item else None,
        selling_cost=item.selling_cost if item else None,
    )
    loss = max(ZERO, lot.lot.number - worth) if worth is not None else ZERO
    if not loss or settings.framework == "asbe_small":
        return Placed(lot, role, account, lot.lot, ZERO)
    total = round_to(Fraction(loss) * Fraction(lot.units), sale.decimals)
    if settings.framework != "us_gaap":
        return Placed(lot, role, account, lot.lot, total)
    cheaper = replace(lot.lot, number=round_to(lot.lot.number - loss, max(sale.decimals, 2)))
    booked = round_to(Fraction(lot.lot.number) * Fraction(lot.units), sale.decimals)
    return Placed(
        lot, role, account, cheaper, booked - round_to(Fraction(cheaper.number) * Fraction(lot.units), sale.decimals)
    )


def decide_document(items: Sequence[tuple[Facts, Decision]]) -> Document:
    """Return what is decided for an event as a whole, from its items: shipping, approval, and how money goes back."""
    first = facts = items[0][0]
    sale, policy, body = first.sale, first.policy, first.event.body
    assert sale is not None
    gross = sum((facts.gross for facts, _ in items), ZERO)
    fee = sum((decision.fee for _, decision in items), ZERO)
    document = Document(sale.currency, sale.decimals, first.order, sale, gross=gross, fee=fee)
    wanted = [decision.fee_policy for _, decision in items]
    if any(part is not None for part in wanted):
        document = replace(document, fee_policy=sum((part or ZERO for part in wanted), ZERO))
    if policy is None:
        return document
    main = max(items, key=lambda pair: pair[0].gross)
    facts, decision = main
    spent = max(first.order_credited, first.customer_credited)
    names = policy_facts(
        facts,
        fault=decision.fault.value,
        amount=gross + spent,
        condition=decision.condition.value,
        disposition=_worst(items),
        in_window=decision.window.open if decision.window else None,
    )
    shipping, asked, by_shipping = _shipping(first, gross, names)
    chosen = [*by_shipping]
    if first.event.kind is Kind.RETURN:
        chosen.append(evaluate.one_step(policy, names))
    chosen += [evaluate.approvals(policy, names), *_evidence(first, items, names)]
    refunds = evaluate.refunds(policy, names)
    chosen.append(refunds)
    document = replace(
        document,
        shipping=shipping,
        shipping_asked=asked,
        approval_amount=gross + spent,
        chosen=tuple(chosen),
        due=gross + sum((part.amount for part in shipping), ZERO) - document.fee,
        method=getattr(body, "method", None) or Method.ORIGINAL.value,
        deadline=_deadline(first, refunds),
    )
    return settle(first, document)


def _evidence(
    first: Facts, items: Sequence[tuple[Facts, Decision]], names: Mapping[str, FactValue]
) -> Iterator[Chosen]:
    """Yield what evidence is needed: one line is all the steps at once, those of the goods where goods come back."""
    assert first.policy is not None
    goods = any(decision.goods is Goods.RETURNED for _, decision in items)
    steps = STEPS if goods else tuple(step for step in STEPS if step not in ("receive", "inspect", "dispose"))
    for step in steps:
        yield from evaluate.evidence(first.policy, step, names)


def _worst(items: Sequence[tuple[Facts, Decision]]) -> str:
    """Return the disposition that weighs most for approval: scrap, if any item is scrapped; "" where no goods move."""
    found = [decision.disposition for _, decision in items if decision.disposition]
    return Disposition.SCRAP.value if Disposition.SCRAP in found else (found[0].value if found else "")


def _shipping(
    facts: Facts, gross: Decimal, names: Mapping[str, FactValue]
) -> tuple[tuple[Part, ...], Decimal | None, tuple[Chosen, ...]]:
    """Return the shipping to refund as debits, what was asked beyond what is left, and the deciding row."""
    sale, left = facts.sale, facts.order.shipping_left
    assert sale is not None and facts.policy is not None
    available = -sum((part.amount for part in left), ZERO)
    typed = getattr(facts.event.body, "shipping", None)
    chosen: tuple[Chosen, ...] = ()
    if typed == "all":
        wanted = available
    elif typed is not None:
        wanted = typed
    elif facts.event.kind is not Kind.RETURN:
        return (), None, ()
    else:
        row = evaluate.shipping(facts.policy, names)
        chosen = (row,)
        wanted = _shipping_by_policy(str(row.value), facts, gross, available)
    if wanted > available:
        return (), wanted, chosen
    return _parts_of(left, wanted, available, sale.decimals), None, chosen


def _shipping_by_policy(pays: str, facts: Facts, gross: Decimal, available: Decimal) -> Decimal:
    """Return how much shipping `all`, `standard`, `pro_rata` or `none` means, tax included."""
    sale = facts.sale
    assert sale is not None
    if pays == "none" or not available:
        return ZERO
    if pays == "pro_rata":
        charged = -sum((part.amount for part in sale.shipping), ZERO)
        whole = sum((line.net + line.tax for line in sale.lines), ZERO)
        so_far = sum((step for step in _credited_so_far(facts)), ZERO) + gross
        share = round_to(Fraction(charged) * Fraction(so_far) / Fraction(whole), sale.decimals) if whole else ZERO
        return max(ZERO, min(available, share - (charged - available)))
    standard = sale.metadata.get("shipping_standard")
    return min(available, Decimal(standard)) if pays == "standard" and standard else available


def _credited_so_far(facts: Facts) -> tuple[Decimal, ...]:
    return (facts.order.credited,)


def _parts_of(left: tuple[Part, ...], wanted: Decimal, available: Decimal, decimals: int) -> tuple[Part, ...]:
    """Return `wanted` of the shipping left, as debits by part in proportion; the last part takes the rest."""
    parts, rest = [], wanted
    for i, part in enumerate(left):
        last = i == len(left) - 1
        amount = rest if last else round_to(Fraction(wanted) * Fraction(part.amount) / Fraction(-available), decimals)
        rest -= amount
        if amount:
            parts.append(Part(part.role, part.account, amount, part.currency))
    return tuple(parts)


def _deadline(facts: Facts, refunds: Chosen) -> date | None:
    """Return the day by which the refund is due: `within_days` of the row, counted from the day it names."""
    row = refunds.value
    if row is None or row.within_days is None:
        return None
    body = facts.event.body
    days: dict[str, date | None] = {"received": getattr(body, "received", None), "requested": facts.requested}
    start = days.get(row.counted_from) or facts.day
    return start + timedelta(days=int(row.within_days)) if start else None


def settle(facts: Facts, document: Document) -> Document:
    """Split what is due: first against what the order owes, then payable, then paid by the tenders where it is paid.

    Where the method is paid by statement, the money stays payable until the bank line is there.
    """
    settings, order = facts.settings, document.order
    due, offset = document.due, []
    for account, open_amount in order.receivables:
        part = min(due, open_amount, order.owed - sum((amount for _, amount in offset), ZERO))
        if part > 0:
            offset.append((account, part))
            due -= part
    if document.method == Method.STORE_CREDIT:
        refunds = document.find("refunds")
        percent = refunds.value.bonus_percent if refunds and refunds.value else None
        bonus = round_to(Fraction(due) * Fraction(percent) / 100, document.decimals) if percent and due > 0 else ZERO
        return replace(document, offset=tuple(offset), store_credit=max(ZERO, due), bonus=bonus)
    document = replace(document, offset=tuple(offset), payable=due)
    return replace(document, payments=payments(facts, document, due)) if due > 0 else document


def payments(facts: Facts, document: Document, amount: Decimal, *, stated: bool = False) -> tuple[Payment, ...]:
    """Return what is paid now of `amount` payable, by the method of the document and the tenders of the order.

    `stated` is for an event that says the money has left: then it is booked whatever the method waits for.
    """
    settings, body = facts.settings, facts.event.body
    account = getattr(body, "account", None)
    if document.method in (Method.OFFSET, Method.LATER):
        return ()
    if account:
        return (Payment(account, amount),)
    if document.method != Method.ORIGINAL:
        method = settings.methods.get(document.method)
        if method is None or (method.paid == "by_statement" and not stated):
            return ()
        return (Payment(method.account, amount),)
    paid, rest = [], min(amount, document.order.refundable)
    by_statement = {method.account for method in settings.methods.values() if method.paid == "by_statement"}
    for tender, capacity in document.order.tenders:
        part = min(rest, capacity)
        rest -= part
        if part > 0 and (stated or tender not in by_statement):
            paid.append(Payment(tender, part))
    return tuple(paid)
