"""`policy docs`: the manual says every row of a policy once, in both languages, and nothing in a policy is markup."""

from __future__ import annotations

import copy
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from generator import translatable
from pydantic import BaseModel

from returnledger.cli import main
from returnledger.configfile import read_policy
from returnledger.policies.docs import docs
from returnledger.policies.manual import HEAD, STAFF, customer_page, left_out, staff_page
from returnledger.policies.page import safe, to_html, to_markdown
from returnledger.policies.row_index import entries
from returnledger.policy import Policy, PolicyFile

ROOT = Path(__file__).parent.parent
POLICIES = sorted((ROOT / "policies").glob("*.yaml"))
LANGUAGES = ("en", "zh")

# A policy in which every table has a row and every key says something.
FULL: dict[str, Any] = {
    "policy": "full",
    "version": "3",
    "valid_from": "2026-01-01",
    "valid_until": "2027-12-31",
    "currency": "CNY",
    "statute": "Some Act",
    "source": "read somewhere",
    "as_of": "2026-02-01",
    "jurisdiction": "CN",
    "applies": {"channel": "online"},
    "window": {
        "default": {"days": "7", "from": "delivered", "statute": "Act s1"},
        "by_category": {"apparel": {"days": "30"}},
        "by_fault": {"merchant": {"days": "90"}},
        "cases": [{"id": "case", "when": {"country": "DE"}, "days": "14", "unit": "business", "saturday": "true"}],
        "extensions": [{"name": "feast", "sold": "2026-10-20..2026-11-11", "until": "2026-12-15"}],
        "roll_on_holiday": "true",
        "holidays": "CN",
    },
    "verdicts": [
        {
            "id": "no",
            "when": {"category": "digital"},
            "verdict": "deny",
            "because": "excluded",
            "why": {"en": "W.", "zh": "因。"},
        }
    ],
    "goods": [{"id": "keep", "when": {"line_amount": "<30"}, "goods": "kept"}],
    "fees": [
        {"id": "opened", "when": {"condition": "opened"}, "percent": "5", "max": "200", "tax": "rate", "rate": "0.13"},
        {"id": "fixed", "when": {"condition": "used"}, "amount": "9"},
        {"id": "rest", "when": {}, "percent": "0"},
    ],
    "shipping_refund": [
        {"id": "ship", "when": {"category": "tea"}, "pays": "all"},
        {"id": "ship-none", "when": {}, "pays": "none"},
    ],
    "return_freight": [
        {"id": "freight", "when": {"category": "tea"}, "pays": "customer"},
        {"id": "freight-none", "when": {}, "pays": "customer"},
    ],
    "one_step": {"up_to": "500", "unless": {"disposition": "scrap"}},
    "approvals": [
        {"id": "boss", "when": {"category": "tea"}, "by": ["supervisor", "owner"]},
        {"id": "rest", "when": {}, "by": []},
    ],
    "split_days": "30",
    "separation_of_duties": {"pairs": [["request", "approve"]], "exempt": {"amount": "<=500"}},
    "authorisation": {"valid_days": "30", "unit": "business"},
    "evidence": [{"id": "photo", "at": "approve", "when": {"reason": "defective"}, "need": ["photo"]}],
    "limits": [
        {
            "id": "rate",
            "within_days": "365",
            "max_rate": "0.4",
            "min_orders": "5",
            "max_returns": "9",
            "max_amount": "99",
        }
    ],
    "refund_when": [
        {"id": "seen", "when": {"category": "tea"}, "at": "inspected"},
        {"id": "rest", "when": {}, "at": "received"},
    ],
    "inspection": [{"id": "worn", "when": {"condition": "used"}, "outcome": "refuse", "because": "worn"}],
    "refunds": [
        {
            "id": "back",
            "when": {"category": "tea"},
            "methods": ["original"],
            "within_days": "7",
            "unit": "business",
            "bonus_percent": "1",
        },
        {"id": "rest", "when": {}, "methods": ["cash"]},
    ],
    "condition_from_reason": {"none": "new"},
    "dispositions": {
        "opened": {"to": "hold", "sells_at": "85%", "selling_cost": "5%", "otherwise": "scrap", "allowed": ["restock"]}
    },
    "coupons": "pro_rata",
    "advances": [
        {"id": "kept", "when": {"category": "tea"}, "retain_percent": "10", "retain_max": "5000"},
        {"id": "rest", "when": {}, "retain_percent": "0"},
    ],
    "advance_deadline": {"within_days": "15", "warn_days": "3", "unit": "business"},
    "waivers": {"window-closed": {"by": ["supervisor"], "up_to": "2000"}},
    "fault": {"merchant": ["late_delivery"]},
    "judged_as_of": "sale",
    "choices": {"blind_returns": "refuse", "cost": "original", "closed_period": "refuse"},
    "law": ["some-law"],
    "risk": {
        "spikes": {grade: {"orders": "8", "times": "3", "chance": "0.001"} for grade in ("high", "medium", "low")},
        "returners": {grade: {"returns": "8", "rate": "0.5", "amount": "900"} for grade in ("high", "medium", "low")},
        "without_goods": {grade: {"rate": "0.25", "cases": "2"} for grade in ("high", "medium", "low")},
        "period_end": {grade: {"rate": "0.25", "cases": "2"} for grade in ("high", "medium", "low")},
        "cost": {grade: {"rate": "0.25", "cases": "2"} for grade in ("high", "medium", "low")},
    },
}
# The same for commands, which look for the law that a policy names.
ALONE = {key: value for key, value in FULL.items() if key != "law"}
# Another value for each key of each model, beside the place where the model stands in FULL.
PLACES: dict[str, tuple[str | int, ...]] = {
    "PolicyFile": (),
    "WindowTable": ("window",),
    "WindowRow": ("window", "default"),
    "WindowCase": ("window", "cases", 0),
    "Extension": ("window", "extensions", 0),
    "VerdictRow": ("verdicts", 0),
    "GoodsRow": ("goods", 0),
    "FeeRow": ("fees", 0),
    "ShippingRow": ("shipping_refund", 0),
    "FreightRow": ("return_freight", 0),
    "OneStep": ("one_step",),
    "ApprovalRow": ("approvals", 0),
    "Separation": ("separation_of_duties",),
    "Authorisation": ("authorisation",),
    "EvidenceRow": ("evidence", 0),
    "LimitRow": ("limits", 0),
    "RefundWhenRow": ("refund_when", 0),
    "InspectionRow": ("inspection", 0),
    "RefundRow": ("refunds", 0),
    "AdvanceRow": ("advances", 0),
    "AdvanceDeadline": ("advance_deadline",),
    "DispositionRow": ("dispositions", "opened"),
    "WaiverRow": ("waivers", "window-closed"),
    "Choices": ("choices",),
    "RiskTable": ("risk",),
    "SpikeTable": ("risk", "spikes"),
    "SpikeRow": ("risk", "spikes", "medium"),
    "ReturnerTable": ("risk", "returners"),
    "ReturnerRow": ("risk", "returners", "low"),
    "WithoutGoodsTable": ("risk", "without_goods"),
    "PeriodEndTable": ("risk", "period_end"),
    "CostTable": ("risk", "cost"),
    "ShareRow": ("risk", "cost", "low"),
}
_ROW = {"id": "other", "when": {"channel": "online"}, "why": "Because.", "statute": "Act s9", "source_level": "K"}
_COUNTED = {"unit": "calendar", "saturday": "true", "roll_on_holiday": "true"}
_SPIKE = {"orders": "9", "times": "4", "chance": "0.002"}
_OFTEN = {"returns": "9", "rate": "0.6", "amount": "901"}
_SHARE = {"rate": "0.26", "cases": "1"}
_SHARED = [(key, _SHARE) for key in ("without_goods", "period_end", "cost")]


