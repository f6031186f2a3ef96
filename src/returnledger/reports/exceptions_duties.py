"""Exceptions of people: who waived, who should have approved, who took two duties, who took goods without a sale."""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.persons import unheld
from returnledger.policy import evaluate
from returnledger.policy.duties import EXEMPT, pairs_of
from returnledger.reports.deviations import Deviation, Held, Noted
from returnledger.reports.posted import Record
from returnledger.reports.shopbooks import ShopBooks
from returnledger.signing import Signed, clashes, recorded
from returnledger.terms import Kind

AUTOMATIC = "automatic"
# What two people do where the policy names no pairs.
PAIRS = (("request", "approve"), ("inspect", "approve"), ("approve", "refund"))


def waivers(record: Record, books: ShopBooks) -> Iterator[Noted]:
    """Yield each check that was set aside, and whether somebody who signed may do that, for the amount, that day."""
    policy = books.policy(record)
    for each in record.all("waived"):
        held = None
        if policy is not None and policy.says.waivers is None:
            held = Held.ANYBODY
        elif policy is not None:
            roles = books.roles(record.approvers, record.date)
            may = evaluate.waiver(policy, each.value, record.amount, roles).value
            held = Held.YES if may else Held.NO
        yield Noted.of(Deviation.WAIVER, record, each.value, who=record.approvers, held=held)


def approvals(record: Record, books: ShopBooks) -> Iterator[Noted]:
    """Yield what had to be approved, by the decision the entry keeps, and was not by those who had the roles that day.

    Who approved the request of a case approved what follows from it.
    """
    policy = books.policy(record)
    if record.kind == Kind.REQUEST or record.entries[0].told.get("stage") == "requested":
        return  # it says who is to approve, and nobody has to yet
    for each in record.all("approvals"):
        if each.value == AUTOMATIC:
            continue
        rows = policy.tables["approvals"] if policy is not None else ()
        row = next((row.says for row in rows if row.says.id == each.row), None)
        one_person = bool(getattr(row, "one_person", False))
        roles = each.value.split("/")
        names = (*record.approvers, *_before(record, books))
        lacking = unheld(books.settings, roles, names, record.date, one_person=one_person)
        if lacking:
            who = record.approvers or record.people
            yield Noted.of(Deviation.APPROVAL_MISSING, record, ", ".join(lacking), who=who, held=Held.NO)


def _before(record: Record, books: ShopBooks) -> Iterator[str]:
    """Yield who approved the request of the case before."""
    for each in books.by_case.get(record.case, ()):
        if each.kind == Kind.APPROVE and each.id != record.id and each.stands and each.date <= record.date:
            yield from each.approvers


def same_person(record: Record, books: ShopBooks) -> Iterator[Noted]:
    """Yield who took two steps that two people should take, the later of them by this event.

    The pairs are the policy's, else those that are usual. What the policy exempts stands here too, and says so.
    """
    policy = books.policy(record)
    pairs = pairs_of(policy) if policy is not None else ()
    own = set(_signed(record))
    earlier = [each for each in books.by_case.get(record.case, ()) if each.id != record.id and each.date <= record.date]
    every = (*_signed(record), *(signed for each in earlier for signed in _signed(each)))
    exempt = any(each.value == EXEMPT for each in record.all("separation"))
    both: dict[tuple[str, ...], list[str]] = {}
    for pair in pairs or PAIRS:
        for clash in clashes(books.settings, every, [pair]):
            if clash.first in own or clash.second in own:
                who = tuple(sorted({clash.first.person, clash.second.person}))
                both.setdefault(who, []).append("/".join(pair))
    for who, named in both.items():
        about = ", ".join(dict.fromkeys(named)) + ("; exempt" if exempt else "")
        yield Noted.of(Deviation.SAME_PERSON, record, about, who=who)


def _signed(record: Record) -> tuple[Signed, ...]:
    canonical = record.event.canonical if record.event else {}
    return tuple(recorded(record.entries, {record.id: canonical}))


def blind(record: Record, books: ShopBooks) -> Iterator[Noted]:
    """Yield a return without a sale, with what the policy says of such returns."""
    if record.kind == Kind.RETURN and not record.orders:
        policy = books.policy(record)
        about = policy.says.choices.blind_returns if policy is not None else ""
        yield Noted.of(Deviation.NO_SALE, record, f"blind_returns: {about}" if about else "")
