"""The words of the trade, each with its Chinese name and one sentence in both languages.

Events, policies, messages and documentation take their words from here and from `returnledger.roles`, and nowhere else;
the glossary is generated from these modules.
"""

from __future__ import annotations

from typing import Self

from returnledger.words import Word


class Kind(Word):
    """What an event reports."""

    RETURN = (
        "return",
        "退货",
        "Goods of an order come back, or stay with the customer, and the sale is reversed.",
        "订单商品退回（或由客户留下），并冲回销售。",
    )
    ALLOWANCE = (
        "allowance",
        "折让",
        "The price of goods the customer keeps is lowered after the sale.",
        "客户留下商品，售后降低价格。",
    )
    REQUEST = (
        "request",
        "退货申请",
        "A customer asks to send goods back.",
        "客户申请退货。",
    )
    APPROVE = "approve", "批准", "A request is granted.", "批准退货申请。"
    REJECT = "reject", "驳回", "A request is refused.", "驳回退货申请。"
    CANCEL = "cancel", "取消", "A request is withdrawn.", "撤回退货申请。"
    RECEIVE = (
        "receive",
        "收货",
        "Goods come in and wait for inspection, before or after they are credited.",
        "退回的商品到货待检，可在开具贷项通知单之前或之后。",
    )
    ATTACH = "attach", "补充材料", "Evidence that comes later is added to a case.", "为案件补充后到的佐证材料。"
    ACTION = (
        "action",
        "改进措施",
        "A measure or an audit finding, tracked until it is done.",
        "改进措施或审计发现，跟踪至完成。",
    )
    INSPECT = (
        "inspect",
        "验收",
        "Goods that came in are looked at, and go where their condition sends them.",
        "验收到货的商品，并按其状况归入相应去处。",
    )
    CREDIT_NOTE = (
        "credit_note",
        "贷项通知单",
        "The sale is given back on paper; the goods come in by a step of their own.",
        "以单据冲回销售；商品另行收货。",
    )
    TAX_CREDIT = (
        "tax_credit",
        "开具红字发票",
        "The red invoice of a credit is applied for, is there and takes its output tax back, or its application lapses.",
        "为贷项申请红字发票、凭已开具的红字发票冲减销项税额，或申请失效。",
    )
    REFUND = "refund", "退款", "Money that is due to the customer is paid.", "向客户支付应退的款项。"
    ADVANCE_REFUND = (
        "advance_refund",
        "预收款退款",
        "Money that a customer paid before a sale goes back, in whole or in part, or is kept.",
        "客户在销售之前预付的款项全部或部分退回，或予以扣留。",
    )
    PROVISION = (
        "provision",
        "计提",
        "What is expected to come back of sales already made is set aside, estimated anew or released.",
        "对已实现的销售预计退回的部分计提、重新估计或转回。",
    )
    REVALUE = (
        "revalue",
        "跌价调整",
        "The write-down allowance is made to fit the goods that are left, and what they will fetch.",
        "使存货跌价准备与仍在库的退回商品及其可变现净值相符。",
    )
    STOCKTAKE = (
        "stocktake",
        "盘点",
        "Goods in a place are counted and compared with the books; what differs can be booked.",
        "清点某处的商品并与账面核对；差异可入账。",
    )
    VOID = (
        "void",
        "作废",
        "An event that was posted is undone by its exact mirror.",
        "以完全相反的分录撤销已入账的事件。",
    )
    AMEND = (
        "amend",
        "更正",
        "An event that was posted is undone, and posted again with some of its fields changed.",
        "撤销已入账的事件，更改若干字段后重新入账。",
    )
    DISPOSE = (
        "dispose",
        "处置",
        "Something is done with goods that came back: scrapped, sold off, given away, moved.",
        "对退回的商品作出处置：报废、变卖、捐赠或转移。",
    )
    PUT_AWAY = (
        "put_away",
        "上架",
        "Good returned units go back among the goods for sale.",
        "退货良品重新上架，可再出售。",
    )
    REFURBISH = (
        "refurbish",
        "翻新",
        "Returned units are made good for sale again.",
        "把退回的商品修复到可再出售的状态。",
    )
    SUPPLIER_RETURN = (
        "supplier_return",
        "退供",
        "Goods go back to their supplier.",
        "商品退回供应商。",
    )
    EXCHANGE = (
        "exchange",
        "换货",
        "Goods come back, and others go out for them.",
        "商品退回，并换出其他商品。",
    )
    STORE_CREDIT = (
        "store_credit",
        "储值",
        "What is due becomes credit to spend in the shop, is spent on an order, or expires.",
        "把应退款项转为店铺储值、用储值抵付订单，或储值到期。",
    )
    RECOVERY = (
        "recovery",
        "追偿",
        "A supplier, carrier, insurer or somebody else pays a part of what a return cost.",
        "由供应商、承运人、保险人等承担退货的部分成本。",
    )
    EXPENSE = (
        "expense",
        "退货费用",
        "What a return cost besides the goods: freight, labels, handling.",
        "退货在商品之外的花费：运费、面单、处理费等。",
    )


