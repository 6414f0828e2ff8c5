"""How far the cells of a file reach, told before calamine lays them out as a rectangle.

One stray cell at the end of a sheet, or one row repeated a million times, is a few bytes in the
file and more memory than there is afterwards; running out of it would end the whole process.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO

import msoffcrypto

from generator.workbook.book import Limits
from generator.workbook.reader.container import Container, broken
from generator.workbook.reader.foreign import too_wide
from generator.workbook.reader.markup import Attributes, Listener, listen

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
# Records in a sheet of .xlsb; 1 to 11 are cells.
_ROW_HEADER, _LAST_CELL, _DIMENSION = 0, 11, 148
# Records in an .xls: where a sheet stands, its dimension, its end, cells of one kind or another.
_SHEET, _SPAN, _END = 0x85, 0x200, 0x0A
_CELLS = frozenset((0x06, 0xBD, 0xBE, 0xD6, 0xFD, 0x201, 0x202, 0x203, 0x204, 0x205, 0x27E, 0x206))


class _Extent:
    """The smallest rectangle around the cells of one sheet."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rows: tuple[int, int] | None = None
        self._columns: tuple[int, int] | None = None

    def reach(self, rows: tuple[int, int], columns: tuple[int, int]) -> None:
        """Widen to some rows and columns, first and last; refuse what grows too large."""
        if rows[1] < rows[0] or columns[1] < columns[0]:  # calamine would count four billion
            raise broken("工作表的范围自相矛盾")
        self._rows = _around(self._rows, rows)
        self._columns = _around(self._columns, columns)
        height, width = (last - first + 1 for first, last in (self._rows, self._columns))
        if height * width > self._limits.rectangle:
            raise too_wide(self._limits)


class _Content(Listener):
    """The content of an .ods: rows and cells that may be repeated."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._extent = _Extent(limits)
        self._row = self._column = self._repeat = 0
        self._filled: tuple[int, int] | None = None
        self.starts = {
            f"{_TABLE}table": self._start_table,
            f"{_TABLE}table-row": self._start_row,
            f"{_TABLE}table-cell": self._cell,
            f"{_TABLE}covered-table-cell": self._cell,
        }
        self.ends = {f"{_TABLE}table-row": self._end_row}

    def _start_table(self, _: Attributes) -> None:
        self._extent, self._row = _Extent(self._limits), 0

    def _start_row(self, attributes: Attributes) -> None:
        self._repeat = _count(attributes, "number-rows-repeated")
        self._column, self._filled = 0, None

    def _cell(self, attributes: Attributes) -> None:
        count = _count(attributes, "number-columns-repeated")
        if f"{_OFFICE}value-type" in attributes:
            self._filled = _around(self._filled, (self._column, self._column + count - 1))
        self._column += count

    def _end_row(self) -> None:
        if self._filled is not None:
            self._extent.reach((self._row, self._row + self._repeat - 1), self._filled)
        self._row += self._repeat


def check_ods(container: Container, limits: Limits) -> None:
    """Refuse an .ods whose cells reach too far."""
    listen("content.xml", container.chunks("content.xml"), _Content(limits), depth=1000)


def check_xlsb(container: Container, limits: Limits) -> None:
    """Refuse an .xlsb whose cells reach too far."""
    for name in container.names:
        if name.startswith("xl/worksheets/") and name.endswith(".bin"):
            _check_records(container.read(name), _Extent(limits))


def _check_records(content: bytes, extent: _Extent) -> None:
    place, row = 0, 0
    while place < len(content):
        kind, place = _packed(content, place, 2)
        size, place = _packed(content, place, 4)
        first = int.from_bytes(content[place : place + 4], "little")
        if kind <= _LAST_CELL and size < 4:  # calamine would read what the last record left behind
            raise broken("工作表内容不完整")
        if kind == _ROW_HEADER:
            row = first
        elif kind <= _LAST_CELL:
            extent.reach((row, row), (first, first))
        elif kind == _DIMENSION and size == 16:
            top, bottom, left, right = struct.unpack_from("<4I", content.ljust(place + 16), place)
            extent.reach((top, bottom), (left, right))
        place += size


def check_xls(content: bytes, limits: Limits) -> None:
    """Refuse an .xls whose cells, or whose own word on them, reach too far."""
    try:
        file = msoffcrypto.olefile.OleFileIO(BytesIO(content))
        name = next(each for each in ("Workbook", "Book") if file.exists(each))
        stream = file.openstream(name).read()
    except MemoryError:
        raise
    except Exception as error:  # a parser of a binary format, given hostile bytes, raises anything
        raise broken("里面没有工作簿") from error
    _check_old_records(stream, limits)


def _check_old_records(stream: bytes, limits: Limits) -> None:
    starts = [
        struct.unpack_from("<I", body)[0] for kind, body in _records(stream, 0) if kind == _SHEET
    ]
    for start in starts:
        extent = _Extent(limits)
        for kind, body in _records(stream, start):
            if kind == _SPAN and len(body) in (10, 14):
                form = "<IIHH" if len(body) == 14 else "<4H"  # of Excel 97, of Excel 5
                top, bottom, left, right = struct.unpack_from(form, body)
                if bottom and right:  # else an empty sheet
                    extent.reach((top, bottom - 1), (left, right - 1))
            elif kind in _CELLS:
                row, column = struct.unpack_from("<HH", body)
                extent.reach((row, row), (column, column))


def _records(stream: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one part of an .xls, to its end, that are long enough to matter."""
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        if kind == _END:
            return
        body = stream[place + 4 : place + 4 + size]
        if len(body) >= 4:
            yield kind, body
        place += 4 + size


def _packed(content: bytes, place: int, most: int) -> tuple[int, int]:
    """Return a number stored in seven bits a byte, and where the next thing starts."""
    number = 0
    for index in range(most):
        if place + index >= len(content):
            raise broken("工作表内容不完整")
        byte = content[place + index]
        number |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return number, place + index + 1
    return number, place + most


def _around(known: tuple[int, int] | None, more: tuple[int, int]) -> tuple[int, int]:
    return (min(known[0], more[0]), max(known[1], more[1])) if known else more


def _count(attributes: Attributes, name: str) -> int:
    written = attributes.get(f"{_TABLE}{name}", "1")
    return int(written) if written.isdecimal() and len(written) < 10 else 1