def _graded(row: dict[str, str]) -> dict[str, Any]:
    return dict.fromkeys(("high", "medium", "low"), row)


OTHER: dict[str, dict[str, Any]] = {
    "PolicyFile": {
        "policy": "fuller",
        "version": "4",
        "valid_from": "2026-03-01",
        "valid_until": "2028-12-31",
        "currency": "EUR",
        "statute": "Another Act",
        "source": "read elsewhere",
        "as_of": "2026-02-03",
        "jurisdiction": "DE",
        "applies": {"channel": "phone"},
        "window": {"default": {"days": "8", "from": "delivered"}},
        "split_days": "31",
        "condition_from_reason": {"none": "unknown"},
        "coupons": "clawback",
        "fault": {"carrier": ["late_delivery"]},
        "judged_as_of": "request",
        "law": ["another-law"],
    },
    "WindowTable": {
        "transit_days": "5",
        "judged_by": "received",
        "unit": "business",
        "saturday": "true",
        "count_start": "same_day",
        "roll_on_holiday": "false",
        "holidays": "DE",
        "fixed": "false",
    },
    "WindowRow": {
        **_COUNTED,
        "days": "8",
        "instead": "true",
        "months": "2",
        "from": "sold",
        "unit": "business",
        "count_start": "same_day",
        "roll_on_holiday": "false",
        "statute": "Act s2",
        "source_level": "K",
    },
    "WindowCase": {
        **_ROW,
        "days": "15",
        "instead": "true",
        "months": "1",
        "from": "sold",
        **_COUNTED,
        "saturday": "false",
        "count_start": "same_day",
        "roll_on_holiday": "false",
    },
    "Extension": {"name": "fair", "sold": "2026-10-21..2026-11-11", "until": "2026-12-16"},
    "VerdictRow": {**_ROW, "verdict": "review", "because": "other"},
    "GoodsRow": {**_ROW, "goods": "never_shipped"},
    "FeeRow": {**_ROW, "percent": "7", "of": "net", "per": "order", "rate": "0.06", "max": "100"},
    "ShippingRow": {**_ROW, "pays": "standard"},
    "FreightRow": {**_ROW, "pays": "merchant", "amount": "9"},
    "OneStep": {"up_to": "600", "unless": {"disposition": "hold"}},
    "ApprovalRow": {**_ROW, "by": ["supervisor", "cfo"], "one_person": "true"},
    "Separation": {
        "pairs": [["inspect", "approve"]],
        "exempt": {"amount": "<=600"},
        "names_required": "true",
    },
    "Authorisation": {**_COUNTED, "valid_days": "31", "counted_from": "requested"},
    "EvidenceRow": {**_ROW, "at": "refund", "need": ["video"]},
    "LimitRow": {
        **_ROW,
        "per": None,  # there is one value only
        "within_days": "30",
        "max_rate": "0.5",
        "max_returns": "8",
        "max_amount": "98",
        "min_orders": "6",
        "then": "deny",
    },
    "RefundWhenRow": {**_ROW, "at": "received", "recorded": "true"},
    "InspectionRow": {**_ROW, "outcome": "accept", "because": "torn"},
    "RefundRow": {
        **_ROW,
        **_COUNTED,
        "methods": ["cash"],
        "bonus_percent": "2",
        "within_days": "8",
        "counted_from": "credited",
        "not_before": "received",
    },
    "AdvanceRow": {**_ROW, "retain_percent": "11", "retain_max": "5001"},
    "AdvanceDeadline": {
        "within_days": "16",
        "counted_from": "requested",
        "unit": "calendar",
        "saturday": "true",
        "warn_days": "4",
    },
    "DispositionRow": {
        "to": "refurbish",
        "allowed": ["scrap"],
        "sells_at": "80%",
        "of": "cost",
        "selling_cost": "4%",
        "otherwise": "hold",
    },
    "WaiverRow": {"by": ["owner"], "up_to": "2001"},
    "RiskTable": {key: {"high": row} for key, row in (("spikes", _SPIKE), ("returners", _OFTEN), *_SHARED)},
    "SpikeTable": {**_graded(_SPIKE), "by": ["sku"], "earlier_periods": "3", "sold_before_days": "1"},
    "SpikeRow": _SPIKE,
    "ReturnerTable": {**_graded(_OFTEN), "within_days": "91", "min_orders": "4"},
    "ReturnerRow": _OFTEN,
    "WithoutGoodsTable": _graded(_SHARE),
    "PeriodEndTable": {**_graded(_SHARE), "days": "11", "min_orders": "6"},
    "CostTable": _graded(_SHARE),
    "ShareRow": _SHARE,
    "Choices": {"blind_returns": "allow", "cost": "none", "closed_period": "next_open_day"},
}
# Keys that the row of PLACES can't have.
ELSEWHERE: dict[tuple[str, str], tuple[str | int, ...]] = {
    ("FeeRow", "amount"): ("fees", 1),
    ("FeeRow", "tax"): ("fees", 1),
}
OTHER["FeeRow"] |= {"amount": "8", "tax": "none"}
# Keys that hold a part whose own keys are tried one by one.
PARTS = frozenset(key for key in FULL if any(place[:1] == (key,) for place in PLACES.values()))


