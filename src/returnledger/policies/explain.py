"""Explains how a policy judges a posted event, the events of files, or an order that has not come back yet.

Every effect of every line, with its row and statute; what was assumed; and which single date or number would have
changed it. Nothing is posted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from returnledger.approving import credited_before
from returnledger.eventsfile import parse_canonical
from returnledger.facts import Facts
from returnledger.findings import Finding, Refused
from returnledger.needs import Needs
from returnledger.planned import PlannedEvent
from returnledger.planner import plan as plan_events
from returnledger.policies.named import Names
from returnledger.policy import Chosen, FactValue, Policy
from returnledger.policy.counterfactuals import Otherwise, counterfactuals
from returnledger.policy.judging import Given, Judgement, judge
from returnledger.policyfacts import dates_of, policy_facts
from returnledger.reports.options import nearest as closest
from returnledger.reports.options import refuse
from returnledger.session import Session, open_session
from returnledger.terms import Kind, Reason
from returnledger.textfile import SourceText
from returnledger.views.names import nearest
from returnledger.views.reasons import Explained, explain_in, explain_posted
from returnledger.words import names

# Facts that follow from days, so that they change with them.
_FOLLOWING = ("days_since_sale", "days_since_delivered", "in_window", "days_late", "weekday", "fault")
_FIRST = ("verdict", "window", "goods", "fee", "approvals", "evidence")  # told first, in this order
_CHOICES = {"blind", "cost", "closed_period"}  # told only where they mattered
_LATER = ("received", "approved", "inspected", "credited", "proof_sent")  # than the day on which the customer asks


@dataclass(frozen=True)
class ExplainedItem:
    """One line of an event or an order: what the policy says of it, and what would have changed that."""

    facts: Facts
    judgement: Judgement
    chosen: tuple[Chosen, ...]  # each effect; as it was planned, where it was
    otherwise: tuple[Otherwise, ...]

    @property
    def policy(self) -> Policy:
        """The policy that judges."""
        return self.judgement.policy


@dataclass(frozen=True)
class ExplainedEvent:
    """One event with its lines; of an order that nobody has returned, `asked_on` is the day that is supposed."""

    planned: PlannedEvent
    items: tuple[ExplainedItem, ...]
    asked_on: date | None = None


@dataclass(frozen=True)
class ExplainedPolicy:
    """What was explained; `stored` is what the ledger has of a posted event's decision."""

    events: tuple[ExplainedEvent, ...]
    stored: str = ""
    posted: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    sources: Mapping[str, SourceText] = field(default_factory=dict)
    exit_code: int = 0


def explain(
    what: Sequence[str],
    *,
    on: date,
    settings: Path | None = None,
    policy: str | None = None,
    reason: str | None = None,
) -> ExplainedPolicy:
    """Return how a posted id, an order, or the events of files are judged.

    An order is judged as if the customer asked on the day `on`, for `reason`. `policy` judges instead of the one in force:
    a file, NAME@VERSION, or REV:FILE. Raises Refused for what is neither an id, an order nor a file.
    """
    session = open_session(settings)
    if policy is not None:
        named = Names(settings)
        always = replace(named.find(policy), valid_from=date.min)
        session = replace(session, policies=(always,), sources=session.sources | named.sources)
    if len(what) == 1 and not Path(what[0]).exists() and what[0] != "-":
        posted = explain_posted(session, what[0])
        return _order(session, what[0], on, reason) if posted is None else _of_events(session, posted)
    return _of_events(session, explain_in(session, what))


def _of_events(session: Session, explained: Explained) -> ExplainedPolicy:
    events = tuple(ExplainedEvent(planned, tuple(_items(planned))) for planned in explained.events)
    # What was posted may be refused now, by another policy or because somebody edited its policy.
    refused = [p for p in explained.events if p.id in explained.posted and p.status == "refused"]
    findings = (*explained.findings, *(replace(finding, span=None) for p in refused for finding in p.findings))
    code = 1 if findings else explained.exit_code
    return ExplainedPolicy(events, explained.stored, explained.posted, findings, session.sources, code)


