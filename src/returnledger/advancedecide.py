"""What policy, contract and settings decide of the refund of an advance: what is kept, what comes on top, who pays it.

Nothing is refused here; checks ask whether what was decided may stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from returnledger.advancecase import AdvanceBack, AdvanceFacts, steps_of
from returnledger.advanceleft import AdvanceLeft
from returnledger.advances import MAIN
from returnledger.advances.rows import Part
from returnledger.approving import credited_before, moved
from returnledger.decision import Decision, Document, Payment
from returnledger.events.advances import AdvanceStage, RetainAs
from returnledger.facts import Facts
from returnledger.money import ZERO, places, round_to
from returnledger.policy import Chosen, FactValue, duties, evaluate
from returnledger.policy.due import advance_deadline, refund_deadline
from returnledger.policy.model_rows import AdvanceRow
from returnledger.policyfacts import dates_of, evidence_types, policy_facts
from returnledger.roles import Role
from returnledger.signing import Signed, signed_at
from returnledger.terms import Method, Verdict

_LATER = (Method.LATER.value, Method.OFFSET.value)
_ROLES = (Role.PLATFORM_RECEIVABLE, Role.STORE_CREDIT_LIABILITY)


def decide_advance(facts: Facts) -> Decision:
    """Return what is decided of one step in the refund of an advance."""
    known, sale = facts.advance, facts.sale
    assert known is not None and known.left is not None and known.said is not None and sale is not None
    names = _names(facts, known, known.left.left)
    by_policy = _retained_by_policy(facts, names)
    back = _paid_of_due(known) if known.paying else _of_the_advance(facts, known, by_policy)
    at_stake, before = known.left.weigh(back.taken + back.beyond), credited_before([facts])
    amount = max(at_stake, before) if known.paying else at_stake + before
    names = {**names, "amount": amount}
    chosen = tuple(_chosen(facts, known, names, by_policy))
    deadline = next((each.value for each in chosen if each.effect == "deadline"), None)
    method = known.said.method or Method.ORIGINAL.value
    document = Document(
        sale.currency,
        sale.decimals,
        facts.order,
        sale,
        method=method,
        due=back.payable,
        payable=back.payable if known.stage is not AdvanceStage.REJECTED else ZERO,
        approval_amount=amount,
        chosen=chosen,
        deadline=deadline if isinstance(deadline, date) else None,
        due_in_books=False,
        signed=tuple(_signed(facts, known)),
        advance=back,
    )
    if known.stage is AdvanceStage.PAID and method not in _LATER:
        document = replace(document, payments=tuple(_payments(facts, known, back.payable)))
    verdict = next((each for each in chosen if each.effect == "verdict"), None)
    return Decision(Verdict.of(verdict.value) if verdict else Verdict.ALLOW, chosen=(), document=document)


def _names(facts: Facts, known: AdvanceFacts, amount: Decimal) -> dict[str, FactValue]:
    """Return the facts of an advance by the names that policies use."""
    said = known.said
    assert said is not None
    return policy_facts(
        facts,
        amount=amount,
        line_amount=amount,
        order_amount=known.left.money_in if known.left else None,
        contract=known.contract,
        deposit=known.deposit.value if known.deposit else None,
        broken_by=said.broken_by.value if said.broken_by else None,
        evidence=frozenset((*evidence_types(facts.event), *known.papers)),
    )


def _retained_by_policy(facts: Facts, names: Mapping[str, FactValue]) -> Chosen | None:
    if facts.policy is None or not facts.policy.tables["advances"]:
        return None
    return evaluate.advance(facts.policy, names)


def _paid_of_due(known: AdvanceFacts) -> AdvanceBack:
    """Return what is paid of what was approved before, with what comes on top only now."""
    said = known.said
    assert said is not None
    amount = known.due if said.amount is None else _to_the_cent(known, said.amount)
    return AdvanceBack(
        known, amount, penalty=_to_the_cent(known, said.penalty), interest=_to_the_cent(known, said.interest)
    )


def _to_the_cent(known: AdvanceFacts, money: Decimal | None) -> Decimal:
    """Return an amount as money is written: 20 as 20.00; finer ones as they are, for a check to refuse."""
    decimals = known.left.decimals if known.left else 2
    return ZERO if money is None else round_to(money, max(decimals, places(money)))


def _of_the_advance(facts: Facts, known: AdvanceFacts, by_policy: Chosen | None) -> AdvanceBack:
    """Return what goes back of the advance, what is kept of it and as what, and what comes on top."""
    left, said = known.left, known.said
    assert left is not None and said is not None
    retain_as = said.retain_as or (RetainAs.FORFEITURE if known.may_forfeit else RetainAs.SERVICE_INCOME)
    wanted = None if by_policy is None else _wanted(known, left, by_policy, retain_as)
    retained = _retained(known, left, retain_as, wanted)
    back = _to_the_cent(known, said.amount) if said.amount is not None else max(ZERO, left.money_left - retained)
    weight, kept = _weights(left, back, retained)
    of_back = left.take(weight)
    of_kept = left.after(of_back, back, ZERO).take(kept)
    tax, rate = _tax(facts, known, left, retain_as, kept)
    return AdvanceBack(
        known,
        back,
        retained,
        wanted,
        retain_as,
        double=known.earnest if said.double else ZERO,
        penalty=_to_the_cent(known, said.penalty),
        interest=_to_the_cent(known, said.interest),
        parts=_together(of_back, of_kept),
        weight=weight,
        retained_weight=kept,
        retained_tax=tax,
        tax_account=_tax_account(facts, left),
        tax_rate=rate,
        moved_to=said.moved_to,
        moved=of_back if said.moved_to else (),
    )


def _wanted(known: AdvanceFacts, left: AdvanceLeft, by_policy: Chosen, retain_as: RetainAs) -> Decimal | None:
    """Return what the policy's row keeps: its part of all that was paid, less what was kept before."""
    row = by_policy.value
    if not isinstance(row, AdvanceRow):
        return None
    whole = round_to(Fraction(left.money_in) * Fraction(row.retain_percent) / 100, left.decimals)
    if row.retain_max is not None:
        whole = min(whole, left.to_money(row.retain_max))
    wanted = max(ZERO, whole - left.to_money(left.retained))
    if retain_as is RetainAs.FORFEITURE:
        wanted = min(wanted, known.earnest)
    return round_to(min(wanted, left.money_left), left.decimals)


