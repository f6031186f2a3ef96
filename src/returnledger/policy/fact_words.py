"""What is said of each fact that a condition can ask for: one clause, its denial, and the words of comparisons."""

from __future__ import annotations

from typing import NamedTuple


class Clause(NamedTuple):
    """A clause and its denial in both languages; `{value}` stands for what is asked."""

    en: str
    en_not: str
    zh: str
    zh_not: str


# Comparisons carry their own denial, so clauses of numbers and days need one form only.
def _number(en: str, zh: str) -> Clause:
    return Clause(en, en, zh, zh)


CLAUSES: dict[str, Clause] = {
    "kind": Clause("it is {value}", "it is not {value}", "业务为{value}", "业务不是{value}"),
    "sku": _number("the SKU {value}", "SKU {value}"),
    "category": Clause(
        "the goods are in the category {value}",
        "the goods are not in the category {value}",
        "商品类别为{value}",
        "商品类别不是{value}",
    ),
    "supplier": Clause(
        "the supplier is {value}", "the supplier is not {value}", "供应商为 {value}", "供应商不是 {value}"
    ),
    "customer": Clause("the customer is {value}", "the customer is not {value}", "客户为 {value}", "客户不是 {value}"),
    "customer_group": Clause(
        "the customer is in the group {value}",
        "the customer is not in the group {value}",
        "客户属于{value}组",
        "客户不属于{value}组",
    ),
    "channel": Clause(
        "the sale was made {value}", "the sale was not made {value}", "销售渠道为{value}", "销售渠道不是{value}"
    ),
    "country": Clause(
        "the customer is in {value}", "the customer is not in {value}", "客户所在地为{value}", "客户所在地不是{value}"
    ),
    "contract": Clause("the contract is {value}", "the contract is not {value}", "合同为 {value}", "合同不是 {value}"),
    "reason": Clause("the reason is {value}", "the reason is not {value}", "退货原因为{value}", "退货原因不是{value}"),
    "condition": Clause(
        "the goods are {value}", "the goods are not {value}", "商品状况为{value}", "商品状况不是{value}"
    ),
    "disposition": Clause(
        "the goods are to be {value}", "the goods are not to be {value}", "处置方式为{value}", "处置方式不是{value}"
    ),
    "qty": _number("the number of units is {value}", "退货数量{value}"),
    "line_amount": _number("the line is {value}", "该行金额{value}"),
    "amount": _number("the amount is {value}", "金额{value}"),
    "order_amount": _number("the order came to {value}", "订单金额{value}"),
    "discount_percent": _number("the discount was {value}", "优惠幅度{value}"),
    "days_since_sale": _number("the sale was {value} ago", "售出至今{value}"),
    "days_since_delivered": _number("delivery was {value} ago", "送达至今{value}"),
    "days_late": _number("the request is {value} late", "逾期{value}"),
    "customer_returns_90d": _number("the customer has made {value} in 90 days", "客户 90 天内退货{value}"),
    "customer_rate_365d": _number(
        "the share of purchases that came back from the customer in 365 days is {value}", "客户 365 天退货率{value}"
    ),
    "evidence": Clause(
        "{value} has been handed in", "{value} has not been handed in", "已提交{value}", "未提交{value}"
    ),
    "order_tags": Clause(
        "the order is tagged {value}",
        "the order is not tagged {value}",
        "订单带有标签“{value}”",
        "订单没有标签“{value}”",
    ),
    "warranty_until": _number("the warranty ends {value}", "保修截止日{value}"),
    "weekday": Clause(
        "the customer asks on a {value}",
        "the customer does not ask on a {value}",
        "申请日为{value}",
        "申请日不是{value}",
    ),
    "method": Clause(
        "the money goes back {value}", "the money does not go back {value}", "退款方式为{value}", "退款方式不是{value}"
    ),
    "deposit": Clause("the advance is {value}", "the advance is not {value}", "预收款为{value}", "预收款不是{value}"),
}

# Of categories whose names are common words.
NAMED = Clause("the goods are {value}", "the goods are not {value}", "商品为{value}", "商品不是{value}")

