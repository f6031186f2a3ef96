"""Events are read from every form of file into one canonical form, which reads back to itself."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from test_shape import FAULTS as SHAPE_FAULTS
from test_yamlfile import FAULTS as YAML_FAULTS

from returnledger.events import MODELS, Event, Item, Return, canonical_text, derived_id, digest_of
from returnledger.events.advances import AdvanceStage, BrokenBy, Deposit, RetainAs
from returnledger.events.asking import Wants
from returnledger.events.canonical import ORDER
from returnledger.events.models import ITEM_FIELDS, WITH_ITEMS, Changes
from returnledger.eventsfile import parse_canonical, read_events
from returnledger.findings import Finding, Refused, Span
from returnledger.problems import READING
from returnledger.spellings import OTHERS
from returnledger.terms import (
    Approval,
    Cause,
    Condition,
    CreditStage,
    Disposition,
    Goods,
    Kind,
    Method,
    Party,
    Reason,
    RedReason,
    RedStage,
    Spent,
    Swap,
)
from returnledger.words import Word, names

GOLDEN = Path(__file__).parent / "golden" / "identity.yaml"


def read(text: str, file: str = "events.yaml") -> tuple[list[Event], list[Finding]]:
    events, findings, _ = read_events(text.encode(), file)
    return events, findings


def one(text: str, file: str = "events.yaml") -> Event:
    (event,), findings = read(text, file)
    assert not findings
    return event


# Code, file name, text, line, column.
FAULTS = [
    ("key-unknown", "e.yaml", "- {return: SO-1, dat: 2026-11-02}", 1, 18),
    ("key-unknown", "e.yaml", "- {refund: R, sku: A}", 1, 15),
    ("key-unknown", "e.yaml", "- {return: SO-1, source: {sytem: x}}", 1, 27),
    ("key-unknown", "e.yaml", "- {return: SO-1, items: [{sku: A}, {sku: B, colour: x}]}", 1, 45),
    ("key-unknown", "e.yaml", "defaults: {bye: x}\nevents: []", 1, 12),
    ("key-unknown", "e.yaml", "default: {by: x}\nevents: []", 1, 1),
    ("key-unknown", "e.yaml", "- void: {ID: x}", 1, 10),
    ("key-unknown", "e.csv", "kind,ref,skuu\nreturn,SO-1,A", 1, 10),
    ("key-missing", "e.yaml", "- {return: SO-1, evidence: [{type: photo}]}", 1, 29),
    ("value-missing", "e.yaml", "- {return: SO-1, note: }", 1, 24),
    ("value-missing", "e.yaml", "- {return: SO-1, note: ~}", 1, 24),
    ("word-unknown", "e.yaml", "- {return: SO-1, reason: broken}", 1, 26),
    ("word-unknown", "e.yaml", "- {return: SO-1, items: [{sku: A}, {sku: B, condition: nwe}]}", 1, 56),
    ("text-expected", "e.yaml", "- {return: SO-1, sku: [A]}", 1, 23),
    ("text-expected", "e.yaml", "- {return: [SO-1]}", 1, 12),
    ("list-expected", "e.yaml", "- {return: SO-1, items: A}", 1, 25),
    ("list-expected", "e.yaml", "events: {return: SO-1}", 1, 9),
    ("map-expected", "e.yaml", "- {return: SO-1, source: shop}", 1, 26),
    ("map-expected", "e.yaml", "- {return: SO-1, items: [A]}", 1, 26),
    ("map-expected", "e.yaml", "defaults: x\nevents: []", 1, 11),
    ("text-empty", "e.yaml", "- {return: SO-1, note: ''}", 1, 24),
    ("text-too-long", "e.yaml", f"- {{return: SO-1, sku: {'A' * 201}}}", 1, 23),
    ("text-too-long", "e.csv", f"kind,ref\nreturn,{'A' * 200_000}", 2, 1),
    ("line-break-in-text", "e.yaml", "- return: |\n    SO-1\n    SO-2", 1, 11),
    ("number-form", "e.yaml", "- {return: SO-1, qty: １２}", 1, 23),
    ("number-too-long", "e.yaml", f"- {{return: SO-1, qty: {'1' * 29}}}", 1, 23),
    ("number-range", "e.yaml", "- {return: SO-1, tax_rate: 13}", 1, 28),
    ("date-form", "e.yaml", "- {return: SO-1, date: 2026/11/02}", 1, 24),
    ("date-not-in-calendar", "e.yaml", "- {return: SO-1, date: 2026-02-30}", 1, 24),
    ("date-range", "e.yaml", "- {return: SO-1, date: 0226-11-02}", 1, 24),
    ("currency-form", "e.yaml", "- {return: SO-1, currency: rmb}", 1, 28),
    ("tag-form", "e.yaml", "- {return: SO-1, tags: [a, b c]}", 1, 28),
    ("account-form", "e.yaml", "- {return: SO-1, account: bank}", 1, 27),
    ("meta-key-form", "e.yaml", "- {return: SO-1, meta: {Store: x}}", 1, 25),
    ("meta-key-form", "e.yaml", "- {return: SO-1, meta: {rl-id: x}}", 1, 25),
    ("check-code-form", "e.yaml", "- {return: SO-1, allow: [Window_closed]}", 1, 26),
    ("digest-form", "e.yaml", "- {return: SO-1, evidence: {path: a, sha256: b}}", 1, 46),
    ("too-many-values", "e.yaml", f"- {{return: SO-1, tags: [{'a, ' * 1001}]}}", 1, 24),
    ("events-expected", "e.yaml", "退货：SO-1", 1, 1),
    ("event-not-map", "e.yaml", "- SO-1", 1, 3),
    ("event-not-map", "e.jsonl", '{"kind": "void", "ref": "x"}\n[1]', 2, 1),
    ("kind-missing", "e.yaml", "- {date: 2026-11-02}", 1, 3),
    ("kind-unknown", "e.yaml", "- {retrun: SO-1}", 1, 4),
    ("kind-unknown", "e.yaml", "- {kind: retour, ref: SO-1}", 1, 10),
    ("kind-unknown", "e.csv", "kind,ref\nretour,SO-1", 2, 1),
    ("kind-twice", "e.yaml", "- {return: SO-1, refund: SO-1}", 1, 18),
    ("reference-missing", "e.yaml", "- {return: }", 1, 12),
    ("reference-missing", "e.yaml", "- {kind: return}", 1, 10),
    ("reference-missing", "e.yaml", "- {void: {batch: x}}", 1, 10),
    ("items-empty", "e.yaml", "- {return: SO-1, items: []}", 1, 25),
    ("item-unnamed", "e.yaml", "- {return: SO-1, items: [{sku: A}, {qty: 1}]}", 1, 36),
    ("item-beside-items", "e.yaml", "- {return: SO-1, qty: 1, items: [{sku: A}]}", 1, 23),
    ("field-twice", "e.yaml", "- {return: SO-1, note: x, items: [{sku: A, note: y}]}", 1, 50),
    ("json-unread", "e.jsonl", '{"kind": "void", "ref": "x"}\n{"kind"', 2, 8),
    ("json-unread", "e.jsonl", '{"kind": "void", "rate": NaN}', 1, 26),
    ("repeated-key", "e.jsonl", '{"kind": "void", "ref": "x", "ref": "y"}', 1, 30),
    ("control-character", "e.jsonl", '{"kind": "void", "ref": "\\u0007"}', 1, 25),
    ("number-form", "e.jsonl", '{"note": "\\ud83d\\ude00", "kind": "return", "ref": "S", "qty": 1e3}', 1, 63),
    ("too-deep", "e.jsonl", "[" * 20 + "]" * 20, 1, 12),
    ("too-deep", "e.jsonl", "[" * 200_000, 1, 1),
    ("table-unread", "e.csv", 'kind,ref\nvoid,"x', 2, 1),
    ("table-unread", "e.csv", 'kind,ref\nvoid,"x"y', 2, 1),
    ("column-missing", "e.csv", "kind,sku\nreturn,A", 1, 1),
    ("column-twice", "e.csv", "kind,ref,sku,sku\nreturn,SO-1,A,B", 1, 14),
    ("column-unnamed", "e.csv", "kind,ref,\nreturn,SO-1,A", 2, 13),
    ("row-too-long", "e.csv", "kind,ref\nreturn,SO-1,A", 2, 13),
    ("rows-disagree", "e.csv", "kind,ref,id,by,sku\nreturn,SO-1,R1,a,A\nreturn,SO-1,R1,b,B", 3, 16),
    ("row-without-item", "e.csv", "kind,ref,id,sku\nreturn,SO-1,R1,A\nreturn,SO-1,R1,", 3, 1),
    ("date-form", "e.csv", 'kind,ref,note,date\nreturn,SO-1,"a, ""b""\nc",2026/11/2', 3, 4),
]


@pytest.mark.parametrize(("code", "file", "text", "line", "column"), FAULTS)
def test_a_fault_of_form_is_said_at_its_line_and_column(
    code: str, file: str, text: str, line: int, column: int
) -> None:
    events, findings = read(text, file)
    found = {(finding.code, finding.span.line, finding.span.column) for finding in findings if finding.span}
    assert (code, line, column) in found
    assert len(events) < 2
    for finding in findings:
        READING[finding.code].message.format_map(finding.values)
        READING[finding.code].hint.format_map(finding.values)


def test_every_code_is_shown_by_a_test() -> None:
    shown = {fault[0] for fault in (*FAULTS, *YAML_FAULTS, *SHAPE_FAULTS)}
    elsewhere = {"file-too-large", "too-many-findings", "encoding-unknown", "encoding-not-read"}
    assert shown | elsewhere == set(READING)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1,000.00", "1000.00"),
        ("１２", "12"),
        ("1e3", "1000"),
        ("1_000", "1000"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+5", "5"),
        ("-.5", "-0.5"),
        ("1.000,50", "1000.50"),
        ("12,5", "12.5"),
        ("¥20.00", "20.00"),
        ("20元", "20"),
        ("20 CNY", "20"),
        ("1e500", "2"),
        ("0x10", "2"),
        ("12:30", "2"),
        ("nan", "2"),
        ("inf", "2"),
        ("-inf", "2"),
        ("true", "2"),
        ("٣", "2"),
        ("²", "2"),
        ("1 2 3", "123"),
        ("--1", "2"),
    ],
)
def test_an_odd_number_is_refused_with_the_text_to_type(written: str, meant: str) -> None:
    _, (finding,) = read(f"- {{return: SO-1, qty: '{written}'}}")
    assert (finding.code, finding.values["example"]) == ("number-form", meant)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-2-30", "2026-02-28"),
        ("20261102", "2026-11-02"),
        ("2026/11/02", "2026-11-02"),
        ("2026.11.2", "2026-11-02"),
        ("02.11.2026", "2026-11-02"),
        ("2026-11-02T10:00", "2026-11-02"),
        ("2026-11-02 10:00", "2026-11-02"),
        ("2026年11月2日", "2026-11-02"),
        ("２０２６-11-02", "2026-11-02"),
        ("2026-02-29", "2026-02-28"),
        ("2026-13-01", "2026-12-01"),
        ("2026-00-00", "2026-01-01"),
        ("0000-00-00", "0001-01-01"),
        ("13/03/2026", "2026-03-13"),
        ("03-13-2026", "2026-03-13"),
        ("13.3.2026", "2026-03-13"),
        ("0", "YYYY-MM-DD"),
        ("today", "YYYY-MM-DD"),
        ("2026", "YYYY-MM-DD"),
        ("11/02/2026", "YYYY-MM-DD"),
    ],
)
def test_an_odd_day_is_refused_with_the_text_to_type(written: str, meant: str) -> None:
    _, (finding,) = read(f"- {{return: SO-1, date: '{written}'}}")
    assert finding.code in ("date-form", "date-not-in-calendar")
    assert finding.values["example"] == meant


@pytest.mark.parametrize(
    ("text", "line", "column", "meant"),
    [
        ("- {return: SO-1, sku: A, qty: 1,5}", 1, 31, "1.5"),
        ("- {allowance: SO-1, amount: 1,234.56, sku: A}", 1, 29, "1234.56"),
        ("- {return: SO-1, items: [{sku: A, qty: 2,5}]}", 1, 40, "2.5"),
    ],
)
def test_a_comma_in_a_number_is_told_as_such(text: str, line: int, column: int, meant: str) -> None:
    _, findings = read(text)
    finding = next(f for f in findings if f.code == "number-form")
    assert finding.span is not None and (finding.span.line, finding.span.column) == (line, column)
    assert finding.values["example"] == meant
    assert "key-unknown" not in {f.code for f in findings}


@pytest.mark.parametrize(
    ("key", "meant"), [("数量", "qty"), ("日期", "date"), ("原因", "reason"), ("quantity", "qty"), ("Product", "sku")]
)
def test_a_usual_name_of_a_key_suggests_it(key: str, meant: str) -> None:
    _, findings = read(f"- {{return: SO-1, {key}: x}}")
    assert next(f for f in findings if f.code == "key-unknown").values["nearest"] == meant


@pytest.mark.parametrize("digits", ["1" * 28, "-" + "1" * 28, "0." + "0" * 27, "-0", "007", "0", "-3"])
def test_exact_numbers_of_any_sign_are_read(digits: str) -> None:
    assert one(f"- {{return: SO-1, qty: {digits}}}").items[0].qty is not None


def test_the_one_line_return_is_read() -> None:
    event = one("- {return: SO-1001, by: li.na, sku: MUG-BLUE, date: 2026-11-02, reason: changed_mind}")
    assert (event.kind, event.reference) == (Kind.RETURN, "SO-1001")
    assert event.items == (Item(sku="MUG-BLUE", reason=Reason.CHANGED_MIND),)
    line = "{return: SO-1001, date: 2026-11-02, sku: MUG-BLUE, reason: changed_mind, by: li.na}"
    assert canonical_text(event.canonical) == line
    assert event.id == derived_id(Kind.RETURN, event.body.date, event.digest)
    assert event.place == Span("events.yaml", 1, 12, 19)
    assert event.at("sku") == Span("events.yaml", 1, 37, 45)
    assert event.at("items", 0, "sku") == event.at("sku")
    assert event.at("items", 0) != event.place
    assert event.at("nothing") == event.place
    assert not event.given_id


FORMS = {
    "list.yaml": "- {return: SO-1, date: 2026-11-02, sku: A}\n- {refund: R-1, date: 2026-11-03}\n",
    "defaults.yaml": "defaults: {date: 2026-11-02}\nevents:\n- {return: SO-1, sku: A}\n- {refund: R-1, date: 2026-11-03}",
    "documents.yaml": "return: SO-1\ndate: 2026-11-02\nsku: A\n---\n- {refund: R-1, date: 2026-11-03}\n",
    "order.yaml": "- {sku: A, date: 2026-11-02, return: SO-1}\n- {date: 2026-11-03, refund: R-1}\n",
    "tabular.yaml": "- {kind: return, ref: SO-1, date: 2026-11-02, sku: A}\n- {ref: R-1, kind: refund, date: 2026-11-03}\n",
    "items.yaml": "- {return: SO-1, date: 2026-11-02, items: [{sku: A}]}\n- {refund: R-1, date: 2026-11-03}\n",
    "chinese.yaml": "- {退货: SO-1, date: 2026-11-02, sku: A}\n- {kind: 退款, ref: R-1, date: 2026-11-03}\n",
    "lines.jsonl": '{"kind":"return","ref":"SO-1","date":"2026-11-02","sku":"A","qty":null}\n\n'
    '{"refund":"R-1","date":"2026-11-03"}\n',
    "table.csv": "kind,ref,date,sku,qty\nreturn,SO-1,2026-11-02,A,\n\nrefund,R-1,2026-11-03,,\n",
    "excel.csv": "\ufeffkind;ref;date;sku\r\n退货;SO-1;2026-11-02;A\r\nrefund;R-1;2026-11-03;\r\n",
    "tabs.tsv": "kind\tref\tdate\tsku\nreturn\tSO-1\t2026-11-02\tA\nrefund\tR-1\t2026-11-03\t\n",
    "standard-input": '{"kind":"return","ref":"SO-1","date":"2026-11-02","sku":"A"}\n{"refund":"R-1","date":"2026-11-03"}',
}


@pytest.mark.parametrize("file", FORMS)
def test_every_form_of_file_gives_the_same_events(file: str) -> None:
    events, findings = read(FORMS[file], file)
    assert not findings
    assert [canonical_text(event.canonical) for event in events] == [
        "{return: SO-1, date: 2026-11-02, sku: A}",
        "{refund: R-1, date: 2026-11-03}",
    ]


def test_a_table_from_a_chinese_spreadsheet_is_read() -> None:
    text = "kind,ref,date,sku,reason,note\n退货,SO-1,2026-11-02,杯子,质量问题,把手断了\n"
    (event,), findings, _ = read_events(text.encode("gb18030"), "退货.csv")
    assert not findings
    assert (
        canonical_text(event.canonical)
        == "{return: SO-1, date: 2026-11-02, sku: 杯子, reason: defective, note: 把手断了}"
    )


def test_rows_with_one_id_are_one_event() -> None:
    text = "kind,ref,id,date,sku,qty,meta.store,tags,note\nreturn,SO-1,R1,2026-11-02,A,1,x,a;b,p\n,,R1,,B,2,,,q\n"
    event = one(text, "e.csv")
    assert canonical_text(event.canonical) == (
        "{return: SO-1, id: R1, date: 2026-11-02, items: [{sku: A, qty: 1, note: p}, {sku: B, qty: 2, note: q}], "
        "tags: [a, b], meta: {store: x}}"
    )
    assert event.at("items", 1, "qty") == Span("e.csv", 3, 9, 10)


def test_what_items_share_is_written_once() -> None:
    shared = one("- {return: SO-1, reason: other, items: [{sku: A}, {sku: B, reason: 质量问题}]}")
    each = one("- {return: SO-1, items: [{sku: A, reason: other}, {sku: B, reason: defective}]}")
    assert shared.canonical == each.canonical
    assert shared.digest == each.digest


def test_defaults_are_for_the_events_that_know_them() -> None:
    text = "defaults: {method: wechat, reason: other, note: d}\nevents: [{return: SO-1, note: e}, {void: X}]"
    events, findings = read(text)
    assert not findings
    assert [canonical_text(event.canonical) for event in events] == [
        "{return: SO-1, reason: other, method: wechat, note: e}",
        "{void: X, note: d}",
    ]


def test_a_whole_order_has_no_item_or_one_without_sku() -> None:
    assert one("- {return: SO-1}").items == ()
    assert one("- {return: SO-1, reason: other}").items == (Item(reason=Reason.OTHER),)


def test_a_void_may_name_the_copy() -> None:
    event = one("- {void: {id: RT-1, batch: returns/a}, date: 2026-11-02}")
    assert (event.reference, event.body.batch) == ("RT-1", "returns/a")  # type: ignore[union-attr]
    assert canonical_text(event.canonical) == "{void: {id: RT-1, batch: returns/a}, date: 2026-11-02}"
    assert event.digest == one("- {kind: void, ref: RT-1, batch: returns/a, date: 2026-11-02}").digest


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("e.yaml", "- {return: SO-1, qty: 1, qty: 2}\n- {return: SO-2}"),
        ("e.yaml", "- {return: SO-1, note: !!str x}\n- {return: SO-2}"),
        ("e.yaml", "- {return: SO-1, meta: {a1: x, a1: y}}\n- {return: SO-2}"),
        ("e.yaml", "{defaults: {by: x, by: y}, events: [{return: SO-1}]}\n---\n- {return: SO-2}"),
        ("e.yaml", "{defaults: {bye: x}, events: [{return: SO-1}]}\n---\n- {return: SO-2}"),
        ("e.jsonl", '{"return": "SO-1", "note": "\\u202e"}\n{"return": "SO-2"}'),
        ("e.csv", "kind,ref,sku\nreturn,SO-1,A,B\nreturn,SO-2,A"),
        ("e.csv", "kind,ref,id,by\nreturn,SO-1,1,a\nreturn,SO-1,1,b\nreturn,SO-2,2,c"),
    ],
)
def test_an_event_of_which_anything_could_not_be_read_is_left_out(file: str, text: str) -> None:
    events, findings = read(text, file)
    assert findings
    assert [event.reference for event in events] == ["SO-2"]


def test_a_table_with_a_column_that_is_not_known_gives_no_event() -> None:
    events, findings = read("kind,ref,skuu\nreturn,SO-1,A", "e.csv")
    assert (events, [finding.code for finding in findings]) == ([], ["key-unknown"])


def test_a_missing_date_and_odd_quantities_are_not_faults_of_form() -> None:
    event = one("- {return: SO-1, sku: A, qty: 0}")
    assert (event.id, event.items[0].qty) == ("", 0)
    assert one("- {return: SO-1, qty: -1}").items[0].qty == -1
    assert one("- {return: SO-1, qty: 全部}").items[0].qty == "all"


def test_the_digest_leaves_out_where_an_event_was_imported_from() -> None:
    typed = one("- {return: SO-1, date: 2026-11-02}")
    imported = one("- {return: SO-1, date: 2026-11-02, source: {system: shop, id: 7, file: a.csv, row: 3}}", "b.yaml")
    assert typed.digest == imported.digest
    assert (imported.id, imported.given_id, imported.file) == ("shop-7", True, "a.csv")
    assert canonical_text(imported.canonical) == "{return: SO-1, date: 2026-11-02, source: {system: shop, id: 7}}"


def test_a_reference_is_kept_exactly_and_other_texts_are_put_on_one_line() -> None:
    event = one("- return: ' SO  1 '\n  note: |\n    one\n\n    two\t three\n  date: 2026-11-02")
    assert event.reference == " SO  1 "
    assert event.body.note == "one two three"
    assert canonical_text(event.canonical) == "{return: ' SO  1 ', date: 2026-11-02, note: one two three}"


def test_no_field_is_named_like_a_kind() -> None:
    fields = {name for model in MODELS.values() for name in model.model_fields} | ITEM_FIELDS | {"items", "kind", "ref"}
    assert not fields & set(names(Kind))


def test_every_field_has_its_place_in_the_canonical_order() -> None:
    fields = {name for model in MODELS.values() for name in model.model_fields} | ITEM_FIELDS | {"items"}
    assert set(ORDER) == fields - {"batch"}
    assert len(ORDER) == len(set(ORDER))


def test_every_field_is_described() -> None:
    for model in (*MODELS.values(), Item):
        assert all(field.description for field in model.model_fields.values())


def test_events_do_not_change() -> None:
    with pytest.raises(ValidationError):
        one("- {return: SO-1}").body.note = "x"  # type: ignore[misc]


def test_scripts_may_give_typed_values() -> None:
    assert Return(fee=3, goods="客户保留").goods is Goods.KEPT  # type: ignore[arg-type]


def test_a_canonical_line_that_is_not_one_event_is_refused() -> None:
    with pytest.raises(Refused):
        parse_canonical("{return: SO-1, colour: x}")
    with pytest.raises(Refused):
        parse_canonical("[]")


NASTY = st.one_of(
    st.text(
        st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc", "Zl", "Zp", "Cn")), min_size=1, max_size=30
    ),
    st.text("ab:#{}[],'\"-?&*!|>%@` 0.~\\\n\t=退", min_size=1, max_size=12),
    st.sampled_from(
        [
            *("null", "~", "yes", "No", "0123", "1e3", "- x", " x", "x ", "a: b", "a #b", "{a}", "[", "'", "''", '"'),
            *("a,b", "2026-11-02", "<<", "=", "!!str x", "*a", "&a", "%x", "@x", "`x", "?", "? x", ":", "：", "😀"),
            *("a" * 150, "---", "...", "|", ">", "x\ny", "\u3000x", "return", "x:", "#", "\U0001f468\u200d\U0001f469"),
            *("质量：坏", "\\n"),
        ]
    ),
).filter(lambda text: text.strip() and not any(character in text for character in UNREAD))
UNREAD = (
    "\u00ad\u200b\u2060\u2061\u2062\u2063\u2064\ufeff\ufffe\uffff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
LINE = NASTY.map(lambda text: " ".join(text.split())).filter(bool)
NUMBERS = st.decimals(-(10**9), 10**9, places=4).map(lambda number: f"{number:f}")
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)).map(str)


def spelling(vocabulary: Any) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(names(vocabulary)))


SPECIAL: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("date", "requested", "delivered", "received", "expires", "due", "done"), DAYS),
    **dict.fromkeys(
        ("amount", "fee", "price", "price_incl_tax", "tax", "cost", "value", "selling_cost", "rate"), NUMBERS
    ),
    **dict.fromkeys(("qty", "shipping"), st.one_of(st.just("all"), NUMBERS)),
    **dict.fromkeys(("contract_total", "retain", "penalty", "interest"), NUMBERS),
    "performed": st.decimals(0, 1, places=4).map(lambda number: f"{number:f}"),
    "deposit": spelling(Deposit),
    "broken_by": spelling(BrokenBy),
    "retain_as": spelling(RetainAs),
    "double": st.sampled_from(["true", "false"]),
    "outcome": st.one_of(
        st.sampled_from(["refund", "退款", "transfer: SO-2"]), st.fixed_dictionaries({"transfer": NASTY})
    ),
    "tax_rate": st.decimals(0, 1, places=4).map(lambda number: f"{number:f}"),
    "reason": spelling(Reason),
    "reason_code": spelling(RedReason),
    "net": NUMBERS,
    "red_invoice": st.one_of(st.sampled_from(["pending", "待开"]), NASTY),
    "condition": spelling(Condition),
    "disposition": spelling(Disposition),
    "goods": spelling(Goods),
    "wants": spelling(Wants),
    "found": spelling(Reason),
    **dict.fromkeys(("expect", "input_vat", "proceeds", "refurbishing_cost", "salvage"), NUMBERS),
    **dict.fromkeys(("expected_fee", "expected_qty", "recovery_cost"), NUMBERS),
    "expected_rate": st.decimals(0, 1, places=4).map(lambda number: f"{number:f}"),
    "figures": st.fixed_dictionaries({}, optional=dict.fromkeys(("refund_liability", "return_asset"), NUMBERS)),
    **dict.fromkeys(("capitalise", "closed", "correction", "final", "post"), st.sampled_from(["true", "false"])),
    "cause": spelling(Cause),
    "bonus": NUMBERS,
    "as": spelling(Swap),
    "out": st.lists(st.fixed_dictionaries({"sku": NASTY}, optional={"qty": NUMBERS, "lot": NASTY}), max_size=2),
    "counts": st.lists(
        st.fixed_dictionaries(
            {"sku": NASTY, "qty": NUMBERS}, optional={"lot": NASTY, "condition": spelling(Condition), "cost": NUMBERS}
        ),
        max_size=2,
    ),
    "charge": st.lists(st.fixed_dictionaries({"party": NASTY, "amount": NUMBERS}), max_size=2),
    "party": spelling(Party),
    "result": spelling(Condition),
    "type": spelling(Spent),
    "stage": st.sampled_from(["paid", "pending", "处理中"]),
    "method": st.one_of(spelling(Method), NASTY),
    "currency": st.sampled_from(["CNY", "USD", "X.1-A"]),
    "account": st.sampled_from(["Assets:Bank", "Assets:1002-银行存款", "资产:银行"]),
    "tags": st.lists(st.sampled_from(["a", "spring-sale", "x/y.z"]), max_size=3),
    "allow": st.lists(st.sampled_from(["window-closed", "price-differs"]), max_size=2),
    "approved_by": st.one_of(NASTY, st.lists(NASTY, max_size=3)),
    "meta": st.dictionaries(st.sampled_from(["store", "department", "x-1"]), NASTY, max_size=3),
    "evidence": st.lists(
        st.one_of(
            NASTY,
            st.fixed_dictionaries(
                {"path": NASTY}, optional={"type": NASTY, "sha256": st.sampled_from(["a" * 64, "0" * 64])}
            ),
        ),
        max_size=3,
    ),
    "source": st.fixed_dictionaries({}, optional={"system": NASTY, "id": NASTY, "file": NASTY, "row": NASTY}),
}


def fields_of(names_: Any) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: SPECIAL.get(name, NASTY) for name in sorted(names_)})


SPECIAL["set"] = st.builds(
    lambda changes, items: {**changes, **({"items": items} if items else {})},
    fields_of(set(Changes.model_fields) - {"items"}),
    st.lists(fields_of(ITEM_FIELDS).filter(bool), max_size=2),
)


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(list(Kind)))
    reference = draw(NASTY.filter(lambda text: not set(text) & set("\n\t\r")))
    event = {draw(st.sampled_from([kind.value, kind.zh])): reference, **draw(fields_of(MODELS[kind].model_fields))}
    if kind is Kind.ADVANCE_REFUND and "stage" in event:
        event["stage"] = draw(spelling(AdvanceStage))
    if kind is Kind.STORE_CREDIT and "stage" in event:
        event["stage"] = draw(spelling(CreditStage))
    if kind is Kind.TAX_CREDIT and "stage" in event:
        event["stage"] = draw(spelling(RedStage))
    if kind is Kind.DISPOSE and "stage" in event:
        event["stage"] = draw(spelling(Approval))
    if kind in WITH_ITEMS - {Kind.PROVISION, Kind.REVALUE}:
        item = fields_of(ITEM_FIELDS)
        if draw(st.booleans()):
            event |= {name: value for name, value in draw(item).items() if name not in ("note", "fee")}
        else:
            several = draw(st.lists(item, min_size=2, max_size=3))
            event["items"] = [{**fields, "sku": draw(NASTY)} for fields in several]
    return event


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(events())
def test_the_canonical_line_reads_back_to_the_same_event(written: dict[str, Any]) -> None:
    assert_reads_back_the_same(written)


@pytest.mark.long
@settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(events())
def test_many_canonical_lines_read_back_to_the_same_event(written: dict[str, Any]) -> None:
    assert_reads_back_the_same(written)


def assert_reads_back_the_same(written: dict[str, Any]) -> None:
    text = yaml.safe_dump([written], allow_unicode=True, default_style='"', width=10**6)
    text = text.replace('!!null "null"', "").replace("!!int ", "").replace("!!float ", "").replace("!!bool ", "")
    read_here, findings = read(text)
    assert not findings, (text, findings)
    event = read_here[0]
    line = canonical_text(event.canonical)
    assert "\n" not in line
    again = parse_canonical(line)
    assert again.canonical == event.canonical
    assert list(again.canonical) == list(event.canonical)
    assert canonical_text(again.canonical) == line
    assert (again.digest, again.id) == (event.digest, event.id)
    assert (again.kind, again.reference, again.items) == (event.kind, event.reference, event.items)
    lines, unread = read(json.dumps(written), "e.jsonl")
    assert not unread
    assert lines[0].digest == event.digest


def golden() -> list[dict[str, str]]:
    documents = yaml.safe_load(GOLDEN.read_text(encoding="utf-8"))
    assert isinstance(documents, list)
    return documents


@pytest.mark.parametrize("entry", golden(), ids=lambda entry: entry["id"])
def test_identities_of_released_versions_never_change(entry: dict[str, str]) -> None:
    event = one(f"- {entry['written']}")
    assert canonical_text(event.canonical) == entry["canonical"]
    assert (event.digest, event.id) == (entry["digest"], entry["id"])
    assert digest_of(event.canonical) == entry["digest"]


def test_every_other_spelling_means_one_word_of_its_vocabulary() -> None:
    vocabularies: dict[str, list[type[Word]]] = {}
    for made in Word.__subclasses__():
        vocabularies.setdefault(made.__name__, []).append(made)
    for name, code in OTHERS:
        (vocabulary,) = vocabularies[name]
        assert code in vocabulary._value2member_map_, (name, code)
        said = [each for word in vocabulary for each in {word.value, word.zh, *word.aliases}]
        assert sorted(said) == sorted(set(said)), [each for each in said if said.count(each) > 1]


@pytest.mark.parametrize(
    ("typed", "code"), [("次品", "defective"), ("损坏", "damaged"), ("使用过", "used"), ("缺件", "incomplete")]
)
def test_what_people_write_for_a_condition_is_read_as_its_code(typed: str, code: str) -> None:
    assert names(Condition)[typed] == code
