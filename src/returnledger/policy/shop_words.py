"""Words that policies of shops often use and no vocabulary holds: categories, channels, roles, papers, ways of paying.

A word that is not here is shown as the shop wrote it, with spaces for underscores.
"""

from __future__ import annotations

from functools import cache

# code: (English, Chinese). A prefix `fact:` keeps the same code apart where it means something else.
COMMON: dict[str, tuple[str, str]] = {
    # categories
    "apparel": ("clothing", "服装"),
    "custom_made": ("custom-made goods", "定制商品"),
    "digital": ("digital goods", "数字商品"),
    "gift_card": ("gift cards", "礼品卡"),
    "food": ("food", "食品"),
    "fresh": ("fresh goods", "生鲜商品"),
    "fresh_perishable": ("fresh and perishable goods", "鲜活易腐商品"),
    "perishable": ("perishable goods", "易腐商品"),
    "downloaded_or_opened_digital": ("digital goods downloaded or opened", "已下载或已拆封的数字化商品"),
    "opened_digital": ("digital goods downloaded or opened", "已下载或已拆封的数字化商品"),
    "newspapers_periodicals": ("newspapers and periodicals", "报纸期刊"),
    "newspapers": ("newspapers", "报纸"),
    "periodicals": ("periodicals", "期刊"),
    "sealed_hygiene": ("goods sealed for hygiene", "卫生密封商品"),
    "services": ("services", "服务"),
    "service": ("services", "服务"),
    "electronics": ("electronics", "电子产品"),
    "furniture": ("furniture", "家具"),
    "books": ("books", "图书"),
    "cosmetics": ("cosmetics", "化妆品"),
    "underwear": ("underwear", "内衣"),
    "alcohol": ("alcohol", "酒类"),
    "vehicle": ("vehicles", "车辆"),
    # channels
    "online": ("online", "网络"),
    "store": ("in the shop", "门店"),
    "shop": ("in the shop", "门店"),
    "phone": ("by telephone", "电话"),
    "tv": ("by television", "电视"),
    "mail_order": ("by mail order", "邮购"),
    "mail": ("by mail", "邮购"),
    "off_premises": ("away from business premises", "非营业场所"),
    "door_to_door": ("at the door", "上门推销"),
    "temporary_location": ("at a temporary place of sale", "临时售货点"),
    "marketplace": ("on a marketplace", "平台"),
    "wholesale": ("wholesale", "批发"),
    "distance": ("at a distance", "远程销售"),
    # groups of customers
    "gold": ("gold", "金卡"),
    "vip": ("VIP", "VIP"),
    "b2b": ("business customers", "企业客户"),
    "business": ("business customers", "企业客户"),
    "consumer": ("consumers", "消费者"),
    # roles
    "supervisor": ("supervisor", "主管"),
    "manager": ("manager", "经理"),
    "finance_manager": ("finance manager", "财务经理"),
    "finance": ("finance", "财务"),
    "cfo": ("chief financial officer", "财务总监"),
    "owner": ("owner", "店主"),
    "warehouse": ("warehouse", "仓库"),
    "sales_manager": ("sales manager", "销售经理"),
    "customer_service": ("customer service", "客服"),
    "accountant": ("accountant", "会计"),
    "legal": ("legal adviser", "法务"),
    # papers, each with its article, as a step needs one
    "paper:photo": ("a photo", "照片"),
    "paper:video": ("a video", "视频"),
    "paper:receipt": ("the receipt", "购物凭证"),
    "paper:invoice": ("the invoice", "发票"),
    "paper:letter": ("a letter", "书面说明"),
    "paper:request": ("a written request", "书面申请"),
    "paper:contract": ("the contract", "合同"),
    "paper:inspection": ("an inspection record", "验收记录"),
    "paper:inspection_report": ("an inspection report", "检验报告"),
    "paper:test_report": ("a test report", "检测报告"),
    "paper:delivery_note": ("the delivery note", "送货单"),
    "paper:tracking": ("the tracking number", "物流单号"),
    "paper:proof_of_sending": ("proof of sending", "寄出凭证"),
    "paper:carrier_report": ("a report of the carrier", "承运人证明"),
    "paper:red_invoice": ("the red invoice", "红字发票"),
    "paper:bank_statement": ("a bank statement", "银行对账单"),
    "paper:payment_proof": ("proof of payment", "付款凭证"),
    "paper:identity": ("proof of identity", "身份证明"),
    "paper:document": ("a document", "文件"),
    "paper:approval": ("a written approval", "书面审批"),
    "paper:scrap_approval": ("an approval to scrap", "报废审批单"),
    # ways of paying money back
    "method:original": ("the way it was paid", "原路退回"),
    "method:offset": ("against what the order still owes", "冲抵应收"),
    "method:later": ("later, as money due", "稍后支付"),
    "method:store_credit": ("as store credit", "储值退款"),
    "method:cash": ("in cash", "现金"),
    "method:bank": ("by bank transfer", "银行转账"),
    "method:card": ("to the card", "银行卡"),
    "method:wechat": ("by WeChat Pay", "微信支付"),
    "method:alipay": ("by Alipay", "支付宝"),
    "method:paypal": ("by PayPal", "PayPal"),
    "method:cheque": ("by cheque", "支票"),
    "method:gift_card": ("to a gift card", "礼品卡"),
    # what is done with goods, as "the goods are to be …"
    "disposition:restock": ("restocked", "重新入库"),
    "disposition:restock_open_box": ("restocked as open-box goods", "折价入库"),
    "disposition:hold": ("set aside", "待定"),
    "disposition:refurbish": ("refurbished", "维修后再售"),
    "disposition:repair_and_return": ("repaired for the customer", "维修返还"),
    "disposition:return_to_supplier": ("returned to the supplier", "退回供应商"),
    "disposition:scrap": ("scrapped", "报废"),
    "disposition:donate": ("donated", "捐赠"),
    "disposition:liquidate": ("sold off", "清仓处理"),
    "disposition:return_to_customer": ("sent back to the customer", "退还客户"),
    "disposition:customer_keeps": ("left with the customer", "客户留用"),
    "disposition:missing": ("booked as missing", "缺失"),
    # who broke a contract, and kinds of deposits
    "broken_by:us": ("us", "本店"),
    "broken_by:customer": ("the customer", "客户"),
    "broken_by:both": ("both sides", "双方"),
    "broken_by:force_majeure": ("nobody (force majeure)", "不可抗力"),
    "deposit:prepayment": ("a prepayment (订金)", "订金（预付款）"),
    "deposit:earnest": ("earnest money (定金)", "定金"),
    "deposit:security": ("a security deposit (押金)", "押金"),
    # kinds of events and weekdays
    "kind:return": ("a return", "退货"),
    "kind:allowance": ("an allowance", "折让"),
    "kind:refund": ("a refund", "退款"),
    "kind:exchange": ("an exchange", "换货"),
    "kind:advance_refund": ("a refund of an advance", "预收款退款"),
    "kind:request": ("a request", "退货申请"),
    "weekday:monday": ("Monday", "星期一"),
    "weekday:tuesday": ("Tuesday", "星期二"),
    "weekday:wednesday": ("Wednesday", "星期三"),
    "weekday:thursday": ("Thursday", "星期四"),
    "weekday:friday": ("Friday", "星期五"),
    "weekday:saturday": ("Saturday", "星期六"),
    "weekday:sunday": ("Sunday", "星期日"),
}

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


@cache
def territory(code: str, language: str) -> str:
    """Return the name of a country, or of a state such as US-CA by its country and its code; else `code` itself."""
    from babel import Locale

    country, dash, part = code.partition("-")
    known = Locale.parse(language).territories.get(country)
    if known is None or not country.isupper():
        return code
    return f"{known} ({code})" if dash and part and language != "zh" else f"{known}（{code}）" if dash else str(known)