def policy_of(data: dict[str, Any], folder: Path, name: str = "full.yaml") -> Policy:
    """Return the policy of `data`, written as a file of `folder`."""
    file = folder / name
    file.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    policy, findings, _source = read_policy(file, name)
    assert policy is not None, [(finding.code, finding.values) for finding in findings]
    return policy


def page_of(data: dict[str, Any], folder: Path, language: str) -> str:
    return to_markdown(staff_page(policy_of(data, folder), language))


def with_other(model: str, key: str) -> dict[str, Any]:
    """Return FULL with another value of `key` at the place of `model`, or of another row where keys exclude each other."""
    data = copy.deepcopy(FULL)
    part: Any = data
    for step in ELSEWHERE.get((model, key), PLACES[model]):
        part = part[step]
    value = OTHER[model][key]
    if value is None:
        part.pop(key, None)
    else:
        part[key] = value
    return data


def models() -> list[type[BaseModel]]:
    """Return the models of a policy."""
    return translatable.models_from(("policy",))


def keys() -> list[tuple[str, str]]:
    """Return every key of every model of a policy, as files write it."""
    found = []
    for model in models():
        for name, field in model.model_fields.items():
            if not (model is PolicyFile and (name in PARTS)):
                found.append((model.__name__, field.alias or name))
    return [(model, key) for model, key in found if not (model == "WindowTable" and key in _WINDOWS)]


