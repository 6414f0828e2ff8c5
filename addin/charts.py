"""Native charts of the selected table, each on a new worksheet with the figures it draws."""

from __future__ import annotations

from collections.abc import Sequence

import xlwings as xw

from addin.columns import ask_month, letters, percent
from addin.dialogs import Refusal
from addin.excel import new_sheet
from addin.runtime import Desk, working
from addin.selection import Column, Table, chosen_column, selected_table

_GOOD, _LINE = "#5B9BD5", "#C00000"
_SLICES = 8  # of a pie; more are bars
_MOST = 60  # bars
_LEFT, _WIDTH, _HEIGHT = 240, 640, 340  # points


def progress_chart(desk: Desk) -> None:
    """Draw progress by row, against the calendar."""
    table = selected_table(desk)
    column = chosen_column(desk, table, "哪一列是进度", rate=True)
    month = ask_month(desk)
    rows = _rows(table)
    with working(desk.app, "画进度图"):
        sheet = new_sheet(desk.book, "进度图")
        head = (table.labels.heading or "名称", column.heading or "进度", "序时进度")
        lines = [(_link(table, table.labels, row), _link(table, column, row)) for row in rows]
        _write(sheet, head, [(*each, f"={month}/12") for each in lines], percent(2))
        chart = _chart(sheet, len(rows), 3, "column_clustered")
        chart.title = f"{column.heading or '进度'}与序时进度（截至{month}月）"
        chart.series[0].fill_color = _GOOD
        chart.series[1].chart_type = "line"
        chart.series[1].line_color = _LINE
        sheet.activate()


def share_chart(desk: Desk) -> None:
    """Draw the parts of a total: as a pie, or as bars where they are many."""
    table = selected_table(desk)
    column = chosen_column(desk, table, "画哪一列的占比", rate=False)
    rows = _rows(table)
    many = len(rows) > _SLICES
    with working(desk.app, "画占比图"):
        sheet = new_sheet(desk.book, "占比图")
        last = len(rows) + 1
        head = (table.labels.heading or "名称", "占比", column.heading or "金额")
        lines = [
            (
                _link(table, table.labels, row),
                f"=C{n}/SUM($C$2:$C${last})",
                _link(table, column, row),
            )
            for n, row in enumerate(rows, 2)
        ]
        _write(sheet, head, lines, percent(desk.settings.digits))
        sheet.range((2, 3), (last, 3)).number_format = column.format or "General"
        chart = _chart(sheet, len(rows), 2, "bar_clustered" if many else "pie")
        chart.title = f"{column.heading or '金额'}占比"
        sheet.activate()


def _rows(table: Table) -> list[int]:
    rows = [row for row in table.parts if table.labels.cells[row - table.first] not in (None, "")]
    if not rows:
        raise Refusal("选中的表格没有可以画的行。")
    if len(rows) > _MOST:
        raise Refusal(f"选中了 {len(rows)} 行，一张图画不下：请只选中 {_MOST} 行以内。")
    return rows


def _link(table: Table, column: Column, row: int) -> str:
    """Return a formula that shows a cell of the table, so that the chart follows it."""
    tab = table.sheet.name.replace("'", "''")
    return f"='{tab}'!{letters(column.place)}{row}"


def _write(
    sheet: xw.Sheet, head: tuple[str, ...], lines: Sequence[tuple[str, ...]], code: str
) -> None:
    sheet.range("A1").value = list(head)
    sheet.range((1, 1), (1, len(head))).font.bold = True
    sheet.range((2, 2), (len(lines) + 1, len(head))).number_format = code
    sheet.range((2, 1), (len(lines) + 1, len(head))).formula = lines
    sheet.range("A1").column_width = 26


def _chart(sheet: xw.Sheet, rows: int, columns: int, kind: str) -> xw.Chart:
    source = sheet.range((1, 1), (rows + 1, columns))
    chart = sheet.charts.add(_LEFT, 10, _WIDTH, _HEIGHT)
    chart.chart_type = kind
    chart.set_source_data(source)
    return chart
