"""Everything that can be wrong in the form of a file, with the sentence and the next step for each.

A form is wrong before anybody asks what an event means: the encoding, the punctuation of YAML, CSV or JSON, a key that
nobody knows, a number that is not in plain digits. What an event may mean is asked by the checks, which have their own
sentences. The place and the faulty text are in the values of the finding; the placeholders here name them.
"""

from __future__ import annotations

from typing import Final

from returnledger.findings import Template

FILE: Final[dict[str, Template]] = {
    "file-too-large": Template(
        "the file has {size} bytes; at most {limit} are read", "split it into files of less than {limit} bytes"
    ),
    "too-many-values": Template(
        "more than {limit} values stand here", "split them over several files or events of fewer than {limit} values"
    ),
    "too-many-findings": Template(
        "more than {limit} things are to be said about this file; reading stopped here",
        "mend the first ones and read it again",
    ),
    "encoding-unknown": Template(
        "byte {byte} at offset {offset} belongs to no text in UTF-8 or GB18030", "save the file as UTF-8"
    ),
    "encoding-not-read": Template(
        "the file is written in {encoding}; UTF-8 and GB18030 are read", "save the file as UTF-8"
    ),
    "control-character": Template(
        "the control character {character} stands in the text; only tab and line end are read",
        "delete the character {character}",
    ),
    "bidi-override": Template(
        "the character {character} makes text look other than it is read", "delete the character {character}"
    ),
    "invisible-character": Template(
        "the character {character} can't be seen but makes this text another text", "delete the character {character}"
    ),
}

YAML: Final[dict[str, Template]] = {
    "quote-open": Template(
        "the quote {quote} opened here is not closed",
        "close it with {quote}; a {quote} inside the text is written {inside}",
    ),
    "bracket-open": Template(
        "the {bracket} opened here is not closed; `{found}` stands where a comma or {closing} is due",
        "put {closing} at the end of the list of values, and a comma between two values",
    ),
    "bracket-never-closed": Template(
        "the {bracket} opened here is not closed before the file ends", "put {closing} behind the last value"
    ),
    "file-ends-early": Template(
        "the file ends after `{found}`, where a value or a closing bracket is due",
        "write the value and close every bracket",
    ),
    "bracket-unexpected": Template("{found} stands where a value is due", "put the text in single quotes: '{found}'"),
    "tab-used": Template("a tab stands where YAML reads spaces", "replace the tab by two spaces"),
    "colon-unexpected": Template(
        "a colon stands where no key can be",
        "put the text with the colon in single quotes, or begin a new line for the key",
    ),
    "colon-missing": Template("no colon follows `{found}`", "write `{found}: ` and the value"),
    "colon-without-space": Template("no space follows the colon in `{text}`", "write `{example}`"),
    "text-after-value": Template(
        "`{found}` stands after the end of the value", "put the whole value in single quotes, or begin a new line"
    ),
    "full-width-colon": Template(
        "the full-width colon `：` after `{key}` does not end a key",
        "write `{key}: ` with the half-width colon and a space",
    ),
    "indentation-differs": Template(
        "this line does not line up with the lines above it",
        "indent keys of one event alike: {column} is the column of the first",
    ),
    "dash-unexpected": Template(
        "a dash stands where no list item can be", "begin a new line for the list, or put the text in single quotes"
    ),
    "character-reserved": Template("a text can't begin with `{found}`", "put it in single quotes: '{found}...'"),
    "escape-unknown": Template(
        "`{found}` is no escape that can be read in double quotes", "use single quotes, which know no escapes"
    ),
    "block-text-head": Template(
        "`{found}` stands where only the line end is due, after | or >",
        "begin the text on the next line, or write it in single quotes",
    ),
    "directive-used": Template("`%` begins a directive, which is not read", "delete the line"),
    "text-after-end": Template(
        "`{found}` stands after the end of what came before",
        "make it an item of the list with `- `, or begin a new document with ---",
    ),
    "yaml-unread": Template(
        "what stands here can't be read as YAML",
        "look for a missing quote, bracket, comma or colon here or in the line above",
    ),
    "alias-used": Template(
        "`*{name}` repeats another value", "write the value out; for values that all events share use `defaults:`"
    ),
    "anchor-used": Template(
        "`&{name}` names a value to be repeated", "delete `&{name}`; for values that all events share use `defaults:`"
    ),
    "tag-used": Template(
        "`{tag}` gives the value a type", "delete `{tag}`: every value is read as text and typed by its field"
    ),
    "merge-key": Template(
        "`<<` merges keys from elsewhere", "write the keys out; for values that all events share use `defaults:`"
    ),
    "repeated-key": Template("`{key}` is written twice, first in line {line}", "delete one of the two"),
    "key-not-text": Template(
        "a list or a mapping stands where a key is due", "write a key as plain text, followed by `: `"
    ),
    "key-empty": Template("a key has no text", "write the name of the key before the colon"),
    "too-deep": Template(
        "values are nested {depth} deep; at most {limit} are read",
        "write the event with fewer brackets or less indentation",
    ),
}

