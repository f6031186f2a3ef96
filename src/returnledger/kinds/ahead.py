"""What a case will be credited: its credit note worked out before it is posted, for money that goes first.

Where the policy lets money go before the credit, a refund may pay what will be due: what the credit note of all that is
asked for and not credited would leave payable, less what was paid ahead. Refund payable then shows a debit until the credit
comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from returnledger.decide import decide_item
from returnledger.decision import Document
from returnledger.documents import decide_document
from returnledger.drawing import with_draws
from returnledger.events.casework import CreditNote
from returnledger.facts import Facts
from returnledger.fees import share_fees
from returnledger.findings import Phrase
from returnledger.kinds.returned import by_order, incomplete
from returnledger.money import ZERO
from returnledger.onward import step_items
from returnledger.orderfacts import payable_of
from returnledger.planrun import Run, base_facts, may_restock_in
from returnledger.policy import Chosen
from returnledger.refundtime import lacking, units_credited
from returnledger.terms import Authorisation, Goods, Kind

_READY = (Authorisation.APPROVED, Authorisation.NONE)


@dataclass(frozen=True, slots=True)
class ToCome:
    """The credit that a case waits for, and the step that its policy waits for; `missing` is what must come first."""

    document: Document
    when: Chosen | None
    missing: Phrase | None


def credit_to_come(facts: Facts, run: Run) -> ToCome | None:
    """Return the credit note that a case waits for; None where it waits for none, or nobody can say what it would be."""
    now = facts.now
    if now is None or facts.sale is None or facts.policy is None or now.ended is not None:
        return None
    if not any(line.waiting or line.requested > line.credited for line in now.lines):
        return None
    body = CreditNote.model_validate({"date": facts.event.body.date, "evidence": facts.event.body.evidence})
    event = replace(facts.event, kind=Kind.CREDIT_NOTE, reference=now.id, body=body, items=())
    base = replace(base_facts(event, run), day=facts.day)
    items = step_items(base, run.books, run.context)
    if incomplete(items) or any(own.policy is None for own in items):
        return None
    decided = [(own, decide_item(own, may_restock_in(run))) for own in items]
    decided = with_draws(share_fees(decided), run.books)
    if len(by_order(decided)) > 1 or facts.order.exchange is not None:
        return None
    document = decide_document(decided)
    when = document.find("refund_when")
    wanted = units_credited(now)
    for own, decision in decided:
        if own.line is not None and decision.goods is Goods.RETURNED and own.quantity is not None:
            wanted[own.line.line] = wanted.get(own.line.line, ZERO) + own.quantity
    return ToCome(document, when, _missing(facts, when, wanted))


def _missing(facts: Facts, when: Chosen | None, wanted: Mapping[str, Decimal]) -> Phrase | None:
    """Return the step that must come before money may go ahead of the credit; None where none must."""
    now = facts.now
    assert now is not None
    if now.authorised.state not in _READY:
        return Phrase("post `approve: {case}` first", {"case": now.id})
    lacks = lacking(facts, when.value, wanted) if when is not None else None
    if lacks is not None:
        return lacks.first(now.id)
    if when is None:
        return Phrase("post `{step}: {case}` first", {"step": "credit_note", "case": now.id})
    return None


def with_due(facts: Facts, run: Run) -> Facts:
    """Return the facts of a refund with what may be paid ahead of the credit, or the step that is missing for it."""
    ahead = credit_to_come(facts, run)
    if ahead is None:
        return facts
    if ahead.missing is not None:
        return replace(facts, missing=ahead.missing)
    paid_ahead = min(payable_of(facts.case), ZERO)
    asked = tuple(each for each in ahead.document.chosen if each.effect in ("refund_when", "approvals"))
    return replace(facts, due=max(facts.due, ZERO) + ahead.document.payable + paid_ahead, ahead=asked)
