"""Under which metadata keys a ledger keeps SKU, quantity, customer and the rest: by their spelling, else by what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from returnledger.detect.hints import DIMENSION, HEAD_KEYS, LINE_KEYS
from returnledger.detect.sample import Sample, Seen
from returnledger.products import commodity_of
from returnledger.sales.postings import Posting
from returnledger.sales.values import number_of, text_of

KNOWN = frozenset(key for known in (LINE_KEYS, HEAD_KEYS) for spellings in known.values() for key in spellings)

_LOOKED_AT = 3000
_LONG = 4  # digits of a number that may name goods
_AGREE = 0.8  # share of postings in which a key must say what it is taken for


def read(sample: Sample) -> dict[str, str]:
    """Return the metadata keys that are not the usual ones, by what they hold."""
    step = max(1, len(sample.sales) // _LOOKED_AT)
    looked_at = sample.sales[::step]
    heads = Counter(key for seen in looked_at for key in seen.transaction.meta)
    lines = Counter(key for seen in looked_at for posting in _line_postings(seen) for key in posting.meta or ())
    found: dict[str, str] = {}
    for known, counted in ((LINE_KEYS, lines), (HEAD_KEYS, heads)):
        for meaning, spellings in known.items():
            used = [key for key in spellings if counted[key]]
            if not used and known is HEAD_KEYS and not any(heads[key] for key in spellings):
                continue
            if not used and known is LINE_KEYS:
                used = [key for key in spellings if heads[key]]  # a sale of one line may say it of itself
                counted = counted + Counter({key: heads[key] for key in used})
            if used and used[0] != spellings[0]:
                found[meaning] = max(used, key=lambda key: counted[key])
    told = {key: meaning for meaning, key in _told(looked_at).items() if meaning not in found}
    for key, meaning in told.items():
        if not lines[LINE_KEYS[meaning][0]] and key not in found.values():
            found[meaning] = key
    return found


def _line_postings(seen: Seen) -> Iterator[Any]:
    yield from seen.stock
    yield from seen.income


def _told(looked_at: Sequence[Seen]) -> dict[str, str]:
    """Return the keys, whatever their spelling, that say the SKU of a posting's commodity or the units that left."""
    seen_with: Counter[str] = Counter()
    agrees: dict[str, Counter[str]] = {"sku": Counter(), "quantity": Counter()}
    for seen in looked_at:
        commodities = {p.units.currency for p in seen.stock}
        units = {abs(p.units.number) for p in seen.stock}
        for posting in (*seen.stock, *seen.income):
            for key, value in (posting.meta or {}).items():
                if key in ("filename", "lineno") or key[:2] == "__" or key in KNOWN:
                    continue
                seen_with[key] += 1
                own = {posting.units.currency} if posting.cost is not None else commodities
                if isinstance(value, str) and value and own.intersection((value, commodity_of(value))):
                    agrees["sku"][key] += 1
                number = None if isinstance(value, str) and not value.isdigit() else number_of(value)
                if number is not None and number in units:
                    agrees["quantity"][key] += 1
    found: dict[str, str] = {}
    for meaning, counts in agrees.items():
        best = max(counts, key=lambda key: (counts[key], key), default=None)
        if best is not None and counts[best] >= _AGREE * seen_with[best] and counts[best] > 1:
            found[meaning] = best
    if "sku" not in found:
        for key in _one_to_one(looked_at):
            found["sku"] = key
    return found


def _one_to_one(looked_at: Sequence[Seen]) -> list[str]:
    """Return the key that names goods otherwise than their commodities do, such as by barcode; none where two might.

    Each value is one commodity's and each commodity has one value, and what revenue says of a sale its goods say too.
    """
    pairs: dict[str, set[tuple[str, str]]] = {}
    differs: set[str] = set()
    for seen in looked_at:
        by_key: dict[str, set[str]] = {}
        for posting in seen.stock:
            for key, value in _texts(posting):
                pairs.setdefault(key, set()).add((value, posting.units.currency))
                by_key.setdefault(key, set()).add(value)
        said = {pair for posting in seen.income for pair in _texts(posting)}
        differs |= {key for key in by_key if by_key[key] != {value for of, value in said if of == key}}
    alike = []
    for key, found in pairs.items():
        values, commodities = {value for value, _ in found}, {commodity for _, commodity in found}
        if len(found) > 1 and len(values) == len(commodities) == len(found) and key not in differs:
            alike.append(key)
    return alike if len(alike) == 1 else []


def _texts(posting: Posting) -> Iterator[tuple[str, str]]:
    """Yield the metadata of a posting that are text and may name goods: the number of a line is too short for that."""
    for key, value in (posting.meta or {}).items():
        if key in ("filename", "lineno") or key[:2] == "__" or key in KNOWN or not isinstance(value, str):
            continue
        if value and not (value.isdecimal() and len(value) < _LONG):
            yield key, value


def dimensions(sample: Sample, taken: Mapping[str, str], orders: frozenset[str]) -> dict[str, int]:
    """Return the metadata keys by which sales are told apart in figures, each with how many values it has.

    Such a key stands on most sales with few values, and is called like a department, store or project, or stands on
    postings too.
    """
    heads: dict[str, Counter[str]] = {}
    on_postings: Counter[str] = Counter()
    for seen in sample.sales:
        for key, value in seen.transaction.meta.items():
            if key not in ("filename", "lineno") and key[:2] != "__" and not isinstance(value, Decimal):
                heads.setdefault(key, Counter())[text_of(value)] += 1
        on_postings.update({key for posting in seen.transaction.postings for key in posting.meta or ()})
    used = set(taken.values()) | orders | KNOWN
    found = {}
    for key, values in heads.items():
        if key in used or values.total() < 0.5 * len(sample.sales):
            continue
        named = bool(DIMENSION.fullmatch(key))
        if not named and not (on_postings[key] and 1 < len(values) <= max(2, values.total() // 3)):
            continue
        found[key] = len(values)
    return found
