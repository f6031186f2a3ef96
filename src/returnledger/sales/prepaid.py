"""Reads what a transaction moves of money that customers paid in advance: receipts, what sales use of it, and its tax.

    2025-05-06 * "Ann" "Deposit" ^inv-1001
      Assets:Bank                    113.00 CNY
      Liabilities:Contract-Liability -100.00 CNY
      Liabilities:Output-VAT-Pending  -13.00 CNY

Tax that was due at once, because an invoice was written, stands in the account of output tax; in a sale that account
holds the tax of the sale.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from beancount.core.data import Transaction

from returnledger.advances import MAIN, Name, Prepaid
from returnledger.money import ZERO, places, shares
from returnledger.roles import Role
from returnledger.rows import Money
from returnledger.sales.clusters import Key
from returnledger.sales.group import Names
from returnledger.sales.postings import Posting, booked, place_of
from returnledger.sales.recognition import TENDER, Recognition
from returnledger.sales.selling import sells
from returnledger.sales.values import text_of
from returnledger.sales.weighed import Weighed

ADVANCE = frozenset((*MAIN, Role.OUTPUT_VAT_PENDING))


class PrepaidReader:
    """Reads transactions by the rules of one ledger."""

    def __init__(self, how: Recognition) -> None:
        """Split the patterns of order links once."""
        self._how, self._names = how, Names(how)
        self._accounts: dict[str, bool] = {}

    def touches(self, transaction: Transaction) -> bool:
        """Return True if a transaction moves money paid in advance, or its tax; never one of ours."""
        known = self._accounts
        found = False
        for posting in booked(transaction):
            account = posting.account
            is_one = known.get(account)
            if is_one is None:
                is_one = known[account] = self._how.role_of(account) in ADVANCE
            found = found or is_one
        return found and "rl-id" not in transaction.meta

    def read(self, transaction: Transaction) -> Iterator[Prepaid]:
        """Yield what a transaction moves: once, or for each order that its postings name."""
        if not self.touches(transaction):
            return
        selling = sells(transaction, self._how)
        money: list[tuple[Posting, Money]] = []
        tenders: list[Money] = []
        for posting in booked(transaction):
            if posting.cost is not None:
                continue
            role = self._how.role_of(posting.account)
            if role in ADVANCE or (role is Role.OUTPUT_VAT and not selling):
                money.append((posting, _money(posting, transaction, role)))
            elif self._how.purpose(posting.account) == TENDER and posting.units.number:
                tenders.append(_money(posting, transaction, role))
        whole = self._flow(transaction, [each for _, each in money], tenders, selling)
        keys = self._names.of(transaction)
        by_posting = {} if keys else self._names.on_postings(transaction)
        if keys or len(set(by_posting.values())) < 2:
            keys = keys or list(dict.fromkeys(by_posting.values()))
            yield replace(whole, names=tuple(self._all_names(transaction, keys)))
            return
        yield from self._parted(whole, money, by_posting, transaction)

    def _flow(self, transaction: Transaction, money: list[Money], tenders: list[Money], selling: bool) -> Prepaid:
        meta = transaction.meta
        said = {key: text_of(meta[key]) for key in meta if key not in ("filename", "lineno") and key[:2] != "__"}
        return Prepaid(
            transaction.date,
            (str(meta.get("filename", "")), int(meta.get("lineno") or 0)),
            (),
            tuple(money),
            tuple(tenders),
            selling,
            said.get(self._how.key("customer")) or None,
            transaction.payee or None,
            tuple(sorted(transaction.links)),
            tuple(sorted(transaction.tags)),
            said,
        )

    def _all_names(self, transaction: Transaction, keys: Iterable[Key]) -> Iterator[Name]:
        """Yield the names of a transaction: its orders, its contract, its other links and its customer."""
        spelled: set[str] = set()
        for key in keys:
            spellings = tuple(dict.fromkeys(self._names.spellings(key)))
            spelled.update(spellings)
            # An invoice of an advance is a paper of it; what it is for, its order or its contract says.
            yield Name("link" if self._names.is_invoice(key) else "order", spellings)
        contract = transaction.meta.get(self._how.key("contract"))
        if contract is not None and text_of(contract):
            yield Name("contract", (text_of(contract),))
        for link in sorted(transaction.links):
            if link not in spelled:
                yield Name("link", (link, f"^{link}"))
        customer = text_of(transaction.meta.get(self._how.key("customer")))
        named = tuple(dict.fromkeys(name for name in (customer, transaction.payee) if name))
        if named:
            yield Name("customer", named)

    def _parted(
        self, whole: Prepaid, money: list[tuple[Posting, Money]], named: Mapping[int, Key], transaction: Transaction
    ) -> Iterator[Prepaid]:
        """Yield the part of each order: its own postings, and of those that name none its share by these."""
        own: dict[Key, list[Money]] = {}
        for posting, each in money:
            if (key := named.get(id(posting))) is not None:
                own.setdefault(key, []).append(each)
        loose = [each for posting, each in money if id(posting) not in named]
        weights = [abs(sum((m.amount for m in part if m.role in MAIN), ZERO)) for part in own.values()]
        for n, (key, part) in enumerate(own.items()):
            shared = tuple(_share(each, weights, n) for each in loose)
            tenders = tuple(_share(each, weights, n) for each in whole.tenders)
            names = tuple(self._all_names(transaction, [key]))
            yield replace(whole, names=names, money=(*part, *shared), tenders=tenders)


def _money(posting: Posting, transaction: Transaction, role: Role | None) -> Money:
    if posting.price is not None:
        weighed = Weighed(posting)
        amount, currency = weighed.units.number, weighed.units.currency
        at = place_of(posting)
        return Money(posting.account, amount, currency, transaction.date, at, role, weighed.number, weighed.commodity)
    units = posting.units
    return Money(posting.account, units.number, units.currency, transaction.date, place_of(posting), role)


def _share(money: Money, weights: list[Decimal], n: int) -> Money:
    amount = shares(money.amount, weights, places(money.amount))[n]
    units = None if money.units is None else shares(money.units, weights, places(money.units))[n]
    return replace(money, amount=amount, units=units)
