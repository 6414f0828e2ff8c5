"""KEY, SHAREDNAME: rows and sheets are told apart by their key."""

from generator.check import check
from tests.check.forms import PERIOD, filing_of, findings, form_of, found

INDICATORS = """
tables:
  indicators:
    label: 绩效指标
    key: [level2, level3]
    columns:
      level2: {label: 二级指标, type: text, merge_down: true}
      level3: {label: 三级指标, type: text}
"""
PROJECTS = """
roster:
  projects: {tab: 项目, columns: {code: {heading: 编码, required: true}}}
sheets:
  project:
    for: project in department.projects
    key: code
    tab: "{{ project.code }}"
    fields:
      code: {label: 项目编码, type: text}
      name: {label: 项目名称, type: text}
"""


def of_projects(*projects: tuple[str, str]) -> list[tuple[str, str]]:
    form = form_of(PROJECTS)
    answers = {"project": [{"code": code, "name": name} for code, name in projects]}
    return [(each.rule, each.message) for each in check(form, filing_of(form, answers), PERIOD)]


def test_a_repeated_key_is_found_at_the_later_row_and_names_the_earlier():
    rows = [
        {"level2": "数量指标", "level3": "人数"},
        {"level2": "质量指标", "level3": "人数"},
        {"level2": "数量指标", "level3": "人 数"},
    ]

    [finding] = findings(INDICATORS, {"indicators": rows})

    assert (finding.rule, finding.place.cell) == ("KEY", "A13")
    assert finding.message == (
        "“绩效指标”第3行（数量指标、人 数）与“绩效指标”第1行（A11）的“二级指标”、“三级指标”相同。"
    )


def test_a_blank_below_a_merged_cell_has_the_key_of_the_cell_above():
    rows = [{"level2": "数量指标", "level3": "人数"}, {"level2": None, "level3": "人数"}]

    assert len(found(INDICATORS, {"indicators": rows}, "KEY")) == 1


def test_incomplete_keys_are_not_compared():
    rows = [{"level2": "数量指标"}, {"level2": "数量指标", "level3": None}]

    assert found(INDICATORS, {"indicators": rows}, "KEY") == []


def test_two_sheets_with_one_code_are_found():
    assert of_projects(("318-1301", "取暖费"), ("318-1301", "物业费")) == [
        ("KEY", "工作表“project2”与工作表“project1”（A1）的“项目编码”“318-1301”相同。")
    ]


def test_two_sheets_of_one_name_are_told_apart_by_their_codes():
    assert of_projects(("318-1301", "财税征收经费"), ("318-1302", "财税征收经费")) == [
        (
            "SHAREDNAME",
            "“项目名称”“财税征收经费”与工作表“project1”（A2）相同，"
            "但“项目编码”不同（318-1302、318-1301）。",
        )
    ]


def test_sheets_that_differ_in_code_and_name_are_fine():
    assert of_projects(("318-1301", "取暖费"), ("318-1302", "物业费")) == []
