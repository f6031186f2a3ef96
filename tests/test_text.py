"""What is written reads back to the same directive, or is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from beancount.core.amount import Amount
from beancount.core.data import Booking, Custom, Open, Posting, Transaction, new_metadata
from beancount.core.number import MISSING
from beancount.core.position import Cost, CostSpec
from beancount.parser.grammar import ValueType
from hypothesis import given, settings
from hypothesis import strategies as st

from returnledger.text import Unwritable, cells, digest, in_order, parse, quoted, render, render_batch, same, sealed

DAY = date(2026, 11, 2)
ANY_TEXT = st.text(st.characters(), max_size=30) | st.sampled_from(
    ['"', "\\", '\\"', "\\n", "a\nb", "; x", '" ^l #t', "退货\u3000", "\x00", "\x85", "\u2028", "\ufeff", "{}", "\r\n"]
)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12)
META = st.dictionaries(
    st.from_regex(r"\A[a-z][a-zA-Z0-9_-]{1,8}\Z").filter(lambda key: key not in ("filename", "lineno")),
    ANY_TEXT | NUMBERS | st.booleans() | st.dates() | st.integers(-(10**9), 10**9),
    max_size=4,
)
NAMES = st.frozensets(st.from_regex(r"\A[A-Za-z0-9_/.-]{1,10}\Z"), max_size=3)
COSTS = st.none() | st.builds(
    Cost,
    st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**6),
    st.sampled_from(["CNY", "GBP", "X"]),
    st.dates(),
    st.none() | ANY_TEXT,
)
POSTINGS = st.builds(
    Posting,
    st.sampled_from(["Assets:A", "Assets:1405-库存商品:Mug", "Liabilities:" + "Long-" * 20 + "X"]),
    st.builds(Amount, NUMBERS, st.sampled_from(["CNY", "MUG-BLUE", "X"])),
    COSTS,
    st.none() | st.builds(Amount, NUMBERS.map(abs), st.just("CNY")),
    st.sampled_from([None, "!", "*"]),
    META,
)
TRANSACTIONS = st.builds(
    Transaction,
    META,
    st.dates(),
    st.sampled_from("*!P"),
    st.none() | ANY_TEXT,
    ANY_TEXT,
    NAMES,
    NAMES,
    st.lists(POSTINGS, max_size=3),
)


def transaction(**changes: Any) -> Transaction:
    entry = Transaction(new_metadata("x", 1), DAY, "*", "Li Na", "Return", frozenset(), frozenset(), [])
    return entry._replace(**changes)


def posting(units: str, cost: Any = None, account: str = "Assets:Inventory") -> Posting:
    figure, currency = units.split()
    return Posting(account, Amount(Decimal(figure), currency), cost, None, None, None)


def head(**meta: str) -> Custom:
    return Custom({**new_metadata("x", 1), **meta}, DAY, "returnledger", [ValueType("batch", str)])


@settings(max_examples=400)
@given(TRANSACTIONS)
def test_any_transaction_reads_back_to_itself_or_is_refused(entry: Transaction) -> None:
    try:
        text = render(entry)
    except Unwritable:
        return
    (back,) = parse(text + "\n")
    assert same(entry, back), text


@settings(max_examples=200)
@given(ANY_TEXT, st.lists(ANY_TEXT | NUMBERS | st.booleans() | st.dates(), max_size=3), META)
def test_any_custom_directive_reads_back_to_itself_or_is_refused(
    name: str, values: list[Any], meta: dict[str, Any]
) -> None:
    entry = Custom(meta, DAY, name, [ValueType(value, type(value)) for value in values])
    try:
        text = render(entry)
    except Unwritable:
        return
    (back,) = parse(text + "\n")
    assert same(entry, back), text


@settings(max_examples=100)
@given(ANY_TEXT)
def test_text_is_refused_only_for_control_characters_and_too_many_lines(text: str) -> None:
    try:
        quoted(text)
    except Unwritable:
        assert any(not character.isprintable() for character in text)


def test_an_entry_reads_as_a_person_would_write_it() -> None:
    cost = Cost(Decimal("1.770"), "GBP", date(2010, 11, 30), 'la"bel')
    entry = transaction(
        tags=frozenset({"return"}),
        links=frozenset({"SO-1", "RT-1"}),
        meta={"filename": "x", "lineno": 3, "rl-step": Decimal(1), "rl-on": True},
        postings=[posting("2 MUG", cost), posting("-3.54 GBP", account="Expenses:6401-主营业务成本")],
    )
    assert render(entry) == (
        '2026-11-02 * "Li Na" "Return" #return ^RT-1 ^SO-1\n'
        "  rl-step: 1\n"
        "  rl-on: TRUE\n"
        '  Assets:Inventory                                           2 MUG {1.770 GBP, 2010-11-30, "la\\"bel"}\n'
        "  Expenses:6401-主营业务成本                             -3.54 GBP"
    )


def test_the_amounts_of_wide_and_narrow_accounts_end_in_one_column() -> None:
    entry = transaction(
        postings=[
            posting("1.00 CNY", account=account)
            for account in ("Assets:A", "Assets:1405-库存商品", "Assets:" + "A" * 44)
        ]
    )
    lines = render(entry).splitlines()[1:]
    assert len({cells(line) for line in lines}) == 1


@pytest.mark.parametrize(
    "spec",
    [
        "{}", "{{5 CNY}}", "{1 # 5 CNY}", "{CNY}", "{1.5 CNY}", "{2026-01-01}", '{"a b"}', '{1 CNY, 2026-01-01, "l"}', "{5 X }",
    ],
)  # fmt: skip
def test_cost_specs_are_written_as_they_were(spec: str) -> None:
    (entry,) = parse(f'2026-11-02 * "x"\n  Assets:A  1 MUG {spec}\n')
    (back,) = parse(render(entry) + "\n")
    assert same(entry, back)


@pytest.mark.parametrize(
    "change",
    [
        {"narration": "\x07"},
        {"narration": "\n" * 64},
        {"tags": frozenset({"a b"})},
        {"links": frozenset({"order#1"})},
        {"meta": {"K": "x"}},
        {"meta": {"k": "x"}},
        {"meta": {"kk": 1.5}},
        {"flag": "**"},
        {"postings": [posting("NaN CNY")]},
        {"postings": [posting("1.00000000000000000000000000001 CNY")]},
        {"postings": [posting("1.00 cny")]},
        {"postings": [posting("1.00 CNY", account="Assets:lower")]},
        {"postings": [posting("1.00 CNY")._replace(units=MISSING)]},
    ],
)
def test_what_the_text_could_not_hold_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Unwritable):
        render(transaction(**change))


def test_an_account_is_opened_with_its_currencies_and_booking_method() -> None:
    entry = Open(new_metadata("x", 1), DAY, "Assets:Inventory-Hold", ["MUG", "TEE"], Booking.NONE)
    assert render(entry) == '2026-11-02 open Assets:Inventory-Hold MUG, TEE "NONE"'
    assert same(parse(render(entry))[0], entry)


def test_a_batch_has_its_header_padding_and_blank_lines_between_directives() -> None:
    text = render_batch([head(), transaction()], "Written by returnledger", 2, "moves the entries down")
    assert text.splitlines()[:5] == [
        "; Written by returnledger",
        "; moves the entries down",
        ";",
        "",
        '2026-11-02 custom "returnledger" "batch"',
    ]
    assert text.endswith('"Return"\n')
    with pytest.raises(Unwritable):
        render_batch([], "two\nlines")


def test_the_digest_is_of_what_is_said_not_of_where_it_stands() -> None:
    entries = [head(), transaction(postings=[posting("1 MUG", Cost(Decimal("1.7"), "GBP", DAY, None))])]
    own = digest(entries)
    assert own.startswith("1:") and len(own) == 66
    seal = sealed(entries)
    assert len(seal[0].meta["rl-marks"]) == 8
    own = seal[0].meta["rl-digest"]
    assert digest(parse(render_batch(seal, "h", 7))) == own
    for change in ({"flag": "!"}, {"narration": "Return "}, {"payee": None}, {"date": date(2026, 11, 3)}):
        assert digest([entries[0], entries[1]._replace(**change)]) != own


def test_texts_and_numbers_of_the_same_look_are_different() -> None:
    assert not same(transaction(meta={"aa": "1"}), transaction(meta={"aa": Decimal(1)}))
    assert not same(transaction(meta={"aa": "TRUE"}), transaction(meta={"aa": True}))
    assert not same(transaction(meta={"aa": Decimal("1.0")}), transaction(meta={"aa": Decimal("1.00")}))
    cost = CostSpec(Decimal(1), None, "CNY", DAY, None, False)
    assert same(
        transaction(postings=[posting("1 A", cost)]),
        transaction(postings=[posting("1 A", Cost(Decimal(1), "CNY", DAY, None))]),
    )


def test_the_parser_orders_by_day_and_type_as_in_order_does() -> None:
    later = transaction(date=date(2026, 11, 3))
    entries = [later, transaction(), head()]
    assert [same(a, b) for a, b in zip(in_order(entries), parse(render_batch(entries, "h")))] == [True] * 3
