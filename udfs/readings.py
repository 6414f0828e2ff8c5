"""取数: numbers, rates, units and keys out of cells that people typed."""

from collections.abc import Callable
from decimal import Decimal

from udfs.amounts import (
    Quantity,
    Unreadable,
    convert,
    fraction,
    parse_quantity,
    plain,
    round_half_even,
    round_half_up,
    rounded,
)
from udfs.arguments import choice, digits, number, optional, read_unit, text
from udfs.registry import Argument, Function, example, register

READING, ROUNDING = "取数", "取整与大写"
CONVENTION = "填报口径：全角转半角，去空格、千分位与书签，空白和“—”“/”“无”不作零"


@register(
    Function(
        name="JX_NUM",
        category=READING,
        help="把填报的文字读成数值：全角、千分位、括号负数、单位、百分号均可，空白返回空。",
        arguments=(number("v", "要读取的单元格或区域"),),
        examples=(
            example("　3868.33", gives=3868.33, note="去掉数字前的全角空格"),
            example("（1,234.5）", gives=-1234.5, note="括号表示负数"),
            example("—", gives="", note="横线按未填处理，不作零"),
        ),
        source=CONVENTION,
        native='IF({v}="","",{v})',
    )
)
def value_of(v: Decimal) -> Decimal:
    """Return a number as it was read."""
    return v


@register(
    Function(
        name="JX_PCT",
        category=READING,
        help="把百分数读成小数：80%、８０％、80（百分点）均为0.8。",
        arguments=(
            Argument("v", "百分数；带%号的一律除以100", parse_quantity),
            choice(
                "mode",
                "无%号时的读法：auto 大于1按百分点；points 一律按百分点，用于表头已注明(%)的列；"
                "fraction 一律按小数。省略为 auto",
                {m: m for m in ("auto", "points", "fraction")},
            ),
        ),
        examples=(
            example("８０％", gives=0.8, note="全角百分数"),
            example(100, "points", gives=1.0, note="表头为“累计完成工作量(%)”的列按百分点读"),
            example(0.5, "points", gives=0.005, note="百分之零点五"),
        ),
        source="功能约定：比率一律用小数存放；杭州市财政局2021年职能目标完成情况表（%）列",
    )
)
def percentage(v: Quantity, mode: str = "auto") -> Decimal:
    """Return a rate as a fraction."""
    return fraction(v, mode)


@register(
    Function(
        name="JX_UNIT",
        category=READING,
        help="金额单位换算（元、千元、万元、百万元、亿元）；文字里写明的单位优先。",
        arguments=(
            Argument("v", "金额，可带单位，如 18亿元", parse_quantity),
            optional(Argument("from_unit", "原单位；金额自带单位时可留空", read_unit)),
            Argument("to_unit", "目标单位", read_unit),
            digits(),
        ),
        examples=(
            example("120526.20元", "", "万元", 2, gives=12.05, note="4017.54㎡×30元的取暖费"),
            example("18亿元", "", "万元", gives=180000.0, note="“三名工程”专项资金"),
            example(3322, "万元", "亿元", 4, gives=0.3322, note="三公经费支出换成亿元"),
        ),
        source="FN20 公用取暖费；H21 保障民生事业",
    )
)
def in_unit(v: Quantity, from_unit: str | None, to_unit: str, digits: int | None = None) -> Decimal:
    """Return an amount in another unit; a unit is never guessed."""
    unit = v.unit or from_unit
    if not unit:
        raise Unreadable(plain(v.number), "缺单位")
    return rounded(convert(v.number, unit, to_unit), digits)


@register(
    Function(
        name="JX_KEY",
        category=READING,
        help="生成匹配用的关键字：全角转半角，去掉所有空格和★号，用于按名称核对、查找。",
        arguments=(text("v", "名称或编码"),),
        examples=(
            example("★ 大 财 政 体 制", gives="大财政体制", note="逐字加空格、带★的目标名称"),
            example(30201.0, gives="30201", note="数值型编码按整数读"),
        ),
        source="H21 职能目标完成情况表：带★且字间有空格的目标名称",
    )
)
def key(v: str) -> str:
    """Return a text by which two spellings of a name meet.

    >>> key("★ 大 财 政")
    '大财政'
    """
    return "".join(v.replace("★", "").replace("☆", "").split())


_ROUNDINGS: dict[str, Callable[[Decimal, int], Decimal]] = {
    "half_up": round_half_up,
    "half_even": round_half_even,
}


@register(
    Function(
        name="JX_ROUND",
        category=ROUNDING,
        help="四舍五入（逢五远离零）；需要时可改为四舍六入五成双。",
        arguments=(
            number("x", "要取舍的数"),
            digits("保留的小数位数，省略为2"),
            choice(
                "mode",
                "half_up 四舍五入（默认）；half_even 四舍六入五成双",
                {m: m for m in _ROUNDINGS},
            ),
        ),
        examples=(
            example(2.675, 2, gives=2.68, note="按十进制取舍，不受浮点误差影响"),
            example(-2.5, 0, gives=-3.0, note="负数同样远离零"),
            example(2.5, 0, "half_even", gives=2.0, note="五成双"),
        ),
        source="财务惯例：四舍五入",
        native='IF({x}="","",ROUND({x},{digits}))',
    )
)
def round_off(x: Decimal, digits: int = 2, mode: str = "half_up") -> Decimal:
    """Round by name of the method."""
    return _ROUNDINGS[mode](x, digits)
