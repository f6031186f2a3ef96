"""The parts that accounts play in entries, each with its Chinese name and its usual account in each preset."""

from __future__ import annotations

from typing import Self

from returnledger.terms import Disposition
from returnledger.words import Word


class Role(Word):
    """What an account is for; code and policy name accounts by role only."""

    general: str
    china: str

    def __new__(cls, code: str, zh: str, en: str, cn: str, general: str, china: str) -> Self:
        """Make the member whose value is `code`; `general` and `china` are its accounts in the two presets."""
        word = cls._made(code, zh, en, cn)
        word.general = general
        word.china = china
        return word

    CASH_BANK = (
        "cash_bank",
        "货币资金",
        "Cash and bank accounts.",
        "库存现金与银行存款。",
        "Assets:Cash",
        "Assets:1002-银行存款",
    )
    ACCOUNTS_RECEIVABLE = (
        "accounts_receivable",
        "应收账款",
        "What customers owe.",
        "客户所欠货款。",
        "Assets:Receivable",
        "Assets:1122-应收账款",
    )
    PLATFORM_RECEIVABLE = (
        "platform_receivable",
        "应收平台款",
        "What a marketplace owes for customers: its subsidies, and what it has collected.",
        "平台应付给商家的款项：平台补贴与代收货款。",
        "Assets:Platform-Receivable",
        "Assets:1221-其他应收款:平台",
    )
    INVENTORY = (
        "inventory",
        "库存商品",
        "Goods for sale, held at cost by lot.",
        "按批次成本计价的待售商品。",
        "Assets:Inventory",
        "Assets:1405-库存商品",
    )
    INVENTORY_INSPECTION = (
        "inventory_inspection",
        "退货待检",
        "Returned units that came in and wait for inspection.",
        "已收到、等待验收的退货。",
        "Assets:Inventory-Inspection",
        "Assets:1405-库存商品-退货待检",
    )
    INVENTORY_RETURNED = (
        "inventory_returned",
        "退货良品",
        "Good returned units that wait to be put away.",
        "等待上架的退货良品。",
        "Assets:Inventory-Returned",
        "Assets:1405-库存商品-退货良品",
    )
    INVENTORY_HOLD = (
        "inventory_hold",
        "待定商品",
        "Returned units set aside until somebody decides.",
        "等待处理决定的退货。",
        "Assets:Inventory-Hold",
        "Assets:1405-库存商品-待定",
    )
    INVENTORY_OPEN_BOX = (
        "inventory_open_box",
        "折价品",
        "Returned units for sale at a lower price.",
        "折价出售的退货。",
        "Assets:Inventory-OpenBox",
        "Assets:1405-库存商品-折价品",
    )
    INVENTORY_DEFECTIVE = (
        "inventory_defective",
        "次品",
        "Returned units that wait for repair, the supplier or scrap.",
        "等待维修、退供或报废的退货。",
        "Assets:Inventory-Defective",
        "Assets:1405-库存商品-次品",
    )
    RETURN_ASSET = (
        "return_asset",
        "应收退货成本",
        "Cost of goods that were given back on paper, or are expected back, and have not come in.",
        "已冲回或预计退回、但尚未收到的商品成本。",
        "Assets:Return-Asset",
        "Assets:1485-应收退货成本",
    )
    RETURNS_CLEARING = (
        "returns_clearing",
        "退货清算",
        "Cost of goods that came in and are not credited yet.",
        "已收到、但尚未开具贷项通知单的商品成本。",
        "Liabilities:Returns-Clearing",
        "Liabilities:2241-其他应付款:退货清算",
    )
    EXCHANGE_CLEARING = (
        "exchange_clearing",
        "换货清算",
        "What goods that came back pay of the goods that go out for them; nil once an exchange is booked.",
        "退回商品的价款抵付换出商品的部分；换货入账后余额为零。",
        "Liabilities:Exchange-Clearing",
        "Liabilities:2241-其他应付款:换货清算",
    )
    GOODS_SHIPPED = (
        "goods_shipped",
        "发出商品",
        "Cost of goods that have left and whose sale is not yet booked.",
        "已发出但尚未确认收入的商品成本。",
        "Assets:Goods-Shipped",
        "Assets:1406-发出商品",
    )
    WRITE_DOWN_ALLOWANCE = (
        "write_down_allowance",
        "存货跌价准备",
        "What stock is worth less than its cost.",
        "存货低于成本的部分。",
        "Assets:Inventory-Allowance",
        "Assets:1471-存货跌价准备",
    )
    DEFERRED_TAX_ASSET = (
        "deferred_tax_asset",
        "递延所得税资产",
        "Income tax that later years will pay less.",
        "以后年度可以少缴的所得税。",
        "Assets:Deferred-Tax-Asset",
        "Assets:1811-递延所得税资产",
    )
    REFUND_PAYABLE = (
        "refund_payable",
        "应付退款",
        "What is due to customers and not yet paid.",
        "应退而未付的款项。",
        "Liabilities:Refund-Payable",
        "Liabilities:2241-其他应付款:应付退款",
    )
    REFUND_LIABILITY = (
        "refund_liability",
        "预计负债—应付退货款",
        "What is expected to be given back to customers for sales already made, without tax.",
        "预计就已实现的销售退还客户的款项，不含税。",
        "Liabilities:Refund-Liability",
        "Liabilities:2801-预计负债:应付退货款",
    )
    RETURN_COST_ACCRUED = (
        "return_cost_accrued",
        "预提退货费用",
        "The estimated cost of taking back goods that have come in, until it is paid.",
        "已退回商品的预计收回费用，尚未支付。",
        "Liabilities:Return-Cost-Accrued",
        "Liabilities:2241-其他应付款:预提退货费用",
    )
    WARRANTY_PROVISION = (
        "warranty_provision",
        "预计负债—产品质量保证",
        "What repairs and replacements under warranty are expected to cost.",
        "保修期内预计发生的维修与更换成本。",
        "Liabilities:Warranty-Provision",
        "Liabilities:2801-预计负债:产品质量保证",
    )
    INCOME_TAX_PAYABLE = (
        "income_tax_payable",
        "应交所得税",
        "Income tax that is due.",
        "应缴纳的企业所得税。",
        "Liabilities:Income-Tax-Payable",
        "Liabilities:2221-应交税费:应交所得税",
    )
    CONTRACT_LIABILITY = (
        "contract_liability",
        "合同负债",
        "What customers paid before they got their goods.",
        "客户在收到商品之前支付的款项。",
        "Liabilities:Contract-Liability",
        "Liabilities:2205-合同负债",
    )
    DEPOSIT_LIABILITY = (
        "deposit_liability",
        "存入押金",
        "Security deposits of customers, which are no price and go back.",
        "客户交存的押金，不属于货款，应予退还。",
        "Liabilities:Deposits",
        "Liabilities:2241-其他应付款:押金",
    )
    STORE_CREDIT_LIABILITY = (
        "store_credit_liability",
        "储值负债",
        "Store credit that customers can still spend.",
        "客户尚未使用的储值。",
        "Liabilities:Store-Credit",
        "Liabilities:2205-合同负债:储值",
    )
    OUTPUT_VAT = (
        "output_vat",
        "销项税额",
        "Tax charged on sales.",
        "销售收取的增值税。",
        "Liabilities:Output-VAT",
        "Liabilities:2221-应交税费:销项税额",
    )
    OUTPUT_VAT_PENDING = (
        "output_vat_pending",
        "待转销项税额",
        "Tax in what customers paid in advance, which is not yet due.",
        "预收款中所含、尚未发生纳税义务的增值税。",
        "Liabilities:Output-VAT-Pending",
        "Liabilities:2221-应交税费:待转销项税额",
    )
    OUTPUT_VAT_PENDING_RED = (
        "output_vat_pending_red",
        "待红冲销项税额",
        "Output tax of credits whose red invoice is not there yet.",
        "已开贷项、尚未取得红字发票的销项税额。",
        "Liabilities:Output-VAT-Pending-Red",
        "Liabilities:2221-应交税费:待红冲销项税额",
    )
    REVENUE = (
        "revenue",
        "主营业务收入",
        "Sales of goods.",
        "销售商品的收入。",
        "Income:Sales",
        "Income:6001-主营业务收入",
    )
    SALES_RETURNS = (
        "sales_returns",
        "销售退回",
        "Revenue given back for returned goods.",
        "因退货冲回的收入。",
        "Income:Sales-Returns",
        "Income:6001-主营业务收入:销售退回",
    )
    SALES_ALLOWANCES = (
        "sales_allowances",
        "销售折让",
        "Revenue given back for goods that are kept.",
        "商品不退而冲回的收入。",
        "Income:Sales-Allowances",
        "Income:6001-主营业务收入:销售折让",
    )
    SALES_DISCOUNTS = (
        "sales_discounts",
        "销售折扣",
        "Discounts granted at the sale.",
        "销售时给予的折扣。",
        "Income:Sales-Discounts",
        "Income:6001-主营业务收入:销售折扣",
    )
    SHIPPING_REVENUE = (
        "shipping_revenue",
        "运费收入",
        "Delivery charged to customers.",
        "向客户收取的运费。",
        "Income:Shipping",
        "Income:6051-其他业务收入:运费",
    )
    RESTOCKING_FEE_REVENUE = (
        "restocking_fee_revenue",
        "退货手续费收入",
        "Fees kept from refunds.",
        "从退款中扣收的手续费。",
        "Income:Restocking-Fees",
        "Income:6051-其他业务收入:退货手续费",
    )
    OTHER_REVENUE = (
        "other_revenue",
        "其他业务收入",
        "Income that is no price of goods, and stays when they come back: tips, donations.",
        "不属于商品价款、退货时不退的收入：小费、捐款。",
        "Income:Other-Revenue",
        "Income:6051-其他业务收入:其他",
    )
    FORFEITURE_INCOME = (
        "forfeiture_income",
        "没收定金收入",
        "Earnest money that customers lost by breaking their contract.",
        "客户违约而不予退还的定金。",
        "Income:Forfeited-Deposits",
        "Income:6301-营业外收入:没收定金",
    )
    COGS = (
        "cogs",
        "主营业务成本",
        "Cost of the goods that were sold.",
        "已售商品的成本。",
        "Expenses:COGS",
        "Expenses:6401-主营业务成本",
    )
    WARRANTY_EXPENSE = (
        "warranty_expense",
        "保修费用",
        "The cost of warranty promised with the goods that were sold.",
        "随商品销售提供质量保证的成本。",
        "Expenses:Warranty",
        "Expenses:6401-主营业务成本:产品质量保证",
    )
    INVENTORY_WRITE_DOWN = (
        "inventory_write_down",
        "存货跌价损失",
        "The loss when stock is worth less than its cost.",
        "存货跌价造成的损失。",
        "Expenses:Inventory-Write-Down",
        "Expenses:6701-资产减值损失:存货跌价",
    )
    SCRAP_LOSS = (
        "scrap_loss",
        "报废损失",
        "Cost of returned goods that were destroyed.",
        "报废退货的成本。",
        "Expenses:Scrap-Loss",
        "Expenses:6602-管理费用:报废损失",
    )
    NON_OPERATING_LOSS = (
        "non_operating_loss",
        "营业外支出",
        "Losses outside the ordinary business.",
        "日常经营以外的损失。",
        "Expenses:Non-Operating-Loss",
        "Expenses:6711-营业外支出",
    )
    SETTLEMENT_DISCOUNT = (
        "settlement_discount",
        "现金折扣",
        "Discounts that customers take by paying early.",
        "客户提前付款享受的折扣。",
        "Expenses:Settlement-Discounts",
        "Expenses:6603-财务费用:现金折扣",
    )
    PRIOR_PERIOD_ADJUSTMENT = (
        "prior_period_adjustment",
        "以前年度损益调整",
        "What returns of last year's sales change of last year's profit; nil once it is carried over.",
        "上年销售退回对上年损益的影响；结转后无余额。",
        "Equity:Prior-Period-Adjustment",
        "Equity:6901-以前年度损益调整",
    )
    RETAINED_EARNINGS = (
        "retained_earnings",
        "未分配利润",
        "Profits of past years that were not paid out.",
        "以前年度未分配的利润。",
        "Equity:Retained-Earnings",
        "Equity:4104-利润分配:未分配利润",
    )
    SURPLUS_RESERVE = (
        "surplus_reserve",
        "盈余公积",
        "The part of profits that the law or the company keeps back.",
        "按法律或公司章程提取的盈余公积。",
        "Equity:Surplus-Reserve",
        "Equity:4101-盈余公积",
    )
    ROUNDING = (
        "rounding",
        "尾差",
        "Rounding of documents.",
        "单据尾差。",
        "Expenses:Rounding",
        "Expenses:6603-财务费用:尾差",
    )
    CASH_ROUNDING = (
        "cash_rounding",
        "现金尾差",
        "Rounding of money paid back in cash; the account of rounding where no other is named.",
        "以现金退款时的取整差额；未另设科目时记入尾差科目。",
        "Expenses:Rounding",
        "Expenses:6603-财务费用:尾差",
    )
    PENALTY_EXPENSE = (
        "penalty_expense",
        "违约金支出",
        "What customers get beyond their own money because we broke a contract.",
        "因我方违约而向客户另付的款项。",
        "Expenses:Penalties",
        "Expenses:6711-营业外支出:违约金",
    )
    INTEREST_EXPENSE = (
        "interest_expense",
        "利息支出",
        "Interest on money that customers paid in advance.",
        "就客户预付款项支付的利息。",
        "Expenses:Interest",
        "Expenses:6603-财务费用:利息支出",
    )
    FX_GAIN_LOSS = (
        "fx_gain_loss",
        "汇兑损益",
        "Gains and losses of exchange rates.",
        "汇率变动产生的损益。",
        "Income:FX-Gain-Loss",
        "Expenses:6603-财务费用:汇兑损益",
    )
    OTHER_RECEIVABLE = (
        "other_receivable",
        "其他应收款",
        "What others owe beside customers: liable persons, carriers, insurers.",
        "应向责任人、承运人、保险人等收取的款项。",
        "Assets:Other-Receivable",
        "Assets:1221-其他应收款:其他",
    )
    SUPPLIER_CLAIM = (
        "supplier_claim",
        "应收供应商退货款",
        "What suppliers owe for goods that went back to them.",
        "就退回供应商的商品应向其收取的款项。",
        "Assets:Supplier-Claims",
        "Assets:1221-其他应收款:供应商",
    )
    PENDING_ASSET_LOSS = (
        "pending_asset_loss",
        "待处理财产损溢",
        "Losses of stock that wait for approval.",
        "等待批准处理的存货损失。",
        "Assets:Pending-Asset-Loss",
        "Assets:1901-待处理财产损溢",
    )
    SCRAP_MATERIALS = (
        "scrap_materials",
        "残料",
        "What scrapped goods are still worth.",
        "报废商品的残余价值。",
        "Assets:Scrap-Materials",
        "Assets:1403-原材料:残料",
    )
    INPUT_VAT = (
        "input_vat",
        "进项税额",
        "Tax paid to suppliers, to be deducted.",
        "向供应商支付、可以抵扣的增值税。",
        "Assets:Input-VAT",
        "Liabilities:2221-应交税费:进项税额",
    )
    INPUT_VAT_TRANSFER_OUT = (
        "input_vat_transfer_out",
        "进项税额转出",
        "Input tax that may not be deducted any more.",
        "不再允许抵扣的进项税额。",
        "Liabilities:Input-VAT-Transfer-Out",
        "Liabilities:2221-应交税费:进项税额转出",
    )
    ACCOUNTS_PAYABLE = (
        "accounts_payable",
        "应付账款",
        "What suppliers are owed.",
        "应付供应商的货款。",
        "Liabilities:Accounts-Payable",
        "Liabilities:2202-应付账款",
    )
    ADMIN_EXPENSE = (
        "admin_expense",
        "管理费用",
        "Losses of stock that were approved.",
        "经批准核销的存货损失。",
        "Expenses:Administration",
        "Expenses:6602-管理费用:存货损失",
    )
    DONATION_EXPENSE = (
        "donation_expense",
        "捐赠支出",
        "Goods that were given away.",
        "对外捐赠的商品。",
        "Expenses:Donations",
        "Expenses:6711-营业外支出:捐赠",
    )
    SUPPLIER_RETURN_LOSS = (
        "supplier_return_loss",
        "退供损失",
        "What suppliers credit less than goods cost.",
        "供应商少退的商品成本。",
        "Expenses:Supplier-Return-Loss",
        "Expenses:6602-管理费用:退供损失",
    )
    RETURN_FREIGHT_EXPENSE = (
        "return_freight_expense",
        "退货运费",
        "Carrying goods back.",
        "退货运费支出。",
        "Expenses:Return-Freight",
        "Expenses:6601-销售费用:退货运费",
    )
    RETURN_HANDLING_EXPENSE = (
        "return_handling_expense",
        "退货处理费",
        "Handling and inspecting goods that came back.",
        "退货的处理与检验费用。",
        "Expenses:Return-Handling",
        "Expenses:6601-销售费用:退货处理",
    )
    REFURBISHMENT_EXPENSE = (
        "refurbishment_expense",
        "翻新费用",
        "Making returned goods good for sale again.",
        "修复退货以便再售的费用。",
        "Expenses:Refurbishment",
        "Expenses:6601-销售费用:翻新",
    )
    COST_ROUNDING = (
        "cost_rounding",
        "成本尾差",
        "Rounding between cost of goods and the cost of lots.",
        "销售成本与批次成本之间的尾差。",
        "Expenses:Cost-Rounding",
        "Expenses:6401-主营业务成本:尾差",
    )


