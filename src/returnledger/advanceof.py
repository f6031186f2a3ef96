"""From the event of an advance to its facts: which advance, which case, what is left of it, and who paid it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

from returnledger.advancecase import AdvanceFacts
from returnledger.advanceleft import AdvanceLeft, advance_left, moved_in
from returnledger.advances import Advance, NameKind, advances_of
from returnledger.books import Books, standing
from returnledger.context import Context
from returnledger.dealings import credited_around, credited_on, dealings_of
from returnledger.events.advances import AdvanceRefund, AdvanceStage, Deposit
from returnledger.facts import Facts
from returnledger.findings import Span
from returnledger.money import ZERO, round_to
from returnledger.ordermoney import OrderFacts
from returnledger.policy import Policy
from returnledger.policy.versions import policy_for
from returnledger.roles import Role
from returnledger.rows import Money, Posted, Sale
from returnledger.sales.values import number_of
from returnledger.signing import recorded
from returnledger.terms import Kind
from returnledger.words import names

_KINDS: tuple[NameKind, ...] = ("order", "contract", "link", "customer")

# What a later step takes over from those before it: what was asked and agreed, never who did it or when.
_INHERITED = (
    "customer", "payee", "amount", "deposit", "contract", "contract_total", "performed", "broken_by", "retain",
    "retain_as", "double", "penalty", "interest", "tax_rate", "red_invoice", "method", "account", "outcome",
)  # fmt: skip
# What was settled when the refund was approved.
_SETTLED = frozenset(("amount", "retain", "retain_as", "double", "penalty", "interest", "tax_rate", "outcome"))


def advances_named(reference: str, books: Books) -> list[Advance]:
    """Return the advances that go by a reference: an order before a contract, a link or a customer's name."""
    every = advances_in(books)
    for kind in _KINDS:
        found = [
            advance
            for advance in every
            if advance.name == reference
            or any(name.kind == kind and reference in name.spellings for name in advance.names)
        ]
        if found:
            return found
    return []


def advances_in(books: Books) -> list[Advance]:
    """Return the advances of the books, with what our own entries moved from one to another."""
    moved = [flow for name, entries in books.moved.items() for flow in moved_in(entries, name)]
    return advances_of((*books.prepaid.values(), *moved))


def left_of(advance: Advance, books: Books, facts: Facts | None = None) -> AdvanceLeft:
    """Return what is left of an advance after our own entries, on the day of an event."""
    return advance_left(advance, books.by_order.get(advance.name, ()), facts.day if facts else None)


def advance_facts(base: Facts, books: Books, context: Context) -> Facts:
    """Return the facts of an event of an advance, that of the sale standing for the receipt."""
    event = base.event
    body = event.body
    assert isinstance(body, AdvanceRefund)
    case = tuple(books.case_of(event.reference))
    stage = body.stage or AdvanceStage.PAID
    if not case and event.reference in books.by_case:
        return replace(base, target=tuple(books.by_case[event.reference]), advance=AdvanceFacts(stage))
    of_advance = [entry for entry in case if entry.kind == Kind.ADVANCE_REFUND]
    if case and not of_advance:
        return replace(base, case=case, advance=AdvanceFacts(stage))
    reference = case[0].order if case else event.reference
    found = advances_named(reference, books)
    if body.customer and len(found) > 1:
        found = [each for each in found if body.customer in each.payers]
    if body.currency and len(found) > 1:
        found = [each for each in found if body.currency in (each.currency, (each.foreign or ("",))[0])]
    if len(found) > 1:
        found = [each for each in found if left_of(each, books, base).left] or found
    known = AdvanceFacts(stage, tuple(each.name for each in found), case=tuple(of_advance))
    if len(found) != 1:
        spelled = [s for each in advances_in(books) for name in each.names for s in name.spellings[:1]]
        close = get_close_matches(reference, [*spelled, *books.known_advances], n=3, cutoff=0.6)
        at = {each.name: f"{each.first.place[0]}:{each.first.place[1]}" for each in found}
        nearest = () if found else tuple(dict.fromkeys(close))
        return replace(base, case=case, nearest=nearest, orders=tuple(at), places_of_orders=at, advance=known)
    return _with_case(base, found[0], known, books, context)


