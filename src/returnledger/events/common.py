"""What every event can say, and what an event says of goods: the parts that the kinds are made of."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from returnledger.events.fields import (
    CheckCode,
    Code,
    Currency,
    Day,
    Digest,
    MetaKey,
    Money,
    Name,
    Number,
    NumberOrAll,
    Rate,
    Tag,
    Text,
)
from returnledger.terms import Condition, Disposition, Reason


class Part(BaseModel):
    """A part of an event: unknown keys are findings, nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _path_alone(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


def _one_or_many(value: Any) -> Any:
    return (value,) if isinstance(value, (str, dict)) else value


OneOrMany: Final = BeforeValidator(_one_or_many, json_schema_input_type=str | list[str])


class Evidence(Part):
    """A paper or picture that shows what happened."""

    path: Name = Field(description="Where the file is, seen from the events file.", examples=["photos/so-1009.jpg"])
    type: Name | None = Field(None, description="What it is: photo, receipt, letter or a word of your own.")
    sha256: Digest | None = Field(None, description="The SHA-256 digest of the file, 64 hexadecimal digits.")


Paper = Annotated[Evidence, BeforeValidator(_path_alone, json_schema_input_type=str | Evidence)]
Papers = str | Evidence | list[str | Evidence]


class Source(Part):
    """Where an imported event comes from."""

    system: Name | None = Field(None, description="The system that reported the event.")
    id: Name | None = Field(None, description="The id that the event has there; with system it gives the event its id.")
    file: Name | None = Field(None, description="The file that the event was first read from.")
    row: Name | None = Field(None, description="The row of that file.")


class Item(Part):
    """Goods of one SKU, or one line of the order: what comes back and how it was found."""

    sku: Name | None = Field(None, description="The SKU as in the sale; without it, all that can still come back.")
    qty: NumberOrAll | None = Field(None, description="How many, in units of the commodity or of `unit`; or all.")
    unit: Name | None = Field(None, description="The pack that qty counts, as products.yaml names it.")
    line: Name | None = Field(None, description="The line of the order, where a SKU stands on several.")
    lot: Name | None = Field(None, description="The lot the goods were sold from: label, else date, else unit cost.")
    serial: Name | None = Field(None, description="The serial number of the unit.")
    price_incl_tax: Money | None = Field(None, description="The unit price as the customer sees it, tax included.")
    tax_rate: Rate | None = Field(None, description="The tax rate as a share of 1: 0.13.")
    price: Money | None = Field(None, description="The unit price without tax.")
    tax: Money | None = Field(None, description="The tax of the whole item.")
    cost: Money | None = Field(None, description="The unit cost, where no sale can give it.")
    fee: Money | None = Field(None, description="What is kept from the refund of this item, tax included.")
    reason: Annotated[Reason, Code(Reason)] | None = Field(None, description="Why the customer returns it.")
    condition: Annotated[Condition, Code(Condition)] | None = Field(None, description="What the inspector saw.")
    disposition: Annotated[Disposition, Code(Disposition)] | None = Field(
        None, description="What is done with the goods."
    )
    location: Name | None = Field(None, description="Where the goods are put.")
    value: Money | None = Field(None, description="Expected selling price per unit, without tax.")
    selling_cost: Money | None = Field(None, description="Expected cost of selling one unit.")
    note: Text | None = Field(None, description="Anything that people should know of this item.")


class Common(Part):
    """What every event can say."""

    id: Name | None = Field(None, description="An id of your own; without it one is made from the content.")
    date: Day | None = Field(None, description="The posting date, YYYY-MM-DD.")
    requested: Day | None = Field(None, description="The day the customer asked; the return window is judged by it.")
    delivered: Day | None = Field(None, description="The day the customer got the goods.")
    received: Day | None = Field(None, description="The day the goods came back; refund deadlines count from it.")
    by: Name | None = Field(None, description="Who reports the event.")
    approved_by: Annotated[tuple[Name, ...], OneOrMany] = Field((), description="Who approved it: one name or several.")
    allow: Annotated[tuple[CheckCode, ...], OneOrMany] = Field(
        (), description="Codes of checks that the approver sets aside for this event; a note says why."
    )
    note: Text | None = Field(None, description="Anything that people should know.")
    currency: Currency | None = Field(None, description="The currency of the amounts, if not that of the sale.")
    rate: Number | None = Field(
        None,
        description="What one unit of the customer's currency is worth in the books' on the day; else the ledger's latest price says it.",
    )
    evidence: Annotated[tuple[Paper, ...], BeforeValidator(_one_or_many, json_schema_input_type=Papers)] = Field(
        (), description="Papers and pictures: a path, or {path, type, sha256}; one or several."
    )
    tags: Annotated[tuple[Tag, ...], OneOrMany] = Field((), description="Tags for the entry in the ledger.")
    meta: dict[MetaKey, Text] = Field({}, description="Metadata for the entry in the ledger.")
    source: Source | None = Field(None, description="Where an imported event comes from.")
