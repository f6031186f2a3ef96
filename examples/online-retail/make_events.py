#!/usr/bin/env python3
"""Turns the credit notes of returns.csv into events.csv: one `return: auto` for each returned line of goods.

    python3 make_events.py [returns.csv [events.csv]]

The shop's credit notes name no sale, so each event says what a credit note says: customer, SKU, quantity and unit
price. Its id is the number of the credit note and of its line, so that nobody can book a line twice. Lines that are no
goods (postage, discounts) are left out. The standard library is enough.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

HERE = Path(__file__).parent
COLUMNS = ("kind", "ref", "id", "date", "customer", "sku", "qty", "price")


def event_of(row: dict[str, str]) -> tuple[str, ...]:
    """Return one returned line as a row of events.csv."""
    name = f"{row['return_invoice']}-{row['line']}"
    return "return", "auto", name, row["date"], row["customer"], row["sku"], row["qty"], row["unit_price"]


def main(arguments: list[str]) -> None:
    """Read the returned lines and write the events."""
    source = Path(arguments[0]) if arguments else HERE / "returns.csv"
    target = Path(arguments[1]) if len(arguments) > 1 else HERE / "events.csv"
    with source.open(encoding="utf-8", newline="") as file:
        events = [event_of(row) for row in csv.DictReader(file) if row["kind"] == "goods"]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(events)


if __name__ == "__main__":
    main(sys.argv[1:])
