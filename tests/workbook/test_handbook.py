"""函数手册: the examples on its cells, its live formulas, its links; the command that writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

import udfs
from generator.cli import app
from generator.report import manual
from generator.workbook.handbook import BLANK, CONTENTS, WITHOUT, write_handbook
from tests.support.office import Calc
from udfs.registry import FUNCTIONS

udfs.functions()
CALL = re.compile(r"=(JX_\w+)\((.*)\)")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    written = tmp_path_factory.mktemp("handbook") / "函数手册.xlsx"
    write_handbook(written)
    return written


@pytest.fixture(scope="module")
def sheets(path: Path) -> list[Worksheet]:
    """Return the worksheets with the values that every reader sees without calculating."""
    return load_workbook(path, data_only=True).worksheets


def calls(sheets: list[Worksheet]) -> Iterator[Cell]:
    """Yield the cells that show a call as text."""
    for sheet in sheets:
        for (cell,) in sheet.iter_rows(min_col=2, max_col=2):
            if CALL.fullmatch(str(cell.value)):
                yield cell


def answers(sheet: Worksheet, row: int, label: str) -> list[object]:
    """Return what stands behind a label below a row, cell by cell."""
    while label not in (values := [cell.value for cell in sheet[row]]):
        row += 1
    place = values.index(label) + 1
    if label == "应得" and values[place + 3 : place + 4] != ["现场计算"]:
        return [value for value in values[place:] if value is not None]
    return values[place : place + 1]


def test_every_function_has_all_its_examples(sheets: list[Worksheet]):
    found = [CALL.fullmatch(cell.value)[1] for cell in calls(sheets)]
    wanted = [entry.name for entry in FUNCTIONS.values() for _ in entry.examples]
    assert sorted(found) == sorted(wanted)


def test_a_call_on_the_cells_of_an_example_gives_the_answer_beside_it(sheets: list[Worksheet]):
    wrong = []
    for cell in calls(sheets):
        sheet = cell.parent
        name, written = CALL.fullmatch(cell.value).groups()
        given = [_cells(sheet, reference) for reference in written.split(",")]
        answer = _flat(getattr(udfs, name)(*given))
        found = answers(sheet, cell.row, "应得")
        if not found or found != (answer or [BLANK])[: len(found)]:
            wrong.append(f"{sheet.title}!{cell.coordinate} {cell.value}: {answer}")
    assert wrong == []


def _flat(answer: object) -> list[object]:
    """Return what of an answer is not blank."""
    if isinstance(answer, list):
        return [cell for each in answer for cell in _flat(each)]
    return [] if answer == "" else [answer]


def _cells(sheet: Worksheet, reference: str) -> object:
    if not reference:
        return None
    found = sheet[reference]
    if isinstance(found, Cell):
        return found.value
    return [[cell.value for cell in row] for row in found]


def test_live_cells_bring_their_answers_along(path: Path, sheets: list[Worksheet]):
    formulas = load_workbook(path).worksheets
    missing = [
        f"{sheet.title}!{cell.coordinate}"
        for sheet, shown in zip(formulas, sheets, strict=True)
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and shown[cell.coordinate].value in (None, WITHOUT)
    ]
    answers = (one.expected for entry in FUNCTIONS.values() for one in entry.examples)
    blank = [each for each in answers if each == "" or (isinstance(each, list) and each[0] == "")]
    assert len(missing) == len(blank)


def test_without_the_add_in_nothing_is_spoilt(calc: Calc, path: Path, sheets: list[Worksheet]):
    """Calculated anew, native formulas give the same, and calls a plain word."""
    wrong, seen = [], 0
    with calc.open(path) as book:
        book.recalculate()
        assert book.errors() == []
        for sheet, shown in zip(load_workbook(path).worksheets, sheets, strict=True):
            values = book.values(sheet.title)
            for address, formula in _formulas(sheet):
                live = "JX_" in formula
                seen += not live
                expected = WITHOUT if live else shown[address].value
                if not _same(values.get(address), expected):
                    wrong.append(f"{sheet.title}!{address}: {values.get(address)}, {expected}")
    assert wrong == []
    assert seen > 30


def _formulas(sheet: Worksheet) -> Iterator[tuple[str, str]]:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f":
                yield cell.coordinate, getattr(cell.value, "text", cell.value)


def _same(value: object, expected: object) -> bool:
    if isinstance(value, Decimal) and isinstance(expected, int | float):
        return abs(float(value) - expected) < 1e-12
    return (value or None) == (expected or None)


def test_the_contents_lead_to_every_function(path: Path):
    book = load_workbook(path)
    found = {}
    for (cell,) in book[CONTENTS].iter_rows(min_col=2, max_col=2):
        if cell.hyperlink:
            tab, _, address = cell.hyperlink.location.partition("!")
            found[cell.value] = book[tab.strip("'")][address].value
    assert {name: text.partition("(")[0] for name, text in found.items()} == {
        name: name for name in FUNCTIONS
    }


# -- the command --


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["functions", *arguments])
    return result.exit_code, result.output


def test_the_listing_names_every_function_once_in_chinese_terms():
    code, text = run()
    assert code == 0
    assert re.findall(r"^  (JX_\w+)\(", text, re.MULTILINE) == [
        entry.name for entries in manual.by_category().values() for entry in entries
    ]
    assert "JX_GAP(进度, 截至月份, [保留的小数位数])" in text


@pytest.mark.parametrize("name", ["JX_SHARE", "jx_share", "share", "=JX_SHARE(A1,B1)"])
def test_one_function_is_shown_whole(name: str):
    code, text = run(name)
    assert code == 0
    for piece in (
        "JX_SHARE(部分数, 总额, [保留的小数位数])",
        "（可省）保留的小数位数",
        '=JX_SHARE("1400.35亿元","1514.78亿元",4) → 0.9245　税收收入占比',
        "H18 一般公共预算收入",
        '=IF(OR(part="",total=""),"",IF(total<=0,"—",ROUND(part/total,digits)))',
    ):
        assert piece in text


def test_an_unknown_function_is_refused_with_the_nearest():
    code, text = run("JX_SHAER")
    assert (code, text) == (
        2,
        "没有函数 JX_SHAER，是不是 JX_SHARE？全部函数见 jixiao functions。\n",
    )


def test_the_command_writes_the_handbook_and_always_the_same(path: Path, tmp_path: Path):
    again = tmp_path / "函数手册.xlsx"
    assert run("--out", str(again)) == (0, f"已写好函数手册：{again}\n")
    assert again.read_bytes() == path.read_bytes()


def test_every_category_has_its_place_in_the_order():
    assert list(manual.by_category()) == list(manual.CATEGORIES)
