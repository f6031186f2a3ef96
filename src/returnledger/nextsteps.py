"""What a case waits for: its next steps, who takes each, of how many units or how much money, and until when.

    R-1: credited 113.00 CNY, a mug on hold    refund by finance until 2026-03-28; dispose by the warehouse of 1 unit

A case without a next step is closed. What comes first is what keeps others waiting: the decision, the goods, the credit,
the money; after them what is to be done with goods that are here, and with claims; last the measures that were resolved on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from returnledger.cases import Case, day_of
from returnledger.money import ZERO
from returnledger.recorded import decided
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.taxcredits import taxes_to_credit
from returnledger.terms import Authorisation, Desk, Disposition, GoodsTrack, Kind, MoneyTrack, RedStage

VOID, ADVANCE, MEASURE = "void", "advance_refund", "action"
PAYMENTS = frozenset(("refund", "store_credit"))  # kinds that pay what others credited
# Who takes a step, unless the decision on the case names somebody else.
DESKS: dict[str, Desk] = {
    "approve": Desk.SUPERVISOR,
    "receive": Desk.WAREHOUSE,
    "inspect": Desk.WAREHOUSE,
    "credit_note": Desk.FINANCE,
    "refund": Desk.FINANCE,
    "exchange": Desk.CUSTOMER_SERVICE,
    "tax_credit": Desk.FINANCE,
    "dispose": Desk.WAREHOUSE,
    "refurbish": Desk.WAREHOUSE,
    "supplier_return": Desk.PURCHASING,
    "put_away": Desk.WAREHOUSE,
    "recovery": Desk.FINANCE,
    "advance_refund": Desk.FINANCE,
    "revalue": Desk.FINANCE,
    "action": Desk.SUPERVISOR,
}
# What is to be done with goods in a place that they must leave, by the place and by what is to become of them.
_LEAVES = {
    Role.INVENTORY_HOLD.value: "dispose",
    Role.INVENTORY_DEFECTIVE.value: "dispose",
    Role.INVENTORY_RETURNED.value: "put_away",
}
_BY_DISPOSITION = {
    Disposition.REFURBISH.value: "refurbish",
    Disposition.REPAIR_AND_RETURN.value: "refurbish",
    Disposition.RETURN_TO_SUPPLIER.value: "supplier_return",
}
# Balances of a case that somebody is still to clear.
_OPEN_ON = {
    "pending_asset_loss": "dispose",
    "exchange_clearing": "exchange",
    "supplier_claim": "recovery",
    "other_receivable": "recovery",
}
_REFUSED = (Authorisation.REJECTED, Authorisation.CANCELLED, Authorisation.EXPIRED)


@dataclass(frozen=True, slots=True)
class NextStep:
    """One step that a case waits for."""

    step: str  # the kind of its event
    case: str
    by: tuple[str, ...]  # the roles that may take it: those that the policy named, else the desk
    until: date | None = None
    units: Decimal = ZERO
    amount: Decimal = ZERO
    currency: str = ""
    stage: str = ""  # of a kind that comes in stages
    measure: str = ""  # the id of a measure that is to be done, and what it is
    what: str = ""

    @property
    def event(self) -> str:
        """The beginning of the event to write."""
        return f"{self.step}: {self.measure or self.case}" + (f", stage: {self.stage}" if self.stage else "")


def next_steps(case: Case, due: Decimal | None = None, currency: str = "") -> tuple[NextStep, ...]:
    """Return what a case waits for, what keeps others waiting first.

    `due` is what a refund may pay, in `currency`, where more is known of the order than the case says.
    """
    found: dict[tuple[str, str], NextStep] = {}
    currency = currency or next((leg.currency for entry in case.entries for leg in entry.legs), "")
    for each in _steps(case, case.payable if due is None else due, currency):
        key = each.event, each.currency
        before = found.get(key)
        found[key] = (
            replace(each, units=before.units + each.units, amount=before.amount + each.amount) if before else each
        )
    return (*found.values(), *_measures(case))


def _measures(case: Case) -> Iterator[NextStep]:
    """Yield the measures of a case that are not done: who does each, and until when."""
    done = {entry.told["of"] for entry in case.entries if entry.told.get("of") and entry.told.get("done")}
    for entry in case.entries:
        said = entry.told
        if entry.kind == MEASURE and not said.get("of") and not said.get("done") and entry.id not in done:
            by, until = (said["who"],) if said.get("who") else (), day_of(said.get("due"))
            yield replace(_step(case, MEASURE, by=by, until=until), measure=entry.id, what=said.get("what", ""))


def tracks_of(case: Case | None, due: Decimal | None = None) -> tuple[str, str, str]:
    """Return how far authorisation, goods and money are; `void` three times for a case of which nothing stands.

    What was credited without being asked for beforehand was approved by that; goods that the customer keeps are told as
    such; and a customer may have paid in spite of a credit, which is then due.
    """
    if case is None:
        return VOID, VOID, VOID
    if case.kind == ADVANCE:
        return _of_advance(case)
    state, goods, money = case.authorised.state, str(case.goods), case.money
    if state is Authorisation.NONE and (case.credited or case.exchanged):
        state = Authorisation.APPROVED
    if state in _REFUSED and not any(line.received for line in case.lines):
        goods = GoodsTrack.NONE.value  # nothing is to come any more
    kept = any(line.kept for line in case.lines) and not any(line.received for line in case.lines)
    if kept and case.goods is GoodsTrack.NONE:
        goods = "kept"
    if money is MoneyTrack.SETTLED and due is not None and due > 0:
        money = MoneyTrack.DUE
    return state.value, goods, money.value


def awaited_of(case: Case) -> Decimal:
    """Return the units of a case that are still to come: none where it was refused, withdrawn or has expired."""
    if case.authorised.state in _REFUSED:
        return ZERO
    return case.to_come


def _of_advance(case: Case) -> tuple[str, str, str]:
    """Return how far the refund of an advance is: what was paid at once was approved by that."""
    stages = [entry.told.get("stage", "") for entry in case.entries]
    money = MoneyTrack.DUE if case.payable > 0 else MoneyTrack.SETTLED if "paid" in stages else MoneyTrack.NONE
    state = Authorisation.REQUESTED
    if "rejected" in stages:
        state = Authorisation.REJECTED
    elif {"approved", "paid"}.intersection(stages):
        state = Authorisation.APPROVED
    return state.value, GoodsTrack.NONE.value, money.value


def _advance_steps(case: Case, currency: str) -> Iterator[NextStep]:
    """Yield what the refund of an advance waits for: to be approved, then to be paid."""
    state, _, money = _of_advance(case)
    if state == Authorisation.REQUESTED:
        by = _approvers(case.entries) or (Desk.SUPERVISOR.value,)
        yield NextStep(ADVANCE, case.id, by, deadline_of(case.entries), stage="approved")
    elif money == MoneyTrack.DUE:
        step = _step(case, ADVANCE, until=deadline_of(case.entries), amount=case.payable, currency=currency)
        yield replace(step, stage="paid")
    yield from _red_invoices(case)


def _steps(case: Case, due: Decimal, currency: str) -> Iterator[NextStep]:
    if case.kind == ADVANCE:
        yield from _advance_steps(case, currency)
        return
    state = case.authorised.state
    awaited = awaited_of(case)
    if state is Authorisation.REQUESTED:
        yield _step(case, "approve", by=_approvers(case.entries))
    elif awaited:
        yield _step(case, "receive", until=case.authorised.until, units=awaited)
    uninspected = sum((line.uninspected for line in case.lines), ZERO)
    if uninspected:
        yield _step(case, "inspect", units=uninspected)
    waiting = sum((line.waiting for line in case.lines), ZERO)
    approved = state is Authorisation.APPROVED and not awaited and not case.credited and not case.exchanged
    if waiting or approved:
        yield _step(case, _credit_of(case), units=waiting, until=deadline_of(case.entries))
    if due > 0:
        yield _step(case, "refund", until=deadline_of(case.entries), amount=due, currency=currency)
    yield from _places(case)
    yield from _red_invoices(case)
    for role, step in _OPEN_ON.items():
        balances: dict[str, Decimal] = {}
        for entry in case.entries:
            for leg in (*entry.legs, *entry.sold):
                if leg.role == role:
                    balances[leg.currency] = balances.get(leg.currency, ZERO) + leg.amount
        for currency, amount in balances.items():
            if amount:
                yield _step(case, step, amount=abs(amount), currency=currency)


def _red_invoices(case: Case) -> Iterator[NextStep]:
    """Yield the credits whose red invoice is still to come: what is applied for until it lapses, then the rest."""
    for each in taxes_to_credit(case.entries):
        left, own = each.tax_left, each.credit.id
        for application in each.applications:
            left -= application.tax
            step = _step(case, "tax_credit", until=application.until, amount=application.tax, currency=each.currency)
            yield replace(step, case=own, stage=RedStage.CONFIRMED.value)
        if left > 0:
            yield replace(_step(case, "tax_credit", amount=left, currency=each.currency), case=own)


def _credit_of(case: Case) -> str:
    """Return the step that gives for goods what was asked for: other goods, else their money."""
    wants = next((entry.told["wants"] for entry in case.entries if "wants" in entry.told), "")
    return Kind.EXCHANGE.value if wants == Kind.EXCHANGE else Kind.CREDIT_NOTE.value


def _places(case: Case) -> Iterator[NextStep]:
    """Yield what is to be done with goods that stand where they can't stay."""
    for pile in case.piles:
        step = _LEAVES.get(pile.role)
        if step and pile.units > 0:
            step = _BY_DISPOSITION.get(pile.disposition, step) if step == "dispose" else step
            yield _step(case, step, units=pile.units)


