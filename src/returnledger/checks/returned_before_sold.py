"""The return is dated before the goods left.

Units can come back only on or after the day they were out; a sale shipped in parts sold each part on its own day.

Passes:

```yaml
- {return: SO-1, date: 2026-10-26}
```

Refused:

```yaml
- {return: SO-1, date: 2026-10-25}
```
```finding
events.yaml:1:24: error[returned-before-sold]: dated 2026-10-25, before the sale of 2026-10-26
hint: write the day it happened, 2026-10-26 or later
```
"""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.facts import Facts
from returnledger.findings import Finding, Template

TEMPLATE = Template("dated {day}, before the sale of {sold}", "write the day it happened, {sold} or later")


def returned_before_sold(facts: Facts) -> Iterator[Finding]:
    """Yield a finding where the posting date lies before the sale, or before the units of the line were out."""
    sale, line = facts.sale, facts.line
    if sale is None or facts.dated is None or facts.case or facts.purchases or facts.advance is not None:
        return
    sold = facts.returned_before or (line.date if line is not None else sale.date)
    if facts.dated < sold:
        yield Finding("returned-before-sold", facts.at("date"), {"day": facts.dated, "sold": sold})
