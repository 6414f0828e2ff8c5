"""The bridge of `tests/support` with what the xlwings engine asks besides; runs beside `uno`.

    python3 office_bridge.py SOFFICE never|always

Rows and columns are counted from 1; a box is [row, column, height, width].
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

from tests.support import bridge
from tests.support.bridge import CONSTANT, FORMULA, Uno, _closer, _formula, _parser

_BOLD, _PLAIN = 150.0, 100.0
_WIDTH = 200  # hundredths of a millimetre for a character, nearly
_TRANSPARENT = -1
_DIAGRAMS = {"pie": "Pie", "line": "Line"}


class Sheets(bridge.Session):
    """The operations; every public method is one."""

    def new(self) -> int:
        """Open a new workbook and return its number."""
        number = len(self._books) + 1
        self._books[number] = self._office.empty_workbook()
        return number

    def structure_locked(self, book: int) -> bool:
        """Say whether no sheet can be added."""
        return bool(self._books[book].isProtected())

    def add(self, book: int, sheet: str, place: int) -> None:
        """Insert a sheet."""
        self._books[book].Sheets.insertNewByName(sheet, place)

    def remove(self, book: int, sheet: str) -> None:
        """Remove a sheet."""
        self._books[book].Sheets.removeByName(sheet)

    def extent(self, book: int, sheet: str) -> list[int]:
        """Return the last used row and column."""
        cursor = self._sheet(book, sheet).createCursor()
        cursor.gotoEndOfUsedArea(False)  # noqa: FBT003
        return [cursor.RangeAddress.EndRow + 1, cursor.RangeAddress.EndColumn + 1]

    def block(self, book: int, sheet: str, box: list[int]) -> list[list[Any]]:
        """Return the values of cells; null for a blank one, an object for an error."""
        cells = self._box(book, sheet, box)
        return [
            [
                {"error": _closer(cells.getCellByPosition(j, i), None)}
                if value is None
                else None
                if value == "" and cells.getCellByPosition(j, i).Type.value == "EMPTY"
                else value
                for j, value in enumerate(row)
            ]
            for i, row in enumerate(cells.DataArray)
        ]

    def edit_lines(self, book: int, sheet: str, box: list[int]) -> list[list[str]]:
        """Return what the edit line shows, formulas spelled as in Excel."""
        cells, parser = self._box(book, sheet, box), _parser(self._books[book])
        rows, columns = range(box[2]), range(box[3])
        return [[_line(cells.getCellByPosition(j, i), parser) for j in columns] for i in rows]

    def fill(self, book: int, sheet: str, box: list[int], rows: list[list[Any]]) -> None:
        """Set cells: =… is a formula, '… a text, null or an empty text clears."""
        cells, parser = self._box(book, sheet, box), _parser(self._books[book])
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                _set(cells.getCellByPosition(j, i), value, parser)

    def look(self, book: int, sheet: str, row: int, column: int) -> dict[str, Any]:
        """Return how a cell looks."""
        cell = self._box(book, sheet, [row, column, 1, 1])
        code = self._books[book].NumberFormats.getByKey(cell.NumberFormat).FormatString
        color = cell.CellBackColor
        return {
            "format": "General" if code in {"Standard", "General"} else code,
            "fill": None if color == _TRANSPARENT else list(color.to_bytes(3, "big")),
            "bold": cell.CharWeight > _PLAIN,
            "wrap": bool(cell.IsTextWrapped),
            "width": cell.Columns.getByIndex(0).Width / _WIDTH,
        }

    def dress(self, book: int, sheet: str, box: list[int], look: dict[str, Any]) -> None:
        """Change how cells look."""
        cells = self._box(book, sheet, box)
        for key, value in look.items():
            getattr(self, f"_set_{key}")(book, cells, value)

    def _set_format(self, book: int, cells: Uno, code: str) -> None:
        formats = self._books[book].NumberFormats
        english = self._office.uno.createUnoStruct("com.sun.star.lang.Locale", "en", "US", "")
        key = formats.queryKey(code, english, False)  # noqa: FBT003
        cells.NumberFormat = formats.addNew(code, english) if key < 0 else key

    def _set_fill(self, _: int, cells: Uno, fill: list[int] | None) -> None:
        cells.CellBackColor = int.from_bytes(bytes(fill), "big") if fill else _TRANSPARENT

    def _set_bold(self, _: int, cells: Uno, bold: bool) -> None:  # noqa: FBT001
        cells.CharWeight = _BOLD if bold else _PLAIN

    def _set_wrap(self, _: int, cells: Uno, wrap: bool) -> None:  # noqa: FBT001
        cells.IsTextWrapped = wrap

    def _set_width(self, _: int, cells: Uno, width: float) -> None:
        if width:
            cells.Columns.Width = int(width * _WIDTH)
        else:
            cells.Columns.IsVisible = False

    def note(self, book: int, sheet: str, row: int, column: int) -> str | None:
        """Return the note of a cell."""
        found = self._note(book, sheet, row, column)
        return None if found is None else str(self._notes(book, sheet).getByIndex(found).String)

    def set_note(self, book: int, sheet: str, row: int, column: int, text: str | None) -> None:
        """Set or remove the note of a cell."""
        found = self._note(book, sheet, row, column)
        if found is not None:
            self._notes(book, sheet).removeByIndex(found)
        if text:
            cell = self._sheet(book, sheet).getCellByPosition(column - 1, row - 1)
            self._notes(book, sheet).insertNew(cell.CellAddress, text)

    def link(self, book: int, sheet: str, row: int, column: int) -> str:
        """Return the address that a cell leads to."""
        cell = self._sheet(book, sheet).getCellByPosition(column - 1, row - 1)
        fields = cell.TextFields
        return str(fields.getByIndex(0).URL) if fields.Count else ""

    def is_protected(self, book: int, sheet: str) -> bool:
        """Say whether a sheet is protected."""
        return bool(self._sheet(book, sheet).isProtected())

    def protect(self, book: int, sheet: str) -> None:
        """Protect a sheet without a password."""
        self._sheet(book, sheet).protect("")

    def draw(self, book: int, sheet: str, chart: dict[str, Any]) -> None:
        """Draw a chart; lines come behind the other series."""
        on, struct = self._sheet(book, sheet), self._office.uno.createUnoStruct
        frame = struct("com.sun.star.awt.Rectangle", *(int(35 * each) for each in chart["frame"]))
        source = self._box(book, sheet, chart["source"]).RangeAddress
        name = f"chart {on.Charts.Count + 1}"
        on.Charts.addNewByName(name, frame, (source,), True, True)  # noqa: FBT003
        made = on.Charts.getByName(name).EmbeddedObject
        kind = chart["kinds"][0]
        service = f"com.sun.star.chart.{_DIAGRAMS.get(kind, 'Bar')}Diagram"
        made.Diagram = made.createInstance(service)
        if service.endswith("BarDiagram"):
            made.Diagram.Vertical = kind == "bar_clustered"
            made.Diagram.NumberOfLines = chart["kinds"].count("line")
        made.HasMainTitle = True
        made.Title.String = chart["title"]

    def _box(self, book: int, sheet: str, box: list[int]) -> Uno:
        row, column, height, width = box
        corners = (column - 1, row - 1, column + width - 2, row + height - 2)
        return self._sheet(book, sheet).getCellRangeByPosition(*corners)

    def _notes(self, book: int, sheet: str) -> Uno:
        return self._sheet(book, sheet).Annotations

    def _note(self, book: int, sheet: str, row: int, column: int) -> int | None:
        for number, note in enumerate(self._notes(book, sheet)):
            if (note.Position.Row, note.Position.Column) == (row - 1, column - 1):
                return number
        return None


def _line(cell: Uno, parser: Uno) -> str:
    if cell.Type.value == "FORMULA":
        return _formula(parser, cell)
    return str(cell.Formula).removeprefix("'")


def _set(cell: Uno, value: object, parser: Uno) -> None:
    if value in (None, ""):
        cell.clearContents(CONSTANT | FORMULA)
    elif isinstance(value, str) and value[:1] == "=":
        cell.setTokens(parser.parseFormula(value[1:], cell.CellAddress))
    elif isinstance(value, str):
        cell.setString(value[1:] if value[:1] == "'" else value)
    else:
        cell.setValue(float(value))  # type: ignore[arg-type]


if __name__ == "__main__":
    bridge.Session = Sheets
    bridge.main()
