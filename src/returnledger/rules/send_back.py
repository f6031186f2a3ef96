"""Sends goods that the inspection refuses back to the customer: the receipt is undone, and what was credited, too.

Goods that were not credited leave against returns clearing, as they came. Of goods that were, revenue, tax, fee and cost
of goods stand again as sold, and the customer owes what was given back: off what is payable, else to the receivable.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window: {default: {days: 30, from: sold}}
inspection:
  - {id: worn, when: {condition: used}, outcome: refuse, because: worn goods stay sold}
```
```beancount
2026-10-26 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory:MUG                       -1 MUG {60.00 CNY, 2026-01-05}
```
```posted
- {receive: SO-1, id: R-1, date: 2026-11-01}
- {credit_note: R-1, id: C-1, date: 2026-11-01}
```
```yaml
- {inspect: R-1, id: I-1, date: 2026-11-02, condition: used}
```
```beancount
2026-11-02 * "Ann" "Inspection of SO-1: 1 MUG" #inspect ^R-1 ^inv-SO-1
  rl-id: "I-1"
  rl-kind: "inspect"
  rl-step: 3
  rl-case: "R-1"
  rl-order: "SO-1"
  rl-customer: "Ann"
  rl-event: "…"
  rl-source: "…"
  rl-decision: "…"
  Income:Sales-Returns                                 -100.00 CNY
    rl-role: "sales_returns"
    rl-line: "1"
    rl-sku: "MUG"
    rl-qty: -1
    rl-lots: "1 {60.00 CNY, 2026-01-05}"
  Liabilities:Output-VAT                                -13.00 CNY
    rl-role: "output_vat"
    rl-line: "1"
  Assets:Inventory-Inspection:MUG                           -1 MUG {60.00 CNY, 2026-01-05}
    rl-role: "inventory_inspection"
    rl-line: "1"
    rl-sku: "MUG"
    rl-sent-back: 1
    rl-condition: "used"
    rl-disposition: "return_to_customer"
    rl-lots: "1 {60.00 CNY, 2026-01-05}"
  Expenses:COGS                                          60.00 CNY
    rl-role: "cogs"
    rl-line: "1"
  Liabilities:Refund-Payable                            113.00 CNY
    rl-role: "refund_payable"
```
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from returnledger.cases import Case
from returnledger.clearing import released, value_waiting
from returnledger.decision import Decision
from returnledger.estimates import ACCRUED, ASSET, LIABILITY, REVALUES
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.lots import lots_text, weight_of, without
from returnledger.money import ZERO, cumulative, decimals_of, places, round_to
from returnledger.owing import customer_owes
from returnledger.roles import Role
from returnledger.steps import NET_ROLES, credited_lots
from returnledger.terms import Kind

_WAITS = Role.OUTPUT_VAT_PENDING_RED.value
_GIVEN = NET_ROLES | {Role.OUTPUT_VAT.value, _WAITS, Role.RESTOCKING_FEE_REVENUE.value}
_CREDITS = (Kind.CREDIT_NOTE, Kind.INSPECT, Kind.TAX_CREDIT)  # credits, what undid them, and red invoices that came
_COST = frozenset({Role.COGS.value, Role.COST_ROUNDING.value})
_OF_ESTIMATES = frozenset({LIABILITY, ASSET, ACCRUED, Role.FX_GAIN_LOSS.value})
_OF_OLD_YEAR = frozenset({Role.PRIOR_PERIOD_ADJUSTMENT.value, LIABILITY, ASSET})


def send_back(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield the units out of inspection against clearing, and of those credited the credit turned round."""
    sale, line, settings = facts.sale, facts.line, facts.settings
    assert sale is not None and line is not None and decision.disposition is not None
    item: dict[str, str | Decimal] = {
        "sku": line.sku,
        "sent-back": facts.quantity or ZERO,
        "condition": decision.condition.value,
        "disposition": decision.disposition.value,
    }
    if facts.lots:
        item["lots"] = lots_text(facts.lots)
    for n, lot in enumerate(facts.lots):
        account = settings.derived_account(Role.INVENTORY_INSPECTION, lot.account)
        weight = round_to(Fraction(lot.lot.number) * Fraction(lot.units), sale.decimals)
        role, said = Role.INVENTORY_INSPECTION.value, item if n == 0 else None
        own = sale.dimensions(lot.place)
        yield Leg(role, account, -weight, lot.lot.currency, line.line, lot.commodity, -lot.units, lot.lot, said, own)
    for account in line.value_accounts[:1] if not facts.lots else ():
        kept, role = (
            settings.derived_account(Role.INVENTORY_INSPECTION, account, line.sku),
            Role.INVENTORY_INSPECTION.value,
        )
        for currency, amount in value_waiting(facts):
            yield Leg(role, kept, -amount, currency, line.line, item=item)
    for currency, amount in released(facts, Role.RETURNS_CLEARING):
        account = settings.account_for(Role.RETURNS_CLEARING)
        yield Leg(Role.RETURNS_CLEARING.value, account, -amount, currency, line.line)
    credited = (facts.quantity or ZERO) - facts.met_units
    if credited > 0:
        yield from _credit_undone(facts, credited)


