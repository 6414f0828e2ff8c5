"""The page 图表: progress by department against 序时进度, and shares of the budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TypeVar

from generator.model.form import Field, FieldType
from generator.model.merged import Merged, Standing
from generator.model.totals import Total
from generator.report.pages import Chart, ChartKind, Column, Grid, Look, Page
from generator.report.progress import Measure, due, measure_of
from generator.report.wording import Words

TAB = "图表"
_MOST = 24  # departments that a chart of bars can show
_SLICES = 8  # of a pie
_LARGEST = 20  # departments with a bar of their own, where there are more than slices
_GOOD, _BAD, _NONE = "5B9BD5", "ED7D31", "BFBFBF"
_Row = TypeVar("_Row", bound=tuple[object, ...])
_NAME = Column("单位", width=26)


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
    measure = measure_of(merged.form, merged.period)
    if measure is None or not returned:
        return None
    total = merged.totals.find(measure.locus)
    if total is not None and total.value is not None:
        return _rates(merged, words, measure, total)
    return _goals(merged, words, measure, returned)


def _rates(merged: Merged, words: Words, measure: Measure, total: Total) -> Chart:
    """Draw each department's own rate, recomputed or weighted, beside 序时进度."""
    wanted = due(merged.period)
    label = measure.label(words)
    rows = [
        (name, part.value, wanted)
        for code, name in _names(merged.standings)
        if (part := total.part(code))
    ]
    rows, chosen = _most(rows, lambda row: row[1], f"{label}最低")
    columns = (
        _NAME,
        Column(label, Look.PERCENT, 14),
        Column("序时进度", Look.PERCENT, 12),
    )
    title = f"各单位{label}与序时进度（{merged.period.time_progress}）{chosen}"
    return Chart(ChartKind.BARS, title, Grid(title, columns, rows), (1,), 2, label, (_GOOD,))


def _goals(merged: Merged, words: Words, measure: Measure, returned: Sequence[Standing]) -> Chart:
    """Count goals: rates of different goals have no common base and are not averaged."""
    label = measure.label(words)
    tallies = [(each.department.name, *each.reached) for each in returned]
    tallies, chosen = _most(tallies, lambda row: -row[2], "低于序时进度的最多")
    rows = [(name, *(count or None for count in counts)) for name, *counts in tallies]
    columns = (
        _NAME,
        Column("达到序时进度", Look.COUNT, 14),
        Column("低于序时进度", Look.COUNT, 14),
        Column("没有数据", Look.COUNT, 11),
    )
    what = measure.whole(words)
    wanted = merged.period.time_progress
    title = f"各单位“{what}”中{label}达到、低于序时进度（{wanted}）的个数{chosen}"
    note = f"数的是个数，不是平均数：不同目标的{label}没有共同的分母，不能平均。"
    grid = Grid(title, columns, rows, note=note)
    return Chart(ChartKind.STACK, title, grid, (1, 2, 3), None, "个数", (_GOOD, _BAD, _NONE))


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
    rows = [
        (name, shown_number(field, part.value), part.share)
        for code, name in _names(merged.standings)
        if (part := total.part(code))
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
        if not each.locus.key and words.field(each.locus).type is FieldType.AMOUNT and each.shared
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
