"""Shows how many sales of a ledger are read whole, why others are not, and a return that was tried on one of them."""

from __future__ import annotations

from collections.abc import Sequence

from returnledger.cli.layout import columns, place
from returnledger.cli.show_plan import told_of
from returnledger.cli.words import wrap
from returnledger.detect.coverage import NO_ORDER, NOT_READ, Coverage
from returnledger.excerpt import clean
from returnledger.findings import Finding, Severity, Span
from returnledger.findings_text import sentences
from returnledger.i18n import N_, _, spoken
from returnledger.money import show
from returnledger.trial import Reason, Tried

WIDTH = 80
_SHOWN = 6  # reasons told one by one


def coverage_lines(coverage: Coverage, reasons: Sequence[Reason]) -> list[str]:
    """Return how many sales are read whole, and each reason for the others with an example and its place."""
    left = coverage.sales - coverage.whole
    if not coverage.sales:
        return [_("no sales were found")]
    if not left:
        return [_("{count} of {count} sales read whole").format(count=f"{coverage.sales:,}")]
    text = _("{whole} of {sales} sales read whole; {left} not, because")
    lines = [text.format(whole=f"{coverage.whole:,}", sales=f"{coverage.sales:,}", left=f"{left:,}")]
    for reason in reasons[:_SHOWN]:
        message, hint = _said(reason)
        lines += _item(f"{reason.gap.count:,}", message, reason.gap.place)
        lines += [f"      {line}" for line in wrap(hint, WIDTH - 6)] if hint else []
    if len(reasons) > _SHOWN:
        lines.append("  " + _("and {more} more reasons").format(more=len(reasons) - _SHOWN))
    return lines


def _item(count: str, message: str, span: Span | None) -> list[str]:
    text = wrap(message, WIDTH - 8)
    lines = [f"  {count:>4}  {text[0]}", *(f"        {line}" for line in text[1:])]
    if span is not None:
        lines.append("        " + _("first at {place}").format(place=clean(place(span))))
    return lines


def _said(reason: Reason) -> tuple[str, str]:
    """Return the reason and what would help, in the reader's language."""
    gap = reason.gap
    if gap.code == NO_ORDER:
        return (
            _("no link or metadata names their order"),
            _("add a link such as ^inv-1001, or name the metadata key under `sales: order:`"),
        )
    if gap.code == NOT_READ:
        return (
            _("their order is named, and no account of theirs is known as stock or revenue"),
            _("name the accounts under `accounts:` in the settings"),
        )
    if reason.finding is not None:
        return sentences(reason.finding, spoken())
    return _(_CODES.get(gap.code, N_("something in the sale can't be told ({code})"))).format(code=gap.code), ""


_CODES = {
    "lines": N_("no posting says what was sold"),
    "facts-missing": N_("it is not known which amounts belong to which goods"),
    "role-unknown": N_("an account has no role in the settings"),
    "quantities-disagree": N_("quantity and units contradict each other"),
}


def tried_lines(tried: Tried) -> list[str]:
    """Return the event that was tried and the accounts that it would move, or what speaks against it."""
    lines = [_("tried on an order of yours, nothing was written:"), f"  - {clean(tried.event)}"]
    if tried.posts:
        lines.append("  " + _("it posts (debits positive):"))
        rows = [(account, show(amount, currency), currency) for (account, currency), amount in tried.accounts.items()]
        told = [told_of(sentence, spoken()) for event in tried.plan.events for _code, sentence in event.inferred]
        lines += columns(rows, right=(1,), indent=4)
        if told:
            lines.append("  " + _("Not read but concluded"))
        return lines + [f"    {line}" for text in told for line in wrap(text, WIDTH - 4)]
    if not tried.findings:
        lines.append("  " + _("it stands in the books already"))
    return lines + [line for finding in tried.findings[:2] for line in remark_lines(finding)]


def remark_lines(finding: Finding) -> list[str]:
    """Return a finding as an item: its code and message, then its hint."""
    message, hint = sentences(finding, spoken())
    mark = "!" if finding.severity is Severity.ERROR else "-"
    spot = f"{clean(place(finding.span))}: " if finding.span and finding.span.file != "events.yaml" else ""
    first = wrap(f"{spot}{message} [{finding.code}]", WIDTH - 4)
    lines = [f"  {mark} {first[0]}", *(f"    {line}" for line in first[1:])]
    return lines + ([f"    {line}" for line in wrap(_("hint: {hint}").format(hint=hint), WIDTH - 4)] if hint else [])
