"""Rows are tall enough for the Chinese in them."""

from __future__ import annotations

import pytest

from generator.layout.heights import LINE, heights_of, lines_of
from generator.layout.sheet import Area


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [("", 10, 1), ("绩效", 10, 1), ("预算绩效管理", 9.5, 2), ("a\nb", 10, 2), ("x" * 30, 13, 3)],
)
def test_a_chinese_character_takes_two_places_and_a_line_break_a_line(
    text: str, width: float, lines: int
):
    assert lines_of(text, width) == lines


def test_a_merged_cell_shares_what_it_lacks_among_its_rows():
    tall = Area(1, 1, 3, 1)
    heights = heights_of([10.0], {1: 20.0, 2: 20.0, 3: 20.0}, {tall: 90.0}, {})
    assert heights == {1: 30.0, 2: 30.0, 3: 30.0}


def test_no_row_is_taller_than_excel_allows():
    heights = heights_of([10.0], {1: 20.0}, {}, {Area(1, 1): "绩" * 1000})
    assert heights[1] == 409.0


def test_a_row_fits_its_tallest_text():
    heights = heights_of([10.0, 10.0], {1: 20.0}, {}, {Area(1, 1): "绩", Area(1, 2): "绩" * 8})
    assert heights[1] == 3 * LINE + 5.0
