"""Terms that are words of the trade without being codes of a vocabulary, for the page of the glossary."""

from __future__ import annotations

# English, Chinese, and what it means in both.
GLOSSARY: tuple[tuple[str, str, str, str], ...] = (
    (
        "event",
        "事件",
        "Something that happened to a return, an allowance or an advance; one item of a file, never changed.",
        "退货、折让或预收款发生的一件事；文件中的一项，不再改动。",
    ),
    (
        "case",
        "案件",
        "The life of one return: all events with one id, in steps.",
        "一次退货的全过程：同一编号的全部事件，按步骤排列。",
    ),
    (
        "batch",
        "批次文件",
        "What one apply writes: one new file, complete or absent.",
        "一次 apply 写出的内容：一个新文件，要么完整，要么没有。",
    ),
    ("policy", "退货政策", "The written rules by which returns are judged.", "判定退货所依据的书面规则。"),
    (
        "row",
        "政策条目",
        "One line of a policy table; what decides is always a row.",
        "政策表中的一行；一切决定都出自某一行。",
    ),
    (
        "posting rule",
        "记账规则",
        "What turns a decided event into balanced legs of an entry.",
        "把已决定的事件变成平衡分录的规则。",
    ),
    ("entry", "会计分录", "What is written into the books for an event.", "事件在账簿中的记录。"),
    (
        "finding",
        "检查结果",
        "What the program has to say about an input, with its place and the next step.",
        "程序对输入的意见，注明位置与下一步。",
    ),
    (
        "waiver",
        "特批",
        "A check set aside for one event, by a named person, for a reason.",
        "由具名人员说明理由，对某一事件免除一项检查。",
    ),
    (
        "lot",
        "批次",
        "Units bought at one cost on one day, told apart by cost, date and label.",
        "同日同价购入的一批商品，以成本、日期和标签区分。",
    ),
    (
        "booking method",
        "存货计价方法",
        "How an account chooses the lot that a sale takes.",
        "账户出库时选择批次的方法。",
    ),
    (
        "net realisable value",
        "可变现净值",
        "Expected selling price less the cost of selling.",
        "预计售价减去销售费用。",
    ),
    (
        "write-down",
        "存货跌价损失",
        "The part of a booked cost above net realisable value.",
        "账面成本高于可变现净值的部分。",
    ),
    (
        "credit note",
        "红字发票/贷项通知单",
        "The document that gives a sale back, whole or in part.",
        "全部或部分冲回销售的单据。",
    ),
    ("evidence", "佐证材料", "Papers and pictures that a step needs.", "某一步骤所需的单据与照片。"),
    ("tender", "收款方式", "An account through which a customer paid.", "客户付款所经的账户。"),
    ("window", "退货期限", "The days within which a return may be asked for.", "可以申请退货的日期范围。"),
    ("disposition", "处置方式", "What is done with returned goods.", "对退回商品的处理。"),
)