def _with_case(base: Facts, advance: Advance, known: AdvanceFacts, books: Books, context: Context) -> Facts:
    """Return the facts of an event on the one advance it means."""
    advance = _as_said(advance, _said_before(known.case, books.canonicals).get("deposit"), base.event.body)
    left = left_of(advance, books, base)
    said = _said_before(known.case, books.canonicals)
    stages = tuple(_stage_of(entry) for entry in known.case)
    known = replace(known, stages=stages, left=left)
    body = _joined(base.event.body, said, known)
    sale = _receipt(advance, left)
    policy = _policy(context.policies, sale)
    days = policy.says.split_days if policy else 0
    rate, rate_of = _rate(base, left, books)
    due, due_weight = _due(known.case, left)
    metadata = sale.metadata
    total = number_of(metadata["contract_total"]) if "contract_total" in metadata else None
    deposit = body.deposit or _deposit(advance)
    known = replace(
        known,
        said=body,
        papers=tuple(_papers(books.case_of(base.event.reference) if known.case else (), books.canonicals)),
        due=due,
        due_weight=due_weight,
        deposit=deposit,
        contract=body.contract or advance.contract or metadata.get(context.settings.sales.metadata.contract),
        contract_total=body.contract_total if body.contract_total is not None else total,
        rate=rate,
        rate_of=rate_of,
    )
    return replace(
        base,
        event=replace(base.event, body=body),
        sale=sale,
        orders=(advance.name,),
        order=OrderFacts(paid_in=left.money_left, tenders=_tenders(advance, books), sold_for=left.money_in),
        policy=policy,
        case=known.case,
        recorded=tuple(recorded(known.case, books.canonicals)),
        advance=known,
        due=due,
        customer_credited=credited_around(dealings_of(books, sale).credits, base.dated, days, sale.currency),
        order_credited=credited_on(books, sale),
        category=metadata.get("category"),
    )


def _as_said(advance: Advance, before: Any, body: Any) -> Advance:
    """Return the part of an advance that the event means: of a price and a security under one name, the one it says."""
    both = frozenset((Role.CONTRACT_LIABILITY, Role.DEPOSIT_LIABILITY))
    deposit = body.deposit or names(Deposit).get(str(before))
    if advance.main_roles != both or deposit is None:
        return advance
    if deposit is Deposit.SECURITY:
        return advance.of(frozenset((Role.DEPOSIT_LIABILITY,)))
    return advance.of(frozenset((Role.CONTRACT_LIABILITY, Role.OUTPUT_VAT_PENDING, Role.OUTPUT_VAT)))


def _policy(policies: Sequence[Policy], sale: Sale) -> Policy | None:
    """Return the policy in force on the day of the receipt: one that says something of advances before any other."""
    telling = [policy for policy in policies if policy.says.advances or policy.says.advance_deadline is not None]
    return policy_for(telling, sale.date) or policy_for(policies, sale.date)


def _receipt(advance: Advance, left: AdvanceLeft) -> Sale:
    """Return what stands for the sale: the receipts, without lines."""
    first = advance.first
    tenders = tuple(replace(money, amount=money.amount) for money in advance.tenders)
    return Sale(
        order=advance.name,
        date=first.date,
        currency=advance.currency,
        decimals=advance.decimals,
        lines=(),
        tenders=tenders,
        customer=advance.customer,
        payee=first.payee,
        links=tuple(sorted({link for flow in advance.received for link in flow.links})),
        tags=first.tags,
        metadata=advance.metadata,
        invoice=advance.metadata.get("invoice"),
        place=Span(*first.place),
    )


