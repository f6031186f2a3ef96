"""What was posted under an id: the case step by step, with the papers and decisions of every event, and its entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from returnledger.books import Books, standing
from returnledger.credits import OF_OTHERS, PAID_FROM, credited_by, with_customer
from returnledger.events import Event
from returnledger.events.common import Evidence
from returnledger.eventsfile import parse_canonical
from returnledger.findings import Finding, Refused
from returnledger.money import ZERO
from returnledger.needs import Needs
from returnledger.nextsteps import PAYMENTS
from returnledger.piles import items_of
from returnledger.recorded import Decided, decided
from returnledger.roles import Role
from returnledger.rows import Posted
from returnledger.session import Session, open_session
from returnledger.views.cases import CaseView, case_books, case_view
from returnledger.views.names import nearest

_UNITS = ("requested", "received", "inspected", "disposed", "qty", "absent", "exchanged", "replaced")
# What a step says that stands neither in its items nor in its postings.
_SAID = ("because", "until", "expires", "what", "who", "due", "done", "amount", "as", "cause", "given-up")
_CREDIT = Role.STORE_CREDIT_LIABILITY
_CLAIMS = frozenset((Role.SUPPLIER_CLAIM.value, Role.OTHER_RECEIVABLE.value))
_CLAIMING = frozenset(("dispose", "supplier_return"))
MONEY_OF_OTHERS = PAID_FROM | {"accounts_payable"}
_SOLD = frozenset({"revenue", "output_vat"})


@dataclass(frozen=True)
class Moment:
    """One step of a case: when, what, by whom, of which units, and what money it moved; one an event and day."""

    date: date
    step: int
    id: str
    kind: str
    stage: str
    by: str
    approved_by: tuple[str, ...]
    note: str
    items: tuple[tuple[Decimal, str, str, str], ...]  # units, SKU, condition, disposition
    credited: Decimal
    paid: Decimal
    moved: Decimal  # paid to others, above nil where they paid
    currency: str
    voids: str
    stands: bool
    posts: bool  # False for a step that is only noted
    sells: str = ""  # the order under which other goods went out
    sold: Decimal = ZERO  # for how much they did, tax included
    credit: Decimal = ZERO  # store credit given, below nil where it was spent or has expired
    claimed: Decimal = ZERO  # of suppliers, carriers and whoever is liable
    said: tuple[tuple[str, str], ...] = ()  # what it says beside all that: why, until when, what is to be done


@dataclass(frozen=True)
class Paper:
    """One piece of evidence, with the event that names it."""

    event: str
    path: str
    type: str
    sha256: str


@dataclass(frozen=True)
class EventView:
    """What was posted under an id: the case with every step, paper, decision and entry of it, and where it stands."""

    id: str
    entries: tuple[Posted, ...]
    case: CaseView
    voided: bool
    timeline: tuple[Moment, ...] = ()
    papers: tuple[Paper, ...] = ()
    decisions: tuple[tuple[str, tuple[Decided, ...]], ...] = ()  # of each event that keeps some
    form_now: str = ""  # of what was amended: the id under which it stands


def show(name: str, *, settings: Path | None = None) -> EventView:
    """Return what was posted under the id of an event or a case; raise Refused where nothing was."""
    session = open_session(settings)
    books = Books()
    session.store.gather(Needs(events=frozenset({name})), books)
    own = books.posted.get(name) or books.by_case.get(name)
    if not own:
        raise Refused([Finding("id-unknown", None, {"id": name, "nearest": nearest(name, _ids(session))})])
    case = own[0].case
    books = case_books(session, [case])
    entries = tuple(sorted(books.by_case[case], key=lambda entry: (entry.step, entry.date)))
    events = {entry.id: _event(entry) for entry in entries if entry.event}
    seen = case_view(case, books, date.today())
    return EventView(
        name,
        entries,
        seen,
        books.is_void(name),
        tuple(_timeline(entries, events, seen.currency)),
        tuple(_papers(events)),
        tuple((entry.id, found) for entry in entries if (found := _decisions(entry))),
        books.form_now(name),
    )


def _ids(session: Session) -> list[str]:
    return sorted(session.store.relations.case_names())


def _event(entry: Posted) -> Event | None:
    try:
        return parse_canonical(entry.event)
    except Refused:
        return None  # written into by hand, as `verify` says


def _decisions(entry: Posted) -> tuple[Decided, ...]:
    return decided(str((entry.directive.meta if entry.directive else {}).get("rl-decision", "")))


def _timeline(entries: Sequence[Posted], events: dict[str, Event | None], currency: str) -> Iterator[Moment]:
    """Yield the steps by day: what one event did on one day, whatever orders it touched and however many items it has."""
    left = {id(entry) for entry in standing(entries)}
    together: dict[tuple[date, str, str], list[Posted]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.dated, entry.step)):
        typed = getattr(getattr(events.get(entry.id), "body", None), "stage", None)
        stage = entry.told.get("stage", "") or str(typed or "")
        together.setdefault((entry.dated, entry.id, stage), []).append(entry)
    for (day, name, stage), own in together.items():
        first, body = own[0], getattr(events.get(name), "body", None)
        yield Moment(
            date=day,
            step=first.step,
            id=name,
            kind=first.kind,
            stage=stage,
            by=getattr(body, "by", None) or "",
            approved_by=tuple(getattr(body, "approved_by", None) or ()),
            note=getattr(body, "note", None) or "",
            items=tuple(item for entry in own for item in items_told(entry)),
            credited=sum((credited_by(e.legs) for e in own if e.kind not in PAYMENTS), ZERO),
            paid=-sum((leg.amount for e in with_customer(own) for leg in e.legs if leg.role in PAID_FROM), ZERO),
            moved=sum(
                (leg.amount for e in own if e.kind in OF_OTHERS for leg in e.legs if leg.role in MONEY_OF_OTHERS), ZERO
            )
            + sum((leg.amount for e in own for leg in e.sold if leg.role in PAID_FROM), ZERO),
            sells=next((e.sells for e in own if e.sells), ""),
            sold=-sum((leg.amount for e in own for leg in e.sold if leg.role in _SOLD), ZERO),
            currency=next((leg.currency for e in own for leg in e.legs), currency),
            voids=first.voids,
            stands=any(id(entry) in left for entry in own),
            posts=any(entry.legs or entry.sold for entry in own),
            credit=-sum((leg.amount for e in own for leg in e.legs if leg.role == _CREDIT), ZERO),
            claimed=sum(
                (leg.amount for e in own if e.kind in _CLAIMING for leg in e.legs if leg.role in _CLAIMS), ZERO
            ),
            said=tuple((key, first.told[key]) for key in _SAID if first.told.get(key)),
        )


def items_told(entry: Posted) -> Iterator[tuple[Decimal, str, str, str]]:
    """Yield units, SKU, condition and disposition of what an entry or a note is about."""
    for _, item in items_of(entry):
        units = next((Decimal(item[key]) for key in _UNITS if item.get(key)), ZERO)
        yield units, item.get("sku", ""), item.get("condition", ""), item.get("disposition", "")


def _papers(events: dict[str, Event | None]) -> Iterator[Paper]:
    seen: set[tuple[str, str]] = set()
    for name, event in events.items():
        for paper in _evidence(event):
            if (name, paper.path) not in seen:
                seen.add((name, paper.path))
                yield Paper(name, paper.path, paper.type or "", paper.sha256 or "")


def _evidence(event: Event | None) -> Iterable[Evidence]:
    return getattr(event.body, "evidence", ()) if event is not None else ()
