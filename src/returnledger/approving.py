"""What must be approved of an event, and what evidence it needs: asked of every item with the amount of all.

The amount is the most that could be refunded, before fees, tax and delivery included, with what the order, or the
customer within `split_days`, was credited before: whichever is more. Each item is asked by its own facts, so that none
hides behind a dearer one; every row that any of them meets counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from returnledger import legal
from returnledger.dealings import limit_value
from returnledger.decision import Decision, Document
from returnledger.facts import Facts
from returnledger.money import ZERO
from returnledger.policy import Chosen, FactValue, Policy, duties, evaluate
from returnledger.policy.fact_names import STEPS
from returnledger.policy.limits import limit_facts, limits
from returnledger.policy.model import LimitRow
from returnledger.policyfacts import fault_fact, policy_facts
from returnledger.signing import Signed, signed_by
from returnledger.terms import OPENING, Goods, Kind, Verdict

Names = Mapping[str, FactValue]


def credited_before(items: Sequence[Facts]) -> Decimal:
    """Return what was credited before: on the orders of the items, or to the customer, whichever is more."""
    orders = {facts.sale.order: facts.order_credited for facts in items if facts.sale is not None}
    return max(sum(orders.values(), ZERO), max((facts.customer_credited for facts in items), default=ZERO))


def names_of(facts: Facts, decision: Decision, amount: Decimal) -> dict[str, FactValue]:
    """Return the facts of a decided item by the names that policies use, with the amount of the whole event."""
    window = decision.window or decision.asked
    return policy_facts(
        facts,
        fault=fault_fact(facts, decision.fault),
        amount=amount,
        condition=decision.condition.value,
        disposition=decision.disposition.value if decision.disposition else "",
        in_window=window.open if window else None,
        days_late=Decimal(window.days_late) if window else None,
    )


def steps_of(items: Sequence[tuple[Facts, Decision]]) -> tuple[str, ...]:
    """Return the steps that one line takes together: those of the goods only where goods come back."""
    facts = items[0][0]
    if facts.event.kind in (Kind.APPROVE, Kind.REQUEST, Kind.INSPECT):
        return (facts.event.kind.value,)
    if facts.event.kind in (Kind.RECEIVE, Kind.CREDIT_NOTE):
        asked = ("request",) if facts.opens else ()
        approved = ("approve",) if facts.event.kind is Kind.CREDIT_NOTE and not facts.approved else ()
        return (*asked, *approved, facts.event.kind.value)
    goods = facts.event.kind is Kind.RETURN and any(d.goods is Goods.RETURNED for _, d in items)
    return STEPS if goods else tuple(step for step in STEPS if step not in ("receive", "inspect", "dispose"))


def controls_of(policy: Policy, items: Sequence[tuple[Facts, Decision]], amount: Decimal) -> Iterator[Chosen]:
    """Yield what the policy asks of an event worth `amount` in all: one step or several, approvals, evidence.

    The dearest item is asked first.
    """
    if (by_policy := moved(items[0][0])) is not None:
        yield by_policy
    dearest = sorted(items, key=lambda pair: -pair[0].gross)
    names = [names_of(facts, decision, amount) for facts, decision in dearest]
    if items[0][0].event.kind in OPENING:
        if items[0][0].event.kind is Kind.RETURN:
            chosen = [evaluate.one_step(policy, own) for own in names]
            yield next((each for each in chosen if each.value is False), chosen[0])
        if policy.tables["limits"] and items[0][0].opens:
            yield _strictest(limits(policy, {**own, **limits_of(facts)}) for own, (facts, _) in zip(names, dearest))
    if items[0][0].event.kind not in (Kind.RECEIVE, Kind.INSPECT):  # a request tells who is to approve
        yield from _each_row(row for own in names for row in approvals_of(policy, own))
    if items[0][0].event.kind is Kind.REQUEST and policy.tables["refund_when"]:
        (facts, _), own = dearest[0], names[0]
        yield from legal.better(facts, own, legal.bound(facts, own), evaluate.refund_when(policy, own))[0]
    apart = [duties.separation(policy, own) for own in names]
    yield from filter(None, [next((each for each in apart if each and each.value == duties.COMPARED), apart[0])])
    for step in steps_of(items):
        yield from _each_row(row for own in names for row in evaluate.evidence(policy, step, own))


def approvals_of(policy: Policy, names: Names) -> Iterator[Chosen]:
    """Yield who must approve an item: what is approved is the request, so that rows about requests count.

    A row that asks about approvals themselves counts too, and stands alone where no row asks about requests.
    """
    if names["kind"] != Kind.APPROVE:
        yield evaluate.approvals(policy, names)
        return
    asked, given = (evaluate.approvals(policy, {**names, "kind": kind.value}) for kind in (Kind.REQUEST, Kind.APPROVE))
    by_kind = [each for each in (asked, given) if any(name == "kind" for name, _ in each.used)]
    yield from by_kind or [asked]


def limits_of(facts: Facts) -> dict[str, FactValue]:
    """Return what the limits of the policy look at, by name."""
    sale, policy = facts.sale, facts.policy
    assert sale is not None and policy is not None
    rows = (row.says for row in policy.tables["limits"] if isinstance(row.says, LimitRow))
    names = dict.fromkeys(name for row in rows for name in limit_facts(row))
    sku = facts.line.sku if facts.line else None
    return {name: limit_value(name, facts.dealings, sale.order, sku, facts.requested, sale.currency) for name in names}


def _strictest(chosen: Iterable[Chosen]) -> Chosen:
    rank = (Verdict.ALLOW, Verdict.REVIEW, Verdict.DENY)
    return max(chosen, key=lambda each: rank.index(each.value))


def _each_row(chosen: Iterable[Chosen]) -> Iterator[Chosen]:
    """Yield each row once; of two answers of a row the one that asks for something."""
    rows: dict[str, Chosen] = {}
    for each in chosen:
        known = rows.get(each.row)
        if known is None or (each.value and not known.value):
            rows[each.row] = each
    yield from rows.values()


def signed_in(items: Sequence[tuple[Facts, Decision]], document: Document) -> tuple[Signed, ...]:
    """Return the steps that an event takes with the people who take them."""
    event, day = items[0][0].event, items[0][0].dated
    if day is None:
        return ()
    goods = event.kind is Kind.RETURN and any(decision.goods is Goods.RETURNED for _, decision in items)
    paid = bool(document.payments or document.store_credit)
    own = signed_by(event.kind, event.body.by, event.body.approved_by, day, goods=goods, paid=paid)
    return (*items[0][0].recorded, *own)


def moved(facts: Facts) -> Chosen | None:
    """Return what moved the entry to another day than the event's, None where it stands on its own."""
    if facts.policy is None or facts.day == facts.dated or facts.day is None:
        return None
    return replace(evaluate.closed_period(facts.policy), value=facts.day.isoformat())
