"""An xlwings engine: the parts of its interface that macros use, over a `Program`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import xlwings as xw
from xlwings import utils

from tests.addin.engines.program import Box, Document, ErrorValue, Program
from tests.addin.engines.screen import Application, NativeBook, NativeSheet

Given = Any  # what xlwings hands on
_LAST = Box(1_048_576, 16_384)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_PERCENT = re.compile(r"[+-]?\d+\.?\d*%")
_numbers = count(1)


def xlwings_on(program: Program) -> xw.App:
    """Make a program xlwings' engine and return its App."""
    engine = Engine(program)
    xw.engines.add(xw.Engine(impl=engine))
    xw.engines[program.name].activate()
    return xw.App(add_book=False)


class Engine:
    """The engine; it has one App, like one running Excel."""

    type = "desktop"

    def __init__(self, program: Program) -> None:
        self.program = program
        self.name = program.name
        self.running: list[App] = []

    @property
    def apps(self) -> Apps:
        return Apps(self)

    @staticmethod
    def clean_value_data(
        data: list[list[object]],
        _: Callable[..., object],
        empty_as: object,
        number_builder: Callable[[float], object] | None,
        err_to_str: bool,  # noqa: FBT001 - xlwings calls it so
    ) -> list[list[object]]:
        """Return values as a person who reads cells gets them."""

        def clean(value: object) -> object:
            if isinstance(value, ErrorValue):
                return str(value) if err_to_str else None
            if value in (None, ""):
                return empty_as
            if number_builder is not None and type(value) is float:
                return number_builder(value)
            return value

        return [[clean(each) for each in row] for row in data]

    @staticmethod
    def prepare_xl_data_element(value: object, _: object) -> object:
        """Return a value as a cell takes it."""
        if value is None:
            return ""
        return value if isinstance(value, bool | str) else float(value)  # type: ignore[arg-type]


