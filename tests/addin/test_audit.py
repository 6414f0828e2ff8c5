"""The buttons of the group 审核."""

from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.worksheet import Worksheet

from addin import marks
from addin.excel import unlocked
from generator.model.finding import Kind
from tests.addin.desktop import NO, YES, Desktop, without_office
from tests.addin.sent import Sent

BUDGET = "C4"  # 项目预算, which the amounts beside it must make
PINK = marks.COLOURS[Kind.BALANCE]


def project_of(book: openpyxl.Workbook) -> Worksheet:
    """Return the worksheet of the project."""
    return next(each for each in book if each.title.startswith("318-"))


@pytest.fixture
def returned(sent: Sent, tmp_path: Path) -> Path:
    """A return with a total that its parts do not make; the cell has a note of its own."""
    path = tmp_path / "检查.xlsx"
    book = openpyxl.load_workbook(sent.returns[0])
    sheet = project_of(book)
    sheet[BUDGET].value = 1
    sheet[BUDGET].comment = Comment("经办人的批注", "")
    book.save(path)
    return path


def look(path: Path) -> tuple[object, ...]:
    """Return what marks could change: fills, notes, protection, worksheets."""
    book = openpyxl.load_workbook(path)
    sheet = project_of(book)
    fills = {
        cell.coordinate: str(cell.fill.fgColor.rgb)[-6:]
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fill_type == "solid"
    }
    notes = {
        cell.coordinate: cell.comment.text
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }
    return fills, notes, sheet.protection.sheet, book.sheetnames


# -- 检查当前工作簿 --


def test_findings_are_listed_and_marked(desktop: Desktop, returned: Path):
    book = desktop.open(returned)
    said = desktop.press("jx_check_workbook", YES)
    assert said[0].startswith("发现基本平衡")
    listed = book.sheets[marks.TAB]
    assert tuple(listed.range("A1:I1").value) == marks.HEADINGS
    cells = [row[4] for row in listed.used_range.value[1:]]
    assert BUDGET in cells
    cell = next(each for each in book.sheets if each.name.startswith("318-")).range(BUDGET)
    assert tuple(cell.color) == PINK
    assert cell.note.text.startswith("【基本平衡】")
    assert cell.note.text.endswith("经办人的批注")
    assert book.sheets.active.name == marks.TAB


def test_what_was_typed_since_the_last_save_is_checked(desktop: Desktop, sent: Sent):
    book = desktop.open(sent.returns[0])
    sheet = next(each for each in book.sheets if each.name.startswith("318-"))
    with unlocked(sheet):
        sheet.range(BUDGET).value = 1
    desktop.press("jx_check_workbook", NO)
    assert BUDGET in [row[4] for row in book.sheets[marks.TAB].used_range.value[1:]]


@without_office
def test_without_colours_only_the_list_is_added(desktop: Desktop, returned: Path, tmp_path: Path):
    book = desktop.open(returned)
    before = tmp_path / "前.xlsx"
    book.api.SaveCopyAs(str(before))
    desktop.press("jx_check_workbook", NO)
    after = tmp_path / "后.xlsx"
    book.api.SaveCopyAs(str(after))
    assert look(after)[:3] == look(before)[:3]
    assert look(after)[3] == [*look(before)[3], marks.TAB]


def test_clearing_restores_fills_notes_and_protection(
    desktop: Desktop, returned: Path, tmp_path: Path
):
    book = desktop.open(returned)
    before, after = tmp_path / "前.xlsx", tmp_path / "后.xlsx"
    book.api.SaveCopyAs(str(before))
    desktop.press("jx_check_workbook", YES)
    desktop.press("jx_clear_marks", YES)
    book.api.SaveCopyAs(str(after))
    assert look(after) == look(before)


def test_marks_are_cleared_in_a_later_session(desktop: Desktop, returned: Path, tmp_path: Path):
    book = desktop.open(returned)
    before = tmp_path / "前.xlsx"
    book.api.SaveCopyAs(str(before))
    desktop.press("jx_check_workbook", YES)
    book.save()
    book.close()
    book = desktop.open(returned)
    desktop.press("jx_clear_marks", YES)
    book.save()
    assert look(returned) == look(before)


def test_what_a_protection_allows_stays_allowed(plain_desktop: Desktop, returned: Path):
    def allowed() -> dict[str, object]:
        return dict(vars(project_of(openpyxl.load_workbook(returned)).protection))

    before = allowed()
    book = plain_desktop.open(returned)
    plain_desktop.press("jx_check_workbook", YES)
    book.save()
    assert allowed() == before


def test_a_worksheet_with_a_password_is_left_alone(plain_desktop: Desktop, returned: Path):
    book = openpyxl.load_workbook(returned)
    project_of(book).protection.password = "secret"
    book.save(returned)
    opened = plain_desktop.open(returned)
    said = plain_desktop.press("jx_check_workbook", YES)
    assert said[-1].endswith("设有密码，没有涂色；疑点都在“审核结果”里。")
    sheet = next(each for each in opened.sheets if each.name.startswith("318-"))
    assert tuple(sheet.range(BUDGET).color) != PINK


