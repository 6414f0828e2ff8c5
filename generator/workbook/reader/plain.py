"""The common dialect of office programs, read by regular expressions, faster than expat.

Only text that the expressions cover to the last character is taken; whatever else a part may hold
(prefixes, comments, CDATA, unusual attributes, mistakes) makes these functions return None, and
expat reads the part instead. What lies around the rows or texts always goes through expat.

The returns of one form agree in most of their bytes. So a worksheet that is the same as in the file
before is not read again, cells that came up before are known by their bytes, and only what is new
is looked at; each is done for a whole worksheet at a time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from operator import is_

from generator.workbook.book import Cell, CellKind, CellValue, Line, shortest_decimal
from generator.workbook.reader.cells import Formulas, blank, filled, shared_text, with_text
from generator.workbook.reader.latest import Latest
from generator.workbook.reader.markup import unescaped
from generator.workbook.references import LAST_ROW, column_number, position

_NUMERIC = frozenset(("", "n"))
LARGEST = 2**21  # above this, the list of matches would outweigh the speed
_MOST_BYTES = 2**22  # that are kept under one set of styles
_EACH = 400  # bytes that a cell takes besides its own
_MOST_BODIES = 2**20  # bytes of the worksheets that are kept
_MOST_TEXTS, _LONGEST = 20_000, 2**13  # shared texts that are kept; bytes

_TEXT = "[^<]*+"
_T = rf"<t(?: [^<>]*)?>({_TEXT})</t>"
_OPEN = "<row [^<>']*(?<!/)>"
_CLOSED = "(?:<row [^<>']*(?:/>|></row>))*"
_WHOLE_CELL = (
    r'<c r="([A-Z]{1,3}[1-9]\d{0,6})"(?: s="(\d{1,6})")?(?: t="(\w+)")? ?(?:/>|>'
    rf"(<f(?: [^<>]*)?(?:(?<!/)>{_TEXT}</f>|/>))?"
    rf"(?:<v ?/>|<v>({_TEXT})</v>|<is>{_T}</is>|<is><t ?/></is>)?</c>)"
)
_LONE_CELL = re.compile(_WHOLE_CELL)
_CELL = re.compile(rf"{_WHOLE_CELL}(?:</row>{_CLOSED}{_OPEN})?(?=<c |\Z)")
_START, _ROW_END = b"<c ", b"</row>"
_FORMULA = re.compile(rf"<f( [^<>]*)?>({_TEXT})</f>|<f( [^<>]*)?/>")
_FIRST, _EMPTY = re.compile(f"{_CLOSED}{_OPEN}"), re.compile(_CLOSED)
_STYLED = re.compile('<row (?=[^<>]*customFormat="(?:1|true)")([^<>]*)>')
_TRAIT = re.compile(r'([\w:]+)="([^"]*)"')
_RUN = re.compile(_T)
_SILENT = rf"(?:<rPh [^<>]*><t(?: [^<>]*)?>{_TEXT}</t></rPh>)*+(?:<phoneticPr[^<>]*/>)?"
_ITEM = b"<si>"
_SEAM = re.compile("</t></r><r><t(?: [^<>]*)?(?<!/)>")  # between runs that say one text
_STRING = re.compile(
    rf"<si>(?:{_T}|<t ?/>|<r>{_T}</r>|((?:<r><t(?: [^<>]*)?(?:/>|>{_TEXT}</t>)</r>)++))"
    rf"{_SILENT}</si>(?=<si>|\Z)"
)
_LOOK = re.compile("(?:<[^<>]*>)*+")  # of a run
_ENCODING = re.compile(rb"""\s*<\?xml[^>]*encoding=["']([^"']+)""")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)")
_NUMBERED = re.compile(r"&#(?:(\d+)|x([0-9A-Fa-f]+));")
_NAMED = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
_CONTROL = bytes(set(range(32)) - set(b"\t\n\r"))
_IS_TEXT, _IS_NUMBER = CellKind.TEXT, CellKind.NUMBER
_made = tuple.__new__


_Where = tuple[int, int]  # row and column
_Placed = tuple[_Where, Cell]


@dataclass(frozen=True)
class Rows:
    """What stands in a sheet's rows."""

    cells: dict[_Where, Cell]
    row_locks: dict[int, bool]


@dataclass
class _Seen:
    """A worksheet as it was in the last file that was read."""

    body: bytes
    strings: Sequence[str]  # of that file
    rows: Rows
    shared: Sequence[int] | None = None  # the numbers of the texts in it, once they are asked for

    def says(self, strings: Sequence[str]) -> bool:
        """Whether the texts in it are the same in another file."""
        if strings is self.strings:
            return True
        if self.shared is None:
            self.shared = _shared_in(self.body)
        if self.shared and self.shared[-1] >= len(strings):
            return False
        return all(strings[each] == self.strings[each] for each in self.shared)


def _shared_in(body: bytes) -> list[int]:
    """Return the numbers of the shared texts in plain rows, from the least."""
    cells = _LONE_CELL.findall(body.decode())
    return sorted({int(value) for _, _, kind, _, value, _ in cells if kind == "s" and value})


@dataclass
class Memory:
    """What bytes mean under one set of styles; what depends on more than these is not kept.

    Of a shared text a cell knows the number, and the text itself of the file that is read.
    """

    cells: dict[bytes, _Placed] = field(default_factory=dict)
    sharing: dict[int, list[bytes]] = field(default_factory=dict)  # by the number of the text
    strings: Sequence[str] = ()  # of the file that is read
    styled: bool = False  # a row behind one of the cells is styled as a whole
    size: int = 0  # bytes, about
    sheets: Latest[_Seen] = field(default_factory=partial(Latest, _MOST_BODIES))  # by part

    def make_room(self, cells: int, written: int) -> None:
        """Count cells that may be kept, and their bytes; when there is too much, nothing stays."""
        room = written + cells * _EACH
        self.size += room
        if self.size > _MOST_BYTES:
            self.cells.clear()
            self.sharing.clear()
            self.size = room

    def turn_to(self, strings: Sequence[str]) -> None:
        """Let cells say the shared texts of another file."""
        if strings is self.strings:
            return
        for number in range(len(strings), len(self.strings)):
            for written in self.sharing.pop(number, ()):
                self.cells.pop(written, None)
        unchanged = map(is_, strings, self.strings)
        for number in [number for number, same in enumerate(unchanged) if not same]:
            for written in self.sharing.get(number, ()):
                where, cell = self.cells[written]
                self.cells[written] = where, with_text(cell, strings[number])
        self.strings = strings


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


def read_rows(part: str, body: bytes, strings: Sequence[str], styles: Styles) -> Rows | None:
    """Return the cells of a part's plain rows, or None when expat has to read them."""
    sheets = styles.memory.sheets
    seen = sheets.get(part)
    same = seen if seen and seen.body == body else None
    if same and same.says(strings):
        return same.rows
    rows = _read_rows(body, strings, styles)
    if rows:
        sheets.keep(part, _Seen(body, strings, rows, same.shared if same else None), len(body))
    return rows


def _read_rows(body: bytes, strings: Sequence[str], styles: Styles) -> Rows | None:
    opening, *pieces = body.split(_START)
    closing, last = b"", b""
    if pieces:
        pieces[-1], last, closing = pieces[-1].partition(_ROW_END)
    before, behind = as_text(opening), as_text(closing)
    first = _FIRST if pieces else _EMPTY
    if before is None or behind is None or not first.fullmatch(before):
        return None
    if bool(pieces) != bool(last) or not _EMPTY.fullmatch(behind):
        return None
    cells = _Reader(strings, styles).cells(pieces)
    styled = styles.memory.styled or _has_styled_row(opening + closing)
    locks = _row_locks(body, styles) if styled else {}
    return None if cells is None or locks is None else Rows(cells, locks)


def _has_styled_row(written: bytes) -> bool:
    return b'customFormat="1"' in written or b'customFormat="true"' in written


def _row_locks(body: bytes, styles: Styles) -> dict[int, bool] | None:
    """Return the locks of rows that are styled as a whole, or None when expat has to read them."""
    found = {}
    for written in _STYLED.findall(body.decode()):
        traits = dict(_TRAIT.findall(written))
        style, number = traits.get("s"), traits.get("r", "")
        if style is None:
            continue
        if style not in styles or not number.isdecimal():
            return None
        found[int(number)] = bool(styles[style].locked)
    return found


class _Reader:
    """Reads the cells of one sheet."""

    def __init__(self, strings: Sequence[str], styles: Styles) -> None:
        self._strings, self._styles, self._memory = strings, styles, styles.memory
        self._memory.turn_to(strings)
        self._formulas = Formulas()

    def cells(self, pieces: list[bytes]) -> dict[_Where, Cell] | None:
        """Return cells from what follows each `<c `, or None when expat has to read them.

        What opens the next row still hangs on the last cell of each.
        """
        found = list(map(self._memory.cells.get, pieces))
        if not all(found):
            new = [place for place, each in enumerate(found) if each is None]
            learnt = self._learnt([pieces[place] for place in new])
            if learnt is None:
                return None
            for place, cell in zip(new, learnt, strict=True):
                found[place] = cell
        return dict(found)  # type: ignore[arg-type]  # none is missing any more

    def _learnt(self, pieces: list[bytes]) -> list[_Placed] | None:
        """Return cells that did not come up before, or None when expat has to read them."""
        written = _START + _START.join(pieces)
        plain = as_text(written)
        self._memory.styled = self._memory.styled or _has_styled_row(written)
        matches = _CELL.findall(plain) if plain is not None else []
        if len(matches) != len(pieces):  # each match lies within one piece, from end to end
            return None
        self._memory.make_room(len(pieces), len(written))
        cells = []
        for piece, match in zip(pieces, matches, strict=True):
            cell = self._cell(piece, *match)
            if cell is None:
                return None
            cells.append(cell)
        return cells

    def _cell(
        self, piece: bytes, address: str, style: str, kind: str, element: str, *said: str
    ) -> _Placed | None:
        """Return a cell from its parts, or None when expat has to read it."""
        value, inline = said
        empty, where = self._styles.get(style), position(address)
        if empty is None or where is None:
            return None
        formula = self._formula(element, where) if element else ""
        shares = kind == "s" and value.isdecimal()
        if shares:
            found = where, shared_text(blank(empty, formula), value, self._strings)
        else:
            found = where, self._filled(empty, kind, formula, value, inline)
        if not element or 't="' not in element.partition(">")[0]:  # else it may be another cell's
            self._memory.cells[piece] = found
            if shares:
                self._memory.sharing.setdefault(int(value), []).append(piece)
        return found

    def _filled(self, empty: Cell, kind: str, formula: str, value: str, inline: str) -> Cell:
        _, _, _, code, lock = empty
        if kind == "inlineStr":
            text = _plain_text(inline or value)
            return _made(Cell, (text, _IS_TEXT, formula, code, lock))
        if kind in _NUMERIC and (decimal := shortest_decimal(value)) is not None:
            return _made(Cell, (decimal, _IS_NUMBER, formula, code, lock))
        if value or (kind == "str" and formula):
            return filled(empty, kind, _plain_text(value), formula, self._strings)
        return blank(empty, formula)

    def _formula(self, element: str, where: _Where) -> str:
        match = _FORMULA.fullmatch(element)
        traits, text, shared = match.groups() if match else ("", "", "")
        return self._formulas.read(where, _plain_text(text or ""), traits or shared or "")


_STRIDE = _LONE_CELL.groups + 1
_BARE_ROWS = re.compile(r"(?:<row [^<>]*(?:/>|></row>))*+")
_DIGITS = "0123456789"
_NO_STYLE = Cell()


def read_lines(body: bytes, strings: Sequence[str]) -> list[Line] | None:
    """Return the values in plain rows from above, or None when expat has to read them.

    Nothing is remembered: in a long list hardly a cell comes twice.
    """
    plain = as_text(body)
    pieces = _LONE_CELL.split(plain) if plain is not None else []
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
    before, *pieces = body.split(_ITEM)
    if before:
        return None
    found = list(map(_TEXTS.get, pieces))
    new = [place for place, each in enumerate(found) if each is None]
    learnt = _learnt_strings([pieces[place] for place in new]) if new else []
    if learnt is None:
        return None
    for place, text in zip(new, learnt, strict=True):
        found[place] = text
    return found  # type: ignore[return-value]  # none is missing any more


def _learnt_strings(pieces: list[bytes]) -> list[str] | None:
    """Return shared texts that did not come up before, or None when expat has to read them."""
    bare = _without_looks(_ITEM + _ITEM.join(pieces))
    plain = as_text(bare) if bare is not None else None
    matches = _STRING.findall(_SEAM.sub("", plain)) if plain is not None else []
    if len(matches) != len(pieces):  # each match lies within one piece, from end to end
        return None
    texts = [
        _plain_text("".join(_RUN.findall(runs)) if runs else text or run)
        for text, run, runs in matches
    ]
    if len(_TEXTS) + len(texts) > _MOST_TEXTS:
        _TEXTS.clear()
    _TEXTS.update(
        (piece, text) for piece, text in zip(pieces, texts, strict=True) if len(piece) <= _LONGEST
    )
    return texts


def _without_looks(written: bytes) -> bytes | None:
    """Return texts without the fonts of their runs, or None where there is anything else in them.

    LibreOffice makes a run of every word in another script; few fonts come up again and again.
    """
    first, *runs = written.split(b"<rPr>")
    if not runs:
        return written
    looks, ends, texts = zip(*[each.partition(b"</rPr>") for each in runs], strict=True)
    if not all(ends) or not all(map(_is_look, set(looks))):
        return None
    return b"".join((first, *texts))


@lru_cache(maxsize=256)
def _is_look(written: bytes) -> bool:
    """Say whether something is nothing but elements without text in them."""
    plain = as_text(written)
    return plain is not None and _LOOK.fullmatch(plain) is not None


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
