"""What stands in the way of a disposal: what its event says does not fit the goods, or what is done with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase
from returnledger.kitpiles import units_as_sold
from returnledger.losses import cause_of, too_much_borne
from returnledger.money import plain, show
from returnledger.moves import Moved
from returnledger.piles import counted, items_of
from returnledger.roles import Role
from returnledger.scrapping import losses_of
from returnledger.stepfindings import step_refused
from returnledger.taking import WAITING
from returnledger.terms import Cause, Disposition

_BACK = Disposition.RETURN_TO_CUSTOMER
_LOST = frozenset({Disposition.SCRAP, Disposition.MISSING})
_IN = frozenset(role.value for role in WAITING)


def said_wrong(facts: Facts, moves: Sequence[Moved], proposed: bool) -> Iterator[Finding]:
    """Yield what an event says that does not fit what it does with the goods."""
    body = facts.event.body
    to = {moved.to for moved in moves}
    yield from _credited(facts, moves)
    if len(to) > 1 and to & {Disposition.LIQUIDATE, Disposition.SCRAP, Disposition.MISSING}:
        yield step_refused(
            facts,
            "disposition",
            Phrase("the goods of one event are {to}", {"to": sorted(str(each) for each in to)}),
            Phrase("write one event for each"),
        )
    sold = Disposition.LIQUIDATE in to
    proceeds = body.proceeds  # type: ignore[attr-defined]
    if sold and proceeds is None:
        yield step_refused(
            facts,
            "disposition",
            Phrase("goods are sold off, and nothing says what they brought"),
            Phrase("add `proceeds:`, tax included"),
        )
    if proceeds is not None and not sold and to != {Disposition.SCRAP}:
        yield step_refused(
            facts, "proceeds", Phrase("only goods sold off or scrapped bring proceeds"), Phrase("leave `proceeds` out")
        )
    if proceeds is not None and proceeds < 0:
        yield step_refused(facts, "proceeds", Phrase("proceeds are below zero"), Phrase("write what came in"))
    wrong = to & {Disposition.CUSTOMER_KEEPS, Disposition.MISSING} and any(m.pile.role in _IN for m in moves)
    if wrong and Disposition.CUSTOMER_KEEPS in to:
        yield step_refused(
            facts,
            "disposition",
            Phrase("the goods came in: the customer can't keep them"),
            Phrase("write what is done with them"),
        )
    if getattr(body, "cause", None) is Cause.MISMANAGEMENT and body.input_vat is None:  # type: ignore[attr-defined]
        yield step_refused(
            facts,
            "cause",
            Phrase("bad management spoiled the goods, and nothing says what input tax was deducted on them"),
            Phrase("add `input_vat:`, 0.00 where none was deducted"),
        )
    lost = bool(to) and to <= _LOST and proceeds is None
    yield from of_a_loss(facts, lost, proposed)
    if lost:
        yield from too_much_borne(facts, losses_of(facts, moves))


def _credited(facts: Facts, moves: Sequence[Moved]) -> Iterator[Finding]:
    """Yield that goods are to go back to the customer whose credit stands."""
    now = facts.now
    back = [moved for moved in moves if moved.to is _BACK]
    for name in dict.fromkeys(moved.pile.line for moved in back):
        known = now.line(name) if now is not None else None
        units = units_as_sold(facts, name, [(moved.pile, moved.units) for moved in back if moved.pile.line == name])
        if now is None or known is None or units <= known.waiting:
            continue
        credits = [e.id for e in now.entries for line, item in items_of(e) if line == name and counted(item, "qty") > 0]
        said = {"units": plain(units - known.waiting), "sku": known.sku, "id": credits[-1] if credits else now.id}
        obstacle = Phrase("{units} {sku} of them are credited, by {id}", said)
        yield step_refused(
            facts, "disposition", obstacle, Phrase("void {id} first: the customer keeps what was paid", said)
        )


def of_a_loss(facts: Facts, lost: bool, proposed: bool) -> Iterator[Finding]:
    """Yield what an event says that only a loss has, or only its approval: it would be left out in silence."""
    body = facts.event.body
    keys = [key for key in ("salvage", "charge") if getattr(body, key, None)]
    for key in keys if not lost else ():
        obstacle = Phrase("only goods that are scrapped or missing leave material, or are charged to somebody")
        yield step_refused(facts, key, obstacle, Phrase("leave `{key}` out", {"key": key}))
    for key in keys if lost and proposed else ():
        obstacle = Phrase("the loss is only proposed: what is kept and who pays is said when it is approved")
        instead = Phrase("leave `{key}` out, and write it with `stage: approved`", {"key": key})
        yield step_refused(facts, key, obstacle, instead)
    if not lost and str(getattr(body, "stage", None) or "") == "proposed":
        instead = Phrase("leave `stage` out; only scrap is proposed and approved")
        yield step_refused(facts, "stage", Phrase("nothing of it is scrapped, and it is only proposed"), instead)
    yield from _of_input_tax(facts, lost)


def _of_input_tax(facts: Facts, lost: bool) -> Iterator[Finding]:
    body = facts.event.body
    tax = getattr(body, "input_vat", None)
    if not tax:
        return
    if tax < 0:
        instead = Phrase("write what was deducted on the goods")
        yield step_refused(facts, "input_vat", Phrase("the input tax is below zero"), instead)
    elif not lost or cause_of(facts) is not Cause.MISMANAGEMENT:
        instead = Phrase("add `cause: mismanagement` to goods that are scrapped or missing, or leave `input_vat` out")
        obstacle = Phrase("{amount} of input tax is named, which only bad management costs", {"amount": plain(tax)})
        yield step_refused(facts, "input_vat", obstacle, instead)


def approved_wrong(facts: Facts) -> Iterator[Finding]:
    """Yield what the approval of a proposed loss says that the proposal alone could, or that it comes before it."""
    body, now, day = facts.event.body, facts.now, facts.dated
    waits = [e for e in (now.entries if now else ()) if any(leg.role == Role.PENDING_ASSET_LOSS for leg in e.legs)]
    if not waits:
        return
    last = waits[-1]
    said = {"id": last.id, "day": last.dated}
    if day is not None and day < last.dated:
        obstacle = Phrase("it is dated before {id} of {day}, which it approves", said)
        yield step_refused(facts, "date", obstacle, Phrase("write {day} or a later day", said))
    again = Phrase("void {id} first, and propose it anew", said)
    tax = getattr(body, "input_vat", None)
    if tax:
        given = {"amount": show(tax, last.legs[0].currency)}
        obstacle = Phrase("{amount} of input tax is named, and the proposal says what is lost", given)
        yield step_refused(facts, "input_vat", obstacle, again)
    cause = getattr(body, "cause", None)
    proposed = Cause.of(last.told["cause"]) if "cause" in last.told else Cause.ORDINARY
    if cause not in (None, proposed) and Cause.MISMANAGEMENT in (cause, proposed):
        given = {"cause": cause, "proposed": proposed}
        obstacle = Phrase("it was proposed as {proposed}, and is approved as {cause}: input tax depends on it", given)
        yield step_refused(facts, "cause", obstacle, again)
