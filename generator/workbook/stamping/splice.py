"""A finished workbook cut at its slots, and a department's values put into them.

Everything that all departments share is compressed once and copied as it is; only the parts with
slots are put together and compressed per department, and not even those when they come out as
they did for the department before.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from io import BytesIO
from itertools import groupby
from struct import pack
from zipfile import ZipFile

from generator.layout.heights import LINE, height_of, heights_of, sure_to_fit
from generator.layout.sheet import Area, Sheet, Slot
from generator.workbook.spelling import escape, number_text

try:  # five times as fast; what is in the file stays the same
    from isal.isal_zlib import compressobj, crc32
except ImportError:
    from zlib import compressobj, crc32

SlotValue = Decimal | str | bool | None
_DATE, _TIME = (40 << 9) | (1 << 5) | 1, 0  # 2020-01-01 in the zip format
_UTF8 = 0x800
_CELL = re.compile(r'<c r="([A-Z]+\d+)"( s="\d+")?[^>]*?(?:/>|>(.*?)</c>)', re.DOTALL)
_ROW = re.compile(r'<row r="(\d+)"[^>]*? ht="([\d.]+)"')
_FORMULA = re.compile(r"<f>.*?</f>", re.DOTALL)
_TOKEN = re.compile(r"JX TAB \d{3}")


@dataclass(frozen=True)
class TokenPiece:
    """Where the real name of a tab goes."""

    token: str


@dataclass(frozen=True)
class CellPiece:
    """Where a slot's cell goes: what stands before its value, and its formula if it has one."""

    slot: Slot
    area: Area
    room: tuple[float, float]  # its width in half-widths and its height in points
    head: str  # <c r="B7" s="12"
    formula: tuple[str | TokenPiece, ...] = ()  # <f>…</f>

    def xml(self, value: SlotValue, formula: str) -> str:
        """Return the cell with a value in it, which is the cached one if there is a formula."""
        if isinstance(value, bool):
            return f'{self.head} t="b">{formula}<v>{int(value)}</v></c>'
        if isinstance(value, Decimal):
            return f"{self.head}>{formula}<v>{number_text(value)}</v></c>"
        text = escape(value or "")
        if formula:
            return f'{self.head} t="str">{formula}<v>{text}</v></c>'
        if not text:
            return f"{self.head}/>"
        return f'{self.head} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'

    def formula_with(self, tabs: Mapping[str, str]) -> str:
        """Return the formula with the names of tabs in it."""
        pieces = self.formula
        return "".join(each if isinstance(each, str) else tabs[each.token] for each in pieces)

    def settled(self, value: SlotValue) -> list[str | TokenPiece]:
        """Return the cell with a value in it for good; names of tabs stay open."""
        if not self.formula:
            return [self.xml(value, "")]
        before, after = self.xml(value, "\0").split("\0")  # no cell holds a \0
        return [before, *self.formula, after]

    def missing_height(self, value: SlotValue) -> float:
        """Return the height that a value needs if its rows are lower, else 0."""
        if not isinstance(value, str) or not value:
            return 0.0
        if len(value) <= self._sure_to_fit and "\n" not in value:
            return 0.0
        width, height = self.room
        needed = height_of(value, width)
        return needed if needed > height else 0.0

    @cached_property
    def _sure_to_fit(self) -> int:
        return sure_to_fit(*self.room)


@dataclass(frozen=True)
class HeightPiece:
    """Where the height of a row goes."""

    row: int
    height: str


Piece = str | CellPiece | HeightPiece | TokenPiece


@dataclass(frozen=True)
class SharedPart:
    """A part of the package that is the same for everyone, already compressed."""

    name: str
    compressed: bytes
    crc: int
    size: int

    @cached_property
    def header(self) -> bytes:
        """What the zip format says of a part, both before it and in the directory."""
        sizes = (self.crc, len(self.compressed), self.size, len(self.name.encode()), 0)
        return pack("<HHHHHIIIHH", 20, _UTF8, 8, _TIME, _DATE, *sizes)


