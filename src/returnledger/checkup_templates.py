"""What doctor may remark: each code with the sentence that says so and the next step."""

from __future__ import annotations

from returnledger.findings import Severity, Template

_W, _N = Severity.WARNING, Severity.NOTE

TEMPLATES: dict[str, Template] = {
    "byte-order-mark": Template(
        "{file} begins with a byte order mark, which hides its first directive from Beancount",
        "save it as UTF-8 without BOM",
        _W,
    ),
    "order-key-unknown": Template(
        "transactions that look like sales name their order by {pattern}, which the settings don't know: {count}",
        "add {rule} to `order:` under `sales:` in the settings",
        _W,
    ),
    "sale-without-order": Template(
        "transactions that look like sales and belong to no order: {count}",
        "give each a link such as ^inv-1001 if it may come back",
        _W,
    ),
    "role-suggested": Template(
        "{account} looks like {role} in {count} sales, and has no role in the settings",
        'add `{role}: "{account}"` under `accounts:` in the settings',
        _W,
    ),
    "account-not-in-ledger": Template(
        "the settings name {account} for {role}, and the ledger has no such account",
        "correct the name, or take it out of the settings",
        _W,
    ),
    "metadata-suggested": Template(
        "the ledger seems to keep the {meaning} of sales under {key}; the settings look for {known}",
        "write `metadata: {{{meaning}: {key}}}` under `sales:` in the settings",
        _W,
    ),
    "archive-suggested": Template(
        "the books of an earlier year stand beside the ledger and are not read: {archive}",
        "write `archives: [{archive}]` under `sales:` in the settings if its orders may come back",
        _W,
    ),
    "many-lots": Template(
        "{account} held {count} lots at once and was posted to {turns} times: booking grows with both",
        "an account per SKU below {account} makes the ledger load faster; sales and returns stay the same",
        _N,
    ),
    "plugin-proof": Template(
        "the plugin {plugin} may change or forbid entries, so every apply loads the whole ledger to prove itself",
        "nothing need be done; without it an apply is faster",
        _N,
    ),
    "assertions-proof": Template(
        "balance assertions: {count}, the last of {last}; a return dated before one on its accounts takes a full load",
        "date returns after the last assertion of {account} where you can",
        _N,
    ),
    "file-large": Template(
        "{file} has {size} MB: a change anywhere in it makes all of it be read again",
        "one file a month makes the normal morning faster",
        _N,
    ),
}
