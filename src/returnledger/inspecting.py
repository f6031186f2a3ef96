"""What an inspection looks at, and what the policy makes of goods as they are found.

An inspection names goods by condition and disposition, as many ways as they fall into; for each line that it names its
units add up to those that wait. A line that it names without units, and a case that it names without lines, is all that
wait. The reason as found, `found`, decides anew who answers for the return, and with it the fee, the freight and what
the goods are worth; whether they could come back at all was decided when they were asked for, and stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from returnledger import legal
from returnledger.books import Books
from returnledger.cases import Case, CaseLine
from returnledger.context import Context, line_history, product_facts, units_of
from returnledger.decide import condition_of, window_asked, with_disposition
from returnledger.decision import Decision, MayRestock
from returnledger.events import Item
from returnledger.facts import Facts
from returnledger.history import Step
from returnledger.lots import by_lot, lot_key, take_units
from returnledger.money import ZERO, places, round_to
from returnledger.onward import case_in, said_of
from returnledger.policy import evaluate
from returnledger.policyfacts import fault_fact, policy_facts
from returnledger.roles import Role
from returnledger.rows import PART_OF, LotUnits, Part, SaleLine
from returnledger.steps import between
from returnledger.terms import Disposition, Goods, Verdict

_OF_POLICY = {"freight": "return_freight", "inspection": "inspection"}


def seen_items(base: Facts, books: Books, context: Context) -> list[Facts]:
    """Return the facts of every item of an inspection: what waits of its line, and which lots it is."""
    facts = case_in(base, books, context)
    now = facts.now
    if now is None or facts.sale is None:
        return [replace(facts, item=next(iter(base.event.items), None))]
    event = said_of(base.event, now, lambda line: line.uninspected)
    facts = replace(facts, event=event, orders=(facts.sale.order,))
    left = {line.line: list(_waiting_lots(facts, line)) for line in now.lines}
    before: dict[str, Decimal] = {}
    units = {line.line: line.uninspected for line in now.lines}
    found = []
    for index, item in enumerate(event.items):
        known = _line_of(item, now)
        own = replace(facts, index=index, item=_as_found(item, facts), **product_facts(facts, item.sku, context))
        line = _sale_line(facts, known) if known is not None else None
        if known is None or line is None:
            found.append(replace(own, matches=tuple(_could_be(item, facts, now))))
            continue
        waits, asked = now.line(known.line), _asked(item, line, units[known.line], context)
        assert waits is not None
        lots, left[known.line] = _lots_of(line, left[known.line], asked or ZERO, units[known.line])
        units[known.line] -= asked or ZERO
        own = replace(own, before=before.get(known.line, ZERO), returnable=waits.uninspected)
        own = replace(own, line=line, matches=(line,), quantity=asked)
        before[known.line] = own.before + (asked or ZERO)
        found.append(_worth(replace(own, can_return=waits.uninspected, lots=by_lot(lots)), line, books))
    return [replace(each, asked=before[each.line.line]) if each.line is not None else each for each in found] or [facts]


def _lots_of(
    line: SaleLine, left: list[LotUnits], asked: Decimal, waits: Decimal
) -> tuple[tuple[LotUnits, ...], list[LotUnits]]:
    """Return the lots of so many units of a line and what is left of those that wait: of a kit of every component."""
    if not line.is_kit or asked <= 0:
        return take_units(left, asked)
    if asked >= waits:
        return tuple(left), []
    taken: list[LotUnits] = []
    rest: list[LotUnits] = []
    for commodity in dict.fromkeys(lot.commodity for lot in left):
        own = [lot for lot in left if lot.commodity == commodity]
        whole = sum((lot.units for lot in own), ZERO)
        share = Fraction(whole) * Fraction(asked) / Fraction(waits)
        gone, kept = take_units(own, round_to(share, max(places(lot.units) for lot in own)))
        taken += gone
        rest += kept
    return tuple(taken), rest


def _as_found(item: Item, facts: Facts) -> Item:
    """Return an item with the reason as the inspection found it."""
    found = getattr(facts.event.body, "found", None)
    return item if found is None else item.model_copy(update={"reason": found})


def _line_of(item: Item, now: Case) -> CaseLine | None:
    """Return the line of a case that an item is about, None where it could be several or none."""
    mine = [
        line
        for line in now.lines
        if item.line in (None, line.line, line.line.rpartition(PART_OF)[0]) and item.sku in (None, line.sku)
    ]
    waiting = [line for line in mine if line.uninspected] or mine
    return waiting[0] if len(waiting) == 1 else None


def _could_be(item: Item, facts: Facts, now: Case) -> Iterator[SaleLine]:
    """Yield the lines of the case that an item could be about, where it is not clear which."""
    for line in now.lines:
        own = _sale_line(facts, line)
        if own is not None and item.sku in (None, line.sku):
            yield own


def _sale_line(facts: Facts, known: CaseLine) -> SaleLine | None:
    """Return the line of the sale; of a component of a kit a line of its own with the component's lots."""
    assert facts.sale is not None
    line = facts.sale.line(known.line) or facts.sale.line(known.line.rpartition(PART_OF)[0])
    if line is None or line.line == known.line:
        return line
    commodity = known.line.rpartition(PART_OF)[2]
    lots = tuple(lot for lot in line.lots if lot.commodity == commodity)
    units = sum((lot.units for lot in lots), ZERO)
    return replace(line, line=known.line, sku=known.sku, commodity=commodity, lots=lots, units=units)


