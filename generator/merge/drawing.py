"""What a return puts on the long pages of the result, drawn where it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from generator.check.rules import RULES
from generator.model.finding import Finding
from generator.model.form import Form
from generator.model.period import Period
from generator.report.details import LINE_FRONT, Listed, line_cells, line_columns
from generator.report.findings import FINDING_FRONT, finding_cells, finding_columns
from generator.report.pages import Column
from generator.workbook.result.lanes import Lanes, packed


def draw_findings(found: Sequence[Finding], form: Form) -> bytes:
    """Return the rows of 审核疑点 that are one file's; number and department come later."""
    rules = rules_of(form)
    return packed(_finding_lanes().draw(finding_cells(each, rules) for each in found))


def draw_lines(rows: Listed, form: Form, period: Period, part: int) -> bytes:
    """Return the rows of a page of 明细 that are one return's; the department comes later."""
    if not rows.size:
        return b""
    return packed(_detail_lanes(form, period, part).draw_columns(line_cells(rows)))


@lru_cache(maxsize=16)
def rules_of(form: Form) -> Mapping[str, str]:
    """Return what each rule asks that a form knows."""
    named = {rule.id: rule.name for rule in RULES.values()}
    return named | {check.id: check.name for _, check in form.checks}


@lru_cache(maxsize=1)
def _finding_lanes() -> Lanes:
    return _lanes(finding_columns(), FINDING_FRONT)


@lru_cache(maxsize=64)
def _detail_lanes(form: Form, period: Period, part: int) -> Lanes:
    return _lanes(line_columns(form, period, part), LINE_FRONT)


def _lanes(columns: Sequence[Column], front: int) -> Lanes:
    return Lanes(columns, [each.width for each in columns], front + 1)
