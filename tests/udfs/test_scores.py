"""Points, tiers and grades."""

import pytest

import udfs


@pytest.mark.parametrize(
    ("target", "actual", "score"),
    [
        ("≥150", 138, 9.2),
        (">150", 150, 10),
        (">0", 0, 0),
        ("<0", 0, 0),
        ("≥150", 300, 10),
        ("≥150", -3, 0),
        ("≤48小时", 48, 10),
        ("≤48小时", "60小时", 8),
        ("≤48小时", 0, 10),
        ("<5%", "10%", 5),
        ("=6人", 7, 10),
        ("=0起", 0, 10),
        ("=0起", 3, 0),
        ("≤0", 2, 0),
        ("≤0", -0.2, 10),
        ("≥0", -1, 0),
        ("≥-5%", "-3%", 10),
        ("≥-5%", "-8%", 0),
        ("≥10亿元", "60000万元", 6),
        ("≥10亿元", 6, 6),
        ("≤2天", "12小时", "⚠单位不一致:小时、天"),
        ("≥预算控制数", 5, "⚠缺参照值:预算控制数"),
        ("有效提高", "明显提高", "定性"),
        ("有效提高", None, ""),
        ("≥150", "—", ""),
        ("≥150", "已完成", "⚠无法识别:已完成"),
        ("", 5, ""),
    ],
)
def test_an_indicator_earns_points(target: object, actual: object, score: object):
    assert udfs.JX_SCORE(target, actual, 10) == score


@pytest.mark.parametrize(
    ("target", "actual", "score"),
    [
        ("≥95%", "90%", 9.47),
        ("≥95%", 90, 9.47),
        ("≥95%", 0.9, 9.47),
        ("≥100%", 1.115, 10),
        ("≥100%", 1, 10),
        ("≥1%", 0.5, 10),
        ("≥1%", 1.5, 10),
        ("≥95", "90%", 9.47),
        (0.95, "90%", 9.47),
        ("≥95%", "90个", "⚠无法识别:90个"),
    ],
)
def test_percentages_and_points_are_reconciled(target: object, actual: object, score: object):
    assert udfs.JX_SCORE(target, actual, 10) == score


@pytest.mark.parametrize(
    ("weight", "score"), [("8分", 7.36), (0, 0), (-5, "⚠无法识别:-5"), (None, "")]
)
def test_points_come_from_the_weight(weight: object, score: object):
    assert udfs.JX_SCORE("≥150", 138, weight) == score


def test_a_rounded_score_is_never_above_its_weight():
    assert udfs.JX_SCORE("≥1", 1, 3.336) == 3.336


@pytest.mark.parametrize(
    ("target", "actual", "deviation"),
    [
        ("≤48小时", 60, 0.25),
        ("≥-5%", "-3%", 0.4),
        ("0", 5, "—"),
        ("有效提高", 5, "定性"),
        ("", 5, ""),
        ("≥95%", 100, 0.0526),
    ],
)
def test_a_deviation_is_from_the_target(target: object, actual: object, deviation: object):
    assert udfs.JX_DEVIATION(target, actual) == deviation


@pytest.mark.parametrize(
    ("executed", "budget", "score"),
    [
        (9034, 20000, 4.52),
        (-1, 10, 0),
        (1, 0, "—"),
        (1, -5, "—"),
        ("1亿元", "20000万元", 5),
        (None, 5, ""),
    ],
)
def test_spending_earns_points(executed: object, budget: object, score: object):
    assert udfs.JX_SCORE_EXEC(executed, budget) == score


@pytest.mark.parametrize(
    ("level", "position", "score"),
    [
        (1, None, 10),
        ("1", 0, 8),
        (2, 0.5, 7),
        ("未达成预期指标且效果较差", 1, 6),
        ("基本达成预期指标", "50%", 9),
        (4, 1, "⚠无法识别:4"),
        (1, 2, "⚠无法识别:2"),
    ],
)
def test_words_earn_points_by_bands(level: object, position: object, score: object):
    assert udfs.JX_SCORE_QUAL(level, 10, position) == score