# Kinds that go on with a case that is posted: with its goods, or with what it cost.
GOING_ON = frozenset(
    (
        *(Kind.STORE_CREDIT, Kind.TAX_CREDIT, Kind.DISPOSE, Kind.PUT_AWAY, Kind.REFURBISH, Kind.SUPPLIER_RETURN),
        *(Kind.RECOVERY, Kind.EXPENSE),
    )
)
# Kinds that move what was credited before, and credit nothing themselves.
PAYING = frozenset({"refund", "store_credit"})
# Kinds that undo what was posted: their entries are mirrors.
UNDOING = frozenset((Kind.VOID, Kind.AMEND))


CREDITING = frozenset({Kind.RETURN, Kind.CREDIT_NOTE})  # kinds that give units back, and with them their money
DECIDING = frozenset({Kind.APPROVE, Kind.REJECT, Kind.CANCEL})  # kinds that decide on a request
BRINGING = frozenset({Kind.RETURN, Kind.RECEIVE, Kind.EXCHANGE})  # kinds with which goods come in
OPENING = (
    CREDITING | BRINGING | {Kind.REQUEST}
)  # kinds that open a case where they name an order: they judge whether it may be


class Fault(Word):
    """Who answers for the return."""

    MERCHANT = "merchant", "商家", "The seller answers for the return.", "退货责任在商家。"
    CUSTOMER = "customer", "客户", "The customer wishes the return.", "退货出于客户的意愿。"
    CARRIER = "carrier", "承运人", "The carrier answers for the return.", "退货责任在承运人。"
    UNKNOWN = "unknown", "未知", "Nobody has said who answers for the return.", "尚不清楚责任在谁。"


