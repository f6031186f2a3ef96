"""What the policy and the settings decide about an event: item by item, then for the document as a whole.

Nothing is refused here. A decision says what was chosen, by which row, and what it comes to in money; checks then ask
whether it may stand. Choices that are the settings' (where good stock goes, which tender pays) are kept beside those of
the policy, so that `plan` can show each one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from returnledger import legal
from returnledger.decision import Decision, MayRestock, Placed
from returnledger.facts import Facts
from returnledger.fees import fee_of, left_of_order
from returnledger.money import ZERO, round_to
from returnledger.policy import Chosen, DispositionRow, FactValue, FeeRow, Window, evaluate
from returnledger.policy.judgement import Bound
from returnledger.policyfacts import dates_of, fault_fact, policy_facts
from returnledger.roles import PLACE_OF_DISPOSITION, Role
from returnledger.rows import LotUnits
from returnledger.terms import OPENING, Condition, Disposition, Fault, Goods, Kind, Verdict

_TABLE = {"freight": "return_freight", "inspection": "inspection"}


def decide_item(facts: Facts, may_restock: MayRestock) -> Decision:
    """Return the decision on one item of a return or an allowance."""
    policy, event = facts.policy, facts.event
    if policy is None or facts.sale is None or facts.line is None:
        return Decision()
    fault = evaluate.fault_of(policy, facts.reason)
    condition, by_condition = condition_of(facts, fault)
    # Without a sale nobody knows from which day a window would count.
    names = policy_facts(facts, fault=fault_fact(facts, fault), amount=facts.gross, condition=condition.value)
    opening = event.kind in OPENING and not event.price_only
    window = window_asked(facts, fault, names) if opening or event.kind is Kind.APPROVE else None
    names["in_window"] = window.open if window else None
    names["days_late"] = Decimal(window.days_late) if window else None
    if event.kind is Kind.APPROVE or (event.kind in OPENING and not facts.opens):
        own = [by_condition] if by_condition else []
        return _onward(facts, Decision(Verdict.ALLOW, fault, condition, asked=window), names, own, may_restock)
    verdict = evaluate.verdict(policy, names)
    if window is not None and window.doubt is not None and verdict.value == Verdict.ALLOW:
        verdict = evaluate.doubted(window.doubt)
    laws = legal.bound(facts, names) if opening else ()
    (verdict,), window = legal.better(facts, names, laws, verdict, window=window)
    chosen = [verdict, *legal.told(laws), *([by_condition] if by_condition and facts.credits_units else [])]
    if facts.blind:
        chosen.append(evaluate.blind(policy))
    decision = Decision(Verdict.of(verdict.value), fault, condition, window=window)
    return _onward(facts, decision, names, chosen, may_restock, laws)


def _onward(
    facts: Facts,
    decision: Decision,
    names: dict[str, FactValue],
    chosen: list[Chosen],
    may_restock: MayRestock,
    laws: tuple[Bound, ...] | None = None,
) -> Decision:
    """Return the decision with what follows once goods may come back: where they are, fee, cost and place."""
    policy, event = facts.policy, facts.event
    assert policy is not None
    if event.kind in (Kind.REQUEST, Kind.APPROVE):
        kept = evaluate.goods(policy, names)
        decision = replace(decision, goods=Goods.of(kept.value), chosen=(*chosen, kept))
        return _with_freight(facts, decision, names, laws or ()) if event.kind is Kind.REQUEST else decision
    if event.kind is Kind.RECEIVE:
        return replace(decision, chosen=tuple(chosen))
    if event.kind is Kind.EXCHANGE:
        swapped = replace(decision, goods=Goods.RETURNED, chosen=tuple(chosen))
        return with_disposition(facts, swapped, names, may_restock)
    if not facts.credits_units:
        return replace(decision, goods=Goods.KEPT, chosen=tuple(chosen))
    laws = legal.bound(facts, names) if laws is None else laws
    goods = facts.goods or (Goods.RETURNED if facts.met_units else None)
    if goods is None:
        kept = evaluate.goods(policy, names)
        goods = Goods.of(kept.value)
        chosen.append(kept)
    # Who pays for sending goods back, and what an inspection refuses, matters where goods do come back.
    charges = any(row.amount is not None for row in policy.says.return_freight)
    if goods is Goods.RETURNED and event.kind is Kind.CREDIT_NOTE and charges:
        seen, _ = legal.better(facts, names, laws, evaluate.freight(policy, names))
        chosen += seen
    if goods is Goods.RETURNED and event.kind is Kind.RETURN:
        own = [evaluate.freight(policy, names), evaluate.inspection(policy, names)]
        seen, _ = legal.better(facts, names, laws, *own)
        chosen += [each for each in seen if each.statute or policy.tables[_TABLE[each.effect]]]
    fee, wanted, by_fee = fee_of_item(facts, names, laws)
    chosen.append(by_fee)
    chosen += _cost(facts, goods)
    decision = replace(decision, goods=goods, fee=fee, fee_policy=wanted, chosen=tuple(chosen))
    if event.kind is not Kind.RETURN:
        return decision
    return with_disposition(facts, decision, names, may_restock)


def _with_freight(
    facts: Facts, decision: Decision, names: Mapping[str, FactValue], laws: tuple[Bound, ...]
) -> Decision:
    """Return the decision on a request with who pays the way back, where goods do come back and somebody says so."""
    assert facts.policy is not None
    (freight,), _ = legal.better(facts, names, laws, evaluate.freight(facts.policy, names))
    said = freight.statute or facts.policy.tables["return_freight"]
    if decision.goods is not Goods.RETURNED or not said:
        return decision
    return replace(decision, chosen=(*decision.chosen, freight))


def _cost(facts: Facts, goods: Goods) -> Iterator[Chosen]:
    """Yield who chose what goods cost whose sale books no cost of them: the policy, or the event that says it."""
    line = facts.line
    assert facts.policy is not None and line is not None
    if line.unbooked is None or goods is Goods.KEPT:
        return
    chosen = evaluate.cost(facts.policy)
    if facts.cost and not line.cogs:
        yield replace(chosen, value="original", row="event", place=facts.at("cost"))
    elif facts.cost or (chosen.value == "none" and line.value_accounts):
        yield chosen


def condition_of(facts: Facts, fault: Fault) -> tuple[Condition, Chosen | None]:
    """Return the condition: typed, else from the reason; never new when the merchant or the carrier is at fault."""
    assert facts.policy is not None
    if facts.goods is Goods.NEVER_SHIPPED:
        return Condition.NEW, None
    if facts.item and facts.item.condition:
        return facts.item.condition, None
    chosen = evaluate.condition_of(facts.policy, facts.reason)
    if chosen.value == Condition.NEW and fault in (Fault.MERCHANT, Fault.CARRIER):
        return Condition.UNKNOWN, replace(chosen, value=Condition.UNKNOWN)
    return Condition.of(chosen.value), chosen


def window_asked(facts: Facts, fault: Fault, names: Mapping[str, FactValue]) -> Window | None:
    """Return the window of an item on the day the customer asked, None where no days are counted or there is no sale."""
    assert facts.policy is not None
    if facts.blind or not facts.policy.window.fixed:
        return None
    return evaluate.window_at(facts.policy, facts.category, fault.value, dates_of(facts), names)


def fee_of_item(
    facts: Facts, names: Mapping[str, FactValue], laws: tuple[Bound, ...]
) -> tuple[Decimal, Decimal | None, Chosen]:
    """Return the item's fee, what the policy says where it has fees, and the row; fees per order are shared later."""
    assert facts.policy is not None and facts.sale is not None
    own = evaluate.fee(facts.policy, names)
    keeps = None if own.value is None else _kept(facts, own.value, own.row)
    (chosen,), _ = legal.better(facts, names, laws, own, fee=keeps)
    row: FeeRow | None = chosen.value
    wanted = None if row is None else ZERO
    if row is not None and row.per == "line":
        wanted = _kept(facts, row, chosen.row)
    typed = facts.at_sale(facts.item.fee) if facts.item and facts.item.fee is not None else None
    return (typed if typed is not None else wanted or ZERO), wanted, chosen


