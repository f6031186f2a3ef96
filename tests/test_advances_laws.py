"""Laws of advances, tried on random ones: money is conserved, profit and loss is touched by little, voids are exact."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import ledgers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_advances import shop

from returnledger.money import round_to

BANK = "Assets:1002-银行存款"
STYLES = {
    "gross": ("Liabilities:2203-预收账款", ""),
    "pending": ("Liabilities:2205-合同负债", "Liabilities:2221-应交税费:待转销项税额"),
    "invoiced": ("Liabilities:2205-合同负债", "Liabilities:2221-应交税费:销项税额"),
    "security": ("Liabilities:2241-其他应付款:押金", ""),
}
# What refunds of advances may touch of profit and loss.
TOUCHED = (
    "Income:6051-其他业务收入:其他",
    "Income:6001-主营业务收入",
    "Income:6301-营业外收入:没收定金",
    "Expenses:6711-营业外支出:违约金",
    "Expenses:6603-财务费用:利息支出",
)
RETAINED = (
    "retain_as: service_income, tax_rate: 0.06",
    "retain_as: service_income, tax_rate: 0",
    "retain_as: revenue, tax_rate: 0.13",
    "retain_as: forfeiture, deposit: earnest, broken_by: customer",
)
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Story:
    """A ledger with receipts, the events on them, and what these keep and pay on top."""

    ledger: str
    events: tuple[str, ...]
    ids: tuple[str, ...]
    received: Decimal
    kept: Decimal
    beyond: Decimal


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Draw one to three receipts and up to five steps; the last gives back what is left."""
    ledger, received, keep_as = "", Decimal(0), RETAINED
    for n in range(draw(st.integers(1, 3))):
        style = draw(st.sampled_from(sorted(STYLES)))
        account, tax_account = STYLES[style]
        if style == "security":  # what secures is no earnest money: none of it may be forfeited as such
            keep_as = RETAINED[:-1]
        gross = Decimal(draw(st.integers(1, 500_000))) * CENT
        rate = Decimal(draw(st.sampled_from(["0.13", "0.09", "0.06", "0.01"])))
        tax = round_to(gross * rate / (1 + rate), 2) if tax_account else Decimal(0)
        ledger += f'2026-01-{n + 5:02} * "华东机械" "收款" ^inv-HT-01\n  {BANK}  {gross} CNY\n  {account}  {tax - gross} CNY\n'
        ledger += f"  {tax_account}  {-tax} CNY\n\n" if tax else "\n"
        received += gross
    left, kept, beyond = received, Decimal(0), Decimal(0)
    events, ids = [], []
    for n in range(draw(st.integers(0, 4))):
        back = min(left, Decimal(draw(st.integers(0, 300_000))) * CENT)
        retain = min(left - back, Decimal(draw(st.integers(0, 60_000))) * CENT)
        if not back + retain:
            continue
        said = f"id: E{n}, date: 2026-03-{n + 1:02}, red_invoice: R{n}, amount: {back}, retain: {retain}"
        if retain:
            said += f", {draw(st.sampled_from(keep_as))}"
        more = Decimal(draw(st.integers(0, 5_000))) * CENT
        said += f", {draw(st.sampled_from(['penalty', 'interest']))}: {more}" if more else ""
        approved = draw(st.booleans()) and back + more > 0
        events.append(f"- {{advance_refund: HT-01, {said}{', stage: approved' if approved else ''}}}")
        ids.append(f"E{n}")
        if approved:
            events.append(f"- {{advance_refund: E{n}, id: P{n}, date: 2026-04-{n + 1:02}}}")
            ids.append(f"P{n}")
        left, kept, beyond = left - back - retain, kept + retain, beyond + more
    if left:
        events.append("- {advance_refund: HT-01, id: LAST, date: 2026-05-01, red_invoice: R9}")
        ids.append("LAST")
    return Story(ledger, tuple(events), tuple(ids), received, kept, beyond)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(stories())
def test_money_is_conserved_and_voids_are_exact(story: Story) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop_of = shop(Path(folder), story.ledger)
        before = ledgers.balances(shop_of)
        ledgers.posted(shop_of, "\n".join(story.events) + "\n")
        after = ledgers.balances(shop_of)
        assert after.get(BANK, Decimal(0)) == story.kept - story.beyond
        assert not any(
            account.startswith(("Liabilities:2203", "Liabilities:2205", "Liabilities:2241")) for account in after
        )
        assert "Liabilities:2221-应交税费:待转销项税额" not in after
        touched = {account for account in after if account.startswith(("Income", "Expenses", "Equity"))}
        assert touched <= set(TOUCHED)
        if not story.kept and not story.beyond:
            assert after == {}
        voids = [f"- {{void: {name}, date: 2026-06-01}}" for name in reversed(story.ids)]
        ledgers.posted(shop_of, "\n".join(voids) + "\n", "voids.yaml")
        assert ledgers.balances(shop_of) == before


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(1, 10_000), st.lists(st.integers(1, 3_000), min_size=1, max_size=4), st.booleans())
def test_parts_come_to_the_same_as_the_whole(gross: int, parts: list[int], invoiced: bool) -> None:
    account, tax_account = STYLES["invoiced" if invoiced else "pending"]
    tax = round_to(gross * CENT * 13 / 113, 2)
    ledger = f'2026-01-05 * "华东机械" "收款" ^inv-HT-01\n  {BANK}  {gross * CENT} CNY\n  {account}  {tax - gross * CENT} CNY\n'
    ledger += f"  {tax_account}  {-tax} CNY\n" if tax else ""
    left, events = gross, []
    for n, part in enumerate(parts):
        if (part := min(part, left)) > 0:
            events.append(
                f"- {{advance_refund: HT-01, id: E{n}, date: 2026-03-01, red_invoice: R, amount: {part * CENT}}}"
            )
            left -= part
    if left:
        events.append("- {advance_refund: HT-01, id: LAST, date: 2026-03-02, red_invoice: R}")
    with tempfile.TemporaryDirectory() as folder:
        shop_of = shop(Path(folder), ledger)
        done = ledgers.posted(shop_of, "\n".join(events) + "\n")
        assert ledgers.balances(shop_of) == {}
        taken = Decimal(0)
        for directive in done.planned.plan.directives:
            own = {p.account: p.units.number for p in directive.postings}
            taken += -own[BANK]
            share = round_to(taken * tax / (gross * CENT), 2)
            so_far = sum(
                p.units.number
                for d in done.planned.plan.directives
                if d.meta["rl-step"]
                and done.planned.plan.directives.index(d) <= done.planned.plan.directives.index(directive)
                for p in d.postings
                if p.account == tax_account
            )
            assert abs(so_far - share) <= CENT
