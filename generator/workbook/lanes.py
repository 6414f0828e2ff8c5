"""Rows of a long page drawn before it is known where they will stand and what they will wear.

A return's rows are drawn in the process that reads it; whoever writes the page puts in the numbers
of rows and styles, and looks at no cell again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple
from xml.sax.saxutils import escape

from generator.layout.heights import LINE, height_of, sure_to_fit
from generator.model.finding import Place
from generator.report.pages import Column, Content, Link, Look, Value
from generator.workbook.references import column_letters
from generator.workbook.splice import number_text, shown_text

try:  # five times as fast; what is in it stays the same
    from isal.isal_zlib import compress, decompress
except ImportError:
    from zlib import compress, decompress

LOW = LINE + 5.0  # points: a row of one line
TALLEST = 160.0  # rows of a list stay short enough to leaf through
ROW = "\0"  # where the number of the row is put in; XML holds no such characters
_STYLE, _NEXT = "\1", "\2"  # around the number of a style; between rows
_LONGEST_TEXT = 32_000  # of the 32,767 characters that a cell holds
_LONGEST_TIP = 255
_MOST_TEXTS = 4096  # that a column remembers
_MOST_DECIMALS = 6
_QUOTED = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_height_of = lru_cache(maxsize=4096)(height_of)  # the same texts come up again and again


class Worn(NamedTuple):
    """What decides the style of a cell in the body of a table."""

    look: str
    number_format: str
    total: bool
    link: bool
    tone: str  # or empty


class Way(NamedTuple):
    """A link of a row: from a column to a file, with the attributes that say where in it."""

    row: int  # from 0, in its strip
    column: str
    file: str
    attributes: str


class Ways(NamedTuple):
    """The links of a strip as they are written, but for their rows and numbers."""

    rows: Sequence[int]  # from 0, of each link
    files: Sequence[tuple[str, int]]  # where they lead, and how many in turn
    text: bytes  # to be filled with the row and the number of each link, by `%`

    @classmethod
    def of(cls, ways: Sequence[Way]) -> Ways:
        """Return links as they are written."""
        runs = groupby(each.file for each in ways)
        text = "".join(
            f'<hyperlink ref="{each.column}%d" r:id="jx%d"{each.attributes.replace("%", "%%")}/>'
            for each in ways
        )
        return cls(
            [each.row for each in ways],
            [(file, sum(1 for _ in run)) for file, run in runs],
            text.encode("utf-8", "backslashreplace"),
        )


class Styles(dict[bytes, bytes]):
    """The numbers of styles in a strip → their numbers in a workbook, asked for as they come up."""

    def __init__(self, worn: Sequence[Worn], style_of: Callable[[Worn], int]) -> None:
        super().__init__()
        self._worn = worn
        self._style_of = style_of

    def __missing__(self, number: bytes) -> bytes:
        style = self[number] = b"%d" % self._style_of(self._worn[int(number)])
        return style


@dataclass(frozen=True)
class Strip:
    """Some rows that stand one below the other."""

    worn: tuple[Worn, ...]  # by the numbers in the text
    heights: Sequence[float]
    ways: Ways
    text: bytes

    def rows(self, styles: Mapping[bytes, bytes]) -> list[bytes]:
        """Return the cells of each row in their styles."""
        if not self.heights:
            return []
        pieces = self.text.split(_STYLE.encode())
        pieces[1::2] = map(styles.__getitem__, pieces[1::2])
        return b"".join(pieces).split(_NEXT.encode())


def packed(strip: Strip) -> bytes:
    """Return a strip as compressed lines; the one of its styles is the same for many strips."""
    about = (strip.worn, (strip.heights, strip.ways.rows, strip.ways.files))
    lines = (json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in about)
    written = (each.encode("utf-8", "surrogatepass") for each in lines)
    content: bytes = compress(b"\n".join((*written, strip.ways.text, strip.text)), 1)
    return content


def unpacked(content: bytes) -> Strip:
    """Return the strip that was packed."""
    worn, about, links, text = decompress(content).split(b"\n", 3)
    heights, rows, files = json.loads(about.decode("utf-8", "surrogatepass"))
    return Strip(_worn(worn), heights, Ways(rows, [*map(tuple, files)], links), text)


@lru_cache(maxsize=256)  # a few for each page and worker
def _worn(line: bytes) -> tuple[Worn, ...]:
    return tuple(Worn(*each) for each in json.loads(line))


class Lanes:
    """The columns of a table while its rows are drawn: what rows share is found out once."""

    def __init__(
        self,
        columns: Sequence[Column],
        widths: Sequence[float],
        first: int = 1,
        tallest: float = TALLEST,
    ) -> None:
        self._tallest = tallest
        self._numbers: dict[Worn, int] = {}
        self._lanes: list[_Lane] = []
        for column, width in zip(columns, widths, strict=True):
            self._lanes.append(_Lane(column, first, width, self._numbers))
            first += column.span

    def draw(self, rows: Iterable[Sequence[Content]], totals: int = 0) -> Strip:
        """Return rows as they are drawn; the first so many stand out."""
        texts, heights, ways = list[str](), list[float](), list[Way]()
        lanes, tallest, before = self._lanes, self._tallest, None
        for number, row in enumerate(rows):
            if row is before and number > totals and not ways:
                texts.append(texts[-1])
                heights.append(heights[-1])
                continue
            before = row
            bold, height, cells = number < totals, LOW, list[str]()
            for lane, content in zip(lanes, row, strict=True):
                if isinstance(content, Link):
                    cell, needed = lane.linked(content, bold=bold)
                    if content.place.file:
                        ways.append(_way(number, lane.letters, content.place))
                else:
                    cell, needed = lane.cell(content, bold=bold)
                cells.append(cell)
                if needed > height:
                    height = min(needed, tallest)
            texts.append("".join(cells))
            heights.append(height)
        text = _NEXT.join(texts).encode("utf-8", "backslashreplace")
        return Strip(tuple(self._numbers), heights, Ways.of(ways), text)


class _Lane:
    """One column."""

    def __init__(self, column: Column, place: int, width: float, numbers: dict[Worn, int]) -> None:
        self.letters = column_letters(place)
        self._column = column
        self._width = width
        self._room = sure_to_fit(width, LOW)  # characters
        self._numbers = numbers
        others = (column_letters(place + i) for i in range(1, column.span))
        self._rest = [f'<c r="{each}{ROW}" s="{_STYLE}' for each in others]
        self._texts: dict[tuple[str, bool, bool], tuple[str, float]] = {}
        self._heads: dict[tuple[int, bool, bool], tuple[str, str]] = {}
        self._blanks: dict[tuple[bool, bool], str] = {}

    def linked(self, link: Link, *, bold: bool) -> tuple[str, float]:
        """Return the cell of a link; one that leads nowhere looks like any other."""
        return self.cell(link.value, bold=bold, link=bool(link.place.file))

    def cell(self, value: Value, *, bold: bool, link: bool = False) -> tuple[str, float]:
        """Return a cell, and how high its row must be at least."""
        if isinstance(value, str):
            found = self._texts.get((value, bold, link))
            if found is None:
                if len(self._texts) >= _MOST_TEXTS:
                    self._texts.clear()
                found = self._texts[value, bold, link] = self._text(value, bold=bold, link=link)
            return found
        if value is None:
            blank = self._blanks.get((bold, link))
            if blank is None:
                head, rest = self._ends(None, bold=bold, link=link)
                blank = self._blanks[bold, link] = f"{head}/>{rest}"
            return blank, 0.0
        if isinstance(value, Decimal):
            written = f"{value:f}"
            decimals = len(written.rstrip("0")) - written.find(".") if "." in written else 1
            number = number_text(value)
        else:
            decimals, number = 0, str(value)
        key = (decimals, bold, link)
        ends = self._heads.get(key)
        if ends is None:
            ends = self._heads[key] = self._ends(value, bold=bold, link=link)
        return f"{ends[0]}><v>{number}</v></c>{ends[1]}", 0.0

    def _text(self, text: str, *, bold: bool, link: bool) -> tuple[str, float]:
        head, rest = self._ends(text, bold=bold, link=link)
        tall = len(text) > self._room or "\n" in text
        inside = text_xml(_within(text))
        cell = f'{head} t="inlineStr"><is>{inside}</is></c>{rest}'
        return cell, _height_of(text, self._width) if tall else 0.0

    def _ends(self, value: Value, *, bold: bool, link: bool) -> tuple[str, str]:
        """Return a cell as far as its style, and its neighbours that are one with it."""
        worn = self._worn(value, bold=bold, link=link)
        style = f'{self._numbers.setdefault(worn, len(self._numbers))}{_STYLE}"'
        rest = "".join(f"{each}{style}/>" for each in self._rest)
        return f'<c r="{self.letters}{ROW}" s="{_STYLE}{style}', rest

    def _worn(self, value: Value, *, bold: bool, link: bool) -> Worn:
        column = self._column
        look = Look.TEXT if isinstance(value, str) else column.look
        shown = number_format(look, column.digits, value)
        tone = column.tones.get(value, "") if isinstance(value, str) else ""
        return Worn((column.look if value is None else look).value, shown, bold, link, str(tone))


def number_format(look: Look, digits: int, value: Value) -> str:
    """Return the format that shows a number in full, with `digits` decimals at least.

    >>> number_format(Look.MONEY, 2, Decimal("1724.793")), number_format(Look.NUMBER, 2, Decimal(6))
    ('#,##0.000', '#,##0')
    """
    match look:
        case Look.TEXT:
            return "@"
        case Look.PERCENT:
            return "0.00%"
        case Look.COUNT:
            return "0"
    if not isinstance(value, Decimal):
        return "General"
    own = max(0, -int(value.normalize().as_tuple().exponent))
    if own > _MOST_DECIMALS:  # a quotient: its decimals never end
        own = digits
    places = max(own, digits) if look is Look.MONEY else own
    return "#,##0" + ("." + "0" * places if places else "")


# -- texts and links --


@lru_cache(maxsize=4096)  # names, rules and remedies come up again and again
def text_xml(text: str) -> str:
    """Return a text as it stands in a cell."""
    shown = escape(shown_text(text))
    kept = ' xml:space="preserve"' if shown != shown.strip() or "\n" in shown else ""
    return f"<t{kept}>{shown}</t>"


def _within(text: str) -> str:
    """Return a text as long as a cell can hold."""
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}……（过长，全文见原文件）"


def _way(row: int, column: str, place: Place) -> Way:
    cell = place.cell
    long = len(place.file) + len(place.sheet) + len(cell) + 2 > _LONGEST_TIP
    if long or not cell or not place.sheet:
        return Way(row, column, place.file, _attributes(place))
    location, tip = _started(place.file, place.sheet)
    return Way(row, column, place.file, f' location="{location}{cell}" tooltip="{tip}{cell}"')


@lru_cache(maxsize=64)  # one file's come one after the other
def _started(file: str, sheet: str) -> tuple[str, str]:
    """Return where a link leads and what it says of that, both as far as the cell."""
    return _quotable(_sheet(sheet)), _quotable(shown_text(f"{file} {sheet} ".lstrip()))


@lru_cache(maxsize=64)
def _attributes(place: Place) -> str:
    """Return where in its file a link leads, and what it says of that."""
    tip = " ".join((place.file, place.sheet, place.cell)).strip()[:_LONGEST_TIP]
    location = f"{_sheet(place.sheet)}{place.cell or 'A1'}" if place.sheet else ""
    where = f' location="{_quotable(location)}"' if location else ""
    return f'{where} tooltip="{_quotable(shown_text(tip))}"'


def _sheet(title: str) -> str:
    return "'" + title.replace("'", "''") + "'!"


def _quotable(text: str) -> str:
    return escape(text, _QUOTED)
