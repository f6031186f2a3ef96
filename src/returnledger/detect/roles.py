"""What the accounts of a ledger are for, told from what sales and payments do to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from returnledger.detect.orders import Named
from returnledger.detect.sample import Sample, Seen
from returnledger.money import ZERO
from returnledger.sales.postings import Posting, booked
from returnledger.terms import Method, Role, names

# Parts of account names that decide what behaviour leaves open.
_HINTS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "discount": r"discount|coupon|rebate|折扣|优惠",
        "shipping": r"shipping|freight|postage|delivery|carriage|versand|porto|frachten|livraison|envío|envio|运费|邮费|快递",
        "tax": r"vat\b|\btax|gst|output|销项|增值税|税",
        "receivable": r"receivable|debtor|\bar\b|应收",
        "rounding": r"round|尾差|抹零",
        "credit": r"store-?credit|wallet|储值",
        "inventory": r"inventory|stock|goods|库存|存货",
    }.items()
}
_METHODS: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in {
        "wechat": r"wechat|weixin|微信",
        "alipay": r"alipay|支付宝",
        "paypal": r"paypal",
        "card": r"card|stripe|visa|\bpos\b|银联|刷卡",
        "cash": r"cash|till|现金",
        "bank": r"bank|checking|giro|银行|存款",
    }.items()
}
_CODED = re.compile(r":\d{4,}(-|:|$)")
_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass
class Found:
    """Accounts by role, most used first, with the number of sales; methods with their account and number of payments."""

    accounts: dict[Role, tuple[str, ...]] = field(default_factory=dict)
    counts: dict[Role, int] = field(default_factory=dict)
    methods: dict[str, tuple[str, int]] = field(default_factory=dict)


def preset_of(accounts: Iterable[str]) -> str:
    """Return `cn` where accounts carry national codes or Chinese names, else `general`."""
    every = list(accounts)
    chinese = sum(1 for name in every if _CODED.search(name) or _CJK.search(name))
    return "cn" if every and 2 * chinese >= len(every) else "general"


def hints(name: str, account: str) -> bool:
    """Return True if the account's name, its first component apart, hints at `name`."""
    return bool(_HINTS[name].search(account.partition(":")[2]))


def read(sample: Sample, named: Named) -> Found:
    """Return what the accounts are for, and how customers pay."""
    found = Found()
    tallies: dict[Role, Counter[str]] = {}

    def count(role: Role, account: str) -> None:
        tallies.setdefault(role, Counter())[account] += 1

    for seen in sample.sales:
        for posting in seen.stock:
            count(Role.INVENTORY, posting.account)
        for posting in seen.income:
            count(_income_role(posting), posting.account)
        for posting in seen.other:
            role = _other_role(posting, seen)
            if role is not None:
                count(role, posting.account)
    receivable, tenders = _receivable(sample)
    if receivable:
        tallies[Role.ACCOUNTS_RECEIVABLE] = receivable
    for role in Role:
        tally = tallies.get(role)
        if tally:
            listed = [account for account, _ in tally.most_common()]
            found.accounts[role] = _stock_names(listed, sample) if role is Role.INVENTORY else tuple(listed)
            found.counts[role] = sum(1 for seen in sample.sales if _uses(seen, tally)) or tally.total()
    found.methods = _methods(tenders)
    return found


def _uses(seen: Seen, accounts: Mapping[str, int]) -> bool:
    return any(posting.account in accounts for posting in seen.transaction.postings)


def _income_role(posting: Posting) -> Role:
    """Return shipping for delivery that is no line of the sale, rounding for rounding, else revenue."""
    if hints("shipping", posting.account) and not _is_line(posting):
        return Role.SHIPPING_REVENUE
    return Role.ROUNDING if hints("rounding", posting.account) else Role.REVENUE


def _is_line(posting: Posting) -> bool:
    return bool(posting.meta) and any(key in (posting.meta or {}) for key in ("sku", "line", "item"))


