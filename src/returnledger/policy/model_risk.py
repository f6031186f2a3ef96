"""The thresholds of early warnings, as a policy has them: from when on a report says high, medium or low.

A grade is given where everything its row asks is reached; of several the highest counts. What a file leaves out has the
values named here, and the report prints each row that it used with its place.

    risk:
      spikes: {high: {orders: 8, times: 3, chance: 0.001}}
      returners: {within_days: 90, high: {returns: 6, rate: 0.8, amount: 2000}}
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from returnledger.configfields import Amount, Days, Part, SpanCount, SpanPeriods, Step
from returnledger.events.fields import Rate

Grade = Literal["high", "medium", "low"]
GRADES: tuple[Grade, ...] = ("high", "medium", "low")
By = Literal["sku", "supplier", "reason", "channel", "person"]
BY: tuple[By, ...] = ("sku", "supplier", "reason", "channel", "person")


class SpikeRow(Part):
    """From when on returns of one SKU, supplier, reason, channel or person stand out."""

    orders: SpanCount = Field(description="Orders with such a return in the period, at least.", examples=["8"])
    times: Step = Field(description="How many times the rate it is compared with, at least.", examples=["3"])
    chance: Rate = Field(
        description="At most this chance, a share of 1, that so many would come among all that are compared if "
        "nothing had changed.",
        examples=["0.001"],
    )


class SpikeTable(Part):
    """When more comes back than before, or than of all else; counted in orders, so that a large order is one."""

    by: list[By] = Field(
        default=list(BY), description="What is looked at one by one: sku, supplier, reason, channel, person."
    )
    earlier_periods: SpanPeriods = Field(
        default=6, description="Periods of the same length, right before, that a period is compared with."
    )
    sold_before_days: Days = Field(
        default=30,
        description="Days before a period whose sales count beside its own as those that its returns come from.",
    )
    high: SpikeRow = Field(
        default=SpikeRow(orders=8, times=Decimal(3), chance=Decimal("0.001")),
        description="What makes an alarm high; left out, {orders: 8, times: 3, chance: 0.001}.",
    )
    medium: SpikeRow = Field(
        default=SpikeRow(orders=5, times=Decimal(2), chance=Decimal("0.01")),
        description="What makes an alarm medium; left out, {orders: 5, times: 2, chance: 0.01}.",
    )
    low: SpikeRow = Field(
        default=SpikeRow(orders=3, times=Decimal("1.5"), chance=Decimal("0.05")),
        description="What makes an alarm low; left out, {orders: 3, times: 1.5, chance: 0.05}.",
    )


class ReturnerRow(Part):
    """From when on a customer returns strikingly much."""

    returns: SpanCount = Field(description="Orders with a return within the days, at least.", examples=["8"])
    rate: Rate | None = Field(
        default=None,
        description="Orders with a return / orders bought or returned within the days, a share of 1, at least; left "
        "out, any.",
        examples=["0.5"],
    )
    amount: Amount | None = Field(
        default=None,
        description="What was credited within the days, tax included, in the policy's currency, at least; left out, "
        "any.",
        examples=["5000"],
    )


class ReturnerTable(Part):
    """Customers who return often: how much counts, within how many days."""

    within_days: SpanCount = Field(default=90, description="Days up to the end of the period that are looked at.")
    min_orders: SpanCount = Field(
        default=3, description="Orders bought or returned within the days below which a customer is not graded."
    )
    high: ReturnerRow = Field(
        default=ReturnerRow(returns=8, rate=Decimal("0.75")),
        description="What makes an alarm high; left out, {returns: 8, rate: 0.75}.",
    )
    medium: ReturnerRow = Field(
        default=ReturnerRow(returns=5, rate=Decimal("0.5")),
        description="What makes an alarm medium; left out, {returns: 5, rate: 0.5}.",
    )
    low: ReturnerRow = Field(
        default=ReturnerRow(returns=3, rate=Decimal("0.3")),
        description="What makes an alarm low; left out, {returns: 3, rate: 0.3}.",
    )


class ShareRow(Part):
    """From which share on something stands out, and from how many cases."""

    rate: Rate = Field(description="The share of 1, at least.", examples=["0.2"])
    cases: SpanCount = Field(default=1, description="Cases that it is made of, at least.", examples=["5"])


class WithoutGoodsTable(Part):
    """Money given without goods: goods kept or never shipped, goods without a sale, money before the goods.

    The rate is what was credited for such returns / all that was credited for returns in the period.
    """

    high: ShareRow = Field(
        default=ShareRow(rate=Decimal("0.25"), cases=10),
        description="What makes an alarm high; left out, {rate: 0.25, cases: 10}.",
    )
    medium: ShareRow = Field(
        default=ShareRow(rate=Decimal("0.1"), cases=5),
        description="What makes an alarm medium; left out, {rate: 0.1, cases: 5}.",
    )
    low: ShareRow = Field(
        default=ShareRow(rate=Decimal("0.05"), cases=2),
        description="What makes an alarm low; left out, {rate: 0.05, cases: 2}.",
    )


class PeriodEndTable(Part):
    """Sales of a period that come back right after its end, as sales made for the figures do.

    The rate is what came back in the first days of the next period / what was sold in the period, in revenue without
    tax.
    """

    days: SpanCount = Field(default=10, description="First days of the next period that are looked at.")
    min_orders: SpanCount = Field(
        default=5, description="Orders sold in the period below which a customer or the whole is not graded."
    )
    high: ShareRow = Field(
        default=ShareRow(rate=Decimal("0.25"), cases=3),
        description="What makes an alarm high; left out, {rate: 0.25, cases: 3}.",
    )
    medium: ShareRow = Field(
        default=ShareRow(rate=Decimal("0.15"), cases=3),
        description="What makes an alarm medium; left out, {rate: 0.15, cases: 3}.",
    )
    low: ShareRow = Field(
        default=ShareRow(rate=Decimal("0.1"), cases=3),
        description="What makes an alarm low; left out, {rate: 0.1, cases: 3}.",
    )


class CostTable(Part):
    """What returns cost: goods written down or scrapped, delivery given back, less the fees kept.

    The rate is that cost / the revenue without tax that was given back in the period.
    """

    high: ShareRow = Field(
        default=ShareRow(rate=Decimal("0.5"), cases=5),
        description="What makes an alarm high; left out, {rate: 0.5, cases: 5}.",
    )
    medium: ShareRow = Field(
        default=ShareRow(rate=Decimal("0.3"), cases=5),
        description="What makes an alarm medium; left out, {rate: 0.3, cases: 5}.",
    )
    low: ShareRow = Field(
        default=ShareRow(rate=Decimal("0.15"), cases=5),
        description="What makes an alarm low; left out, {rate: 0.15, cases: 5}.",
    )


class RiskTable(Part):
    """From when on `report risk` gives an early warning; nothing here refuses a return."""

    spikes: SpikeTable = Field(default=SpikeTable(), description="More returns than before, or than of all else.")
    returners: ReturnerTable = Field(default=ReturnerTable(), description="Customers who return often.")
    without_goods: WithoutGoodsTable = Field(default=WithoutGoodsTable(), description="Money without goods.")
    period_end: PeriodEndTable = Field(
        default=PeriodEndTable(), description="Sales that come back right after the end of their period."
    )
    cost: CostTable = Field(default=CostTable(), description="What returns cost.")
