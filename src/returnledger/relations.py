"""The three tables that analyses read: every line sold, every line given back, every case with its state.

They are made from the ledger and from nothing else. Amounts carry the sign of what they say: what was sold and what was
given back are both positive, a void repeats the rows it undoes with every number negated, so that plain sums are right.

    SELECT sku, sum(quantity) AS returned FROM returns WHERE kind = 'return' GROUP BY sku
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["text", "number", "money", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a relation: its name in queries, its type, and what it holds, in both languages."""

    name: str
    type: ColumnType
    en: str
    zh: str


def _line_columns() -> tuple[Column, ...]:
    return (
        Column(
            "order",
            "text",
            'the order, as the ledger names it; write it "order" in a query',
            '订单号（查询中写作 "order"）',
        ),
        Column("line", "text", "the line of the order", "订单行"),
        Column("sku", "text", "the stock keeping unit", "SKU"),
        Column(
            "commodity",
            "text",
            "the commodity in the books; empty for a line without stock",
            "账簿中的商品代码；无库存的行为空",
        ),
        Column("name", "text", "the product's name", "商品名称"),
        Column("category", "text", "the product's category", "商品类别"),
        Column("supplier", "text", "the product's supplier", "供应商"),
        Column("customer", "text", "the customer's code", "客户代码"),
        Column("channel", "text", "the sales channel", "销售渠道"),
        Column("country", "text", "the customer's country", "国家"),
    )


SALES: tuple[Column, ...] = (
    Column("date", "date", "the day of the sale", "销售日期"),
    *_line_columns(),
    Column("quantity", "number", "units sold", "销售数量"),
    Column("revenue", "money", "revenue of the line after discount, without tax", "该行折后不含税收入"),
    Column("tax", "money", "tax charged on the line", "该行销项税额"),
    Column(
        "cost",
        "money",
        "cost of the goods, as booked; 0 where they cost another currency",
        "入账的销售成本；成本为其他币种时为 0",
    ),
    Column("currency", "text", "the currency of revenue, tax and cost", "币种"),
)

RETURNS: tuple[Column, ...] = (
    Column("date", "date", "the day the return or allowance was booked", "退货或折让的入账日期"),
    Column(
        "date_sold",
        "date",
        "the day of the sale it belongs to; empty where no sale is known",
        "原销售日期；无原销售时为空",
    ),
    *_line_columns(),
    Column("case", "text", 'the id of the case; write it "case" in a query', '案件编号（查询中写作 "case"）'),
    Column("event", "text", "the id of the event", "事件编号"),
    Column("kind", "text", "return or allowance", "return（退货）或 allowance（折让）"),
    Column(
        "goods", "text", "returned, kept or never_shipped", "returned（退回）、kept（保留）或 never_shipped（未发货）"
    ),
    Column("reason", "text", "why", "原因"),
    Column(
        "fault",
        "text",
        "who answers for it: merchant, customer, carrier, unknown",
        "责任方：merchant、customer、carrier、unknown",
    ),
    Column("condition", "text", "what the inspector saw", "验收状况"),
    Column("disposition", "text", "what was done with the goods", "处置方式"),
    Column(
        "lot", "text", "the lot the units went back to: unit cost, currency, date", "退回的批次：单位成本、币种、日期"
    ),
    Column(
        "quantity", "number", "units that came back; 0 for goods kept and allowances", "退回数量；客户保留与折让为 0"
    ),
    Column("revenue", "money", "revenue given back, without tax", "冲回的不含税收入"),
    Column("tax", "money", "tax given back", "冲回的税额"),
    Column(
        "cost",
        "money",
        "cost of goods given back; 0 where they cost another currency",
        "冲回的销售成本；成本为其他币种时为 0",
    ),
    Column("currency", "text", "the currency of revenue, tax and cost", "币种"),
    Column("decision", "text", "what the policy decided, and by which rows", "政策的决定及所依据的条目"),
    Column("number", "text", "the number of the credit document", "红字单据编号"),
)

CASES: tuple[Column, ...] = (
    Column("case", "text", 'the id of the case; write it "case" in a query', '案件编号（查询中写作 "case"）'),
    Column("order", "text", 'the order; write it "order" in a query', '订单号（查询中写作 "order"）'),
    Column("customer", "text", "the customer's code", "客户代码"),
    Column("kind", "text", "the kind of the event that opened it", "开案事件的种类"),
    Column("date_opened", "date", "the day of its first step", "首步日期"),
    Column("date_last", "date", "the day of its last step", "最近一步日期"),
    Column("steps", "number", "how many steps it has", "步骤数"),
    Column(
        "status",
        "text",
        "open (it waits for a step), closed or void",
        "open（进行中，尚有步骤）、closed（已结）或 void（作废）",
    ),
    Column("returned", "number", "units that came back", "退回数量"),
    Column("credited", "money", "credited to the customer, tax included", "已冲回的含税金额"),
    Column("paid", "money", "paid to the customer", "已付给客户的金额"),
    Column("due", "money", "due to the customer and not yet paid", "应付未付的金额"),
    Column("currency", "text", "the currency of credited, paid and due", "币种"),
    Column(
        "date_requested",
        "date",
        "the day it was asked for; this and the days below are empty where it was not",
        "申请日期；本列及以下各日期未发生时为空",
    ),
    Column("date_approved", "date", "the day it was approved", "批准日期"),
    Column("date_received", "date", "the day the last goods came", "最后一批商品收货日期"),
    Column("date_inspected", "date", "the day the last goods were inspected", "最后一次验收日期"),
    Column("date_credited", "date", "the day of the last credit", "最后一次冲回日期"),
    Column(
        "date_refunded",
        "date",
        "the day the last of it was paid; empty while something is due",
        "付清日期；尚有应付时为空",
    ),
    Column("deadline", "date", "the day by which the refund is due, as it was decided", "决定的退款期限"),
    Column(
        "authorisation", "text", "how far the approval is; void where all was undone", "授权进度；全部撤销时为 void"
    ),
    Column("goods", "text", "how far the goods are", "商品进度"),
    Column("money", "text", "how far the money is", "款项进度"),
    Column(
        "next_step",
        "text",
        "the kind of event that comes next; empty where nothing does",
        "下一步事件的种类；无后续时为空",
    ),
    Column("by", "text", 'who may take it; write it "by" in a query', '由谁办理（查询中写作 "by"）'),
)

RELATIONS: dict[str, tuple[Column, ...]] = {"sales": SALES, "returns": RETURNS, "cases": CASES}


def column_names(relation: str) -> tuple[str, ...]:
    """Return the column names of `relation` in the order in which its rows hold them."""
    return tuple(column.name for column in RELATIONS[relation])