def _step(
    case: Case,
    step: str,
    *,
    by: tuple[str, ...] = (),
    until: date | None = None,
    units: Decimal = ZERO,
    amount: Decimal = ZERO,
    currency: str = "",
) -> NextStep:
    return NextStep(step, case.id, by or (DESKS[step].value,), until, units, amount, currency)


def said_of(entries: Iterable[Posted], effect: str) -> Iterator[str]:
    """Yield the values of an effect, as the decisions of entries keep it."""
    for entry in entries:
        text = str((entry.directive.meta if entry.directive else {}).get("rl-decision", ""))
        yield from (each.value for each in decided(text) if each.effect == effect)


def deadline_of(entries: Sequence[Posted]) -> date | None:
    """Return the day by which money is due, as the first decision that knows one says it; None where none does.

    The days of an advance count from its approval, where there is one.
    """
    approved = [entry for entry in entries if entry.kind == ADVANCE and entry.told.get("stage") == "approved"]
    for value in said_of((*approved, *entries), "deadline"):
        try:
            return date.fromisoformat(value)
        except ValueError:
            continue  # written into by hand, as `verify` says
    return None


def _approvers(entries: Iterable[Posted]) -> tuple[str, ...]:
    """Return the roles that the decision on the request asks for."""
    named = [role for value in said_of(entries, "approvals") for role in value.split("/") if role != "automatic"]
    return tuple(dict.fromkeys(named))
