"""The rows of sales: one per order with all that is known of it, one per line, and by which names orders are found."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from beancount.core.data import Transaction

from returnledger.money import ZERO
from returnledger.roles import Role
from returnledger.rows import Sale, Unbooked
from returnledger.sales import Recognition
from returnledger.sales.references import References
from returnledger.store.encode import dump

REFERENCE = "INSERT INTO reference VALUES (?,?,?)"

_CHUNK = 16  # sales inserted at a time: few, so that they are still near the processor when they are written


class Numbers(dict[str, int]):
    """The number of each name of one table, given at first use; `new` are those not in the table yet."""

    def __init__(self, known: Mapping[str, int]) -> None:
        """Start with the numbers that are in the table."""
        super().__init__(known)
        self.new: list[tuple[int, str]] = []

    def __missing__(self, name: str) -> int:
        """Give a new name the next number."""
        number = self[name] = len(self) + 1
        self.new.append((number, name))
        return number


def save_sales(
    db: sqlite3.Connection,
    sales: Iterator[tuple[Sale, tuple[str, ...]]],
    how: Recognition,
    accounts: Numbers,
    files: Numbers,
    number_of: Callable[[str], int] | None = None,
) -> None:
    """Insert sales with their lines and names; `number_of` gives the number of an order, else they are counted."""
    channel, country = how.key("channel"), how.key("country")
    output_vat, inventory = Role.OUTPUT_VAT, Role.INVENTORY
    number = 0
    while chunk := list(islice(sales, _CHUNK)):
        heads: list[tuple[Any, ...]] = []
        lines: list[tuple[Any, ...]] = []
        names: list[tuple[str, int]] = []
        for sale, aliases in chunk:
            number = number + 1 if number_of is None else number_of(sale.order)
            meta = sale.metadata
            head = (sale.customer, meta.get(channel), meta.get(country), sale.currency)
            body = dump(sale, accounts.__getitem__, files.__getitem__)
            payee = sale.payee if sale.payee != sale.customer else None
            sold = sale.date.isoformat()
            heads.append((number, sale.order, sold, *head, body, payee))
            names.extend((name, number) for name in dict.fromkeys((sale.order, *aliases)))
            day, currency = sale.date, sale.currency
            for n, line in enumerate(sale.lines):
                revenue = tax = cost = ZERO
                for part in line.parts:
                    if part.role is output_vat:
                        tax -= part.amount
                    else:
                        revenue -= part.amount
                for part in line.cogs:
                    if part.currency == currency and part.role is not inventory:
                        cost += part.amount
                own = sold if line.date is day or line.date == day else line.date.isoformat()
                lines.append(
                    (
                        number, n, line.line, line.sku, line.commodity, own, str(line.units), str(revenue), str(tax),
                        str(cost), None if line.unbooked is None else _unbooked(line.unbooked),
                    )
                )  # fmt: skip
        db.executemany("INSERT INTO sale VALUES (?,?,?,?,?,?,?,?,?)", heads)
        db.executemany("INSERT INTO sale_line VALUES (?,?,?,?,?,?,?,?,?,?,?)", lines)
        db.executemany("INSERT INTO order_name VALUES (?,?)", names)


def _unbooked(cost: Unbooked) -> str:
    """Return of a line without a cost of its own whether its units are counted, and what metadata says it cost."""
    return f"{int(cost.counted)} {cost.said.amount if cost.said else ''}"


def reference_rows(
    transactions: Iterable[Transaction], names: References, files: Mapping[str, int], nameless: list[Transaction]
) -> Iterator[tuple[str, int, int]]:
    """Yield by which names each transaction may be drawn into one order with others, and where it stands.

    Those without a name are added to `nameless`.
    """
    for transaction in transactions:
        found = names(transaction)
        if found:
            meta = transaction.meta
            file, line = files[str(meta.get("filename", ""))], meta.get("lineno") or 0
            for name in found:
                yield name, file, line
        else:
            nameless.append(transaction)