class Reason(Word):
    """Why the customer sends goods back or asks for money; each reason has the fault group it belongs to."""

    fault: Fault

    def __new__(cls, code: str, zh: str, en: str, cn: str, fault: Fault, *aliases: str) -> Self:
        """Make the member whose value is `code` and whose fault group is `fault`."""
        word = cls._made(code, zh, en, cn, aliases)
        word.fault = fault
        return word

    DEFECTIVE = "defective", "质量问题", "The goods do not work.", "商品有质量问题或故障。", Fault.MERCHANT, "故障"
    DAMAGED_IN_TRANSIT = (
        "damaged_in_transit",
        "运输破损",
        "The goods were damaged on the way.",
        "商品在运输途中破损。",
        Fault.CARRIER,
    )
    WRONG_ITEM = "wrong_item", "发错货", "Something else was sent.", "发出的不是所订的商品。", Fault.MERCHANT
    MISSING_PARTS = "missing_parts", "少件", "Parts are missing.", "缺少部件或漏发。", Fault.MERCHANT, "漏发"
    NOT_AS_DESCRIBED = (
        "not_as_described",
        "与描述不符",
        "The goods differ from their description.",
        "商品与描述不符。",
        Fault.MERCHANT,
    )
    QUALITY = (
        "quality",
        "做工材质差",
        "Workmanship or material is poor.",
        "做工或材质差。",
        Fault.MERCHANT,
        "做工差",
        "材质差",
    )
    SIZE_TOO_SMALL = "size_too_small", "尺码小", "The size is too small.", "尺码偏小。", Fault.CUSTOMER
    SIZE_TOO_LARGE = "size_too_large", "尺码大", "The size is too large.", "尺码偏大。", Fault.CUSTOMER
    STYLE = "style", "款式", "The style does not please.", "不喜欢款式。", Fault.CUSTOMER
    COLOR = "color", "颜色", "The colour does not please.", "不喜欢颜色。", Fault.CUSTOMER
    CHANGED_MIND = (
        "changed_mind",
        "七天无理由",
        "The customer no longer wants the goods.",
        "客户不想要了（七天无理由）。",
        Fault.CUSTOMER,
        "不想要了",
        "七日无理由",
    )
    ORDERED_BY_MISTAKE = (
        "ordered_by_mistake",
        "拍错",
        "The customer ordered the wrong goods or too many.",
        "客户拍错或多拍。",
        Fault.CUSTOMER,
        "多拍",
    )
    LATE_DELIVERY = (
        "late_delivery",
        "未按时到货",
        "The goods came late.",
        "未按时发货或到货。",
        Fault.MERCHANT,
        "未按时发货",
    )
    BETTER_PRICE = "better_price", "降价", "The goods are cheaper elsewhere or later.", "商品降价。", Fault.CUSTOMER
    PRICE_ERROR = "price_error", "价格错误", "The price charged was wrong.", "计价错误。", Fault.MERCHANT
    NOT_COMPATIBLE = (
        "not_compatible",
        "不兼容",
        "The goods do not fit what they are for.",
        "与客户的设备不兼容。",
        Fault.CUSTOMER,
    )
    EXPIRED = "expired", "临期过期", "The goods are at or past their date.", "商品临期或过期。", Fault.MERCHANT, "过期"
    RECALL = "recall", "召回", "The goods are recalled.", "商品被召回。", Fault.MERCHANT
    UNDELIVERABLE = "undeliverable", "无法投递", "The carrier could not deliver.", "承运人无法投递。", Fault.CARRIER
    REFUSED = "refused", "拒收", "The customer refused the parcel.", "客户拒收。", Fault.CUSTOMER
    UNAUTHORIZED = (
        "unauthorized",
        "非本人购买",
        "The account holder did not buy the goods.",
        "非账户持有人本人购买。",
        Fault.CUSTOMER,
    )
    EXCESS_STOCK = (
        "excess_stock",
        "滞销",
        "A business customer returns unsold stock.",
        "经销商退回滞销品。",
        Fault.CUSTOMER,
    )
    END_OF_SEASON = (
        "end_of_season",
        "换季退货",
        "A business customer returns goods of the past season.",
        "经销商换季退货。",
        Fault.CUSTOMER,
    )
    CONTRACT_CHANGE = "contract_change", "合同变更", "The contract was changed.", "合同变更。", Fault.CUSTOMER
    SERVICE_NOT_PROVIDED = (
        "service_not_provided",
        "未履约",
        "What was promised was not provided.",
        "商家未履约。",
        Fault.MERCHANT,
    )
    CUSTOMER_INSOLVENCY = (
        "customer_insolvency",
        "支付能力不足",
        "The customer cannot pay.",
        "客户支付能力不足。",
        Fault.CUSTOMER,
    )
    WARRANTY = "warranty", "保修", "The goods failed within their warranty.", "商品在保修期内损坏。", Fault.MERCHANT
    DUPLICATE_ORDER = "duplicate_order", "重复下单", "The order was placed twice.", "重复下单。", Fault.CUSTOMER
    OTHER = "other", "其他", "Another reason; the note says which.", "其他原因，见备注。", Fault.UNKNOWN
    UNKNOWN = "unknown", "未知", "No reason is known.", "原因不明。", Fault.UNKNOWN


