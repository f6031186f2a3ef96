"""What people see while a case lives: every step in their language with units, stage and money, and what is still to do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from ledgers import apply, balances, effect, make, posted, refused
from rich.cells import cell_len
from test_seeing import run

from returnledger import app, reports
from returnledger.books import posted as meaning
from returnledger.cases import case_now
from returnledger.cli import happened, main
from returnledger.drafting import fields_of, known_names
from returnledger.findings import Refused
from returnledger.findings_text import sentences
from returnledger.i18n import catalogue
from returnledger.nextsteps import next_steps
from returnledger.reporting import Source
from returnledger.reports import REPORTS
from returnledger.reports.render import render
from returnledger.session import open_session
from returnledger.terms import Kind

SHOP = """\
2026-08-03 * "顺德电器厂" "进货"
  Assets:1405-库存商品    60 KETTLE {80.00 CNY, 2026-08-03}
  Assets:1405-库存商品    20 C85123A {3.33 CNY, 2026-08-03}
  Equity:4001-实收资本

2026-10-08 * "客户 K001" "销售" ^inv-DD-1
  Assets:1012-微信                     1356.00 CNY
  Income:6001-主营业务收入            -1200.00 CNY
  Liabilities:2221-应交税费:销项税额   -156.00 CNY
  Expenses:6401-主营业务成本            640.00 CNY
  Assets:1405-库存商品                      -8 KETTLE {80.00 CNY, 2026-08-03}

2026-10-09 * "客户 K002" "销售" ^inv-DD-2
  Assets:1012-微信                       67.80 CNY
  Income:6001-主营业务收入              -60.00 CNY
    sku: "85123A"
  Liabilities:2221-应交税费:销项税额     -7.80 CNY
    sku: "85123A"
  Expenses:6401-主营业务成本             33.30 CNY
    sku: "85123A"
  Assets:1405-库存商品                     -10 C85123A {3.33 CNY, 2026-08-03}
    sku: "85123A"
"""
POLICY = """\
policy: shop
version: 1
valid_from: 2025-01-01
currency: {currency}
window: {{default: {{days: 365, from: sold}}}}
approvals:
  - {{id: scrap, when: {{kind: dispose, amount: ">100"}}, by: [manager]}}
  - {{id: returns, when: {{kind: request}}, by: [manager]}}
  - {{id: others, when: {{}}, by: []}}
refunds:
  - {{id: any, when: {{}}, methods: [original, wechat, later, store_credit], within_days: 7, counted_from: received}}
condition_from_reason: {{none: new, changed_mind: new, defective: defective}}
dispositions:
  new: {{to: restock, allowed: [hold]}}
  opened: {{to: restock_open_box, allowed: [scrap]}}
  defective: {{to: hold, allowed: [return_to_supplier, refurbish, scrap]}}
"""
MORE = "people: {lao.zhang: [manager]}\nmethods: {wechat: {account: 'Assets:1012-微信'}}\nrestock: returned_account\n"
LIFE = (
    "- {request: DD-1, id: TH-1, date: 2026-10-20, by: li, sku: KETTLE, qty: 6, reason: 质量问题}",
    "- {approve: TH-1, id: TH-1a, date: 2026-10-21, by: lao.zhang, expires: 2026-11-05}",
    "- {receive: TH-1, id: TH-1b, date: 2026-10-22, by: ma, qty: 5}",
    "- inspect: TH-1\n  id: TH-1c\n  date: 2026-10-23\n  items:\n"
    "    - {sku: KETTLE, qty: 1, condition: new}\n    - {sku: KETTLE, qty: 1, condition: opened}\n"
    "    - {sku: KETTLE, qty: 3, condition: defective}\n",
    '- {credit_note: TH-1, id: TH-1d, date: 2026-10-24, qty: 5, red_invoice: "26442000000000000001"}',
    "- {refund: TH-1, id: TH-1e, date: 2026-10-25, stage: pending, amount: 500.00}",
    "- {refund: TH-1, id: TH-1f, date: 2026-10-26, stage: failed}",
    "- {refund: TH-1, id: TH-1g, date: 2026-10-27, amount: 500.00, method: wechat}",
    "- {store_credit: TH-1, id: TH-1h, date: 2026-10-28, bonus: 10.00, expires: 2027-10-28}",
    "- {dispose: TH-1, id: TH-1i, date: 2026-10-29, sku: KETTLE, qty: 1, condition: defective, disposition: scrap, stage: proposed}",
    "- {dispose: TH-1, id: TH-1j, date: 2026-10-30, stage: approved, charge: [{party: carrier, amount: 30.00}]}",
    "- {supplier_return: TH-1, id: TH-1k, date: 2026-10-31, sku: KETTLE, qty: 1, condition: defective, supplier: 顺德电器厂, expect: 75.00, tax: 9.75}",
    "- {recovery: TH-1, id: TH-1l, date: 2026-11-01, party: supplier, method: wechat}",
    "- {expense: TH-1, id: TH-1m, date: 2026-11-02, type: freight, amount: 21.80, tax: 1.80, paid_from: wechat}",
    "- {action: TH-1, id: GJ-1, date: 2026-11-03, what: 加强出厂检测, who: mei, due: 2026-12-01}",
    "- {request: DD-2, id: TH-2, date: 2026-11-03, by: li, sku: 85123A, qty: 4, reason: 七天无理由}",
    "- {reject: TH-2, id: TH-2a, date: 2026-11-04, by: lao.zhang, because: 已使用}",
    "- {return: DD-2, id: TH-3, date: 2026-11-05, sku: 85123A, qty: 2, reason: 七天无理由, red_invoice: '26442000000000000002'}",
    "- {exchange: DD-2, id: HH-1, date: 2026-11-06, sku: 85123A, qty: 1, condition: new}",
)
ENGLISH = (
    "proposed",
    "supplier_return:",
    " due ",
    "who:",
    "until ",
    "because",
    "pending",
    "failed",
    "issued",
    "freight",
)


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Return a shop after a month of work, and what `apply` printed in Chinese for each day."""
    settings = make(tmp_path_factory.mktemp("month"), SHOP, preset="cn", policy=POLICY, more=MORE)
    told = []
    for n, event in enumerate(LIFE):
        done = apply(settings, event, f"{n}.yaml")
        assert done.file, [(finding.code, dict(finding.values)) for finding in done.findings]
        told.append(done)
    return settings, told


