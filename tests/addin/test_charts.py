"""The buttons 进度图 and 占比图."""

from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, LineChart, PieChart

from tests.addin.desktop import Desktop

PROGRESS = (("单位", "预算", "进度"), ("甲", 100, 0.8), ("乙", 50, 0.55), ("合计", 150, 0.72))


def charts_in(path: Path, tab: str) -> list[object]:
    """Return the charts that a saved workbook has on a worksheet."""
    return list(openpyxl.load_workbook(path)[tab]._charts)


def title_of(chart: object) -> str:
    """Return the title of a chart."""
    paragraphs = chart.title.tx.rich.p
    return "".join(run.t for each in paragraphs for run in each.r)


def test_progress_is_drawn_against_the_calendar(desktop: Desktop, tmp_path: Path):
    sheet = desktop.table(tmp_path / "进度.xlsx", PROGRESS, C="0%")
    desktop.press("jx_progress_chart", "9")
    assert sheet.book.sheets.active.name == "进度图"
    saved = tmp_path / "存.xlsx"
    sheet.book.api.SaveCopyAs(str(saved))
    (bars,) = charts_in(saved, "进度图")
    assert isinstance(bars, BarChart)
    assert title_of(bars) == "进度与序时进度（截至9月）"
    kinds = [type(each) for each in bars._charts]
    assert sorted(each.__name__ for each in kinds) == ["BarChart", "LineChart"]
    line = next(each for each in bars._charts if isinstance(each, LineChart))
    assert [each.tx.strRef.f.replace("$", "") for each in line.series] in (
        ["'进度图'!C1"],
        ["进度图!C1"],
    )


@pytest.mark.office
@pytest.mark.parametrize("desktop", ["libreoffice"], indirect=True)
def test_the_figures_follow_the_table(desktop: Desktop, tmp_path: Path):
    sheet = desktop.table(tmp_path / "进度.xlsx", PROGRESS, C="0%")
    desktop.press("jx_progress_chart", "9")
    drawn = sheet.book.sheets["进度图"]
    assert drawn.range("A1:C3").value == [
        ["单位", "进度", "序时进度"],
        ["甲", 0.8, 0.75],
        ["乙", 0.55, 0.75],
    ]
    sheet.range("C2").value = 0.9
    assert drawn.range("B2").value == 0.9


def test_shares_are_a_pie_without_the_total(desktop: Desktop, tmp_path: Path):
    sheet = desktop.table(tmp_path / "预算.xlsx", PROGRESS, C="0%")
    desktop.press("jx_share_chart")
    saved = tmp_path / "存.xlsx"
    sheet.book.api.SaveCopyAs(str(saved))
    (pie,) = charts_in(saved, "占比图")
    assert isinstance(pie, PieChart)
    assert title_of(pie) == "预算占比"
    assert sheet.book.sheets["占比图"].range("C2:C3").formula == (
        ("='数据'!B2",),
        ("='数据'!B3",),
    ) or (sheet.book.sheets["占比图"].range("C2:C3").formula == (("=数据!B2",), ("=数据!B3",)))


def test_many_parts_are_bars(desktop: Desktop, tmp_path: Path):
    rows = [("项", "数"), *((f"项{n}", n) for n in range(1, 12))]
    sheet = desktop.table(tmp_path / "多.xlsx", rows)
    desktop.press("jx_share_chart")
    saved = tmp_path / "存.xlsx"
    sheet.book.api.SaveCopyAs(str(saved))
    (bars,) = charts_in(saved, "占比图")
    assert isinstance(bars, BarChart)


def test_a_second_chart_gets_a_worksheet_of_its_own(desktop: Desktop, tmp_path: Path):
    sheet = desktop.table(tmp_path / "二.xlsx", PROGRESS, C="0%")
    desktop.press("jx_share_chart")
    sheet.range("A1").select()
    desktop.press("jx_share_chart")
    assert [each.name for each in sheet.book.sheets] == ["数据", "占比图", "占比图(2)"]


def test_too_many_rows_are_told(plain_desktop: Desktop, tmp_path: Path):
    rows = [("项", "数"), *((f"项{n}", n) for n in range(1, 63))]
    plain_desktop.table(tmp_path / "长.xlsx", rows)
    assert plain_desktop.press("jx_share_chart") == [
        "选中了 62 行，一张图画不下：请只选中 60 行以内。"
    ]
