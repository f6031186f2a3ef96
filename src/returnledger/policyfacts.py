"""The facts of an item by the names that policies use."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from returnledger.events import Event
from returnledger.facts import Facts
from returnledger.money import ZERO
from returnledger.policy import FactValue
from returnledger.policy.fact_names import WEEKDAYS
from returnledger.terms import Role


def policy_facts(facts: Facts, **more: FactValue) -> dict[str, FactValue]:
    """Return the facts of an item by the names that policies use; `more` are those that a decision adds on its way."""
    sale, line, event = facts.sale, facts.line, facts.event
    sold = sale.date if sale and not sale.blind else None
    asked_on = facts.requested
    names: dict[str, FactValue] = {
        "kind": event.kind.value,
        "sku": line.sku if line else (facts.item.sku if facts.item else None),
        "category": facts.category,
        "supplier": facts.supplier,
        "customer": sale.customer if sale else None,
        "customer_group": sale.metadata.get("customer_group") if sale else None,
        "channel": getattr(event.body, "channel", None) or (sale.metadata.get("channel") if sale else None),
        "country": sale.metadata.get("country") if sale else None,
        "contract": sale.metadata.get("contract") if sale else None,
        "reason": facts.reason.value if facts.reason else None,
        "qty": facts.quantity,
        "line_amount": facts.gross if facts.credit else facts.amount_given,
        "days_since_sale": Decimal((asked_on - sold).days) if asked_on and sold else None,
        "days_since_delivered": Decimal((asked_on - sale.delivered).days)
        if asked_on and sale and sale.delivered
        else None,
        "customer_returns_90d": None if facts.customer_returns_90d is None else Decimal(facts.customer_returns_90d),
        "customer_rate_365d": facts.customer_rate_365d,
        "evidence": frozenset(evidence_types(event)),
        "order_tags": frozenset(sale.tags) if sale else None,
        "weekday": None if asked_on is None else WEEKDAYS[asked_on.weekday()],
        "method": getattr(event.body, "method", None),
    }
    if line is not None:
        discount = sum((part.amount for part in line.parts if part.role is Role.SALES_DISCOUNTS), ZERO)
        list_price = line.net + discount
        names["discount_percent"] = discount * 100 / list_price if list_price else ZERO
    names.update(more)
    return names


def evidence_types(event: Event) -> Iterable[str]:
    """Yield what kinds of evidence the event brings: the type it names, else what the file's ending says."""
    for paper in event.body.evidence:
        yield paper.type or ("photo" if paper.path.lower().endswith(PICTURES) else "document")


PICTURES = (".jpg", ".jpeg", ".png", ".heic", ".webp", ".gif")
