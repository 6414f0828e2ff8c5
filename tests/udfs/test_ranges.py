"""Ranges in, ranges of the same shape out; scalars broadcast as Excel does."""

import time

import pytest

import udfs
from udfs.registry import FUNCTIONS, Function, Shape

udfs.functions()
CELLWISE = [
    entry for entry in FUNCTIONS.values() if entry.cellwise and entry.shape is not Shape.ROW
]


@pytest.mark.parametrize("entry", CELLWISE, ids=lambda entry: entry.name)
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 3), (3, 1), (2, 2)])
def test_a_function_of_cells_answers_every_cell(entry: Function, rows: int, columns: int):
    first, *others = entry.examples[0].args
    block = [[first] * columns for _ in range(rows)]
    answer = getattr(udfs, entry.name)(block, *others, **entry.examples[0].kwargs)
    assert answer == [[entry.examples[0].expected] * columns for _ in range(rows)]


def test_a_row_and_a_column_make_a_block():
    assert udfs.JX_SHARE([[1], [2]], [[4, 8]]) == [[0.25, 0.125], [0.5, 0.25]]


def test_a_flat_list_is_a_row():
    assert udfs.JX_SHARE([1, 2], 4) == [0.25, 0.5]


def test_what_has_no_partner_says_so():
    answer = udfs.JX_SHARE([[1], [2], [3]], [[4], [4]])
    assert answer == [[0.25], [0.5], ["⚠区域大小不一致:2行1列"]]


def test_what_has_no_partner_to_the_right_says_so():
    answer = udfs.JX_SHARE([[1, 2, 3]], [[4, 4]])
    assert answer == [[0.25, 0.5, "⚠区域大小不一致:1行2列"]]


def test_ranges_that_end_at_different_rows_meet_blanks():
    assert udfs.JX_SHARE([[1], [2], [None]], [[4], [None], [None]]) == [[0.25], [""], [""]]


def test_below_a_short_range_a_long_one_has_no_partner():
    """The rows below both are not given the answer of the last row that has one."""
    amounts, digits = [[1.25], [2.25]], [[1], [None], [None], [None]]
    misfit = ["⚠区域大小不一致:2行1列"]
    assert udfs.JX_ROUND(amounts, digits) == [[1.3], [2.25], misfit, misfit]


def test_blanks_at_the_end_of_a_short_range_are_blanks():
    amounts, digits = [[1.25], [None], [None]], [[1], [1], [1], [1]]
    answer = udfs.JX_ROUND(amounts, digits)
    assert answer == [[1.3], [""], [""], ["⚠区域大小不一致:3行1列"]]


@pytest.mark.parametrize("blank", [None, ""])
def test_a_whole_column_keeps_its_shape(blank: object):
    column = [[1], [3], *[[blank]] * 9_998]
    answer = udfs.JX_SHARES(column)
    assert (answer[:3], len(answer), answer[-1]) == ([[0.25], [0.75], [""]], 10_000, [""])


def test_blank_rows_at_the_end_cost_next_to_nothing():
    """A full column against its used part: the answer itself is all that may take time."""
    column = [[1.5]] * 500 + [[None] for _ in range(1_048_076)]
    started = time.perf_counter()
    udfs.JX_NUM(column)
    per_cell = (time.perf_counter() - started) / len(column)
    assert per_cell < 1e-6


def test_a_table_of_departments_is_answered_row_by_row():
    months = [[10, 20, 30], [5, None, 5], [None, None, None]]
    assert udfs.JX_CUM(months, 3) == [[60], ["缺2月"], [""]]


def test_each_row_may_have_a_month_of_its_own():
    assert udfs.JX_CUM([[10, 20, 30], [5, 5, 5]], [[3], ["1-2月"]]) == [[60], [10]]


def test_one_series_may_be_asked_for_several_months():
    assert udfs.JX_CUM([10, 20, 30], [[1, 2, 3]]) == [[10, 30, 60]]


def test_a_block_of_plans_is_checked_row_by_row():
    plans = [[25, 50, 75, 100], [25, 50, 75, 90]]
    assert udfs.JX_PLAN_CHECK(plans) == [["OK"], ["末期≠100%"]]


@pytest.mark.parametrize(
    ("total", "answer"),
    [
        (10, "OK"),
        ([[3], [7]], [["OK"], ["OK"]]),
        ([[4, 6]], [["OK", "OK"]]),
        ([[3], [8]], [["OK"], ["差额-1"]]),
    ],
)
def test_parts_are_summed_the_way_their_total_lies(total: object, answer: object):
    assert udfs.JX_SUM_CHECK([[1, 2], [3, 4]], total) == answer


def test_targets_down_a_column_are_taken_apart_side_by_side():
    answer = udfs.JX_TARGET([["≥95%"], ["#REF!"], [None]])
    assert answer == [
        [">=", 0.95, "%", "num"],
        ["⚠无法识别:#REF!", "", "", ""],
        ["", "", "", "blank"],
    ]


def test_targets_along_a_row_stay_on_it():
    assert udfs.JX_TARGET(["6人", "好"]) == ["=", 6, "人", "num", "", "", "好", "qual"]


def test_shares_of_a_block_are_of_the_whole_block():
    assert udfs.JX_SHARES([[1, 1], [2, None]]) == [[0.25, 0.25], [0.5, ""]]


def test_shares_of_one_cell_are_all_of_it():
    assert (udfs.JX_SHARES(5), udfs.JX_SHARES([[5]])) == (1, [[1]])


def test_a_wrong_argument_of_a_range_is_told_in_every_cell():
    assert udfs.JX_SHARES([1, 3], "两位") == ["⚠无法识别:两位"] * 2
