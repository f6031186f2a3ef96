"""What names of accounts and keys hint at, in English, German, French, Spanish, Chinese and pinyin.

Names decide only what behaviour leaves open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from returnledger.sales.account_words import DELIVERY_WORDS, DISCOUNT_WORDS, INPUT_TAX_WORDS


def _patterns(patterns: Mapping[str, str]) -> Mapping[str, re.Pattern[str]]:
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in patterns.items()}


# Parts of account names, the first component apart.
_ACCOUNTS = _patterns(
    {
        "discount": DISCOUNT_WORDS,
        "settlement": r"settlement-?discount|cash-?discount|early-?payment|skonto|escompte|现金折扣|付款折扣",
        "shipping": DELIVERY_WORDS,
        "tax": r"\bvat|vat\b|tax(?!i)|[ghpq]st\b|\bust(?=\d|\b)|mwst|umsatzsteuer|mehrwertsteuer|output|销项|增值税|税|稅|"
        r"\b(iva|tva|tps|tvq|igic|btw|moms|mva|alv|kdv|dph|áfa|pvm|ddv|pdv|ptu|ppn|icms|ндс|пдв|φπα|ддс)(?=\d|\b)|"
        r"shui(fei|jin)?\b|xiaoxiang|sh[oō]u?hi-?zei|impuesto|imposta|imposto|belasting|podatek|부가세|부가가치세|thuế|ภาษี",
        "input_tax": INPUT_TAX_WORDS,
        "receivable": r"receivable|debtor|debitor|forderung|\bar\b|clients?\b|customers?\b|kunden|应收",
        "rounding": r"round|rundung|尾差|抹零|舍入",
        "store_credit": r"store-?credit|wallet|voucher|gift|gutschein|储值|礼品卡|购物卡|会员卡|余额",
        "advance": r"advance|deposit|prepaid|prepay|unearned|deferred|anzahlung|contract-?liab|acompte|anticipo|预收|合同负债|定金|订金",
        "pending_tax": r"vat-?pending|pending-?vat|deferred-?(output-?)?(vat|tax)|待转销项",
        "security": r"security-?deposit|kaution|押金|保证金",
        "forfeit": r"forfeit|verfallene-?anzahlung|没收",
        "penalty": r"penalt(y|ies)|vertragsstrafe|违约金",
        "interest": r"interest|zinsaufwand|利息支出",
        "inventory": r"inventory|stock|goods|warehouse|lager|waren|存货|库存|商品",
        "shipped": r"goods-?shipped|in-?transit|shipped|unterwegs|发出商品|在途",
        "platform": r"platform|marketplace|amazon|ebay|etsy|shopify|taobao|tmall|pinduoduo|平台|淘宝|天猫|京东|拼多多|抖音|唯品会",
        "returns": r"returns?\b|retour|rücksend|rückgabe|devoluci|退回|退货",
        "allowances": r"allowance|折让",
        "refunds": r"refund|rückerstattung|应付退款|退款",
        "fx": r"\bfx\b|exchange|currency-?(gain|loss)|forex|kursdiff|kursgewinn|währung|change-?gain|汇兑",
        "cogs": r"cogs|cost-?of|wareneinsatz|wareneinkauf|成本",
        "fee": r"\bfees?\b|-fees?|commission|gebühr|provision|手续费|佣金|服务费|扣点",
        "tip": r"\btips?\b|gratuit|trinkgeld|pourboire|propina|donation|spende(n)?\b|小费|打赏|捐款|捐赠",
        # Income that is no sale.
        "no_sale": r"interest|dividend|salary|wages|capital-?gain|\bpnl\b|gehalt|zins|利息|工资|股息|投资收益|汇兑",
    }
)

METHODS = _patterns(
    {
        "wechat": r"wechat|weixin|微信",
        "alipay": r"alipay|zhifubao|支付宝",
        "paypal": r"paypal",
        "card": r"card|stripe|visa|\bpos\b|sumup|银联|刷卡",
        "cash": r"cash|till|(?<!spar)kasse|现金",
        "bank": r"bank|checking|giro|sparkasse|银行|存款",
    }
)


@lru_cache(maxsize=65536)
def hints(name: str, account: str) -> bool:
    """Return True if the account's name, its first component apart, hints at `name`."""
    return bool(_ACCOUNTS[name].search(account.partition(":")[2]))


@lru_cache(maxsize=65536)
def method_of(account: str) -> str | None:
    """Return the way of paying that an account's name hints at, its last component first."""
    for text in (account.rpartition(":")[2], account.partition(":")[2]):
        for name, pattern in METHODS.items():
            if pattern.search(text):
                return name
    return None


