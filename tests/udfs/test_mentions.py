"""Amounts in narratives, held against figures; the sentences are those of published reports."""

from decimal import Decimal

import pytest

import udfs
from udfs.amounts import Quantity
from udfs.mentions import agreement, mentions

REPORT = (
    "1. 强化收入征管。全市1-9月份完成一般公共预算收入1514.78亿元，增长16%，为预期数的89.9%；"
    "其中税收收入1400.35亿元，占比92.45%。2. 截至目前已新设立子基金9家 ；3.9月份召开第三次会议。"
)
SPENDING = "市本级9月份一般公共预算支出29.1亿元，其中用于民生支出22.5亿元，占比78%。"
HALF_YEAR = "截至 6 月底,已发行新增债券 132.69 亿元,并垫付提前到位 70.3 亿元资金,缴款1,816.57万人次"


def said(text: str, word: str = "") -> str:
    """Return the mentions in a line that can be read."""
    return " ".join(f"{m.number}{m.unit}" for m in mentions(text, word))


@pytest.mark.parametrize(
    ("text", "word", "amounts"),
    [
        (REPORT, "", "1514.78亿元 16% 89.9% 1400.35亿元 92.45% 9家"),
        (REPORT, "一般公共预算收入", "1514.78亿元 16% 89.9%"),
        (REPORT, "税收 收入", "1400.35亿元 92.45%"),
        (REPORT, "子基金", "9家"),
        (SPENDING, "一般公共预算支出", "29.1亿元"),
        (SPENDING, "民生支出", "22.5亿元 78%"),
        (SPENDING, "土地出让", ""),
        (HALF_YEAR, "", "132.69亿元 70.3亿元 1816.57万人次"),
        ("安排专项资金18亿元支持三名工程", "三名工程", "18亿元"),
        ("2021年12月完成，第3季度，9个月，38.5", "", ""),
        ("①完成投资1.5亿元；②下达2亿元", "", "1.5亿元 2亿元"),
        ("压减比例达到 10%", "压减", "10%"),
    ],
)
def test_amounts_are_found_for_a_word(text: str, word: str, amounts: str):
    assert said(text, word) == amounts


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("1-9月全市八项支出947.03亿元", "1-9月"),
        ("截至 6 月底,已发行 132.69 亿元", "6月底"),
        ("上半年支出3322万元", "上半年"),
        ("2021年二季度支出3322万元", "2021年二季度"),
        ("2021 年提前批新增债券 248 亿元", "2021年"),
        ("9月份支出。累计3322万元", ""),
        ("支出3322万元", ""),
    ],
)
def test_an_amount_carries_its_period(text: str, period: str):
    assert [mention.period for mention in mentions(text)] == [period]


def test_a_column_of_narratives_is_answered_row_by_row():
    answer = udfs.JX_MENTION([["支出29.1亿元，增长11.2%"], [None], ["按计划推进"]], "支出")
    assert answer == [
        [29.1, "亿元", "", 0.112, "%", ""],
        ["", "", "", "", "", ""],
        ["未提及", "", "", "", "", ""],
    ]


@pytest.mark.parametrize(
    ("number", "unit", "verdict"),
    [
        (947.03, "亿元", "相符"),
        (9470312.45, "万元", "相符"),
        ("947.03亿元", None, "相符"),
        (947.03, None, "相符"),
        (947, "亿元", "舍入可解释"),
        (946, "亿元", "不符"),
        (0.1538, None, "相符"),
        (15.38, "%", "相符"),
        ("15.4%", None, "舍入可解释"),
        (0.1523, "%", "不符"),
        (38, "人", "未提及"),
        ("—", "亿元", ""),
        ("待定", "亿元", "⚠无法识别:待定"),
    ],
)
def test_a_figure_is_held_against_the_text(number: object, unit: object, verdict: str):
    text = "1-9月全市八项支出947.03亿元，同比增长15.38%"
    assert udfs.JX_SAME(text, number, unit) == verdict


def test_amounts_of_different_kinds_have_no_verdict():
    mention = mentions("缴款816.57万人次")[0]
    assert agreement(mention, Quantity(Decimal(8), "亿元")) is None
