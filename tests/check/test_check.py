"""All families together."""

from tests.check.forms import findings, found

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
    assert messages[2].startswith("“部门（单位） 类别”填的是“丙”")
