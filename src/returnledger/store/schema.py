"""The tables of the store: the rows of a ledger as a cache that may be deleted at any time."""

from __future__ import annotations

import sqlite3

from returnledger.store import closed

SCHEMA_VERSION = 32

# Numbers of accounts, files and sales stand for their names; decimals are text, so that they stay exact. What is moved at
# cost, half a million times, names its lot by number; `movement` shows both in one.
TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE file (id INTEGER PRIMARY KEY, path TEXT UNIQUE, sha256 TEXT);
CREATE TABLE content (file INTEGER PRIMARY KEY, text BLOB, starts BLOB);
CREATE TABLE include (file TEXT, pattern TEXT);
CREATE TABLE account (
    id INTEGER PRIMARY KEY, name TEXT UNIQUE, opened TEXT, closed TEXT, currencies TEXT, booking TEXT, written INTEGER);
CREATE TABLE commodity (name TEXT PRIMARY KEY, sku TEXT, title TEXT, category TEXT, supplier TEXT, meta TEXT) WITHOUT ROWID;
CREATE TABLE sale (
    id INTEGER PRIMARY KEY, name TEXT UNIQUE, date TEXT, customer TEXT, channel TEXT, country TEXT, currency TEXT, body BLOB,
    payee TEXT);
CREATE TABLE sale_line (
    sale INTEGER, n INTEGER, line TEXT, sku TEXT, commodity TEXT, date TEXT,
    units TEXT, revenue TEXT, tax TEXT, cost TEXT, unbooked TEXT, PRIMARY KEY (sale, n)) WITHOUT ROWID;
CREATE TABLE order_name (name TEXT, sale INTEGER);
CREATE TABLE reference (name TEXT, file INTEGER, lineno INTEGER);
CREATE TABLE lot (id INTEGER PRIMARY KEY, number TEXT, currency TEXT, lot_date TEXT, label TEXT, spec TEXT);
CREATE TABLE moved (
    id INTEGER PRIMARY KEY, account INTEGER, date TEXT, file INTEGER, lineno INTEGER, posting INTEGER, commodity TEXT,
    units TEXT, lot INTEGER);
CREATE VIEW movement AS
    SELECT m.id, account, date, file, lineno, posting, commodity, units, number, currency, lot_date, label, spec
    FROM moved m CROSS JOIN lot ON lot.id = m.lot;
CREATE TABLE posted (
    id INTEGER PRIMARY KEY, event TEXT, kind TEXT, step INTEGER, casus TEXT, ordr TEXT, date TEXT, source TEXT,
    reference TEXT, digest TEXT, voids TEXT, number TEXT, customer TEXT, file INTEGER, lineno INTEGER, text TEXT,
    other TEXT, voucher TEXT, red TEXT);
CREATE TABLE follow_up (
    name TEXT, names TEXT, file INTEGER, lineno INTEGER, purpose TEXT, account TEXT, number TEXT, currency TEXT, line TEXT,
    date TEXT, posting_file INTEGER, posting INTEGER, opening INTEGER, role TEXT, units TEXT, commodity TEXT,
    settled TEXT);
CREATE TABLE apart (
    is_cost INTEGER, date TEXT, sku TEXT, account TEXT, number TEXT, currency TEXT, units TEXT, stock TEXT, file INTEGER,
    lineno INTEGER, posting_file INTEGER, posting INTEGER);
CREATE TABLE prepaid (id INTEGER PRIMARY KEY, date TEXT, file INTEGER, lineno INTEGER, body TEXT);
CREATE TABLE prepaid_name (name TEXT, kind TEXT, prepaid INTEGER);
CREATE TABLE bought (id INTEGER PRIMARY KEY, date TEXT, file INTEGER, lineno INTEGER, body TEXT);
CREATE TABLE bought_name (name TEXT, kind TEXT, bought INTEGER);
CREATE TABLE estimate (
    name TEXT, date TEXT, role TEXT, account TEXT, number TEXT, currency TEXT, commodity TEXT, units TEXT, file INTEGER,
    lineno INTEGER, posting_file INTEGER, posting INTEGER);
CREATE TABLE mixed (account TEXT);
CREATE TABLE plain (account INTEGER, commodity TEXT, PRIMARY KEY (account, commodity)) WITHOUT ROWID;
CREATE TABLE assertion (
    kind TEXT, account TEXT, date TEXT, file TEXT, lineno INTEGER, number TEXT, commodity TEXT, tolerance TEXT);
CREATE TABLE day_sum (
    account INTEGER, commodity TEXT, date TEXT, amount TEXT, PRIMARY KEY (account, commodity, date)) WITHOUT ROWID;
CREATE TABLE period_lock (date TEXT, file TEXT, lineno INTEGER);
CREATE TABLE price (commodity TEXT, currency TEXT, date TEXT, number TEXT, file TEXT, lineno INTEGER);
CREATE TABLE plugin (name TEXT);
CREATE TABLE error (file TEXT, line INTEGER, message TEXT);
"""

# Made after the rows are in: sorting once is cheaper than keeping order.
INDEXES = """
CREATE INDEX sale_customer ON sale (customer);
CREATE INDEX sale_date ON sale (date, name);
CREATE INDEX sale_payee ON sale (payee) WHERE payee IS NOT NULL;
CREATE INDEX order_name_name ON order_name (name);
CREATE INDEX estimate_name ON estimate (name);
CREATE INDEX follow_up_name ON follow_up (name);
CREATE INDEX prepaid_name_name ON prepaid_name (name);
CREATE INDEX prepaid_place ON prepaid (file, lineno);
CREATE INDEX prepaid_name_prepaid ON prepaid_name (prepaid);
CREATE INDEX bought_name_name ON bought_name (name);
CREATE INDEX bought_place ON bought (file, lineno);
CREATE INDEX bought_name_bought ON bought_name (bought);
CREATE INDEX apart_date ON apart (is_cost, date);
CREATE INDEX reference_name ON reference (name);
CREATE INDEX moved_account ON moved (account, date, lineno);
CREATE INDEX posted_event ON posted (event);
CREATE INDEX posted_case ON posted (casus);
CREATE INDEX posted_order ON posted (ordr);
CREATE INDEX posted_customer ON posted (customer);
CREATE INDEX posted_digest ON posted (digest);
CREATE INDEX posted_source ON posted (source);
CREATE INDEX posted_other ON posted (other) WHERE other != '';
CREATE INDEX posted_supplier ON posted (kind) WHERE kind = 'supplier_return';
"""


def create(db: sqlite3.Connection) -> None:
    """Make the tables in an empty database."""
    db.executescript(TABLES + closed.TABLE)


def index(db: sqlite3.Connection) -> None:
    """Make the indexes, and what forgets that cases are closed."""
    db.executescript(INDEXES + closed.TRIGGERS)
