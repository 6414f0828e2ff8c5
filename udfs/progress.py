"""进度与增减: how far a year has come, against its target, its calendar, its plan and last year."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import zip_longest

from udfs.amounts import Unreadable, rounded
from udfs.arguments import (
    Cell,
    amount,
    certain,
    choice,
    digits,
    figures,
    optional,
    rate,
    read_points,
    series,
)
from udfs.natives import POINT, over, ratio, unless_blank, unless_wrong
from udfs.periods import elapsed, month_of, read_point
from udfs.registry import Argument, Function, example, register

PROGRESS, CHANGE = "进度", "增减"
NO_BASE = "—"
OK = "OK"

_MONTH = Argument("month", "截至月份，可写 9、1-9月、三季度", read_point)
_DIGITS = digits("保留的小数位数（0.7732为4位）；省略则不取舍")
_PLAN = series(
    Argument("plan", "各节点累计计划数，按百分点填（25即25%）；一行一个项目", read_points)
)


def quotient(part: Decimal, base: Decimal, digits: int | None = None) -> Decimal | str:
    """Return a rate, or a dash where the base is not positive.

    >>> quotient(Decimal("248.54"), Decimal("319.9"), 4), quotient(Decimal(1), Decimal(0))
    (Decimal('0.7769'), '—')
    """
    return NO_BASE if base <= 0 else rounded(part / base, digits)


register(
    Function(
        name="JX_PROGRESS",
        category=PROGRESS,
        help="支出（收入）进度＝累计数÷年度目标数，超过100%不封顶。",
        arguments=(
            amount("cum", "本月止累计支出或收入"),
            amount("target", "年度预算数或目标数；为零显示“—”"),
            _DIGITS,
        ),
        examples=(
            example(248.54, 319.9, 4, gives=0.7769, note="1-9月支出248.54亿元，预算319.9亿元"),
            example("63846.1万元", "18亿元", 4, gives=0.3547, note="单位不同时自动换算"),
            example(1, 0, gives="—", note="没有目标数"),
        ),
        source="H18 公共财政预算支出执行数；H21 保障民生事业",
        native=ratio("cum", "target"),
    )
)(quotient)


@register(
    Function(
        name="JX_GAP",
        category=PROGRESS,
        help="进度差＝进度－序时进度；0.0269即超序时2.69个百分点，负数为落后。",
        arguments=(rate("progress", "进度，小数或带%的百分数"), _MONTH, _DIGITS),
        examples=(
            example(0.7769, 9, 4, gives=0.0269, note="超序时2.69个百分点"),
            example("19.4%", "1-6月", 4, gives=-0.306, note="三公经费支出低于序时30.6个百分点"),
        ),
        source="H18 公共财政预算支出执行数；H21 压减一般性支出",
        native=unless_wrong(
            unless_blank("ROUND({progress}-MIN(1,{month}/12),{digits})", "progress", "month"),
            month=POINT,
        ),
    )
)
def gap(progress: Decimal, month: int, digits: int | None = None) -> Decimal:
    """Return how far progress is ahead of the calendar."""
    return rounded(progress - elapsed(month), digits)


@register(
    Function(
        name="JX_PLAN_AT",
        category=PROGRESS,
        help="到某月应完成的累计计划进度；空白节点跳过，沿用上一节点或按直线推算。",
        arguments=(
            _MONTH,
            _PLAN,
            series(Argument("months", "各节点的月份，省略为3、6、10、12月底", month_of)),
            choice(
                "how",
                "step 沿用上一节点（默认）；linear 两节点之间按直线推算",
                {how: how for how in ("step", "linear")},
            ),
        ),
        examples=(
            example(9, [25, 50, 75, 100], gives=0.5, note="9月沿用6月底的50%"),
            example(9, [25, 50, 75, 100], how="linear", gives=0.6875, note="6月至10月之间按直线"),
            example(10, ["", "", "", 100], gives=0.0, note="只填了12月底"),
        ),
        source="FN20 资金支出计划（3、6、10、12月底）",
    )
)
def plan_at(
    month: int,
    plan: Sequence[Cell],
    months: Sequence[int | Unreadable | None] = (3, 6, 10, 12),
    how: str = "step",
) -> Decimal | str:
    """Return the planned share at a month; a line starts at nothing at the beginning of the year.

    >>> plan_at(9, [Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal(1)], how="linear")
    Decimal('0.6875')
    """
    pairs = zip_longest(certain(months), figures(plan))
    given = [(node, point) for node, point in pairs if point is not None]
    nodes = [(node, point) for node, point in given if node is not None]
    if len(nodes) < len(given):
        raise Unreadable(f"{len(given)}个计划数", "节点缺月份")
    return _planned(month, sorted(nodes), how) if nodes else ""


def _planned(month: int, nodes: list[tuple[int, Decimal]], how: str) -> Decimal:
    before = max((n for n in nodes if n[0] <= month), default=(0, Decimal(0)))
    after = min((n for n in nodes if n[0] > month), default=before)
    if how == "step" or after == before:
        return before[1]
    return before[1] + (after[1] - before[1]) * (month - before[0]) / (after[0] - before[0])


@register(
    Function(
        name="JX_PLAN_CHECK",
        category=PROGRESS,
        help="检查支出计划：返回 OK、未填、缺末期、末期≠100%、非递增、超出0-100。",
        arguments=(_PLAN,),
        examples=(
            example([25, 50, 75, 100], gives="OK", note="累计百分点逐期递增，末期100"),
            example([25, 50, 75, None], gives="缺末期", note="12月底未填"),
            example([25, 50, 120, 100], gives="非递增", note="第三节点大于末期"),
        ),
        source="FN20 资金支出计划",
    )
)
def plan_check(plan: Sequence[Cell]) -> str:
    """Say what is wrong with a plan of cumulative shares; blanks between nodes are allowed.

    The last node comes first: without it nothing else can be trusted.
    """
    points = figures(plan)
    given = [point for point in points if point is not None]
    if not given:
        return "未填"
    verdicts = (
        ("缺末期", points[-1] is None),
        ("末期≠100%", points[-1] != 1),
        ("非递增", given != sorted(given)),
        ("超出0-100", min(given) < 0),
    )
    return next((verdict for verdict, wrong in verdicts if wrong), OK)


@register(
    Function(
        name="JX_ALERT",
        category=PROGRESS,
        help="进度预警：进度低于计划超过警戒线为“预警”，超过严重线为“严重”，否则“正常”。",
        arguments=(
            rate("progress", "实际进度"),
            optional(rate("plan", "计划进度或序时进度；未填显示“—”")),
            rate("yellow", "预警线，省略为-0.05（低于计划5个百分点）"),
            rate("red", "严重线，省略为-0.15"),
        ),
        examples=(
            example(0.6, 0.6667, gives="预警", note="8月末支出60%，序时66.67%"),
            example(0.48, 0.75, gives="严重", note="低于计划27个百分点"),
            example(0.7, 0.75, gives="正常", note="恰好低5个百分点，不预警"),
        ),
        source="太原市：8月末支出进度低于60%（序时66.7%）的项目列入预警；阈值由各地设定",
        native='IF({progress}="","",IF({plan}="","—",IF(ROUND({progress}-{plan},10)<{red},"严重",'
        'IF(ROUND({progress}-{plan},10)<{yellow},"预警","正常"))))',
    )
)
def alert(
    progress: Decimal,
    plan: Decimal | None,
    yellow: Decimal = Decimal("-0.05"),
    red: Decimal = Decimal("-0.15"),
) -> str:
    """Return the level of alarm; as 低于 says, exactly on a line is still within it."""
    if plan is None:
        return NO_BASE
    ahead = progress - plan
    return "严重" if ahead < red else "预警" if ahead < yellow else "正常"


_GROWTH = unless_blank(over("last", "({this}-{last})/{last}"), "this", "last")


@register(
    Function(
        name="JX_GROWTH",
        category=CHANGE,
        help="同比增长率＝（本年－上年）÷上年；累计增幅请用累计数计算，不可平均各月增幅。",
        arguments=(
            amount("this", "本年（本期）数"),
            amount("last", "上年（上期）同口径数；为零或负数显示“—”"),
            _DIGITS,
        ),
        examples=(
            example(3226.88, 3990.37, 4, gives=-0.1913, note="2024年预算比2023年下降19.13%"),
            example(100, 0, gives="—", note="上年没有数"),
        ),
        source="EZ24 近两年收支；累计增长＝Σ本年÷Σ上年－1",
        native=_GROWTH,
    )
)
@register(
    Function(
        name="JX_CHANGE_RATE",
        category=CHANGE,
        help="变动率＝（本年－上年）÷上年，如“三公经费”变动率、结转结余变动率。",
        arguments=(
            amount("this", "本年数"),
            amount("last", "上年数；为零或负数显示“—”"),
            _DIGITS,
        ),
        examples=(
            example(63.46, 32, 4, gives=0.9831, note="“三公经费”变动率98.31%"),
            example(45, 50, 4, gives=-0.1, note="结转结余减少10%"),
        ),
        source="财预〔2013〕53号：“三公经费”变动率、结转结余变动率",
        native=_GROWTH,
    )
)
def growth(this: Decimal, last: Decimal, digits: int | None = None) -> Decimal | str:
    """Return the growth over last year."""
    return quotient(this - last, last, digits)


@register(
    Function(
        name="JX_BASE",
        category=CHANGE,
        help="由本年数和增幅倒算上年同期数＝本年÷（1＋增幅）。",
        arguments=(
            amount("this", "本年（本期）数"),
            rate("growth", "同比增幅，小数或带%的百分数"),
            digits(),
        ),
        examples=(
            example(113.57, "23.32%", 2, gives=92.09, note="9月八项支出的上年同期数"),
            example(5, "-100%", gives="—", note="降为零，无法倒算"),
        ),
        source="H18 财政八项支出",
        native=unless_blank(
            'IF({growth}<=-1,"—",ROUND({this}/(1+{growth}),{digits}))', "this", "growth"
        ),
    )
)
def base(this: Decimal, growth: Decimal, digits: int | None = None) -> Decimal | str:
    """Return last year's value that a growth implies."""
    return quotient(this, 1 + growth, digits)