class Condition(Word):
    """What the inspector saw."""

    NEW = "new", "全新", "Unopened, as sold.", "未拆封，与售出时相同。"
    OPENED = "opened", "已拆封", "Opened, otherwise as sold.", "已拆封，其余完好。"
    USED = "used", "已使用", "Shows signs of use.", "有使用痕迹。"
    DAMAGED = "damaged", "破损", "Damaged.", "有破损。"
    DEFECTIVE = "defective", "故障品", "Does not work.", "不能正常工作。", "故障"
    INCOMPLETE = "incomplete", "不完整", "Parts are missing.", "缺少部件。"
    WRONG_ITEM = "wrong_item", "非原商品", "Not the goods that were sold.", "退回的不是所售商品。"
    EXPIRED = "expired", "过期", "Past its date.", "已过保质期。"
    MISSING = "missing", "缺失", "Not in the parcel.", "包裹中没有。"
    UNKNOWN = "unknown", "未知", "Not inspected yet.", "尚未验收。"


class Disposition(Word):
    """What is done with the goods."""

    RESTOCK = "restock", "重新入库", "Back among the goods for sale, at the cost of its lot.", "按原批次成本重新入库。"
    RESTOCK_OPEN_BOX = (
        "restock_open_box",
        "折价入库",
        "Back for sale at a lower price, written down to net realisable value.",
        "折价入库，并按可变现净值计提跌价。",
    )
    HOLD = "hold", "待定", "Set aside until somebody decides.", "单独存放，等待处理决定。", "待检"
    REFURBISH = "refurbish", "维修后再售", "Parked until it has been refurbished for sale.", "待维修后再售。"
    REPAIR_AND_RETURN = (
        "repair_and_return",
        "维修返还",
        "Parked until it has been repaired for the customer.",
        "待维修后返还客户。",
    )
    RETURN_TO_SUPPLIER = (
        "return_to_supplier",
        "退回供应商",
        "Parked until it goes back to its supplier.",
        "待退回供应商。",
        "退供应商",
    )
    SCRAP = "scrap", "报废", "Destroyed; its cost is a loss.", "报废，成本计入损失。", "销毁"
    DONATE = "donate", "捐赠", "Given away; its cost is a donation.", "对外捐赠，成本计入捐赠支出。"
    LIQUIDATE = (
        "liquidate",
        "变卖",
        "Sold off for what it brings, as a sale of its own.",
        "变卖处理，按一笔销售入账。",
        "清仓",
    )
    RETURN_TO_CUSTOMER = (
        "return_to_customer",
        "退还客户",
        "Sent back to the customer; the return is refused.",
        "拒收并退还客户。",
    )
    MISSING = (
        "missing",
        "丢失",
        "Never came in, or is gone; its cost is a loss or a claim.",
        "未收到或已丢失，成本计入损失或索赔。",
    )
    CUSTOMER_KEEPS = (
        "customer_keeps",
        "留给客户",
        "Credited, and the customer keeps it; its cost stays cost of goods sold.",
        "已冲回货款，商品留给客户，成本仍计入销售成本。",
    )


class Approval(Word):
    """How far a decision on goods is."""

    PROPOSED = "proposed", "已提议", "Proposed, and waits for approval.", "已提议，等待批准。"
    APPROVED = "approved", "已批准", "Approved.", "已批准。"


class Swap(Word):
    """What goes out for goods that come back."""

    LIKE_FOR_LIKE = (
        "like_for_like",
        "同品换货",
        "The same goods, or others alike in kind and price, such as another colour.",
        "相同商品，或种类、质量、价格均相同的商品（如另一颜色）。",
    )
    WARRANTY = "warranty", "保修更换", "A replacement under warranty.", "保修期内更换。"
    DIFFERENT = "different", "换购其他商品", "Goods of another kind or price.", "种类或价格不同的商品。"


