"""What explanations and waivers make of a finding."""

from generator.check import check
from generator.model.finding import Finding
from generator.model.roster import Waiver
from tests.check.forms import PERIOD, filing_of, form_of

FORM = form_of("""
fields:
  plan: {label: 计划, type: number, required: true}
  done: {label: 完成, type: number, max: 5}
checks:
  - {id: ASK, kind: 核实, name: 相等, rule: done == plan, message: 完成与计划不同。, remedy: 说明。}
""")


def of(
    answers: dict[str, object],
    explanations: dict[str, str] | None = None,
    waivers: tuple[Waiver, ...] = (),
) -> Finding:
    filing = filing_of(FORM, answers, explanations=explanations)
    [finding] = check(FORM, filing, PERIOD, waivers)
    return finding


def test_an_explained_difference_is_for_information_and_quotes_the_explanation():
    finding = of({"plan": "3", "done": "4"}, {"ASK": " 上级追加任务。 "})

    assert finding.kind.value == "提示"
    assert finding.message == "完成与计划不同。填报单位说明：“上级追加任务。”"


def test_a_dash_explains_nothing():
    assert of({"plan": "3", "done": "4"}, {"ASK": "—"}).kind.value == "核实"


def test_an_explanation_does_not_excuse_what_must_hold():
    assert of({"done": "4"}, {"REQUIRED": "没有计划。"}).kind.value == "逻辑"


def test_the_bureau_lets_one_department_off_one_rule():
    waived = of({"done": "4"}, waivers=(Waiver("101", "REQUIRED", "新设单位。"),))

    assert waived.kind.value == "提示"
    assert waived.message == "“计划”没有填写。财政部门已同意不作要求，理由：新设单位。"


def test_a_waiver_for_another_department_or_rule_changes_nothing():
    others = (Waiver("102", "REQUIRED", "新设。"), Waiver("101", "BOUNDS", "新设。"))

    assert of({"done": "4"}, waivers=others).kind.value == "逻辑"
