"""Rows written as XML: any program reads what was put in, to the letter."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from generator.model.finding import Place
from generator.report.pages import Column, Grid, Link, Look, Page
from generator.workbook.result.body import Body, write_with_bodies
from generator.workbook.result.lanes import Lanes
from generator.workbook.result.write import write_pages
from generator.workbook.save import workbook_bytes

TEXTS = ["=1+1", "  两边有空格 ", "一行\n又一行", "<&\">'", "_x0041_", "😀", "a\tb", "x" * 32_000]


def shell() -> bytes:
    book = openpyxl.Workbook()
    book.active.print_options.horizontalCentered = True
    return workbook_bytes(book)


def package(body: Body) -> BytesIO:
    made = BytesIO()
    write_with_bodies(shell(), {1: body}, made)
    return made


def written(body: Body) -> openpyxl.worksheet.worksheet.Worksheet:
    return openpyxl.load_workbook(package(body)).active


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_stays_as_it_is(text: str):
    body = Body()
    body.put(2, 3, text, 0)
    cell = written(body)["C2"]
    assert openpyxl.utils.escape.unescape(cell.value) == text
    assert cell.data_type == "s"


@pytest.mark.parametrize("number", ["0", "-1.5", "12345678901234.5", "0.1", "1E+20"])
def test_a_number_is_the_same_number(number: str):
    body = Body()
    body.put(1, 1, Decimal(number), 0)
    assert written(body)["A1"].value == float(number)


def test_cells_may_be_put_in_any_order_until_they_are_flushed():
    body = Body()
    body.put(2, 2, "d", 0)
    body.put(1, 2, "b", 0)
    body.put(1, 1, "a", 0)
    body.flush()
    body.put(3, 1, 5, 0)
    rows = [[cell.value for cell in row] for row in written(body).iter_rows()]
    assert rows == [["a", "b"], [None, "d"], [5, None]]


def test_the_stated_dimension_is_the_true_one():
    body = Body()
    body.put(40, 5, "x", 0)
    sheet = openpyxl.load_workbook(package(body), read_only=True).active
    assert sheet.calculate_dimension() == "A1:E40"


def test_a_link_leads_to_a_place_in_a_file():
    body = Body()
    body.put(1, 1, "去看", 0)
    strip = Lanes([Column("栏")], [14]).draw([(Link("去看", Place("a&b 5%d.xlsx", "表 1", 2, 2)),)])
    body.section().link(strip.ways, 1, "回收/".__add__)
    link = written(body)["A1"].hyperlink
    assert (link.target, link.location, link.tooltip) == (
        "回收/a&b 5%d.xlsx",
        "'表 1'!B2",
        "a&b 5%d.xlsx 表 1 B2",
    )


def test_equal_pages_are_equal_bytes(tmp_path: Path):
    page = Page("表", "表", (), (Grid("", (Column("数", Look.COUNT),), [(1,), (2,)]),))
    for name in ("a.xlsx", "b.xlsx"):
        write_pages([page], tmp_path / name, tmp_path)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
