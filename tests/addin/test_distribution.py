"""The buttons of the group 下发."""

from pathlib import Path

import openpyxl
import pytest

from addin import runtime, settings
from generator.template import catalogue, load
from tests.addin.desktop import NO, YES, Desktop, without_office
from tests.addin.sent import CODES, Sent

CANCELLED = "已取消，没有做任何改动。"


@pytest.fixture
def ready(desktop: Desktop, tmp_path: Path) -> Desktop:
    """Excel with some workbook, as there always is one."""
    desktop.table(tmp_path / "任意.xlsx", [["x"]])
    return desktop


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the workbooks go."""
    folder = tmp_path / "下发"
    folder.mkdir()
    return folder


def number_of(sent: Sent) -> str:
    """Return the form's number in the list that is asked from."""
    names = [load(each).name for each in catalogue()]
    return str(names.index(sent.form.name) + 1)


# -- 生成部门工作簿 --


def test_every_department_gets_its_workbook(ready: Desktop, sent: Sent, out: Path):
    period = sent.example.period
    said = ready.press("jx_stamp_workbooks", number_of(sent), sent.roster, period.id, out)
    assert said[-1] == f"已生成 3 份“{sent.form.name}”（{period.name}），在 {out}"
    stamped = sorted(each.name for each in out.iterdir() if each.name[0].isdigit())
    assert [each.partition("-")[0] for each in stamped] == list(CODES)


@without_office
def test_a_form_may_be_named_by_a_part_of_its_name(ready: Desktop, sent: Sent, out: Path):
    answers = (sent.form.name[:-1], sent.roster, sent.example.period.id, out)
    assert ready.press("jx_stamp_workbooks", *answers)[-1].startswith("已生成 3 份")


@without_office
def test_what_was_chosen_is_proposed_the_next_time(ready: Desktop, sent: Sent, out: Path):
    period = sent.example.period.id
    ready.press("jx_stamp_workbooks", number_of(sent), sent.roster, period, out)
    kept = settings.read(ready.conf)
    assert (kept.path("ROSTER"), kept.path("SENT"), kept["PERIOD"]) == (sent.roster, out, period)
    said = ready.press("jx_stamp_workbooks", number_of(sent), sent.roster, "", out, YES)
    assert said[-1].endswith(f"（{sent.example.period.name}），在 {out}")


@without_office
def test_workbooks_that_are_there_are_replaced_only_when_wished(
    ready: Desktop, sent: Sent, out: Path
):
    answers = (number_of(sent), sent.roster, sent.example.period.id, out)
    ready.press("jx_stamp_workbooks", *answers)
    before = {each: each.stat().st_mtime_ns for each in out.iterdir()}
    said = ready.press("jx_stamp_workbooks", *answers, NO)
    assert said[-2:] == ["文件夹里已有 3 份同名的工作簿，要替换吗？", CANCELLED]
    assert {each: each.stat().st_mtime_ns for each in out.iterdir()} == before


@without_office
def test_a_roster_with_mistakes_is_told_before_the_folder_is_asked(
    ready: Desktop, sent: Sent, tmp_path: Path
):
    wrong = tmp_path / "错.xlsx"
    openpyxl.Workbook().save(wrong)
    said = ready.press("jx_stamp_workbooks", number_of(sent), wrong, sent.example.period.id)
    assert "缺少工作表“部门”" in said[-1]


@without_office
def test_what_is_no_period_is_told(ready: Desktop, sent: Sent):
    said = ready.press("jx_stamp_workbooks", number_of(sent), sent.roster, "去年")
    assert said[-1].startswith("看不懂报告期“去年”")


@without_office
def test_a_form_that_is_not_there_is_told(ready: Desktop):
    count = len(catalogue())
    assert ready.press("jx_stamp_workbooks", "99")[-1] == (
        f"没有“99”这一项，请填 1 到 {count} 的序号。"
    )


@without_office
def test_esc_leaves_what_was_written(
    ready: Desktop, sent: Sent, out: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runtime, "escape_pressed", lambda _: True)
    answers = (number_of(sent), sent.roster, sent.example.period.id, out)
    said = ready.press("jx_stamp_workbooks", *answers)
    assert said[-1] == "已按 Esc 取消；之前生成的 1 份留在文件夹里。"


@without_office
@pytest.mark.parametrize("answered", range(4))
def test_every_dialog_can_be_cancelled(ready: Desktop, sent: Sent, out: Path, answered: int):
    answers = (number_of(sent), sent.roster, sent.example.period.id, out)[:answered]
    assert ready.press("jx_stamp_workbooks", *answers, None)[-1] == CANCELLED
    assert list(out.iterdir()) == []


# -- 生成空白名册 --


def test_an_empty_roster_opens(ready: Desktop, sent: Sent, tmp_path: Path):
    path = tmp_path / "新名册.xlsx"
    ready.press("jx_blank_roster", number_of(sent), path)
    book = ready.app.books.active
    assert book.fullname == str(path)
    assert book.sheets["部门"].range("A1:B1").value == ["编码", "名称"]


@without_office
def test_a_roster_that_is_there_is_replaced_only_when_wished(ready: Desktop, sent: Sent):
    before = sent.roster.read_bytes()
    said = ready.press("jx_blank_roster", number_of(sent), sent.roster, NO)
    assert said[-2:] == ["“名册.xlsx”已经存在，要替换吗？", CANCELLED]
    assert sent.roster.read_bytes() == before


@without_office
def test_a_roster_that_is_open_is_not_overwritten(ready: Desktop, sent: Sent):
    ready.open(sent.roster)
    said = ready.press("jx_blank_roster", number_of(sent), sent.roster)
    assert said[-1] == "“名册.xlsx”正打开着，请先关闭它再试。"