def _said_before(case: Sequence[Posted], canonicals: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the steps of a case said of the refund, the later ones last."""
    said: dict[str, Any] = {}
    for entry in case:
        event = canonicals.get(entry.id, {})
        said |= {key: event[key] for key in _INHERITED if key in event}
    return said


def _joined(body: Any, said: Mapping[str, Any], known: AdvanceFacts) -> AdvanceRefund:
    """Return the body of the event with what the steps before it said, as far as this one says nothing of it."""
    assert isinstance(body, AdvanceRefund)
    kept = {key: value for key, value in said.items() if not (known.paying and key in _SETTLED)}
    before = AdvanceRefund.model_validate(kept)
    more = {key: getattr(before, key) for key in kept if key not in body.model_fields_set}
    if not known.opening and not body.approved_by and body.by and known.stage is AdvanceStage.APPROVED:
        more["approved_by"] = (body.by,)
    return body.model_copy(update=more)


def _stage_of(entry: Posted) -> AdvanceStage:
    """Return the stage that a step of a case recorded."""
    text = entry.told.get("stage", AdvanceStage.PAID.value)
    return next((stage for stage in AdvanceStage if stage.value == text), AdvanceStage.PAID)


def _papers(case: Sequence[Posted], canonicals: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the evidence that the steps of a case brought: types, and paths of papers without one."""
    for entry in case:
        papers = canonicals.get(entry.id, {}).get("evidence") or ()
        for paper in (papers,) if isinstance(papers, (str, Mapping)) else papers:
            yield paper if isinstance(paper, str) else str(paper.get("type") or paper.get("path"))


def _due(case: Sequence[Posted], left: AdvanceLeft) -> tuple[Decimal, Decimal]:
    """Return what of a case is approved and not paid: in the customer's currency and in the books'."""
    legs = [leg for entry in case for leg in entry.legs if leg.role == Role.REFUND_PAYABLE]
    weight = -sum((leg.amount for leg in legs), ZERO)
    if left.advance.foreign is None:
        return weight, weight
    units = (leg.units if leg.units is not None else leg.amount for leg in legs)
    return -sum(units, ZERO), weight


def _deposit(advance: Advance) -> Deposit | None:
    """Return what kind of money it was, as metadata `deposit` or the account says; None where neither does."""
    said = names(Deposit).get(advance.metadata.get("deposit", ""))
    if isinstance(said, Deposit):
        return said
    accounts = [money.account for flow in advance.received for money in flow.money]
    if any(money.role is Role.DEPOSIT_LIABILITY for flow in advance.received for money in flow.money):
        return Deposit.SECURITY
    return next((d for d in Deposit if any(d.zh in account for account in accounts)), None)


def _rate(base: Facts, left: AdvanceLeft, books: Books) -> tuple[Fraction | None, str]:
    """Return what one unit of the customer's money is worth in the books on the day, and the day of the price."""
    if left.advance.foreign is None:
        return None, ""
    if base.event.body.rate:
        return Fraction(base.event.body.rate), ""
    price = books.price_on(left.currency, left.advance.currency, base.day)
    if price is None:
        return None, ""
    number = Fraction(price.number)
    return (number if price.commodity == left.currency else 1 / number), price.date.isoformat()


def _tenders(advance: Advance, books: Books) -> tuple[tuple[str, Decimal], ...]:
    """Return what each account took in of an advance and has not paid out, in the customer's currency."""
    held: dict[str, Decimal] = {}

    def add(money: Money) -> None:
        amount = money.units if advance.foreign and money.units is not None else money.amount
        held[money.account] = held.get(money.account, ZERO) + amount

    for money in advance.tenders:
        add(money)
    for entry in standing(books.by_order.get(advance.name, ())):
        for leg in entry.legs if entry.kind == Kind.ADVANCE_REFUND else ():
            if leg.role == Role.CASH_BANK and leg.account in held:
                amount = leg.units if advance.foreign and leg.units is not None else leg.amount
                held[leg.account] += round_to(amount, advance.decimals)
    return tuple((account, amount) for account, amount in held.items())
