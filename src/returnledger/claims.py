"""What others owe or pay of the cost of a return, and what it costs besides the goods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from returnledger.atcost import cost_as_came
from returnledger.facts import Facts
from returnledger.losses import loss_role
from returnledger.money import ZERO, round_to, shares
from returnledger.moves import Moved
from returnledger.roles import Role
from returnledger.terms import Party, Spent

# Where claims on a party stand.
CLAIMED_ON: Mapping[Party, tuple[Role, ...]] = {
    Party.SUPPLIER: (Role.SUPPLIER_CLAIM,),
    Party.MARKETPLACE: (Role.PLATFORM_RECEIVABLE, Role.OTHER_RECEIVABLE),
}
_OTHERS = (Role.OTHER_RECEIVABLE,)

# Which expense money was spent on.
EXPENSE_OF: Mapping[Spent, Role] = {
    Spent.LABEL: Role.RETURN_FREIGHT_EXPENSE,
    Spent.FREIGHT: Role.RETURN_FREIGHT_EXPENSE,
    Spent.HANDLING: Role.RETURN_HANDLING_EXPENSE,
    Spent.INSPECTION: Role.RETURN_HANDLING_EXPENSE,
    Spent.REPACKAGING: Role.RETURN_HANDLING_EXPENSE,
    Spent.DISPOSAL: Role.RETURN_HANDLING_EXPENSE,
    Spent.FEE: Role.RETURN_HANDLING_EXPENSE,
    Spent.COMPENSATION: Role.RETURN_HANDLING_EXPENSE,
}


@dataclass(frozen=True, slots=True)
class Recovered:
    """A part of what somebody pays: the claim or the loss that it settles, as that was posted."""

    role: str
    account: str
    amount: Decimal
    currency: str
    line: str = ""
    party: str = ""

    @property
    def said(self) -> dict[str, str | Decimal]:
        """What the posting tells: who paid."""
        return {"party": self.party}


@dataclass(frozen=True, slots=True)
class Spending:
    """What a return cost besides the goods, the tax in it, and what paid it or is owed for it."""

    kind: str
    role: str
    account: str
    amount: Decimal
    tax: Decimal
    currency: str
    paid_role: str
    paid_from: str


def supplier_of(facts: Facts, moved: Moved) -> str:
    """Return the supplier that goods go back to: as the event says, else none is named."""
    return getattr(facts.event.body, "supplier", None) or ""


def claims(facts: Facts, moves: Sequence[Moved]) -> Iterator[tuple[Moved, Decimal, Decimal]]:
    """Yield for each pile what the supplier is to credit without tax, and the tax on it.

    What is expected is a total, shared by cost; without one it is what the units cost when they came in. The tax is that of
    the item, else what its rate makes of the cost.
    """
    expected: Decimal | None = getattr(facts.event.body, "expect", None)
    weights = [cost_as_came(facts, moved) for moved in moves]
    parts = weights if expected is None else shares(expected, weights, facts.decimals)
    for moved, part in zip(moves, parts, strict=True):
        item = moved.item
        tax = ZERO
        if item is not None and item.tax is not None:
            own = [other.amount for other in moves if other.index == moved.index]
            place = [other for other in moves if other.index == moved.index].index(moved)
            tax = shares(item.tax, own, facts.decimals)[place]
        elif item is not None and item.tax_rate:
            tax = round_to(Fraction(part) * Fraction(item.tax_rate), facts.decimals)
        yield moved, part, tax


def claimed(facts: Facts, party: Party) -> list[Recovered]:
    """Return what is open of the claims of a case on a party, in the order in which they arose."""
    roles = [role.value for role in CLAIMED_ON.get(party, _OTHERS)]
    return list(_open(facts, roles, party))


def _open(facts: Facts, roles: Sequence[str], party: Party | None = None) -> Iterator[Recovered]:
    """Yield what is left on the accounts of some roles in a case, by account and line: of charges those of a party."""
    left: dict[tuple[str, str, str, str], Decimal] = {}
    for entry in facts.now.entries if facts.now else ():
        for leg in entry.legs:
            named = (leg.item or {}).get("party", "")
            if leg.role not in roles or (party and leg.role == Role.OTHER_RECEIVABLE and not _is(named, party)):
                continue
            key = leg.role, leg.account, leg.currency, leg.line or ""
            left[key] = left.get(key, ZERO) + leg.amount
    for role in roles:
        for (own, account, currency, line), amount in left.items():
            if own == role and amount > 0:
                yield Recovered(role, account, amount, currency, line)


def _is(named: str, party: Party) -> bool:
    """Return True if whom a posting charges is the party: by its name, or anybody who is none of the others."""
    others = {each.value for each in Party} - {party.value}
    return named == party.value or (party is Party.EMPLOYEE and named not in others)


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A claim of which no more will come, and the account that bears it: that of the loss which it made less."""

    claim: Recovered
    role: Role
    account: str


def given_up(facts: Facts, party: Party, came: Decimal, currency: str) -> Iterator[GivenUp]:
    """Yield what is left of the claims on a party once `came` is in, each with what bears it."""
    for claim in claimed(facts, party):
        if claim.currency != currency:
            continue
        part = min(came, claim.amount)
        came -= part
        if claim.amount > part:
            role, account = _borne_by(facts, claim)
            yield GivenUp(replace(claim, amount=claim.amount - part, party=party.value), role, account)


def _borne_by(facts: Facts, claim: Recovered) -> tuple[Role, str]:
    """Return the role and account that a claim was made on: those of the loss beside it, else what it would have been."""
    made = [
        entry
        for entry in (facts.now.entries if facts.now else ())
        if any((leg.role, leg.account) == (claim.role, claim.account) and leg.amount > 0 for leg in entry.legs)
    ]
    for entry in made:
        beside = next((leg for leg in entry.legs if leg.role in _OF_GOODS), None)
        if beside is not None:
            return Role.of(beside.role), beside.account
    role = Role.SUPPLIER_RETURN_LOSS
    if claim.role != Role.SUPPLIER_CLAIM:
        role = loss_role(facts, approved=any(leg.role == Role.PENDING_ASSET_LOSS for e in made for leg in e.legs))
    return role, facts.settings.account_for(role)


# What a recovery above the claims makes less, the first that the case has.
_LOSSES = (
    Role.SCRAP_LOSS, Role.SUPPLIER_RETURN_LOSS, Role.ADMIN_EXPENSE, Role.NON_OPERATING_LOSS, Role.RETURN_FREIGHT_EXPENSE,
    Role.RETURN_HANDLING_EXPENSE, Role.REFURBISHMENT_EXPENSE, Role.INVENTORY_WRITE_DOWN,
)  # fmt: skip
_OF_GOODS = frozenset(role.value for role in _LOSSES[:4])  # what goods cost that were lost


def recovered(facts: Facts, party: Party, amount: Decimal, currency: str) -> Iterator[Recovered]:
    """Yield what a payment of a party settles: its claims first, then what the return cost, as that was posted."""
    for claim in claimed(facts, party):
        part = min(amount, claim.amount)
        if part > 0 and claim.currency == currency:
            yield Recovered(claim.role, claim.account, part, currency, claim.line, party.value)
            amount -= part
    if amount <= 0:
        return
    for own in _open(facts, [role.value for role in _LOSSES]):
        part = min(amount, own.amount)
        if part > 0 and own.currency == currency:
            yield Recovered(own.role, own.account, part, currency, own.line, party.value)
            amount -= part
    if amount > 0:
        role = Role.RETURN_HANDLING_EXPENSE
        yield Recovered(role.value, facts.settings.account_for(role), amount, currency, "", party.value)
