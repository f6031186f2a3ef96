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
        "`{text}` is not a word that `{fact}` can be",
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
        "row `{id}` of `{table}` never decides: all it asks for is taken above it by {rows}",
        "move the row up, narrow what stands above it, or remove it",
        Severity.WARNING,
    ),
    "holidays-unknown": Template(
        "`{country}` is not a country whose public holidays are known",
        "write `holidays: {nearest}`, with a part of the country where it has holidays of its own: DE-BY, US-CA",
    ),
    "holidays-not-named": Template(
        "business days are counted and no country is named, so that only weekends are left out",
        "write `holidays: CN`, or your country, in returnledger.yaml or under `window`",
        Severity.WARNING,
    ),
    "fee-percent-or-amount": Template(
        "row `{id}` has {count} of `percent` and `amount`; it has one of them",
        "write `percent: 5` or `amount: 10.00`; no fee is `percent: 0`",
    ),
    "fee-max-unused": Template(
        "row `{id}` has `max: {max}` beside `amount: {amount}`, which is the same for every return",
        "leave `max` out, or write `percent` instead of `amount`",
    ),
    "fee-rate-missing": Template(
        "row `{id}` taxes its fee at a rate of its own and names none",
        "add `rate: 0.13`, a share of 1, or write `tax: as_sale`",
    ),
    "fee-rate-unused": Template(
        "row `{id}` has `rate: {rate}` with `tax: {tax}`, which does not use it",
        "write `tax: rate`, or leave `rate` out",
    ),
    "methods-empty": Template(
        "row `{id}` allows no method, so no refund could be made",
        "write `methods: [original]`, or deny the return in `verdicts`",
    ),
    "row-id-form": Template(
        "`{text}` can't be the name of a row", "use letters, digits, `-`, `_` and `.`, at most 60: `{example}`"
    ),
    "day-range-form": Template(
        "`{text}` is not a range of days from the first to the last", "write `{key}: 2026-10-20..2026-11-11`"
    ),
    "same-word-twice": Template("`{key}` and `{other}` of `{table}` are the same word", "keep one of the two keys"),
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
    "pair-not-two": Template(
        "`{pair}` is not a pair of two different steps",
        "write pairs like `[request, approve]`",
    ),
    "never-waived": Template(
        "`{code}` holds whatever the policy says and can't be waived",
        "remove `{code}` from `waivers`",
    ),
    "law-not-found": Template(
        "there is no law pack `{name}` among the policies, nor `{name}.yaml` in {folder}",
        "copy `{name}.yaml` of the ready policies to {folder}, or take the name out of `law`",
    ),
    "law-not-a-pack": Template(
        "`{name}` is a policy of a shop and no law pack: it has no `statute`",
        "name a law pack after `law:`, or add `statute:` with the law that the file follows",
    ),
    "policy-same-day": Template(
        "`{file}` and `{other}` are both valid from {date}, so neither is newer",
        "give one of them another `valid_from`, or remove one from `policies`",
    ),
}

_FILES: dict[str, Template] = {
    "policy-unknown": Template("the settings list no policy {name}", "name one of {known}, a file, or REV:FILE of git"),
    "policy-revision": Template(
        "git does not show {name}: {reason}", "name a revision and a file it had: HEAD~1:policies/standard.yaml"
    ),
    "settings-not-found": Template(
        "there is no returnledger.yaml in {folder} or above it", "run `returnledger init` in the folder of your ledger"
    ),
    "file-missing": Template("there is no file {file}", "correct the path, or create the file"),
    "file-is-folder": Template("{file} is a folder, and a file is due", "write the path of a file in it"),
    "file-barred": Template("{file} may not be read by you", "ask its owner for the right to read it"),
    "file-not-read": Template("{file} is not handed over by the system", "look whether the path is right"),
    "file-empty": Template("{file} holds nothing", "write its keys, or run `returnledger init` for a first version"),
    "one-document": Template(
        "{file} holds {count} documents, and 1 is read", "remove the line `---` and what follows it"
    ),
    "products-expected": Template(
        "{file} is no list of products by SKU", "write `MUG-BLUE: {{category: kitchen}}`, one line a product"
    ),
}

