"""`returnledger report`: questions answered from the ledger, each with its definition and what it ties to."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from returnledger.cli.arguments import Excel, Format, Json, Output, format_of
from returnledger.i18n import N_, _

# The reports, as returnledger.reports has them: listed here, so that help and completion need not import them.
REPORTS = (
    "rate",
    "inventory",
    "credit-notes",
    "risk",
    "exceptions",
    "stocktake",
    "supplier",
    "disposition",
    "aging",
    "customer",
    "cost",
    "clearing",
    "cycle",
    "advances",
    "liability",
    "cutoff",
)
FORMATS = ("text", "csv", "json", "md")

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        autocompletion=lambda: list(REPORTS),
        help=N_("The name of the report."),
    ),
]
Metric = Annotated[
    str | None,
    typer.Option(
        "--metric",
        metavar="METRIC",
        help=N_("What a return rate counts: units_period, units_cohort, orders, value."),
    ),
]
Within = Annotated[
    str | None,
    typer.Argument(metavar="[PERIOD]", help=N_("The same as --period, without writing it; the code of a customer.")),
]
By = Annotated[
    str | None, typer.Option("--by", metavar="KEYS", help=N_("Group by these columns, separated by commas."))
]
Period = Annotated[
    str | None,
    typer.Option("--period", metavar="PERIOD", help=N_("A month, quarter or year: 2026-11, 2026-Q4, 2026.")),
]
From = Annotated[str | None, typer.Option("--from", metavar="DAY", help=N_("The first day."))]
To = Annotated[str | None, typer.Option("--to", metavar="DAY", help=N_("The last day."))]
MinSold = Annotated[
    str | None, typer.Option("--min-sold", metavar="N", help=N_("Leave out rows with fewer units sold."))
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DAY", help=N_("Returns, or stock, up to this day count."))
]
Lines = Annotated[
    str | None, typer.Option("--lines", metavar="all|goods", help=N_("goods: only lines that moved stock."))
]
Top = Annotated[str | None, typer.Option("--top", metavar="N", help=N_("Only so many rows, those with most returns."))]
Sku = Annotated[str | None, typer.Option("--sku", metavar="SKU", help=N_("Only this SKU."))]
Customer = Annotated[str | None, typer.Option("--customer", metavar="CODE", help=N_("Only this customer."))]
Account = Annotated[str | None, typer.Option("--account", metavar="ACCOUNT", help=N_("Only this account."))]
Reveal = Annotated[bool, typer.Option("--reveal", help=N_("Name customers as the ledger does, not by pseudonyms."))]


def report(
    ctx: typer.Context,
    name: Name,
    within: Within = None,
    by: By = None,
    metric: Metric = None,
    period: Period = None,
    date_from: From = None,
    date_to: To = None,
    min_sold: MinSold = None,
    as_of: AsOf = None,
    lines: Lines = None,
    top: Top = None,
    sku: Sku = None,
    customer: Customer = None,
    account: Account = None,
    reveal: Reveal = False,
    output: Output = None,
    fmt: Format = None,
    json: Json = False,
    excel: Excel = False,
) -> int:
    """Show a report from the books, with its definition and what it ties to, as text, csv, json or md.

    `stocktake -O yaml` writes the count sheet as events with what the books hold: write what was counted over it.

    ```
    rate            how much of what was sold comes back
    inventory       stock by condition, and what it is worth
    credit-notes    the register of credit documents
    risk            early warnings
    exceptions      what was done otherwise than the rule
    stocktake       what should lie where, to be counted
    supplier        what suppliers make good, and their rates
    disposition     what became of returned goods, and their value
    aging           refunds due, the overdue first
    customer        one customer's orders and cases
    cost            what returns cost, less what was recovered
    clearing        what is open on clearing accounts, by case
    cycle           days from step to step, and deadlines missed
    advances        money paid in advance: used, refunded, kept, open
    liability       what is expected to come back, opening to closing
    cutoff          returns after the period end of sales before it
    ```
    """
    if name == "customer" and customer is None:
        within, customer = None, within
    given = {"by": by, "metric": metric, "period": _period(within, period), "from": date_from, "to": date_to}
    given |= {"min-sold": min_sold, "as-of": as_of, "lines": lines, "top": top, "sku": sku, "customer": customer}
    given |= {"account": account, "reveal": "true" if reveal else None}
    options = {option: value for option, value in given.items() if value is not None}
    return _show(ctx.obj, name, options, format_of(fmt, json, output, _formats(name)), output, excel)


def _formats(name: str) -> tuple[str, ...]:
    """Return the formats of a report; the count sheet can be written as the events that it is to become."""
    return (*FORMATS, "yaml") if name == "stocktake" else FORMATS


def _show(console: Any, name: str, options: dict[str, str], fmt: str, output: Path | None, excel: bool) -> int:
    console.outcome = ""
    from returnledger import app
    from returnledger.cli.console import terminal_width

    told: list[Any] = []
    with console.progress(_("reading the ledger")):
        text = app.report(
            name,
            options,
            settings=console.settings,
            fmt=fmt,
            language=console.language,
            width=terminal_width(),
            excel=excel,
            tell=told.append,
        )
    console.result(text, output)
    console.findings(told)
    return 0


def _period(within: str | None, period: str | None) -> str | None:
    if within is not None and period not in (None, within):
        from returnledger.cli.usage import two_periods

        raise two_periods(within, str(period))
    return period if within is None else within