_NUMBER = r"([-_ ]?(id|ids|no|nr|num|number|nummer|ref|key|hao|code))?"
_ORDER = re.compile(
    rf"((sales?|web|shop|customer|my|our|tid|taobao|ebay|amazon|shopify)[-_]?)?"
    rf"(orders?|ord|so|sales?|invoice|inv|bill|receipt|rechnung|re|rg|auftrag|beleg|bestellung|bestell|bon|commande|"
    rf"facture|factuur|faktura|fattura|fatura|bestelling|pedido|factura|dingdan|ddh|danhao|xsd|xiaoshou|fapiao|xiaopiao|docket|ordine|ordre|encomenda|zakaz|zamowienie|tid|ticket|document|doc|belegnr|order){_NUMBER}",
    re.IGNORECASE,
)
_NO_ORDER = re.compile(
    r"cust|client|buyer|kunde|kehu|maijia|member|huiyuan|track|sendung|yundan|kuaidi|wuliu|phone|mobile|shouji|email|"
    r"address|dizhi|beizhu|supplier|vendor|batch|purch|einkauf|caigou|coupon|voucher|serial|imei|transaction|payment|"
    r"hash|uuid|filename|lineno|(^|[-_ ])(tel|ship|mail|lot|note|memo|desc|txn)|(date|time|day|name)$",
    re.IGNORECASE,
)


@lru_cache(maxsize=65536)
def names_an_order(key: str) -> bool:
    """Return True if a metadata key or the prefix of a link is what shops call their orders or invoices."""
    return bool(_ORDER.fullmatch(key.strip("-_/. "))) and not names_something_else(key)


@lru_cache(maxsize=65536)
def names_something_else(key: str) -> bool:
    """Return True if a key or prefix names customers, parcels, purchases or the like."""
    return bool(_NO_ORDER.search(key.strip("-_/. "))) and not re.match(r"(customer|client)[-_]?(order|invoice|po)", key)


# Metadata keys by what they hold; the first is the one that needs no setting.
LINE_KEYS: Mapping[str, tuple[str, ...]] = {
    "sku": (
        *(
            "sku",
            "item",
            "product",
            "article",
            "artikel",
            "artikelnr",
            "code",
            "item_code",
            "item_no",
            "goods",
            "barcode",
        ),
        *("ean", "gtin", "upc", "asin", "part", "part_no", "model", "huohao", "bianma", "shangpin", "huopin", "spbm"),
        *("tiaoma", "tiaoxingma", "txm", "spbh", "produto", "producto", "referencia", "hinban", "prodotto", "produkt"),
    ),
    "quantity": (
        *("qty", "quantity", "units", "count", "pieces", "pcs", "menge", "anzahl", "stueck", "quantite", "cantidad"),
        *("shuliang", "sl", "jianshu", "aantal", "quantita", "quantidade", "antal", "ilosc", "suryo", "kosu"),
    ),
    "line": ("line", "line_no", "line_number", "row", "pos", "position", "hang", "hanghao"),
    "unit_price": ("unit_price", "price", "unit-price", "unitprice", "preis", "einzelpreis", "danjia", "dj"),
    "serial": ("serial", "serial_no", "serial_number", "imei", "sn", "seriennummer", "xuliehao"),
}
HEAD_KEYS: Mapping[str, tuple[str, ...]] = {
    "customer": (
        *("customer", "customer_id", "customer_no", "client", "client_id", "buyer", "member", "account_no", "kunde"),
        *("kundennr", "kundennummer", "debitor", "cliente", "kehu", "maijia", "huiyuan", "buyer_id", "buyer_nick"),
    ),
    "delivered": (
        *("delivered", "delivery", "delivery_date", "delivered_on", "signed", "received_by_customer", "lieferdatum"),
        *(
            "delivery_day",
            "date_delivered",
            "liefertag",
            "geliefert",
            "geliefert_am",
            "zugestellt",
            "zugestellt_am",
            "livre_le",
        ),
        *("entregado", "qianshou", "qianshouri", "shouhuo", "shouhuori", "songda", "songdari", "daohuo", "daohuori"),
    ),
    "shipped": (
        "shipped",
        "ship_date",
        "shipped_on",
        "dispatched",
        "sent",
        "versandt",
        "versanddatum",
        "versandtag",
        "fahuo",
        "fahuori",
    ),
    "channel": ("channel", "platform", "store_channel", "marketplace", "kanal", "qudao", "pingtai"),
    "country": ("country", "ship_country", "land", "pais", "pays", "guojia"),
    "customer_group": ("customer_group", "group", "tier", "kundengruppe", "dengji"),
    "contract": ("contract", "contract_no", "vertrag", "hetong", "hetonghao"),
    "contract_date": ("contract_date", "contract_day", "signed_on", "vertragsdatum", "qianyueri"),
    "invoice_date": ("invoice_date", "invoiced_on", "rechnungsdatum", "kaipiaori"),
    "warranty_until": ("warranty_until", "warranty", "guarantee_until", "garantie", "baoxiu"),
}
# Keys of dimensions: what a shop tells its figures apart by.
DIMENSION = re.compile(
    r"(department|dept|abteilung|bumen|store|shop|branch|filiale|dianpu|mendian|project|projekt|xiangmu|region|area|"
    r"cost_?cent(er|re)|kostenstelle|team|salesperson|sales_rep|rep|yewuyuan|brand|pinpai|warehouse|lager|cangku|segment)"
    r"([-_]?(id|no|nr|code|name))?",
    re.IGNORECASE,
)
