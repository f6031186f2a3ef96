"""Whether an event is new, posted before, or at odds with what was posted under its id or its content."""

from __future__ import annotations

from collections.abc import Mapping

from returnledger.books import Books
from returnledger.events import Event
from returnledger.facts import Identity
from returnledger.findings import Span
from returnledger.rows import Posted


def identity_of(
    event: Event, books: Books, ids: Mapping[str, Span], digests: Mapping[str, Span], in_files: frozenset[str]
) -> Identity:
    """Return what is known of an event's id and content.

    `ids` and `digests` are those of the input so far; `in_files` are the digests of every event the input still has.
    """
    same = books.posted.get(event.id, [None])[0] if event.id else None
    posted_as = books.digests.get(event.digest)
    twice = digests.get(event.digest)
    if posted_as is not None and twice is None:
        first = books.posted[posted_as][0]
        if first.source == event.file or (event.given_id and posted_as == event.id):
            return Identity(posted=True)
        return Identity(same_content=posted_as)
    if twice is not None:
        return Identity(twice_in_file=twice)
    if event.id in ids:
        return Identity(same_id_in_input=ids[event.id])
    if same is not None:
        return Identity(same_id=same, same_id_differs=_differences(books.canonicals.get(event.id, {}), event))
    return Identity(edited=_edited(event, books, in_files))


def _differences(posted: Mapping[str, object], event: Event) -> tuple[tuple[str, str, str], ...]:
    """Return each field in which a posted event and the one in the file differ, with both values as written."""
    wanted = event.canonical
    names = [name for name in (*posted, *wanted) if name != "source" and posted.get(name) != wanted.get(name)]
    return tuple((name, _said(posted.get(name)), _said(wanted.get(name))) for name in dict.fromkeys(names))


def _said(value: object) -> str:
    return "nothing" if value is None else value if isinstance(value, str) else str(value)


def _edited(event: Event, books: Books, in_files: frozenset[str]) -> Posted | None:
    """Return the posted event that this one seems to be an edited form of: same file, kind, reference, item, date."""
    for posted_id in books.by_source.get((event.file, event.kind.value, event.reference), ()):
        entry = books.posted[posted_id][0]
        if (
            entry.dated != event.body.date
            or books.digest_by_id.get(posted_id) in in_files
            or books.digest_by_id.get(posted_id) in books.still_said
            or not _same_items(entry, event)
        ):
            continue
        if not books.is_void(posted_id):
            return entry
    return None


def _same_items(entry: Posted, event: Event) -> bool:
    """Return True if the posted entry is about the SKUs the event names (or the event names none)."""
    customer = getattr(event.body, "customer", None)
    if customer and entry.customer and customer != entry.customer:
        return False
    named = {item.sku for item in event.items if item.sku}
    posted_skus = {leg.item["sku"] for leg in entry.legs if leg.item and "sku" in leg.item}
    return not named or not posted_skus or bool(named & posted_skus)
