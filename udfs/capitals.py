"""大写金额: amounts in the characters that cannot be altered by a stroke."""

from decimal import Decimal
from functools import cache

from udfs.amounts import Quantity, Unreadable, convert, parse_quantity, plain, round_half_up
from udfs.readings import ROUNDING
from udfs.registry import Argument, Function, example, register

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def in_capitals(yuan: Decimal) -> str:
    """Return an amount in 元 in capitals, to the 分; 整 closes what has neither 角 nor 分.

    >>> in_capitals(Decimal("120526.20")), in_capitals(Decimal("100000001.05"))
    ('壹拾贰万零伍佰贰拾陆元贰角', '壹亿零壹元零伍分')

    Raises:
        Unreadable: from 10,000 万亿 on, which no form has room for.
    """
    fen = int(round_half_up(abs(yuan), 2).scaleb(2))
    if fen >= 10**18:
        raise Unreadable(plain(yuan), "金额过大")
    whole, small = divmod(fen, 100)
    text = f"{_whole(whole)}元" if whole else ""
    text += _small(small, after_yuan=bool(whole)) if small else "整" if whole else "零元整"
    return f"负{text}" if yuan < 0 and fen else text


def _small(fen: int, *, after_yuan: bool) -> str:
    """Return 角 and 分; a missing 角 between 元 and 分 is said as 零."""
    tenths, hundredths = divmod(fen, 10)
    text = f"{_DIGITS[tenths]}角" if tenths else "零" if after_yuan else ""
    return text + (f"{_DIGITS[hundredths]}分" if hundredths else "")


def _whole(number: int) -> str:
    """Return a whole number; a gap of any length between digits is one 零."""
    text, gap = "", False
    for power in range(len(_GROUPS) - 1, -1, -1):
        group = number // 10_000**power % 10_000
        if not group:
            gap = bool(text)
            continue
        gap = bool(text) and (gap or group < 1000)
        unit = "万" if power == 3 and number // 10_000**2 % 10_000 else _GROUPS[power]
        text += ("零" if gap else "") + _group(group) + unit
        gap = False
    return text


@cache
def _group(number: int) -> str:
    """Return a number below ten thousand."""
    text, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[power]
        gap = not digit
    return text


@register(
    Function(
        name="JX_RMB_UPPER",
        category=ROUNDING,
        help="人民币大写金额，四舍五入到分，用于用款申请书。",
        arguments=(Argument("x", "金额（元）；带万元、亿元等单位的先换算为元", parse_quantity),),
        examples=(
            example(120526.20, gives="壹拾贰万零伍佰贰拾陆元贰角", note="取暖费120526.20元"),
            example("12.05万元", gives="壹拾贰万零伍佰元整", note="先换算为元"),
            example(-1.05, gives="负壹元零伍分", note="负数"),
        ),
        source="《支付结算办法》正确填写票据和结算凭证的基本规定；FN20 公用取暖费",
    )
)
def rmb_upper(x: Quantity) -> str:
    """Return an amount in capitals; without a unit it is in 元."""
    return in_capitals(convert(x.number, x.unit, "元") if x.unit else x.number)
