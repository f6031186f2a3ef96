"""A step comes where the case has no place for it.

Goods come in while units are outstanding and are credited while some are not; a refund pays what was credited and is
still due; a void undoes an event that nothing else rests on. The finding names what stands in the way and what to write.

Passes:

```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, method: later}
- {refund: R-1, id: P-1, date: 2026-11-03}
- {void: P-1, date: 2026-11-04}
- {void: R-1, date: 2026-11-04}
```

Refused:

```yaml
- {return: SO-1, id: R-1, date: 2026-11-02, method: later}
- {refund: R-1, id: P-1, date: 2026-11-03}
- {refund: R-1, id: P-2, date: 2026-11-04}
- {void: R-1, id: V-1, date: 2026-11-04}
```
```finding
events.yaml:3:12: error[step-not-allowed]: refund of R-1: nothing is due any more
hint: delete the event; `returnledger show R-1` shows what was paid
events.yaml:4:10: error[step-not-allowed]: void of R-1: later steps rest on it: P-1
hint: void these first, in this order: P-1
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger import advancesteps
from returnledger.cases import Case
from returnledger.events import KINDS, Stage
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.money import ZERO, show
from returnledger.payments import failing, ordered
from returnledger.states import obstacles
from returnledger.stepfindings import step_refused
from returnledger.taxcredits import another_red_invoice
from returnledger.terms import OPENING, UNDOING, Disposition, Kind, Method

TEMPLATE = Template("{kind} of {reference}: {obstacle}", "{instead}")

# What is done with the goods or the credit of a sale; an advance and an action have neither.
OF_A_SALE = frozenset((Kind.RETURN, Kind.RECEIVE, Kind.CREDIT_NOTE, Kind.EXCHANGE, Kind.STORE_CREDIT))


def step_not_allowed(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where the table of states does not allow the step, the units of an item included."""
    if facts.red_used_by:
        number = str(getattr(facts.event.body, "red_invoice", ""))
        yield step_refused(facts, "red_invoice", *another_red_invoice(number, facts.red_used_by))
    found: Iterator[tuple[str, Phrase, Phrase]]
    names = KINDS[facts.event.kind].names
    if facts.event.kind is Kind.ADVANCE_REFUND:
        found = advancesteps.obstacles(facts)
    elif facts.event.kind is Kind.REFUND:
        found = _refund(facts)
    elif facts.event.kind in UNDOING and facts.target:
        found = _void(facts)
    elif facts.red is not None:
        found = iter(facts.red.obstacles)
    elif facts.estimate is not None:
        found = iter(facts.estimate.obstacles)
    elif facts.now is not None:
        found = _of_case(facts, facts.now)
    elif facts.event.kind is Kind.RETURN and not facts.target:
        found = _not_here(facts)
    elif names in ("case", "either"):
        found = _not_a_case(facts)
    else:
        return
    for place, obstacle, instead in found:
        yield step_refused(facts, place, obstacle, instead)


def cannot_amend(facts: Facts, why: str) -> Finding:
    """Return the finding of an amend that changes nothing (`unchanged`), or whose event can't be read (`unread`)."""
    if why == "unread":
        instead = Phrase("run `returnledger verify`, which says what was written into it")
        return step_refused(
            facts, facts.event.kind.value, Phrase("the event that its entry keeps can't be read"), instead
        )
    instead = Phrase("write the fields that change with their new values: `set: {{qty: 1}}`")
    return step_refused(facts, "set", Phrase("it changes nothing"), instead)


