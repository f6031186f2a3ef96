"""What names of accounts say where settings give no role: delivery, a discount, a write-off, or a fee that somebody kept."""

from __future__ import annotations

import re

DELIVERY_WORDS = (
    r"shipping|freight|postage|delivery|carriage|versand|porto|frachten|livraison|envío|envio|运费|邮费|快递|邮资"
)
_DELIVERY = re.compile(DELIVERY_WORDS, re.IGNORECASE)
DISCOUNT_WORDS = r"discount|coupon|rebate|promo|rabatt|nachlass|erlösschmäler|remise|descuento|折扣|优惠|满减|红包|券"
_DISCOUNT = re.compile(rf"{DISCOUNT_WORDS}|voucher|skonto|escompte|折让", re.IGNORECASE)
INPUT_TAX_WORDS = r"input-?(vat|tax|gst|hst)|vorsteuer|进项"
_INPUT_TAX = re.compile(INPUT_TAX_WORDS, re.IGNORECASE)
_WRITE_OFF = re.compile(
    r"bad-?debt|write-?offs?\b|written-?off|uncollect|irrecoverable|doubtful|allowance|goodwill|kulanz|incobrable|"
    r"forderungs-?(ausfall|ausfäll|verlust)|坏账|坏帐|呆账|减值|核销|抹零",
    re.IGNORECASE,
)
# Who keeps part of a payment for himself, and what it is called; 财务费用 is where China's charts have bank charges.
_FEE = re.compile(
    r"(?<!cof)fees?(?![a-z])|commission|processing|processor|charges|gebühr|provision|frais|comisi[oó]n|"
    r"手续费|佣金|服务费|扣点|财务费用|银行|支付宝|微信|"
    r"\bbank|bank\b|stripe|paypal|square\b|klarna|sumup|adyen|mollie|alipay|wechat|\bcards?\b|merchant|acquir",
    re.IGNORECASE,
)
_PLATFORM = re.compile(
    r"platform|marketplace|clearing|amazon|ebay|etsy|shopify|taobao|tmall|pinduoduo|平台|淘宝|天猫|京东|拼多多|抖音|唯品会|"
    r"stripe|paypal|klarna|sumup|adyen|mollie",
    re.IGNORECASE,
)


def names_delivery(account: str) -> bool:
    """Return True if an account's name, its first component apart, is one for delivery."""
    return bool(_DELIVERY.search(account.partition(":")[2]))


def names_discount(account: str) -> bool:
    """Return True if an account's name, its first component apart, is one for discounts."""
    return bool(_DISCOUNT.search(account.partition(":")[2]))


def names_write_off(account: str) -> bool:
    """Return True if an account's name, its first component apart, says that something owed will never be paid."""
    return bool(_WRITE_OFF.search(account.partition(":")[2]))


def names_input_tax(account: str) -> bool:
    """Return True if an account's name, its first component apart, is one for tax that the shop paid itself."""
    return bool(_INPUT_TAX.search(account.partition(":")[2]))


def names_fee(account: str) -> bool:
    """Return True if an account's name, its first component apart, says that somebody keeps a fee."""
    name = account.partition(":")[2]
    return bool(_FEE.search(name) or _PLATFORM.search(name))


def names_platform(account: str) -> bool:
    """Return True if an account's name says that a platform or a processor holds the money before it pays out."""
    return bool(_PLATFORM.search(account.partition(":")[2]))
