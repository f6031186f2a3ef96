"""A condition and a row of a policy in words: right in English and in Chinese, for staff and for customers."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from returnledger.configfile import read_policy
from returnledger.policy import Policy
from returnledger.policy.condition_words import condition_clause
from returnledger.policy.fact_names import FACTS
from returnledger.policy.fact_words import CLAUSES, WHOLE
from returnledger.policy.phrases import Speech
from returnledger.policy.prepare import TABLES
from returnledger.policy.sentences import KEYED, ROWS, condition_words, row_words, window_words

HEAD = """\
policy: trial
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 7, from: delivered}}
"""


def policy(tmp_path: Path, text: str) -> Policy:
    """Return the policy of HEAD and `text`."""
    file = tmp_path / "p.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    read, findings, _source = read_policy(file, "p.yaml")
    assert read is not None, findings
    return read


def said(tmp_path: Path, text: str, language: str = "en", *, to_customers: bool = False) -> list[str]:
    """Return the sentences of all rows of the policy of `text`."""
    found = policy(tmp_path, text)
    sentences = [
        row_words(table, row, found, language, to_customers=to_customers)
        for table in ROWS
        for row in found.tables[table]
    ]
    for table in KEYED:
        rows: dict[Any, Any] = getattr(found.says, table) or {}
        sentences += [row_words(table, row, found, language, key=str(key)) for key, row in rows.items()]
    return sentences


# --- conditions


@pytest.mark.parametrize(
    ("when", "en", "zh"),
    [
        (
            {"fault": "merchant", "line_amount": "<30"},
            "we are at fault and the line is under 30.00 CNY",
            "商家责任且该行金额低于 30.00 元",
        ),
        ({}, "in every case", "任何情况"),
        ({"category": ["digital", "gift_card"]}, "the goods are digital goods or gift cards", "商品为数字商品或礼品卡"),
        ({"category": "tea"}, "the goods are in the category tea", "商品类别为 tea"),
        ({"not": {"condition": ["opened", "used"]}}, "the goods are not opened or used", "商品状况不是已拆封或已使用"),
        ({"amount": "<=500"}, "the amount is at most 500.00 CNY", "金额不超过 500.00 元"),
        ({"not": {"amount": "<=5000"}}, "the amount is above 5,000.00 CNY", "金额超过 5,000.00 元"),
        (
            {"amount": "100..200.50"},
            "the amount is from 100.00 CNY to 200.50 CNY",
            "金额在 100.00 元至 200.50 元之间（含）",
        ),
        ({"days_since_sale": "<=90"}, "the sale was at most 90 days ago", "售出至今不超过 90 天"),
        ({"days_since_sale": "<=1"}, "the sale was at most 1 day ago", "售出至今不超过 1 天"),
        ({"days_since_sale": "0"}, "the sale was on the same day", "售出当日"),
        ({"days_late": ">0"}, "the customer asks too late", "申请已逾期"),
        ({"days_late": ">3"}, "the request is more than 3 days late", "逾期超过 3 天"),
        ({"in_window": "false"}, "the customer asks too late", "申请已逾期"),
        (
            {"customer_returns_90d": ">1"},
            "the customer has made more than 1 return in 90 days",
            "客户 90 天内退货超过 1 次",
        ),
        (
            {"customer_returns_90d": "0"},
            "the customer has made no return in the last 90 days",
            "客户 90 天内没有退货",
        ),
        ({"qty": ">1"}, "the number of units is more than 1", "退货数量超过 1 件"),
        ({"discount_percent": "100"}, "the discount was exactly 100%", "优惠幅度为 100%"),
        (
            {"warranty_until": ">=2026-03-01"},
            "the warranty ends on 1 March 2026 or later",
            "保修截止日不早于2026年3月1日",
        ),
        ({"sku": ["TEE-XL", "MUG-*", "*-B"]}, "the SKU is TEE-XL, begins with MUG- or ends with -B", None),
        ({"not": {"sku": "T恤-*"}}, "the SKU does not begin with T恤-", "SKU 不以 T恤- 开头"),
        ({"evidence": ["photo", "x-ray"]}, "a photo or x-ray has been handed in", "已提交照片或 x-ray"),
        ({"weekday": ["saturday", "sunday"]}, "the customer asks on a Saturday or Sunday", "申请日为星期六或星期日"),
        ({"country": ["DE", "US-CA", "GB"]}, "the customer is in Germany, California or the United Kingdom", None),
        (
            {"deposit": "earnest", "broken_by": "us"},
            "the advance is earnest money (定金) and we broke the contract",
            None,
        ),
        ({"fault": ["merchant", "carrier"]}, "we or the carrier are at fault", "商家或承运人责任"),
        ({"not": {"fault": ["merchant", "carrier"]}}, "neither we nor the carrier are at fault", "非商家或承运人责任"),
        ({"order_tags": "not-informed"}, "the customer was not told of the right", "未告知客户该项权利"),
        ({"order_tags": "清仓"}, "the order is tagged 清仓", "订单带有标签“清仓”"),
        (
            {"any": [{"reason": "defective"}, {"amount": "<30", "fault": "merchant"}]},
            "the reason is a defect, or the amount is under 30.00 CNY and we are at fault",
            "退货原因为质量问题，或（金额低于 30.00 元且商家责任）",
        ),
        (
            {"channel": "online", "any": [{"reason": "defective"}, {"fault": "carrier"}]},
            "the sale was made online and (the reason is a defect or the carrier is at fault)",
            "销售渠道为网络且（退货原因为质量问题，或承运人责任）",
        ),
        (
            {"not": {"channel": "online", "amount": ">5"}},
            "the sale was not made online or the amount is at most 5.00 CNY",
            None,
        ),
        ({"any": []}, "it never happens", "任何情况均不适用"),
    ],
)
def test_a_condition_is_put_in_words(when: dict[str, Any], en: str, zh: str | None) -> None:
    assert condition_words(when, "en", "CNY") == en
    if zh is not None:
        assert condition_words(when, "zh", "CNY") == zh


def test_a_condition_that_was_read_says_the_same(tmp_path: Path) -> None:
    found = policy(
        tmp_path, "fees: [{id: a, when: {fault: 商家, line_amount: '<30'}, percent: 0}, {id: b, when: {}, percent: 1}]"
    )
    assert condition_words(found.tables["fees"][0].asks, "zh", "CNY") == "商家责任且该行金额低于 30.00 元"


def test_every_fact_has_words() -> None:
    assert sorted(set(FACTS) - set(CLAUSES) - set(WHOLE)) == []


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_a_denial_says_something_else_than_the_clause(fact: str) -> None:
    examples = {
        "fault": "carrier",
        "in_window": "true",
        "broken_by": "us",
        "sku": "A-*",
        "warranty_until": "2026-01-01",
    }
    value = examples.get(fact, {"NUMBER": ">5"}.get(FACTS[fact].name, "x"))
    for language in ("en", "zh"):
        clause, denial = (condition_words(when, language) for when in ({fact: value}, {"not": {fact: value}}))
        assert clause != denial
        assert "{" not in clause + denial


def test_customers_are_spoken_to() -> None:
    when = {"customer_returns_90d": ">5", "fault": "customer"}
    assert condition_clause(when, Speech("en", "CNY", True)) == (
        "you have made more than 5 returns in 90 days and the return is your own wish"
    )
    assert condition_clause(when, Speech("zh", "CNY", True)) == "您 90 天内退货超过 5 次且您自身原因"


@pytest.mark.parametrize(
    ("number", "currency", "en", "zh"),
    [
        ("5000", "CNY", "5,000.00 CNY", "5,000.00 元"),
        ("0.5", "EUR", "0.50 EUR", "0.50 欧元"),
        ("1200", "JPY", "1,200 JPY", "1,200 日元"),
        ("12.345", "USD", "12.345 USD", "12.345 美元"),
        ("3", "XYZ", "3.00 XYZ", "3.00 XYZ"),
    ],
)
def test_amounts_have_their_currency(number: str, currency: str, en: str, zh: str) -> None:
    assert Speech("en").amount(Decimal(number), currency) == en
    assert Speech("zh").amount(Decimal(number), currency) == zh


# --- rows


def test_every_table_of_rows_has_words() -> None:
    assert sorted(set(TABLES) - set(ROWS)) == []


FEES = """\
fees:
  - {id: fault, when: {fault: merchant}, percent: 0}
  - {id: opened, when: {condition: opened}, percent: 5, max: 200}
  - {id: used, when: {condition: used}, percent: 100, of: net, tax: none}
  - {id: fixed, when: {category: tea}, amount: 1, per: order, tax: rate, rate: 0.13}
  - {id: rest, when: {}, percent: 2.5, per: order}
