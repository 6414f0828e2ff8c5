"""Sharing out a number: in proportion, in whole units, along two sides at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Mapping
from fractions import Fraction
from typing import Generic, TypeVar

_Row = TypeVar("_Row", bound=Hashable)
_Column = TypeVar("_Column", bound=Hashable)
_Key = TypeVar("_Key", bound=Hashable)


def apportioned(
    sizes: Mapping[_Key, int], number: int, luck: Callable[[_Key], Fraction] | None = None
) -> dict[_Key, int]:
    """Return how many of a number fall to each, in proportion to its size and never more than it.

    Each gets its share without the fraction; what is left goes to the largest fractions or, where
    `luck` is given, by luck over fraction, so that the small ones have a chance as well. Where the
    number allows, each gets at least one.

    >>> apportioned({"a": 50, "b": 30, "c": 20}, 5)
    {'a': 3, 'b': 1, 'c': 1}
    """
    exact = shares(sizes, number)
    whole = {key: int(share) for key, share in exact.items()}
    fractions = {key: exact[key] - whole[key] for key in exact if exact[key] != whole[key]}
    left = number - sum(whole.values())

    def place(key: _Key) -> tuple[Fraction, int, str]:
        fraction = fractions[key]
        return (luck(key) / fraction if luck else -fraction, -sizes[key], repr(key))

    for key in sorted(fractions, key=place)[:left]:
        whole[key] += 1
    return whole


def shares(sizes: Mapping[_Key, int], number: int) -> dict[_Key, Fraction]:
    """Return the exact share of each in a number: in proportion, but one where that is less.

    The least of one holds only where there is one for each.
    """
    alone: set[_Key] = set()
    while True:
        pool = sum(size for key, size in sizes.items() if key not in alone)
        rest = Fraction(number - len(alone))
        exact = {
            key: Fraction(1) if key in alone else rest * size / pool for key, size in sizes.items()
        }
        small = {key for key, share in exact.items() if share < 1}
        if not small or number < len(sizes):
            return exact
        alone |= small


def crossed(
    rows: Mapping[_Row, int],
    columns: Mapping[_Column, int],
    cells: Mapping[tuple[_Row, _Column], int],
) -> dict[tuple[_Row, _Column], int]:
    """Return a table of whole numbers with these sums of rows and columns, none above its cell.

    Where no such table exists, the rows keep their sums and the columns come as close as they can.
    Where several do, the cells that come first are preferred.
    """
    table = _Table(rows, columns, cells)
    for row in rows:
        while table.extend(row):
            pass
    for row in rows:
        table.fill(row)
    return table.taken


class _Table(Generic[_Row, _Column]):
    """A table being filled: a flow from rows to columns, extended path by path."""

    def __init__(
        self,
        rows: Mapping[_Row, int],
        columns: Mapping[_Column, int],
        cells: Mapping[tuple[_Row, _Column], int],
    ) -> None:
        self.cells = cells
        self.taken = dict.fromkeys(cells, 0)
        self.rows, self.columns = dict(rows), dict(columns)  # what is still to be placed
        self.across: dict[_Row, list[_Column]] = {}
        self.down: dict[_Column, list[_Row]] = {}
        for row, column in cells:
            self.across.setdefault(row, []).append(column)
            self.down.setdefault(column, []).append(row)

    def extend(self, row: _Row) -> bool:
        """Place one more unit of a row where a column wants it, others making way if need be."""
        if not self.rows[row]:
            return False
        came: dict[_Column, _Row] = {}  # from which row a column was reached
        gave: dict[_Row, _Column] = {}  # by giving up a unit in which column
        waiting = deque([row])
        while waiting:
            here = waiting.popleft()
            for column in self.across.get(here, ()):
                if column in came or self.taken[here, column] == self.cells[here, column]:
                    continue
                came[column] = here
                if self.columns[column]:
                    self._move(row, column, came, gave)
                    return True
                for other in self.down[column]:
                    if other != row and other not in gave and self.taken[other, column]:
                        gave[other] = column
                        waiting.append(other)
        return False

    def _move(
        self,
        row: _Row,
        column: _Column,
        came: Mapping[_Column, _Row],
        gave: Mapping[_Row, _Column],
    ) -> None:
        self.columns[column] -= 1
        self.rows[row] -= 1
        while True:
            here = came[column]
            self.taken[here, column] += 1
            if here == row:
                return
            column = gave[here]
            self.taken[here, column] -= 1

    def fill(self, row: _Row) -> None:
        """Place what no column wants any more wherever there is room in the row."""
        for column in self.across.get(row, ()):
            room = self.cells[row, column] - self.taken[row, column]
            placed = min(room, self.rows[row])
            self.taken[row, column] += placed
            self.rows[row] -= placed
