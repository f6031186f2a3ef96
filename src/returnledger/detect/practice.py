"""What a ledger's sales show of its country and its books: preset, language, framework, how tax is booked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from beancount.core.data import Transaction

from returnledger.detect.hints import hints
from returnledger.detect.roles import Found, rate_of
from returnledger.detect.sample import Sample
from returnledger.money import ZERO
from returnledger.roles import Role
from returnledger.sales.postings import booked
from returnledger.sales.tax.rates import names_rate

_CODED = re.compile(r":\d{4,}(-|:|$)")
_CJK = re.compile(r"[\u3400-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_CHINESE_MONEY = frozenset({"CNY", "RMB", "CNH"})
# 主营业务收入 is 5001 in the standard for small enterprises, 6001 in the one for all others; cost 5401 and 6401.
_SMALL = re.compile(r":(5001|5401|5051|5602)\d*(-|:|$)")
_COINS = ("0.05", "0.10", "0.50", "1.00", "5.00")
_SMALL_RATES = (Fraction(1, 100), Fraction(3, 100), Fraction(5, 100))


@dataclass(frozen=True)
class Practice:
    """What is said in the settings beside accounts; None and "" where the preset's answer holds."""

    preset: str
    language: str
    framework: str = ""
    taxpayer: str = ""
    tax: str = ""
    output_vat: tuple[str, ...] = ()  # where tax is split off at the end of the month
    rates: tuple[tuple[Fraction, int], ...] = ()  # with the number of sales
    coins: str = ""  # what the least coin is worth, where sales in cash are rounded to coins


def preset_of(accounts: Iterable[str], currency: str) -> str:
    """Return `cn` where the books are in Chinese money and accounts carry national codes or Chinese names.

    Codes of four digits are German and French too, and Chinese characters Japanese: then it is `general`.
    """
    if currency not in _CHINESE_MONEY:
        return "general"
    every = list(accounts)
    chinese = sum(1 for name in every if _CODED.search(name) or _CJK.search(name))
    return "cn" if every and 2 * chinese >= len(every) else "general"


def practice_of(sample: Sample, found: Found, accounts: Iterable[str], preset: str) -> Practice:
    """Return what the sales show, in books of this preset."""
    every, chosen = list(accounts), preset
    rates = _rates(sample, found)
    small = chosen == "cn" and bool(rates) and all(rate in _SMALL_RATES for rate, _ in rates)
    by_code = chosen == "cn" and any(_SMALL.search(name) for name in every)
    split = () if rates else _split_off(sample, found)
    return Practice(
        preset=chosen,
        language=_language(sample, chosen),
        framework="asbe_small" if (small or by_code) else "",
        taxpayer="small_scale" if small else "",
        tax="month_end" if split else "",
        output_vat=split,
        rates=rates,
        coins=_coins(sample, found) if chosen != "cn" else "",
    )


def _language(sample: Sample, preset: str) -> str:
    """Return the language that sales are narrated in, the preset's where they say nothing."""
    told = [t.narration or t.payee or "" for t in (seen.transaction for seen in sample.sales[:500])]
    told = [text for text in told if any(letter.isalpha() for letter in text)]
    if not told:
        return "zh" if preset == "cn" else "en"
    if any(_KANA.search(text) for text in told):
        return "en"
    return "zh" if 2 * sum(1 for text in told if _CJK.search(text)) >= len(told) else "en"


def _rates(sample: Sample, found: Found) -> tuple[tuple[Fraction, int], ...]:
    """Return the rates of tax that sales were charged, with the number of sales, most used first."""
    taxes = set(found.accounts.get(Role.OUTPUT_VAT, ()))
    counted: Counter[Fraction] = Counter()
    for seen in sample.sales:
        charged = [p for p in seen.other if _within(p.account, taxes)]
        tax = -sum((p.units.number for p in charged), ZERO)
        if not tax or len({p.account for p in charged if names_rate(p.account)}) > 1:
            continue  # of two rates no one can be told
        net = -sum((p.units.number for p in seen.income), ZERO)
        net -= sum((p.units.number for p in seen.other if _lowers(p.account, found)), ZERO)
        rate = rate_of(tax, net)
        if rate is not None:
            counted[rate] += 1
    return tuple(counted.most_common())


def _within(account: str, names: Iterable[str]) -> bool:
    return any(account == name or account.startswith(f"{name}:") for name in names)


def _lowers(account: str, found: Found) -> bool:
    return _within(account, found.accounts.get(Role.SALES_DISCOUNTS, ()))


def _split_off(sample: Sample, found: Found) -> tuple[str, ...]:
    """Return the tax accounts that entries of their own credit out of revenue, as at the end of a month."""
    revenue = set(found.accounts.get(Role.REVENUE, ()))
    counted: Counter[str] = Counter()
    for transaction in sample.rest:
        postings = booked(transaction)
        if any(p.cost is not None for p in postings):
            continue
        if any(_within(p.account, revenue) and p.units.number > 0 for p in postings):
            counted.update(
                p.account
                for p in postings
                if p.account.startswith("Liabilities") and p.units.number < 0 and hints("tax", p.account)
            )
    return tuple(account for account, _ in counted.most_common())


def _coins(sample: Sample, found: Found) -> str:
    """Return the least coin that every rounded sale in cash is a multiple of; "" where no sale in cash is rounded."""
    tills = {account for name, (account, _) in found.methods.items() if name == "cash"}
    rounding = found.accounts.get(Role.ROUNDING, ())
    paid = [
        sum((p.units.number for p in seen.other if p.account in tills), ZERO)
        for seen in sample.sales
        if any(_within(p.account, rounding) for p in (*seen.other, *seen.income))
    ]
    paid = [amount for amount in paid if amount]
    return next((coin for coin in _COINS if paid and not any(amount % Decimal(coin) for amount in paid)), "")


def transactions_of(entries: Iterable[object]) -> list[Transaction]:
    """Return the transactions among directives."""
    return [entry for entry in entries if isinstance(entry, Transaction)]
