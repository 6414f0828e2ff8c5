"""The page 图表: progress by department against 序时进度, and shares of the budget."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from generator.model.evaluate import number
from generator.model.expression import FieldRef, PeriodRef, RowRef, references
from generator.model.filing import SheetFiling
from generator.model.form import Field, FieldType, FormSheet, Table
from generator.model.merged import Merged, Standing
from generator.model.reckoning import Reckoning, kept
from generator.model.totals import Locus, Total
from generator.report.pages import Chart, ChartKind, Column, Grid, Look, Page
from generator.report.wording import Words

TAB = "图表"
_PROGRESS = re.compile(r"完成(工作)?(量|率|进度|比例|程度)|执行(率|进度)|(支出|收入|工作|形象)进度")
_NOT_PROGRESS = re.compile(r"序时|进度差|同比|增")
_MOST = 40  # departments that a chart of bars can show
_SLICES = 8  # of a pie
_LARGEST = 20  # departments with a bar of their own, where there are more than slices
_GOOD, _BAD, _NONE = "5B9BD5", "ED7D31", "BFBFBF"
_NOISE = Decimal("0.000001")  # what Excel's binary numbers no longer tell apart
_RATIOS = (FieldType.PERCENT, FieldType.POINTS)
_Row = TypeVar("_Row", bound=tuple[object, ...])
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
    yield from (each for each in every if each.locus in compared)
    for each in every:
        label = words.label(each.field.label)
        if _PROGRESS.search(label) and not _NOT_PROGRESS.search(label):
            yield each


def _ratios(merged: Merged) -> Iterator[_Measure]:
    for sheet in merged.form.sheets:
        places: list[tuple[Table | None, Iterable[Field]]] = [(None, sheet.fields.values())]
        places += [(table, table.columns) for table in sheet.tables.values()]
        for table, fields in places:
            for field in fields:
                if field.type in _RATIOS and field.prints is None:
                    yield _Measure(sheet, table, field)


def _compared_with_calendar(merged: Merged) -> set[Locus]:
    """Return what a check compares with the time that has passed."""
    found = set()
    for sheet, check in merged.form.checks:
        refs = list(references(check.rule))
        if any(isinstance(each, PeriodRef) and each.attribute == "month" for each in refs):
            for each in refs:
                if isinstance(each, RowRef):
                    found.add(Locus(sheet.name, each.column, each.table))
                elif isinstance(each, FieldRef):
                    found.add(Locus(sheet.name, each.name))
    return found


def _rates(merged: Merged, words: Words, measure: _Measure, total: Total) -> Chart:
    """Draw each department's own rate, recomputed or weighted, beside 序时进度."""
    due = _due(merged)
    label = words.label(measure.field.label)
    parts = {each.department: each.value for each in total.parts}
    rows = [(name, parts[code], due) for code, name in _names(merged.standings) if code in parts]
    rows, chosen = _most(rows, lambda row: row[1], f"{label}最低")
    columns = (
        _NAME,
        Column(label, Look.PERCENT, 14),
        Column("序时进度", Look.PERCENT, 12),
    )
    title = f"各单位{label}与序时进度（{merged.period.time_progress}）{chosen}"
    return Chart(ChartKind.BARS, title, Grid(title, columns, rows), (1,), 2, label, (_GOOD,))


def _goals(merged: Merged, words: Words, measure: _Measure, returned: Sequence[Standing]) -> Chart:
    """Count goals: rates of different goals have no common base and are not averaged."""
    label = words.label(measure.field.label)
    tallies = [(each.department.name, *_tally(merged, measure, each)) for each in returned]
    tallies, chosen = _most(tallies, lambda row: -row[2], "低于序时进度的最多")
    rows = [(name, *(count or None for count in counts)) for name, *counts in tallies]
    columns = (
        _NAME,
        Column("达到序时进度", Look.COUNT, 14),
        Column("低于序时进度", Look.COUNT, 14),
        Column("没有数据", Look.COUNT, 11),
    )
    what = words.table(measure.table) if measure.table else words.sheet(measure.sheet)
    due = merged.period.time_progress
    title = f"各单位“{what}”中{label}达到、低于序时进度（{due}）的个数{chosen}"
    note = f"数的是个数，不是平均数：不同目标的{label}没有共同的分母，不能平均。"
    grid = Grid(title, columns, rows, note=note)
    return Chart(ChartKind.STACK, title, grid, (1, 2, 3), None, "个数", (_GOOD, _BAD, _NONE))


