"""The modules that make the documentation, for the tests that compare it."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "docs"))

messages = import_module("messages")
translatable = import_module("translatable")
pages = import_module("pages")