def _kept(facts: Facts, row: FeeRow, name: str) -> Decimal:
    """Return what a row keeps of what the item gives back; of a row that charges the order once, what is left to keep."""
    assert facts.sale is not None
    if row.per == "order":
        return left_of_order(facts, row, name, facts.gross, facts.net)
    return min(round_to(fee_of(row, facts.gross, facts.net), facts.sale.decimals), facts.gross)


def with_disposition(
    facts: Facts, decision: Decision, names: Mapping[str, FactValue], may_restock: MayRestock
) -> Decision:
    """Add what is done with the goods, where they go and what they lose in value."""
    assert facts.policy is not None
    if decision.goods is Goods.KEPT or not (facts.lots or (facts.line and facts.line.value_accounts and facts.cost)):
        return decision
    chosen = evaluate.disposition(facts.policy, decision.condition, names)
    row: DispositionRow = chosen.value
    allowed = Disposition.of(row.to)
    typed = facts.item.disposition if facts.item else None
    disposition = Disposition.RESTOCK if decision.goods is Goods.NEVER_SHIPPED else (typed or allowed)
    placed: tuple[Placed, ...] = ()
    if disposition in PLACE_OF_DISPOSITION or facts.event.kind is Kind.INSPECT:
        placed = tuple(_placed(facts, lot, disposition, row, may_restock) for lot in facts.lots)
    return replace(
        decision,
        disposition=disposition,
        allowed=allowed,
        placed=placed,
        chosen=(*decision.chosen, _typed(facts, chosen, disposition))
        if decision.goods is Goods.RETURNED
        else decision.chosen,
    )


def _typed(facts: Facts, chosen: Chosen, disposition: Disposition) -> Chosen:
    """Return who chose the disposition: the policy's row, or the event where it says another."""
    row: DispositionRow = chosen.value
    if row.to == disposition:
        return chosen
    said = row.model_copy(update={"to": disposition})
    return replace(chosen, value=said, row="event", place=facts.at("disposition"))


def _placed(
    facts: Facts, lot: LotUnits, disposition: Disposition, row: DispositionRow, may_restock: MayRestock
) -> Placed:
    """Return where the units of one lot go, and the write-down to net realisable value the framework asks for."""
    settings, sale, item = facts.settings, facts.sale, facts.item
    assert sale is not None
    role = PLACE_OF_DISPOSITION.get(disposition, Role.INVENTORY_DEFECTIVE)  # until `dispose` takes them on
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
    # What goods will fetch is in the sale's currency: beside a cost in another one it says nothing.
    comparable = lot.lot.currency == sale.currency
    loss = max(ZERO, lot.lot.number - worth) if worth is not None and comparable else ZERO
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