# Facts each of whose values has a clause of its own.
WHOLE: dict[str, dict[str, Clause]] = {
    "fault": {
        "merchant": Clause("we are at fault", "we are not at fault", "商家责任", "非商家责任"),
        "customer": Clause(
            "the return is the customer's own wish",
            "the return is not the customer's own wish",
            "客户自身原因",
            "非客户自身原因",
        ),
        "carrier": Clause("the carrier is at fault", "the carrier is not at fault", "承运人责任", "非承运人责任"),
        "unknown": Clause(
            "it is not known who is at fault", "it is known who is at fault", "责任尚不明确", "责任已明确"
        ),
    },
    "broken_by": {
        "us": Clause("we broke the contract", "we did not break the contract", "本店违约", "本店未违约"),
        "customer": Clause(
            "the customer broke the contract", "the customer did not break the contract", "客户违约", "客户未违约"
        ),
        "both": Clause(
            "both sides broke the contract", "not both sides broke the contract", "双方违约", "并非双方违约"
        ),
        "force_majeure": Clause(
            "force majeure ended the contract", "it was not force majeure", "因不可抗力", "并非因不可抗力"
        ),
    },
    "in_window": {
        "true": Clause("the customer asks in time", "the customer asks too late", "申请未逾期", "申请已逾期"),
        "false": Clause("the customer asks too late", "the customer asks in time", "申请已逾期", "申请未逾期"),
    },
}

# Of faults that are ours or the carrier's.
OURS_OR_CARRIERS = Clause(
    "we or the carrier are at fault",
    "neither we nor the carrier are at fault",
    "商家或承运人责任",
    "非商家或承运人责任",
)

# Facts that are counted in whole numbers: any at all, and none at all.
COUNTED: dict[str, Clause] = {
    "days_since_sale": Clause(
        "the sale was before the day of the request", "the sale was on the same day", "非售出当日", "售出当日"
    ),
    "days_since_delivered": Clause(
        "delivery was before the day of the request", "delivery was on the same day", "非送达当日", "送达当日"
    ),
    "days_late": Clause("the customer asks too late", "the customer asks in time", "申请已逾期", "申请未逾期"),
    "customer_returns_90d": Clause(
        "the customer has made a return in the last 90 days",
        "the customer has made no return in the last 90 days",
        "客户 90 天内有过退货",
        "客户 90 天内没有退货",
    ),
    "discount_percent": Clause("there was a discount", "there was no discount", "享有优惠", "没有优惠"),
}

# Comparisons by the kind of number: operator → English, Chinese.
NUMBERS: dict[str, dict[str, tuple[str, str]]] = {
    "money": {
        ">": ("above {low}", "超过{low}"),
        ">=": ("at least {low}", "不低于{low}"),
        "<": ("under {low}", "低于{low}"),
        "<=": ("at most {low}", "不超过{low}"),
        "=": ("exactly {low}", "为{low}"),
        "not =": ("not exactly {low}", "不是{low}"),
        "..": ("from {low} to {high}", "在{low}至{high}之间（含）"),
        "not ..": ("not from {low} to {high}", "不在{low}至{high}之间"),
    },
    "count": {
        ">": ("more than {low}", "超过{low}"),
        ">=": ("at least {low}", "不少于{low}"),
        "<": ("less than {low}", "少于{low}"),
        "<=": ("at most {low}", "不超过{low}"),
        "=": ("exactly {low}", "为{low}"),
        "not =": ("not exactly {low}", "不是{low}"),
        "..": ("from {low} to {high}", "在{low}至{high}之间（含）"),
        "not ..": ("not from {low} to {high}", "不在{low}至{high}之间"),
    },
    "day": {
        ">": ("after {low}", "晚于{low}"),
        ">=": ("on {low} or later", "不早于{low}"),
        "<": ("before {low}", "早于{low}"),
        "<=": ("on {low} or earlier", "不晚于{low}"),
        "=": ("on {low}", "为{low}"),
        "not =": ("not on {low}", "不是{low}"),
        "..": ("from {low} to {high}", "在{low}至{high}之间（含）"),
        "not ..": ("not from {low} to {high}", "不在{low}至{high}之间"),
    },
}
