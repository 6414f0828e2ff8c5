"""The result workbook: its figures, texts that stay texts, links that lead to the cell."""

from __future__ import annotations

import re
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from generator.merge import merge
from generator.model.merged import Merged
from generator.model.roster import Roster
from generator.report.pages import Column, Grid, Page
from generator.stamp import Stamper
from generator.template import find, load
from generator.template.examples import load_examples
from generator.workbook.reader.formats import open_book
from generator.workbook.result.write import (
    Distributed,
    write_distribution,
    write_pages,
    write_result,
)
from tests.report.city import City, answers, small_form
from tests.support.office import Calc

_ROWS = {"合计": "whole", "人员": "staff", "运转": "work"}
NASTY = "=cmd|' /C calc'!A0"


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Two good returns, one of them with a mistake; one unreadable; one missing."""
    city = City(tmp_path / "returns", small_form())
    city.send("101", answers(60, 40, ("P1", "甲类", 30, NASTY), ("P2", "乙类", 7, "")))
    city.send("302", answers(200, 100, ("P3", "甲类", 5, "坏\x0b字_x0041_"), budget=310))
    city.put("205 #1%.xlsx", b"not a workbook")
    return city


@pytest.fixture
def written(city: City, tmp_path: Path) -> Path:
    """The result workbook of the city."""
    path = tmp_path / "汇总.xlsx"
    write_result(city.merge(), path)
    return path


def frame(path: Path, tab: str) -> pd.DataFrame:
    """Return the list on a page, by its headings."""
    book = openpyxl.load_workbook(path)
    first = int(re.match(r"A(\d+)", book[tab].auto_filter.ref)[1])
    return pd.read_excel(
        path, sheet_name=tab, header=first - 1, dtype={"单位编码": str}, engine="openpyxl"
    )


def column(path: Path, tab: str, heading: str) -> list[object]:
    values = frame(path, tab)[heading]
    return [None if pd.isna(each) else each for each in values]


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as package:
        return package.read(name).decode()


def parts(path: Path, pattern: str) -> list[str]:
    with zipfile.ZipFile(path) as package:
        return [each for each in package.namelist() if re.fullmatch(pattern, each)]


def test_the_pages_stand_in_the_order_in_which_they_are_asked_for(written: Path):
    assert openpyxl.load_workbook(written).sheetnames == [
        *("汇总", "图表", "回收情况", "审核疑点", "催报名单"),
        *("明细-main", "明细-资金", "明细-项目"),
    ]


def test_sums_equal_what_pandas_adds_up_from_the_details(city: City, written: Path):
    funds = frame(written, "明细-资金").groupby("项目")["金额（万元）"].sum()
    projects = frame(written, "明细-项目").groupby("类别")["金额（万元）"].sum()
    merged = city.merge()
    ours = {
        (each.locus.table, each.locus.row or each.locus.group): float(each.value) / 10_000
        for each in merged.totals.totals
        if each.locus.column in ("amount", "money") and each.value is not None
    }
    assert [ours["funds", row] for row in _ROWS.values()] == [funds[each] for each in _ROWS]
    assert [ours["projects", (each,)] for each in projects.index] == list(projects)


@pytest.mark.parametrize("form_id", ["department-targets", "project-targets"])
def test_totals_of_the_real_forms_equal_sums_over_the_details(form_id: str, tmp_path: Path):
    merged = _examples(form_id, tmp_path)
    path = tmp_path / "汇总.xlsx"
    write_result(merged, path)
    if form_id == "project-targets":
        stated = frame(path, "明细-项目")["预算数（万元）"].sum()
        locus = ("", "", "budget", ())
    else:
        stated = frame(path, "明细-项目支出情况")["项目本年度预算（万元）"].sum()
        locus = ("projects", "", "year_budget", ())
    totals = {
        (t.locus.table, t.locus.row, t.locus.column, t.locus.group): t.value
        for t in merged.totals.totals
        if not t.locus.key
    }
    assert float(totals[locus] or 0) / 10_000 == pytest.approx(stated, abs=1e-9)


def test_the_same_folder_gives_the_same_bytes(city: City, tmp_path: Path):
    one, two = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    write_result(city.merge(), one)
    write_result(city.merge(), two)
    assert one.read_bytes() == two.read_bytes()


def test_text_of_departments_arrives_as_text_to_the_letter(written: Path):
    book = open_book(written)
    notes = [each for sheet in book.sheets for each in sheet.cells.values()]
    texts = [each.value for each in notes if isinstance(each.value, str)]
    assert NASTY in texts
    assert "坏\x0b字_x0041_" in texts


def test_there_is_no_formula_in_the_result(written: Path):
    sheets = open_book(written).sheets
    assert [each.formula for sheet in sheets for each in sheet.cells.values() if each.formula] == []


def test_codes_keep_their_leading_zero(written: Path):
    assert column(written, "回收情况", "单位编码")[-1] == "0301"


def test_figures_are_shown_in_the_unit_of_the_form(written: Path):
    sheet = openpyxl.load_workbook(written)["汇总"]
    found = {sheet.cell(row, 1).value: sheet.cell(row, 4) for row in range(1, 12)}
    cell = found["预算数（万元）"]
    assert (cell.value, cell.number_format) == (410, "#,##0.00")


def test_links_lead_to_file_sheet_and_cell(written: Path):
    sheet = openpyxl.load_workbook(written)["审核疑点"]
    (link,) = (row[8].hyperlink for row in sheet.iter_rows(min_row=4) if row[4].value == "BUDGET")
    assert (link.target, link.location) == ("returns/302.xlsx", "'main'!B2")


def test_a_file_name_with_reserved_characters_is_escaped_in_its_link(written: Path):
    sheet = openpyxl.load_workbook(written)["回收情况"]
    targets = [row[4].hyperlink.target for row in sheet.iter_rows(min_row=5) if row[4].hyperlink]
    assert "returns/205%20%231%25.xlsx" in targets


def test_lists_can_be_filtered_and_keep_their_heading_in_sight(written: Path):
    sheet = openpyxl.load_workbook(written)["审核疑点"]
    assert sheet.auto_filter.ref.startswith("A3:K")
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("D4", "$3:$3")


def test_pages_print_on_landscape_a4_with_page_numbers(written: Path):
    for sheet in openpyxl.load_workbook(written):
        setup = (sheet.page_setup.paperSize, sheet.page_setup.orientation)
        assert setup == (9, "landscape")
        assert sheet.page_setup.fitToWidth in (None, 1)
        assert "&P" in sheet.oddFooter.center.text


@pytest.mark.parametrize(
    ("columns", "frozen", "across", "repeated"),
    [(5, 2, 1, None), (6, 2, 1, None), (7, 2, 2, "$A:$B"), (13, 2, 3, "$A:$B"), (7, 0, 2, None)],
)
def test_a_list_that_is_too_wide_to_be_read_on_one_page_goes_over_several(
    tmp_path: Path, columns: int, frozen: int, across: int, repeated: str | None
):
    grid = Grid("", [Column(str(number), width=50) for number in range(columns)], [])
    out = tmp_path / "清单.xlsx"
    write_pages([Page("清单", "清单", (), (grid,), filter=True, frozen=frozen)], out, tmp_path)
    sheet = openpyxl.load_workbook(out)["清单"]
    assert (sheet.page_setup.fitToWidth or 1, sheet.print_title_cols) == (across, repeated)


def test_a_form_with_amounts_has_a_native_chart_of_shares(written: Path):
    charts = [part(written, each) for each in parts(written, r"xl/charts/chart\d+\.xml")]
    (pie,) = (each for each in charts if "<pieChart>" in each)
    assert "各单位“预算数”占比（合计 410.00 万元）" in pie


def test_a_form_with_progress_has_a_native_chart_of_it(tmp_path: Path):
    path = tmp_path / "汇总.xlsx"
    write_result(_examples("monthly-progress", tmp_path), path)
    (chart,) = parts(path, r"xl/charts/chart\d+\.xml")
    assert "累计完成工作量达到、低于序时进度（75.00%）的个数" in part(path, chart)


@pytest.mark.parametrize(
    "form_id", ["monthly-progress", "assessment-targets", "department-targets", "project-targets"]
)
def test_libreoffice_opens_the_result_without_an_error(form_id: str, tmp_path: Path, calc: Calc):
    path = tmp_path / "汇总.xlsx"
    write_result(_examples(form_id, tmp_path), path)
    with calc.open(path) as book:
        book.recalculate()
        assert book.errors() == []
        assert book.sheets()[0] == "汇总"
        assert book.value("汇总", "A1") == _examples(form_id, tmp_path).form.name + "汇总" + (
            f"（{_examples(form_id, tmp_path).period.name}）"
        )


def test_an_empty_folder_of_returns_still_gives_a_result(city: City, tmp_path: Path):
    for each in city.folder.iterdir():
        each.unlink()
    city.send("302", form=city.old_version())
    path = tmp_path / "空.xlsx"
    write_result(city.merge(), path)
    assert column(path, "回收情况", "状态") == ["版本不符", "未回收", "未回收", "未回收"]


def test_the_distribution_list_leads_to_the_files(tmp_path: Path):
    path = tmp_path / "分发清单.xlsx"
    row = Distributed("0301", "审计局", "0301-审计局.xlsx", "张", "1", "5日内", "ab" * 32)
    write_distribution(path, [row])
    sheet = openpyxl.load_workbook(path).active
    values = [each.value for each in sheet[4]]
    assert values == ["0301", "审计局", "0301-审计局.xlsx", "张", "1", "5日内", "abababababab"]
    assert sheet["C4"].hyperlink.target == "0301-审计局.xlsx"


def _examples(form_id: str, folder: Path) -> Merged:
    """Return the merge of a form's examples of one period."""
    path = find(form_id)
    form, examples = load(path), load_examples(load(path), path)
    period = examples[0].period
    returns = folder / "returns"
    returns.mkdir(exist_ok=True)
    stamper = Stamper(form, period)
    chosen = {each.department.code: each for each in reversed(examples) if each.period == period}
    for code, each in chosen.items():
        content = stamper.stamp(each.department, each.entries, each.explanations)
        (returns / f"{code}.xlsx").write_bytes(content)
    roster = Roster(tuple(chosen[code].department for code in sorted(chosen)))
    merged = merge(returns, roster, form=form)
    assert all(isinstance(each.value, Decimal | None) for each in merged.totals.totals)
    return merged
