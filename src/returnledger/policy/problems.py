"""What can be wrong with a policy or with the settings beyond their form: one code, one sentence, one next step.

The Chinese sentences stand in the catalogue of the domain `config`.
"""

from __future__ import annotations

from returnledger.findings import Severity, Template

_POLICY: dict[str, Template] = {
    "fact-unknown": Template(
        "`{fact}` is not a fact that a condition can use",
        "write `{nearest}`; the facts of `{table}` are {known}",
    ),
    "fact-not-here": Template(
        "`{table}` is decided before `{fact}` is known",
        "use one of {known}, or leave the condition out",
    ),
    "condition-unreadable": Template(
        "`{text}` is not a condition on `{fact}`, which is {type}",
        "write it like `{fact}: {example}`",
    ),
    "condition-word-unknown": Template(
        "`{text}` is not a {fact} that events can have",
        "write `{nearest}`; the words are {known}",
    ),
    "condition-empty": Template(
        "`{fact}` is compared with nothing, so the row could never match",
        "write a value after `{fact}:`, or leave the key out",
    ),
    "condition-too-long": Template(
        "the conditions of this policy make {count} comparisons; {limit} can be read",
        "split the policy, or shorten its lists",
    ),
    "catch-all-missing": Template(
        "no row of `{table}` catches what the rows above it leave",
        "add as the last row of `{table}`: {row}",
    ),
    "row-id-twice": Template(
        "two rows of `{table}` are called `{id}`; the first is in line {line}",
        "give this row an id of its own: `{id}-2`",
    ),
    "row-never-reached": Template(
        "row `{id}` of `{table}` never decides: row `{catch_all}` above it catches everything",
        "move the row above `{catch_all}`, or remove it",
        Severity.WARNING,
    ),
    "days-not-calendar": Template(
        "`unit: {unit}` asks for other than calendar days, and windows are counted in calendar days only",
        "write `unit: calendar`, with the number of calendar days",
    ),
    "holiday-roll": Template(
        "`roll_on_holiday: true` moves the last day past holidays, and windows end on the day itself only",
        "write `roll_on_holiday: false`, or leave it out and allow a day or two more",
    ),
    "fee-percent-or-amount": Template(
        "row `{id}` has {count} of `percent` and `amount`; a fee has one of them",
        "write `percent: 5` or `amount: 10.00`; no fee is `percent: 0`",
    ),
    "fee-rate-missing": Template(
        "row `{id}` taxes its fee at a rate of its own and names none",
        "add `rate: 0.13`, a share of 1, or write `tax: as_sale`",
    ),
    "fee-rate-unused": Template(
        "row `{id}` has `rate: {rate}` with `tax: {tax}`, which does not use it",
        "write `tax: rate`, or leave `rate` out",
    ),
    "percent-out-of-range": Template(
        "`{key}: {value}` is outside 0 to {limit}",
        "write a number from 0 to {limit}",
    ),
    "extension-reversed": Template(
        "extension `{name}` ends on {until}, before the last sale it is for, {sold}",
        "write `until:` as {sold} or later",
    ),
    "window-never-decides": Template(
        "`{row}` gives {days} days where the default already gives {default}, and the latest end counts",
        "give it more than {default} days, write `days: 0` to close the window, or lower the default",
        Severity.WARNING,
    ),
    "reason-two-faults": Template(
        "`{reason}` stands under `{fault}` and under `{other}`",
        "leave `{reason}` under one of them",
    ),
    "condition-too-good": Template(
        "`{reason}: new` takes goods as new although the fault is the {fault}'s",
        "write the condition such goods have: `{reason}: unknown`",
    ),
    "never-waived": Template(
        "`{code}` holds whatever the policy says and cannot be waived",
        "remove `{code}` from `waivers`",
    ),
    "policy-same-day": Template(
        "`{file}` and `{other}` are both valid from {date}, so neither is newer",
        "give one of them another `valid_from`, or remove one from `policies`",
    ),
    "policy-currency": Template(
        "the policy counts in {currency}, the books in {operating}",
        "write `currency: {operating}` with amounts in {operating}, unless sales are in {currency}",
        Severity.WARNING,
    ),
}

_SETTINGS: dict[str, Template] = {
    "settings-not-found": Template(
        "there is no returnledger.yaml in {folder} or above it",
        "run `returnledger init` in the folder of your ledger",
    ),
    "file-not-readable": Template(
        "{file} cannot be read: {reason}",
        "correct the path, or create the file",
    ),
    "file-empty": Template(
        "{file} holds nothing",
        "write its keys, or run `returnledger init` for a first version",
    ),
    "one-document": Template(
        "{file} holds {count} documents; it may hold one",
        "remove the line `---` and what follows it",
    ),
    "role-unknown": Template(
        "`{role}` is not a role that an account can have",
        "write `{nearest}`; the roles are {known}",
    ),
    "preset-unknown": Template(
        "`preset: {preset}` is not known",
        "write `preset: general` or `preset: cn`",
    ),
    "account-malformed": Template(
        "`{account}` is not an account that Beancount can read",
        "write components that start with a capital letter or a digit, with colons between them: `Assets:Bank`",
    ),
    "account-placeholder": Template(
        "`{account}` has the placeholder `{placeholder}`, which nothing fills",
        "use `{{parent}}` for the selling account and `{{sku}}` for the item, in accounts of returned goods only",
    ),
    "account-two-roles": Template(
        "`{account}` is the account of `{role}` and of `{other}`",
        "give one of them another account",
    ),
    "method-reserved": Template(
        "`{method}` already means how a refund is split and cannot name a tender",
        "give the tender another name: `{method}_tender`",
    ),
    "pattern-without-slot": Template(
        "the link pattern `{pattern}` does not say where the order stands",
        "write `{{}}` where the order number stands: `inv-{{}}`",
    ),
    "sales-order-one-of": Template(
        "this way to find an order has {count} of `link` and `metadata`; it has one of them",
        'write `{{link: "inv-{{}}"}}` or `{{metadata: order}}`',
    ),
    "metadata-key": Template(
        "`{key}` is not a metadata key that Beancount can read",
        "write a small letter and then letters, digits, `-` or `_`: `order`",
    ),
    "numbering-placeholder": Template(
        "the number `{pattern}` cannot be made: {problem}",
        "use `{{series}}`, `{{year}}`, `{{month}}` and `{{seq:04}}`, of which `{{seq}}` is needed",
    ),
    "delegate-unknown": Template(
        "`{name}` is given `{person}`'s tasks and is not one of `people`",
        "add `{name}: []` to `people`, or write `{nearest}`",
    ),
    "delegation-reversed": Template(
        "the delegation to `{name}` ends on {until}, before it begins on {start}",
        "write `until:` as {start} or later",
    ),
    "preset-choice-differs": Template(
        "`revenue_account: same` books returns to the revenue account, and `accounts` names one for `sales_returns`",
        "write `revenue_account: contra`, or remove `sales_returns` from `accounts`",
        Severity.WARNING,
    ),
    "commodity-malformed": Template(
        "`{commodity}` is not a commodity that Beancount can read",
        "write capital letters and digits, at most 24, the first a letter: `{example}`",
    ),
    "commodity-twice": Template(
        "`{sku}` and `{other}` have the same commodity `{commodity}`",
        "give one of them another `commodity:`",
    ),
}

TEMPLATES: dict[str, Template] = _POLICY | _SETTINGS
