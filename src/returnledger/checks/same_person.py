"""One person takes two steps that the policy keeps apart.

The policy names pairs of steps; the people whom the event and the steps before it name are compared, and who acts for
another that day counts as both. A one-line return is every step by the one who reports it, but for the approval. What
the policy exempts is not compared; with `names_required: true` a step of a pair that names nobody is refused too.

```settings
people:
  li.na: [clerk]
  wang.wei: [supervisor]
```
```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 7, from: delivered}
separation_of_duties:
  pairs: [[request, approve], [approve, refund]]
  exempt: {amount: "<=100"}
```

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, by: li.na, approved_by: wang.wei}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, by: wang.wei, approved_by: wang.wei}
```
```finding
events.yaml:1:63: error[same-person]: wang.wei takes both steps; the policy asks two people for request and approve
because: policies/doc.yaml:8:3 sets separation_of_duties
hint: write another person after `approved_by:`
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.policy.duties import COMPARED, pairs_of
from returnledger.signing import Clash, clashes

TEMPLATE = Template("{who}; the policy asks two people for {first} and {second}", "{instead}")


def same_person(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding for each person who took two steps that the policy keeps apart."""
    document, chosen, policy = decision.document, decision.find("separation"), facts.policy
    if document is None or chosen is None or policy is None or chosen.value != COMPARED:
        return
    table = policy.says.separation_of_duties
    required = table is not None and table.names_required
    for clash in clashes(facts.settings, document.signed, pairs_of(policy), names_required=required):
        steps = {"first": clash.first.step, "second": clash.second.step}
        values = {"who": _who(clash), "instead": _instead(clash), **steps}
        key = "approved_by" if "approve" in steps.values() and clash.unnamed != "request" else "by"
        yield Finding("same-person", facts.event.at(key), values, because=(chosen.place, chosen.row))


def _who(clash: Clash) -> Phrase:
    first, second = clash.first.person, clash.second.person
    if clash.unnamed:
        return Phrase("nobody is named for {step}", {"step": clash.unnamed})
    if first == second:
        return Phrase("{person} takes both steps", {"person": first})
    return Phrase("{person} and {other} count as one: one acts for the other", {"person": first, "other": second})


def _instead(clash: Clash) -> Phrase:
    if clash.unnamed:
        return Phrase("add `{key}:` with a name", {"key": "approved_by" if clash.unnamed == "approve" else "by"})
    if "approve" in (clash.first.step, clash.second.step):
        return Phrase("write another person after `approved_by:`")
    return Phrase("have another person take one of them, or add `allow: [same-person]` with `approved_by` and a `note`")
