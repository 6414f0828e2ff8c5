"""The rows of long worksheets, written as XML one by one: no list of them is ever in memory.

openpyxl makes everything else of such a workbook (styles, widths, filters, charts); its empty
sheets get their rows and links at the end.
"""

from __future__ import annotations

import re
import shutil
import weakref
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl.utils import get_column_letter

from generator.workbook.splice import number_text, shown_text

_EPOCH = (2020, 1, 1, 0, 0, 0)
_LEVEL = 3  # of deflate: half the time of the usual one, a tenth more bytes
_CHUNK = 2**16
_DATA = re.compile(rb"<sheetData ?/>|<sheetData>.*?</sheetData>", re.DOTALL)
_DIMENSION = re.compile(rb'<dimension ref="[^"]*" ?/>')
_BEHIND_LINKS = b"<printOptions"  # what openpyxl writes next after them
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_letters = lru_cache(maxsize=1024)(get_column_letter)


class Body:
    """The rows and links of one worksheet; a row can be filled until a later one is flushed."""

    def __init__(self) -> None:
        self._rows: dict[int, dict[int, str]] = {}
        self._heights: dict[int, float] = {}
        self._bottom = self._right = 0
        self._written = TemporaryFile()  # noqa: SIM115 (as long-lived as the body)
        weakref.finalize(self, self._written.close)
        self._links: list[str] = []
        self._targets: list[str] = []

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

    def link(self, row: int, column: int, target: str, location: str, tooltip: str) -> None:
        """Make a cell lead to a file, and to a place in it unless `location` is empty."""
        self._targets.append(target)
        where = f" location={quoteattr(location)}" if location else ""
        self._links.append(
            f'<hyperlink ref="{_letters(column)}{row}" r:id="jx{len(self._targets)}"'
            f"{where} tooltip={quoteattr(shown_text(tooltip))}/>"
        )

    def flush(self) -> None:
        """Write the rows there are; nothing can be added to them any more."""
        for number in sorted(self._rows.keys() | self._heights.keys()):
            height = self._heights.get(number)
            high = f' ht="{height:g}" customHeight="1"' if height else ""
            cells = self._rows.get(number, {})
            row = f'<row r="{number}"{high}>{"".join(cells[each] for each in sorted(cells))}</row>'
            self._written.write(row.encode("utf-8", "backslashreplace"))
            self._bottom = max(self._bottom, number)
        self._rows.clear()
        self._heights.clear()

    # -- in the package --

    def copy_into(self, sheet: bytes, target: IO[bytes]) -> None:
        """Write a worksheet's part with the rows and links in it."""
        self.flush()
        area = f"A1:{_letters(max(self._right, 1))}{max(self._bottom, 1)}"
        sheet = _DIMENSION.sub(f'<dimension ref="{area}"/>'.encode(), sheet, count=1)
        before, behind = _DATA.split(sheet, maxsplit=1)
        if self._links:
            listed = f'<hyperlinks xmlns:r="{_OFFICE}">{"".join(self._links)}</hyperlinks>'
            place = behind.index(_BEHIND_LINKS)
            behind = behind[:place] + listed.encode("utf-8", "backslashreplace") + behind[place:]
        target.write(before + b"<sheetData>")
        self._written.seek(0)
        shutil.copyfileobj(self._written, target, _CHUNK)
        target.write(b"</sheetData>" + behind)
        self._written.close()

    def relations(self, known: bytes) -> bytes:
        """Return the part that says where the links lead, with what it had before."""
        added = "".join(
            f'<Relationship Id="jx{number}" Type="{_OFFICE}/hyperlink" '
            f'Target={quoteattr(target)} TargetMode="External"/>'
            for number, target in enumerate(self._targets, 1)
        ).encode("utf-8", "backslashreplace")
        end = b"</Relationships>"
        return known.replace(end, added + end)


def cell_xml(row: int, column: int, value: Decimal | str | int | None, style: int) -> str:
    """Return a cell as a worksheet's part has it.

    >>> cell_xml(2, 3, "=6人", 4)
    '<c r="C2" s="4" t="inlineStr"><is><t>=6人</t></is></c>'
    """
    head = f'<c r="{_letters(column)}{row}" s="{style}"'
    if value is None:
        return f"{head}/>"
    if isinstance(value, str):
        return f'{head} t="inlineStr"><is>{_text(value)}</is></c>'
    number = number_text(value) if isinstance(value, Decimal) else str(value)
    return f"{head}><v>{number}</v></c>"


@lru_cache(maxsize=4096)  # names, rules and remedies come up again and again
def _text(text: str) -> str:
    shown = escape(shown_text(text))
    kept = ' xml:space="preserve"' if shown != shown.strip() or "\n" in shown else ""
    return f"<t{kept}>{shown}</t>"


def with_bodies(shell: bytes, bodies: Mapping[int, Body]) -> bytes:
    """Return a workbook whose worksheets, by number from 1, have got their rows."""
    sheets = {f"xl/worksheets/sheet{each}.xml": body for each, body in bodies.items()}
    relations = {f"xl/worksheets/_rels/sheet{each}.xml.rels": each for each in bodies}
    made = BytesIO()
    with ZipFile(BytesIO(shell)) as source, ZipFile(made, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name in sheets:
                with target.open(_info(name), "w") as part:
                    sheets[name].copy_into(source.read(name), part)
            elif name not in relations:
                target.writestr(_info(name), source.read(name))
        for name, number in relations.items():
            empty = f'<Relationships xmlns="{_RELATIONS}"></Relationships>'.encode()
            known = source.read(name) if name in source.namelist() else empty
            part_bytes = bodies[number].relations(known)
            if part_bytes != empty:
                target.writestr(_info(name), part_bytes)
    return made.getvalue()


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, _EPOCH)
    info.compress_type = ZIP_DEFLATED
    info._compresslevel = _LEVEL  # type: ignore[attr-defined]  # noqa: SLF001 (3.13 names it)
    return info
