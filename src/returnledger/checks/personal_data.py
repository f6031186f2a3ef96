"""A text of the event holds a telephone number, an e-mail address or an identity number.

What is posted stays in the books and in every copy of them, and can't be taken out again when a person asks for it. The
customer's number in the shop system says the same.

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, note: "order 3802467823456789 of 2026-10-20, parcel SF1234567890123"}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, note: "call 13812345678 or mail to ann@example.com"}
```
```finding
events.yaml:1:42: error[personal-data]: `note` holds an e-mail address; what is posted can't be taken out of the books again
hint: take it out, and name the customer by the number in the shop system
events.yaml:1:42: error[personal-data]: `note` holds a telephone number; what is posted can't be taken out of the books again
hint: take it out, and name the customer by the number in the shop system
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from returnledger.events import KINDS
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template

TEMPLATE = Template(
    "`{field}` holds {what}; what is posted can't be taken out of the books again",
    "take it out, and name the customer by the number in the shop system",
)

_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
# A mobile number of the mainland: 11 digits that no further digit or letter continues. Order and parcel numbers are
# longer, or start with letters.
_MOBILE = re.compile(
    r"(?<![0-9A-Za-z.-])(?:(?:\+|00)?86[- ]?)?1[3-9][0-9](?:[0-9]{8}|[- ][0-9]{4}[- ][0-9]{4})(?![0-9A-Za-z-]|\.[0-9])"
)
_LANDLINE = re.compile(r"(?<![0-9A-Za-z.-])\(?0[1-9][0-9]{1,2}\)?[- ][1-9][0-9]{6,7}(?![0-9A-Za-z]|-[0-9])")
_ABROAD = re.compile(
    r"(?<![0-9A-Za-z.])\+(?=(?:[ ()-]*[0-9]){8})[1-9][0-9]{0,2}(?:[ -]?\(?[0-9]{2,4}\)?){2,4}(?![0-9A-Za-z.])"
)
_NAMED = re.compile(
    r"(?:\btel|\bphone|\bmobile|\bcall|电话|手机|微信|联系)[^0-9+]{0,6}\+?[0-9][0-9 -]{5,14}[0-9](?![0-9])",
    re.IGNORECASE,
)
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999


def personal_data(facts: Facts) -> Iterator[Finding]:
    """Yield a finding for each kind of personal data in each text of the event."""
    body, item = facts.event.body, facts.item
    texts = [("note", body.note), ("customer", getattr(body, "customer", None))]
    texts += [(name, text) for name, text in body.meta.items()]
    if item is not None and KINDS[facts.event.kind].items:
        texts += [("note", item.note), ("location", item.location)]
    for name, text in texts:
        if text:
            place = facts.event.at("meta") if name in body.meta else facts.at(name)
            for what in kinds_in(text):
                yield Finding("personal-data", place, {"field": name, "what": what})


def kinds_in(text: str) -> Iterator[Phrase]:
    """Yield what personal data a text holds, each kind once."""
    if _MAIL.search(text):
        yield Phrase("an e-mail address")
    if any(pattern.search(text) for pattern in (_MOBILE, _LANDLINE, _ABROAD, _NAMED)):
        yield Phrase("a telephone number")
    if any(_checks_out(found.group()) for found in _IDENTITY.finditer(text)):
        yield Phrase("an identity number")


def _checks_out(number: str) -> bool:
    """Return True if the last character is the check character of the 17 digits before it."""
    rest = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True)) % 11
    return "10X98765432"[rest] == number[17].upper()
