"""The facts of a red invoice: which credit it is of, what it takes of the tax that waits, and what does not agree.

Net and tax are those of the credit, or of a part of it at the same rate: the whole, one rate, or one line. What is applied
for is spoken for; a red invoice that was applied for has the figures of its application.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from returnledger.books import Books
from returnledger.casefacts import case_facts
from returnledger.context import Context
from returnledger.facts import Facts
from returnledger.findings import Phrase
from returnledger.money import ZERO, decimals_of, places, quantum, round_to, shares, show
from returnledger.taxcredits import (
    Application,
    Obstacle,
    RedInvoice,
    TaxToCredit,
    Waiting,
    another_red_invoice,
    taxes_to_credit,
)
from returnledger.terms import Kind, RedReason, RedStage


def red_facts(base: Facts, books: Books, context: Context) -> Facts:
    """Return the facts of a red invoice: the case of the credit that it names, and what it comes to."""
    event = base.event
    named = books.numbers.get(event.reference, event.reference)
    entries = [entry for entry in books.posted.get(named, ()) if not books.is_void(entry.id)]
    case = entries[0].case if entries else event.reference
    facts = case_facts(replace(base, event=replace(event, reference=case)), books, context)
    facts = replace(facts, event=event)
    if facts.now is None:
        return facts
    return replace(facts, red=_red_invoice(facts, books))


def _red_invoice(facts: Facts, books: Books) -> RedInvoice:
    """Return what the event comes to, with all that stands in its way."""
    body = facts.event.body
    stage: RedStage = body.stage or RedStage.CONFIRMED  # type: ignore[attr-defined]
    found = taxes_to_credit(facts.case)
    credit, unclear = _meant(facts, found)
    if credit is None:
        return RedInvoice(stage, obstacles=unclear)
    if credit.tax_left <= 0 and credit.net_left <= 0:
        done = {"numbers": credit.red_invoices or (credit.credit.id,)}
        kind = facts.event.kind.value
        gone = Phrase("no tax of it waits any more; its red invoices: {numbers}", done)
        return RedInvoice(stage, credit, obstacles=((kind, gone, Phrase("delete the event")),))
    application, stands = _applied_for(facts, credit, stage)
    obstacles = [*stands, *_dates(facts, credit, application), *_number(facts, books, stage)]
    open_net, open_tax = credit.applied
    most = (credit.net_left - open_net, credit.tax_left - open_tax)
    if application is not None:
        most = (application.net, application.tax)
    elif max(most) <= 0 and not stands:
        obstacles.append(_all_applied(facts, credit))
    code, wrong, unsaid = _code(facts, credit, application)
    if obstacles:
        return RedInvoice(stage, credit, code=code, application=application, obstacles=tuple(obstacles))
    figures = _figures(facts, credit, most, whole=application is not None)
    return RedInvoice(
        stage,
        credit,
        figures.net,
        figures.tax,
        code,
        application,
        figures.taken,
        (*figures.obstacles, *(unsaid if stage is not RedStage.LAPSED else ())),
        (*figures.differs, *wrong),
    )


def _meant(facts: Facts, found: Sequence[TaxToCredit]) -> tuple[TaxToCredit | None, tuple[Obstacle, ...]]:
    """Return the credit that the event names: by its number, its id, or as the one of its case that waits."""
    name, kind = facts.event.reference, facts.event.kind.value
    named = [each for each in found if name in (each.credit.number, each.credit.id)]
    meant = named or [each for each in found if each.tax_left] or list(found)
    if len(meant) == 1:
        return meant[0], ()
    if meant:
        names = {"names": [each.credit.number or each.credit.id for each in meant]}
        return None, (
            (
                kind,
                Phrase("the tax of several credits waits: {names}", names),
                Phrase("name one of them: {names}", names),
            ),
        )
    instead = Phrase("delete the event; a credit whose red invoice comes later says `red_invoice: pending`")
    return None, ((kind, Phrase("no tax of it waits for a red invoice"), instead),)


def _applied_for(facts: Facts, credit: TaxToCredit, stage: RedStage) -> tuple[Application | None, list[Obstacle]]:
    """Return the application that the event confirms or lets lapse, and what stands in the way of finding it."""
    said: str | None = facts.event.body.confirmation  # type: ignore[attr-defined]
    open_ = credit.applications
    same = [each for each in open_ if each.confirmation == said] if said else list(open_)
    if stage is RedStage.APPLIED:
        if said and same:
            known = {"confirmation": said, "id": same[0].id}
            return None, [
                (
                    "confirmation",
                    Phrase("confirmation {confirmation} is applied for already, by {id}", known),
                    Phrase("delete the event, or write its outcome: `stage: confirmed` or `stage: lapsed`"),
                )
            ]
        return None, []
    if len(same) == 1 and (said or stage is RedStage.LAPSED or _agrees(facts, same[0])):
        return same[0], []
    if stage is RedStage.LAPSED:
        if not same:
            return None, [("stage", Phrase("nothing is applied for"), Phrase("delete the event: nothing can lapse"))]
        names = {"names": [each.confirmation or each.id for each in same]}
        return None, [
            ("stage", Phrase("several are applied for: {names}", names), Phrase("add `confirmation:` with one of them"))
        ]
    return None, []


def _agrees(facts: Facts, application: Application) -> bool:
    """Return True if the event says no other figures than an application."""
    body = facts.event.body
    return body.net in (None, application.net) and body.tax in (None, application.tax)  # type: ignore[attr-defined]


def _all_applied(facts: Facts, credit: TaxToCredit) -> Obstacle:
    names = {"names": [each.confirmation or each.id for each in credit.applications]}
    return (
        facts.event.kind.value,
        Phrase("all of it is applied for: {names}", names),
        Phrase("add `confirmation:` with the one that it is of, or let it lapse first: `stage: lapsed`"),
    )


def _dates(facts: Facts, credit: TaxToCredit, application: Application | None) -> Iterator[Obstacle]:
    before = max(credit.credit.date, application.day) if application is not None else credit.credit.date
    if facts.dated is not None and facts.day is not None and facts.day < before:
        said = {"day": facts.day, "before": before}
        yield (
            "date",
            Phrase("it is dated {day}, before what it is of, {before}", said),
            Phrase("write {before} or later", said),
        )


def _number(facts: Facts, books: Books, stage: RedStage) -> Iterator[Obstacle]:
    number: str | None = facts.event.body.number  # type: ignore[attr-defined]
    if stage is not RedStage.CONFIRMED:
        return
    if not number:
        yield (
            facts.event.kind.value,
            Phrase("it does not say the number of the red invoice"),
            Phrase("add `number:`, or `stage: applied` while it is only applied for"),
        )
        return
    if other := books.red_invoice_of(number, facts.event.id):
        yield ("number", *another_red_invoice(number, other))


def _code(
    facts: Facts, credit: TaxToCredit, application: Application | None
) -> tuple[str, tuple[tuple[str, str, str], ...], tuple[Obstacle, ...]]:
    """Return why it is issued, how a typed reason differs, and what stands in the way where there are several."""
    said: RedReason | None = facts.event.body.reason_code  # type: ignore[attr-defined]
    own = credit.codes
    if application is not None and application.code:
        own = (RedReason.of(application.code),)
    if said is not None and said not in own:
        return said.value, (("reason_code", said.value, "/".join(own)),), ()
    if said is None and credit.credit.kind == Kind.ADVANCE_REFUND:
        return own[0].value, (), ()
    if said is None and len(own) > 1:
        codes = {"codes": [code.value for code in own]}
        return (
            "",
            (),
            (
                (
                    facts.event.kind.value,
                    Phrase("it has several reasons, {codes}, and a red invoice has one", codes),
                    Phrase("write a red invoice for each: `reason_code:` with `net:` and `tax:`"),
                ),
            ),
        )
    return (said or own[0]).value, (), ()


@dataclass(frozen=True, slots=True)
class _Figures:
    net: Decimal = ZERO
    tax: Decimal = ZERO
    taken: tuple[Waiting, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    differs: tuple[tuple[str, str, str], ...] = ()


def _figures(facts: Facts, credit: TaxToCredit, most: tuple[Decimal, Decimal], *, whole: bool) -> _Figures:
    """Return net and tax of a red invoice that may be for `most`, or must be where it is `whole`."""
    body, currency = facts.event.body, credit.currency
    said_net: Decimal | None = body.net  # type: ignore[attr-defined]
    said_tax: Decimal | None = body.tax  # type: ignore[attr-defined]
    decimals = max(decimals_of(currency), *(places(each) for each in most))
    for key, amount in (("net", said_net), ("tax", said_tax)):
        if amount is not None and (amount < 0 or places(amount) > decimals):
            wrong = Phrase("{amount} is no amount to book", {"amount": show(amount, currency)})
            return _Figures(obstacles=((key, wrong, Phrase("write an amount above zero, to the minor unit")),))
    net = said_net if said_net is not None else _share(most[0], said_tax, most[1], decimals)
    tax = said_tax if said_tax is not None else _share(most[1], said_net, most[0], decimals)
    if not net and not tax:
        instead = Phrase("write its `net:` and its `tax:`, or leave both out for all that waits")
        return _Figures(obstacles=((facts.event.kind.value, Phrase("it is for nothing"), instead),))
    over = [
        (key, show(amount, currency), show(limit, currency))
        for key, amount, limit in (("net", net, most[0]), ("tax", tax, most[1]))
        if amount > limit or (whole and amount != limit)
    ]
    if over:
        return _Figures(net, tax, differs=tuple(over))
    groups = list(_groups(credit))
    for group in groups:
        if group.fits(net, tax, quantum(decimals_of(currency))):
            return _Figures(net, tax, tuple(group.taken(tax, decimals)))
    if (net, tax) == most:
        return _Figures(net, tax, tuple(groups[0].taken(tax, decimals)))
    own = most[1] if net == most[0] else _share(most[1], net, most[0], decimals)
    return _Figures(net, tax, differs=(("tax", show(tax, currency), show(own, currency)),))


def _share(whole: Decimal, said: Decimal | None, of: Decimal, decimals: int) -> Decimal:
    if said is None or said == of or not of:
        return whole
    return round_to(Fraction(whole) * Fraction(said) / Fraction(of), decimals)


@dataclass(frozen=True, slots=True)
class _Group:
    """Lines of a credit that one red invoice may be for: what is left of them, without tax, and their tax."""

    net: Fraction
    waiting: tuple[Waiting, ...]

    def fits(self, net: Decimal, tax: Decimal, unit: Decimal) -> bool:
        """Return True if net and tax are this much or a part of it at the same rate; the whole is exact."""
        whole = sum((each.tax for each in self.waiting), ZERO)
        if net == self.net or tax > whole or net > self.net or not self.net:
            return net == self.net and tax == whole
        return abs(Fraction(tax) - Fraction(net) * Fraction(whole) / self.net) <= Fraction(unit)

    def taken(self, tax: Decimal, decimals: int) -> Iterator[Waiting]:
        """Yield what of each account a red invoice of so much tax takes: its share of what is left."""
        parts = shares(tax, [each.tax for each in self.waiting], decimals)
        for each, part in zip(self.waiting, parts, strict=True):
            if not part:
                continue
            units = each.units
            if units is not None and part != each.tax:
                units = round_to(Fraction(units) * Fraction(part) / Fraction(each.tax), places(units))
            yield replace(each, tax=part, units=units)


def _groups(credit: TaxToCredit) -> Iterator[_Group]:
    """Yield what one red invoice may be for: all that waits, the lines of one rate, or one line."""
    yield _Group(Fraction(credit.net_left), credit.waiting)
    lines: dict[str | None, list[Waiting]] = {}
    for each in credit.waiting:
        lines.setdefault(each.line, []).append(each)
    rates: dict[Fraction, list[str | None]] = {}
    for line in lines:
        net, whole = credit.nets.get(line, ZERO), credit.taxes.get(line, ZERO)
        rate = Fraction(round(Fraction(whole) / Fraction(net), 3)) if net else Fraction(0)
        rates.setdefault(rate, []).append(line)
    for wanted in (*rates.values(), *([line] for line in lines)):
        own = tuple(each for line in wanted for each in lines[line])
        left = sum((_net_left(credit, line, lines[line]) for line in wanted), Fraction(0))
        yield _Group(left, own)


def _net_left(credit: TaxToCredit, line: str | None, waiting: Sequence[Waiting]) -> Fraction:
    """Return what is left of a line without tax: in proportion to what is left of its tax."""
    whole = Fraction(credit.taxes.get(line, ZERO))
    left = sum((Fraction(each.tax) for each in waiting), Fraction(0))
    return Fraction(credit.nets.get(line, ZERO)) * left / whole if whole else Fraction(0)
