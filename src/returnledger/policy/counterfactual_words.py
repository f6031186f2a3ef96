"""What would have changed a decision, in words: `asked on 2026-03-10 or before instead of 2026-03-11: verdict allow`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from returnledger.findings import Phrase
from returnledger.money import plain
from returnledger.policy.counterfactuals import Changed, Otherwise
from returnledger.policy.difference_words import fee_words, value_words
from returnledger.policy.model import AdvanceRow, FeeRow, RefundRow
from returnledger.policy.wording import fact_value, fact_words
from returnledger.terms import Goods, Verdict

_DAYS: dict[str, Phrase] = {
    "requested": Phrase("asked"),
    "delivered": Phrase("delivered"),
    "shipped": Phrase("shipped"),
    "sold": Phrase("sold"),
    "received": Phrase("goods received"),
    "paid": Phrase("paid"),
    "contract": Phrase("contract made"),
    "invoiced": Phrase("invoiced"),
}


def otherwise_words(found: Otherwise) -> Phrase:
    """Return one date or number that would have changed something, and to what, as a sentence."""
    if isinstance(found.value, date):
        what: object = _DAYS.get(found.fact, found.fact)
        values = {"what": what, "value": found.value, "was": found.was}
        if not found.onward:
            said = Phrase("{what} on {value} instead of {was}", values)
        elif found.lower:
            said = Phrase("{what} on {value} or before, instead of {was}", values)
        else:
            said = Phrase("{what} on {value} or later, instead of {was}", values)
    else:
        value, was = _number(found.fact, found.value), _number(found.fact, found.was)
        values = {"what": fact_words(found.fact), "value": value, "was": was}
        if not found.onward:
            said = Phrase("{what} {value} instead of {was}", values)
        elif found.lower:
            said = Phrase("{what} {value} or less, instead of {was}", values)
        else:
            said = Phrase("{what} {value} or more, instead of {was}", values)
    changes: object = change_words(found.changes[0])
    for change in found.changes[1:]:
        changes = Phrase("{first}; {second}", {"first": changes, "second": change_words(change)})
    return Phrase("{said}: {changes}", {"said": said, "changes": changes})


def _number(fact: str, value: Any) -> object:
    """Return a number as it was given: 30.00 of money stays 30.00."""
    return f"{value:f}" if fact.endswith("amount") and isinstance(value, Decimal) else fact_value(fact, value)


def change_words(change: Changed) -> Phrase:
    """Return what would have been decided instead."""
    new: Any = change.new
    if change.effect == "verdict":
        return Phrase("verdict {new}", {"new": Verdict.of(str(new))})
    if change.effect == "goods":
        return _goods(Goods.of(str(new)))
    if change.effect == "fee":
        return _fee(new, change)
    if change.effect == "approvals":
        if not new:
            return Phrase("approved automatically")
        return Phrase("to be approved by {roles}", {"roles": list(new)})
    if change.effect == "refunds" and isinstance(new, RefundRow):
        values = {"methods": list(new.methods), "percent": plain(new.bonus_percent)}
        if new.bonus_percent:
            return Phrase("money back by {methods}, with a bonus of {percent} %", values)
        return Phrase("money back by {methods}", values)
    if isinstance(new, AdvanceRow):
        return Phrase("kept of the advance: {percent} %", {"percent": plain(new.retain_percent)})
    return Phrase("{effect}: {new}", {"effect": _EFFECTS.get(change.effect, change.effect), "new": value_words(new)})


_EFFECTS: dict[str, Phrase] = {
    "freight": Phrase("return freight paid by"),
    "shipping": Phrase("shipping refunded"),
    "refund_when": Phrase("refund from"),
    "limits": Phrase("limits"),
    "one_step": Phrase("one step"),
}


def _goods(goods: Goods) -> Phrase:
    if goods is Goods.KEPT:
        return Phrase("the customer keeps the goods")
    return Phrase("the goods must come back")


def _fee(row: FeeRow | None, change: Changed) -> Phrase:
    words = fee_words({} if row is None else row.model_dump())
    amount = change.by.fee_amount
    if not amount or row is None or row.percent is None:
        return Phrase("fee: {fee}", {"fee": words})
    return Phrase("fee: {fee}, {amount}", {"fee": words, "amount": f"{amount:f} {change.by.policy.currency}"})
