"""The rows of a ledger that is loaded already, for a look: in memory, never brought up to date, never kept."""

from __future__ import annotations

from returnledger.ledger import Loaded
from returnledger.products import Products
from returnledger.sales import recognition
from returnledger.settings import Settings
from returnledger.store import Store
from returnledger.textfile import gc_paused


def store_of(loaded: Loaded, settings: Settings, products: Products) -> Store:
    """Return the store of `loaded` under these settings."""
    store = Store(settings, loaded.root, products, None, None)
    with gc_paused():
        how = recognition(settings, products, loaded.commodities)
        store._build(loaded, how, {}, ":memory:")
    store._read()
    return store
