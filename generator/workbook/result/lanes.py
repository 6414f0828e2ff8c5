"""Rows of a long page drawn before it is known where they will stand and what they will wear.

A return's rows are drawn in the process that reads it; whoever writes the page puts in the numbers
of rows and styles, and looks at no cell again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from html import escape
from itertools import count, groupby, product, repeat
from operator import itemgetter
from typing import Any, NamedTuple

from generator.layout.heights import LINE, height_of, sure_to_fill, sure_to_fit
from generator.report.pages import Column, Content, Leads, Link, Look, Value, whereabouts
from generator.workbook.packing import from_json, pack, to_json, unpack
from generator.workbook.references import column_letters
from generator.workbook.spelling import LONGEST_NUMBER, number_text, shown_text

LOW = LINE + 5.0  # points: a row of one line
TALLEST = 160.0  # rows of a list stay short enough to leaf through
ROW = "\0"  # where the number of the row is put in; XML holds no such characters
_STYLE = "\1"  # in frames: for the number of a style
_NEXT_PART, _NEXT = "\1", "\2"  # in texts: between what cells hold; between rows
_FILE = "\3"  # in texts of links: for the name of a file
_COMMA = b","
_LONGEST_TEXT = 32_000  # of the 32,767 characters that a cell holds
_LONGEST_TIP = 255
_MOST_TEXTS = 2048  # that a column remembers, none of them longer than
_SHORT = 100
_MOST_ROWS = 1000  # rows of different frames that are remembered
_MOST_DECIMALS = 6
_UNLIKE = re.compile(r"[\s&<>_\x00-\x1f\ufffe\uffff\ud800-\udfff]")  # what cells hold otherwise
_QUOTED = str.maketrans({'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;", "%": "%%"})
_escaped = partial(escape, quote=False)  # that of xml.sax brings half of the network along
_height_of = lru_cache(maxsize=4096)(height_of)  # the same texts come up again and again
_ROW_OF = itemgetter(0)
_REMEMBERED = {str, int, type(None)}
Drawn = tuple[str, str, float]  # the number of a cell's frame, what it holds, how high it is
# A link: its row, from 0; a file; a text to be filled, by `%`, with the row and the link's number
Way = tuple[int, str, str]


class Worn(NamedTuple):
    """What decides the style of a cell in the body of a table."""

    look: str
    number_format: str
    total: bool
    link: bool
    tone: str  # or empty


class Frame(NamedTuple):
    """What stands around what a cell holds: the same for many cells of a column."""

    worn: Worn
    before: str
    behind: str

    def dressed(self, style: int) -> bytes:
        """Return a cell in a style, with a place for what it holds."""
        return f"{self.before}%b{self.behind}".replace(_STYLE, str(style)).encode()

    def unlinked(self) -> Frame:
        """Return the same around a cell that leads nowhere."""
        return self._replace(worn=self.worn._replace(link=False))


class Ways(NamedTuple):
    """The links of a strip as they are written, but for their rows and numbers."""

    rows: Sequence[int]  # from 0, of each link
    files: Sequence[tuple[str, int]]  # where they lead, and how many in turn
    text: bytes  # to be filled with the row and the number of each link, by `%`

    @classmethod
    def of(cls, ways: Sequence[Way]) -> Ways:
        """Return links as they are written."""
        rows, files, texts = zip(*ways, strict=True) if ways else ((), (), ())
        return cls(
            [*rows],
            [(file, len([*run])) for file, run in groupby(files)],
            "".join(texts).encode("utf-8", "backslashreplace"),
        )


class Styles(dict[bytes, bytes]):
    """Rows in the styles of a workbook, to be filled with what cells hold, by their frames.

    The styles are asked for as they come up.
    """

    def __init__(self, frames: Iterable[Frame], style_of: Callable[[Worn], int]) -> None:
        super().__init__()
        self._frames = (*frames,)
        self._style_of = style_of
        self._cells: dict[bytes, bytes] = {}

    def __missing__(self, numbers: bytes) -> bytes:
        if len(self) >= _MOST_ROWS:
            self.clear()
        row = self[numbers] = b"".join(map(self._cell, numbers.split(_COMMA)))
        return row

    def _cell(self, number: bytes) -> bytes:
        cell = self._cells.get(number)
        if cell is None:
            frame = self._frames[int(number)]
            cell = self._cells[number] = frame.dressed(self._style_of(frame.worn))
        return cell


@dataclass(frozen=True)
class Strip:
    """Some rows that stand one below the other."""

    frames: tuple[Frame, ...]  # by the numbers in the text
    heights: Sequence[float]
    ways: Ways
    text: bytes  # of each row the numbers of its frames, and what its cells hold

    def rows(self, styles: Styles) -> list[bytes]:
        """Return the cells of each row in their styles."""
        if not self.heights:
            return []
        rows = (each.split(_NEXT_PART.encode()) for each in self.text.split(_NEXT.encode()))
        return [styles[frames] % (*held,) for frames, *held in rows]


def packed(strip: Strip) -> bytes:
    """Return a strip as it travels and waits."""
    tall = [row for row, height in enumerate(strip.heights) if height != LOW]
    heights = [strip.heights[row] for row in tall]
    about = to_json([len(strip.heights), tall, heights, strip.ways.rows, strip.ways.files])
    return pack(b"\n".join((_written(strip.frames), about, strip.ways.text, strip.text)))


def unpacked(content: bytes) -> Strip:
    """Return the strip that was packed."""
    frames, about, links, text = unpack(content).split(b"\n", 3)
    count, tall, above, rows, files = from_json(about)
    heights = [LOW] * count
    for row, height in zip(tall, above, strict=True):
        heights[row] = height
    return Strip(_read(frames), heights, Ways(rows, [*map(tuple, files)], links), text)


@lru_cache(maxsize=256)  # once all frames of a page have come up, its strips have the same
def _written(frames: tuple[Frame, ...]) -> bytes:
    return to_json([*frames])


@lru_cache(maxsize=256)
def _read(frames: bytes) -> tuple[Frame, ...]:
    return tuple(Frame(Worn(*worn), *around) for worn, *around in from_json(frames))


class Lanes:
    """The columns of a table while its rows are drawn: what rows share is found out once."""

    def __init__(
        self,
        columns: Sequence[Column],
        widths: Sequence[float],
        first: int = 1,
        tallest: float = TALLEST,
    ) -> None:
        self._frames: dict[Frame, int] = {}
        self._lanes: list[_Lane] = []
        for column, width in zip(columns, widths, strict=True):
            room = _Room(width, tallest)
            self._lanes.append(_Lane(_Around(column, first, room, self._frames)))
            first += column.span

    def draw(self, rows: Iterable[Sequence[Content]], totals: int = 0) -> Strip:
        """Return rows as they are drawn; the first so many stand out."""
        listed = [*rows]
        blocks = (listed[:totals], True), (listed[totals:], False)
        return self._strip([([*zip(*some, strict=True)], bold) for some, bold in blocks if some])

    def draw_columns(self, columns: Sequence[Sequence[Content] | Leads]) -> Strip:
        """Return rows as they are drawn that are given by column; there is one at least."""
        return self._strip([(columns, False)])

    def _strip(self, blocks: Iterable[tuple[Sequence[Sequence[Content] | Leads], bool]]) -> Strip:
        """Return rows as they are drawn: some by column that stand out, or do not, then more."""
        texts, heights, ways = list[str](), list[float](), list[Way]()
        for columns, bold in blocks:
            drawn = list[Sequence[Drawn]]()
            for lane, contents in zip(self._lanes, columns, strict=True):
                cells, leading = lane.draw(contents, bold, len(texts))
                drawn.append(cells)
                ways += leading
            joined = _joined_by_row if len(drawn[0]) < len(drawn) else _joined_by_column
            more, high = joined(drawn)
            texts += more
            heights += high
        ways.sort(key=_ROW_OF)
        text = _NEXT.join(texts).encode("utf-8", "backslashreplace")
        return Strip(tuple(self._frames), heights, Ways.of(ways), text)


def _joined_by_row(drawn: Sequence[Sequence[Drawn]]) -> tuple[list[str], list[float]]:
    """Return rows from their columns, and how high they are; quickly where there are few rows."""
    texts, heights = list[str](), list[float]()
    for row in zip(*drawn, strict=True):
        numbers, inside, needed = zip(*row, strict=True)
        texts.append(_NEXT_PART.join((",".join(numbers), *inside)))
        heights.append(max(LOW, *needed))
    return texts, heights


def _joined_by_column(drawn: Sequence[Sequence[Drawn]]) -> tuple[list[str], list[float]]:
    """Return the same, quickly where there are more rows than columns."""
    frames, held, raised = list[Sequence[str]](), list[Sequence[str]](), list[Any]()
    for column in drawn:
        numbers, inside, needed = zip(*column, strict=True)
        frames.append(numbers)
        held.append(inside)
        if needed.count(LOW) < len(needed):
            raised.append(needed)
    framed = map(",".join, zip(*frames, strict=True))
    low = [LOW] * len(drawn[0])
    heights = [*map(max, low, *raised)] if raised else low
    return [*map(_NEXT_PART.join, zip(framed, *held, strict=True))], heights


class _Around:
    """What is known of all cells of a column; it does not know them, or they would outlive us."""

    def __init__(self, column: Column, place: int, room: _Room, frames: dict[Frame, int]) -> None:
        self.column = column
        self.room = room
        self.letters, *others = (column_letters(place + i) for i in range(column.span))
        self._frames = frames
        self._start = f'<c r="{self.letters}{ROW}" s="{_STYLE}"'
        self._rest = "".join(f'<c r="{each}{ROW}" s="{_STYLE}"/>' for each in others)

    def frame(self, worn: Worn, before: str, behind: str) -> int:
        """Return the number of what stands around a cell, and before its neighbours of one span."""
        frame = Frame(worn, f"{self._start}{before}", f"{behind}{self._rest}")
        return self._frames.setdefault(frame, len(self._frames))


class _Lane:
    """One column."""

    def __init__(self, around: _Around) -> None:
        self._letters = around.letters
        self._cells = {case: _Cells(around, *case) for case in product((False, True), repeat=2)}

    def draw(
        self,
        contents: Sequence[Content] | Leads,
        bold: bool,  # noqa: FBT001
        first: int,
    ) -> tuple[Sequence[Drawn], Iterable[Way]]:
        """Return cells that stand one below the other, and where those lead that are links.

        Rows are counted from the first.
        """
        cells, linked = self._cells[bold, False], self._cells[bold, True]
        if isinstance(contents, Leads):
            these = linked if contents.file else cells
            return [*map(these.of, _said(contents.cells))], self._leading(contents, first)
        kinds = {*map(type, contents)}
        if kinds <= _REMEMBERED:
            return [*map(cells.__getitem__, contents)], ()  # type: ignore[arg-type]
        if Link not in kinds:
            return [*map(cells.of, contents)], ()  # type: ignore[arg-type]
        drawn = [
            (linked if each.place.file else cells).of(each.value)
            if isinstance(each, Link)
            else cells.of(each)
            for each in contents
        ]
        return drawn, self._ways(contents, first)

    def _ways(self, contents: Sequence[Content], first: int) -> Iterator[Way]:
        for row, each in enumerate(contents, first):
            if isinstance(each, Link) and each.place.file:
                place = each.place
                yield row, place.file, _way(self._letters, place.file, place.sheet, place.cell)

    def _leading(self, leads: Leads, first: int) -> Iterable[Way]:
        file, cells = leads
        if not file or not cells:
            return ()
        room, ways = _ways_in_any_file(self._letters, cells)
        if len(file) <= room:
            texts = ways.replace(_FILE, _quotable(file)).split(_NEXT)
        else:
            texts = [_way(self._letters, file, *each) for each in cells]
        return zip(count(first), repeat(file), texts)


class _Cells(dict[str | int | None, Drawn]):
    """The cells of a column that stand out alike; all but numbers and long texts are remembered."""

    def __init__(self, around: _Around, bold: bool, link: bool) -> None:  # noqa: FBT001
        super().__init__()
        self._around = around
        self._bold = bold
        self._link = link
        self._fits = min(around.room.fits, _SHORT)
        self._texts: dict[str, str] = {}  # what stands before one, by tone
        self._numbers: dict[int, str] = {}  # what stands before one, by decimals
        self._whole = ""  # what stands before one that is no Decimal

    def __missing__(self, value: str | int | None) -> Drawn:
        if len(self) >= _MOST_TEXTS:
            self.clear()
        if isinstance(value, str):
            tone = self._around.column.tones.get(value, "")
            framed = self._texts.get(tone) or self._frame_of_texts(value, tone)
            if len(value) <= self._fits and not _UNLIKE.search(value):  # most words
                drawn = framed, f"<t>{value}</t>", LOW
            else:
                height = self._around.room.height_of(value)
                drawn = framed, _text_xml(_within(value)), height
            if len(value) > _SHORT:
                return drawn
        elif value is None:
            drawn = self._framed(None, "/>", ""), "", LOW
        else:
            self._whole = self._whole or self._framed(value, "><v>", "</v></c>")
            drawn = self._whole, str(value), LOW
        self[value] = drawn
        return drawn

    def of(self, value: Value) -> Drawn:
        """Return the cell of a value."""
        if not isinstance(value, Decimal):
            return self[value]
        written = f"{value:f}"
        decimals = len(written.partition(".")[2].rstrip("0"))
        framed = self._numbers.get(decimals) or self._frame_of_numbers(value, decimals)
        if len(written) > LONGEST_NUMBER or not value.is_finite():
            written = number_text(value)
        return framed, written, LOW

    def _frame_of_texts(self, text: str, tone: str) -> str:
        framed = self._framed(text, ' t="inlineStr"><is>', "</is></c>")
        self._texts[tone] = framed
        return framed

    def _frame_of_numbers(self, value: Decimal, decimals: int) -> str:
        framed = self._framed(value, "><v>", "</v></c>")
        self._numbers[decimals] = framed
        return framed

    def _framed(self, value: Value, before: str, behind: str) -> str:
        """Return the number of the frame of such a value."""
        column = self._around.column
        look = Look.TEXT if isinstance(value, str) else column.look
        shown = number_format(look, column.digits, value)
        tone = column.tones.get(value, "") if isinstance(value, str) else ""
        base = column.look if value is None else look
        worn = Worn(base.value, shown, self._bold, self._link, str(tone))
        return str(self._around.frame(worn, before, behind))


class _Room:
    """What a column has room for, in a row of one line and in the tallest."""

    def __init__(self, width: float, tallest: float) -> None:
        self._width = width
        self._tallest = tallest
        self.fits = sure_to_fit(width, LOW)  # characters
        self._fills = sure_to_fill(width, tallest)

    def height_of(self, text: str) -> float:
        """Return how high a row must be at least for a text."""
        if len(text) <= self.fits and "\n" not in text:
            return LOW
        if len(text) >= self._fills:
            return self._tallest
        return min(_height_of(text, self._width), self._tallest)


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


@lru_cache(maxsize=4096)  # headings and units come up again and again
def text_xml(text: str) -> str:
    """Return a text as it stands in a cell."""
    return _text_xml(text)


def _text_xml(text: str) -> str:
    if not _UNLIKE.search(text):
        return f"<t>{text}</t>"
    shown = _escaped(shown_text(text))
    kept = ' xml:space="preserve"' if shown != shown.strip() or "\n" in shown else ""
    return f"<t{kept}>{shown}</t>"


def _within(text: str) -> str:
    """Return a text as long as a cell can hold."""
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}……（过长，全文见原文件）"


@lru_cache(maxsize=256)  # the rows of returns mostly stand where those of others do
def _said(cells: tuple[tuple[str, str], ...]) -> Sequence[str]:
    """Return what cells say that lead to others."""
    return [whereabouts(*each) for each in cells]


@lru_cache(maxsize=256)
def _ways_in_any_file(column: str, cells: tuple[tuple[str, str], ...]) -> tuple[int, str]:
    """Return links to cells of any file, and how long its name may be for what they say of it."""
    if not all(map(all, cells)):
        return 0, ""
    room = min(_LONGEST_TIP - len(sheet) - len(cell) - 2 for sheet, cell in cells)
    around = ((*_around_cell(column, _FILE, sheet), cell) for sheet, cell in cells)
    return room, _NEXT.join(f'{start}{cell}{tip}{cell}"/>' for start, tip, cell in around)


def _way(column: str, file: str, sheet: str, cell: str) -> str:
    """Return where in its file a link leads, and what it says of that."""
    if not cell or not sheet or len(file) + len(sheet) + len(cell) + 2 > _LONGEST_TIP:
        return f"{_link(column)}{_attributes(file, sheet, cell)}/>"
    start, tip = _started(column, file, sheet)
    return f'{start}{cell}{tip}{cell}"/>'


@lru_cache(maxsize=64)  # one file's come one after the other
def _started(column: str, file: str, sheet: str) -> tuple[str, str]:
    return _around_cell(column, _quotable(file), sheet)


def _around_cell(column: str, file: str, sheet: str) -> tuple[str, str]:
    """Return where a link leads and what it says of that, both as far as the cell."""
    location, tip = _quotable(_sheet(sheet)), f"{file} {_quotable(sheet)} "
    return f'{_link(column)} location="{location}', f'" tooltip="{tip}'


def _link(column: str) -> str:
    return f'<hyperlink ref="{column}%d" r:id="jx%d"'


@lru_cache(maxsize=64)
def _attributes(file: str, sheet: str, cell: str) -> str:
    tip = " ".join((file, sheet, cell)).strip()[:_LONGEST_TIP]
    location = f"{_sheet(sheet)}{cell or 'A1'}" if sheet else ""
    where = f' location="{_quotable(location)}"' if location else ""
    return f'{where} tooltip="{_quotable(tip)}"'


def _sheet(title: str) -> str:
    return "'" + title.replace("'", "''") + "'!"


def _quotable(text: str) -> str:
    """Return a text as an attribute holds it, whatever a file or a worksheet is called."""
    return _escaped(shown_text(text)).translate(_QUOTED)
