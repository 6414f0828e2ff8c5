"""Results for people, in no program's terms: pages of tables, charts, JSON, and the terminal."""

from __future__ import annotations

from generator.model.merged import Merged
from generator.report.charts import charts
from generator.report.details import details
from generator.report.findings import findings_page
from generator.report.pages import Page
from generator.report.recovery import chase, recovery
from generator.report.summary import summary
from generator.report.wording import Words


def pages_of(merged: Merged) -> tuple[Page, ...]:
    """Return the pages of the result workbook, what is asked for first in front."""
    words = Words(merged.form, merged.period)
    return (
        summary(merged, words),
        charts(merged, words),
        recovery(merged),
        findings_page(merged),
        chase(merged),
        *details(merged),
    )


__all__ = ["Page", "pages_of"]
