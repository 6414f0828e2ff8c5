"""大写金额: amounts in the characters that cannot be altered by a stroke."""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from udfs.amounts import Unreadable, convert, parse_number, parse_quantity, plain
from udfs.readings import ROUNDING
from udfs.registry import Argument, Function, example, register

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")


def in_capitals(yuan: Decimal) -> str:
    """Return an amount in 元 in capitals, to the 分; 整 closes what has neither 角 nor 分.

    >>> in_capitals(Decimal("120526.20")), in_capitals(Decimal("100000001.05"))
    ('壹拾贰万零伍佰贰拾陆元贰角', '壹亿零壹元零伍分')

    Raises:
        Unreadable: from 10,000 万亿 on, which no form has room for.
    """
    fen = int((abs(yuan) * 100).to_integral_value(ROUND_HALF_UP))
    if fen >= 10**18:
        raise Unreadable(plain(yuan), "金额过大")
    whole, small = divmod(fen, 100)
    text = f"{_whole(whole)}元{_small(small)}" if whole else _small(small).removeprefix("零")
    text = text if fen else "零元整"
    return f"负{text}" if yuan < 0 and fen else text


@cache
def _small(fen: int) -> str:
    """Return what follows 元: 角 and 分, of which a missing 角 is said as 零, or 整."""
    tenths, hundredths = divmod(fen, 10)
    text = f"{_DIGITS[tenths]}角" if tenths else "零"
    return text + (f"{_DIGITS[hundredths]}分" if hundredths else "") if fen else "整"


def _whole(number: int) -> str:
    """Return a whole number; a gap of any length between digits is one 零."""
    if number < 10_000:
        return _group(number)
    size, unit = (10_000, "万") if number < 10**8 else (10**8, "亿")
    upper, lower = divmod(number, size)
    gap = "零" if lower and (lower < size // 10 or upper % 10_000 == 0) else ""
    return f"{_whole(upper)}{unit}{gap}{_whole(lower)}"


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


def read_yuan(value: object) -> Decimal | None:
    """Read an amount in 元; one with another unit of money is converted."""
    if type(value) is float:
        return parse_number(value)
    quantity = parse_quantity(value)
    if quantity is None or not quantity.unit:
        return None if quantity is None else quantity.number
    return convert(quantity.number, quantity.unit, "元")


register(
    Function(
        name="JX_RMB_UPPER",
        category=ROUNDING,
        help="人民币大写金额，四舍五入到分，用于用款申请书。",
        arguments=(Argument("x", "金额（元）；带万元、亿元等单位的先换算为元", read_yuan),),
        examples=(
            example(120526.20, gives="壹拾贰万零伍佰贰拾陆元贰角", note="取暖费120526.20元"),
            example("12.05万元", gives="壹拾贰万零伍佰元整", note="先换算为元"),
            example(-1.05, gives="负壹元零伍分", note="负数"),
        ),
        source="《支付结算办法》正确填写票据和结算凭证的基本规定；FN20 公用取暖费",
    )
)(in_capitals)
