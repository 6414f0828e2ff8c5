"""TARGET, TARGET-OVER: 指标值 follows its grammar."""

import pytest

from tests.check.forms import findings, found

INDICATORS = """
tables:
  indicators:
    label: 绩效指标
    columns:
      name: {label: 三级指标, type: text}
      target: {label: 指标值, type: target}
"""


def of(target: str, name: str = "保障机关正常运转") -> list[str]:
    return found(INDICATORS, {"indicators": [{"name": name, "target": target}]})


@pytest.mark.parametrize(
    "target",
    [
        "=6 人",
        "=100%",
        "≥95%",
        "≤48 小时",
        "≤预算控制数",
        "74 人",
        "100%完成",
        "有效提高",
        "按合同规定",
        "≤100%",
        ">=0",
    ],
)
def test_targets_of_the_published_forms_are_fine(target: str):
    assert of(target) == []


@pytest.mark.parametrize("target", ["≥", "＞＝", "完成率≥"])
def test_an_operator_with_nothing_behind_it_is_found(target: str):
    assert of(target) == [f"“绩效指标”第1行“指标值”填的是“{target}”，符号后面没有数值。"]


def test_a_number_that_is_none_is_found():
    assert of("≥9..5%") == ["“绩效指标”第1行“指标值”填的是“≥9..5%”，其中“9..5”不是一个数。"]


def test_at_least_all_is_taken_for_all_and_must_be_confirmed():
    [finding] = findings(INDICATORS, {"indicators": [{"name": "质量", "target": "≥100%"}]})

    assert (finding.rule, finding.kind.value) == ("TARGET-OVER", "核实")
    assert "按“=100%”理解" in finding.message


def test_a_percentage_above_all_must_be_confirmed():
    assert of("292%") == ["“绩效指标”第1行“指标值”填的是“292%”，超过了 100%。"]


@pytest.mark.parametrize("name", ["收入增长率", "同比增幅"])
def test_growth_may_exceed_all(name: str):
    assert of("≥120%", name) == []