class CreditStage(Word):
    """What happens to store credit."""

    ISSUED = "issued", "发放", "What is due becomes store credit.", "把应退款项转为储值。"
    REDEEMED = "redeemed", "使用", "It pays for an order.", "用于抵付订单。"
    EXPIRED = "expired", "到期", "It is lost, where the law allows that.", "到期作废（以法律允许为限）。"


class RedStage(Word):
    """How far the red invoice of a credit is."""

    APPLIED = (
        "applied",
        "已申请",
        "Its confirmation is applied for (红字发票信息确认单); unconfirmed it lapses after 72 hours.",
        "已提交红字发票信息确认单，72 小时内未确认即自动作废。",
    )
    CONFIRMED = (
        "confirmed",
        "已开具",
        "The red invoice is there and takes the output tax back.",
        "红字发票已开具，冲减销项税额。",
    )
    LAPSED = (
        "lapsed",
        "已失效",
        "The application ran out or was withdrawn; it can be made again.",
        "申请已失效或撤回，可以重新申请。",
    )


class RedReason(Word):
    """Why a red invoice is issued, by the codes of fully electronic invoices (数电票)."""

    WRONG_INVOICE = "01", "开票有误", "The invoice was wrong.", "开票有误，全额红冲。"
    RETURNED = "02", "销货退回", "Goods came back: fewer units at the same price.", "销货退回，数量减少、单价不变。"
    SERVICE_STOPPED = "03", "服务中止", "A service was stopped before it was done.", "服务中止。"
    ALLOWANCE = "04", "销售折让", "A lower price for what the customer keeps.", "销售折让，只减金额。"


class Cause(Word):
    """Why goods were lost or spoiled; it decides over input tax and where the loss goes."""

    ORDINARY = "ordinary", "正常损耗", "Ordinary loss of the trade.", "正常经营中的合理损耗。"
    MISMANAGEMENT = (
        "mismanagement",
        "管理不善",
        "Lost or spoiled through bad management: its input tax is transferred out.",
        "因管理不善造成的丢失、变质，其进项税额应转出。",
    )
    DISASTER = (
        "disaster",
        "自然灾害",
        "Lost through a disaster: a non-operating loss.",
        "因自然灾害造成，计入营业外支出。",
    )


class Party(Word):
    """Who pays a part of what a return cost."""

    SUPPLIER = "supplier", "供应商", "The supplier of the goods.", "商品的供应商。"
    CARRIER = "carrier", "承运人", "Who carried the goods.", "承运商品的一方。"
    INSURER = "insurer", "保险人", "Who insured the goods.", "承保商品的一方。"
    MARKETPLACE = "marketplace", "平台", "The marketplace it was sold on.", "销售所在的平台。"
    CUSTOMER = "customer", "客户", "The customer.", "客户。"
    EMPLOYEE = "employee", "员工", "A person of the company who is liable.", "负有责任的本单位人员。"


class Spent(Word):
    """What money was spent on for a return."""

    LABEL = "label", "退货面单", "A label for sending goods back.", "退货面单费。"
    FREIGHT = "freight", "退货运费", "Carrying goods back.", "退货运费。"
    HANDLING = "handling", "处理费", "Taking goods in and handling them.", "收货与处理费用。"
    INSPECTION = "inspection", "检验费", "Inspecting goods.", "检验费用。"
    REPACKAGING = "repackaging", "重新包装", "Packing goods anew.", "重新包装费用。"
    DISPOSAL = "disposal", "处置费", "Getting rid of goods.", "销毁、清运等处置费用。"
    FEE = "fee", "手续费", "What a bank or marketplace keeps.", "银行或平台收取的手续费。"
    COMPENSATION = "compensation", "补偿", "What the customer gets beyond the price.", "在货款之外给客户的补偿。"