_WINDOWS = ("default", "by_category", "by_fault", "cases", "extensions")


# --- nothing is forgotten


@pytest.mark.parametrize(("model", "key"), keys(), ids=lambda value: value)
def test_every_key_of_a_policy_has_words(model: str, key: str, tmp_path: Path) -> None:
    """A new key needs its words in policy/*_words.py or policies/manual*.py, and here an example of another value."""
    assert model in PLACES, f"{model} is not in the manual: give it words, and a row in FULL, PLACES and OTHER"
    assert key in OTHER[model], f"{model}.{key} has no words: put it in a sentence, and give another value in OTHER"
    if OTHER[model][key] is None:
        return
    for language in LANGUAGES:
        before, after = page_of(FULL, tmp_path, language), page_of(with_other(model, key), tmp_path, language)
        digest = r"1:[0-9a-f]{64}"
        assert re.sub(digest, "", before) != re.sub(digest, "", after), f"{model}.{key} changes no word in {language}"


def test_every_table_has_its_section() -> None:
    said = {table for _part, tables in STAFF for table in tables} | set(HEAD)
    assert sorted(set(PolicyFile.model_fields) - said) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_every_row_is_said_once_and_stands_in_the_index(path: Path, language: str) -> None:
    policy, findings, _source = read_policy(path, f"policies/{path.name}")
    assert policy is not None, findings
    body, _heading, index = to_markdown(staff_page(policy, language)).rpartition("\n## ")
    lines = [line for line in body.splitlines() if line.startswith("- ")]
    for entry in entries(policy):
        assert index.count(f"| `{entry.table}` | `{entry.name}` |") == 1
        assert f"`{entry.place.file}:{entry.place.line}`" in index
        name = f"window.{entry.name}" if entry.table == "window" else entry.name
        if entry.table in ("applies", "law", "risk", "choices") or entry.name == "–":
            continue
        wanted = sum(1 for other in entries(policy) if other.name == entry.name and other.table != "choices")
        assert sum(line.endswith(f" `{name}`") for line in lines) == wanted, entry


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_sentences_are_whole(path: Path, language: str) -> None:
    policy, findings, _source = read_policy(path, path.name)
    assert policy is not None, findings
    for page in (staff_page(policy, language), customer_page(policy, language)):
        text = to_markdown(page)
        assert "{" not in text and "None" not in text and "  " not in text.replace("\n", "")
        for line in text.splitlines():
            if not line.startswith("- ") or line.startswith("- ["):
                continue
            sentence = re.sub(r"( (\*.*\*|\(.*\)|`.*`))*$", "", line)
            if language == "en":
                assert re.match(r"- ([A-Z]|\d|“)", line), line
                assert re.search(r"[.!?](?=$| \*| `| \()", line), line
                assert not re.search(r"\b1 (days|months|returns)\b|\b([02-9]|\d\d+) (day|month|return)\b", sentence), (
                    line
                )
            else:
                assert re.search(r"[。！？](?=$| )", line), line


