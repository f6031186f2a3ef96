"""What planning comes to: each event with its entries and decisions, and what they do to the accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from beancount.core.data import Transaction

from returnledger.coupons import threshold_of
from returnledger.decision import Decision, Document
from returnledger.events import Event
from returnledger.facts import Facts
from returnledger.findings import Finding, Phrase
from returnledger.money import ZERO, plain, show
from returnledger.policy import Chosen
from returnledger.policy.chosen import estimated_year
from returnledger.proof.readback import weight
from returnledger.rows import OwnDirective, Sale, SaleLine, shown
from returnledger.sales.inferred import SENTENCES, concluded
from returnledger.terms import Goods, Method


@dataclass(frozen=True)
class PlannedEvent:
    """What becomes of one event: new, posted before (nothing to do), or refused."""

    event: Event
    status: str
    case: str = ""
    facts: tuple[Facts, ...] = ()
    decisions: tuple[Decision, ...] = ()
    document: Document | None = None
    directives: tuple[OwnDirective, ...] = ()
    findings: tuple[Finding, ...] = ()
    waived: tuple[str, ...] = ()
    again: Event | None = None  # of an amend: the event as it is posted again
    changes: tuple[tuple[str, str, str], ...] = ()  # of an amend: field, what it was, what it is

    @property
    def id(self) -> str:
        """The id of the event; empty where neither it nor a date is given."""
        return self.event.id

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids that its directives may have: of an amend its own, and that of the event posted again."""
        return (self.id,) if self.again is None else (self.id, self.again.id)

    @property
    def window_end(self) -> date | None:
        """The earliest last day of the return windows of its items; a case keeps that of the event that opened it."""
        if any(facts.now is not None for facts in self.facts):
            return None
        days = [d.window.last_day for d in self.decisions if d.window and d.window.last_day]
        return min(days, default=None)

    @property
    def inferred(self) -> tuple[tuple[str, Phrase], ...]:
        """What was not read but concluded about the sales of its items: code and sentence, each once."""
        lines: dict[str, tuple[Sale, list[SaleLine]]] = {}
        for facts in self.facts:
            if facts.sale is not None:
                lines.setdefault(facts.sale.order, (facts.sale, []))[1].extend([facts.line] if facts.line else [])
        root = self.facts[0].settings.root if self.facts else ""
        told = [each for sale, touched in lines.values() for each in concluded(sale, touched or None, root)]
        return (*told, *self._rates(), *self._moved(), *self._coupons(), *self._estimated())

    def _estimated(self) -> Iterator[tuple[str, Phrase]]:
        """Yield the last days that count holidays which are not published yet."""
        windows = [decision.window for decision in self.decisions if decision.window is not None]
        days = {window.last_day: str(window.estimated) for window in windows if window.estimated is not None}
        due = self.document.find("deadline") if self.document else None
        if due is not None and (year := estimated_year(due.used)):
            days[due.value] = year
        for day, year in days.items():
            values = {"year": year, "day": day, "order": self.event.reference}
            yield "holidays-estimated", Phrase(SENTENCES["holidays-estimated"].text, values)

    def _coupons(self) -> Iterator[tuple[str, Phrase]]:
        """Yield what was taken back of coupons or given back of them, and thresholds that say nothing."""
        document = self.document
        for facts in self.facts[:1]:
            sale = facts.sale
            for coupon in sale.coupons if sale and document and document.coupon else ():
                if threshold_of(coupon, sale.currency if sale else "") is None:
                    values = {
                        "text": coupon[1],
                        "order": sale.order if sale else "",
                        "where": shown(coupon[0]),
                    }
                    yield "coupon-unread", Phrase(SENTENCES["coupon-unread"].text, values)
            if sale is None or document is None or document.coupon is None or not document.coupon.parts:
                continue
            back = document.coupon
            amounts = {"amount": abs(back.amount), "kept": back.kept, "threshold": back.threshold}
            code = "coupon-taken-back" if back.amount > 0 else "coupon-given-back"
            said = {name: show(amount, sale.currency) for name, amount in amounts.items()}
            yield code, Phrase(SENTENCES[code].text, {**said, "currency": sale.currency, "order": sale.order})

    def _moved(self) -> Iterator[tuple[str, Phrase]]:
        """Yield that an entry stands on another day than its event, because the books were closed on that."""
        for facts in self.facts[:1]:
            said, day = facts.dated, facts.day
            if self.again is not None and self.directives:  # it stands on the day of the amend anyway
                said, day = self.event.body.date, self.directives[0].date
            if day is not None and day != said and self.status == "new":
                values = {"date": said, "day": day, "locked": facts.locked_until, "order": self.id}
                yield "moved-to-open-day", Phrase(SENTENCES["moved-to-open-day"].text, values)

    def _rates(self) -> Iterator[tuple[str, Phrase]]:
        """Yield the rate that money goes back at, where no one said it but the ledger's prices."""
        exchange = self.document.order.exchange if self.document else None
        if exchange and exchange.rate and exchange.rate.price_of and (self.document and self.document.paid_or_payable):
            rate = exchange.rate
            values = {
                "foreign": exchange.invoiced.currency,
                "rate": plain(rate.number),
                "currency": exchange.currency,
                "date": rate.price_of,
                "order": self.document.sale.order if self.document.sale else "",
            }
            yield "rate-of-price", Phrase(SENTENCES["rate-of-price"].text, values)

    @cached_property
    def chosen(self) -> tuple[Chosen, ...]:
        """Every choice of its policy, each once."""
        every = [chosen for decision in self.decisions for chosen in decision.chosen]
        # A step that goes on with a case has no document of its own: what is asked of it stands with its items.
        papers = [self.document] if self.document else [decision.document for decision in self.decisions]
        every += [chosen for document in papers if document for chosen in document.chosen]
        return tuple({(c.effect, c.row, str(c.value)): c for c in every}.values())


