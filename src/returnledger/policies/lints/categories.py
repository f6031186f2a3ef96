"""Categories that no product has: the row or the window would be for nothing."""

from __future__ import annotations

from collections.abc import Iterator

from returnledger.events.suggest import near
from returnledger.findings import Finding, Phrase, Severity, Span
from returnledger.policies.lints.looking import Look, comparisons


def categories(look: Look) -> Iterator[Finding]:
    """Yield each category of the policy that the file of products lacks, where the settings name one."""
    if look.products is None:
        return
    known = sorted({product.category for product in look.products.by_sku.values() if product.category})
    for name, place in _named(look):
        if name not in known:
            close = near(name, known)
            hint = Phrase("write `{nearest}`, or give products the category", {"nearest": close[0] if close else ""})
            if not close:
                hint = Phrase("give products the category `{name}`", {"name": name})
            file = look.settings.products if look.settings else ""
            yield Finding("category-unknown", place, {"category": name, "file": file, "hint": hint}, Severity.WARNING)


def _named(look: Look) -> Iterator[tuple[str, Span]]:
    for name in look.policy.window.by_category:
        yield name, look.policy.places.key_at("window", "by_category", name)
    for fact, text, path in comparisons(look.policy):
        if fact == "category":
            yield text, look.policy.place(*path)
