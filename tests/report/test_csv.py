"""CSV: numbers stay numbers, and what people typed stays text, also in a real spreadsheet."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from generator.report.csv import csv_text, inert
from generator.workbook.office import convert
from generator.workbook.save import write_text
from tests.support.office import Calc
from tests.trust.test_text_stays_text import ACTIVE

_STARTS = ("=", "+", "-", "@", "\t", "\r", "|", "＝", "＋", "－", "＠")


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline="")))


@pytest.mark.parametrize("text", ACTIVE, ids=range(len(ACTIVE)))
def test_no_text_starts_as_a_formula_does(text: str):
    [[cell]] = cells(csv_text([[text]]))
    assert not cell.lstrip().startswith(_STARTS)
    assert [each for each in "\x1b\x07\x9b\x00\x0b\u202e\r" if each in cell] == []


@given(st.text(alphabet=" \t\n\r\u3000\u200b\ufeff'\"=+-@|,;＝甲1", max_size=12))
def test_no_text_is_active_and_each_stays_in_its_cell(text: str):
    read = cells(csv_text([[text, "之后"], ["第二行", None]]))
    assert [len(row) for row in read] == [2, 2]
    bare = read[0][0].lstrip(" \u3000\t\n\u200b\ufeff")
    assert not bare.startswith(_STARTS) or set(bare) <= set("-1,")
    assert read[0][1] == "之后"


@given(st.lists(st.text(alphabet="'=+甲 ", max_size=4), min_size=2, max_size=2, unique=True))
def test_texts_that_differ_are_written_differently(texts: list[str]):
    one, two = texts
    assert inert(one) != inert(two)


def test_numbers_are_numbers_in_full():
    row = [Decimal("-1.50"), Decimal("1E+7"), 3, None, "教育局"]
    assert cells(csv_text([row])) == [["-1.50", "10000000", "3", "", "教育局"]]


def test_a_spreadsheet_finds_no_formula_in_it(calc: Calc, tmp_path: Path):
    """Each on a row of its own, as LibreOffice takes a file that looks like CSV."""
    assert calc
    path = tmp_path / "疑点.csv"
    kept = [text for text in ACTIVE if len(text) < 200 and text != "\ud800"]
    write_text(path, csv_text([["值", "数"], *([text, Decimal(-5)] for text in kept)]))
    [made] = convert([path], "xlsx", tmp_path / "out")
    found = [cell for row in load_workbook(made).active.iter_rows(min_row=2) for cell in row]
    assert [cell.value for cell in found if cell.data_type == "f"] == []
    assert [cell.value for cell in found if cell.column == 2] == [-5] * len(kept)