class Apps:
    """The running programs, the newest first."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keys(self) -> list[int]:
        return [each.pid for each in self._engine.running]

    def __iter__(self) -> Iterator[App]:
        return iter(self._engine.running)

    def __len__(self) -> int:
        return len(self._engine.running)

    def __getitem__(self, pid: int) -> App:
        return next(each for each in self._engine.running if each.pid == pid)

    def add(self, **_: object) -> App:
        app = App(self._engine)
        self._engine.running.insert(0, app)
        return app

    def cleanup(self) -> None:
        """Nothing stays behind."""


class App:
    """A running program, and who sits before it."""

    screen_updating = display_alerts = enable_events = interactive = True
    calculation = "automatic"
    status_bar: str | bool = False
    version = "16.0"
    visible = False

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.pid = self.hwnd = next(_numbers)
        self.open_books: list[Book] = []
        self.addin = ""  # where the add-in lies
        self.selection: Range | None = None
        self.api = Application()

    @property
    def books(self) -> Books:
        return Books(self)

    def alert(self, prompt: str, title: str, buttons: str, *_: object) -> str:
        """Show a message, or ask yes or no."""
        assert title == "绩效"
        return self.api.alert(prompt, buttons)

    def activate(self, steal_focus: bool = False) -> None:  # noqa: FBT001, FBT002
        """It is the only one."""

    def quit(self) -> None:
        for each in list(self.open_books):
            each.close()
        self.engine.running.remove(self)

    kill = quit


class Books:
    """The open workbooks, the active one first."""

    def __init__(self, app: App) -> None:
        self.app = app

    @property
    def api(self) -> list[Book]:
        return self.app.open_books

    @property
    def active(self) -> Book | None:
        return next(iter(self), None)

    def __iter__(self) -> Iterator[Book]:
        return iter(list(self.app.open_books))

    def __len__(self) -> int:
        return len(self.app.open_books)

    def __call__(self, key: int | str) -> Book:
        """Return a workbook; as in Excel, the add-in is found by its name alone."""
        if not isinstance(key, str):
            return self.app.open_books[key - 1]
        if self.app.addin and key.lower() == Path(self.app.addin).name.lower():
            return Book(self.app, None, self.app.addin)
        for each in self.app.open_books:
            if key.lower() == each.name.lower():
                return each
        raise KeyError(key)

    def add(self) -> Book:
        return self._opened(None, f"工作簿{next(_numbers)}")

    def open(self, fullname: str, *_: object) -> Book:
        return self._opened(Path(fullname), fullname)

    def _opened(self, path: Path | None, fullname: str) -> Book:
        book = Book(self.app, self.app.engine.program.open(path), fullname)
        self.app.open_books.insert(0, book)
        return book


class Book:
    """An open workbook."""

    def __init__(self, app: App, document: Document | None, fullname: str) -> None:
        self.app, self.fullname = app, fullname
        if document is not None:  # an add-in shows nothing
            self.document, self.active_tab = document, document.tabs()[0]

    @property
    def api(self) -> NativeBook:
        return NativeBook(self.document)

    @property
    def name(self) -> str:
        return Path(self.fullname).name

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    def activate(self) -> None:
        self.app.open_books.remove(self)
        self.app.open_books.insert(0, self)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        assert password is None
        self.fullname = str(path or self.fullname)
        self.document.save(Path(self.fullname))

    def close(self) -> None:
        self.document.close()
        self.app.open_books.remove(self)


class Sheets:
    """The worksheets of a workbook."""

    def __init__(self, book: Book) -> None:
        self._book = book

    @property
    def api(self) -> list[str]:
        return self._book.document.tabs()

    @property
    def active(self) -> Sheet:
        return Sheet(self._book, self._book.active_tab)

    def __len__(self) -> int:
        return len(self.api)

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self._book, each) for each in self.api)

    def __call__(self, key: int | str) -> Sheet:
        if isinstance(key, str):
            named = (each for each in self.api if each.lower() == key.lower())
            return Sheet(self._book, next(named))
        return Sheet(self._book, self.api[key - 1])

    def __contains__(self, key: str) -> bool:
        return key.lower() in [each.lower() for each in self.api]

    def add(self, before: Sheet | None, after: Sheet | None, name: str) -> Sheet:
        assert not self._book.document.structure_locked, "Excel adds no worksheet here"
        place = before.index - 1 if before else after.index if after else 0
        self._book.document.add(name, place)
        self._book.active_tab = name
        return Sheet(self._book, name)


class Sheet:
    """A worksheet."""

    def __init__(self, book: Book, name: str) -> None:
        self.book, self.name = book, name

    @property
    def document(self) -> Document:
        return self.book.document

    @property
    def api(self) -> NativeSheet:
        return NativeSheet(self.document, self.name)

    @property
    def index(self) -> int:
        return self.document.tabs().index(self.name) + 1

    @property
    def cells(self) -> Range:
        return Range(self, Box(1, 1, _LAST.row, _LAST.column))

    @property
    def charts(self) -> Charts:
        return Charts(self)

    @property
    def used_range(self) -> Range:
        return Range(self, Box(1, 1, *self.document.extent(self.name)))

    def activate(self) -> None:
        self.book.active_tab = self.name

    def delete(self) -> None:
        self.document.remove(self.name)
        self.book.active_tab = self.document.tabs()[0]

    def autofit(self, axis: str | None = None) -> None:
        """Widths are left alone: nobody looks."""

    def range(self, first: Given, last: Given = None) -> Range:
        """Return cells by address, or by row and column."""
        box = self._box(first)
        if last is None:
            return Range(self, box)
        other = self._box(last)
        bottom = max(box.row + box.height, other.row + other.height)
        right = max(box.column + box.width, other.column + other.width)
        top, left = min(box.row, other.row), min(box.column, other.column)
        return Range(self, Box(top, left, bottom - top, right - left))

    @staticmethod
    def _box(given: Given) -> Box:
        if isinstance(given, Range):
            return given.box
        if isinstance(given, tuple):
            return Box(*given)
        (top, left), end = utils.a1_to_tuples(given.replace("$", "").upper())
        bottom, right = end or (top, left)
        return Box(top, left, bottom - top + 1, right - left + 1)


class Range:
    """Some cells of a worksheet."""

    max_cells_per_read = max_cells_per_write = None

    def __init__(self, sheet: Sheet, box: Box) -> None:
        self.sheet, self.box = sheet, box
        self.options: dict[str, object] = {}

    @property
    def api(self) -> Box:
        return self.box

    @property
    def row(self) -> int:
        return self.box.row

    @property
    def column(self) -> int:
        return self.box.column

    @property
    def shape(self) -> tuple[int, int]:
        return self.box.height, self.box.width

    @property
    def coords(self) -> tuple[object, ...]:
        return (self.sheet.name, *self.box)

    def __len__(self) -> int:
        return self.box.height * self.box.width

    def __call__(self, row: int, column: int | None = None) -> Range:
        if column is None:
            row, column = (row - 1) // self.box.width + 1, (row - 1) % self.box.width + 1
        return Range(self.sheet, Box(self.row + row - 1, self.column + column - 1))

    # -- values --

    @property
    def raw_value(self) -> object:
        rows = self.sheet.document.values(self.sheet.name, self.box)
        return rows[0][0] if len(self) == 1 else rows

    @raw_value.setter
    def raw_value(self, given: Given) -> None:
        rows = self._rows(given)
        formats = self._formats()
        self._put(
            [
                [_as_typed(each, formats[i][j]) for j, each in enumerate(row)]
                for i, row in enumerate(rows)
            ]
        )

    @property
    def formula(self) -> object:
        rows = self.sheet.document.formulas(self.sheet.name, self.box)
        return rows[0][0] if len(self) == 1 else tuple(map(tuple, rows))

    @formula.setter
    def formula(self, given: Given) -> None:
        rows = self._rows(given)
        if isinstance(given, str):  # references follow the cell, as when a formula is filled
            rows = [
                [moved(given, i, j) for j in range(self.box.width)] for i in range(self.box.height)
            ]
        self._put(rows)

    def _put(self, rows: Sequence[Sequence[object]]) -> None:
        assert not self._locked(), f"Excel refuses: {self.sheet.name} is protected"
        self.sheet.document.put(self.sheet.name, self.box, rows)  # type: ignore[arg-type]

    def _locked(self) -> bool:
        return self.sheet.document.protection(self.sheet.name) is not None

    def _rows(self, given: Given) -> list[list[Any]]:
        if not isinstance(given, list | tuple):
            return [[given] * self.box.width] * self.box.height
        if isinstance(given[0], list | tuple):
            return [list(row) for row in given]
        return [list(given)]

    def _formats(self) -> list[list[str]]:
        """Return the number formats; those of a column are taken for equal below its first two."""
        first = [
            [self._look(i, j)["format"] for j in range(self.box.width)]
            for i in range(min(self.box.height, 2))
        ]
        return first + [first[-1]] * (self.box.height - len(first))

    # -- where --

    @property
    def current_region(self) -> Range:
        """Return the cells around it up to blank rows and columns."""
        height, width = self.sheet.document.extent(self.sheet.name)
        rows = self.sheet.document.values(self.sheet.name, Box(1, 1, height, width))
        filled = {
            (i, j)
            for i, row in enumerate(rows, 1)
            for j, each in enumerate(row, 1)
            if each not in (None, "")
        }
        top, left, bottom, right = self.row, self.column, self.row, self.column
        while True:
            near = [
                each
                for each in filled
                if top - 1 <= each[0] <= bottom + 1 and left - 1 <= each[1] <= right + 1
            ]
            rows_, columns = [i for i, _ in near] or [top], [j for _, j in near] or [left]
            grown = (
                *(min(top, *rows_, top), min(left, *columns, left)),
                *(max(bottom, *rows_, bottom), max(right, *columns, right)),
            )
            if grown == (top, left, bottom, right):
                return Range(self.sheet, Box(top, left, bottom - top + 1, right - left + 1))
            top, left, bottom, right = grown

    def get_address(
        self,
        row_absolute: bool = True,  # noqa: FBT001, FBT002
        col_absolute: bool = True,  # noqa: FBT001, FBT002
        external: bool = False,  # noqa: FBT001, FBT002
    ) -> str:
        assert not external
        down, right = "$" * row_absolute, "$" * col_absolute

        def name(row: int, column: int) -> str:
            return f"{right}{utils.col_name(column)}{down}{row}"

        first = name(self.row, self.column)
        if len(self) == 1:
            return first
        last = (self.row + self.box.height - 1, self.column + self.box.width - 1)
        return f"{first}:{name(*last)}"

    @property
    def address(self) -> str:
        return self.get_address()

    def select(self) -> None:
        self.sheet.activate()
        self.sheet.book.app.selection = self

    # -- looks --

    def _look(self, row: int = 0, column: int = 0) -> dict[str, Any]:
        return self.sheet.document.look(self.sheet.name, self.row + row, self.column + column)

    def _dress(self, **look: object) -> None:
        assert not self._locked(), f"Excel refuses: {self.sheet.name} is protected"
        self.sheet.document.dress(self.sheet.name, self.box, look)

    number_format = property(
        lambda self: self._look()["format"], lambda self, code: self._dress(format=code)
    )
    color = property(
        lambda self: self._look()["fill"], lambda self, color: self._dress(fill=_rgb(color))
    )
    wrap_text = property(
        lambda self: self._look()["wrap"], lambda self, wrap: self._dress(wrap=wrap)
    )
    column_width = property(
        lambda self: self._look()["width"], lambda self, width: self._dress(width=width)
    )

    @property
    def font(self) -> Font:
        return Font(self)

    # -- notes and links --

    @property
    def note(self) -> Note | None:
        text = self.sheet.document.note(self.sheet.name, self.row, self.column)
        return None if text is None else Note(self)

    def add_note(self, text: str) -> Note:
        assert not self._locked(), f"Excel refuses: {self.sheet.name} is protected"
        self.sheet.document.set_note(self.sheet.name, self.row, self.column, text)
        return Note(self)

    @property
    def hyperlink(self) -> str:
        found = self.sheet.document.link(self.sheet.name, self.row, self.column)
        if not found:
            raise ValueError("The cell doesn't seem to contain a hyperlink!")
        return found


class Note:
    """The note of a cell."""

    def __init__(self, cell: Range) -> None:
        self._cell = cell

    @property
    def text(self) -> str | None:
        cell = self._cell
        return cell.sheet.document.note(cell.sheet.name, cell.row, cell.column)

    def delete(self) -> None:
        cell = self._cell
        cell.sheet.document.set_note(cell.sheet.name, cell.row, cell.column, None)


class Font:
    """The font of some cells."""

    def __init__(self, cells: Range) -> None:
        self._cells = cells

    bold = property(
        lambda self: self._cells._look()["bold"], lambda self, bold: self._cells._dress(bold=bold)
    )


class Charts:
    """The charts of a worksheet; they are drawn when the workbook is saved."""

    def __init__(self, sheet: Sheet) -> None:
        self.parent = sheet

    @property
    def api(self) -> Charts:
        return self

    def add(self, left: float, top: float, width: float, height: float, **_: object) -> Chart:
        frame = (left, top, width, height)
        return Chart(self.parent, {"frame": frame, "title": "", "series": {}})


class Chart:
    """A chart."""

    def __init__(self, sheet: Sheet, description: dict[str, Any]) -> None:
        self._sheet, self._description = sheet, description

    def set_source_data(self, source: Range, _: object = None) -> None:
        assert source.sheet.name == self._sheet.name
        self._description["source"] = source.box
        self._sheet.document.draw(self._sheet.name, self._description)

    chart_type = property(
        lambda self: self._description["kind"],
        lambda self, kind: self._description.update(kind=kind),
    )
    title = property(
        lambda self: self._description["title"],
        lambda self, title: self._description.update(title=title),
    )

    @property
    def series(self) -> SeriesCollection:
        return SeriesCollection(self._description)


class SeriesCollection:
    """The series of a chart: a column each, behind that of the names."""

    def __init__(self, description: dict[str, Any]) -> None:
        self._description = description

    def __len__(self) -> int:
        return int(self._description["source"].width) - 1

    def __call__(self, number: int) -> Series:
        return Series(self._description["series"].setdefault(number - 1, {}))


class Series:
    """One series of a chart."""

    def __init__(self, description: dict[str, Any]) -> None:
        self._description = description

    def set(self, **changes: Given) -> None:
        """Change what is given; the rest arrives as a mark of xlwings' own."""
        given = {key: value for key, value in changes.items() if isinstance(value, str | tuple)}
        self._description.update(given)


