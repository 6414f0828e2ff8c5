"""All families together."""

from dataclasses import replace

from generator.check import check
from generator.model.filing import Answer, Records, Row
from tests.check.forms import PERIOD, filing_of, findings, form_of, found

EVERYTHING = """
fields:
  name: {label: 名称, type: text, required: true}
  budget: {label: "{{ period.year }}年预算", type: amount, required: true, min: 0}
  kind: {label: "部门（单位）\\n类别", type: choice, choices: [甲, 乙]}
tables:
  rows:
    label: 明细
    columns:
      name: {label: 名称, type: text}
      value: {label: 金额, type: amount}
"""
WRONG = {
    "budget": "-1",
    "kind": "丙",
    "rows": [{"name": "一", "value": "x"}, {"name": "二", "value": "1.234"}],
}


def test_everything_is_found_at_once_from_top_to_bottom():
    assert [(each.place.cell, each.rule) for each in findings(EVERYTHING, WRONG)] == [
        ("A1", "REQUIRED"),
        ("A2", "BOUNDS"),
        ("A3", "CHOICE"),
        ("B11", "TYPE"),
        ("B12", "DIGITS"),
    ]


def test_labels_speak_of_the_period_and_lose_their_line_breaks():
    messages = found(EVERYTHING, WRONG)

    assert messages[1] == "“2024年预算”填的是 -1 万元，不应为负数。"
    assert messages[2].startswith("“部门（单位）类别”填的是“丙”")


def test_a_cell_that_spans_several_rows_is_found_once():
    form = form_of("""
        tables:
          rows:
            columns:
              kind: {label: 类别, type: choice, choices: [甲, 乙], merge_down: true}
              value: {label: 金额, type: amount}
        """)
    merged = Answer("丙", "丙")
    rows = [{"kind": merged, "value": "1"}, {"kind": merged, "value": "2"}]

    assert [each.rule for each in check(form, filing_of(form, {"rows": rows}), PERIOD)] == [
        "CHOICE"
    ]


def test_what_the_reader_did_not_find_is_left_to_the_reader():
    form = form_of(EVERYTHING.replace("label: 明细", "label: 明细\n    at_least: 1"))
    filing = filing_of(form, {})
    nothing = replace(filing.sheets[0], fields={}, tables={})

    assert check(form, replace(filing, sheets=(nothing,)), PERIOD) == []


def test_a_column_that_the_reader_did_not_find_breaks_nothing():
    form = form_of(EVERYTHING.replace("label: 明细", "label: 明细\n    key: [name]"))
    filing = filing_of(form, {"name": "甲", "budget": "1"})
    row = Row({"value": Answer(None, "x", readable=False)}, number=1)
    damaged = replace(filing.sheets[0], tables={"rows": Records.of([row, row])})

    found_ = check(form, replace(filing, sheets=(damaged,)), PERIOD)

    assert [each.rule for each in found_] == ["TYPE", "TYPE"]


def test_the_largest_number_a_cell_can_hold_is_checked_like_any_other():
    text = """
        fields: {plan: {label: 计划, type: number, max: 9}, done: {label: 完成, type: number}}
        checks:
          - id: EQ
            kind: 核实
            name: 完成＝计划
            rule: done == plan
            message: 相差 {{ plan - done }}。
            remedy: 核对。
        """

    assert {each.rule for each in findings(text, {"plan": "9E+307", "done": "1"})} == {
        "BOUNDS",
        "EQ",
    }
