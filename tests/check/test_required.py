"""REQUIRED: what must be filled is filled."""

from tests.check.forms import findings, found

NAME_AND_BUDGET = """
fields:
  name: {label: 项目名称, type: text, required: true}
  budget: {label: 预算数, type: amount, required: true, help: 填本年度批复数。}
  other: {label: 其他资金, type: amount}
"""
PROJECTS = """
tables:
  projects:
    label: 项目
    at_least: 2
    columns:
      kind: {label: 类别, type: text, required: true, merge_down: true}
      name: {label: 名称, type: text, required: true}
      budget: {label: 预算, type: amount, required: true}
"""
MONEY = """
tables:
  money:
    label: 收入
    rows:
      fiscal: {source: 财政拨款}
      own: {source: 单位资金, optional: true}
      total: {source: 合计, total_of: [fiscal, own]}
    columns:
      source: {label: 来源, type: label}
      year: {label: 当年金额, type: amount, required: true}
"""


def test_a_required_answer_that_is_blank_is_found_where_it_belongs():
    [finding] = findings(NAME_AND_BUDGET, {"name": "取暖费", "budget": "—"})

    assert (finding.rule, finding.place.cell) == ("REQUIRED", "A2")
    assert finding.message == "“预算数”没有填写。"
    assert finding.remedy == "请补填“预算数”。填本年度批复数。"


def test_what_cannot_be_read_is_not_missing_as_well():
    messages = found(NAME_AND_BUDGET, {"name": "取暖费", "budget": "若干"})

    assert messages == ["“预算数”填的是“若干”，看不出是金额。"]


def test_a_row_that_was_begun_must_be_complete_but_spare_rows_need_not():
    rows = [
        {"kind": "人员类", "name": "工资", "budget": "10"},
        {"kind": None, "name": "补助", "budget": None},
        {"kind": None, "name": None, "budget": None},
    ]

    assert found(PROJECTS, {"projects": rows}) == ["“项目”第2行“预算”没有填写。"]


def test_a_blank_below_a_merged_cell_is_not_missing_but_one_above_is():
    rows = [{"name": "工资", "budget": "10"}, {"kind": "人员类", "name": "补助", "budget": "1"}]

    assert found(PROJECTS, {"projects": rows}) == ["“项目”第1行“类别”没有填写。"]


def test_a_table_with_too_few_rows_is_found_at_its_first_free_row():
    rows = [{"kind": "人员类", "name": "工资", "budget": "10"}, {"kind": None}]

    [finding] = findings(PROJECTS, {"projects": rows})

    assert finding.message == "“项目”填了 1 行，至少应填 2 行。"
    assert finding.place.cell == "A12"


def test_printed_rows_must_be_filled_unless_they_are_optional_or_computed():
    assert found(MONEY, {"money": {}}) == ["“收入”“财政拨款”行“当年金额”没有填写。"]
