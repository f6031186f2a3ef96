"""What stands in the way of a count, and what can't be booked of it, each with what to do instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from returnledger.books import Books
from returnledger.context import Context
from returnledger.counting import Compared, Holding, accounts_of, units_of
from returnledger.events.stock import Count
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase
from returnledger.money import plain, show
from returnledger.stepfindings import step_refused
from returnledger.terms import Cause


def obstacles(facts: Facts, shelf: Sequence[Holding], books: Books, context: Context) -> Iterator[Finding]:
    """Yield what stands in the way of a count, each with what to do instead."""
    event, body = facts.event, facts.event.body
    counts: tuple[Count, ...] = body.counts  # type: ignore[attr-defined]
    if not accounts_of(facts, books) and not shelf:
        yield step_refused(
            facts,
            event.kind.value,
            Phrase("no stock account or place is called that"),
            Phrase("write an account that `returnledger report stocktake` lists"),
        )
        return
    if not counts:
        yield step_refused(
            facts, event.kind.value, Phrase("nothing is counted"), Phrase("add `counts: [{{sku: …, qty: …}}]`")
        )
    for count in counts:
        said = {"sku": count.sku, "unit": count.unit or ""}
        if count.qty < 0:
            yield step_refused(
                facts, "counts", Phrase("fewer than none of {sku} are counted", said), Phrase("write what is there")
            )
        if units_of(count, context) is None:
            yield step_refused(
                facts,
                "counts",
                Phrase("nothing says how many {sku} one {unit} holds", said),
                Phrase("write single units, or `packs:` of {sku} in the products file", said),
            )
    if body.cause is Cause.MISMANAGEMENT and body.input_vat is None:  # type: ignore[attr-defined]
        yield step_refused(
            facts,
            "cause",
            Phrase("bad management lost the goods, and nothing says what input tax was deducted on them"),
            Phrase("add `input_vat:`, 0.00 where none was deducted"),
        )
    if body.input_vat is not None and (body.cause is not Cause.MISMANAGEMENT or body.input_vat < 0):  # type: ignore[attr-defined]
        yield step_refused(
            facts,
            "input_vat",
            Phrase("input tax is transferred out where bad management lost goods, and it is not below zero"),
            Phrase("add `cause: mismanagement`, or leave `input_vat` out"),
        )


def wrong(facts: Facts, made: Iterable[Compared]) -> Iterator[Finding]:
    """Yield what can't be booked of a count."""
    body, short = facts.event.body, False
    for each in made:
        short = short or bool(each.missing)
        said = {"sku": each.count.sku, "units": plain(each.counted - each.booked)}
        if each.counted > each.booked and each.found is None:
            yield step_refused(
                facts,
                "counts",
                Phrase("{units} {sku} are there that the books don't have, and nothing says what they cost", said),
                Phrase("add `cost:` to the count of {sku}; name an account where `stocktake` names none", said),
            )
    tax: Decimal | None = body.input_vat  # type: ignore[attr-defined]
    if tax and not short:
        said = {"amount": show(tax, facts.settings.operating_currency)}
        yield step_refused(
            facts,
            "input_vat",
            Phrase("nothing is missing, and {amount} of input tax is transferred out", said),
            Phrase("leave `input_vat` out"),
        )
