"""Workbooks kept by openpyxl: always there, but nothing is reckoned.

A formula shows the value that was saved with it; one written since has none: asking is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import Cell, MergedCell
from openpyxl.chart import BarChart, LineChart, PieChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.addin.engines.program import ALLOWANCES, Box, ErrorValue, Rows, Value

_ALLOWED = dict(
    zip(
        ALLOWANCES,
        (
            *("formatCells", "formatColumns", "formatRows"),
            *("insertColumns", "insertRows", "insertHyperlinks"),
            *("deleteColumns", "deleteRows", "sort", "autoFilter", "pivotTables"),
        ),
        strict=True,
    )
)


class StaleError(AssertionError):
    """A formula was written in this session: there is nothing here to reckon it."""


class OpenpyxlProgram:
    """Opens workbooks with openpyxl."""

    name = "openpyxl"

    def open(self, path: Path | None) -> OpenpyxlDocument:
        return OpenpyxlDocument(path)


class OpenpyxlDocument:
    """An open workbook."""

    def __init__(self, path: Path | None) -> None:
        self._book = openpyxl.load_workbook(path) if path else openpyxl.Workbook()
        self._saved = openpyxl.load_workbook(path, data_only=True) if path else self._book
        self._fresh: set[tuple[str, int, int]] = set()
        self._charts: list[tuple[str, Mapping[str, Any]]] = []

    @property
    def structure_locked(self) -> bool:
        return bool(self._book.security and self._book.security.lockStructure)

    def save(self, path: Path) -> None:
        while self._charts:
            tab, chart = self._charts.pop()
            _draw(self._book[tab], chart)
        self._book.save(path)

    def close(self) -> None:
        self._book.close()

    def tabs(self) -> list[str]:
        return list(self._book.sheetnames)

    def add(self, tab: str, place: int) -> None:
        self._book.create_sheet(tab, place)

    def remove(self, tab: str) -> None:
        del self._book[tab]

    def extent(self, tab: str) -> tuple[int, int]:
        return self._book[tab].max_row, self._book[tab].max_column

    # -- cells --

    def values(self, tab: str, box: Box) -> list[list[Value]]:
        return [[self._value(tab, each) for each in row] for row in self._cells(tab, box)]

    def _value(self, tab: str, cell: Cell | MergedCell) -> Value:
        value: Any = cell.value
        if cell.data_type == "f":
            if (tab, cell.row, cell.column) in self._fresh:
                raise StaleError(f"{tab}!{cell.coordinate} {value}")
            value = self._saved[tab].cell(cell.row, cell.column).value
        if isinstance(value, str) and value[:1] == "#" and cell.data_type in "ef":
            return ErrorValue(value)
        return value if value is None or isinstance(value, str | bool) else float(value)

    def formulas(self, tab: str, box: Box) -> list[list[str]]:
        return [
            ["" if each.value is None else str(each.value) for each in row]
            for row in self._cells(tab, box)
        ]

    def put(self, tab: str, box: Box, rows: Rows) -> None:
        for cells, values in zip(self._cells(tab, box), rows, strict=True):
            for cell, value in zip(cells, values, strict=True):
                quoted = isinstance(value, str) and value[:1] == "'"
                cell.value = None if value == "" else value[1:] if quoted else value  # type: ignore[index]
                if quoted:
                    cell.data_type = "s"
                if cell.data_type == "f":
                    self._fresh.add((tab, cell.row, cell.column))

    def _cells(self, tab: str, box: Box) -> list[tuple[Any, ...]]:
        return list(
            self._book[tab].iter_rows(
                box.row, box.row + box.height - 1, box.column, box.column + box.width - 1
            )
        )

    # -- looks --

    def look(self, tab: str, row: int, column: int) -> dict[str, Any]:
        cell = self._book[tab].cell(row, column)
        width = self._book[tab].column_dimensions[get_column_letter(column)].width
        solid = cell.fill.fill_type == "solid"
        return {
            "format": cell.number_format,
            "fill": tuple(bytes.fromhex(cell.fill.fgColor.rgb[2:])) if solid else None,
            "bold": bool(cell.font.b),
            "wrap": bool(cell.alignment.wrap_text),
            "width": width,
        }

    def dress(self, tab: str, box: Box, look: Mapping[str, Any]) -> None:
        for cell in (each for row in self._cells(tab, box) for each in row):
            for key, value in look.items():
                _DRESS[key](cell, value)

    def note(self, tab: str, row: int, column: int) -> str | None:
        comment = self._book[tab].cell(row, column).comment
        return comment.text if comment else None

    def set_note(self, tab: str, row: int, column: int, text: str | None) -> None:
        self._book[tab].cell(row, column).comment = Comment(text, "") if text else None

    def link(self, tab: str, row: int, column: int) -> str:
        found = self._book[tab].cell(row, column).hyperlink
        return str(found.target or "") if found else ""

    # -- protection --

    def protection(self, tab: str) -> dict[str, bool] | None:
        found = self._book[tab].protection
        if not found.sheet:
            return None
        return {name: not getattr(found, ours) for name, ours in _ALLOWED.items()}

    def protect(self, tab: str, allowed: Mapping[str, bool]) -> None:
        found = self._book[tab].protection
        for name, allows in allowed.items():
            setattr(found, _ALLOWED[name], not allows)
        found.sheet = True

    def unprotect(self, tab: str, password: str) -> bool:
        found = self._book[tab].protection
        if found.password and not password:
            return False
        found.sheet = False
        return True

    def draw(self, tab: str, chart: Mapping[str, Any]) -> None:
        self._charts.append((tab, chart))


def _set_width(cell: Cell, width: float) -> None:
    dimension = cell.parent.column_dimensions[get_column_letter(cell.column)]
    dimension.width, dimension.hidden = width, not width


def _set_font(cell: Cell, bold: bool) -> None:  # noqa: FBT001
    font = copy(cell.font)
    font.b = bold
    cell.font = font


def _set_wrap(cell: Cell, wrap: bool) -> None:  # noqa: FBT001
    alignment = copy(cell.alignment)
    alignment.wrap_text = wrap
    cell.alignment = alignment


def _set_fill(cell: Cell, fill: tuple[int, ...] | None) -> None:
    cell.fill = PatternFill("solid", fgColor=bytes(fill).hex().upper()) if fill else PatternFill()


_DRESS = {
    "format": lambda cell, code: setattr(cell, "number_format", code),
    "fill": _set_fill,
    "bold": _set_font,
    "wrap": _set_wrap,
    "width": _set_width,
}


def _draw(worksheet: Worksheet, chart: Mapping[str, Any]) -> None:
    source: Box = chart["source"]
    bottom = source.row + source.height - 1
    names = Reference(worksheet, source.column, source.row + 1, max_row=bottom)
    kinds = [
        chart["series"].get(place, {}).get("chart_type", chart["kind"])
        for place in range(source.width - 1)
    ]
    drawn: Any = None
    for kind in dict.fromkeys(kinds):
        made: Any = {"pie": PieChart, "line": LineChart}.get(kind, BarChart)()
        for place in (place for place, each in enumerate(kinds) if each == kind):
            column = source.column + 1 + place
            data = Reference(worksheet, column, source.row, max_row=bottom)
            made.add_data(data, titles_from_data=True)
        made.set_categories(names)
        if drawn:
            drawn += made
        else:
            drawn = made
    drawn.title = chart["title"]
    worksheet.add_chart(drawn, "E2")
