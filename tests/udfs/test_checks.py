"""Totals, printed shares, weights, and values of several returns together."""

import pytest

import udfs


@pytest.mark.parametrize(
    ("parts", "total", "tol", "verdict"),
    [
        ([60, 50], 100, None, "差额+10"),
        ([60, None, "—", 40], 100, None, "OK"),
        ([0.1, 0.2], 0.3, None, "OK"),
        ([0.1 + 0.2], 0.3, None, "OK"),
        ([33.33, 33.33, 33.33], 100, 0.01, "OK"),
        ([33.33, 33.33, 33.32], 100, 0.01, "差额-0.02"),
        (["6000万元", "0.4亿元"], "1亿元", None, "OK"),
        (["53.45%", "46.55%"], "100%", None, "OK"),
        ([None, None], None, None, ""),
        ([60, "待定"], 100, None, "⚠无法识别:待定"),
        ([60, 40], "待定", None, "⚠无法识别:待定"),
        (["1小时"], "1天", None, "⚠单位不一致:小时、天"),
    ],
)
def test_parts_are_held_against_their_total(parts: list, total: object, tol: object, verdict: str):
    assert udfs.JX_SUM_CHECK(parts, total, tol) == verdict


@pytest.mark.parametrize(
    ("part", "whole", "printed", "verdict"),
    [
        (22.5, 29.1, 0.78, "舍入可解释"),
        (22.5, 29.1, 78, "舍入可解释"),
        ("22.50", "29.10", "78%", "不符"),
        ("22.5亿元", "29.1亿元", "78%", "舍入可解释"),
        ("22.5亿元", "291000万元", "78%", "不符"),
        (136, 143, "95.1%", "OK"),
        (1, 0, "5%", "—"),
        (1, 5, None, ""),
    ],
)
def test_a_printed_share_is_judged(part: object, whole: object, printed: object, verdict: str):
    assert udfs.JX_SHARE_CHECK(part, whole, printed) == verdict


BLOCKS = ["产出指标（50分）", None, "效益指标", "满意度指标"]


@pytest.mark.parametrize(
    ("level1", "weights", "verdict"),
    [
        (BLOCKS, [20, 30, 30, 10], "OK"),
        ([*BLOCKS, "预算执行率"], [20, 30, 30, 10, 10], "OK"),
        ([*BLOCKS, "预算执行率"], [20, 30, 30, 10, 20], "预算执行率20≠10"),
        (["产出", "效果指标", "服务对象满意度"], [50, 30, 10], "OK"),
        (BLOCKS, ["20分", "30分", 30, None], "满意度指标0≠10"),
        ([*BLOCKS, "成本指标"], [20, 30, 30, 10, 5], "方案外：成本指标5"),
        ([None, "效益指标"], [50, 30], "产出指标0≠50；满意度指标0≠10；方案外：未注明一级指标50"),
        (["#REF!", "效益指标"], [50, 30], "⚠无法识别:#REF!"),
    ],
)
def test_weights_are_held_against_the_scheme(level1: list, weights: list, verdict: str):
    assert udfs.JX_WEIGHT_CHECK(level1, weights) == verdict


def test_the_scheme_is_the_templates():
    scheme = [["投入", 20], ["过程指标", 80], [None, None]]
    answers = (
        udfs.JX_WEIGHT_CHECK(["投入指标", "过程指标"], [20, 80], scheme),
        udfs.JX_WEIGHT_CHECK(["投入指标", "过程指标"], [30, 70], scheme),
        udfs.JX_WEIGHT_CHECK(["投入指标"], [20], [["投入", "若干"]]),
        udfs.JX_WEIGHT_CHECK(["投入指标"], [20], [["投入"]]),
    )
    assert answers == (
        "OK",
        "投入30≠20；过程指标70≠80",
        "⚠无法识别:若干",
        "⚠方案应为名称、分值两列:投入",
    )


@pytest.mark.parametrize(
    ("values", "funds", "kind", "answer"),
    [
        (["90%", "100%"], [100, 300], "相对值", 0.975),
        (["90%", None, "100%"], [100, 999, 300], "rate", 0.975),
        (["90%", "100%"], [100, None], "rate", "缺资金"),
        (["90%", "100%"], ["1亿元", "30000万元"], "rate", 0.975),
        ([138, "—", 12], None, "abs", 150),
        ([138, 12], None, "rate", "缺资金"),
        ([None, None], [1, 2], "rate", ""),
        ([None, None], [1, 2], "abs", ""),
        ([1, 2], [5, -5], "rate", "—"),
        ([1, "待定"], [1, 1], "abs", "⚠无法识别:待定"),
        ([1, 2], [1, 1], "平均", "⚠无法识别:平均"),
        ([[1], [2], [None]], [[1], [3], [None]], "rate", 1.75),
    ],
)
def test_returns_are_consolidated_by_kind(values: list, funds: object, kind: str, answer: object):
    assert udfs.JX_AGG(values, funds, kind) == answer
