"""The buttons that put columns beside a table."""

from pathlib import Path

import openpyxl
import pytest
import xlwings as xw

from tests.addin.desktop import NO, YES, Desktop
from tests.addin.formulas import answer, native

AMOUNTS = (("项目", "预算（万元）"), ("教育", 30), ("卫生", 10), ("空", None), ("合计", 40))
PROGRESS = (("单位", "预算", "进度"), ("甲", 100, 0.8), ("乙", 50, 0.55), ("丙", 10, None))
ACROSS = (("单位", "1月", "2月", "3月"), ("甲", 1, 2, 3), ("乙", 10, None, 30))
DOWN = (("月份", "支出"), ("1月", 5), ("2月", 7), ("3月", 9))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the table of a test lies."""
    return tmp_path / "表.xlsx"


def answers(sheet: xw.Sheet, address: str) -> list[object]:
    """Return what the formulas of a column give."""
    return [answer(sheet, row[0]) for row in sheet.range(address).formula]


def recalculated(sheet: xw.Sheet, address: str) -> list[object]:
    """Return what the same formulas give in the spreadsheet program itself."""
    for number, row in enumerate(sheet.range(address).formula, sheet.range(address).row):
        sheet.range((number, 20)).formula = native(row[0])
    cells = sheet.range((sheet.range(address).row, 20)).resize(sheet.range(address).shape[0])
    return [each or "" for each in cells.value]


# -- 插入占比列 --


def test_shares_stand_beside_the_table_with_heading_and_format(desktop: Desktop, file: Path):
    sheet = desktop.table(file, AMOUNTS)
    assert desktop.press("jx_insert_shares") == []
    assert sheet.range("C1").value == "预算（万元）占比"
    assert sheet.range("C2").formula == "=JX_SHARE($B2,$B$5,4)"
    assert sheet.range("C2").number_format == "0.00%"
    assert answers(sheet, "C2:C5") == [0.75, 0.25, "", 1.0]


def test_shares_without_a_total_are_of_the_sum(desktop: Desktop, file: Path):
    sheet = desktop.table(file, AMOUNTS[:-1])
    desktop.press("jx_insert_shares")
    assert sheet.range("C2").formula == "=JX_SHARE($B2,SUM($B$2:$B$4),4)"
    assert answers(sheet, "C2:C4") == [0.75, 0.25, ""]


@pytest.mark.office
@pytest.mark.parametrize("desktop", ["libreoffice"], indirect=True)
def test_shares_and_gaps_are_recalculated_alike(desktop: Desktop, file: Path):
    sheet = desktop.table(file, AMOUNTS)
    desktop.press("jx_insert_shares")
    assert recalculated(sheet, "C2:C5") == answers(sheet, "C2:C5")
    sheet = desktop.table(file.with_name("二.xlsx"), PROGRESS, C="0%")
    desktop.press("jx_insert_gap", "9")
    assert recalculated(sheet, "D2:D4") == answers(sheet, "D2:D4")


def test_digits_come_from_the_settings(desktop: Desktop, file: Path):
    desktop.set(DIGITS=0)
    sheet = desktop.table(file, AMOUNTS)
    desktop.press("jx_insert_shares")
    assert sheet.range("C2").formula == "=JX_SHARE($B2,$B$5,2)"
    assert sheet.range("C2").number_format == "0%"


def test_one_selected_cell_means_its_table_and_its_column(desktop: Desktop, file: Path):
    rows = [("标题", None, None), ("项目", "甲", "乙"), ("a", 1, 2), ("b", 3, 6)]
    sheet = desktop.table(file, rows)
    sheet.range("C3").select()
    desktop.press("jx_insert_shares")
    assert sheet.range("D2").value == "乙占比"
    assert answers(sheet, "D3:D4") == [0.25, 0.75]


def test_of_several_columns_one_is_asked_for(desktop: Desktop, file: Path):
    sheet = desktop.table(file, [("项目", "甲", "乙"), ("a", 1, 2), ("b", 3, 6)])
    said = desktop.press("jx_insert_shares", "2")
    assert said == ["按哪一列的金额计算占比（填序号或名称）\n1  甲\n2  乙"]
    assert sheet.range("D1").value == "乙占比"


def test_what_stands_there_is_overwritten_only_when_wished(desktop: Desktop, file: Path):
    sheet = desktop.table(file, AMOUNTS)
    sheet.range("A1:B5").select()
    sheet.range("C3").value = "备注"
    said = desktop.press("jx_insert_shares", NO)
    assert said == ["C1:C5 里已有内容，要覆盖吗？（不能撤销）", "已取消，没有做任何改动。"]
    assert sheet.range("C1:C3").value == [None, None, "备注"]
    desktop.press("jx_insert_shares", YES)
    assert sheet.range("C3").formula == "=JX_SHARE($B3,$B$5,4)"


def test_a_protected_worksheet_is_told(desktop: Desktop, file: Path):
    desktop.table(file, AMOUNTS).book.close()
    book = openpyxl.load_workbook(file)
    book["数据"].protection.sheet = True
    book.save(file)
    desktop.open(file).sheets["数据"].range("A1").select()
    assert "工作表“数据”受保护，不能改动" in desktop.press("jx_insert_shares")[0]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (
            [("只有", "文字"), ("a", "b")],
            "请选中一个表格：第一行是标题，第一列是名称，下面有数字。",
        ),
        ([("x",)], "请选中一个表格：第一行是标题，第一列是名称，下面有数字。"),
        ([("项", "占比"), ("a", "50%")], "选中的表格里没有一列是金额。"),
    ],
)
def test_what_is_no_table_of_amounts_is_told(
    plain_desktop: Desktop, file: Path, rows: list[tuple[object, ...]], sentence: str
):
    plain_desktop.table(file, rows)
    assert plain_desktop.press("jx_insert_shares") == [sentence]


# -- 插入进度差列 --


def test_the_gap_and_its_alarm_stand_side_by_side(desktop: Desktop, file: Path):
    desktop.set(YELLOW="-10%", RED="-0.2")
    sheet = desktop.table(file, PROGRESS, C="0%")
    assert desktop.press("jx_insert_gap", "1-9月") == ["数据截至几月（如 9、1-9月、三季度）"]
    assert sheet.range("D1:E1").value == ["进度差（9月）", "预警"]
    assert sheet.range("D2").formula == "=JX_GAP($C2,9,4)"
    assert sheet.range("E2").formula == "=JX_ALERT($C2,JX_TIME(9),-0.1,-0.2)"
    assert answers(sheet, "D2:D4") == [0.05, -0.2, ""]
    assert answers(sheet, "E2:E4") == ["正常", "预警", ""]


def test_what_is_no_month_is_told(plain_desktop: Desktop, file: Path):
    plain_desktop.table(file, PROGRESS, C="0%")
    said = plain_desktop.press("jx_insert_gap", "明年")
    assert said[-1] == "看不懂月份“明年”，请填 1 到 12，或 1-9月、三季度。"


def test_a_threshold_that_is_no_number_is_told(plain_desktop: Desktop, file: Path):
    plain_desktop.set(YELLOW="五个点")
    plain_desktop.table(file, PROGRESS, C="0%")
    said = plain_desktop.press("jx_insert_gap", "9")
    assert said[-1] == "设置里的 YELLOW 是“五个点”，应为 -5% 这样的百分数。"


# -- 插入累计列 --


def test_months_across_are_added_up(desktop: Desktop, file: Path):
    sheet = desktop.table(file, ACROSS)
    desktop.press("jx_insert_cumulative", "3")
    assert sheet.range("E1").value == "1-3月累计"
    assert sheet.range("E2").formula == "=JX_CUM($B2:$D2,3)"
    assert answers(sheet, "E2:E3") == [6.0, "缺2月"]


def test_months_down_are_added_up(desktop: Desktop, file: Path):
    sheet = desktop.table(file, DOWN)
    desktop.press("jx_insert_cumulative")
    assert sheet.range("C1").value == "支出累计"
    assert answers(sheet, "C2:C4") == [5.0, 12.0, 21.0]


def test_a_month_the_table_does_not_have_is_told(plain_desktop: Desktop, file: Path):
    plain_desktop.table(file, ACROSS)
    assert plain_desktop.press("jx_insert_cumulative", "9")[-1] == "表里只有 1 到 3 月，没有 9 月。"


def test_a_table_without_months_is_told(plain_desktop: Desktop, file: Path):
    plain_desktop.table(file, AMOUNTS)
    assert plain_desktop.press("jx_insert_cumulative")[0].startswith("没有找到各月的数")
