"""The effects of a policy and their values by name, in the language of the terminal."""

from __future__ import annotations

from returnledger.i18n import N_, _, spoken
from returnledger.terms import Condition, Disposition, Fault, Goods, Verdict, Word

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
}
_VOCABULARIES: dict[str, type[Word]] = {
    "verdict": Verdict,
    "goods": Goods,
    "condition": Condition,
    "disposition": Disposition,
    "fault": Fault,
}


def effect_name(effect: str) -> str:
    """Return the name of an effect in the language of the terminal; the effect itself where it has none."""
    return _(EFFECTS[effect]) if effect in EFFECTS else effect


def value_name(effect: str, text: str) -> str:
    """Return the value of an effect with its name beside the code where the terminal speaks Chinese; – for nothing."""
    if not text:
        return "–"
    vocabulary = _VOCABULARIES.get(effect)
    if vocabulary is None or spoken() == "en":
        return text
    known = {word.value: word for word in vocabulary}
    return ", ".join(f"{known[t].zh} ({t})" if t in known else t for t in text.split(", "))
