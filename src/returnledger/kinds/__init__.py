"""Kinds: how each kind of event is planned. One file a kind or close family, one line in the table.

A planner takes the facts that every event has (who it is, its day, the accounts) and the run with the books as they
have grown; it returns what becomes of the event: new with its directives, or refused with what was found. It asks the
books for the rest itself: a sale by `returnledger.resolve.items_of`, a case by `returnledger.resolve.case_facts`. It
writes nothing: the planner of the whole absorbs what is new. What is closed on the day of the event moves by
`returnledger.openday.on_open_day`, checks are asked by `returnledger.checks`, waivers by `returnledger.planrun.waive`.
"""

from __future__ import annotations

from collections.abc import Callable

from returnledger.facts import Facts
from returnledger.kinds.advance_refund import advance_refund
from returnledger.kinds.amended import amended
from returnledger.kinds.asking import approved, decided, requested
from returnledger.kinds.bettered import put_away, refurbished
from returnledger.kinds.counted import counted
from returnledger.kinds.disposed import disposed
from returnledger.kinds.exchanges import exchanged
from returnledger.kinds.inspected import inspected
from returnledger.kinds.noted import acted, attached
from returnledger.kinds.paid import refunded, voided
from returnledger.kinds.provision import provision
from returnledger.kinds.recovered import expense, recovery, supplier_return
from returnledger.kinds.returned import returned
from returnledger.kinds.revalued import revalued
from returnledger.kinds.stepped import credited, received
from returnledger.kinds.store_credits import store_credit
from returnledger.kinds.tax_credit import tax_credit
from returnledger.planned import PlannedEvent
from returnledger.planrun import Run
from returnledger.terms import Kind

Planner = Callable[[Facts, Run], PlannedEvent]

PLANNERS: dict[Kind, Planner] = {
    Kind.RETURN: returned,
    Kind.ALLOWANCE: returned,
    Kind.REQUEST: requested,
    Kind.APPROVE: approved,
    Kind.REJECT: decided,
    Kind.CANCEL: decided,
    Kind.RECEIVE: received,
    Kind.INSPECT: inspected,
    Kind.ATTACH: attached,
    Kind.ACTION: acted,
    Kind.CREDIT_NOTE: credited,
    Kind.TAX_CREDIT: tax_credit,
    Kind.REFUND: refunded,
    Kind.ADVANCE_REFUND: advance_refund,
    Kind.EXCHANGE: exchanged,
    Kind.STORE_CREDIT: store_credit,
    Kind.DISPOSE: disposed,
    Kind.PUT_AWAY: put_away,
    Kind.REFURBISH: refurbished,
    Kind.SUPPLIER_RETURN: supplier_return,
    Kind.RECOVERY: recovery,
    Kind.EXPENSE: expense,
    Kind.PROVISION: provision,
    Kind.REVALUE: revalued,
    Kind.STOCKTAKE: counted,
    Kind.VOID: voided,
    Kind.AMEND: amended,
}

__all__ = ["PLANNERS", "Planner"]
