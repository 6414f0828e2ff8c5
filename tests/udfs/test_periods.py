"""Months, cumulative sums and flows."""

import pytest

import udfs
from tests.udfs.support.tables import table


@pytest.mark.parametrize(
    ("label", "month"),
    table("""| label               | month |
             | 1-9月               | 9     |
             | 1—9月累计           | 9     |
             | 1至9月              | 9     |
             | 9月份               | 9     |
             | 截至6月底           | 6     |
             | 2021 年 12 月       | 12    |
             | 九月                | 9     |
             | 十一月              | 11    |
             | 元月                | 1     |
             | 前三季度            | 9     |
             | 第2季度             | 6     |
             | 4季度               | 12    |
             | Q3                  | 9     |
             | 上半年              | 6     |
             | 半年                | 6     |
             | 下半年              | 12    |
             | 全年                | 12    |
             | 2022年度            | 12    |
             | 2022年              | 12    |
             | 2021-09             | 9     |
             | 2021/9/30           | 9     |
             | 2024-09-30 00:00:00 | 9     |
             | 2024.09             | 9     |
             | 202409              | 9     |
             | 20240930            | 9     |
             | 1-9                 | 9     |
             | 13月                | 13    |
             | 整理期              | 13    |
             | 45565               | 9     |"""),
)
def test_a_label_names_its_last_month(label: str, month: str):
    assert udfs.JX_MONTH(label) == int(month)


@pytest.mark.parametrize("label", ["预算数", "14月", "0", "9.5", 0, 14, -1, "8493.53"])
def test_what_names_no_month_is_refused(label: object):
    assert udfs.JX_MONTH(label) == f"⚠无法识别:{label}"


@pytest.mark.parametrize(
    ("month", "start", "end", "share"),
    [
        (0, None, None, 0),
        (6, None, None, 0.5),
        (3, 4, 9, 0),
        (9, 4, 9, 1),
        (13, 1, 12, 1),
        (6, 4, 9, 0.5),
    ],
)
def test_the_calendar_of_a_project(month: int, start: int, end: int, share: float):
    assert udfs.JX_TIME(month, start, end) == share


def test_a_window_cannot_end_before_it_starts():
    assert udfs.JX_TIME(6, 10, 3) == "⚠起止月份颠倒:10-3"


@pytest.mark.parametrize(
    ("months", "upto", "answer"),
    [
        ([None, 2, 3], 3, "缺1月"),
        ([1, None, None, 4], 4, "缺2月"),
        ([1, 2, 3, 4], 9, "缺5月"),
        ([None] * 12, 9, ""),
        ([1, 2, "（3）", None], 3, 0),
        ([1, 2, "待定"], 3, "⚠无法识别:待定"),
        ([1, 2, "待定"], 2, 3),
        (["1亿元", "5000万元"], 2, 1.5),
        ([0.1] * 3, 3, 0.3),
    ],
)
def test_months_are_summed_or_the_gap_is_named(months: list, upto: int, answer: object):
    assert udfs.JX_CUM(months, upto) == answer


@pytest.mark.parametrize(
    ("cum", "prev", "month", "answer"),
    [
        (80, 100, 5, -20),
        ("1.5亿元", "5000万元", 5, 1),
        (None, 100, 5, ""),
        (100, "待定", 5, "⚠无法识别:待定"),
        (100, "待定", 1, 100),
        (947.03, 833.46, "1-9月", 113.57),
    ],
)
def test_a_flow_is_the_step_between_two_sums(
    cum: object, prev: object, month: object, answer: object
):
    assert udfs.JX_FLOW(cum, prev, month) == answer
