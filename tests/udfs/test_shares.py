"""Shares that add up, and named rates."""

from decimal import Decimal

import pytest

import udfs
from udfs.shares import RATES, ratio_verdict, shares


def test_of_two_equals_the_earlier_row_gets_the_odd_unit():
    assert udfs.JX_SHARES([1, 1, 1], 0) == [0.34, 0.33, 0.33]


def test_with_a_negative_part_every_share_is_simply_rounded():
    assert udfs.JX_SHARES([-1, 2, 2], 0) == [-0.33, 0.67, 0.67]


@pytest.mark.parametrize("parts", [[0, 0], [-5, 3], [5, -5]])
def test_parts_of_no_total_have_no_share(parts: list[int]):
    assert udfs.JX_SHARES(parts) == ["—", "—"]
    assert shares([Decimal(part) for part in parts], 2) == [None, None]


def test_parts_in_different_units_are_brought_together():
    assert udfs.JX_SHARES(["1亿元", "30000万元"]) == [0.25, 0.75]


def test_text_among_the_parts_does_not_hide_the_others():
    assert udfs.JX_SHARES([1, "待定", 3]) == [0.25, "⚠无法识别:待定", 0.75]


@pytest.mark.parametrize(
    ("digits", "share"), [(-2, 1), (-1, 0.7), (0, 0.67), (3, 0.66667), (9, 2 / 3)]
)
def test_any_number_of_digits_will_do(digits: int, share: float):
    assert udfs.JX_SHARES([2, 1], digits)[0] == pytest.approx(share, abs=1e-11)


@pytest.mark.parametrize(
    ("part", "whole", "printed", "verdict"),
    [
        ("22.5", "29.1", "0.77", "相符"),
        ("22.5", "29.1", "0.78", "舍入可解释"),
        ("22.5", "29.1", "0.79", "不符"),
        ("22.50", "29.10", "0.78", "不符"),
        ("-22.5", "29.1", "-0.78", "舍入可解释"),
        ("22.5", "0.3", "75.0", "相符"),
        ("1", "0", "5.0", "舍入可解释"),
        ("90", "100", "0.9", "相符"),
    ],
)
def test_a_printed_ratio_is_judged_by_its_literals(
    part: str, whole: str, printed: str, verdict: str
):
    assert ratio_verdict(Decimal(part), Decimal(whole), Decimal(printed)) == verdict


def test_a_cumulative_share_ends_at_one():
    assert udfs.JX_RANK_SHARE([[5], ["—"], [30], [10], [5]]) == [[0.9], [""], [0.6], [0.8], [1]]


def test_no_total_no_cumulative_share():
    assert udfs.JX_RANK_SHARE([0, "待定"]) == ["—", "⚠无法识别:待定"]


@pytest.mark.parametrize("name", [rate[0] for rate in RATES])
def test_a_named_rate_is_a_ratio(name: str):
    rate = getattr(udfs, name)
    assert (rate(1, 3, 4), rate(0, 0), rate(1, -1), rate("", 3)) == (0.3333, "—", "—", "")


def test_an_adjustment_counts_up_and_down():
    assert udfs.JX_ADJUST_RATE([[100], [100]], [[110], [90]]) == [[0.1], [0.1]]
