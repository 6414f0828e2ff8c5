"""评分: points for indicators, the way self-evaluation forms award them."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from udfs.amounts import (
    PERCENT,
    Quantity,
    Unreadable,
    aligned,
    bare,
    fraction,
    parse_number,
    parse_quantity,
    plain,
    round_half_up,
    shown_text,
)
from udfs.arguments import (
    amount,
    certain,
    choice,
    digits,
    read_rate,
    read_text,
    series,
    unread,
)
from udfs.natives import LEVEL, PART, STEP, WEIGHT, unless_blank, unless_wrong
from udfs.progress import NO_BASE, quotient
from udfs.registry import Argument, Function, example, register
from udfs.targets import (
    ABOVE,
    AT_LEAST,
    AT_MOST,
    BELOW,
    EQUAL,
    INDICATOR,
    OPERATORS,
    Target,
    parse_target,
)

QUALITATIVE = "定性"
_MEETS = {
    AT_LEAST: Decimal.__ge__,
    ABOVE: Decimal.__gt__,
    AT_MOST: Decimal.__le__,
    BELOW: Decimal.__lt__,
}


def footing(target: Target, actual: Quantity) -> tuple[Decimal, Decimal]:
    """Return the wanted and the reached value in the same terms.

    Beside a percentage a bare number is a rate, up to twice the target, and percent points above
    that: 0.96 and 96 both meet ≥95%, and 1.115 is 111.5 %. Amounts come to the target's unit.

    >>> footing(parse_target("≥95%"), Quantity(Decimal(96), ""))
    (Decimal('0.95'), Decimal('0.96'))
    """
    wanted = Decimal(0) if target.value is None else target.value
    if target.unit == PERCENT:
        return wanted, as_rate(actual, wanted)
    if actual.unit == PERCENT and abs(wanted) > 1:
        return wanted, actual.number
    numbers = aligned([Quantity(wanted, target.unit), actual])
    return numbers[0], numbers[1]


def as_rate(actual: Quantity, wanted: Decimal) -> Decimal:
    """Read a bare number beside a percentage: as percent points where it exceeds twice that."""
    is_points = abs(actual.number) > max(Decimal(1), 2 * abs(wanted))
    return fraction(actual, "points" if is_points else "fraction")


def attainment(op: str, wanted: Decimal, reached: Decimal) -> Decimal:
    """Return the share of the points that is earned, from 0 to 1.

    What is met earns all; below that in proportion, and nothing where a proportion has no meaning
    (a target of zero or less that is missed). A fixed target (=) is a floor, but zero, as in no
    accidents, must be exact. Just reaching a strict target (>) is all of the proportion.

    >>> attainment("<=", Decimal(48), Decimal(60)), attainment("=", Decimal(0), Decimal(3))
    (Decimal('0.8'), Decimal('0'))
    """
    if op == EQUAL:
        met = reached == wanted if wanted <= 0 else reached >= wanted
    else:
        met = _MEETS[op](reached, wanted)
    if met:
        return Decimal(1)
    if wanted <= 0 or reached <= 0:
        return Decimal(0)
    return wanted / reached if op in {AT_MOST, BELOW} else reached / wanted


def points(share: Decimal, weight: Decimal, digits: int) -> Decimal:
    """Return a share of the weight, rounded, within 0 and the weight."""
    return max(Decimal(0), min(weight, round_half_up(share * weight, digits)))


def read_weight(value: object) -> Decimal | None:
    """Read the points an indicator is worth: 10, or 10分."""
    weight = parse_number(value)
    if weight is not None and weight < 0:
        raise Unreadable(shown_text(value))
    return weight


_WEIGHT = Argument("weight", "分值", read_weight)
_POINT_DIGITS = digits("得分的小数位数，省略为2")
_TARGET = Argument("target", "年度指标值，如 ≥95%、≤48小时、=6人", parse_target)
_ACTUAL = unread("actual", "实际完成值，单位、百分号自动对应；未填返回空")


def _reached(target: Target, actual: object) -> tuple[Decimal, Decimal] | str:
    """Return what is wanted and reached, or the answer where figures cannot decide."""
    quantity = parse_quantity(actual) if target.kind == "num" else None
    if quantity is not None:
        return footing(target, quantity)
    if target.kind == "ref":
        raise Unreadable(target.unit, "缺参照值")
    return QUALITATIVE if target.kind == "qual" else ""


@register(
    Function(
        name="JX_SCORE",
        category=INDICATOR,
        help="定量指标得分：达到得满分，否则按比例（≥、＝为实际÷目标，≤为目标÷实际）；定性返回“定性”。",
        arguments=(_TARGET, _ACTUAL, _WEIGHT, _POINT_DIGITS),
        examples=(
            example("≥150", 138, 10, gives=9.2, note="未达到，按完成比例得分"),
            example("≤48小时", "60小时", 10, gives=8.0, note="反向指标"),
            example("≥95%", 96, 10, gives=10.0, note="实际值写成百分点也能对应"),
            example("有效提高", "已提高", 10, gives="定性", note="定性指标请用 JX_SCORE_QUAL"),
        ),
        source="财预〔2020〕10号：定量指标完成得满分，未完成按比例计分",
    )
)
def score(target: Target, actual: object, weight: Decimal, digits: int = 2) -> Decimal | str:
    """Return the points of an indicator with a figure."""
    found = _reached(target, actual)
    return (
        found if isinstance(found, str) else points(attainment(target.op, *found), weight, digits)
    )


@register(
    Function(
        name="JX_DEVIATION",
        category=INDICATOR,
        help="偏离度＝（实际－目标）÷|目标|；超过0.30的应说明原因。",
        arguments=(_TARGET, _ACTUAL, digits("小数位数，省略为4")),
        examples=(
            example("≥500亿元", "589.1亿元", gives=0.1782, note="专项债项目储备需求"),
            example("≥3", 11, gives=2.6667, note="超过目标30%以上，应说明目标设定"),
            example("0%", "5%", gives="—", note="目标为零"),
        ),
        source="H21 职能目标完成情况；各地自评办法：超过目标30%须说明",
    )
)
def deviation(target: Target, actual: object, digits: int = 4) -> Decimal | str:
    """Return how far the actual value is from the target."""
    found = _reached(target, actual)
    if isinstance(found, str):
        return found
    wanted, reached = found
    return quotient(reached - wanted, abs(wanted), digits)


@register(
    Function(
        name="JX_SCORE_EXEC",
        category=INDICATOR,
        help="预算执行率得分＝min(1，执行数÷预算数)×分值。",
        arguments=(
            amount("executed", "全年执行数"),
            amount("budget", "全年预算数（调整后）；为零显示“—”"),
            Argument("weight", "分值，省略为10", read_weight),
            _POINT_DIGITS,
        ),
        examples=(
            example(215457.6, 250000, gives=8.62, note="执行率86.18%"),
            example(105, 100, gives=10.0, note="超过预算仍为满分"),
        ),
        source="财预〔2020〕10号：预算执行率10分；上海2022年自评表",
        native=unless_wrong(
            unless_blank(
                'IF({budget}<=0,"—",MAX(0,MIN({weight},'
                "ROUND(MIN(1,{executed}/{budget})*{weight},{digits}))))",
                "executed",
                "budget",
            ),
            weight=WEIGHT,
        ),
    )
)
def score_exec(
    executed: Decimal, budget: Decimal, weight: Decimal = Decimal(10), digits: int = 2
) -> Decimal | str:
    """Return the points for spending the budget."""
    return NO_BASE if budget <= 0 else points(min(Decimal(1), executed / budget), weight, digits)


_LEVELS = ((3, "未"), (2, "部分"), (1, "达成"), (1, "完成"))
_LEVEL_NUMBERS = (1.0, 2.0, 3.0)
BANDS = (Decimal(1), Decimal("0.8"), Decimal("0.6"), Decimal(0))


def read_level(value: object) -> int | None:
    """Read a level: 1 to 3, or the words of the regulation.

    >>> read_level("部分达成预期指标并具有一定效果")
    2
    """
    if type(value) is float and value in _LEVEL_NUMBERS:
        return int(value)
    text = read_text(value)
    if text is None:
        return None
    found = next((level for level, word in _LEVELS if word in text), None)
    if found is None and text in {"1", "2", "3"}:
        found = int(text)
    if found is None:
        raise Unreadable(text)
    return found


def read_part(value: object) -> Decimal | None:
    """Read a position inside a band, from 0 to 1."""
    part = parse_number(value)
    if part is not None and not 0 <= part <= 1:
        raise Unreadable(shown_text(value))
    return part


@register(
    Function(
        name="JX_SCORE_QUAL",
        category=INDICATOR,
        help="定性指标得分：按达成程度三档（100–80%、80–60%、60–0%）乘分值，档内位置0至1。",
        arguments=(
            Argument("level", "档次：1 达成、2 部分达成、3 未达成；也可写文字", read_level),
            _WEIGHT,
            Argument("position", "档内位置，1为上限、0为下限，省略为1", read_part),
            _POINT_DIGITS,
            series(
                Argument("edges", "四个界线，省略为1、0.8、0.6、0；武汉为1、0.8、0.5、0", read_rate)
            ),
        ),
        examples=(
            example(2, 10, 0.5, gives=7.0, note="第二档居中"),
            example("全部达成", 10, gives=10.0, note="第一档上限"),
            example(2, 10, 0, edges=[1, 0.8, 0.5, 0], gives=5.0, note="武汉的80/50界线"),
        ),
        source="财预〔2020〕10号：100%–80%（含）、80%–60%（含）、60%–0%",
        native=unless_wrong(
            unless_blank(
                "MIN({weight},ROUND({weight}*(INDEX({edges},{level}+1)+"
                "(INDEX({edges},{level})-INDEX({edges},{level}+1))*{position}),{digits}))",
                "level",
                "weight",
            ),
            level=LEVEL,
            weight=WEIGHT,
            position=PART,
        ),
    )
)
def score_qual(
    level: int,
    weight: Decimal,
    position: Decimal = Decimal(1),
    digits: int = 2,
    edges: Sequence[Decimal | Unreadable | None] = BANDS,
) -> Decimal:
    """Return the points of an indicator in words."""
    bounds = BANDS if edges is BANDS else _bounds(edges)
    upper, lower = bounds[level - 1], bounds[level]
    return points(lower + (upper - lower) * position, weight, digits)


def _bounds(edges: Sequence[Decimal | Unreadable | None]) -> Sequence[Decimal]:
    """Return the edges of bands, which must fall from 1 or less to 0 or more."""
    bounds = [edge for edge in certain(edges) if edge is not None]
    if (
        len(bounds) != 4
        or bounds != sorted(bounds, reverse=True)
        or not 0 <= bounds[3] <= bounds[0] <= 1
    ):
        raise Unreadable("、".join(map(plain, bounds)), "界线应为四个递减的比例")
    return bounds


def read_step(value: object) -> Decimal | None:
    """Read the size of a step, which must be positive; 1% is one percent point."""
    step = parse_quantity(value)
    if step is None:
        return None
    if step.number <= 0:
        raise Unreadable(shown_text(value))
    return step.number


@register(
    Function(
        name="JX_SCORE_STEP",
        category=INDICATOR,
        help="扣分制得分：每超过（或低于）界限一档扣若干分，扣完为止。",
        arguments=(
            Argument("actual", "实际值；界限带%而此处为小数时自动对应", parse_quantity),
            Argument("limit", "界限值", parse_quantity),
            Argument("step", "每档的大小，百分数按百分点，如 1", read_step),
            Argument("deduct", "每档扣分", read_weight),
            _WEIGHT,
            choice("direction", "<= 超过界限扣分（默认）；>= 低于界限扣分", OPERATORS),
            choice(
                "partial",
                "不足一档是否按一档扣：TRUE 是（默认）；FALSE 否。办法未写明时请先确认",
                {"true": True, "1": True, "是": True, "false": False, "0": False, "否": False},
            ),
        ),
        examples=(
            example("98.31%", "0%", 1, 0.8, 8, gives=0.0, note="“三公经费”变动率，扣完为止"),
            example(99.27, 100, 5, 2, 8, ">=", gives=6.0, note="低0.73个百分点，不足一档按一档"),
            example(99.27, 100, 5, 2, 8, ">=", "否", gives=8.0, note="不足一档不扣"),
        ),
        source="“每超过一个百分点扣…分，扣完为止”；不足一档如何扣各地不一",
        native=unless_wrong(
            unless_blank(
                'MAX(0,{weight}-{deduct}*IF({partial},ROUNDUP(ROUND(MAX(0,IF(LEFT({direction})="<",'
                "{actual}-{limit},{limit}-{actual})/{step}),10),0),INT(ROUND(MAX(0,"
                'IF(LEFT({direction})="<",{actual}-{limit},{limit}-{actual})/{step}),10))))',
                *("actual", "limit", "step", "deduct", "weight"),
            ),
            step=STEP,
            deduct=WEIGHT,
            weight=WEIGHT,
        ),
    )
)
def score_step(  # noqa: PLR0913, PLR0917 (the contract's signature)
    actual: Quantity,
    limit: Quantity,
    step: Decimal,
    deduct: Decimal,
    weight: Decimal,
    direction: str = AT_MOST,
    partial: bool = True,  # noqa: FBT001, FBT002
) -> Decimal:
    """Return the points left when every step beyond a limit costs some."""
    reached = _points_beside(actual, limit)
    excess = reached - limit.number if direction in {AT_MOST, BELOW} else limit.number - reached
    rounding = ROUND_CEILING if partial else ROUND_FLOOR
    steps = max(excess / step, Decimal(0)).to_integral_value(rounding)
    return max(weight - steps * deduct, Decimal(0))


def _points_beside(actual: Quantity, limit: Quantity) -> Decimal:
    """Return a value in points where its limit is a percentage: 0.951 beside 100% is 95.1."""
    if limit.unit == PERCENT and not actual.unit:
        return as_rate(actual, bare(limit)) * 100
    return actual.number
