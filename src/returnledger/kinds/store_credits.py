"""Plans store credit: what is due becomes credit, the credit pays for an order, or it expires."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from returnledger import rules
from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase
from returnledger.kinds.onestep import asked_of_policy, case_of_step, failed, settled, stopped, with_entry
from returnledger.legs import Leg
from returnledger.money import ZERO, places, plain, round_to, show
from returnledger.orderfacts import order_facts
from returnledger.paying import credit_document
from returnledger.planned import PlannedEvent
from returnledger.planrun import Run
from returnledger.policy import Chosen, evaluate
from returnledger.policyfacts import policy_facts
from returnledger.roles import Role
from returnledger.stepfindings import step_refused
from returnledger.storecredit import Credit, credit_of
from returnledger.terms import CreditStage, Method


def store_credit(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of what becomes of store credit."""
    facts, found = case_of_step(base, run)
    if failed(found) or facts.now is None or facts.sale is None:
        return stopped(facts, found)
    credit = credit_of(facts.now, facts.settings.account_for(Role.STORE_CREDIT_LIABILITY), facts.sale)
    stage = facts.event.body.stage or CreditStage.ISSUED  # type: ignore[attr-defined]
    plan = {CreditStage.ISSUED: _issued, CreditStage.REDEEMED: _redeemed, CreditStage.EXPIRED: _expired}[stage]
    return plan(facts, found, credit, run)


def _issued(facts: Facts, found: list[Finding], credit: Credit, run: Run) -> PlannedEvent:
    body = facts.event.body
    amount: Decimal = body.amount if body.amount is not None else facts.due  # type: ignore[attr-defined]
    by_policy = _refunds_row(facts, amount)
    percent = by_policy.value.bonus_percent if by_policy is not None and by_policy.value else None
    bonus: Decimal = ZERO if body.bonus is None else body.bonus  # type: ignore[attr-defined]
    if body.bonus is None and percent:  # type: ignore[attr-defined]
        bonus = round_to(Fraction(amount) * Fraction(percent) / 100, facts.money_decimals)
    found += _amount_wrong(facts, amount, facts.due, Phrase("due"))
    if bonus < 0 or places(bonus) > facts.money_decimals:
        wrong = Phrase("{amount} is no amount to book", {"amount": plain(bonus)})
        found.append(step_refused(facts, "bonus", wrong, Phrase("write an amount above zero, to the minor unit")))
    expires = body.expires  # type: ignore[attr-defined]
    if expires is not None and facts.day is not None and expires < facts.day:
        said = {"expires": expires, "day": facts.day}
        obstacle = Phrase("it would expire on {expires}, before it is given on {day}", said)
        found.append(step_refused(facts, "expires", obstacle, Phrase("write a later day, or leave `expires` out")))
    said_too = {"expires": expires} if expires is not None else {}
    return _finish(
        facts,
        found,
        lambda own: _credited(own, amount, bonus),
        amount,
        run,
        said_too,
        by_policy,
    )


def _credited(facts: Facts, amount: Decimal, bonus: Decimal) -> Iterator[Leg]:
    """Yield what was due and becomes store credit, of a receivable that was paid too much on too."""
    document = credit_document(facts, amount, bonus)
    for rule in (rules.release_overpayment, rules.issue_credit, rules.give_bonus, rules.exchange_difference):
        yield from rule(facts, document)


def _refunds_row(facts: Facts, amount: Decimal) -> Chosen | None:
    """Return how money goes back by the policy, for the day of the credit: with what bonus where it becomes store credit."""
    if facts.policy is None or not facts.policy.tables["refunds"] or not facts.case:
        return None
    credited, method = replace(facts, requested=facts.case[0].date), Method.STORE_CREDIT.value
    names = policy_facts(credited, kind="refund", amount=facts.at_sale(amount), method=method)
    return evaluate.refunds(facts.policy, names)


