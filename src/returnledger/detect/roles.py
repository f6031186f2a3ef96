"""What the accounts of a ledger are for, told from what sales and payments do to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from returnledger.detect.covering import covering
from returnledger.detect.hints import hints
from returnledger.detect.sample import Sample, Seen, order_names
from returnledger.detect.tenders import Tenders, tenders_of
from returnledger.detect.totals import goods_of
from returnledger.money import ZERO
from returnledger.roles import Role
from returnledger.sales.postings import Posting, booked

# Roles of accounts that sales need not touch: they are known by their name alone, below these roots.
_BY_NAME: tuple[tuple[Role, str, tuple[str, ...]], ...] = (
    (Role.SALES_RETURNS, "returns", ("Income",)),
    (Role.SALES_ALLOWANCES, "allowances", ("Income",)),
    (Role.REFUND_PAYABLE, "refunds", ("Liabilities",)),
    (Role.STORE_CREDIT_LIABILITY, "store_credit", ("Liabilities",)),
    (Role.SETTLEMENT_DISCOUNT, "settlement", ("Income", "Expenses")),
    (Role.FX_GAIN_LOSS, "fx", ("Income", "Expenses")),
    (Role.ROUNDING, "rounding", ("Income", "Expenses")),
)
# What refunds of money paid in advance need, where a ledger has such money.
_OF_ADVANCES: tuple[tuple[Role, str, tuple[str, ...]], ...] = (
    (Role.DEPOSIT_LIABILITY, "security", ("Liabilities",)),
    (Role.OUTPUT_VAT_PENDING, "pending_tax", ("Liabilities",)),
    (Role.FORFEITURE_INCOME, "forfeit", ("Income",)),
    (Role.PENALTY_EXPENSE, "penalty", ("Expenses",)),
    (Role.INTEREST_EXPENSE, "interest", ("Expenses",)),
)
_STEPS = 200  # a rate of tax is a whole or half percentage
_HIGHEST = Fraction(3, 10)


Vote = Callable[[Role | None, str], None]


@dataclass
class Found:
    """Accounts by role, most used first, with the number of sales; methods with their account and number of payments."""

    accounts: dict[Role, tuple[str, ...]] = field(default_factory=dict)
    counts: dict[Role, int] = field(default_factory=dict)
    methods: dict[str, tuple[str, int]] = field(default_factory=dict)


def read(sample: Sample, every: Iterable[str] = ()) -> Found:
    """Return what the accounts are for, and how customers pay; `every` are all accounts of the ledger."""
    votes: dict[str, Counter[Role]] = {}

    def vote(role: Role | None, account: str) -> None:
        if role is not None:
            votes.setdefault(account, Counter())[role] += 1

    shipped = _vote_goods(sample, vote)
    for seen in sample.sales:
        _vote(seen, vote, shipped)
    tenders = tenders_of(sample, frozenset(votes))
    _vote_money(tenders, votes)
    tallies: dict[Role, Counter[str]] = {}
    for account, counted in votes.items():
        tallies.setdefault(counted.most_common(1)[0][0], Counter())[account] = counted.total()
    found = Found(methods=tenders.methods())
    role_by_account = {account: role for role, tally in tallies.items() for account in tally}
    for role in Role:
        tally = tallies.get(role)
        if tally:
            listed = [account for account, _ in tally.most_common()]
            found.accounts[role] = covering(role, listed, every, role_by_account, sample)
            found.counts[role] = sum(1 for seen in (*sample.sales, *sample.goods) if _uses(seen, tally))
    if Role.INVENTORY not in found.accounts:
        _add_totals(found, sample, every, role_by_account)
    _add_named(found, every, role_by_account)
    return found


def _add_totals(found: Found, sample: Sample, every: Iterable[str], taken: Mapping[str, Role]) -> None:
    """Add stock and cost of goods where no sale shows goods: what totals, purchases and names say of them."""
    for role, accounts in goods_of(sample, sorted(every), (*taken, *(a for a, _ in found.methods.values()))).items():
        if accounts and role not in found.accounts:
            found.accounts[role] = tuple(shortest([account for account, _ in accounts.most_common()]))
            found.counts[role] = 0


def _uses(seen: Seen, accounts: Mapping[str, int]) -> bool:
    return any(posting.account in accounts for posting in seen.transaction.postings)


def _vote(seen: Seen, vote: Vote, shipped: set[str]) -> None:
    """Say what each posting of a sale makes of its account; `shipped` hold the cost of goods under way."""
    for posting in seen.stock:
        vote(Role.GOODS_SHIPPED if hints("shipped", posting.account) else Role.INVENTORY, posting.account)
    gone = {p.units.currency for p in seen.stock}
    for posting in booked(seen.transaction):  # the cost of goods may be carried on in units
        if posting.cost is not None and posting.account.startswith("Expenses:") and posting.units.currency in gone:
            vote(Role.COGS, posting.account)
    tips = [p for p in seen.income if hints("tip", p.account) and not _is_line(p)]
    for posting in seen.income:
        is_tip = posting in tips and len(tips) < len(seen.income)
        vote(Role.OTHER_REVENUE if is_tip else _income_role(posting), posting.account)
    stocks = _value_only(seen)
    for account in stocks:
        vote(Role.GOODS_SHIPPED if account in shipped else Role.INVENTORY, account)
    for posting in seen.other:
        if posting.account in shipped and posting.account not in stocks:
            vote(Role.GOODS_SHIPPED, posting.account)
        elif posting.account not in stocks:
            vote(_other_role(posting, seen, bool(stocks)), posting.account)


def _vote_goods(sample: Sample, vote: Vote) -> set[str]:
    """Let goods that leave for an order in a transaction of their own vote; losses and own use name no sale.

    Returns the accounts that hold the cost of such goods until their sale is booked.
    """
    shipped: set[str] = set()
    sold = {name for seen in sample.sales for name in order_names(seen.transaction)}
    known = {p.account for seen in sample.sales for p in (*seen.stock, *seen.other)}
    for seen in sample.goods:
        named = any(name in sold for name in order_names(seen.transaction))
        costs = [p for p in seen.other if p.account.startswith("Expenses") and _is_cost(p, seen)]
        ours = any(hints("cogs", p.account) or p.account in known for p in costs)
        if not named and not ours and not any(hints("shipped", p.account) for p in seen.other):
            continue
        for posting in seen.stock:
            vote(Role.INVENTORY, posting.account)
        for posting in costs:
            vote(Role.COGS, posting.account)
        if named or not costs:
            under_way = {p.account for p in seen.other if p.account.startswith("Assets") and p.units.number > 0}
            shipped |= {account for account in under_way if named or hints("shipped", account)}
    for account in shipped:
        vote(Role.GOODS_SHIPPED, account)
    return shipped


def _vote_money(tenders: Tenders, votes: dict[str, Counter[Role]]) -> None:
    for role, counted in (
        (Role.ACCOUNTS_RECEIVABLE, tenders.receivable),
        (Role.PLATFORM_RECEIVABLE, tenders.platform),
        (Role.CONTRACT_LIABILITY, tenders.advances),
        (Role.STORE_CREDIT_LIABILITY, tenders.store_credit),
    ):
        for account, n in counted.items():
            votes.setdefault(account, Counter())[role] += n


def _income_role(posting: Posting) -> Role | None:
    """Return shipping for delivery that is no line of the sale, rounding for rounding, else revenue."""
    account = posting.account
    if hints("shipping", account) and not _is_line(posting, ("sku", "item")):
        return Role.SHIPPING_REVENUE
    if hints("fx", account) and not _is_line(posting):
        return Role.FX_GAIN_LOSS
    if hints("tax", account) and not _is_line(posting) and not hints("discount", account):
        return None
    return Role.ROUNDING if hints("rounding", account) else Role.REVENUE


def _is_line(posting: Posting, says: Sequence[str] = ("sku", "line", "item")) -> bool:
    """Return True if a posting says that it is a line; delivery has a number among the lines, and is one with a SKU."""
    return any(key in (posting.meta or {}) for key in says)


def _other_role(posting: Posting, seen: Seen, has_value: bool) -> Role | None:
    """Return the role of a posting that is neither stock nor income, None for assets and what is not known."""
    account, number = posting.account, posting.units.number
    root = account.partition(":")[0]
    if root == "Expenses":
        if hints("rounding", account):
            return Role.ROUNDING
        if hints("settlement", account):
            return Role.SETTLEMENT_DISCOUNT
        if hints("discount", account):
            free = hints("shipping", account) and not _is_line(
                posting, ("sku", "item")
            )  # it comes off delivery, as each sale says
            return None if free else Role.SALES_DISCOUNTS
        if number > 0 and hints("cogs", account):
            return Role.COGS
        return (
            Role.COGS if number > 0 and (_is_cost(posting, seen) or has_value) and not hints("fee", account) else None
        )
    if root == "Income" and number > 0:
        if hints("shipping", account) and not _is_line(posting, ("sku", "item")):
            return Role.SHIPPING_REVENUE
        return Role.ROUNDING if hints("rounding", account) else Role.SALES_DISCOUNTS
    if root == "Liabilities" and number < 0 and not hints("input_tax", account):
        if hints("security", account) and not hints("tax", account):
            return Role.DEPOSIT_LIABILITY
        return Role.OUTPUT_VAT if hints("tax", account) else None  # a deposit may be any share of the price
    return None


def _value_only(seen: Seen) -> set[str]:
    """Return the asset accounts that lose, without units, just what an expense of the sale takes: stock kept by value."""
    if seen.stock:
        return set()
    gone = {p.account: -p.units.number for p in seen.other if p.account.startswith("Assets") and p.units.number < 0}
    spent = [p for p in seen.other if p.account.startswith("Expenses") and p.units.number > 0]
    amounts = {p.units.number for p in spent} | {sum([p.units.number for p in spent], ZERO)}
    return {
        account
        for account, amount in gone.items()
        if amount in amounts and (hints("inventory", account) or any(hints("cogs", p.account) for p in spent))
    }


def _is_cost(posting: Posting, seen: Seen) -> bool:
    """Return True if an expense is what some or all of the goods cost."""
    costs = [-p.units.number * p.cost.number for p in seen.stock if p.cost.number is not None]
    if not costs:
        return False
    same = [p for p in seen.other if p.account == posting.account]
    tolerance = Decimal("0.02") * len(costs)
    paid = sum((p.units.number for p in same), ZERO)
    return abs(sum(costs, ZERO) - paid) <= tolerance or posting.units.number in costs


def rate_of(tax: Decimal, net: Decimal) -> Fraction | None:
    """Return the rate, a whole or half percentage up to 30, that a tax is of a net amount; None where none fits."""
    if net <= 0 or tax <= 0:
        return None
    nearest = Fraction(round(Fraction(tax) / Fraction(net) * _STEPS), _STEPS)
    fits = 0 < nearest <= _HIGHEST and abs(Fraction(net) * nearest - Fraction(tax)) <= Fraction(1, 50)
    return nearest if fits else None


def _add_named(found: Found, every: Iterable[str], taken: Mapping[str, Role]) -> None:
    """Add accounts that the ledger has for what sales need not touch, such as one for returns."""
    advances = _OF_ADVANCES if Role.CONTRACT_LIABILITY in found.accounts else ()
    for role, hint, roots in (*_BY_NAME, *advances):
        if role in found.accounts:
            continue
        named = [a for a in sorted(every) if a.partition(":")[0] in roots and hints(hint, a) and a not in taken]
        named = [a for a in named if not (role is Role.FX_GAIN_LOSS and hints("fee", a))]
        if named:
            found.accounts[role] = tuple(shortest(named))
            found.counts[role] = 0


def shortest(accounts: Sequence[str]) -> list[str]:
    """Return the accounts without those that stand below another of them."""
    return [a for a in accounts if not any(a != b and a.startswith(f"{b}:") for b in accounts)]