class Goods(Word):
    """Where the goods of a return are."""

    RETURNED = "returned", "退回", "The goods came back.", "商品已退回。"
    KEPT = "kept", "客户保留", "The customer keeps the goods.", "商品由客户保留（仅退款）。"
    NEVER_SHIPPED = "never_shipped", "未发货", "The goods never left.", "商品尚未发出。"


class Authorisation(Word):
    """How far the authorisation of a case is."""

    NONE = "none", "未申请", "Nobody asked beforehand.", "未事先申请。"
    REQUESTED = "requested", "已申请", "Asked for and not decided.", "已提出申请，尚未决定。"
    APPROVED = "approved", "已批准", "Approved.", "已批准。"
    REJECTED = "rejected", "已驳回", "Refused.", "申请被驳回。"
    CANCELLED = "cancelled", "已取消", "Withdrawn before anything moved.", "在货款变动之前撤回。"
    EXPIRED = "expired", "已过期", "Approved, and the goods did not come in time.", "已批准，但商品未按期寄回。"


class GoodsTrack(Word):
    """How far the goods of a case are."""

    NONE = "none", "无商品", "No goods are to come.", "没有商品需要退回。"
    AWAITED = "awaited", "待收货", "Goods are to come and none has.", "商品应退回，尚未收到。"
    PARTLY_RECEIVED = (
        "partly_received",
        "部分收货",
        "Some goods came, others are to come.",
        "部分商品已收到，其余待收。",
    )
    RECEIVED = "received", "已收货", "Goods came and wait for inspection.", "商品已收到，等待验收。"
    INSPECTED = (
        "inspected",
        "已验收",
        "Goods were inspected and wait for what is done with them.",
        "商品已验收，等待处置。",
    )
    PLACED = "placed", "已处置", "Everything that came is where it is to stay.", "收到的商品均已处置完毕。"


class MoneyTrack(Word):
    """How far the money of a case is."""

    NONE = "none", "无款项", "Nothing is to be credited.", "没有应退款项。"
    TO_CREDIT = "to_credit", "待开贷项", "To be credited.", "应冲回，尚未开具贷项通知单。"
    DUE = "due", "待退款", "Credited, and nothing of it paid.", "已冲回，款项尚未支付。"
    PARTLY_PAID = "partly_paid", "部分退款", "Credited, and paid in part.", "已冲回，部分款项已支付。"
    SETTLED = "settled", "已结清", "Credited, and nothing is due any more.", "已冲回，不再有应退款项。"


class Desk(Word):
    """Who takes a step of a case, where the policy names nobody."""

    CUSTOMER_SERVICE = "customer_service", "客服", "Speaks with the customer.", "与客户沟通。"
    SUPERVISOR = "supervisor", "主管", "Decides on requests.", "审批申请。"
    WAREHOUSE = "warehouse", "仓库", "Takes goods in, inspects and moves them.", "收货、验收并处置商品。"
    FINANCE = "finance", "财务", "Credits and pays.", "开具贷项并付款。"
    PURCHASING = "purchasing", "采购", "Speaks with suppliers.", "与供应商沟通。"


class Method(Word):
    """How money goes back, beside the tenders that the settings name."""

    ORIGINAL = (
        "original",
        "原路退回",
        "What the order still owes is offset, the rest goes back the way it was paid.",
        "先冲抵订单欠款，其余原路退回。",
    )
    OFFSET = (
        "offset",
        "冲抵应收",
        "Only what the order still owes is offset; the rest stays payable.",
        "只冲抵订单欠款，其余列为应付退款。",
    )
    LATER = "later", "稍后支付", "Nothing is paid now; what is due stays payable.", "暂不支付，列为应付退款。"
    STORE_CREDIT = "store_credit", "储值退款", "The customer gets credit to spend in the shop.", "退为店铺储值。"


class Verdict(Word):
    """What the policy says of a return."""

    ALLOW = "allow", "准许", "The return is accepted.", "准予退货。"
    REVIEW = "review", "人工审核", "A person must decide.", "须由人工决定。"
    DENY = "deny", "拒绝", "The return is refused.", "不予退货。"
