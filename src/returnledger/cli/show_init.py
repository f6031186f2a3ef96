"""Shows what init found in a ledger, what came of trying it, what it wrote, and what to do next."""

from __future__ import annotations

from returnledger.cli.show_reading import WIDTH, coverage_lines, tried_lines
from returnledger.cli.words import wrap
from returnledger.i18n import N_, _
from returnledger.starting import Initialised


def as_text(done: Initialised) -> str:
    """Return everything that init has to say."""
    proposal = done.proposal
    lines: list[str] = []
    if done.begun:
        lines.append(_("an empty ledger was begun in {file}").format(file=done.ledger))
        lines.append(_("write your purchases and sales there: its last lines show how"))
    for sentence, values in proposal.told:
        first, *rest = wrap(_(sentence).format(**values), WIDTH)
        lines += [first, *(f"  {line}" for line in wrap(" ".join(rest), WIDTH - 2))] if rest else [first]
    if done.coverage is not None and done.coverage.sales:
        lines += ["", *coverage_lines(done.coverage, done.reasons)]
    if done.example is not None:
        lines += ["", *tried_lines(done.example)]
    lines += ["", *(_("written: {file}").format(file=name) for name in done.written)]
    if not done.included:
        lines += ["", _("add this line to {file}:").format(file=done.ledger), '  include "returns/**/*.beancount"']
    order = proposal.example or "ORDER"
    command = "returnledger plan events.yaml"
    then = _(N_("then write what came back into {file} and see what it would do: {command}"))
    lines += [
        "",
        _("next, look at an order: {command}").format(command=f"returnledger sale {order}"),
        *wrap(then.format(file="events.yaml", command=command), WIDTH),
    ]
    return "\n".join(lines).lstrip("\n") + "\n"
