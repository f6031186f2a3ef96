"""How sales are recognised: what accounts are for, where orders are named, and which metadata says what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cache

from returnledger.roles import Role
from returnledger.sales.account_words import names_input_tax, names_platform
from returnledger.sales.lots import Lots
from returnledger.sales.values import text_of
from returnledger.sales.weighed import Posting

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