def _as_typed(value: Given, code: str) -> Given:
    """Return what Excel makes of a text that is put into a cell: 0301 loses its zero."""
    if not isinstance(value, str):
        return value
    if code == "@":
        return f"'{value}" if value else value
    if _NUMBER.fullmatch(value):
        return float(value)
    return float(value[:-1]) / 100 if _PERCENT.fullmatch(value) else value


def _rgb(color: Given) -> tuple[int, ...] | None:
    if isinstance(color, str):
        return tuple(utils.hex_to_rgb(color))
    return None if color is None else tuple(color)


_REFERENCE = re.compile(r"(?<![\w.!'])(\$?)([A-Z]{1,3})(\$?)(\d+)(?![\w(])")


def moved(formula: str, down: int, right: int) -> str:
    """Return a formula as it reads some cells further, as when it is filled."""

    def shift(match: re.Match[str]) -> str:
        fixed, letters, steady, row = match.groups()
        column = utils.address_to_index_tuple(f"{letters}1")[1]
        name = letters if fixed else utils.col_name(column + right)
        return f"{fixed}{name}{steady}{row if steady else int(row) + down}"

    parts = re.split(r'("[^"]*")', formula)
    return "".join(each if each[:1] == '"' else _REFERENCE.sub(shift, each) for each in parts)
