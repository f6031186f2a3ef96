"""The entry would use an account that is not open on its day.

Accounts that only returnledger needs, such as those of returned goods, are opened with the batch. Any other account is
the user's to open.

Passes:

```yaml
- {return: SO-1, date: 2026-11-02, account: Assets:Bank}
```

Refused:

```yaml
- {return: SO-1, date: 2026-11-02, account: Assets:Bnak}
```
```finding
events.yaml:1:45: error[account-not-open]: account Assets:Bnak is not in the books on 2026-11-02
hint: write Assets:Bank, or open the account in the ledger
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from beancount.core.data import Transaction

from returnledger.books import Books
from returnledger.decision import Decision
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase, Template
from returnledger.roles import DERIVED, Role
from returnledger.rows import OwnDirective

TEMPLATE = Template("account {account} is {state} on {day}", "{instead}")


def account_not_open(
    facts: Facts, decision: Decision, entries: Sequence[OwnDirective], books: Books
) -> Iterator[Finding]:
    """Yield a finding for each account of the entries that is not yet open, closed, or missing and not ours to open."""
    typed = getattr(facts.event.body, "account", None)
    tenders = {method.account for method in facts.settings.methods.values()}
    used = dict.fromkeys(
        (posting.account, entry.date)
        for entry in entries
        if isinstance(entry, Transaction)
        for posting in entry.postings
    )
    for name, day in used:
        account = books.accounts.get(name)
        if account is None and name != typed and name not in tenders and _is_opened(name, facts, decision, books):
            continue
        if account is None:
            state, instead = Phrase("not in the books"), _nearest(name, books)
        elif account.opened > day:
            state = Phrase("opened only on {opened}", {"opened": account.opened})
            instead = Phrase("date its `open` directive {day} or earlier", {"day": day})
        elif account.closed is not None and account.closed < day:
            state = Phrase("closed since {closed}", {"closed": account.closed})
            instead = Phrase("name an open account with `account:`, or take the `close` directive out")
        else:
            continue
        place = facts.event.at("account") if name == typed else facts.event.place
        yield Finding("account-not-open", place, {"account": name, "state": state, "day": day, "instead": instead})


def _is_opened(name: str, facts: Facts, decision: Decision, books: Books) -> bool:
    """Return True if the batch opens the account: one that the settings name for a role, or a sibling of an open one."""
    if any(facts.settings.account_for(role) == name for role in Role):
        return True
    parents = [placed.sold.account for placed in decision.placed if placed.account == name]
    if parents:
        return any(parent in books.accounts for parent in parents)
    return facts.settings.role_of(name) in DERIVED  # of another item, which is asked by itself


def _nearest(name: str, books: Books) -> Phrase:
    close = get_close_matches(name, list(books.accounts), n=1, cutoff=0.6)
    if close:
        return Phrase("write {close}, or open the account in the ledger", {"close": close[0]})
    return Phrase("open the account in the ledger, or name one that is there")