@dataclass(frozen=True)
class SlottedPart:
    """A part that is put together per department."""

    name: str
    pieces: tuple[Piece, ...]
    sheet: Sheet | None = None  # the worksheet that it is
    tall: Mapping[Area, float] = field(default_factory=dict)  # what settled texts need in height
    _last: dict[object, SharedPart] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The slots that are open, in order."""
        return tuple(piece.slot for _, piece in self._cells)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The tokens that stand for tabs in it, each once."""
        inside = [each for _, cell in self._cells for each in cell.formula]
        tokens = [each.token for each in inside if isinstance(each, TokenPiece)]
        return tuple(dict.fromkeys([*tokens, *(token for _, token in self._tabs)]))

    def fill(self, values: Sequence[SlotValue], tabs: Mapping[str, str]) -> SharedPart:
        """Return the part with a value for each open slot, and real tabs for tokens."""
        key = (tuple(values), tuple(tabs[token] for token in self.tokens))
        if key not in self._last:
            self._last.clear()
            self._last[key] = compressed(self.name, self.content(values, tabs))
        return self._last[key]

    def content(self, values: Sequence[SlotValue], tabs: Mapping[str, str]) -> bytes:
        """Return the part as XML; only what is put in has still to be encoded."""
        result = list(self._fixed)
        names = {token: escape(tabs[token]) for token in self.tokens}
        for place, token in self._tabs:
            result[place] = names[token].encode()
        tall = dict(self.tall)
        for (place, piece), value in zip(self._cells, values, strict=True):
            formula = piece.formula_with(names) if piece.formula else ""
            result[place] = piece.xml(value, formula).encode()
            if needed := piece.missing_height(value):
                tall[piece.area] = needed
        if tall and self.sheet:
            for row, height in heights_for(self.sheet, tall).items():
                if row in self._rows:
                    result[self._rows[row]] = f"{height:g}".encode()
        return b"".join(result)

    def settle(self, values: Mapping[Slot, SlotValue]) -> SlottedPart | SharedPart:
        """Return the part with some slots filled for good."""
        pieces: list[Piece] = []
        tall = dict(self.tall)
        for piece in self.pieces:
            if isinstance(piece, CellPiece) and piece.slot in values:
                value = values[piece.slot]
                pieces += piece.settled(value)
                if needed := piece.missing_height(value):
                    tall[piece.area] = needed
            else:
                pieces.append(piece)
        part = SlottedPart(self.name, _joined(pieces), self.sheet, tall)
        if part.slots or part.tokens:
            return part
        return compressed(self.name, part.content((), {}))

    # -- the pieces by kind, each with its place among all of them --

    @cached_property
    def _fixed(self) -> list[bytes]:
        """What stands at every place that is not filled."""
        fixed = [each.height if isinstance(each, HeightPiece) else each for each in self.pieces]
        return [each.encode() if isinstance(each, str) else b"" for each in fixed]

    @cached_property
    def _cells(self) -> list[tuple[int, CellPiece]]:
        return [(i, each) for i, each in enumerate(self.pieces) if isinstance(each, CellPiece)]

    @cached_property
    def _rows(self) -> dict[int, int]:
        pieces = enumerate(self.pieces)
        return {each.row: i for i, each in pieces if isinstance(each, HeightPiece)}

    @cached_property
    def _tabs(self) -> list[tuple[int, str]]:
        pieces = enumerate(self.pieces)
        return [(i, each.token) for i, each in pieces if isinstance(each, TokenPiece)]


@dataclass(frozen=True)
class Filling:
    """One department's values by slot, and the real tabs by token."""

    values: Mapping[Slot, SlotValue]
    tabs: Mapping[str, str]


@dataclass(frozen=True)
class Blank:
    """A form laid out for one shape: a finished .xlsx with slots."""

    parts: tuple[SharedPart | SlottedPart, ...]

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """The slots that are open, in the order in which `fill` takes values."""
        slotted = (part for part in self.parts if isinstance(part, SlottedPart))
        return tuple(slot for part in slotted for slot in part.slots)

    @cached_property
    def takes_tabs(self) -> bool:
        """Whether there are tabs that only the department's record can name."""
        return any(isinstance(part, SlottedPart) and part.tokens for part in self.parts)

    def splice(self, filling: Filling) -> bytes:
        """Return the workbook of one department; slots without a value stay empty."""
        return self.fill([filling.values.get(slot) for slot in self.slots], filling.tabs)

    def fill(self, values: Sequence[SlotValue], tabs: Mapping[str, str]) -> bytes:
        """Return the workbook with a value for each open slot."""
        parts: list[SharedPart] = []
        first = 0
        for part in self.parts:
            if isinstance(part, SharedPart):
                parts.append(part)
            else:
                last = first + len(part.slots)
                parts.append(part.fill(values[first:last], tabs))
                first = last
        return _zip(parts)

    def settle(self, values: Mapping[Slot, SlotValue]) -> Blank:
        """Return a Blank with some slots filled for good."""
        return Blank(
            tuple(
                part if isinstance(part, SharedPart) else part.settle(values) for part in self.parts
            )
        )


