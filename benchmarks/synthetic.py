"""Makes the ledger of an imaginary shop of any size, in monthly files, with returns to book on it.

    python benchmarks/synthetic.py OUT_DIR SALES [--returns N]

Every sale names its order by link and metadata, and its lines by `line`, `sku` and `qty`; stock is kept in an account
per SKU and its lots are named. The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

FIRST = date(2025, 1, 1)
DAYS = 365
SKUS_PER_SALE = 30  # one SKU for so many sales, at least 50
LINES = (1, 1, 1, 1, 2, 2, 3, 4)  # of a sale, about 1.9 on average
CENT = Decimal("0.01")

SETTINGS = """\
ledger: main.beancount
returns: returns/
operating_currency: GBP
accounts: {preset: general}
policies: [policies/open.yaml]
"""
POLICY = """\
policy: open
version: 1
valid_from: 2024-01-01
currency: GBP
window:
  default: {days: 730, from: sold}
condition_from_reason: {none: new}
dispositions:
  new: {to: restock}
"""
ACCOUNTS = ("Equity:Opening-Balances", "Assets:Receivable", "Income:Sales", "Liabilities:Output-VAT", "Expenses:COGS")


def make(out: Path, sales: int, returns: int = 20, *, one_file: bool = False) -> None:
    """Write a ledger of `sales` sales, settings, a policy, and `events.csv` with `returns` returns, into `out`.

    The sales are in monthly files, or, with `one_file`, everything but the returns is in the root.
    """
    chance = random.Random(sales)
    prices = prices_of(sales, chance)
    months: dict[str, list[str]] = defaultdict(list)
    sold: dict[int, int] = defaultdict(int)
    returned: list[tuple[str, ...]] = []
    every = max(1, sales // max(1, returns))
    for n in range(sales):
        day = FIRST + timedelta(days=n * DAYS // sales)
        customer = f"C{chance.randint(1, max(10, sales // 10)):06d}"
        lines = [(chance.randrange(len(prices)), chance.randint(1, 6)) for _ in range(chance.choice(LINES))]
        for sku, quantity in lines:
            sold[sku] += quantity
        months[f"{day:%Y-%m}"].append(sale(f"S{n:07d}", day, customer, lines, prices))
        if n % every == every // 2 and len(returned) < returns:
            back = min(day + timedelta(days=10), FIRST + timedelta(days=DAYS - 1))
            returned.append(
                (
                    "return",
                    "auto",
                    f"R{n:07d}",
                    back.isoformat(),
                    customer,
                    name(lines[0][0]),
                    "1",
                    str(prices[lines[0][0]]),
                )
            )
    write(out, months, sold, prices)
    if one_file:
        _join(out)
    with (out / "events.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("kind", "ref", "id", "date", "customer", "sku", "qty", "price"))
        writer.writerows(returned)


def prices_of(sales: int, chance: random.Random) -> list[Decimal]:
    """Return the price of each SKU."""
    return [Decimal(chance.randint(100, 9_999)) / 100 for _ in range(max(50, sales // SKUS_PER_SALE))]


def append_day(out: Path, sales: int) -> None:
    """Append the sales of one more day to the last file of a ledger that `make` wrote."""
    prices = prices_of(sales, random.Random(sales))
    chance, day = random.Random(-sales), FIRST + timedelta(days=DAYS - 1)
    made = []
    for n in range(sales // DAYS):
        customer = f"C{chance.randint(1, max(10, sales // 10)):06d}"
        lines = [(chance.randrange(len(prices)), 1) for _ in range(chance.choice(LINES))]
        made.append(sale(f"T{n:07d}", day, customer, lines, prices))
    file = max((out / "sales").glob("*.beancount"), default=out / "main.beancount")
    with file.open("a", encoding="utf-8") as last:
        last.write("\n" + "\n\n".join(made) + "\n")


def name(sku: int) -> str:
    """Return the SKU of a number; it is its commodity too."""
    return f"SKU-{sku:05d}"


def cost(price: Decimal) -> Decimal:
    """Return the unit cost of goods that sell at `price`: 60 % of it."""
    return (price * Decimal("0.6")).quantize(CENT)


def sale(order: str, day: date, customer: str, lines: list[tuple[int, int]], prices: list[Decimal]) -> str:
    """Return one sale as Beancount text: on credit, with 20 % tax."""
    net = sum((prices[sku] * quantity for sku, quantity in lines), Decimal(0))
    tax = (net * Decimal("0.20")).quantize(CENT)
    out = [
        f'{day} * "Customer {customer}" "Sale {order}" ^inv-{order}',
        f'  order: "{order}"',
        f'  customer: "{customer}"',
        f"  Assets:Receivable  {net + tax} GBP",
        f"  Liabilities:Output-VAT  {-tax} GBP",
    ]
    for line, (sku, quantity) in enumerate(lines, 1):
        mark = f'    line: {line}\n    sku: "{name(sku)}"'
        unit = cost(prices[sku])
        out += [
            f"  Income:Sales  {-prices[sku] * quantity} GBP\n{mark}\n    qty: {quantity}",
            f"  Expenses:COGS  {unit * quantity} GBP\n{mark}",
            f"  Assets:Inventory:{name(sku)}  {-quantity} {name(sku)} {{{unit} GBP, {lot_day(sku)}}}\n{mark}",
        ]
    return "\n".join(out)


def lot_day(sku: int) -> date:
    """Return the day on which the one lot of a SKU was bought."""
    return FIRST - timedelta(days=1 + sku % 28)


def write(out: Path, months: dict[str, list[str]], sold: dict[int, int], prices: list[Decimal]) -> None:
    """Write the files of the ledger."""
    (out / "sales").mkdir(parents=True, exist_ok=True)
    (out / "returns").mkdir(exist_ok=True)
    (out / "policies").mkdir(exist_ok=True)
    opened = FIRST - timedelta(days=60)
    accounts = [f"{opened} open {account}  GBP" for account in ACCOUNTS]
    accounts += [f'{opened} open Assets:Inventory:{name(sku)}  {name(sku)}  "FIFO"' for sku in sorted(sold)]
    (out / "accounts.beancount").write_text("\n".join(accounts) + "\n", encoding="utf-8")
    bought = []
    for sku, quantity in sorted(sold.items()):
        unit, lot = cost(prices[sku]), lot_day(sku)
        held = f"{quantity + 10} {name(sku)} {{{unit} GBP, {lot}}}"
        bought.append(
            f'{lot} * "Supplier" "Purchase of {name(sku)}"\n  Assets:Inventory:{name(sku)}  {held}\n'
            f"  Equity:Opening-Balances  {-unit * (quantity + 10)} GBP\n"
        )
    (out / "purchases.beancount").write_text("\n".join(bought), encoding="utf-8")
    for month, transactions in months.items():
        (out / "sales" / f"{month}.beancount").write_text("\n\n".join(transactions) + "\n", encoding="utf-8")
    included = [
        "accounts.beancount",
        "purchases.beancount",
        "returns/**/*.beancount",
        *(f"sales/{m}.beancount" for m in sorted(months)),
    ]
    root = 'option "title" "An imaginary shop"\noption "operating_currency" "GBP"\n'
    (out / "main.beancount").write_text(root + "".join(f'include "{file}"\n' for file in included), encoding="utf-8")
    (out / "returns" / "0000.beancount").write_text("; placeholder\n", encoding="utf-8")
    (out / "returnledger.yaml").write_text(SETTINGS, encoding="utf-8")
    (out / "policies" / "open.yaml").write_text(POLICY, encoding="utf-8")


def _join(out: Path) -> None:
    """Move everything but the returns into the root file."""
    root = out / "main.beancount"
    head = [line for line in root.read_text(encoding="utf-8").splitlines() if "sales/" not in line]
    head = [line for line in head if not line.endswith(('"accounts.beancount"', '"purchases.beancount"'))]
    files = [out / "accounts.beancount", out / "purchases.beancount", *sorted((out / "sales").iterdir())]
    with root.open("w", encoding="utf-8") as whole:
        whole.write("\n".join(head) + "\n\n")
        for file in files:
            whole.write(file.read_text(encoding="utf-8") + "\n")
            file.unlink()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("sales", type=int)
    parser.add_argument("--returns", type=int, default=20)
    given = parser.parse_args()
    make(given.out, given.sales, given.returns)
