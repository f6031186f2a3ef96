"""What `policy check` says of policies that can be read: one code, one sentence, one next step.

The Chinese sentences stand in the catalogue of the domain `policies`.
"""

from __future__ import annotations

from returnledger.findings import Severity, Template

TEMPLATES: dict[str, Template] = {
    "no-policy-listed": Template(
        "the settings list no policy", "add `policies: [policies/standard.yaml]`, or name the files to look at"
    ),
    "row-only-missing": Template(
        "row `{id}` of `{table}` decides only where {facts} is missing: the rest is taken above it by {rows}",
        "move the row up, narrow what stands above it, or leave such sales to the last row",
        Severity.WARNING,
    ),
    "row-never-holds": Template(
        "row `{id}` of `{table}` never holds: what it asks of {facts} can't be true at once",
        "loosen one of its conditions, or remove the row",
        Severity.WARNING,
    ),
    "condition-never-holds": Template(
        "`{key}` never holds: what it asks of {facts} can't be true at once",
        "loosen one of its conditions, or leave the key out",
        Severity.WARNING,
    ),
    "rows-not-compared": Template(
        "from row `{id}` of `{table}` on, rows were not compared with those above them: there is too much to compare",
        "shorten the lists and patterns of the table if you want them compared",
        Severity.NOTE,
    ),
    "deny-without-why": Template(
        "row `{id}` denies a return and does not say why",
        "add `why: {{zh: ..., en: ...}}`: staff and customers are told it",
        Severity.WARNING,
    ),
    "risk-grade-never": Template(
        "`{table}` never gives {quieter}: its row `{louder}` asks no more and is taken first",
        "ask more for {louder} than for {quieter}",
        Severity.WARNING,
    ),
    "number-senseless": Template(
        "`{text}` is outside of what `{fact}` can be, {least} to {most}",
        "write a number from {least} to {most}; percents are per cent, rates are shares of 1",
        Severity.WARNING,
    ),
    "number-below-nil": Template(
        "`{text}` is outside of what `{fact}` can be, {least} or more", "write {least} or more", Severity.WARNING
    ),
    "portion-above-whole": Template(
        "`{key}: {text}` of goods `{condition}` is more than all of it",
        "write at most 100%, or an amount per unit",
        Severity.WARNING,
    ),
    "extension-too-early": Template(
        "extension `{name}` is for sales up to {sold}, and this version judges sales from {date} on",
        "correct the days of `sold`, or remove the extension",
        Severity.WARNING,
    ),
    "extension-inside-another": Template(
        "extension `{name}` lengthens nothing: `{other}` is for the same sales and ends on {date}",
        "correct its days, or remove it",
        Severity.WARNING,
    ),
    "extensions-overlap": Template(
        "extensions `{name}` and `{other}` are both for sales of {first} to {last}, which can come back until {until}",
        "let one end where the other begins; of all that apply the latest end counts",
        Severity.WARNING,
    ),
    "extension-no-longer": Template(
        "extension `{name}` lengthens nothing: with {days} days a sale of {sold} can already come back on {until}",
        "write a later `until:`, or remove the extension",
        Severity.WARNING,
    ),
    "category-unknown": Template(
        "no product of {file} has the category `{category}`",
        "{hint}",
        Severity.WARNING,
    ),
    "waiver-unknown": Template(
        "`{code}` is no check that can be waived",
        "write `{nearest}`; those that can be waived are {known}",
        Severity.WARNING,
    ),
    "role-nobody-has": Template("nobody has the role `{role}`", "{hint}", Severity.WARNING),
    "policy-reversed": Template(
        "`{name}` ends on {until}, before it begins on {date}", "write `valid_until:` as {date} or later"
    ),
    "version-twice": Template(
        "`{other}` is version {version} of `{name}` too", "give this file the next version, or remove one of the two"
    ),
    "versions-out-of-order": Template(
        "version {newer} of `{name}` holds from {date}, after version {older}, which holds from {other}",
        "exchange the versions or the days: the later version has the later `valid_from`",
        Severity.WARNING,
    ),
    "versions-overlap": Template(
        "version {older} of `{name}` ends on {until}, and version {newer} judges from {date} on already",
        "write `valid_until:` as the day before {date}, or leave it out",
        Severity.WARNING,
    ),
    "versions-gap": Template(
        "version {older} of `{name}` ends on {until}, and version {newer} judges from {date} on: between them is none",
        "leave `valid_until` out, or let version {newer} begin the day after",
        Severity.WARNING,
    ),
    "case-fact-unknown": Template(
        "`{fact}` is neither a fact nor a day that a case can give",
        "write `{nearest}`; a case can give {known}",
    ),
    "case-name-twice": Template(
        "two cases are called `{name}`; the first is in line {line}", "give this case a name of its own"
    ),
    "edges-left-out": Template(
        "from row `{id}` on the edges of `{name}` are left out: there are more than anybody reads",
        "look at fewer rows at a time, in a policy of their own",
        Severity.NOTE,
    ),
    "cases-without-policy": Template(
        "there is no policy `{policy}` beside these cases", "write the name that stands in its file: {known}"
    ),
    "cases-version-missing": Template(
        "{count} versions of `{policy}` are there, and the cases name none", "add `version: {version}`"
    ),
    "law-in-other-currency": Template(
        "{law} asks for amounts in {theirs}; sales in {mine} can't be compared with them, so it never binds",
        "take it out of `law:`, or copy it with its amounts in {mine}",
        Severity.WARNING,
    ),
    "less-than-law": Template(
        "`{row}` gives less than {statute}: {effect} {mine}, where `{theirs_row}` of {law} gives {theirs}",
        "write what the law gives; where it binds the law wins, whatever the row says",
        Severity.WARNING,
    ),
    "policy-changed": Template(
        "version {version} of `{name}` is not as it was when {batch} was posted under it",
        "restore the file, and write the change into a new file with the next `version` and its own `valid_from`",
    ),
}