@dataclass(frozen=True)
class Plan:
    """What a set of events comes to: the events with their entries, and every finding."""

    events: tuple[PlannedEvent, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def directives(self) -> tuple[OwnDirective, ...]:
        """What is to be written, by date, then in the order of the input."""
        made = [d for event in self.events if event.status == "new" for d in event.directives]
        return tuple(sorted(made, key=lambda d: d.date))

    @property
    def entries(self) -> tuple[Transaction, ...]:
        """Those of the directives that post."""
        return tuple(directive for directive in self.directives if isinstance(directive, Transaction))

    @property
    def accounts(self) -> Mapping[tuple[str, str], Decimal]:
        """The effect on each account by currency, stock at the cost of its lots; debits positive."""
        effect: dict[tuple[str, str], Decimal] = {}
        for entry in self.entries:
            for posting in entry.postings:
                amount, currency = weight(posting)
                key = posting.account, currency
                effect[key] = effect.get(key, ZERO) + amount
        return dict(sorted(effect.items()))


def decision_text(planned: PlannedEvent) -> str:
    """Return each effect with its value and the row that decided it, as one line for the ledger.

    What no row decided is left out, but for the verdict: a table that is absent decides nothing. The policy is named with
    its version; the digest of each stands once, at the head of the batch.
    """
    parts = []
    for decision in planned.decisions[:1]:
        if decision.window and decision.window.last_day:
            parts.append(f"window {decision.window.last_day.isoformat()} {decision.window.row}")
    for chosen in planned.chosen:
        value = chosen_text(chosen)
        if value and (chosen.row != "default" or chosen.effect == "verdict"):
            parts.append(f"{chosen.effect} {value} {chosen.row}")
    if planned.document is not None:
        selling = planned.facts[0].selling if planned.facts else None
        typed = getattr(planned.facts[0].event.body, "method", None) if selling is not None else None
        parts.append(f"method {typed or (Method.ORIGINAL.value if selling else planned.document.method)}")
        if planned.document.deadline is not None and planned.document.find("deadline") is None:
            parts.append(f"deadline {planned.document.deadline.isoformat()}")
    parts += [f"waived {code}" for code in planned.waived]
    parts += list(dict.fromkeys(facts.auto_choice for facts in planned.facts if facts.auto_choice))
    parts += [f"policy {p.name} {p.version}" for p in (facts.policy for facts in planned.facts) if p is not None]
    goods = {decision.goods for decision in planned.decisions}
    if Goods.KEPT in goods:
        parts.append("goods kept")
    return "; ".join(dict.fromkeys(parts))


def chosen_text(chosen: Chosen) -> str:
    """Return the value of a choice in a few words, the same in every language; "" where it says nothing."""
    value = chosen.value
    if chosen.effect == "fee":
        if value is None:
            return ""
        return plain(value.amount) if value.amount is not None else f"{plain(value.percent or ZERO)}%"
    if chosen.effect == "advance":
        return "" if value is None else f"{plain(value.retain_percent)}%"
    if chosen.effect == "disposition":
        return str(value.to)
    if chosen.effect == "refunds":
        return (
            "" if value is None else f"within {value.within_days} days" if value.within_days is not None else "any time"
        )
    if chosen.effect == "approvals":
        return "/".join(value) or "automatic"
    if chosen.effect == "evidence":
        return "/".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
