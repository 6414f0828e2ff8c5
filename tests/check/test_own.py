"""The form's own rules, and how they stand row by row."""

from decimal import Decimal

from generator.check import check, status
from tests.check.forms import PERIOD, filing_of, findings, form_and_filing, form_of, found

FUNDS = """
fields:
  budget: {label: 预算数, type: amount}
  fiscal: {label: 财政资金, type: amount}
  other: {label: 其他资金, type: amount}
checks:
  - id: FUND-SPLIT
    kind: 基本平衡
    name: 预算数＝财政资金＋其他资金
    rule: budget == fiscal + other
    tolerance: 0.005
    at: other
    message: 预算数 {{ budget }} 万元，来源合计 {{ fiscal + other }} 万元，占 {{ other / budget }}。
    remedy: 核对资金来源。
"""
MEASURES = """
tables:
  measures:
    label: 指标
    columns:
      name: {label: 名称, type: text}
      plan: {label: 计划, type: number}
      done: {label: 完成, type: number}
checks:
  - id: DONE
    kind: 核实
    name: 完成不超过计划
    each: measures
    when: plan > 0
    rule: done <= plan
    message: 完成 {{ done }}，计划 {{ plan }}。
    remedy: 核对完成数。
"""
TWO_SHEETS = """
sheets:
  first: {fields: {total: {label: 总数, type: number}}}
  second:
    fields: {part: {label: 分数, type: number}}
    checks:
      - {id: TIE, kind: 逻辑, name: 一致, rule: part == total, message: 不一致, remedy: 核对。}
"""


def test_a_rule_that_does_not_hold_is_found_in_the_authors_words():
    [finding] = findings(FUNDS, {"budget": "300", "fiscal": "200", "other": "50.10"})

    assert finding.message == "预算数 300 万元，来源合计 250.1 万元，占 0.167。"
    assert (finding.rule, finding.kind.value) == ("FUND-SPLIT", "基本平衡")
    assert (finding.place.cell, finding.remedy) == ("A3", "核对资金来源。")
    assert finding.department == "101"


def test_a_long_number_in_a_message_is_shortened_and_called_so():
    assert found(FUNDS, {"budget": "30", "other": "10"})[0].endswith("占 约0.333333。")


def test_a_difference_within_the_tolerance_is_fine():
    assert found(FUNDS, {"budget": "300", "fiscal": "299.995"}, "FUND-SPLIT") == []


def test_a_rule_that_lacks_an_answer_is_not_asked():
    assert found(FUNDS, {"fiscal": "299"}) == []


def test_a_rule_of_each_row_names_the_row_and_points_into_it():
    rows = [{"name": "项目", "plan": "3", "done": "3"}, {"name": "培训", "plan": "3", "done": "4"}]

    [finding] = findings(MEASURES, {"measures": rows})

    assert finding.message == "“指标”第2行：完成 4，计划 3。"
    assert finding.place.cell == "C12"


def test_the_status_tells_true_false_and_not_asked_row_by_row():
    rows = [
        {"name": "项目", "plan": "3", "done": "3"},
        {"name": "培训", "plan": "3", "done": "4"},
        {"name": "会议", "plan": "0", "done": "4"},
        {"name": None, "plan": None, "done": None},
    ]

    assert status(*form_and_filing(MEASURES, {"measures": rows}), PERIOD) == {
        ("main", 0, "DONE"): [True, False, None, None]
    }


def test_a_rule_over_a_sheet_that_did_not_come_back_is_not_asked():
    form = form_of(TWO_SHEETS)
    filing = filing_of(form, {"second": [{"part": Decimal(3)}]})

    assert check(form, filing, PERIOD) == []
    assert status(form, filing, PERIOD) == {("second", 0, "TIE"): [None]}
