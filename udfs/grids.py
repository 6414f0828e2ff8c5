"""Ranges as Excel hands them over: rows of cells, of which only the used ones cost anything."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import chain, zip_longest

from udfs.amounts import Unreadable

_STRIDE = 4096  # rows compared at once while looking for the end of a column


class Form(Enum):
    """How a value was given, and is to be given back."""

    SCALAR = "scalar"
    FLAT = "flat"  # a plain list, standing for a range of one row
    NESTED = "nested"  # a list of rows


@dataclass(frozen=True)
class Grid:
    """Cells row by row, down to one row below the last used one; `height` is the full height.

    That one row stands for all blank rows below it, so that a whole column costs what its filled
    part costs.
    """

    cells: Sequence[object]
    rows: int
    columns: int
    height: int
    form: Form

    @property
    def is_range(self) -> bool:
        """Whether the grid came from a range rather than from one value."""
        return self.form is not Form.SCALAR

    def row_lists(self) -> list[list[object]]:
        """Return the cells of each row."""
        if self.columns == 1:  # worth a line: most ranges are columns
            return [[cell] for cell in self.cells]
        cells, width = list(self.cells), self.columns
        return [cells[i : i + width] for i in range(0, len(cells), width)]

    def column_lists(self) -> list[list[object]]:
        """Return the cells of each column."""
        return [list(self.cells[i :: self.columns]) for i in range(self.columns)]


def grid_of(value: object) -> Grid:
    """Return the grid of what a call was given: a value, a flat list or a list of rows."""
    if not isinstance(value, list | tuple) or not value:
        return single(None if isinstance(value, list | tuple) else value)
    if not any(isinstance(row, list | tuple) for row in value):
        return Grid(value, 1, len(value), 1, Form.FLAT)
    return _grid_of_rows(value)


def single(value: object) -> Grid:
    """Return a grid of one cell that is no range."""
    return Grid([value], 1, 1, 1, Form.SCALAR)


def _grid_of_rows(rows: Sequence[object]) -> Grid:
    even = _even(rows)
    kept = min(_used(even) + 1, len(even))
    columns = len(even[0])
    cells = list(chain.from_iterable(even[:kept]))
    return Grid(cells, kept, columns, len(even), Form.NESTED)


def _even(rows: Sequence[object]) -> list[Sequence[object]]:
    """Return rows of one length; Excel's always are, a template's list may not be."""
    lists: list[Sequence[object]] = [
        row if isinstance(row, list | tuple) else [row] for row in rows
    ]
    if len(set(map(len, lists))) == 1 and lists[0]:
        return lists
    width = max(1, *map(len, lists))
    return [[*row, *[None] * (width - len(row))] for row in lists]


def _used(rows: list[Sequence[object]]) -> int:
    """Return how many rows remain when the blank ones at the end are left out."""
    end = len(rows)
    stride = [rows[-1]] * _STRIDE if _is_empty(rows[-1]) else []
    while stride and end > _STRIDE and rows[end - _STRIDE : end] == stride:
        end -= _STRIDE
    while end and _is_empty(rows[end - 1]):
        end -= 1
    return end


def _is_empty(row: Sequence[object]) -> bool:
    return all(cell is None or (isinstance(cell, str) and not cell) for cell in row)


def frame_of(grids: Sequence[Grid]) -> Grid:
    """Return the outline, without cells, that all grids are broadcast to, as Excel does."""
    ranges = [grid for grid in grids if grid.is_range]
    if not ranges:
        return Grid([], 1, 1, 1, Form.SCALAR)
    nested = any(grid.form is Form.NESTED for grid in ranges)
    height = max(grid.height for grid in ranges)
    return Grid(
        cells=[],
        rows=min(max(map(_rows_to_blank, ranges)), height),
        columns=max(grid.columns for grid in ranges),
        height=height,
        form=Form.NESTED if nested else Form.FLAT,
    )


def _rows_to_blank(grid: Grid) -> int:
    """Return how many rows there are down to one that is blank, or lies below the range."""
    return grid.rows + (grid.rows == grid.height > 1)


def spread(grid: Grid, frame: Grid, blank: object) -> Sequence[object]:
    """Return a grid's cells repeated over a frame; beyond a range that is too small, a warning.

    A range of one row serves every row, one of one column every column. Excel shows #N/A where
    ranges do not match; the warning here says why.
    """
    if (grid.rows, grid.columns) == (frame.rows, frame.columns):
        return grid.cells
    if (grid.height, grid.columns) == (1, 1):
        return [grid.cells[0]] * (frame.rows * frame.columns)
    rows = grid.row_lists()
    if grid.height == 1:
        rows *= frame.rows
    misfit = Unreadable(f"{grid.height}行{grid.columns}列", "区域大小不一致")
    rows += [[blank] * grid.columns] * (min(grid.height, frame.rows) - len(rows))
    rows += [[misfit] * grid.columns] * (frame.rows - len(rows))
    return list(chain.from_iterable(_widened(row, frame.columns, misfit) for row in rows))


def _widened(row: list[object], columns: int, misfit: Unreadable) -> list[object]:
    return row * columns if len(row) == 1 else row + [misfit] * (columns - len(row))


def restored(answers: list[object], frame: Grid) -> object:
    """Return answers in the form of what was given, blank rows at the end included."""
    if frame.form is Form.SCALAR:
        return answers[0]
    if frame.form is Form.FLAT:
        return answers
    rows = replace(frame, cells=answers).row_lists()
    return rows + rows[-1:] * (frame.height - frame.rows)


def side_by_side(answers: list[list[object]], frame: Grid) -> object:
    """Return answers of several values, those of one cell beside each other, all equally wide."""
    if frame.form is Form.SCALAR:
        return answers[0]
    even = list(zip(*zip_longest(*answers, fillvalue=""), strict=True))
    width = frame.columns
    rows = [list(chain.from_iterable(even[i : i + width])) for i in range(0, len(even), width)]
    return rows[0] if frame.form is Form.FLAT else rows + rows[-1:] * (frame.height - frame.rows)
