"""The merge button on a folder of the demo: files of all kinds, in all states."""

from pathlib import Path

import pytest

from generator import demo
from generator.template import find
from generator.workbook.describe import describe
from tests.addin.desktop import Desktop, without_office


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The demo's folder of one form, with the result that the command makes of it."""
    monkeypatch.setattr(demo, "catalogue", lambda: [find("monthly-progress")])
    (merged,) = demo.run(tmp_path)
    return merged.folder.parent


@pytest.mark.office  # the city sends .xls and .ods too
@without_office
def test_the_button_makes_of_the_demo_what_the_command_makes(desktop: Desktop, city: Path):
    desktop.table(city / "任意.xlsx", [["x"]])
    desktop.press("jx_merge_returns", city / demo.RETURNED)
    assert desktop.app.books.active.name == "汇总-回收.xlsx"
    assert describe(city / "汇总-回收.xlsx") == describe(city / demo.RESULT)
