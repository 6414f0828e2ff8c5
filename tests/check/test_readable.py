"""TYPE, CHOICE, NORMALISED: an answer is what its cell asks for."""

from decimal import Decimal

import pytest

from generator.model.filing import Answer
from tests.check.forms import findings, found

KINDS = """
fields:
  kind: {label: 支出类别, type: choice, choices: [人员类项目支出, 特定目标类项目支出]}
"""


@pytest.mark.parametrize(
    ("type_", "problem"),
    [
        ("amount", "看不出是金额"),
        ("number", "看不出是数"),
        ("integer", "看不出是整数"),
        ("percent", "看不出是百分数"),
        ("points", "看不出是百分数"),
    ],
)
def test_words_where_a_number_is_meant_are_found(type_: str, problem: str):
    text = f"fields: {{value: {{label: 数, type: {type_}}}}}"

    assert found(text, {"value": "很多"}, "TYPE") == [f"“数”填的是“很多”，{problem}。"]


def test_the_remedy_for_an_amount_names_the_unit():
    [finding] = findings("fields: {value: {label: 数, type: amount}}", {"value": "很多"})

    assert finding.remedy == "请只填数字，例如 1234.56（单位：万元）。"


def test_a_choice_that_is_not_in_the_list_is_found_with_the_nearest_one():
    [finding] = findings(KINDS, {"kind": "特定目标类支出"})

    assert (finding.rule, finding.message) == (
        "CHOICE",
        "“支出类别”填的是“特定目标类支出”，不在可选项中。",
    )
    assert finding.remedy.startswith("是否应为“特定目标类项目支出”？")


def test_a_choice_that_the_reader_did_not_know_is_found_once():
    unknown = Answer(None, "其它", readable=False)

    assert [each.rule for each in findings(KINDS, {"kind": unknown})] == ["CHOICE"]


def test_a_variant_of_a_choice_is_in_the_list():
    text = KINDS.replace("]}", "], variants: {特定目标类支出: 特定目标类项目支出}}")

    assert found(text, {"kind": "特定目标类支出"}) == []


def test_what_was_understood_differently_is_reported():
    answer = Answer(Decimal(8000), "０．８万元", normalised="原文“０．８万元”，按 0.8 万元理解")

    [finding] = findings("fields: {value: {label: 预算数, type: amount}}", {"value": answer})

    assert (finding.rule, finding.kind.value) == ("NORMALISED", "提示")
    assert finding.message == "“预算数”：原文“０．８万元”，按 0.8 万元理解。"