"""


def test_fees_in_words(tmp_path: Path) -> None:
    assert said(tmp_path, FEES) == [
        "Where we are at fault, nothing is kept of the refund.",
        "Where the goods are opened, we keep 5% of what was paid, tax included, per line, at most 200.00 CNY; the fee is "
        "taxed as the sale was.",
        "Where the goods are used, we keep all that was paid, 100%, without tax, per line; the fee is not taxed.",
        "Where the goods are in the category tea, we keep 1.00 CNY per order; the fee is taxed at 13%.",
        "Otherwise, we keep 2.5% of what was paid, tax included, per order; the fee is taxed as the sale was.",
    ]
    assert said(tmp_path, FEES, "zh") == [
        "商家责任的，不收退货手续费。",
        "商品状况为已拆封的，每行收取含税实付金额的 5% 作为退货手续费，最高 200.00 元；手续费按原销售的税率计税。",
        "商品状况为已使用的，每行扣留不含税实付金额的全部（100%）；手续费不计税。",
        "商品类别为 tea 的，每单收取退货手续费 1.00 元；手续费按 13% 税率计税。",
        "其他情况，每单收取含税实付金额的 2.5% 作为退货手续费；手续费按原销售的税率计税。",
    ]
    assert said(tmp_path, FEES, to_customers=True)[1] == (
        "Where the goods are opened, we keep 5% of what was paid, tax included, per item, at most 200.00 CNY."
    )


REFUNDS = """\
refunds:
  - {id: now, when: {channel: store}, methods: [cash], within_days: 0, counted_from: requested}
  - {id: day, when: {channel: online}, methods: [original, later], within_days: 1, unit: business}
  - {id: rest, when: {}, methods: [store_credit, mango_pay], bonus_percent: 5}
