"""The sales of a register as rows of their own, kept beside those of the ledger and read anew when the file changes."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

from returnledger import VERSION
from returnledger.findings import Finding, Refused, has_errors
from returnledger.products import Products
from returnledger.registerfile import read_register
from returnledger.roles import Role
from returnledger.sales.register import Bookkeeping, RegisterRow, sales_of
from returnledger.settings import Settings
from returnledger.store import cachefile, schema
from returnledger.store.build import insert_sales
from returnledger.textfile import gc_paused

ROLES = (Role.REVENUE, Role.OUTPUT_VAT, Role.COGS, Role.ACCOUNTS_RECEIVABLE)


def open_register(
    settings: Settings, path: Path, shown: str, products: Products, cache: Path | None, known: str = ""
) -> tuple[sqlite3.Connection | None, str]:
    """Return a database with the sales of the register at `path`, and the key of what it was made from.

    None is the database of the `known` key: nothing has changed. `shown` is the path as findings name it. Raises Refused
    with exit code 2 where the file can't be used.
    """
    raw = content(settings, path, shown)
    parts = [schema.SCHEMA_VERSION, VERSION, settings.model_dump_json(), repr(sorted(products.by_sku.items()))]
    parts += [str(path), hashlib.sha256(raw).hexdigest()]
    key = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    if key == known:
        return None, key
    if cache is not None and (kept := _kept(cache, key)) is not None:
        return kept, key
    rows, findings, _ = read_register(raw, shown, settings.operating_currency, settings.methods)
    if has_errors(findings):
        raise Refused(findings, 2)
    books = bookkeeping(settings, products, str(path))
    temporary = cachefile.temporary(cache) if cache else None
    if temporary is not None and cache is not None:
        try:
            _filled(str(temporary), rows, books, key).close()
            return cachefile.place(temporary, cache), key
        except sqlite3.OperationalError:  # the disk does not take it: memory does
            temporary.unlink(missing_ok=True)
    return _filled(":memory:", rows, books, key), key


def _kept(cache: Path, key: str) -> sqlite3.Connection | None:
    """Return the database in the cache if it was made from what has this key."""
    try:
        if cache.is_file():
            db = cachefile.connect(str(cache))
            if db.execute("SELECT value FROM meta WHERE key = 'key'").fetchone() == (key,):
                return db
            db.close()
    except (OSError, sqlite3.Error):
        pass
    return None


def _filled(name: str, rows: Sequence[RegisterRow], books: Bookkeeping, key: str) -> sqlite3.Connection:
    db = cachefile.connect(name, building=True)
    schema.create(db)
    db.execute("BEGIN")
    with gc_paused():
        insert_sales(db, ((sale, _names(sale.order, sale.invoice)) for sale in sales_of(rows, books)))
    db.execute("INSERT INTO meta VALUES ('key', ?)", (key,))
    db.execute("COMMIT")
    schema.index(db)
    return db


def _names(order: str, invoice: str | None) -> tuple[str, ...]:
    return (order, *(invoice.split(", ") if invoice else ()))


def content(settings: Settings, path: Path, shown: str) -> bytes:
    """Return what the file holds; raises Refused with exit code 2 where it can't be read."""
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        code = "file-not-read"
        if isinstance(error, FileNotFoundError):
            code = "file-missing"
        elif isinstance(error, IsADirectoryError):
            code = "file-is-folder"
        elif isinstance(error, PermissionError):
            code = "file-barred"
        raise Refused([Finding(code, settings.place("sales", "register"), {"file": shown})], 2) from error


def bookkeeping(settings: Settings, products: Products, file: str) -> Bookkeeping:
    """Return what the settings and products say of a register's sales."""
    accounts: Mapping[Role, str] = {role: settings.account_for(role) for role in ROLES}
    methods = {name: method.account for name, method in settings.methods.items()}
    return Bookkeeping(
        file, settings.operating_currency, accounts, methods, {product.sku: product.commodity for product in products}
    )
