"""Periods as headers and narratives name them: 1-9月, 二季度, 上半年, 2021 年 12 月."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from udfs.amounts import (
    Quantity,
    Unreadable,
    aligned,
    closed_up,
    is_blank,
    parse_number,
    parse_quantity,
    shown_text,
    total_of,
)
from udfs.arguments import Cell, amount, figures, optional, series, unread
from udfs.natives import MONTH, POINT, unless_blank, unless_wrong
from udfs.registry import Argument, Function, example, register

CLOSING = 13  # 整理期: what is booked to a year after its December

_NUMERALS = {numeral: i for i, numeral in enumerate("一二三四五六七八九十", 1)}
_NUMERALS |= {"十一": 11, "十二": 12, "元": 1}
_COUNT = r"[0-9]{1,2}|十[一二]?|[一二三四五六七八九元]"
_YEAR = r"(?:19|20)[0-9]{2}"
_SERIALS = range(36526, 73051)  # Excel's day numbers from 2000 to 2099


def _count(text: str) -> int:
    return _NUMERALS.get(text) or int(text)


# The first pattern that fits a label decides, by its last occurrence: 1-9月 is about September.
_LABELS: tuple[tuple[re.Pattern[str], Callable[[str], int]], ...] = (
    (re.compile("整理期"), lambda _: CLOSING),
    (re.compile(rf"({_COUNT})个?月"), _count),
    (re.compile(r"([一二三四1-4])季|[Qq]([1-4])"), lambda quarter: 3 * _count(quarter)),
    (re.compile(r"上半年|^半年"), lambda _: 6),
    (re.compile(rf"下半年|全年|年度|年[末底终]|^{_YEAR}年$"), lambda _: 12),
    (re.compile(rf"^{_YEAR}[-/.]?([01]?[0-9])(?:[-/.]?[0-3]?[0-9])?(?: .*)?$"), int),
    (re.compile(r"^[0-9]{1,2}[-—~至到]([0-9]{1,2})$"), int),
)


def month_of(value: object) -> int | None:
    """Return the last month that a period covers; 13 is the 整理期, None a blank cell.

    >>> [month_of(v) for v in ("1-9月", "二季度", "2021 年 12 月", 7.0, 202109, "整理期", " ")]
    [9, 6, 12, 7, 9, 13, None]

    Raises:
        Unreadable: for what names no month.
    """
    if is_blank(value):
        return None
    if isinstance(value, date):
        return value.month
    month = _month_in(value) if isinstance(value, str) else None
    if month is None:
        month = _month_of_number(value)
    if month is None or not 1 <= month <= CLOSING:
        raise Unreadable(shown_text(value))
    return month


@lru_cache(maxsize=1024)
def _month_in(text: str) -> int | None:
    """Return the month that a label names; a form repeats the same few."""
    label = closed_up(text)
    for pattern, month in _LABELS:
        if found := pattern.findall(label):
            return month("".join(found[-1]))
    return None


def _month_of_number(value: object) -> int | None:
    number = parse_number(value)
    if number is None or number != number.to_integral_value():
        return None
    whole = int(number)
    if whole in _SERIALS:
        return (date(1899, 12, 30) + timedelta(whole)).month
    return whole % 100 if 190001 <= whole <= 209912 else whole


PERIOD = "期间与累计"


@register(
    Function(
        name="JX_MONTH",
        category=PERIOD,
        help="取报告期的最后月份：1-9月为9，二季度为6，上半年为6；整理期为13。",
        arguments=(Argument("v", "报告期、表头或日期", month_of),),
        examples=(
            example("1-9月", gives=9, note="月份区间取末月"),
            example("二季度", gives=6, note="季度取末月"),
            example("2021 年 12 月", gives=12, note="完成时限"),
        ),
        source="H18、H21 表头与完成时限栏",
    )
)
def last_month(v: int) -> int:
    """Return a month as it was read."""
    return v


def read_point(value: object) -> int | None:
    """Read a month that progress is measured at; 0 is the beginning of the year."""
    if isinstance(value, Decimal) and value.is_nan():  # a signalling one cannot be compared
        return month_of(value)
    return 0 if value in (0, "0") and value is not False else month_of(value)


def elapsed(month: int, start: int = 1, end: int = 12) -> Decimal:
    """Return the elapsed part of a window of months, from 0 to 1.

    >>> elapsed(9), elapsed(13), elapsed(3, 4, 6)
    (Decimal('0.75'), Decimal('1'), Decimal('0'))

    Raises:
        Unreadable: when the window ends before it starts.
    """
    if end < start:
        raise Unreadable(f"{start}-{end}", "起止月份颠倒")
    done = Decimal(month - start + 1) / (end - start + 1)
    return min(max(done, Decimal(0)), Decimal(1))


register(
    Function(
        name="JX_TIME",
        category=PERIOD,
        help="序时进度：截至月份占全年（或项目起止月份）的比例，限于0至1。",
        arguments=(
            Argument("month", "截至月份，可写 9、1-9月、三季度", read_point),
            Argument("start", "项目开始月份，省略为1", month_of),
            Argument("end", "项目结束月份，省略为12", month_of),
        ),
        examples=(
            example("1-9月", gives=0.75, note="三季度末的序时进度"),
            example(7, gives=0.5833333333333334, note="7月末；要58%请再取舍"),
            example(6, 4, 9, gives=0.5, note="4月开始、9月结束的项目到6月末"),
        ),
        source="序时进度＝截至月份÷12；部分地区按58%等取整后比较，取舍由表样决定",
        native=unless_wrong(
            unless_blank(
                'IF({end}<{start},"⚠起止月份颠倒:"&{start}&"-"&{end},'
                "MAX(0,MIN(1,({month}-{start}+1)/({end}-{start}+1))))",
                "month",
            ),
            month=POINT,
            start=MONTH,
            end=MONTH,
        ),
    )
)(elapsed)


@register(
    Function(
        name="JX_CUM",
        category=PERIOD,
        help="本年累计：各月发生数加到指定月份；中间缺月返回“缺N月”，全部未填返回空。",
        arguments=(
            series(amount("months", "1月起各月发生数，一行或一列；多行区域则逐行累计")),
            Argument("upto", "累计到的月份，可写 9 或 1-9月", month_of),
        ),
        examples=(
            example([10, -2, 3], 3, gives=11.0, note="冲减为负，照加"),
            example([10, None, 3], 3, gives="缺2月", note="2月未填，不当作零"),
        ),
        source="本月止累计＝上月止累计＋本月；指定月份以后的数不计",
    )
)
def cumulative(months: Sequence[Cell], upto: int) -> Decimal | str:
    """Return the sum of the flows up to a month; the first gap is named, not filled.

    What stands behind the month is not looked at, so a label or a 整理期 there does no harm.
    """
    flows = figures(months[:upto])
    flows += [None] * (upto - len(flows))
    present = [flow for flow in flows if flow is not None]
    if not present:
        return ""
    return f"缺{flows.index(None) + 1}月" if None in flows else total_of(present)


def flow(cum: Decimal, prev: Decimal | None, month: int) -> Decimal | None:
    """Return the flow of a month, None when the sum before it is missing.

    In January nothing is subtracted: what stands before it belongs to last year. A negative flow
    (冲减、退库) is legal.

    >>> flow(Decimal("947.03"), Decimal("833.46"), 9)
    Decimal('113.57')
    """
    if month == 1:
        return cum
    return None if prev is None else cum - prev


@register(
    Function(
        name="JX_FLOW",
        category=PERIOD,
        help="当月发生数＝本月止累计－上月止累计；1月等于累计，缺上期数返回“缺上期”。",
        arguments=(
            Argument("cum", "本月止累计", parse_quantity),
            optional(unread("prev", "上月（上期）止累计；1月时不看")),
            Argument("month", "本期月份", month_of),
        ),
        examples=(
            example(947.03, 833.46, 9, gives=113.57, note="八项支出1-9月减1-8月"),
            example(100, 1200, 1, gives=100.0, note="1月：去年12月的累计不减"),
            example(100, "", 3, gives="缺上期", note="上期未填，不当作零"),
        ),
        source="H18 财政八项支出；H21 公租房",
        native=unless_wrong(
            unless_blank('IF({month}=1,{cum},IF({prev}="","缺上期",{cum}-{prev}))', "cum", "month"),
            month=MONTH,
        ),
    )
)
def flow_of_cells(cum: Quantity, prev: object, month: int) -> Decimal | str:
    """Return the flow of a month; left of January stands a name or last year, which is not read."""
    before = None if month == 1 else parse_quantity(prev)
    numbers = aligned([cum] if before is None else [cum, before])
    found = flow(numbers[0], numbers[1] if before else None, month)
    return "缺上期" if found is None else found
