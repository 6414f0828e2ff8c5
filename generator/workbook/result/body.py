"""The rows of long worksheets, written as XML one by one: no list of them is ever in memory.

openpyxl makes everything else of such a workbook (styles, widths, filters, charts); its empty
sheets get their rows and links at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from html import escape
from io import BytesIO
from itertools import chain, repeat
from typing import IO, NamedTuple
from zipfile import ZipFile

from generator.workbook.references import column_letters
from generator.workbook.result.archive import Archive, Packed, Stretch
from generator.workbook.result.lanes import ROW, Ways, text_xml
from generator.workbook.spelling import number_text

_DATA = re.compile(r"<sheetData ?/>|<sheetData>.*?</sheetData>", re.DOTALL)
_DIMENSION = re.compile(r'<dimension ref="[^"]*" ?/>')
_BEHIND_LINKS = "<printOptions"  # what openpyxl writes next after them
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_EMPTY = f'<Relationships xmlns="{_RELATIONS}"></Relationships>'
_END = "</Relationships>"
_BEFORE_NUMBER = b'<Relationship Id="jx'
_BEHIND_NUMBER = f'" Type="{_OFFICE}/hyperlink" Target="%s" TargetMode="External"/>'.encode()
_ROW, _END_OF_ROW = ROW.encode(), b"</row>"


class Rows(NamedTuple):
    """Some of a worksheet's rows with their links, packed."""

    bottom: int
    right: int
    links: int
    written: Packed
    linked: Packed
    targets: Packed


class Section:
    """Rows of a worksheet one below the other, as they are written, with their links.

    The links are numbered from a number on, and unlike those of other sections.
    """

    def __init__(self, number: int = 1) -> None:
        self.written, self.linked, self.targets = Stretch(), Stretch(), Stretch()
        self.bottom = self.right = 0
        self.links = 0
        self._number = number

    def add_rows(
        self, first: int, heights: Sequence[float], columns: Sequence[Iterable[bytes]], right: int
    ) -> int:
        """Write rows below all others, in columns of pieces with marks for the row's number.

        Returns the last row; `right` is the last column.
        """
        rows = map(b"".join, zip(map(_start, heights), *columns, strict=True))
        last = first + len(heights) - 1
        numbers = map(b"%d".__mod__, range(first, last + 1))
        finished = map(bytes.replace, rows, repeat(_ROW), numbers)
        self.written.write(_END_OF_ROW.join((*finished, b"")))
        self.bottom, self.right = max(self.bottom, last), max(self.right, right)
        return last

    def link(self, ways: Ways, first: int, target_of: Callable[[str], str]) -> None:
        """Make cells lead to the targets of files; rows are counted from the first."""
        rows, start = map(first.__add__, ways.rows), self._number + self.links
        numbers = range(start, start + len(ways.rows))
        places = zip(rows, numbers, strict=True)
        self.linked.write(ways.text % (*chain.from_iterable(places),))
        for file, links in ways.files:
            behind = _BEHIND_NUMBER % _encoded(escape(target_of(file)))
            numbered = map(b"%d".__mod__, range(start, start + links))
            between = behind + _BEFORE_NUMBER
            self.targets.write(_BEFORE_NUMBER + between.join(numbered) + behind)
            start += links
        self.links += len(ways.rows)

    def append(self, rows: Rows) -> None:
        """Add rows below all others."""
        self.bottom, self.right = max(self.bottom, rows.bottom), max(self.right, rows.right)
        self.links += rows.links
        self.written.append(rows.written)
        self.linked.append(rows.linked)
        self.targets.append(rows.targets)

    def taken(self) -> Rows:
        """Return all rows."""
        packed = (each.taken() for each in (self.written, self.linked, self.targets))
        return Rows(self.bottom, self.right, self.links, *packed)


