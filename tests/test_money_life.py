"""The money of returns and advances to its end: registers that tie, store credit in dollars, exchanges undone, red invoices.

The right figures are worked out by hand in each test; the commands say the same as the books.
"""

from __future__ import annotations

import json
from pathlib import Path

from ledgers import POLICY, apply, balances, effect, make, posted, refused
from test_advances import command

SHOP = """\
2026-01-05 * "Works" "Purchase"
  Assets:Inventory    50 MUG {60.00 CNY, 2026-01-05}
  Assets:Inventory    50 CUP {95.00 CNY, 2026-01-05}
  Equity:Opening

2026-02-01 * "Ann" "Sale" ^inv-SO-1
  Assets:Bank             339.00 CNY
  Income:Sales           -300.00 CNY
  Liabilities:Output-VAT  -39.00 CNY
  Expenses:COGS           180.00 CNY
  Assets:Inventory            -3 MUG {60.00 CNY, 2026-01-05}

2026-02-02 * "Ann" "Unpaid" ^inv-SO-2
  Assets:Receivable       169.50 CNY
  Income:Sales           -150.00 CNY
  Liabilities:Output-VAT  -19.50 CNY
  Expenses:COGS            95.00 CNY
  Assets:Inventory            -1 CUP {95.00 CNY, 2026-01-05}
"""
DOLLARS = """\
2026-01-05 * "Works" "Purchase"
  Assets:Inventory    50 MUG {400.00 CNY, 2026-01-05}
  Equity:Opening

2026-02-01 price USD 7.20 CNY
2026-03-01 price USD 7.30 CNY
2026-04-01 price USD 7.10 CNY

2026-02-01 * "Bob Inc" "Sale" ^inv-SO-1
  Assets:Receivable       1000.00 USD @ 7.20 CNY
  Income:Sales           -7200.00 CNY
  Expenses:COGS           4000.00 CNY
  Assets:Inventory            -10 MUG {400.00 CNY, 2026-01-05}

2026-02-20 * "Bob Inc" "Paid" ^inv-SO-1
  Assets:Bank:USD          1000.00 USD @ 7.25 CNY
  Assets:Receivable       -1000.00 USD @ 7.20 CNY
  Income:FX                 -50.00 CNY

2026-02-21 * "Bob Inc" "Sale" ^inv-SO-2
  Assets:Receivable        200.00 USD @ 7.20 CNY
  Income:Sales           -1440.00 CNY
  Expenses:COGS            800.00 CNY
  Assets:Inventory             -2 MUG {400.00 CNY, 2026-01-05}
"""
FX = ", fx_gain_loss: Income:FX"


