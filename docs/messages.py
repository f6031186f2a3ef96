"""Compiles every catalogue: locale/<language>/LC_MESSAGES/<domain>.po to .mo, the same bytes on every machine."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent.parent / "src" / "returnledger" / "locale"


def compiled(source: Path) -> bytes:
    """Return the .mo of one .po; entries still without a translation are left out."""
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
    # The header would otherwise hold the time of compilation.
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    target = io.BytesIO()
    write_mo(target, catalogue, use_fuzzy=False)
    return target.getvalue()


def sources() -> list[Path]:
    """Return every .po file, in order."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def compile_all() -> list[Path]:
    """Write the .mo files that are not current and return them."""
    written = []
    for source in sources():
        target = source.with_suffix(".mo")
        binary = compiled(source)
        if not target.exists() or target.read_bytes() != binary:
            target.write_bytes(binary)
            written.append(target)
    return written
