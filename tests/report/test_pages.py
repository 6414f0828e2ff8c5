"""The pages of the result: what they tell a finance officer."""

from __future__ import annotations

from decimal import Decimal

import pytest

from generator.model.merged import Merged
from generator.model.roster import Department, Roster
from generator.report import Page, pages_of
from generator.report.pages import ChartKind, Grid, plain
from tests.report.city import City, answers

W = Decimal(1)


def page(merged: Merged, tab: str) -> Page:
    return next(each for each in pages_of(merged) if each.tab == tab)


def table(merged: Merged, tab: str, title: str = "") -> list[tuple[object, ...]]:
    """Return the rows of a table without links."""
    (grid,) = (each for each in page(merged, tab).grids if title in ("", each.title))
    return [tuple(plain(each) for each in row) for row in grid.rows]


def headings(grid: Grid) -> list[str]:
    return [each.heading for each in grid.columns]


# -- 汇总 --


def test_the_summary_says_first_how_many_returned_and_what_was_found(merged: Merged):
    facts = page(merged, "汇总").facts
    assert facts[0].startswith("应报 4 个单位，已报 2 个，回收率 50.0%。")
    assert facts[1].startswith("审核疑点共 2 条：基本平衡 1 条、逻辑 1 条、核实 0 条、提示 0 条。")


def test_stated_totals_stand_beside_recomputed_ones(merged: Merged):
    assert table(merged, "汇总", "资金：合计") == [
        ("合计", 400 * W, 400 * W, 0, 1),
        ("人员", 260 * W, None, None, Decimal("0.65")),
        ("运转", 140 * W, None, None, Decimal("0.35")),
    ]


def test_departments_have_share_and_rank_in_the_order_of_the_roster(merged: Merged):
    assert table(merged, "汇总", "main：分单位") == [
        (None, None, "合计", 410 * W, 1, None),
        (1, "302", "示例市教育局", 310 * W, Decimal("0.7561"), 1),
        (2, "101", "示例市财政局", 100 * W, Decimal("0.2439"), 2),
    ]


def test_groups_are_added_up_each_and_a_rate_is_weighted(merged: Merged):
    rows = table(merged, "汇总", "项目：合计")
    assert [row[0] for row in rows] == ["全部", "甲类", "乙类"]
    assert [row[1] for row in rows] == [42, 35, 7]


def test_answers_that_are_counted_are_listed(merged: Merged):
    rows = table(merged, "汇总", "项目：计数")
    assert ("类别", "全部", "甲类", 2) in rows


# -- 明细 --


def test_details_hold_every_row_with_a_link_to_where_it_stands(merged: Merged):
    (grid,) = page(merged, "明细-项目").grids
    first = next(iter(grid.rows))
    assert headings(grid)[:5] == ["单位编码", "单位", "来源", "行", "编码"]
    assert [plain(each) for each in first[:5]] == [
        *("302", "示例市教育局", "main!A8", 1, "P3"),
    ]
    assert first[2].place.file == "302.xlsx"


def test_what_cannot_be_read_stands_in_the_details_as_it_was_typed(city: City):
    entry = answers(1, 1)
    city.send("101", type(entry)(entry.fields | {"budget": "大约三百"}, entry.tables))
    (row,) = table(city.merge(), "明细-main")
    assert row[-1] == "大约三百"


# -- 回收情况 --


def test_recovery_has_a_line_per_file_with_its_findings(city: City):
    city.send("101", answers(1, 1, budget=3))
    city.put("101 b.xlsx", b"not a workbook")
    rows = table(city.merge(), "回收情况")
    assert [(row[1], row[3], row[5], row[7:]) for row in rows] == [
        ("302", "未回收", None, (None,) * 4),
        ("101", "已回收", "无法读取，未汇总", (1, 0, 0, 0)),
        ("101", "已回收", "已汇总", (0, 1, 0, 0)),
        ("205", "未回收", None, (None,) * 4),
        ("0301", "未回收", None, (None,) * 4),
    ]


def test_files_of_no_department_come_last(city: City):
    city.send("101")
    city.send("999")
    assert table(city.merge(), "回收情况")[-1][2:6] == (
        *("（名册外）", "单位不明", "999.xlsx", "单位不明，未汇总"),
    )


# -- 催报名单 --


def test_everyone_who_must_act_is_told_what_to_do(merged: Merged):
    rows = table(merged, "催报名单")
    assert [(row[1], row[5], row[6]) for row in rows] == [
        ("302", "已回收", "有 1 处疑点：逻辑 1 处须更正。改好后重新报送。"),
        ("205", "无法读取", "报来的文件读不出来，没有汇总。请按“审核疑点”里的建议重新报送。"),
        ("0301", "未回收", "尚未报送。请报送“小表”（2024年）。"),
    ]
    assert rows[0][3:5] == ("张示例", "0000-1")


def test_a_department_without_a_mistake_is_not_reminded(merged: Merged):
    assert "101" not in {row[1] for row in table(merged, "催报名单")}


# -- 审核疑点 --


def test_every_finding_is_listed_with_what_its_rule_asks(merged: Merged):
    rows = table(merged, "审核疑点")
    assert rows[0] == (
        *(1, "302", "示例市教育局", "逻辑", "BUDGET", "预算数等于资金合计", "302.xlsx"),
        *("main", "B2", "预算数 310，资金合计 300。", "核对预算数。"),
    )


# -- 图表 --


def test_a_rate_with_a_common_base_is_drawn_beside_the_calendar(merged: Merged):
    progress, _ = page(merged, "图表").charts
    assert progress.title == "各单位执行率与序时进度（100.00%）"
    assert progress.grid.rows == [
        ("示例市教育局", Decimal("0.5"), 1),
        ("示例市财政局", Decimal("0.5"), 1),
    ]


def test_shares_are_those_of_the_first_summed_amount(merged: Merged):
    _, shares = page(merged, "图表").charts
    assert (shares.kind, shares.title) == (ChartKind.PIE, "各单位“预算数”占比（合计 410.00 万元）")


def test_what_cannot_be_drawn_is_said(city: City):
    city.send("101", form=city.old_version())
    charts = page(city.merge(), "图表")
    assert charts.charts == ()
    assert len(charts.facts) == 2


@pytest.mark.parametrize(("count", "kind"), [(8, ChartKind.PIE), (9, ChartKind.BARS)])
def test_many_departments_are_bars_not_slices(city: City, count: int, kind: ChartKind):
    codes = [f"9{number:02}" for number in range(count)]
    city.roster = Roster(tuple(Department(code, f"示例单位{code}") for code in codes))
    for code in codes:
        city.send(code)
    _, shares = page(city.merge(), "图表").charts
    assert shares.kind is kind
