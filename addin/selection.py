"""What is selected: a range, or the table around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import xlwings as xw

from addin.dialogs import Refusal
from addin.runtime import Desk
from generator.workbook.book import is_percent_format
from udfs.amounts import Unreadable, parse_quantity

Cell = object
_TOTALS = ("合计", "总计", "总额", "小计")
_TIMES = {"年", "月", "日", "号"}  # 9月 and 2018年 are headings and names, no amounts
_MOST_CELLS = 200_000


def selected(desk: Desk) -> xw.Range:
    """Return the selected cells.

    Raises:
        Refusal: nothing is selected, or something that is no cell.
    """
    chosen = desk.app.selection
    if chosen is None:
        raise Refusal("请先选中单元格（现在选中的是图形，或者什么也没有选中）。")
    return chosen


@dataclass(frozen=True)
class Column:
    """A column of a table: its place on the sheet, its heading, its cells below that."""

    place: int
    heading: str
    cells: tuple[Cell, ...]
    format: str  # of its first number

    @property
    def numeric(self) -> bool:
        """Whether most of what it holds are numbers."""
        filled = [each for each in self.cells if each not in (None, "")]
        return bool(filled) and 2 * sum(map(_is_number, filled)) > len(filled)

    @property
    def rate(self) -> bool:
        """Whether its numbers are percentages, by their format or as written."""
        texts = [each for each in self.cells if isinstance(each, str) and each.strip()]
        return is_percent_format(self.format) or any(each.strip()[-1] in "%％" for each in texts)


@dataclass(frozen=True)
class Table:
    """A table on a sheet: one row of headings, rows below; titles above it are left out."""

    sheet: xw.Sheet
    top: int  # the row of the headings
    bottom: int
    columns: tuple[Column, ...]

    @property
    def first(self) -> int:
        """The first row below the headings."""
        return self.top + 1

    @cached_property
    def labels(self) -> Column:
        """What the rows are called: the first column that holds words, or the very first."""
        return next((each for each in self.columns if not each.numeric), self.columns[0])

    @property
    def total(self) -> int | None:
        """The row of the total, if the table has one."""
        for row, label in enumerate(self.labels.cells, self.first):
            if isinstance(label, str) and "".join(label.split()).endswith(_TOTALS):
                return row
        return None

    @property
    def parts(self) -> Iterator[int]:
        """The rows that are not the total."""
        return (row for row in range(self.first, self.bottom + 1) if row != self.total)

    def cells_of(self, column: Column) -> xw.Range:
        """Return the cells of a column below its heading."""
        return self.sheet.range((self.first, column.place), (self.bottom, column.place))


def selected_table(desk: Desk) -> Table:
    """Return the selected table; of a single cell, the table it stands in.

    Raises:
        Refusal: there is none.
    """
    chosen = selected(desk)
    area = chosen.current_region if chosen.count == 1 else _clipped(chosen)
    rows, columns = area.shape
    if rows * columns > _MOST_CELLS:
        raise Refusal("选中的区域太大，请只选中要处理的表格。")
    grid = area.options(ndim=2, err_to_str=True).value
    head = next((n for n, row in enumerate(grid) if any(map(_is_number, row))), 0) - 1
    if head < 0 or columns < 2:
        raise Refusal("请选中一个表格：第一行是标题，第一列是名称，下面有数字。")
    top = area.row + head
    return Table(
        area.sheet,
        top,
        area.row + rows - 1,
        tuple(_column(area, grid, head, place) for place in range(columns)),
    )


def chosen_column(desk: Desk, table: Table, prompt: str, *, rate: bool) -> Column:
    """Return the column that is meant: the selected one, the only one of its kind, or asked.

    Raises:
        Refusal: the table has no such column.
    """
    fitting = [each for each in table.columns if each.numeric and each.rate == rate]
    chosen = selected(desk)
    if chosen.shape[1] == 1:
        meant = [each for each in fitting if each.place == chosen.column]
        fitting = meant or fitting
    if not fitting:
        what = "百分数（进度、占比）" if rate else "金额"
        raise Refusal(f"选中的表格里没有一列是{what}。")
    if len(fitting) == 1:
        return fitting[0]
    return fitting[desk.ask.choose(prompt, [each.heading or "（无标题）" for each in fitting])]


def _clipped(chosen: xw.Range) -> xw.Range:
    """Leave out what a selection of whole rows or columns has beyond the used cells."""
    used = chosen.sheet.used_range.last_cell
    last = chosen.last_cell
    bottom, right = min(last.row, used.row), min(last.column, used.column)
    if bottom < chosen.row or right < chosen.column:
        raise Refusal("选中的地方是空白的，请选中一个表格。")
    return chosen.sheet.range((chosen.row, chosen.column), (bottom, right))


def _column(area: xw.Range, grid: list[list[Cell]], head: int, place: int) -> Column:
    cells = tuple(row[place] for row in grid[head + 1 :])
    first = next((n for n, each in enumerate(cells) if _is_number(each)), None)
    code = area[head + 1 + first, place].number_format if first is not None else None
    heading = grid[head][place]
    return Column(area.column + place, " ".join(str(heading or "").split()), cells, code or "")


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return False
    try:
        quantity = parse_quantity(cell)
    except Unreadable:
        return False
    return quantity is not None and quantity.unit not in _TIMES
