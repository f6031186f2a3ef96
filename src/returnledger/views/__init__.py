"""What the commands that only look return: a sale, the cases, a posted event, an explanation, what was written."""

from __future__ import annotations

from returnledger.findings import Template
from returnledger.views.advances import AdvanceView, advance
from returnledger.views.cases import CaseView, StatusView, case_view, status
from returnledger.views.history import EventView, Moment, Paper, show
from returnledger.views.orders import LineView, SaleView, sale
from returnledger.views.reasons import Explained, explain
from returnledger.views.written import VerifyView, verify

__all__ = [
    "TEMPLATES",
    "AdvanceView",
    "CaseView",
    "EventView",
    "Explained",
    "LineView",
    "Moment",
    "Paper",
    "SaleView",
    "StatusView",
    "VerifyView",
    "advance",
    "case_view",
    "explain",
    "sale",
    "show",
    "status",
    "verify",
]

TEMPLATES: dict[str, Template] = {
    "order-unknown": Template(
        "the ledger has no order {order}{nearest}", "check the number; `returnledger query` can list orders"
    ),
    "order-ambiguous": Template("{order} is the name of several orders: {orders}", "name one of them"),
    "orders-none": Template(
        "the ledger has no order {order}, and no other: an order is known by {ways}",
        "say under `sales: {{order: …}}` in the settings how your sales name their order, and under `accounts:` which "
        "accounts are revenue and stock; `returnledger init` proposes both",
    ),
    "nothing-to-explain": Template(
        "{name} is no posted id, no order and no file{nearest}",
        "`returnledger status` lists the cases, `returnledger query` the orders",
    ),
    "nothing-left": Template(
        "nothing of order {order} can come back any more",
        "`returnledger sale {order}` shows what came back and when",
    ),
    "desk-unknown": Template("no step waits for {role}; the roles are {known}", "write `--role` with one of them"),
    "id-unknown": Template("nothing was posted under {id}{nearest}", "`returnledger status` lists the cases"),
}
