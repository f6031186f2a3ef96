"""The effects of a policy and their values by name, in the language of the terminal."""

from __future__ import annotations

import re

from returnledger.i18n import N_, _, spoken
from returnledger.terms import Condition, Disposition, Fault, Goods, Method, Verdict
from returnledger.words import Word

EFFECTS = {
    "verdict": N_("verdict"),
    "refused_by": N_("held up by"),
    "window": N_("window"),
    "last_day": N_("last day of the window"),
    "goods": N_("goods"),
    "freight": N_("return freight"),
    "shipping": N_("shipping refunded"),
    "approvals": N_("approval by"),
    "one_step": N_("one step"),
    "fee": N_("fee"),
    "condition": N_("condition"),
    "disposition": N_("disposition"),
    "inspection": N_("inspection"),
    "write_down": N_("write-down"),
    "refund_when": N_("refund from"),
    "limits": N_("limits"),
    "refunds": N_("money back"),
    "methods": N_("methods"),
    "bonus": N_("bonus"),
    "deadline": N_("money back by"),
    "coupons": N_("coupons"),
    "evidence": N_("evidence"),
    "authorisation": N_("authorisation until"),
    "advance": N_("advance"),
    "blind": N_("goods without a sale"),
    "cost": N_("cost"),
    "closed_period": N_("closed period"),
    "separation": N_("separation of duties"),
    "law": N_("law that binds"),
    "given_back": N_("given back"),
    "method": N_("method"),
    "policy": N_("policy"),
    "waived": N_("waived"),
}
# Values that are codes of the policy file and belong to no vocabulary, as a Chinese reader calls them.
_ANSWERS = {"yes": "是", "no": "否", "any time": "不限时间"}
_CODES: dict[str, dict[str, str]] = {
    "shipping": {"all": "全退", "standard": "退标准运费", "pro_rata": "按比例退", "none": "不退"},
    "freight": {"merchant": "商家承担", "customer": "客户承担"},
    "approvals": {"automatic": "自动批准"},
    "inspection": {"accept": "接受", "refuse": "拒收"},
    "refund_when": {"requested": "申请后", "proof_sent": "寄出凭证后", "received": "收货后", "inspected": "验收后"},
    "coupons": {"pro_rata": "按比例分摊", "clawback": "扣回"},
    "limits": {"allow": "准许", "review": "人工审核", "deny": "拒绝"},
    "blind": {"allow": "准许", "review": "人工审核", "refuse": "拒收"},
    "cost": {"original": "原成本", "month_average": "当月平均", "none": "无"},
    "separation": {"compared": "已核对", "exempt": "豁免"},
    "closed_period": {"refuse": "拒绝", "next_open_day": "下一开放日"},
}
_WITHIN = re.compile(r"within ([0-9]+) days")
_VOCABULARIES: dict[str, type[Word]] = {
    "verdict": Verdict,
    "goods": Goods,
    "condition": Condition,
    "disposition": Disposition,
    "fault": Fault,
    "method": Method,
}


def effect_name(effect: str) -> str:
    """Return the name of an effect in the language of the terminal; the effect itself where it has none."""
    return _(EFFECTS[effect]) if effect in EFFECTS else effect


def decided_words(effect: str, value: str) -> tuple[str, str]:
    """Return an effect and its value for a list of decisions: by their names in Chinese, as the policy's codes in English."""
    return (effect, value) if spoken() == "en" else (effect_name(effect), value_name(effect, value))


def value_name(effect: str, text: str) -> str:
    """Return the value of an effect with its name beside the code where the terminal speaks Chinese; – for nothing."""
    if not text:
        return "–"
    if spoken() == "en":
        return text
    if days := _WITHIN.fullmatch(text):
        return f"{days[1]} 天内"
    vocabulary = _VOCABULARIES.get(effect)
    known = {word.value: word.zh for word in vocabulary} if vocabulary else _CODES.get(effect, _ANSWERS)
    return ", ".join(f"{known[t]} ({t})" if t in known else t for t in text.split(", "))