def _of_case(facts: Facts, now: Case) -> Iterator[tuple[str, Phrase, Phrase]]:
    """Yield what stands in the way of a step of a case, and of the units of an item."""
    kind = facts.event.kind
    if now.ended is not None:
        return  # `case-closed` says it
    told = False
    for obstacle, instead in obstacles(kind.value, now):
        told = True
        yield kind.value, obstacle, instead
    if not told and not now.lines and not (facts.sale and facts.sale.order) and kind in OF_A_SALE:
        told = True
        began = {"case": now.id, "kind": now.entries[0].kind}
        yield kind.value, Phrase("{case} has no sale: it began as {kind}", began), Phrase("name a return, or the order")
    if facts.day is not None and facts.day < now.opened:
        said = {"day": facts.day, "opened": now.opened}
        yield (
            "date",
            Phrase("it is dated {day}, before its case was opened on {opened}", said),
            Phrase("write {opened} or later", said),
        )
    known = now.line(facts.line.line) if facts.line is not None else None
    if known is not None and kind is Kind.INSPECT and not told and facts.asked != known.uninspected:
        units = {"wanted": facts.asked, "sku": known.sku, "left": known.uninspected}
        yield (
            "qty",
            Phrase("{wanted} {sku} are looked at, and {left} wait for inspection", units),
            Phrase("let the items of {sku} add up to {left}", units),
        )
    to = facts.item.disposition if facts.item else None
    if kind is Kind.INSPECT and to is Disposition.CUSTOMER_KEEPS:
        instead = Phrase("write return_to_customer where they go back, or what is done with them")
        yield "disposition", Phrase("the goods came in: the customer can't keep them"), instead
    told = told or facts.quantity is None or kind not in (*OPENING, Kind.EXCHANGE)
    if not told and facts.unknown_line and any(line.requested for line in now.lines):
        other = {"sku": facts.line.sku if facts.line is not None else "", "case": now.id}
        obstacle = Phrase("{case} asked for no {sku}", other)
        yield "sku", obstacle, Phrase("open another case for {sku}: name the order", other)
    if told or known is None or not known.requested or facts.quantity is None:
        return
    if kind is Kind.RETURN and facts.quantity > facts.can_return:
        return  # `more-than-sold` says it
    left = known.outstanding if kind is Kind.RECEIVE else known.requested - known.credited
    wanted = facts.before + facts.quantity
    if wanted > left:
        units = {"wanted": wanted, "sku": known.sku, "left": left, "asked": known.requested}
        less = Phrase("write `qty: {left}`, and open another case for the rest: name the order", units)
        if facts.before:
            less = Phrase("let the items of {sku} add up to {left}", units)
        obstacle = Phrase("{wanted} {sku} are more than the {left} that are left of the {asked} asked for", units)
        yield "qty", obstacle, less


def _refund(facts: Facts) -> Iterator[tuple[str, Phrase, Phrase]]:
    event, case = facts.event, facts.case
    if case and case[0].kind == Kind.ADVANCE_REFUND:
        instead = Phrase("write `advance_refund: {case}`", {"case": case[0].case})
        yield event.kind.value, Phrase("it is the refund of an advance"), instead
        return
    if not case:
        yield from _not_a_case(facts)
        return
    stage = getattr(event.body, "stage", None)
    if stage in (Stage.PENDING, Stage.FAILED):
        yield from _unpaid(facts, stage)
    elif getattr(event.body, "method", None) == Method.OFFSET and (short := _not_owed(facts)) is not None:
        yield short
    elif facts.due <= 0 and facts.missing is not None:
        currency = facts.sale.money_currency if facts.sale else ""
        nothing = {"due": show(max(ZERO, facts.due), currency), "currency": currency}
        yield event.kind.value, Phrase("{due} {currency} is due before its credit", nothing), facts.missing
    elif facts.due <= 0:
        instead = Phrase("delete the event; `returnledger show {case}` shows what was paid", {"case": case[0].case})
        yield event.kind.value, Phrase("nothing is due any more"), instead
    if facts.day is not None and facts.day < case[0].date:
        said = {"day": facts.day, "credited": case[0].date}
        obstacle = Phrase("it is dated {day}, before the credit of {credited}", said)
        yield "date", obstacle, Phrase("write the day of the payment, {credited} or later", said)


def _not_owed(facts: Facts) -> tuple[str, Phrase, Phrase] | None:
    """Return what stands in the way of setting a refund off: more than the order owes, or in a currency not of the books."""
    amount, owed = getattr(facts.event.body, "amount", None), facts.order.owed
    amount = facts.due if amount is None else amount
    if not owed or amount <= 0:
        return None  # where nothing is owed, `method-not-allowed` says it
    currency = facts.sale.money_currency if facts.sale else ""
    said = {"amount": show(amount, currency), "owed": show(owed, currency), "currency": currency}
    if facts.order.exchange is not None:
        obstacle = Phrase("the order is in {currency}, and only money of the books is set off", said)
        return "method", obstacle, Phrase("write another `method`, or credit the goods once the order is paid", said)
    if amount <= owed:
        return None
    obstacle = Phrase("{amount} would be set off, and the order owes {owed}", said)
    return "method", obstacle, Phrase("write {owed} or less, or another `method`", said)


