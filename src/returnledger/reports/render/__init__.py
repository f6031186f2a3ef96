"""Prints reports: one file per format, each of which serves every report and every query."""

from __future__ import annotations

from returnledger.reports.options import refuse
from returnledger.reports.render.csv import to_csv
from returnledger.reports.render.json import to_json
from returnledger.reports.render.markdown import to_markdown
from returnledger.reports.render.text import to_text
from returnledger.reports.table import Report, Translate

FORMATS = ("text", "csv", "json", "md")

__all__ = ["FORMATS", "events_of", "render", "to_csv", "to_json", "to_markdown", "to_text"]


def events_of(report: Report) -> str:
    """Return `report` as the events that it is to become; raise Refused where it is to become none."""
    if not report.events:
        raise refuse("choice-unknown", option="format", value="yaml", known=list(FORMATS), nearest=FORMATS[-1])
    return report.events


def render(
    report: Report, form: str, tr: Translate, language: str = "en", *, width: int = 80, excel: bool = False
) -> str:
    """Return `report` in the format `form` (one of FORMATS), translated by `tr` for readers of `language`.

    `width` counts terminal cells of text; `excel` puts a byte order mark before CSV.
    """
    if form == "csv":
        return to_csv(report, excel=excel)
    if form == "json":
        return to_json(report, tr)
    if form == "md":
        return to_markdown(report, tr, language)
    return to_text(report, tr, language, width)
