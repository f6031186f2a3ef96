"""What each posting of a sale is for: goods going out, revenue, discount, tax, delivery, money.

The account says it, by its role in the settings; for an account without a role a `sku` or `line` on the posting says
that it is a line of the sale.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any, cast

from beancount.core.data import Transaction

from returnledger.money import ZERO
from returnledger.roles import Role
from returnledger.rows import Noted, Place, shown
from returnledger.sales.account_words import names_input_tax, names_platform
from returnledger.sales.by_hand.moved import moves_goods
from returnledger.sales.lots import Lots
from returnledger.sales.values import text_of
from returnledger.sales.weighed import AtCost, Weighed
from returnledger.sales.weighed import Posting as Posting

# What a posting without cost can be for.
REVENUE, DISCOUNT, TAX, SHIPPING, ROUNDING, COGS, RECEIVABLE, TENDER, UNNAMED, OTHER, NOTHING = range(11)
ADVANCE, SETTLEMENT, EXPENSE, GOODS_SENT, STOCK_VALUE = range(11, 16)

_BY_ROLE: Mapping[Role, int] = {
    Role.REVENUE: REVENUE,
    Role.SALES_DISCOUNTS: DISCOUNT,
    Role.OUTPUT_VAT: TAX,
    Role.SHIPPING_REVENUE: SHIPPING,
    Role.ROUNDING: ROUNDING,
    Role.COGS: COGS,
    Role.COST_ROUNDING: COGS,
    Role.ACCOUNTS_RECEIVABLE: RECEIVABLE,
    Role.CASH_BANK: TENDER,
    Role.STORE_CREDIT_LIABILITY: TENDER,
    Role.PLATFORM_RECEIVABLE: TENDER,
    Role.CONTRACT_LIABILITY: ADVANCE,
    Role.DEPOSIT_LIABILITY: UNNAMED,
    Role.OUTPUT_VAT_PENDING: UNNAMED,
    Role.FORFEITURE_INCOME: UNNAMED,
    Role.PENALTY_EXPENSE: EXPENSE,
    Role.INTEREST_EXPENSE: EXPENSE,
    Role.SETTLEMENT_DISCOUNT: SETTLEMENT,
    Role.GOODS_SHIPPED: GOODS_SENT,
    Role.INVENTORY: STOCK_VALUE,
    Role.INVENTORY_RETURNED: NOTHING,
    Role.INVENTORY_HOLD: NOTHING,
    Role.INVENTORY_OPEN_BOX: NOTHING,
    Role.INVENTORY_DEFECTIVE: NOTHING,
    Role.WRITE_DOWN_ALLOWANCE: NOTHING,
    Role.REFUND_PAYABLE: OTHER,
    Role.SALES_RETURNS: OTHER,
    Role.SALES_ALLOWANCES: OTHER,
    Role.OTHER_RECEIVABLE: TENDER,
    Role.ACCOUNTS_PAYABLE: UNNAMED,
    Role.ADMIN_EXPENSE: EXPENSE,
    Role.RETURN_FREIGHT_EXPENSE: EXPENSE,
    Role.RETURN_HANDLING_EXPENSE: EXPENSE,
}

ESTIMATES = (Role.REFUND_LIABILITY, Role.RETURN_ASSET, Role.RETURN_COST_ACCRUED, Role.WARRANTY_PROVISION)
GIVEN_BACK = (Role.SALES_RETURNS, Role.SALES_ALLOWANCES)


class Recognition:
    """How sales are recognised: what accounts are for, where orders are named, and which metadata says what."""

    def __init__(
        self,
        role_of: Callable[[str], Role | None],
        orders: Sequence[tuple[str, str]],
        keys: Mapping[str, str],
        skus: Mapping[str, str] | None = None,
        packs: Mapping[str, frozenset[Decimal]] | None = None,
        tax_rates: Sequence[Decimal] = (),
        rates: Mapping[str, Decimal] | None = None,
        carry: Sequence[str] = (),
        stockless: frozenset[str] = frozenset(),
    ) -> None:
        """Recognise by these rules.

        `orders` are ("link", "inv-{}") and ("metadata", "order"), tried in their order; `keys` the metadata key of sku,
        quantity, line, unit_price and so on; `skus` the SKU of each commodity that goes by another name; `tax_rates` the
        only rates there are, where the settings name them; `rates` the rate of each SKU whose commodity says one;
        `stockless` the SKUs that the products file calls services.
        """
        self.role_of = cache(role_of)
        self.orders = tuple(orders)
        self.rates = rates or {}
        self.stockless = stockless
        self.first_accounts: dict[int, str] = {}  # by purpose: of new postings, where a sale shows none
        self.elsewhere = False  # True where orders may be sold in other books too
        self.keys = keys
        self.skus = skus or {}
        self.carry = tuple(carry)
        self.packs = packs or {}  # how many units of a SKU go into one pack
        self.commodities = {sku: commodity for commodity, sku in self.skus.items()}
        self.purposes = _Purposes(self._purpose)  # by account
        self.purposes[""] = TENDER  # money of which nobody says how it came in
        self.purpose = self.purposes.__getitem__
        self.sku, self.line, self.quantity = self.key("sku"), self.key("line"), self.key("quantity")
        self.unit_price, self.serial = self.key("unit_price"), self.key("serial")
        self.estimates = _Estimates(self.role_of)  # the accounts of what is expected to come back
        self.lots = Lots()
        self.tax_rate, self.tax_rates = self.key("tax_rate"), tuple(tax_rates)

    def _purpose(self, account: str) -> int:
        """Return what a posting without cost to `account` is for."""
        role = self.role_of(account)
        if role is not None:
            return _BY_ROLE.get(role, OTHER)
        root = account.partition(":")[0]
        if names_input_tax(account):
            return OTHER  # as on a fee that somebody kept
        return {"Assets": TENDER, "Income": UNNAMED, "Liabilities": UNNAMED, "Expenses": EXPENSE}.get(root, OTHER)

    def gives_back(self, account: str) -> bool:
        """Return True if a debit of an account takes revenue back: a discount, a return or an allowance."""
        purpose = self.purpose(account)
        return purpose == DISCOUNT or (purpose == OTHER and self.role_of(account) in GIVEN_BACK)

    def is_platform(self, account: str) -> bool:
        """Return True if an account is where a platform or a processor holds the money before it pays out."""
        return self.role_of(account) is Role.PLATFORM_RECEIVABLE or names_platform(account)

    def stand_in(self, purpose: int, account: str | None) -> str | None:
        """Return the account that an estimate stands for in an entry: one that it has, else that of new postings."""
        return account or self.first_accounts.get(purpose)

    def key(self, name: str) -> str:
        """Return the metadata key under which this ledger keeps `name`."""
        return self.keys.get(name, name)

    def sku_of(self, posting: Posting) -> str:
        """Return the SKU of a posting at cost: its metadata's, else its commodity's."""
        meta = posting.meta
        said = text_of(meta[self.sku]) if meta and self.sku in meta else ""
        return said or self.skus.get(posting.units.currency, posting.units.currency)


class _Purposes(dict[str, int]):
    """What postings without cost are for, by account; worked out once for each."""

    def __init__(self, find: Callable[[str], int]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, account: str) -> int:
        self[account] = found = self._find(account)
        return found


class _Estimates(dict[str, bool]):
    """Whether accounts keep what is expected to come back; worked out once for each."""

    def __init__(self, role_of: Callable[[str], Role | None]) -> None:
        super().__init__()
        self._role_of = role_of

    def __contains__(self, account: object) -> bool:
        found = self.get(str(account))
        if found is None:
            found = self[str(account)] = self._role_of(str(account)) in ESTIMATES
        return found


# What the customer's money of a sale stands on, apart from a fee that a bank or marketplace kept of it.
CUSTOMER_SIDE = (
    "advance", "discount", "receivable", "revenue", "rounding", "settlement", "shipping", "tax", "tenders", "unnamed",
)  # fmt: skip


class Flow:
    """The postings of one transaction, or of several that make one sale together, by what they are for."""

    __slots__ = (
        "advance", "afloat", "back", "bearing", "bought", "cogs", "discount", "fees", "inferred", "lines", "other", "out", "priced", "problems",
        "receivable", "revenue", "rounding", "settlement", "shipping", "tax", "tenders", "transactions", "unnamed", "value",
    )  # fmt: skip

    def __init__(self) -> None:
        """Start without postings."""
        self.transactions: list[Transaction] = []
        self.lines: list[Posting] = []  # goods out and revenue, in order of posting
        self.out: list[Posting] = []  # at cost, units below zero
        self.back: list[Posting] = []  # at cost, units above zero
        self.revenue: list[Posting] = []
        self.discount: list[Posting] = []
        self.tax: list[Posting] = []
        self.shipping: list[Posting] = []
        self.rounding: list[Posting] = []
        self.cogs: list[Posting] = []
        self.receivable: list[Posting] = []
        self.tenders: list[Posting] = []
        self.unnamed: list[Posting] = []
        self.advance: list[Posting] = []
        self.afloat: list[Posting] = []  # at cost among goods shipped: in with the delivery, out with the sale
        self.settlement: list[Posting] = []
        self.fees: list[Posting] = []  # expenses of no role: what a bank or marketplace kept for itself
        self.value: list[Posting] = []  # stock kept by value alone
        self.other: list[Posting] = []  # without a part in a sale that their account tells
        self.priced: list[Posting] = []  # money in another currency, of whatever purpose
        self.bought: list[Posting] = []  # what is owed for goods that never were in stock
        self.bearing: list[Any] = []  # lines that alone bear the discounts that name none
        self.problems: list[Noted] = []
        self.inferred: list[Noted] = []

    def adders(self) -> tuple[Callable[[Posting], object], ...]:
        """Return by purpose what adds a posting without cost."""
        return (
            self.revenue.append, self.discount.append, self.tax.append, self.shipping.append, self.rounding.append,
            self.cogs.append, self.receivable.append, self.tenders.append, self.unnamed.append, self.other.append, id,
            self.advance.append, self.settlement.append, self.fees.append, self.cogs.append, self.value.append,
        )  # fmt: skip

    @property
    def sells(self) -> bool:
        """True if goods go out or revenue is booked."""
        return bool(self.out or self.revenue)

    @property
    def is_whole(self) -> bool:
        """True if both goods and revenue are here, so that it can be allocated by itself."""
        return bool(self.out and self.revenue)


def flow_of(transaction: Transaction, recognition: Recognition) -> Flow:
    """Return the postings of a transaction by what they are for."""
    flow = Flow()
    flow.transactions.append(transaction)
    purposes, sku_key, line_key = recognition.purposes, recognition.sku, recognition.line
    out, revenue, lines, add = flow.out, flow.revenue, flow.lines, flow.adders()
    for posting in booked(transaction):
        purpose = purposes[posting.account]
        if posting.cost is not None:
            if purpose == GOODS_SENT:
                flow.afloat.append(posting)
            elif purpose == COGS:
                flow.cogs.append(AtCost(posting))
            elif posting.units.number < 0:
                out.append(posting)
                lines.append(posting)
            else:
                flow.back.append(posting)
            continue
        if posting.price is not None:
            posting = Weighed(posting)
            flow.priced.append(posting)
        if purpose == UNNAMED:
            meta = posting.meta
            if meta and (sku_key in meta or line_key in meta):
                purpose = REVENUE
        if purpose != REVENUE:
            add[purpose](posting)
        elif posting.units.number > 0:
            flow.discount.append(posting)
        else:
            revenue.append(posting)
            lines.append(posting)
    if flow.unnamed and flow.advance:  # tax in what was paid in advance comes in and is used with it
        pending = [p for p in flow.unnamed if recognition.role_of(p.account) is Role.OUTPUT_VAT_PENDING]
        flow.advance += pending
        flow.unnamed = [p for p in flow.unnamed if p not in pending]
    if flow.unnamed:
        _name_income(flow)
    if flow.back and flow.out and not flow.revenue and moves_goods(transaction):
        flow.lines, flow.out, flow.back = [], [], []
    if flow.revenue and not flow.out:
        _keep_fee(flow, recognition)
    return flow


def _keep_fee(flow: Flow, recognition: Recognition) -> None:
    """Take what is earned for a fee that lowers what is given back, where more revenue is given back than earned."""
    given = [*flow.discount, *(p for p in flow.other if recognition.gives_back(p.account))]
    if given and sum([p.units.number for p in (*flow.revenue, *given)], ZERO) > 0:
        flow.discount += flow.revenue
        flow.revenue, flow.lines = [], []


def _name_income(flow: Flow) -> None:
    """Take income of no known role for revenue where goods go out and nothing else is revenue."""
    income = [p for p in flow.unnamed if p.account.startswith("Income") and p.units.number <= 0]
    if flow.out and income and not flow.revenue:
        flow.unnamed = [p for p in flow.unnamed if p not in income]
        flow.revenue.extend(income)
        flow.lines.extend(income)


def place_of(posting: Posting) -> Place | None:
    """Return the file and line that a posting stands at, None for one that a plugin made."""
    meta = posting.meta
    return (meta.get("filename", ""), meta["lineno"]) if meta and "lineno" in meta else None


def shown_at(posting: Posting) -> str:
    """Return the file and line of a posting as findings show them."""
    return shown(place_of(posting))


def names_in(posting: Posting, recognition: Recognition) -> list[tuple[str, str]]:
    """Return the line and SKU that a posting names, each with its metadata key."""
    meta = posting.meta or {}
    return [(key, text_of(meta[key])) for key in (recognition.line, recognition.sku) if key in meta]


def booked(transaction: Transaction) -> list[Posting]:
    """Return the postings of a booked transaction."""
    return cast("list[Posting]", transaction.postings)