_SETTINGS: dict[str, Template] = {
    "role-unknown": Template(
        "`{role}` is not a role that an account can have", "write `{nearest}`; the roles are {known}"
    ),
    "preset-unknown": Template("`preset: {preset}` is not known", "write `preset: general` or `preset: cn`"),
    "account-missing": Template("`{role}` names no account", "write one account after `{role}:`, or remove the key"),
    "account-malformed": Template(
        "`{account}` is not an account that Beancount can read",
        "begin each component with a capital letter, a digit or a Chinese character, with colons between them",
    ),
    "account-placeholder": Template(
        "nothing fills the placeholder `{placeholder}` of `{account}`",
        "write a plain account; accounts of returned goods can have `{{parent}}` and `{{sku}}`",
    ),
    "account-two-roles": Template(
        "`{account}` is the account of `{role}` and of `{other}`", "give one of them another account"
    ),
    "sales-returns-unused": Template(
        "returns are booked to the revenue account, so that of `sales_returns` is not used",
        "write `revenue_account: contra`, or remove `sales_returns` from `accounts`",
        Severity.WARNING,
    ),
    "method-reserved": Template(
        "`{method}` already says how a refund is split and can't name a tender",
        "give the tender a name of its own, such as `{method}_account`",
    ),
    "pattern-without-slot": Template(
        "`{pattern}` has {count} places for the order number; it has one",
        "write `{{}}` where the order number stands: `inv-{{}}`",
    ),
    "sales-order-one-of": Template(
        "this way to find an order has {count} of `link`, `metadata` and `tag`; it has one of them",
        "write `{{link: 'inv-{{}}'}}`, `{{metadata: order}}` or `{{tag: 'order-{{}}'}}`",
    ),
    "metadata-key": Template(
        "`{key}` is not a metadata key that Beancount can read",
        "begin with a small letter, then letters, digits, `-` or `_`, at least two in all",
    ),
    "numbering-brace": Template(
        "a brace of `{pattern}` is not closed", "close it: `CN-{{series}}-{{year}}-{{seq:04}}`"
    ),
    "numbering-placeholder": Template(
        "nothing fills `{placeholder}` of `{pattern}`",
        "use `{{series}}`, `{{year}}`, `{{month}}` and `{{seq}}`; `{{seq:04}}` writes four digits",
    ),
    "numbering-without-seq": Template(
        "`{pattern}` gives every document the same number", "add `{{seq:04}}`, which counts up"
    ),
    "numbering-goes-on": Template(
        "the pattern {pattern} goes on with {rest} after {{seq}}; a series counts on what stands last",
        "put {{seq}} at the end of the pattern",
    ),
    "numbering-shared": Template(
        "vouchers and credit notes are both numbered {pattern}; each series counts by itself",
        "begin the pattern of vouchers otherwise",
    ),
    "cash-method-unknown": Template(
        "`{method}`, whose refunds are rounded, is not one of `methods`",
        "add `{method}: {{account: Assets:Cash}}` to `methods`, or write `{nearest}`",
    ),
    "delegate-unknown": Template(
        "`{name}`, who acts for `{person}`, is not one of `people`", "add `{name}: []`, or write `{nearest}`"
    ),
    "delegation-reversed": Template(
        "the delegation to `{name}` ends on {until}, before it begins on {start}", "write `until:` as {start} or later"
    ),
    "commodity-malformed": Template(
        "`{commodity}` is not a commodity that Beancount can read",
        "write capital letters and digits, at most 24, the first a letter: `{example}`",
    ),
    "commodity-twice": Template(
        "`{sku}` and `{other}` have the same commodity `{commodity}`", "give one of them another `commodity:`"
    ),
}

TEMPLATES: dict[str, Template] = _POLICY | _FILES | _SETTINGS