def _order(session: Session, order: str, on: date, reason: str | None) -> ExplainedPolicy:
    """Return what would be decided for each line of an order that can still come back, if the customer asked on a day."""
    books = session.gather_needs(Needs(orders=frozenset({order})))
    found = books.names.get(order, ())
    if len(found) != 1:
        raise Refused([_unknown(session, order, found, books.known_orders)])
    said = f", reason: '{_reason(reason)}'" if reason is not None else ""
    quoted = order.replace("'", "''")
    event = parse_canonical(f"{{return: '{quoted}', date: {on.isoformat()}{said}}}")
    (planned,) = plan_events([event], session.gather([event]), session.context).events
    lines = [facts for facts in planned.facts if facts.quantity is not None and facts.quantity <= facts.returnable]
    items = tuple(_item(facts, _asked(facts), ()) for facts in lines if facts.policy is not None)
    findings = () if items else tuple(_why_not(planned, order))
    return ExplainedPolicy(
        (ExplainedEvent(planned, items, on),), "", frozenset(), findings, session.sources, 1 if findings else 0
    )


def _why_not(planned: PlannedEvent, order: str) -> Iterator[Finding]:
    """Yield why no line of an order can be judged: nothing is left of it, or what is not known of it."""
    if all(finding.code == "more-than-sold" for finding in planned.findings):
        yield Finding("nothing-left", None, {"order": order})
    else:
        yield from (replace(finding, span=None, event=None) for finding in planned.findings)


def _reason(text: str) -> str:
    """Return the code of a reason, given by code or Chinese name; raise Refused where it is none."""
    spellings = names(Reason)
    if text not in spellings:
        known = [each.value for each in Reason]
        raise refuse("choice-unknown", option="reason", value=text, known=known, nearest=closest(text, known))
    return spellings[text].value


def _unknown(session: Session, name: str, orders: Sequence[str], known: Sequence[str]) -> Finding:
    if orders:
        return Finding("order-ambiguous", None, {"order": name, "orders": list(orders)})
    ids = sorted({str(row[0]) for row in session.store.rows("cases")})
    return Finding("nothing-to-explain", None, {"name": name, "nearest": nearest(name, [*known, *ids])})


def _items(planned: PlannedEvent) -> Iterator[ExplainedItem]:
    """Yield the lines of an event that a policy judges; a refund and a void are none."""
    document = planned.document
    for n, facts in enumerate(planned.facts):
        if facts.policy is None or facts.line is None or planned.event.kind not in (Kind.RETURN, Kind.ALLOWANCE):
            continue
        amount = document.approval_amount if document is not None else credited_before([facts]) + facts.gross
        own = planned.decisions[n].chosen if n < len(planned.decisions) else ()
        of_all = document.chosen if document is not None else ()
        yield _item(facts, Given(_names(facts, amount), dates_of(facts), _currency(facts)), (*own, *of_all))


def _asked(facts: Facts) -> Given:
    """Return what is known of a line on the day when the customer asks: nothing has come back yet."""
    dates = dates_of(facts)._replace(**dict.fromkeys(_LATER))
    return Given(_names(facts, credited_before([facts]) + facts.gross), dates, _currency(facts))


def _currency(facts: Facts) -> str:
    return facts.sale.currency if facts.sale is not None else ""


def _names(facts: Facts, amount: Decimal) -> dict[str, FactValue]:
    typed = facts.item
    known = policy_facts(facts, amount=amount, line_net=facts.net)
    known["condition"] = typed.condition.value if typed is not None and typed.condition else None
    known["disposition"] = typed.disposition.value if typed is not None and typed.disposition else None
    return {name: value for name, value in known.items() if name not in _FOLLOWING}


def _item(facts: Facts, given: Given, planned: Sequence[Chosen]) -> ExplainedItem:
    assert facts.policy is not None
    judgement = judge(facts.policy, given)
    by_effect: dict[str, list[Chosen]] = {}
    for each in judgement.chosen:
        by_effect.setdefault(each.effect, []).append(each)
    as_planned: dict[str, list[Chosen]] = {}
    for each in planned:
        # The verdict is the judgement's: the window closes it, which the plan leaves to a check.
        if each.effect != "verdict":
            as_planned.setdefault(each.effect, []).append(each)
    by_effect |= as_planned
    for effect in _CHOICES - {each.effect for each in planned}:
        by_effect.pop(effect, None)
    order = [effect for effect in _FIRST if effect in by_effect]
    order += [effect for effect in by_effect if effect not in order]
    chosen = [each for effect in order for each in by_effect[effect]]
    return ExplainedItem(facts, judgement, tuple(chosen), counterfactuals(facts.policy, given))