def said(capsys: pytest.CaptureFixture[str], settings: Path, *words: str, lang: str = "zh") -> str:
    """Return what a command prints; it must find nothing wrong."""
    code = main(["--lang", lang, "--settings", str(settings), *words])
    out, err = capsys.readouterr()
    assert code == 0 and not err, err
    return out


def test_every_step_says_its_units_its_stage_and_its_money(
    month: tuple[Path, list], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(happened, "spoken", lambda: "zh")
    lines = [happened.what_happened(done.planned.plan.events[0]).split("；", 1) for done in month[1]]
    told = {done.planned.plan.events[0].id: "；".join(line) for done, line in zip(month[1], lines)}
    assert told["TH-1b"].startswith("收货 TH-1：KETTLE ×5")
    assert told["TH-1c"].startswith("验收 TH-1：KETTLE ×5")
    assert told["TH-1i"] == "处置 TH-1：KETTLE ×1；报废；已提议；待处理财产损溢 80.00 CNY"
    assert told["TH-1j"].startswith("处置 TH-1；已批准；待处理财产损溢 -80.00 CNY，")
    assert told["HH-1"].startswith("换货 DD-2：85123A ×1")
    for id, text in (("TH-1e", "500.00 CNY"), ("TH-1l", "84.75 CNY"), ("TH-1m", "21.80 CNY"), ("TH-1h", "357.50 CNY")):
        assert told[id].endswith(text) or text in told[id], told[id]


def test_a_case_is_told_in_the_language_of_the_reader(
    month: tuple[Path, list], capsys: pytest.CaptureFixture[str]
) -> None:
    settings = month[0]
    out = said(capsys, settings, "show", "TH-1").partition("TH-1 的决定")[0]
    for part in (
        "退款（处理中）",
        "退款（支付失败）",
        "处置（已提议）",
        "处置（已批准）",
        "储值（发放）",
        "有效期至 2026-11-05",
        "可用至 2027-10-28",
        "索赔：84.75 CNY",
        "索赔：30.00 CNY",
        "储值：357.50 CNY",
        "储值余额：357.50 CNY",
        "措施：加强出厂检测；负责人：mei；期限：2026-12-01",
        "追偿（recovery: TH-1）",
        "改进措施（action: GJ-1）、mei、2026-12-01",
        "500.00 CNY",
    ):
        assert part in out, part
    assert not [word for word in ENGLISH if word in out.replace("TH-1", "")], out
    assert "原因：已使用" in said(capsys, settings, "show", "TH-2")
    assert "1 × 85123A" in said(capsys, settings, "show", "HH-1", lang="en")


def test_a_measure_waits_for_whoever_is_to_do_it_until_it_is_done(month: tuple[Path, list]) -> None:
    settings = month[0]
    (own,) = app.status(settings=settings, role="mei", day=date(2026, 11, 10)).cases
    assert [(step.event, step.by, step.until, step.what) for step in own.steps] == [
        ("action: GJ-1", ("mei",), date(2026, 12, 1), "加强出厂检测")
    ]
    file = settings.parent / "done.yaml"
    file.write_text("- {action: GJ-1, id: GJ-2, date: 2026-11-20, done: 2026-11-19}", encoding="utf-8")
    directives = app.plan([file], settings=settings).plan.directives
    entries = [*app.show("TH-1", settings=settings).entries, *filter(None, map(meaning, directives))]
    assert "action" not in {step.step for step in next_steps(case_now(entries))}


def test_reports_fit_a_terminal_and_speak_chinese(month: tuple[Path, list]) -> None:
    source = Source(open_session(month[0]))
    for name in REPORTS:
        report = reports.run(name, {"customer": "客户 K001"} if name == "customer" else {}, source)
        for lang in ("zh", "en"):
            out = render(report, "text", catalogue(lang).gettext, lang)
            assert [line for line in out.splitlines() if cell_len(line) > 80] == [], (name, lang)
            assert lang == "en" or not [word for word in ("freight", "defective", "damaged") if word in out], (
                name,
                out,
            )


def test_an_auditor_finds_no_exception_where_there_is_none(month: tuple[Path, list]) -> None:
    found = {row[0] for row in run(month[0], "exceptions").rows}
    assert not found & {"approval_missing", "late_refund"}, found


def test_what_a_unit_is_like_goes_with_it(month: tuple[Path, list]) -> None:
    rows = [row for row in run(month[0], "inventory").rows if row[1] == "KETTLE" and row[2] != "inventory"]
    assert sorted((row[2], row[3], row[7]) for row in rows) == [
        ("inventory_hold", "defective", 1),
        ("inventory_open_box", "opened", 1),
        ("inventory_returned", "new", 1),
    ]


def test_goods_that_wait_go_before_those_that_are_where_they_stay(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    for n, event in enumerate(LIFE[:4]):
        posted(settings, event, f"{n}.yaml")
    done = posted(
        settings,
        "- {refurbish: TH-1, date: 2026-10-24, sku: KETTLE, qty: 1, refurbishing_cost: 5.00, result: new, paid_from: wechat}",
        "mended.yaml",
    )
    assert effect(done)["Assets:1405-库存商品-待定"] == "-80.00"


# ── days ──


def test_reports_of_balances_take_the_end_of_a_period(month: tuple[Path, list]) -> None:
    settings = month[0]
    assert run(settings, "stocktake", period="2026-10").rows == run(settings, "stocktake", as_of="2026-10-31").rows
    for name in ("aging", "advances", "clearing", "inventory"):
        assert run(settings, name, period="2026-Q4").period == (None, date(2026, 12, 31))
    with pytest.raises(Refused) as found:
        run(settings, "aging", period="2026-10", as_of="2026-10-30")
    assert found.value.findings[0].code == "days-differ"


def test_a_cutoff_never_runs_backwards(month: tuple[Path, list]) -> None:
    settings = month[0]
    assert run(settings, "cutoff", period="2026-10").period == (date(2026, 11, 1), date(2026, 11, 6))
    assert run(settings, "cutoff", as_of="2027-01-01").period == (date(2027, 1, 2), None)
    with pytest.raises(Refused) as found:
        run(settings, "cutoff", period="2026-10", to="2026-10-31")
    assert found.value.findings[0].code == "to-too-early"
    with pytest.raises(Refused) as found:
        run(settings, "cost", as_of="2026-10-31")
    assert found.value.findings[0].values["nearest"] == "to"


# ── what is not waited for any more, and what comes after all ──


def shop(folder: Path) -> Path:
    """Return a shop with its sales alone."""
    return make(folder, SHOP, preset="cn", policy=POLICY, more=MORE)


def test_what_did_not_come_by_the_last_day_is_not_waited_for(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    for n, event in enumerate(LIFE[:3]):
        posted(settings, event, f"{n}.yaml")
    (case,) = app.status(settings=settings, day=date(2026, 11, 5)).cases
    assert (case.goods, case.awaited, [step.step for step in case.steps]) == (
        *("partly_received", 1),
        ["receive", "inspect", "credit_note"],
    )
    (case,) = app.status(settings=settings, day=date(2026, 11, 6)).cases
    assert (case.goods, case.awaited, [step.step for step in case.steps]) == ("received", 0, ["inspect", "credit_note"])
    assert refused(settings, "- {receive: TH-1, id: TH-9, date: 2026-11-07, qty: 1}") == ["approval-expired"]


def test_an_approval_that_ended_is_given_again(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    for n, event in enumerate(LIFE[:2]):
        posted(settings, event, f"{n}.yaml")
    late = '- {credit_note: TH-1, id: C-1, date: 2026-11-07, red_invoice: "26442000000000000009"}'
    assert refused(settings, "- {receive: TH-1, id: R-1, date: 2026-11-07}") == ["approval-expired"]
    assert refused(settings, late) == ["step-not-allowed"]
    posted(settings, "- {approve: TH-1, id: TH-1x, date: 2026-11-07, by: lao.zhang, expires: 2026-11-30}", "again.yaml")
    posted(settings, late, "late.yaml")


def test_money_of_a_return_that_comes_back_is_paid_again(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, LIFE[17], "return.yaml")
    done = posted(settings, "- {refund: TH-3, id: F-1, date: 2026-11-08, stage: failed}", "failed.yaml")
    assert effect(done) == {"Assets:1012-微信": "13.56", "Liabilities:2241-其他应付款:应付退款": "-13.56"}
    (case,) = app.status(settings=settings).cases
    assert (case.money, case.refund_due, case.paid) == ("due", Decimal("13.56"), 0)
    assert refused(settings, "- {refund: TH-3, id: F-2, date: 2026-11-08, stage: failed}") == ["step-not-allowed"]
    posted(settings, "- {refund: TH-3, id: P-2, date: 2026-11-09, method: wechat}", "again.yaml")
    assert "Liabilities:2241-其他应付款:应付退款" not in balances(settings)


def test_goods_scrapped_in_parts_need_the_approval_of_the_whole(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(
        settings, "- {return: DD-1, id: R-1, date: 2026-10-20, qty: 3, reason: 质量问题, red_invoice: '264'}", "r.yaml"
    )
    part = "- {{dispose: R-1, id: D-{n}, date: 2026-10-2{n}, sku: KETTLE, qty: 1, disposition: scrap, stage: approved{by}}}"
    posted(settings, part.format(n=1, by=""), "1.yaml")
    assert refused(settings, part.format(n=2, by="")) == ["approval-missing"]
    posted(settings, part.format(n=2, by=", approved_by: lao.zhang"), "2.yaml")


def test_nothing_is_approved_that_was_not_proposed(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(
        settings, "- {return: DD-1, id: R-1, date: 2026-10-20, qty: 1, reason: 质量问题, red_invoice: '264'}", "r.yaml"
    )
    assert refused(settings, "- {dispose: R-1, date: 2026-10-21, stage: approved}") == ["step-not-allowed"]


# ── bad input and the next step ──


def test_whoever_names_an_order_is_told_its_cases(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, LIFE[17], "return.yaml")
    done = apply(settings, "- {refund: DD-2, date: 2026-11-08}", "order.yaml")
    assert [(f.code, f.values["instead"].values["ids"]) for f in done.findings] == [("unknown-case", ("TH-3",))]
    done = apply(settings, "- {receive: DD-22, date: 2026-11-08}", "case.yaml")
    assert [(f.code, f.values["instead"].values["names"]) for f in done.findings] == [
        ("unknown-sale", ("DD-2", "DD-1"))
    ]


@pytest.mark.parametrize(
    ("event", "hint"),
    [
        ("{refund: TH-4, stage: pending}", "delete the event: all that is due is ordered"),
        ("{supplier_return: TH-5, supplier: x}", "post `receive: TH-5` first, when the goods come"),
        ("{put_away: TH-4}", "write what is there; `returnledger show TH-4` shows where its goods went"),
        ("{dispose: TH-4, disposition: scrap, paid: 1}", None),
    ],
)
def test_a_refusal_says_what_to_do_instead(tmp_path: Path, event: str, hint: str | None) -> None:
    settings = shop(tmp_path)
    posted(
        settings,
        "- {return: DD-1, id: TH-4, date: 2026-10-20, qty: 1, reason: 质量问题, method: later, red_invoice: '264'}\n"
        "- {refund: TH-4, id: P-4, date: 2026-10-21, stage: pending}\n"
        "- {credit_note: DD-2, id: TH-5, date: 2026-10-21, red_invoice: '265'}\n",
        "before.yaml",
    )
    done = apply(settings, f"- {event[:-1]}, date: 2026-11-08}}", "step.yaml")
    assert not done.file and done.exit_code == 1
    if hint is not None:
        assert [sentences(finding, "en")[1] for finding in done.findings] == [hint]


def test_new_asks_what_a_step_is_about_and_offers_the_cases_that_wait_for_it(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    posted(settings, LIFE[0], "asked.yaml")
    posted(settings, LIFE[17], "return.yaml")
    assert known_names(Kind.APPROVE, settings=settings)[0] == "TH-1"
    early = [each.name for each in fields_of(Kind.DISPOSE) if each.early or each.essential]
    assert early == ["date", "sku", "qty", "condition", "disposition", "stage"]
