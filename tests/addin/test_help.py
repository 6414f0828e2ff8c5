"""The buttons of the group 帮助."""

import sys
from pathlib import Path

import pytest

import udfs
from addin import settings
from addin.builder.versions import our_own
from addin.install import install, this_machine
from addin.pages import HANDBOOK
from tests.addin.desktop import Desktop, without_office
from udfs.registry import FUNCTIONS


@pytest.fixture
def ready(desktop: Desktop, tmp_path: Path) -> Desktop:
    """Excel with some workbook, as there always is one."""
    desktop.table(tmp_path / "任意.xlsx", [["x"]])
    return desktop


def rows_of(desktop: Desktop) -> list[list[object]]:
    """Return the rows of the page that has opened."""
    return list(desktop.app.books.active.sheets[0].used_range.value)


def test_the_handbook_has_every_function(ready: Desktop):
    udfs.functions()
    assert ready.press("jx_handbook") == []
    assert ready.app.books.active.name == HANDBOOK
    listed = {cell for row in rows_of(ready) for cell in row}
    assert set(FUNCTIONS) - listed == set()


def test_a_page_is_replaced_by_its_newer_self(ready: Desktop):
    ready.press("jx_handbook")
    ready.app.books["任意.xlsx"].set_mock_caller()
    ready.press("jx_handbook")
    assert [each.name for each in ready.app.books] == [HANDBOOK, "任意.xlsx"]


def test_diagnosis_without_an_installation_says_what_to_do(ready: Desktop):
    assert ready.press("jx_diagnose") == []
    rows = {row[0]: row[1:4] for row in rows_of(ready)}
    verdict, state, remedy = rows["加载项文件"]
    assert (verdict, remedy) == ("有误", "请关闭 Excel，运行 jixiao addin install。")
    assert "jixiao.xlam" in state


def test_diagnosis_of_a_good_installation_finds_nothing(ready: Desktop):
    install(ready.conf.parents[1], this_machine())
    ready.press("jx_diagnose")
    rows = rows_of(ready)
    assert [row for row in rows if row[1] == "有误"] == []
    assert rows[1][0] == "没有发现问题。"
    assert next(row for row in rows if row[0] == "解释器")[2] == sys.executable


def test_about_tells_version_and_places(ready: Desktop):
    (said,) = ready.press("jx_about")
    assert said.startswith(f"绩效（jixiao）{our_own()}\n")
    assert str(ready.conf) in said


# -- 设置 --


def test_settings_are_shown_and_changed(ready: Desktop):
    ready.set(INTERPRETER=sys.executable, YELLOW="-5%")
    said = ready.press("jx_settings", "预警线", "-8%")
    assert "4  预警线（如 -5%）：-5%" in said[0]
    assert said[-1] == "预警线（如 -5%）已改为 -8%。"
    assert settings.read(ready.conf).values == {"INTERPRETER": sys.executable, "YELLOW": "-8%"}


@without_office
def test_a_folder_is_chosen(ready: Desktop, tmp_path: Path):
    ready.press("jx_settings", "2", tmp_path)
    assert settings.read(ready.conf).path(settings.SENT) == tmp_path


@without_office
def test_a_roster_is_chosen(ready: Desktop, tmp_path: Path):
    file = tmp_path / "任意.xlsx"
    ready.press("jx_settings", "1", file)
    assert settings.read(ready.conf).path(settings.ROSTER) == file


@without_office
def test_another_interpreter_counts_after_a_new_start(ready: Desktop):
    said = ready.press("jx_settings", "Python 解释器", sys.executable)
    assert said[-1].endswith("重新打开 Excel 后生效。")


@without_office
@pytest.mark.parametrize(
    ("item", "value", "sentence"),
    [
        ("严重线", "很多", "设置里的 RED 是“很多”，应为 -5% 这样的百分数。"),
        ("小数位数", "9", "设置里的 DIGITS 是“9”，应为 0 到 6 的整数。"),
        ("Python 解释器", "/没有/python", "找不到 /没有/python，没有改动。"),
    ],
)
def test_what_cannot_be_set_is_told_and_not_kept(
    ready: Desktop, item: str, value: str, sentence: str
):
    assert ready.press("jx_settings", item, value)[-1] == sentence
    assert not ready.conf.exists()
