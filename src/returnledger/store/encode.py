"""A sale as one compact JSON text and back; accounts and files are numbers that the store knows the names of."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from returnledger.findings import Span
from returnledger.rows import Invoiced, Lot, LotUnits, Money, Part, Place, Sale, SaleLine, Unbooked
from returnledger.terms import Role

Number = Callable[[str], int]  # the number that stands for a name
Name = Callable[[int], str]

_ROLES = tuple(Role)
_ROLE_NUMBER = {id(role): i for i, role in enumerate(_ROLES)}  # by identity: the hash of an enum is slow
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_quoted = lru_cache(maxsize=50_000)(_encode)  # of a text: the same SKUs and currencies come again and again
_iso = lru_cache(maxsize=10_000)(date.isoformat)


def dump(sale: Sale, account: Number, file: Number) -> str:
    """Return the text of a sale."""
    lines = ",".join([_line(line, sale, account, file) for line in sale.lines])
    rest = _encode(
        [
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
        ]
    )
    first = (sale.place.file, sale.place.line) if sale.place else ("", 0)
    parts = ",".join(
        [f"[{_parts(some, account, file, *first)}]" for some in (sale.shipping, sale.rounding, sale.unshared)]
    )
    money = ",".join(
        [
            f"[{_money(some, account, file, *first)}]"
            for some in (sale.receivable, sale.tenders, sale.advances, sale.settled)
        ]
    )
    return f'["{sale.date}",{_quoted(sale.currency)},{sale.decimals},[{lines}],{parts},{money},{rest[1:]}'


def _invoiced(by: Invoiced | None) -> list[Any] | None:
    return None if by is None else [by.currency, by.decimals, str(by.units), str(by.amount)]


def _place(place: Place | None, number: Number, file: str, line: int) -> int | str:
    """Return a place written shortly: as the distance in lines from a first one in the same file, else as file and line."""
    if place is None:
        return "null"
    return place[1] - line if place[0] == file else f"[{number(place[0])},{place[1]}]"


def _read_place(text: Any, first: tuple[str, int], file: Name) -> Place | None:
    if text is None:
        return None
    return (first[0], first[1] + text) if type(text) is int else (file(text[0]), text[1])


def _lots(lots: Sequence[LotUnits], account: Number, number: Number, file: str, line: int) -> str:
    return ",".join(
        [
            f'[{account(x.account)},{_quoted(x.commodity)},"{x.lot.number!s}",{_quoted(x.lot.currency)},'
            f'"{_iso(x.lot.date)}",{_quoted(x.lot.label)},"{x.units!s}",{_place(x.place, number, file, line)}'
            + (f',"{x.shipped!s}"]' if x.shipped else "]")
            for x in lots
        ]
    )


def _line(line: SaleLine, sale: Sale, account: Number, number: Number) -> str:
    # Written by hand: this is the text of half a million lines, and json's encoder would take a quarter of all the time.
    day = "null" if line.date == sale.date else f'"{line.date}"'
    file, first = line.place.file, line.place.line
    price = "null" if line.unit_price is None else f'"{line.unit_price!s}"'
    serials = _encode(line.serials) if line.serials else "[]"
    more = ""
    if line.invoiced is not None:
        more = f',"{line.invoiced!s}",[{_lots(line.afloat, account, number, file, first)}]'
    if line.unbooked is not None:
        said = line.unbooked.said
        cost = (
            ""
            if said is None
            else f',"{said.amount!s}",{_quoted(said.currency)},{_place(said.place, number, file, first)}'
        )
        more = f"{more or ',null,[]'},[{int(line.unbooked.counted)}{cost}]"
    return (
        f"[{_quoted(line.line)},{_quoted(line.sku)},{_quoted(line.commodity)},"
        f'"{line.units!s}",{day},[{_parts(line.parts, account, number, file, first)}],'
        f"[{_parts(line.cogs, account, number, file, first)}],[{_lots(line.lots, account, number, file, first)}],"
        f"{number(file)},{first},{price},{serials}{more}]"
    )


def _parts(parts: Sequence[Part], account: Number, number: Number, file: str, line: int) -> str:
    return ",".join(
        [
            f'[{_ROLE_NUMBER[id(part.role)]},{account(part.account)},"{part.amount!s}",{_quoted(part.currency)},'
            f"{_place(part.place, number, file, line)}{'' if part.units is None else _written(part)}]"
            for part in parts
        ]
    )


def _money(moneys: Sequence[Money], account: Number, number: Number, file: str, line: int) -> str:
    return ",".join(
        [
            f'[{account(m.account)},"{m.amount!s}",{_quoted(m.currency)},"{m.date!s}",'
            f"{_place(m.place, number, file, line)}{_more(m)}"
            for m in moneys
        ]
    )


def _more(money: Money) -> str:
    """Return the end of a row of money: nothing but its bracket for nearly all; role, units and what it settled for few."""
    if money.units is None and money.settled is None:
        return f",{_ROLE_NUMBER[id(money.role)]}]" if money.role else "]"
    role = _ROLE_NUMBER[id(money.role)] if money.role else "null"
    settled = "null" if money.settled is None else f'"{money.settled!s}"'
    return f",{role}{_written(money) or ',null,null'},{settled}]"


def _written(row: Part | Money) -> str:
    """Return what was written with a price, for the few amounts that have one."""
    return "" if row.units is None else f',"{row.units!s}",{_quoted(row.commodity)}'


def read(order: str, text: str, account: Name, file: Name) -> Sale:
    """Return the sale that `dump` made the text of."""
    (
        day, currency, decimals, lines, shipping, rounding, unshared, receivable, tenders, advances, settled, by_hand, credits, customer,
        payee, links, tags,
        metadata, invoice, delivered, shipped, place, problems, carried, inferred, by,
    ) = json.loads(text)  # fmt: skip
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
