"""What the rows of a policy have in common: an id, a condition, and why the shop has them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from returnledger.configfields import Part, RowId, Why
from returnledger.events.fields import Text

Step = Literal["request", "approve", "receive", "inspect", "credit_note", "dispose", "refund"]
Unit = Literal["calendar", "business"]
SourceLevel = Annotated[
    Literal["S", "K"] | None,
    Field(
        description="How a rule of law is known. S: read in a public text; K: known to the trade, not verified in a text."
    ),
]
When = Annotated[
    dict[str, Any],
    Field(
        description="What must be true for the row to decide: facts with a value, a list of values, a comparison "
        "like '>5', a range like 1..5, or a pattern like TEE-*; all keys must hold. `any:` takes a list of which one "
        "must hold, `not:` one that must not. `{}` always holds.",
        examples=["{}"],
    ),
]


class Row(Part):
    """What every row of a table has: an id that decisions show, its condition, and why the shop has it."""

    id: RowId = Field(
        description="The name of the row, once in its table, as decisions and entries show it.", examples=["row-1"]
    )
    when: When
    why: Why = Field(
        default={}, description="Why the shop has this row: one text, or one in each language, {zh: ..., en: ...}."
    )
    statute: Text | None = Field(
        default=None, description="The law that the row follows, where it is another than that of the whole policy."
    )
    source_level: SourceLevel = None
