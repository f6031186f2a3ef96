"""Plans an exchange: goods of an order come back, and others of the same price go out for them.

No revenue moves: another thing at the same price, in another colour or size, is no return (IFRS 15 B26). Goods of another
price are a return and a sale. Of a case the goods came in before, or are still to come, unless the event says how they were
found: then they come in with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from returnledger import checks, rules
from returnledger.decide import decide_item
from returnledger.draws import Taken
from returnledger.entry import entry
from returnledger.events import Event
from returnledger.events.canonical import canonical_text
from returnledger.exchanged import AFTER, exchanges_in_order
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase
from returnledger.kinds.goods_out import goods_out, not_allowed
from returnledger.kinds.onestep import failed
from returnledger.kinds.returned import asked, case_of, incomplete, named_items, passing
from returnledger.kinds.sold_instead import sold_instead
from returnledger.kinds.stepped import Pairs, document_of, finished
from returnledger.legs import Leg
from returnledger.money import ZERO, plain, show
from returnledger.onward import items_named
from returnledger.openday import on_open_day
from returnledger.planned import PlannedEvent, decision_text
from returnledger.planrun import Run, head_of, may_restock_in, once, refused, waive
from returnledger.rows import LotUnits
from returnledger.stepfindings import step_refused
from returnledger.terms import Goods, Swap
from returnledger.warranties import provided


def exchanged(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of an exchange."""
    event, of_case = base.event, bool(run.books.case_of(base.event.reference))
    items = on_open_day(base, lambda own: items_named(own, run.books, run.context), run)
    found, before = asked(items)
    if found or incomplete(items) or any(facts.policy is None for facts in items):
        return refused(event, items, waive(event, items, [*found, *before], None)[0])
    stays = items[0].goods is Goods.KEPT
    apart = of_case and not stays and (not _seen(event) or any(facts.met_units for facts in items))
    if _swap(items[0]) is Swap.DIFFERENT:
        return sold_instead(base, run, apart=apart)
    apart = apart or stays
    before += list(_not_alike(items))
    out, missing = _out(items, run)
    before += [*missing, *_valued(items, apart=apart)]
    decided = [(facts, decide_item(facts, may_restock_in(run))) for facts in items]
    if apart:  # where the goods go their inspection says
        decided = [(facts, replace(decision, disposition=None, placed=())) for facts, decision in decided]
    document = document_of(decided)
    pairs = [(facts, replace(decision, document=document)) for facts, decision in decided]
    findings = before + [finding for facts, decision in pairs for finding in checks.ask_decided(facts, decision)]
    kept, waived = waive(event, items, findings, document)
    planned = PlannedEvent(
        event, "refused", case_of(items[0]), tuple(f for f, _ in pairs), tuple(d for _, d in pairs), None, waived=waived,
        findings=tuple(once(kept)),
    )  # fmt: skip
    if failed(kept):
        return planned
    sale = items[0].sale
    assert sale is not None
    head = head_of(event, items[0], 1, sale.order, named_items(pairs), run)
    legs = list(_legs(pairs, out, run, apart=apart))
    text, decision = canonical_text(event.canonical), decision_text(planned)
    head = replace(head, event=text, decision=decision, window_end=planned.window_end)
    made = entry(head, passing(legs, sale.order, document, run), _said(items[0], run))
    return finished(planned, (made,), kept, run)


def _seen(event: Event) -> bool:
    """Return True if the event itself says how the goods were found: then they are there, and come in with it."""
    return event.body.received is not None or any(item.condition is not None for item in event.items)


def _said(facts: Facts, run: Run) -> dict[str, str]:
    """Return what the entry says of itself: what kind of exchange it is, and which one of the order stood before it."""
    assert facts.sale is not None
    before = exchanges_in_order(run.books.by_order.get(facts.sale.order, ()))
    return {"as": _swap(facts).value, **({AFTER: before[-1].id} if before else {})}


def _swap(facts: Facts) -> Swap:
    body = facts.event.body
    said: Swap | None = getattr(body, "as", None)
    if said is not None:
        return said
    same = all(out.sku in (facts.line.sku, facts.line.commodity) for out in body.out if facts.line)  # type: ignore[attr-defined]
    return Swap.LIKE_FOR_LIKE if same and not _at_another_price(facts) else Swap.DIFFERENT


def _at_another_price(facts: Facts) -> bool:
    """Return True if what goes out is said to have another price than what comes back."""
    prices = [out.price_incl_tax for out in facts.event.body.out if out.price_incl_tax is not None]  # type: ignore[attr-defined]
    return any(price != facts.price_incl_tax for price in prices)


def _not_alike(items: Sequence[Facts]) -> Iterator[Finding]:
    """Yield the finding that goods of another price go out, or for several lines at once nobody says which."""
    first = items[0]
    if first.event.body.out and len(items) > 1:  # type: ignore[attr-defined]
        obstacle = Phrase("several lines come back, and `out` does not say for which of them it goes out")
        yield step_refused(first, "out", obstacle, Phrase("write one event for each line"))
    if _at_another_price(first):
        said = {"own": show(first.price_incl_tax or ZERO, first.sale.currency if first.sale else "")}
        alike = Phrase("what goes out is said to have another price than what comes back, {own}", said)
        yield not_allowed(first, alike, Phrase("leave `price_incl_tax` out, or write `as: different`"))


def _valued(items: Sequence[Facts], *, apart: bool) -> Iterator[Finding]:
    """Yield the finding that goods are said to be worth something before anybody looks at them."""
    if apart and items[0].now is not None and any(f.item is not None and f.item.value is not None for f in items):
        said = {"case": items[0].now.id}
        early = Phrase("what goods are worth is for their inspection to say, and this step does not take them in")
        yield not_allowed(items[0], early, Phrase("write `value:` at `inspect: {case}`", said), "value")


def _out(items: Sequence[Facts], run: Run) -> tuple[list[list[LotUnits]], list[Finding]]:
    """Return for each item the lots that go out, and what stands in their way."""
    found: list[Finding] = []
    every: list[list[LotUnits]] = []
    for facts in items:
        given = facts.event.body.out  # type: ignore[attr-defined]
        wished = [(each.sku, each.qty, each.lot) for each in given] or [(None, None, None)]
        lots: list[LotUnits] = []
        total = ZERO
        for sku, units, lot in wished:
            wanted, own, missing = goods_out(facts, sku, units, lot, run)
            total += wanted.units
            lots += own
            found += missing
        if total != (facts.quantity or ZERO):
            said = {"out": plain(total), "back": plain(facts.quantity or ZERO)}
            uneven = Phrase("{out} units go out for {back} that come back", said)
            found.append(not_allowed(facts, uneven, Phrase("write as many as come back")))
        every.append(lots)
    return every, found


def _legs(pairs: Pairs, out: Sequence[Sequence[LotUnits]], run: Run, *, apart: bool) -> Iterator[Leg]:
    taken: Taken = {}
    for (facts, decision), lots in zip(pairs, out, strict=True):
        fund = partial(provided, facts, books=run.books, taken=taken) if _swap(facts) is Swap.WARRANTY else None
        if apart:
            yield from rules.send_replacement(facts, lots, fund)
        elif fund is not None:
            yield from rules.replace_under_warranty(facts, decision, lots, fund)
        else:
            yield from rules.swap_goods(facts, decision, lots)
            yield from rules.write_down(facts, decision)
