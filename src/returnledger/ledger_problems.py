"""What can be wrong with the ledger itself: each code with the sentence that says so and the next step."""

from __future__ import annotations

from returnledger.findings import Severity, Template

TEMPLATES: dict[str, Template] = {
    "ledger-missing": Template(
        "the ledger {file} does not exist",
        "write the path of your main Beancount file after `ledger:` in returnledger.yaml",
    ),
    "ledger-unreadable": Template(
        "the ledger {file} can't be read: {reason}",
        "run `bean-check {file}` and correct what it stumbles over",
    ),
    "name-not-utf8": Template(
        "the name {file} is not written in UTF-8",
        "rename the file, or the folder; a zip file packed on a Chinese Windows is unpacked with `unzip -O GBK`",
    ),
    "ledger-error": Template(
        "the ledger has an error of its own: {message}",
        "correct it until `bean-check` says nothing, then run this again",
    ),
    "ledger-error-touches": Template(
        "an error of the ledger concerns {what}: {message}", "mend this error before anything is posted on it"
    ),
    "ledger-not-utf8": Template(
        "{file} is written in {encoding}, and Beancount reads UTF-8 alone",
        "save {file} as UTF-8; every error that Beancount finds in it comes of that",
    ),
    "roots-renamed": Template(
        "the accounts of {file} begin with {names}, and returnledger knows Assets, Liabilities, Equity, Income and Expenses alone",
        "call them so and take the options name_assets to name_expenses out; what accounts are called below that is free",
    ),
    "include-missing": Template(
        "{file} does not include the folder of returns, so what is written would not be in the books",
        'add this line to {file}: include "{pattern}"',
    ),
    "folder-is-pattern": Template(
        "the path {folder} has {characters} in it, so Beancount takes it for a pattern and finds no file of an include line",
        "rename the folder that has {characters} in its name",
    ),
    "posted-unreadable": Template(
        "the posted entry {id} can't be read as it was written",
        "restore the file from version control; posted entries are never edited",
    ),
    "archive-missing": Template(
        "there is no ledger {file} of earlier books",
        "correct the path under `archives:`, or take it out",
    ),
    "archive-error": Template(
        "the archive has an error of its own: {message}",
        "correct it if a sale of that year comes back; nothing is posted there",
        Severity.WARNING,
    ),
}
