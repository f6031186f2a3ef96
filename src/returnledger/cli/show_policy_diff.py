"""Shows what one policy says otherwise than another, in words, each with its place in both files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from returnledger.cli.layout import WIDTH, place
from returnledger.cli.show_plan import to_json
from returnledger.cli.show_policy_replay import replay_data, replay_lines
from returnledger.cli.words import cells, wrap
from returnledger.excerpt import clean
from returnledger.findings import Span
from returnledger.findings_text import words
from returnledger.i18n import _, spoken
from returnledger.policy import Policy
from returnledger.policy.difference_words import difference_words
from returnledger.policy.differences import Difference
from returnledger.policy.wording import flow

if TYPE_CHECKING:
    from returnledger.policies.diff import Compared


def render(compared: Compared, fmt: str) -> str:
    """Return the differences as text for people, or as JSON."""
    if fmt == "json":
        return to_json(as_data(compared))
    lines = [heading(compared.old, compared.new)]
    if compared.same:
        lines += ["", _("both say the same; comments and layout do not count")]
    elif not compared.differences:
        lines += ["", _("both decide the same; only the spelling of words or numbers differs")]
    head = [each for each in compared.differences if not each.row and each.table in ("policy", "version", "valid_from")]
    body = [each for each in compared.differences if each not in head]
    for group in (head, body):
        lines += [""] if group else []
        lines += [line for each in group for line in difference_lines(each)]
    if body:
        changes = [each.change for each in body]
        parts = [
            _("{n} added").format(n=changes.count("added")),
            _("{n} removed").format(n=changes.count("removed")),
            _("{n} changed").format(n=changes.count("changed") + changes.count("renamed")),
            _("{n} moved").format(n=changes.count("moved")),
        ]
        lines += ["", ("，" if spoken() == "zh" else ", ").join(parts)]
    if compared.replay is not None:
        lines += replay_lines(compared.replay)
    return "\n".join(lines) + "\n"


def heading(old: Policy, new: Policy) -> str:
    """Return the line that names both policies."""
    names = [
        f"{policy.name} {policy.version} ({place(Span(policy.file, 1)).rpartition(':')[0]})" for policy in (old, new)
    ]
    return clean(" → ".join(names))


def difference_lines(difference: Difference) -> list[str]:
    """Return one difference wrapped to the width of a terminal, its places behind it or below."""
    text = words(difference_words(difference), spoken())
    lines = wrap(clean(text), WIDTH - 4)
    where = [place(span) for span in (difference.old_place, difference.new_place) if span is not None]
    said = " → ".join(where)
    shown = [("  " if n == 0 else "    ") + line for n, line in enumerate(lines)]
    if len(shown) == 1 and cells(shown[0]) + 2 + cells(said) <= WIDTH:
        return [f"{shown[0]}  {said}"]
    rest = ["    " + line for line in wrap(said, WIDTH - 4)]
    return [*shown, *rest] if said else shown


def as_data(compared: Compared) -> dict[str, Any]:
    """Return the differences as the record that scripts read."""
    return {
        "old": _policy(compared.old),
        "new": _policy(compared.new),
        "same": compared.same,
        "differences": [_difference(each) for each in compared.differences],
        "replay": replay_data(compared.replay) if compared.replay is not None else None,
    }


def _policy(policy: Policy) -> dict[str, str]:
    return {
        "policy": policy.name,
        "version": policy.version,
        "valid_from": policy.valid_from.isoformat(),
        "file": policy.file,
        "digest": policy.digest,
    }


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "change": difference.change,
        "table": difference.table,
        "row": difference.row,
        "key": difference.key,
        "old": _value(difference.old),
        "new": _value(difference.new),
        "old_place": place(difference.old_place) or None,
        "new_place": place(difference.new_place) or None,
        "text": words(difference_words(difference), spoken()),
    }


def _value(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, dict):
        return {key: _value(each) for key, each in value.items()}
    return flow(value)
