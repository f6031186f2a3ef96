"""How a sale is recognised in a ledger: by which links and metadata keys, and where sales stand that it does not have."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from returnledger.configfields import OneOrMany, Part
from returnledger.events.fields import Rate, Text


class OrderKey(Part):
    """One way to tell which order a transaction belongs to: a link, a metadata key, or a tag."""

    link: Text | None = Field(default=None, description="The link, with {} where the order number stands: inv-{}.")
    metadata: Text | None = Field(default=None, description="The metadata key that holds the order number.")
    tag: Text | None = Field(default=None, description="The tag, with {} where the order number stands: order-{}.")

    @property
    def way(self) -> tuple[str, str]:
        """How the order is named, and by what."""
        given = (("link", self.link), ("metadata", self.metadata), ("tag", self.tag))
        return next(((style, pattern) for style, pattern in given if pattern), ("metadata", ""))


class SaleMetadata(Part):
    """Under which metadata keys the ledger keeps what returnledger asks of a sale."""

    sku: Text = Field(default="sku", description="The SKU of a line.")
    quantity: Text = Field(default="qty", description="The quantity of a line, as the document has it.")
    line: Text = Field(default="line", description="The number of a line.")
    customer: Text = Field(default="customer", description="The customer; else the payee.")
    delivered: Text = Field(default="delivered", description="The day of delivery.")
    shipped: Text = Field(default="shipped", description="The day of shipping.")
    serial: Text = Field(default="serial", description="The serial number of a unit.")
    unit_price: Text = Field(default="unit_price", description="The unit price without tax.")
    cost: Text = Field(
        default="cost", description="What a whole line cost, where no posting of its sale carries the cost of goods."
    )
    unit_cost: Text = Field(default="unit_cost", description="What one unit cost, where no posting carries it.")
    tax_rate: Text = Field(default="tax_rate", description="The tax rate of a line or of a tax posting: 0.13 or 13%.")
    channel: Text = Field(default="channel", description="The sales channel.")
    country: Text = Field(default="country", description="The country of the customer.")
    contract: Text = Field(default="contract", description="The contract that the order belongs to.")
    customer_group: Text = Field(default="customer_group", description="The group of the customer.")
    contract_date: Text = Field(default="contract_date", description="The day of the contract.")
    invoice_date: Text = Field(default="invoice_date", description="The day of the invoice.")
    warranty_until: Text = Field(default="warranty_until", description="The last day of the warranty.")
    shipping_standard: Text = Field(default="shipping_standard", description="The charge of the cheapest delivery.")


class SalesTable(Part):
    """How a sale is recognised in ledgers that this tool did not write."""

    order: list[OrderKey] = Field(
        default=[OrderKey(link="inv-{}"), OrderKey(metadata="order"), OrderKey(metadata="invoice")],
        description="Ways to find the order of a transaction; links are tried first.",
    )
    tax_rates: list[Rate] = Field(
        default=[],
        description="The tax rates there are, as shares of 1; where a sale does not say which of its lines a tax was "
        "charged on, no others are believed.",
        examples=["[0.13, 0.09]"],
    )
    metadata: SaleMetadata = Field(
        default=SaleMetadata(), description="The metadata keys of the ledger, where they are not the usual ones."
    )
    register_file: Text | None = Field(
        default=None,
        alias="register",
        description="A CSV file of sales, for ledgers that hold only daily or monthly totals, with the columns order, "
        "date, customer, line, sku, qty, net, tax, cost, paid, invoice, delivered and, where needed, method and currency.",
        examples=["sales.csv"],
    )
    archives: Annotated[list[Text], OneOrMany] = Field(
        default=[],
        description="Ledgers of earlier years, only read: their sales can come back, and what came back there counts.",
        examples=["../2025/main.beancount"],
    )
