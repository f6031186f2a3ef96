"""Registers of sales beside a ledger: which file is one, and the sales that it holds."""

from __future__ import annotations

from pathlib import Path

from returnledger.findings import Finding, Refused, has_errors
from returnledger.products import Products
from returnledger.registerfile import is_register, read_register
from returnledger.rows import Sale
from returnledger.sales.register import sales_of
from returnledger.settings import Settings
from returnledger.store.register import bookkeeping, content

_HEAD = 1 << 16  # bytes in which the first row must end


def found(folder: Path) -> tuple[str, ...]:
    """Return the CSV files of a folder whose first row is that of a register of sales."""
    return tuple(path.name for path in sorted(folder.glob("*.csv")) if path.is_file() and is_register(_head(path)))


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD).partition(b"\n")[0]
    except OSError:
        return b""


def listed(settings: Settings, products: Products, folder: Path, shown: str) -> tuple[list[Sale], list[Finding]]:
    """Return the sales of the register that the settings name, and what is wrong in it; nothing where they name none.

    `shown` is its path as findings name it.
    """
    name = settings.sales.register_file
    if name is None:
        return [], []
    path = folder / name
    try:
        raw = content(settings, path, shown)
    except Refused as refused:
        return [], list(refused.findings)
    rows, findings, _ = read_register(raw, shown, settings.operating_currency, settings.methods)
    if has_errors(findings):
        return [], findings
    return list(sales_of(rows, bookkeeping(settings, products, str(path)))), findings
