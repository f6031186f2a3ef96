"""Plans what others pay of the cost of a return, and what it costs besides the goods."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from returnledger import rules
from returnledger.cases import case_now
from returnledger.claims import EXPENSE_OF, Recovered, Spending, claimed, given_up, recovered
from returnledger.decision import Decision
from returnledger.drawing import accrued_of
from returnledger.draws import Use
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase
from returnledger.kinds.onestep import asked_of_policy, case_of_step, failed, settled, stopped, with_entry
from returnledger.kinds.purchased import purchase_returned, with_tax_choice
from returnledger.money import ZERO, places, show
from returnledger.planned import PlannedEvent
from returnledger.planrun import Run
from returnledger.roles import Role
from returnledger.stepfindings import step_refused
from returnledger.supplierdebts import debts
from returnledger.taking import WAITING, taken
from returnledger.terms import Disposition, Kind, Party, Spent

PAYABLE = "payable"


def recovery(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a recovery: somebody pays what is claimed of them, or a part of what the return cost."""
    facts, found = case_of_step(base, run)
    if failed(found) or facts.now is None:
        return stopped(facts, found)
    body, currency = facts.event.body, _currency(facts)
    party: Party | None = body.party  # type: ignore[attr-defined]
    if party is None:
        return stopped(facts, [*found, _lacking(facts, "party", Phrase("it does not say who pays"))])
    open_ = sum((claim.amount for claim in claimed(facts, party) if claim.currency == currency), ZERO)
    final: bool = bool(body.final)  # type: ignore[attr-defined]
    amount: Decimal = body.amount if body.amount is not None else ZERO if final else open_  # type: ignore[attr-defined]
    left = open_ - amount
    others = _cases_of_count(facts, party, run) if amount > open_ or not open_ else []
    if others:
        obstacle = Phrase("what the {party} owes of the count is claimed in {cases}", {"party": party, "cases": others})
        instead = Phrase("write `recovery: {first}`, and one for each of the others", {"first": others[0]})
        found.append(step_refused(facts, "party", obstacle, instead))
    elif final and left <= 0:
        said = {"open": show(open_, currency), "currency": currency, "party": party}
        obstacle = Phrase("{open} {currency} are claimed of the {party}: nothing is left to be given up", said)
        found.append(step_refused(facts, "final", obstacle, Phrase("leave `final` out")))
    elif body.amount is None and not open_:  # type: ignore[attr-defined]
        found.append(_lacking(facts, "amount", Phrase("nothing is claimed of the {party}", {"party": party})))
    elif amount or not final:
        found += _amount_wrong(facts, amount, "amount")
    if failed(found):
        return stopped(facts, found)
    parts: list[Recovered] = list(recovered(facts, party, amount, currency))
    gone = list(given_up(facts, party, amount, currency)) if final else []
    document = asked_of_policy(facts, "recovery", max(amount, left) if final else amount)
    planned, kept = settled(facts, found, [(facts, Decision())], document)
    legs = [*rules.recover(facts, parts), *rules.give_up_claim(facts, gone)]
    told = {"given-up": show(left, currency)} if gone else None
    return planned if failed(kept) else with_entry(planned, facts, legs, run, said=told)


def _cases_of_count(facts: Facts, party: Party, run: Run) -> list[str]:
    """Return the cases in which a count that was approved as a whole left a claim on a party: those of its goods."""
    assert facts.now is not None
    counted = (entry for entry in run.books.posted.get(facts.now.id, ()) if entry.kind == Kind.STOCKTAKE)
    cases = dict.fromkeys(entry.case for entry in counted if entry.case != facts.now.id)
    return [name for name in cases if claimed(replace(facts, now=case_now(run.books.case_of(name))), party)]


