"""The settings of a shop's books: where the ledger is, what its accounts are for, who may do what.

A preset answers what is not said: `general` books returns to contra accounts as IFRS shops do, `cn` to the revenue
account with a red invoice, as Chinese practice has it. What is said always wins over the preset.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from returnledger.accounts import Accounts
from returnledger.configfields import OneOrMany, Part, Step
from returnledger.events.fields import Account, Currency, Day, Name, Text
from returnledger.findings import Span
from returnledger.places import Places
from returnledger.products import Product, Products
from returnledger.roles import Role
from returnledger.settings_sales import SalesTable
from returnledger.settings_year import YearEnd

__all__ = ["Product", "Products", "Settings"]

PRESETS: dict[str, dict[str, str]] = {
    "general": {
        "framework": "ifrs",
        "revenue_account": "contra",
        "red_invoice": "none",
        "discounts": "net",
        "entries_language": "en",
    },
    "cn": {
        "framework": "asbe",
        "revenue_account": "same",
        "red_invoice": "required",
        "discounts": "mirror",
        "entries_language": "zh",
    },
}

# A small-scale taxpayer in China keeps its tax in one account, without the columns of input and output tax.
SMALL_SCALE_VAT = "Liabilities:2221-应交税费:应交增值税"


class MethodRow(Part):
    """A way in which customers pay and are paid back."""

    account: Account = Field(description="The account of the tender.", examples=["Assets:WeChat"])
    paid: Literal["on_return", "by_statement"] = Field(
        default="on_return",
        description="on_return: money is booked as paid with the return; by_statement: when the bank line is there.",
    )


class CashRounding(Part):
    """How refunds in cash are rounded; the difference goes to the account of rounding."""

    step: Step = Field(
        description="What the least coin is worth; cash paid out is a multiple of it.", examples=["0.05"]
    )
    mode: Literal["nearest", "down", "up"] = Field(
        default="nearest",
        description="nearest: to the nearest multiple, halves up; down: the customer never gets more than is due; up: never "
        "less.",
    )
    methods: Annotated[list[Name], OneOrMany] = Field(
        description="Which of `methods` pay in cash; refunds through their accounts are rounded.", examples=["[cash]"]
    )


class Delegate(Part):
    """A person who acts for another for some days."""

    to: Name = Field(description="Who acts in place of the person.", examples=["li.na"])
    start: Day = Field(alias="from", description="The first day.", examples=["2026-11-09"])
    until: Day = Field(description="The last day.", examples=["2026-11-13"])


class Person(Part):
    """What a person may do."""

    roles: Annotated[list[Name], OneOrMany] = Field(default=[], description="The roles of the person.")
    delegates: list[Delegate] = Field(default=[], description="Who has these roles too, for some days.")

    @model_validator(mode="before")
    @classmethod
    def _roles_alone(cls, value: Any) -> Any:
        """Read a list of roles, or one role, as a person with these roles."""
        return {"roles": value} if isinstance(value, (str, list)) else value


class Numbering(Part):
    """How documents are numbered."""

    credit_note: Text = Field(
        default="CN-{series}-{year}-{seq:04}",
        description="The number of a credit note, from {series}, {year}, {month} and {seq} (with {seq:04}: four digits).",
    )
    voucher: Text | None = Field(
        default=None,
        description="The number of every entry, where vouchers are numbered, from the same parts; month by month with {month}.",
        examples=["记-{year}-{month}-{seq:03}"],
    )


class Settings(Part):
    """The settings of a shop's books, returnledger.yaml."""

    ledger: Text = Field(description="The Beancount file that includes everything else.", examples=["main.beancount"])
    returns: Text = Field(default="returns/", description="The folder of what is written: one new file per apply.")
    operating_currency: Currency = Field(description="The currency of the books.", examples=["CNY"])
    entries_language: Literal["zh", "en"] = Field(
        default="en", description="The language of narrations; zh with preset cn."
    )
    framework: Literal["asbe_small", "asbe", "ifrs", "us_gaap"] = Field(
        default="ifrs",
        description="The accounting standards, which decide how write-downs are booked; asbe with preset cn.",
    )
    accounting_model: Literal["direct", "estimate"] = Field(
        default="direct",
        description="direct: a return is booked when it happens, without an estimate before; estimate: `provision` sets aside "
        "what is expected to come back, and returns use that first. Under framework asbe_small it is always direct.",
    )
    accounts: dict[str, Annotated[list[Text], OneOrMany]] = Field(
        default={},
        description="`preset: general` or `preset: cn`, and for each role that differs from the preset its account: a "
        "name that covers all below it, a list of names, or a pattern such as {parent}-Returned:{sku}.",
    )
    methods: dict[Name, MethodRow] = Field(default={}, description="Ways in which customers pay, by name.")
    policies: list[Text] = Field(
        default=[], description="The policy files, all versions; the one in force on the day of sale judges."
    )
    series: Name = Field(default="A", description="The series of document numbers, one per branch or clone.")
    numbering: Numbering = Field(default=Numbering(), description="How documents are numbered.")
    sales: SalesTable = Field(default=SalesTable(), description="How a sale is recognised in the ledger.")
    products: Text | None = Field(
        default=None, description="The file of products: commodity, category, supplier, packs."
    )
    carry: list[Text] = Field(
        default=[], description="Metadata keys of a sale that its return gets too: department, store."
    )
    holidays: Text | None = Field(
        default=None, description="The country whose public holidays are no business days: CN, or a part: DE-BY, US-CA."
    )
    people: dict[Name, Person] = Field(
        default={}, description="Who has which roles, and who acts for whom; a list of roles is enough."
    )
    red_invoice: Literal["none", "pending", "required"] = Field(
        default="none",
        description="When output tax may be reversed: at once, later on a red invoice, or only with one; required with "
        "preset cn.",
    )
    restock: Literal["selling_account", "returned_account"] = Field(
        default="selling_account",
        description="Where good stock goes: to the account it was sold from where that changes no later cost, or always "
        "to the account of returned goods.",
    )
    freight_charged: Literal["expense", "sale"] = Field(
        default="expense",
        description="What a charge for sending goods back is: less expense of freight, or a sale of its own with its tax.",
    )
    discounts: Literal["net", "mirror"] = Field(
        default="net",
        description="Whether a discount lowers what is taken back, or goes back to its own account; mirror with preset cn.",
    )
    revenue_account: Literal["contra", "same"] = Field(
        default="contra",
        description="Whether returns are booked to contra accounts or to the revenue account; same with preset cn.",
    )
    taxpayer: Literal["general", "small_scale"] = Field(
        default="general",
        description="The kind of VAT payer. general: output tax less input tax; small_scale: tax at 1 % or 3 % of what is "
        "sold, without input tax; with preset cn it stands on Liabilities:2221-应交税费:应交增值税.",
    )
    tax: Literal["per_sale", "month_end", "exempt"] = Field(
        default="per_sale",
        description="per_sale: output tax is booked with each sale; month_end: revenue is booked tax included and the tax "
        "split off at the end of the month, so that a return takes the whole back and posts no tax; exempt: sales bear no "
        "tax.",
    )
    purchase_return_vat: Literal["reverse_input_vat", "transfer_out"] = Field(
        default="reverse_input_vat",
        description="What becomes of the input tax of goods that go back to their supplier: reverse_input_vat takes it off "
        "input tax, transfer_out books it as input tax transferred out.",
    )
    year_end: YearEnd | None = Field(
        default=None,
        description="The last balance sheet, while it may still change: what returns after it do to the year before.",
    )
    cash_rounding: CashRounding | None = Field(
        default=None, description="How refunds in cash are rounded to coins there are; left out, they are not."
    )

    _root: str = PrivateAttr(default="")
    _places: Places | None = PrivateAttr(default=None)
    _accounts: Accounts = PrivateAttr()

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, value: Any) -> Any:
        """Let the preset answer what is not said."""
        if not isinstance(value, dict):
            return value
        accounts = value.get("accounts")
        preset = accounts.get("preset") if isinstance(accounts, dict) else None
        return {**PRESETS.get(str(preset), {}), **value}

    def model_post_init(self, context: Any) -> None:
        """Prepare what tells roles of accounts."""
        given = {role: tuple(self.accounts[role.value]) for role in Role if role.value in self.accounts}
        tenders = frozenset(method.account for method in self.methods.values())
        if self.taxpayer == "small_scale" and self.preset == "cn":
            given.setdefault(Role.OUTPUT_VAT, (SMALL_SCALE_VAT,))
        self._accounts = Accounts(given, self.preset == "cn", tenders)

    @property
    def root(self) -> str:
        """Return the folder of the settings file; every path in the settings starts there."""
        return self._root

    def placed_in(self, root: str, places: Places | None = None) -> Self:
        """Return the same settings, their paths starting in folder `root`; `places` is where each value stands."""
        copy = self.model_copy()
        copy._root, copy._places = root, places
        return copy

    def place(self, *path: str | int) -> Span | None:
        """Return where the value at `path` stands in the settings file, None for settings made without a file."""
        return None if self._places is None else self._places.at(*path)

    @property
    def preset(self) -> str:
        """Return `general` or `cn`."""
        return next(iter(self.accounts.get("preset", [])), "general")

    @property
    def language(self) -> str:
        """Return the language of entries, `zh` or `en`."""
        return self.entries_language

    @property
    def contra(self) -> bool:
        """Return True if returns are booked to accounts of their own, against revenue."""
        return self.revenue_account == "contra"

    @property
    def estimates(self) -> bool:
        """Return True if returns are estimated beforehand; small enterprises never do."""
        return self.accounting_model == "estimate" and self.framework != "asbe_small"

    def role_of(self, account: str) -> Role | None:
        """Return the role of an account, None for one that plays none; tenders of methods are cash_bank."""
        return self._accounts.role_of(account)

    def account_for(self, role: Role) -> str:
        """Return the account that new postings of `role` go to: the settings' first name, else the preset's."""
        return self._accounts.first(role)

    def explicit(self, role: Role) -> bool:
        """Return True if the settings themselves name an account for `role`."""
        return role in self._accounts.given

    def derived_account(self, role: Role, selling_account: str, sku: str = "") -> str:
        """Return where goods sold from `selling_account` go in `role`: the settings' account or pattern, else the sibling."""
        return self._accounts.derived(role, selling_account, sku)

    def roles_of_person(self, name: str, day: date) -> frozenset[str]:
        """Return the roles a person has on `day`: own ones, and those of people who delegated to them for that day."""
        own: Iterable[str] = self.people[name].roles if name in self.people else ()
        lent = (
            role
            for person in self.people.values()
            for delegate in person.delegates
            if delegate.to == name and delegate.start <= day <= delegate.until
            for role in person.roles
        )
        return frozenset((*own, *lent))
