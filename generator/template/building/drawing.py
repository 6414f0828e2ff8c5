"""Drawings: rows of cells in the template, boxes in the form."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from generator.model.form import Box, Drawing, Leaf
from generator.template.mistakes import Complaints, KeyPath, nearest

Rows = list[list[str | None]]
_LIKE_A_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Draughtsman:
    """Draws for one sheet or table: knows the width, the names, and how a label is compiled."""

    complaints: Complaints
    width: int  # 0: not known because of another mistake
    names: Collection[str]  # of fields or columns; their cells are drawn
    label: Callable[[str, KeyPath], Leaf]

    def draw(self, rows: Rows, path: KeyPath) -> Drawing:
        """Return the boxes of a drawing; what is wrong with it is reported."""
        straight = self._straight(rows, path)
        boxes = [self._box(straight, cells, path) for cells in _regions(straight)]
        return Drawing(len(rows), self.width, tuple(boxes))

    def _straight(self, rows: Rows, path: KeyPath) -> Rows:
        """Return the rows all as wide as they must be."""
        width = self.width or max(map(len, rows), default=0)
        for i, row in enumerate(rows):
            if len(row) != width:
                self.complaints.add((*path, i), f"这一行有 {len(row)} 格，应有 {width} 格")
        if not rows:
            self.complaints.add(path, "画法是空的")
        return [(row + [None] * width)[:width] for row in rows]

    def _box(self, rows: Rows, cells: list[tuple[int, int]], path: KeyPath) -> Box:
        top, left, height, width = _bounds(cells)
        text, place = rows[cells[0][0]][cells[0][1]], (*path, *cells[0])
        if height * width != len(cells):
            self.complaints.add(place, f"“{text}”占的格子不是一个长方形")
        if not text:
            return Box(top, left, height, width)
        if text in self.names:
            return Box(top, left, height, width, field=text)
        if _LIKE_A_NAME.fullmatch(text) and (close := nearest(text, self.names)):
            self.complaints.add(place, f"没有“{text}”，是不是“{close}”？")
        return Box(top, left, height, width, label=self.label(text, place))


def drawn(drawing: Drawing) -> list[str]:
    """Return the fields of a drawing, one entry per box."""
    return [box.field for box in drawing.boxes if box.field]


def _bounds(cells: list[tuple[int, int]]) -> tuple[int, int, int, int]:
    """Return top, left, height and width of what surrounds the cells."""
    rows, columns = [row for row, _ in cells], [column for _, column in cells]
    top, left = min(rows), min(columns)
    return top, left, max(rows) - top + 1, max(columns) - left + 1


def _regions(rows: Rows) -> Iterator[list[tuple[int, int]]]:
    """Yield the cells of each group of equal neighbours, from top left."""
    seen: set[tuple[int, int]] = set()
    for top, row in enumerate(rows):
        for left, text in enumerate(row):
            if (top, left) not in seen:
                cells = _equal(rows, top, left) if text else _blank(rows, top, left, seen)
                seen.update(cells)
                yield cells


def _equal(rows: Rows, top: int, left: int) -> list[tuple[int, int]]:
    """Return all cells connected to this one that have its text."""
    text, found, waiting = rows[top][left], {(top, left)}, [(top, left)]
    while waiting:
        row, column = waiting.pop()
        for next_ in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)):
            inside = 0 <= next_[0] < len(rows) and 0 <= next_[1] < len(rows[0])
            if inside and next_ not in found and rows[next_[0]][next_[1]] == text:
                found.add(next_)
                waiting.append(next_)
    return sorted(found)


def _blank(
    rows: Rows, top: int, left: int, seen: Collection[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return the widest, then highest rectangle of empty cells from here."""

    def free(row: int, column: int) -> bool:
        return not rows[row][column] and (row, column) not in seen

    right = left
    while right < len(rows[0]) and free(top, right):
        right += 1
    bottom = top
    while bottom < len(rows) and all(free(bottom, each) for each in range(left, right)):
        bottom += 1
    return [(row, column) for row in range(top, bottom) for column in range(left, right)]