@without_office
def test_a_workbook_without_findings_is_told(desktop: Desktop, sent: Sent, tmp_path: Path):
    book = openpyxl.load_workbook(sent.returns[0])
    sheet = project_of(book)
    sheet["F7"].value, sheet["B15"].value = 100, "可持续影响指标"
    book.save(tmp_path / "好.xlsx")
    opened = desktop.open(tmp_path / "好.xlsx")
    before = [each.name for each in opened.sheets]
    assert desktop.press("jx_check_workbook") == ["“好.xlsx”没有发现疑点。"]
    assert [each.name for each in opened.sheets] == before


def test_a_workbook_that_is_no_form_gets_a_finding(desktop: Desktop, tmp_path: Path):
    desktop.table(tmp_path / "随便.xlsx", [["a", 1]])
    desktop.press("jx_check_workbook", NO)
    assert "SEAL" in desktop.app.books.active.sheets[marks.TAB].range("C2").value


@without_office
def test_a_second_check_asks_to_clear_the_first(desktop: Desktop, returned: Path):
    desktop.open(returned)
    desktop.press("jx_check_workbook", YES)
    assert desktop.press("jx_check_workbook") == [
        "上次的审核结果还在“审核结果”表里，请先点“清除标记”再检查。"
    ]


def test_an_unsaved_workbook_is_told(desktop: Desktop):
    desktop.app.books.add().set_mock_caller()
    said = desktop.press("jx_check_workbook")
    assert said[0].endswith("还没有保存过，请先保存再点这个按钮。")


def test_a_locked_structure_is_told(plain_desktop: Desktop, returned: Path):
    book = openpyxl.load_workbook(returned)
    book.security = WorkbookProtection(lockStructure=True)
    book.save(returned)
    plain_desktop.open(returned)
    assert "结构受保护，不能加工作表" in plain_desktop.press("jx_check_workbook")[0]


@without_office
def test_nothing_to_clear_is_told(desktop: Desktop, returned: Path):
    desktop.open(returned)
    assert desktop.press("jx_clear_marks") == ["“检查.xlsx”里没有审核标记。"]


@without_office
def test_clearing_is_asked_for_first(desktop: Desktop, returned: Path):
    book = desktop.open(returned)
    desktop.press("jx_check_workbook", YES)
    assert desktop.press("jx_clear_marks", NO)[-1] == "已取消，没有做任何改动。"
    assert marks.TAB in [each.name for each in book.sheets]


# -- 复核占比 --

SHARES = (
    ("支出项目", "金额", "占比"),
    ("教育", 22.5, 0.78),
    ("卫生", 6.6, "22.68%"),
    ("交通", None, 0.01),
    ("合计", 29.1, 1),
)


def test_printed_shares_are_judged_by_their_digits(desktop: Desktop, tmp_path: Path):
    sheet = desktop.table(tmp_path / "占比.xlsx", SHARES, C="0%")
    said = desktop.press("jx_recheck_shares")
    rows = sheet.book.sheets["占比复核"].range("A2:G5").value
    assert rows == [
        ["教育", "22.5", "29.1", "78%", "77%", "C2", "舍入可解释"],
        ["卫生", "6.6", "29.1", "22.68%", "22.68%", "C3", "相符"],
        ["交通", None, "29.1", "1%", "—", "C4", "缺部分数"],
        ["合计", "29.1", "29.1", "100%", "100%", "C5", "相符"],
    ]
    assert said == ["复核完毕：舍入可解释 1 项、相符 2 项、缺部分数 1 项。"]


def test_without_a_total_the_parts_make_it(desktop: Desktop, tmp_path: Path):
    sheet = desktop.table(
        tmp_path / "占比.xlsx", [("项", "万元", "比重"), ("a", 1, 0.5), ("b", 3, 0.5)], C="0.0%"
    )
    desktop.press("jx_recheck_shares")
    rows = sheet.book.sheets["占比复核"].range("A2:G3").value
    assert [row[2:5] + row[6:] for row in rows] == [
        ["4", "50.0%", "25.0%", "不符"],
        ["4", "50.0%", "75.0%", "不符"],
    ]


def test_the_selected_table_itself_is_not_touched(desktop: Desktop, tmp_path: Path):
    sheet = desktop.table(tmp_path / "占比.xlsx", SHARES, C="0%")
    before = sheet.used_range.value
    desktop.press("jx_recheck_shares")
    assert sheet.used_range.value == before


@without_office
def test_a_table_without_shares_is_told(desktop: Desktop, tmp_path: Path):
    desktop.table(tmp_path / "无.xlsx", [("项", "万元"), ("a", 1)])
    assert desktop.press("jx_recheck_shares") == ["选中的表格里没有一列是百分数（进度、占比）。"]
