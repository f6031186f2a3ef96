"""Reads what a transaction has to do with a purchase: goods that come in from a supplier, and what is owed for them.

    2026-10-01 * "Pottery" "Mugs" ^po-77
      Assets:Inventory                   15 MUG {40.00 CNY}
      Assets:Input-VAT                78.00 CNY
      Liabilities:Accounts-Payable  -678.00 CNY

Goods that come in with cost of goods or revenue are a customer's return; goods that come in and go out are moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from beancount.core.data import Transaction

from returnledger.books import lot_of
from returnledger.money import ZERO
from returnledger.purchases import TELLING, Bought, BoughtGoods, BoughtMoney, NameKind, Names, lot_name
from returnledger.roles import Role
from returnledger.sales.account_words import names_input_tax
from returnledger.sales.group import Names as OrderNames
from returnledger.sales.postings import Posting, booked
from returnledger.sales.recognition import Recognition
from returnledger.sales.values import number_of, text_of
from returnledger.sales.weighed import Weighed

_OF_SALES = frozenset(
    (Role.REVENUE, Role.COGS, Role.SALES_RETURNS, Role.SALES_ALLOWANCES, Role.GOODS_SHIPPED, Role.RETURN_ASSET)
)
_PAPERS = ("po", "purchase", "purchase_order", "purchase-order", "bill", "invoice")  # beside those of the settings
_NO_SUPPLIER = re.compile(
    r"credit-?card|visa|mastercard|amex|loan|salar|wages|payroll|信用卡|借款|工资|薪酬|税", re.IGNORECASE
)
_SUPPLIER = "supplier"


class BoughtReader:
    """Reads transactions by the rules of one ledger."""

    def __init__(self, how: Recognition) -> None:
        """Split the patterns of order links once."""
        self._how, self._names = how, OrderNames(how)
        self._papers = tuple(dict.fromkeys((*_PAPERS, how.key("invoice"), how.key("contract"))))
        self._roles: dict[str, Role | None] = {}

    def _role(self, account: str) -> Role | None:
        """Return what an account is for in a purchase, None for one that has no part in it."""
        if account not in self._roles:
            self._roles[account] = self._find(account)
        return self._roles[account]

    def _find(self, account: str) -> Role | None:
        role = self._how.role_of(account)
        if role in (Role.ACCOUNTS_PAYABLE, Role.INPUT_VAT, Role.WRITE_DOWN_ALLOWANCE) or role in _OF_SALES:
            return role
        if role is None and names_input_tax(account) and "转出" not in account:
            return Role.INPUT_VAT
        owed = account.startswith("Liabilities:") and not _NO_SUPPLIER.search(account)
        return Role.ACCOUNTS_PAYABLE if role is None and owed else None

    def read(self, transaction: Transaction) -> Iterator[Bought]:
        """Yield what a transaction has to do with a purchase, if anything; never one of ours."""
        goods: list[Posting] = []
        money: list[Posting] = []
        for posting in booked(transaction):
            if posting.cost is not None:
                goods.append(posting)
            elif (role := self._role(posting.account)) in _OF_SALES:
                return
            elif role is not None:
                money.append(posting)
        signs = {posting.units.number > 0 for posting in goods}
        if not (goods or money) or len(signs) > 1 or "rl-id" in transaction.meta:
            return
        back = signs == {False}
        if back and not any(self._role(p.account) is Role.ACCOUNTS_PAYABLE and p.units.number > 0 for p in money):
            return  # goods that go out, and to no supplier
        names = tuple(self._all_names(transaction, () if back else goods))
        owed = any(self._role(posting.account) is Role.ACCOUNTS_PAYABLE for posting in money)
        if names and (goods or owed or any(kind in TELLING for kind, _ in names)):
            yield self._flow(transaction, names, goods, money)

    def _flow(self, transaction: Transaction, names: Names, goods: list[Posting], money: list[Posting]) -> Bought:
        meta = transaction.meta
        said = {key: text_of(meta[key]) for key in meta if key not in ("filename", "lineno") and key[:2] != "__"}
        return Bought(
            transaction.date,
            (str(meta.get("filename", "")), int(meta.get("lineno") or 0)),
            names,
            tuple(self._goods(posting, transaction) for posting in goods),
            tuple(self._money(posting) for posting in money),
            said.get(_SUPPLIER) or None,
            transaction.payee or None,
            tuple(sorted(transaction.links)),
            tuple(sorted(transaction.tags)),
            said,
        )

    def _goods(self, posting: Posting, transaction: Transaction) -> BoughtGoods:
        units, sku = posting.units, self._how.sku_of(posting)
        said = number_of((posting.meta or {}).get(self._how.tax_rate))
        if said is not None and said > 1:
            said = said / Decimal(100)
        rate = said if said is not None else self._how.rates.get(sku)
        lot = lot_of(posting.cost, transaction.date) if units.number > 0 else None
        return BoughtGoods(sku, units.currency, posting.account, units.number, lot, rate)

    def _money(self, posting: Posting) -> BoughtMoney:
        role = self._role(posting.account)
        assert role is not None
        meta, key = posting.meta or {}, self._how.sku
        of = text_of(meta[key]) if key in meta else ""
        if posting.price is not None:
            weighed = Weighed(posting)
            units = weighed.units
            return BoughtMoney(
                role, posting.account, units.number, units.currency, weighed.number, weighed.commodity, of
            )
        return BoughtMoney(role, posting.account, posting.units.number or ZERO, posting.units.currency, of=of)

    def _all_names(
        self, transaction: Transaction, goods: list[Posting] | tuple[()]
    ) -> Iterator[tuple[NameKind, tuple[str, ...]]]:
        """Yield the names of a transaction: its orders, its papers, its other links, and the lots that came in."""
        spelled: set[str] = set()
        keys = self._names.of(transaction) or list(dict.fromkeys(self._names.on_postings(transaction).values()))
        for key in keys:
            spellings = tuple(dict.fromkeys(self._names.spellings(key)))
            spelled.update(spellings)
            yield "invoice" if self._names.is_invoice(key) else "order", spellings
        for paper in self._papers:
            name = text_of(transaction.meta.get(paper))
            if name and name not in spelled:
                spelled.add(name)
                yield "invoice", (name,)
        for link in sorted(transaction.links):
            if link not in spelled:
                yield "link", (link, f"^{link}")
        for posting in goods:
            yield "lot", (lot_name(posting.units.currency, lot_of(posting.cost, transaction.date)),)
        said = (transaction.payee, text_of(transaction.meta.get(_SUPPLIER)))
        if payees := tuple(dict.fromkeys(name for name in said if name)):
            yield "payee", payees
