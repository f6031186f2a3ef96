"""Plans the red invoice of a credit: applied for and lapsed are noted, a red invoice that is there takes its tax back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from returnledger import rules
from returnledger.approving import moved
from returnledger.decision import Decision, Document
from returnledger.entry import Said, note
from returnledger.events.canonical import canonical_text
from returnledger.facts import Facts
from returnledger.kinds.onestep import failed, settled, stopped, with_entry
from returnledger.kinds.returned import asked
from returnledger.kinds.stepped import finished
from returnledger.openday import on_open_day
from returnledger.planned import PlannedEvent, decision_text
from returnledger.planrun import Run, head_of
from returnledger.redinvoices import red_facts
from returnledger.taxcredits import RedInvoice
from returnledger.terms import RedStage


def tax_credit(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of a red invoice, of its application, or of an application that lapsed."""
    facts = on_open_day(base, lambda own: [red_facts(own, run.books, run.context)], run)[0]
    found, before = asked([facts])
    red, sale = facts.red, facts.sale
    if failed([*found, *before]) or red is None or red.credit is None or facts.now is None:
        return stopped(facts, [*found, *before])
    by_policy = moved(facts)
    document = Document(
        sale.currency if sale is not None else red.credit.currency,
        facts.decimals,
        facts.order,
        sale,
        chosen=(by_policy,) if by_policy is not None else (),
    )
    planned, kept = settled(facts, [*found, *before], [(facts, Decision())], document)
    if failed(kept):
        return planned
    order, told = red.credit.credit.order, _told(facts, red)
    if red.stage is RedStage.CONFIRMED and red.taken:
        return with_entry(planned, facts, rules.credit_tax(red.taken), run, said=told, order=order)
    head = head_of(facts.event, facts, 1, order, [], run)
    text = canonical_text(facts.event.canonical)
    made = note(replace(head, event=text, decision=decision_text(planned)), told)
    return finished(planned, (made,), kept, run)


def _told(facts: Facts, red: RedInvoice) -> Said:
    """Return what the step says: of which credit, how far, its figures, why, and which application it is of."""
    assert red.credit is not None
    body = facts.event.body
    said: dict[str, object] = {"of": red.credit.credit.id, "stage": red.stage.value, "net": red.net, "tax": red.tax}
    said["confirmation"] = body.confirmation or (red.application.confirmation if red.application else "")  # type: ignore[attr-defined]
    said["application"] = red.application.id if red.application else ""
    said |= {"reason-code": red.code, "by": body.by or ""}
    return {key: value for key, value in said.items() if value != "" and not isinstance(value, date)}  # type: ignore[misc]