def _not_a_case(facts: Facts) -> Iterator[tuple[str, Phrase, Phrase]]:
    if not facts.target:
        return
    target = facts.target[0]
    if target.case != target.id:
        said = {"case": target.case, "kind": target.kind}
        obstacle = Phrase("it is a {kind} of case {case}", said)
        yield (
            facts.event.kind.value,
            obstacle,
            Phrase("write `{step}: {case}`", {**said, "step": facts.event.kind.value}),
        )
    else:
        instead = Phrase("delete the event: with the void nothing is left of it")
        yield facts.event.kind.value, Phrase("the case was voided"), instead


def _void(facts: Facts) -> Iterator[tuple[str, Phrase, Phrase]]:
    event, target = facts.event, facts.target[0]
    kind = event.kind.value
    if target.voids:
        said = {"voided": target.voids}
        yield kind, Phrase("it is a void itself, of {voided}", said), Phrase("post the event again under a new `id`")
        return
    if facts.form_now:
        said = {"form": facts.form_now, "kind": kind}
        yield kind, Phrase("it was amended: {form} stands in its place", said), Phrase("write `{kind}: {form}`", said)
        return
    if facts.target_voided:
        yield kind, Phrase("it is voided already"), Phrase("delete the event: there is nothing left to undo")
        return
    if facts.dependants:
        ids = {"ids": facts.dependants}
        yield kind, Phrase("later steps rest on it: {ids}", ids), Phrase("void these first, in this order: {ids}", ids)
    if (spent := facts.spent) is not None:
        figures = {"moved": show(spent.moved, spent.currency), "left": show(spent.left, spent.currency)}
        said = {**figures, "currency": spent.currency, "order": spent.order}
        obstacle = Phrase("of the {moved} {currency} that it moved to {order} {left} are left", said)
        yield kind, obstacle, Phrase("undo first what used it: `returnledger sale {order}` shows what it was", said)
    if facts.booked_on and event.kind is Kind.VOID:
        order = next(entry.sells for entry in facts.target if entry.sells)
        sold: dict[str, object] = {"order": order, "places": [facts.in_books(place) for place in facts.booked_on]}
        obstacle = Phrase("money on {order}, which it sold, is booked at {places}", sold)
        instead = Phrase(
            "write `return: {order}`, which gives it back; or take that entry out of the books first", sold
        )
        yield kind, obstacle, instead
    last = max(entry.date for entry in facts.target)
    if facts.day is not None and facts.day < last:
        days = {"day": facts.day, "posted": last}
        obstacle = Phrase("it is dated {day}, before what it undoes, {posted}", days)
        yield "date", obstacle, Phrase("write {posted} or a later day", days)


def _not_here(facts: Facts) -> Iterator[tuple[str, Phrase, Phrase]]:
    """Yield that goods of a one-line return, which all came in, are said not to be there."""
    to = facts.item.disposition if facts.item else None
    if to in (Disposition.MISSING, Disposition.CUSTOMER_KEEPS):
        instead = Phrase("write `goods: kept` for goods that stay, or `credit_note` for goods that are still to come")
        yield "disposition", Phrase("it takes goods in, and says that they are {to}", {"to": to}), instead


def _unpaid(facts: Facts, stage: Stage) -> Iterator[tuple[str, Phrase, Phrase]]:
    """Yield what stands in the way of a payment that is ordered, or that failed."""
    amount, currency = getattr(facts.event.body, "amount", None), facts.sale.money_currency if facts.sale else ""
    waits = ordered(facts)
    if stage is Stage.PENDING:
        left = facts.due - waits
        said = {"amount": show(amount or left, currency), "left": show(max(ZERO, left), currency)}
        if (amount or left) > left or left <= 0:
            obstacle = Phrase("{amount} are ordered to be paid; {left} are due and not ordered yet", said)
            less = Phrase("write {left} or less, or delete the event", said)
            yield "amount", obstacle, less if left > 0 else Phrase("delete the event: all that is due is ordered")
        return
    paid = failing(facts)
    most = paid[1] if paid is not None else waits
    if not most:
        yield "stage", Phrase("no payment was booked or ordered"), Phrase("delete the event: nothing can have failed")
    elif amount is not None and amount != most:
        said = {"amount": show(amount, currency), "paid": show(most, currency)}
        yield (
            "amount",
            Phrase("the last payment was of {paid}, not of {amount}", said),
            Phrase("write {paid}, or leave `amount` out", said),
        )
