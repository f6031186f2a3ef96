"""Plans an amend: what was posted is undone by its mirror, and the event is posted again with its changed fields.

Both stand in one batch as neighbouring steps of the case: first the mirror, under the id of the amend, then the event
under the next form of its own id, `R-1/2` of `R-1`. The mirror stands on the day of the amend. The event stands on that
day too, with its own date beside it, so that no period is written anew: what people did counts from the day they did
it. Where `set` changes the date, the event stands on that date.

The corrected event is planned as any other, with the books as they are once the mirror is in them: its lots, shares,
policy and checks are its own. What was approved was the event as it was: the corrected one has the approvals and the
waivers that the amend gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from beancount.core.data import Transaction

from returnledger import checks
from returnledger.casefacts import void_facts
from returnledger.checks.step_not_allowed import cannot_amend
from returnledger.decision import Decision
from returnledger.directives import posted
from returnledger.entry import slug
from returnledger.estimateuses import with_uses
from returnledger.events import Event
from returnledger.events.amended import AMENDS, changes_of, corrected, next_form
from returnledger.facts import Facts
from returnledger.findings import Finding, Severity
from returnledger.openday import on_open_day
from returnledger.paying import mirrors
from returnledger.planned import PlannedEvent
from returnledger.planrun import Run, base_facts, next_step, once, refused, take_in
from returnledger.rows import OwnDirective, Posted


def amended(base: Facts, run: Run) -> PlannedEvent:
    """Return the plan of an amend: the mirror of the event, and the event with its changes."""
    facts = on_open_day(base, lambda own: [with_uses(void_facts(own, run.books), run.books)], run)[0]
    event = facts.event
    found = [*checks.ask_found(facts), *checks.ask_before(facts)]
    if _stops(found):
        return refused(event, [facts], found)
    target = facts.target[0]
    was = run.books.canonicals.get(target.id)
    if was is None:
        return refused(event, [facts], [*found, cannot_amend(facts, "unread")])
    name = next_form(target.id, AMENDS in target.told, {*run.books.posted, *run.ids})
    again, unfit = corrected(was, event, name)
    if again is None:
        return refused(event, [facts], [*found, *unfit])
    changes = changes_of(was, again)
    if not changes:
        return refused(event, [facts], [*found, cannot_amend(facts, "unchanged")])
    undone = tuple(mirrors(facts, run))
    late = list(checks.ask_written(facts, Decision(), undone, run.books))
    made = _again(again, facts, undone, run)
    said = {finding.code for finding in late}
    findings = tuple(once([*found, *late, *(finding for finding in made.findings if finding.code not in said)]))
    whole = replace(made, event=event, case=target.case, again=again, changes=changes, findings=findings)
    if made.status != "new" or _stops(findings):
        return replace(whole, status="refused", directives=())
    own = _in_case(made.directives, target, undone, run)
    return replace(whole, directives=(*undone, *own))


def _again(again: Event, facts: Facts, undone: Sequence[OwnDirective], run: Run) -> PlannedEvent:
    """Return the plan of the corrected event, with the books as they are once the mirror is in them."""
    from returnledger.kinds import PLANNERS

    trial = run.apart()
    for directive in undone:
        entry = posted(directive)
        assert entry is not None
        take_in(entry, trial)
    base = base_facts(again, trial)
    if "date" not in facts.event.canonical.get("set", {}) and base.day is not None and facts.day is not None:
        base = replace(base, day=max(base.day, facts.day))
    if base.number_used_by in run.books.forms_of(facts.target[0].id):
        base = replace(base, number_used_by=None)  # the document that has the number is this one
    return PLANNERS[again.kind](base, trial)


def _in_case(
    directives: Sequence[OwnDirective], target: Posted, undone: Sequence[OwnDirective], run: Run
) -> Iterator[OwnDirective]:
    """Yield the directives of the corrected event as the next steps of the case that the event had.

    What is about several cases stays in the case of each.
    """
    taken: dict[str, int] = {}
    for mirror in undone:
        taken[str(mirror.meta["rl-case"])] = int(mirror.meta["rl-step"])
    for directive in directives:
        own_case = str(directive.meta["rl-case"])
        case = own_case if own_case in run.books.by_case else target.case
        taken[case] = step = taken.get(case, next_step(case, run) - 1) + 1
        meta = {}
        for key, value in directive.meta.items():
            meta[key] = case if key == "rl-case" else step if key == "rl-step" else value
            if key == "rl-case":
                meta[f"rl-{AMENDS}"] = target.id
        own = directive._replace(meta=meta)
        if isinstance(own, Transaction):
            links = {link for link in own.links or () if link != slug(own_case)}
            own = own._replace(links=frozenset((*links, slug(case))))
        yield own


def _stops(findings: Sequence[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)
