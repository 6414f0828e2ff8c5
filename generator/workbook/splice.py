"""A finished workbook cut at its slots, and a department's values put into them.

Everything that all departments share is compressed once and copied as it is; only the parts with
slots are put together and compressed per department.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from struct import pack
from zipfile import ZipFile

from generator.layout.sheet import Sheet, Slot

SlotValue = Decimal | str | bool | None
_DATE, _TIME = (40 << 9) | (1 << 5) | 1, 0  # 2020-01-01 in the zip format
_UTF8 = 0x800
_CELL = re.compile(r'<c r="([A-Z]+\d+)"( s="\d+")?[^>]*?(?:/>|>(.*?)</c>)', re.DOTALL)
_ROW = re.compile(r'<row r="(\d+)"[^>]*? ht="([\d.]+)"')
_FORMULA = re.compile(r"<f>.*?</f>", re.DOTALL)
_TOKEN = re.compile(r"JX TAB \d{3}")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class TokenPiece:
    """Where the real name of a tab goes."""

    token: str


@dataclass(frozen=True)
class CellPiece:
    """Where a slot's cell goes: what stands before its value, and its formula if it has one."""

    slot: Slot
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


@dataclass(frozen=True)
class HeightPiece:
    """Where the height of a row goes."""

    sheet: int
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


@dataclass(frozen=True)
class SlottedPart:
    """A part that is put together per department."""

    name: str
    pieces: tuple[Piece, ...]

    def fill(self, filling: Filling) -> bytes:
        """Return the part with a department's values."""
        return "".join(
            piece if isinstance(piece, str) else filling.text(piece) for piece in self.pieces
        ).encode()


@dataclass(frozen=True)
class Filling:
    """One department's values: by slot, row heights by (sheet, row), tabs by token."""

    values: Mapping[Slot, SlotValue]
    heights: Mapping[tuple[int, int], float]
    tabs: Mapping[str, str]

    def text(self, piece: CellPiece | HeightPiece | TokenPiece) -> str:
        """Return what goes in place of a piece."""
        if isinstance(piece, CellPiece):
            formula = "".join(
                each if isinstance(each, str) else self.text(each) for each in piece.formula
            )
            return piece.xml(self.values.get(piece.slot), formula)
        if isinstance(piece, HeightPiece):
            height = self.heights.get((piece.sheet, piece.row))
            return piece.height if height is None else f"{height:g}"
        return escape(self.tabs[piece.token])


@dataclass(frozen=True)
class Blank:
    """A form laid out for one shape: a finished .xlsx with slots."""

    parts: tuple[SharedPart | SlottedPart, ...]

    def splice(self, filling: Filling) -> bytes:
        """Return the workbook of one department."""
        return _zip(
            part if isinstance(part, SharedPart) else _compress(part.name, part.fill(filling))
            for part in self.parts
        )


def compile_blank(data: bytes, sheets: Sequence[Sheet]) -> Blank:
    """Cut a workbook that openpyxl wrote at the slots of its sheets."""
    parts: list[SharedPart | SlottedPart] = []
    with ZipFile(BytesIO(data)) as package:
        for name in package.namelist():
            xml = package.read(name).decode()
            number = _sheet_number(name)
            pieces: Sequence[Piece] = _cut_tokens(xml)
            if number is not None:
                pieces = _cut_sheet(xml, number, sheets[number])
            if all(isinstance(piece, str) for piece in pieces):
                parts.append(_compress(name, xml.encode()))
            else:
                parts.append(SlottedPart(name, tuple(piece for piece in pieces if piece)))
    return Blank(tuple(parts))


def escape(text: str) -> str:
    """Return a text as XML content that Excel shows to the letter."""
    text = shown_text(text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', "&quot;")


def shown_text(text: str) -> str:
    """Return what a cell must hold for Excel to show a text to the letter.

    What XML cannot hold is written `_x0001_`, and what looks like that already is escaped itself.
    """
    text = _ESCAPED.sub("_x005F_", text.replace("\r\n", "\n"))
    return _FORBIDDEN.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def number_text(value: Decimal) -> str:
    """Return a number as a cell stores it; what is longer than Excel's precision as its double."""
    if not value.is_finite():
        raise ValueError(f"{value} is no number that a cell can hold")
    text = f"{value:f}"
    return text if len(text) <= 15 else repr(float(value))


def _sheet_number(name: str) -> int | None:
    match = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
    return int(match[1]) - 1 if match else None


def _cut_sheet(xml: str, number: int, sheet: Sheet) -> list[Piece]:
    slotted = [cell for cell in sheet.cells if cell.slot]
    slots = {cell.area.first.address: cell.slot for cell in slotted if cell.slot}
    rows = {cell.area.top + i for cell in slotted for i in range(cell.area.height)}
    cuts: list[tuple[tuple[int, int], CellPiece | HeightPiece]] = [
        (match.span(), _cell_piece(match, slots[match[1]]))
        for match in _CELL.finditer(xml)
        if match[1] in slots
    ]
    cuts += [
        (match.span(2), HeightPiece(number, int(match[1]), match[2]))
        for match in _ROW.finditer(xml)
        if int(match[1]) in rows
    ]
    result: list[Piece] = []
    end = 0
    for (start, stop), piece in sorted(cuts, key=lambda cut: cut[0]):
        result += [*_cut_tokens(xml[end:start]), piece]
        end = stop
    return [*result, *_cut_tokens(xml[end:])]


def _cell_piece(match: re.Match[str], slot: Slot) -> CellPiece:
    address, style, content = match.groups()
    formula = _FORMULA.search(content or "")
    pieces = tuple(_cut_tokens(formula[0])) if formula else ()
    return CellPiece(slot, f'<c r="{address}"{style or ""}', pieces)


def _cut_tokens(xml: str) -> list[str | TokenPiece]:
    pieces: list[str | TokenPiece] = []
    end = 0
    for match in _TOKEN.finditer(xml):
        pieces += [xml[end : match.start()], TokenPiece(match[0])]
        end = match.end()
    return [*pieces, xml[end:]]


def _compress(name: str, content: bytes) -> SharedPart:
    squeezer = zlib.compressobj(1, zlib.DEFLATED, -15)
    compressed = squeezer.compress(content) + squeezer.flush()
    return SharedPart(name, compressed, zlib.crc32(content), len(content))


def _zip(parts: Iterable[SharedPart]) -> bytes:
    """Return a zip archive of parts that are compressed already."""
    body, directory, count = bytearray(), bytearray(), 0
    for part in parts:
        name = part.name.encode()
        sizes = (part.crc, len(part.compressed), part.size, len(name), 0)
        facts = (20, _UTF8, 8, _TIME, _DATE, *sizes)
        directory += pack("<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, *facts, 0, 0, 0, 0, len(body))
        directory += name
        body += pack("<4sHHHHHIIIHH", b"PK\3\4", *facts)
        body += name
        body += part.compressed
        count += 1
    end = pack("<4sHHHHIIH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)