@pytest.mark.parametrize(
    ("edges", "score"),
    [
        ([1, 0.8, 0.5, 0], 8),
        (["100%", "80%", "50%", "0%"], 8),
        ([100, 80, 50, 0], 8),
        ([[1], [0.9], [0.6], [0]], 9),
        ([1, 0.8, 0.6], "⚠界线应为四个递减的比例:1、0.8、0.6"),
        ([1, 0.6, 0.8, 0], "⚠界线应为四个递减的比例:1、0.6、0.8、0"),
    ],
)
def test_the_edges_of_bands_are_the_templates(edges: list, score: object):
    assert udfs.JX_SCORE_QUAL(2, 10, edges=edges) == score


@pytest.mark.parametrize(
    ("args", "score"),
    [
        ((98.31, 0, 1, 0.8, 8), 0),
        ((2.5, 0, 1, 0.5, 8), 6.5),
        ((2.5, 0, 1, 0.5, 8, "<=", False), 7),
        ((2.5, 0, 1, 0.5, 8, "≤", "否"), 7),
        ((2, 0, 1, 0.5, 8, None, None), 7),
        ((-5, 0, 1, 0.5, 8), 8),
        (("95.1%", "100%", 1, 0.5, 8, "不低于"), 5.5),
        ((0.951, "100%", 1, 0.5, 8, ">="), 5.5),
        ((2, 0, 0, 0.5, 8), "⚠无法识别:0"),
        ((2, 0, 1, -0.5, 8), "⚠无法识别:-0.5"),
        ((2, 0, 1, 0.5, 8, "<=", "也许"), "⚠无法识别:也许"),
    ],
)
def test_every_step_beyond_the_limit_costs_points(args: tuple, score: object):
    assert udfs.JX_SCORE_STEP(*args) == score


CONTROL = [[0, 8], [10, 6], [20, 4], [30, 2], [None, 0]]


@pytest.mark.parametrize(
    ("value", "points"),
    [
        (0, 8),
        (0.01, 6),
        (10, 6),
        (10.01, 4),
        (30, 2),
        (39.9, 0),
        ("39.9%", 0),
        ("5%", 6),
        (None, ""),
    ],
)
def test_a_tier_ends_with_its_upper_bound(value: object, points: object):
    assert udfs.JX_TIER(value, CONTROL) == points


@pytest.mark.parametrize(
    ("table", "value", "points"),
    [
        ([[0, 0, 8], [0, 10, 6], [10, None, 4]], 0, 8),
        ([[0, 0, 8], [0, 10, 6], [10, None, 4]], 10, 6),
        ([[0, 0, 8], [0, 10, 6], [10, None, 4]], 10.5, 4),
        ([[0, 0, 8], [0, 10, 6]], 11, "—"),
        ([["≥90%", 10], ["≥80%", 8], [None, 0]], 0.85, 8),
        ([["≥90%", 10], ["≥80%", 8], [None, 0]], 85, 8),
        ([["(0%,10%]", 6], ["(10%,20%)", 4], ["[20%,30%]", 2]], "20%", 2),
        ([["<60", "差"], ["≥60", "合格"]], 60, "合格"),
        ([[0.1, 6], [0.2, 4]], "15%", 4),
        ([["较好", 6]], 5, "⚠无法识别:较好"),
        ([[1, 2, 3, 4]], 5, "⚠档次表应为两列或三列:4列"),
    ],
)
def test_tables_of_tiers_are_written_in_many_ways(table: list, value: object, points: object):
    assert udfs.JX_TIER(value, table) == points


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        (100, "优"),
        (90, "优"),
        (89.99, "良"),
        (80, "良"),
        (79.995, "中"),
        (60, "中"),
        (59.9, "差"),
        (0, "差"),
    ],
)
def test_a_total_is_graded_without_rounding_up(score: float, grade: str):
    assert udfs.JX_GRADE(score) == grade


@pytest.mark.parametrize("score", [-0.5, 100.5])
def test_a_total_outside_the_scale_is_no_grade(score: float):
    assert udfs.JX_GRADE(score) == f"⚠超出0-100:{score}"