def _other_role(posting: Posting, seen: Seen) -> Role | None:
    """Return the role of a posting that is neither stock nor income, None for assets and what is not known."""
    account, number = posting.account, posting.units.number
    root = account.partition(":")[0]
    if root == "Expenses":
        if hints("rounding", account):
            return Role.ROUNDING
        if hints("discount", account):
            return Role.SALES_DISCOUNTS
        return Role.COGS if number > 0 and _is_cost(posting, seen) else None
    if root == "Income" and number > 0:
        return Role.SALES_DISCOUNTS if hints("discount", account) else None
    if root == "Liabilities":
        if number > 0 and hints("credit", account):
            return Role.STORE_CREDIT_LIABILITY
        if number < 0 and not _is_line(posting) and (hints("tax", account) or _is_rate(-number, seen)):
            return Role.OUTPUT_VAT
    return None


def _is_cost(posting: Posting, seen: Seen) -> bool:
    """Return True if an expense is what some or all of the goods cost."""
    costs = [-p.units.number * p.cost.number for p in seen.stock]
    same = [p for p in seen.other if p.account == posting.account]
    tolerance = Decimal("0.02") * len(costs)
    paid = sum((p.units.number for p in same), ZERO)
    return abs(sum(costs, ZERO) - paid) <= tolerance or posting.units.number in costs


def _is_rate(tax: Decimal, seen: Seen) -> bool:
    """Return True if a credit is a whole or half percentage, up to 30, of the income."""
    net = -sum((p.units.number for p in seen.income), ZERO)
    if net <= 0:
        return False
    rate = Fraction(tax) / Fraction(net)
    nearest = Fraction(round(rate * 200), 200)
    return 0 < nearest <= Fraction(3, 10) and abs(Fraction(net) * nearest - Fraction(tax)) <= Fraction(1, 50)


def _receivable(sample: Sample) -> tuple[Counter[str], Counter[str]]:
    """Return the accounts that customers owe on, and those that they pay to, each with how often."""
    owed: Counter[str] = Counter()
    paid: Counter[str] = Counter()
    settled: Counter[str] = Counter()
    for seen in sample.sales:
        for posting in seen.other:
            if posting.account.startswith("Assets") and posting.units.number > 0:
                owed[posting.account] += 1
    for transaction in sample.rest:
        postings = [p for p in booked(transaction) if p.cost is None]
        credits = [p for p in postings if p.units.number < 0 and p.account in owed]
        debits = [p for p in postings if p.units.number > 0 and p.account.startswith("Assets")]
        if credits and debits and len({p.account.partition(":")[0] for p in postings}) <= 2:
            settled.update(p.account for p in credits if not _names_a_method(p.account))
            paid.update(p.account for p in debits)
    receivable = Counter({a: n for a, n in owed.items() if hints("receivable", a)})
    if not receivable:
        receivable = Counter({a: n for a, n in owed.items() if a in settled and not _names_a_method(a)})
    tenders = Counter({a: n for a, n in owed.items() if a not in receivable})
    tenders.update({a: n for a, n in paid.items() if a not in receivable})
    return receivable, tenders


def _names_a_method(account: str) -> bool:
    return any(pattern.search(account) for pattern in _METHODS.values())


def _methods(tenders: Counter[str]) -> dict[str, tuple[str, int]]:
    """Return the tenders by a short name: what their account hints at, else its last component."""
    found: dict[str, tuple[str, int]] = {}
    for account, n in tenders.most_common():
        last = account.rpartition(":")[2]
        guess = next((name for name, pattern in _METHODS.items() if pattern.search(last)), None)
        guess = guess or next((name for name, pattern in _METHODS.items() if pattern.search(account)), None)
        own = re.sub(r"^\d+-", "", last).lower() or last.lower()
        choices = [name for name in (guess, own) if name and name not in names(Method)]
        name = next(
            (choice for choice in choices if choice not in found),
            f"{choices[0] if choices else 'tender'}-{len(found) + 1}",
        )
        found[name] = (account, n)
    return found


def _stock_names(accounts: Sequence[str], sample: Sample) -> tuple[str, ...]:
    """Return the one name that covers all stock accounts and nothing without cost; else the accounts themselves."""
    without_cost = {p.account for seen in sample.sales for p in seen.other}
    without_cost |= {p.account for t in sample.rest for p in booked(t) if p.cost is None}
    split = [account.split(":") for account in accounts]
    common: list[str] = []
    for parts in zip(*split):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    for length in range(2 if len(accounts) > 1 or len(common) < 3 else len(common) - 1, len(common) + 1):
        name = ":".join(common[:length])
        if length >= 2 and not any(a == name or a.startswith(f"{name}:") for a in without_cost):
            return (name,)
    return tuple(accounts)
