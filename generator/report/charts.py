"""The page 图表: progress by department against 序时进度, and shares of the budget."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from generator.model.evaluate import number
from generator.model.expression import Compare, PeriodRef, RowRef, FieldRef, references
from generator.model.form import Field, FieldType, FormSheet, Table
from generator.model.merged import Merged, Standing
from generator.model.reckoning import Reckoning
from generator.model.totals import Locus, Total
from generator.report.pages import Chart, ChartKind, Column, Grid, Look, Page, Value
from generator.report.wording import Words

TAB = "图表"
_PROGRESS = re.compile(r"完成(工作)?(量|率|进度|比例|程度)|执行(率|进度)|(支出|收入|工作|形象)进度")
_NOT_PROGRESS = re.compile(r"序时|进度差|同比|增")
_MOST = 40  # departments that a chart of bars can show
_SLICES = 8  # of a pie
_LARGEST = 20  # departments with a bar of their own, where there are more than slices
_GOOD, _BAD, _NONE = "5B9BD5", "ED7D31", "BFBFBF"
_NAME = Column("单位", width=26)


@dataclass(frozen=True)
class _Measure:
    """The column, or the header field, that says how far a department has come."""

    sheet: FormSheet
    table: Table | None
    field: Field

    @property
    def locus(self) -> Locus:
        """Where its combined value is found."""
        return Locus(self.sheet.name, self.field.name, self.table.name if self.table else "")


def charts(merged: Merged, words: Words) -> Page:
    """Return the page; what cannot be drawn is said in its facts."""
    found, facts = [], []
    progress = _progress(merged, words)
    if progress:
        found.append(progress)
    else:
        facts.append("本表样没有完成进度的栏目（或还没有回收的报表），不画进度图。")
    budget = _budget(merged, words)
    if budget:
        found.append(budget)
    else:
        facts.append("本表样没有可以相加的金额栏目（或金额合计不为正数），不画占比图。")
    title = f"{merged.form.name}图表（{merged.period.name}）"
    grids = tuple(each.grid for each in found)
    return Page(TAB, title, tuple(facts), grids, tuple(found))


# -- progress --


def _progress(merged: Merged, words: Words) -> Chart | None:
    returned = [each for each in merged.standings if each.returned]
    measure = next(iter(_measures(merged, words)), None)
    if measure is None or not returned:
        return None
    total = merged.totals.find(measure.locus)
    if total is not None and total.value is not None:
        return _rates(merged, words, measure, total)
    return _goals(merged, words, measure, returned)


def _measures(merged: Merged, words: Words) -> Iterator[_Measure]:
    """Yield columns of progress: first those that the form itself holds against the calendar."""
    every = list(_ratios(merged))
    compared = _compared_with_calendar(merged)
    for sheet in (True, False):
        for each in every:
            label = words.label(each.field.label)
            by_label = _PROGRESS.search(label) and not _NOT_PROGRESS.search(label)
            by_check = (each.sheet.name, each.table and each.table.name, each.field.name) in compared
            if by_check if sheet else by_label:
                yield each


def _ratios(merged: Merged) -> Iterator[_Measure]:
    for sheet in merged.form.sheets:
        for field in sheet.fields.values():
            if field.type in (FieldType.PERCENT, FieldType.POINTS):
                yield _Measure(sheet, None, field)
        for table in sheet.tables.values():
            for column in table.columns:
                if column.type in (FieldType.PERCENT, FieldType.POINTS) and not column.prints:
                    yield _Measure(sheet, table, column)
