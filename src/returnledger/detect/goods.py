"""Which goods need a line in products.yaml: those whose commodity can't be told from their SKU, and what is known of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from returnledger.detect.sample import Sample
from returnledger.money import plain
from returnledger.products import commodity_of
from returnledger.sales.postings import Posting
from returnledger.sales.values import number_of, text_of

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "title", "description", "bezeichnung", "mingcheng", "pinming"),
    "category": ("category", "kategorie", "group", "type", "leibie", "fenlei", "pinlei"),
    "supplier": ("supplier", "vendor", "lieferant", "gongyingshang"),
}
_UNITS = ("unit", "uom", "pack", "einheit", "danwei", "packing")


@dataclass
class Goods:
    """One product as products.yaml will have it."""

    commodity: str = ""  # "" where it is the SKU's own
    says: dict[str, str] = field(default_factory=dict)
    packs: dict[str, Decimal] = field(default_factory=dict)

    @property
    def needed(self) -> bool:
        """True if there is anything to say that the books can't tell by themselves."""
        return bool(self.commodity or self.says or self.packs)


def read(sample: Sample, keys: Mapping[str, str], commodities: Mapping[str, Mapping[str, Any]]) -> dict[str, Goods]:
    """Return the products that need saying, by SKU."""
    sku_key, quantity_key = keys.get("sku", "sku"), keys.get("quantity", "qty")
    found: dict[str, Goods] = {}
    owners: dict[str, str] = {}  # a commodity is one product's
    packs: dict[tuple[str, str], Counter[Decimal]] = {}
    held_as: dict[str, set[str]] = {}
    for seen in sample.sales:
        income = {text_of(p.meta[sku_key]): p for p in seen.income if p.meta and sku_key in p.meta}
        for posting in seen.stock:
            meta = posting.meta or {}
            commodity = posting.units.currency
            own = text_of(meta[sku_key]) if sku_key in meta else ""
            sku = own or text_of(commodities.get(commodity, {}).get(sku_key)) or commodity
            held_as.setdefault(sku, set()).add(commodity)
            if sku not in found:
                made = _made(sku, commodity, commodities.get(commodity, {}), sku_key)
                found[sku] = Goods(made if owners.setdefault(made, sku) == sku else "")
                found[sku].says = _says(commodities.get(commodity, {}))
            for each in (posting, income.get(sku)):
                pack = _pack(each, posting, quantity_key)
                if pack is not None:
                    packs.setdefault((sku, pack[0]), Counter())[pack[1]] += 1
    for (sku, unit), ratios in packs.items():
        if len(ratios) == 1:
            found[sku].packs[unit] = next(iter(ratios))
    # What several commodities make up is a kit: none of them is its own.
    return {sku: goods for sku, goods in sorted(found.items()) if goods.needed and len(held_as[sku]) == 1}


def _made(sku: str, commodity: str, meta: Mapping[str, Any], sku_key: str) -> str:
    """Return the commodity where nothing else says it: it is not the SKU's own, and its directive names no SKU."""
    if commodity_of(sku) == commodity or text_of(meta.get(sku_key)) == sku:
        return ""
    return commodity


def _says(meta: Mapping[str, Any]) -> dict[str, str]:
    said = {}
    for name, keys in _FIELDS.items():
        value = next((text_of(meta[key]) for key in keys if key in meta), "")
        if value:
            said[name] = value
    return said if set(said) - {"name"} else {}


def _pack(said: Posting | None, stock: Posting, quantity_key: str) -> tuple[str, Decimal] | None:
    """Return unit and units per pack where a posting counts in packs and names them."""
    meta = said.meta if said is not None else None
    if not meta or quantity_key not in meta:
        return None
    unit = next((text_of(meta[key]) for key in _UNITS if key in meta), "")
    quantity, units = number_of(meta[quantity_key]), abs(stock.units.number)
    if not unit or not quantity or units == abs(quantity) or units % abs(quantity):
        return None
    return unit, units / abs(quantity)


def products_text(goods: Mapping[str, Goods], comment: str) -> str:
    """Return products.yaml; `comment` is its first line."""
    lines = [f"# {comment}"]
    for sku, each in goods.items():
        says: list[str] = []
        if each.commodity:
            says.append(f"commodity: {_scalar(each.commodity)}")
        says += [f"{name}: {_scalar(value)}" for name, value in each.says.items()]
        if each.packs:
            packs = ", ".join(f"{_scalar(unit)}: {plain(number)}" for unit, number in each.packs.items())
            says.append(f"packs: {{{packs}}}")
        lines.append(f"{_scalar(sku)}: {{{', '.join(says)}}}")
    return "\n".join(lines) + "\n"


def _scalar(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
