"""A ledger that an editor saved in another encoding: Beancount stumbles at every Chinese word; one finding says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledgers import apply, make

from returnledger.checkup import doctor

LEDGER = """\
2026-05-11 * "王女士" "销售" ^inv-1001
  Assets:1012-微信             113.00 CNY
  Income:6001-主营业务收入    -113.00 CNY
    sku: "杯子"
    qty: 1
"""
EVENT = "- {return: 1001, date: 2026-05-15}\n"


@pytest.mark.parametrize(("encoding", "said"), [("gb18030", "GB18030"), ("utf-16", "UTF-16"), ("big5", "GB18030")])
def test_a_ledger_that_is_not_utf8_is_said_once(tmp_path: Path, encoding: str, said: str) -> None:
    settings = make(tmp_path / "shop", LEDGER, preset="cn")
    main = settings.parent / "main.beancount"
    part = settings.parent / "sales.beancount"
    head, _, sale = main.read_text(encoding="utf-8").partition("\n\n")
    main.write_text(f'{head}\ninclude "sales.beancount"\n', encoding="utf-8")
    part.write_bytes(
        sale.translate(str.maketrans("销务", "售物" if encoding == "big5" else "销务")).encode(encoding, "replace")
    )
    for found in (apply(settings, EVENT).findings, doctor(settings=settings).remarks):
        (finding,) = (finding for finding in found if finding.code.startswith("ledger-"))
        assert (finding.code, finding.values["file"]) == ("ledger-not-utf8", "sales.beancount")
        assert encoding == "big5" or finding.values["encoding"] == said
        assert finding.span is not None and Path(finding.span.file).name == "sales.beancount"


def test_errors_of_other_files_are_told_beside_it(tmp_path: Path) -> None:
    settings = make(tmp_path / "shop", LEDGER, preset="cn")
    main = settings.parent / "main.beancount"
    text = main.read_text(encoding="utf-8")
    main.write_text(text + '\n2026-05-12 * "x"\n  Assets:Nowhere  1 CNY\n  Assets:1012-微信\n', encoding="utf-8")
    (settings.parent / "returns" / "0000.beancount").write_bytes(
        "".join(f"2026-01-0{n} open Assets:现金{n}\n" for n in range(1, 6)).encode("gb18030")
    )
    found = [finding.code for finding in apply(settings, EVENT).findings if finding.code.startswith("ledger-")]
    assert sorted(found) == ["ledger-error", "ledger-not-utf8"]
