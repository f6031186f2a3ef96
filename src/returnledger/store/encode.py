"""A sale as one compact JSON text and back; accounts and files are numbers that the store knows the names of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pydantic_core import from_json, to_json

from returnledger.findings import Span
from returnledger.roles import Role
from returnledger.rows import Invoiced, Lot, LotUnits, Money, Part, Place, Sale, SaleLine, Unbooked

Number = Callable[[str], int]  # the number that stands for a name
Name = Callable[[int], str]

_ROLES = tuple(Role)
_ROLE_NUMBER = {id(role): i for i, role in enumerate(_ROLES)}  # by identity: the hash of an enum is slow
_iso = lru_cache(maxsize=10_000)(date.isoformat)


def dump(sale: Sale, account: Number, file: Number) -> bytes:
    """Return the text of a sale, in UTF-8."""
    first = (sale.place.file, sale.place.line) if sale.place else ("", 0)
    return to_json(
        [
            _iso(sale.date),
            sale.currency,
            sale.decimals,
            [_line(line, sale, account, file) for line in sale.lines],
            *[_parts(some, account, file, *first) for some in (sale.shipping, sale.rounding, sale.unshared)],
            *[_money(m, account, file, *first) for m in (sale.receivable, sale.tenders, sale.advances, sale.settled)],
            {line: str(units) for line, units in sale.returned_by_hand.items()},
            {line: [str(net), str(tax)] for line, (net, tax) in sale.credited_by_hand.items()},
            sale.customer,
            sale.payee,
            sale.links,
            sale.tags,
            sale.metadata,
            sale.invoice,
            sale.delivered and sale.delivered.isoformat(),
            sale.shipped and sale.shipped.isoformat(),
            [file(sale.place.file), sale.place.line] if sale.place else None,
            sale.problems,
            [[file(place[0]), place[1], carried] for place, carried in sale.carried.items()],
            sale.inferred,
            _invoiced(sale.invoiced),
            *([[file(place[0]), place[1], threshold] for place, threshold in sale.coupons]),
        ]
    )


def _invoiced(by: Invoiced | None) -> list[Any] | None:
    return None if by is None else [by.currency, by.decimals, str(by.units), str(by.amount)]


def _place(place: Place | None, number: Number, file: str, line: int) -> int | list[int] | None:
    """Return a place shortly: as the distance in lines from a first one in the same file, else as file and line."""
    if place is None:
        return None
    return place[1] - line if place[0] == file else [number(place[0]), place[1]]


def _read_place(text: Any, first: tuple[str, int], file: Name) -> Place | None:
    if text is None:
        return None
    return (first[0], first[1] + text) if type(text) is int else (file(text[0]), text[1])


def _lots(lots: Sequence[LotUnits], account: Number, number: Number, file: str, line: int) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for x in lots:
        lot, place = x.lot, x.place
        at = place[1] - line if place and place[0] == file else _place(place, number, file, line)
        row = [
            account(x.account),
            x.commodity,
            str(lot.number),
            lot.currency,
            _iso(lot.date),
            lot.label,
            str(x.units),
            at,
        ]
        if x.shipped:
            row.append(str(x.shipped))
        rows.append(row)
    return rows


def _line(line: SaleLine, sale: Sale, account: Number, number: Number) -> list[Any]:
    # This makes the text of half a million lines: only plain lists, and nothing asked twice.
    file, first = line.place.file, line.place.line
    price, unbooked = line.unit_price, line.unbooked
    row: list[Any] = [
        line.line,
        line.sku,
        line.commodity,
        str(line.units),
        None if line.date == sale.date else str(line.date),
        _parts(line.parts, account, number, file, first),
        _parts(line.cogs, account, number, file, first),
        _lots(line.lots, account, number, file, first),
        number(file),
        first,
        None if price is None else str(price),
        line.serials,
    ]
    if line.invoiced is not None or unbooked is not None:
        row.append(None if line.invoiced is None else str(line.invoiced))
        row.append(_lots(line.afloat, account, number, file, first))
    if unbooked is not None:
        said = unbooked.said
        cost: list[Any] = (
            [] if said is None else [str(said.amount), said.currency, _place(said.place, number, file, first)]
        )
        row.append([int(unbooked.counted), *cost])
    return row


def _parts(parts: Sequence[Part], account: Number, number: Number, file: str, line: int) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for part in parts:
        place = part.place
        at = place[1] - line if place and place[0] == file else _place(place, number, file, line)
        row = [_ROLE_NUMBER[id(part.role)], account(part.account), str(part.amount), part.currency, at]
        if part.units is not None:
            row += (str(part.units), part.commodity)
        rows.append(row)
    return rows


def _money(moneys: Sequence[Money], account: Number, number: Number, file: str, line: int) -> list[list[Any]]:
    return [
        [account(m.account), str(m.amount), m.currency, _iso(m.date), _place(m.place, number, file, line), *_more(m)]
        for m in moneys
    ]


def _more(money: Money) -> list[Any]:
    """Return the end of a row of money: nothing for nearly all; role, units and what it settled for few."""
    role = _ROLE_NUMBER[id(money.role)] if money.role else None
    if money.units is None and money.settled is None:
        return [role] if money.role else []
    units = (None, None) if money.units is None else (str(money.units), money.commodity)
    return [role, *units, None if money.settled is None else str(money.settled)]


def read(order: str, text: bytes, account: Name, file: Name) -> Sale:
    """Return the sale that `dump` made the text of."""
    (
        day, currency, decimals, lines, shipping, rounding, unshared, receivable, tenders, advances, settled, by_hand, credits, customer,
        payee, links, tags,
        metadata, invoice, delivered, shipped, place, problems, carried, inferred, by, *coupons,
    ) = from_json(text)  # fmt: skip
    sold = date.fromisoformat(day)
    first = (file(place[0]), place[1]) if place else ("", 0)
    return Sale(
        order=order,
        date=sold,
        currency=currency,
        decimals=decimals,
        lines=tuple(_read_line(order, sold, line, account, file) for line in lines),
        shipping=_read_parts(shipping, account, first, file),
        rounding=_read_parts(rounding, account, first, file),
        unshared=_read_parts(unshared, account, first, file),
        receivable=_read_money(receivable, account, first, file),
        tenders=_read_money(tenders, account, first, file),
        advances=_read_money(advances, account, first, file),
        settled=_read_money(settled, account, first, file),
        returned_by_hand={line: Decimal(units) for line, units in by_hand.items()},
        credited_by_hand={line: (Decimal(net), Decimal(tax)) for line, (net, tax) in credits.items()},
        customer=customer,
        payee=payee,
        links=tuple(links),
        tags=tuple(tags),
        metadata=metadata,
        invoice=invoice,
        delivered=date.fromisoformat(delivered) if delivered else None,
        shipped=date.fromisoformat(shipped) if shipped else None,
        place=Span(*first) if place else None,
        problems=tuple((code, values) for code, values in problems),
        carried={(file(f), line): tuple((key, value) for key, value in own) for f, line, own in carried},
        inferred=tuple((code, values) for code, values in inferred),
        coupons=tuple(((file(at), line), threshold) for at, line, threshold in coupons),
        invoiced=Invoiced(by[0], by[1], Decimal(by[2]), Decimal(by[3])) if by else None,
    )


def _read_line(order: str, sold: date, row: list[Any], account: Name, file: Name) -> SaleLine:
    name, sku, commodity, units, day, parts, cogs, lots, in_file, lineno, price, serials, *more = row
    first = (file(in_file), lineno)
    return SaleLine(
        order=order,
        line=name,
        sku=sku,
        commodity=commodity,
        units=Decimal(units),
        date=date.fromisoformat(day) if day else sold,
        parts=_read_parts(parts, account, first, file),
        cogs=_read_parts(cogs, account, first, file),
        lots=_read_lots(lots, account, first, file),
        place=Span(*first),
        unit_price=None if price is None else Decimal(price),
        serials=tuple(serials),
        invoiced=Decimal(more[0]) if more and more[0] else None,
        afloat=_read_lots(more[1], account, first, file) if more else (),
        unbooked=_read_unbooked(more[2], first, file) if len(more) > 2 else None,
    )


def _read_unbooked(row: list[Any], first: Place, file: Name) -> Unbooked:
    counted, *said = row
    if not said:
        return Unbooked(None, bool(counted))
    amount, currency, at = said
    return Unbooked(Part(Role.COGS, "", Decimal(amount), currency, _read_place(at, first, file)), bool(counted))


def _read_lots(lots: list[Any], account: Name, first: Place, file: Name) -> tuple[LotUnits, ...]:
    return tuple(
        LotUnits(
            account(a),
            c,
            Lot(Decimal(number), currency, date.fromisoformat(bought), label),
            Decimal(n),
            _read_place(at, first, file),
            date.fromisoformat(shipped[0]) if shipped else None,
        )
        for a, c, number, currency, bought, label, n, at, *shipped in lots
    )


def _read_parts(parts: list[Any], account: Name, first: Place, file: Name) -> tuple[Part, ...]:
    return tuple(
        Part(_ROLES[role], account(a), Decimal(amount), currency, _read_place(at, first, file), *_decimal(*written))
        for role, a, amount, currency, at, *written in parts
    )


def _read_money(moneys: list[Any], account: Name, first: Place, file: Name) -> tuple[Money, ...]:
    return tuple(
        Money(
            account(a),
            Decimal(amount),
            currency,
            date.fromisoformat(day),
            _read_place(at, first, file),
            *_read_more(*more),
        )
        for a, amount, currency, day, at, *more in moneys
    )


def _read_more(
    role: int | None = None, units: str | None = None, commodity: str | None = None, settled: str | None = None
) -> tuple[Role | None, Decimal | None, str | None, Decimal | None]:
    named = None if role is None else _ROLES[role]
    return named, *_decimal(units, commodity), None if settled is None else Decimal(settled)


def _decimal(units: str | None = None, commodity: str | None = None) -> tuple[Decimal | None, str | None]:
    return None if units is None else Decimal(units), commodity
