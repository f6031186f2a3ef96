"""The shop's products: under which commodity each is kept in the books, and what reports and policies call it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import Literal

from pydantic import Field

from returnledger.configfields import Amount, Part
from returnledger.events.fields import Account, Name, Rate, Text
from returnledger.findings import Finding
from returnledger.places import Places

# What Beancount reads as a commodity.
COMMODITY = re.compile(r"[A-Z]([A-Z0-9'._-]{0,22}[A-Z0-9])?")
LONGEST = 24


class ProductRow(Part):
    """One product as products.yaml has it; every key may be left out."""

    commodity: Name | None = Field(default=None, description="The commodity in the books; made from the SKU if absent.")
    name: Text | None = Field(default=None, description="The name of the product, for documents and reports.")
    category: Name | None = Field(default=None, description="The category, as policies and reports use it.")
    supplier: Name | None = Field(default=None, description="The supplier that defective goods can go back to.")
    account: Account | None = Field(
        default=None,
        description="The stock account, for goods that come back without a sale; else where they stood last.",
    )
    stock: Literal["value", "none"] | None = Field(
        default=None,
        description="value: the books keep it in stock by value, without lots; none: it is a service and costs nothing; "
        "else the ledger tells.",
    )
    packs: dict[Name, Amount] = Field(default={}, description="Units of packs, such as {box: 24}.")
    cost: Amount | None = Field(default=None, description="The usual unit cost without tax, for goods without a sale.")
    price_incl_tax: Amount | None = Field(
        default=None, description="The unit price, tax included, at which it goes out in an exchange."
    )
    tax_rate: Rate | None = Field(default=None, description="Its tax rate as a share of 1, in an exchange: 0.13.")


@dataclass(frozen=True, slots=True)
class Product:
    """One product, its commodity made where the file has none; `packs` are commodity units per pack."""

    sku: str
    commodity: str
    name: str | None = None
    category: str | None = None
    supplier: str | None = None
    packs: Mapping[str, Decimal] = field(default_factory=dict)
    cost: Decimal | None = None
    account: str | None = None
    stock: str | None = None
    price_incl_tax: Decimal | None = None
    tax_rate: Decimal | None = None


@dataclass(frozen=True)
class Products:
    """All products by SKU; a SKU that the file lacks is a product with nothing but its commodity."""

    by_sku: Mapping[str, Product] = field(default_factory=dict)

    def get(self, sku: str) -> Product | None:
        """Return the product that the file has under `sku`, or None."""
        return self.by_sku.get(sku)

    def of(self, sku: str) -> Product:
        """Return the product of `sku`, with no more than a commodity where the file does not have it."""
        return self.by_sku.get(sku) or Product(sku, commodity_of(sku))

    @cached_property
    def by_commodity(self) -> Mapping[str, Product]:
        """Return the products by the commodity that the books keep them under."""
        return {product.commodity: product for product in self.by_sku.values()}

    def __iter__(self) -> Iterator[Product]:
        """Yield the products in the order of the file."""
        return iter(self.by_sku.values())

    def __len__(self) -> int:
        """Return how many products the file has."""
        return len(self.by_sku)


@lru_cache(maxsize=65_536)
def commodity_of(sku: str) -> str:
    """Return a commodity that Beancount can read for `sku`: the SKU itself where it is one, else one made from it.

    What is made ends in six digits of a digest of the SKU, so that two SKUs never share one by accident.
    """
    if COMMODITY.fullmatch(sku):
        return sku
    upper = re.sub(r"[^A-Z0-9'._-]+", "-", sku.upper()).strip("-'._")
    if upper == sku.upper() and COMMODITY.fullmatch(upper):
        return upper
    digest = sha256(sku.encode()).hexdigest()[:6].upper()
    stem = upper if upper[:1].isalpha() else f"SKU-{upper}".rstrip("-")
    return f"{stem[: LONGEST - 7].rstrip('-._')}-{digest}"


def products_of(rows: Mapping[str, ProductRow], places: Places) -> tuple[Products, list[Finding]]:
    """Return the products of a file's rows, and a finding for each commodity that is malformed or used twice."""
    findings: list[Finding] = []
    by_sku: dict[str, Product] = {}
    owners: dict[str, str] = {}
    for sku, row in rows.items():
        commodity = row.commodity or commodity_of(sku)
        if not COMMODITY.fullmatch(commodity):
            values = {"commodity": commodity, "example": commodity_of(commodity)}
            findings.append(Finding("commodity-malformed", places.at(sku, "commodity"), values))
        elif commodity in owners:
            values = {"sku": sku, "other": owners[commodity], "commodity": commodity}
            findings.append(Finding("commodity-twice", places.at(sku, "commodity"), values))
        owners.setdefault(commodity, sku)
        packs = MappingProxyType(dict(row.packs))
        by_sku[sku] = Product(
            sku,
            commodity,
            row.name,
            row.category,
            row.supplier,
            packs,
            row.cost,
            row.account,
            row.stock,
            row.price_incl_tax,
            row.tax_rate,
        )
    return Products(by_sku), findings
