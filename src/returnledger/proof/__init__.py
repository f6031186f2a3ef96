"""Proves before anything is written that a batch says what it means and changes nothing that is already in the books.

Three questions are asked. Does the text read back to the same entries, and does each of them sum to exactly zero?
Does every entry of the books keep its lots, and does every assertion still hold? Does that depend on the order of
entries within a day? The fast proof answers from the accounts that the batch touches; where that can't suffice it says
why, and the full proof loads the whole ledger with the batch.
"""

from __future__ import annotations

from returnledger.proof.arrange import Arranged, arrange
from returnledger.proof.fast import INERT_PLUGINS, NeedsFull, fast
from returnledger.proof.fingerprints import fingerprint, fingerprints_of
from returnledger.proof.problems import TEMPLATES
from returnledger.proof.readback import prove_text
from returnledger.proof.situation import Assertion, Situation, movements_of

__all__ = [
    "INERT_PLUGINS",
    "TEMPLATES",
    "Arranged",
    "Assertion",
    "NeedsFull",
    "Situation",
    "arrange",
    "fast",
    "fingerprint",
    "fingerprints_of",
    "movements_of",
    "prove_text",
]
