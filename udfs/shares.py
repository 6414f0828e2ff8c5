"""Shares that add up to 100 %, and shares in print judged against their figures."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import product

from udfs.amounts import (
    Unreadable,
    digits_of,
    round_half_up,
    rounded,
    rounded_like,
    span,
    total_of,
)
from udfs.arguments import Cell, amount, digits, everything, in_one_unit
from udfs.natives import over, ratio, unless_blank
from udfs.progress import NO_BASE, quotient
from udfs.registry import Function, Shape, example, register

AGREES, EXPLAINED, DIFFERS = "相符", "舍入可解释", "不符"
_UNBOUNDED = (Decimal("-Infinity"), Decimal("Infinity"))


def shares(parts: Sequence[Decimal | None], digits: int) -> list[Decimal | None]:
    """Return fractions that add up to exactly 1, with `digits` decimals of a percent.

    Every share is cut off, and what is missing goes, unit by unit, to those that lost most (the
    earlier one of two equals). A blank part has no share; nor has any part of a total that is not
    positive. Where a part is negative, every share is simply rounded.

    >>> [str(share) for share in shares([Decimal(1), None, Decimal(1), Decimal(1)], 0)]
    ['0.34', 'None', '0.33', '0.33']
    """
    present = [part for part in parts if part is not None]
    total, places = total_of(present), max(digits + 2, 0)
    if total <= 0:
        return [None] * len(parts)
    found = iter(
        [round_half_up(part / total, places) for part in present]
        if min(present) < 0
        else _largest_remainders(present, places)
    )
    return [None if part is None else next(found) for part in parts]


def _largest_remainders(parts: list[Decimal], places: int) -> list[Decimal]:
    """Cut 10**places units into whole ones, in integers: a tie is then a tie."""
    units = 10**places
    counts, losses = _cut_off(_in_integers(parts), units)
    for place in _largest_first(losses)[: units - sum(counts)]:
        counts[place] += 1
    fractions = {count: Decimal(count).scaleb(-places) for count in {*counts}}
    return [fractions[count] for count in counts]  # of many parts most have the same


def _cut_off(sizes: list[int], units: int) -> tuple[list[int], list[int]]:
    """Return how many whole units each size has of all, and what it lost by that."""
    whole = sum(sizes)
    counts = [size * units // whole for size in sizes]
    return counts, [size * units % whole for size in sizes]


def _in_integers(parts: list[Decimal]) -> list[int]:
    """Return parts in the last place that any of them has."""
    scale = digits_of(total_of(parts))  # an exact sum has the decimals of its longest part
    return [int(part.scaleb(scale)) for part in parts]


def _largest_first(sizes: list[int]) -> list[int]:
    """Return the places of sizes, the largest first; of two equals the earlier."""
    return sorted(range(len(sizes)), key=sizes.__getitem__, reverse=True)


def ratio_verdict(part: Decimal, whole: Decimal, printed: Decimal) -> str:
    """Judge a printed ratio by the literals: 22.5 stands for anything from 22.45 to 22.55.

    >>> [ratio_verdict(Decimal("22.5"), Decimal("29.1"), Decimal(p)) for p in ("0.77", "0.78")]
    ['相符', '舍入可解释']
    """
    if whole and rounded_like(part / whole, printed) == printed:
        return AGREES
    low, high = _quotients(span(part), span(whole))
    lowest, highest = span(printed)
    return EXPLAINED if low < highest and lowest < high else DIFFERS


def _quotients(
    part: tuple[Decimal, Decimal], whole: tuple[Decimal, Decimal]
) -> tuple[Decimal, Decimal]:
    """Return the range of a quotient; by something that may be zero it can be anything."""
    if whole[0] <= 0 <= whole[1]:
        return _UNBOUNDED
    corners = [a / b for a, b in product(part, whole)]
    return min(corners), max(corners)


SHARE, RATE = "占比", "绩效比率"
_DIGITS = digits("保留的小数位数（0.7732为4位）；省略则不取舍")


register(
    Function(
        name="JX_SHARE",
        category=SHARE,
        help="占比＝部分÷总额；一组占比要求合计为100%时请用 JX_SHARES。",
        arguments=(
            amount("part", "部分数"),
            amount("total", "总额；为零或负数显示“—”"),
            _DIGITS,
        ),
        examples=(
            example(22.5, 29.1, 4, gives=0.7732, note="9月民生支出占一般公共预算支出"),
            example("1400.35亿元", "1514.78亿元", 4, gives=0.9245, note="税收收入占比"),
        ),
        source="H18 一般公共预算收入；民生支出占比＝民生支出÷一般公共预算支出",
        native=ratio("part", "total"),
    )
)(quotient)


@register(
    Function(
        name="JX_SHARES",
        category=SHARE,
        help="一组数的占比，按最大余数法取舍，合计恰为100%；返回与原区域同样大小的数组。",
        arguments=(
            everything(amount("parts", "各部分数；空白仍为空白，总额为零显示“—”")),
            digits("百分数的小数位数，省略为2（即0.01%）"),
        ),
        examples=(
            example(
                [100, 300, 12.05, 50, 17.92],
                gives=[0.2084, 0.625, 0.0251, 0.1042, 0.0373],
                note="五个项目预算；逐项四舍五入合计只有99.99%",
            ),
            example([[458], [30], [55]], 0, gives=[[0.84], [0.06], [0.1]], note="一列进，一列出"),
            example([0, 0], gives=["—", "—"], note="总额为零"),
        ),
        source="FN20 五个项目预算；EZ24 六个项目（逐项四舍五入合计99%）",
        shape=Shape.RANGE,
    )
)
def shares_in_place(parts: Sequence[Cell], digits: int = 2) -> list[Decimal | str]:
    """Return each part's share in its place; a heading or a broken number shows its warning."""
    return _in_place(parts, shares(in_one_unit(parts), digits))


