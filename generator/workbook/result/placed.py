"""Rows that were drawn before, put in their places: by who has time, for who writes the page.

Some returns' rows at a time: the row of the first is known, the others follow. What comes of them
is packed, so that whoever writes the page has only to copy it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat

from generator.report.pages import Column, Piece
from generator.workbook.result.body import Rows, Section
from generator.workbook.result.lanes import LOW, Frame, Lanes, Styles, Worn, unpacked

_RESERVED = re.compile(r'[\s\x00-\x1f"%#<>\[\]^`{|}\\?:]')  # what an address may not hold as it is
StyleOf = Callable[[Worn], int]


@dataclass(frozen=True)
class Bed:
    """What the rows of a long table have in common."""

    columns: tuple[Column, ...]
    widths: Sequence[float]  # of all columns of the worksheet
    tallest: float  # that a row may be, in points
    front: int  # columns in front of what was drawn
    numbered: bool  # the first of them counts the rows
    top: int  # the row of the headings
    way: str  # to the folder of the files that are linked

    @property
    def right(self) -> int:
        """The last column of the worksheet."""
        return sum(each.span for each in self.columns)

    def lanes(self, which: slice = slice(None)) -> Lanes:
        """Return what draws some of the columns."""
        columns, places = self.columns[which], places_of(self.columns)[which]
        both = zip(columns, places, strict=True)
        widths = [sum(self.widths[at - 1 : at - 1 + each.span]) for each, at in both]
        return Lanes(columns, widths, places[0] if places else 1, self.tallest)

    def target(self, file: str) -> str:
        """Return the address of a file."""
        return _address(self.way + file)


@dataclass(frozen=True)
class Batch:
    """Some returns' rows, one below the other."""

    bed: Bed
    pieces: Sequence[Piece]
    first: int  # the row of the first
    room: int | None  # for so many links; None: that is not known yet
    styles: Mapping[Worn, int] = field(default_factory=dict)  # their numbers, as far as known

    @property
    def rows(self) -> int:
        """How many there are."""
        return sum(each.size for each in self.pieces)

    @property
    def links(self) -> int:
        """How many cells lead somewhere, at most."""
        return sum(each.links for each in self.pieces)


class _UnknownError(Exception):
    """There is a style of which the number is not known."""


def place(batch: Batch) -> Rows | None:
    """Return rows in their places; nothing where one must know more to put them there."""
    if batch.room is None:
        return None

    def style_of(worn: Worn) -> int:
        if worn not in batch.styles:
            raise _UnknownError
        return batch.styles[worn]

    try:
        return placed(batch, style_of)[0]
    except _UnknownError:
        return None


def placed(batch: Batch, style_of: StyleOf) -> tuple[Rows, int]:
    """Return rows in their places, and for how many links there is room below them.

    Where links found no room, nothing below is linked any more.
    """
    filler = _Filler(batch, style_of)
    for piece, before, height in zip(batch.pieces, *filler.heads(), strict=True):
        filler.add(piece, before, height)
    return filler.section.taken(), filler.room


class _Filler:
    """Fills a section with drawn rows."""

    def __init__(self, batch: Batch, style_of: StyleOf) -> None:
        bed = batch.bed
        # Numbers of links are a worksheet's: each row has as many as the worksheet has columns.
        self.section = Section(batch.first * len(bed.widths))
        self.room = batch.room or 0
        self._batch = batch
        self._style_of = style_of
        self._dressed: dict[tuple[tuple[Frame, ...], bool], Styles] = {}
        self._behind = bed.lanes(slice(bed.front, None))
        self._counted = self._first_cell() if bed.numbered else b""
        self._next = batch.first

    def heads(self) -> tuple[Sequence[bytes], Sequence[float]]:
        """Return the cells in front of each piece, and how high they are."""
        bed, pieces = self._batch.bed, self._batch.pieces
        which = slice(int(bed.numbered), bed.front)
        if which.start == which.stop:
            return [b""] * len(pieces), [LOW] * len(pieces)
        heads = bed.lanes(which).draw(each.head for each in pieces)
        return heads.rows(self._styles(heads.frames, linked=True)), heads.heights

    def add(self, piece: Piece, before: bytes, height: float) -> None:
        """Add the rows of a piece, with cells in front of each."""
        bed, first = self._batch.bed, self._next
        strip = unpacked(piece.rest) if piece.rest else self._behind.draw(piece.rows, piece.totals)
        heights = strip.heights if height == LOW else [max(height, each) for each in strip.heights]
        if len(heights) != piece.size:
            raise ValueError(f"{len(heights)} rows where {piece.size} were to be")
        columns: list[Iterable[bytes]] = [repeat(before, len(heights))]
        if self._counted:
            numbers = range(first - bed.top, first - bed.top + len(heights))
            columns.insert(0, map(self._counted.__mod__, numbers))
        ways = strip.ways
        linked = len(ways.rows) <= self.room
        self.room = self.room - len(ways.rows) if linked else 0
        columns.append(strip.rows(self._styles(strip.frames, linked=linked)))
        self._next = self.section.add_rows(first, heights, columns, bed.right) + 1
        if linked and ways.rows:
            self.section.link(ways, first, bed.target)

    def _styles(self, frames: tuple[Frame, ...], *, linked: bool) -> Styles:
        """Return what stands around cells; what could not be linked does not look it."""
        styles = self._dressed.get((frames, linked))
        if styles is None:
            shown = frames if linked else map(Frame.unlinked, frames)
            styles = self._dressed[frames, linked] = Styles(shown, self._style_of)
        return styles

    def _first_cell(self) -> bytes:
        """Return the first cell of a row with a place for the row's number in the table."""
        strip = self._batch.bed.lanes(slice(1)).draw([(0,)])
        (cell,) = strip.rows(self._styles(strip.frames, linked=True))
        return cell.replace(b"<v>0</v>", b"<v>%d</v>")


def places_of(columns: Sequence[Column]) -> list[int]:
    """Return the worksheet column, from 1, in which each column starts."""
    places, place = [], 1
    for column in columns:
        places.append(place)
        place += column.span
    return places


@lru_cache(maxsize=64)  # one file's come one after the other
def _address(path: str) -> str:
    return _RESERVED.sub(lambda each: f"%{ord(each[0]):02X}", path)
