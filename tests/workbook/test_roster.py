"""The roster: written blank for a form, read with every mistake named by its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from generator.model.roster import Department, Roster, Waiver
from generator.workbook.reader import package
from generator.workbook.reader.limits import configured
from generator.workbook.roster import RosterError, read_roster, write_blank_roster, write_roster
from tests.check.forms import form_of

FORM = form_of("""
roster:
  department: {leader: {heading: 负责人}}
  projects:
    tab: 项目
    columns:
      code: {heading: 项目编码, required: true}
      budget: {heading: 预算数, type: amount}
sheets:
  main:
    fields:
      who: {label: 单位, type: text, fill: "{{ department.name }}"}
""")
Rows = Sequence[Sequence[object]]
GOOD: Mapping[str, Rows] = {
    "部门": [
        ["编码", "名称", "联系人"],
        ["0101", "示例单位甲", "张三"],
        ["0102", "示例单位乙", None],
    ],
    "项目": [["部门编码", "项目编码", "预算数"], ["0101", "P1", 12.5]],
}


def saved(folder: Path, **changed: Rows) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for tab, rows in {**GOOD, **changed}.items():
        sheet = book.create_sheet(tab)
        for row in rows:
            sheet.append(row)
    path = folder / "名册.xlsx"
    book.save(path)
    return path


def mistakes(path: Path) -> list[str]:
    with pytest.raises(RosterError) as caught:
        read_roster(path, FORM)
    return [str(each) for each in caught.value.mistakes]


def test_a_blank_roster_has_the_columns_that_the_form_uses(tmp_path: Path):
    write_blank_roster(FORM, tmp_path / "名册.xlsx")
    book = load_workbook(tmp_path / "名册.xlsx")
    headings = {sheet.title: [cell.value for cell in sheet[1]] for sheet in book}
    assert headings == {
        "部门": ["编码", "名称", "联系人", "电话", "负责人"],
        "项目": ["部门编码", "项目编码", "预算数"],
        "豁免": ["部门编码", "规则编号", "理由"],
    }


def test_rows_of_child_sheets_join_their_department_by_code(tmp_path: Path):
    roster = read_roster(saved(tmp_path), FORM)
    first, second = roster.departments
    assert (first.code, first["contact"], second["contact"]) == ("0101", "张三", None)
    assert first.children["projects"] == ({"code": "P1", "budget": Decimal("12.5")},)
    assert second.children["projects"] == ()


def test_a_roster_written_by_the_program_is_read_back_the_same(tmp_path: Path):
    roster = Roster(
        (
            Department(
                "0101",
                "=甲&乙",
                {"contact": "张三", "phone": "0571-1", "leader": "李四"},
                {"projects": ({"code": "007", "budget": Decimal("1.50")},)},
            ),
        ),
        (Waiver("0101", "PLAN-END", "跨年项目"),),
    )
    write_roster(FORM, roster, tmp_path / "名册.xlsx")
    assert read_roster(tmp_path / "名册.xlsx", FORM) == roster


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"部门": [["编号", "名称"], ["1", "甲"]]}, ["名册.xlsx　部门A1：第 1 行缺少列“编码”"]),
        (
            {"部门": [["编码", "名称"], ["0101", "甲"], ["0101", "乙"]]},
            ["名册.xlsx　部门A3：“0101”与第 2 行重复。"],
        ),
        (
            {"部门": [["编码", "名称"], ["0101", None]]},
            ["名册.xlsx　部门B2：“名称”没有填写。"],
        ),
        (
            {"项目": [["部门编码", "项目编码"], ["0103", "P1"]]},
            ["名册.xlsx　项目A2：部门编码“0103”不在“部门”表里"],
        ),
        (
            {"项目": [["部门编码", "项目编码"], ["0103", "P1"], ["0101", None]]},
            ["名册.xlsx　项目A2", "名册.xlsx　项目B3：“项目编码”没有填写。"],
        ),
    ],
)
def test_every_mistake_is_named_with_its_cell(
    tmp_path: Path, changed: Mapping[str, Rows], expected: list[str]
):
    found = mistakes(saved(tmp_path, **changed))
    assert len(found) >= len(expected)
    assert all(any(text in each for each in found) for text in expected)


def test_a_roster_without_departments_is_refused(tmp_path: Path):
    empty = saved(tmp_path, 部门=[["编码", "名称"]], 项目=[["部门编码", "项目编码"]])
    assert mistakes(empty) == ["名册.xlsx　部门：没有一个部门，请从第 2 行起每行填一个部门。"]


def test_a_missing_sheet_is_named_with_the_nearest_there_is(tmp_path: Path):
    book = Workbook()
    book.worksheets[0].title = "部门表"
    book.save(tmp_path / "名册.xlsx")
    assert any(
        "缺少工作表“部门”，“部门表”是不是它？" in each for each in mistakes(tmp_path / "名册.xlsx")
    )


def test_a_file_that_is_no_workbook_is_refused_by_name(tmp_path: Path):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(b"x")
    assert all(each.startswith("名册.xlsx：") for each in mistakes(path))


def test_a_code_typed_as_a_number_is_taken_as_text(tmp_path: Path):
    path = saved(
        tmp_path, 部门=[["编码", "名称"], [101, "甲"]], 项目=[["部门编码", "项目编码"], ["101", 7]]
    )
    [department] = read_roster(path, FORM).departments
    assert (department.code, department.children["projects"][0]["code"]) == ("101", "7")


UNDER = form_of("""
roster:
  projects:
    tab: 项目
    columns: {code: {heading: 项目编码, required: true}, name: {heading: 项目名称}}
  indicators:
    tab: 绩效指标
    under: projects
    columns: {level3: {heading: 三级指标, required: true}, weight: {heading: 分值, type: number}}
