"""Asks of the settings what their form can't show: roles nobody knows, accounts of two roles, numbers without a number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

from returnledger.accounts import PARENT, SKU, placeholders
from returnledger.events.suggest import nearest
from returnledger.findings import Finding, Severity, Span
from returnledger.places import Places
from returnledger.policy.calendar import known_country, nearest_country
from returnledger.roles import DERIVED, Role
from returnledger.settings import PRESETS, Settings
from returnledger.terms import Method
from returnledger.words import names

# A component of an account begins with a capital, a digit or a letter outside ASCII; the first is never a digit.
_ACCOUNT = re.compile(r"(?:[A-Z]|[^\x00-\x7f])[\w-]*(?::(?:[A-Z0-9]|[^\x00-\x7f])(?:[^\W_]|-)*)*")
_METADATA_KEY = re.compile(r"[a-z][A-Za-z0-9_-]+")
_NUMBER_PARTS = ("series", "year", "month", "seq")


def lint(settings: Settings, places: Places) -> Iterator[Finding]:
    """Yield what is wrong in the settings of one file."""
    yield from _accounts(settings, places)
    for name in settings.methods:
        if name in names(Method):
            yield Finding("method-reserved", places.key_at("methods", name), {"method": name})
    yield from _order_keys(settings, places)
    yield from _metadata_keys(settings, places)
    yield from _numbering(settings, places)
    yield from _delegates(settings, places)
    if settings.holidays is not None and not known_country(settings.holidays):
        values = {"country": settings.holidays, "nearest": nearest_country(settings.holidays)}
        yield Finding("holidays-unknown", places.at("holidays"), values)
    for position, name in enumerate(settings.cash_rounding.methods if settings.cash_rounding else ()):
        if name not in settings.methods:
            values = {"method": name, "nearest": nearest(name, settings.methods)}
            yield Finding("cash-method-unknown", places.at("cash_rounding", "methods", position), values)


def _accounts(settings: Settings, places: Places) -> Iterator[Finding]:
    known = {role.value: role for role in Role}
    owners: dict[str, str] = {}
    for key, values in settings.accounts.items():
        if key == "preset":
            if values not in [[preset] for preset in PRESETS]:
                yield Finding("preset-unknown", places.at("accounts", key), {"preset": ", ".join(values)})
            continue
        if key not in known:
            found = {"role": key, "nearest": nearest(key, known), "known": list(known)}
            yield Finding("role-unknown", places.key_at("accounts", key), found)
            continue
        if not values:
            yield Finding("account-missing", places.at("accounts", key), {"role": key})
        for position, account in enumerate(values):
            span = places.at("accounts", key, position)
            yield from (Finding(code, span, found) for code, found in _account(account, known[key]))
            if owners.setdefault(account, key) != key:
                found = {"account": account, "role": key, "other": owners[account]}
                yield Finding("account-two-roles", span, found)
    if not settings.contra and settings.explicit(Role.SALES_RETURNS):
        span = places.key_at("accounts", "sales_returns")
        yield Finding("sales-returns-unused", span, severity=Severity.WARNING)


def _account(account: str, role: Role) -> Iterator[tuple[str, dict[str, object]]]:
    allowed = (PARENT, SKU) if role in DERIVED else ()
    for placeholder in placeholders(account):
        if placeholder not in allowed:
            yield "account-placeholder", {"account": account, "placeholder": placeholder}
    filled = account.replace(PARENT, "Assets:Stock").replace(SKU, "Item")
    if not placeholders(filled) and not _ACCOUNT.fullmatch(filled):
        yield "account-malformed", {"account": account}


def _order_keys(settings: Settings, places: Places) -> Iterator[Finding]:
    for position, key in enumerate(settings.sales.order):
        span = places.at("sales", "order", position)
        given = [value for value in (key.link, key.metadata, key.tag) if value is not None]
        if len(given) != 1:
            yield Finding("sales-order-one-of", span, {"count": len(given)})
        for name, pattern in (("link", key.link), ("tag", key.tag)):
            if pattern is not None and pattern.count("{}") != 1:
                span = places.at("sales", "order", position, name)
                yield Finding("pattern-without-slot", span, {"pattern": pattern, "count": pattern.count("{}")})
        if key.metadata is not None and not _METADATA_KEY.fullmatch(key.metadata):
            yield Finding("metadata-key", places.at("sales", "order", position, "metadata"), {"key": key.metadata})


def _metadata_keys(settings: Settings, places: Places) -> Iterator[Finding]:
    for field in settings.sales.metadata.model_fields_set:
        key = getattr(settings.sales.metadata, field)
        if not _METADATA_KEY.fullmatch(key):
            yield Finding("metadata-key", places.at("sales", "metadata", field), {"key": key})
    for position, key in enumerate(settings.carry):
        if not _METADATA_KEY.fullmatch(key):
            yield Finding("metadata-key", places.at("carry", position), {"key": key})


def _numbering(settings: Settings, places: Places) -> Iterator[Finding]:
    patterns = {"credit_note": settings.numbering.credit_note, "voucher": settings.numbering.voucher}
    for name, pattern in patterns.items():
        if pattern is not None:
            yield from _pattern(pattern, places.at("numbering", name))
    if patterns["voucher"] is not None and head_of(str(patterns["voucher"])) == head_of(str(patterns["credit_note"])):
        yield Finding("numbering-shared", places.at("numbering", "voucher"), {"pattern": patterns["voucher"]})


def head_of(pattern: str) -> str:
    """Return what a pattern says before the number that counts up."""
    return pattern.partition("{seq")[0]


def _pattern(pattern: str, span: Span | None) -> Iterator[Finding]:
    try:
        parts = [(name, spec, how) for _, name, spec, how in Formatter().parse(pattern) if name is not None]
    except ValueError:
        yield Finding("numbering-brace", span, {"pattern": pattern})
        return
    for name, spec, how in parts:
        if name not in _NUMBER_PARTS or how or not re.fullmatch(r"(0[1-9])?" if name == "seq" else "", spec or ""):
            shown = f"{{{name}{':' + spec if spec else ''}}}"
            yield Finding("numbering-placeholder", span, {"pattern": pattern, "placeholder": shown})
    if "seq" not in [name for name, _, _ in parts]:
        yield Finding("numbering-without-seq", span, {"pattern": pattern})
    elif not pattern.endswith("}") or parts[-1][0] != "seq":
        yield Finding(
            "numbering-goes-on", span, {"pattern": pattern, "rest": pattern.partition("{seq")[2].partition("}")[2]}
        )


def _delegates(settings: Settings, places: Places) -> Iterator[Finding]:
    for name, person in settings.people.items():
        for position, delegate in enumerate(person.delegates):
            path = ("people", name, "delegates", position)
            if delegate.to not in settings.people:
                values = {"name": delegate.to, "person": name, "nearest": nearest(delegate.to, settings.people)}
                yield Finding("delegate-unknown", places.at(*path, "to"), values)
            if delegate.until < delegate.start:
                found = {"name": delegate.to, "until": delegate.until, "start": delegate.start}
                yield Finding("delegation-reversed", places.at(*path, "until"), found)