VALUES: Final[dict[str, Template]] = {
    "key-unknown": Template(
        "`{key}` is not a key of {place}", "write `{nearest}` if that is meant; the nearest keys are {known}"
    ),
    "key-missing": Template("`{key}` is missing in {place}", "add `{key}: {example}`"),
    "value-missing": Template(
        "`{key}` has no value", "write a value after `{key}: `, or delete the key; the word null as text is 'null'"
    ),
    "word-unknown": Template(
        "`{text}` is not a known {key}", "write `{nearest}` if that is meant; the nearest codes are {known}"
    ),
    "text-expected": Template("`{key}` holds {found} where one text is due", "write `{key}: ` and one text"),
    "list-expected": Template("{subject} holds {found} where a list is due", "write `{before}[...]`"),
    "map-expected": Template("{subject} holds {found} where keys with values are due", "write `{before}{form}`"),
    "text-empty": Template("`{key}` is an empty text", "write a text after `{key}: `, or delete the key"),
    "text-too-long": Template(
        "`{key}` has {length} characters; at most {limit} are read", "shorten it to {limit} characters"
    ),
    "line-break-in-text": Template("`{key}` has a line break", "write it on one line"),
    "number-form": Template(
        "`{text}` is not a number in plain digits", "write digits with at most one dot: `{key}: {example}`"
    ),
    "number-too-long": Template(
        "the number has {digits} digits; at most {limit} are read", "round it to what the document says"
    ),
    "number-range": Template("{text} is outside {least} to {most}", "write `{key}: {example}`"),
    "date-form": Template("`{text}` is not a date as YYYY-MM-DD", "write `{key}: {example}`"),
    "date-not-in-calendar": Template("{text} is not in the calendar", "write a day that exists: `{key}: {example}`"),
    "date-range": Template(
        "the year of {text} is outside {least} to {most}",
        "write the year with the four digits of this century: `{key}: {example}`",
    ),
    "truth-form": Template("`{text}` is neither true nor false", "write `{key}: true` or `{key}: false`"),
    "currency-form": Template(
        "`{text}` is not a currency code", "write the code in capital letters: `{key}: {example}`"
    ),
    "tag-form": Template(
        "`{text}` can't be a tag in the ledger",
        "use letters A to Z, digits, `-`, `_`, `/` and `.` only, as in `{example}`",
    ),
    "account-form": Template(
        "`{text}` is not the name of an account", "write it with colons and capitals: `{key}: {example}`"
    ),
    "meta-key-form": Template(
        "`{text}` can't be a metadata key in the ledger",
        "use two or more of the letters a to z, digits, `-` and `_`, beginning with a letter but not with rl-, as in `{example}`",
    ),
    "check-code-form": Template(
        "`{text}` is not the code of a check",
        "write the code that stands in brackets in the finding: `allow: [{example}]`",
    ),
    "digest-form": Template("`{text}` is not a SHA-256 digest", "write its 64 hexadecimal digits, or delete the key"),
    "value-unread": Template(
        "`{text}` can't be read as `{key}`", "look up `{key}` in the schema and write it as there"
    ),
}

EVENTS: Final[dict[str, Template]] = {
    "events-expected": Template(
        "{found} stands where events are due",
        "begin each event with a dash and its kind: `- {{return: ORDER, date: YYYY-MM-DD}}`",
    ),
    "event-not-map": Template("{found} stands where an event is due", "write `- {{return: ORDER, date: YYYY-MM-DD}}`"),
    "kind-missing": Template(
        "the event does not say of what kind it is",
        "begin it with one of {known} and the reference: `{nearest}: {example}`",
    ),
    "kind-unknown": Template(
        "`{text}` is no kind of event", "write `{nearest}` if that is meant; the kinds are {known}"
    ),
    "kind-twice": Template("the event is both `{first}` and `{second}`", "write two events, one of each kind"),
    "reference-missing": Template("`{kind}` has no reference", "write the reference after it: `{kind}: {example}`"),
    "items-empty": Template("`items` has no item", "list the items, or delete `items:` for the whole order"),
    "item-unnamed": Template(
        "the item does not say which goods it is", "add `sku: ` with the SKU as in the sale, or `line: `"
    ),
    "item-beside-items": Template("`{key}` stands beside `items`", "move `{key}` into the items it belongs to"),
    "field-twice": Template("`{key}` stands on the event and on its only item", "keep one of the two"),
}

TABLES: Final[dict[str, Template]] = {
    "json-unread": Template(
        "what stands here can't be read as JSON", 'write one event a line, as {{"kind": "return", "ref": "SO-1001"}}'
    ),
    "table-unread": Template(
        "the row can't be read: a quote is not closed, or text follows a closing quote",
        'write a " inside a quoted cell twice: ""',
    ),
    "column-missing": Template("the first row names no column `{key}`", "add the column `{key}`"),
    "column-twice": Template("the column `{key}` is there twice", "delete one of the two columns"),
    "column-unnamed": Template(
        "column {column} has values but no name", "write the name of the field in the first row"
    ),
    "row-too-long": Template(
        "the row has {cells} cells; the first row names {columns}",
        "put a cell with commas in double quotes, or name the columns",
    ),
    "rows-disagree": Template(
        "`{key}` is `{text}` here and `{first}` in line {line}, in rows of one id",
        "write the same value in all rows of `{id}`, or leave it empty",
    ),
    "row-without-item": Template(
        "the row adds nothing to the event `{id}` of line {line}",
        "name the item in the row, or give the row another id",
    ),
}

READING: Final[dict[str, Template]] = FILE | YAML | VALUES | EVENTS | TABLES
