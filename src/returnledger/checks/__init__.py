"""Checks: each asks one question about one item and yields findings or nothing.

They run in this order; the documentation lists them in it. FOUND stops the item, BEFORE is asked of the facts, DECIDED of
the facts and the decision, WRITTEN of the entries as well. A new check is one file with its example and one line here.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from returnledger.books import Books
from returnledger.checks.account_not_open import account_not_open
from returnledger.checks.ambiguous_sale import ambiguous_sale
from returnledger.checks.amount_too_fine import amount_too_fine
from returnledger.checks.approval_expired import approval_expired
from returnledger.checks.approval_missing import approval_missing
from returnledger.checks.blind_return import blind_return
from returnledger.checks.case_closed import case_closed
from returnledger.checks.cost_not_original import cost_not_original
from returnledger.checks.cost_unknown import cost_unknown
from returnledger.checks.credited_before_invoiced import credited_before_invoiced
from returnledger.checks.currency_mismatch import currency_mismatch
from returnledger.checks.date_missing import date_missing
from returnledger.checks.days_disagree import days_disagree
from returnledger.checks.deposit_cap import deposit_cap
from returnledger.checks.disposition_not_allowed import disposition_not_allowed
from returnledger.checks.duplicate_event import duplicate_event
from returnledger.checks.edited_after_posting import edited_after_posting
from returnledger.checks.evidence_missing import evidence_missing
from returnledger.checks.facts_missing import facts_missing
from returnledger.checks.fee_differs import fee_differs
from returnledger.checks.forfeit_not_allowed import forfeit_not_allowed
from returnledger.checks.goods_not_here import goods_not_here
from returnledger.checks.id_already_used import id_already_used
from returnledger.checks.limit_exceeded import limit_exceeded
from returnledger.checks.line_needed import line_needed
from returnledger.checks.lot_unknown import lot_unknown
from returnledger.checks.method_not_allowed import method_not_allowed
from returnledger.checks.more_than_invoiced import more_than_invoiced
from returnledger.checks.more_than_paid import more_than_paid
from returnledger.checks.more_than_sold import more_than_sold
from returnledger.checks.needs_review import needs_review
from returnledger.checks.no_policy import no_policy
from returnledger.checks.not_a_tender import not_a_tender
from returnledger.checks.not_in_sale import not_in_sale
from returnledger.checks.not_returnable import not_returnable
from returnledger.checks.number_used_twice import number_used_twice
from returnledger.checks.one_step_limit import one_step_limit
from returnledger.checks.payee_differs import payee_differs
from returnledger.checks.period_closed import period_closed
from returnledger.checks.personal_data import personal_data
from returnledger.checks.posted_twice import posted_twice
from returnledger.checks.price_differs import price_differs
from returnledger.checks.price_missing import price_missing
from returnledger.checks.provision_negative import provision_negative
from returnledger.checks.quantities_disagree import quantities_disagree
from returnledger.checks.quantity_missing import quantity_missing
from returnledger.checks.quantity_not_positive import quantity_not_positive
from returnledger.checks.rate_missing import rate_missing
from returnledger.checks.rate_unlikely import rate_unlikely
from returnledger.checks.red_invoice_differs import red_invoice_differs
from returnledger.checks.red_invoice_missing import red_invoice_missing
from returnledger.checks.refund_too_early import refund_too_early
from returnledger.checks.register_disagrees import register_disagrees
from returnledger.checks.returned_before_sold import returned_before_sold
from returnledger.checks.same_person import same_person
from returnledger.checks.serial_unknown import serial_unknown
from returnledger.checks.shipping_differs import shipping_differs
from returnledger.checks.step_not_allowed import step_not_allowed
from returnledger.checks.store_credit_exceeded import store_credit_exceeded
from returnledger.checks.store_credit_expired import store_credit_expired
from returnledger.checks.taxes_disagree import taxes_disagree
from returnledger.checks.tender_unknown import tender_unknown
from returnledger.checks.unknown_case import unknown_case
from returnledger.checks.unknown_sale import unknown_sale
from returnledger.checks.waiver_not_allowed import waiver_not_allowed
from returnledger.checks.window_closed import window_closed
from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Template
from returnledger.policy.fact_names import NEVER_WAIVED
from returnledger.rows import OwnDirective

Asked = Callable[[Facts], Iterator[Finding]]
AskedOfDecision = Callable[[Facts, Decision], Iterator[Finding]]
AskedOfEntries = Callable[[Facts, Decision, Sequence[OwnDirective], Books], Iterator[Finding]]

FOUND: tuple[Asked, ...] = (date_missing, unknown_sale, ambiguous_sale, not_in_sale, line_needed, unknown_case)
BEFORE: tuple[Asked, ...] = (
    quantity_missing,
    quantity_not_positive,
    amount_too_fine,
    quantities_disagree,
    taxes_disagree,
    register_disagrees,
    facts_missing,
    price_differs,
    price_missing,
    cost_not_original,
    lot_unknown,
    serial_unknown,
    more_than_sold,
    returned_before_sold,
    days_disagree,
    credited_before_invoiced,
    currency_mismatch,
    rate_unlikely,
    no_policy,
    duplicate_event,
    id_already_used,
    edited_after_posting,
    number_used_twice,
    posted_twice,
    step_not_allowed,
    case_closed,
    red_invoice_differs,
    blind_return,
    personal_data,
)
DECIDED: tuple[AskedOfDecision, ...] = (
    window_closed,
    not_returnable,
    needs_review,
    approval_missing,
    approval_expired,
    same_person,
    one_step_limit,
    evidence_missing,
    method_not_allowed,
    not_a_tender,
    tender_unknown,
    limit_exceeded,
    fee_differs,
    shipping_differs,
    refund_too_early,
    more_than_invoiced,
    more_than_paid,
    rate_missing,
    red_invoice_missing,
    deposit_cap,
    forfeit_not_allowed,
    payee_differs,
    waiver_not_allowed,
    disposition_not_allowed,
    store_credit_exceeded,
    store_credit_expired,
    goods_not_here,
    cost_unknown,
    provision_negative,
)
WRITTEN: tuple[AskedOfEntries, ...] = (period_closed, account_not_open)


def code_of(check: Callable[..., object]) -> str:
    """Return the public name of a check: `window_closed` is `window-closed`."""
    return check.__name__.replace("_", "-")


def template_of(check: Callable[..., object]) -> Template:
    """Return the sentences that stand beside a check."""
    template = importlib.import_module(check.__module__).TEMPLATE
    assert isinstance(template, Template)
    return template


EVERY: tuple[Callable[..., Iterator[Finding]], ...] = (*FOUND, *BEFORE, *DECIDED, *WRITTEN)
TEMPLATES: dict[str, Template] = {code_of(check): template_of(check) for check in EVERY}

# What a person may set aside: matters of judgement. That facts are known, units, money and ids are right is none.
WAIVABLE = (
    frozenset(
        code_of(check)
        for check in (
            price_differs,
            serial_unknown,
            personal_data,
            window_closed,
            not_returnable,
            needs_review,
            approval_missing,
            approval_expired,
            same_person,
            one_step_limit,
            evidence_missing,
            method_not_allowed,
            limit_exceeded,
            fee_differs,
            shipping_differs,
            refund_too_early,
            red_invoice_missing,
            disposition_not_allowed,
        )
    )
    - NEVER_WAIVED
)


def _named(found: Iterable[Finding], facts: Facts) -> Iterator[Finding]:
    for finding in found:
        yield replace(finding, event=facts.event.id or None, severity=TEMPLATES[finding.code].severity)


def ask_found(facts: Facts) -> list[Finding]:
    """Return the findings of the first FOUND check that has any: without its sale an item can't be asked further."""
    for check in FOUND:
        found = list(_named(check(facts), facts))
        if found:
            return found
    return []


def ask_before(facts: Facts) -> list[Finding]:
    """Return every finding of the BEFORE checks."""
    return [finding for check in BEFORE for finding in _named(check(facts), facts)]


def ask_decided(facts: Facts, decision: Decision) -> list[Finding]:
    """Return every finding of the DECIDED checks."""
    return [finding for check in DECIDED for finding in _named(check(facts, decision), facts)]


def ask_written(facts: Facts, decision: Decision, entries: Sequence[OwnDirective], books: Books) -> list[Finding]:
    """Return every finding of the WRITTEN checks."""
    return [finding for check in WRITTEN for finding in _named(check(facts, decision, entries, books), facts)]