def _asked(item: Item, line: SaleLine, waits: Decimal, context: Context) -> Decimal | None:
    """Return how many units an item is of: all that wait where it does not say."""
    if item.qty in (None, "all"):
        return Decimal(1) if item.serial is not None and item.qty is None else waits
    return units_of(item, line.sku, context)


def _waiting_lots(facts: Facts, known: CaseLine) -> Iterator[LotUnits]:
    """Yield the lots that wait for inspection, as they were sold: the account beside which they wait, and how many."""
    line = _sale_line(facts, known)
    if facts.now is None or line is None:
        return
    for pile in facts.now.piles_of(known.line, Role.INVENTORY_INSPECTION):
        for sold in line.lots:
            beside = facts.settings.derived_account(Role.INVENTORY_INSPECTION, sold.account)
            if (sold.commodity, sold.lot, beside) == (pile.commodity, pile.lot, pile.account):
                yield replace(sold, units=pile.units)
                break


def _worth(facts: Facts, line: SaleLine, books: Books) -> Facts:
    """Return the facts with what the units are worth by the sale: for the policy's conditions, nothing is credited by it."""
    sale = facts.sale
    assert sale is not None
    history = line_history(line, sale, books, facts.now.id if facts.now else "")
    share = Fraction(facts.quantity or ZERO) / Fraction(line.units) if line.units else Fraction(0)
    credit = tuple(part.share(round_to(-Fraction(part.amount) * share, sale.decimals)) for part in line.parts)
    cost = tuple(
        Part(part.role, part.account, round_to(-Fraction(part.amount) * share, sale.decimals), part.currency)
        for part in line.cogs
    )
    price = line.net / line.units_billed if line.units_billed else None
    return replace(facts, history=history, credit=credit, cost=cost, price=price)


def with_met(items: Sequence[tuple[Facts, Decision]]) -> list[tuple[Facts, Decision]]:
    """Return the items with how many of the units that go back to the customer were never credited: these go first."""
    left: dict[str, Step] = {}
    found = []
    for facts, decision in items:
        now, line = facts.now, facts.line
        sent = decision.disposition is Disposition.RETURN_TO_CUSTOMER
        if sent and now is not None and line is not None and facts.history is not None:
            first = left.setdefault(line.line, between(line, now.entries).waiting)
            history = replace(facts.history, first=first)
            met = tuple(history.of_first(facts.lots))
            units = sum((lot.units for lot in met), ZERO) if facts.lots else first.units
            units = min(units, first.units, facts.quantity or ZERO)
            lots = tuple((lot_key(lot), lot.units) for lot in met)
            left[line.line] = history.after(Step(units=units, lots=lots)).first
            facts = replace(facts, history=history, met=met, met_units=units)
        found.append((facts, decision))
    return found


def decide_seen(facts: Facts, may_restock: MayRestock) -> Decision:
    """Return the decision on goods as found: where they go, what they lose in value, or that they go back."""
    policy = facts.policy
    if policy is None or facts.sale is None or facts.line is None:
        return Decision()
    fault = evaluate.fault_of(policy, facts.reason)
    condition, by_condition = condition_of(facts, fault)
    names = policy_facts(facts, fault=fault_fact(facts, fault), amount=facts.gross, condition=condition.value)
    window = window_asked(facts, fault, names)
    names["in_window"] = window.open if window else None
    names["days_late"] = Decimal(window.days_late) if window else None
    laws = legal.bound(facts, names)
    own = [evaluate.freight(policy, names), evaluate.inspection(policy, names)]
    seen, _ = legal.better(facts, names, laws, *own)
    kept = [each for each in seen if each.statute or policy.tables[_OF_POLICY[each.effect]]]
    chosen = tuple(([by_condition] if by_condition else []) + kept)
    decision = Decision(Verdict.ALLOW, fault, condition, Goods.RETURNED, asked=window, chosen=chosen)
    refused = any(each.effect == "inspection" and each.value == "refuse" for each in kept)
    typed = facts.item.disposition if facts.item else None
    if refused or typed is Disposition.RETURN_TO_CUSTOMER:
        back = Disposition.RETURN_TO_CUSTOMER
        row = policy.says.dispositions.get(condition)
        to = back if refused else row.to if row is not None else Disposition.HOLD
        return replace(decision, disposition=back, allowed=to)
    return with_disposition(facts, decision, names, may_restock)
