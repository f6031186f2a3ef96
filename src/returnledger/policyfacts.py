"""The facts of an item by the names that policies use."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from returnledger.events import Event
from returnledger.facts import Facts
from returnledger.money import ZERO
from returnledger.policy import Dates, FactValue
from returnledger.policy.fact_names import WEEKDAYS
from returnledger.roles import Role
from returnledger.sales.values import day_of
from returnledger.terms import BRINGING, Fault, Kind

SEEING = frozenset((Kind.RETURN, Kind.RECEIVE, Kind.INSPECT))  # kinds on whose day somebody looks at the goods


def policy_facts(facts: Facts, **more: FactValue) -> dict[str, FactValue]:
    """Return the facts of an item by the names that policies use; `more` are those that a decision adds on its way."""
    sale, line, event = facts.sale, facts.line, facts.event
    dates = dates_of(facts)
    asked_on = dates.requested
    warranty = _said(facts, "warranty_until")
    names: dict[str, FactValue] = {
        "kind": (event.kind if facts.selling is None else Kind.EXCHANGE).value,  # which is planned as a return
        "sku": line.sku if line else (facts.item.sku if facts.item else None),
        "category": facts.category,
        "supplier": facts.supplier,
        "customer": sale.customer if sale else None,
        "customer_group": _said(facts, "customer_group"),
        "channel": getattr(event.body, "channel", None) or _said(facts, "channel"),
        "country": _said(facts, "country"),
        "contract": _said(facts, "contract"),
        "reason": facts.reason.value if facts.reason else None,
        "qty": facts.quantity,
        "line_amount": facts.gross if facts.credit else facts.amount_given,
        "order_amount": None if sale is None or sale.blind else facts.order.sold_for,
        "days_since_sale": Decimal((asked_on - dates.sold).days) if asked_on and dates.sold else None,
        "days_since_delivered": Decimal((asked_on - dates.delivered).days) if asked_on and dates.delivered else None,
        "customer_returns_90d": None if facts.customer_returns_90d is None else Decimal(facts.customer_returns_90d),
        "customer_rate_365d": facts.customer_rate_365d,
        "evidence": frozenset(evidence_types(event)),
        "order_tags": frozenset(sale.tags) if sale else None,
        "warranty_until": day_of(warranty),
        "weekday": None if asked_on is None else WEEKDAYS[asked_on.weekday()],
        "method": getattr(event.body, "method", None),
    }
    if line is not None:
        discount = sum((part.amount for part in line.parts if part.role is Role.SALES_DISCOUNTS), ZERO)
        list_price = line.net + discount
        names["discount_percent"] = discount * 100 / list_price if list_price else ZERO
    names.update(more)
    return names


def fault_fact(facts: Facts, fault: Fault) -> str | None:
    """Return the fault as conditions may ask for it: unknown, not a word, where nobody has given a reason."""
    return None if facts.reason is None else fault.value


def dates_of(facts: Facts) -> Dates:
    """Return the days of an item's sale and of its return: one line is all the steps, on the day of the entry.

    What the metadata of the sale has no day for is unknown; without a sale all its days are.
    """
    sale, body, day = facts.sale, facts.event.body, facts.day
    now = facts.now
    received = body.received or (now.came if now is not None and facts.event.kind not in BRINGING else None) or day
    steps = Dates(
        received=received,
        requested=facts.requested,
        approved=(now.authorised.decided if now is not None else None) or day,
        inspected=received if now is None or facts.event.kind in SEEING else now.seen,
        credited=day,
        proof_sent=(now.proven if now is not None else None) or received,
    )
    if sale is None or sale.blind:
        return steps
    brought = [money.date for money in sale.tenders] or [money.date for money in sale.advances if money.amount < 0]
    return steps._replace(
        sold=sale.date,
        shipped=sale.shipped,
        delivered=body.delivered or sale.delivered,
        paid=max(brought, default=None),
        contract=day_of(_said(facts, "contract_date")),
        invoiced=day_of(_said(facts, "invoice_date")),
    )


def _said(facts: Facts, name: str) -> str | None:
    """Return what the metadata of the sale says under the key that the settings give for `name`."""
    return facts.sale.metadata.get(getattr(facts.settings.sales.metadata, name)) if facts.sale else None


def evidence_types(event: Event) -> Iterable[str]:
    """Yield what kinds of evidence the event brings: the type it names, else what the file's ending says."""
    for paper in event.body.evidence:
        yield paper.type or ("photo" if paper.path.lower().endswith(PICTURES) else "document")


def evidence_told(event: Event) -> str:
    """Return the evidence of an event as a note says it: `photo a.jpg; receipt b.pdf`."""
    return "; ".join(f"{kind} {paper.path}" for kind, paper in zip(evidence_types(event), event.body.evidence))


def papers_of(facts: Facts) -> frozenset[str]:
    """Return what kinds of evidence the event and its case bring."""
    return frozenset((*evidence_types(facts.event), *evidence_of_case(facts)))


def evidence_of_case(facts: Facts) -> Iterable[str]:
    """Yield what kinds of evidence the notes of the case tell of: attached, or brought by its request."""
    for entry in facts.now.entries if facts.now is not None else ():
        for paper in filter(None, entry.told.get("evidence", "").split("; ")):
            yield paper.split(" ")[0]


PICTURES = (".jpg", ".jpeg", ".png", ".heic", ".webp", ".gif")
