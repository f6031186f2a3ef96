"""A check is set aside that can't be, or by somebody who may not.

A waiver names the check, a person and a reason. The policy says who may waive which check, up to which amount; what
keeps units, money and books right can't be waived by anybody.

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
waivers: {window-closed: {by: [supervisor], up_to: 2000}}
```

Passes:

```yaml
- return: SO-1
  date: 2026-11-04
  allow: [window-closed]
  approved_by: wang.wei
  note: the parcel was late
```

Refused:

```yaml
- return: SO-1
  date: 2026-11-04
  allow: [window-closed]
  approved_by: li.na
  note: the parcel was late
```
```finding
events.yaml:2:9: error[window-closed]: came back 9 days after the sale; the policy allows 7
because: policies/doc.yaml:6:12 sets window.default
hint: refuse the return, or have it approved and add `allow: [window-closed]` with `approved_by` and a `note`
events.yaml:3:10: error[waiver-not-allowed]: window-closed can't be waived: the policy does not let li.na do it for this amount
because: policies/doc.yaml:7:26 sets waivers.window-closed
hint: have it approved by one of those whom the policy names under `waivers:`
```
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template

TEMPLATE = Template("{code} can't be waived: {why}", "{instead}")


def waiver_not_allowed(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding for each code in `allow` that is no check; waivers that don't hold are found where they are used."""
    for code in facts.event.body.allow:
        if code in facts.codes:
            continue
        why, close = Phrase("there is no check of that name"), get_close_matches(code, facts.codes, n=1, cutoff=0.5)
        instead = Phrase("take it out of `allow:`")
        if close:
            instead = Phrase("write `allow: [{close}]`", {"close": close[0]})
        yield Finding("waiver-not-allowed", facts.event.at("allow"), {"code": code, "why": why, "instead": instead})


def waiver_refused(facts: Facts, code: str, cause: str) -> Finding:
    """Return the finding for a waiver that does not hold: `cause` is never, unsigned, same or role."""
    if cause == "never":
        why, instead = Phrase("nobody may set it aside"), Phrase("take it out of `allow:` and correct the event")
    elif cause == "unsigned":
        why = Phrase("it takes a person and a reason")
        instead = Phrase("add `approved_by:` with a name and `note:` with the reason")
    elif cause == "same":
        said = {"person": facts.event.body.by}
        why = Phrase("{person} asked for the return, and the policy has another person approve", said)
        instead = Phrase("have another person approve it")
    else:
        people = facts.event.body.approved_by
        why = Phrase("the policy does not let {people} do it for this amount", {"people": people})
        instead = Phrase("have it approved by one of those whom the policy names under `waivers:`")
    row = facts.policy.place("waivers", code) if facts.policy is not None and cause == "role" else None
    return Finding(
        "waiver-not-allowed",
        facts.event.at("allow"),
        {"code": code, "why": why, "instead": instead},
        because=(row, f"waivers.{code}") if row is not None else None,
    )
