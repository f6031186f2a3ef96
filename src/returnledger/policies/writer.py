"""Writes the rows of one policy as lines of the manual: the sentence, why the shop has the row, the law, its name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from returnledger.policies.page import code, safe
from returnledger.policy import Policy, PreparedRow
from returnledger.policy.conditions import facts_of, text_of
from returnledger.policy.phrases import Speech, sentence
from returnledger.policy.regions import tests_of
from returnledger.policy.sentences import row_words, why_words
from returnledger.policy.shop_words import TAGS

# Facts about persons and about the shop's dealings, which no customer is told.
INTERNAL = frozenset({"customer", "customer_returns_90d", "customer_rate_365d", "supplier", "contract"})


@dataclass(frozen=True)
class Writer:
    """Writes one policy in one language, for staff or for the shop's customers."""

    policy: Policy
    language: str
    to_customers: bool = False

    @property
    def speech(self) -> Speech:
        """Return how sentences of this page are made."""
        return Speech(self.language, self.policy.currency, self.to_customers)

    def say(self, en: str, zh: str, **values: object) -> str:
        """Return a whole sentence as Markdown."""
        return safe(sentence(self.speech.say(en, zh, **values), self.language == "zh"))

    def paragraph(self, sentences: Iterable[str]) -> str:
        """Return sentences as one paragraph."""
        return ("" if self.language == "zh" else " ").join(sentences)

    def line(
        self, text: str, name: str = "", why: str = "", statute: str | None = None, level: str | None = None
    ) -> str:
        """Return one item of a list: a sentence, why the shop has the row, the law it follows, and its name."""
        parts = [safe(text)]
        if why:
            parts.append(f"*{safe(why)}*")
        if statute:
            parts.append(safe(self.speech.say("({statute})", "（{statute}）", statute=statute)))
        if level == "K":
            parts.append(safe(self.speech.say("(not verified in a text of the law)", "（尚未核对法律原文）")))
        if name and not self.to_customers:
            parts.append(code(name))
        return f"- {' '.join(parts)}"

    def rows(self, table: str) -> list[PreparedRow]:
        """Return the rows of `table` that this reader is shown."""
        return [row for row in self.policy.tables[table] if not self.to_customers or is_public(table, row)]

    def lines(self, table: str, rows: Iterable[PreparedRow] | None = None) -> list[str]:
        """Return the list of the rows of `table`, or of some of them."""
        found = self.rows(table) if rows is None else rows
        return [self._row(table, row) for row in found]

    def _row(self, table: str, row: PreparedRow) -> str:
        text = row_words(table, row, self.policy, self.language, to_customers=self.to_customers)
        said: Any = row.says
        return self.line(text, said.id, why_words(getattr(said, "why", {}), self.language), *self.law_of(said))

    def keyed(self, table: str, row: Any, key: str) -> str:
        """Return the line of a row that is told apart by its key."""
        text = row_words(table, row, self.policy, self.language, key=key, to_customers=self.to_customers)
        return self.line(text, key)

    def law_of(self, row: Any) -> tuple[str | None, str | None]:
        """Return the law that a row follows, where it is not that of the whole policy, and how well it is known."""
        said = getattr(row, "statute", None)
        return said if said != self.policy.says.statute else None, getattr(row, "source_level", None)

    def first_decides(self, table: str) -> list[str]:
        """Return the sentence that says how the rows of `table` are read, where there are several."""
        if self.to_customers or len(self.policy.tables[table]) < 2:
            return []
        return [self.say("the first of these that fits decides", "按顺序适用第一条符合的规则")]

    def example_day(self) -> date:
        """Return a day for examples: the first Tuesday after the policy's dates, since the page knows no clock."""
        says = self.policy.says
        day = max(says.valid_from, says.as_of or says.valid_from)
        if says.valid_until is not None and day > says.valid_until:
            day = says.valid_from
        return day + timedelta(days=(1 - day.weekday()) % 7) if day < date(9990, 1, 1) else day


def is_public(table: str, row: PreparedRow) -> bool:
    """Return True if customers may read `row`: it asks nothing about persons or the shop's own dealings."""
    if table == "verdicts" and getattr(row.says, "verdict", "") == "review":
        return False
    if INTERNAL & set(facts_of(row.asks)):
        return False
    return all(
        text_of(choice.low) in TAGS
        for test in tests_of(row.asks)
        if test.fact == "order_tags"
        for choice in test.choices
    )
