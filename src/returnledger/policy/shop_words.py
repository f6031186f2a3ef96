"""Words of sentences that no vocabulary holds in their form: reasons, goods by condition, checks, tags, currencies, places."""

from __future__ import annotations

from functools import cache

# Reasons as "the reason is …"; Chinese takes the vocabulary's names.
REASONS: dict[str, str] = {
    "defective": "a defect",
    "damaged_in_transit": "damage on the way",
    "wrong_item": "a wrong item",
    "missing_parts": "missing parts",
    "not_as_described": "goods not as described",
    "quality": "poor quality",
    "size_too_small": "too small a size",
    "size_too_large": "too large a size",
    "style": "the style",
    "color": "the colour",
    "changed_mind": "a change of mind",
    "ordered_by_mistake": "an order by mistake",
    "late_delivery": "late delivery",
    "better_price": "a better price elsewhere",
    "price_error": "a wrong price",
    "not_compatible": "goods that do not fit what they are for",
    "expired": "goods past their date",
    "recall": "a recall",
    "undeliverable": "a parcel that could not be delivered",
    "refused": "a refused parcel",
    "unauthorized": "a purchase that the account holder did not make",
    "excess_stock": "unsold stock",
    "end_of_season": "the end of the season",
    "contract_change": "a changed contract",
    "service_not_provided": "a service not provided",
    "customer_insolvency": "a customer who can't pay",
    "warranty": "the warranty",
    "duplicate_order": "an order placed twice",
    "other": "another one",
    "unknown": "not known",
}

# Goods of a condition, as Chinese sentences begin.
GOODS_ZH: dict[str, str] = {
    "new": "全新商品",
    "opened": "已拆封商品",
    "used": "已使用商品",
    "damaged": "破损商品",
    "defective": "故障品",
    "incomplete": "不完整的商品",
    "wrong_item": "非原商品",
    "expired": "过期商品",
    "missing": "缺失的商品",
    "unknown": "尚未验收的商品",
}

# Checks that a person may waive, as what is let pass.
CHECKS: dict[str, tuple[str, str]] = {
    "window-closed": ("a request that comes too late", "逾期申请"),
    "not-returnable": ("goods that the policy excludes", "不予退货的商品"),
    "needs-review": ("a return that needs a person's decision", "须人工审核的退货"),
    "approval-missing": ("a missing approval", "缺少审批"),
    "approval-expired": ("goods that come after the approval expired", "批准失效后到达的退货"),
    "same-person": ("two steps by the same person", "同一人办理两个步骤"),
    "one-step-limit": ("a return in one line above the limit", "超过限额的一行办结"),
    "evidence-missing": ("missing papers", "缺少佐证材料"),
    "method-not-allowed": ("another way of paying", "其他退款方式"),
    "limit-exceeded": ("a customer above the limits", "超过客户限额"),
    "fee-differs": ("another fee", "不同的手续费"),
    "shipping-differs": ("another amount of the delivery charge", "不同的运费退还金额"),
    "price-differs": ("another price", "不同的价格"),
    "refund-too-early": ("money before its time", "提前退款"),
    "disposition-not-allowed": ("another use of the goods", "其他处置方式"),
    "red-invoice-missing": ("a missing red invoice", "缺少红字发票"),
    "blind-return": ("goods without a sale", "无原始订单的退货"),
    "quantity-missing": ("a missing quantity", "缺少数量"),
    "deposit-cap": ("a deposit above the legal part", "超过法定比例的定金"),
}

# Tags of an order that the law packs ask for, as clauses: the clause and its denial in each language.
TAGS: dict[str, tuple[str, str, str, str]] = {
    "not-informed": (
        "the customer was not told of the right",
        "the customer was told of the right",
        "未告知客户该项权利",
        "已告知客户该项权利",
    ),
    "performance-begun": (
        "performance began with the customer's consent",
        "performance has not begun with the customer's consent",
        "经客户同意已开始履行",
        "未经客户同意开始履行",
    ),
    "exclusion-confirmed": (
        "the customer confirmed the exclusion at purchase",
        "the customer did not confirm the exclusion at purchase",
        "客户购买时已确认不适用无理由退货",
        "客户购买时未确认不适用无理由退货",
    ),
    "already-received": (
        "the customer had the same goods or service before",
        "the customer did not have the same goods or service before",
        "客户此前已获得过相同商品或服务",
        "客户此前未获得过相同商品或服务",
    ),
    "terms-shown": (
        "our terms of return were shown before the order",
        "our terms of return were not shown before the order",
        "下单前已展示退货条款",
        "下单前未展示退货条款",
    ),
    "costly-to-return": (
        "the goods are costly to send back",
        "the goods are not costly to send back",
        "商品寄回费用较高",
        "商品寄回费用不高",
    ),
    "return-insurance": (
        "the order has return insurance",
        "the order has no return insurance",
        "订单含退货运费险",
        "订单不含退货运费险",
    ),
}

CURRENCIES: dict[str, str] = {
    "CNY": "元",
    "USD": "美元",
    "EUR": "欧元",
    "GBP": "英镑",
    "JPY": "日元",
    "AUD": "澳元",
    "INR": "印度卢比",
    "KRW": "韩元",
    "TWD": "新台币",
    "HKD": "港元",
    "SGD": "新加坡元",
    "CAD": "加元",
    "CHF": "瑞士法郎",
    "BRL": "巴西雷亚尔",
}

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS_ZH = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


# Parts of countries that the ready law packs name.
PARTS: dict[str, tuple[str, str]] = {
    "US-CA": ("California", "美国加利福尼亚州"),
    "US-CT": ("Connecticut", "美国康涅狄格州"),
    "US-FL": ("Florida", "美国佛罗里达州"),
    "US-HI": ("Hawaii", "美国夏威夷州"),
    "US-NJ": ("New Jersey", "美国新泽西州"),
    "US-NY": ("New York", "美国纽约州"),
    "US-RI": ("Rhode Island", "美国罗得岛州"),
    "US-VA": ("Virginia", "美国弗吉尼亚州"),
}
_WITH_ARTICLE = ("AE", "GB", "NL", "PH", "US")


@cache
def territory(code: str, language: str) -> str:
    """Return the name of a country, or of a part of it such as US-CA; else `code` itself."""
    if code in PARTS:
        return PARTS[code][1 if language == "zh" else 0]
    if code == "EU":
        return "欧盟" if language == "zh" else "the European Union"
    from babel import Locale

    country, _dash, part = code.partition("-")
    country = "GB" if country == "UK" else country
    known = Locale.parse(language).territories.get(country) if country.isupper() else None
    if known is None:
        return code
    name = f"the {known}" if country in _WITH_ARTICLE and language == "en" else str(known)
    if not part:
        return name
    return f"{name}（{code}）" if language == "zh" else f"{name} ({code})"
