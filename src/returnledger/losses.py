"""What is lost with goods, line by line, and who bears it: salvage and charges first, the rest is the loss."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase
from returnledger.legs import Leg
from returnledger.money import ZERO, shares, show
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.stepfindings import step_refused
from returnledger.terms import Cause


@dataclass(frozen=True, slots=True)
class Loss:
    """What is lost of one line: positive, in one currency; `said` is what its posting tells of the goods."""

    line: str
    currency: str
    amount: Decimal
    said: Mapping[str, str | Decimal] | None = None
    key: str = ""  # keeps goods apart that were in different condition


def pending_of(entries: Iterable[Posted], count: str = "") -> list[Loss]:
    """Return what waits for approval on the account of pending losses, by line: positive where goods are lost.

    Of a `count` it is what that count found, as far as it still waits.
    """
    left: dict[tuple[str, str], Decimal] = {}
    own: dict[tuple[str, str], Decimal] = {}
    for entry in entries:
        for leg in entry.legs:
            if leg.role == Role.PENDING_ASSET_LOSS:
                key = leg.line or "", leg.currency
                left[key] = left.get(key, ZERO) + leg.amount
                if count in ("", entry.id):
                    own[key] = own.get(key, ZERO) + leg.amount
    found = []
    for key, amount in own.items():
        waits = left[key] if amount * left[key] > 0 else ZERO
        waits = min(waits, amount, key=abs)
        if waits:
            found.append(Loss(*key, waits))
    return found


def cause_of(facts: Facts) -> Cause:
    """Return why goods are lost: as the event says, else what was said when it was proposed, else ordinary."""
    proposed = [entry.told["cause"] for entry in (facts.now.entries if facts.now else ()) if "cause" in entry.told]
    said: Cause | None = getattr(facts.event.body, "cause", None)
    return said or (Cause.of(proposed[-1]) if proposed else Cause.ORDINARY)


def borne(facts: Facts) -> Decimal:
    """Return what of a loss does not stay one: material kept and what is charged to others."""
    body = facts.event.body
    charged = sum((charge.amount for charge in getattr(body, "charge", ())), ZERO)
    return (getattr(body, "salvage", None) or ZERO) + charged


def too_much_borne(facts: Facts, losses: Sequence[Loss]) -> Iterator[Finding]:
    """Yield the finding that more is kept and charged than was lost, or in amounts below zero."""
    body = facts.event.body
    given, lost = borne(facts), sum((loss.amount for loss in losses if loss.amount > 0), ZERO)
    amounts = [getattr(body, "salvage", None) or ZERO, *(charge.amount for charge in getattr(body, "charge", ()))]
    if given <= lost and min(amounts) >= 0:
        return
    currency = losses[0].currency if losses else ""
    said = {"given": show(given, currency), "lost": show(lost, currency), "currency": currency}
    obstacle = Phrase("{given} {currency} are kept or charged; the loss is {lost}", said)
    instead = Phrase("write `salvage` and `charge` that come to {lost} or less", said)
    key = "salvage" if getattr(body, "salvage", None) is not None else "charge"
    yield step_refused(facts, key, obstacle, instead)


def loss_legs(facts: Facts, losses: Sequence[Loss], role: Role, *, keep: bool = False) -> Iterator[Leg]:
    """Yield what is kept, what others are charged, and the rest of each loss on the account of `role`.

    With `keep` nothing is kept or charged yet: all of it waits on that account.
    """
    settings, body = facts.settings, facts.event.body
    if not losses:
        return
    currency = losses[0].currency
    salvage = None if keep else getattr(body, "salvage", None)
    if salvage:
        yield Leg(Role.SCRAP_MATERIALS.value, settings.account_for(Role.SCRAP_MATERIALS), salvage, currency)
    for charge in () if keep else getattr(body, "charge", ()):
        if charge.amount:
            said = {"party": charge.party}
            account = settings.account_for(Role.OTHER_RECEIVABLE)
            yield Leg(Role.OTHER_RECEIVABLE.value, account, charge.amount, currency, item=said, pile=charge.party)
    given, every, losses = ZERO if keep else borne(facts), losses, [loss for loss in losses if loss.amount > 0]
    taken = shares(given, [loss.amount for loss in losses], facts.decimals) if given else [ZERO] * len(losses)
    for loss, part in zip(losses, taken, strict=True):
        account = settings.account_for(role)
        yield Leg(role.value, account, loss.amount - part, loss.currency, loss.line, item=loss.said, pile=loss.key)
    for gain in every:  # found where nobody looked for it: as much less was lost
        if gain.amount < 0:
            yield Leg(role.value, settings.account_for(role), gain.amount, gain.currency, gain.line, pile=gain.key)


def loss_role(facts: Facts, *, approved: bool) -> Role:
    """Return the account of a loss: of one that was proposed and approved, or of goods scrapped in one step.

    A disaster, and any loss of a small enterprise under its own standard, is a non-operating loss
    (Accounting Standard for Small Business Enterprises, article 15).
    """
    if cause_of(facts) is Cause.DISASTER or facts.settings.framework == "asbe_small":
        return Role.NON_OPERATING_LOSS
    return Role.ADMIN_EXPENSE if approved else Role.SCRAP_LOSS