@register(
    Function(
        name="JX_RANK_SHARE",
        category=SHARE,
        help="累计占比：由大到小排序后累计到本项的占比，用于找出占大头的少数项目。",
        arguments=(
            everything(amount("parts", "各项金额")),
            _DIGITS,
        ),
        examples=(
            example([50, 300, 100], 4, gives=[1.0, 0.6667, 0.8889], note="前两项占88.89%"),
            example([[60], [None], [40]], gives=[[0.6], [""], [1.0]], note="空白仍为空白"),
        ),
        source="帕累托分析：项目资金集中度",
        shape=Shape.RANGE,
    )
)
def rank_shares_in_place(parts: Sequence[Cell], digits: int | None = None) -> list[Decimal | str]:
    """Return the share of each part and of all larger ones; of two equals the earlier is first."""
    amounts = in_one_unit(parts)
    present = [amount for amount in amounts if amount is not None]
    found = iter(_rank_shares(present, digits))
    return _in_place(parts, [None if amount is None else next(found) for amount in amounts])


def _rank_shares(parts: list[Decimal], digits: int | None) -> Sequence[Decimal | None]:
    sizes = _in_integers(parts)
    total = Decimal(sum(sizes))
    found: list[Decimal | None] = [None] * len(parts)
    cumulated = 0
    for place in _largest_first(sizes) if total > 0 else []:
        cumulated += sizes[place]
        found[place] = rounded(cumulated / total, digits)
    return found


def _in_place(parts: Sequence[Cell], found: Sequence[Decimal | None]) -> list[Decimal | str]:
    """Show what has no share: a warning, nothing for a blank, a dash for part of no total."""
    return [
        part.shown
        if isinstance(part, Unreadable)
        else ""
        if part is None
        else NO_BASE
        if share is None
        else share
        for part, share in zip(parts, found, strict=True)
    ]


# Rates a ÷ b that the evaluation framework names, each explained in words of its own.
RATES = (
    (
        "JX_EXEC_RATE",
        "预算执行率＝预算执行数÷（调整后）预算数。",
        ("预算执行数", "调整后预算数；为零显示“—”"),
        example(215457.6, 250000, 4, gives=0.8618, note="全年执行数÷全年预算数"),
        "财预〔2020〕10号：预算执行率",
    ),
    (
        "JX_CONTROL_RATE",
        "控制率＝实际支出÷预算安排，如“三公经费”控制率、会议费控制率、公用经费控制率。",
        ("实际支出数", "预算安排数；为零显示“—”"),
        example(3322, 17123.7, 3, gives=0.194, note="三公经费1-6月支出为年初预算的19.4%"),
        "财预〔2013〕53号：公用经费控制率、“三公经费”控制率；H21 压减一般性支出",
    ),
    (
        "JX_PROC_RATE",
        "政府采购执行率＝实际政府采购金额÷政府采购预算。",
        ("实际政府采购金额", "政府采购预算数；为零显示“—”"),
        example("186.4万元", "200万元", 3, gives=0.932, note="采购预算200万元"),
        "财预〔2013〕53号：政府采购执行率",
    ),
    (
        "JX_STAFF_RATE",
        "在职人员控制率＝在职人员数÷编制数，不大于100%为好。",
        ("在职人员数", "编制数；为零显示“—”"),
        example(136, 143, 4, gives=0.951, note="136人，编制143人"),
        "财预〔2013〕53号：在职人员控制率",
    ),
    (
        "JX_CARRY_RATE",
        "结转结余率＝结转结余总额÷支出预算数（个别地区除以支出完成数，分母由表样决定）。",
        ("结转结余总额", "支出预算数；为零显示“—”"),
        example(252, 1260, 2, gives=0.2, note="与预算执行率80%互补"),
        "财预〔2013〕53号：结转结余率；EZ24 长期绩效指标",
    ),
)

for _name, _help, (_a, _b), _example, _source in RATES:
    register(
        Function(
            name=_name,
            category=RATE,
            help=_help,
            arguments=(amount("a", _a), amount("b", _b), _DIGITS),
            examples=(_example, example("0.00", "0.00", gives="—", note="分母为零，不显示0.00%")),
            source=_source,
            native=ratio("a", "b"),
        )
    )(quotient)


@register(
    Function(
        name="JX_ADJUST_RATE",
        category=RATE,
        help="预算调整率＝|调整后预算－年初预算|÷年初预算，增减都按绝对值计。",
        arguments=(
            amount("original", "年初预算数；为零（年中新增）显示“—”"),
            amount("adjusted", "调整后预算数"),
            _DIGITS,
        ),
        examples=(
            example(238.93, 251.89, 4, gives=0.0542, note="调增12.96万元"),
            example(0, 3.36, gives="—", note="年中新增的项目没有年初预算"),
        ),
        source="财预〔2013〕53号：预算调整率",
        native=unless_blank(
            over("original", "ABS({adjusted}-{original})/{original}"), "original", "adjusted"
        ),
    )
)
def adjust_rate(original: Decimal, adjusted: Decimal, digits: int | None = None) -> Decimal | str:
    """Return how far a budget was changed, up or down."""
    return quotient(abs(adjusted - original), original, digits)