@dataclass(frozen=True, slots=True)
class _Given:
    """What postings of a credit have in common that are turned round together; of estimates whose they are too."""

    role: str
    account: str
    currency: str
    tax_account: str
    means: str
    owner: str = ""
    commodity: str | None = None
    of: str | None = None  # the customer's currency, of a revaluation


@dataclass(slots=True)
class _Sum:
    amount: Decimal = ZERO
    units: Decimal = ZERO


def _given(facts: Facts, now: Case, line: str) -> dict[_Given, _Sum]:
    """Return what the case credited on a line, as it was posted: out of revenue and cost, or of what was expected.

    What an old year bore stands under the account of the sale that it was for: whether that year still bears what
    undoes it is asked on the day of that.
    """
    found: dict[_Given, _Sum] = {}
    for entry in now.entries:
        for leg in entry.legs if entry.kind in _CREDITS else ():
            estimated = leg.role in _OF_ESTIMATES | _OF_OLD_YEAR and leg.means in NET_ROLES | _COST
            if leg.line != line or leg.lot is not None or not (estimated or leg.role in _GIVEN | _COST):
                continue
            one = _Given(leg.role, leg.account, leg.currency, leg.tax_account, leg.role)
            if leg.role in _OF_OLD_YEAR and not leg.owner:
                one = replace(one, role=leg.means, account=_of_sale(facts, leg.means), means=leg.means)
            elif estimated:
                of = (leg.item or {}).get(REVALUES)
                one = replace(one, means=leg.means, owner=leg.owner, commodity=leg.commodity, of=of)
            whole = found.setdefault(one, _Sum())
            whole.amount += leg.amount
            whole.units += leg.units or ZERO
    return found


def _of_sale(facts: Facts, role: str) -> str:
    """Return the account of the sale's line that has a role, else that of the settings."""
    line = facts.line
    parts = (*line.parts, *line.cogs) if line is not None else ()
    return next((part.account for part in parts if part.role == role), facts.settings.account_for(Role.of(role)))


def _turned(
    one: _Given, line: str, amount: Decimal, whole: _Sum, share: Fraction, said: dict[str, str | Decimal] | None
) -> Leg:
    """Return the leg that turns a share of what was given round."""
    instead = Role.OUTPUT_VAT.value if one.role == _WAITS else one.means if one.means != one.role else ""
    units = None
    if one.commodity is not None:
        units = -cumulative(Fraction(whole.units), Fraction(0), share, places(whole.units))
    if one.of is not None and one.commodity is None:
        said = {**(said or {}), REVALUES: one.of}
    return Leg(
        one.role, one.account, -amount, one.currency, line, one.commodity, units,
        item=said, owner=one.owner, instead=instead, tax_account=one.tax_account,
    )  # fmt: skip


def _credit_undone(facts: Facts, units: Decimal) -> Iterator[Leg]:
    """Yield what was credited for units, turned round: their share of all that the case credited on the line.

    What they cost is the share of their lots, as it came in.
    """
    now, line, sale = facts.now, facts.line, facts.sale
    known = now.line(line.line) if now is not None and line is not None else None
    if now is None or known is None or line is None or sale is None or not known.credited:
        return
    given = _given(facts, now, line.line)
    of_units = Fraction(units) / Fraction(known.credited)
    lots = without(facts.lots, facts.met)
    every = credited_lots(line, now.entries).items()
    cost = sum((Fraction(lot.number) * Fraction(number) for (*_, lot), number in every), Fraction(0))
    of_cost = weight_of(lots) / cost if lots and cost else of_units
    item: dict[str, str | Decimal] | None = {"sku": line.sku, "qty": -units}
    if lots and item is not None:
        item["lots"] = lots_text(lots)
    back = ZERO
    for one, whole in given.items():
        decimals = max(decimals_of(one.currency), places(whole.amount))
        share = of_cost if one.means in _COST else of_units
        amount = cumulative(Fraction(whole.amount), Fraction(0), share, decimals)
        said = item if item and one.means in NET_ROLES else None
        item = None if said else item
        if amount or said:
            yield _turned(one, line.line, amount, whole, share, said)
        back += amount if one.means in _GIVEN else ZERO
    yield from customer_owes(facts, back)