class Body:
    """The rows and links of one worksheet, in sections; one can be filled after the next.

    A row can be filled cell by cell until one below it is flushed.
    """

    def __init__(self) -> None:
        self._rows: dict[int, dict[int, str]] = {}
        self._heights: dict[int, float] = {}
        self._sections: list[Section] = []
        self._right = 0

    def put(self, row: int, column: int, value: Decimal | str | int | None, style: int) -> None:
        """Put a value into a cell; a text stays a text, whatever it looks like."""
        self._rows.setdefault(row, {})[column] = cell_xml(row, column, value, style)
        self._right = max(self._right, column)

    def height(self, row: int) -> float:
        """Return how high a row is so far, in points."""
        return self._heights.get(row, 0.0)

    def set_height(self, row: int, height: float) -> None:
        """Set the height of a row."""
        self._heights[row] = height

    def flush(self) -> None:
        """Write the rows there are; nothing can be added to them any more."""
        numbers = sorted(self._rows.keys() | self._heights.keys())
        if not numbers:
            return
        section = self.section()
        for number in numbers:
            cells = self._rows.get(number, {})
            height = self._heights.get(number, 0.0)
            text = "".join(cells[each] for each in sorted(cells))
            section.add_rows(number, [height], [[_encoded(text)]], self._right)
        self._rows.clear()
        self._heights.clear()

    def section(self) -> Section:
        """Return a section for rows below all others."""
        self._sections.append(Section())
        return self._sections[-1]

    # -- in the package --

    def add_to(self, archive: Archive, name: str, sheet: str) -> None:
        """Write a worksheet's part with the rows and links in it."""
        self.flush()
        sections = self._sections
        right = max([1, *(each.right for each in sections)])
        bottom = max([1, *(each.bottom for each in sections)])
        area = f"A1:{column_letters(right)}{bottom}"
        sheet = _DIMENSION.sub(f'<dimension ref="{area}"/>', sheet, count=1)
        before, behind = _DATA.split(sheet, maxsplit=1)
        written = [each.written for each in sections]
        pieces = [_piece(before + "<sheetData>"), *written, _piece("</sheetData>")]
        if self._linked:
            place = behind.index(_BEHIND_LINKS)
            pieces += [
                _piece(f'{behind[:place]}<hyperlinks xmlns:r="{_OFFICE}">'),
                *[each.linked for each in sections],
                _piece(f"</hyperlinks>{behind[place:]}"),
            ]
        else:
            pieces.append(_piece(behind))
        _join(archive, name, pieces)

    def add_relations_to(self, archive: Archive, name: str, known: str) -> None:
        """Write the part that says where the links lead, with what it had before."""
        known = known or _EMPTY
        if self._linked or known != _EMPTY:
            start, end = known[: -len(_END)], known[-len(_END) :]
            targets = [each.targets for each in self._sections]
            _join(archive, name, [_piece(start), *targets, _piece(end)])

    @property
    def _linked(self) -> bool:
        return any(each.links for each in self._sections)


@lru_cache(maxsize=256)
def _start(height: float) -> bytes:
    """Return how a row of that height begins."""
    high = f' ht="{height:g}" customHeight="1"' if height else ""
    return f'<row r="{ROW}"{high}>'.encode()


def _encoded(text: str) -> bytes:
    r"""Return a text as it is written; half characters become `\udcbd`."""
    return text.encode("utf-8", "backslashreplace")


def _piece(text: str) -> Stretch:
    return Stretch(_encoded(text))


def _join(archive: Archive, name: str, pieces: list[Stretch]) -> None:
    for each in pieces:
        each.close()
    archive.join(name, pieces)


def cell_xml(row: int, column: int, value: Decimal | str | int | None, style: int) -> str:
    """Return a cell as a worksheet's part has it.

    >>> cell_xml(2, 3, "=6人", 4)
    '<c r="C2" s="4" t="inlineStr"><is><t>=6人</t></is></c>'
    """
    head = f'<c r="{column_letters(column)}{row}" s="{style}"'
    if value is None:
        return f"{head}/>"
    if isinstance(value, str):
        return f'{head} t="inlineStr"><is>{text_xml(value)}</is></c>'
    number = number_text(value) if isinstance(value, Decimal) else str(value)
    return f"{head}><v>{number}</v></c>"


def write_with_bodies(shell: bytes, bodies: Mapping[int, Body], target: IO[bytes]) -> None:
    """Write a workbook whose worksheets, by number from 1, have got their rows."""
    sheets = {f"xl/worksheets/sheet{each}.xml": body for each, body in bodies.items()}
    relations = {f"xl/worksheets/_rels/sheet{each}.xml.rels": each for each in bodies}
    archive = Archive(target)
    with ZipFile(BytesIO(shell)) as source:
        names = source.namelist()
        for name in names:
            if name in sheets:
                sheets[name].add_to(archive, name, source.read(name).decode())
            elif name not in relations:
                archive.add(name, source.read(name))
        for name, number in relations.items():
            known = source.read(name).decode() if name in names else ""
            bodies[number].add_relations_to(archive, name, known)
    archive.close()
