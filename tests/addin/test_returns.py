"""The buttons of the group 回收."""

from pathlib import Path

import pytest

from generator.workbook.describe import describe
from tests.addin.desktop import Desktop
from tests.addin.sent import Sent


@pytest.fixture
def merged(desktop: Desktop, sent: Sent, start: Path) -> Desktop:
    """Excel with the result open."""
    desktop.press("jx_merge_returns", sent.folder)
    desktop.app.books.active.set_mock_caller()
    return desktop


@pytest.fixture
def start(desktop: Desktop, tmp_path: Path) -> Path:
    """Some workbook, as Excel always has one open."""
    path = tmp_path / "任意.xlsx"
    desktop.table(path, [["x"]])
    return path


def test_the_merge_button_needs_a_folder_only_and_opens_the_result(merged: Desktop, sent: Sent):
    assert merged.screen.said == ["请选择放回收表的文件夹"]
    assert merged.app.books.active.name == sent.result.name