def _retained(known: AdvanceFacts, left: AdvanceLeft, retain_as: RetainAs, wanted: Decimal | None) -> Decimal:
    """Return what is kept: as typed, else as the policy says, else all earnest money that the event says is lost."""
    said = known.said
    assert said is not None
    if said.retain is not None:
        return _to_the_cent(known, said.retain)
    if said.double:
        return ZERO
    if wanted is None:
        wanted = min(known.earnest, left.money_left) if said.retain_as is RetainAs.FORFEITURE else ZERO
    room = left.money_left - said.amount if said.amount is not None else wanted
    return max(ZERO, min(wanted, room))


def _weights(left: AdvanceLeft, back: Decimal, retained: Decimal) -> tuple[Decimal, Decimal]:
    """Return what the money that goes back and what is kept weigh in the books, as they were booked."""
    if left.advance.foreign is None:
        return back, retained
    whole = left.in_books(min(back + retained, left.money_left))
    if not back + retained:
        return ZERO, ZERO
    kept = round_to(Fraction(whole) * Fraction(retained) / Fraction(back + retained), left.advance.decimals)
    return whole - kept, kept


def _tax(
    facts: Facts, known: AdvanceFacts, left: AdvanceLeft, retain_as: RetainAs, kept: Decimal
) -> tuple[Decimal, Fraction | None]:
    """Return the tax in what is kept, in the books, and its rate: lost earnest money is no supply and bears none.

    Revenue keeps the rate of the receipt; service income has the event's, else that of the receipt.
    """
    typed = known.said.tax_rate if known.said else None
    rate = left.receipt_rate if retain_as is RetainAs.REVENUE or typed is None else Fraction(typed)
    if rate is None and typed is not None:
        rate = Fraction(typed)
    if retain_as is RetainAs.FORFEITURE or not rate or facts.settings.tax != "per_sale":
        return ZERO, None
    return round_to(Fraction(kept) * rate / (1 + rate), left.advance.decimals), rate


