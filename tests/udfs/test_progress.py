"""Progress against target, calendar, plan and last year; estimates for the year."""

import pytest

import udfs


@pytest.mark.parametrize(
    ("cum", "target", "rate"),
    [
        (589.1, 500, 1.1782),
        ("6.69亿", "60000万元", 1.115),
        (0, 5, 0),
        (5, -1, "—"),
        (5, "待定", "⚠无法识别:待定"),
        (5, "—", ""),
    ],
)
def test_progress_is_not_capped_and_knows_units(cum: object, target: object, rate: object):
    assert udfs.JX_PROGRESS(cum, target) == rate


def test_a_gap_speaks_of_rates_as_fractions():
    assert udfs.JX_GAP([[1.115], ["77.69%"]], 9, 4) == [[0.365], [0.0269]]


@pytest.mark.parametrize(
    ("month", "plan", "how", "share"),
    [
        (9, ["25%", "50%", None, "100%"], "step", 0.5),
        (1, [25, 50, 75, 100], "linear", 0.25 / 3),
        (12, [25, 50, 75, 100], "linear", 1),
        ("整理期", [25, 50, 75, 100], "linear", 1),
        (8, [0, 0, None, 100], "step", 0),
        (8, [None] * 4, "step", ""),
        (8, [25, 50, 75, 100], "curve", "⚠无法识别:curve"),
    ],
)
def test_a_plan_is_read_at_a_month(month: object, plan: list, how: str, share: object):
    assert udfs.JX_PLAN_AT(month, plan, how=how) == pytest.approx(share)


def test_a_plan_may_have_nodes_of_its_own():
    assert udfs.JX_PLAN_AT(7, [40, 100], ["6月底", "12月底"]) == 0.4


def test_every_planned_value_needs_a_month():
    assert udfs.JX_PLAN_AT(7, [20, 40, 100], [6, 12]) == "⚠节点缺月份:3个计划数"


@pytest.mark.parametrize(
    ("plan", "verdict"),
    [
        ([50, 25, 75, 100], "非递增"),
        ([-5, 25, 75, 100], "超出0-100"),
        ([25, 50, 75, 110], "末期≠100%"),
        ([0.25, 0.5, 0.75, 1], "末期≠100%"),
        ([25, "近半", 75, 100], "⚠无法识别:近半"),
        ([[25], [50], [75], [100]], "OK"),
    ],
)
def test_a_plan_is_judged(plan: list, verdict: str):
    assert udfs.JX_PLAN_CHECK(plan) == verdict


@pytest.mark.parametrize(
    ("progress", "plan", "lines", "level"),
    [
        (0.6, 8 / 12, (), "预警"),
        (0.7, 0.75, (), "正常"),
        (0.6, 0.75, (), "预警"),
        (0.5999, 0.75, (), "严重"),
        (0.9, "—", (), "—"),
        ("—", 0.75, (), ""),
        ("60%", "66.67%", (-0.1, -0.2), "正常"),
    ],
)
def test_an_alarm_is_raised_below_its_line(
    progress: object, plan: object, lines: tuple, level: str
):
    assert udfs.JX_ALERT(progress, plan, *lines) == level


@pytest.mark.parametrize(("last", "rate"), [(0, "—"), (-5, "—"), (None, ""), ("80万元", 0.25)])
def test_growth_needs_a_base(last: object, rate: object):
    assert udfs.JX_GROWTH(100, last) == rate
    assert udfs.JX_CHANGE_RATE(100, last) == rate


@pytest.mark.parametrize(("growth", "base"), [("-100%", "—"), (-1.5, "—"), (0.25, 80), ("25%", 80)])
def test_a_base_needs_a_growth_above_minus_one(growth: object, base: object):
    assert udfs.JX_BASE(100, growth) == base


LAST_YEAR = [20, 20, *[16] * 10]


@pytest.mark.parametrize(
    ("months", "upto", "rest", "estimate"),
    [
        ([10, 10, 16], 3, (), 144),
        ([10, 10, 16, 99], "1-3月", ("均速",), 144),
        ([1, 2, 3, 6, 9], 5, ("recent",), 63),
        ([30, 30], 2, ("season", LAST_YEAR), 300),
        ([30, 30], 2, ("season",), "缺上年数"),
        ([30, 30], 2, ("season", [0, 0, *[16] * 10]), "缺上年数"),
        ([10, None, 10], 3, (), "缺2月"),
        ([10] * 13, 13, (), 120),
        ([None] * 3, 3, (), ""),
        ([10, 10, 10, 10, 10, 10, 11], 7, ("average", None, 1), 121.7),
        ([10], 1, ("guess",), "⚠无法识别:guess"),
    ],
)
def test_the_year_is_estimated_by_a_named_method(
    months: list, upto: object, rest: tuple, estimate: object
):
    assert udfs.JX_FORECAST(months, upto, *rest) == estimate
