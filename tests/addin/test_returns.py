"""The buttons of the group 回收."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from addin import runtime, settings
from generator.cli import app as command_line
from generator.workbook.describe import describe
from tests.addin.desktop import NO, YES, Desktop, without_office
from tests.addin.sent import Sent
from tests.trust.hostile import starving

RELATIVE = {"row_absolute": False, "column_absolute": False}
CANCELLED = "已取消，没有做任何改动。"


@pytest.fixture
def ready(desktop: Desktop, tmp_path: Path) -> Desktop:
    """Excel with some workbook, as there always is one."""
    desktop.table(tmp_path / "任意.xlsx", [["x"]])
    return desktop


@pytest.fixture
def merged(ready: Desktop, sent: Sent) -> Desktop:
    """Excel with the result open."""
    ready.press("jx_merge_returns", sent.folder)
    ready.app.books.active.set_mock_caller()
    return ready


def select(desktop: Desktop, tab: str, heading: str) -> None:
    """Select the first cell of the result below a heading that is not empty."""
    sheet = desktop.app.books.active.sheets[tab]
    rows = sheet.used_range.value
    top = next(number for number, row in enumerate(rows, 1) if heading in row)
    place = rows[top - 1].index(heading) + 1
    below = (number for number in range(top + 1, len(rows) + 1) if rows[number - 1][place - 1])
    sheet.range((next(below), place)).select()


# -- 合并回收表 --


def test_merging_asks_for_the_folder_only_and_opens_the_result(merged: Desktop, sent: Sent):
    assert merged.screen.said == ["请选择放回收表的文件夹"]
    assert merged.app.books.active.fullname == str(sent.result)


@without_office
@pytest.mark.usefixtures("merged")
def test_the_button_and_the_command_give_the_same_result(sent: Sent):
    told = sent.result.with_name("命令.xlsx")
    arguments = ["merge", str(sent.folder), "--roster", str(sent.roster), "--out", str(told)]
    assert CliRunner().invoke(command_line, arguments).exit_code == 0
    assert describe(sent.result) == describe(told)


@without_office
def test_returns_are_only_read(ready: Desktop, sent: Sent):
    before = [each.read_bytes() for each in sent.returns]
    ready.press("jx_merge_returns", sent.folder)
    assert [each.read_bytes() for each in sent.returns] == before


@without_office
def test_folder_and_roster_are_remembered(merged: Desktop, sent: Sent):
    kept = settings.read(merged.conf)
    assert kept.path(settings.RETURNED) == sent.folder
    assert kept.path(settings.ROSTER) == sent.roster


@without_office
def test_a_roster_that_does_not_lie_there_is_asked_for(ready: Desktop, sent: Sent, tmp_path: Path):
    elsewhere = sent.roster.rename(tmp_path / "单位.xlsx")
    said = ready.press("jx_merge_returns", sent.folder, elsewhere)
    assert said[1] == "请选择名册"
    assert sent.result.exists()


@without_office
def test_a_former_result_is_replaced_only_when_wished(ready: Desktop, sent: Sent):
    sent.result.write_bytes(b"mine")
    ready.press("jx_merge_returns", sent.folder, NO)
    assert sent.result.read_bytes() == b"mine"
    assert ready.app.books.active.name == "汇总-回收(2).xlsx"
    ready.press("jx_merge_returns", sent.folder, YES)
    assert sent.result.read_bytes() != b"mine"


@without_office
def test_a_result_that_is_open_is_not_overwritten(merged: Desktop, sent: Sent):
    said = merged.press("jx_merge_returns", sent.folder, YES)
    assert said[-1] == "“汇总-回收.xlsx”正打开着，请先关闭它再试。"


@without_office
def test_a_result_held_by_another_program_is_told(
    ready: Desktop, sent: Sent, monkeypatch: pytest.MonkeyPatch
):
    def refused(*_: object) -> None:
        raise PermissionError(13, "in use", str(sent.result))

    monkeypatch.setattr("addin.returns.write_result", refused)
    said = ready.press("jx_merge_returns", sent.folder)
    assert said[-1].startswith(f"{sent.result} 不能写入：可能正在 Excel 中打开")


@without_office
def test_a_cancelled_dialog_ends_with_one_sentence(ready: Desktop):
    assert ready.press("jx_merge_returns", None)[1:] == [CANCELLED]


@without_office
@pytest.mark.usefixtures("sent")
def test_a_folder_without_returns_is_told(ready: Desktop, tmp_path: Path):
    empty = tmp_path / "空"
    empty.mkdir()
    said = ready.press("jx_merge_returns", empty)
    assert said[-1].startswith("文件夹里没有一个文件认得出是哪张表")


@without_office
def test_esc_stops_the_merge_and_leaves_nothing(
    ready: Desktop, sent: Sent, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runtime, "escape_pressed", lambda _: True)
    assert ready.press("jx_merge_returns", sent.folder)[-1] == "已按 Esc 取消，没有汇总。"
    assert not sent.result.exists()
    assert ready.app.status_bar is False


@without_office
def test_a_return_that_takes_too_much_costs_one_finding_and_not_excel(
    ready: Desktop, sent: Sent, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("JIXIAO_JOBS")
    monkeypatch.setenv("JIXIAO_MEGABYTES", "60")
    sent.returns[0].write_bytes(starving(sent.returns[0].read_bytes()))
    ready.press("jx_merge_returns", sent.folder)
    told = [each for each in describe(sent.result).splitlines() if "内存超过了限度" in each]
    assert len(told) == 1


# -- 催报名单 --


def test_the_list_of_a_result_that_is_open_is_shown(merged: Desktop):
    assert merged.press("jx_chase_list") == []
    assert merged.app.books.active.sheets.active.name == "催报名单"


def test_without_a_result_the_folder_is_merged_first(ready: Desktop, sent: Sent):
    ready.press("jx_chase_list", sent.folder)
    sheet = ready.app.books.active.sheets.active
    assert sheet.name == "催报名单"
    names = [each for row in sheet.used_range.value for each in row]
    assert "103局" in names


# -- 打开出处 --


def test_a_finding_leads_to_the_cell_of_the_returned_file(merged: Desktop, sent: Sent):
    select(merged, "审核疑点", "单元格")
    chosen = merged.app.selection
    address = chosen.value
    assert merged.press("jx_open_source") == []
    assert merged.app.books.active.fullname in [str(each) for each in sent.returns]
    assert merged.app.selection.get_address(**RELATIVE) == address


def test_a_row_of_details_leads_to_its_cell(merged: Desktop, sent: Sent):
    book = merged.app.books.active
    tab = next(each.name for each in book.sheets if each.name.startswith("明细"))
    select(merged, tab, "来源")
    place = merged.app.selection.value
    assert merged.press("jx_open_source") == []
    book = merged.app.books.active
    assert book.fullname == str(sent.returns[0])
    cell = merged.app.selection
    assert f"{cell.sheet.name}!{cell.get_address(**RELATIVE)}" == place


@without_office
def test_a_return_that_is_gone_is_told(merged: Desktop, sent: Sent):
    select(merged, "审核疑点", "单元格")
    for each in sent.returns:
        each.unlink()
    assert "文件可能已经移走或改名" in merged.press("jx_open_source")[0]


@without_office
def test_another_workbook_of_the_same_name_is_told(merged: Desktop, sent: Sent, tmp_path: Path):
    select(merged, "审核疑点", "单元格")
    chosen = merged.app.selection
    for each in sent.returns:
        twin = tmp_path / each.name
        twin.write_bytes(each.read_bytes())
        merged.app.books.open(str(twin))
    chosen.sheet.book.activate()
    assert "已经打开了另一个" in merged.press("jx_open_source")[0]


@without_office
def test_a_row_without_a_source_is_told(ready: Desktop):
    sheet = ready.app.books.active.sheets[0]
    sheet.range("A1").select()
    assert ready.press("jx_open_source") == [
        "请先在汇总结果的“明细”或“审核疑点”里选中一行，再点“打开出处”。"
    ]


@without_office
def test_nothing_selected_is_told(ready: Desktop):
    ready.app.impl.selection = None
    assert ready.press("jx_open_source") == [
        "请先选中单元格（现在选中的是图形，或者什么也没有选中）。"
    ]
