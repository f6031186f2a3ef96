"""What a proof can say, in a sentence and a next step for each."""

from __future__ import annotations

from typing import Final

from returnledger.findings import Template

PROVING: Final[dict[str, Template]] = {
    "same-day-order": Template(
        "{account} gives up the lot {lot} on {date}, the day it comes in at line {line} of {file}; a batch can begin at "
        "most {limit} lines down, and entries of one day are booked by line number",
        "date the event {next_date} or later",
    ),
    "would-change-booked-cost": Template(
        "{account}: the entry of {date} at {place} is booked to {was}; with this event it would be {would_be}",
        "date the event after {date}, or set `restock: returned_account` in the settings",
    ),
    "would-change-pad": Template(
        "the pad of {date} at {place} posts {was}; with this event it would post {would_be}",
        "replace the pad by an entry of {was}, or date the event on or after the balance that ends the pad",
    ),
    "would-break-assertion": Template(
        "the balance of {account} on {date} at {place} is stated as {stated}; with this event it would be {would_be}",
        "date the event {free} or later, or correct the balance directive",
    ),
    "would-add-error": Template(
        "with this event the ledger has one error more, at {place}: {message}",
        "mend what Beancount names there, or change the event",
    ),
    "lot-below-zero": Template(
        "{account} would hold {units} {commodity} of the lot {lot} at the end of {date}; the least is 0",
        "lower the quantity, or date the event when the lot holds enough",
    ),
    "text-differs": Template(
        "the text of the entry reads back as something else: {message}",
        "take the unusual characters out of the event, and report this event to the makers of the program",
    ),
    "not-writable": Template("Beancount's text can't hold {what}", "write the event without it"),
    "sum-not-zero": Template(
        "the postings of the entry sum to {sum} {currency}; the sum is exactly 0, and unrounded less than {allowed}",
        "report this event to the makers of the program",
    ),
}

_RESTORE = "restore the file as it was posted, for example with `git checkout -- {file}`"

# What `verify` says of files that were written earlier.
VERIFYING: Final[dict[str, Template]] = {
    "batch-unreadable": Template("the batch can't be read at line {line}: {message}", _RESTORE),
    "batch-entry-edited": Template(
        "the entry {what} was edited after it was posted: its mark is {is_now}, the batch has {known} marks and none of them",
        _RESTORE + "; what was posted is corrected by a `void` and a new event",
    ),
    "batch-entry-added": Template(
        "the entry {what} was added to the batch: {count} entries stand here, {posted} were posted",
        "move it to a ledger file of your own, or " + _RESTORE,
    ),
    "batch-entry-removed": Template(
        "{missing} of the {posted} entries that this batch posted are gone",
        _RESTORE + "; what was posted is undone by a `void`",
    ),
    "batch-edited": Template(
        "the batch was edited after it was posted: its digest is {is_now}, posted was {posted}", _RESTORE
    ),
    "batch-head-missing": Template(
        "{count} directives stand in {file} without the batch directive that heads what was posted",
        "move them to a ledger file of your own, or " + _RESTORE,
    ),
    "batch-heads": Template("{count} batch directives stand in one file; each batch has 1 of its own", _RESTORE),
    "batch-doubled": Template("the batch stands in {count} files: {files}", "delete all but one of them"),
    "event-not-its-id": Template(
        "the event text of {event} gives the id {is_now}; an event keeps the id it was posted with", _RESTORE
    ),
    "account-file-edited": Template("the file of the account says more than, or other than, one `open`", _RESTORE),
}

TEMPLATES: Final[dict[str, Template]] = {**PROVING, **VERIFYING}