sheets:
  main:
    fields:
      who: {label: 单位, type: text, fill: "{{ department.name }}"}
""")
TABS: Mapping[str, Rows] = {
    "部门": [["编码", "名称"], ["0101", "甲"], ["0102", "乙"]],
    "项目": [["部门编码", "项目编码"], ["0101", "P1"], ["0101", "P2"], ["0102", "Q1"]],
}


def under(folder: Path, *rows: Sequence[object]) -> Path:
    heading = ["部门编码", "项目编码", "三级指标", "分值"]
    return saved(folder, **TABS, 绩效指标=[heading, *rows])


def test_a_blank_roster_asks_which_row_each_is_under(tmp_path: Path):
    write_blank_roster(UNDER, tmp_path / "名册.xlsx")
    sheet = load_workbook(tmp_path / "名册.xlsx")["绩效指标"]
    assert [cell.value for cell in sheet[1]] == ["部门编码", "项目编码", "三级指标", "分值"]


def test_rows_under_other_rows_are_read_with_the_code_of_theirs(tmp_path: Path):
    rows = [["0101", "P2", "满意度", 10], ["0102", "Q1", "次数", None]]
    roster = read_roster(under(tmp_path, *rows), UNDER)
    mine, theirs = (each.children["indicators"] for each in roster.departments)
    assert mine == ({"projects": "P2", "level3": "满意度", "weight": Decimal(10)},)
    assert theirs == ({"projects": "Q1", "level3": "次数", "weight": None},)
    write_roster(UNDER, roster, tmp_path / "又.xlsx")
    assert read_roster(tmp_path / "又.xlsx", UNDER) == roster


def test_rows_may_be_described_before_those_that_they_are_under(tmp_path: Path):
    path = under(tmp_path, ["0101", "P2", "满意度", 10], ["0101", "Q1", "次数", 1])
    swapped = replace(UNDER, roster_sheets=UNDER.roster_sheets[::-1])
    with pytest.raises(RosterError, match="绩效指标B3：部门“0101”在“项目”表里没有项目编码“Q1”"):
        read_roster(path, swapped)
    path = under(tmp_path, ["0101", "P2", "满意度", 10])
    assert read_roster(path, swapped) == read_roster(path, UNDER)


def test_a_label_that_comes_again_is_held_once(tmp_path: Path):
    path = under(tmp_path, *(["0101", "P2", f"指标{n}", None] for n in (1, 2, 1)))
    indicators = read_roster(path, UNDER).departments[0].children["indicators"]
    assert indicators[0]["level3"] is indicators[2]["level3"]


def test_a_roster_is_read_row_by_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = saved(tmp_path)
    expected = read_roster(path, FORM)
    monkeypatch.setattr(package, "read_sheet", None)  # which returns all cells of a worksheet
    assert read_roster(path, FORM) == expected


def test_a_roster_may_hold_more_than_a_return(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = saved(tmp_path, 部门=[["编码", "名称"], *([f"{n}", "甲"] for n in range(30))])
    usual = configured({}).cells, configured({}, ours=True).cells
    assert usual == (1_000_000, 10_000_000)
    monkeypatch.setenv("JIXIAO_CELLS", "60")
    assert mistakes(path) == [
        "名册.xlsx：文件里的单元格超过 60 个，多半是格式铺满了整张工作表。"
        "请选中表格下方和右侧的空行空列，删除（不是清除内容）后保存，再重新上报"
    ]


def test_a_row_under_one_that_is_not_there_is_named_with_the_nearest(tmp_path: Path):
    rows = [["0101", "P22", "甲", 1], ["0101", "Q1", "乙", 1], ["0101", None, "丙", 1]]
    with pytest.raises(RosterError) as caught:
        read_roster(under(tmp_path, *rows), UNDER)
    assert [str(each) for each in caught.value.mistakes] == [
        "名册.xlsx　绩效指标B2：部门“0101”在“项目”表里没有项目编码“P22”，最接近的是“P2”。",
        "名册.xlsx　绩效指标B3：部门“0101”在“项目”表里没有项目编码“Q1”，它是部门“0102”的。",
        "名册.xlsx　绩效指标B4：“项目编码”没有填写。",
    ]
