"""Posting rules: each turns facts and a decision into balanced legs. Rules write; they never say no.

A new rule is one file with its example and one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from returnledger.decision import Decision, Document
from returnledger.facts import Facts
from returnledger.legs import Leg
from returnledger.rules.adjust_prior_period import adjust_prior_period, close_prior_period
from returnledger.rules.allow import allow
from returnledger.rules.approve_scrap import approve_scrap
from returnledger.rules.await_red_invoice import await_red_invoice
from returnledger.rules.book_in_old_year import book_in_old_year, day_of_void
from returnledger.rules.change_fee import change_fee
from returnledger.rules.charge_freight import charge_freight
from returnledger.rules.count_in import count_in
from returnledger.rules.count_off import count_off
from returnledger.rules.credit import credit
from returnledger.rules.credit_document import credit_document
from returnledger.rules.credit_tax import credit_tax
from returnledger.rules.donate import donate
from returnledger.rules.exchange_difference import exchange_difference
from returnledger.rules.expire_credit import expire_credit
from returnledger.rules.forfeit_deposit import forfeit_deposit
from returnledger.rules.give_bonus import give_bonus
from returnledger.rules.give_up_claim import give_up_claim
from returnledger.rules.hand_back import hand_back
from returnledger.rules.inspect_goods import inspect_goods
from returnledger.rules.issue_credit import issue_credit
from returnledger.rules.keep_fee import keep_fee
from returnledger.rules.keep_of_advance import keep_of_advance
from returnledger.rules.leave_with_customer import leave_with_customer
from returnledger.rules.lose_on_the_way import lose_on_the_way
from returnledger.rules.move_advance import move_advance
from returnledger.rules.offset_owed import offset_owed
from returnledger.rules.owe_advance import owe_advance
from returnledger.rules.pay_advance import pay_advance
from returnledger.rules.pay_beyond_advance import pay_beyond_advance
from returnledger.rules.place_goods import place_goods
from returnledger.rules.propose_scrap import propose_scrap
from returnledger.rules.provide import provide
from returnledger.rules.put_away import put_away
from returnledger.rules.receive_goods import receive_goods
from returnledger.rules.recover import recover
from returnledger.rules.redeem_credit import redeem_credit
from returnledger.rules.refund import refund
from returnledger.rules.refund_shipping import refund_shipping
from returnledger.rules.refurbish import refurbish
from returnledger.rules.release_advance import release_advance
from returnledger.rules.release_overpayment import release_overpayment
from returnledger.rules.replace_under_warranty import replace_under_warranty
from returnledger.rules.restock import restock
from returnledger.rules.return_purchase import return_purchase
from returnledger.rules.return_to_supplier import return_to_supplier
from returnledger.rules.revalue import revalue
from returnledger.rules.scrap import scrap
from returnledger.rules.sell_off import sell_off
from returnledger.rules.sell_replacement import sell_replacement
from returnledger.rules.send_back import send_back
from returnledger.rules.send_replacement import send_replacement
from returnledger.rules.set_aside import set_aside
from returnledger.rules.settle import settle
from returnledger.rules.spend import spend
from returnledger.rules.swap_goods import swap_goods
from returnledger.rules.take_back_coupon import take_back_coupon
from returnledger.rules.undo_rounding import undo_rounding
from returnledger.rules.undo_settlement import undo_settlement
from returnledger.rules.use_estimate import use_estimate
from returnledger.rules.void import void, void_note
from returnledger.rules.write_down import write_down
from returnledger.rules.write_off import write_off
from returnledger.terms import Disposition, Goods, Kind

__all__ = [
    "DOCUMENT",
    "GOODS",
    "RULES",
    "adjust_prior_period",
    "approve_scrap",
    "await_red_invoice",
    "book_in_old_year",
    "change_fee",
    "close_prior_period",
    "count_in",
    "count_off",
    "credit_tax",
    "day_of_void",
    "donate",
    "exchange_difference",
    "expire_credit",
    "give_bonus",
    "give_up_claim",
    "hand_back",
    "inspect_goods",
    "issue_credit",
    "leave_with_customer",
    "legs_of_item",
    "lose_on_the_way",
    "place_goods",
    "propose_scrap",
    "provide",
    "put_away",
    "receive_goods",
    "recover",
    "redeem_credit",
    "refurbish",
    "release_overpayment",
    "replace_under_warranty",
    "return_purchase",
    "return_to_supplier",
    "revalue",
    "rules_of_item",
    "sell_off",
    "sell_replacement",
    "send_back",
    "send_replacement",
    "spend",
    "swap_goods",
    "use_estimate",
    "void",
    "void_note",
    "write_down",
    "write_off",
]

ItemRule = Callable[[Facts, Decision], Iterator[Leg]]
DocumentRule = Callable[[Facts, Document], Iterator[Leg]]

# Which rules answer for the goods of an item, by what is done with them.
GOODS: dict[Disposition, tuple[ItemRule, ...]] = {
    Disposition.RESTOCK: (restock,),
    Disposition.RESTOCK_OPEN_BOX: (restock, write_down),
    Disposition.HOLD: (set_aside, write_down),
    Disposition.REFURBISH: (set_aside, write_down),
    Disposition.REPAIR_AND_RETURN: (set_aside, write_down),
    Disposition.RETURN_TO_SUPPLIER: (set_aside, write_down),
    Disposition.DONATE: (set_aside, write_down),
    Disposition.LIQUIDATE: (set_aside, write_down),
    Disposition.SCRAP: (scrap,),
}

# Which rules answer for an advance: off its accounts, what is kept, what comes on top, where it goes.
ADVANCE: tuple[DocumentRule, ...] = (
    release_advance,
    keep_of_advance,
    forfeit_deposit,
    pay_beyond_advance,
    move_advance,
    owe_advance,
    pay_advance,
)

# Which rules answer for the event as a whole, after its items.
DOCUMENT: dict[Kind, tuple[DocumentRule, ...]] = {
    Kind.RETURN: (
        refund_shipping,
        undo_rounding,
        undo_settlement,
        take_back_coupon,
        charge_freight,
        settle,
        give_bonus,
        refund,
        exchange_difference,
    ),
    Kind.ALLOWANCE: (settle, refund, exchange_difference),
    Kind.CREDIT_NOTE: (
        refund_shipping,
        undo_rounding,
        undo_settlement,
        take_back_coupon,
        charge_freight,
        settle,
        exchange_difference,
    ),
    Kind.REFUND: (release_overpayment, offset_owed, refund, exchange_difference),
    Kind.ADVANCE_REFUND: ADVANCE,
}

RULES = (
    credit,
    receive_goods,
    inspect_goods,
    send_back,
    change_fee,
    credit_document,
    allow,
    restock,
    set_aside,
    write_down,
    scrap,
    keep_fee,
    refund_shipping,
    undo_rounding,
    undo_settlement,
    take_back_coupon,
    charge_freight,
    settle,
    give_bonus,
    release_overpayment,
    offset_owed,
    refund,
    exchange_difference,
    *ADVANCE,
    place_goods,
    hand_back,
    put_away,
    refurbish,
    propose_scrap,
    approve_scrap,
    write_off,
    donate,
    sell_off,
    return_to_supplier,
    return_purchase,
    leave_with_customer,
    lose_on_the_way,
    swap_goods,
    replace_under_warranty,
    send_replacement,
    sell_replacement,
    issue_credit,
    redeem_credit,
    expire_credit,
    recover,
    give_up_claim,
    spend,
    revalue,
    count_off,
    count_in,
    provide,
    use_estimate,
    adjust_prior_period,
    await_red_invoice,
    credit_tax,
    book_in_old_year,
    void,
)


def legs_of_item(facts: Facts, decision: Decision) -> Iterator[Leg]:
    """Yield what the rules of one item write; tax that is taken back waits where its red invoice comes later."""
    for rule in _rules_of_item(facts, decision):
        made = rule(facts, decision)
        yield from made if rule is keep_fee else await_red_invoice(made, facts)


def _rules_of_item(facts: Facts, decision: Decision) -> tuple[ItemRule, ...]:
    """Return the rules that answer for one item: for its money, its goods and its fee."""
    if facts.event.price_only or decision.goods is Goods.KEPT:
        return (allow, keep_fee)
    if facts.event.kind is Kind.CREDIT_NOTE:
        return (credit, credit_document, keep_fee)
    goods = GOODS[decision.disposition] if decision.disposition else ()
    return (credit, *goods, keep_fee)