# The siblings that returned stock goes to: what is added to the name of the selling account (design: siblings, so that
# leaf-only plugins and balance assertions on the selling account stay true).
DERIVED: dict[Role, tuple[str, str]] = {
    Role.INVENTORY_INSPECTION: ("-Inspection", "-退货待检"),
    Role.INVENTORY_RETURNED: ("-Returned", "-退货良品"),
    Role.INVENTORY_HOLD: ("-Hold", "-待定"),
    Role.INVENTORY_OPEN_BOX: ("-OpenBox", "-折价品"),
    Role.INVENTORY_DEFECTIVE: ("-Defective", "-次品"),
}

PLACE_OF_DISPOSITION: dict[Disposition, Role] = {
    Disposition.RESTOCK: Role.INVENTORY,
    Disposition.RESTOCK_OPEN_BOX: Role.INVENTORY_OPEN_BOX,
    Disposition.HOLD: Role.INVENTORY_HOLD,
    Disposition.REFURBISH: Role.INVENTORY_DEFECTIVE,
    Disposition.REPAIR_AND_RETURN: Role.INVENTORY_DEFECTIVE,
    Disposition.RETURN_TO_SUPPLIER: Role.INVENTORY_DEFECTIVE,
    Disposition.DONATE: Role.INVENTORY_HOLD,  # until they are given away or sold off
    Disposition.LIQUIDATE: Role.INVENTORY_HOLD,
}
