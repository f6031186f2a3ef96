"""The policy does not take such goods back.

A row of its verdicts denies the return, a row of its inspection refuses goods in this condition, or the window of the
category has no days at all.

```policy
policy: doc
version: 1
valid_from: 2026-01-01
currency: CNY
window:
  default: {days: 7, from: delivered}
verdicts:
  - {id: no-cups, when: {sku: CUP-*}, verdict: deny, why: {en: cups are excluded, zh: 杯子不退}}
```
```beancount
2026-10-20 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 CUP-RED {60.00 CNY, 2026-01-05}

2026-10-20 * "Ann" "Sale" ^inv-SO-2
  Assets:Bank                            113.00 CNY
  Income:Sales                          -100.00 CNY
  Liabilities:Output-VAT                 -13.00 CNY
  Expenses:COGS                           60.00 CNY
  Assets:Inventory                           -1 MUG {60.00 CNY, 2026-01-05}
```

Passes:

```yaml
- {return: SO-2, date: 2026-10-25}
```

Refused:

```yaml
- {return: SO-1, date: 2026-10-25}
```
```finding
events.yaml:1:12: error[not-returnable]: the policy does not take CUP-RED back: cups are excluded
because: policies/doc.yaml:8:5 sets verdicts.no-cups
hint: refuse the return, or have it approved and add `allow: [not-returnable]` with `approved_by` and a `note`
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.terms import Kind, Verdict

TEMPLATE = Template(
    "the policy does not take {sku} back: {why}",
    "refuse the return, or have it approved and add `allow: [not-returnable]` with `approved_by` and a `note`",
)


def not_returnable(facts: Facts, decision: Decision) -> Iterator[Finding]:
    """Yield a finding where the verdict is deny, the window has no days, or the inspection refuses the goods as found."""
    line, window, chosen = facts.line, decision.window, decision.find("verdict")
    what = line.sku if line is not None else facts.sale.order if facts.advance is not None and facts.sale else None
    if what is None:
        return
    if chosen is not None and decision.verdict is Verdict.DENY:
        why: object = chosen.why or Phrase("row {row} denies it", {"row": chosen.row})
        because = (chosen.place, f"verdicts.{chosen.row}")
        yield Finding("not-returnable", facts.place, {"sku": what, "why": why}, because=because)
    inspected = decision.find("inspection")
    # An inspection that refuses goods sends them back: that is its own entry, and nothing to be refused.
    if inspected is not None and inspected.value == "refuse" and facts.event.kind is not Kind.INSPECT:
        why = inspected.why or Phrase("row {row} refuses it as it was found", {"row": inspected.row})
        because = (inspected.place, f"inspection.{inspected.row}")
        yield Finding("not-returnable", facts.place, {"sku": what, "why": why}, because=because)
    if window is not None and not window.open and window.no_days:
        why = Phrase("{row} has 0 days", {"row": window.row})
        yield Finding("not-returnable", facts.place, {"sku": what, "why": why}, because=(window.place, window.row))