def _redeemed(facts: Facts, found: list[Finding], credit: Credit, run: Run) -> PlannedEvent:
    name = facts.event.body.order  # type: ignore[attr-defined]
    if not name:
        unsaid = Phrase("it does not say which order it pays for")
        found.append(step_refused(facts, "stage", unsaid, Phrase("write the order that it pays for: `order: SO-1002`")))
        return stopped(facts, found)
    orders = run.books.names.get(name, ())
    if len(orders) != 1:
        obstacle = Phrase("the books have no order {order}", {"order": name})
        found.append(
            step_refused(facts, "order", obstacle, Phrase("write the order that it pays for: `order: SO-1002`"))
        )
        return stopped(facts, found)
    sale = run.books.sales[orders[0]]
    order = order_facts(sale, run.books.by_order.get(sale.order, ()), facts.day)
    typed: Decimal | None = facts.event.body.amount  # type: ignore[attr-defined]
    amount = typed if typed is not None else min(credit.left, order.owed)
    found += _amount_wrong(facts, amount, max(amount, credit.left), Phrase("left of the store credit"))
    if amount > order.owed and amount <= credit.left and not _late(facts, credit):
        said = {"amount": show(amount, sale.currency), "owed": show(order.owed, sale.currency), "order": sale.order}
        obstacle = Phrase("{amount} are more than the {owed} that {order} still owes", said)
        found.append(
            step_refused(
                facts,
                "amount",
                obstacle,
                Phrase("write {owed} or less; a sale that the store credit paid needs no event", said),
            )
        )
    if facts.sale is not None and (facts.sale.money_currency, facts.sale.currency) != (
        sale.money_currency,
        sale.currency,
    ):
        said = {"own": facts.sale.money_currency, "other": sale.money_currency, "order": sale.order}
        obstacle = Phrase("the store credit is in {own}, and {order} was invoiced in {other}", said)
        found.append(step_refused(facts, "order", obstacle, Phrase("write an order in {own}", said)))
    own = replace(facts, sale=sale, order=order)
    return _finish(own, found, lambda at: rules.redeem_credit(at, amount, credit), amount, run, {})


def _expired(facts: Facts, found: list[Finding], credit: Credit, run: Run) -> PlannedEvent:
    typed: Decimal | None = facts.event.body.amount  # type: ignore[attr-defined]
    amount = typed if typed is not None else credit.left
    found += _amount_wrong(facts, amount, max(amount, credit.left), Phrase("left of the store credit"))
    if credit.expires is None or (facts.day is not None and facts.day <= credit.expires):
        until = Phrase("it can be spent until {day}", {"day": credit.expires})
        obstacle = until if credit.expires else Phrase("it was given without a last day")
        found.append(
            step_refused(facts, facts.event.kind.value, obstacle, Phrase("delete the event: it has not expired"))
        )
    return _finish(facts, found, lambda own: rules.expire_credit(own, amount, credit), amount, run, {})


def _late(facts: Facts, credit: Credit) -> bool:
    return credit.expires is not None and facts.day is not None and facts.day > credit.expires


def _finish(
    facts: Facts,
    found: list[Finding],
    legs: Callable[[Facts], Iterator[Leg]],
    amount: Decimal,
    run: Run,
    said: dict[str, object],
    by_policy: Chosen | None = None,
) -> PlannedEvent:
    if failed(found):
        return stopped(facts, found)
    document = asked_of_policy(facts, "refund", facts.at_sale(amount))
    if by_policy is not None:
        document = replace(document, chosen=(*document.chosen, by_policy))
    planned, kept = settled(facts, found, [(facts, Decision())], document)
    if failed(kept):
        return planned
    stage = facts.event.body.stage or CreditStage.ISSUED  # type: ignore[attr-defined]
    told = {"stage": stage.value, **said}
    order = facts.sale.order if facts.sale is not None else ""
    return with_entry(planned, facts, legs(facts), run, said=told, order=order)  # type: ignore[arg-type]


def _amount_wrong(facts: Facts, amount: Decimal, most: Decimal, of: Phrase) -> list[Finding]:
    """Return the finding for an amount that is no money, or more than there is."""
    currency = facts.sale.money_currency if facts.sale is not None else ""
    said: dict[str, object] = {
        "amount": show(amount, currency),
        "most": show(most, currency),
        "of": of,
        "decimals": str(facts.money_decimals),
    }
    if amount > most:
        return [
            step_refused(
                facts,
                "amount",
                Phrase("{amount} are more than the {most} that are {of}", said),
                Phrase("write {most} or less", said),
            )
        ]
    if amount <= 0:
        return [step_refused(facts, "amount", Phrase("nothing is {of}", said), Phrase("delete the event"))]
    if places(amount) > facts.money_decimals:
        return [
            step_refused(
                facts,
                "amount",
                Phrase("{amount} has more than {decimals} decimals", said),
                Phrase("write it to the minor unit"),
            )
        ]
    return []