"""


def test_refunds_in_words(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(HEAD + REFUNDS, encoding="utf-8")
    found, findings, _source = read_policy(file, "p.yaml", ("mango_pay",))
    assert found is not None, findings
    rows = found.tables["refunds"]
    assert [row_words("refunds", row, found, "en") for row in rows] == [
        "Where the sale was made in the shop, money goes back in cash, on the same day as the day the customer asks.",
        "Where the sale was made online, money goes back the way it was paid or as money owed and paid later, within 1 "
        "business day of the day the goods arrive.",
        "Otherwise, money goes back as store credit or mango pay; store credit is raised by 5%.",
    ]
    assert row_words("refunds", rows[1], found, "zh") == (
        "销售渠道为网络的，退款方式为原路退回或稍后支付，自收到退货之日起 1 个工作日内完成。"
    )
    assert row_words("refunds", rows[1], found, "en", to_customers=True) == (
        "Where the sale was made online, money goes back the way it was paid, within 1 business day of the day the goods "
        "arrive."
    )


APPROVALS = """\
approvals:
  - {id: automatic, when: {amount: "<=500"}, by: []}
  - {id: one, when: {amount: "<=5000"}, by: [supervisor]}
  - {id: all, when: {}, by: [finance_manager, cfo]}
limits:
  - {id: rate, within_days: 365, max_rate: 0.4, min_orders: 5}
  - {id: count, within_days: 1, max_returns: 1, max_amount: 2000, then: deny}