def register(shop: Path) -> dict:
    """Return the register of credit documents as scripts read it."""
    done = command(shop, "report", "credit-notes", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_what_goes_out_in_an_exchange_is_no_part_of_its_credit_note_and_the_register_ties(tmp_path: Path) -> None:
    # 2 mugs of 113.00 come back: 200.00 + 26.00; a cup of 169.50 goes out, which is a sale and takes nothing off it.
    shop = make(tmp_path / "shop", SHOP)
    cup = "out: [{sku: CUP, qty: 1, price_incl_tax: 169.50}]"
    posted(shop, f"- {{exchange: SO-1, id: X-1, date: 2026-03-01, sku: MUG, qty: 2, condition: new, {cup}}}")
    told = register(shop)
    assert [(row["net"], row["tax"], row["gross"]) for row in told["rows"]] == [
        ("200.00 CNY", "26.00 CNY", "226.00 CNY")
    ]
    assert "does not tie" not in command(shop, "report", "credit-notes").stdout
    posted(shop, "- {void: X-1, date: 2026-03-02}", "void.yaml")
    assert "does not tie" not in command(shop, "report", "credit-notes").stdout


def test_the_register_has_a_credit_in_dollars_once_and_a_fee_at_the_rate_of_its_tax(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", DOLLARS, accounts=FX)
    posted(shop, "- {return: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 1, condition: new}")
    told = command(shop, "report", "credit-notes").stdout
    assert "stands on 2 documents" not in told
    assert [row["net"] for row in register(shop)["rows"]] == ["720.00 CNY"]
    # 100.00 + 13.00 less a fee of 10.00: 8.85 and 1.15 of tax. Of 91.15 the tax is 11.85, which is 13 %.
    shop = make(tmp_path / "fee", SHOP)
    posted(shop, "- {return: SO-1, id: R-1, date: 2026-03-01, sku: MUG, qty: 1, condition: new, fee: 10.00}")
    (rate,) = register(shop)["tax_by_rate"]
    assert (rate["tax_rate"], rate["net"], rate["tax"]) == ("0.130000", "91.15 CNY", "11.85 CNY")


def test_store_credit_of_a_customer_in_dollars_is_dollars_until_it_is_spent_or_lost(tmp_path: Path) -> None:
    # 2 mugs: 200 USD payable at 7.30; 150 USD become credit at 7.10: 395.00 less weigh what they gained.
    shop = make(tmp_path / "shop", DOLLARS, accounts=FX)
    payable, credit = "Liabilities:Refund-Payable", "Liabilities:Store-Credit"
    posted(shop, "- {return: SO-1, id: R-1, date: 2026-03-10, sku: MUG, qty: 2, condition: new, method: later}")
    event = "store_credit: R-1, id: C-1, date: 2026-04-05, amount: 150, bonus: 10.00, expires: 2026-05-31"
    done = posted(shop, f"- {{{event}}}", "c1.yaml")
    assert effect(done) == {payable: "1095.00", "Income:Sales": "71.00", credit: "-1136.00", "Income:FX": "-30.00"}
    assert units(shop, credit) == ["-160.00 USD"]
    assert "due: 50.00 USD" in command(shop, "status").stdout
    # SO-2 owes 200 USD at 7.20; 100 USD of the credit weigh 710.00 and pay 720.00 of it.
    spent = "- {store_credit: R-1, id: C-2, date: 2026-04-06, stage: redeemed, order: SO-2, amount: 100}"
    assert effect(posted(shop, spent, "c2.yaml")) == {
        credit: "710.00",
        "Assets:Receivable": "-720.00",
        "Income:FX": "10.00",
    }
    more = "- {store_credit: R-1, date: 2026-04-07, stage: redeemed, order: SO-2, amount: 60.01}"
    assert refused(shop, more, "c3.yaml") == ["store-credit-exceeded"]
    lost = posted(shop, "- {store_credit: R-1, id: C-4, date: 2026-06-01, stage: expired}", "c4.yaml")
    assert effect(lost) == {credit: "426.00", "Income:Other-Revenue": "-426.00"}
    assert credit not in balances(shop)
    posted(shop, "- {refund: R-1, date: 2026-06-02}", "paid.yaml")
    assert payable not in balances(shop)


def units(shop: Path, account: str) -> list[str]:
    """Return what the last entry moved on an account, in the currency of the posting."""
    from ledgers import load

    every = [e for e in load(shop) if any(p.account == account for p in getattr(e, "postings", ()))]
    return [str(p.units) for p in every[-1].postings if p.account == account]


def test_store_credit_for_what_was_paid_in_spite_of_its_credit_leaves_the_receivable(tmp_path: Path) -> None:
    # SO-2 is unpaid when it comes back, and the customer pays all of it afterwards: 169.50 stand on the receivable.
    late = (
        '\n2026-03-05 * "Ann" "Pays after all" ^inv-SO-2\n  Assets:Bank 169.50 CNY\n  Assets:Receivable -169.50 CNY\n'
    )
    shop = make(tmp_path / "shop", SHOP + late)
    posted(shop, "- {return: SO-2, id: R-1, date: 2026-03-01, condition: new}")
    done = posted(shop, "- {store_credit: R-1, date: 2026-03-10}", "credit.yaml")
    assert effect(done) == {"Assets:Receivable": "169.50", "Liabilities:Store-Credit": "-169.50"}


def test_a_bonus_is_nothing_that_the_order_was_paid_with(tmp_path: Path) -> None:
    # One mug becomes credit of 113.00 and a bonus of 10.00; the other two still give back 226.00 in full.
    shop = make(tmp_path / "shop", SHOP)
    posted(shop, "- {return: SO-1, id: R-1, date: 2026-03-01, sku: MUG, qty: 1, condition: new, method: later}")
    posted(shop, "- {store_credit: R-1, id: C-1, date: 2026-03-02, bonus: 10.00}", "credit.yaml")
    done = posted(shop, "- {return: SO-1, id: R-2, date: 2026-03-03, condition: new}", "rest.yaml")
    assert effect(done)["Assets:Bank"] == "-226.00"
    assert "Liabilities:Refund-Payable" not in balances(shop)


def test_credit_that_was_spent_is_still_credit_that_was_given(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", SHOP)
    posted(shop, "- {return: SO-1, id: R-1, date: 2026-03-01, sku: MUG, qty: 2, condition: new, method: store_credit}")
    posted(shop, "- {store_credit: R-1, date: 2026-03-02, stage: redeemed, order: SO-2}", "spent.yaml")
    told = json.loads(command(shop, "report", "customer", "Ann", "--json").stdout)
    assert [(row["credited"], row["paid"]) for row in told["cases"]] == [("226.00 CNY", "226.00 CNY")]


def test_an_exchange_whose_difference_was_paid_by_hand_is_returned_and_not_undone(tmp_path: Path) -> None:
    paid = '\n2026-03-03 * "Ann" "Pays the difference" ^inv-SO-1-EX\n  Assets:Bank 56.50 CNY\n  Assets:Receivable -56.50 CNY\n'
    shop = make(tmp_path / "shop", SHOP)
    cup = "out: [{sku: CUP, qty: 1, price_incl_tax: 169.50}]"
    exchange = (
        f"- {{exchange: SO-1, id: X-1, date: 2026-03-01, sku: MUG, qty: 1, condition: new, method: later, {cup}}}"
    )
    posted(shop, exchange)
    main = shop.parent / "main.beancount"
    whole = main.read_text(encoding="utf-8")
    main.write_text(whole + paid, encoding="utf-8")
    done = apply(shop, "- {void: X-1, date: 2026-03-06}", "void.yaml")
    (finding,) = done.findings
    line = main.read_text(encoding="utf-8").splitlines().index("  Assets:Bank 56.50 CNY") + 1
    assert finding.code == "step-not-allowed" and f"main.beancount:{line}" in str(finding.values), finding.values
    assert "2026" not in [path.name for path in (shop.parent / "returns").glob("2026/2026-03-06*")]
    back = posted(shop, "- {return: SO-1-EX, date: 2026-03-08, condition: new}", "back.yaml")
    assert effect(back)["Assets:Bank"] == "-169.50"


def test_rows_about_exchanges_are_asked_where_other_goods_go_out(tmp_path: Path) -> None:
    rows = """\
verdicts:
  - {{id: look, when: {{kind: exchange}}, verdict: review, why: somebody looks at exchanges}}
fees:
  - {{id: fee-exchange, when: {{kind: exchange}}, percent: 0}}
  - {{id: fee-all, when: {{}}, percent: 10}}
"""
    shop = make(tmp_path / "shop", SHOP, policy=POLICY + rows)
    event = "exchange: SO-1, date: 2026-03-01, sku: MUG, qty: 1, condition: new, out: [{sku: CUP, price_incl_tax: 113}]"
    assert refused(shop, f"- {{{event}}}") == ["needs-review"]
    done = posted(shop, f"- {{{event}, allow: [needs-review], approved_by: zhao, note: agreed}}")
    assert "Assets:Bank" not in effect(done) and "Income:Restocking-Fees" not in effect(done)


def test_a_red_invoice_is_of_one_order_and_of_one_tax_credit_in_the_whole_ledger(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", SHOP, more="red_invoice: pending\n")
    number = "26442000000000000001"
    posted(
        shop,
        f"- {{return: SO-1, id: R-1, date: 2026-03-01, sku: MUG, qty: 1, condition: new, red_invoice: '{number}'}}",
    )
    other = f"- {{return: SO-2, id: R-2, date: 2026-03-02, condition: new, red_invoice: '{number}'}}"
    assert refused(shop, other, "b.yaml") == ["step-not-allowed"]
    posted(shop, "- {return: SO-2, id: R-2, date: 2026-03-02, condition: new, red_invoice: pending}", "c.yaml")
    taken = f"- {{tax_credit: R-2, date: 2026-03-03, number: '{number}'}}"
    assert refused(shop, taken, "d.yaml") == ["step-not-allowed"]
    # of the same invoice it may be again, and what is voided is free
    same = f"- {{return: SO-1, id: R-3, date: 2026-03-04, sku: MUG, qty: 1, condition: new, red_invoice: '{number}'}}"
    posted(shop, same, "e.yaml")
    posted(shop, "- {amend: R-3, date: 2026-03-04, set: {note: counted again}}", "f.yaml")
    posted(shop, "- {void: R-3/2, date: 2026-03-05}\n- {void: R-1, date: 2026-03-05}", "g.yaml")
    assert effect(posted(shop, taken, "d.yaml"))["Liabilities:Output-VAT"] == "19.50"


MOVED = """\
2026-05-06 * "Huadong" "Paid in advance" ^inv-HT-1
  Assets:Bank                      11300.00 CNY
  Liabilities:Contract-Liability  -10000.00 CNY
  Liabilities:Output-VAT-Pending   -1300.00 CNY

2026-05-07 * "Huadong" "Paid in advance" ^inv-HT-2
  Assets:Bank                       1130.00 CNY
  Liabilities:Contract-Liability   -1000.00 CNY
  Liabilities:Output-VAT-Pending    -130.00 CNY
"""


def test_money_that_was_moved_and_has_gone_back_since_is_not_moved_back(tmp_path: Path) -> None:
    # 2260.00 go to HT-2, which then gives back 2000.00 of its 3390.00: 1390.00 are left of the 2260.00.
    shop = make(tmp_path / "shop", MOVED)
    posted(shop, "- {advance_refund: HT-1, id: A-1, date: 2026-06-01, amount: 2260, outcome: 'transfer: HT-2'}")
    posted(shop, "- {advance_refund: HT-2, id: A-2, date: 2026-06-02, amount: 1130.00}", "b.yaml")
    posted(shop, "- {advance_refund: HT-2, id: A-3, date: 2026-06-03, amount: 870.00}", "c.yaml")
    done = apply(shop, "- {void: A-1, date: 2026-06-04}", "d.yaml")
    said = " ".join(str(dict(finding.values)) for finding in done.findings)
    assert {finding.code for finding in done.findings} == {"step-not-allowed"} and not done.file
    assert "2260.00" in said and "1390.00" in said and "('A-3',)" in said, said
    posted(shop, "- {void: A-3, date: 2026-06-04}\n- {void: A-1, date: 2026-06-04}", "e.yaml")
    assert refused(shop, "- {advance_refund: HT-2, date: 2026-06-05, amount: 0.01}", "f.yaml") == ["more-than-paid"]


def test_money_that_was_moved_and_has_paid_for_a_sale_is_not_moved_back(tmp_path: Path) -> None:
    sale = """
2026-06-10 * "Huadong" "Delivered" ^inv-HT-2
  Liabilities:Contract-Liability   3000.00 CNY
  Liabilities:Output-VAT-Pending    390.00 CNY
  Income:Sales                    -3000.00 CNY
  Liabilities:Output-VAT           -390.00 CNY
"""
    shop = make(tmp_path / "shop", MOVED + sale)
    posted(shop, "- {advance_refund: HT-1, id: A-1, date: 2026-06-01, amount: 2260, outcome: 'transfer: HT-2'}")
    assert refused(shop, "- {void: A-1, date: 2026-06-11}", "b.yaml") == ["step-not-allowed"]


def test_store_credit_that_paid_for_an_order_is_not_undone_once_that_order_was_paid_back(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", SHOP)
    posted(shop, "- {return: SO-1, id: R-1, date: 2026-03-01, sku: MUG, qty: 2, condition: new, method: store_credit}")
    posted(shop, "- {store_credit: R-1, id: C-1, date: 2026-03-02, stage: redeemed, order: SO-2}", "b.yaml")
    before = balances(shop)
    posted(shop, "- {return: SO-2, id: R-2, date: 2026-03-03, condition: new}", "c.yaml")
    done = apply(shop, "- {void: C-1, date: 2026-03-04}", "d.yaml")
    assert [str(dict(f.values)["obstacle"].values["ids"]) for f in done.findings] == ["('R-2',)"] and not done.file
    posted(shop, "- {void: R-2, date: 2026-03-04}", "e.yaml")
    assert balances(shop) == before
    assert effect(posted(shop, "- {void: C-1, date: 2026-03-04}", "d.yaml"))["Assets:Receivable"] == "169.50"


def test_where_only_store_credit_is_given_its_bonus_comes_with_the_step_and_a_refund_is_told_the_way(
    tmp_path: Path,
) -> None:
    rows = "refunds:\n  - {{id: credit-only, when: {{}}, methods: [store_credit], bonus_percent: 5}}\n"
    shop = make(tmp_path / "shop", SHOP, policy=POLICY + rows)
    posted(shop, "- {request: SO-1, id: Q, date: 2026-03-01, sku: MUG, qty: 1}")
    posted(shop, "- {receive: Q, date: 2026-03-02}\n- {credit_note: Q, date: 2026-03-03}", "b.yaml")
    (shop.parent / "c.yaml").write_text("- {refund: Q, date: 2026-03-04}\n", encoding="utf-8")
    told = command(shop, "check", "c.yaml").stderr
    assert "it can by store_credit" in told and "write `store_credit: Q`" in told, told
    done = posted(shop, "- {store_credit: Q, date: 2026-03-04}", "d.yaml")
    assert effect(done) == {
        "Liabilities:Refund-Payable": "113.00",
        "Income:Sales": "5.65",
        "Liabilities:Store-Credit": "-118.65",
    }


INVOICED = """\
2026-05-06 * "Huadong" "Paid in advance, invoiced" ^inv-HT-1
  Assets:Bank                      11300.00 CNY
  Liabilities:Contract-Liability  -10000.00 CNY
  Liabilities:Output-VAT           -1300.00 CNY

2026-05-07 * "Huadong" "Paid in advance, not invoiced" ^inv-HT-1
  Assets:Bank                       5650.00 CNY
  Liabilities:Contract-Liability   -5000.00 CNY
  Liabilities:Output-VAT-Pending    -650.00 CNY
"""


def test_the_tax_of_an_advance_that_was_invoiced_waits_for_its_red_invoice(tmp_path: Path) -> None:
    # Of 16,950.00 two thirds were invoiced: 8,475.00 give back 7,500.00, 650.00 of output tax and 325.00 not yet due.
    shop = make(tmp_path / "shop", INVOICED, more="red_invoice: required\n")
    vat, waits = "Liabilities:Output-VAT", "Liabilities:Output-VAT-Pending-Red"
    event = "advance_refund: HT-1, id: A-1, date: 2026-06-01, amount: 8475.00"
    assert refused(shop, f"- {{{event}}}") == ["red-invoice-missing"]
    done = posted(shop, f"- {{{event}, red_invoice: pending}}")
    assert effect(done) == {
        "Liabilities:Contract-Liability": "7500.00",
        "Liabilities:Output-VAT-Pending": "325.00",
        waits: "650.00",
        "Assets:Bank": "-8475.00",
    }
    assert "tax credit" in command(shop, "status").stdout
    wrong = "- {tax_credit: A-1, date: 2026-06-05, number: '26442000000000000001', net: 7500.00, tax: 650.00}"
    assert refused(shop, wrong, "b.yaml") == ["red-invoice-differs"]
    taken = "- {tax_credit: A-1, id: T-1, date: 2026-06-05, number: '26442000000000000001', net: 5000.00, tax: 650.00}"
    assert effect(posted(shop, taken, "c.yaml")) == {vat: "650.00", waits: "-650.00"}
    assert "tax credit" not in command(shop, "status").stdout
    assert refused(shop, "- {void: A-1, date: 2026-06-06}", "d.yaml") == ["step-not-allowed"]
    rest = posted(shop, "- {advance_refund: HT-1, id: A-2, date: 2026-06-07, red_invoice: pending}", "e.yaml")
    assert effect(rest)[waits] == "650.00" and effect(rest)["Assets:Bank"] == "-8475.00"
    for name in ("credit-notes", "advances"):
        told = command(shop, "report", name)
        assert told.returncode == 0 and "does not tie" not in told.stdout, told.stdout
    posted(
        shop,
        "- {void: A-2, date: 2026-06-08}\n- {void: T-1, date: 2026-06-08}\n- {void: A-1, date: 2026-06-08}",
        "f.yaml",
    )
    assert waits not in balances(shop) and balances(shop)[vat] == -1300


def test_where_red_invoices_come_later_so_does_the_tax_of_an_advance_but_not_when_it_is_moved(tmp_path: Path) -> None:
    shop = make(tmp_path / "shop", INVOICED, more="red_invoice: pending\n")
    moved = posted(shop, "- {advance_refund: HT-1, id: A-1, date: 2026-06-01, amount: 1695, outcome: 'transfer: HT-2'}")
    assert effect(moved) == {}
    done = posted(shop, "- {advance_refund: HT-1, id: A-2, date: 2026-06-02, stage: approved, amount: 1695}", "b.yaml")
    assert effect(done)["Liabilities:Output-VAT-Pending-Red"] == "130.00"
    posted(shop, "- {tax_credit: A-2, date: 2026-06-03, number: '26442000000000000009', reason_code: '03'}", "c.yaml")
    assert effect(posted(shop, "- {advance_refund: A-2, date: 2026-06-04}", "d.yaml"))["Assets:Bank"] == "-1695.00"