# --- what the law gives


SHOP = """\
policy: shop
version: 1
valid_from: 2026-01-01
currency: CNY
law: [cn-7day-no-reason]
window: {default: {days: 5, from: delivered}}
"""


@pytest.mark.parametrize("readers", ["staff", "customers"])
def test_the_law_stands_statute_by_statute(readers: Any, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    pack = (ROOT / "policies" / "cn-7day-no-reason.yaml").read_text(encoding="utf-8")
    (tmp_path / "cn-7day-no-reason.yaml").write_text(pack, encoding="utf-8")
    manual = docs([tmp_path / "shop.yaml"], formats=["md"], readers=readers)
    assert manual.findings == ()
    chinese, english = (page.text for page in manual.pages)
    law = chinese.partition("\n## 法律规定\n")[2].partition("\n## ")[0]
    assert "### 消费者权益保护法 第25条 (cn-7day-no-reason)" in law
    assert "截至2026年11月21日" in law
    assert "不构成法律意见" in law
    assert "自送达次日起 7 天内可以申请退货。" in law
    assert "商品为定制商品、易腐商品或报纸的，不予退货" in law
    assert "（消费者权益保护法 第25条第3款）" in law
    assert "更有利的结果" in law
    english = english.partition("\n## What the law gives\n")[2]
    assert "no legal advice" in english
    assert "within 7 days of the day the goods arrive" in english


def test_a_law_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    manual = docs([tmp_path / "shop.yaml"])
    assert (manual.pages, manual.exit_code) == ((), 1)
    assert len(manual.findings) == 1


# --- for customers


def test_customers_read_nothing_internal(tmp_path: Path) -> None:
    data = copy.deepcopy(FULL)
    del data["statute"]
    data["verdicts"] += [
        {"id": "serial", "when": {"customer_returns_90d": ">5"}, "verdict": "review"},
        {"id": "mr-x", "when": {"customer": "C-4711"}, "verdict": "deny"},
        {"id": "nag", "when": {"order_tags": "complainer"}, "verdict": "deny"},
    ]
    policy = policy_of(data, tmp_path)
    english, chinese = (to_markdown(customer_page(policy, language)) for language in LANGUAGES)
    for word in ("C-4711", "complainer", "supervisor", "serial", "in 90 days", "let pass", "1,000", "full.yaml", "`"):
        assert word not in english, word
    for word in ("C-4711", "主管", "特批", "审批权限", "限额", "客户", "`"):
        assert word not in chinese, word
    assert "You have 7 days to ask for a return" in english
    assert "you keep the goods" in english
    assert "the customer" not in english.lower()
    assert "您自送达次日起 7 天内可以申请退货" in chinese
    assert left_out(policy) == ("verdicts.serial", "verdicts.mr-x", "verdicts.nag")


def test_what_the_shop_wrote_is_not_turned(tmp_path: Path) -> None:
    data = copy.deepcopy(FULL)
    data["goods"][0]["why"] = {"en": "the customer has it", "zh": "客户留着吧"}
    policy = policy_of(data, tmp_path)
    assert "the customer has it" in to_markdown(customer_page(policy, "en"))
    assert "客户留着吧" in to_markdown(customer_page(policy, "zh"))


# --- dates


def test_examples_count_as_the_policy_does(tmp_path: Path) -> None:
    text = page_of(FULL, tmp_path, "en")
    assert "| Any goods | Delivery on Tuesday, 3 February 2026 | Tuesday, 10 February 2026 |" in text
    same_day = page_of(with_other("WindowTable", "count_start"), tmp_path, "en")
    assert "| Any goods | Delivery on Tuesday, 3 February 2026 | Monday, 9 February 2026 |" in same_day
    # The Chinese New Year of 2026 is 15 to 23 February; 14 and 28 February are working Saturdays.
    longer = copy.deepcopy(FULL)
    longer["window"]["default"]["days"] = "13"
    assert "| 一般商品 | 送达：2026年2月3日（星期二） | 2026年2月24日（星期二） |" in page_of(longer, tmp_path, "zh")


def test_the_next_version_ends_this_one(tmp_path: Path) -> None:
    old, new = copy.deepcopy(ALONE), copy.deepcopy(ALONE)
    new |= {"version": "4", "valid_from": "2026-07-01"}
    policy_of(old, tmp_path, "old.yaml")
    policy_of(new, tmp_path, "new.yaml")
    manual = docs([tmp_path / "old.yaml", tmp_path / "new.yaml"], languages=["en"], formats=["md"])
    assert [page.name for page in manual.pages] == ["full-3.en.md", "full-4.en.md"]
    assert "It holds for sales from 1 January 2026 to 30 June 2026." in manual.pages[0].text
    assert "It holds for sales from 1 July 2026 to 31 December 2027." in manual.pages[1].text


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    policy_of(ALONE, tmp_path)
    first, second = (docs([tmp_path / "full.yaml"]).pages for _ in range(2))
    assert first == second
    assert [page.name for page in first] == ["full.zh.md", "full.zh.html", "full.en.md", "full.en.html"]


# --- text is text


HOSTILE = '<script>alert(1)</script> **b** [a](http://x) `c` | <!-- & &lt; "q" \\ #1 ~~s~~ _u_ 1. - ![i](j)'


class Seen(HTMLParser):
    """What a page shows: its tags, its text, its ids and the links within it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.ids: list[str] = []
        self.links: list[str] = []
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "hr", "br"):
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(unquote(value or ""))
            if name == "src" or name.startswith("on"):
                self.outside.append(f"{tag} {name}")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(text: str) -> Seen:
    parser = Seen()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return parser


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_policy_says_is_shown_as_text(language: str, tmp_path: Path) -> None:
    data = copy.deepcopy(FULL)
    data["goods"][0]["why"] = HOSTILE
    data["statute"] = data["source"] = data["refunds"][0]["statute"] = HOSTILE
    data["window"]["by_category"] = {HOSTILE.replace(": ", " "): {"days": "3"}}
    data["approvals"][0]["by"] = ["<img src=x onerror=alert(1)>"]
    data["evidence"][0]["need"] = ["1. <b>", "javascript:alert(1)"]
    policy = policy_of(data, tmp_path)
    for page in (staff_page(policy, language), customer_page(policy, language)):
        shown = seen(to_html(page))
        assert HOSTILE in shown.text
        assert not {"script", "img", "b", "s", "iframe"} & set(shown.tags)
        assert shown.outside == []
        assert [link for link in shown.links if not link.startswith("#")] == []


@pytest.mark.parametrize(
    "text", ["# a", "- a", "+ a", "1. a", "12) a", "= a", "a_b_c", "_a_", "a & b", "&amp;", "a|b", "*"]
)
def test_safe_text_shows_itself(text: str) -> None:
    from markdown_it import MarkdownIt

    html = MarkdownIt("commonmark").enable("table").render(f"- {safe(text)}")
    shown = seen(html)
    assert shown.text.strip() == text
    assert shown.tags == ["ul", "li"]


def test_a_name_can_not_leave_its_folder(tmp_path: Path) -> None:
    data = {**copy.deepcopy(ALONE), "policy": "../../evil/x"}
    policy_of(data, tmp_path)
    for page in docs([tmp_path / "full.yaml"]).pages:
        assert re.fullmatch(r"evil-x\.(zh|en)\.(md|html)", page.name)


# --- the HTML page


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_an_html_page_is_one_file_and_well_formed(path: Path) -> None:
    policy, findings, _source = read_policy(path, path.name)
    assert policy is not None, findings
    for language, code in (("en", "en"), ("zh", "zh-Hans")):
        for page in (staff_page(policy, language), customer_page(policy, language)):
            html = to_html(page)
            shown = seen(html)
            assert f'<html lang="{code}">' in html
            assert not {"script", "link", "img", "iframe", "form", "object"} & set(shown.tags)
            assert "url(" not in html and "@import" not in html
            assert shown.outside == []
            assert len(set(shown.ids)) == len(shown.ids)
            assert [link for link in shown.links if link[1:] not in shown.ids] == []
            assert shown.tags.count("h1") == 1
            assert {"header", "nav", "main", "title"} <= set(shown.tags)
            assert html.count("<th>") == 0 and (html.count('<th scope="col">') > 0) is ("<table>" in html)
            assert "prefers-color-scheme: dark" in html and "@media print" in html


# --- the command


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RETURNLEDGER_LANG", "en")
    monkeypatch.setenv("RETURNLEDGER_CACHE", "")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)
    policy_of(ALONE, tmp_path)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(words)
    out, err = capsys.readouterr()
    return code, out, err


def test_without_a_folder_one_page_goes_to_the_terminal(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "policy", "docs", "full.yaml")
    assert (code, err) == (0, "")
    assert out.startswith(
        "# What the law gives: Some Act\n\nIt holds for sales from 1 January 2026 to 31 December 2027."
    )
    assert said(capsys, "--lang", "zh", "policy", "docs", "full.yaml")[1].startswith("# 法律规定：Some Act\n")
    assert said(capsys, "policy", "docs", "full.yaml", "--format", "html")[1].startswith("<!DOCTYPE html>")


def test_a_folder_takes_both_languages_and_formats(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "policy", "docs", "full.yaml", "-o", "manual/new")
    names = ["full.zh.md", "full.zh.html", "full.en.md", "full.en.html"]
    assert (code, out.split(), err) == (0, [f"manual/new/{name}" for name in names], "")
    assert sorted(path.name for path in (shop / "manual" / "new").iterdir()) == sorted(names)
    code, out, _err = said(capsys, "policy", "docs", "full.yaml", "-o", "m2", "--language", "zh", "--format", "html")
    assert out == "m2/full.zh.html\n"


def test_a_file_takes_one_page(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "policy", "docs", "full.yaml", "--for", "customers", "-o", "returns.html")
    assert (code, out, err) == (0, "", "")
    assert "<h1>Returns and refunds</h1>" in (shop / "returns.html").read_text(encoding="utf-8")
    code, _out, err = said(capsys, "policy", "docs", "full.yaml", "--language", "both", "-o", "returns.html")
    assert code == 2
    assert err.startswith("error: these are 2 pages, and returns.html takes one\nhint: name a folder: `-o manual`")


def test_rows_kept_from_customers_are_named(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = copy.deepcopy(ALONE)
    data["verdicts"][0]["when"] = {"customer": "C-1"}
    policy_of(data, shop)
    _code, _out, err = said(capsys, "policy", "docs", "full.yaml", "--for", "customers")
    assert err == "not on the page for customers: full.yaml: verdicts.no\n"


def test_a_policy_with_a_slip_has_no_manual(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shop / "full.yaml").write_text("policy: x\n", encoding="utf-8")
    code, out, err = said(capsys, "policy", "docs", "full.yaml", "-o", "manual")
    assert (code, out) == (1, "")
    assert "full.yaml:1:1: error[" in err
    assert not (shop / "manual").exists()


def test_without_files_the_settings_say_which(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _out, err = said(capsys, "policy", "docs")
    assert code == 2
    assert "settings-not-found" in err
    (shop / "main.beancount").write_text("", encoding="utf-8")
    (shop / "returnledger.yaml").write_text(
        "ledger: main.beancount\noperating_currency: CNY\naccounts: {preset: general}\npolicies: [full.yaml]\n",
        encoding="utf-8",
    )
    assert said(capsys, "policy", "docs")[1].startswith("# What the law gives: Some Act\n")
