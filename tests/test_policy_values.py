"""A Chinese reader is told what each effect comes to in Chinese, with the code of the file beside it."""

from __future__ import annotations

import pytest

from returnledger.cli.effect_words import value_name
from returnledger.i18n import speak


@pytest.mark.parametrize(
    ("effect", "text", "chinese"),
    [
        ("approvals", "automatic", "自动批准 (automatic)"),
        ("approvals", "supervisor/cfo", "supervisor/cfo"),
        ("one_step", "yes", "是 (yes)"),
        ("shipping", "none", "不退 (none)"),
        ("freight", "customer", "客户承担 (customer)"),
        ("refunds", "within 7 days", "7 天内"),
        ("refunds", "any time", "不限时间 (any time)"),
        ("verdict", "deny", "拒绝 (deny)"),
        ("refund_when", "inspected", "验收后 (inspected)"),
        ("fee", "5%", "5%"),
    ],
)
def test_a_value_by_its_name(effect: str, text: str, chinese: str) -> None:
    try:
        speak("zh")
        assert value_name(effect, text) == chinese
        speak("en")
        assert value_name(effect, text) == text
    finally:
        speak("en")