def compile_blank(data: bytes, sheets: Sequence[Sheet]) -> Blank:
    """Cut a workbook that openpyxl wrote at the slots of its sheets.

    Raises:
        BadZipFile: the data is no workbook, or damaged.
    """
    parts: list[SharedPart | SlottedPart] = []
    with ZipFile(BytesIO(data)) as package:
        for name in package.namelist():
            xml = package.read(name).decode()
            number = _sheet_number(name)
            sheet = None if number is None else sheets[number]
            pieces = _joined(_cut_tokens(xml) if sheet is None else _cut_sheet(xml, sheet))
            if all(isinstance(piece, str) for piece in pieces):
                parts.append(compressed(name, xml.encode()))
            else:
                parts.append(SlottedPart(name, pieces, sheet))
    return Blank(tuple(parts))


def heights_for(sheet: Sheet, needed: Mapping[Area, float]) -> dict[int, float]:
    """Return the heights of rows in which some cells need more than the sheet gives them."""
    rows = {row for area in needed for row in range(area.top, area.top + area.height)}
    usual = {row: sheet.heights[row] for row in rows if row in sheet.heights}
    return heights_of(sheet.widths, usual, needed, {})


def compressed(name: str, content: bytes) -> SharedPart:
    """Return a part as it stands in the package."""
    return SharedPart(name, deflated(content), crc32(content), len(content))


def deflated(content: bytes) -> bytes:
    """Return bytes as they are packed, in every process alike.

    isal's `compress` packs a small part otherwise in one process of five hundred.
    """
    packer = compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed: bytes = packer.compress(content) + packer.flush()
    return packed


def _sheet_number(name: str) -> int | None:
    match = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
    return int(match[1]) - 1 if match else None


def _cut_sheet(xml: str, sheet: Sheet) -> list[Piece]:
    slotted = [cell for cell in sheet.cells if cell.slot]
    slots = {cell.area.first.address: (cell.slot, cell.area) for cell in slotted if cell.slot}
    rows = {cell.area.top + i for cell in slotted for i in range(cell.area.height)}
    cuts: list[tuple[tuple[int, int], CellPiece | HeightPiece]] = [
        (match.span(), _cell_piece(match, *slots[match[1]], sheet))
        for match in _CELL.finditer(xml)
        if match[1] in slots
    ]
    cuts += [
        (match.span(2), HeightPiece(int(match[1]), match[2]))
        for match in _ROW.finditer(xml)
        if int(match[1]) in rows
    ]
    result: list[Piece] = []
    end = 0
    for (start, stop), piece in sorted(cuts, key=lambda cut: cut[0]):
        result += [*_cut_tokens(xml[end:start]), piece]
        end = stop
    return [*result, *_cut_tokens(xml[end:])]


def _cell_piece(match: re.Match[str], slot: Slot, area: Area, sheet: Sheet) -> CellPiece:
    address, style, content = match.groups()
    formula = _FORMULA.search(content or "")
    pieces = tuple(_cut_tokens(formula[0])) if formula else ()
    width = sum(sheet.widths[area.left - 1 : area.left - 1 + area.width])
    rows = range(area.top, area.top + area.height)
    height = sum(sheet.heights.get(row, LINE + 5.0) for row in rows)
    return CellPiece(slot, area, (width, height), f'<c r="{address}"{style or ""}', pieces)


def _cut_tokens(xml: str) -> list[str | TokenPiece]:
    pieces: list[str | TokenPiece] = []
    end = 0
    for match in _TOKEN.finditer(xml):
        pieces += [xml[end : match.start()], TokenPiece(match[0])]
        end = match.end()
    return [*pieces, xml[end:]]


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return pieces with neighbouring texts as one."""
    result: list[Piece] = []
    for are_texts, group in groupby(pieces, lambda piece: isinstance(piece, str)):
        if are_texts:
            result.append("".join(each for each in group if isinstance(each, str)))
        else:
            result += group
    return tuple(result)


def _zip(parts: Sequence[SharedPart]) -> bytes:
    """Return a zip archive of parts that are compressed already."""
    body, directory = bytearray(), bytearray()
    for part in parts:
        name = part.name.encode()
        directory += b"PK\1\2\x14\0" + part.header + pack("<HHHII", 0, 0, 0, 0, len(body)) + name
        body += b"PK\3\4" + part.header + name + part.compressed
    count = len(parts)
    end = pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)
