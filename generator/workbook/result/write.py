"""Writes the pages of a report as a workbook that finance officers read, filter and print."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from math import ceil
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from generator.layout.heights import fits, height_of
from generator.model.finding import Place
from generator.model.merged import Merged
from generator.report import pages_of
from generator.report.pages import (
    Chart,
    Column,
    Grid,
    Link,
    Page,
    Prepared,
)
from generator.workbook.result import graphs
from generator.workbook.result.body import Body, write_with_bodies
from generator.workbook.result.lanes import LOW, TALLEST
from generator.workbook.result.looks import Tailor
from generator.workbook.result.placed import Bed, places_of
from generator.workbook.result.placing import Hands, Placing, place_all
from generator.workbook.save import workbook_bytes, write_by
from generator.workbook.spelling import tab_name

_A4 = "9"
_HIGHEST = 400.0  # what Excel allows for a row, nearly
_SCREEN = 130.0  # half-widths
_POINTS_PER_CM = 28.35
_LEGIBLE = 300.0  # half-widths that a printed page can hold beside each other
_height_of = lru_cache(maxsize=4096)(height_of)  # the same texts come up again and again


@dataclass(frozen=True)
class Distributed:
    """A line of 分发清单: which file is for whom."""

    code: str
    name: str
    file: str
    contact: str = ""
    phone: str = ""
    deadline: str = ""
    digest: str = ""  # sha256 of the file


def write_result(merged: Merged, path: Path, hands: Hands | None = None) -> None:
    """Write the result workbook of a merge, whole or not at all.

    `hands` are others that can put rows in their places; the result is the same to the byte.

    Raises:
        OSError: it cannot be written, or is open in Excel; the old one stays.
    """
    write_pages(pages_of(merged), path, merged.folder, hands)


def write_distribution(path: Path, rows: Sequence[Distributed], hands: Hands | None = None) -> None:
    """Write 分发清单.xlsx; its links lead to the files beside it."""
    columns = (
        Column("单位编码", width=14),
        Column("单位", width=28),
        Column("文件", width=60),
        Column("联系人", width=12),
        Column("电话", width=18),
        Column("报送截止", width=24),
        Column("文件校验码", width=16),
    )
    lines = [
        (
            *(each.code, each.name, Link(each.file, Place(each.file))),
            *(each.contact or None, each.phone or None, each.deadline or None),
            each.digest[:12] or None,
        )
        for each in rows
    ]
    facts = (
        f"共 {len(rows)} 份。请把每份文件发给对应的单位；"
        "文件校验码是 SHA-256 的前 12 位，可以核对发出的文件有没有被改动。",
    )
    page = Page("分发清单", "分发清单", facts, (Grid("", columns, lines),), filter=True, frozen=2)
    write_pages([page], path, path.parent, hands)


def write_pages(
    pages: Sequence[Page], path: Path, folder: Path, hands: Hands | None = None
) -> None:
    """Write pages as a workbook; their links lead to the files of a folder."""
    book = Workbook()
    tailor, taken, bodies = Tailor(book.worksheets[0]), set[str](), dict[int, Body]()
    book.remove(book.worksheets[0])
    tables = list[Placing]()
    for number, page in enumerate(pages, 1):
        tab = tab_name(page.tab, taken)
        taken.add(tab.casefold())
        writer = _Writer(book.create_sheet(tab), tailor, _way(path.parent, folder))
        bodies[number] = writer.write(page)
        tables.append(writer.tables)
    place_all(tables, tailor, hands)
    shell = workbook_bytes(book)
    write_by(path, lambda stream: write_with_bodies(shell, bodies, stream))


def _way(start: Path, folder: Path) -> str:
    """Return how to get from one folder to another: relative, so that both can move together."""
    here, there = start.resolve(), folder.resolve()
    try:
        way = Path(os.path.relpath(there, here)).as_posix()
    except ValueError:  # another drive of Windows
        return there.as_uri() + "/"
    return "" if way == "." else way + "/"


class _Writer:
    """Writes one page into a worksheet."""

    def __init__(self, worksheet: Worksheet, tailor: Tailor, way: str) -> None:
        self.tables = Placing()  # still to be put in their places
        self._worksheet = worksheet
        self._tailor = tailor
        self._wardrobe = tailor.wardrobe
        self._way = way
        self._body = Body()
        self._widths: list[float] = []

    def write(self, page: Page) -> Body:
        """Write everything but tables; return the rows, which the worksheet itself has not."""
        self._set_widths(page)
        row = self._top(page)
        drawn = {id(each.grid): each for each in page.charts}
        for grid in page.grids:
            top, bottom = self._grid(grid, row, cap=page.filter)
            row = bottom + 2
            if page.filter:
                self._make_list(page, grid, top, bottom)
            if id(grid) in drawn:
                row = max(row, self._chart(drawn[id(grid)], top))
        self._set_up(page)
        return self._body

    # -- above the tables --

    def _set_widths(self, page: Page) -> None:
        for grid in page.grids:
            place = 0
            for column in grid.columns:
                if place == len(self._widths):
                    self._widths.append(column.width)
                elif column.span == 1:
                    self._widths[place] = max(self._widths[place], column.width)
                self._widths += [13.0] * (place + column.span - len(self._widths))
                place += column.span
        self._widths += [13.0] * (8 - len(self._widths))
        for place, width in enumerate(self._widths, 1):
            self._worksheet.column_dimensions[get_column_letter(place)].width = width

    def _top(self, page: Page) -> int:
        """Write title and facts; return the row below them."""
        reach = self._reach()
        self._line(1, page.title, reach, self._wardrobe.title)
        self._body.set_height(1, 30.0)
        row = 2
        for fact in page.facts:
            self._line(row, fact, reach, self._wardrobe.fact)
            self._raise(row, fact, 1, reach)
            row += 1
        return row if page.filter else row + 1

    def _reach(self) -> int:
        """Return how many columns a line of text goes over: about a screen."""
        width, reach = 0.0, 0
        while reach < len(self._widths) and width < _SCREEN:
            width += self._widths[reach]
            reach += 1
        return reach

    def _line(self, row: int, text: str, reach: int, dress: Callable[[Cell], None]) -> None:
        self._body.put(row, 1, text, self._tailor.number(dress))
        self._merge(row, 1, row, reach)

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            first, last = get_column_letter(left), get_column_letter(right)
            self._worksheet.merged_cells.ranges.add(CellRange(f"{first}{top}:{last}{bottom}"))

    # -- tables --

    def _grid(self, grid: Grid, row: int, *, cap: bool) -> tuple[int, int]:
        """Write a table from a row on; return its (last) heading row and its last row."""
        for line, dress in ((grid.title, self._wardrobe.heading), (grid.note, self._wardrobe.fact)):
            if line:
                self._line(row, line, self._reach(), dress)
                self._raise(row, line, 1, self._reach())
                row += 1
        row = self._headings(grid, row)
        self._body.flush()
        bed = self._bed(grid, row, TALLEST if cap else _HIGHEST)
        self.tables.add(self._body.section(), bed, grid)
        below = row + len(grid.rows)
        self._merge_spans(grid, row + 1, below)
        return row, below

    def _bed(self, grid: Grid, top: int, tallest: float) -> Bed:
        """Return what the rows of a table have in common."""
        rows = grid.rows
        front, numbered = (rows.front, rows.numbered) if isinstance(rows, Prepared) else (0, False)
        return Bed(grid.columns, self._widths, tallest, front, numbered, top, self._way)

    def _merge_spans(self, grid: Grid, top: int, bottom: int) -> None:
        for column, place in zip(grid.columns, places_of(grid.columns), strict=True):
            if column.span > 1:
                for row in range(top, bottom + 1):
                    self._merge(row, place, row, place + column.span - 1)

    def _headings(self, grid: Grid, row: int) -> int:
        """Write the headings, in two rows where some stand under a common one."""
        places = places_of(grid.columns)
        deep = any(each.group for each in grid.columns)
        last = row + 1 if deep else row
        for group, members in groupby(
            zip(grid.columns, places, strict=True), key=lambda each: each[0].group
        ):
            listed = list(members)
            if group:
                end = listed[-1][1] + listed[-1][0].span - 1
                self._heading(group, (row, listed[0][1], row, end))
            for column, place in listed:
                first = last if group else row
                self._heading(column.heading, (first, place, last, place + column.span - 1))
        for column, place in zip(grid.columns, places, strict=True):
            self._raise(last, column.heading, place, column.span)
        return last

    def _heading(self, text: str, area: tuple[int, int, int, int]) -> None:
        top, left, bottom, right = area
        style = self._tailor.number(self._wardrobe.header)
        for row in range(top, bottom + 1):
            for place in range(left, right + 1):
                value = text if (row, place) == (top, left) else None
                self._body.put(row, place, value, style)
        self._raise(bottom, text, left, right - left + 1)
        self._merge(top, left, bottom, right)

    def _raise(self, row: int, text: str, place: int, span: int) -> None:
        """Make a row tall enough for a text in it."""
        width = self.width(place, span)
        if not fits(text, width, self._body.height(row)):
            self._body.set_height(row, min(_height_of(text, width), _HIGHEST))

    def width(self, place: int, span: int) -> float:
        """Return how wide some columns are together, in half-widths."""
        return sum(self._widths[place - 1 : place - 1 + span])

    # -- lists and charts --

    def _make_list(self, page: Page, grid: Grid, top: int, bottom: int) -> None:
        """Let a long list be filtered, and keep its heading in sight and on every printed page."""
        right = sum(each.span for each in grid.columns)
        last = get_column_letter(right)
        self._worksheet.auto_filter.ref = f"A{top}:{last}{max(bottom, top)}"
        self._worksheet.freeze_panes = f"{get_column_letter(page.frozen + 1)}{top + 1}"
        self._worksheet.print_title_rows = f"{top}:{top}"
        across = ceil(self.width(1, right) / _LEGIBLE)
        self._worksheet.page_setup.fitToWidth = across
        if across > 1 and page.frozen:  # each of the pages side by side says whose rows they are
            self._worksheet.print_title_cols = f"A:{get_column_letter(page.frozen)}"

    def _chart(self, chart: Chart, top: int) -> int:
        """Draw a chart beside its table; return the row below it."""
        column = get_column_letter(sum(each.span for each in chart.grid.columns) + 2)
        graphs.draw(self._worksheet, chart, top, f"{column}{top}")
        return top + int(graphs.height_of(chart) * _POINTS_PER_CM / (LOW)) + 3

    def _set_up(self, page: Page) -> None:
        worksheet = self._worksheet
        worksheet.page_setup.paperSize = _A4
        worksheet.page_setup.orientation = "landscape"
        worksheet.page_setup.fitToHeight = 0
        worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        worksheet.sheet_format.defaultRowHeight = LOW
        worksheet.sheet_format.customHeight = True
        worksheet.print_options.horizontalCentered = True
        margins = worksheet.page_margins
        margins.left = margins.right = 0.5
        margins.top = margins.bottom = 0.7
        worksheet.oddFooter.center.text = "第 &P 页，共 &N 页"  # type: ignore[union-attr]
        worksheet.oddFooter.left.text = page.title.replace("&", "&&")  # type: ignore[union-attr]
        worksheet.sheet_view.showGridLines = False
