"""What can be wrong with the wish for a report or with a query, one sentence template for each."""

from __future__ import annotations

from returnledger.findings import Template

TEMPLATES: dict[str, Template] = {
    "report-unknown": Template(
        "there is no report `{name}`; there are {known}", "type `returnledger report {nearest}`, or one of the others"
    ),
    "option-unknown": Template(
        "the report `{report}` has no option `{option}`; it has {known}", "leave `{option}` out, or use `{nearest}`"
    ),
    "choice-unknown": Template(
        "`{value}` is no choice for `{option}`; there are {known}", "write `--{option} {nearest}`"
    ),
    "count-expected": Template(
        "`{option}` is `{value}`; a whole number from {least} on is allowed", "write `--{option} 10`"
    ),
    "period-unknown": Template(
        "`{option}` is `{value}`; a period is a month 2026-11, a quarter 2026-Q4 or a year 2026",
        "write `--{option} 2026-11`",
    ),
    "day-unknown": Template(
        "`{option}` is `{value}`; a day is written 2026-11-30 and stands in the calendar",
        "write `--{option} 2026-11-30`",
    ),
    "days-differ": Template(
        "the day is {day}, and the period {period} ends on {last}", "write one of the two, `--as-of` or `--period`"
    ),
    "period-backwards": Template(
        "the period begins on {first} and ends on {last}, before it begins", "exchange the two days"
    ),
    "to-too-early": Template(
        "returns count from {first} on, the day after the period end, and `to` is {last}",
        "write a later `--to`, or an earlier `--as-of`",
    ),
    "customer-missing": Template(
        "this report is about one customer, and none is named", "type `returnledger report customer CODE`"
    ),
    "customer-unknown": Template(
        "the ledger knows no customer `{customer}`", "type `returnledger report customer {nearest}`, or another code"
    ),
    "query-syntax": Template(
        "the query can't be read from here on: `{near}`",
        "compare with `SELECT sku, sum(quantity) AS sold FROM sales GROUP BY sku`; a column named like a word of the "
        'language goes in double quotes, as in "order"',
    ),
    "query-empty": Template("the query is empty", "write one SELECT statement"),
    "query-writes": Template(
        "a query here only reads; `{statement}` is none of SELECT, BALANCES and JOURNAL",
        "write a SELECT statement",
    ),
    "query-second-statement": Template(
        "the query has a second statement after the semicolon; one is answered at a time", "run `{second}` by itself"
    ),
    "query-column": Template("the table `{table}` has no column `{column}`; it has {known}", "use `{nearest}`"),
    "query-table": Template("there is no table `{table}`; there are {known}", "use `FROM {nearest}`"),
    "query-function": Template(
        "there is no function `{call}` for values of these types", "check its name and what stands in its parentheses"
    ),
    "query-types": Template(
        "`{operation}` can't join values of these types", "convert one side, for example with str() or decimal()"
    ),
    "query-group": Template(
        "{columns} is neither summed nor grouped", "add it after GROUP BY, or wrap it in first(), min() or max()"
    ),
    "query-wrong": Template("the query has no answer: {reason}", "change the part of the query that this names"),
}
