"""The common dialect of office programs, read by regular expressions, faster than expat.

Only text that the expressions cover to the last character is taken; whatever else a part may hold
(prefixes, comments, CDATA, unusual attributes, mistakes) makes these functions return None, and
expat reads the part instead. What lies around the rows or texts always goes through expat.

The returns of one form agree in most of their bytes. So cells and rows that came up before are
known by their bytes, and only what is new is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from generator.workbook.book import Cell, CellKind, CellValue, Line, shortest_decimal
from generator.workbook.cells import Formulas, blank, filled, shared_text
from generator.workbook.markup import unescaped
from generator.workbook.references import LAST_ROW, column_number, position

_NUMERIC = frozenset(("", "n"))
LARGEST = 2**21  # above this, the list of matches would outweigh the speed
_MOST_CELLS, _MOST_ROWS = 20_000, 1_000  # that are kept under one set of styles
_LONGEST = 2**13  # bytes
_LITERAL, _SHARED_FORMULA = -1, -2

_TEXT = "[^<]*+"
_T = rf"<t(?: [^<>]*)?>({_TEXT})</t>"
_CELL = re.compile(
    r'r="([A-Z]{1,3}[1-9]\d{0,6})"(?: s="(\d{1,6})")?(?: t="(\w+)")? ?(?:/>|>'
    rf"(<f(?: [^<>]*)?(?:(?<!/)>{_TEXT}</f>|/>))?"
    rf"(?:<v ?/>|<v>({_TEXT})</v>|<is>{_T}</is>|<is><t ?/></is>)?</c>)"
)
_FORMULA = re.compile(rf"<f( [^<>]*)?>({_TEXT})</f>|<f( [^<>]*)?/>")
_ROW, _ROW_END = re.compile(rb"[^<>]*(?<!/)>"), b"</row>"
_EMPTY_ROW = re.compile(rb"[^<>]*(?:/>|></row>)")
_ROW_STYLE = re.compile(
    r'(?=[^<>]*customFormat="(?:1|true)")(?=[^<>]*\br="(\d+)")[^<>]*\bs="(\d+)"'
)
_RUN = re.compile(_T)
_SILENT = rf"(?:<rPh [^<>]*><t(?: [^<>]*)?>{_TEXT}</t></rPh>)*+(?:<phoneticPr[^<>]*/>)?"
_STRING = re.compile(
    rf"(?:{_T}|<t ?/>|((?:<r>(?:<rPr>(?:<(?!/rPr>)[^<>]*>)*+</rPr>)?"
    rf"<t(?: [^<>]*)?(?:/>|>{_TEXT}</t>)</r>)++)){_SILENT}</si>"
)
_ENCODING = re.compile(rb"""\s*<\?xml[^>]*encoding=["']([^"']+)""")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_NUMBERED = re.compile(r"&#(?:(\d+)|x([0-9A-Fa-f]+));")
_NAMED = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r"))


_Locks = tuple[tuple[int, bool], ...]  # of no row, or of one
_Meaning = TypeVar("_Meaning")


@dataclass(frozen=True)
class Rows:
    """What stands in a sheet's rows."""

    cells: dict[tuple[int, int], Cell]
    row_locks: dict[int, bool]


class _Known(NamedTuple):
    """A cell as its bytes tell; with a shared text, the blank cell and the number of the text."""

    where: tuple[int, int]
    cell: Cell
    text: int = _LITERAL


class _Row(NamedTuple):
    cells: tuple[tuple[tuple[int, int], Cell], ...]
    locks: _Locks


@dataclass
class Memory:
    """What bytes mean under one set of styles; what depends on more than these is not kept."""

    cells: dict[bytes, _Known] = field(default_factory=dict)
    rows: dict[bytes, _Row] = field(default_factory=dict)
    openings: dict[bytes, _Locks] = field(default_factory=dict)

    def keep_cell(self, written: bytes, cell: _Known) -> None:
        """Remember a cell."""
        _keep(self.cells, written, cell, _MOST_CELLS)

    def keep_row(self, written: bytes, row: _Row) -> None:
        """Remember a row."""
        _keep(self.rows, written, row, _MOST_ROWS)

    def keep_opening(self, written: bytes, locks: _Locks) -> None:
        """Remember what stands before the cells of a row."""
        _keep(self.openings, written, locks, _MOST_CELLS)


def _keep(known: dict[bytes, _Meaning], written: bytes, meaning: _Meaning, most: int) -> None:
    """Remember a meaning; of too many, none, and none of what is long, which hardly comes twice."""
    if len(known) >= most:
        known.clear()
    if len(written) <= _LONGEST:
        known[written] = meaning


class Styles(dict[str, Cell]):
    """One blank cell per style, by its number as written, and what was read under them."""

    def __init__(self, cells: Mapping[str, Cell]) -> None:
        super().__init__(cells)
        self.memory = Memory()


def cut(content: bytes, opening: bytes, closing: bytes) -> tuple[bytes, bytes] | None:
    """Return a part without its body, and the body; None unless it says to be UTF-8."""
    start, end = content.find(opening), content.rfind(closing)
    encoding = _ENCODING.match(content)
    if not 0 <= start < end or len(content) > LARGEST:
        return None
    if encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii"):
        return None
    body = content[start + len(opening) : end]
    return content[: start + len(opening)] + content[end:], body


def as_text(written: bytes) -> str | None:
    """Return a piece of a part as XML reads it, entities aside; None unless it is plain."""
    if len(written.translate(None, _CONTROL)) != len(written):
        return None
    try:
        text = written.decode()
    except UnicodeDecodeError:
        return None
    if "\r" in text:  # as XML reads line ends
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in text and (_ENTITY.search(text) or not _are_letters(text)):
        return None
    return text


def read_rows(body: bytes, strings: Sequence[str], styles: Styles) -> Rows | None:
    """Return the cells of plain rows, or None when expat has to read them."""
    before, *rows = body.split(b"<row ")
    if before:
        return None
    found = Rows({}, {})
    reader = _Reader(strings, styles)
    known = styles.memory.rows
    for written in rows:
        row = known.get(written) or reader.row(written)
        if row is None:
            return None
        found.cells.update(row.cells)
        found.row_locks.update(row.locks)
    return found


class _Reader:
    """Reads the rows of one sheet, one after the other."""

    def __init__(self, strings: Sequence[str], styles: Styles) -> None:
        self._strings, self._styles, self._memory = strings, styles, styles.memory
        self._formulas = Formulas()

    def row(self, written: bytes) -> _Row | None:
        """Return a row from what follows `<row `, or None when expat has to read it."""
        opening, *pieces = written.split(b"<c ")
        locks = self._locks_of(opening, pieces)
        if locks is None:
            return None
        cells, whole, remembered = [], True, self._memory.cells
        for piece in pieces:
            found = remembered.get(piece) or self._cell(piece)
            if found is None:
                return None
            where, cell, text = found
            if text != _LITERAL:
                whole = False
                if text >= 0:
                    cell = self._with_text(cell, text)
            cells.append((where, cell))
        row = _Row(tuple(cells), locks)
        if whole:  # else it depends on more than its bytes
            self._memory.keep_row(written, row)
        return row

    def _locks_of(self, opening: bytes, pieces: list[bytes]) -> _Locks | None:
        """Return the lock of a row that is styled as a whole, or None when expat has to read it.

        The end of the row is taken off its last cell.
        """
        if not pieces:
            return self._locks(opening, _EMPTY_ROW)
        if not pieces[-1].endswith(_ROW_END):
            return None
        pieces[-1] = pieces[-1][: -len(_ROW_END)]
        known = self._memory.openings.get(opening)
        if known is None:
            known = self._locks(opening, _ROW)
            if known is not None:
                self._memory.keep_opening(opening, known)
        return known

    def _with_text(self, empty: Cell, number: int) -> Cell:
        if number >= len(self._strings):
            return shared_text(empty, str(number), self._strings)  # raises
        _, _, formula, code, lock = empty  # tuple.__new__ takes half as long as Cell
        return tuple.__new__(Cell, (self._strings[number], CellKind.TEXT, formula, code, lock))

    def _cell(self, piece: bytes) -> _Known | None:
        """Return a cell from what follows `<c `, or None when expat has to read it."""
        plain = as_text(piece)
        match = _CELL.fullmatch(plain) if plain is not None else None
        if match is None:
            return None
        address, style, kind, element, value, inline = match.groups("")
        empty, where = self._styles.get(style), position(address)
        if empty is None or where is None:
            return None
        formula = self._formula(element, where) if element else ""
        if kind == "s" and value.isdecimal():
            found = _Known(where, blank(empty, formula), int(value))
        else:
            found = _Known(where, self._made(empty, kind, formula, value, inline))
        if 't="' in element.partition(">")[0]:
            return self._alone(found)
        self._memory.keep_cell(piece, found)
        return found

    def _alone(self, found: _Known) -> _Known:
        """Return a cell whose formula may be that of another cell, so that it is not kept."""
        if found.text == _LITERAL:
            return found._replace(text=_SHARED_FORMULA)
        return found._replace(cell=self._with_text(found.cell, found.text), text=_SHARED_FORMULA)

    def _made(self, empty: Cell, kind: str, formula: str, value: str, inline: str) -> Cell:
        if kind == "inlineStr":
            text = _plain_text(inline or value)
            return Cell(text, CellKind.TEXT, formula, empty.number_format, empty.locked)
        if kind in _NUMERIC and (decimal := shortest_decimal(value)) is not None:
            return Cell(decimal, CellKind.NUMBER, formula, empty.number_format, empty.locked)
        if value or (kind == "str" and formula):
            return filled(empty, kind, _plain_text(value), formula, self._strings)
        return blank(empty, formula)

    def _formula(self, element: str, where: tuple[int, int]) -> str:
        match = _FORMULA.fullmatch(element)
        traits, text, shared = match.groups() if match else ("", "", "")
        return self._formulas.read(where, _plain_text(text or ""), traits or shared or "")

    def _locks(self, opening: bytes, grammar: re.Pattern[bytes]) -> _Locks | None:
        plain = as_text(opening)
        if plain is None or not grammar.fullmatch(opening):
            return None
        match = _ROW_STYLE.match(plain) if "customFormat" in plain else None
        if match is None or match[2] not in self._styles:
            return ()
        return ((int(match[1]), bool(self._styles[match[2]].locked)),)


_WHOLE_CELL = re.compile("<c " + _CELL.pattern)
_STRIDE = _WHOLE_CELL.groups + 1
_BARE_ROWS = re.compile(r"(?:<row [^<>]*(?:/>|></row>))*+")
_DIGITS = "0123456789"
_NO_STYLE = Cell()


def read_lines(body: bytes, strings: Sequence[str]) -> list[Line] | None:
    """Return the values in plain rows from above, or None when expat has to read them.

    Nothing is remembered: in a long list hardly a cell comes twice.
    """
    plain = as_text(body)
    pieces = _WHOLE_CELL.split(plain) if plain is not None else []
    if plain is None or not _BARE_ROWS.fullmatch("".join(pieces[::_STRIDE])):
        return None
    rows: dict[str, dict[int, CellValue]] = {}
    cells = zip(*(pieces[group::_STRIDE] for group in (1, 3, 5, 6)), strict=True)
    for address, kind, value, inline in cells:
        letters = address.rstrip(_DIGITS)
        row = rows.setdefault(address[len(letters) :], {})
        if kind == "inlineStr":
            row[column_number(letters)] = _plain_text(inline or value or "")
        elif value:
            written = _plain_text(value)
            row[column_number(letters)] = filled(_NO_STYLE, kind or "n", written, "", strings).value
    lines: list[Line] = [(int(number), row) for number, row in rows.items() if row]
    numbers = [0, *(number for number, _ in lines)]
    return lines if numbers == sorted(numbers) and numbers[-1] <= LAST_ROW else None


_TEXTS: dict[bytes, str] = {}  # shared texts by their bytes; those of a form are mostly the same


def read_strings(body: bytes) -> list[str] | None:
    """Return shared texts that are plain or rich, or None when expat has to read them."""
    before, *pieces = body.split(b"<si>")
    if before:
        return None
    texts = []
    for piece in pieces:
        text = _TEXTS.get(piece)
        if text is None:
            text = _string(piece)
            if text is None:
                return None
            _keep(_TEXTS, piece, text, _MOST_CELLS)
        texts.append(text)
    return texts


def _string(piece: bytes) -> str | None:
    """Return a shared text from what follows `<si>`, or None when expat has to read it."""
    plain = as_text(piece)
    match = _STRING.fullmatch(plain) if plain is not None else None
    if match is None:
        return None
    text, runs = match.groups("")
    return _plain_text("".join(_RUN.findall(runs)) if runs else text)


def _plain_text(text: str) -> str:
    if "&" in text:
        if "&#" in text:
            text = _NUMBERED.sub(_numbered, text)
        for entity, letter in _NAMED:  # & comes last, or &amp;lt; would become <
            text = text.replace(entity, letter)
    return unescaped(text) if "_x" in text else text


def _are_letters(text: str) -> bool:
    """Say whether all numbered characters are those that XML allows."""
    if "&#" not in text:
        return True
    numbers = {_number_of(each) for each in _NUMBERED.finditer(text)}
    return all(
        each in (9, 10, 13)
        or 32 <= each < 0xD800
        or 0xE000 <= each < 0xFFFE
        or 0xFFFF < each < 0x110000
        for each in numbers
    )


def _numbered(match: re.Match[str]) -> str:
    number = _number_of(match)
    return "&amp;" if number == 38 else chr(number)  # what is no entity must not become one


def _number_of(match: re.Match[str]) -> int:
    return int(match[1]) if match[1] else int(match[2], 16)