def _tax_account(facts: Facts, left: AdvanceLeft) -> str:
    """Return where the tax of what is kept goes: to the receipt's account of output tax, else to the settings'."""
    own = next((part.account for part in left.parts if part.role is Role.OUTPUT_VAT), None)
    return own or facts.settings.account_for(Role.OUTPUT_VAT)


def _together(first: tuple[Part, ...], second: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return the parts of both, those of one account added up, the money before its tax."""
    merged: dict[object, Part] = {}
    for part in (*first, *second):
        old = merged.get(part.key)
        units = part.units if old is None or part.units is None else (old.units or ZERO) + part.units
        merged[part.key] = part if old is None else replace(old, amount=old.amount + part.amount, units=units)
    return tuple(sorted(merged.values(), key=lambda part: part.role not in MAIN))


def _chosen(
    facts: Facts, known: AdvanceFacts, names: Mapping[str, FactValue], by_policy: Chosen | None
) -> Iterator[Chosen]:
    """Yield what the policy decides at this step."""
    policy, said = facts.policy, known.said
    assert said is not None
    if policy is None or known.stage is AdvanceStage.REJECTED:
        return
    if (by_day := moved(facts)) is not None:
        yield by_day
    steps = steps_of(known)
    verdict = evaluate.verdict(policy, names)
    # What a person must look at is looked at when it is approved; a request may be made.
    if "approve" in steps or (verdict.value == Verdict.DENY and not known.paying):
        yield verdict
    if by_policy is not None and not known.paying:
        yield by_policy
    if "approve" in steps or known.stage is AdvanceStage.REQUESTED:  # a request says who is to approve it
        yield evaluate.approvals(policy, names)
    if (apart := duties.separation(policy, names)) is not None:
        yield apart
    for step in steps:
        yield from evaluate.evidence(policy, step, names)
    refunds = evaluate.refunds(policy, names)
    if known.stage is not AdvanceStage.REQUESTED and not said.moved_to:
        yield refunds
    yield from _deadline(facts, known, refunds)


def _deadline(facts: Facts, known: AdvanceFacts, refunds: Chosen) -> Iterator[Chosen]:
    """Yield the day by which the money must be back, counted from the request or the approval."""
    policy = facts.policy
    assert policy is not None
    days = dict(zip(known.stages, (entry.dated for entry in known.case)))
    asked = days.get(AdvanceStage.REQUESTED) or facts.requested
    approved = days.get(AdvanceStage.APPROVED) or (
        None if known.stage is AdvanceStage.REQUESTED else facts.event.body.date
    )
    dates = dates_of(facts)._replace(requested=asked, approved=approved, credited=approved)
    due = advance_deadline(policy, dates) if policy.says.advance_deadline else refund_deadline(policy, refunds, dates)
    if due.value is not None:
        yield replace(due, effect="deadline")


def _signed(facts: Facts, known: AdvanceFacts) -> Iterator[Signed]:
    """Yield who took the steps of the case, this one's included."""
    yield from facts.recorded
    body, day = facts.event.body, facts.dated or date.min
    yield from signed_at(steps_of(known), body.by, body.approved_by, day)


def _payments(facts: Facts, known: AdvanceFacts, amount: Decimal) -> Iterator[Payment]:
    """Yield the accounts that the money leaves: as typed, else those it came in through, what is beyond by the last."""
    said, settings = known.said, facts.settings
    assert said is not None
    if amount <= 0:
        return
    if said.account is not None or said.method not in (None, Method.ORIGINAL.value):
        method = settings.methods.get(said.method or "")
        account = said.account or (method.account if method else None)
        if account is not None:
            yield Payment(account, amount, _role(facts, account))
        return
    tenders = [(account, held) for account, held in facts.order.tenders if held > 0]
    accounts = tenders or [(account, ZERO) for account, _ in facts.order.tenders][-1:]
    usual = settings.account_for(Role.CASH_BANK)
    if not accounts and usual in facts.accounts:
        accounts = [(usual, ZERO)]
    for n, (account, held) in enumerate(accounts):
        part = amount if n == len(accounts) - 1 else min(amount, held)
        if part > 0:
            yield Payment(account, part, _role(facts, account))
            amount -= part


def _role(facts: Facts, account: str) -> Role:
    role = facts.settings.role_of(account)
    return role if role in _ROLES else Role.CASH_BANK
