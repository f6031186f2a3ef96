"""A sign of life for work that takes longer than a second."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

DELAY = 1.0  # seconds


@contextlib.contextmanager
def spinner(what: str) -> Iterator[None]:
    """Show `what` with a turning sign on standard error once the work inside has taken a second."""
    from rich.console import Console
    from rich.text import Text

    status = Console(stderr=True).status(Text(what))
    timer = threading.Timer(DELAY, status.start)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()