def expense(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of an expense of a return."""
    facts, found = case_of_step(base, run)
    if failed(found) or facts.now is None:
        return stopped(facts, found)
    body, settings = facts.event.body, facts.settings
    amount: Decimal | None = body.amount  # type: ignore[attr-defined]
    if amount is None:
        return stopped(facts, [*found, _lacking(facts, "amount", Phrase("it does not say how much was spent"))])
    tax: Decimal = body.tax or ZERO  # type: ignore[attr-defined]
    found += [*_amount_wrong(facts, amount, "amount"), *_amount_wrong(facts, amount - tax, "tax")]
    if tax < 0:
        found += _amount_wrong(facts, tax, "tax")
    role, account, unknown = paid_from(facts)
    found += unknown
    if failed(found):
        return stopped(facts, found)
    spent: Spent = body.type or Spent.HANDLING  # type: ignore[attr-defined]
    to = EXPENSE_OF[spent]
    spending = Spending(
        spent.value, to.value, settings.account_for(to), amount, tax, _currency(facts), role.value, account
    )
    planned, kept = settled(facts, found, [(facts, Decision())], asked_of_policy(facts, "expense", amount))
    return (
        planned
        if failed(kept)
        else with_entry(planned, facts, rules.spend(facts, [spending], _accrued(facts, spent, run)), run)
    )


# What it costs to take goods back, which an estimate may have accrued.
OF_TAKING_BACK = frozenset((Spent.LABEL, Spent.FREIGHT, Spent.HANDLING, Spent.INSPECTION, Spent.REPACKAGING))


def _accrued(facts: Facts, spent: Spent, run: Run) -> tuple[Use, ...]:
    """Return what was accrued for taking the goods of the case back, where the expense is of that kind."""
    if facts.now is None or spent not in OF_TAKING_BACK:
        return ()
    return tuple(accrued_of(facts.now.entries, run.books, facts.day))


def supplier_return(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of goods that go back to their supplier: those of a case, else those of a purchase."""
    reference = base.event.reference
    if not run.books.by_case.get(reference) and not run.books.posted.get(reference):
        return purchase_returned(base, run)
    facts, found = case_of_step(base, run)
    if failed(found) or facts.now is None:
        return stopped(facts, found)
    moves, short = taken(facts, run.context, WAITING, Disposition.RETURN_TO_SUPPLIER)
    found += short
    expected: Decimal | None = facts.event.body.expect  # type: ignore[attr-defined]
    if expected is not None and expected < 0:
        found += _amount_wrong(facts, expected, "expect")
    for index, item in enumerate(facts.event.items):
        if item.tax is not None and item.tax < 0:
            found += _amount_wrong(replace(facts, index=index), item.tax, "tax")
    if failed(found) or not moves:
        return stopped(facts, found)
    owed = list(debts(facts, moves, run.books))
    to = Disposition.RETURN_TO_SUPPLIER.value
    document = asked_of_policy(facts, "supplier_return", sum((debt.gross for debt in owed), ZERO), disposition=to)
    by_settings = with_tax_choice(facts.settings, document).chosen[-1:] if any(debt.taxes for debt in owed) else ()
    planned, kept = settled(facts, found, [(facts, Decision(chosen=by_settings))], document)
    if failed(kept):
        return planned
    items = [(moved.units, moved.sku) for moved in moves]
    rma = facts.event.body.supplier_rma  # type: ignore[attr-defined]
    said = {"supplier-rma": rma} if rma else None
    return with_entry(planned, facts, rules.return_to_supplier(facts, owed), run, items, said)


def paid_from(facts: Facts) -> tuple[Role, str, list[Finding]]:
    """Return the role and account that pay for something: a method, an account, or what is owed to suppliers."""
    said: str | None = facts.event.body.paid_from  # type: ignore[attr-defined]
    settings = facts.settings
    if said is None:
        return Role.CASH_BANK, settings.account_for(Role.CASH_BANK), []
    if said == PAYABLE:
        return Role.ACCOUNTS_PAYABLE, settings.account_for(Role.ACCOUNTS_PAYABLE), []
    method = settings.methods.get(said)
    if method is not None:
        return Role.CASH_BANK, method.account, []
    if said in facts.accounts:
        role = settings.role_of(said)
        return (role if role is Role.ACCOUNTS_PAYABLE else Role.CASH_BANK), said, []
    known = [*settings.methods, PAYABLE]
    obstacle = Phrase("{name} is neither a method of the settings nor an account of the ledger", {"name": said})
    finding = step_refused(facts, "paid_from", obstacle, Phrase("write {known}, or an account", {"known": known}))
    return Role.CASH_BANK, said, [finding]


def _currency(facts: Facts) -> str:
    return facts.sale.currency if facts.sale is not None else ""


def _amount_wrong(facts: Facts, amount: Decimal, key: str) -> list[Finding]:
    """Return the finding for an amount that is below zero, nil, or finer than money is."""
    said = {"amount": show(amount, _currency(facts)), "decimals": str(facts.decimals)}
    if amount <= 0:
        obstacle = Phrase("{amount} is no amount to book", said)
    elif places(amount) > facts.decimals:
        obstacle = Phrase("{amount} has more than {decimals} decimals", said)
    else:
        return []
    return [step_refused(facts, key, obstacle, Phrase("write an amount above zero, to the minor unit"))]


def _lacking(facts: Facts, key: str, obstacle: Phrase) -> Finding:
    return step_refused(facts, key, obstacle, Phrase("add `{key}:`", {"key": key}))
