"""BOUNDS, LENGTH, DIGITS: an answer keeps within what the form allows."""

import pytest

from tests.check.forms import found

PLAN = "fields: {plan: {label: 6月底, type: points, min: 0, max: 100}}"
BUDGET = "fields: {budget: {label: 预算数, type: amount, min: 0, max: 1000}}"
PURPOSE = "fields: {purpose: {label: 用途, type: text, max_length: 5}}"


@pytest.mark.parametrize("plan", ["0", "100", "100.00", "100%"])
def test_the_bounds_themselves_are_allowed(plan: str):
    assert found(PLAN, {"plan": plan}) == []


def test_a_number_above_the_greatest_is_found_in_the_cells_own_measure():
    assert found(PLAN, {"plan": "120"}, "BOUNDS") == ["“6月底”填的是 120%，不应大于 100%。"]
    assert found(BUDGET, {"budget": "1000.5"}, "BOUNDS") == [
        "“预算数”填的是 1000.5 万元，不应大于 1000 万元。"
    ]


def test_a_negative_number_is_found_where_zero_is_the_least():
    assert found(BUDGET, {"budget": "-3"}, "BOUNDS") == ["“预算数”填的是 -3 万元，不应为负数。"]


def test_a_text_longer_than_allowed_is_found_with_both_lengths():
    assert found(PURPOSE, {"purpose": "办公楼取暖费"}) == ["“用途”写了 6 个字，最多 5 个字。"]


def test_a_text_of_exactly_the_allowed_length_is_fine():
    assert found(PURPOSE, {"purpose": "取暖费用等"}) == []


def test_more_decimals_than_an_amount_shows_are_mentioned():
    assert found(BUDGET, {"budget": "12.05262"}, "DIGITS") == [
        "“预算数”填的是 12.05262 万元，小数多于 2 位，表上只显示 12.05。"
    ]


def test_what_binary_numbers_leave_behind_is_no_decimal():
    assert found(BUDGET, {"budget": "724.7900000000001"}) == []
