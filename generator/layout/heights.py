"""How tall rows must be for the texts in them; Excel does not fit merged cells by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from unicodedata import east_asian_width

from generator.layout.sheet import Area

LINE = 15  # points, of 宋体 10.5
_TALLEST = 409.0  # what Excel allows for a row
_INSET = 3.0  # half-widths lost at the edges of a cell, its indent included


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a cell so many half-widths wide.

    >>> lines_of("预算绩效管理", 9.5)
    2
    """
    room = max(width - _INSET, 2)
    if "\n" not in text:  # nearly always
        return max(1, ceil(half_widths(text) / room))
    return sum(max(1, ceil(half_widths(line) / room)) for line in text.split("\n"))


def height_of(text: str, width: float) -> float:
    """Return the height in points that a text needs in a cell so many half-widths wide."""
    return lines_of(text, width) * LINE + 5.0


def fits(text: str, width: float, height: float) -> bool:
    """Whether a text has room in a cell so many half-widths wide and points high."""
    if len(text) <= sure_to_fit(width, height) and "\n" not in text:
        return True
    return height_of(text, width) <= height


def sure_to_fit(width: float, height: float) -> int:
    """Return how many characters fit into a cell however wide they are; it spares the counting."""
    lines = (height - 5.0) // LINE
    return int(max(width - _INSET, 2) * lines) // 2


def sure_to_fill(width: float, height: float) -> int:
    """Return how many characters leave no room in a cell however narrow they are."""
    return ceil(max(width - _INSET, 2) * max(height - 5.0, 0.0) / LINE)


def half_widths(text: str) -> int:
    """Return the width of a text; a Chinese character is two wide."""
    return sum(map(_WIDTHS.__getitem__, text))


class _Widths(dict[str, int]):
    """How wide characters are; each is looked up once."""

    def __missing__(self, character: str) -> int:
        self[character] = 2 if east_asian_width(character) in "WFA" else 1
        return self[character]


_WIDTHS = _Widths()


def heights_of(
    widths: Sequence[float],
    heights: Mapping[int, float],
    wanted: Mapping[Area, float],
    texts: Mapping[Area, str],
) -> dict[int, float]:
    """Return row heights in points that give every cell the height it wants and its text room.

    What a merged cell still lacks is shared out evenly over its rows.
    """
    needs = dict(wanted)
    for area, text in texts.items():
        width = sum(widths[area.left - 1 : area.left - 1 + area.width])
        needs[area] = max(needs.get(area, 0.0), height_of(text, width))
    result = dict(heights)
    for area, height in sorted(needs.items(), key=lambda item: item[0].height):
        rows = range(area.top, area.top + area.height)
        missing = height - sum(result.get(row, LINE + 5.0) for row in rows)
        if missing > 0:
            for row in rows:
                result[row] = result.get(row, LINE + 5.0) + missing / area.height
    return {row: min(round(height, 2), _TALLEST) for row, height in result.items()}
