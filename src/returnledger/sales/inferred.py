"""What was concluded about a sale and not read: `plan` and `sale` say it, so that nothing is guessed in silence.

Each code is one sentence; a style or a tie adds the code with its values to the sale.
"""

from __future__ import annotations

from collections.abc import Mapping

from returnledger.findings import Phrase

SENTENCES: Mapping[str, Phrase] = {
    "delivery-taxed": Phrase("the tax of order {order} was charged on goods and delivery together, as its rate shows"),
    "delivery-untaxed": Phrase("the tax of order {order} was charged on the goods alone, as its rate shows"),
}
