"""What people really leave in cells, through every function."""

import datetime as dt
import math
from decimal import Decimal

import pytest

import udfs
from udfs.registry import FUNCTIONS, Function

udfs.functions()
BLANKS = [None, "", "\u3000", "\u00a0", "-", "—", "－", "/", "／", "无", "——", "\u200b"]
ERRORS = ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?"]
A_DAY = dt.datetime(2024, 9, 30)  # noqa: DTZ001 (Excel's dates have no zone)
ODD = [
    *(Decimal("sNaN"), Decimal("NaN"), Decimal("-Infinity")),
    *(True, False, A_DAY, A_DAY.date(), 45565.0, 1e15, 1e308, -1e308, math.inf, math.nan, 5e-324),
    *(10**400, "１，２３４．５", "80%", "８０％", "0.00%", "-0%", "（5）", "1" * 400, "9e999"),
    *("预算数", "13月", "整理期", "=cmd|' /C calc'!A0", "@SUM(1)", "①", "½", "\ud800"),
    *([], [[]], [[], [1]], [[1, 2], [3]], [None] * 3, (1, 2), [[[1]]], {"a": 1}, object(), b"1"),
]
each_function = pytest.mark.parametrize("entry", [*FUNCTIONS.values()], ids=lambda one: one.name)
# These answer something about a blank, instead of nothing.
ABOUT_BLANKS = {"JX_TARGET", "JX_PLAN_CHECK", "JX_SUM_CHECK", "JX_WEIGHT_CHECK"}
SILENT = [entry for entry in FUNCTIONS.values() if entry.name not in ABOUT_BLANKS]


@pytest.mark.parametrize("entry", SILENT, ids=lambda one: one.name)
@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
def test_a_blank_is_never_zero(entry: Function, blank: object):
    assert with_first(entry, blank) in ("", [""])


@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
def test_what_speaks_of_blanks_says_what_is_missing(blank: object):
    answers = (
        udfs.JX_TARGET(blank),
        udfs.JX_PLAN_CHECK([blank] * 4),
        udfs.JX_SUM_CHECK([25, 75], blank),
        udfs.JX_SUM_CHECK([blank] * 2, 100),
        udfs.JX_WEIGHT_CHECK([blank], [blank]),
    )
    assert answers == (["", "", "", "blank"], "未填", "缺合计", "差额-100", "")


@each_function
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_of_excel_is_seen(entry: Function, error: str):
    answer = with_first(entry, error)
    shown = answer[0] if isinstance(answer, list) else answer
    assert shown == f"⚠无法识别:{error}"


@each_function
def test_a_boolean_is_no_number(entry: Function):
    answer = with_first(entry, value=True)
    shown = answer[0] if isinstance(answer, list) else answer
    assert shown == "⚠无法识别:TRUE"


@each_function
@pytest.mark.parametrize("value", ODD, ids=lambda value: ascii(value)[:20])
def test_nothing_odd_makes_a_function_raise(entry: Function, value: object):
    for place in range(len(entry.arguments)):
        args = list(entry.examples[0].args)
        args += [None] * (len(entry.arguments) - len(args))
        args[place] = value
        assert is_showable(getattr(udfs, entry.name)(*args))


def with_first(entry: Function, value: object) -> object:
    """Return the answer of an example whose first argument is replaced."""
    first = entry.examples[0]
    args = [value, *first.args[1:]]
    return getattr(udfs, entry.name)(*args, **first.kwargs)


def is_showable(answer: object) -> bool:
    """Say whether Excel can show an answer."""
    if isinstance(answer, list):
        return all(map(is_showable, answer))
    if isinstance(answer, float):
        return math.isfinite(answer)
    return (
        isinstance(answer, str | int) and not isinstance(answer, bool) and len(str(answer)) <= 255
    )


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("８０％", 0.8),
        ("80%", 0.8),
        (0.8, 0.8),
        (0, 0),
        ("0.00%", 0),
        ("-0%", 0),
        ("（1,234.5）", -1234.5),
        ("−5", -5),
        (1e15, 1e15),
        (45565.0, 45565),
        ("'0301", 301),
        ("1,724.79万元", 1724.79),
        ("¥1,200.00", 1200),
        ("1 2", "⚠无法识别:1 2"),
        ("12,34", "⚠无法识别:12,34"),
        ("95%以上", "⚠无法识别:95%以上"),
        (A_DAY, "⚠无法识别:2024-09-30"),
    ],
)
def test_a_cell_reads_as_people_mean_it(cell: object, number: object):
    assert udfs.JX_NUM(cell) == number


def test_a_range_with_a_heading_shows_it_and_goes_on():
    column = [["预算数"], [25], [None], [75]]
    assert udfs.JX_SHARES(column) == [["⚠无法识别:预算数"], [0.25], [""], [0.75]]


def test_a_heading_among_parts_of_a_total_is_not_passed_over():
    assert udfs.JX_SUM_CHECK([["预算数"], [25]], 25) == "⚠无法识别:预算数"


def test_a_merged_block_holds_its_value_at_the_top():
    blocks = [["产出指标"], [None], ["效益指标"], ["满意度指标"]]
    assert udfs.JX_WEIGHT_CHECK(blocks, [[25], [25], [30], [10]]) == "OK"


def test_the_closing_period_is_a_thirteenth_month():
    months = [*[10] * 12, 5]
    found = (udfs.JX_CUM(months, "12月"), udfs.JX_CUM(months, "整理期"), udfs.JX_TIME("整理期"))
    assert found == (120, 125, 1)


def test_a_new_years_file_does_not_subtract_last_december():
    assert udfs.JX_FLOW([30, 80], [1200, 30], [1, 2]) == [30, 50]


def test_the_cell_left_of_january_may_hold_a_name():
    assert udfs.JX_FLOW(30, "市财政局", 1) == 30


def test_a_long_text_is_shown_shortened():
    assert len(udfs.JX_NUM("绩效" * 500)) < 100
