"""A returned workbook as a neutral picture, whatever program saved it in whatever format."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

CellValue = Decimal | str | bool | None
Line = tuple[int, Mapping[int, CellValue]]  # a row from 1, and its values by column from 1

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (a cell's date has no zone)
_LEAP_1900 = 60  # Excel counts a 29 February 1900 that never was
_LAST_DAY = 2_958_465  # 9999-12-31
_LITERAL = re.compile(r'"[^"]*"|\\.|[_*].|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE | re.DOTALL)
_CLOCK = re.compile("[ymdhs]", re.IGNORECASE)


class Unreadable(ValueError):  # noqa: N818 (the name says it in a sentence)
    """A file that cannot be used: what is wrong with it and what to do, both in Chinese."""

    def __init__(self, message: str, remedy: str) -> None:
        self.message, self.remedy = message, remedy
        super().__init__(f"{message}。{remedy}")

    def __reduce__(self) -> tuple[type[Unreadable], tuple[str, str]]:
        return Unreadable, (self.message, self.remedy)


@dataclass(frozen=True)
class Limits:
    """How much of a file is read before it is refused as broken or hostile."""

    file_bytes: int = 100 * 2**20
    inflated_bytes: int = 200 * 2**20  # of all parts together
    ratio: int = 200  # inflated to packed, of one large part; real sheets reach 50
    parts: int = 10_000
    cells: int = 1_000_000  # of all sheets together, and of shared texts
    merges: int = 200_000
    names: int = 100_000
    depth: int = 64  # of XML elements within each other
    rectangle: int = 2_000_000  # of a format that is only read as full rectangles


class CellKind(StrEnum):
    """What stands in a cell."""

    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"
    ERROR = "error"
    BLANK = "blank"


class Cell(NamedTuple):
    """One cell as the file holds it; of a formula, `value` is the result that was saved.

    A number is the shortest decimal of the double in the file, so 0.28999999999999998 is 0.29. The
    value of an error is its text, such as `#REF!`. A date is a number of days in the 1900 system,
    also where the file counts from 1904.
    """

    value: CellValue = None
    kind: CellKind = CellKind.BLANK
    formula: str = ""  # without the equals sign
    number_format: str = "General"
    locked: bool | None = None  # None: the format does not say

    @property
    def percent(self) -> bool:
        """Whether the number is shown as a percentage."""
        return is_percent_format(self.number_format)

    @property
    def date(self) -> datetime | None:
        """The moment that a number with a date format means, to the second."""
        if not isinstance(self.value, Decimal) or not is_date_format(self.number_format):
            return None
        return date_of(self.value)

    @property
    def written_date(self) -> str:
        """The date or time that the cell shows, as ISO 8601 writes it; empty for no date.

        >>> Cell(Decimal("44531"), CellKind.NUMBER, number_format="yyyy/m/d").written_date
        '2021-12-01'
        """
        moment = self.date
        if moment is None or not isinstance(self.value, Decimal):
            return ""
        if self.value < 1:
            return f"{moment:%H:%M:%S}"
        return f"{moment:%Y-%m-%d %H:%M:%S}".removesuffix(" 00:00:00")


@dataclass(frozen=True, order=True)
class Range:
    """A rectangle on a sheet, rows and columns from 1, ends included."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int

    @property
    def corners(self) -> tuple[int, int, int, int]:
        """Where it begins and ends: top, left, bottom, right."""
        return (self.top, self.left, self.bottom, self.right)

    def holds(self, row: int, column: int) -> bool:
        """Say whether a cell lies within."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@dataclass(frozen=True)
class DefinedName:
    """A name for cells; `ranges` is empty for `#REF!`, constants and formulas."""

    name: str
    text: str  # what it stands for, as the file writes it
    ranges: tuple[Range, ...] = ()
    sheet: int | None = None  # the index in `Book.sheets` of the sheet it belongs to
    title: str = ""  # the title of that sheet; empty for a name of the whole book
    hidden: bool = False


@dataclass(frozen=True)
class Sheet:
    """One sheet; `cells` has only cells that exist in the file, by (row, column) from 1."""

    title: str
    state: str = "visible"  # or hidden, veryHidden
    cells: Mapping[tuple[int, int], Cell] = field(default_factory=dict)
    merges: tuple[Range, ...] = ()
    protected: bool | None = False  # None: the format does not say
    row_locks: Mapping[int, bool] = field(default_factory=dict)  # rows styled as a whole
    column_locks: tuple[tuple[int, int, bool], ...] = ()  # first, last, lock

    def cell(self, row: int, column: int) -> Cell | None:
        """Return the cell, or None when the file has nothing there."""
        return self.cells.get((row, column))

    def locked(self, row: int, column: int) -> bool | None:
        """Return the lock of a cell, existing or not; None when the format does not say."""
        cell = self.cells.get((row, column))
        if cell is not None:
            return cell.locked
        if self.protected is None:
            return None
        if row in self.row_locks:
            return self.row_locks[row]
        return next((lock for a, b, lock in self.column_locks if a <= column <= b), True)

    def merge_at(self, row: int, column: int) -> Range | None:
        """Return the merged range that a cell belongs to; its top left cell holds the value."""
        return next((each for each in self.merges if each.holds(row, column)), None)

    def lines(self) -> Iterator[Line]:
        """Yield the rows that hold anything, from above, with the values in them."""
        filled = sorted(where for where, cell in self.cells.items() if cell.value is not None)
        for row, places in groupby(filled, key=itemgetter(0)):
            yield row, {where[1]: self.cells[where].value for where in places}


@dataclass(frozen=True)
class Book:
    """A workbook."""

    sheets: tuple[Sheet, ...]
    names: tuple[DefinedName, ...] = ()
    date1904: bool = False
    format: str = "xlsx"  # xlsx, xlsm, xls, xlsb, ods
    macros: bool = False
    external_links: bool = False
    dde: bool = False  # links that would start another program
    saved: datetime | None = None  # when it says it was, if it does

    def sheet(self, title: str) -> Sheet | None:
        """Return the sheet of that title; Excel does not tell capitals apart."""
        return self._by_title.get(title.casefold())

    def name(self, name: str, title: str = "") -> DefinedName | None:
        """Return the name that belongs to the sheet of that title, or to the book if empty."""
        return self._index.name(name, title)

    def ranges_on(self, title: str) -> Mapping[str, Range]:
        """Return the ranges on a sheet by the names, in small letters, of that sheet."""
        return self._index.ranges_on(title)

    def corners_on(self, title: str) -> Mapping[str, tuple[int, int, int, int]]:
        """Return the same as top, left, bottom and right, which are quickly compared."""
        return self._index.corners_on(title)

    @cached_property
    def _by_title(self) -> dict[str, Sheet]:
        return {each.title.casefold(): each for each in reversed(self.sheets)}

    @cached_property
    def _index(self) -> Names:
        return index_of(self.names)


class Names:
    """The names of a workbook, to be looked up; Excel does not tell capitals apart."""

    def __init__(self, names: tuple[DefinedName, ...]) -> None:
        self.names = names
        self._by_name = {(each.title.casefold(), each.name.casefold()): each for each in names}

    def name(self, name: str, title: str) -> DefinedName | None:
        """Return the name that belongs to the sheet of that title, or to the book if empty."""
        return self._by_name.get((title.casefold(), name.casefold()))

    def ranges_on(self, title: str) -> Mapping[str, Range]:
        """Return the ranges on a sheet by the names, in small letters, of that sheet."""
        return self._ranges.get(title.casefold(), {})

    def corners_on(self, title: str) -> Mapping[str, tuple[int, int, int, int]]:
        """Return the same as top, left, bottom and right, which are quickly compared."""
        return self._corners.get(title.casefold(), {})

    @cached_property
    def _corners(self) -> Mapping[str, Mapping[str, tuple[int, int, int, int]]]:
        return {
            title: {name: each.corners for name, each in found.items()}
            for title, found in self._ranges.items()
        }

    @cached_property
    def _ranges(self) -> Mapping[str, Mapping[str, Range]]:
        found: dict[str, dict[str, Range]] = {}
        for (title, name), defined in self._by_name.items():
            areas = (each for each in defined.ranges if each.sheet.casefold() == title)
            area = next(areas, None)
            if area:
                found.setdefault(title, {})[name] = area
        return found


_INDEXES: dict[int, Names] = {}
_MOST_INDEXES = 64


def index_of(names: tuple[DefinedName, ...]) -> Names:
    """Return the index of names, which many returns of one form may share."""
    found = _INDEXES.get(id(names))
    if found is None or found.names is not names:
        if len(_INDEXES) >= _MOST_INDEXES:
            _INDEXES.clear()
        found = _INDEXES[id(names)] = Names(names)
    return found


@lru_cache(maxsize=512)
def is_percent_format(code: str) -> bool:
    """Say whether a number format shows a percentage.

    >>> [is_percent_format(each) for each in ("0.00%", 'General"%"', "0.00")]
    [True, False, False]
    """
    return "%" in _LITERAL.sub("", code)


@lru_cache(maxsize=512)
def is_date_format(code: str) -> bool:
    """Say whether a number format shows a date or a time.

    >>> [is_date_format(each) for each in ('yyyy"年"m"月"', "[h]:mm", '0"月"', "[Red]0.00", "@")]
    [True, True, False, False, False]
    """
    return _CLOCK.search(_LITERAL.sub("", code).replace("General", "")) is not None


def date_of(serial: Decimal) -> datetime | None:
    """Return the moment of a day number in the 1900 system, or None outside Excel's calendar.

    >>> date_of(Decimal("44531.5"))
    datetime.datetime(2021, 12, 1, 12, 0)
    """
    if not 0 <= serial <= _LAST_DAY:
        return None
    early = 1 if serial < _LEAP_1900 else 0
    return _EPOCH + timedelta(days=int(serial) + early, seconds=round(serial % 1 * 86_400))


@lru_cache(maxsize=8192)
def shortest_decimal(written: str) -> Decimal | None:
    """Return the shortest decimal that names the same double as a literal; None for no number.

    >>> shortest_decimal("0.28999999999999998"), shortest_decimal("100.0"), shortest_decimal("x")
    (Decimal('0.29'), Decimal('100'), None)
    """
    if written.isdecimal() and written.isascii() and len(written) < 16:
        return Decimal(written)
    if "_" in written:  # Python's own grammar allows 1_000
        return None
    try:
        number = Decimal(repr(float(written)).removesuffix(".0"))
    except ValueError:
        return None
    if not number.is_finite():
        return None
    return number or Decimal(0)  # there is no -0 in a cell
