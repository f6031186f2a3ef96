"""Exceptions of people: who waived, who should have approved, who took two duties, who took goods without a sale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from returnledger.persons import are_one, unheld
from returnledger.policy import evaluate
from returnledger.reports.deviations import Deviation, Held, Noted
from returnledger.reports.posted import Record
from returnledger.reports.shopbooks import ShopBooks
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
    """Yield what had to be approved, by the decision the entry keeps, and was not by those who had the roles that day."""
    policy = books.policy(record)
    for each in record.all("approvals"):
        if each.value == AUTOMATIC:
            continue
        rows = policy.tables["approvals"] if policy is not None else ()
        row = next((row.says for row in rows if row.says.id == each.row), None)
        one_person = bool(getattr(row, "one_person", False))
        roles = each.value.split("/")
        lacking = unheld(books.settings, roles, record.approvers, record.date, one_person=one_person)
        if lacking:
            who = record.approvers or record.people
            yield Noted.of(Deviation.APPROVAL_MISSING, record, ", ".join(lacking), who=who, held=Held.NO)


def same_person(record: Record, books: ShopBooks) -> Iterator[Noted]:
    """Yield each pair of duties of a case that one person took, this event's being the later of the two."""
    said = books.policy(record)
    table = getattr(said.says, "separation_of_duties", None) if said is not None else None
    pairs = [tuple(pair) for pair in table.pairs] if table is not None else list(PAIRS)
    own = duties(record)
    earlier = [each for each in books.by_case.get(record.case, ()) if each.id != record.id and each.date <= record.date]
    every = [(record, own), *((each, duties(each)) for each in earlier)]
    both: dict[tuple[str, ...], list[str]] = {}
    for pair in pairs:
        for other, theirs in every:
            for who in _both(record, own, other, theirs, pair, books):
                named = both.setdefault(who, [])
                named += [] if "/".join(pair) in named else ["/".join(pair)]
    for who, named in both.items():
        yield Noted.of(Deviation.SAME_PERSON, record, ", ".join(named), who=who)


def _both(
    record: Record,
    own: Mapping[str, tuple[str, ...]],
    other: Record,
    theirs: Mapping[str, tuple[str, ...]],
    pair: tuple[str, ...],
    books: ShopBooks,
) -> Iterator[tuple[str, ...]]:
    """Yield the people, by one name or as one who acts for another, who took one duty here and the other there."""
    for one, two in (pair, (pair[1], pair[0])):
        for name in own.get(one, ()):
            for second in theirs.get(two, ()):
                if are_one(books.settings, (name, record.date), (second, other.date)):
                    yield tuple(sorted({name, second}))


def duties(record: Record) -> Mapping[str, tuple[str, ...]]:
    """Return who took which duty by an event: one return is the request, and all that follows but the approval."""
    by = (record.by,) if record.by else ()
    if record.kind == Kind.REFUND:
        return {"refund": by, "approve": record.approvers}
    if record.kind in (Kind.RETURN, Kind.ALLOWANCE):
        steps = dict.fromkeys(("request", "receive", "inspect", "credit_note", "dispose"), by)
        if any(leg.role == "cash_bank" for leg in record.legs):
            steps["refund"] = by
        return {**steps, "approve": record.approvers}
    step = {"credit_note": "credit_note"}.get(record.kind, record.kind)
    return {step: by, "approve": (*(by if step == "approve" else ()), *record.approvers)}


def blind(record: Record, books: ShopBooks) -> Iterator[Noted]:
    """Yield a return without a sale, with what the policy says of such returns."""
    if record.kind == Kind.RETURN and not record.orders:
        policy = books.policy(record)
        about = policy.says.choices.blind_returns if policy is not None else ""
        yield Noted.of(Deviation.NO_SALE, record, f"blind_returns: {about}" if about else "")
