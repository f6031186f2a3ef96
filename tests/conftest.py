"""What all tests share: options of the command line, profiles of hypothesis, and stores that leave nothing behind."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

from returnledger import i18n

os.environ.setdefault("RETURNLEDGER_CACHE", "")  # stores stay in memory
os.environ.setdefault("BEANCOUNT_DISABLE_LOAD_CACHE", "1")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # else each command that a test runs compiles the program anew

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

# `ci` tries the same examples in every run; `search` looks for new ones each time and keeps those that broke a law,
# `first` stops at the first example that breaks one, as it is.
settings.register_profile("ci", derandomize=True, deadline=None, database=None, suppress_health_check=SLOW)
settings.register_profile("search", deadline=None, print_blob=True, suppress_health_check=SLOW)
settings.register_profile("first", derandomize=True, deadline=None, phases=[Phase.generate], suppress_health_check=SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Let no test hear the language that another one, or the fixture of a whole module, spoke."""
    i18n.speak("en")
    yield
    i18n.speak("en")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update`: golden files are written anew, to be read as a diff before they are committed."""
    parser.addoption("--update", action="store_true", default=False, help="write golden files anew")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what takes hours unless it is asked for with `-m long`."""
    asked = str(config.getoption("-m") or "")
    if "long" in asked and "not long" not in asked:
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="belongs to `make long`"))