evidence:
  - {id: letter, at: request, when: {}, need: request}
  - {id: photo, at: approve, when: {reason: defective}, need: [photo, video]}
"""


def test_duties_in_words(tmp_path: Path) -> None:
    assert said(tmp_path, APPROVALS) == [
        "Where the amount is at most 500.00 CNY, no approval is needed.",
        "Where the amount is at most 5,000.00 CNY, the supervisor must approve.",
        "Otherwise, the finance manager and the chief financial officer must both approve, each of them another person.",
        "A written request must come with the request.",
        "Where the reason is a defect, a photo and a video must be there before approval.",
        "If more than 40% of the customer's orders of the last 365 days came back, a person decides; this counts from 5 "
        "orders on.",
        "If the customer has made more than 1 return in the last 1 day or refunds to the customer came to more than "
        "2,000.00 CNY in the last 1 day, the return is refused.",
    ]
    assert said(tmp_path, APPROVALS, "zh") == [
        "金额不超过 500.00 元的，无须审批，自动通过。",
        "金额不超过 5,000.00 元的，须由主管审批。",
        "其他情况，须由财务经理和财务总监共同审批，且各为不同的人。",
        "申请时须附书面申请。",
        "退货原因为质量问题的，审批前须有照片和视频。",
        "同一客户最近 365 天内退货率超过 40% 的，由人工审核决定；订单不足 5 笔的不适用。",
        "同一客户最近 1 天内退货超过 1 次或退款合计超过 2,000.00 元的，不予退货。",
    ]


ADVANCES = """\
advances:
  - {id: ours, when: {broken_by: us}, retain_percent: 0}
  - {id: earnest, when: {deposit: 定金, broken_by: customer}, retain_percent: 100}
  - {id: both, when: {broken_by: both}, retain_percent: 100, retain_max: 300}
  - {id: rest, when: {}, retain_percent: 10, retain_max: 5000}
"""


def test_advances_in_words(tmp_path: Path) -> None:
    assert said(tmp_path, ADVANCES) == [
        "Where we broke the contract, all of the money paid in advance goes back.",
        "Where the advance is earnest money (定金) and the customer broke the contract, none of the money paid in advance "
        "goes back (100% is kept).",
        "Where both sides broke the contract, we keep 100% of the money paid in advance, at most 300.00 CNY; the rest goes "
        "back.",
        "Otherwise, we keep 10% of the money paid in advance, at most 5,000.00 CNY; the rest goes back.",
    ]
    assert said(tmp_path, ADVANCES, "zh")[1] == "预收款为定金且客户违约的，预收款不予退还（扣留 100%）。"


WINDOWS = """\
window:
  default: {days: 1, from: sold, count_start: same_day}
  by_category: {apparel: {days: 30}, custom_made: {days: 0}, tea: {days: 0}}
  by_fault: {merchant: {days: 10, unit: business, saturday: true, roll_on_holiday: true}}
  cases:
    - {id: late, when: {order_tags: not-informed}, days: 14, months: 12, from: contract}
    - {id: months, when: {country: KR}, days: 0, months: 3}
  extensions: [{name: feast, sold: 2026-10-20..2026-11-11, until: 2026-12-15}]
