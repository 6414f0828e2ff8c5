"""All rows of a workbook's long pages put in their places, by several if others help.

Styles get their numbers, and links their room, in the order of the rows: the workbook is the same
to the byte whoever helps.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, repeat
from typing import Protocol

from generator.report.pages import Grid, Link, Piece, Prepared
from generator.workbook.result.body import Rows, Section
from generator.workbook.result.looks import Tailor
from generator.workbook.result.placed import Batch, Bed, place, placed

MOST_LINKS = 65_000  # on a sheet; Excel drops all of them above 65,530
_AT_ONCE = 500  # rows that are drawn together
_ROWS, _BYTES = 1000, 2**19  # that are put in their places together, about; drawn rows, packed
_WORTH_HELP = 5_000  # rows from which on others are asked


class Hands(Protocol):
    """Others who do some tasks at the same time."""

    def run(
        self,
        function: Callable[[Batch], Rows | None],
        tasks: Iterable[Batch],
        *,
        joining: bool = False,
    ) -> Iterator[tuple[Batch, object]]:
        """Yield each task with its result, as they come, or with something else if it has none."""


class Placing:
    """The tables of one page on their way into its body."""

    def __init__(self) -> None:
        self._tables: list[tuple[Section, Bed, Grid]] = []
        self._room = MOST_LINKS  # below the rows that are in their places
        self._wanted = 0  # links, by the batches under way

    def add(self, section: Section, bed: Bed, grid: Grid) -> None:
        """Take in a table that stands below the others."""
        self._tables.append((section, bed, grid))

    def __len__(self) -> int:
        return sum(len(grid.rows) for _, _, grid in self._tables)

    def batches(self, tailor: Tailor) -> Iterator[tuple[Section, Batch]]:
        """Yield the rows, some at a time; each batch says what is known when it is asked for."""
        for section, bed, grid in self._tables:
            first = bed.top + 1
            for pieces in _together(_pieces_of(grid)):
                batch = Batch(bed, pieces, first, None, tailor.known)
                self._wanted += batch.links
                if not self._room:
                    batch = replace(batch, room=0)
                elif self._wanted <= self._room:
                    batch = replace(batch, room=batch.links)
                yield section, batch
                first += batch.rows

    def take(self, asked: _Asked, tailor: Tailor) -> None:
        """Put the next batch into its section; what others could not do is done here."""
        if isinstance(asked.found, Rows):
            rows, room = asked.found, self._room - asked.found.links
        else:
            rows, room = placed(replace(asked.found, room=self._room), tailor.number_of)
        asked.section.append(rows)
        self._room = room
        self._wanted -= asked.links


@dataclass
class _Asked:
    """A batch that somebody was asked to place, until it is its turn to be put into its section."""

    page: Placing
    section: Section
    links: int
    found: Batch | Rows  # what has become of it: what is in rows need not be held in pieces, too
    answered: bool = False


def place_all(pages: Sequence[Placing], tailor: Tailor, hands: Hands | None) -> None:
    """Put all rows of some pages into their bodies."""
    under_way, by_batch = deque[_Asked](), dict[int, _Asked]()

    def batches() -> Iterator[Batch]:
        # In turn: one page after the other takes 167 MB instead of 126 for 20,000 returns.
        turns = deque((page, page.batches(tailor)) for page in pages)
        while turns:
            page, coming = turns.popleft()
            for section, batch in islice(coming, 1):
                asked = by_batch[id(batch)] = _Asked(page, section, batch.links, batch)
                under_way.append(asked)
                turns.append((page, coming))
                yield batch

    if hands and sum(map(len, pages)) >= _WORTH_HELP:
        done = hands.run(place, batches(), joining=True)
    else:
        done = zip(batches(), repeat(None))
    for batch, rows in done:
        answered = by_batch.pop(id(batch))
        answered.answered = True
        answered.found = rows if isinstance(rows, Rows) else batch
        while under_way and under_way[0].answered:
            asked = under_way.popleft()
            asked.page.take(asked, tailor)


def _pieces_of(grid: Grid) -> Iterator[Piece]:
    """Yield the rows of a table, some at a time."""
    if isinstance(grid.rows, Prepared):
        yield from grid.rows.pieces()
        return
    rows, totals = iter(grid.rows), grid.totals
    while several := list(islice(rows, _AT_ONCE)):
        links = sum([*map(type, row)].count(Link) for row in several)
        yield Piece((), len(several), links, rows=several, totals=totals)
        totals = 0


def _together(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Yield pieces in handy batches."""
    batch, rows, size = list[Piece](), 0, 0
    for piece in pieces:
        batch.append(piece)
        rows += piece.size
        size += len(piece.rest)
        if rows >= _ROWS or size >= _BYTES:
            yield batch
            batch, rows, size = [], 0, 0
    if batch:
        yield batch