def _tally(merged: Merged, measure: _Measure, standing: Standing) -> tuple[int, int, int]:
    assert standing.filing is not None
    reckoning = Reckoning(merged.form, standing.filing, merged.period)
    due = _due(merged) - _NOISE
    reached = behind = nothing = 0
    for sheet in standing.filing.copies(measure.sheet.name):
        for value in _values(reckoning, sheet, measure):
            if value is None:
                nothing += 1
            elif value >= due:
                reached += 1
            else:
                behind += 1
    return reached, behind, nothing


def _values(
    reckoning: Reckoning, sheet: SheetFiling, measure: _Measure
) -> Iterator[Decimal | None]:
    """Yield the fractions in a measure's cells."""
    field, table = measure.field, measure.table
    if table is None:
        yield number(kept(field, reckoning.field_value(sheet, field.name)))
        return
    for row in range(len(sheet.tables.get(table.name, ()))):
        yield number(kept(field, reckoning.cell_value(sheet, table.name, row, field.name)))


def _due(merged: Merged) -> Decimal:
    return Decimal(merged.period.month) / 12


def _most(
    rows: Sequence[_Row], key: Callable[[_Row], Decimal | int], which: str
) -> tuple[list[_Row], str]:
    """Return no more rows than a chart can show, in their order, and how they were chosen."""
    if len(rows) <= _MOST:
        return list(rows), ""
    chosen = sorted(range(len(rows)), key=lambda place: (key(rows[place]), place))[:_MOST]
    return [rows[place] for place in sorted(chosen)], f"（{which}的 {_MOST} 个单位）"


# -- shares --


def _budget(merged: Merged, words: Words) -> Chart | None:
    total = _first_amount(merged, words)
    if total is None or total.value is None:
        return None
    field = words.field(total.locus)
    parts = {each.department: each for each in total.parts}
    rows = [
        (name, shown_number(field, parts[code].value), parts[code].share)
        for code, name in _names(merged.standings)
        if code in parts
    ]
    rows = _largest(rows)
    what = words.item(total.locus)
    if total.locus.table:
        what = f"{what} {words.label(field.label)}"
    whole = shown_number(field, total.value)
    title = f"各单位“{what}”占比（合计 {whole:,.2f} {field.unit}）"
    figure = Column(field.unit, Look.MONEY, 16)
    grid = Grid(title, (_NAME, figure, Column("占比", Look.PERCENT, 12)), rows)
    kind = ChartKind.PIE if len(rows) <= _SLICES else ChartKind.BARS
    return Chart(kind, title, grid, (2,), None, "占比", (_GOOD,))


def _first_amount(merged: Merged, words: Words) -> Total | None:
    """Return the first summed amount, a printed total before its parts."""
    found = [
        each
        for each in merged.totals.totals
        if not each.locus.key
        and words.field(each.locus).type is FieldType.AMOUNT
        and any(part.share is not None for part in each.parts)
    ]
    if not found:
        return None
    first = found[0].locus
    if first.table:
        fixed = merged.form.sheet(first.sheet).tables[first.table].fixed
        sums = {row.name for row in fixed if row.total_of}
        for each in found:
            locus = each.locus
            if (locus.table, locus.column) == (first.table, first.column) and locus.row in sums:
                return each
    return found[0]


def _largest(
    rows: list[tuple[str, Decimal, Decimal | None]],
) -> list[tuple[str, Decimal, Decimal | None]]:
    """Return the largest rows in their order, and the rest as one."""
    if len(rows) <= _LARGEST + 1:
        return rows
    by_size = sorted(range(len(rows)), key=lambda place: (-rows[place][1], place))
    chosen, rest = sorted(by_size[:_LARGEST]), by_size[_LARGEST:]
    others = sum((rows[place][1] for place in rest), Decimal(0))
    share = sum((rows[place][2] or Decimal(0) for place in rest), Decimal(0))
    return [*(rows[place] for place in chosen), (f"其余 {len(rest)} 个单位", others, share)]


def shown_number(field: Field, value: Decimal) -> Decimal:
    """Return a number as its cells show it, in the form's unit."""
    return value.scaleb(-field.power)


def _names(standings: Iterable[Standing]) -> Iterator[tuple[str, str]]:
    return ((each.department.code, each.department.name) for each in standings if each.returned)