"""


def test_windows_in_words(tmp_path: Path) -> None:
    head = HEAD.replace("window: {default: {days: 7, from: delivered}}\n", WINDOWS)
    file = tmp_path / "p.yaml"
    file.write_text(head, encoding="utf-8")
    found, findings, _source = read_policy(file, "p.yaml")
    assert found is not None, findings
    table = found.says.window
    rows: list[tuple[str, Any]] = [("default", table.default)]
    rows += [(f"by_category.{name}", row) for name, row in table.by_category.items()]
    rows += [(f"by_fault.{fault}", row) for fault, row in table.by_fault.items()]
    rows += [(f"cases.{row.id}", row) for row in table.cases]
    rows += [("extension", row) for row in table.extensions]
    assert [window_words(row, table, "en", key=key) for key, row in rows] == [
        "The customer has 1 day to ask for a return, counted from the day of the sale.",
        "For clothing, the customer has 30 days to ask for a return, counted from the day after the sale.",
        "Custom-made goods can't be returned, unless we are at fault.",
        "Goods in the category tea can't be returned, unless we are at fault.",
        "Where we are at fault, the customer has 10 business days to ask for a return, counted from the day after the sale; "
        "Saturdays count as business days; a last day that falls on a weekend or a public holiday moves to the next business "
        "day.",
        "Where the customer was not told of the right, the customer has 14 days and 12 months to ask for a return, counted "
        "from the day after the contract.",
        "Where the customer is in South Korea, the customer has 3 months to ask for a return, counted from the day after the "
        "sale.",
        "Goods sold from 20 October 2026 to 11 November 2026 can be returned until 15 December 2026.",
    ]
    assert [window_words(row, table, "zh", key=key) for key, row in rows][:5] == [
        "客户自售出当日起 1 天内可以申请退货。",
        "服装：客户自售出次日起 30 天内可以申请退货。",
        "定制商品不接受退货，商家责任除外。",
        "tea 类商品不接受退货，商家责任除外。",
        "商家责任的，客户自售出次日起 10 个工作日内可以申请退货；星期六计入工作日；最后一天为周末或法定节假日的，顺延至下一个工作日。",
    ]
    assert window_words(table.cases[1], table, "zh", key="cases.months", to_customers=True) == (
        "您所在地为韩国的，您自售出次日起 3 个月内可以申请退货。"
    )


KEYS = """\
dispositions:
  opened: {to: restock_open_box, sells_at: "85%", of: price_net, selling_cost: "5%", allowed: [restock, scrap]}
  defective: {to: return_to_supplier, otherwise: scrap, sells_at: 12.5, selling_cost: 1}
waivers:
  window-closed: {by: [supervisor, owner], up_to: 2000}
  fee-differs: {by: supervisor}
condition_from_reason: {none: new, wrong_item: unknown}
fault: {merchant: [late_delivery, undeliverable]}
"""


def test_keyed_tables_in_words(tmp_path: Path) -> None:
    assert said(tmp_path, KEYS) == [
        "Goods that are opened are restocked as open-box goods; expected to sell at 85% of their price without tax, less 5% "
        "of that for selling it; may also be restocked or scrapped.",
        "Goods that are defective are returned to the supplier, or scrapped where no supplier is known; expected to sell at "
        "12.50 CNY a unit, less 1.00 CNY for selling it.",
        "The supervisor or owner may let pass a request that comes too late up to a refund of 2,000.00 CNY.",
        "The supervisor may let pass another fee, whatever the refund.",
        "Without a reason, goods that nobody has described count as new.",
        "Where the reason is a wrong item, goods that nobody has described count as not yet looked at.",
        "Where the reason is late delivery or a parcel that could not be delivered, we are at fault.",
    ]
    assert said(tmp_path, KEYS, "zh") == [
        "已拆封商品：折价入库；预计售价为不含税售价的 85%，销售费用为售价的 5%；也可重新入库或报废。",
        "故障品：退回供应商，供应商不明的则报废；预计售价为每件 12.50 元，销售费用 1.00 元。",
        "退款不超过 2,000.00 元的，主管或店主可特批逾期申请。",
        "主管可特批不同的手续费，金额不限。",
        "未填退货原因的，未描述状况的商品按全新处理。",
        "退货原因为发错货的，未描述状况的商品按未知处理。",
        "退货原因为未按时到货或无法投递的，视为商家责任。",
    ]
